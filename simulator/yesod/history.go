package yesod

import (
	"net/http"
	"slices"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type changedAttribute struct {
	// PreviousValue is spelt so in the document (facts 1.4).
	PreviousValue  any     `json:"previosValue"`
	RightlySpelt   any     `json:"previousValue,omitempty"` // see the quirk PreviousValue
	Value          any     `json:"value"`
	DataType       string  `json:"dataType"`
	AttributeID    string  `json:"attributeId"`
	AttributeLabel string  `json:"attributeLabel"`
	ReferenceID    string  `json:"referenceId"`
	ReferenceName  *string `json:"referenceName"`
	ReferenceType  *string `json:"referenceType"`
	SetID          string  `json:"setId"`
	EntityID       string  `json:"entityId"`
	Date           string  `json:"date"`
}

type history struct {
	Date    string             `json:"date"`
	Changed []changedAttribute `json:"changedAttributes"`
}

// histories is GET /api/v22.10/members/{memberId}/histories: what began, was
// replaced or ended on each day, the oldest first (the order is ours).
func (s *Server) histories(w http.ResponseWriter, r *http.Request) {
	d := s.data()
	i := slices.IndexFunc(d.members, func(m *member) bool { return m.id == r.PathValue("id") })
	if i < 0 {
		s.fail(w, http.StatusNotFound, "no such member")
		return
	}
	right := s.quirks.On(PreviousValue)
	out := []history{}
	for _, day := range d.members[i].attrs.days() {
		if rows := d.changedOn(d.members[i], day); len(rows) > 0 {
			for k := range rows {
				if right {
					rows[k].PreviousValue, rows[k].RightlySpelt = nil, rows[k].PreviousValue
				}
			}
			out = append(out, history{day, rows})
		}
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"histories": out})
}

func (d *data) changedOn(m *member, day string) []changedAttribute {
	var out []changedAttribute
	before := dayAfter(day, -1)
	for _, a := range d.catalogue {
		list := m.attrs[a.id]
		row := func(v Value, old, now any) changedAttribute {
			c := changedAttribute{
				PreviousValue: old, Value: now, DataType: a.dataType, AttributeID: a.id, AttributeLabel: a.ja,
				ReferenceID: nilID, SetID: v.SetID, EntityID: m.id, Date: day,
			}
			if g := d.byID[v.ReferenceID]; g != nil {
				c.ReferenceID, c.ReferenceName, c.ReferenceType = g.id, new(g.nameOn(day)), &g.kind
			}
			return c
		}
		for _, v := range list {
			if v.ValidStart != day {
				continue
			}
			var old any
			for _, p := range list {
				if p.SetID == v.SetID && p.ValidEnd == before {
					old = p.Value
				}
			}
			out = append(out, row(v, old, v.Value))
		}
		for _, v := range list {
			replaced := slices.ContainsFunc(list, func(n Value) bool { return n.SetID == v.SetID && n.ValidStart == day })
			if v.ValidEnd == before && !replaced {
				out = append(out, row(v, v.Value, nil))
			}
		}
	}
	return out
}
