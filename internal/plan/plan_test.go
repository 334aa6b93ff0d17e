package plan_test

import (
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/plan"
)

// The arithmetic against brute force: limits are scaled down until every plan
// there is can be tried.

var first = hr.NewDate(2026, 1, 1)

// A board is a small universe: cell (s, d) is bit s*days+d of a mask.
type board struct{ people, days int }

func (b board) bit(s, d int) uint32 { return 1 << (s*b.days + d) }

func (b board) cells(mask uint32) []plan.Cell {
	var out []plan.Cell
	for s := range b.people {
		for d := range b.days {
			if mask&b.bit(s, d) != 0 {
				out = append(out, plan.Cell{Subject: string(rune('A' + s)), Date: first.AddDays(d)})
			}
		}
	}
	return out
}

// covers is what a call answers for. With all it answers for the days between
// its dates too.
func (b board) covers(c plan.Call) uint32 {
	subjects := c.Subjects
	if subjects == nil {
		for s := range b.people {
			subjects = append(subjects, string(rune('A'+s)))
		}
	}
	var mask uint32
	for _, s := range subjects {
		for _, d := range c.Dates {
			mask |= b.bit(int(s[0]-'A'), first.DaysUntil(d))
		}
	}
	return mask
}

// fewest is the least price of calls that cover mask, out of all calls.
func fewest(mask uint32, all map[uint32]int) int {
	known := map[uint32]int{0: 0}
	var solve func(uint32) int
	solve = func(left uint32) int {
		if n, ok := known[left]; ok {
			return n
		}
		lowest := left & -left
		best := 1 << 30
		for covered, price := range all {
			if covered&lowest != 0 {
				best = min(best, price+solve(left&^covered))
			}
		}
		known[left] = best
		return best
	}
	return solve(mask)
}

// rectangles adds every call of at most `subjects` people by `days` days in a
// row.
func (b board) rectangles(all map[uint32]int, subjects, days int) {
	for people := 1; people < 1<<b.people; people++ {
		if bits.OnesCount(uint(people)) > subjects {
			continue
		}
		for from := range b.days {
			var mask uint32
			for d := from; d < min(from+days, b.days); d++ {
				for s := range b.people {
					if people>>s&1 == 1 {
						mask |= b.bit(s, d)
					}
				}
			}
			all[mask] = 1
		}
	}
}

// drawNeed draws who needs what: everybody the same days, or anything.
func drawNeed(t *rapid.T, b board) (mask uint32, uniform bool) {
	if rapid.Bool().Draw(t, "uniform") {
		days := rapid.Uint32Range(1, 1<<b.days-1).Draw(t, "days")
		for s := range b.people {
			mask |= days << (s * b.days)
		}
		return mask, true
	}
	return rapid.Uint32Range(1, 1<<(b.people*b.days)-1).Draw(t, "cells"), false
}

// check verifies that calls keep the limits, cover exactly what is needed and
// cost what they should.
func check(t *rapid.T, b board, mask uint32, uniform bool, calls []plan.Call, price func(plan.Call) int, best int) {
	var covered uint32
	cost := 0
	for _, c := range calls {
		if c.Rule.Subjects > 0 && (len(c.Subjects) == 0 || len(c.Subjects) > c.Rule.Subjects) {
			t.Fatalf("a call of %s for %d people", c.Rule.Endpoint, len(c.Subjects))
		}
		if len(c.Dates) == 0 || !slices.IsSortedFunc(c.Dates, func(x, y hr.Date) int { return -x.DaysUntil(y) }) {
			t.Fatalf("a call for the dates %v", c.Dates)
		}
		covered |= b.covers(c)
		cost += price(c)
	}
	if mask&^covered != 0 {
		t.Fatalf("needed %b, covered %b", mask, covered)
	}
	slack := 0
	if !uniform {
		slack = 1
	}
	if cost < best || cost > best+slack {
		t.Fatalf("%d calls, the fewest are %d; uniform: %t, need %b", cost, best, uniform, mask)
	}
}

func one(plan.Call) int { return 1 }

func TestMixed_isTheCheapest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := board{people: rapid.IntRange(1, 4).Draw(t, "people"), days: rapid.IntRange(1, 5).Draw(t, "days")}
		batch := plan.Rule{Endpoint: "batch", Subjects: rapid.IntRange(1, 3).Draw(t, "batch"), Days: 1}
		window := plan.Rule{Endpoint: "window", Subjects: 1, Days: rapid.IntRange(1, 5).Draw(t, "window")}
		mask, uniform := drawNeed(t, b)
		all := map[uint32]int{}
		b.rectangles(all, batch.Subjects, 1)
		b.rectangles(all, 1, window.Days)
		check(t, b, mask, uniform, plan.Mixed(b.cells(mask), batch, window), one, fewest(mask, all))
	})
}

