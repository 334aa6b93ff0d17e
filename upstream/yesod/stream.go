package yesod

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Roster reads everyone who is in a company on the base date, as Members does but
// with only what tells who somebody is and where they belong: romanised names,
// roles and the attributes of groups are left out. A company of 20,000 is one
// answer of some 60 MB, so each member is handed to take as it is decoded. begin
// is called before the first, and again when an answer that was cut off is asked
// for anew.
func (c *Client) Roster(ctx context.Context, base Date, begin func(), take func(*Person)) error {
	a := c.opts.Attributes
	q := Query{
		EntityType: Member, Condition: NotNull(a.Company), BaseDate: base,
		Attributes: []ID{
			a.FamilyName, a.GivenName, a.FamilyNameKana, a.GivenNameKana, a.Email, a.IdentificationNumber,
			a.EmployeeNumber, a.Enrollment, a.EmploymentType, a.JobTitle, a.Company,
		},
	}
	return c.members(ctx, q, begin, func(e *Entity) {
		p := person(e, a)
		take(&p)
	})
}

// Groupings reads the groups of everyone who is in a company on the base date,
// today when empty, and nothing else, and returns the organisations among them
// and above them, each once.
func (c *Client) Groupings(ctx context.Context, base Date) ([]OrganizationUnit, error) {
	var units []OrganizationUnit
	var seen map[ID]bool
	begin := func() { units, seen = nil, map[ID]bool{} }
	err := c.members(ctx, Query{EntityType: Member, Condition: NotNull(c.opts.Attributes.Company), BaseDate: base}, begin,
		func(e *Entity) {
			for _, u := range OrganizationsOf([]Person{{Groups: e.Groups}}) {
				if !seen[u.ID] {
					seen[u.ID] = true
					units = append(units, u)
				}
			}
		})
	return units, err
}

// members reads the members that a query finds, one at a time.
func (c *Client) members(ctx context.Context, q Query, begin func(), take func(*Entity)) error {
	body, err := c.queryBody(q)
	if err != nil {
		return err
	}
	u := c.at(c.opts.QueryPath, q.params())
	return c.exchange(ctx, "yesod.query."+operation(q.EntityType), true, http.MethodPost, u, body,
		func(resp *transport.Response) error {
			begin()
			s := stream{take: func(w *wireEntity) error {
				e, err := c.entity(w)
				switch {
				case err != nil:
					return err
				case e.Type != "" && e.Type != Member:
					return c.bad("the answer holds something that is not a member")
				}
				take(&e)
				return nil
			}}
			if err := c.t.Decode(resp, &struct {
				QueryResult *stream `json:"queryResult"`
			}{&s}); err != nil {
				return err
			}
			if !s.met {
				return c.bad("the answer has no queryResult")
			}
			return s.err
		})
}

// stream decodes a list, or one object in its place, without keeping it.
type stream struct {
	take func(*wireEntity) error
	met  bool
	err  error
}

// UnmarshalJSON implements json.Unmarshaler.
func (s *stream) UnmarshalJSON(b []byte) error {
	s.met = true
	d := json.NewDecoder(bytes.NewReader(b))
	if len(b) > 0 && b[0] == '[' {
		if _, err := d.Token(); err != nil {
			return fmt.Errorf("yesod: read a list: %w", err)
		}
	}
	for s.err == nil && d.More() {
		var w wireEntity
		if err := d.Decode(&w); err != nil {
			return fmt.Errorf("yesod: read a row: %w", err)
		}
		s.err = s.take(&w)
	}
	return nil
}
