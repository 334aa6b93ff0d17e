package jobcan

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// The limits of section 3: at most 100 employees a page and 31 dates a
// request. The 31 days of a refresh are ours (8.4).
const (
	maxCount = 100
	maxDates = 31
)

type failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// fail writes the error body of 8.4, which is ours; only the status is known.
func fail(w http.ResponseWriter, status int, code, message string) {
	control.WriteJSON(w, status, map[string][]failure{"errors": {{Code: code, Message: message}}})
}

func badRequest(w http.ResponseWriter, message string) {
	fail(w, http.StatusBadRequest, "bad_request", message)
}

// page is a keyset page: ids strictly greater than after, at most count
// employees (section 3; what count counts is ours, 8.4).
type page struct {
	after int64
	count int
}

func readPage(q url.Values) (page, string) {
	p := page{count: maxCount}
	if v := q.Get("last_id"); v != "" {
		n, err := strconv.ParseUint(v, 10, 32)
		if err != nil {
			return p, "last_id is not an id"
		}
		p.after = int64(n)
	}
	if v := q.Get("count"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > maxCount {
			return p, "count must be 1 to 100"
		}
		p.count = n
	}
	return p, ""
}

// cut returns the employees of the page out of those that take part. It asks
// about no more of them than the page needs.
func (p page) cut(all []Employee, takesPart func(Employee) bool) []Employee {
	out := make([]Employee, 0, p.count)
	for _, e := range all {
		if len(out) == p.count {
			break
		}
		if e.ID > p.after && takesPart(e) {
			out = append(out, e)
		}
	}
	return out
}

func parseDate(v string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, v, company.JST)
	return t, err == nil
}

// oneDate reads the single date of the bulk endpoints.
func oneDate(q url.Values) (string, string) {
	dates := q["date"]
	if len(dates) != 1 {
		return "", "exactly one date is required"
	}
	if _, ok := parseDate(dates[0]); !ok {
		return "", "date must be YYYY-MM-DD"
	}
	return dates[0], ""
}

// manyDates reads the repeated date keys of the endpoints of one employee.
func manyDates(q url.Values) ([]string, string) {
	dates := q["date"]
	switch {
	case len(dates) == 0:
		return nil, "date is required"
	case len(dates) > maxDates:
		return nil, "at most 31 dates"
	}
	for _, d := range dates {
		if _, ok := parseDate(d); !ok {
			return nil, "date must be YYYY-MM-DD"
		}
	}
	return dates, ""
}

// dateRange reads two dates, both included.
func dateRange(q url.Values, fromKey, toKey string) (from, to time.Time, problem string) {
	from, ok := parseDate(q.Get(fromKey))
	if !ok {
		return from, to, fromKey + " must be YYYY-MM-DD"
	}
	to, ok = parseDate(q.Get(toKey))
	if !ok {
		return from, to, toKey + " must be YYYY-MM-DD"
	}
	if to.Before(from) {
		return from, to, toKey + " is before " + fromKey
	}
	return from, to, ""
}

// pathEmployee finds the employee of the path by the internal numeric id;
// a staff code does not find anybody (section 3).
func (s *Server) pathEmployee(w http.ResponseWriter, r *http.Request) (Employee, bool) {
	n, err := strconv.ParseUint(r.PathValue("id"), 10, 32)
	if err != nil {
		badRequest(w, "employee id is not a number")
		return Employee{}, false
	}
	e, ok := s.data().byID[int64(n)]
	if !ok {
		fail(w, http.StatusNotFound, "not_found", "no such employee")
	}
	return e, ok
}

// daysOfOne reads an employee in the path and repeated dates in the query.
func (s *Server) daysOfOne(w http.ResponseWriter, r *http.Request) (Employee, []string, bool) {
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return e, nil, false
	}
	dates, problem := manyDates(r.URL.Query())
	if problem != "" {
		badRequest(w, problem)
		return e, nil, false
	}
	return e, dates, true
}
