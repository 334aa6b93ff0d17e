package jobcan

import (
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// dayKey names a business day of an employee.
type dayKey struct {
	employee int64
	date     string
}

// attendance is what Jobcan holds of one employee's days; the maps are keyed by
// business day.
type attendance struct {
	employee  int64
	days      []string // every day with anything, ascending
	adits     map[string][]Adit
	summaries map[string]DailySummary
	kinds     map[string]company.DayKind
	straight  map[string]bool // went straight to a site
	useLogs   []UseLog
}

// newAttendance copies punches, day results and days off. A punch belongs to
// the business day it falls into, so a night shift that ends after the change
// leaves its last punch to the next day; the day's result stays with the day
// the shift began on, as after an administrator's correction (6.2).
func newAttendance(c *company.Company, e Employee, person int) *attendance {
	a := &attendance{
		employee: e.ID, adits: map[string][]Adit{}, summaries: map[string]DailySummary{},
		kinds: map[string]company.DayKind{}, straight: map[string]bool{},
	}
	days, leaves := c.Attendance(person)
	serial := int64(0)
	for _, day := range days {
		for _, punch := range day.Punches {
			serial++
			at := punch.At.In(company.JST).Truncate(time.Minute)
			date := businessDay(at)
			a.days = append(a.days, date)
			a.adits[date] = append(a.adits[date], Adit{
				ID: int64(person)*10_000 + serial, EmployeeID: e.ID, GroupID: e.MainGroup,
				Date: date, RecordedAt: at.Format(time.RFC3339),
			})
			if punch.Kind == company.GoStraight {
				a.straight[date] = true
			}
		}
		date := day.Date.In(company.JST).Format(time.DateOnly)
		a.days = append(a.days, date)
		a.kinds[date] = day.Kind
		if sum, ok := summarize(e.ID, date, day); ok {
			a.summaries[date] = sum
		}
	}
	slices.Sort(a.days)
	a.days = slices.Compact(a.days)
	for _, rows := range a.adits {
		slices.SortStableFunc(rows, func(x, y Adit) int { return strings.Compare(x.RecordedAt, y.RecordedAt) })
	}
	a.addLeaves(leaves)
	return a
}
