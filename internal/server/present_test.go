package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server"
)

func respond(resp *exec.Response) func(context.Context, exec.Request) *exec.Response {
	return func(context.Context, exec.Request) *exec.Response { return resp }
}

func path(elements ...any) ast.Path {
	var p ast.Path
	for _, e := range elements {
		switch e := e.(type) {
		case string:
			p = append(p, ast.PathName(e))
		case int:
			p = append(p, ast.PathIndex(e))
		}
	}
	return p
}

func TestErrors_arePresented(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	down := fault.Upstream(fault.UpstreamRateLimited, "JOBCAN", "default", "try again later")
	down.RetryAfter, down.VendorCode = 1500*time.Millisecond, "E42"
	e.engine.do = respond(&exec.Response{
		Data: json.RawMessage(`{"employees":null}`),
		Errors: []*exec.Error{{
			Err: down, Path: path("employees", 3, "code"), Count: 1,
			Locations: []exec.Location{{Line: 1, Column: 2}},
		}},
	})
	w := e.do(query(t, "{employees{code}}", nil))
	want := `{"errors":[{"message":"try again later","locations":[{"line":1,"column":2}],` +
		`"path":["employees",3,"code"],"extensions":{"code":"UPSTREAM_RATE_LIMITED","system":"JOBCAN",` +
		`"link":"default","retryAfter":2,"vendorCode":"E42"}}],"data":{"employees":null}}`
	if diff := cmp.Diff(want, w.Body.String()); diff != "" {
		t.Error(diff)
	}
}

func TestErrors_areCollapsed(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	var errs []*exec.Error
	for i := range 1000 {
		errs = append(errs,
			&exec.Error{Err: fault.Upstream(fault.UpstreamTimeout, "AKASHI", "default", "slow"), Path: path("a", i), Count: 1},
			&exec.Error{Err: fault.Upstream(fault.UpstreamTimeout, "AKASHI", "second", "slow"), Path: path("b", i), Paths: []ast.Path{path("c", i)}, Count: 20},
			&exec.Error{Err: fault.New(fault.BadUserInput, "first is negative"), Path: path("d", i), Count: 1},
		)
	}
	errs = append(errs, &exec.Error{Err: fault.New(fault.BadUserInput, "the period is reversed"), Path: path("e"), Count: 1})
	e.engine.do = respond(&exec.Response{Data: json.RawMessage(`{}`), Errors: errs})
	a := answer(t, e.do(query(t, "{__typename}", nil)))
	type got struct {
		link  any
		path  []any
		paths int
		count any
	}
	var all []got
	for _, e := range a.Errors {
		paths, _ := e.Extensions["paths"].([]any)
		all = append(all, got{e.Extensions["link"], e.Path, len(paths), e.Extensions["count"]})
	}
	want := []got{
		{"default", []any{"a", 0.0}, 10, 1000.0},
		{"second", []any{"b", 0.0}, 10, 20_000.0},
		{nil, []any{"d", 0.0}, 10, 1000.0},
		{nil, []any{"e"}, 0, nil},
	}
	if diff := cmp.Diff(want, all, cmp.AllowUnexported(got{})); diff != "" {
		t.Error(diff)
	}
}

func TestErrors_unknownAreHidden(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	errs := []*exec.Error{{Err: errors.New("dial https://example.invalid: refused"), Path: path("employees", 0, "code"), Count: 1}}
	e.engine.do = respond(&exec.Response{Data: json.RawMessage(`{}`), Errors: errs})
	w := e.do(query(t, "{__typename}", nil))
	if code(t, w) != "INTERNAL" || strings.Contains(w.Body.String(), "example.invalid") {
		t.Error(w.Body)
	}
	events := e.log.events(t, "internal error")
	if len(events) != 1 || events[0]["field"] != "employees.code" || !strings.Contains(events[0]["detail"].(string), "refused") {
		t.Error(e.log)
	}
}

