package yesod

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// TreeGroup is a group of the tree. No parent is documented, in spite of the
// name: the groups of members show what is above them.
type TreeGroup struct {
	ID         ID
	Name       string
	Attributes []Attribute
}

// GroupTree reads the groups of a type on a day, today when empty.
func (c *Client) GroupTree(ctx context.Context, kind EntityType, date Date) ([]TreeGroup, error) {
	switch kind {
	case Company, Office, Organization, Project:
	default:
		return nil, c.forbidden("groups are organizations, companies, offices or projects")
	}
	if date == MaxLeavingDate || !date.valid() {
		return nil, c.forbidden("the date is not a day of the calendar")
	}
	query := url.Values{"groupType": {string(kind)}}
	if date != "" {
		query.Set("date", string(date))
	}
	w, err := call[struct {
		Groups flex.List[struct {
			ID         flex.Text                `json:"entityId"`
			Name       flex.Text                `json:"name"`
			Attributes flex.List[wireAttribute] `json:"attributes"`
		}] `json:"groups"`
	}](ctx, c, "yesod.groupTree", true, http.MethodGet, c.at(c.opts.Paths.GroupTree, query), nil)
	if err != nil {
		return nil, err
	}
	if w.Groups == nil {
		return nil, c.bad("the answer has no groups")
	}
	out := make([]TreeGroup, 0, len(w.Groups))
	for _, g := range w.Groups {
		if ID(g.ID).None() {
			return nil, c.bad("a group has no entityId")
		}
		out = append(out, TreeGroup{ID(g.ID), string(g.Name), attributes(g.Attributes)})
	}
	return out, nil
}

// Label is a text in the languages of the console, empty where it has none.
type Label struct{ Japanese, English string }

// wireLabel is a label: an object of languages, or one text. The document prints
// one of the keys en_UN.
type wireLabel Label

// UnmarshalJSON implements json.Unmarshaler.
func (l *wireLabel) UnmarshalJSON(b []byte) error {
	*l = wireLabel{}
	var text flex.Text
	if json.Unmarshal(b, &text) == nil {
		l.Japanese = string(text)
		return nil
	}
	var w struct {
		Japanese flex.Text `json:"ja_JP"`
		English  flex.Text `json:"en_US"`
		Misspelt flex.Text `json:"en_UN"`
	}
	if err := json.Unmarshal(b, &w); err != nil {
		return err
	}
	*l = wireLabel{Japanese: string(w.Japanese), English: string(w.English)}
	if l.English == "" {
		l.English = string(w.Misspelt)
	}
	return nil
}

// AttributeLabel describes an attribute.
type AttributeLabel struct {
	ID    ID
	Label Label
	// ReferenceType is the type of entity that its values name, empty for none.
	ReferenceType, DataType string
}

// AttributeLabels reads the attributes of the tenant.
func (c *Client) AttributeLabels(ctx context.Context) ([]AttributeLabel, error) {
	w, err := call[[]struct {
		ID            flex.Text `json:"attributeId"`
		Label         wireLabel `json:"attributeLabel"`
		ReferenceType flex.Text `json:"referenceType"`
		DataType      flex.Text `json:"dataType"`
	}](ctx, c, "yesod.attributeLabels", true, http.MethodGet, c.at(c.opts.Paths.AttributeLabels, nil), nil)
	if err != nil {
		return nil, err
	}
	if w == nil {
		return nil, c.bad("the answer has no attributes")
	}
	out := make([]AttributeLabel, 0, len(w))
	for _, a := range w {
		if ID(a.ID).None() {
			return nil, c.bad("an attribute has no attributeId")
		}
		out = append(out, AttributeLabel{ID(a.ID), Label(a.Label), string(a.ReferenceType), string(a.DataType)})
	}
	return out, nil
}

// SelectOption is an option of a select attribute.
type SelectOption struct {
	ID             ID
	AttributeID    ID
	AttributeLabel Label
	Label          Label
	// Order is nil when absent. Selectable is false for an option of the past.
	Order      *int
	Selectable bool
}

// SelectOptions reads the options of an attribute, of all when empty.
func (c *Client) SelectOptions(ctx context.Context, attribute ID) ([]SelectOption, error) {
	query := url.Values{}
	if attribute != "" {
		id, ok := ParseID(string(attribute))
		if !ok {
			return nil, c.forbidden("the attribute id is not a UUID in one of its two forms")
		}
		query.Set("attributeId", string(id))
	}
	w, err := call[[]struct {
		ID             flex.Text `json:"optionId"`
		AttributeID    flex.Text `json:"attributeId"`
		AttributeLabel wireLabel `json:"attributeLabel"`
		Labels         wireLabel `json:"labels"`
		Order          flex.Num  `json:"order"`
		Selectable     flex.Flag `json:"selectable"`
	}](ctx, c, "yesod.selectOptions", true, http.MethodGet, c.at(c.opts.Paths.SelectOptions, query), nil)
	if err != nil {
		return nil, err
	}
	if w == nil {
		return nil, c.bad("the answer has no options")
	}
	out := make([]SelectOption, 0, len(w))
	for _, o := range w {
		if o.ID == "" || ID(o.AttributeID).None() {
			return nil, c.bad("an option has no optionId or attributeId")
		}
		out = append(out, SelectOption{
			ID: ID(o.ID), AttributeID: ID(o.AttributeID), AttributeLabel: Label(o.AttributeLabel), Label: Label(o.Labels),
			Order: o.Order.Ptr(), Selectable: o.Selectable.On,
		})
	}
	return out, nil
}
