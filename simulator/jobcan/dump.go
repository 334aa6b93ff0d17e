package jobcan

import "slices"

// State is everything the simulated tenant holds; see the package comment.
type State struct {
	Employees      []Employee     `json:"employees"`
	Groups         []Group        `json:"groups"`
	Adits          []Adit         `json:"adits"`
	DailySummaries []DailySummary `json:"daily_summaries"`
	Shifts         []ShiftDay     `json:"shifts"`
	UseLogs        []UseLog       `json:"use_logs"`
	HolidayTypes   []HolidayType  `json:"holiday_types"`
}

// Dump returns a State: what a client with every scope could read now, by
// employee id and date.
func (s *Server) Dump() any {
	st := State{
		Employees: s.data().employees, Groups: s.data().groups, Adits: []Adit{},
		DailySummaries: []DailySummary{}, Shifts: []ShiftDay{}, UseLogs: []UseLog{},
		HolidayTypes: holidayTypes(),
	}
	now := s.opts.Now()
	for _, e := range s.data().employees {
		a := s.data().of(e)
		for _, date := range s.daysOf(a) {
			st.Adits = append(st.Adits, typed(s.punches(a, date), now)...)
			if row, exists, _ := s.summaryOf(a, date); exists {
				st.DailySummaries = append(st.DailySummaries, row)
			}
			if row, ok := a.shiftsOf(date); ok {
				row.EmployeeID = e.ID
				st.Shifts = append(st.Shifts, row)
			}
		}
		for _, l := range a.useLogs {
			l.EmployeeID = e.ID
			st.UseLogs = append(st.UseLogs, l)
		}
	}
	return st
}

// daysOf are an employee's days with anything on them, written adits included.
func (s *Server) daysOf(a *attendance) []string {
	days := slices.Clone(a.days)
	s.mu.Lock()
	for key := range s.punched {
		if key.employee == a.employee {
			days = append(days, key.date)
		}
	}
	s.mu.Unlock()
	slices.Sort(days)
	return slices.Compact(days)
}
