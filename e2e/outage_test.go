package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// breakage is a way for a system to fail, and the code that tells of it.
type breakage struct {
	name  string
	stop  bool
	fault string // for the control port
	code  string // "" when the values come all the same
	// rests: the gateway leaves a refused credential alone for a minute.
	rests bool
}

func breakages() []breakage {
	return []breakage{
		{name: "garbage", fault: `{"garbage":true}`, code: "UPSTREAM_BAD_RESPONSE"},
		{name: "an error page", fault: `{"status":500,"body":"<html>` + secret + `</html>"}`, code: "UPSTREAM_UNAVAILABLE"},
		{name: "slow", fault: `{"latency_ms":200}`},
		{name: "stopped", stop: true, code: "UPSTREAM_UNAVAILABLE"},
		{name: "hanging", fault: `{"hang":true}`, code: "UPSTREAM_TIMEOUT"},
		{name: "refuses the token", fault: `{"unauthorized":true,"path_prefix":"%s"}`, code: "UPSTREAM_UNAUTHORIZED", rests: true},
	}
}

// simulator returns a system's simulator, and what its calls' paths begin with
// when they carry a token.
func simulator(d *app.Demo, system string) (s *control.Server, prefix string) {
	switch system {
	case akashiSystem:
		return d.Simulators.Akashi, "/api/cooperation/demo/"
	case jobcanSystem:
		return d.Simulators.Jobcan, "/attendance/"
	case carelySystem:
		return d.Simulators.Carely, "/api/graphql"
	default:
		return d.Simulators.Yesod, "/api/"
	}
}

// command sends a command to a simulator's control port.
func command(t *testing.T, s *control.Server, method, path, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.ControlURL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil || resp.StatusCode != http.StatusNoContent {
		t.Fatalf("%s %s: %s %v", method, path, resp.Status, err)
	}
}

// apply breaks a system; mend makes it well.
func (b breakage) apply(t *testing.T, d *app.Demo, system string) {
	t.Helper()
	s, prefix := simulator(d, system)
	if b.stop {
		command(t, s, http.MethodPost, "/stop", "")
		return
	}
	fault := b.fault
	if strings.Contains(fault, "%s") {
		fault = fmt.Sprintf(fault, prefix)
	}
	command(t, s, http.MethodPost, "/fault", fault)
}

func (b breakage) mend(t *testing.T, d *app.Demo, system string) {
	t.Helper()
	s, _ := simulator(d, system)
	command(t, s, http.MethodDelete, "/fault", "")
	command(t, s, http.MethodPost, "/start", "")
}

// face is what some people show on a day.
type dayFace struct {
	Employees struct {
		TotalCount int
		Sources    []sourceRow
		Nodes      []personFace
	}
}

type personFace struct {
	ID, Code string
	Links    []linkRow
	Stamps   struct {
		Nodes   []stampRow
		Sources []sourceRow
	}
	WorkingRecords struct {
		Nodes   []workRow
		Sources []sourceRow
	}
	Overtimes *struct{ Nodes []overtimeRow }
	Manhours  *struct{ Nodes []bookingRow }
}

type bookingRow struct {
	Date    string
	Minutes int
	Project *struct{ Code string }
}

const dayQuery = `query($codes: [String!]!, $day: Date!) { employees(filter: {codes: $codes}, first: 50) {
	totalCount sources { ` + sourceFields + ` } nodes { id code links { system vendorId }
		stamps(from: $day, to: $day) { nodes { ` + stampFields + ` } sources { ` + sourceFields + ` } }
		workingRecords(from: $day, to: $day) { nodes { ` + workFields + ` } sources { ` + sourceFields + ` } }
		overtimes(from: "2025-10", to: "2026-11") { nodes { month minutes system link } }
		manhours(from: $day, to: $day) { nodes { date minutes } }
	} } }`

// outage is what is known about a broken system when an answer is checked.
type outage struct {
	system, code string
	// unknown is true when the system's people were never read.
	unknown bool
}

// check compares an answer with the dumps, less what the broken system holds.
func (o outage) check(t *testing.T, w *truth, people []*person, day string, a answer) {
	t.Helper()
	var got dayFace
	a.decode(t, &got)
	o.checkErrors(t, a)
	if o.unknown {
		people = slices.DeleteFunc(slices.Clone(people), func(p *person) bool {
			_, in := p.vendorIDs()[o.system]
			return in && len(p.vendorIDs()) == 1
		})
	}
	if len(got.Employees.Nodes) != len(people) || got.Employees.TotalCount != len(people) {
		t.Fatalf("%d people, want %d", len(got.Employees.Nodes), len(people))
	}
	state := map[string]string{akashiSystem: "OK", jobcanSystem: "OK", carelySystem: "OK", yesodSystem: "OK"}
	if o.unknown {
		state[o.system] = "FAILED" + o.code
	}
	if diff := cmp.Diff(state, bySystem(got.Employees.Sources)); diff != "" {
		t.Errorf("sources of the index (-want +got):\n%s", diff)
	}
	for i := range people {
		o.checkPerson(t, w, people[i], day, &got.Employees.Nodes[i])
	}
}

