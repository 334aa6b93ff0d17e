package jobcan

import "net/http"

// listEmployees is GET /master/v1/employees (4.1); the cursor is the id of the
// last row.
func (s *Server) listEmployees(w http.ResponseWriter, r *http.Request) {
	p, problem := readPage(r.URL.Query())
	if problem != "" {
		badRequest(w, problem)
		return
	}
	writeJSON(w, http.StatusOK, map[string]any{
		"employees": p.cut(s.data.employees, func(Employee) bool { return true }),
	})
}

// getEmployee is GET /master/v1/employees/{id}; the answer is flat (section 3).
func (s *Server) getEmployee(w http.ResponseWriter, r *http.Request) {
	if e, ok := s.pathEmployee(w, r); ok {
		writeJSON(w, http.StatusOK, e)
	}
}
