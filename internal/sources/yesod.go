package sources

import (
	"cmp"
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// Yesod translates one link to YESOD: member to employee, organisation to unit.
type Yesod struct {
	name   hr.Link
	client *yesod.Client
}

// NewYesod returns the adapter of one link.
func NewYesod(link string, client *yesod.Client) *Yesod {
	return &Yesod{name: hr.Link{System: hr.Yesod, Name: link}, client: client}
}

// Link names the link.
func (y *Yesod) Link() hr.Link { return y.name }

func (y *Yesod) ref(id yesod.ID) hr.Ref {
	if id.None() {
		return hr.Ref{}
	}
	return hr.Ref{Link: y.name, ID: string(id)}
}

// People lists all members, those who left included: one call.
func (y *Yesod) People(ctx context.Context) ([]Person, error) {
	rows, err := y.client.Members(ctx, yesod.MaxLeavingDate)
	if err != nil {
		return nil, err
	}
	people := make([]Person, len(rows))
	for i := range rows {
		r := &rows[i]
		people[i] = Person{
			Ref: y.ref(r.ID), Code: cmp.Or(r.EmployeeNumber, r.IdentificationNumber),
			Family: r.FamilyName, Given: r.GivenName, FamilyKana: r.FamilyNameKana, GivenKana: r.GivenNameKana,
			Email: r.Email, Status: enrollment(r.Enrollment), JobTitle: r.JobTitle, EmploymentType: r.EmploymentType,
			HiredOn: parseDate(string(r.EnteredOn)), RetiredOn: parseDate(string(r.LeftOn)),
			Organization: y.mainUnit(r.Groups),
		}
	}
	return people, nil
}

// mainUnit is the first organisation among a member's groups.
func (y *Yesod) mainUnit(groups []yesod.Group) hr.Ref {
	for _, g := range groups {
		if g.Type == yesod.Organization {
			return y.ref(g.ID)
		}
	}
	return hr.Ref{}
}

// enrollment translates the enrolment status, whose texts are a tenant's choice;
// these are the usual ones. Any other says nothing.
func enrollment(s string) hr.EmploymentStatus {
	switch s {
	case "在籍", "在職":
		return hr.StatusActive
	case "休職", "休業":
		return hr.StatusOnLeave
	case "退職", "退社":
		return hr.StatusRetired
	default:
		return ""
	}
}

// Units lists all organisations: two calls. A list of organisations does not
// promise to tell which lies above which; that is seen in the groups of the
// members.
func (y *Yesod) Units(ctx context.Context) ([]Unit, error) {
	listed, err := y.client.Organizations(ctx, "")
	if err != nil {
		return nil, err
	}
	members, err := y.client.Members(ctx, "")
	if err != nil {
		return nil, err
	}
	above := map[yesod.ID]yesod.ID{}
	for _, o := range yesod.OrganizationsOf(members) {
		above[o.ID] = o.ParentID
	}
	units := make([]Unit, len(listed))
	for i, o := range listed {
		units[i] = Unit{
			Ref: y.ref(o.ID), Code: o.Code, Name: o.Name, Parent: y.ref(cmp.Or(o.ParentID, above[o.ID])),
		}
	}
	return units, nil
}
