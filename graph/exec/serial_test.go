package exec_test

import (
	"context"
	"reflect"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
)

const serialSchema = `
directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION
directive @serial on OBJECT
type Query { side: Side }
type Mutation { desk: Desk }
type Desk @serial {
  name: String!
  inner: Inner
  slow(n: Int!): Note
  quick(n: Int!): Note
}
type Side { slow(n: Int!): Note quick(n: Int!): Note }
type Inner { late: Int @goField(forceResolver: true) }
type Note { n: Int! late: Int @goField(forceResolver: true) }
`

type (
	desk struct {
		Name  string
		Inner *inner
	}
	side  struct{}
	inner struct{}
	note  struct{ N int }
)

// diary notes the order in which resolvers end.
type diary struct {
	mu    sync.Mutex
	lines []string
}

func (d *diary) add(line string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lines = append(d.lines, line)
}

type serialRoot struct{ d *diary }

func (serialRoot) Side(context.Context) (*side, error) { return &side{}, nil }
func (serialRoot) Desk(context.Context) (*desk, error) {
	return &desk{Name: "desk", Inner: &inner{}}, nil
}

type slowAndQuick[T any] struct{ d *diary }

func (r slowAndQuick[T]) Slow(_ context.Context, objs []*T, n int) ([]*note, error) {
	<-time.After(time.Second)
	r.d.add("slow")
	return notes(objs, n), nil
}

func (r slowAndQuick[T]) Quick(_ context.Context, objs []*T, n int) ([]*note, error) {
	r.d.add("quick")
	return notes(objs, n), nil
}

func notes[T any](objs []*T, n int) []*note {
	out := make([]*note, len(objs))
	for i := range out {
		out[i] = &note{N: n}
	}
	return out
}

type lateResolver[T any] struct {
	d    *diary
	line string
}

func (r lateResolver[T]) Late(_ context.Context, objs []*T) ([]int, error) {
	<-time.After(time.Second)
	r.d.add(r.line)
	return make([]int, len(objs)), nil
}

func TestExecute_serialType(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		query, data string
		want        []string
	}{
		"a marked type below a mutation": {
			`mutation { desk { a: slow(n: 1) { n late } name ...Q inner { late } c: slow(n: 3) { n } } }
			fragment Q on Desk { b: quick(n: 2) { n } }`,
			`{"desk":{"a":{"n":1,"late":0},"name":"desk","b":{"n":2},"inner":{"late":0},"c":{"n":3}}}`,
			[]string{"slow", "below a note", "quick", "below inner", "slow"},
		},
		"other types run side by side": {
			`{ side { a: slow(n: 1) { n } b: quick(n: 2) { n } } }`,
			`{"side":{"a":{"n":1},"b":{"n":2}}}`,
			[]string{"quick", "slow"},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &diary{}
				e := serialEngine(t, d)
				resp := e.Execute(t.Context(), prepare(t, e, tt.query, ""))
				if len(resp.Errors) > 0 {
					t.Fatal(lines(resp.Errors))
				}
				if diff := cmp.Diff(tt.data, string(resp.Data)); diff != "" {
					t.Errorf("data (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(tt.want, d.lines); diff != "" {
					t.Errorf("order (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func serialEngine(t *testing.T, d *diary) *exec.Engine {
	t.Helper()
	schema, err := exec.LoadSchema(&ast.Source{Input: serialSchema})
	if err != nil {
		t.Fatal(err)
	}
	e, err := exec.New(schema, exec.Bindings{
		Types: map[string]reflect.Type{
			"Desk": reflect.TypeFor[desk](), "Side": reflect.TypeFor[side](),
			"Inner": reflect.TypeFor[inner](), "Note": reflect.TypeFor[note](),
			"String": reflect.TypeFor[string](), "Int": reflect.TypeFor[int](), "Boolean": reflect.TypeFor[bool](),
		},
		Resolvers: map[string]any{
			"Query": serialRoot{d}, "Mutation": serialRoot{d},
			"Desk": slowAndQuick[desk]{d}, "Side": slowAndQuick[side]{d},
			"Inner": lateResolver[inner]{d, "below inner"}, "Note": lateResolver[note]{d, "below a note"},
		},
	}, exec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestExecute_idsAsNumbers reads ids into Go integers, as it writes them.
func TestExecute_idsAsNumbers(t *testing.T) {
	t.Parallel()
	schema, err := exec.LoadSchema(&ast.Source{Input: `type Query { next(id: ID!, other: ID): ID! }`})
	if err != nil {
		t.Fatal(err)
	}
	e, err := exec.New(schema, exec.Bindings{
		Types:     map[string]reflect.Type{"ID": reflect.TypeFor[string]()},
		Resolvers: map[string]any{"Query": numberIDs{}},
	}, exec.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct{ query, vars, want string }{
		"text":     {`{ next(id: "41") }`, "", `{"next":"42"}`},
		"number":   {`{ next(id: 41, other: 100) }`, "", `{"next":"142"}`},
		"variable": {`query($i: ID!) { next(id: $i, other: null) }`, `{"i":"41"}`, `{"next":"42"}`},
		"no id":    {`{ next(id: "x41") }`, "", `refused`},
		"too long": {`{ next(id: "99999999999999999999") }`, "", `refused`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := e.Execute(t.Context(), prepare(t, e, tt.query, tt.vars))
			got := string(resp.Data)
			if len(resp.Errors) > 0 && resp.Data == nil {
				got = "refused"
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

type personID int64

type numberIDs struct{}

func (numberIDs) Next(_ context.Context, id personID, other *personID) (personID, error) {
	if other != nil {
		id += *other
	}
	return id + 1, nil
}
