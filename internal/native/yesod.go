package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// Yesod is one link to YESOD in YESOD's own words. It keeps nothing.
type Yesod struct {
	link   hr.Link
	client *yesod.Client
	dir    *directory.Directory
}

// Yesod returns YESOD's own side of a link, or the fault NOT_CONNECTED.
func (n *Native) Yesod(link string) (*Yesod, error) {
	client, ok := n.opts.Yesod[link]
	if !ok {
		return nil, notConnected(hr.Yesod, link)
	}
	return &Yesod{link: hr.Link{System: hr.Yesod, Name: link}, client: client, dir: n.opts.Directory}, nil
}

type (
	// YesodEntityType is a type of entity, in capitals.
	YesodEntityType string
	// YesodOperator compares, in YESOD's spelling but for PARTIAL.
	YesodOperator string
	// YesodEntity is a row of a query's answer.
	YesodEntity struct {
		ID         string
		Type       *YesodEntityType
		Email      *string
		Attributes []*YesodValues
		Groups     []*YesodGroup
	}
	// YesodValues are an attribute's values.
	YesodValues struct {
		AttributeID string
		Values      []*YesodValue
	}
	// YesodValue is a value for a time.
	YesodValue struct {
		Value, ReferenceID, SetID *string
		ValidStart, ValidEnd      *hr.Date
	}
	// YesodGroup is a group with those above it.
	YesodGroup struct {
		ID         string
		Type       *YesodEntityType
		Code, Name *string
		Depth      *int
		Attributes []*YesodValues
		Parent     *YesodGroup
	}
	// YesodTreeGroup is a group of the tree, which shows no parents.
	YesodTreeGroup struct {
		ID         string
		Name       *string
		Attributes []*YesodValues
	}
	// YesodLabel is a text in the languages of the console.
	YesodLabel struct{ Ja, En *string }
	// YesodAttribute describes an attribute.
	YesodAttribute struct {
		ID                      string
		Label                   YesodLabel
		ReferenceType, DataType *string
	}
	// YesodOption is an option of a select attribute.
	YesodOption struct {
		ID, AttributeID       string
		AttributeLabel, Label YesodLabel
		Order                 *int
		Selectable            bool
	}
	// YesodHistory is what changed of a member on a day.
	YesodHistory struct {
		Date    hr.Date
		Changes []*YesodChange
	}
	// YesodChange is a change of one value.
	YesodChange struct {
		AttributeID                               *string
		AttributeLabel                            YesodLabel
		DataType, PreviousValue, Value            *string
		ReferenceID, ReferenceName, ReferenceType *string
		SetID, EntityID                           *string
		Date                                      *hr.Date
	}
)

func yesodTypes() []YesodEntityType {
	return []YesodEntityType{"MEMBER", "COMPANY", "OFFICE", "ORGANIZATION", "PROJECT"}
}

// wire is the vendor's spelling.
func (t YesodEntityType) wire() yesod.EntityType {
	return map[YesodEntityType]yesod.EntityType{
		"MEMBER": yesod.Member, "COMPANY": yesod.Company, "OFFICE": yesod.Office,
		"ORGANIZATION": yesod.Organization, "PROJECT": yesod.Project,
	}[t]
}

type (
	// YesodQuery says what to read.
	YesodQuery struct {
		EntityType YesodEntityType
		// Condition is nil where a statement says what is looked for.
		Condition                   *YesodCondition
		Attributes, GroupAttributes []string
		BaseDate                    *hr.Date
		LastDays                    bool
	}
	// YesodCondition compares an attribute.
	YesodCondition struct {
		AttributeID  string
		Operator     YesodOperator
		Value        *YesodComparison
		ReferenceIDs []string
	}
	// YesodComparison is what is compared with: one of its fields.
	YesodComparison struct {
		Text    *string
		Number  *int
		Flag    *bool
		Texts   []string
		Numbers []int
	}
)

