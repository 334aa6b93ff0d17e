package document

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// guard measures the shape of one parsed, not yet validated document.
//
// The document may be any nonsense: spreads of fragments that do not exist,
// duplicate names, cycles. A cycle is refused at once, so that everything after
// the guard may recurse through fragments without looking for one.
type guard struct {
	limits Limits
	// index is the first definition of each fragment name, as the validator
	// resolves it.
	index map[string]int
	frags ast.FragmentDefinitionList
	// shapes[i] is the measured shape of fragment i; state says whether it is.
	shapes []shape
	state  []visit
	// cycle is a spread that closes a circle, nil if there is none.
	cycle *ast.FragmentSpread
	// longest is the longest name or literal in the document, in bytes.
	longest int
	spreads int
	// deepest is the deepest nesting of literal values seen.
	deepest int
	// introspects is set by __schema and __type anywhere.
	introspects *ast.Position
}

type visit uint8

const (
	unseen visit = iota
	open
	done
)

// shape is what a selection set adds up to when its fragments are written out.
type shape struct {
	// depth is the levels of fields, introspection the levels including and
	// below a __schema or __type in it.
	depth, introspection int
	// aliases counts aliased fields.
	aliases int
	// direct counts the fields of the set itself and of its inline fragments,
	// at all levels, without fragment spreads.
	direct int
}

// ceiling is where sums stop growing; far above any limit, far below overflow.
const ceiling = 1 << 40

func add(a, b int) int { return min(a+b, ceiling) }

// checkShape returns the measures of the document, or why it is refused.
func checkShape(doc *ast.QueryDocument, limits Limits) (*guard, Problems) {
	g := &guard{
		limits: limits,
		index:  make(map[string]int, len(doc.Fragments)),
		frags:  doc.Fragments,
		shapes: make([]shape, len(doc.Fragments)),
		state:  make([]visit, len(doc.Fragments)),
	}
	if n := len(doc.Operations); n > limits.Operations {
		return g, tooMuch(doc.Operations[limits.Operations].Position, "operations in the document", n, limits.Operations)
	}
	if n := len(doc.Fragments); n > limits.Fragments {
		return g, tooMuch(doc.Fragments[limits.Fragments].Position, "fragments in the document", n, limits.Fragments)
	}
	for i, f := range doc.Fragments {
		if _, ok := g.index[f.Name]; !ok {
			g.index[f.Name] = i
		}
	}
	ops := make([]shape, len(doc.Operations))
	for i, op := range doc.Operations {
		for _, v := range op.VariableDefinitions {
			g.value(v.DefaultValue, 1)
			g.directives(v.Directives)
		}
		g.directives(op.Directives)
		ops[i] = g.set(op.SelectionSet)
	}
	for i := range doc.Fragments {
		g.fragment(i)
	}
	if p := g.verdict(doc, ops); p != nil {
		return g, p
	}
	if p := g.checkWork(doc, ops); p != nil {
		return g, p
	}
	return g, g.checkMerged(doc)
}

// verdict compares the measures with the limits.
func (g *guard) verdict(doc *ast.QueryDocument, ops []shape) Problems {
	if g.cycle != nil {
		return refuse(fault.ValidationFailed, g.cycle.Position, "fragment %q spreads itself", cut(g.cycle.Name))
	}
	if g.spreads > g.limits.Spreads {
		return tooMuch(nil, "fragment spreads in the document", g.spreads, g.limits.Spreads)
	}
	if g.deepest > g.limits.ValueDepth {
		return tooMuch(nil, "levels of nested values in an argument", g.deepest, g.limits.ValueDepth)
	}
	for i, op := range doc.Operations {
		if p := g.judge(ops[i], op.Position); p != nil {
			return p
		}
	}
	for i, f := range doc.Fragments {
		if p := g.judge(g.shapes[i], f.Position); p != nil {
			return p
		}
	}
	return nil
}

func (g *guard) judge(s shape, pos *ast.Position) Problems {
	switch {
	case s.depth > g.limits.Depth:
		return tooMuch(pos, "levels of nested fields", s.depth, g.limits.Depth)
	case s.introspection > g.limits.IntrospectionDepth:
		return tooMuch(pos, "levels of nested introspection fields", s.introspection, g.limits.IntrospectionDepth)
	case s.aliases > g.limits.Aliases:
		return tooMuch(pos, "aliased fields, fragments written out", s.aliases, g.limits.Aliases)
	}
	return nil
}

// set measures a selection set; each fragment it spreads is measured once.
func (g *guard) set(sel ast.SelectionSet) shape {
	var s shape
	for _, child := range sel {
		switch child := child.(type) {
		case *ast.Field:
			s.join(g.field(child))
		case *ast.InlineFragment:
			g.name(child.TypeCondition)
			g.directives(child.Directives)
			s.join(g.set(child.SelectionSet))
		case *ast.FragmentSpread:
			g.name(child.Name)
			g.directives(child.Directives)
			g.spreads++
			i, ok := g.index[child.Name]
			if !ok {
				continue // the validator says so
			}
			if g.state[i] == open {
				g.cycle = child
				continue
			}
			t := g.fragment(i)
			t.direct = 0
			s.join(t)
		}
	}
	return s
}

func (g *guard) field(f *ast.Field) shape {
	g.name(f.Name)
	g.name(f.Alias)
	g.arguments(f.Arguments)
	g.directives(f.Directives)
	s := g.set(f.SelectionSet)
	s.direct = add(s.direct, 1)
	if f.Alias != f.Name {
		s.aliases = add(s.aliases, 1)
	}
	if f.Name == "__schema" || f.Name == "__type" {
		g.introspects = f.Position
		s.introspection = add(1, max(s.depth, s.introspection))
		s.depth = 1
		return s
	}
	s.depth = add(s.depth, 1)
	if s.introspection > 0 {
		s.introspection = add(s.introspection, 1)
	}
	return s
}

func (g *guard) fragment(i int) shape {
	if g.state[i] != unseen {
		return g.shapes[i]
	}
	g.state[i] = open
	f := g.frags[i]
	g.name(f.Name)
	g.name(f.TypeCondition)
	g.directives(f.Directives)
	g.shapes[i] = g.set(f.SelectionSet)
	g.state[i] = done
	return g.shapes[i]
}

// join adds a neighbour's shape.
func (s *shape) join(t shape) {
	s.depth = max(s.depth, t.depth)
	s.introspection = max(s.introspection, t.introspection)
	s.aliases = add(s.aliases, t.aliases)
	s.direct = add(s.direct, t.direct)
}

func (g *guard) name(s string) { g.longest = max(g.longest, len(s)) }

func (g *guard) arguments(args ast.ArgumentList) {
	for _, a := range args {
		g.name(a.Name)
		g.value(a.Value, 1)
	}
}

func (g *guard) directives(dirs ast.DirectiveList) {
	for _, d := range dirs {
		g.name(d.Name)
		g.arguments(d.Arguments)
	}
}

func (g *guard) value(v *ast.Value, depth int) {
	if v == nil {
		return
	}
	g.name(v.Raw)
	if v.Kind == ast.ListValue || v.Kind == ast.ObjectValue {
		g.deepest = max(g.deepest, depth)
	}
	for _, c := range v.Children {
		g.name(c.Name)
		g.value(c.Value, depth+1)
	}
}
