package akashi

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

// The types of this file read what the document calls Integer, String, Boolean,
// Array and DateTime from everything seen in their place.

var errShape = errors.New("akashi: value of another type") //nolint:gochecknoglobals // a constant error.

// num reads an Integer: a number, a number in a string (6.3, 6.25), null or "".
type num struct {
	n   int64
	set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *num) UnmarshalJSON(b []byte) error {
	*v = num{}
	s, err := scalar(b)
	if err != nil {
		return err
	}
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		*v = num{n, true}
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return errShape
	}
	*v = num{int64(f), true}
	return nil
}

// int returns 0 for an absent value.
func (v num) int() int { return int(v.n) }

// ptr returns nil for an absent value.
func (v num) ptr() *int {
	if !v.set {
		return nil
	}
	n := int(v.n)
	return &n
}

// float reads a Float, which may be null or a string.
type float struct{ p *float64 }

// UnmarshalJSON implements json.Unmarshaler.
func (v *float) UnmarshalJSON(b []byte) error {
	v.p = nil
	s, err := scalar(b)
	if err != nil {
		return err
	}
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return errShape
	}
	v.p = &f
	return nil
}

// text reads a String: a number (login_company_code in 6.4) and null too. Null
// and "" are alike (5.1.2 against 6.1).
type text string

// UnmarshalJSON implements json.Unmarshaler.
func (v *text) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	*v = text(s)
	return err
}

// flag reads a Boolean, also in a string or as 0 and 1.
type flag struct{ on, set bool }

// UnmarshalJSON implements json.Unmarshaler.
func (v *flag) UnmarshalJSON(b []byte) error {
	*v = flag{}
	s, err := scalar(b)
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
	case "true", "1":
		*v = flag{true, true}
	case "false", "0":
		*v = flag{false, true}
	default:
		return errShape
	}
	return nil
}

// scalar returns the text of a scalar, "" for null.
func scalar(b []byte) (string, error) {
	switch {
	case len(b) == 0:
		return "", errShape
	case b[0] == '"':
		if bytes.IndexByte(b, '\\') < 0 {
			return string(b[1 : len(b)-1]), nil
		}
		var s string
		err := json.Unmarshal(b, &s)
		return s, err
	case b[0] == '{' || b[0] == '[':
		return "", errShape
	case string(b) == "null":
		return "", nil
	default:
		return string(b), nil
	}
}

// list reads an Array: null, "" and a single object without its brackets too. It
// is nil only when its key is missing, which 5.1.2 does not allow.
type list[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (v *list[T]) UnmarshalJSON(b []byte) error {
	*v = list[T]{}
	switch {
	case string(b) == "null" || string(b) == `""`:
		return nil
	case len(b) > 0 && b[0] == '{':
		var one T
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*v = list[T]{one}
		return nil
	default:
		return json.Unmarshal(b, (*[]T)(v))
	}
}

// jst is the zone of all of AKASHI's times; Japan has no summer time.
func jst() *time.Location { return time.FixedZone("JST", 9*60*60) }

// instant reads a DateTime in Japanese time; null and "" are the zero time.
type instant struct{ t time.Time }

// UnmarshalJSON implements json.Unmarshaler.
func (v *instant) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	v.t, err = parseTime(s)
	return err
}

// parseTime reads yyyy/mm/dd HH:MM:SS (the document's), with dashes, with T,
// without seconds, as 14 digits, or with an offset.
func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{
		"2006/1/2 15:04:05", "2006-1-2 15:04:05", "20060102150405", "2006/1/2 15:04", "2006-1-2 15:04",
		"2006-1-2T15:04:05", time.RFC3339,
	} {
		if t, err := time.ParseInLocation(layout, s, jst()); err == nil {
			return t.In(jst()), nil
		}
	}
	return time.Time{}, errShape
}

// day reads a Date in any of its forms; null and "" are the empty Date.
type day struct{ d Date }

// UnmarshalJSON implements json.Unmarshaler.
func (v *day) UnmarshalJSON(b []byte) error {
	s, err := scalar(b)
	if err != nil {
		return err
	}
	v.d, err = ParseDate(s)
	return err
}

// parseZone reads a time zone: +9.0 (6.7), +9.00 (6.10), +09:00 (6.6), in
// minutes east of UTC.
func parseZone(s string) (minutes int, ok bool) {
	s = strings.TrimSpace(s)
	if h, m, found := strings.Cut(s, ":"); found {
		hours, err1 := strconv.Atoi(h)
		mins, err2 := strconv.Atoi(m)
		if err1 != nil || err2 != nil || mins < 0 || mins > 59 || hours < -14 || hours > 14 {
			return 0, false
		}
		if strings.HasPrefix(h, "-") {
			mins = -mins
		}
		return hours*60 + mins, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > 14 {
		return 0, false
	}
	return int(math.Round(f * 60)), true
}

// trimKeys removes white space inside the quotes of object keys ("staffs " in
// 6.3). Everything else, white space in values too, stays as it is.
func trimKeys(b []byte) []byte {
	var out []byte
	kept := 0
	for i := 0; i < len(b); {
		at := bytes.IndexByte(b[i:], '"')
		if at < 0 {
			break
		}
		start := i + at + 1
		end := stringEnd(b, start)
		if end < 0 {
			break
		}
		i = end + 1
		key := bytes.TrimSpace(b[start:end])
		if len(key) == end-start || !beforeColon(b[i:]) {
			continue
		}
		out = append(out, b[kept:start]...)
		out = append(out, key...)
		kept = end
	}
	if kept == 0 {
		return b
	}
	return append(out, b[kept:]...)
}

// stringEnd returns the index of the quote that ends the string, -1 without one.
func stringEnd(b []byte, start int) int {
	for i := start; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func beforeColon(b []byte) bool {
	for _, c := range b {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			return c == ':'
		}
	}
	return false
}
