package yesod

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Entity is a row of a query's answer.
type Entity struct {
	ID   ID
	Type EntityType
	// Email is the member's; groups have none.
	Email      string
	Attributes []Attribute
	// Groups are what a member belongs to.
	Groups []Group
	// Own is set where the row of a group tells its name, code or parent outside
	// the attributes, which no text promises.
	Own *Group
	// ConditionResults are what met the statement of a query.
	ConditionResults []ConditionResult
}

// ConditionResult is the attribute that met a part of a statement: with its
// values, or with those before and after a change.
type ConditionResult struct {
	Attribute        ID
	Values, From, To []Value
	// JSON is the result as it came; only a sample shows its form.
	JSON json.RawMessage
}

// conditionResults reads what of the results has the form of the sample.
func conditionResults(raws []json.RawMessage) []ConditionResult {
	var out []ConditionResult
	for _, raw := range raws {
		r := ConditionResult{JSON: raw}
		var w struct {
			wireAttribute

			From wireValues `json:"fromvalues"`
			To   wireValues `json:"tovalues"`
		}
		if json.Unmarshal(raw, &w) == nil {
			r.Attribute, r.Values, r.From, r.To = ID(w.ID), w.Values.read(), w.From.read(), w.To.read()
		}
		out = append(out, r)
	}
	return out
}

// Attribute is an attribute with its values.
type Attribute struct {
	ID     ID
	Values []Value
}

// Value is a value of an attribute for a time.
type Value struct {
	// Value is text, a number or a boolean, as text; empty for null.
	Value string
	// ReferenceID is the entity that the value names, empty for none.
	ReferenceID ID
	// SetID joins the values of one membership, empty for none.
	SetID ID
	// ValidStart and ValidEnd are empty when absent; an open end is empty too.
	ValidStart, ValidEnd Date
}

// Group is a company, office, organisation or project, with those above it.
type Group struct {
	ID   ID
	Type EntityType
	Code string
	Name string
	// Depth counts from 1 at the top, 0 when absent.
	Depth      int
	Attributes []Attribute
	// Parent is the group above, nil at the top.
	Parent *Group
}

// Values returns the values of an attribute.
func (e *Entity) Values(attribute ID) []Value { return values(e.Attributes, attribute) }

// Text returns the first value of an attribute that is not empty.
func (e *Entity) Text(attribute ID) string { return first(e.Attributes, attribute) }

// Text returns the first value of an attribute that is not empty.
func (g *Group) Text(attribute ID) string { return first(g.Attributes, attribute) }

// Chain returns the group and those above it, the top last.
func (g *Group) Chain() []*Group {
	var out []*Group
	for ; g != nil; g = g.Parent {
		out = append(out, g)
	}
	return out
}

func values(attributes []Attribute, id ID) []Value {
	for _, a := range attributes {
		if a.ID == id {
			return a.Values
		}
	}
	return nil
}

func first(attributes []Attribute, id ID) string {
	for _, v := range values(attributes, id) {
		if v.Value != "" {
			return v.Value
		}
	}
	return ""
}

// maxDepth ends a chain of parents that is too deep to be one.
const maxDepth = 100

// wireResult is a query's answer. The document's table calls queryResult an
// object, its sample is an array.
type wireResult struct {
	QueryResult flex.List[wireEntity] `json:"queryResult"`
}

type wireEntity struct {
	ID         flex.Text                `json:"id"`
	Type       flex.Text                `json:"type"`
	Email      flex.Text                `json:"email"`
	Attributes flex.List[wireAttribute] `json:"attributes"`
	Groups     flex.List[wireGroup]     `json:"groups"`

	ConditionResults flex.List[json.RawMessage] `json:"conditionResults"`

	// Read where a group's row has them; nothing says so.
	Name      flex.Text  `json:"name"`
	GroupCode flex.Text  `json:"groupCode"`
	Depth     flex.Num   `json:"depth"`
	Parent    *wireGroup `json:"parent"`
}

