package exec

import (
	"context"
	"reflect"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// Field is a selection of a resolver field.
type Field struct {
	run   *run
	field *planField
	args  []reflect.Value
}

// Arg returns an argument as the resolver gets it; the zero value where there is
// none of this name and type.
func Arg[T any](f Field, name string) T {
	at := slices.IndexFunc(f.field.def.args, func(a argDef) bool { return a.def.Name == name })
	if at < 0 || at >= len(f.args) {
		var none T
		return none
	}
	v, _ := reflect.TypeAssert[T](f.args[at])
	return v
}

// Selects is like the function for the field being resolved.
func (f Field) Selects(path ...string) bool {
	return slices.ContainsFunc(f.field.nodes, func(n *ast.Field) bool { return f.run.selects(n.SelectionSet, path) })
}

// Together answers a field together with its siblings: the fields of the same name
// in the same selection, which is one list under several names with other
// arguments. They have the same parents, so that what they need can be asked for at
// once. Whichever comes first calls all, with all of them in the order of the
// document, and each gets the result that is in its place. Every resolver of the
// field must call it, with an all that does the same, and all must not use Report or
// Selects, which are about one field. Where fields run one after the other a field
// has no siblings.
//
// It must be called by a resolver.
func Together[R any](ctx context.Context, all func(fields []Field) []R) R {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		panic("exec: Together outside of a resolver")
	}
	g, def := c.column.group, c.column.field.def
	var columns []*planField
	if !g.plan.object.serial {
		for _, f := range g.plan.fields {
			if f.def == def {
				columns = append(columns, f)
			}
		}
	}
	if len(columns) < 2 {
		return all([]Field{c.run.asked(c.column.field)})[0]
	}
	// The first makes it, all run it: it runs once.
	once, _ := c.run.together.LoadOrStore(together{g, def}, sync.OnceValue(func() []R {
		fields := make([]Field, len(columns))
		for i, f := range columns {
			fields[i] = c.run.asked(f)
		}
		return all(fields)
	}))
	results, _ := once.(func() []R)
	return results()[slices.Index(columns, c.column.field)]
}

// together names the siblings of a selection.
type together struct {
	group *group
	def   *fieldDef
}

// asked is a field with its arguments. Those that do not fit are none: the field's
// own resolver is not called.
func (r *run) asked(f *planField) Field {
	args, known := r.args[f.nodes[0]]
	if !known {
		args, _ = r.values(f.def, f.nodes[0])
	}
	return Field{run: r, field: f, args: args}
}
