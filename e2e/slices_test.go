package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/app"
)

// slowDay is asked for by these tests; the systems that hang are given up long
// enough before the budget's end for a machine that is busy.
const slowDay = "2026-11-17"

// inBudget asks for an answer within the budget, which is half of what the gateway
// allows, and fails the test when it comes later.
func (d *demo) inBudget(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.URL()+"graphql", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+hrToken)
	req.Header.Set("Hitotsu-Budget", budget.String())
	began := time.Now()
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	a := answer{Status: resp.StatusCode}
	var raw json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&raw); err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	if err := json.Unmarshal(raw, &a); err != nil {
		t.Fatal(err)
	}
	a.Body = string(raw)
	t.Logf("answered after %v", took)
	if took > budget {
		t.Errorf("the answer took %v of %v", took, budget)
	}
	if a.Status != http.StatusOK {
		t.Fatalf("status %d: %.300s", a.Status, a.Body)
	}
	return a
}

// errorLines are the errors of an answer: system, code and field of each.
func errorLines(a answer) []string {
	out := []string{}
	for _, e := range a.Errors {
		system, _ := e.Extensions["system"].(string)
		line := system + " " + e.code() + " "
		for _, p := range e.Path {
			if name, ok := p.(string); ok {
				line += "." + name
			}
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return out
}

// peopleWith counts the people for whom each field is there with rows.
func peopleWith(t *testing.T, a answer) map[string]int {
	t.Helper()
	var got struct {
		Employees struct {
			Nodes []map[string]*struct{ Nodes []json.RawMessage }
		}
	}
	a.decode(t, &got)
	counts := map[string]int{}
	for _, e := range got.Employees.Nodes {
		for field, list := range e {
			if list != nil && len(list.Nodes) > 0 {
				counts[field]++
			}
		}
	}
	return counts
}

// TestSlices_hanging lets each system hang. The answer is there within the budget,
// with the rows of all others and one error of the one, at its field.
func TestSlices_hanging(t *testing.T) {
	t.Parallel()
	const query = `query($codes: [String!]!, $day: Date!) { employees(filter: {codes: $codes}, first: 50) { nodes {
		akashi: stamps(from: $day, to: $day, systems: [AKASHI]) { nodes { kind } }
		jobcan: stamps(from: $day, to: $day, systems: [JOBCAN]) { nodes { kind } }
		carely: overtimes(from: "2026-09", to: "2026-10") { nodes { minutes } }
		manhours(from: $day, to: $day) { nodes { minutes project { code } task { code } } } } } }`
	for system, fields := range map[string][]string{
		akashiSystem: {"akashi", "manhours"}, jobcanSystem: {"jobcan"}, carelySystem: {"carely"},
	} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			d.ready(t)
			w := d.truth(t)
			vars := map[string]any{"codes": codes(w.people[:40]), "day": slowDay}
			honest := start(t)
			honest.ready(t)
			want := peopleWith(t, honest.ask(t, hrToken, query, vars))
			if len(want) != 4 {
				t.Fatalf("an honest answer has rows of %v", want)
			}
			for _, field := range fields {
				delete(want, field)
			}
			s, _ := simulator(d.Demo, system)
			command(t, s, http.MethodPost, "/fault", `{"hang":true}`)
			a := d.inBudget(t, query, vars)
			if diff := cmp.Diff(want, peopleWith(t, a)); diff != "" {
				t.Errorf("people with rows (-want +got):\n%s", diff)
			}
			// The first of a system's fields, in the order of the document, is its error's.
			line := fmt.Sprintf("%s UPSTREAM_TIMEOUT .employees.nodes.%s", system, fields[0])
			if diff := cmp.Diff([]string{line}, errorLines(a)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSlices_index: a system that hangs before anybody was listed leaves those who
// come after it their time, also when the caller gives little of it.
func TestSlices_index(t *testing.T) {
	t.Parallel()
	for _, system := range []string{jobcanSystem, carelySystem, yesodSystem} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			d := startAfter(t, func(d *app.Demo) {
				s, _ := simulator(d, system)
				command(t, s, http.MethodPost, "/fault", `{"hang":true}`)
			})
			a := d.inBudget(t, `query($day: Date!) { employees(first: 50) { sources { system status code } nodes {
				akashi: stamps(from: $day, to: $day, systems: [AKASHI]) { nodes { kind } } } } }`,
				map[string]any{"day": slowDay})
			if n := peopleWith(t, a)["akashi"]; n < 20 {
				t.Errorf("stamps of %d people", n)
			}
			if !strings.Contains(a.Body, `{"system":"`+system+`","status":"FAILED","code":"UPSTREAM_TIMEOUT"}`) {
				t.Errorf("nothing is said of %s: %.400s", system, a.Body)
			}
			if diff := cmp.Diff([]string{system + " UPSTREAM_TIMEOUT .employees"}, errorLines(a)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
		})
	}
}

// TestSlices_chain: a first question that takes most of its slice leaves time for
// the one that follows from it, of another system; and where the first one's slice
// is made smaller, it is given up before.
func TestSlices_chain(t *testing.T) {
	t.Parallel()
	const query = `query($day: Date!) { projects(first: 3) { nodes { manhours(from: $day, to: $day, first: 5) { nodes {
		employee { overtimes(from: "2026-09", to: "2026-10") { nodes { minutes } } } } } } } }`
	for name, c := range map[string]struct {
		fault, share string
		errors       []string
		reaches      bool
	}{
		"slow": {`{"latency_ms":2500,"path_prefix":"/api/cooperation/demo/manhours"}`, "0.75", []string{}, true},
		"slow, impatient": {
			`{"latency_ms":2500,"path_prefix":"/api/cooperation/demo/manhours"}`, "0.1",
			[]string{"AKASHI UPSTREAM_TIMEOUT .projects.nodes.manhours"},
			false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t, "HITOTSU_AKASHI_OPERATION_SHARE="+c.share)
			d.ready(t)
			d.query(t, hrToken, `{ projects(first: 3) { nodes { code } } }`, nil, &struct{}{})
			s, _ := simulator(d.Demo, akashiSystem)
			command(t, s, http.MethodPost, "/fault", c.fault)
			a := d.inBudget(t, query, map[string]any{"day": slowDay})
			if diff := cmp.Diff(c.errors, errorLines(a)); diff != "" {
				t.Errorf("errors (-want +got):\n%s", diff)
			}
			if strings.Contains(a.Body, `"minutes"`) != c.reaches {
				t.Errorf("overtimes are there: %v; %.400s", !c.reaches, a.Body)
			}
		})
	}
}
