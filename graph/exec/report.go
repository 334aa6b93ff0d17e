package exec

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"reflect"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// maxPaths is how many further paths an Error lists.
const maxPaths = 10

// step is one element of a path: a response key with its place among its
// siblings, or a list index.
type step struct {
	key   string // empty for an index
	pos   int32
	index int32
}

// report is an error at some parents of a column.
type report struct {
	err     error
	column  *column
	parents []int32 // ascending
}

func (r *run) add(rep report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.faults = append(r.faults, rep)
}

func (c *column) everyParent() []int32 {
	all := make([]int32, c.group.n)
	for i := range all {
		all[i] = int32(i)
	}
	return all
}

// fail makes every parent of c null with one error.
func (r *run) fail(c *column, err error) {
	r.add(report{err: err, column: c, parents: c.everyParent()})
	for i := range c.group.n {
		c.mark(i, failed)
	}
}

// failEach gives each parent its own error; parents with the same error share one.
func (r *run) failEach(ctx context.Context, c *column, each Errors) {
	same := map[error]int{}
	var reports []report
	open := report{column: c}
	for i, err := range each {
		if err == nil {
			continue
		}
		c.mark(i, failed)
		if ctx.Err() != nil && isEnd(err) {
			open.parents = append(open.parents, int32(i))
			continue
		}
		at, known := -1, false
		if reflect.ValueOf(err).Comparable() {
			if at, known = same[err]; !known {
				same[err] = len(reports)
			}
		}
		if !known {
			at = len(reports)
			reports = append(reports, report{err: err, column: c})
		}
		reports[at].parents = append(reports[at].parents, int32(i))
	}
	for _, rep := range reports {
		r.add(rep)
	}
	if len(open.parents) > 0 {
		r.leave(ctx, open)
	}
}

// leaveOpen makes every parent null because the context is over.
func (r *run) leaveOpen(ctx context.Context, c *column) {
	for i := range c.group.n {
		c.mark(i, failed)
	}
	r.leave(ctx, report{column: c, parents: c.everyParent()})
}

func (r *run) leave(ctx context.Context, open report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	open.err = fault.From(ctx.Err())
	r.unfinished = append(r.unfinished, open)
}

// sorted is an Error with the path it is ordered by.
type sorted struct {
	err   *Error
	steps []step
}

// errors collects all errors of the operation in document order.
func (r *run) errors(w *writer) []*Error {
	var all []sorted
	for _, rep := range r.faults {
		all = append(all, rep.sorted())
	}
	if s, ok := r.end(); ok {
		all = append(all, s)
	}
	for _, key := range w.order {
		n := w.nulls[key]
		r.logInternal(n.err)
		all = append(all, newSorted(n.err, n.paths, n.count, key.field.nodes))
	}
	slices.SortStableFunc(all, func(a, b sorted) int {
		return cmp.Or(compareSteps(a.steps, b.steps), cmp.Compare(a.err.Err.Error(), b.err.Err.Error()))
	})
	out := make([]*Error, 0, len(all))
	for _, s := range all {
		out = append(out, s.err)
	}
	return out
}

// logInternal tells the log why a value could not be written.
func (r *run) logInternal(err error) {
	r.engine.log.Error("value does not fit the schema", slog.String("cause", errors.Unwrap(err).Error()))
}

// end is the one error for all that the end of the context left open.
func (r *run) end() (sorted, bool) {
	if len(r.unfinished) == 0 {
		return sorted{}, false
	}
	var paths [][]step
	count := 0
	for _, rep := range r.unfinished {
		paths = append(paths, rep.paths()...)
		count += len(rep.parents)
	}
	slices.SortFunc(paths, compareSteps)
	first := slices.MinFunc(r.unfinished, func(a, b report) int {
		return compareSteps(a.column.path(a.parents[0]), b.column.path(b.parents[0]))
	})
	return newSorted(first.err, paths, count, first.column.field.nodes), true
}

func (rep report) sorted() sorted {
	return newSorted(rep.err, rep.paths(), len(rep.parents), rep.column.field.nodes)
}

// paths are the first positions of a report.
func (rep report) paths() [][]step {
	var out [][]step
	for _, i := range rep.parents[:min(len(rep.parents), maxPaths+1)] {
		out = append(out, rep.column.path(i))
	}
	return out
}

