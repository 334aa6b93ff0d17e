package exec

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Introspection is answered by the executor itself: the types below stand for
// those of the specification and are bound like any others.

type metaSchema struct {
	Description      *string
	Types            []*metaType
	QueryType        *metaType
	MutationType     *metaType
	SubscriptionType *metaType
	Directives       []*metaDirective
}

type metaType struct {
	Kind           string
	Name           *string
	Description    *string
	SpecifiedByURL *string
	Interfaces     []*metaType
	PossibleTypes  []*metaType
	OfType         *metaType
	IsOneOf        *bool

	// fields, enumValues and inputFields take an argument, so they are answered
	// by metaTypeResolver; nil where the kind has none.
	fields      []*metaField
	enumValues  []*metaEnumValue
	inputFields []*metaInput
}

type metaField struct {
	Name        string
	Description *string
	Type        *metaType
	deprecation
	args []*metaInput
}

type metaInput struct {
	Name         string
	Description  *string
	Type         *metaType
	DefaultValue *string
	deprecation
}

type metaEnumValue struct {
	Name        string
	Description *string
	deprecation
}

type metaDirective struct {
	Name         string
	Description  *string
	IsRepeatable bool
	Locations    []string
	args         []*metaInput
}

// deprecation is embedded where things can be deprecated.
type deprecation struct {
	Deprecated bool    // unused by name; IsDeprecated below answers
	Reason     *string // likewise
}

// IsDeprecated answers isDeprecated.
func (d *deprecation) IsDeprecated() bool { return d.Deprecated }

// DeprecationReason answers deprecationReason.
func (d *deprecation) DeprecationReason() *string { return d.Reason }

// introspection holds the description of one schema.
type introspection struct {
	schema *metaSchema
	types  map[string]*metaType
}

func newIntrospection(schema *ast.Schema) *introspection {
	b := &metaBuilder{schema: schema, types: map[string]*metaType{}}
	names := slices.Sorted(maps.Keys(schema.Types))
	for _, name := range names {
		b.types[name] = &metaType{}
	}
	out := &metaSchema{
		Description: optional(schema.Description),
		QueryType:   b.root(schema.Query), MutationType: b.root(schema.Mutation),
		SubscriptionType: b.root(schema.Subscription),
	}
	for _, name := range names {
		b.fill(b.types[name], schema.Types[name])
		out.Types = append(out.Types, b.types[name])
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Directives)) {
		if name != FieldDirective && name != SerialDirective && name != "goModel" {
			out.Directives = append(out.Directives, b.directive(schema.Directives[name]))
		}
	}
	return &introspection{schema: out, types: b.types}
}

// bind adds the Go types and resolvers of introspection.
func (in *introspection) bind(types map[string]reflect.Type, resolvers map[string]any) {
	types["__Schema"] = reflect.TypeFor[metaSchema]()
	types["__Type"] = reflect.TypeFor[metaType]()
	types["__Field"] = reflect.TypeFor[metaField]()
	types["__InputValue"] = reflect.TypeFor[metaInput]()
	types["__EnumValue"] = reflect.TypeFor[metaEnumValue]()
	types["__Directive"] = reflect.TypeFor[metaDirective]()
	resolvers["__Type"] = metaTypeResolver{}
	resolvers["__Field"] = metaFieldResolver{}
	resolvers["__Directive"] = metaDirectiveResolver{}
}

// rootField returns the method for __schema or __type.
func (in *introspection) rootField(name string) (reflect.Value, bool) {
	switch name {
	case "__schema":
		return reflect.ValueOf(func(context.Context) (*metaSchema, error) { return in.schema, nil }), true
	case "__type":
		return reflect.ValueOf(func(_ context.Context, name string) (*metaType, error) {
			return in.types[name], nil
		}), true
	}
	return reflect.Value{}, false
}

type metaTypeResolver struct{}

// Fields leaves out deprecated ones unless asked for.
func (metaTypeResolver) Fields(_ context.Context, objs []*metaType, deprecated *bool) ([][]*metaField, error) {
	return collectMeta(objs, deprecated, func(t *metaType) []*metaField { return t.fields }), nil
}

// EnumValues leaves out deprecated ones unless asked for.
func (metaTypeResolver) EnumValues(
	_ context.Context, objs []*metaType, deprecated *bool,
) ([][]*metaEnumValue, error) {
	return collectMeta(objs, deprecated, func(t *metaType) []*metaEnumValue { return t.enumValues }), nil
}

// InputFields leaves out deprecated ones unless asked for.
func (metaTypeResolver) InputFields(_ context.Context, objs []*metaType, deprecated *bool) ([][]*metaInput, error) {
	return collectMeta(objs, deprecated, func(t *metaType) []*metaInput { return t.inputFields }), nil
}

type metaFieldResolver struct{}

// Args leaves out deprecated ones unless asked for.
func (metaFieldResolver) Args(_ context.Context, objs []*metaField, deprecated *bool) ([][]*metaInput, error) {
	return collectMeta(objs, deprecated, func(f *metaField) []*metaInput { return f.args }), nil
}

type metaDirectiveResolver struct{}

// Args leaves out deprecated ones unless asked for.
func (metaDirectiveResolver) Args(
	_ context.Context, objs []*metaDirective, deprecated *bool,
) ([][]*metaInput, error) {
	return collectMeta(objs, deprecated, func(d *metaDirective) []*metaInput { return d.args }), nil
}

