package conformance_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
)

// oddities are the liberties that vendors' answers are known to take, drawn anew
// for each answer: which, and in which of their forms. Sections are those of the
// vendor's document.
type oddities map[string]string

// maybe draws none or one of the forms.
func (o oddities) maybe(r *rand.Rand, name string, forms ...string) {
	if i := r.IntN(len(forms) + 1); i < len(forms) {
		o[name] = forms[i]
	}
}

func (o oddities) has(name string) bool { _, ok := o[name]; return ok }

// anywhere are those of every vendor.
func anywhere(r *rand.Rand) oddities {
	o := oddities{}
	o.maybe(r, "strangers", "")        // keys that nobody knows
	o.maybe(r, "numbersAsStrings", "") // 6.25 and others
	o.maybe(r, "noNulls", "")          // a missing key instead
	return o
}

func drawAkashi(r *rand.Rand) oddities {
	o := anywhere(r)
	o.maybe(r, "emptyNulls", "")      // "" for null: 5.1.2, 6.1
	o.maybe(r, "blanks", "")          // in keys: 6.3, 6.26
	o.maybe(r, "punchNames", "")      // the table's of 6.11
	o.maybe(r, "recordsInObject", "") // the table's of 6.11
	o.maybe(r, "days", "2006/01/02", "2006-01-02", "20060102", "2006/1/2", "20060102150405")
	o.maybe(r, "times", "2006/1/2 15:04:05", "2006-01-02 15:04:05", "20060102150405", "2006-01-02T15:04:05+09:00")
	o.maybe(r, "zone", "+9.0", "+9.00", "+09:00") // 6.7, 6.10, 6.6
	o.maybe(r, "totals", "Count", "count")        // 6.4
	return o
}

// drawJobcan has what section 4 of the public facts leaves open.
func drawJobcan(r *rand.Rand) oddities {
	o := anywhere(r)
	o.maybe(r, "recordedAt", "2006-01-02T15:04:05", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00")
	o.maybe(r, "staffCode", "staff_code", "employee_code")
	o.maybe(r, "holidayTypes", "holiday_types", "items")
	o.maybe(r, "longDays", "")
	return o
}

// drawYesod has the misprints and the forms that the two references disagree in.
func drawYesod(r *rand.Rand) oddities {
	o := anywhere(r)
	o.maybe(r, "noReference", "AAAAAAAAAAAAAAAAAAAAAA", "") // the nil id, for none
	o.maybe(r, "entityId", "")                              // for groupId
	o.maybe(r, "openEnd", "9999-12-31", "")
	o.maybe(r, "oneValue", "") // a list of one without its brackets
	return o
}

// rewrite gives an answer the oddities; what is no JSON passes as it is.
func (o oddities) rewrite(body []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return body
	}
	switch top := v.(type) {
	case map[string]any:
		if rows, ok := top["response"].([]any); ok && o.has("recordsInObject") {
			top["response"] = map[string]any{"login_company_code": "demo", "response": rows}
		}
	case []any:
		if o.has("holidayTypes") {
			v = map[string]any{o["holidayTypes"]: top}
		}
	}
	out, err := json.Marshal(o.value("", v))
	if err != nil {
		return body
	}
	return out
}

var (
	day        = regexp.MustCompile(`^\d{4}[/-]\d\d[/-]\d\d$`)
	timeOfDay  = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d$`)
	recordedAt = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\+09:00)?$`)
)

func (o oddities) value(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		return o.object(v)
	case []any:
		for i := range v {
			v[i] = o.value("", v[i])
		}
		if o.has("oneValue") && len(v) == 1 && (key == "values" || key == "groups" || key == "attributes") {
			return v[0]
		}
		return v
	case json.Number:
		if o.has("numbersAsStrings") && !strings.ContainsAny(v.String(), ".eE") {
			return v.String()
		}
		return v
	case string:
		return o.text(key, v)
	}
	return v
}

// text spells days and times.
func (o oddities) text(key, s string) any {
	japan := time.FixedZone("JST", 9*60*60)
	in := func(form, layout, from string) any {
		if t, err := time.ParseInLocation(layout, from, japan); err == nil && o[form] != "" {
			return t.Format(o[form])
		}
		return s
	}
	switch {
	case key == "timezone" && o.has("zone"):
		return o["zone"]
	case key == "validEnd" && strings.HasPrefix(s, "9999") && o.has("openEnd"):
		return o["openEnd"]
	case day.MatchString(s) && o.has("longDays"):
		return s + "T00:00:00+09:00"
	case day.MatchString(s):
		return in("days", time.DateOnly, strings.ReplaceAll(s, "/", "-"))
	case timeOfDay.MatchString(s):
		return in("times", "2006/01/02 15:04:05", s)
	case recordedAt.MatchString(s):
		return in("recordedAt", "2006-01-02T15:04:05", s[:19])
	}
	return s
}

// names are other names of keys, by oddity.
func (o oddities) name(key string) string {
	switch {
	case o.has("punchNames") && key == "start_punch_time":
		return "attendance_punch_time"
	case o.has("punchNames") && key == "end_punch_time":
		return "leaving_punch_time"
	case o.has("staffCode") && key == "code":
		return o["staffCode"]
	case o.has("entityId") && key == "groupId":
		return "entityId"
	case o.has("totals") && strings.EqualFold(key, "count"):
		return o["totals"]
	}
	return key
}

func (o oddities) object(m map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v := o.value(key, m[key])
		reference := key == "referenceId" || key == "setId"
		switch {
		case reference && o.has("noReference") && (v == nil || v == "" || v == "AAAAAAAAAAAAAAAAAAAAAA"):
			v = o["noReference"]
		case v == nil && o.has("noNulls"):
			continue
		case v == nil && o.has("emptyNulls"):
			v = ""
		}
		key = o.name(key)
		if o.has("blanks") {
			key += " "
		}
		out[key] = v
	}
	if o.has("strangers") {
		out["x_unknown"] = map[string]any{"a": []any{json.Number("1"), nil, "b"}}
	}
	return out
}
