package reads

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// The arithmetic of calls against brute force. Numbers are small, so that every
// way of asking can be tried.

func someDates(t *rapid.T, most int) []hr.Date {
	var dates []hr.Date
	first := hr.NewDate(2026, 1, 1)
	for i := range most {
		if rapid.Bool().Draw(t, "day") {
			dates = append(dates, first.AddDays(i))
		}
	}
	return dates
}

// fewest is the least number of windows of some days that hold all dates: the
// best of all ways to cut the dates into runs.
func fewest(dates []hr.Date, days int) int {
	if len(dates) == 0 {
		return 0
	}
	best := math.MaxInt
	for n := 1; n <= len(dates) && dates[0].DaysUntil(dates[n-1]) < days; n++ {
		best = min(best, 1+fewest(dates[n:], days))
	}
	return best
}

func TestWindows_areTheFewest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dates, days := someDates(t, 14), rapid.IntRange(1, 8).Draw(t, "days")
		got := windows(dates, days)
		if want := fewest(dates, days); len(got) != want {
			t.Fatalf("%d windows, %d would do", len(got), want)
		}
		for _, w := range got {
			if w.Days() > days {
				t.Fatalf("a window of %d days", w.Days())
			}
		}
		for _, d := range dates {
			if held(got, d) != 1 {
				t.Fatalf("%s lies in %d windows", d, held(got, d))
			}
		}
	})
}

func held(ps []hr.Period, d hr.Date) int {
	n := 0
	for _, p := range ps {
		if p.Contains(d) {
			n++
		}
	}
	return n
}

// drawMissing makes cells that are missing: for each person some dates.
func drawMissing(t *rapid.T, people, days int) []cellKey {
	var missing []cellKey
	patterns := [][]hr.Date{someDates(t, days), someDates(t, days)}
	for i := range people {
		for _, d := range rapid.SampledFrom(patterns).Draw(t, "dates") {
			missing = append(missing, cellKey{subject: string(rune('A' + i)), date: d})
		}
	}
	return missing
}

// asked counts how often spans ask for each cell.
func asked(spans []span, k cellKey) int {
	n := 0
	for _, s := range spans {
		for _, p := range s.subjects {
			if p == k.subject && s.period.Contains(k.date) {
				n++
			}
		}
	}
	return n
}

func TestPlans_askForEachMissingCellOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		missing := drawMissing(t, rapid.IntRange(0, 60).Draw(t, "people"), 9)
		days := rapid.IntRange(1, 5).Draw(t, "days")
		var stamps, records []span
		for _, n := range gather(missing) {
			byDay, byPerson := planStamps(n)
			for _, s := range byDay {
				if s.period.Days() != 1 || len(s.subjects) > akashiBatch {
					t.Fatalf("a day's call of %d people and %d days", len(s.subjects), s.period.Days())
				}
			}
			for _, s := range byPerson {
				if s.period.Days() > akashiStampDays || len(s.subjects) != 1 {
					t.Fatalf("a person's call of %d people and %d days", len(s.subjects), s.period.Days())
				}
			}
			stamps = append(append(stamps, byDay...), byPerson...)
			for _, s := range planRecords(n, days) {
				if s.period.Days() > days || len(s.subjects) > akashiBatch {
					t.Fatalf("%d people and %d days", len(s.subjects), s.period.Days())
				}
				records = append(records, s)
			}
		}
		for _, k := range missing {
			if asked(stamps, k) != 1 || asked(records, k) != 1 {
				t.Fatalf("%s on %s: %d stamp calls, %d record calls", k.subject, k.date, asked(stamps, k), asked(records, k))
			}
		}
	})
}

// cheapestStamps tries, for up to 50 people within one window, every number of
// dates to be asked for by day, the others person by person.
func cheapestStamps(people, dates int) int {
	if dates == 0 || people == 0 {
		return 0
	}
	return min(dates, people)
}

func TestPlanStamps_isTheCheapestWithinAWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := need{
			subjects: make([]string, rapid.IntRange(1, akashiBatch).Draw(t, "people")),
			dates:    someDates(t, 70),
		}
		byDay, byPerson := planStamps(n)
		if got, want := len(byDay)+len(byPerson), cheapestStamps(len(n.subjects), len(n.dates)); got != want {
			t.Fatalf("%d calls for %d people and %d days, want %d", got, len(n.subjects), len(n.dates), want)
		}
	})
}

// The prices that the documents name.
func TestPlanStamps_prices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ people, days, most int }{
		{100, 1, 2}, {51, 30, 31}, {50, 200, 50 + 19}, {1, 366, 3}, {280, 31, 6 * 31},
	} {
		n := need{dates: hr.Period{From: hr.NewDate(2026, 1, 1), To: hr.NewDate(2026, 1, c.days)}.Dates()}
		for i := range c.people {
			n.subjects = append(n.subjects, string(rune('A'+i)))
		}
		byDay, byPerson := planStamps(n)
		if got := len(byDay) + len(byPerson); got > c.most {
			t.Errorf("%d people and %d days: %d calls, want %d", c.people, c.days, got, c.most)
		}
	}
}

func TestBulkPages(t *testing.T) {
	t.Parallel()
	for employees, want := range map[int]int{0: 1, 1: 2, 100: 2, 101: 3, 275: 4} {
		if got := bulkPages(employees); got != want {
			t.Errorf("%d employees: %d pages, want %d", employees, got, want)
		}
	}
}
