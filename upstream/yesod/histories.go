package yesod

import (
	"context"
	"net/http"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// History is what changed of a member on a day.
type History struct {
	Date    Date
	Changes []AttributeChange
}

// AttributeChange is a change of one value. Texts and ids are empty when absent;
// values are as texts, whatever their type.
type AttributeChange struct {
	Date                 Date
	AttributeID          ID
	AttributeLabel       Label
	DataType             string
	PreviousValue, Value string
	ReferenceID          ID
	ReferenceName        string
	ReferenceType        EntityType
	SetID, EntityID      ID
}

// wireValue reads any value as text; what is not a scalar stays JSON.
type wireValue string

// UnmarshalJSON implements json.Unmarshaler.
func (v *wireValue) UnmarshalJSON(b []byte) error {
	s, err := flex.Scalar(b)
	if err != nil {
		s = string(b)
	}
	*v = wireValue(s)
	return nil
}

type wireChange struct {
	Date          flex.Text `json:"date"`
	AttributeID   flex.Text `json:"attributeId"`
	Label         wireLabel `json:"attributeLabel"`
	DataType      flex.Text `json:"dataType"`
	Previous      wireValue `json:"previousValue"`
	PreviousSpelt wireValue `json:"previosValue"`
	Value         wireValue `json:"value"`
	ReferenceID   flex.Text `json:"referenceId"`
	ReferenceName flex.Text `json:"referenceName"`
	ReferenceType flex.Text `json:"referenceType"`
	SetID         flex.Text `json:"setId"`
	EntityID      flex.Text `json:"entityId"`
}

// Histories reads what changed of a member, by day.
func (c *Client) Histories(ctx context.Context, member ID) ([]History, error) {
	id, ok := ParseID(string(member))
	if !ok {
		return nil, c.forbidden("the member id is not a UUID in one of its two forms")
	}
	w, err := call[struct {
		Histories flex.List[struct {
			Date    flex.Text             `json:"date"`
			Changes flex.List[wireChange] `json:"changedAttributes"`
		}] `json:"histories"`
	}](ctx, c, "yesod.histories", true, http.MethodGet, c.at(ofMember(c.opts.Paths.MemberHistories, id), nil), nil)
	if err != nil {
		return nil, err
	}
	if w.Histories == nil {
		return nil, c.bad("the answer has no histories")
	}
	out := make([]History, 0, len(w.Histories))
	for _, h := range w.Histories {
		day := History{Date: day(h.Date)}
		if day.Date == "" {
			return nil, c.bad("a history has no date")
		}
		for i := range h.Changes {
			day.Changes = append(day.Changes, h.Changes[i].change())
		}
		out = append(out, day)
	}
	return out, nil
}

func (w *wireChange) change() AttributeChange {
	// The document prints the key without its u.
	previous := w.PreviousSpelt
	if previous == "" {
		previous = w.Previous
	}
	return AttributeChange{
		Date: day(w.Date), AttributeID: ID(w.AttributeID), AttributeLabel: Label(w.Label), DataType: string(w.DataType),
		PreviousValue: string(previous), Value: string(w.Value), ReferenceID: reference(w.ReferenceID),
		ReferenceName: string(w.ReferenceName), ReferenceType: EntityType(w.ReferenceType),
		SetID: reference(w.SetID), EntityID: reference(w.EntityID),
	}
}

// ofMember fills a path's place; an id holds nothing that must be escaped.
func ofMember(path string, id ID) string { return strings.Replace(path, memberPlace, string(id), 1) }