func collectMeta[O any, T interface{ IsDeprecated() bool }](objs []O, deprecated *bool, of func(O) []T) [][]T {
	out := make([][]T, len(objs))
	for i, o := range objs {
		all := of(o)
		if all == nil {
			continue
		}
		out[i] = make([]T, 0, len(all))
		for _, x := range all {
			if !x.IsDeprecated() || deprecated != nil && *deprecated {
				out[i] = append(out[i], x)
			}
		}
	}
	return out
}

// metaBuilder fills the description.
type metaBuilder struct {
	schema *ast.Schema
	types  map[string]*metaType
}

func (b *metaBuilder) root(def *ast.Definition) *metaType {
	if def == nil {
		return nil
	}
	return b.types[def.Name]
}

func (b *metaBuilder) fill(t *metaType, def *ast.Definition) {
	t.Kind, t.Name, t.Description = string(def.Kind), &def.Name, optional(def.Description)
	switch def.Kind {
	case ast.Scalar:
		if d := def.Directives.ForName("specifiedBy"); d != nil {
			t.SpecifiedByURL = &d.Arguments.ForName("url").Value.Raw
		}
	case ast.Enum:
		t.enumValues = []*metaEnumValue{}
		for _, v := range def.EnumValues {
			t.enumValues = append(t.enumValues, &metaEnumValue{
				Name: v.Name, Description: optional(v.Description), deprecation: deprecationOf(v.Directives),
			})
		}
	case ast.InputObject:
		oneOf := def.Directives.ForName("oneOf") != nil
		t.IsOneOf = &oneOf
		t.inputFields = []*metaInput{}
		for _, f := range def.Fields {
			t.inputFields = append(t.inputFields, b.input(f.Name, f.Description, f.Type, f.DefaultValue, f.Directives))
		}
	case ast.Object, ast.Interface:
		t.Interfaces = []*metaType{}
		for _, name := range def.Interfaces {
			t.Interfaces = append(t.Interfaces, b.types[name])
		}
		b.fillFields(t, def)
	}
	if def.Kind == ast.Interface || def.Kind == ast.Union {
		t.PossibleTypes = []*metaType{}
		for _, p := range b.schema.GetPossibleTypes(def) {
			if p.Kind == ast.Object {
				t.PossibleTypes = append(t.PossibleTypes, b.types[p.Name])
			}
		}
	}
}

func (b *metaBuilder) fillFields(t *metaType, def *ast.Definition) {
	t.fields = []*metaField{}
	for _, f := range def.Fields {
		if strings.HasPrefix(f.Name, "__") {
			continue
		}
		t.fields = append(t.fields, &metaField{
			Name: f.Name, Description: optional(f.Description), Type: b.ref(f.Type),
			deprecation: deprecationOf(f.Directives), args: b.inputs(f.Arguments),
		})
	}
}

func (b *metaBuilder) directive(def *ast.DirectiveDefinition) *metaDirective {
	out := &metaDirective{
		Name: def.Name, Description: optional(def.Description), IsRepeatable: def.IsRepeatable,
		args: b.inputs(def.Arguments),
	}
	for _, l := range def.Locations {
		out.Locations = append(out.Locations, string(l))
	}
	return out
}

func (b *metaBuilder) inputs(args ast.ArgumentDefinitionList) []*metaInput {
	out := []*metaInput{}
	for _, a := range args {
		out = append(out, b.input(a.Name, a.Description, a.Type, a.DefaultValue, a.Directives))
	}
	return out
}

func (b *metaBuilder) input(
	name, description string, t *ast.Type, value *ast.Value, directives ast.DirectiveList,
) *metaInput {
	in := &metaInput{
		Name: name, Description: optional(description), Type: b.ref(t), deprecation: deprecationOf(directives),
	}
	if value != nil {
		text := printValue(value)
		in.DefaultValue = &text
	}
	return in
}

// ref describes a type with its list and non-null wrappers.
func (b *metaBuilder) ref(t *ast.Type) *metaType {
	if t.NonNull {
		inner := *t
		inner.NonNull = false
		return &metaType{Kind: "NON_NULL", OfType: b.ref(&inner)}
	}
	if t.Elem != nil {
		return &metaType{Kind: "LIST", OfType: b.ref(t.Elem)}
	}
	return b.types[t.NamedType]
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func deprecationOf(directives ast.DirectiveList) deprecation {
	d := directives.ForName("deprecated")
	if d == nil {
		return deprecation{}
	}
	reason := "No longer supported"
	if arg := d.Arguments.ForName("reason"); arg != nil {
		reason = arg.Value.Raw
	}
	return deprecation{Deprecated: true, Reason: &reason}
}

// printValue writes a default value as GraphQL.
func printValue(v *ast.Value) string {
	switch v.Kind {
	case ast.ListValue:
		var parts []string
		for _, c := range v.Children {
			parts = append(parts, printValue(c.Value))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case ast.ObjectValue:
		var parts []string
		for _, c := range v.Children {
			parts = append(parts, c.Name+": "+printValue(c.Value))
		}
		return "{ " + strings.Join(parts, ", ") + " }"
	}
	return v.String()
}
