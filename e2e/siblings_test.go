package e2e_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A siblingCase is lists of one name that people are asked for at once.
type siblingCase struct {
	// lists are by alias.
	lists map[string]string
	// people is how many.
	people int
	want   map[string]int
}

func siblingCases(w *truth) map[string]siblingCase {
	fifties := func(n int) int { return ceil(knownTo(w.people[:n], akashiSystem), 50) }
	const nodes = `{ nodes { date workedMinutes } sources { system status } }`
	const breaks = `{ nodes { date breaks { startAt endAt } } }`
	const stamps = `{ nodes { laborDate kind } sources { system status } }`
	return map[string]siblingCase{
		"two parts of a month": {
			lists: map[string]string{
				"a": `workingRecords(from: "2026-09-01", to: "2026-09-10", systems: [AKASHI]) ` + nodes,
				"b": `workingRecords(from: "2026-09-11", to: "2026-09-25", systems: [AKASHI]) ` + nodes,
			},
			people: 100, want: map[string]int{"akashi GET working_records": fifties(100)},
		},
		"days that overlap": {
			lists: map[string]string{
				"a": `stamps(from: "2026-09-03", to: "2026-09-03", systems: [AKASHI]) ` + stamps,
				"b": `stamps(from: "2026-09-03", to: "2026-09-04", systems: [AKASHI]) ` + stamps,
			},
			people: 100, want: map[string]int{"akashi GET multiple_stamps": 2 * fifties(100)},
		},
		"a day with and without breaks": {
			lists: map[string]string{
				"a": `workingRecords(from: "2026-09-28", to: "2026-09-28", systems: [AKASHI]) ` + nodes,
				"b": `workingRecords(from: "2026-09-28", to: "2026-09-28", systems: [AKASHI]) ` + breaks,
				"c": `workingRecords(from: "2026-09-28", to: "2026-09-28", systems: [AKASHI]) @skip(if: true) ` + breaks,
			},
			people: 20, want: map[string]int{"akashi GET working_records": 1},
		},
		"a month and a day of it with breaks": {
			lists: map[string]string{
				"a": `workingRecords(from: "2026-08-01", to: "2026-08-31", systems: [AKASHI], first: 300) ` + nodes,
				"b": `workingRecords(from: "2026-08-10", to: "2026-08-10", systems: [AKASHI]) ` + breaks,
			},
			people: 20, want: map[string]int{"akashi GET working_records": 2},
		},
		"of one system and of the other": {
			lists: map[string]string{
				"a": `stamps(from: "2026-09-07", to: "2026-09-07", systems: [AKASHI]) ` + stamps,
				"b": `stamps(from: "2026-09-08", to: "2026-09-08", systems: [JOBCAN]) ` + stamps,
			},
			people: 1,
			want: map[string]int{
				"akashi GET multiple_stamps": knownTo(w.people[:1], akashiSystem),
				"jobcan GET adits/{id}":      knownTo(w.people[:1], jobcanSystem),
			},
		},
		"beside one that is refused": {
			lists: map[string]string{
				"a": `leaves(from: "2026-09-01", to: "2026-09-30") { nodes { date } }`,
				"b": `leaves(from: "2026-09-15", to: "2026-10-15") { nodes { date } }`,
				"c": `leaves(from: "2026-09-15", to: "2026-09-01") { nodes { date } }`,
				"d": `leaves(from: "2016-09-15", to: "2026-09-01") { nodes { date } }`,
			},
			people: 5, want: map[string]int{"jobcan GET holiday/v1/employees/{id}/use-days": knownTo(w.people[:5], jobcanSystem)},
		},
	}
}

// TestCalls_siblings: one list under several names is planned as one need, told so
// before, and each gives what it would give alone.
func TestCalls_siblings(t *testing.T) {
	t.Parallel()
	d, alone := start(t), start(t, "HITOTSU_LOOKUP_CACHE=false")
	d.ready(t)
	alone.ready(t)
	for name, c := range siblingCases(d.truth(t)) {
		document := func(lists map[string]string) string {
			text := ""
			for alias, list := range lists {
				text += alias + ": " + list + "\n"
			}
			return fmt.Sprintf(`{ employees(first: %d) { nodes { code ...Lists } } } fragment Lists on Employee { %s }`,
				c.people, text)
		}
		all := document(c.lists)
		var told explained
		d.query(t, hrToken, explainPrice, map[string]any{"d": all}, &told)
		d.forget()
		together := d.ask(t, hrToken, all, nil)
		d.wantCalls(t, name, c.want)
		if made := d.asked(); !maps.Equal(made, told.bySystem()) {
			t.Errorf("%s: explained %v, made %v", name, told.bySystem(), made)
		}
		for alias, list := range c.lists {
			if strings.Contains(list, "@skip(if: true)") {
				continue
			}
			by := alone.ask(t, hrToken, document(map[string]string{alias: list}), nil)
			if diff := cmp.Diff(listsOf(t, by, alias), listsOf(t, together, alias)); diff != "" {
				t.Errorf("%s: %s alone and beside the others (-alone +beside):\n%s", name, alias, diff)
			}
			if diff := cmp.Diff(codesAt(by, alias), codesAt(together, alias)); diff != "" {
				t.Errorf("%s: errors of %s alone and beside the others (-alone +beside):\n%s", name, alias, diff)
			}
		}
	}
}

const explainPrice = `query($d: String!) { explain(document: $d) {
	calls steps { system endpoint calls isEstimate } systems { system calls hits } problems } }`

// listsOf are the lists of an alias, by employee.
func listsOf(t *testing.T, a answer, alias string) map[string]string {
	t.Helper()
	var got struct {
		Employees struct{ Nodes []map[string]json.RawMessage }
	}
	a.decode(t, &got)
	out := map[string]string{}
	for _, e := range got.Employees.Nodes {
		out[string(e["code"])] = string(e[alias])
	}
	if len(out) == 0 {
		t.Fatalf("nobody is listed: %.300s", a.Body)
	}
	return out
}

// codesAt are the codes of the errors at an alias.
func codesAt(a answer, alias string) []string {
	var out []string
	for _, e := range a.Errors {
		if len(e.Path) > 3 && e.Path[3] == alias {
			out = append(out, e.code())
		}
	}
	return out
}
