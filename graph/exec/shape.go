package exec

import (
	"reflect"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// shape is how values of one Go type are written as one GraphQL type.
type shape struct {
	kind    shapeKind
	nonNull bool
	// ptrs is how many pointers lie around the value; unused for abstract.
	ptrs int
	// zero is set when a zero value stands for null: the field is nullable, the
	// Go type is no pointer and has an IsZero method.
	zero   bool
	elem   *shape      // list
	leaf   leafWriter  // leaf
	object *objectType // object
	// possible holds the object types of an abstract type by Go type.
	possible map[reflect.Type]*objectType
	name     string // the GraphQL type, for messages
}

type shapeKind uint8

const (
	leafShape shapeKind = iota
	listShape
	objectShape
	abstractShape
)

// depth is how many lists lie around the values.
func (s *shape) depth() int {
	n := 0
	for s.kind == listShape {
		n++
		s = s.elem
	}
	return n
}

// shape compiles the shape of a Go type; where names the field in faults.
func (c *compiler) shape(where string, t *ast.Type, goType reflect.Type) *shape {
	s := &shape{nonNull: t.NonNull, name: t.Name()}
	full := goType
	for goType.Kind() == reflect.Pointer {
		goType = goType.Elem()
		s.ptrs++
	}
	if t.Elem != nil {
		s.kind = listShape
		if k := goType.Kind(); k != reflect.Slice && k != reflect.Array {
			c.fault("%s: %s is no list", where, full)
			return s
		}
		s.elem = c.shape(where, t.Elem, goType.Elem())
		return s
	}
	switch def := c.schema.Types[t.NamedType]; def.Kind {
	case ast.Object:
		c.objectShape(s, where, full, goType)
	case ast.Interface, ast.Union:
		s.kind = abstractShape
		c.abstractShape(s, where, def, goType)
	default:
		s.leaf = c.leaf(def, goType)
		if s.leaf == nil {
			c.fault("%s: %s cannot be written as %s", where, full, t.NamedType)
		}
		s.zero = !t.NonNull && s.ptrs == 0 && hasIsZero(goType)
	}
	return s
}

func (c *compiler) objectShape(s *shape, where string, full, goType reflect.Type) {
	s.kind = objectShape
	s.object = c.engine.objects[s.name]
	switch {
	case s.object == nil || s.object.root:
		c.fault("%s: a root type cannot be a field", where)
	case s.object.goType != nil && s.object.goType != goType || s.ptrs > 1:
		c.fault("%s: Go type is %s, want *%s", where, full, s.object.goType)
	}
}

func (c *compiler) abstractShape(s *shape, where string, def *ast.Definition, goType reflect.Type) {
	s.possible = map[reflect.Type]*objectType{}
	for _, p := range c.schema.GetPossibleTypes(def) {
		obj := c.engine.objects[p.Name]
		if obj == nil || obj.goType == nil {
			continue
		}
		if other := s.possible[obj.goType]; other != nil {
			c.fault("%s: %s and %s of %s are the same Go type", where, other.def.Name, p.Name, def.Name)
		}
		s.possible[obj.goType] = obj
	}
	if goType.Kind() != reflect.Interface && s.possible[goType] == nil {
		c.fault("%s: %s is no %s", where, goType, def.Name)
	}
}

func hasIsZero(t reflect.Type) bool {
	return t.Implements(reflect.TypeFor[interface{ IsZero() bool }]())
}

// open takes the pointers off a value that is not abstract. ok is false when
// the value is null.
func (s *shape) open(v reflect.Value) (_ reflect.Value, ok bool) {
	if !v.IsValid() {
		return v, false
	}
	for range s.ptrs {
		if v.IsNil() {
			return v, false
		}
		v = v.Elem()
	}
	if s.kind == listShape && !s.nonNull && v.Kind() == reflect.Slice && v.IsNil() {
		return v, false
	}
	return v, true
}

// concrete finds the object type of an abstract value. ok is false when the
// value is null; the type is nil when it is none of the possible types.
func (s *shape) concrete(v reflect.Value) (_ reflect.Value, obj *objectType, ok bool) {
	for v.IsValid() && (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) {
		v = v.Elem()
	}
	if !v.IsValid() {
		return v, nil, false
	}
	return v, s.possible[v.Type()], true
}

// enumSet is the set of an enum's names.
func enumSet(def *ast.Definition) func(name string) bool {
	var names []string
	for _, v := range def.EnumValues {
		names = append(names, v.Name)
	}
	if len(names) <= 8 {
		return func(name string) bool { return slices.Contains(names, name) }
	}
	set := make(map[string]struct{}, len(names))
	for _, n := range names {
		set[n] = struct{}{}
	}
	return func(name string) bool {
		_, ok := set[name]
		return ok
	}
}
