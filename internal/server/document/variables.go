package document

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Variables coerces the variables of one request, decoded with json.Number, to
// what op declares, as section 6.1.2 of the specification says.
//
// gqlparser's own VariableValues is not used: it takes "5" for an Int and
// "active" for ACTIVE, lets every key of a @oneOf object through, changes its
// input, and its messages quote values, which may be personal data.
//
// In the result an Int is an int64, a Float a float64, a String, an ID and an
// enum value a string, a list []any, an input object map[string]any with its
// defaults filled in, and a custom scalar whatever JSON gave. A variable that
// was not given and has no default is absent. The error is Problems.
func (p *Preparer) Variables(op *ast.OperationDefinition, given map[string]any) (map[string]any, error) {
	out := make(map[string]any, len(op.VariableDefinitions))
	for _, def := range op.VariableDefinitions {
		c := coercer{schema: p.schema, name: "$" + def.Variable}
		v, ok := given[def.Variable]
		v, ok, err := c.orDefault(def.Type, v, ok, def.DefaultValue)
		if err != nil {
			return nil, refuse(fault.ValidationFailed, def.Position, "%s", cut(err.Error()))
		}
		if ok {
			out[def.Variable] = v
		}
	}
	return out, nil
}

// coercer coerces one value. It knows where the value is by the coercer of the
// value around it, so that a place is only written out when something is wrong.
type coercer struct {
	schema *ast.Schema
	around *coercer
	name   string
	index  int
}

func (c *coercer) String() string {
	switch {
	case c.around == nil:
		return c.name
	case c.name == "":
		return c.around.String() + "[" + strconv.Itoa(c.index) + "]"
	default:
		return c.around.String() + "." + c.name
	}
}

func (c *coercer) wrong(t *ast.Type) error { return fmt.Errorf("%s: not a valid %s", c, t) }

// orDefault coerces a value that may not have been given. The result is absent
// when there is no default either and the type allows that.
func (c *coercer) orDefault(t *ast.Type, v any, given bool, def *ast.Value) (any, bool, error) {
	if !given {
		if def == nil {
			if t.NonNull {
				return nil, false, fmt.Errorf("%s: a %s is needed", c, t)
			}
			return nil, false, nil
		}
		var err error
		if v, err = def.Value(nil); err != nil {
			return nil, false, c.wrong(t)
		}
	}
	v, err := c.coerce(t, v)
	return v, err == nil, err
}

func (c *coercer) coerce(t *ast.Type, v any) (any, error) {
	if v == nil {
		if t.NonNull {
			return nil, fmt.Errorf("%s: null is not a %s", c, t)
		}
		return v, nil
	}
	if t.Elem != nil {
		return c.list(t, v)
	}
	def := c.schema.Types[t.NamedType]
	if def == nil {
		return nil, c.wrong(t)
	}
	switch def.Kind {
	case ast.Enum:
		if s, ok := v.(string); ok && def.EnumValues.ForName(s) != nil {
			return s, nil
		}
		return nil, c.wrong(t)
	case ast.InputObject:
		return c.object(def, t, v)
	case ast.Scalar:
		return c.scalar(t, v)
	default:
		return nil, c.wrong(t)
	}
}

func (c *coercer) list(t *ast.Type, v any) (any, error) {
	items, ok := v.([]any)
	if !ok {
		one, err := c.coerce(t.Elem, v)
		if err != nil {
			return nil, err
		}
		return []any{one}, nil
	}
	out := make([]any, len(items))
	at := coercer{schema: c.schema, around: c}
	for i, item := range items {
		at.index = i
		var err error
		if out[i], err = at.coerce(t.Elem, item); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *coercer) object(def *ast.Definition, t *ast.Type, v any) (any, error) {
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, c.wrong(t)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if def.Fields.ForName(name) == nil {
			at := coercer{around: c, name: name}
			return nil, fmt.Errorf("%s: %s has no such field", &at, def.Name)
		}
	}
	if def.Directives.ForName("oneOf") != nil && !exactlyOne(fields) {
		return nil, fmt.Errorf("%s: a %s holds exactly one field, and not null", c, def.Name)
	}
	out := make(map[string]any, len(def.Fields))
	for _, f := range def.Fields {
		at := coercer{schema: c.schema, around: c, name: f.Name}
		value, ok := fields[f.Name]
		value, ok, err := at.orDefault(f.Type, value, ok, f.DefaultValue)
		if err != nil {
			return nil, err
		}
		if ok {
			out[f.Name] = value
		}
	}
	return out, nil
}

func exactlyOne(fields map[string]any) bool {
	for _, v := range fields {
		return len(fields) == 1 && v != nil
	}
	return false
}

func (c *coercer) scalar(t *ast.Type, v any) (any, error) {
	number, isNumber := asNumber(v)
	switch t.NamedType {
	case "Int":
		if isNumber {
			if n, ok := wholeNumber(number); ok {
				return n, nil
			}
		}
	case "Float":
		if isNumber {
			if f, err := number.Float64(); err == nil {
				return f, nil
			}
		}
	case "String":
		if s, ok := v.(string); ok {
			return s, nil
		}
	case "Boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case "ID":
		if s, ok := v.(string); ok {
			return s, nil
		}
		if isNumber {
			if n, err := strconv.ParseInt(number.String(), 10, 64); err == nil {
				return strconv.FormatInt(n, 10), nil
			}
		}
	default:
		return v, nil
	}
	return nil, c.wrong(t)
}

// asNumber takes the numbers of JSON and of literals, which defaults are.
func asNumber(v any) (json.Number, bool) {
	switch v := v.(type) {
	case json.Number:
		return v, true
	case int64:
		return json.Number(strconv.FormatInt(v, 10)), true
	case float64:
		return json.Number(strconv.FormatFloat(v, 'g', -1, 64)), true
	}
	return "", false
}

// wholeNumber returns a 32-bit number; JSON may write it as 5, 5.0 or 5e0.
func wholeNumber(n json.Number) (int64, bool) {
	if i, err := strconv.ParseInt(n.String(), 10, 32); err == nil {
		return i, true
	}
	f, err := n.Float64()
	if err != nil || f < math.MinInt32 || f > math.MaxInt32 || f != math.Trunc(f) {
		return 0, false
	}
	return int64(f), true
}