func TestErrors_ofAnEngineThatRefuses(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	for name, resp := range map[string]*exec.Response{
		"error":   {Errors: []*exec.Error{{Err: fault.New(fault.BadUserInput, "no"), Count: 1}}},
		"nothing": {},
	} {
		e.engine.do = respond(resp)
		w := e.do(query(t, "{__typename}", nil, "Accept", gqlType))
		if w.Code != http.StatusBadRequest || strings.Contains(w.Body.String(), `"data"`) {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestEngine_panicIs500(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	for name, do := range map[string]func(context.Context, exec.Request) *exec.Response{
		"panic": func(context.Context, exec.Request) *exec.Response { panic("boom-detail") },
		"nil":   respond(nil),
	} {
		e.engine.do = do
		w := e.do(query(t, "{__typename}", nil))
		if w.Code != http.StatusInternalServerError || code(t, w) != "INTERNAL" || strings.Contains(w.Body.String(), "boom") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if events := e.log.events(t, "panic"); len(events) != 1 || events[0]["detail"] != "boom-detail" {
		t.Error(e.log)
	}
}

func TestEngine_hasTheBudget(t *testing.T) {
	t.Parallel()
	e := setup(t, func(o *server.Options) { o.Budget = 5 * time.Millisecond })
	e.engine.do = func(ctx context.Context, _ exec.Request) *exec.Response {
		<-ctx.Done()
		return &exec.Response{Data: json.RawMessage(`{"employees":null}`), Errors: []*exec.Error{{Err: ctx.Err(), Path: path("employees"), Count: 1}}}
	}
	w := e.do(query(t, "{employees{id}}", nil))
	if w.Code != http.StatusOK || code(t, w) != "DEADLINE_EXCEEDED" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestEngine_budgetByHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"": time.Minute, "3s": 3 * time.Second, "500ms": 500 * time.Millisecond, "1h": time.Minute,
		"0s": 0, "-1s": 0, "3": 0, "soon": 0,
	} {
		e := setup(t, func(o *server.Options) { o.Budget = time.Minute })
		var left time.Duration
		e.engine.do = func(ctx context.Context, _ exec.Request) *exec.Response {
			deadline, _ := ctx.Deadline()
			left = time.Until(deadline)
			return &exec.Response{Data: json.RawMessage("{}")}
		}
		r := query(t, "{__typename}", nil)
		if header != "" {
			r.Header.Set("Hitotsu-Budget", header)
		}
		w := e.do(r)
		switch {
		case want == 0:
			if w.Code != http.StatusBadRequest || code(t, w) != "BAD_REQUEST" {
				t.Errorf("%q: %d %s", header, w.Code, w.Body)
			}
		case left > want || left < want-want/2:
			t.Errorf("%q left %v, want %v", header, left, want)
		}
	}
}

func TestEngine_callerGone(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	e.engine.do = func(context.Context, exec.Request) *exec.Response {
		cancel()
		return &exec.Response{Data: json.RawMessage("null")}
	}
	w := e.do(query(t, "{__typename}", nil).WithContext(ctx))
	if w.Body.Len() != 0 {
		t.Errorf("%s", w.Body)
	}
	if events := e.log.events(t, "request"); len(events) != 1 || events[0]["status"] != 499.0 {
		t.Error(e.log)
	}
}

type hookKey struct{}

func TestHooks(t *testing.T) {
	t.Parallel()
	calls := 0
	e := setup(t, func(o *server.Options) {
		o.Begin = func(ctx context.Context) context.Context { return context.WithValue(ctx, hookKey{}, "plan") }
		o.Extensions = func(ctx context.Context) map[string]any {
			calls++
			return map[string]any{"hook": ctx.Value(hookKey{})}
		}
	})
	var seen any
	e.engine.do = func(ctx context.Context, _ exec.Request) *exec.Response {
		seen = ctx.Value(hookKey{})
		return &exec.Response{Data: json.RawMessage(`{}`)}
	}
	w := e.do(query(t, "{__typename}", nil))
	if seen != "plan" || w.Body.String() != `{"data":{},"extensions":{"hook":"plan"}}` {
		t.Errorf("%v %s", seen, w.Body)
	}
	e.do(query(t, "{", nil))
	if calls != 1 {
		t.Errorf("the hook ran %d times", calls)
	}
}

func TestExtensions_thatCannotBeEncoded(t *testing.T) {
	t.Parallel()
	e := setup(t, func(o *server.Options) {
		o.Extensions = func(context.Context) map[string]any { return map[string]any{"f": func() {}} }
	})
	w := e.do(query(t, "{__typename}", nil))
	if w.Code != http.StatusInternalServerError || code(t, w) != "INTERNAL" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
