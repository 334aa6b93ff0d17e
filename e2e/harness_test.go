// Package e2e asks the whole program over HTTP and compares its answers with
// what the simulators say they hold.
//
// A test starts a demo of its own, on free ports, with a fixed seed and day; what
// must be true is computed from the simulators' state dumps, never from the
// gateway's code. Upstream calls are counted in the simulators' histories.
package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// The personas' tokens, as the demo prints them.
const (
	hrToken       = "demo-hr"
	managerToken  = "demo-manager"
	employeeToken = "demo-employee"
)

// today is the last day with data; yesterday was a workday for everybody.
const (
	today     = "2026-11-20"
	yesterday = "2026-11-19"
)

// demo is a running demo with what a test needs of it.
type demo struct {
	*app.Demo
	log *buffer

	// others are further gateways in front of the same systems, see beside.
	others map[string]*gateway
	ends   testing.TB
}

// buffer is a log that a test can read while it is written.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// start runs a demo until the test ends. environ overrides the defaults of the
// demo's gateway, such as "HITOTSU_OPERATION_BUDGET=2s".
func start(t testing.TB, environ ...string) *demo {
	t.Helper()
	return startAfter(t, func(*app.Demo) {}, environ...)
}

// startAfter is start with something that happens before the gateway makes its
// first call.
func startAfter(t testing.TB, before func(*app.Demo), environ ...string) *demo {
	t.Helper()
	return startOn(t, time.Now, before, environ...)
}

// startOn is startAfter with a clock for the gateway and its data.
func startOn(t testing.TB, now func() time.Time, before func(*app.Demo), environ ...string) *demo {
	t.Helper()
	day, err := hr.ParseDate(today)
	if err != nil {
		t.Fatal(err)
	}
	d := &demo{log: &buffer{}, others: map[string]*gateway{}, ends: t}
	d.Demo, err = app.StartDemo(t.Context(), app.DemoOptions{
		Seed: 1, Today: day, Now: now,
		Environ: append([]string{"HITOTSU_LISTEN=127.0.0.1:0"}, environ...),
		Log:     slog.New(slog.NewJSONHandler(d.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatalf("start the demo: %v", err)
	}
	before(d.Demo)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the gateway ended with %v", err)
		}
		if err := d.Close(); err != nil {
			t.Errorf("close the demo: %v", err)
		}
	})
	return d
}

// answer is a GraphQL answer.
type answer struct {
	Status int
	Data   json.RawMessage
	Errors []gqlError
	Body   string
}

type gqlError struct {
	Message    string         `json:"message"`
	Path       []any          `json:"path"`
	Extensions map[string]any `json:"extensions"`
}

func (e gqlError) code() string {
	code, _ := e.Extensions["code"].(string)
	return code
}

// ask sends a query as a persona and returns the answer, whatever it is.
func (d *demo) ask(t testing.TB, token, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return d.post(t, token, "application/json", string(body))
}

// post sends any body to the GraphQL endpoint.
func (d *demo) post(t testing.TB, token, contentType, body string) answer {
	t.Helper()
	return post(t, d.URL(), token, contentType, body)
}

// post sends any body to the GraphQL endpoint of a gateway.
func post(t testing.TB, base, token, contentType, body string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"graphql", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatalf("ask: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("read the answer: %v", err)
	}
	a := answer{Status: resp.StatusCode, Body: string(raw)}
	var envelope struct {
		Data   json.RawMessage `json:"data"`
		Errors []gqlError      `json:"errors"`
	}
	if err := json.Unmarshal(raw, &envelope); err != nil {
		t.Fatalf("the answer is no JSON (status %d): %.200s", a.Status, raw)
	}
	a.Data, a.Errors = envelope.Data, envelope.Errors
	return a
}

// query asks and decodes the data into v; errors fail the test.
func (d *demo) query(t testing.TB, token, query string, variables map[string]any, v any) {
	t.Helper()
	a := d.ask(t, token, query, variables)
	if len(a.Errors) > 0 || a.Status != http.StatusOK {
		t.Fatalf("status %d, errors %+v", a.Status, a.Errors)
	}
	a.decode(t, v)
}

// decode reads the data of an answer, errors or not.
func (a answer) decode(t testing.TB, v any) {
	t.Helper()
	if err := json.Unmarshal(a.Data, v); err != nil {
		t.Fatalf("data does not fit: %v\n%.500s", err, a.Data)
	}
}

// dump reads a simulator's state through its control port.
func dump[T any](t testing.TB, s *control.Server) T {
	t.Helper()
	var v T
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.ControlURL()+"/dump", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatalf("dump: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&v); err != nil {
		t.Fatalf("dump: %v", err)
	}
	return v
}

// indexed waits until the index is built, so that what follows is counted in
// the state INDEXED.
func (d *demo) indexed(t testing.TB) {
	t.Helper()
	var got struct{ Employees struct{ TotalCount int } }
	d.query(t, hrToken, `{ employees(first: 1) { totalCount } }`, nil, &got)
	if got.Employees.TotalCount == 0 {
		t.Fatal("the index is empty")
	}
}
