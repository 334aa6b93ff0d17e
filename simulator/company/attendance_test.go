package company_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/company"
)

func TestAttendance_daysAndPunches(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		for key := range c.People {
			days, _ := c.Attendance(key)
			if len(days) != 120 || !days[119].Date.Equal(c.Today) {
				t.Fatalf("person %d: %d days", key, len(days))
			}
			var last time.Time
			for i, day := range days {
				if !day.Date.Equal(c.Today.AddDate(0, 0, i-119)) || day.Kind != company.KindOf(day.Date) {
					t.Fatalf("person %d: day %d is %s", key, i, day.Date)
				}
				for _, punch := range day.Punches {
					if !punch.At.After(last) || punch.At.Before(day.Date) || punch.At.After(day.Date.Add(32*time.Hour)) {
						t.Fatalf("person %d: punch at %s on %s", key, punch.At, day.Date)
					}
					last = punch.At
				}
				if want := worked(day); day.WorkedMinutes != want {
					t.Fatalf("person %d on %s: %d minutes, want %d", key, day.Date, day.WorkedMinutes, want)
				}
			}
		}
	})
}

// worked computes a day from its punches.
func worked(day company.Day) int {
	var minutes int
	ends := 0
	for _, punch := range day.Punches {
		minute := int(punch.At.Truncate(time.Minute).Sub(day.Date) / time.Minute)
		switch punch.Kind {
		case company.ClockIn, company.GoStraight:
			minutes -= minute
			ends++
		case company.ClockOut, company.BackHome:
			minutes += minute
			ends++
		case company.BreakStart:
			minutes += minute
		case company.BreakEnd:
			minutes -= minute
		}
	}
	if ends < 2 {
		return 0
	}
	return minutes
}

func TestAttendance_lifeIsInIt(t *testing.T) {
	t.Parallel()
	c := demo(t, 0)
	count := map[string]int{}
	for _, p := range c.People {
		for _, day := range p.Days {
			tally(count, p, day)
		}
		for _, leave := range p.Leaves {
			switch {
			case company.KindOf(leave.Date) != company.Workday:
				t.Errorf("person %d: leave on a holiday, %s", p.Key, leave.Date)
			case leave.Days == 0.5:
				count["half day"]++
			case leave.Paid:
				count["paid"]++
			default:
				count["unpaid"]++
			}
		}
	}
	for _, kind := range []string{
		"night", "missing in", "missing out", "holiday work", "legal holiday work", "straight", "back home",
		"half day", "paid", "unpaid",
	} {
		if count[kind] == 0 {
			t.Errorf("no day of kind %q", kind)
		}
	}
	if count["with break"]*10 < count["worked"]*8 {
		t.Errorf("%d of %d days have a break, want most", count["with break"], count["worked"])
	}
}

func tally(count map[string]int, p company.Person, day company.Day) {
	if len(day.Punches) == 0 {
		return
	}
	count["worked"]++
	if len(day.Breaks) == 1 {
		count["with break"]++
	}
	if day.Start == nil {
		count["missing in"]++
	}
	if day.End == nil {
		count["missing out"]++
	}
	if day.End != nil && day.Start != nil && day.End.Day() != day.Start.Day() &&
		day.Start.Hour() >= 21 && day.End.Hour() == 7 {
		count["night"]++
	}
	switch day.Kind {
	case company.CompanyHoliday:
		count["holiday work"]++
	case company.LegalHoliday:
		count["legal holiday work"]++
	case company.Workday:
	}
	for _, punch := range day.Punches {
		switch punch.Kind {
		case company.GoStraight:
			count["straight"]++
		case company.BackHome:
			count["back home"]++
		default:
		}
	}
}

func TestAttendance_outsideEmploymentNobodyWorks(t *testing.T) {
	t.Parallel()
	for _, p := range demo(t, 0).People {
		for _, day := range p.Days {
			gone := p.RetiredOn != nil && day.Date.After(*p.RetiredOn)
			if (gone || p.OnLeave || day.Date.Before(p.HiredOn)) && len(day.Punches) > 0 {
				t.Fatalf("person %d worked on %s", p.Key, day.Date)
			}
		}
	}
}