// none says that an operator compares with nothing, list that it takes a list.
func (o YesodOperator) none() bool { return o == "ISNULL" || o == "ISNOTNULL" }
func (o YesodOperator) list() bool { return o == "INCLUDE" || o == "NOTINCLUDE" }

// Query runs an attribute query: one call, whose answer is whole.
func (y *Yesod) Query(ctx context.Context, q YesodQuery) ([]*YesodEntity, error) {
	query, err := q.wire()
	if err != nil {
		return nil, err
	}
	rows, err := y.client.Query(ctx, query)
	return mapped(rows, err, yesodEntity)
}

// wire is the query in the vendor's words, but for what it looks for.
func (q *YesodQuery) wire() (yesod.Query, error) {
	out := yesod.Query{EntityType: q.EntityType.wire(), BaseDate: yesod.Date(dateText(q.BaseDate))}
	var err error
	if out.Attributes, err = yesodIDs("attributes", q.Attributes); err != nil {
		return out, err
	}
	if out.GroupAttributes, err = yesodIDs("groupAttributes", q.GroupAttributes); err != nil {
		return out, err
	}
	if q.BaseDate != nil && q.LastDays {
		return out, fault.New(fault.BadUserInput, "baseDate and lastDays exclude each other")
	}
	if q.LastDays {
		out.BaseDate = yesod.MaxLeavingDate
	}
	if q.Condition != nil {
		out.Condition, err = q.Condition.wire()
	}
	return out, err
}

func yesodEntity(e *yesod.Entity) *YesodEntity {
	out := &YesodEntity{
		ID: string(e.ID), Type: wordOrNil(string(e.Type), yesodTypes()), Email: text(e.Email),
		Attributes: yesodValues(e.Attributes), Groups: []*YesodGroup{},
	}
	for i := range e.Groups {
		out.Groups = append(out.Groups, yesodGroup(&e.Groups[i]))
	}
	return out
}

// wire checks a condition and writes it in the vendor's words.
func (c *YesodCondition) wire() (yesod.Condition, error) {
	out := yesod.Condition{Operator: string(c.Operator)}
	if c.Operator == "PARTIAL" {
		out.Operator = "PATIAL" // the vendor's spelling
	}
	ids, err := yesodIDs("attributeId", []string{c.AttributeID})
	if err != nil {
		return out, err
	}
	out.AttributeID = ids[0]
	if c.ReferenceIDs != nil {
		if out.ReferenceIDs, err = yesodIDs("referenceIds", c.ReferenceIDs); err != nil {
			return out, err
		}
	}
	switch v := c.Value; {
	case v == nil && c.Operator == "DESCENDANT_OF_OR_EQ" && len(c.ReferenceIDs) > 0: // they say below what
	case v == nil && !c.Operator.none():
		return out, fault.New(fault.BadUserInput, "this operator compares with a value")
	case v == nil:
	case c.Operator.none():
		return out, fault.New(fault.BadUserInput, "ISNULL and ISNOTNULL compare with no value")
	case c.Operator.list() != (v.Texts != nil || v.Numbers != nil):
		return out, fault.New(fault.BadUserInput, "INCLUDE and NOTINCLUDE take a list, the other operators one value")
	case v.Text != nil:
		out.Value = *v.Text
	case v.Number != nil:
		out.Value = *v.Number
	case v.Flag != nil:
		out.Value = *v.Flag
	case v.Texts != nil:
		out.Value = v.Texts
	default:
		out.Value = v.Numbers
	}
	return out, nil
}

// GroupTree reads the groups of a type: one call.
func (y *Yesod) GroupTree(ctx context.Context, kind YesodEntityType, date *hr.Date) ([]*YesodTreeGroup, error) {
	rows, err := y.client.GroupTree(ctx, kind.wire(), yesod.Date(dateText(date)))
	return mapped(rows, err, func(g *yesod.TreeGroup) *YesodTreeGroup {
		return &YesodTreeGroup{ID: string(g.ID), Name: text(g.Name), Attributes: yesodValues(g.Attributes)}
	})
}

