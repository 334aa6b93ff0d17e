package carely

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Refusal is what Carely says about an operation it refused. Its texts may repeat
// values that were sent: they are for whoever sent them, and for no log. Error()
// holds none of them.
type Refusal struct {
	// Fields are the complaints about fields of the input, ordered by field; they
	// come from the errors of the record.
	Fields []FieldError
	// Messages are the whole sentences: full_messages of a record, or the
	// messages of the errors at the top level.
	Messages []string
	// Problems say where the variables do not fit the schema.
	Problems []Problem
}

// FieldError is what is wrong with one field of the input.
type FieldError struct {
	// Field is in the server's spelling, which may be year_month for yearMonth.
	Field string
	// Codes are words like "blank"; Messages are for people. Either may be empty.
	Codes, Messages []string
}

// Problem is a place in the variables and what is wrong there.
type Problem struct {
	Path        []string
	Explanation string
}

// Error says nothing of what Carely said.
func (r *Refusal) Error() string { return "carely: the operation was refused" }

// RefusalOf returns what Carely said behind err, nil when it said nothing.
func RefusalOf(err error) *Refusal {
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		return nil
	}
	return r
}

// code is "field.code" of the first field that has one.
func (r *Refusal) code() string {
	for _, f := range r.Fields {
		for _, c := range f.Codes {
			if code := transport.VendorCode(f.Field + "." + c); code != "" {
				return code
			}
		}
	}
	return ""
}

func (r *Refusal) empty() bool { return len(r.Fields)+len(r.Messages)+len(r.Problems) == 0 }

// topError is one of the errors beside data. Only message is sure to be a text.
type topError struct {
	Message    loose `json:"message"`
	Extensions loose `json:"extensions"`
}

// loose takes any JSON value, to be looked at in a second step that may fail
// without the first.
type loose json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (l *loose) UnmarshalJSON(b []byte) error {
	*l = bytes.Clone(b)
	return nil
}

// into decodes the value as far as it fits, and leaves the rest zero.
func (l loose) into(v any) {
	// What does not fit is not told apart from what is absent, on purpose: this
	// reads texts of errors, whose shape is not sure.
	_ = json.Unmarshal(l, v)
}

func (l loose) text() string {
	var t flex.Text
	l.into(&t)
	return string(t)
}

// topRefusal reads the errors beside data, and the code of the first.
func topRefusal(list []topError) (r *Refusal, code string) {
	r = &Refusal{}
	for i, e := range list {
		if m := e.Message.text(); m != "" {
			r.Messages = append(r.Messages, m)
		}
		var ext struct {
			Code     loose `json:"code"`
			Problems loose `json:"problems"`
		}
		e.Extensions.into(&ext)
		if i == 0 {
			code = transport.VendorCode(ext.Code.text())
		}
		var problems flex.List[struct {
			Path        loose `json:"path"`
			Explanation loose `json:"explanation"`
		}]
		ext.Problems.into(&problems)
		for _, p := range problems {
			var path []flex.Text
			p.Path.into(&path)
			out := Problem{Explanation: p.Explanation.text()}
			for _, step := range path {
				out.Path = append(out.Path, string(step))
			}
			r.Problems = append(r.Problems, out)
		}
	}
	return r, code
}

// recordRefusal reads the JSON in a record's errors: null, "", an empty object and
// an object of empty values are none, for which it returns nil. It fails when
// there is something that is not such an object.
func recordRefusal(s string) (*Refusal, error) {
	s = strings.TrimSpace(s)
	if s == "" || s == "null" || s == "[]" {
		return nil, nil //nolint:nilnil // no complaint and no failure to read one.
	}
	var w struct {
		Errors       map[string]loose `json:"errors"`
		FullMessages flex.List[loose] `json:"full_messages"`
		Details      loose            `json:"details"`
	}
	if err := json.Unmarshal([]byte(s), &w); err != nil {
		return nil, err
	}
	details := map[string]flex.List[struct {
		Error loose `json:"error"`
	}]{}
	w.Details.into(&details)
	fields := map[string]*FieldError{}
	field := func(name string) *FieldError {
		if fields[name] == nil {
			fields[name] = &FieldError{Field: name}
		}
		return fields[name]
	}
	for name, messages := range w.Errors {
		field(name).Messages = texts(messages)
	}
	for name, list := range details {
		f := field(name)
		for _, d := range list {
			if code := d.Error.text(); code != "" {
				f.Codes = append(f.Codes, code)
			}
		}
	}
	r := &Refusal{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		r.Fields = append(r.Fields, *fields[name])
	}
	for _, m := range w.FullMessages {
		if t := m.text(); t != "" {
			r.Messages = append(r.Messages, t)
		}
	}
	if r.empty() {
		return nil, nil //nolint:nilnil // as above.
	}
	return r, nil
}

// texts reads an array of texts, or one text.
func texts(l loose) []string {
	if one := l.text(); one != "" {
		return []string{one}
	}
	var list []loose
	l.into(&list)
	var out []string
	for _, e := range list {
		if t := e.text(); t != "" {
			out = append(out, t)
		}
	}
	return out
}
