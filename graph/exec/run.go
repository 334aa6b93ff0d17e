package exec

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// run is the state of one operation.
type run struct {
	engine *Engine
	vars   map[string]any
	adjust func(node *ast.Field, args map[string]any)
	only   func(parent, field string) bool
	// Filled by prepare, then only read.
	deep      map[*ast.Field]bool
	args      map[*ast.Field][]reflect.Value
	fragments map[*ast.FragmentDefinition]bool
	refused   []*Error

	// together holds for siblings what answers them all, see Together.
	together sync.Map

	mu     sync.Mutex
	faults []report
	// unfinished are the columns that the end of the context left open.
	unfinished []report
}

// group is all objects of one concrete type at one selection, in document order.
type group struct {
	plan *plan
	n    int
	objs reflect.Value // []*T, settable; invalid for a root type
	// column is where the objects were found, nil for the root; up and at say
	// for each object which parent it belongs to and at which list indices, depth
	// of them an object.
	column *column
	up     []int32
	at     []int32
	depth  int
	// columns are parallel to plan.fields; nil where a field is read when
	// written.
	columns []*column
}

// column is one field of a group.
type column struct {
	field *planField
	group *group
	// results is a resolver's slice with one value a parent; one is a root
	// resolver's value; values are those of a plain field.
	results reflect.Value
	one     reflect.Value
	values  []reflect.Value
	// state is nil while all is well.
	state []parentState
	// first holds for each parent the number of objects found before it; refs
	// says where each object went.
	first  []int32
	refs   []ref
	groups []*group
}

// ref is the place of an object.
type ref struct{ group, index int32 }

type parentState uint8

const (
	well parentState = iota
	// reported: an error stands beside a value that counts.
	reported
	// failed: an error stands for the value, unless the value is there.
	failed
)

// value returns the Go value of parent i; the zero Value is null.
func (c *column) value(i int) reflect.Value {
	var v reflect.Value
	switch {
	case c.values != nil:
		return c.values[i]
	case c.results.IsValid():
		v = c.results.Index(i)
	default:
		v = c.one
	}
	if c.state != nil && c.state[i] == failed && v.IsValid() {
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
			if v.IsNil() {
				return reflect.Value{}
			}
		default:
			return reflect.Value{} // it cannot say whether it is there
		}
	}
	return v
}

func (c *column) mark(i int, s parentState) {
	if c.state == nil {
		c.state = make([]parentState, c.group.n)
	}
	c.state[i] = max(c.state[i], s)
}

// Execute runs an operation and waits for every resolver it called.
func (e *Engine) Execute(ctx context.Context, req Request) *Response {
	r, root := e.run(ctx, req)
	if root == nil {
		return &Response{Errors: r.refused}
	}
	return r.write(root)
}

// Walk calls the resolvers of an operation, or of Only a part of it, for what they
// do: there is no answer.
func (e *Engine) Walk(ctx context.Context, req Request) { e.run(ctx, req) }

// run resolves an operation. The group is nil when it was refused before.
func (e *Engine) run(ctx context.Context, req Request) (*run, *group) {
	r := &run{engine: e, vars: req.Variables, adjust: req.Adjust, only: req.Only}
	root := e.schema.Query
	if req.Operation.Operation == ast.Mutation {
		root = e.schema.Mutation
	}
	obj := e.objects[root.Name]
	r.prepare(req.Operation)
	if len(r.refused) > 0 {
		return r, nil
	}
	c := collector{run: r, plan: &plan{object: obj}}
	c.collect(req.Operation.SelectionSet)
	g := &group{plan: c.plan, n: 1}
	var wg sync.WaitGroup
	r.group(ctx, g, &wg, true)
	wg.Wait()
	return r, g
}

// serial runs the fields of a mutation, or of a type with SerialDirective, one
// after the other in the order of the document, each with all that lies below
// it. It returns when the last one has ended.
func (r *run) serial(ctx context.Context, g *group) {
	g.columns = make([]*column, len(g.plan.fields))
	for i, f := range g.plan.fields {
		if f.typename() || !f.def.resolver() && !f.deep {
			continue
		}
		g.columns[i] = &column{field: f, group: g}
		var wg sync.WaitGroup
		if f.def.resolver() {
			r.resolve(ctx, g.columns[i], &wg)
		} else {
			r.read(ctx, g.columns[i], &wg, true)
		}
		wg.Wait()
	}
}

// group starts the resolver fields of g, and goes on below the plain ones. here says
// that its caller has nothing else to start, so that the last field may be resolved
// at once.
func (r *run) group(ctx context.Context, g *group, wg *sync.WaitGroup, here bool) {
	if g.plan.object.serial {
		r.serial(ctx, g)
		return
	}
	g.columns = make([]*column, len(g.plan.fields))
	var last *column // of a resolver, not started yet
	deepest := -1    // the last plain field with resolvers below it
	for i, f := range g.plan.fields {
		if f.typename() || !f.def.resolver() {
			if !f.typename() && f.deep {
				deepest = i
			}
			continue
		}
		r.start(ctx, last, wg)
		last = &column{field: f, group: g}
		g.columns[i] = last
	}
	if here && deepest < 0 {
		// Nothing is left to do here: the stack of a new goroutine would have to
		// grow first.
		if last != nil {
			r.resolve(ctx, last, wg)
		}
		return
	}
	r.start(ctx, last, wg)
	for i, f := range g.plan.fields {
		if f.typename() || f.def.resolver() || !f.deep {
			continue
		}
		g.columns[i] = &column{field: f, group: g}
		r.read(ctx, g.columns[i], wg, here && i == deepest)
	}
}

