package yesod

import "context"

// roster are the attributes that Roster reads.
func (a Attributes) roster() []ID {
	return []ID{
		a.FamilyName, a.GivenName, a.FamilyNameKana, a.GivenNameKana, a.Email, a.IdentificationNumber,
		a.EmployeeNumber, a.Enrollment, a.EmploymentType, a.JobTitle, a.Company,
	}
}

// Moves reads who came into a company or left it on a day from the first to before
// the last, by a DiffQuery, as Roster reads them. Only the form of that query is
// documented, so the answer may hold others, and may lack some.
func (c *Client) Moves(ctx context.Context, from, to Date) ([]Person, error) {
	a := c.opts.Attributes
	in, out := NotNull(a.Company), Condition{AttributeID: a.Company, Operator: "ISNULL"}
	either := Any(Changed(out, in, TargetTo, DiffIn), Changed(in, out, TargetTo, DiffOut))
	var people []Person
	q := Query{
		EntityType: Member, Statement: &either, BaseDate: MaxLeavingDate, From: from, To: to, Attributes: a.roster(),
	}
	err := c.members(ctx, q, func() { people = nil }, func(e *Entity) { people = append(people, person(e, a)) })
	return people, err
}
