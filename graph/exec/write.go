package exec

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"
	"slices"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// writer writes the answer. A method that returns false has met a null where
// none may be: the caller cuts the buffer back and is null itself.
type writer struct {
	run  *run
	buf  []byte
	path []step
	// nulls are the errors found while writing, by field and text.
	nulls map[nullKey]*found
	order []nullKey
}

type nullKey struct {
	field *planField
	text  string
}

// found is an error at positions that write met.
type found struct {
	err   error
	paths [][]step
	count int
}

// place is where a value comes from, when it comes from a column.
type place struct {
	column *column
	parent int
	next   int32 // number of the next object in the column
}

func (r *run) write(root *group) *Response {
	w := &writer{run: r, nulls: map[nullKey]*found{}}
	if pooled, ok := r.engine.buffers.Get().(*[]byte); ok {
		w.buf = (*pooled)[:0]
	}
	if !w.object(root.plan, reflect.Value{}, root, 0) {
		w.buf = append(w.buf[:0], "null"...)
	}
	resp := &Response{Data: slices.Clone(w.buf), Errors: r.errors(w)}
	if cap(w.buf) <= maxPooled {
		r.engine.buffers.Put(&w.buf)
	}
	return resp
}

// maxPooled is the largest buffer kept for the next answer, in bytes.
const maxPooled = 1 << 20

// object writes an object; g is its group, nil when it has none and all its
// fields are plain.
func (w *writer) object(p *plan, v reflect.Value, g *group, index int) bool {
	w.buf = append(w.buf, '{')
	for i, f := range p.fields {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, f.json...)
		if f.typename() {
			w.buf = appendString(w.buf, p.object.def.Name)
			continue
		}
		w.path = append(w.path, step{key: f.key, pos: f.pos})
		ok := w.field(f, v, g, i, index)
		w.path = w.path[:len(w.path)-1]
		if !ok {
			return false
		}
	}
	w.buf = append(w.buf, '}')
	return true
}

func (w *writer) field(f *planField, obj reflect.Value, g *group, i, index int) bool {
	if g != nil && g.columns[i] != nil {
		c := g.columns[i]
		at := place{column: c, parent: index}
		if c.first != nil {
			at.next = c.first[index]
		}
		return w.value(f.def.shape, f, c.value(index), &at)
	}
	if !f.def.calls {
		return w.value(f.def.shape, f, f.def.access(obj), nil)
	}
	v, err := w.callPlain(f, obj)
	if err != nil {
		w.note(f, err)
		return w.null(f.def.shape, len(w.buf))
	}
	return w.value(f.def.shape, f, v, nil)
}

// callPlain reads a field that is a method, which may panic.
func (w *writer) callPlain(f *planField, obj reflect.Value) (v reflect.Value, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %s", errPanic, panicText(p))
			w.run.engine.log.Error("field panicked",
				slog.String("field", f.def.String()), slog.String("panic", panicText(p)),
				slog.String("stack", string(debug.Stack())))
		}
	}()
	return f.def.access(obj), nil
}

// null writes a null over what stands after mark, where one may be.
func (w *writer) null(s *shape, mark int) bool {
	w.buf = w.buf[:mark]
	if s.nonNull {
		return false
	}
	w.buf = append(w.buf, "null"...)
	return true
}

func (w *writer) value(s *shape, f *planField, v reflect.Value, at *place) bool {
	mark := len(w.buf)
	var obj *objectType
	var ok bool
	if s.kind == abstractShape {
		v, obj, ok = s.concrete(v)
	} else {
		v, ok = s.open(v)
		obj = s.object
	}
	if !ok {
		return w.absent(s, f, mark, at)
	}
	switch {
	case s.kind == leafShape:
		return w.leaf(s, f, v, mark, at)
	case s.kind == listShape:
		ok = w.list(s, f, v, at)
	case obj == nil:
		w.note(f, fmt.Errorf("%s: Go type %s is none of %s", f.def, v.Type(), s.name))
		ok = false
	default:
		ok = w.below(f, obj, v, at)
	}
	return ok || w.null(s, mark)
}

// absent writes a null that the Go value says, and reports it where none may be
// unless an error stands for it already.
func (w *writer) absent(s *shape, f *planField, mark int, at *place) bool {
	if s.nonNull && (at == nil || at.column.state == nil || at.column.state[at.parent] == well) {
		w.note(f, errNull)
	}
	return w.null(s, mark)
}

func (w *writer) leaf(s *shape, f *planField, v reflect.Value, mark int, at *place) bool {
	if s.zero && isZero(v) {
		return w.null(s, mark)
	}
	buf, null, err := s.leaf(w.buf, v)
	switch {
	case err != nil:
		w.note(f, err)
		return w.null(s, mark)
	case null:
		return w.absent(s, f, mark, at)
	}
	w.buf = buf
	return true
}

// isZero uses the type's own IsZero; a field's address saves the copy.
func isZero(v reflect.Value) bool {
	return as[interface{ IsZero() bool }](v).IsZero()
}

func (w *writer) list(s *shape, f *planField, v reflect.Value, at *place) bool {
	w.buf = append(w.buf, '[')
	for i := range v.Len() {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.path = append(w.path, step{index: int32(i)})
		ok := w.value(s.elem, f, v.Index(i), at)
		w.path = w.path[:len(w.path)-1]
		if !ok {
			for rest := i + 1; rest < v.Len(); rest++ {
				at.skip(s.elem, v.Index(rest))
			}
			return false
		}
	}
	w.buf = append(w.buf, ']')
	return true
}

// skip passes the objects in a value that is not written, so that those of the
// next list are found.
func (p *place) skip(s *shape, v reflect.Value) {
	if p == nil || p.column.first == nil {
		return
	}
	if s.kind == abstractShape {
		if _, obj, ok := s.concrete(v); ok && obj != nil {
			p.next++
		}
		return
	}
	v, ok := s.open(v)
	switch {
	case !ok:
	case s.kind == objectShape:
		p.next++
	case s.kind == listShape:
		for i := range v.Len() {
			p.skip(s.elem, v.Index(i))
		}
	}
}

// below writes an object found under f.
func (w *writer) below(f *planField, obj *objectType, v reflect.Value, at *place) bool {
	if at == nil || at.column.first == nil {
		return w.object(w.run.child(f, obj), addressable(v), nil, 0)
	}
	ref := at.column.refs[at.next]
	at.next++
	g := at.column.groups[ref.group]
	return w.object(g.plan, g.objs.Index(int(ref.index)).Elem(), g, int(ref.index))
}

var errNull = errors.New("null where none may be")

// note records an error at the present path. Errors of one field with one text
// become one.
func (w *writer) note(f *planField, err error) {
	key := nullKey{field: f, text: err.Error()}
	n := w.nulls[key]
	if n == nil {
		text := "internal error; the gateway's log has the detail"
		if errors.Is(err, errNull) {
			text = "cannot return null for non-nullable field " + f.def.String()
		}
		n = &found{err: fault.New(fault.Internal, "%s", text).Because(fmt.Errorf("%s: %w", f.def, err))}
		w.nulls[key] = n
		w.order = append(w.order, key)
	}
	n.count++
	if len(n.paths) <= maxPaths {
		n.paths = append(n.paths, append([]step(nil), w.path...))
	}
}
