package yesod

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
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
		EntityType: Member, Condition: NotNull(a.Company), BaseDate: base, Attributes: a.roster(),
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
	return c.exchange(ctx, exchange{
		operation: "yesod.query." + operation(q.EntityType), idempotent: true, method: http.MethodPost, url: u, body: body,
		stream: func(status int, answer io.Reader) error {
			begin()
			return c.t.DecodeStream(status, answer, func(d *jsontext.Decoder) error {
				return c.rows(d, func(e *Entity) error {
					if e.Type != "" && e.Type != Member {
						return c.bad("the answer holds something that is not a member")
					}
					take(e)
					return nil
				})
			})
		},
	})
}

// rows decodes the rows of a query's answer one at a time: a list, or one object
// in its place.
func (c *Client) rows(d *jsontext.Decoder, take func(*Entity) error) error {
	met := false
	one := func() error {
		var w wireEntity
		if err := flex.Next(d, &w); err != nil {
			return err
		}
		e, err := c.entity(&w)
		if err != nil {
			return err
		}
		return take(&e)
	}
	err := flex.Object(d, func(name string) error {
		kind := d.PeekKind()
		if !strings.EqualFold(name, "queryResult") || kind == jsontext.KindNull {
			return d.SkipValue() //nolint:wrapcheck // DecodeStream judges it
		}
		if met = true; kind == jsontext.KindBeginArray {
			return flex.Each(d, one)
		}
		return one()
	})
	if err == nil && !met {
		err = c.bad("the answer has no queryResult")
	}
	return err
}
