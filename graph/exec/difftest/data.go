package main

import (
	"context"
	"errors"
	"reflect"

	gexec "github.com/hitotsu/hitotsu/graph/exec"
)

const schemaText = `
directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
interface N { id: ID! kid: N must: N! }
union U = A | B
type A implements N {
  id: ID! n: Int s: String! kid: N must: N! list: [N] strict: [N!]! grid: [[A!]] deep: [[[N]!]!]
  r: A @goField(forceResolver: true) rMust: B! @goField(forceResolver: true) rList(first: Int = 2): [N!]
  rGrid: [[A!]] @goField(forceResolver: true)
}
type B implements N {
  id: ID! f: Float b: Boolean! kid: N must: N! others: [U!]
  r: B @goField(forceResolver: true) rs: [[B!]!]! @goField(forceResolver: true) rInt: Int! @goField(forceResolver: true)
}
type Query { a: A b: B! n: N us(first: Int): [U] as: [A!]! }
`

// node is one object of the random data. In fields an object is a ref, an error
// an oops; lists nest.
type node struct {
	Type   string         `json:"type"`
	Fields map[string]any `json:"fields"`
}

type ref struct {
	To int `json:"$"`
}

type oops struct {
	Err bool `json:"$err"`
}

var errPlanned = errors.New("planned")

// The Go side of the data.
type (
	typeA struct {
		ID     *string
		N      *int
		S      *string
		Kid    any
		Must   any
		List   []any
		Strict *[]any
		Grid   [][]*typeA
		Deep   [][][]any
		src    *node
	}
	typeB struct {
		ID     *string
		F      *float64
		B      *bool
		Kid    any
		Must   any
		Others []any
		src    *node
	}
	store struct {
		nodes []*node
		a     map[int]*typeA
		b     map[int]*typeB
	}
)

func bindings(nodes []*node) gexec.Bindings {
	s := &store{nodes: nodes, a: map[int]*typeA{}, b: map[int]*typeB{}}
	for i, n := range nodes {
		switch n.Type {
		case "A":
			s.a[i] = &typeA{src: n}
		case "B":
			s.b[i] = &typeB{src: n}
		}
	}
	for _, v := range s.a {
		s.fill(reflect.ValueOf(v).Elem(), v.src)
	}
	for _, v := range s.b {
		s.fill(reflect.ValueOf(v).Elem(), v.src)
	}
	return gexec.Bindings{
		Types:     map[string]reflect.Type{"A": reflect.TypeFor[typeA](), "B": reflect.TypeFor[typeB]()},
		Resolvers: map[string]any{"Query": queries{s}, "A": resolversA{s}, "B": resolversB{s}},
	}
}

func (s *store) fill(v reflect.Value, n *node) {
	for name, value := range n.Fields {
		if f := v.FieldByName(gexec.GoName(name)); f.IsValid() {
			s.set(f, value)
		}
	}
}

// set stores a value of the data in a Go value of any of the types above.
func (s *store) set(v reflect.Value, value any) {
	switch value := value.(type) {
	case nil:
	case ref:
		if a := s.a[value.To]; a != nil {
			v.Set(reflect.ValueOf(a))
			return
		}
		v.Set(reflect.ValueOf(s.b[value.To]))
	case []any:
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
		}
		v.Set(reflect.MakeSlice(v.Type(), len(value), len(value)))
		for i, item := range value {
			s.set(v.Index(i), item)
		}
	default:
		if v.Kind() == reflect.Pointer {
			v.Set(reflect.New(v.Type().Elem()))
			v = v.Elem()
		}
		v.Set(reflect.ValueOf(value))
	}
}

// batch answers a resolver field for all parents.
func batch[T any](s *store, parents []*node, field string) ([]T, error) {
	out, errs := make([]T, len(parents)), make(gexec.Errors, len(parents))
	for i, p := range parents {
		if _, bad := p.Fields[field].(oops); bad {
			errs[i] = errPlanned
			continue
		}
		s.set(reflect.ValueOf(&out[i]).Elem(), p.Fields[field])
	}
	return out, errs.ErrorOrNil()
}

func single[T any](s *store, field string) (T, error) {
	out, err := batch[T](s, s.nodes[:1], field)
	return out[0], err
}

func cut[T any](list []T, first *int) []T {
	if first == nil {
		return list
	}
	return list[:min(len(list), *first)]
}

type queries struct{ s *store }

func (q queries) A(context.Context) (*typeA, error)     { return single[*typeA](q.s, "a") }
func (q queries) B(context.Context) (*typeB, error)     { return single[*typeB](q.s, "b") }
func (q queries) N(context.Context) (any, error)        { return single[any](q.s, "n") }
func (q queries) As(context.Context) (*[]*typeA, error) { return single[*[]*typeA](q.s, "as") }

func (q queries) Us(_ context.Context, first *int) ([]any, error) {
	list, err := single[[]any](q.s, "us")
	return cut(list, first), err
}

type resolversA struct{ s *store }

func sources[T any](objs []*T, of func(*T) *node) []*node {
	out := make([]*node, len(objs))
	for i, o := range objs {
		out[i] = of(o)
	}
	return out
}

func fromA(objs []*typeA) []*node { return sources(objs, func(a *typeA) *node { return a.src }) }
func fromB(objs []*typeB) []*node { return sources(objs, func(b *typeB) *node { return b.src }) }

func (r resolversA) R(_ context.Context, objs []*typeA) ([]*typeA, error) {
	return batch[*typeA](r.s, fromA(objs), "r")
}

func (r resolversA) RMust(_ context.Context, objs []*typeA) ([]*typeB, error) {
	return batch[*typeB](r.s, fromA(objs), "rMust")
}

func (r resolversA) RList(_ context.Context, objs []*typeA, first *int) ([][]any, error) {
	out, err := batch[[]any](r.s, fromA(objs), "rList")
	for i := range out {
		out[i] = cut(out[i], first)
	}
	return out, err
}

func (r resolversA) RGrid(_ context.Context, objs []*typeA) ([][][]*typeA, error) {
	return batch[[][]*typeA](r.s, fromA(objs), "rGrid")
}

type resolversB struct{ s *store }

func (r resolversB) R(_ context.Context, objs []*typeB) ([]*typeB, error) {
	return batch[*typeB](r.s, fromB(objs), "r")
}

func (r resolversB) Rs(_ context.Context, objs []*typeB) ([]*[]*[]*typeB, error) {
	return batch[*[]*[]*typeB](r.s, fromB(objs), "rs")
}

func (r resolversB) RInt(_ context.Context, objs []*typeB) ([]*int, error) {
	return batch[*int](r.s, fromB(objs), "rInt")
}
