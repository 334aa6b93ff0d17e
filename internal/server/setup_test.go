package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/server"
)

const (
	jsonType = "application/json"
	gqlType  = "application/graphql-response+json"
	token    = "key-of-a-test"
)

const sdl = `
input Key @oneOf { id: ID code: String }
type Query { employees(first: Int): [Employee!] employee(key: Key): Employee }
type Employee { id: ID! code: String boss: Employee managers(first: Int): [Employee!] }
type Mutation { put(key: Key): Boolean }
type Subscription { watch: Boolean }
`

// engine is a stub that counts executions and answers what do says.
type engine struct {
	runs atomic.Int64
	last atomic.Pointer[exec.Request]
	do   func(ctx context.Context, req exec.Request) *exec.Response
}

func (e *engine) Execute(ctx context.Context, req exec.Request) *exec.Response {
	e.runs.Add(1)
	e.last.Store(&req)
	if e.do != nil {
		return e.do(ctx, req)
	}
	return &exec.Response{Data: json.RawMessage(`{"__typename":"Query"}`)}
}

func (e *engine) Walk(context.Context, exec.Request) {}

// edge is a server under test with its engine and log.
type edge struct {
	*server.Server
	engine *engine
	log    *logBuffer
}

type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// events are the log's records of that message.
func (l *logBuffer) events(tb testing.TB, msg string) []map[string]any {
	tb.Helper()
	var out []map[string]any
	for line := range strings.SplitSeq(strings.TrimSpace(l.String()), "\n") {
		var ev map[string]any
		if err := json.Unmarshal([]byte(line), &ev); err != nil {
			tb.Fatalf("%q: %v", line, err)
		}
		if ev["msg"] == msg {
			out = append(out, ev)
		}
	}
	return out
}

func setup(tb testing.TB, change func(*server.Options)) *edge {
	tb.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "test", Input: sdl})
	if err != nil {
		tb.Fatal(err)
	}
	callers, err := auth.NewStatic([]auth.Static{
		{Caller: auth.Caller{Name: "tester", Role: auth.HR}, Token: token},
	})
	if err != nil {
		tb.Fatal(err)
	}
	e := &edge{engine: &engine{}, log: &logBuffer{}}
	opts := server.Options{
		Engine: e.engine, Schema: schema, Callers: callers,
		Logger: slog.New(slog.NewJSONHandler(e.log, nil)),
	}
	if change != nil {
		change(&opts)
	}
	if e.Server, err = server.New(opts); err != nil {
		tb.Fatal(err)
	}
	return e
}

// do sends a request with the bearer.
func (e *edge) do(r *http.Request) *httptest.ResponseRecorder {
	if r.Header.Get("Authorization") == "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, r)
	return w
}

// post returns a POST of a JSON body.
func post(body string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", jsonType)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// query returns a POST of a document and variables.
func query(tb testing.TB, doc string, vars any, headers ...string) *http.Request {
	tb.Helper()
	body, err := json.Marshal(map[string]any{"query": doc, "variables": vars})
	if err != nil {
		tb.Fatal(err)
	}
	return post(string(body), headers...)
}

type wire struct {
	Data   json.RawMessage `json:"data"`
	Errors []struct {
		Message    string           `json:"message"`
		Path       []any            `json:"path"`
		Locations  []map[string]int `json:"locations"`
		Extensions map[string]any   `json:"extensions"`
	} `json:"errors"`
	Extensions map[string]any `json:"extensions"`
}

// answer decodes an answer.
func answer(tb testing.TB, w *httptest.ResponseRecorder) wire {
	tb.Helper()
	var out wire
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		tb.Fatalf("%q: %v", w.Body, err)
	}
	return out
}

// code is the code of the only error.
func code(tb testing.TB, w *httptest.ResponseRecorder) string {
	tb.Helper()
	a := answer(tb, w)
	if len(a.Errors) != 1 {
		tb.Fatalf("%d errors: %s", len(a.Errors), w.Body)
	}
	c, _ := a.Errors[0].Extensions["code"].(string)
	return c
}