// start resolves a column, if there is one, beside everything else.
func (r *run) start(ctx context.Context, c *column, wg *sync.WaitGroup) {
	if c != nil {
		wg.Go(func() { r.resolve(ctx, c, wg) })
	}
}

// read fills the column of a plain field below which resolver fields lie.
func (r *run) read(ctx context.Context, c *column, wg *sync.WaitGroup, here bool) {
	defer r.recovered(ctx, c)
	c.values = make([]reflect.Value, c.group.n)
	for i := range c.values {
		c.values[i] = c.field.def.access(c.group.objs.Index(i).Elem())
	}
	r.descend(ctx, c, wg, here)
}

// resolve fills the column of a resolver field.
func (r *run) resolve(ctx context.Context, c *column, wg *sync.WaitGroup) {
	defer r.recovered(ctx, c)
	if ctx.Err() != nil {
		r.leaveOpen(ctx, c)
		return
	}
	def := c.field.def
	args, known := r.args[c.field.nodes[0]]
	if !known {
		var err error
		if args, err = r.values(def, c.field.nodes[0]); err != nil {
			r.fail(c, err)
			return
		}
	}
	in := make([]reflect.Value, 0, 2+len(args))
	in = append(in, reflect.ValueOf(context.WithValue(ctx, callKey{}, &call{run: r, column: c})))
	if !def.owner.root {
		in = append(in, c.group.objs.Slice3(0, c.group.n, c.group.n))
	}
	out := def.call.Call(append(in, args...))
	err, _ := reflect.TypeAssert[error](out[1])
	r.accept(ctx, c, out[0], err)
	if c.field.deep {
		r.descend(ctx, c, wg, true) // resolve is the last that its goroutine does
	}
}

// accept takes the values and the error of a resolver.
func (r *run) accept(ctx context.Context, c *column, out reflect.Value, err error) {
	if each, ok := errors.AsType[Errors](err); ok && len(each) == c.group.n {
		r.failEach(ctx, c, each)
		err = nil
	} else if err != nil && ctx.Err() != nil && isEnd(err) {
		r.leaveOpen(ctx, c)
	} else if err != nil {
		r.fail(c, err)
	}
	if c.field.def.owner.root {
		if err == nil {
			c.one = out
		}
		return
	}
	switch {
	case out.Len() == c.group.n && err == nil:
		c.results = out
	case out.Len() != c.group.n && err == nil && !c.allFailed():
		r.fail(c, fault.New(fault.Internal, "internal error; the gateway's log has the detail").Because(
			fmt.Errorf("%s: %d results for %d parents", c.field.def, out.Len(), c.group.n)))
	}
}

func (c *column) allFailed() bool {
	for _, s := range c.state {
		if s != failed {
			return false
		}
	}
	return c.state != nil
}

// isEnd reports whether err says that the context is over.
func isEnd(err error) bool {
	code := fault.CodeOf(err)
	return code == fault.DeadlineExceeded || code == fault.Cancelled
}

// recovered turns a panic below a column into an error of the column.
func (r *run) recovered(ctx context.Context, c *column) {
	p := recover()
	if p == nil {
		return
	}
	r.engine.log.ErrorContext(ctx, "resolver panicked",
		slog.String("field", c.field.def.String()), slog.String("panic", panicText(p)),
		slog.String("stack", string(debug.Stack())))
	c.results, c.one, c.values = reflect.Value{}, reflect.Value{}, nil
	r.fail(c, fault.New(fault.Internal, "internal error; the gateway's log has the detail"))
}

// panicText tells what a panic was without the values that may be in it.
func panicText(p any) string {
	if err, ok := p.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("a %T", p)
}

// descend finds the objects in a column's values and runs the groups they form. here
// is what it is for group.
func (r *run) descend(ctx context.Context, c *column, wg *sync.WaitGroup, here bool) {
	f := finder{run: r, column: c, depth: c.field.def.shape.depth()}
	c.first = make([]int32, c.group.n)
	for i := range c.group.n {
		c.first[i] = int32(len(c.refs))
		f.parent = int32(i)
		f.find(c.value(i), c.field.def.shape)
	}
	for i, g := range c.groups {
		r.group(ctx, g, wg, here && i == len(c.groups)-1)
	}
}

// finder walks the lists of a column and sorts the objects in them into groups.
type finder struct {
	run    *run
	column *column
	parent int32
	at     []int32
	depth  int
}

func (f *finder) find(v reflect.Value, s *shape) {
	obj := s.object
	var ok bool
	if s.kind == abstractShape {
		v, obj, ok = s.concrete(v)
		ok = ok && obj != nil // write reports a foreign type
	} else {
		v, ok = s.open(v)
	}
	if !ok {
		return
	}
	if s.kind == listShape {
		for i := range v.Len() {
			f.at = append(f.at, int32(i))
			f.find(v.Index(i), s.elem)
			f.at = f.at[:len(f.at)-1]
		}
		return
	}
	f.add(obj, v)
}

func (f *finder) add(obj *objectType, v reflect.Value) {
	c := f.column
	place := -1
	for i, g := range c.groups {
		if g.plan.object == obj {
			place = i
		}
	}
	if place < 0 {
		place = len(c.groups)
		c.groups = append(c.groups, &group{
			plan: f.run.child(c.field, obj), column: c, depth: f.depth,
			objs: reflect.New(reflect.SliceOf(reflect.PointerTo(obj.goType))).Elem(),
		})
	}
	g := c.groups[place]
	c.refs = append(c.refs, ref{group: int32(place), index: int32(g.n)})
	g.objs.Set(reflect.Append(g.objs, addressable(v).Addr()))
	g.up = append(g.up, f.parent)
	g.at = append(g.at, f.at...)
	g.n++
}
