package server_test

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server"
)

// The tests here run with the real executor, to see that its requests and
// answers and ours fit together.

type person struct {
	ID   string
	Code *string
}

type key struct{ ID, Code *string }

type queries struct{}

func (queries) Employees(_ context.Context, first *int) ([]*person, error) {
	if *first < 0 {
		return nil, fault.New(fault.BadUserInput, "first is negative")
	}
	return make([]*person, *first), nil
}

func (queries) Employee(_ context.Context, k key) (*person, error) {
	switch {
	case k.ID != nil:
		return &person{ID: *k.ID}, nil
	case *k.Code == "none":
		return nil, fault.New(fault.NotFound, "nobody has this code")
	}
	return &person{ID: "by code", Code: k.Code}, nil
}

type people struct{}

func (people) Boss(_ context.Context, objs []*person) ([]*person, error) {
	out := make([]*person, len(objs))
	for i, p := range objs {
		out[i] = &person{ID: "boss of " + p.ID}
	}
	return out, nil
}

const realSDL = `
directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION
input Key @oneOf { id: ID code: String }
type Query { employees(first: Int = 2): [Employee] employee(key: Key!): Employee }
type Employee { id: ID! code: String boss: Employee @goField(forceResolver: true) }
`

func realEngine(tb testing.TB) *edge {
	tb.Helper()
	schema, err := exec.LoadSchema(&ast.Source{Name: "real", Input: realSDL})
	if err != nil {
		tb.Fatal(err)
	}
	engine, err := exec.New(schema, exec.Bindings{
		Types:     map[string]reflect.Type{"Employee": reflect.TypeFor[person](), "Key": reflect.TypeFor[key]()},
		Resolvers: map[string]any{"Query": queries{}, "Employee": people{}},
	}, exec.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return setup(tb, func(o *server.Options) { o.Engine, o.Schema = engine, schema })
}

func TestRealEngine(t *testing.T) {
	t.Parallel()
	e := realEngine(t)
	for _, c := range []struct {
		query, vars, want string
	}{
		{`{__typename}`, `{}`, `{"data":{"__typename":"Query"}}`},
		{`query($k:Key!){employee(key:$k){id boss{id}}}`, `{"k":{"id":7}}`, `{"data":{"employee":{"id":"7","boss":{"id":"boss of 7"}}}}`},
		{`query($c:String!){employee(key:{code:$c}){id code}}`, `{"c":"007"}`, `{"data":{"employee":{"id":"by code","code":"007"}}}`},
		{`query($n:Int){employees(first:$n){id}}`, `{}`, `{"data":{"employees":[null,null]}}`},
		{`query($n:Int){employees(first:$n){id}}`, `{"n":1.0}`, `{"data":{"employees":[null]}}`},
		{
			`{a:employee(key:{code:"none"}){id} b:employee(key:{code:"none"}){id}}`, `{}`,
			`{"errors":[{"message":"nobody has this code","locations":[{"line":1,"column":2}],"path":["a"],` +
				`"extensions":{"code":"NOT_FOUND","paths":[["b"]],"count":2}}],"data":{"a":null,"b":null}}`,
		},
		{
			`{employees(first:-1){id}}`, `{}`,
			`{"errors":[{"message":"first is negative","locations":[{"line":1,"column":2}],"path":["employees"],` +
				`"extensions":{"code":"BAD_USER_INPUT"}}],"data":{"employees":null}}`,
		},
	} {
		w := e.do(query(t, c.query, json.RawMessage(c.vars)))
		if w.Code != http.StatusOK || w.Body.String() != c.want {
			t.Errorf("%s %s: %d\n got %s\nwant %s", c.query, c.vars, w.Code, w.Body, c.want)
		}
	}
}

// introspection is the query a client sends to learn the schema, with types
// nested as deeply as any client asks for.
const introspection = `query IntrospectionQuery {
  __schema {
    description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } }
  }
}
fragment FullType on __Type {
  kind name description specifiedByURL isOneOf
  fields(includeDeprecated: true) {
    name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason
  }
  inputFields(includeDeprecated: true) { ...InputValue }
  interfaces { ...TypeRef }
  enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
  possibleTypes { ...TypeRef }
}
fragment InputValue on __InputValue {
  name description type { ...TypeRef } defaultValue isDeprecated deprecationReason
}
fragment TypeRef on __Type {
  kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } }
}`

func TestRealEngine_introspection(t *testing.T) {
	t.Parallel()
	e := realEngine(t)
	w := e.do(query(t, introspection, nil))
	a := answer(t, w)
	if len(a.Errors) > 0 || !strings.Contains(string(a.Data), `"name":"Employee"`) {
		t.Errorf("%.500s", w.Body)
	}
	if strings.Contains(string(a.Data), `"defer"`) {
		t.Error("@defer is offered")
	}
}

func TestRealEngine_concurrent(t *testing.T) {
	t.Parallel()
	e := realEngine(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				if w := e.do(query(t, introspection, nil)); w.Code != http.StatusOK {
					t.Errorf("%d", w.Code)
				}
				if w := e.do(query(t, "{employees{boss{id}}}", nil)); w.Code != http.StatusOK {
					t.Errorf("%d", w.Code)
				}
			}
		})
	}
	wg.Wait()
}
