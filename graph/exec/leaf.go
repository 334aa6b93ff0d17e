package exec

import (
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// leafWriter appends one scalar or enum value as JSON. null is set, with
// nothing appended, when the value stands for null.
type leafWriter func(buf []byte, v reflect.Value) (out []byte, null bool, err error)

// JSONAppender is what a scalar's Go type may have to write itself, quotes and
// escapes included, without a copy.
type JSONAppender interface {
	AppendJSON(buf []byte) []byte
}

// leaf picks how values of goType are written as def; nil when they cannot be.
func (c *compiler) leaf(def *ast.Definition, goType reflect.Type) leafWriter {
	if def.Kind == ast.Enum {
		return enumLeaf(def, goType)
	}
	kind := goType.Kind()
	switch def.Name {
	case "Int":
		if isInt(kind) {
			return writeInt
		}
		return nil
	case "Float":
		return numberLeaf(kind)
	case "Boolean":
		if kind == reflect.Bool {
			return writeBool
		}
		return nil
	}
	if w := textLeaf(goType); w != nil {
		return w
	}
	switch {
	case kind == reflect.String:
		return writeString
	case def.Name == "ID" && isInt(kind):
		return writeIntID
	case def.BuiltIn:
		return nil
	case kind == reflect.Bool:
		return writeBool
	}
	if w := numberLeaf(kind); w != nil {
		return w
	}
	return writeJSON
}

func isInt(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Uint64
}

func numberLeaf(kind reflect.Kind) leafWriter {
	switch {
	case kind == reflect.Float32 || kind == reflect.Float64:
		return writeFloat
	case isInt(kind):
		return writeLong
	}
	return nil
}

// textLeaf uses what the type offers: AppendJSON, AppendText, MarshalText.
func textLeaf(t reflect.Type) leafWriter {
	p := reflect.PointerTo(t)
	switch {
	case p.Implements(reflect.TypeFor[JSONAppender]()):
		return func(buf []byte, v reflect.Value) (out []byte, _ bool, err error) {
			defer recoverLeaf(&err)
			return as[JSONAppender](v).AppendJSON(buf), false, nil
		}
	case p.Implements(reflect.TypeFor[encoding.TextAppender]()):
		return func(buf []byte, v reflect.Value) (out []byte, _ bool, err error) {
			defer recoverLeaf(&err)
			start := len(buf)
			buf, err = as[encoding.TextAppender](v).AppendText(append(buf, '"'))
			if err != nil {
				return buf, false, err
			}
			return closeString(buf, start), false, nil
		}
	case p.Implements(reflect.TypeFor[encoding.TextMarshaler]()):
		return func(buf []byte, v reflect.Value) (out []byte, _ bool, err error) {
			defer recoverLeaf(&err)
			text, err := as[encoding.TextMarshaler](v).MarshalText()
			if err != nil {
				return buf, false, err
			}
			return appendString(buf, string(text)), false, nil
		}
	}
	return nil
}

// as returns the address of v as an interface that its type has, as was checked
// when the leaf was compiled.
func as[T any](v reflect.Value) T {
	out, _ := reflect.TypeAssert[T](addressable(v).Addr())
	return out
}

// errPanic marks a panic in code that writes a leaf; the log has the rest.
var errPanic = errors.New("panic while a value was written")

func recoverLeaf(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %s", errPanic, panicText(p))
	}
}

func enumLeaf(def *ast.Definition, t reflect.Type) leafWriter {
	valid := enumSet(def)
	if t.Kind() == reflect.String {
		return func(buf []byte, v reflect.Value) ([]byte, bool, error) {
			s := v.String()
			if s == "" {
				return buf, true, nil
			}
			if !valid(s) {
				return buf, false, errors.New("not a value of the enum " + def.Name)
			}
			buf = append(buf, '"')
			buf = append(buf, s...)
			return append(buf, '"'), false, nil
		}
	}
	write := textLeaf(t)
	if write == nil {
		return nil
	}
	return func(buf []byte, v reflect.Value) ([]byte, bool, error) {
		start := len(buf)
		buf, null, err := write(buf, v)
		if err == nil && !null && !valid(string(buf[start+1:len(buf)-1])) {
			err = errors.New("not a value of the enum " + def.Name)
		}
		return buf, null, err
	}
}

func writeString(buf []byte, v reflect.Value) ([]byte, bool, error) {
	return appendString(buf, v.String()), false, nil
}

func writeBool(buf []byte, v reflect.Value) ([]byte, bool, error) {
	return strconv.AppendBool(buf, v.Bool()), false, nil
}

// writeInt writes the Int of GraphQL, which has 32 bits.
func writeInt(buf []byte, v reflect.Value) ([]byte, bool, error) {
	if v.CanInt() {
		if n := v.Int(); n >= math.MinInt32 && n <= math.MaxInt32 {
			return strconv.AppendInt(buf, n, 10), false, nil
		}
	} else if n := v.Uint(); n <= math.MaxInt32 {
		return strconv.AppendUint(buf, n, 10), false, nil
	}
	return buf, false, errors.New("integer does not fit into the 32 bits of Int")
}

func writeLong(buf []byte, v reflect.Value) ([]byte, bool, error) {
	if v.CanInt() {
		return strconv.AppendInt(buf, v.Int(), 10), false, nil
	}
	return strconv.AppendUint(buf, v.Uint(), 10), false, nil
}

func writeIntID(buf []byte, v reflect.Value) ([]byte, bool, error) {
	buf, _, _ = writeLong(append(buf, '"'), v) // writeLong cannot fail
	return append(buf, '"'), false, nil
}

func writeFloat(buf []byte, v reflect.Value) ([]byte, bool, error) {
	f := v.Float()
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return buf, false, errors.New("not a finite number")
	}
	format := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(buf, f, format, -1, v.Type().Bits()), false, nil
}

// writeJSON is for scalars that hold free JSON, such as a map.
func writeJSON(buf []byte, v reflect.Value) (_ []byte, _ bool, err error) {
	defer recoverLeaf(&err)
	text, err := json.Marshal(v.Interface())
	if err != nil || string(text) == "null" {
		return buf, err == nil, err
	}
	return append(buf, text...), false, nil
}
