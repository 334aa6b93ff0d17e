package carely

import (
	"encoding/json"
	"maps"
	"slices"
)

// problems collects what is wrong with an input; the answer is a JSON document
// inside the string errors (document, "Errorについて").
type problems struct {
	fields map[string][]string
	full   []string
	detail map[string][]map[string]string
}

// add notes that a field, whose label people read, has a problem of a kind.
func (p *problems) add(field, label, message, kind string) {
	if p.fields == nil {
		p.fields, p.detail = map[string][]string{}, map[string][]map[string]string{}
	}
	p.fields[field] = append(p.fields[field], message)
	p.full = append(p.full, label+message)
	p.detail[field] = append(p.detail[field], map[string]string{"error": kind})
}

func (p *problems) blank(field, label string) {
	p.add(field, label, "を入力してください", "blank")
}

func (p *problems) invalid(field, label string) {
	p.add(field, label, "は不正な値です", "invalid")
}

// text is nil when nothing is wrong.
func (p *problems) text() *string {
	if len(p.full) == 0 {
		return nil
	}
	body, err := json.Marshal(struct {
		Errors       map[string][]string            `json:"errors"`
		FullMessages []string                       `json:"full_messages"`
		Details      map[string][]map[string]string `json:"details"`
	}{p.fields, p.full, p.detail})
	if err != nil {
		// Strings always marshal; keep the problem visible all the same.
		return new("invalid: " + slices.Sorted(maps.Keys(p.fields))[0])
	}
	return new(string(body))
}
