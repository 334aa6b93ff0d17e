package exec

import (
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// decoder turns an input value (nil, bool, string, a number, []any or
// map[string]any) into a value of one Go type.
type decoder func(v any) (reflect.Value, error)

// argDef is one argument of a resolver field.
type argDef struct {
	def    *ast.ArgumentDefinition
	decode decoder
	// absent is what the method gets when there is neither a value nor a default.
	absent reflect.Value
}

// inputError says which part of an argument does not fit, and why.
type inputError struct {
	path   string
	reason error
}

func (e *inputError) Error() string { return e.path + ": " + e.reason.Error() }

// within puts an element or field name in front of an error's path.
func within(name string, err error) error {
	if inner, ok := errors.AsType[*inputError](err); ok {
		sep := "."
		if strings.HasPrefix(inner.path, "[") {
			sep = ""
		}
		return &inputError{path: name + sep + inner.path, reason: inner.reason}
	}
	return &inputError{path: name, reason: err}
}

// badInput is the fault shown for an argument. Texts of foreign errors are kept
// out of it: they may repeat what was sent.
func badInput(f *fieldDef, err error) *fault.Error {
	path, reason := "", err
	if in, ok := errors.AsType[*inputError](err); ok {
		path, reason = in.path, in.reason
	}
	text := "is not valid"
	if r, ok := errors.AsType[reasonError](reason); ok {
		text = string(r)
	}
	if fe, ok := errors.AsType[*fault.Error](reason); ok {
		text = fe.Message
	}
	return fault.New(fault.BadUserInput, "argument %q of %s: %s", path, f, text).Because(err)
}

// reasonError is a reason that may be shown.
type reasonError string

func (e reasonError) Error() string { return string(e) }

func (c *compiler) arg(f *fieldDef, def *ast.ArgumentDefinition, goType reflect.Type) argDef {
	where := f.String() + "(" + def.Name + ")"
	return argDef{def: def, decode: c.input(where, def.Type, goType), absent: reflect.Zero(goType)}
}

// input compiles the decoder of a type; where names the place in faults.
func (c *compiler) input(where string, t *ast.Type, goType reflect.Type) decoder {
	if !t.NonNull {
		return c.nullable(where, t, goType)
	}
	if goType.Kind() == reflect.Pointer && t.Elem == nil {
		elem := c.input(where, t, goType.Elem())
		return func(v any) (reflect.Value, error) { return pointerTo(elem, v, goType.Elem()) }
	}
	if t.Elem != nil {
		return c.listInput(where, t, goType)
	}
	decode := c.namedInput(where, c.schema.Types[t.NamedType], goType)
	return func(v any) (reflect.Value, error) {
		if v == nil {
			return reflect.Value{}, reasonError("must not be null")
		}
		return decode(v)
	}
}

func (c *compiler) nullable(where string, t *ast.Type, goType reflect.Type) decoder {
	nonNull := *t
	nonNull.NonNull = true
	null := reflect.Zero(goType)
	switch goType.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
	default:
		c.fault("%s: may be null, but %s cannot be nil", where, goType)
		return nil
	}
	decode := c.input(where, &nonNull, goType)
	return func(v any) (reflect.Value, error) {
		if v == nil {
			return null, nil
		}
		return decode(v)
	}
}

func pointerTo(elem decoder, v any, goType reflect.Type) (reflect.Value, error) {
	got, err := elem(v)
	if err != nil {
		return reflect.Value{}, err
	}
	p := reflect.New(goType)
	p.Elem().Set(got)
	return p, nil
}

func (c *compiler) listInput(where string, t *ast.Type, goType reflect.Type) decoder {
	if goType.Kind() != reflect.Slice {
		c.fault("%s: %s is no slice", where, goType)
		return nil
	}
	elem := c.input(where, t.Elem, goType.Elem())
	return func(v any) (reflect.Value, error) {
		if v == nil {
			return reflect.Value{}, reasonError("must not be null")
		}
		list := reflect.ValueOf(v)
		if list.Kind() != reflect.Slice {
			// A single value stands for a list of one.
			list = reflect.ValueOf([]any{v})
		}
		out := reflect.MakeSlice(goType, list.Len(), list.Len())
		for i := range list.Len() {
			got, err := elem(list.Index(i).Interface())
			if err != nil {
				return reflect.Value{}, within("["+strconv.Itoa(i)+"]", err)
			}
			out.Index(i).Set(got)
		}
		return out, nil
	}
}

func (c *compiler) namedInput(where string, def *ast.Definition, goType reflect.Type) decoder {
	switch def.Kind {
	case ast.InputObject:
		return c.objectInput(where, def, goType)
	case ast.Enum:
		if goType.Kind() != reflect.String && !hasUnmarshalText(goType) {
			c.fault("%s: %s cannot hold the enum %s", where, goType, def.Name)
			return nil
		}
		valid := enumSet(def)
		set := textInput(goType)
		return func(v any) (reflect.Value, error) {
			if s, ok := asString(v); !ok || !valid(s) {
				return reflect.Value{}, reasonError("is not a value of " + def.Name)
			}
			return set(v)
		}
	}
	decode := scalarInput(def, goType)
	if decode == nil {
		c.fault("%s: %s cannot hold %s", where, goType, def.Name)
		return nil
	}
	return func(v any) (reflect.Value, error) {
		got, err := decode(v)
		if err != nil {
			if _, ok := errors.AsType[*fault.Error](err); ok {
				return got, err
			}
			return got, reasonError("is not a valid " + def.Name)
		}
		return got, nil
	}
}

