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
	p := lookout{of: f, left: maxLooked}
	if !p.several(req.Operation.SelectionSet, 0) {
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
	of   *Foresight
	left int
	// seen are the lists that are selected, fields the number of fields gone
	// through: a fragment's fields are other ones each time.
	seen   []sighting
	fields int
}

// sighting is where a list is selected: below which field, by its number.
type sighting struct {
	list  *ast.Field
	below int
}

// several tells whether a list is selected below more than one field. Several names
// for it below the same field are one place.
func (p *lookout) several(set ast.SelectionSet, below int) bool {
	for _, sel := range set {
		if p.left--; p.left < 0 {
			return false
		}
		switch sel := sel.(type) {
		case *ast.Field:
			if p.field(sel, below) {
				return true
			}
		case *ast.InlineFragment:
			if p.several(sel.SelectionSet, below) {
				return true
			}
		case *ast.FragmentSpread:
			if p.several(sel.Definition.SelectionSet, below) {
				return true
			}
		}
	}
	return false
}

func (p *lookout) field(f *ast.Field, below int) bool {
	if f.ObjectDefinition == nil {
		return false
	}
	on := f.ObjectDefinition.Name
	if p.of.Free(on, f.Name) {
		p.fields++
		return p.several(f.SelectionSet, p.fields)
	}
	if !p.of.Lists(on, f.Name) {
		return false
	}
	for _, before := range p.seen {
		if before.list.Name == f.Name && before.list.ObjectDefinition.Name == on && before.below != below {
			return true
		}
	}
	p.seen = append(p.seen, sighting{f, below})
	return false
}
