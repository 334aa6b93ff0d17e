package e2e_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestCalls_ahead: the projects of what several people did are asked for while that
// is asked for, not after it; those of one person, who may have done nothing, when
// it is known that there are some.
func TestCalls_ahead(t *testing.T) {
	t.Parallel()
	const october = `(from: "2026-10-01", to: "2026-10-31")`
	for name, c := range map[string]struct {
		query string
		calls map[string]int
		ahead bool
	}{
		"man-hours of many": {
			`{ employees(first: 50) { nodes { manhours` + october + ` { nodes { project { code } } } } } }`,
			map[string]int{"akashi GET manhours": 1, "akashi GET projects": 1},
			true,
		},
		"only man-hours of many": {
			`{ employees(first: 50) { nodes { manhours` + october + ` { nodes { minutes } } } } }`,
			map[string]int{"akashi GET manhours": 1},
			false,
		},
		"man-hours of one": {
			`{ employee(by: { code: "E00003" }) { manhours` + october + ` { nodes { project { code } } } } }`,
			map[string]int{"akashi GET manhours/{staff_id}": 1, "akashi GET projects": 1},
			false,
		},
		"projects of two": {
			`{ employees(filter: { codes: ["E00003", "E00007"] }) { nodes { projects` + october + ` { nodes { code } } } } }`,
			map[string]int{"akashi GET staff_projects/{staff_id}": 2, "akashi GET projects": 1},
			true,
		},
		"projects of one": {
			`{ employee(by: { code: "E00003" }) { projects` + october + ` { nodes { code } } } }`,
			map[string]int{"akashi GET staff_projects/{staff_id}": 1, "akashi GET projects": 1},
			false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			d.ready(t)
			command(t, d.Simulators.Akashi, http.MethodPost, "/fault", `{"latency_ms": 500}`)
			d.forget()
			if a := d.ask(t, hrToken, c.query, nil); len(a.Errors) > 0 {
				t.Fatalf("%+v", a.Errors)
			}
			d.wantCalls(t, name, c.calls)
			if ahead := d.projectsAhead(); ahead != c.ahead {
				t.Errorf("projects were asked for before the other was answered: %t, want %t", ahead, c.ahead)
			}
		})
	}
}

// projectsAhead tells whether AKASHI was asked for projects before it had answered
// what else it was asked.
func (d *demo) projectsAhead() bool {
	asked := d.Simulators.Akashi.History().Requests
	for _, projects := range asked {
		for _, other := range asked {
			if strings.HasSuffix(projects.Route, "/projects") && !strings.HasSuffix(other.Route, "/projects") &&
				projects.Time.Before(other.Time.Add(other.Took)) {
				return true
			}
		}
	}
	return false
}