type wireAttribute struct {
	ID     flex.Text  `json:"attributeId"`
	Values wireValues `json:"values"`
}

type wireSpan struct {
	Value       flex.Text `json:"value"`
	ReferenceID flex.Text `json:"referenceId"`
	SetID       flex.Text `json:"setId"`
	ValidStart  flex.Text `json:"validStart"`
	ValidEnd    flex.Text `json:"validEnd"`
}

type wireValues struct{ flex.List[wireSpan] }

func (w wireValues) read() []Value {
	var out []Value
	for _, v := range w.List {
		out = append(out, Value{
			Value: string(v.Value), ReferenceID: reference(v.ReferenceID), SetID: reference(v.SetID),
			ValidStart: day(v.ValidStart), ValidEnd: end(v.ValidEnd),
		})
	}
	return out
}

type wireGroup struct {
	ID         flex.Text                `json:"groupId"`
	EntityID   flex.Text                `json:"entityId"`
	Type       flex.Text                `json:"groupType"`
	Code       flex.Text                `json:"groupCode"`
	Name       flex.Text                `json:"name"`
	Depth      flex.Num                 `json:"depth"`
	Attributes flex.List[wireAttribute] `json:"attributes"`
	Parent     *wireGroup               `json:"parent"`
}

func (c *Client) entities(w wireResult) ([]Entity, error) {
	if w.QueryResult == nil {
		return nil, c.bad("the answer has no queryResult")
	}
	out := make([]Entity, 0, len(w.QueryResult))
	for i := range w.QueryResult {
		e, err := c.entity(&w.QueryResult[i])
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

func (c *Client) group(w *wireGroup, depth int) (*Group, error) {
	if w == nil {
		return nil, nil //nolint:nilnil // no group above.
	}
	id := ID(cmp.Or(w.ID, w.EntityID))
	if id.None() {
		return nil, c.bad("a group has no groupId")
	}
	if depth > maxDepth {
		return nil, c.bad("a group has too many groups above it")
	}
	parent, err := c.group(w.Parent, depth+1)
	if err != nil {
		return nil, err
	}
	return &Group{
		ID: id, Type: EntityType(w.Type), Code: string(w.Code), Name: string(w.Name), Depth: w.Depth.Int(),
		Attributes: attributes(w.Attributes), Parent: parent,
	}, nil
}

func attributes(ws []wireAttribute) []Attribute {
	var out []Attribute
	for _, w := range ws {
		a := Attribute{ID: ID(w.ID), Values: w.Values.read()}
		out = append(out, a)
	}
	return out
}

// reference makes the nil UUID, which stands for none, empty.
func reference(t flex.Text) ID {
	if id := ID(t); !id.None() {
		return id
	}
	return ""
}

func day(t flex.Text) Date {
	if _, err := time.Parse(time.DateOnly, string(t)); err != nil {
		return ""
	}
	return Date(t)
}

// end makes an open end, 9999-12-30 in the sample, empty.
func end(t flex.Text) Date {
	d := day(t)
	if d >= "9999" {
		return ""
	}
	return d
}

func (c *Client) entity(r *wireEntity) (Entity, error) {
	if ID(r.ID).None() {
		return Entity{}, c.bad("a row of the answer has no id")
	}
	e := Entity{ID: ID(r.ID), Type: EntityType(r.Type), Email: string(r.Email)}
	e.Attributes = attributes(r.Attributes)
	for j := range r.Groups {
		g, err := c.group(&r.Groups[j], 0)
		if err != nil {
			return Entity{}, err
		}
		e.Groups = append(e.Groups, *g)
	}
	if r.Name != "" || r.GroupCode != "" || r.Parent != nil {
		parent, err := c.group(r.Parent, 0)
		if err != nil {
			return Entity{}, err
		}
		e.Own = &Group{
			ID: e.ID, Type: e.Type, Code: string(r.GroupCode), Name: string(r.Name), Depth: r.Depth.Int(), Parent: parent,
		}
	}
	return e, nil
}
