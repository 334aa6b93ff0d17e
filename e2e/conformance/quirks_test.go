package conformance_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	simakashi "github.com/hitotsu/hitotsu/simulator/akashi"
	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	simjobcan "github.com/hitotsu/hitotsu/simulator/jobcan"
	simyesod "github.com/hitotsu/hitotsu/simulator/yesod"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// turned is what comes of a quirk that changes more than a spelling.
type turned struct {
	// differ holds, by operation, what comes of it with a client as it is built by
	// default; of all others the answer stays the same.
	differ map[string]effect
	// set builds a world whose client has the switch that belongs to the quirk:
	// with it every answer is the same. nil where no switch does.
	set func(t *testing.T) *world
}

// effect judges the outcome of an operation whose answer without the quirk was
// want, as JSON.
type effect func(t *testing.T, w *world, name, want string, got any, err error)

// refused is the effect of a quirk that lets the vendor refuse.
func refused(t *testing.T, _ *world, name, _ string, _ any, err error) {
	t.Helper()
	if code := typed(t, name, err); code != fault.UpstreamRefused {
		t.Errorf("%s: the outcome is %q, want that it is refused", name, code)
	}
}

// changed is the effect of a quirk that changes the answer into the one that
// expect makes of want.
func changed[T any](expect func(want T) T) effect {
	return func(t *testing.T, _ *world, name, want string, got any, err error) {
		t.Helper()
		var v T
		if problem := json.Unmarshal([]byte(want), &v); problem != nil || err != nil {
			t.Errorf("%s: %v %v", name, problem, err)
			return
		}
		if text := asText(t, got); text != asText(t, expect(v)) || text == want {
			t.Errorf("%s: another answer\n got %.600s\nwant %.600s", name, text, asText(t, expect(v)))
		}
	}
}

// underQuirks runs every operation with every switch turned over, one at a time:
// the outcome is that of the first setting, or the effect that is told.
func underQuirks(t *testing.T, build func(t *testing.T) *world, effects map[string]turned) {
	t.Helper()
	w := build(t)
	first, err := w.server.Quirks()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, op := range w.operations {
		w.fresh(t, op)
		got, err := op.call(t.Context())
		if err != nil {
			t.Errorf("%s: %v", op.name, err)
		}
		want[op.name] = asText(t, got)
	}
	for quirk := range effects {
		if _, ok := first[quirk]; !ok {
			t.Errorf("there is no quirk %s", quirk)
		}
	}
	for quirk, on := range first {
		w.turnedOver(t, quirk, !on, want, effects[quirk].differ)
		if set := effects[quirk].set; set != nil {
			set(t).turnedOver(t, quirk, !on, want, nil)
		}
	}
}

func (w *world) turnedOver(t *testing.T, quirk string, on bool, want map[string]string, differ map[string]effect) {
	t.Helper()
	seen := 0
	for _, op := range w.operations {
		w.fresh(t, op) // resets the quirks too
		if err := w.server.SetQuirks(map[string]bool{quirk: on}); err != nil {
			t.Fatal(err)
		}
		got, err := op.call(t.Context())
		name := quirk + ": " + op.name
		switch judge := differ[op.name]; {
		case judge != nil:
			seen++
			judge(t, w, name, want[op.name], got, err)
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case asText(t, got) != want[op.name]:
			t.Errorf("%s: another answer\n got %.300s\nwant %.300s", name, asText(t, got), want[op.name])
		}
		if op.write && len(w.server.Journal()) > 1 {
			t.Errorf("%s: %d writes", name, len(w.server.Journal()))
		}
	}
	if seen != len(differ) {
		t.Errorf("%s: an effect is on no operation", quirk)
	}
}

func TestAkashi_quirks(t *testing.T) {
	t.Parallel()
	with := func(opts akashi.Options) func(t *testing.T) *world {
		return func(t *testing.T) *world {
			t.Helper()
			return akashiWorldWith(t, opts)
		}
	}
	underQuirks(t, akashiWorld, map[string]turned{
		string(simakashi.PostOnly): {
			differ: map[string]effect{
				"PutStaffs, a new one": refused, "PutStaffs, a known one": refused, "SetWorkingConditions": refused,
			},
			set: with(akashi.Options{PostStaffs: true, PostWorkingConditions: true}),
		},
		string(simakashi.PatchOnly): {},
		string(simakashi.OnlySlashedDays): {
			differ: map[string]effect{"Projects": refused, "StaffProjects": refused},
			set:    with(akashi.Options{ProjectDates: akashi.Slashed}),
		},
		string(simakashi.LenientBreaks):     {set: with(akashi.Options{LenientBreaks: true})},
		string(simakashi.ShortManhourDays):  {set: with(akashi.Options{ManhourDates: akashi.Compact})},
		string(simakashi.DeleteBelowStaffs): {set: with(akashi.Options{StaffPath: akashi.StaffsOnly})},
	})
}

