package e2e_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// request returns the content type and body to send.
func (b blunder) request(tb testing.TB) (contentType, body string) {
	tb.Helper()
	if b.contentType != "" {
		return b.contentType, b.body
	}
	raw, err := json.Marshal(map[string]any{"query": b.query, "variables": b.variables})
	if err != nil {
		tb.Fatal(err)
	}
	return "application/json", string(raw)
}

// TestBadInput sends everything that is wrong: each gets a clear error with its
// code and costs no system a call.
//
//nolint:tparallel // upstream calls are counted from one request to the next
func TestBadInput(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.warm(t)
	for _, test := range blunders() { //nolint:paralleltest // as above
		t.Run(test.name, func(t *testing.T) {
			before := upstreamCalls(d)
			contentType, body := test.request(t)
			a := d.post(t, employeeToken, contentType, body)
			if status := max(test.status, http.StatusOK); a.Status != status {
				t.Errorf("status %d, want %d", a.Status, status)
			}
			if n := len(a.Errors); n == 0 || n > 3 || n > 1 && test.code != "GRAPHQL_VALIDATION_FAILED" {
				t.Fatalf("errors %+v, want one %s", a.Errors, test.code)
			}
			for _, e := range a.Errors {
				if e.code() != test.code {
					t.Errorf("error %+v, want %s", e, test.code)
				}
			}
			message := a.Errors[0].Message
			if message == "" || len(message) > 300 || !strings.Contains(message, test.says) {
				t.Errorf("the message does not tell %q: %.400s", test.says, message)
			}
			if n := upstreamCalls(d) - before; n != 0 {
				t.Errorf("%d upstream calls", n)
			}
			if len(a.Body) > 2000 {
				t.Errorf("the answer has %d bytes", len(a.Body))
			}
		})
	}
}

// TestBadInput_besideGood shows that a wrong argument costs only its own field.
func TestBadInput_besideGood(t *testing.T) {
	t.Parallel()
	d := start(t)
	a := d.ask(t, employeeToken, `{ viewer { name employee { code projects(from: "2026-11-20", to: "2026-11-01") {
		totalCount } } } good: employees(first: 1) { totalCount } node(id: "nonsense") { id } }`, nil)
	var got struct {
		Viewer struct {
			Name     string
			Employee struct {
				Code     string
				Projects *struct{}
			}
		}
		Good struct{ TotalCount int }
		Node *struct{}
	}
	a.decode(t, &got)
	if got.Viewer.Employee.Code == "" || got.Good.TotalCount != 1 || got.Node != nil || got.Viewer.Employee.Projects != nil {
		t.Errorf("the good half is %+v", got)
	}
	if len(a.Errors) != 2 {
		t.Errorf("errors %+v, want two BAD_USER_INPUT", a.Errors)
	}
}

// cpuBudget is the most CPU time that any bad request may take.
const cpuBudget = 50 * time.Millisecond

// BenchmarkBadInput measures the CPU time of the whole process for each bad
// request, over HTTP, with the schema and the engine that serve; one that takes
// more than the budget fails.
func BenchmarkBadInput(b *testing.B) {
	d := start(b)
	d.warm(b)
	for _, bad := range blunders() {
		b.Run(strings.ReplaceAll(bad.name, " ", "_"), func(b *testing.B) {
			contentType, body := bad.request(b)
			before, n := cpuTime(b), 0
			for b.Loop() {
				d.post(b, employeeToken, contentType, body)
				n++
			}
			each := (cpuTime(b) - before) / time.Duration(n)
			b.ReportMetric(float64(each.Microseconds()), "cpu-µs/op")
			if each > cpuBudget {
				b.Errorf("%v of CPU, want at most %v", each, cpuBudget)
			}
		})
	}
}

// cpuTime is what the process has used.
func cpuTime(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