func TestAttendance_isTheSameOnDemand(t *testing.T) {
	t.Parallel()
	large := demo(t, 2500)
	if large.People[2].Days != nil {
		t.Error("a large company keeps attendance in memory")
	}
	first, leaves := large.Attendance(50)
	again, leavesAgain := large.Attendance(50)
	if diff := cmp.Diff(first, again) + cmp.Diff(leaves, leavesAgain); diff != "" {
		t.Error(diff)
	}
}

func TestKindOf(t *testing.T) {
	t.Parallel()
	for day, want := range map[string]company.DayKind{
		"2026-11-20": company.Workday,
		"2026-11-21": company.CompanyHoliday, // Saturday
		"2026-11-22": company.LegalHoliday,   // Sunday
		"2026-11-23": company.CompanyHoliday, // Labour Thanksgiving Day
		"2026-11-03": company.CompanyHoliday, // Culture Day
		"2026-10-12": company.CompanyHoliday, // Sports Day
		"2026-09-21": company.CompanyHoliday, // Respect for the Aged Day
		"2026-09-22": company.CompanyHoliday, // between two holidays
		"2026-09-23": company.CompanyHoliday, // equinox
		"2026-09-24": company.Workday,
		"2026-05-06": company.CompanyHoliday, // in place of Sunday, 3 May
		"2026-05-07": company.Workday,
		"2026-03-20": company.CompanyHoliday, // equinox
		"2025-02-24": company.CompanyHoliday, // in place of Sunday, 23 February
		"2026-12-30": company.CompanyHoliday,
		"2027-01-04": company.Workday,
		"2027-03-22": company.CompanyHoliday, // in place of Sunday, 21 March
		"2026-07-20": company.CompanyHoliday,
		"2026-08-11": company.CompanyHoliday,
		"2026-01-12": company.CompanyHoliday,
		"2026-04-29": company.CompanyHoliday,
		"2026-06-15": company.Workday,
	} {
		date, err := time.ParseInLocation(time.DateOnly, day, company.JST)
		if err != nil {
			t.Fatal(err)
		}
		if got := company.KindOf(date); got != want {
			t.Errorf("KindOf(%s) = %d, want %d", day, got, want)
		}
	}
}

func TestManhours(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		type personDay struct {
			person int
			date   time.Time
		}
		sums := map[personDay]int{}
		closed, open := 0, 0
		for i, m := range c.Manhours {
			if i > 0 && !before(c.Manhours[i-1], m) {
				t.Fatalf("row %d is out of order or double", i)
			}
			p := c.Projects[m.Project]
			if m.Minutes <= 0 || !p.Runs(m.Date) || !slices.Contains(p.Members, m.Person) || !hasTask(p, m.Task) {
				t.Fatalf("row %d does not fit its project: %+v", i, m)
			}
			if m.Closed {
				closed++
			} else {
				open++
			}
			sums[personDay{m.Person, m.Date}] += m.Minutes
		}
		near, off := 0, 0
		attendance := map[int][]company.Day{}
		for at, sum := range sums {
			if attendance[at.person] == nil {
				attendance[at.person], _ = c.Attendance(at.person)
			}
			day := attendance[at.person][119-int(c.Today.Sub(at.date).Hours()/24)]
			if day.WorkedMinutes == 0 {
				t.Fatalf("person %d booked %s without work", at.person, at.date)
			}
			if diff := max(sum-day.WorkedMinutes, day.WorkedMinutes-sum); diff >= 15 {
				off++
			} else if diff < 5 {
				near++
			} else {
				t.Errorf("a day is off by %d minutes, want under 5 or at least 15", diff)
			}
		}
		if closed == 0 || open == 0 || off == 0 || off*8 > near {
			t.Errorf("closed %d, open %d, days close %d, off %d", closed, open, near, off)
		}
	})
}

func before(a, b company.Manhour) bool {
	if a.Person != b.Person {
		return a.Person < b.Person
	}
	if !a.Date.Equal(b.Date) {
		return a.Date.Before(b.Date)
	}
	if a.Project != b.Project {
		return a.Project < b.Project
	}
	return a.Task < b.Task
}

func hasTask(p company.Project, task int) bool {
	for _, own := range p.Tasks {
		if own.Key == task {
			return true
		}
	}
	return false
}

func BenchmarkNew(b *testing.B) {
	for name, people := range map[string]int{"300": 300, "20000": 20_000} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				company.New(company.Options{Seed: 1, Today: today, People: people})
			}
		})
	}
}
