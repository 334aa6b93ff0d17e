package jobcan

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
		Employees: s.data.employees, Groups: s.data.groups, Adits: []Adit{},
		DailySummaries: []DailySummary{}, Shifts: []ShiftDay{}, UseLogs: []UseLog{},
		HolidayTypes: holidayTypes(),
	}
	now := s.opts.Now()
	for _, e := range s.data.employees {
		for _, date := range s.data.days[e.ID] {
			st.Adits = append(st.Adits, typed(s.data.adits[dayKey{e.ID, date}], now)...)
			if row, exists, _ := s.summaryOf(e.ID, date); exists {
				st.DailySummaries = append(st.DailySummaries, row)
			}
			if row, ok := s.data.shiftsOf(e.ID, date); ok {
				row.EmployeeID = e.ID
				st.Shifts = append(st.Shifts, row)
			}
		}
		for _, l := range s.data.useLogs[e.ID] {
			l.EmployeeID = e.ID
			st.UseLogs = append(st.UseLogs, l)
		}
	}
	return st
}
