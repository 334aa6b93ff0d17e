package e2e_test

import (
	"fmt"
	"maps"
	"testing"
)

// TestCalls_acrossShapes: what is cached is used by lists of another shape: of one
// person after everybody, of a part of the days, without the details.
func TestCalls_acrossShapes(t *testing.T) {
	t.Parallel()
	d, fresh := start(t), start(t, "HITOTSU_LOOKUP_CACHE=false")
	d.ready(t)
	fresh.ready(t)
	manhours := func(people, from, to string) string {
		return fmt.Sprintf(`{ employees(first: 100%s) { nodes { code
			list: manhours(from: "%s", to: "%s", first: 300) { totalCount nodes { date minutes comment isClosed } } } } }`,
			people, from, to)
	}
	records := func(from, to, fields string) string {
		return fmt.Sprintf(`{ employees(first: 60) { nodes { code
			list: workingRecords(from: "%s", to: "%s", systems: [AKASHI], first: 300) { nodes { %s } } } } }`, from, to, fields)
	}
	const one, two = `, filter: {codes: ["E00003"]}`, `, filter: {codes: ["E00003", "E00010"]}`
	const third, tenth = `, filter: {codes: ["E00003"]}`, `, filter: {codes: ["E00010"]}`
	all, single := "akashi GET manhours", "akashi GET manhours/{staff_id}"
	for _, step := range []struct {
		what, query string
		want        map[string]int
	}{
		{"everybody's man-hours", manhours("", "2026-06-01", "2026-06-30"), map[string]int{all: 1}},
		{"one person's after them", manhours(one, "2026-06-01", "2026-06-30"), nil},
		{"a part of them", manhours(one, "2026-06-10", "2026-06-14"), nil},
		{"two people's part", manhours(two, "2026-06-10", "2026-06-14"), nil},
		{
			"the man-hours of a project in it", `{ projects(first: 1) { nodes { code: id
				list: manhours(from: "2026-06-02", to: "2026-06-20", first: 300) { nodes { date minutes } } } } }`,
			map[string]int{"akashi GET projects": 1},
		},
		{"beyond them", manhours(one, "2026-06-20", "2026-07-10"), map[string]int{single: 1}},
		{"of another", manhours(tenth, "2026-07-01", "2026-07-10"), map[string]int{single: 1}},
		{"of both, each of whom was read", manhours(two, "2026-06-25", "2026-07-10"), nil},
		{"one of two was read so far", manhours(third, "2026-07-11", "2026-07-12"), map[string]int{single: 1}},
		{"and one is asked for", manhours(two, "2026-07-11", "2026-07-12"), map[string]int{single: 1}},
		{"everybody's are not known by it", manhours("", "2026-07-01", "2026-07-10"), map[string]int{all: 1}},

		{
			"records with breaks", records("2026-10-05", "2026-10-06", "date breaks { startAt }"),
			map[string]int{"akashi GET working_records": 4},
		},
		{"without breaks", records("2026-10-05", "2026-10-06", "date workedMinutes"), nil},
		{"a day of them", records("2026-10-06", "2026-10-06", "date workedMinutes"), nil},
		{
			"and some more days", records("2026-10-01", "2026-10-09", "date workedMinutes"),
			map[string]int{"akashi GET working_records": 2},
		},
		{
			"breaks are not known by records without", records("2026-10-09", "2026-10-09", "date breaks { startAt }"),
			map[string]int{"akashi GET working_records": 2},
		},
	} {
		if step.want == nil {
			step.want = map[string]int{}
		}
		var told explained
		d.query(t, hrToken, explainPrice, map[string]any{"d": step.query}, &told)
		d.forget()
		got := d.ask(t, hrToken, step.query, nil)
		if len(got.Errors) > 0 {
			t.Fatalf("%s: %+v", step.what, got.Errors)
		}
		if made := d.asked(); !maps.Equal(made, told.bySystem()) {
			t.Errorf("%s: explained %v, made %v", step.what, told.bySystem(), made)
		}
		d.wantCalls(t, step.what, step.want)
		if want := fresh.ask(t, hrToken, step.query, nil); string(want.Data) != string(got.Data) {
			t.Errorf("%s: answers of a cache and of the system differ", step.what)
		}
	}
}