func newSorted(err error, paths [][]step, count int, nodes []*ast.Field) sorted {
	e := &Error{Err: err, Path: toPath(paths[0]), Count: count, Locations: locations(nodes)}
	for _, p := range paths[1:min(len(paths), maxPaths+1)] {
		e.Paths = append(e.Paths, toPath(p))
	}
	return sorted{err: e, steps: paths[0]}
}

// path is the path of c's field in parent i.
func (c *column) path(i int32) []step {
	var out []step // from the end
	for {
		out = append(out, step{key: c.field.key, pos: c.field.pos})
		g := c.group
		if g.column == nil {
			slices.Reverse(out)
			return out
		}
		at := g.at[int(i)*g.depth : (int(i)+1)*g.depth]
		for _, index := range slices.Backward(at) {
			out = append(out, step{index: index})
		}
		i, c = g.up[i], g.column
	}
}

func compareSteps(a, b []step) int {
	return slices.CompareFunc(a, b, func(a, b step) int {
		return cmp.Or(cmp.Compare(a.pos, b.pos), cmp.Compare(a.index, b.index), cmp.Compare(a.key, b.key))
	})
}

func toPath(steps []step) ast.Path {
	out := make(ast.Path, 0, len(steps))
	for _, s := range steps {
		if s.key != "" {
			out = append(out, ast.PathName(s.key))
		} else {
			out = append(out, ast.PathIndex(s.index))
		}
	}
	return out
}

// callKey is the context key of the field being resolved.
type callKey struct{}

type call struct {
	run    *run
	column *column
}

// Report adds an error at the field being resolved, for the parents with these
// indices (all when none are given), and leaves their values as they are. It
// must be called before the resolver returns; outside of a resolver it does
// nothing.
func Report(ctx context.Context, err error, parents ...int) {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok || err == nil {
		return
	}
	rep := report{err: err, column: c.column}
	for _, i := range parents {
		if i >= 0 && i < c.column.group.n {
			rep.parents = append(rep.parents, int32(i))
		}
	}
	if len(parents) == 0 {
		rep.parents = c.column.everyParent()
	}
	if len(rep.parents) == 0 {
		return
	}
	slices.Sort(rep.parents)
	rep.parents = slices.Compact(rep.parents)
	c.run.mu.Lock()
	defer c.run.mu.Unlock()
	for _, i := range rep.parents {
		c.column.mark(int(i), reported)
	}
	c.run.faults = append(c.run.faults, rep)
}

// Selects reports whether the path of field names is selected below the field
// being resolved: Selects(ctx, "nodes", "breaks") is true for
// `{ nodes { breaks { startAt } } }`. Aliases do not matter, fragments of any
// type count, and @skip and @include are obeyed.
func Selects(ctx context.Context, path ...string) bool {
	c, ok := ctx.Value(callKey{}).(*call)
	if !ok {
		return false
	}
	for _, node := range c.column.field.nodes {
		if c.run.selects(node.SelectionSet, path) {
			return true
		}
	}
	return false
}

func (r *run) selects(set ast.SelectionSet, path []string) bool {
	if len(path) == 0 {
		return true
	}
	s := selector{run: r, name: path[0], seen: map[string]bool{}}
	s.search(set)
	for _, below := range s.found {
		if r.selects(below, path[1:]) {
			return true
		}
	}
	return false
}

// selector finds the fields of one name in a selection set.
type selector struct {
	run   *run
	name  string
	seen  map[string]bool
	found []ast.SelectionSet
}

func (s *selector) search(set ast.SelectionSet) {
	for _, sel := range set {
		switch sel := sel.(type) {
		case *ast.Field:
			if sel.Name == s.name && s.run.included(sel.Directives) {
				s.found = append(s.found, sel.SelectionSet)
			}
		case *ast.InlineFragment:
			if s.run.included(sel.Directives) {
				s.search(sel.SelectionSet)
			}
		case *ast.FragmentSpread:
			if !s.seen[sel.Name] && s.run.included(sel.Directives) {
				s.seen[sel.Name] = true
				s.search(sel.Definition.SelectionSet)
			}
		}
	}
}
