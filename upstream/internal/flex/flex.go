// Package flex reads JSON values that vendors write in more than one way: numbers
// in text, text as numbers, null for "", objects for arrays, keys with stray
// white space. The vendor clients' wire structs are made of its types.
//
// Its errors of shape never quote what was read. It imports no room, and of
// libraries encoding/json/v2 alone.
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
type Num struct { //nolint:recvcheck // a value in all but reading
	N int64
	// Set is false for null, "" and a missing key.
	Set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (v *Num) UnmarshalJSON(b []byte) error {
	s, err := Scalar(b)
	if err == nil {
		*v, err = ParseNum(s)
	}
	return err
}

// ParseNum reads the text of a scalar.
func ParseNum(s string) (Num, error) {
	if s = strings.TrimSpace(s); s == "" {
		return Num{}, nil
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return Num{n, true}, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return Num{}, ErrShape
	}
	return Num{int64(f), true}, nil
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
	s, err := Scalar(b)
	if err == nil {
		*v, err = float(s)
	}
	return err
}

func float(s string) (Float, error) {
	if s = strings.TrimSpace(s); s == "" {
		return Float{}, nil
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return Float{}, ErrShape
	}
	return Float{&f}, nil
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
	s, err := Scalar(b)
	if err == nil {
		*v, err = flag(s)
	}
	return err
}

func flag(s string) (Flag, error) {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "":
		return Flag{}, nil
	case "true", "1":
		return Flag{true, true}, nil
	case "false", "0":
		return Flag{false, true}, nil
	default:
		return Flag{}, ErrShape
	}
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
func (v *List[T]) UnmarshalJSON(b []byte) error { return Decode(b, v) }

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
