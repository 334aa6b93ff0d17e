package yesod

import (
	"net/http"

	"github.com/hitotsu/hitotsu/simulator/control"
)

type groupRow struct {
	EntityID   string           `json:"entityId"`
	Name       string           `json:"name"`
	Attributes []attributeReply `json:"attributes"`
}

// groupTree is GET /api/v20.06/groupTree. In spite of its name the answer is
// flat: no parent is documented (facts 1.4).
func (s *Server) groupTree(w http.ResponseWriter, r *http.Request) {
	day, ok := s.day(r.URL.Query().Get("date"))
	if !ok {
		s.fail(w, http.StatusBadRequest, "date must be YYYY-MM-DD")
		return
	}
	kind := r.URL.Query().Get("groupType")
	switch kind {
	case "":
		kind = kindOrganization
	case kindCompany, kindOrganization, kindOffice, kindProject:
	default:
		s.fail(w, http.StatusBadRequest, "groupType is unknown")
		return
	}
	d := s.data()
	var every []string
	for _, a := range d.catalogue {
		every = append(every, a.id)
	}
	rows := []groupRow{}
	for _, g := range d.groups[kind] {
		if now := d.on(g.attrs, day); len(now) > 0 {
			rows = append(rows, groupRow{
				EntityID: g.id, Name: g.nameOn(day), Attributes: d.selectAttributes(now, every),
			})
		}
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"date": day, "groups": rows, "timestamp": s.timestamp()})
}

type labels struct {
	JA string `json:"ja_JP"`
	EN string `json:"en_US"`
}

type attributeRow struct {
	AttributeID    string  `json:"attributeId"`
	AttributeLabel labels  `json:"attributeLabel"`
	ReferenceType  *string `json:"referenceType"`
	DataType       string  `json:"dataType"`
}

// attributeLabels is GET /api/v21.07/attributeLabel: a bare array (facts 1.4).
func (s *Server) attributeLabels(w http.ResponseWriter, _ *http.Request) {
	rows := []attributeRow{}
	for _, a := range s.data().catalogue {
		row := attributeRow{AttributeID: a.id, AttributeLabel: labels{a.ja, a.en}, DataType: a.dataType}
		if a.reference != "" {
			row.ReferenceType = &a.reference
		}
		rows = append(rows, row)
	}
	control.WriteJSON(w, http.StatusOK, rows)
}

// OptionLabels is printed with en_UN, so it is sent so (facts 1.4).
type OptionLabels struct {
	JA string `json:"ja_JP"`
	EN string `json:"en_UN,omitempty"`
	// US is EN under the quirk RightLabels.
	US string `json:"en_US,omitempty"`
}

// OptionRow is one value that a select may take.
type OptionRow struct {
	AttributeID    string       `json:"attributeId"`
	AttributeLabel string       `json:"attributeLabel"`
	OptionID       string       `json:"optionId"`
	Labels         OptionLabels `json:"labels"`
	Order          int          `json:"order"`
	Selectable     bool         `json:"selectable"`
}

func (d *data) options(attributeID string) []OptionRow {
	rows := []OptionRow{}
	for _, a := range d.catalogue {
		if attributeID != "" && a.id != attributeID {
			continue
		}
		for i, o := range a.options {
			rows = append(rows, OptionRow{
				AttributeID: a.id, AttributeLabel: a.ja, OptionID: newID(d.seed, "option", a.id+o.ja),
				Labels: OptionLabels{JA: o.ja, EN: o.en}, Order: i, Selectable: true,
			})
		}
	}
	return rows
}

// listOptions is GET /api/v25.04/options: a bare array (facts 1.4).
func (s *Server) listOptions(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("attributeId")
	if _, ok := s.data().attributes[id]; id != "" && !ok {
		s.fail(w, http.StatusBadRequest, errAttribute.Error())
		return
	}
	rows := s.data().options(id)
	if s.quirks.On(RightLabels) {
		for i := range rows {
			rows[i].Labels.EN, rows[i].Labels.US = "", rows[i].Labels.EN
		}
	}
	control.WriteJSON(w, http.StatusOK, rows)
}