// lost tells whether a system's values of a person are missing.
func (o outage) lost(p *person, system string) bool {
	_, linked := p.vendorIDs()[system]
	return o.code != "" && system == o.system && (linked || o.unknown)
}

func (o outage) checkPerson(t *testing.T, w *truth, p *person, day string, e *personFace) {
	t.Helper()
	ids, healthy := p.vendorIDs(), []string{}
	if o.unknown {
		delete(ids, o.system)
	}
	if diff := cmp.Diff(ids, idsOf(e.Links)); diff != "" {
		t.Errorf("%s: links (-want +got):\n%s", p.code, diff)
	}
	sources := wantSources(p, akashiSystem, jobcanSystem)
	for _, s := range []string{akashiSystem, jobcanSystem} {
		if o.lost(p, s) {
			sources[s] = "FAILED" + o.code
		} else {
			healthy = append(healthy, s)
		}
	}
	sortStamps(e.Stamps.Nodes)
	if diff := cmp.Diff(w.stampsOf(p, day, day, healthy...), e.Stamps.Nodes); diff != "" {
		t.Errorf("%s: stamps (-want +got):\n%s", p.code, diff)
	}
	if diff := cmp.Diff(w.daysOf(p, day, day, false, healthy...), e.WorkingRecords.Nodes); diff != "" {
		t.Errorf("%s: working records (-want +got):\n%s", p.code, diff)
	}
	for what, got := range map[string][]sourceRow{"stamps": e.Stamps.Sources, "records": e.WorkingRecords.Sources} {
		if diff := cmp.Diff(sources, bySystem(got)); diff != "" {
			t.Errorf("%s: sources of %s (-want +got):\n%s", p.code, what, diff)
		}
	}
	switch {
	case o.lost(p, carelySystem) != (e.Overtimes == nil):
		t.Errorf("%s: overtimes are null: %v", p.code, e.Overtimes == nil)
	case e.Overtimes != nil:
		if diff := cmp.Diff(w.overtimesOf(p, "2025-10", "2026-11"), e.Overtimes.Nodes); diff != "" {
			t.Errorf("%s: overtimes (-want +got):\n%s", p.code, diff)
		}
	}
	switch {
	case o.lost(p, akashiSystem) != (e.Manhours == nil):
		t.Errorf("%s: man-hours are null: %v", p.code, e.Manhours == nil)
	case e.Manhours != nil:
		if diff := cmp.Diff(w.bookedBy(p, day), e.Manhours.Nodes); diff != "" {
			t.Errorf("%s: man-hours (-want +got):\n%s", p.code, diff)
		}
	}
}

// bookedBy returns a person's man-hours of a day, without what only the index of
// projects knows.
func (w *truth) bookedBy(p *person, day string) []bookingRow {
	rows := []bookingRow{}
	for _, m := range w.akashi.Manhours {
		if p.akashi != nil && m.StaffID == p.akashi.StaffID && strings.ReplaceAll(m.Date, "/", "-") == day {
			rows = append(rows, bookingRow{Date: day, Minutes: m.Minutes})
		}
	}
	return rows
}

// checkErrors: one error at most a system and code, with a place, and not a word
// of the vendor's.
func (o outage) checkErrors(t *testing.T, a answer) {
	t.Helper()
	seen := map[string]bool{}
	for _, e := range a.Errors {
		system, _ := e.Extensions["system"].(string)
		if system != o.system || e.code() != o.code || len(e.Path) == 0 {
			t.Errorf("an error of %q: %+v", system, e)
		}
		if seen[system+e.code()] {
			t.Errorf("two errors of %s %s", system, e.code())
		}
		seen[system+e.code()] = true
		paths, _ := e.Extensions["paths"].([]any)
		count, _ := e.Extensions["count"].(float64)
		if len(paths) > 10 || len(paths) > 0 && int(count) < len(paths)+1 {
			t.Errorf("%d paths, count %v", len(paths), count)
		}
	}
	for _, word := range []string{secret, "<html", "127.0.0.1", "http:", "success"} {
		if raw, err := json.Marshal(a.Errors); err != nil || strings.Contains(string(raw), word) {
			t.Errorf("the errors hold %q: %s %v", word, raw, err)
		}
	}
}

// timed asks and fails the test when the answer is late.
func (d *demo) timed(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	began := time.Now()
	a := d.ask(t, hrToken, query, variables)
	if took := time.Since(began); took > budget+patience {
		t.Errorf("the answer took %v", took)
	}
	if a.Status != http.StatusOK {
		t.Fatalf("status %d: %.300s", a.Status, a.Body)
	}
	return a
}

type healthRow struct {
	System    string
	Healthy   *bool
	LastError *struct{ Code string }
	Needs     []string
}

// health returns the state of a system, and fails if another is not well.
func (d *demo) health(t *testing.T, broken string) healthRow {
	t.Helper()
	var got struct{ Systems []healthRow }
	d.query(t, hrToken, `{ systems { system healthy lastError { code } needs } }`, nil, &got)
	var found healthRow
	for _, s := range got.Systems {
		switch {
		case s.System == broken:
			found = s
		case s.Healthy == nil || !*s.Healthy || s.LastError != nil:
			t.Errorf("%s is not well: %+v", s.System, s)
		}
	}
	return found
}
