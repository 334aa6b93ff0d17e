package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// A lied is an endpoint that lies. Each lie is told about people and days that no
// other is told about, so that nothing is cached before it.
type lied struct {
	name, system, prefix string
	// people and days are how many are asked for at once.
	people, days int
	// rows is what is asked of each, with $from and $to.
	rows string
	lies []string
}

func liedEndpoints() []lied {
	const (
		akashi     = "/api/cooperation/demo/"
		stamps     = `stamps(from: $from, to: $to, first: 300) { nodes { occurredAt laborDate kind system } }`
		records    = `workingRecords(from: $from, to: $to, first: 300) { nodes { date system startAt endAt workedMinutes } }`
		breaks     = `workingRecords(from: $from, to: $to, first: 300) { nodes { date system breaks { startAt endAt } } }`
		manhours   = `manhours(from: $from, to: $to, first: 300) { nodes { date minutes comment project { code } task { code } } }`
		leaves     = `leaves(from: $from, to: $to, first: 300) { nodes { date days kind } }`
		projects   = `projects(from: $from, to: $to, first: 300) { nodes { code } }`
		tasks      = `tasks(from: $from, to: $to, first: 300) { nodes { code } }`
		overtimes  = `overtimes(from: "2025-10", to: "2026-11", first: 300) { nodes { month minutes } }`
		stranger   = control.LieStranger
		strangers  = control.LieStrangers
		elsewhen   = control.LieElsewhen
		twice      = control.LieTwice
		repeat     = control.LieRepeat
		more, loop = control.LieMore, control.LieLoop
	)
	dated := []string{stranger, strangers, elsewhen, twice, repeat, more}
	// Who asks for everybody cannot be given too many people.
	everybody := []string{stranger, elsewhen, twice, repeat}
	return []lied{
		{"stamps of many", akashiSystem, akashi + "multiple_stamps", 3, 1, stamps, dated},
		// A person's stamps have no identity: two alike may be two.
		{"stamps of one", akashiSystem, akashi + "stamps/", 1, 20, stamps, []string{strangers, elsewhen, repeat}},
		{"records", akashiSystem, akashi + "working_records", 3, 3, records, dated},
		{"records with breaks", akashiSystem, akashi + "working_records", 3, 1, breaks, dated},
		{"man-hours of one", akashiSystem, akashi + "manhours", 1, 3, manhours, dated},
		{"man-hours of many", akashiSystem, akashi + "manhours", 3, 3, manhours, everybody},
		// These name no person (6.28), so another's can only be believed.
		{"projects of people", akashiSystem, akashi + "staff_projects/", 2, 3, projects, []string{twice}},
		{"tasks of people", akashiSystem, akashi + "staff_projects/", 2, 3, tasks, []string{twice}},
		{"adits of all", jobcanSystem, "/attendance/", 9, 1, stamps, []string{stranger, elsewhen, repeat}},
		{"adits of one", jobcanSystem, "/attendance/", 1, 1, stamps, []string{stranger, strangers, elsewhen, repeat}},
		{"summaries of all", jobcanSystem, "/attendance/", 9, 1, records, everybody},
		{"summaries of one", jobcanSystem, "/attendance/", 1, 20, records, dated},
		{"leaves", jobcanSystem, "/holiday/", 2, 20, leaves, []string{elsewhen}},
		{"overtimes", carelySystem, "/api/graphql", 3, 1, overtimes, []string{stranger, strangers, twice, repeat, loop}},
		{"overtimes of one", carelySystem, "/api/graphql", 1, 1, overtimes, []string{stranger, strangers, twice, repeat, loop}},
	}
}

// TestLies lets systems answer in good form what is not true. Whoever asks is
// given the truth or a typed error, never another person's row nor another day's,
// and nothing of it is there when the system is honest again.
//
//nolint:tparallel // a system tells one lie at a time
func TestLies(t *testing.T) {
	t.Parallel()
	honest, d := start(t), start(t)
	w := d.truth(t)
	honest.ready(t)
	d.ready(t)
	var everywhere []*person
	for _, p := range w.people {
		if p.akashi != nil && p.jobcan != nil && p.carely != nil {
			everywhere = append(everywhere, p)
		}
	}
	days := workdays(w)
	n := 0
	for _, c := range liedEndpoints() { //nolint:paralleltest // one lie at a time
		for _, lie := range c.lies {
			t.Run(c.name+"/"+lie, func(t *testing.T) {
				var q liedQuestion
				var want liedRows
				for len(want) == 0 { // not everybody books or is away
					q = liedQuestion{from: days[len(days)-c.days-n%30], to: days[len(days)-1-n%30]}
					for i := range c.people {
						// The next id is somebody who is not asked for.
						q.codes = append(q.codes, everywhere[(3*n+7*i)%len(everywhere)].code)
					}
					n++
					var errs []gqlError
					if want, errs = c.ask(t, honest, q); len(errs) > 0 || n > 1000 {
						t.Fatalf("the honest system after %d questions: %+v", n, errs)
					}
				}
				c.check(t, d, q, lie, want)
			})
		}
	}
}