var errKind = errors.New("value of the wrong kind")

func scalarInput(def *ast.Definition, t reflect.Type) decoder {
	if hasUnmarshalText(t) {
		return idText(def, textInput(t))
	}
	switch kind := t.Kind(); {
	case def.Name == "Int" && isInt(kind):
		return intInput(t, math.MinInt32, math.MaxInt32)
	case def.Name == "Int":
		return nil
	case kind == reflect.String && def.Name != "Float" && def.Name != "Boolean":
		return idText(def, textInput(t))
	case def.Name == "ID" && isInt(kind):
		return intIDInput(t)
	case isInt(kind) && !def.BuiltIn:
		return intInput(t, math.MinInt64, math.MaxInt64)
	case (kind == reflect.Float64 || kind == reflect.Float32) && (def.Name == "Float" || !def.BuiltIn):
		return floatInput(t)
	case kind == reflect.Bool && (def.Name == "Boolean" || !def.BuiltIn):
		return func(v any) (reflect.Value, error) {
			b, ok := v.(bool)
			if !ok {
				return reflect.Value{}, errKind
			}
			return reflect.ValueOf(b).Convert(t), nil
		}
	case kind == reflect.Interface || kind == reflect.Map:
		return func(v any) (reflect.Value, error) {
			if got := reflect.ValueOf(v); got.Type().AssignableTo(t) {
				return got, nil
			}
			return reflect.Value{}, errKind
		}
	}
	return nil
}

func hasUnmarshalText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// idText lets an ID be given as an integer too.
func idText(def *ast.Definition, set decoder) decoder {
	if def.Name != "ID" {
		return set
	}
	return func(v any) (reflect.Value, error) {
		if n, ok := asInt(v); ok {
			v = strconv.FormatInt(n, 10)
		}
		return set(v)
	}
}

func textInput(t reflect.Type) decoder {
	unmarshal := hasUnmarshalText(t)
	return func(v any) (reflect.Value, error) {
		s, ok := asString(v)
		if !ok {
			return reflect.Value{}, errKind
		}
		if !unmarshal {
			return reflect.ValueOf(s).Convert(t), nil
		}
		p := reflect.New(t)
		if err := as[encoding.TextUnmarshaler](p.Elem()).UnmarshalText([]byte(s)); err != nil {
			return reflect.Value{}, err
		}
		return p.Elem(), nil
	}
}

func intInput(t reflect.Type, low, high int64) decoder {
	return func(v any) (reflect.Value, error) {
		n, ok := asInt(v)
		if !ok {
			return reflect.Value{}, errKind
		}
		out := reflect.New(t).Elem()
		switch {
		case n < low || n > high:
			return reflect.Value{}, errKind
		case out.CanInt() && !out.OverflowInt(n):
			out.SetInt(n)
		case out.CanUint() && n >= 0 && !out.OverflowUint(uint64(n)):
			out.SetUint(uint64(n))
		default:
			return reflect.Value{}, errKind
		}
		return out, nil
	}
}

// intIDInput reads the ids that writeIntID writes: whole numbers in a string, or
// as they are.
func intIDInput(t reflect.Type) decoder {
	set := intInput(t, math.MinInt64, math.MaxInt64)
	return func(v any) (reflect.Value, error) {
		s, ok := asString(v)
		if !ok {
			return set(v)
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return reflect.Value{}, errKind
		}
		return set(n)
	}
}

func floatInput(t reflect.Type) decoder {
	return func(v any) (reflect.Value, error) {
		f, ok := asFloat(v)
		if !ok || math.IsInf(f, 0) || math.IsNaN(f) {
			return reflect.Value{}, errKind
		}
		return reflect.ValueOf(f).Convert(t), nil
	}
}

func asString(v any) (string, bool) {
	if _, isNumber := v.(json.Number); isNumber {
		return "", false
	}
	rv := reflect.ValueOf(v)
	return rv.String(), rv.Kind() == reflect.String
}

func asInt(v any) (int64, bool) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseInt(string(v), 10, 64)
		if err == nil {
			return n, true
		}
		f, err := strconv.ParseFloat(string(v), 64) // 1e3 and 4.0 are integers in JSON
		return wholeInt(f, err == nil)
	case float64:
		return wholeInt(v, true)
	case float32:
		return wholeInt(float64(v), true)
	}
	if rv := reflect.ValueOf(v); rv.CanInt() {
		return rv.Int(), true
	}
	return 0, false
}

func wholeInt(f float64, ok bool) (int64, bool) {
	return int64(f), ok && f == math.Trunc(f) && math.Abs(f) < 1<<53
}

func asFloat(v any) (float64, bool) {
	if n, ok := v.(json.Number); ok {
		f, err := strconv.ParseFloat(string(n), 64)
		return f, err == nil
	}
	switch rv := reflect.ValueOf(v); {
	case rv.CanFloat():
		return rv.Float(), true
	case rv.CanInt():
		return float64(rv.Int()), true
	}
	return 0, false
}
