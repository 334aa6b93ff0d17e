package exec_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
)

func TestNew_reportsAllFaults(t *testing.T) {
	t.Parallel()
	const text = `
		directive @goField(forceResolver: Boolean, name: String) on FIELD_DEFINITION
		type Query { a(n: Int): Thing b: Thing c: Int d: [Thing] e: Int! }
		type Thing { missing: String wrong: Int late: Int @goField(forceResolver: true) }
		type Unbound { id: ID }`
	schema, err := exec.LoadSchema(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	_, err = exec.New(schema, exec.Bindings{
		Types:     map[string]reflect.Type{"Thing": reflect.TypeFor[thing]()},
		Resolvers: map[string]any{"Query": wrongQueries{}, "Nobody": struct{}{}},
	}, exec.Options{})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"Nobody: has a resolver but is no object type",
		"Unbound: no Go type is bound",
		"Query.a(n): may be null, but int cannot be nil",
		"Query.b: exec_test.wrongQueries has no method B",
		"Query.c: method takes 0 parameters, want 1",
		"Query.d: *exec_test.thing is no list",
		"Query.e: method must return a value and an error",
		"Thing.missing: exec_test.thing has no field or method Missing",
		"Thing.wrong: string cannot be written as Int",
		"Thing.late: no resolver is bound for Thing",
	} {
		if !strings.Contains(err.Error(), want+"\n") && !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if n := strings.Count(err.Error(), "\n"); n != 10 {
		t.Errorf("%d faults, want 10:\n%v", n, err)
	}
}

type thing struct{ Wrong string }

type wrongQueries struct{}

func (wrongQueries) A(context.Context, int) (*thing, error) { return nil, nil }
func (wrongQueries) C() (*int, error)                       { return nil, nil }
func (wrongQueries) D(context.Context) (*thing, error)      { return nil, nil }
func (wrongQueries) E(context.Context) int                  { return 0 }

func TestExecute_callsAResolverOnceForAllParents(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{})
	const query = `{people{reports(first:9){home{keeper{id} keepers{boss{boss{id}}}} pets{...on Dog{owner{id}}...on Cat{owner{id}}}}}}`
	resp := e.Execute(t.Context(), prepare(t, e, query, ""))
	if len(resp.Errors) > 0 {
		t.Fatal(lines(resp.Errors))
	}
	for field, want := range map[string]int64{"reports": 1, "keeper": 1, "boss": 0, "cat.owner": 1, "dog.owner": 0} {
		if got := w.called(field); got != want {
			t.Errorf("%s was called %d times, want %d", field, got, want)
		}
	}
}

func TestExecute_oneErrorForABatch(t *testing.T) {
	t.Parallel()
	w := newWorld()
	for range 40 {
		w.people = append(w.people, w.people[1])
	}
	w.bossErr = fault.Upstream(fault.UpstreamUnavailable, "AKASHI", "default", "no answer")
	e := newEngine(t, w, exec.Options{})
	resp := e.Execute(t.Context(), prepare(t, e, "{\n people{id\n  boss{id}}}", ""))
	if len(resp.Errors) != 1 {
		t.Fatal(lines(resp.Errors))
	}
	got := resp.Errors[0]
	if got.Count != 43 || got.Path.String() != "people[0].boss" || len(got.Paths) != 10 ||
		got.Paths[9].String() != "people[10].boss" || !errors.Is(got, w.bossErr) {
		t.Errorf("got %+v", got)
	}
	if diff := cmp.Diff([]exec.Location{{Line: 3, Column: 3}}, got.Locations); diff != "" {
		t.Error(diff)
	}
	if bytes.Count(resp.Data, []byte(`"boss":null`)) != 43 {
		t.Errorf("data %s", resp.Data)
	}
}

