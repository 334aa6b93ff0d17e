package flex

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	v1 "github.com/go-json-experiment/json/v1"
)

// From is a type that reads itself from a stream of JSON, in one pass. Types with
// json.Unmarshaler alone have their text scanned once more for each level.
type From = json.UnmarshalerFrom

// Decode reads JSON into v by the rules of encoding/json: the case of keys does
// not matter, unknown keys are passed over, the last of equal keys counts, and
// what is not UTF-8 becomes U+FFFD. Types with UnmarshalJSONFrom are read without
// a second pass.
func Decode(b []byte, v any) error {
	return json.Unmarshal(b, v, v1.DefaultOptionsV1()) //nolint:wrapcheck // callers judge it and drop its text
}

// NewDecoder reads JSON as Decode does, from a stream.
func NewDecoder(r io.Reader) *jsontext.Decoder { return jsontext.NewDecoder(r, v1.DefaultOptionsV1()) }

// Next reads the next value of a stream into v.
func Next(d *jsontext.Decoder, v any) error {
	return json.UnmarshalDecode(d, v) //nolint:wrapcheck // as in Decode
}

// Object reads the next value of a stream, which must be an object. member is
// called at each value and must read it.
func Object(d *jsontext.Decoder, member func(name string) error) error {
	if d.PeekKind() != jsontext.KindBeginObject {
		if err := d.SkipValue(); err != nil {
			return err //nolint:wrapcheck // as in Decode
		}
		return ErrShape
	}
	if _, err := d.ReadToken(); err != nil {
		return err //nolint:wrapcheck // as in Decode
	}
	for d.PeekKind() == jsontext.KindString {
		name, err := d.ReadToken()
		if err != nil {
			return err //nolint:wrapcheck // as in Decode
		}
		if err := member(name.String()); err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err //nolint:wrapcheck // as in Decode
}

// Each reads the next value of a stream, which must be an array. element is called
// at each of its values and must read it.
func Each(d *jsontext.Decoder, element func() error) error {
	if d.PeekKind() != jsontext.KindBeginArray {
		if err := d.SkipValue(); err != nil {
			return err //nolint:wrapcheck // as in Decode
		}
		return ErrShape
	}
	if _, err := d.ReadToken(); err != nil {
		return err //nolint:wrapcheck // as in Decode
	}
	for {
		switch d.PeekKind() { //nolint:exhaustive // all others begin an element
		case jsontext.KindEndArray, jsontext.KindInvalid:
			_, err := d.ReadToken()
			return err //nolint:wrapcheck // as in Decode
		}
		if err := element(); err != nil {
			return err
		}
	}
}

// scalar reads the next value of a stream as Scalar does.
func scalar(d *jsontext.Decoder) (string, error) {
	b, err := d.ReadValue()
	if err != nil {
		return "", err //nolint:wrapcheck // as in Decode
	}
	return Scalar(b)
}

// UnmarshalJSONFrom implements From.
func (v *Num) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	s, err := scalar(d)
	if err == nil {
		*v, err = ParseNum(s)
	}
	return err
}

// UnmarshalJSONFrom implements From.
func (v *Float) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	s, err := scalar(d)
	if err == nil {
		*v, err = float(s)
	}
	return err
}

// UnmarshalJSONFrom implements From.
func (v *Text) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	s, err := scalar(d)
	*v = Text(s)
	return err
}

// UnmarshalJSONFrom implements From.
func (v *Flag) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	s, err := scalar(d)
	if err == nil {
		*v, err = flag(s)
	}
	return err
}

// UnmarshalJSONFrom implements From.
func (v *List[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	*v = List[T]{}
	switch d.PeekKind() { //nolint:exhaustive // the others are read below
	case jsontext.KindBeginArray:
		return Next(d, (*[]T)(v))
	case jsontext.KindBeginObject:
		*v = make(List[T], 1)
		return Next(d, &(*v)[0])
	}
	b, err := d.ReadValue()
	if err == nil && !bytes.Equal(b, []byte("null")) && !bytes.Equal(b, []byte(`""`)) {
		err = ErrShape
	}
	return err //nolint:wrapcheck // as in Decode
}
