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
	// everybody holds a place while an answer about everybody is read: two of 60 MB
	// at a time would be most of what the process takes.
	everybody chan struct{}
}

// NewYesod returns the adapter of one link.
func NewYesod(link string, client *yesod.Client) *Yesod {
	return &Yesod{name: hr.Link{System: hr.Yesod, Name: link}, client: client, everybody: make(chan struct{}, 1)}
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
	if err := y.enter(ctx); err != nil {
		return nil, err
	}
	defer y.leave()
	var people []Person
	seen := map[hr.Ref]bool{}
	err := y.client.Roster(ctx, yesod.MaxLeavingDate, func() { people, seen = nil, map[hr.Ref]bool{} },
		func(r *yesod.Person) {
			if ref := y.ref(r.ID); !seen[ref] {
				seen[ref] = true
				people = append(people, y.person(r))
			}
		})
	return people, err
}

// YesodMoves is a link to YESOD that is asked who came and who left.
type YesodMoves struct{ *Yesod }

var _ Mover = YesodMoves{}

// Moves implements Mover: one call. The interval is a day longer on each side than
// it need be, as which ends belong to it is not documented.
func (y YesodMoves) Moves(ctx context.Context, since, until hr.Date) ([]Person, error) {
	rows, err := y.client.Moves(ctx, yesod.Date(since.AddDays(-1).String()), yesod.Date(until.AddDays(2).String()))
	if err != nil {
		return nil, err
	}
	people := make([]Person, len(rows))
	for i := range rows {
		people[i] = y.person(&rows[i])
	}
	return people, nil
}

// enter waits until nobody else reads everybody.
func (y *Yesod) enter(ctx context.Context) error {
	select {
	case y.everybody <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (y *Yesod) leave() { <-y.everybody }

// person translates a member.
func (y *Yesod) person(r *yesod.Person) Person {
	return Person{
		Ref: y.ref(r.ID), Code: cmp.Or(r.EmployeeNumber, r.IdentificationNumber),
		Family: r.FamilyName, Given: r.GivenName, FamilyKana: r.FamilyNameKana, GivenKana: r.GivenNameKana,
		Email: r.Email, Status: enrollment(r.Enrollment), JobTitle: r.JobTitle, EmploymentType: r.EmploymentType,
		HiredOn: parseDate(string(r.EnteredOn)), RetiredOn: parseDate(string(r.LeftOn)),
		Organization: y.mainUnit(r.Groups),
	}
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
	if err := y.enter(ctx); err != nil {
		return nil, err
	}
	defer y.leave()
	groups, err := y.client.Groupings(ctx, "")
	if err != nil {
		return nil, err
	}
	above := map[yesod.ID]yesod.ID{}
	for _, o := range groups {
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
