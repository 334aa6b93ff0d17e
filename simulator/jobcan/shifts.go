package jobcan

import (
	"net/http"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// ShiftTime is a planned span, "HH:MM".
type ShiftTime struct {
	Start string `json:"start"`
	End   string `json:"end"`
}

// ShiftDay is the plan of one day; the API leaves EmployeeID out (4.4).
type ShiftDay struct {
	EmployeeID int64       `json:"employee_id,omitempty"`
	Date       string      `json:"date"`
	Shifts     []ShiftTime `json:"shifts"`
}

func (a *attendance) shiftsOf(date string) (ShiftDay, bool) {
	kind, known := a.kinds[date]
	if !known || kind != company.Workday {
		return ShiftDay{}, false
	}
	return ShiftDay{Date: date, Shifts: []ShiftTime{{Start: "09:00", End: "18:00"}}}, true
}

// listShifts is GET /shift/v1/shifts/{employee_id} (4.4).
func (s *Server) listShifts(w http.ResponseWriter, r *http.Request) {
	e, dates, ok := s.daysOfOne(w, r)
	if !ok {
		return
	}
	a := s.data().of(e)
	rows := []ShiftDay{}
	for _, date := range dates {
		if row, ok := a.shiftsOf(date); ok {
			rows = append(rows, row)
		}
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"shifts": rows})
}

type weekShift struct {
	// WeekID is 1 for Monday to 7 for Sunday.
	WeekID int `json:"week_id"`
	// HolidayType is 0 on a working day.
	HolidayType int `json:"holiday_type"`
}

type defaultShift struct {
	EmployeeID int64       `json:"employee_id"`
	Week       []weekShift `json:"week_default_shifts"`
}

// listDefaultShifts is GET /shift/v1/default-shifts. The key is singular and
// the answer holds everybody, whatever employee_id says (4.4).
func (s *Server) listDefaultShifts(w http.ResponseWriter, _ *http.Request) {
	rows := make([]defaultShift, 0, len(s.data().employees))
	for _, e := range s.data().employees {
		row := defaultShift{EmployeeID: e.ID}
		for day := 1; day <= 7; day++ {
			kind := company.Workday
			switch day {
			case 6:
				kind = company.CompanyHoliday
			case 7:
				kind = company.LegalHoliday
			}
			row.Week = append(row.Week, weekShift{WeekID: day, HolidayType: int(kind)})
		}
		rows = append(rows, row)
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"default_shift": rows})
}

// listShiftRequests is GET /shift/v1/requests/{employee_id} (4.4); nobody in
// the company asks for shifts.
func (s *Server) listShiftRequests(w http.ResponseWriter, r *http.Request) {
	if _, _, ok := s.daysOfOne(w, r); !ok {
		return
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"requests": []any{}})
}
