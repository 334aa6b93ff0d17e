package e2e_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// coverageRow is one operation of a vendor: a row of docs/coverage.md, and what
// proves it.
type coverageRow struct {
	// system is the heading of the row's table in docs/coverage.md.
	system string
	// The columns of the table: where the vendor documents the operation, its
	// name there, its method and path, and the GraphQL field that reaches it or
	// "operator-only: " and what does.
	section, operation, call, field, notes string
	// execute sends the GraphQL operation, or runs what an operator runs, and
	// checks what the simulator was asked.
	execute func(t *testing.T, d *demo)
	// refuse does something that the document forbids, or the vendor, and checks
	// what the caller is told.
	refuse func(t *testing.T, d *demo)
}

// coverage is every operation of the systems whose rows are of this kind; each
// system has a file of its own. A system's table is compared with the page under
// its heading.
func coverage() []coverageRow {
	return slices.Concat(akashiCoverage(), jobcanCoverage(), carelyCoverage(), yesodCoverage())
}

// TestCoverage executes every row, each system's in order against one demo.
func TestCoverage(t *testing.T) {
	t.Parallel()
	bySystem := map[string][]coverageRow{}
	for _, row := range coverage() {
		bySystem[row.system] = append(bySystem[row.system], row)
	}
	for system, rows := range bySystem {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			d.ready(t)
			d.truth(t) // before anything is written
			for _, row := range rows {
				name := strings.ReplaceAll(row.section+" "+row.operation, "/", "-")
				t.Run(name, func(t *testing.T) {
					d.forgetWrites()
					row.execute(t, d)
					d.forgetWrites()
					row.refuse(t, d)
				})
			}
		})
	}
}

// TestCoverage_page compares docs/coverage.md with the rows.
func TestCoverage_page(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/coverage.md")
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	heading := ""
	for line := range strings.Lines(string(page)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "## "); ok {
			heading = name
		}
		if strings.HasPrefix(line, "| ") && !strings.HasPrefix(line, "| section |") {
			got[heading] = append(got[heading], line)
		}
	}
	want := map[string][]string{}
	for _, r := range coverage() {
		want[r.system] = append(want[r.system], fmt.Sprintf("| %s | %s | `%s` | %s | %s |",
			r.section, r.operation, r.call, r.field, r.notes))
	}
	for system := range want {
		if diff := cmp.Diff(want[system], got[system]); diff != "" {
			t.Errorf("docs/coverage.md and the executed rows of %s differ (-rows +page):\n%s", system, diff)
		}
	}
}

// forgetWrites begins histories and journals anew.
func (d *demo) forgetWrites() {
	d.forget()
	for _, s := range d.Simulators.All() {
		s.ClearJournal()
	}
}

// covers sends an operation as a persona and fails on errors in its answer.
func (d *demo) covers(t *testing.T, token, operation string, variables map[string]any) answer {
	t.Helper()
	a := d.ask(t, token, operation, variables)
	if len(a.Errors) > 0 || a.Status != 200 {
		t.Fatalf("status %d, errors %+v", a.Status, a.Errors)
	}
	return a
}

// refuses sends an operation and checks that its answer, errors or data, holds
// every one of the pieces, such as `"code":"BAD_USER_INPUT"`.
func (d *demo) refuses(t *testing.T, token, operation string, variables map[string]any, pieces ...string) {
	t.Helper()
	a := d.ask(t, token, operation, variables)
	for _, piece := range pieces {
		if !strings.Contains(a.Body, piece) {
			t.Errorf("the answer has no %s:\n%.600s", piece, a.Body)
		}
	}
}

// asked checks that a simulator was asked for a route ("GET /{company}/staffs")
// with a path that ends so and with these parameters of the query.
func asked(t *testing.T, s *control.Server, route, pathEnd string, query map[string]string) {
	t.Helper()
	var seen []string
	for _, r := range s.History().Requests {
		if r.Route != route || !strings.HasSuffix(r.Path, pathEnd) {
			seen = append(seen, r.Route)
			continue
		}
		fits := true
		for name, value := range query {
			fits = fits && r.Query.Get(name) == value
		}
		if fits {
			return
		}
		seen = append(seen, fmt.Sprintf("%s ?%v", r.Route, r.Query))
	}
	t.Errorf("no %s … %s with %v; asked were:\n%s", route, pathEnd, query, strings.Join(seen, "\n"))
}

// notAsked checks that a simulator saw nothing of a route.
func notAsked(t *testing.T, s *control.Server, route string) {
	t.Helper()
	if n := s.History().Counters[route]; n != 0 {
		t.Errorf("%d requests %s were sent, want none", n, route)
	}
}

// wrote checks that a simulator noted a write of an operation whose request holds
// every one of the pieces.
func wrote(t *testing.T, s *control.Server, operation string, pieces ...string) {
	t.Helper()
	var seen []string
	for _, w := range s.Journal() {
		text, err := json.Marshal(w.Change)
		if err != nil {
			t.Fatal(err)
		}
		missing := func(piece string) bool { return !strings.Contains(string(text), piece) }
		if w.Operation == operation && !slices.ContainsFunc(pieces, missing) {
			return
		}
		seen = append(seen, w.Operation+" "+string(text))
	}
	t.Errorf("no write %s with %q; written were:\n%s", operation, pieces, strings.Join(seen, "\n"))
}
