package jobcan

import (
	"net/http"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// HolidayType is a kind of day off (4.5).
type HolidayType struct {
	ID           int       `json:"holiday_type_id"`
	GroupID      int       `json:"group_id"`
	WorkKindID   int       `json:"work_kind_id"`
	Name         string    `json:"name"`
	VacationType string    `json:"vacation_type"`
	AmountUse    float64   `json:"amount_use"` // days
	Holiday      ShiftTime `json:"holiday"`
}

// UseLog is one day off that was taken; the API leaves EmployeeID out (4.5).
type UseLog struct {
	EmployeeID int64     `json:"employee_id,omitempty"`
	UseDate    string    `json:"use_date"`
	UseID      int       `json:"use_id"`
	UseDays    useDays   `json:"use_days"`
	Detail     useDetail `json:"detail"`
}

type useDays struct {
	Days float64 `json:"days"`
}

type useDetail struct {
	Type string `json:"type"`
}

// The vacation types; "paid" is the vendor's word (4.5), the other is ours.
const (
	paid   = "paid"
	unpaid = "unpaid"
)

func holidayTypes() []HolidayType {
	whole := ShiftTime{Start: "09:00", End: "18:00"}
	half := ShiftTime{Start: "09:00", End: "13:00"}
	row := func(id int, name, kind string, amount float64, span ShiftTime) HolidayType {
		return HolidayType{
			ID: id, GroupID: topGroup, WorkKindID: workKindRegular,
			Name: name, VacationType: kind, AmountUse: amount, Holiday: span,
		}
	}
	return []HolidayType{
		row(1, "有休", paid, 1, whole), row(2, "有休(半日)", paid, 0.5, half),
		row(3, "欠勤", unpaid, 1, whole), row(4, "欠勤(半日)", unpaid, 0.5, half),
	}
}

func (a *attendance) addLeaves(leaves []company.Leave) {
	for _, l := range leaves {
		kind := unpaid
		if l.Paid {
			kind = paid
		}
		id := 0
		for _, t := range holidayTypes() {
			if t.VacationType == kind && t.AmountUse >= l.Days {
				id = t.ID // the smallest type that fits comes last
			}
		}
		a.useLogs = append(a.useLogs, UseLog{
			UseDate: l.Date.In(company.JST).Format(time.DateOnly), UseID: id,
			UseDays: useDays{Days: l.Days}, Detail: useDetail{Type: kind},
		})
	}
}

// listHolidayTypes is GET /holiday/v1/holiday-types. The envelope is unknown
// (4.5): a client accepts three.
func (s *Server) listHolidayTypes(w http.ResponseWriter, _ *http.Request) {
	switch {
	case s.quirks.On(BareHolidayTypes):
		control.WriteJSON(w, http.StatusOK, holidayTypes())
		return
	case s.quirks.On(HolidayItems):
		control.WriteJSON(w, http.StatusOK, map[string]any{"items": holidayTypes()})
		return
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"holiday_types": holidayTypes()})
}

// listUseDays is GET /holiday/v1/employees/{id}/use-days (4.5).
func (s *Server) listUseDays(w http.ResponseWriter, r *http.Request) {
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return
	}
	from, to, problem := dateRange(r.URL.Query(), "from", "to")
	if problem != "" {
		badRequest(w, problem)
		return
	}
	kind := r.URL.Query().Get("vacation_type")
	logs := []UseLog{}
	for _, l := range s.data().of(e).useLogs {
		day, _ := parseDate(l.UseDate)
		if !day.Before(from) && !day.After(to) && (kind == "" || kind == l.Detail.Type) {
			logs = append(logs, l)
		}
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{"use_days": []map[string]any{{"use_logs": logs}}})
}