// Attributes reads the attributes of the tenant: one call.
func (y *Yesod) Attributes(ctx context.Context) ([]*YesodAttribute, error) {
	rows, err := y.client.AttributeLabels(ctx)
	return mapped(rows, err, func(a *yesod.AttributeLabel) *YesodAttribute {
		return &YesodAttribute{
			ID: string(a.ID), Label: yesodLabel(a.Label), ReferenceType: text(a.ReferenceType), DataType: text(a.DataType),
		}
	})
}

// Options reads the options of an attribute, of all without: one call.
func (y *Yesod) Options(ctx context.Context, attribute *string) ([]*YesodOption, error) {
	rows, err := y.client.SelectOptions(ctx, yesod.ID(textOf(attribute)))
	return mapped(rows, err, func(o *yesod.SelectOption) *YesodOption {
		return &YesodOption{
			ID: string(o.ID), AttributeID: string(o.AttributeID), AttributeLabel: yesodLabel(o.AttributeLabel),
			Label: yesodLabel(o.Label), Order: o.Order, Selectable: o.Selectable,
		}
	})
}

// Histories reads what changed of a member, by day: one call.
func (y *Yesod) Histories(ctx context.Context, member string) ([]*YesodHistory, error) {
	rows, err := y.client.Histories(ctx, yesod.ID(member))
	return mapped(rows, err, func(h *yesod.History) *YesodHistory {
		out := &YesodHistory{Changes: []*YesodChange{}}
		if d := dateOrNil(string(h.Date)); d != nil {
			out.Date = *d
		}
		for _, c := range h.Changes {
			out.Changes = append(out.Changes, &YesodChange{
				Date: dateOrNil(string(c.Date)), AttributeID: text(string(c.AttributeID)),
				AttributeLabel: yesodLabel(c.AttributeLabel), DataType: text(c.DataType),
				PreviousValue: text(c.PreviousValue), Value: text(c.Value), ReferenceID: text(string(c.ReferenceID)),
				ReferenceName: text(c.ReferenceName), ReferenceType: text(string(c.ReferenceType)),
				SetID: text(string(c.SetID)), EntityID: text(string(c.EntityID)),
			})
		}
		return out
	})
}

// yesodIDs reads ids in one of their two forms.
func yesodIDs(argument string, ids []string) ([]yesod.ID, error) {
	out := make([]yesod.ID, len(ids))
	for i, text := range ids {
		id, ok := yesod.ParseID(text)
		if !ok {
			return nil, fault.New(fault.BadUserInput, "%s: an id is a UUID, in 22 characters or in its usual form", argument)
		}
		out[i] = id
	}
	return out, nil
}

func yesodLabel(l yesod.Label) YesodLabel {
	return YesodLabel{Ja: text(l.Japanese), En: text(l.English)}
}

func yesodValues(attributes []yesod.Attribute) []*YesodValues {
	out := []*YesodValues{}
	for _, a := range attributes {
		out = append(out, &YesodValues{AttributeID: string(a.ID), Values: yesodSpans(a.Values)})
	}
	return out
}

func yesodSpans(values []yesod.Value) []*YesodValue {
	out := []*YesodValue{}
	for _, v := range values {
		out = append(out, &YesodValue{
			Value: text(v.Value), ReferenceID: text(string(v.ReferenceID)), SetID: text(string(v.SetID)),
			ValidStart: dateOrNil(string(v.ValidStart)), ValidEnd: dateOrNil(string(v.ValidEnd)),
		})
	}
	return out
}

func yesodGroup(g *yesod.Group) *YesodGroup {
	if g == nil {
		return nil
	}
	return &YesodGroup{
		ID: string(g.ID), Type: wordOrNil(string(g.Type), yesodTypes()), Code: text(g.Code), Name: text(g.Name),
		Depth: numberOrNil(g.Depth), Attributes: yesodValues(g.Attributes), Parent: yesodGroup(g.Parent),
	}
}

// numberOrNil makes the 0 of an absent number nil.
func numberOrNil(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
