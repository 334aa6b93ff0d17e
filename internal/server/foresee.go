package server

import (
	"context"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// A list that an operation wants in several places, of a person and of the person's
// managers say, would be asked for place by place. What the places want can be known
// before anything is asked where the way there costs no call: then the operation is
// gone through as far as these lists first, and what they want is asked for as one.

// Foresight is what is known of the schema's fields for that.
type Foresight struct {
	// Free tells the fields that are answered without a call once people are known,
	// Lists those whose rows can be asked for together.
	Free, Lists func(parent, field string) bool
	// Gather calls walk with a context in which lists only say what they want, and
	// then begins to ask for what was wanted in several places.
	Gather func(ctx context.Context, walk func(ctx context.Context))
}

// foresee begins to ask for what the operation of ctx wants in several places.
func (s *Server) foresee(ctx context.Context, req exec.Request) {
	f := s.opts.Foresight
	if f == nil || req.Operation.Operation != ast.Query {
		return
	}
	p := lookout{of: f, seen: map[[2]string]*ast.Field{}, left: maxLooked}
	if !p.several(req.Operation.SelectionSet, nil) {
		return
	}
	req.Only = func(parent, field string) bool { return f.Free(parent, field) || f.Lists(parent, field) }
	f.Gather(ctx, func(ctx context.Context) { s.opts.Engine.Walk(ctx, req) })
}

// maxLooked is how many fields are looked at: fragments within fragments can be very
// many, and then nothing is foreseen.
const maxLooked = 2000

// lookout looks for a list that is selected in several places.
type lookout struct {
	of *Foresight
	// seen has for each list the field below which it is selected.
	seen map[[2]string]*ast.Field
	left int
}

// several tells whether a list is selected below more than one field. Several names
// for it below the same field are one place.
func (p *lookout) several(set ast.SelectionSet, parent *ast.Field) bool {
	for _, sel := range set {
		if p.left--; p.left < 0 {
			return false
		}
		switch sel := sel.(type) {
		case *ast.Field:
			if p.field(sel, parent) {
				return true
			}
		case *ast.InlineFragment:
			if p.several(sel.SelectionSet, parent) {
				return true
			}
		case *ast.FragmentSpread:
			if p.several(sel.Definition.SelectionSet, parent) {
				return true
			}
		}
	}
	return false
}

func (p *lookout) field(f, parent *ast.Field) bool {
	if f.ObjectDefinition == nil {
		return false
	}
	on := f.ObjectDefinition.Name
	if p.of.Free(on, f.Name) {
		return p.several(f.SelectionSet, f)
	}
	if !p.of.Lists(on, f.Name) {
		return false
	}
	name := [2]string{on, f.Name}
	before, known := p.seen[name]
	p.seen[name] = parent
	return known && before != parent
}