func TestCarely_quirks(t *testing.T) {
	t.Parallel()
	// Carely's own field errors of what was written is handed on as it came: "{}"
	// at first and nothing with the quirk turned over.
	customer := changed(func(want carely.CustomerDetail) carely.CustomerDetail { want.Errors = ""; return want })
	underQuirks(t, carelyWorld, map[string]turned{
		string(simcarely.EmptyErrors): {differ: map[string]effect{
			"UpsertOvertime": changed(func(want carely.Overtime) carely.Overtime { want.Errors = ""; return want }),

			"UpsertCustomer, a known one": customer, "UpsertCustomer, a picture": customer,
			"UpsertCustomer, a new one": customer, "UpsertCustomer, a new one with a picture": customer,
		}},
	})
}

func TestJobcan_quirks(t *testing.T) {
	t.Parallel()
	contract := map[string]effect{"Punch": refused}
	for name := range jobcan.AssumedPaths() {
		if name != jobcan.Stamps {
			contract["Assumed, "+string(name)] = refused
		}
	}
	// A type that is told is not derived; the rule it follows is the same.
	adits := changed(func(want []jobcan.Adit) []jobcan.Adit {
		for i := range want {
			want[i].Derived = false
		}
		return want
	})
	employees := changed(func(want []jobcan.Employee) []jobcan.Employee {
		return slices.DeleteFunc(want, func(e jobcan.Employee) bool { return e.RetiredDay != "" && e.RetiredDay < "2026-11-20" })
	})
	underQuirks(t, jobcanWorld, map[string]turned{
		// Told, and not assumed.
		string(simjobcan.BareTokenReply): {differ: map[string]effect{
			"Fetch": changed(func(want jobcan.Grant) jobcan.Grant { want.ExpiresAt = now().Add(time.Hour); return want }),
		}},
		string(simjobcan.HideRetired): {differ: map[string]effect{
			"FirstEmployees": fewer, "Employees": employees, "EmployeesAfter": employees,
		}},
		string(simjobcan.ShowAditType):     {differ: map[string]effect{"AditsOf": adits, "AditsOfDay": adits}},
		string(simjobcan.ExclusiveEndDate): {differ: map[string]effect{"MonthlySummaryOf": lessThanTheLastDay}},
		string(simjobcan.RefreshHangs): {differ: map[string]effect{
			"Refresh": changed(func(bool) bool { return false }), // not done
			"RefreshedSummaries": changed(func(want jobcan.DailySummaries) jobcan.DailySummaries {
				want.Pending = true // and the rows as they are
				return want
			}),
		}},
		string(simjobcan.OurContract): {differ: contract},
	})
}

// fewer: all fit one page, so it holds as many as the whole list.
func fewer(t *testing.T, w *world, name, _ string, got any, err error) {
	t.Helper()
	state, ok := w.sim.Dump().(simjobcan.State)
	if !ok {
		t.Fatal("no dump")
	}
	here := 0
	for _, e := range state.Employees {
		if e.RetiredDay == nil || *e.RetiredDay >= "2026-11-20" {
			here++
		}
	}
	if err != nil || got != here || here == len(state.Employees) {
		t.Errorf("%s: %v of %d, want %d: %v", name, got, len(state.Employees), here, err)
	}
}

// lessThanTheLastDay: whether the end of a monthly summary is included is not
// known, so the client hands on what it gets: the sum without the last day.
func lessThanTheLastDay(t *testing.T, w *world, name, want string, got any, err error) {
	t.Helper()
	state, ok := w.sim.Dump().(simjobcan.State)
	if !ok {
		t.Fatal("no dump")
	}
	id := state.DailySummaries[0].EmployeeID
	changed(func(want jobcan.MonthlySummary) jobcan.MonthlySummary {
		for _, day := range state.DailySummaries {
			if day.EmployeeID == id && day.Date == "2026-11-20" {
				want.WorkMinutes = new(*want.WorkMinutes - day.Work)
				want.ShiftOverMinutes = new(*want.ShiftOverMinutes - day.ShiftOver)
			}
		}
		return want
	})(t, w, name, want, got, err)
}

func TestYesod_quirks(t *testing.T) {
	t.Parallel()
	// The answer is that of a change that waits; that somebody approved it shows
	// in what can be read.
	approved := func(t *testing.T, w *world, name, want string, got any, err error) {
		t.Helper()
		if err != nil || asText(t, got) != want {
			t.Errorf("%s: %v\n got %.300s\nwant %.300s", name, err, asText(t, got), want)
		}
		state, ok := w.sim.Dump().(simyesod.State)
		if !ok {
			t.Fatal("no dump")
		}
		if len(state.Changes) != 1 || state.Changes[0].Status != "applied" {
			t.Errorf("%s: the changes are %v", name, state.Changes)
		}
	}
	differ := map[string]effect{}
	for _, what := range []string{"Members", "Groups", "Transactions"} {
		differ["Import"+what+", waiting"] = approved
	}
	underQuirks(t, yesodWorld, map[string]turned{string(simyesod.ConsoleApproves): {differ: differ}})
}
