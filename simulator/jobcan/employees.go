package jobcan

import (
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// listEmployees is GET /master/v1/employees (4.1); the cursor is the id of the
// last row.
func (s *Server) listEmployees(w http.ResponseWriter, r *http.Request) {
	p, problem := readPage(r.URL.Query())
	if problem != "" {
		badRequest(w, problem)
		return
	}
	hide, today := s.quirks.On(HideRetired), s.opts.Now().In(company.JST).Format(time.DateOnly)
	found := p.cut(s.data().employees, func(e Employee) bool {
		return !hide || e.RetiredDay == nil || *e.RetiredDay >= today
	})
	rows := []any{}
	for _, e := range found {
		rows = append(rows, s.employeeRow(e))
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"employees": rows})
}

// employeeRow is a row as the API shows it. The name of the staff code is not
// public (4.1): the quirk StaffCodeField takes another of those that a client
// must try.
func (s *Server) employeeRow(e Employee) any {
	if !s.quirks.On(StaffCodeField) {
		return e
	}
	return struct {
		Employee
		Code      *string `json:"code,omitempty"` // hides the other
		StaffCode string  `json:"staff_code"`
	}{Employee: e, StaffCode: e.Code}
}

// getEmployee is GET /master/v1/employees/{id}; the answer is flat (section 3).
func (s *Server) getEmployee(w http.ResponseWriter, r *http.Request) {
	if e, ok := s.pathEmployee(w, r); ok {
		control.WriteJSON(w, http.StatusOK, s.employeeRow(e))
	}
}