// workdays returns the days on which many work, in order.
func workdays(w *truth) []string {
	counts := map[string]int{}
	for _, rows := range w.days {
		for _, r := range rows {
			counts[r.Date]++
		}
	}
	var out []string
	for day, n := range counts {
		if n > 400 {
			out = append(out, day)
		}
	}
	slices.Sort(out)
	return out
}

type liedQuestion struct {
	codes    []string
	from, to string
}

// liedRows are the rows of each person in a form that can be compared.
type liedRows map[string][]string

func (c *lied) ask(t *testing.T, d *demo, q liedQuestion) (liedRows, []gqlError) {
	t.Helper()
	rowsField := strings.NewReplacer("$from", strconv.Quote(q.from), "$to", strconv.Quote(q.to)).Replace(c.rows)
	a := d.ask(t, hrToken, `query($codes: [String!]!) { employees(filter: {codes: $codes}, first: 50) {
		nodes { code rows: `+rowsField+` } } }`, map[string]any{"codes": q.codes})
	var got struct {
		Employees struct {
			Nodes []struct {
				Code string
				Rows *struct{ Nodes []any }
			}
		}
	}
	a.decode(t, &got)
	rows := liedRows{}
	for _, e := range got.Employees.Nodes {
		if e.Rows == nil {
			continue
		}
		for _, row := range e.Rows.Nodes {
			rows[e.Code] = append(rows[e.Code], fmt.Sprint(row))
		}
	}
	return rows, a.Errors
}

func (c *lied) check(t *testing.T, d *demo, q liedQuestion, lie string, want liedRows) {
	t.Helper()
	s, _ := simulator(d.Demo, c.system)
	before := s.History().Total
	command(t, s, http.MethodPost, "/fault", fmt.Sprintf(`{"lie":%q,"path_prefix":%q}`, lie, c.prefix))
	got, errs := c.ask(t, d, q)
	calls := s.History().Total - before
	command(t, s, http.MethodDelete, "/fault", "")
	if calls == 0 || calls > 20 {
		t.Errorf("%d calls", calls)
	}
	for _, e := range errs {
		if system, _ := e.Extensions["system"].(string); e.code() != "UPSTREAM_BAD_RESPONSE" || system != c.system {
			t.Errorf("an error of %q: %+v", system, e)
		}
	}
	if len(errs) == 0 {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("no error, and not the truth (-want +got):\n%s", diff)
		}
	}
	for code, rows := range got {
		for _, row := range rows {
			if !slices.Contains(want[code], row) {
				t.Errorf("%s has the row %s, which is not true", code, row)
			}
		}
	}
	if got, errs = c.ask(t, d, q); len(errs) > 0 {
		t.Errorf("honest again: %+v", errs)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("honest again (-want +got):\n%s", diff)
	}
	if strings.Contains(d.log.String(), "panic") {
		t.Error("something panicked")
	}
}

// TestLies_projects does the same for lists that a gateway keeps as a whole.
func TestLies_projects(t *testing.T) {
	t.Parallel()
	const query = `{ projects(first: 300) { nodes { code tasks(first: 100) { nodes { code } }
		members(first: 300) { nodes { employee { code } isOwner } } } } }`
	honest := start(t)
	honest.ready(t)
	want := honest.ask(t, hrToken, query, nil)
	if len(want.Errors) > 0 {
		t.Fatalf("the honest system: %+v", want.Errors)
	}
	for _, path := range []string{"projects", "project_staffs"} {
		for _, lie := range []string{control.LieTwice, control.LieMore, control.LieFewer} {
			t.Run(path+"/"+lie, func(t *testing.T) {
				t.Parallel()
				d := start(t)
				d.ready(t)
				s, prefix := simulator(d.Demo, akashiSystem)
				command(t, s, http.MethodPost, "/fault", fmt.Sprintf(`{"lie":%q,"path_prefix":%q}`, lie, prefix+path))
				got := d.ask(t, hrToken, query, nil)
				command(t, s, http.MethodDelete, "/fault", "")
				for _, e := range got.Errors {
					if e.code() != "UPSTREAM_BAD_RESPONSE" {
						t.Errorf("an error: %+v", e)
					}
				}
				if len(got.Errors) == 0 {
					if diff := cmp.Diff(string(want.Data), string(got.Data)); diff != "" {
						t.Errorf("no error, and not the truth (-want +got):\n%.2000s", diff)
					}
				}
				if got = d.ask(t, hrToken, query, nil); string(got.Data) != string(want.Data) {
					t.Errorf("honest again, and not the truth: %+v", got.Errors)
				}
			})
		}
	}
}
