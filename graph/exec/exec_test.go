package exec_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/graph/exec"
)

func TestExecute(t *testing.T) {
	t.Parallel()
	const null = "INTERNAL: cannot return null for non-nullable field "
	const internal = "INTERNAL: internal error; the gateway's log has the detail"
	tests := map[string]struct {
		query, vars string
		data        string
		errs        string
	}{
		"leaves": {
			query: `{person(id:1){id name nick age weight color born extra upper tags renamed}}`,
			data: `{"person":{"id":"1","name":"Aki","nick":"aki","age":40,"weight":60.5,"color":"RED",` +
				`"born":"1984-01-02","extra":{"k":[1]},"upper":"AKI","tags":["x","y"],"renamed":"aki"}}`,
		},
		"nulls": {
			query: `{person(id:2){nick color born extra tags home{street}} none:person(id:9){id}}`,
			data:  `{"person":{"nick":null,"color":null,"born":null,"extra":null,"tags":null,"home":{"street":"Nijo"}},"none":null}`,
		},
		"strings are escaped": {
			query: `{person(id:3){name}}`,
			data:  `{"person":{"name":"高橋\u2028\"\\\n\u0001\ufffd<&>"}}`,
		},
		"wrong enum value": {
			query: `{person(id:3){id color}}`,
			data:  `{"person":{"id":"3","color":null}}`,
			errs:  `person.color: ` + internal,
		},
		"order, aliases and merging": {
			query: `{b:person(id:1){...F age id} a:person(id:2){id home{street}...F}} fragment F on Person{name home{__typename street} id}`,
			data: `{"b":{"name":"Aki","home":{"__typename":"House","street":"Ichijo"},"id":"1","age":40},` +
				`"a":{"id":"2","home":{"street":"Nijo","__typename":"House"},"name":"Ben"}}`,
		},
		"merged resolver fields are called once with all below": {
			query: `{people{boss{id}...on Person{boss{name}}}}`,
			data:  `{"people":[{"boss":null},{"boss":{"id":"1","name":"Aki"}},{"boss":{"id":"2","name":"Ben"}}]}`,
		},
		"skip and include": {
			query: `query($y:Boolean!,$n:Boolean=false){person(id:1){id @skip(if:$y) name @include(if:$y) age @include(if:$n)
				... @skip(if:true){nick} ...F @include(if:$n) ... @include(if:$y) @skip(if:$n){weight}}} fragment F on Person{color}`,
			vars: `{"y":true}`,
			data: `{"person":{"name":"Aki","weight":60.5}}`,
		},
		"everything skipped": {query: `{person(id:1) @skip(if:true){id}}`, data: `{}`},
		"typename of roots":  {query: `{__typename p:person(id:1){t:__typename}}`, data: `{"__typename":"Query","p":{"t":"Person"}}`},
		"null bubbles to the nearest nullable": {
			query: `{person(id:1){id mustHome{street}}}`,
			data:  `{"person":null}`,
			errs:  `person.mustHome: ` + null + `Person.mustHome`,
		},
		"null bubbles to data": {
			query: `{people{id} mustPerson(id:9){id}}`,
			data:  `null`,
			errs:  `mustPerson: ` + null + `Query.mustPerson`,
		},
		"null inside an object of a list": {
			query: `{people{id home{street roof{red}}}}`,
			data: `{"people":[{"id":"1","home":{"street":"Ichijo","roof":{"red":true}}},{"id":"2","home":null},` +
				`{"id":"3","home":null}]}`,
			errs: `people[1].home.roof: ` + null + `House.roof`,
		},
		"lists of lists": {
			query: `{person(id:1){grid{id name} strict{id} loose{id}}}`,
			data: `{"person":{"grid":[[{"id":"1","name":"a"}],null,null,[]],"strict":[{"id":"3"}],` +
				`"loose":[null,{"id":"4"}]}}`,
			errs: `person.grid[2][1]: ` + null + `Person.grid`,
		},
		"a nil slice is an empty non-null list": {query: `{person(id:2){strict{id} loose{id}}}`, data: `{"person":{"strict":[],"loose":null}}`},
		"lists of lists below a resolver": {
			query: `{person(id:1){gridBoss{id boss{id}}}}`,
			data:  `{"person":{"gridBoss":[null,[{"id":"3","boss":{"id":"2"}}],null,[]]}}`,
			errs:  `person.gridBoss[0][1]: ` + null + `Person.gridBoss`,
		},
		"lists of lists below a plain field": {
			query: `{person(id:1){grid{owner{id}} home{keepers{id boss{id}}}}}`,
			data: `{"person":{"grid":[[{"owner":{"id":"1"}}],null,null,[]],` +
				`"home":{"keepers":[{"id":"2","boss":{"id":"1"}},null,{"id":"3","boss":{"id":"2"}}]}}}`,
			errs: `person.grid[2][1]: ` + null + `Person.grid`,
		},
		"non-null resolver value is null": {
			query: `{people{id mustBoss{id}}}`,
			data:  `null`,
			errs:  `people[0].mustBoss: ` + null + `Person.mustBoss`,
		},
		"unions and interfaces": {
			query: `{pets{__typename ...on Dog{barks friends{...on Cat{lives}}} ...on Named{name}} named{__typename name ...on Node{id}} node(id:1){id ...on Cat{lives}}}`,
			data: `{"pets":[{"__typename":"Dog","barks":true,"friends":[{"lives":9}],"name":"Pochi"},null,{"__typename":"Cat","name":"Mike"},null,` +
				`{"__typename":"Dog","barks":false,"friends":[],"name":"Hachi"}],` +
				`"named":[{"__typename":"Person","name":"Aki","id":"1"},{"__typename":"Cat","name":"Tama","id":"7"},{"__typename":"Person","name":"Ben","id":"2"}],` +
				`"node":{"id":"1"}}`,
		},
		"resolvers below a union": {
			query: `{people{pets{...on Dog{id owner{id}} ...on Cat{owner{id}}}}}`,
			data: `{"people":[{"pets":[{"id":"d","owner":{"id":"1"}},{"owner":{"id":"1"}},{"id":"e","owner":{"id":"2"}}]},` +
				`{"pets":[{"owner":{"id":"2"}}]},{"pets":null}]}`,
		},
		"a Go type that is not in the interface": {
			query: `{node(id:"foreign"){id}}`, data: `{"node":null}`, errs: `node: ` + internal,
		},
		"error of a nullable field":     {query: `{fail person(id:1){id}}`, data: `{"fail":null,"person":{"id":"1"}}`, errs: `fail: plain failure`},
		"error of a non-null field":     {query: `{failHard person(id:1){id}}`, data: `null`, errs: `failHard: NOT_FOUND: nothing here`},
		"panic of a resolver":           {query: `{panics}`, data: `{"panics":null}`, errs: `panics: ` + internal},
		"panic of a plain method":       {query: `{people{boom}}`, data: `{"people":[{"boom":null},{"boom":null},{"boom":null}]}`, errs: `people[0].boom people[1].boom people[2].boom: ` + internal},
		"too few results":               {query: `{people{maybeReports{id}}}`, data: `{"people":[{"maybeReports":null},{"maybeReports":null},{"maybeReports":null}]}`, errs: `people[0].maybeReports people[1].maybeReports people[2].maybeReports: ` + internal},
		"a report beside a value":       {query: `{report}`, data: `{"report":"still here"}`, errs: `report: plain failure`},
		"a report for some parents":     {query: `{people{grade}}`, data: `{"people":[{"grade":0},{"grade":1},{"grade":2}]}`, errs: `people[0].grade people[2].grade: plain failure`},
		"defaults of arguments":         {query: `{person(id:1){reports{id} r:reports(first:1){id} score s:score(by:3)}}`, data: `{"person":{"reports":[{"id":"2"},{"id":"3"}],"r":[{"id":"2"}],"score":40,"s":120}}`},
		"errors of one parent by one":   {query: `{person(id:1){reports{id boss{score(by:13)}}}}`, data: `{"person":{"reports":[{"id":"2","boss":{"score":520}},{"id":"3","boss":null}]}}`, errs: `person.reports[1].boss.score: plain failure`},
		"errors are in document order":  {query: `{z:fail a:fail m:fail}`, data: `{"z":null,"a":null,"m":null}`, errs: "z: plain failure\na: plain failure\nm: plain failure"},
		"mutations run one by one":      {query: `mutation{a:add(n:1) l:addLater(n:10){total} b:add(n:100)}`, data: `{"a":1,"l":{"total":11},"b":111}`},
		"named fragment used two times": {query: `{a:person(id:1){...P} b:person(id:2){...P}} fragment P on Person{boss{id} score(by:2)}`, data: `{"a":{"boss":null,"score":80},"b":{"boss":{"id":"1"},"score":60}}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEngine(t, newWorld(), exec.Options{})
			resp := e.Execute(t.Context(), prepare(t, e, tt.query, tt.vars))
			if diff := cmp.Diff(tt.data, string(resp.Data)); diff != "" {
				t.Errorf("data (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.errs, lines(resp.Errors)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if !json.Valid(resp.Data) {
				t.Error("data is no JSON")
			}
		})
	}
}