func TestBulk_isTheCheapest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := board{people: rapid.IntRange(1, 4).Draw(t, "people"), days: rapid.IntRange(1, 5).Draw(t, "days")}
		bulk := plan.Rule{Endpoint: "bulk", Days: 1}
		single := plan.Rule{Endpoint: "single", Subjects: 1, Days: rapid.IntRange(1, 3).Draw(t, "dates")}
		pages := rapid.IntRange(1, 3).Draw(t, "pages")
		mask, uniform := drawNeed(t, b)
		all := map[uint32]int{}
		for s := range b.people {
			for days := range uint32(1 << b.days) {
				if n := bits.OnesCount32(days); n > 0 && n <= single.Days {
					all[days<<(s*b.days)] = 1
				}
			}
		}
		for d := range b.days {
			var mask uint32
			for s := range b.people {
				mask |= b.bit(s, d)
			}
			if was, ok := all[mask]; !ok || pages < was {
				all[mask] = pages
			}
		}
		price := func(c plan.Call) int {
			if c.Subjects == nil {
				return pages
			}
			return 1
		}
		check(t, b, mask, uniform, plan.Bulk(b.cells(mask), bulk, single, pages), price, fewest(mask, all))
	})
}

// needs is n people who all need the days of a period.
func needs(n int, from hr.Date, days int) []plan.Cell {
	var cells []plan.Cell
	for s := range n {
		for d := range days {
			cells = append(cells, plan.Cell{Subject: string(rune(0x4e00 + s)), Date: from.AddDays(d)})
		}
	}
	return cells
}

func TestMixed_inFullSize(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name         string
		people, days int
		from         hr.Date
		want         int
	}{
		{"a day of a batch", 50, 1, first, 1},
		{"a day of a hundred", 100, 1, first, 2},
		{"one more than a batch, for a month, is asked alone", 51, 30, first, 30 + 1},
		{"two hundred days hold six long months", 50, 200, hr.NewDate(2026, 3, 1), 50 + 200 - 184},
		{"and in winter shorter ones", 50, 200, hr.NewDate(2026, 11, 1), 50 + 200 - 181},
		{"one person for a year", 1, 365, first, 2},
		{"one person for two years", 1, 730, first, 4},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			calls := plan.Mixed(needs(tt.people, tt.from, tt.days), plan.Documented().AkashiMultipleStamps, plan.Documented().AkashiStamps)
			if len(calls) != tt.want {
				t.Errorf("%d calls, want %d", len(calls), tt.want)
			}
			for _, c := range calls {
				if c.Rule.Last(c.Period().From).Before(c.Period().To) {
					t.Errorf("a call of %s from %s to %s", c.Rule.Endpoint, c.Period().From, c.Period().To)
				}
			}
		})
	}
}

func TestBatches_inFullSize(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		people, days int
		rule         plan.Rule
		want         int
	}{
		{100, 31, plan.Documented().AkashiWorkingRecords, 2},
		{100, 30, plan.Documented().AkashiBreaks, 60},
		{51, 62, plan.Documented().AkashiWorkingRecords, 4},
		{20, 90, plan.Documented().AkashiWorkingRecords, 3},
	} {
		if got := len(plan.Batches(needs(tt.people, first, tt.days), tt.rule)); got != tt.want {
			t.Errorf("%d people, %d days of %s: %d calls, want %d", tt.people, tt.days, tt.rule.Endpoint, got, tt.want)
		}
	}
}

func TestRule_lastOfSixMonths(t *testing.T) {
	t.Parallel()
	for from, want := range map[hr.Date]hr.Date{
		hr.NewDate(2026, 3, 1):  hr.NewDate(2026, 8, 31),
		hr.NewDate(2026, 1, 1):  hr.NewDate(2026, 6, 30),
		hr.NewDate(2026, 8, 31): hr.NewDate(2027, 2, 27), // there is no 31 February
		hr.NewDate(2026, 5, 15): hr.NewDate(2026, 11, 14),
	} {
		if got := plan.Documented().AkashiStamps.Last(from); got != want {
			t.Errorf("six months from %s end on %s, want %s", from, got, want)
		}
	}
}

func BenchmarkMixed(b *testing.B) {
	cells := needs(300, first, 31)
	for b.Loop() {
		plan.Mixed(cells, plan.Documented().AkashiMultipleStamps, plan.Documented().AkashiStamps)
	}
}
