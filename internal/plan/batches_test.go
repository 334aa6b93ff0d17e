package plan_test

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/plan"
)

// TestBatches_areTheFewest: equal to brute force, whoever needs what.
func TestBatches_areTheFewest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := board{people: rapid.IntRange(1, 4).Draw(t, "people"), days: rapid.IntRange(1, 6).Draw(t, "days")}
		rule := plan.Rule{
			Subjects: rapid.IntRange(1, 3).Draw(t, "batch"), Days: rapid.IntRange(1, 4).Draw(t, "window"),
		}
		mask, _ := drawNeed(t, b)
		all := map[uint32]int{}
		b.rectangles(all, rule.Subjects, rule.Days)
		check(t, b, mask, true, plan.Batches(b.cells(mask), rule), one, fewest(mask, all))
	})
}

// stretch is days in a row that somebody needs.
func stretch(cells []plan.Cell, subject, from, days int) []plan.Cell {
	for d := range days {
		cells = append(cells, plan.Cell{Subject: strconv.Itoa(subject), Date: first.AddDays(from + d)})
	}
	return cells
}

// scattered is two groups of fifty whose months are half a month apart, and fifty
// people with a day each, every seventh.
func scattered() []plan.Cell {
	var cells []plan.Cell
	for s := range 50 {
		cells = stretch(cells, s, 0, 31)
		cells = stretch(cells, 50+s, 16, 31)
		cells = stretch(cells, 100+s, 7*s, 1)
	}
	return cells
}

// atLeast is a number of calls that no plan goes below: dates further apart than a
// window need calls of their own.
func atLeast(cells []plan.Cell, rule plan.Rule) int {
	on := map[hr.Date]int{}
	for _, c := range cells {
		on[c.Date]++
	}
	dates := make([]hr.Date, 0, len(on))
	for d := range on {
		dates = append(dates, d)
	}
	slices.SortFunc(dates, func(a, b hr.Date) int { return -a.DaysUntil(b) })
	best := make([]int, len(dates)+1)
	for i := len(dates) - 1; i >= 0; i-- {
		after := i
		for after < len(dates) && !rule.Last(dates[i]).Before(dates[after]) {
			after++
		}
		best[i] = max(best[i+1], (on[dates[i]]+rule.Subjects-1)/rule.Subjects+best[after])
	}
	return best[0]
}

// verify tells what calls do not cover or cover against the rule.
func verify(t interface{ Fatalf(string, ...any) }, cells []plan.Cell, calls []plan.Call, rule plan.Rule) {
	covered := map[plan.Cell]bool{}
	for _, c := range calls {
		if len(c.Subjects) > rule.Subjects || rule.Last(c.Period().From).Before(c.Period().To) {
			t.Fatalf("a call for %d people from %s to %s", len(c.Subjects), c.Period().From, c.Period().To)
		}
		for _, s := range c.Subjects {
			for _, d := range c.Dates {
				covered[plan.Cell{Subject: s, Date: d}] = true
			}
		}
	}
	for _, c := range cells {
		if !covered[c] {
			t.Fatalf("%s on %s is in no call", c.Subject, c.Date)
		}
	}
}

func TestBatches_scattered(t *testing.T) {
	t.Parallel()
	rule := plan.Documented().AkashiWorkingRecords
	cells := scattered()
	calls := plan.Batches(cells, rule)
	verify(t, cells, calls, rule)
	if least := atLeast(cells, rule); least != 12 || len(calls) != least {
		t.Errorf("%d calls, at least %d are needed, want 12 of both", len(calls), least)
	}
}

// TestBatches_inFullSizeNearTheLeast: at full size a plan is within a fourth and one
// call of a number that no plan goes below.
func TestBatches_inFullSizeNearTheLeast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := plan.Documented().AkashiWorkingRecords
		var cells []plan.Cell
		subject := 0
		for range rapid.IntRange(1, 6).Draw(t, "groups") {
			people, from := rapid.IntRange(1, 80).Draw(t, "people"), rapid.IntRange(0, 90).Draw(t, "from")
			days, every := rapid.IntRange(1, 40).Draw(t, "days"), rapid.IntRange(0, 3).Draw(t, "apart")
			for s := range people {
				cells = stretch(cells, subject, from+s*every, days)
				subject++
			}
		}
		calls := plan.Batches(cells, rule)
		verify(t, cells, calls, rule)
		if least := atLeast(cells, rule); len(calls) > least+least/4+1 {
			t.Fatalf("%d calls, at least %d are needed", len(calls), least)
		}
	})
}

func BenchmarkBatches(b *testing.B) {
	rule := plan.Documented().AkashiWorkingRecords
	ragged := []plan.Cell{}
	for s := range 300 {
		ragged = stretch(ragged, s, s*7%31, 1+s*11%31)
	}
	for name, cells := range map[string][]plan.Cell{
		"300x31": needs(300, first, 31), "scattered": scattered(), "ragged": ragged,
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				n = len(plan.Batches(cells, rule))
			}
			b.ReportMetric(float64(n), "calls")
		})
	}
}
