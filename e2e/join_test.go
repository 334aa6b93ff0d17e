package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJoin asks one demo for what several systems say of the same people, and
// compares it with their dumps.
func TestJoin(t *testing.T) {
	t.Parallel()
	d := start(t)
	w := d.truth(t)
	for name, check := range map[string]func(*testing.T, *demo, *truth){
		"three systems": joinThreeSystems, "working records": joinWorkingRecords,
		"missing punches": joinMissingPunches, "leaves": joinLeaves, "overtimes": joinOvertimes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, d, w)
		})
	}
}

// stampFields, workFields and sourceFields are everything that the tests compare.
const (
	stampFields = `occurredAt laborDate kind kindDerived method system link`
	workFields  = `date dayKind startAt endAt roundedStartAt roundedEndAt clockedInAt clockedOutAt workedMinutes
		isComplete system link`
	sourceFields = `system link status code`
)

type sourceRow struct{ System, Link, Status, Code string }

// bySystem is the state of each source.
func bySystem(rows []sourceRow) map[string]string {
	out := map[string]string{}
	for _, s := range rows {
		out[s.System] += s.Status + s.Code
	}
	return out
}

// wantSources is what sources say when everything answers.
func wantSources(p *person, systems ...string) map[string]string {
	out := map[string]string{}
	for _, s := range systems {
		out[s] = "NOT_LINKED"
		if _, ok := p.vendorIDs()[s]; ok {
			out[s] = "OK"
		}
	}
	return out
}

type linkRow struct{ System, VendorID string }

func idsOf(links []linkRow) map[string]string {
	out := map[string]string{}
	for _, l := range links {
		out[l.System] = l.VendorID
	}
	return out
}

// mixed is 20 people: night workers, people whom one system does not know, and
// ordinary ones.
func (w *truth) mixed(t *testing.T) []*person {
	t.Helper()
	var out []*person
	take := func(n int, what string, fits func(*person) bool) {
		for _, p := range w.people {
			if n > 0 && fits(p) && !slices.Contains(out, p) {
				out = append(out, p)
				n--
			}
		}
		if n > 0 {
			t.Fatalf("the company lacks %s", what)
		}
	}
	take(4, "night workers", func(p *person) bool {
		return p.carely != nil && w.worksAtNight(p, akashiSystem) && w.worksAtNight(p, jobcanSystem)
	})
	take(2, "people without AKASHI", func(p *person) bool { return p.akashi == nil && p.jobcan != nil && p.carely != nil })
	take(2, "people without Jobcan", func(p *person) bool { return p.akashi != nil && p.jobcan == nil && p.carely != nil })
	take(2, "people without Carely", func(p *person) bool { return p.akashi != nil && p.jobcan != nil && p.carely == nil })
	take(2, "people of one system", func(p *person) bool { return len(p.vendorIDs()) == 1 })
	take(8, "ordinary people", func(p *person) bool { return len(p.vendorIDs()) == 4 })
	slices.SortFunc(out, func(a, b *person) int { return slices.Index(w.people, a) - slices.Index(w.people, b) })
	return out
}

// worksAtNight tells whether a person has stamps after midnight that belong to
// the day before.
func (w *truth) worksAtNight(p *person, system string) bool {
	rows := w.stampsOf(p, "2026-10-01", today, system)
	return slices.ContainsFunc(rows, func(r stampRow) bool { return r.OccurredAt[:10] != r.LaborDate })
}

