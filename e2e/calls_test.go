package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// counters returns what every simulator was asked since its history began, by
// system and the last words of the route.
func (d *demo) counters() map[string]int {
	out := map[string]int{}
	for i, name := range []string{"akashi", "jobcan", "carely", "yesod"} {
		for route, n := range d.Simulators.All()[i].History().Counters {
			for _, base := range []string{
				"/api/cooperation/{company}/", "/attendance/v1/", "/master/v1/", "/api/graphql ", "/corporate_manager/", "/",
			} {
				route = strings.Replace(route, " "+base, " ", 1)
			}
			out[name+" "+route] += n
		}
	}
	return out
}

// forget begins all histories anew.
func (d *demo) forget() {
	for _, s := range d.Simulators.All() {
		s.ClearHistory()
	}
}

// ready waits until every system's people and organisations are indexed.
func (d *demo) ready(t *testing.T) { d.readyBut(t, "") }

// readyBut is ready while one system is broken.
func (d *demo) readyBut(t *testing.T, broken string) {
	t.Helper()
	deadline := time.After(time.Minute)
	for {
		var got struct{ Employees, Organizations struct{ Sources []sourceRow } }
		a := d.ask(t, hrToken, `{ employees(first: 1) { sources { `+sourceFields+` } }
			organizations(first: 1) { sources { `+sourceFields+` } } }`, nil)
		a.decode(t, &got)
		waits := func(s sourceRow) bool { return s.Status != "OK" && s.System != broken }
		if !slices.ContainsFunc(slices.Concat(got.Employees.Sources, got.Organizations.Sources), waits) {
			return
		}
		select {
		case <-deadline:
			t.Fatal("the index is not ready")
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// wantCalls compares all counters; zeros are left out.
func (d *demo) wantCalls(t *testing.T, what string, want map[string]int) {
	t.Helper()
	maps.DeleteFunc(want, func(_ string, n int) bool { return n == 0 })
	if diff := cmp.Diff(want, d.counters()); diff != "" {
		t.Errorf("%s: calls (-want +got):\n%s", what, diff)
	}
}

// ceil is how many pages of a size hold n rows.
func ceil(n, size int) int { return (n + size - 1) / size }

// known returns how many of the people a system knows.
func knownTo(people []*person, system string) int {
	n := 0
	for _, p := range people {
		if _, ok := p.vendorIDs()[system]; ok {
			n++
		}
	}
	return n
}

// punchers is how many people Jobcan lists stamps of on a day.
func (w *truth) punchers(day string) int {
	people := map[int64]bool{}
	for _, a := range w.jobcan.Adits {
		if a.Date == day {
			people[a.EmployeeID] = true
		}
	}
	return len(people)
}

// indexCalls is what people and organisations cost from nothing. Jobcan's list of
// employees ends with a page that is not full. YESOD's list of organisations does
// not promise who is above whom; the members' groups do.
func (w *truth) indexCalls() map[string]int {
	return map[string]int{
		"akashi GET staffs":           ceil(len(w.akashi.Staffs), 20),
		"akashi GET organizations":    1,
		"jobcan POST oauth/token":     1,
		"jobcan GET employees":        len(w.jobcan.Employees)/100 + 1,
		"carely POST oauth/token":     1,
		"carely POST customers":       ceil(len(w.carely.Customers), 100),
		"yesod POST api/v24.10/query": 1 + 2,
	}
}

const dayPage = `query($day: Date!) { employees(first: 100) { nodes { code
	stamps(from: $day, to: $day) { nodes { occurredAt kind system } sources { system status } } } } }`

// TestCalls_pageOfStamps counts a page of 100 employees with one day's stamps,
// from the start of the process.
func TestCalls_pageOfStamps(t *testing.T) {
	t.Parallel()
	d := start(t)
	var got struct {
		Employees struct{ Nodes []struct{ Code string } }
	}
	day := func(day string) { d.query(t, hrToken, dayPage, map[string]any{"day": day}, &got) }
	day(yesterday)
	d.ready(t) // organisations are read beside the question
	empty := d.counters()
	d.forget()
	day(yesterday)
	d.wantCalls(t, "WARM", map[string]int{})
	day("2026-11-18")
	indexed := d.counters()

	w := d.truth(t)
	page := w.people[:100]
	for i, e := range got.Employees.Nodes {
		if e.Code != page[i].code {
			t.Fatalf("person %d is %s, want %s", i, e.Code, page[i].code)
		}
	}
	if n := ceil(len(w.akashi.Staffs), 20); n != 14 || ceil(knownTo(page, akashiSystem), 50) != 2 {
		t.Fatalf("the company is another than the documents speak of: %d pages", n)
	}
	want := w.indexCalls()
	want["akashi GET multiple_stamps"] = 2
	want["jobcan GET adits"] = ceil(w.punchers(yesterday), 100) + 1
	if diff := cmp.Diff(want, empty); diff != "" {
		t.Errorf("EMPTY: calls (-want +got):\n%s", diff)
	}
	want = map[string]int{"akashi GET multiple_stamps": 2, "jobcan GET adits": ceil(w.punchers("2026-11-18"), 100) + 1}
	if diff := cmp.Diff(want, indexed); diff != "" {
		t.Errorf("INDEXED: calls (-want +got):\n%s", diff)
	}
}

// TestCalls_organizations: the tree costs AKASHI one call and YESOD another.
func TestCalls_organizations(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	d.wantCalls(t, "from the start", d.truth(t).indexCalls())
	d.forget()
	var got any
	d.query(t, hrToken, `{ organizations(first: 50) { nodes { path ancestors { name } children { name }
		employees(first: 100, includeDescendants: true) { totalCount nodes { code organization { path } managers { code } } }
	} } }`, nil, &got)
	d.wantCalls(t, "INDEXED", map[string]int{})
}

// TestCalls_indexed counts what operations cost when the index is there and
// nothing else is cached. Each asks for days that no other asks for.
func TestCalls_indexed(t *testing.T) {
	t.Parallel()
	d := start(t)
	w := d.truth(t)
	d.ready(t)
	page := w.people[:100]
	inAkashi := knownTo(page, akashiSystem)
	overtimes, booked := 0, map[int]bool{}
	for _, p := range page {
		overtimes += len(w.overtimesOf(p, "0000-00", "9999-99"))
	}
	fifty := w.people[:50]
	for _, m := range w.akashi.Manhours {
		if i := slices.IndexFunc(fifty, func(p *person) bool { return p.akashi != nil && p.akashi.StaffID == m.StaffID }); i >= 0 &&
			"2026/10/01" <= m.Date && m.Date <= "2026/10/31" {
			booked[m.ProjectID] = true
		}
	}
	for _, c := range []struct {
		what, query string
		want        map[string]int
	}{
		{
			"a month of working records", `{ employees(first: 100) { nodes {
				workingRecords(from: "2026-10-01", to: "2026-10-31", systems: [AKASHI], first: 300) { nodes { date } } } } }`,
			map[string]int{"akashi GET working_records": ceil(inAkashi, 50)},
		},
		{
			"the same page by page", `{ employees(first: 50) { nodes {
				workingRecords(from: "2026-10-01", to: "2026-10-31", systems: [AKASHI], first: 300) { nodes { date } } } } }`,
			map[string]int{},
		},
		{
			// Of more people than this a month costs less day by day.
			"a month of Jobcan's summaries", `{ employees(first: 80) { nodes {
				workingRecords(from: "2026-10-01", to: "2026-10-31", systems: [JOBCAN], first: 300) { nodes { date } } } } }`,
			map[string]int{"jobcan GET summaries/daily/{id}": knownTo(page[:80], jobcanSystem)},
		},
		{
			"working records with breaks", `{ employees(first: 100) { nodes {
				workingRecords(from: "2026-10-05", to: "2026-10-09", systems: [AKASHI]) { nodes { breaks { startAt } } } } } }`,
			map[string]int{"akashi GET working_records": 5 * ceil(inAkashi, 50)},
		},
		{
			"stamps of one person", fmt.Sprintf(`{ employees(filter: {codes: %s}) { nodes {
				stamps(from: "2026-08-01", to: "2026-10-31", systems: [AKASHI]) { totalCount } } } }`,
				list([]string{"E00001"})),
			map[string]int{"akashi GET stamps/{staff_id}": 1},
		},
		{
			"overtimes of 14 months", `{ employees(first: 100) { nodes {
				overtimes(from: "2025-10", to: "2026-11") { nodes { minutes } } } } }`,
			map[string]int{"carely POST overtimes": ceil(overtimes, 100)},
		},
		{
			"man-hours", `{ employees(first: 50) { nodes {
				manhours(from: "2026-10-01", to: "2026-10-31", first: 300) { nodes { minutes } } } } }`,
			map[string]int{"akashi GET manhours": 1},
		},
		{
			"man-hours with projects and tasks", `{ employees(first: 50) { nodes {
				manhours(from: "2026-10-01", to: "2026-10-31", first: 300) { nodes {
					employee { code } project { name } task { name } } } } } }`,
			map[string]int{
				"akashi GET projects": ceil(len(w.akashi.Projects), 50), "akashi GET {project_id}/tasks": len(booked),
			},
		},
		{
			"stamps of managers", `{ employees(first: 100) { nodes { managers {
				stamps(from: "2026-11-10", to: "2026-11-10", systems: [AKASHI]) { nodes { kind } } } } } }`,
			map[string]int{"akashi GET multiple_stamps": 1},
		},
		{
			"one field by two names", `{ employees(first: 100) { nodes {
				a: stamps(from: "2026-11-11", to: "2026-11-11", systems: [AKASHI]) { nodes { kind } }
				b: stamps(from: "2026-11-11", to: "2026-11-11", systems: [AKASHI]) { totalCount } } } }`,
			map[string]int{"akashi GET multiple_stamps": 2},
		},
		{
			"people who occur twice", `{
				a: employees(first: 60) { nodes { stamps(from: "2026-11-12", to: "2026-11-12", systems: [AKASHI]) { totalCount } } }
				b: employees(first: 60) { nodes { stamps(from: "2026-11-12", to: "2026-11-12", systems: [AKASHI]) { totalCount } } }
			}`,
			map[string]int{"akashi GET multiple_stamps": ceil(knownTo(w.people[:60], akashiSystem), 50)},
		},
		{
			"nothing of a system", `{ employees(first: 100) { nodes { code name { display } status links { vendorId }
				provenance { field } } } viewer { rights { visibleEmployees } } systems { healthy } }`,
			map[string]int{},
		},
	} {
		d.forget()
		var got any
		d.query(t, hrToken, c.query, nil, &got)
		d.wantCalls(t, c.what, c.want)
		d.forget()
		d.query(t, hrToken, c.query, nil, &got)
		d.wantCalls(t, c.what+", WARM", map[string]int{})
	}
}

// TestCalls_together: the same question asked at the same time costs once.
func TestCalls_together(t *testing.T) {
	t.Parallel()
	d := start(t)
	w := d.truth(t)
	var asking sync.WaitGroup
	bodies := make([]string, 4)
	for i := range bodies {
		asking.Go(func() {
			bodies[i] = d.ask(t, hrToken, dayPage, map[string]any{"day": yesterday}).Body
		})
	}
	asking.Wait()
	d.ready(t)
	want := w.indexCalls()
	want["akashi GET multiple_stamps"] = 2
	want["jobcan GET adits"] = ceil(w.punchers(yesterday), 100) + 1
	d.wantCalls(t, "four at once from EMPTY", want)
	for _, b := range bodies[1:] {
		if b != bodies[0] || strings.Contains(b, `"errors"`) {
			t.Error("the answers differ")
		}
	}
}

// TestCalls_failure: what fails is not asked for again for each person.
func TestCalls_failure(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	command(t, d.Simulators.Akashi, http.MethodPost, "/fault", `{"garbage":true}`)
	d.forget()
	a := d.ask(t, hrToken, `{ employees(first: 50) { nodes { manhours(from: "2026-10-01", to: "2026-10-31") { totalCount } } }
		projects { totalCount } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].code() != "UPSTREAM_BAD_RESPONSE" {
		t.Errorf("errors %+v", a.Errors)
	}
	// A call is tried three times.
	d.wantCalls(t, "garbage", map[string]int{"akashi GET manhours": 3, "akashi GET projects": 3})
}
