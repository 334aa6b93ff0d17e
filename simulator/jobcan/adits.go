package jobcan

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// The adit types; names and values are ours (8.4).
const (
	WorkStart = "work_start"
	WorkEnd   = "work_end"
	RestStart = "rest_start"
	RestEnd   = "rest_end"
)

// Adit is one punch, to the minute (6.2). It has no meaning of its own: the
// product derives it from the punch's place within the business day.
type Adit struct {
	ID         int64  `json:"adit_id"`
	EmployeeID int64  `json:"employee_id"`
	GroupID    int    `json:"group_id"`
	Date       string `json:"date"`
	RecordedAt string `json:"recorded_at"`
	// Type is empty unless Options.ShowAditType, except in a dump.
	Type string `json:"adit_type,omitempty"`
}

// addDays copies an employee's punches and day results.
func (d *data) addDays(e Employee, p company.Person) {
	serial := int64(0)
	var touched []string
	for _, day := range p.Days {
		for _, punch := range day.Punches {
			serial++
			at := punch.At.In(jst).Truncate(time.Minute)
			key := dayKey{e.ID, businessDay(at)}
			touched = append(touched, key.date)
			d.adits[key] = append(d.adits[key], Adit{
				ID: int64(p.Key)*10_000 + serial, EmployeeID: e.ID, GroupID: e.MainGroup,
				Date: key.date, RecordedAt: at.Format(time.RFC3339),
			})
			if punch.Kind == company.GoStraight {
				d.straight[key] = true
			}
		}
		date := day.Date.In(jst).Format(time.DateOnly)
		key := dayKey{e.ID, date}
		d.kinds[key] = day.Kind
		d.days[e.ID] = append(d.days[e.ID], date)
		if sum, ok := summarize(e.ID, date, day); ok {
			d.summaries[key] = sum
		}
	}
	for _, date := range touched {
		slices.SortStableFunc(d.adits[dayKey{e.ID, date}], func(a, b Adit) int {
			return strings.Compare(a.RecordedAt, b.RecordedAt)
		})
	}
	d.days[e.ID] = append(d.days[e.ID], touched...)
	slices.Sort(d.days[e.ID])
	d.days[e.ID] = slices.Compact(d.days[e.ID])
}

// businessDay is the day a punch belongs to: the change is at 05:00.
func businessDay(at time.Time) string { return at.In(jst).Add(-DayChange).Format(time.DateOnly) }

// typed adds the derived types (6.2): the first punch is an arrival, an even
// one starts a break, an odd one ends it, and the last even one is a departure
// once the business day is over.
func typed(rows []Adit, now time.Time) []Adit {
	out := slices.Clone(rows)
	for i := range out {
		n := i + 1
		switch {
		case n == 1:
			out[i].Type = WorkStart
		case n%2 == 1:
			out[i].Type = RestEnd
		case n == len(out) && businessDay(now) > out[i].Date:
			out[i].Type = WorkEnd
		default:
			out[i].Type = RestStart
		}
	}
	return out
}

func (s *Server) aditsOf(employee int64, date string) []Adit {
	rows := s.data.adits[dayKey{employee, date}]
	if s.opts.ShowAditType {
		return typed(rows, s.opts.Now())
	}
	return rows
}

// listAdits is GET /attendance/v1/adits: one day of everybody (4.2). A page
// holds all rows of at most count employees who punched that day.
func (s *Server) listAdits(w http.ResponseWriter, r *http.Request) {
	date, problem := oneDate(r.URL.Query())
	p, pageProblem := readPage(r.URL.Query())
	if problem += pageProblem; problem != "" {
		badRequest(w, problem)
		return
	}
	rows := []Adit{}
	for _, e := range p.cut(s.withAdits(date)) {
		rows = append(rows, s.aditsOf(e.ID, date)...)
	}
	writeJSON(w, http.StatusOK, map[string]any{"adits": rows})
}

// withAdits is who punched that day: only they count for a page, or the empty
// list that ends the paging could come early.
func (s *Server) withAdits(date string) []Employee {
	var out []Employee
	for _, e := range s.data.employees {
		if len(s.data.adits[dayKey{e.ID, date}]) > 0 {
			out = append(out, e)
		}
	}
	return out
}

// listAditsOfOne is GET /attendance/v1/adits/{employee_id}: one day (4.2).
func (s *Server) listAditsOfOne(w http.ResponseWriter, r *http.Request) {
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return
	}
	date, problem := oneDate(r.URL.Query())
	if problem != "" {
		badRequest(w, problem)
		return
	}
	rows := append([]Adit{}, s.aditsOf(e.ID, date)...)
	writeJSON(w, http.StatusOK, map[string]any{"adits": rows})
}