// joinThreeSystems is the promise of the product: one query over AKASHI
// stamps, Jobcan adits and Carely overtimes says exactly what the systems hold.
func joinThreeSystems(t *testing.T, d *demo, w *truth) {
	t.Helper()
	people := w.mixed(t)
	const from, to, firstMonth, lastMonth = "2026-11-12", today, "2025-10", "2026-11"
	var got struct {
		Employees struct {
			TotalCount int
			Nodes      []struct {
				Code   string
				Links  []linkRow
				Stamps struct {
					TotalCount int
					Nodes      []stampRow
					Sources    []sourceRow
				}
				Overtimes struct{ Nodes []overtimeRow }
			}
		}
	}
	d.query(t, hrToken, `query($codes: [String!]!, $from: Date!, $to: Date!, $first: Month!, $last: Month!) {
		employees(filter: {codes: $codes}, first: 20) { totalCount nodes {
			code links { system vendorId }
			stamps(from: $from, to: $to, first: 300) { totalCount nodes { `+stampFields+` } sources { `+sourceFields+` } }
			overtimes(from: $first, to: $last) { nodes { month minutes system link } }
		} } }`, map[string]any{
		"codes": codes(people), "from": from, "to": to, "first": firstMonth, "last": lastMonth,
	}, &got)
	if len(got.Employees.Nodes) != 20 || got.Employees.TotalCount != 20 {
		t.Fatalf("%d people of %d", len(got.Employees.Nodes), got.Employees.TotalCount)
	}
	var akashiRows, jobcanRows, months int
	for i, e := range got.Employees.Nodes {
		p := people[i]
		if e.Code != p.code {
			t.Fatalf("person %d is %s, want %s", i, e.Code, p.code)
		}
		ids, gotIDs := p.vendorIDs(), idsOf(e.Links)
		for _, s := range []string{akashiSystem, jobcanSystem, carelySystem} {
			if ids[s] != gotIDs[s] {
				t.Errorf("%s: %s knows them as %q, links say %q", p.code, s, ids[s], gotIDs[s])
			}
		}
		want := w.stampsOf(p, from, to, akashiSystem, jobcanSystem)
		if !slices.IsSortedFunc(e.Stamps.Nodes, func(a, b stampRow) int { return strings.Compare(a.OccurredAt, b.OccurredAt) }) {
			t.Errorf("%s: the stamps are not in order of time", p.code)
		}
		sortStamps(e.Stamps.Nodes)
		if diff := cmp.Diff(want, e.Stamps.Nodes); diff != "" || e.Stamps.TotalCount != len(want) {
			t.Errorf("%s: %d stamps (-want +got):\n%s", p.code, e.Stamps.TotalCount, diff)
		}
		if diff := cmp.Diff(wantSources(p, akashiSystem, jobcanSystem), bySystem(e.Stamps.Sources)); diff != "" {
			t.Errorf("%s: sources (-want +got):\n%s", p.code, diff)
		}
		overtimes := w.overtimesOf(p, firstMonth, lastMonth)
		if diff := cmp.Diff(overtimes, e.Overtimes.Nodes); diff != "" {
			t.Errorf("%s: overtimes (-want +got):\n%s", p.code, diff)
		}
		akashiRows += len(w.stampsOf(p, from, to, akashiSystem))
		jobcanRows += len(w.stampsOf(p, from, to, jobcanSystem))
		months += len(overtimes)
	}
	if akashiRows < 100 || jobcanRows < 100 || months < 14*12 {
		t.Errorf("the comparison is too thin: %d and %d stamps, %d months", akashiRows, jobcanRows, months)
	}
}

type workNodes struct {
	Code  string
	Plain struct {
		Nodes   []workRow
		Sources []sourceRow
	}
	Breaks struct{ Nodes []workRow }
}

// joinWorkingRecords compares a month's results, with and without breaks.
func joinWorkingRecords(t *testing.T, d *demo, w *truth) {
	t.Helper()
	people := w.mixed(t)
	const from, to = "2026-10-01", "2026-10-31"
	var got struct{ Employees struct{ Nodes []workNodes } }
	d.query(t, hrToken, `query($codes: [String!]!, $from: Date!, $to: Date!) {
		employees(filter: {codes: $codes}, first: 20) { nodes { code
			plain: workingRecords(from: $from, to: $to, first: 300) { nodes { `+workFields+` } sources { `+sourceFields+` } }
			breaks: workingRecords(from: $from, to: $to, systems: [AKASHI], first: 300) {
				nodes { `+workFields+` breaks { startAt endAt } }
			}
		} } }`, map[string]any{"codes": codes(people), "from": from, "to": to}, &got)
	if len(got.Employees.Nodes) != len(people) {
		t.Fatalf("%d people", len(got.Employees.Nodes))
	}
	incomplete, paused := 0, 0
	for i, e := range got.Employees.Nodes {
		p := people[i]
		if diff := cmp.Diff(w.daysOf(p, from, to, false, akashiSystem, jobcanSystem), e.Plain.Nodes); diff != "" {
			t.Errorf("%s: working records (-want +got):\n%s", p.code, diff)
		}
		if diff := cmp.Diff(wantSources(p, akashiSystem, jobcanSystem), bySystem(e.Plain.Sources)); diff != "" {
			t.Errorf("%s: sources (-want +got):\n%s", p.code, diff)
		}
		if diff := cmp.Diff(w.daysOf(p, from, to, true, akashiSystem), e.Breaks.Nodes); diff != "" {
			t.Errorf("%s: working records with breaks (-want +got):\n%s", p.code, diff)
		}
		for _, r := range e.Breaks.Nodes {
			if !r.IsComplete {
				incomplete++
			}
			paused += len(r.Breaks)
		}
	}
	if incomplete == 0 || paused < 100 {
		t.Errorf("the comparison is too thin: %d incomplete days, %d breaks", incomplete, paused)
	}
}

