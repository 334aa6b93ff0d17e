package jobcan

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
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
	// Type is empty unless the quirk ShowAditType is on, except in a dump.
	Type string `json:"adit_type,omitempty"`
}

// businessDay is the day a punch belongs to: the change is at 05:00.
func businessDay(at time.Time) string {
	return at.In(company.JST).Add(-DayChange).Format(time.DateOnly)
}

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

// punches are somebody's adits of a day, those that were written included, in
// the order of time.
func (s *Server) punches(a *attendance, date string) []Adit {
	s.mu.Lock()
	rows := slices.Concat(a.adits[date], s.punched[dayKey{a.employee, date}])
	s.mu.Unlock()
	slices.SortStableFunc(rows, func(x, y Adit) int { return strings.Compare(x.RecordedAt, y.RecordedAt) })
	return rows
}

// aditsOf are the rows as the API shows them.
func (s *Server) aditsOf(a *attendance, date string) []Adit {
	rows := s.punches(a, date)
	if s.quirks.On(ShowAditType) {
		rows = typed(rows, s.opts.Now())
	}
	if s.quirks.On(NaiveTimes) {
		for i := range rows {
			rows[i].RecordedAt = strings.TrimSuffix(rows[i].RecordedAt, "+09:00")
		}
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
	p.cut(s.data().employees, func(e Employee) bool {
		found := s.aditsOf(s.data().of(e), date)
		rows = append(rows, found...)
		return len(found) > 0
	})
	control.WriteJSON(w, http.StatusOK, map[string]any{"adits": rows})
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
	rows := append([]Adit{}, s.aditsOf(s.data().of(e), date)...)
	control.WriteJSON(w, http.StatusOK, map[string]any{"adits": rows})
}
