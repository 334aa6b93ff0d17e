package e2e_test

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stampRow is a stamp as the gateway should show it.
type stampRow struct {
	OccurredAt  string
	LaborDate   string
	Kind        string
	KindDerived bool
	Method      *int
	System      string
	Link        string
}

// jst reads a vendor's time.
func jst(t *testing.T, layout, text string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(layout, text, time.FixedZone("", 9*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return at
}

const akashiTime = "2006/01/02 15:04:05"

// laborDate is the day that began at 05:00 last.
func laborDate(at time.Time) string { return at.Add(-5 * time.Hour).Format(time.DateOnly) }

// recordKey names a person's record in a system.
func recordKey(system, id string) string { return system + " " + id }

// allStamps returns every stamp of AKASHI and Jobcan by record.
func (w *truth) allStamps(t *testing.T) map[string][]stampRow {
	t.Helper()
	kinds := map[int]string{
		11: "CLOCK_IN", 12: "CLOCK_OUT", 21: "STRAIGHT_TO_SITE", 22: "STRAIGHT_HOME", 31: "BREAK_START", 32: "BREAK_END",
	}
	out := map[string][]stampRow{}
	for _, s := range w.akashi.Stamps {
		at := jst(t, akashiTime, s.StampedAt)
		k := recordKey(akashiSystem, strconv.Itoa(s.StaffID))
		out[k] = append(out[k], stampRow{
			OccurredAt: at.Format(time.RFC3339), LaborDate: laborDate(at), Kind: kinds[s.Type], Method: &s.Method,
			System: akashiSystem, Link: "default",
		})
	}
	maps.Copy(out, w.jobcanStamps(t))
	for _, rows := range out {
		sortStamps(rows)
	}
	return out
}

// jobcanStamps gives each adit the meaning of its place in the day: the first is
// an arrival, an even one begins a break, an odd one ends it, and the last even
// one of a day that is over is the departure.
func (w *truth) jobcanStamps(t *testing.T) map[string][]stampRow {
	t.Helper()
	type day struct {
		employee int64
		date     string
	}
	days := map[day][]time.Time{}
	for _, a := range w.jobcan.Adits {
		at := jst(t, time.RFC3339, a.RecordedAt)
		k := day{a.EmployeeID, a.Date}
		if laborDate(at) != a.Date {
			t.Fatalf("an adit of %s lies in the day %s", a.RecordedAt, a.Date)
		}
		days[k] = append(days[k], at)
	}
	out := map[string][]stampRow{}
	for d, times := range days {
		slices.SortFunc(times, time.Time.Compare)
		for i, at := range times {
			kind := "BREAK_END"
			switch {
			case i == 0:
				kind = "CLOCK_IN"
			case i%2 == 1 && i == len(times)-1 && d.date < today:
				kind = "CLOCK_OUT"
			case i%2 == 1:
				kind = "BREAK_START"
			}
			k := recordKey(jobcanSystem, strconv.FormatInt(d.employee, 10))
			out[k] = append(out[k], stampRow{
				OccurredAt: at.In(time.FixedZone("", 9*60*60)).Format(time.RFC3339), LaborDate: d.date,
				Kind: kind, KindDerived: true, System: jobcanSystem, Link: "default",
			})
		}
	}
	return out
}

// sortStamps puts rows into an order that does not depend on ties.
func sortStamps(rows []stampRow) {
	slices.SortFunc(rows, func(a, b stampRow) int {
		return cmp.Or(cmp.Compare(a.OccurredAt, b.OccurredAt), cmp.Compare(a.System, b.System),
			cmp.Compare(a.Kind, b.Kind))
	})
}

// stampsOf returns what each of the systems holds of a person in a period.
func (w *truth) stampsOf(p *person, from, to string, systems ...string) []stampRow {
	rows := []stampRow{}
	for _, s := range systems {
		id, ok := p.vendorIDs()[s]
		if !ok {
			continue
		}
		for _, row := range w.stamps[recordKey(s, id)] {
			if from <= row.LaborDate && row.LaborDate <= to {
				rows = append(rows, row)
			}
		}
	}
	sortStamps(rows)
	return rows
}

// workRow is a working record as the gateway should show it.
type workRow struct {
	Date                         string
	DayKind                      *string
	StartAt, EndAt               *string
	RoundedStartAt, RoundedEndAt *string
	ClockedInAt, ClockedOutAt    *string
	WorkedMinutes                *int
	Breaks                       []breakRow
	IsComplete                   bool
	System                       string
	Link                         string
}

type breakRow struct{ StartAt, EndAt *string }

// allDays returns every working record by record. Rounding is the simulator's:
// 5 minutes, the start up, the end down.
func (w *truth) allDays(t *testing.T) map[string][]workRow {
	t.Helper()
	kinds := []string{"WORKDAY", "COMPANY_HOLIDAY", "LEGAL_HOLIDAY"}
	at := func(text *string, round func(time.Time) time.Time) *string {
		if text == nil {
			return nil
		}
		s := round(jst(t, akashiTime, *text)).Format(time.RFC3339)
		return &s
	}
	same := func(at time.Time) time.Time { return at }
	up := func(at time.Time) time.Time { return at.Add(5*time.Minute - 1).Truncate(5 * time.Minute) }
	down := func(at time.Time) time.Time { return at.Truncate(5 * time.Minute) }
	out := map[string][]workRow{}
	for _, r := range w.akashi.WorkingRecords {
		row := workRow{
			Date: strings.ReplaceAll(r.Date, "/", "-"), DayKind: &kinds[r.WorkingDayCategory],
			StartAt: at(r.StartTime, same), EndAt: at(r.EndTime, same),
			RoundedStartAt: at(r.StartTime, up), RoundedEndAt: at(r.EndTime, down),
			ClockedInAt: at(r.StartPunchTime, same), ClockedOutAt: at(r.EndPunchTime, same),
			WorkedMinutes: r.WorkedMinutes, IsComplete: (r.StartTime == nil) == (r.EndTime == nil),
			Breaks: []breakRow{}, System: akashiSystem, Link: "default",
		}
		for _, b := range r.Breaks {
			row.Breaks = append(row.Breaks, breakRow{at(&b.StartTime, same), at(&b.EndTime, same)})
		}
		k := recordKey(akashiSystem, strconv.Itoa(r.StaffID))
		out[k] = append(out[k], row)
	}
	for _, s := range w.jobcan.DailySummaries {
		k := recordKey(jobcanSystem, strconv.FormatInt(s.EmployeeID, 10))
		out[k] = append(out[k], workRow{
			Date: s.Date, WorkedMinutes: &s.Work, IsComplete: true, System: jobcanSystem, Link: "default",
		})
	}
	return out
}

// daysOf returns a person's working records of a period, by date and system.
func (w *truth) daysOf(p *person, from, to string, breaks bool, systems ...string) []workRow {
	rows := []workRow{}
	for _, s := range systems {
		id, ok := p.vendorIDs()[s]
		if !ok {
			continue
		}
		for _, row := range w.days[recordKey(s, id)] {
			if from <= row.Date && row.Date <= to {
				if !breaks {
					row.Breaks = nil
				}
				rows = append(rows, row)
			}
		}
	}
	slices.SortFunc(rows, func(a, b workRow) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.System, b.System))
	})
	return rows
}

// overtimeRow is a month's overtime as the gateway should show it.
type overtimeRow struct {
	Month   string
	Minutes int
	System  string
	Link    string
}

// overtimesOf returns a person's overtime of some months, oldest first.
func (w *truth) overtimesOf(p *person, from, to string) []overtimeRow {
	rows := []overtimeRow{}
	for _, o := range w.carely.Overtimes {
		month := o.YearMonth[:len("2006-01")]
		if p.carely != nil && o.CustomerUUID == *p.carely.UUID && from <= month && month <= to {
			rows = append(rows, overtimeRow{month, int(o.Minute), carelySystem, "default"})
		}
	}
	slices.SortFunc(rows, func(a, b overtimeRow) int { return cmp.Compare(a.Month, b.Month) })
	return rows
}
