package jobcan

import (
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// DailySummary is one day's result, in minutes. EmployeeID, Date and Work are
// the vendor's names (4.3), the others ours (8.4).
type DailySummary struct {
	EmployeeID int64  `json:"employee_id"`
	Date       string `json:"date"`
	Work       int    `json:"work"`
	Rest       int    `json:"rest"`
	OverWork   int    `json:"over_work"`
	NightWork  int    `json:"night_work"`
	Shift      int    `json:"shift"`
	ShiftOver  int    `json:"shift_over"`
}

// shiftMinutes is the planned work of a workday: 09:00 to 18:00 with an hour's
// break; dailyLimit is the statutory day.
const (
	shiftMinutes = 8 * 60
	dailyLimit   = 8 * 60
)

// summarize computes a day's row; a day without a known start and end has none.
func summarize(employee int64, date string, day company.Day) (DailySummary, bool) {
	if day.Start == nil || day.End == nil {
		return DailySummary{}, false
	}
	sum := DailySummary{EmployeeID: employee, Date: date, Work: day.WorkedMinutes}
	night := nightMinutes(*day.Start, *day.End)
	for _, b := range day.Breaks {
		sum.Rest += int(b.End.Sub(b.Start) / time.Minute)
		night -= nightMinutes(b.Start, b.End)
	}
	sum.NightWork = max(0, night)
	sum.OverWork = max(0, sum.Work-dailyLimit)
	if day.Kind == company.Workday {
		sum.Shift = shiftMinutes
	}
	sum.ShiftOver = max(0, sum.Work-sum.Shift)
	return sum, true
}

// nightMinutes is how much of a span lies between 22:00 and 05:00.
func nightMinutes(from, to time.Time) int {
	from, to = from.In(company.JST), to.In(company.JST)
	midnight := time.Date(from.Year(), from.Month(), from.Day(), 0, 0, 0, 0, company.JST)
	total := time.Duration(0)
	for m := midnight.AddDate(0, 0, -1); m.Before(to); m = m.AddDate(0, 0, 1) {
		start, end := m.Add(22*time.Hour), m.Add(29*time.Hour)
		if start.Before(from) {
			start = from
		}
		if end.After(to) {
			end = to
		}
		total += max(0, end.Sub(start))
	}
	return int(total / time.Minute)
}

// summaryOf is a day's row as a read sees it now, and whether its refresh is
// still running. A stale day shows no work until its refresh is over.
func (s *Server) summaryOf(a *attendance, date string) (row DailySummary, exists, pending bool) {
	row, exists = a.summaries[date]
	s.mu.Lock()
	end, asked := s.refreshed[dayKey{a.employee, date}]
	s.mu.Unlock()
	pending = asked && s.opts.Now().Before(end)
	if s.data().stale[date] && (!asked || pending) {
		row = DailySummary{EmployeeID: a.employee, Date: date, Shift: row.Shift}
	}
	return row, exists, pending
}
