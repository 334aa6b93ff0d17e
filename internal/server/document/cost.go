package document

import (
	"encoding/json"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// The cost of an operation is the number of values its answer may have: each
// field counts once for every element of the lists around it.
//
//   - A field with `first` or `last` is a page of that many elements, the
//     schema's default or Limits.DefaultFirst if it is not given; the list in
//     the connection below it (`nodes`, `edges`) does not multiply again.
//   - A field with a list of ids has as many elements as there are ids.
//   - Any other list has Limits.ListSize elements. In introspection, where the
//     sizes are known roughly, `types` has 100 and any other list 4.
//
// A fragment is computed once for each of the two places it can stand in (right
// below a page, or not), so the whole is linear however often it is spread.
const (
	schemaTypes = 100
	schemaList  = 4
)

// Cost returns the cost of op with these coerced variables, and as error
// Problems when it is over the limit.
func (p *Preparer) Cost(op *ast.OperationDefinition, vars map[string]any) (int, error) {
	c := coster{limits: p.opts.Limits, vars: vars, memo: map[spreadAt]int{}}
	total := c.set(op.SelectionSet, false)
	if total > c.limits.Cost {
		return total, tooMuch(op.Position, "values the answer may have", total, c.limits.Cost)
	}
	return total, nil
}

type coster struct {
	limits Limits
	vars   map[string]any
	memo   map[spreadAt]int
}

// spreadAt is a fragment, right below a page or not.
type spreadAt struct {
	def  *ast.FragmentDefinition
	page bool
}

func mul(a, b int) int {
	if a == 0 || b == 0 {
		return 0
	}
	if a > ceiling/b {
		return ceiling
	}
	return a * b
}

// set returns the cost of a selection set; page says that its lists are already
// counted by the field above.
func (c *coster) set(sel ast.SelectionSet, page bool) int {
	total := 0
	for _, child := range sel {
		switch child := child.(type) {
		case *ast.Field:
			total = add(total, c.field(child, page))
		case *ast.InlineFragment:
			total = add(total, c.set(child.SelectionSet, page))
		case *ast.FragmentSpread:
			key := spreadAt{child.Definition, page}
			cost, ok := c.memo[key]
			if !ok {
				cost = c.set(child.Definition.SelectionSet, page)
				c.memo[key] = cost
			}
			total = add(total, cost)
		}
	}
	return total
}

func (c *coster) field(f *ast.Field, page bool) int {
	if len(f.SelectionSet) == 0 {
		return 1
	}
	n, below := c.elements(f, page)
	return add(1, mul(n, c.set(f.SelectionSet, below)))
}

// elements returns how many elements f has, and whether they are those of the
// list in the connection below.
func (c *coster) elements(f *ast.Field, page bool) (n int, below bool) {
	def := f.Definition
	list := def.Type.Elem != nil
	for _, arg := range def.Arguments {
		switch {
		case arg.Name == "first" || arg.Name == "last":
			if n, ok := c.pageSize(f, arg); ok {
				return n, !list
			}
		case arg.Type.Elem != nil && arg.Type.Name() == "ID":
			if n, ok := c.length(f.Arguments.ForName(arg.Name)); ok {
				return n, !list
			}
		}
	}
	switch {
	case !list:
		return 1, false
	case page:
		return 1, false
	case strings.HasPrefix(f.ObjectDefinition.Name, "__"):
		if def.Name == "types" {
			return schemaTypes, false
		}
		return schemaList, false
	default:
		return c.limits.ListSize, false
	}
}

// pageSize returns the size of a page by `first` or `last`; `last` counts only
// when given.
func (c *coster) pageSize(f *ast.Field, def *ast.ArgumentDefinition) (int, bool) {
	value := def.DefaultValue
	if arg := f.Arguments.ForName(def.Name); arg != nil {
		value = arg.Value
	}
	var n int
	switch v := c.value(value).(type) {
	case int64:
		n = int(v)
	case json.Number: // `first` of a custom scalar
		f, _ := v.Float64()
		n = int(min(max(f, 0), float64(c.limits.MaxFirst)))
	default:
		if def.Name == "last" {
			return 0, false
		}
		n = c.limits.DefaultFirst
	}
	return min(max(n, 0), c.limits.MaxFirst), true
}

// length returns the number of ids given.
func (c *coster) length(arg *ast.Argument) (int, bool) {
	if arg == nil {
		return 0, false
	}
	switch v := c.value(arg.Value).(type) {
	case nil:
		return 0, false
	case []any:
		return len(v), true
	default:
		return 1, true
	}
}

// value returns a literal or variable; nil when it is null, absent or wrong.
func (c *coster) value(v *ast.Value) any {
	if v == nil {
		return nil
	}
	if v.Kind == ast.Variable {
		return c.vars[v.Raw]
	}
	out, err := v.Value(c.vars)
	if err != nil {
		return nil
	}
	return out
}
