package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
)

// budget is how long an operation may take in these tests, patience what the
// machine may add.
const (
	budget   = 5 * time.Second
	patience = 5 * time.Second
)

// secret stands in the body of an upstream's error page; nobody may ever see it.
const secret = "7f3a-upstream-page"

// TestPartial_afterTheIndex breaks each system in each way while everybody is
// known.
func TestPartial_afterTheIndex(t *testing.T) {
	t.Parallel()
	for _, system := range []string{akashiSystem, jobcanSystem, carelySystem} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			d := start(t, "HITOTSU_OPERATION_BUDGET="+budget.String())
			w := d.truth(t)
			d.ready(t)
			for i, b := range breakages() {
				// Other days and other people each time, so that nothing is cached.
				day := fmt.Sprintf("2026-11-%02d", 9+i)
				people := w.people[20+20*i : 40+20*i]
				vars := map[string]any{"codes": codes(people), "day": day}
				b.apply(t, d.Demo, system)
				outage{system: system, code: b.code}.check(t, w, people, day, d.timed(t, dayQuery, vars))
				if h := d.health(t, system); b.code != "" && (h.Healthy == nil || *h.Healthy || h.LastError == nil ||
					h.LastError.Code != b.code) {
					t.Errorf("%s: health %+v", b.name, h)
				}
				b.mend(t, d.Demo, system)
				if b.rests {
					continue
				}
				outage{}.check(t, w, people, day, d.untilWell(t, dayQuery, vars))
				if h := d.health(t, system); h.Healthy == nil || !*h.Healthy {
					t.Errorf("%s: health after recovery %+v", b.name, h)
				}
			}
			if strings.Contains(d.log.String(), secret) {
				t.Error("the log holds a piece of an upstream's answer")
			}
		})
	}
}

// untilWell asks until the answer is whole: a breaker may be open for a while.
func (d *demo) untilWell(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	deadline := time.After(50 * time.Second)
	for {
		a := d.timed(t, query, variables)
		if !strings.Contains(a.Body, `"FAILED"`) && len(a.Errors) == 0 {
			return a
		}
		select {
		case <-deadline:
			t.Fatalf("no recovery: %+v", a.Errors)
		case <-time.After(250 * time.Millisecond):
		}
	}
}

// TestPartial_yesodAfterTheIndex: nothing is asked of YESOD once everybody is
// known.
func TestPartial_yesodAfterTheIndex(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_OPERATION_BUDGET="+budget.String())
	w := d.truth(t)
	d.ready(t)
	people := w.people[:20]
	command(t, d.Simulators.Yesod, http.MethodPost, "/stop", "")
	vars := map[string]any{"codes": codes(people), "day": yesterday}
	outage{}.check(t, w, people, yesterday, d.timed(t, dayQuery, vars))
}

// TestPartial_beforeTheIndex breaks a system before the gateway's first call:
// whoever another system knows is listed all the same.
func TestPartial_beforeTheIndex(t *testing.T) {
	t.Parallel()
	all := breakages()
	garbage, page, stopped, hanging, refuses := all[0], all[1], all[3], all[4], all[5]
	for system, ways := range map[string][]breakage{
		akashiSystem: {stopped, hanging, garbage, page, refuses},
		jobcanSystem: {stopped, hanging},
		carelySystem: {stopped, hanging, refuses},
		yesodSystem:  {stopped, hanging, garbage, refuses},
	} {
		for _, b := range ways {
			if system == yesodSystem && b.rests {
				b.code = "RELINK_NEEDED" // its token cannot be renewed
			}
			t.Run(system+" "+b.name, func(t *testing.T) {
				t.Parallel()
				d := startAfter(t, func(d *app.Demo) { b.apply(t, d, system) }, "HITOTSU_OPERATION_BUDGET="+budget.String())
				vars := map[string]any{"codes": codes(d.truth(t).people[:40]), "day": yesterday}
				d.timed(t, dayQuery, vars) // in time, whatever the index holds by then
				d.readyBut(t, system)
				a := d.timed(t, dayQuery, vars)
				outage{system: system, code: b.code, unknown: true}.check(t, d.truth(t), d.truth(t).people[:40], yesterday, a)
				outage{system: system, code: b.code}.checkNode(t, d, a)
				h := d.health(t, system)
				if !b.stop && b.name != hanging.name && (h.Healthy == nil || *h.Healthy || h.LastError == nil) {
					t.Errorf("health %+v", h)
				}
				if strings.Contains(d.log.String(), secret) {
					t.Error("the log holds a piece of an upstream's answer")
				}
			})
		}
	}
}

// checkNode asks for the first person of an answer by id: a list that only the
// broken system could give is null, with an error.
func (o outage) checkNode(t *testing.T, d *demo, a answer) {
	t.Helper()
	var first dayFace
	a.decode(t, &first)
	a = d.timed(t, `query($id: ID!) { node(id: $id) { ... on Employee {
		overtimes(from: "2026-10", to: "2026-10") { totalCount }
		manhours(from: "2026-10-01", to: "2026-10-02") { totalCount }
		leaves(from: "2026-10-01", to: "2026-10-02") { totalCount } } } }`,
		map[string]any{"id": first.Employees.Nodes[0].ID})
	o.checkErrors(t, a)
	type total struct{ TotalCount int }
	var got struct {
		Node struct{ Overtimes, Manhours, Leaves *total }
	}
	a.decode(t, &got)
	lists := map[string]*total{carelySystem: got.Node.Overtimes, akashiSystem: got.Node.Manhours, jobcanSystem: got.Node.Leaves}
	for system, list := range lists {
		if (list == nil) != (system == o.system) {
			t.Errorf("the list of %s is null: %v", system, list == nil)
		}
	}
	if _, owns := lists[o.system]; owns != (len(a.Errors) == 1) {
		t.Errorf("errors: %+v", a.Errors)
	}
}
