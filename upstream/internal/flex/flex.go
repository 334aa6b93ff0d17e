// Package flex reads JSON values that vendors write in more than one way: numbers
// in text, text as numbers, null for "", objects for arrays, keys with stray
// white space. The vendor clients' wire structs are made of its types.
//
// Its errors never quote what was read. It imports the standard library only.
package flex

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
)

// ErrShape says that a value has a type that cannot be read as what was asked.
var ErrShape = errors.New("value of another type")

// Num reads an integer: a number, a number in a string, null or "".
type Num struct {
	N int64
	// Set is false for null, "" and a missing key.
	Set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Num) UnmarshalJSON(b []byte) error {
	*v = Num{}
	s, err := Scalar(b)
	if err != nil {
		return err
	}
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		*v = Num{n, true}
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return ErrShape
	}
	*v = Num{int64(f), true}
	return nil
}

// Int returns 0 for an absent value.
func (v Num) Int() int { return int(v.N) }

// Ptr returns nil for an absent value.
func (v Num) Ptr() *int {
	if !v.Set {
		return nil
	}
	n := int(v.N)
	return &n
}

// Float reads a number with a fraction, which may be null or in a string.
type Float struct{ P *float64 }

// UnmarshalJSON implements json.Unmarshaler.
func (v *Float) UnmarshalJSON(b []byte) error {
	v.P = nil
	s, err := Scalar(b)
	if err != nil {
		return err
	}
	if s = strings.TrimSpace(s); s == "" {
		return nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return ErrShape
	}
	v.P = &f
	return nil
}

// Text reads a string, a number or a boolean; null is "".
type Text string

// UnmarshalJSON implements json.Unmarshaler.
func (v *Text) UnmarshalJSON(b []byte) error {
	s, err := Scalar(b)
	*v = Text(s)
	return err
}

// Flag reads a boolean, also in a string or as 0 and 1.
type Flag struct {
	On bool
	// Set is false for null, "" and a missing key.
	Set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Flag) UnmarshalJSON(b []byte) error {
	*v = Flag{}
	s, err := Scalar(b)
	if err != nil {
		return err
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
	case "true", "1":
		*v = Flag{true, true}
	case "false", "0":
		*v = Flag{false, true}
	default:
		return ErrShape
	}
	return nil
}

// Scalar returns the text of a JSON scalar in valid UTF-8, "" for null.
func Scalar(b []byte) (string, error) {
	switch {
	case len(b) == 0:
		return "", ErrShape
	case b[0] == '"':
		if bytes.IndexByte(b, '\\') < 0 {
			return strings.ToValidUTF8(string(b[1:len(b)-1]), "\ufffd"), nil
		}
		var s string
		err := json.Unmarshal(b, &s)
		return s, err
	case b[0] == '{' || b[0] == '[':
		return "", ErrShape
	case string(b) == "null":
		return "", nil
	default:
		return string(b), nil
	}
}

// List reads an array: null, "" and a single object without its brackets too. It
// is nil only when its key is missing.
type List[T any] []T

// UnmarshalJSON implements json.Unmarshaler.
func (v *List[T]) UnmarshalJSON(b []byte) error {
	*v = List[T]{}
	switch {
	case string(b) == "null" || string(b) == `""`:
		return nil
	case len(b) > 0 && b[0] == '{':
		var one T
		if err := json.Unmarshal(b, &one); err != nil {
			return err
		}
		*v = List[T]{one}
		return nil
	default:
		return json.Unmarshal(b, (*[]T)(v))
	}
}

// TrimKeys removes white space inside the quotes of object keys. Everything else,
// white space in values too, stays as it is.
func TrimKeys(b []byte) []byte {
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
