package e2e_test

import (
	"log/slog"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// sizes is how many people each system knows.
func (w *truth) sizes() map[hr.System]int {
	return map[hr.System]int{
		hr.Akashi: len(w.akashi.Staffs), hr.Jobcan: len(w.jobcan.Employees),
		hr.Carely: len(w.carely.Customers), hr.Yesod: len(w.yesod.Members),
	}
}

// stepsBySystem adds calls up; systems without any are left out.
func stepsBySystem(lists ...[]*model.ExplainedStep) map[string]int {
	out := map[string]int{}
	for _, s := range slices.Concat(lists...) {
		out[string(s.System)] += s.Calls
	}
	maps.DeleteFunc(out, func(_ string, n int) bool { return n == 0 })
	return out
}

// TestExplain_withoutAnySystem prices each query in a company made up that is as
// large as the demo's, then asks it of a gateway that was just started, and counts.
func TestExplain_withoutAnySystem(t *testing.T) {
	t.Parallel()
	queries := priced()
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			if a := d.ask(t, hrToken, queries[name], nil); len(a.Errors) > 0 {
				t.Fatalf("errors: %+v", a.Errors)
			}
			d.ready(t) // organisations are read beside the question
			made := d.asked()
			d.forget()
			d.ask(t, hrToken, queries[name], nil)
			again := 0
			for _, n := range d.asked() {
				again += n
			}

			w := d.truth(t)
			// How many months Carely keeps is the one thing that must be told.
			months := 0
			for _, p := range w.people[:100] {
				months += len(w.overtimesOf(p, "0000-00", "9999-99"))
			}
			operations, err := app.Operations(queries[name], nil)
			if err != nil {
				t.Fatal(err)
			}
			q, err := app.OpenOffline(t.Context(), app.OfflineOptions{
				Known: w.sizes(), OvertimeMonths: float64(months) / 100, Asked: operations[0].Asked,
				Log: slog.New(slog.DiscardHandler), Now: time.Now,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := q.Close(); err != nil {
					t.Error(err)
				}
			}()
			got, err := q.Price(t.Context(), queries[name], "", "")
			if err != nil || len(got.Problems) > 0 {
				t.Fatalf("priced with %v, %v", err, got)
			}
			if empty := stepsBySystem(got.Steps, q.Index()); !maps.Equal(made, empty) {
				t.Errorf("EMPTY: explained %v, made %v", empty, made)
			}
			if got.Warm != again {
				t.Errorf("WARM: explained %d, made %d", got.Warm, again)
			}
		})
	}
}
