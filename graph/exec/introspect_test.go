package exec_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
)

func TestIntrospection(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ query, want string }{
		"roots": {
			`{__schema{description queryType{name} mutationType{name} subscriptionType{name}}}`,
			`{"__schema":{"description":null,"queryType":{"name":"Query"},"mutationType":{"name":"Mutation"},"subscriptionType":null}}`,
		},
		"no own directives": {
			`{__schema{directives{name isRepeatable}}}`,
			`{"__schema":{"directives":[{"name":"deprecated","isRepeatable":false},{"name":"include","isRepeatable":false},` +
				`{"name":"oneOf","isRepeatable":false},{"name":"skip","isRepeatable":false},{"name":"specifiedBy","isRepeatable":false}]}}`,
		},
		"enum values": {
			`{__type(name:"Color"){enumValues{name description} all:enumValues(includeDeprecated:true){name isDeprecated deprecationReason}}}`,
			`{"__type":{"enumValues":[{"name":"RED","description":null},{"name":"GREEN","description":null}],` +
				`"all":[{"name":"RED","isDeprecated":false,"deprecationReason":null},{"name":"GREEN","isDeprecated":false,"deprecationReason":null},` +
				`{"name":"BLUE","isDeprecated":true,"deprecationReason":"too blue"}]}}`,
		},
		"scalar": {
			`{__type(name:"Day"){kind description specifiedByURL fields{name} enumValues{name} inputFields{name} interfaces{name} possibleTypes{name} isOneOf ofType{name}}}`,
			`{"__type":{"kind":"SCALAR","description":"A day.","specifiedByURL":"https://example.com/day","fields":null,"enumValues":null,` +
				`"inputFields":null,"interfaces":null,"possibleTypes":null,"isOneOf":null,"ofType":null}}`,
		},
		"union and interface": {
			`{u:__type(name:"Pet"){kind possibleTypes{name} fields{name}} i:__type(name:"Node"){kind interfaces{name} possibleTypes{name} fields{name}}}`,
			`{"u":{"kind":"UNION","possibleTypes":[{"name":"Dog"},{"name":"Cat"}],"fields":null},` +
				`"i":{"kind":"INTERFACE","interfaces":[],"possibleTypes":[{"name":"Dog"},{"name":"Cat"},{"name":"Person"}],"fields":[{"name":"id"}]}}`,
		},
		"input": {
			`{o:__type(name:"One"){isOneOf} __type(name:"Where"){isOneOf inputFields{name defaultValue type{kind}}}}`,
			`{"o":{"isOneOf":true},"__type":{"isOneOf":false,"inputFields":[{"name":"city","defaultValue":"\"Kyoto\"","type":{"kind":"NON_NULL"}},` +
				`{"name":"floor","defaultValue":null,"type":{"kind":"SCALAR"}},{"name":"near","defaultValue":null,"type":{"kind":"INPUT_OBJECT"}},` +
				`{"name":"tags","defaultValue":null,"type":{"kind":"LIST"}},{"name":"color","defaultValue":null,"type":{"kind":"ENUM"}},` +
				`{"name":"day","defaultValue":null,"type":{"kind":"SCALAR"}}]}}`,
		},
		"unknown": {`{__type(name:"Nobody"){name}}`, `{"__type":null}`},
		"query hides introspection and old fields": {
			`{__type(name:"House"){fields{name}} q:__type(name:"Mutation"){fields{name}}}`,
			`{"__type":{"fields":[{"name":"street"},{"name":"keeper"},{"name":"keepers"},{"name":"roof"}]},"q":{"fields":[{"name":"add"},{"name":"addLater"}]}}`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, newWorld(), exec.Options{})
			resp := e.Execute(t.Context(), prepare(t, e, tt.query, ""))
			if len(resp.Errors) > 0 {
				t.Fatal(lines(resp.Errors))
			}
			if diff := cmp.Diff(tt.want, string(resp.Data)); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
		})
	}
}

func TestIntrospection_fields(t *testing.T) {
	t.Parallel()
	e := newEngine(t, newWorld(), exec.Options{})
	//nolint:dupword // wrappers in wrappers
	const query = `{__type(name:"Person"){fields{name args{name defaultValue type{kind name ofType{name}}} type{...T}}}}
		fragment T on __Type{kind ofType{kind ofType{kind ofType{name}}}}`
	const want = `{"name":"reports","args":[{"name":"first","defaultValue":"2","type":{"kind":"SCALAR","name":"Int","ofType":null}},` +
		`{"name":"color","defaultValue":null,"type":{"kind":"ENUM","name":"Color","ofType":null}}],` +
		`"type":{"kind":"NON_NULL","ofType":{"kind":"LIST","ofType":{"kind":"NON_NULL","ofType":{"name":"Person"}}}}}`
	resp := e.Execute(t.Context(), prepare(t, e, query, ""))
	if !strings.Contains(string(resp.Data), want) {
		t.Errorf("got %s", resp.Data)
	}
}

func TestIntrospection_disabled(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{DisableIntrospection: true})
	resp := e.Execute(t.Context(), prepare(t, e, `{person(id:1){id} ...F} fragment F on Query{__schema{description} x:__type(name:"a"){name}}`, ""))
	if resp.Data != nil || len(resp.Errors) != 2 || fault.CodeOf(resp.Errors[0]) != fault.ValidationFailed {
		t.Errorf("data %s, errors %s", resp.Data, lines(resp.Errors))
	}
	if w.called("person") != 0 {
		t.Error("a resolver ran")
	}
	if resp := e.Execute(t.Context(), prepare(t, e, `{__typename}`, "")); len(resp.Errors) > 0 {
		t.Error(lines(resp.Errors))
	}
}
