package exec

import (
	"reflect"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// plan is the collected selection on one concrete type: the fields in the order
// of the document, those with the same response key merged.
type plan struct {
	object *objectType
	fields []*planField
}

// planField is one response key of a plan.
type planField struct {
	key  string
	json string // the key as written, `"key":`
	pos  int32  // place in the plan
	def  *fieldDef
	// nodes are the fields of the document merged here; the first gives the
	// arguments.
	nodes []*ast.Field
	// deep is set when a resolver field may lie below.
	deep bool
	// children are the plans of the concrete types below. A plan field is used
	// by one goroutine at a time, so it needs no lock.
	children []*plan
}

// typename reports whether the field is __typename.
func (f *planField) typename() bool { return f.def == nil }

// child returns the plan for objects of type obj under f.
func (r *run) child(f *planField, obj *objectType) *plan {
	for _, p := range f.children {
		if p.object == obj {
			return p
		}
	}
	c := collector{run: r, plan: &plan{object: obj}}
	for _, node := range f.nodes {
		c.collect(node.SelectionSet)
	}
	f.children = append(f.children, c.plan)
	return c.plan
}

// collector is CollectFields of the specification.
type collector struct {
	run     *run
	plan    *plan
	index   map[string]*planField
	visited map[string]bool
}

func (c *collector) collect(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if c.run.included(sel.Directives) {
				c.field(sel)
			}
		case *ast.InlineFragment:
			if c.run.included(sel.Directives) && c.applies(sel.TypeCondition) {
				c.collect(sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if c.visited[sel.Name] || !c.run.included(sel.Directives) {
				continue
			}
			if c.visited == nil {
				c.visited = map[string]bool{}
			}
			c.visited[sel.Name] = true
			if c.applies(sel.Definition.TypeCondition) {
				c.collect(sel.Definition.SelectionSet)
			}
		}
	}
}

func (c *collector) applies(condition string) bool {
	return condition == "" || c.plan.object.is[condition]
}

func (c *collector) field(node *ast.Field) {
	if only := c.run.only; only != nil && !only(c.plan.object.def.Name, node.Name) {
		return
	}
	if f := c.index[node.Alias]; f != nil {
		f.nodes = append(f.nodes, node)
		f.deep = f.deep || c.run.deep[node]
		return
	}
	f := &planField{
		key: node.Alias, json: `"` + node.Alias + `":`, pos: int32(len(c.plan.fields)),
		def: c.plan.object.fields[node.Name], nodes: []*ast.Field{node}, deep: c.run.deep[node],
	}
	c.plan.fields = append(c.plan.fields, f)
	if c.index == nil {
		c.index = map[string]*planField{}
	}
	c.index[node.Alias] = f
}

// included evaluates @skip and @include.
func (r *run) included(directives ast.DirectiveList) bool {
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			continue
		}
		arg := d.Arguments.ForName("if")
		if arg == nil {
			continue
		}
		value, _ := literal(arg.Value, r.vars)
		if is, _ := value.(bool); is == (d.Name == "skip") {
			return false
		}
	}
	return true
}

// prepare walks every selection of the document once. It decodes the arguments,
// so that a fault in one refuses the request before anything runs, and notes
// under which fields resolver fields lie.
func (r *run) prepare(op *ast.OperationDefinition) {
	r.deep = map[*ast.Field]bool{}
	r.args = map[*ast.Field][]reflect.Value{}
	r.fragments = map[*ast.FragmentDefinition]bool{}
	r.walk(op.SelectionSet)
}

// walk reports whether a resolver field lies in set.
func (r *run) walk(set ast.SelectionSet) bool {
	deep := false
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if r.included(sel.Directives) && r.walkField(sel) {
				deep = true
			}
		case *ast.InlineFragment:
			if r.included(sel.Directives) && r.walk(sel.SelectionSet) {
				deep = true
			}
		case *ast.FragmentSpread:
			if !r.included(sel.Directives) {
				continue
			}
			below, known := r.fragments[sel.Definition]
			if !known {
				below = r.walk(sel.Definition.SelectionSet)
				r.fragments[sel.Definition] = below
			}
			if below {
				deep = true
			}
		}
	}
	return deep
}

func (r *run) walkField(node *ast.Field) bool {
	if node.Name == "__typename" {
		return false
	}
	below := r.walk(node.SelectionSet)
	if below {
		r.deep[node] = true
	}
	resolver := false
	for _, def := range r.definitions(node) {
		if !def.resolver() {
			continue
		}
		resolver = true
		r.checkIntrospection(node, def)
		if _, done := r.args[node]; done || len(def.args) == 0 || def.owner.def != node.ObjectDefinition {
			continue
		}
		values, err := r.values(def, node)
		if err != nil {
			r.refuse(node, err)
		}
		r.args[node] = values
	}
	return resolver || below
}

// values are the arguments that a field's resolver gets.
func (r *run) values(def *fieldDef, node *ast.Field) ([]reflect.Value, error) {
	values, err := def.values(node.Arguments, r.vars)
	if err != nil || r.adjust == nil || len(values) == 0 {
		return values, err
	}
	args := make(map[string]any, len(values))
	for i, arg := range def.args {
		args[arg.def.Name] = values[i].Interface()
	}
	r.adjust(node, args)
	for i, arg := range def.args {
		if v := reflect.ValueOf(args[arg.def.Name]); v.IsValid() && v.Type() == values[i].Type() {
			values[i] = v
		}
	}
	return values, nil
}

// definitions are the fields that a node of the document may turn out to be.
func (r *run) definitions(node *ast.Field) []*fieldDef {
	owner := node.ObjectDefinition
	if obj := r.engine.objects[owner.Name]; obj != nil {
		return []*fieldDef{obj.fields[node.Name]}
	}
	var out []*fieldDef
	for _, p := range r.engine.schema.GetPossibleTypes(owner) {
		if obj := r.engine.objects[p.Name]; obj != nil {
			out = append(out, obj.fields[node.Name])
		}
	}
	return out
}

func (r *run) checkIntrospection(node *ast.Field, def *fieldDef) {
	if r.engine.opts.DisableIntrospection && def.owner.root && (node.Name == "__schema" || node.Name == "__type") {
		r.refuse(node, fault.New(fault.ValidationFailed, "introspection is switched off"))
	}
}

// refuse notes a fault that keeps the request from running.
func (r *run) refuse(node *ast.Field, err error) {
	r.refused = append(r.refused, &Error{Err: err, Count: 1, Locations: locations([]*ast.Field{node})})
}

func locations(nodes []*ast.Field) []Location {
	var out []Location
	for _, n := range nodes {
		if n.Position != nil {
			out = append(out, Location{Line: n.Position.Line, Column: n.Position.Column})
		}
	}
	return out
}
