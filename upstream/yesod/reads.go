package yesod

import "context"

// Person is a member with the standard attributes read by meaning. Texts are
// empty when absent.
type Person struct {
	ID                              ID
	Email                           string
	FamilyName, GivenName           string
	FamilyNameKana, GivenNameKana   string
	FamilyNameRoman, GivenNameRoman string
	// IdentificationNumber is unique across companies, EmployeeNumber within one.
	IdentificationNumber, EmployeeNumber string
	// Enrollment and EmploymentType are a tenant's own choices of text.
	Enrollment, EmploymentType string
	JobTitle                   string
	// EnteredOn is the first day in a company, LeftOn the last; empty when
	// unknown or open.
	EnteredOn, LeftOn Date
	// Groups are what the member belongs to, of every type, each with those above.
	Groups []Group
}

// Members reads everyone who is in a company on the base date, today when empty;
// MaxLeavingDate includes those who left.
func (c *Client) Members(ctx context.Context, base Date) ([]Person, error) {
	a := c.opts.Attributes
	rows, err := c.Query(ctx, Query{
		EntityType: Member, Condition: NotNull(a.Company), BaseDate: base,
		Attributes: []ID{
			a.FamilyName, a.GivenName, a.FamilyNameKana, a.GivenNameKana, a.FamilyNameRoman, a.GivenNameRoman, a.Email,
			a.IdentificationNumber, a.EmployeeNumber, a.Enrollment, a.EmploymentType, a.JobTitle, a.Company, a.Organization,
			a.Role,
		},
		GroupAttributes: []ID{a.Organization, a.OrganizationCode, a.Company, a.CompanyCode},
	})
	if err != nil {
		return nil, err
	}
	out := make([]Person, 0, len(rows))
	for i := range rows {
		if t := rows[i].Type; t != "" && t != Member {
			return nil, c.bad("the answer holds something that is not a member")
		}
		out = append(out, person(&rows[i], a))
	}
	return out, nil
}

func person(e *Entity, a Attributes) Person {
	p := Person{
		ID: e.ID, Email: e.Email,
		FamilyName: e.Text(a.FamilyName), GivenName: e.Text(a.GivenName),
		FamilyNameKana: e.Text(a.FamilyNameKana), GivenNameKana: e.Text(a.GivenNameKana),
		FamilyNameRoman: e.Text(a.FamilyNameRoman), GivenNameRoman: e.Text(a.GivenNameRoman),
		IdentificationNumber: e.Text(a.IdentificationNumber), EmployeeNumber: e.Text(a.EmployeeNumber),
		Enrollment: e.Text(a.Enrollment), EmploymentType: e.Text(a.EmploymentType), JobTitle: e.Text(a.JobTitle),
		Groups: e.Groups,
	}
	if p.Email == "" {
		p.Email = e.Text(a.Email)
	}
	open := false
	for _, v := range e.Values(a.Company) {
		if v.ValidStart != "" && (p.EnteredOn == "" || v.ValidStart < p.EnteredOn) {
			p.EnteredOn = v.ValidStart
		}
		open = open || v.ValidEnd == ""
		p.LeftOn = max(p.LeftOn, v.ValidEnd)
	}
	if open {
		p.LeftOn = ""
	}
	return p
}

// OrganizationUnit is an organisation.
type OrganizationUnit struct {
	ID         ID
	Name, Code string
	// ParentID is empty at the top, and where the answer does not tell; the groups
	// of members tell it for every organisation that has people.
	ParentID ID
}

// Organizations reads the organisations of the base date, today when empty. Which
// attribute holds a group's own name is inferred; the group's row is read first.
func (c *Client) Organizations(ctx context.Context, base Date) ([]OrganizationUnit, error) {
	a := c.opts.Attributes
	rows, err := c.Query(ctx, Query{
		EntityType: Organization, Condition: NotNull(a.Organization), BaseDate: base,
		Attributes: []ID{a.Organization, a.OrganizationCode},
	})
	if err != nil {
		return nil, err
	}
	out := make([]OrganizationUnit, 0, len(rows))
	for i := range rows {
		e := &rows[i]
		if e.Type != "" && e.Type != Organization {
			return nil, c.bad("the answer holds something that is not an organisation")
		}
		u := OrganizationUnit{ID: e.ID, Name: e.Text(a.Organization), Code: e.Text(a.OrganizationCode)}
		if own := e.Own; own != nil {
			if own.Name != "" {
				u.Name = own.Name
			}
			if own.Code != "" {
				u.Code = own.Code
			}
			if own.Parent != nil {
				u.ParentID = own.Parent.ID
			}
		}
		out = append(out, u)
	}
	return out, nil
}

// OrganizationsOf collects the organisations that people belong to and those
// above them, each once, in the order met.
func OrganizationsOf(people []Person) []OrganizationUnit {
	seen := map[ID]bool{}
	var out []OrganizationUnit
	for i := range people {
		groups := people[i].Groups
		for j := range groups {
			for _, g := range groups[j].Chain() {
				if g.Type != Organization || seen[g.ID] {
					continue
				}
				seen[g.ID] = true
				u := OrganizationUnit{ID: g.ID, Name: g.Name, Code: g.Code}
				if g.Parent != nil {
					u.ParentID = g.Parent.ID
				}
				out = append(out, u)
			}
		}
	}
	return out
}
