package exec

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

type inputKey struct {
	name   string
	goType reflect.Type
}

// inputType is an input object with its Go struct. Input types may refer to
// themselves, so it exists before its fields are compiled.
type inputType struct {
	oneOf  bool
	goType reflect.Type
	fields []inputField
}

type inputField struct {
	def      *ast.FieldDefinition
	index    []int
	decode   decoder
	required bool
}

func (c *compiler) objectInput(where string, def *ast.Definition, goType reflect.Type) decoder {
	key := inputKey{name: def.Name, goType: goType}
	t, known := c.inputs[key]
	if !known {
		t = &inputType{oneOf: def.Directives.ForName("oneOf") != nil, goType: goType}
		c.inputs[key] = t
		if goType.Kind() != reflect.Struct {
			c.fault("%s: %s is no struct, cannot hold %s", where, goType, def.Name)
			return nil
		}
		for _, f := range def.Fields {
			c.inputField(t, def, f)
		}
	}
	return t.decode
}

func (c *compiler) inputField(t *inputType, def *ast.Definition, f *ast.FieldDefinition) {
	where := def.Name + "." + f.Name
	field, ok := inputStructField(t.goType, f)
	if !ok {
		c.fault("%s: %s has no field for it", where, t.goType)
		return
	}
	t.fields = append(t.fields, inputField{
		def: f, index: field.Index, decode: c.input(where, f.Type, field.Type),
		required: f.Type.NonNull && f.DefaultValue == nil,
	})
}

// inputStructField finds the Go field: by JSON tag, by Go name, then without
// regard to case.
func inputStructField(t reflect.Type, f *ast.FieldDefinition) (reflect.StructField, bool) {
	for _, field := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.IsExported() && tag == f.Name {
			return field, true
		}
	}
	name := GoFieldName(f)
	if field, ok := structField(t, name, func(a, b string) bool { return a == b }); ok {
		return field, true
	}
	return structField(t, name, strings.EqualFold)
}

func (t *inputType) decode(v any) (reflect.Value, error) {
	values, ok := v.(map[string]any)
	if !ok {
		return reflect.Value{}, reasonError("must be an object")
	}
	if err := t.checkOneOf(values); err != nil {
		return reflect.Value{}, err
	}
	out := reflect.New(t.goType).Elem()
	for _, f := range t.fields {
		value, given := values[f.def.Name]
		if !given {
			if f.required {
				return reflect.Value{}, within(f.def.Name, reasonError("is missing"))
			}
			if f.def.DefaultValue == nil {
				continue
			}
			value, _ = literal(f.def.DefaultValue, nil)
		}
		got, err := f.decode(value)
		if err != nil {
			return reflect.Value{}, within(f.def.Name, err)
		}
		out.FieldByIndex(f.index).Set(got)
	}
	return out, nil
}

// checkOneOf holds for values from variables too, where validation does not
// look.
func (t *inputType) checkOneOf(values map[string]any) error {
	if !t.oneOf {
		return nil
	}
	if len(values) != 1 {
		return reasonError("must have exactly one field")
	}
	for name, v := range values {
		if v == nil {
			return within(name, reasonError("must not be null"))
		}
	}
	return nil
}

// literal turns a value of the document into plain Go values; numbers stay
// json.Number. given is false for a variable that has no value.
func literal(v *ast.Value, vars map[string]any) (_ any, given bool) {
	switch v.Kind {
	case ast.Variable:
		value, ok := vars[v.Raw]
		return value, ok
	case ast.IntValue, ast.FloatValue:
		return json.Number(v.Raw), true
	case ast.BooleanValue:
		return v.Raw == "true", true
	case ast.NullValue:
		return nil, true
	case ast.ListValue:
		list := make([]any, 0, len(v.Children))
		for _, child := range v.Children {
			item, _ := literal(child.Value, vars) // an absent variable is null here
			list = append(list, item)
		}
		return list, true
	case ast.ObjectValue:
		object := make(map[string]any, len(v.Children))
		for _, child := range v.Children {
			if item, ok := literal(child.Value, vars); ok {
				object[child.Name] = item
			}
		}
		return object, true
	}
	return v.Raw, true // string, block string, enum
}

// values decodes the arguments of one field of the document.
func (f *fieldDef) values(args ast.ArgumentList, vars map[string]any) ([]reflect.Value, error) {
	if len(f.args) == 0 {
		return nil, nil
	}
	out := make([]reflect.Value, len(f.args))
	for i, arg := range f.args {
		var value any
		given := false
		if a := args.ForName(arg.def.Name); a != nil {
			value, given = literal(a.Value, vars)
		}
		if !given && arg.def.DefaultValue != nil {
			value, given = literal(arg.def.DefaultValue, nil)
		}
		if !given && !arg.def.Type.NonNull {
			out[i] = arg.absent
			continue
		}
		got, err := arg.decode(value)
		if err != nil {
			return nil, badInput(f, within(arg.def.Name, err))
		}
		out[i] = got
	}
	return out, nil
}