// joinMissingPunches: a day whose clock-out is missing has no minutes,
// never 0.
func joinMissingPunches(t *testing.T, d *demo, w *truth) {
	t.Helper()
	for _, p := range w.those(func(p *person) bool { return p.akashi != nil }) {
		for _, r := range w.daysOf(p, "2026-10-01", "2026-11-19", false, akashiSystem) {
			if r.IsComplete {
				continue
			}
			var got struct {
				Employee struct{ WorkingRecords struct{ Nodes []workRow } }
			}
			d.query(t, hrToken, `query($code: String!, $day: Date!) { employee(by: {code: $code}) {
				workingRecords(from: $day, to: $day, systems: [AKASHI]) { nodes { `+workFields+` } } } }`,
				map[string]any{"code": p.code, "day": r.Date}, &got)
			if diff := cmp.Diff([]workRow{r}, got.Employee.WorkingRecords.Nodes); diff != "" || r.WorkedMinutes != nil {
				t.Errorf("%s on %s (-want +got):\n%s", p.code, r.Date, diff)
			}
			return
		}
	}
	t.Fatal("nobody forgot a punch")
}

type leaveRow struct {
	Date   string
	Days   float64
	Kind   string
	Name   string
	System string
	Link   string
}

// joinLeaves compares days off with Jobcan's use logs. Paid leave is the
// only kind that Jobcan is known to list.
func joinLeaves(t *testing.T, d *demo, w *truth) {
	t.Helper()
	people := w.mixed(t)
	const from, to = "2026-08-01", today
	var got struct {
		Employees struct {
			Nodes []struct {
				Code   string
				Leaves struct{ Nodes []leaveRow }
			}
		}
	}
	d.query(t, hrToken, `query($codes: [String!]!, $from: Date!, $to: Date!) {
		employees(filter: {codes: $codes}, first: 20) { nodes { code
			leaves(from: $from, to: $to, first: 300) { nodes { date days kind name system link } } } } }`,
		map[string]any{"codes": codes(people), "from": from, "to": to}, &got)
	names := map[int]string{}
	for _, h := range w.jobcan.HolidayTypes {
		names[h.ID] = h.Name
	}
	total, halves := 0, 0
	for i, e := range got.Employees.Nodes {
		p := people[i]
		want := []leaveRow{}
		for _, l := range w.jobcan.UseLogs {
			if p.jobcan == nil || l.EmployeeID != p.jobcan.ID || l.UseDate < from || l.UseDate > to ||
				l.Detail.Type != "paid" {
				continue
			}
			total++
			if l.UseDays.Days < 1 {
				halves++
			}
			want = append(want, leaveRow{l.UseDate, l.UseDays.Days, "PAID", names[l.UseID], jobcanSystem, "default"})
		}
		if diff := cmp.Diff(want, e.Leaves.Nodes); diff != "" {
			t.Errorf("%s: leaves (-want +got):\n%s", p.code, diff)
		}
	}
	if total < 20 || halves == 0 {
		t.Errorf("the comparison is too thin: %d days off, %d of them half", total, halves)
	}
}

// joinOvertimes compares 14 months of all people, page by page.
func joinOvertimes(t *testing.T, d *demo, w *truth) {
	t.Helper()
	const from, to = "2025-10", "2026-11"
	total := 0
	for people := range slices.Chunk(w.people, 100) {
		var got struct {
			Employees struct {
				Nodes []struct {
					Code      string
					Overtimes struct {
						TotalCount int
						Nodes      []overtimeRow
					}
				}
			}
		}
		d.query(t, hrToken, `query($codes: [String!]!, $from: Month!, $to: Month!) {
			employees(filter: {codes: $codes}, first: 100) { nodes { code
				overtimes(from: $from, to: $to) { totalCount nodes { month minutes system link } } } } }`,
			map[string]any{"codes": codes(people), "from": from, "to": to}, &got)
		for _, e := range got.Employees.Nodes {
			want := w.overtimesOf(w.find(t, e.Code), from, to)
			if diff := cmp.Diff(want, e.Overtimes.Nodes); diff != "" || e.Overtimes.TotalCount != len(want) {
				t.Errorf("%s: overtimes (-want +got):\n%s", e.Code, diff)
			}
			total += len(want)
		}
	}
	if total != len(w.carely.Overtimes) {
		t.Errorf("%d rows were compared, Carely holds %d", total, len(w.carely.Overtimes))
	}
}