func TestExecute_partialBatch(t *testing.T) {
	t.Parallel()
	w := newWorld()
	bad := errors.New("only this one")
	w.bossErr = exec.Errors{bad, nil, bad}
	e := newEngine(t, w, exec.Options{})
	resp := e.Execute(t.Context(), prepare(t, e, `{people{boss{id}}}`, ""))
	const want = `{"people":[{"boss":null},{"boss":{"id":"1"}},{"boss":{"id":"2"}}]}`
	if string(resp.Data) != want {
		t.Errorf("data %s", resp.Data)
	}
	if got := lines(resp.Errors); got != "people[0].boss people[2].boss: only this one" {
		t.Error(got)
	}
}

func TestExecute_panicsAreLoggedWithoutTheirValue(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	e := newEngine(t, newWorld(), exec.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	resp := e.Execute(t.Context(), prepare(t, e, `{panics people{boom}}`, ""))
	if code := fault.CodeOf(resp.Errors[0]); code != fault.Internal {
		t.Errorf("code %s", code)
	}
	for _, want := range []string{"field=Query.panics", "field=Person.boom", "fixture_test.go", `panic="a string"`} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s", want)
		}
	}
	if strings.Contains(log.String(), "secret") {
		t.Error("the log holds the panic's value")
	}
}

func TestExecute_cancellation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		e := newEngine(t, w, exec.Options{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		resp := e.Execute(ctx, prepare(t, e, `{person(id:1){id} slow a:slowPeople{id boss{id}} s:slow}`, ""))
		var got struct {
			Person struct{ ID string }
			A      []struct {
				ID   string
				Boss *struct{}
			}
		}
		if err := json.Unmarshal(resp.Data, &got); err != nil {
			t.Fatal(err)
		}
		if got.Person.ID != "1" || len(got.A) != 3 || got.A[1].Boss != nil {
			t.Errorf("data %s", resp.Data)
		}
		if len(resp.Errors) != 1 || resp.Errors[0].Count != 5 || fault.CodeOf(resp.Errors[0]) != fault.DeadlineExceeded {
			t.Fatalf("errors %s", lines(resp.Errors))
		}
		if p := resp.Errors[0].Path.String(); p != "slow" {
			t.Errorf("path %s", p)
		}
		if w.called("boss") != 0 {
			t.Error("a field was started after the end")
		}
	})
}

func TestExecute_cancelledBefore(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	resp := e.Execute(ctx, prepare(t, e, `{a:person(id:1){id} b:person(id:2){id}}`, ""))
	if string(resp.Data) != `{"a":null,"b":null}` || w.called("person") != 0 {
		t.Errorf("data %s", resp.Data)
	}
	if len(resp.Errors) != 1 || fault.CodeOf(resp.Errors[0]) != fault.Cancelled {
		t.Errorf("errors %s", lines(resp.Errors))
	}
}

func TestSelects(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{})
	const query = `query($no:Boolean=false){s:selects{...F nick @include(if:$no) x:home{roof{red}}}}
		fragment F on Person{...on Named{...on Person{h:home{street}}} boss{id}}`
	if resp := e.Execute(t.Context(), prepare(t, e, query, "")); len(resp.Errors) > 0 {
		t.Fatal(lines(resp.Errors))
	}
	if diff := cmp.Diff([]bool{true, false, false, true, true}, w.picks); diff != "" {
		t.Error(diff)
	}
	if exec.Selects(t.Context(), "a") {
		t.Error("outside of a resolver nothing is selected")
	}
	exec.Report(t.Context(), errPlain)
}

func TestGoName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"id": "ID", "vendorId": "VendorID", "CLOCK_IN": "ClockIn", "avatarURL": "AvatarURL", "x": "X",
		"tokenExpiresAt": "TokenExpiresAt", "HTTPServer": "HTTPServer", "employeesByIds": "EmployeesByIds",
		"AKASHI": "Akashi", "uuid": "UUID", "StampConnection": "StampConnection", "a_b": "AB",
	} {
		if got := exec.GoName(name); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
