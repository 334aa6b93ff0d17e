package jobcan

import (
	"net/http"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

type minutes struct {
	All int `json:"all"`
}

type monthlyReply struct {
	EmployeeID int64   `json:"employee_id"`
	Work       minutes `json:"work"`
	ShiftOver  minutes `json:"shift_over"`
}

// monthlySummary is GET /attendance/v1/summaries/monthly/{employee_id}: a flat
// object over start_date to end_date (4.3; that end_date counts is ours).
func (s *Server) monthlySummary(w http.ResponseWriter, r *http.Request) {
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return
	}
	from, to, problem := dateRange(r.URL.Query(), "start_date", "end_date")
	if problem != "" {
		badRequest(w, problem)
		return
	}
	if s.quirks.On(ExclusiveEndDate) {
		to = to.AddDate(0, 0, -1)
	}
	reply := monthlyReply{EmployeeID: e.ID}
	for _, row := range s.rowsBetween(s.data().of(e), from, to) {
		reply.Work.All += row.Work
		reply.ShiftOver.All += row.ShiftOver
	}
	control.WriteJSON(w, http.StatusOK, reply)
}

// rowsBetween is somebody's daily rows of the days from to to, inclusive.
func (s *Server) rowsBetween(a *attendance, from, to time.Time) []DailySummary {
	first, last := from.Format(time.DateOnly), to.Format(time.DateOnly)
	var out []DailySummary
	for _, date := range a.days {
		if date < first || date > last {
			continue
		}
		if row, exists, _ := s.summaryOf(a, date); exists {
			out = append(out, row)
		}
	}
	return out
}

// clientID is the tenant's number; the vendor's samples show the largest one.
const clientID = 4_294_967_295

// maxMonthMinutes bounds the monthly figures: 31 days of 1440 minutes
// (section 3).
const maxMonthMinutes = 31 * 1440

type monthSpan struct {
	No   int    `json:"month_no"`
	From string `json:"from"`
	To   string `json:"to"`
}

type monthlyResult struct {
	ClientID              int64     `json:"client_id"`
	EmployeeID            int64     `json:"employee_id"`
	AlertID               int       `json:"alert_id"`
	Year                  int       `json:"year"`
	Month                 monthSpan `json:"month"`
	Work                  int       `json:"work"`
	Shift                 int       `json:"shift"`
	HolidayWork           int       `json:"holiday_work"`
	WithinSettingWorkOver int       `json:"within_setting_work_over"`
	SettingWorkOver       int       `json:"setting_work_over"`
	NightWork             int       `json:"night_work"`
	HolidayCount          int       `json:"holiday_count"`
}

// monthlyWorkTimeResults is GET
// /attendance/v1/employees/{employee_id}/work-time/results/monthly (4.6).
func (s *Server) monthlyWorkTimeResults(w http.ResponseWriter, r *http.Request) {
	e, ok := s.pathEmployee(w, r)
	if !ok {
		return
	}
	year, yearErr := strconv.Atoi(r.URL.Query().Get("year"))
	month, monthErr := strconv.Atoi(r.URL.Query().Get("month"))
	if yearErr != nil || monthErr != nil || year < 1 || year > 9999 || month < 1 || month > 12 {
		badRequest(w, "year and month are required")
		return
	}
	from := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, company.JST)
	to := from.AddDate(0, 1, -1)
	res := monthlyResult{
		ClientID: clientID, EmployeeID: e.ID, AlertID: 1, Year: year,
		Month: monthSpan{No: month, From: from.Format(time.DateOnly), To: to.Format(time.DateOnly)},
	}
	a := s.data().of(e)
	for _, row := range s.rowsBetween(a, from, to) {
		res.Work += row.Work
		res.Shift += row.Shift
		res.NightWork += row.NightWork
		if a.kinds[row.Date] == company.LegalHoliday {
			res.HolidayWork += row.Work
			continue
		}
		res.SettingWorkOver += row.OverWork
		res.WithinSettingWorkOver += row.ShiftOver - row.OverWork
	}
	for date, kind := range a.kinds {
		inMonth := date >= res.Month.From && date <= res.Month.To
		if inMonth && kind != company.Workday {
			res.HolidayCount++
		}
	}
	res.Work = min(res.Work, maxMonthMinutes)
	control.WriteJSON(w, http.StatusOK, map[string]any{"monthly_work_time_results": []monthlyResult{res}})
}

type selection struct {
	Name string `json:"selection_name"`
	Code string `json:"selection_code"`
}

type remark struct {
	ID         int         `json:"remark_id"`
	Code       string      `json:"remark_code"`
	Selections []selection `json:"selections"`
}

type remarkDay struct {
	Date    string   `json:"date"`
	Remarks []remark `json:"selection_remarks"`
}

// selectionRemarks is GET
// /attendance/v1/employees/{id}/summaries/daily/selection-remarks, at most 31
// dates (4.6). The one remark tells where the day's work was.
func (s *Server) selectionRemarks(w http.ResponseWriter, r *http.Request) {
	e, dates, ok := s.daysOfOne(w, r)
	if !ok {
		return
	}
	a := s.data().of(e)
	days := []remarkDay{}
	for _, date := range dates {
		if len(a.adits[date]) == 0 {
			continue
		}
		place := selection{Name: "出社", Code: "OFFICE"}
		if a.straight[date] {
			place = selection{Name: "直行", Code: "SITE"}
		}
		days = append(days, remarkDay{
			Date: date, Remarks: []remark{{ID: 1, Code: "PLACE", Selections: []selection{place}}},
		})
	}
	control.WriteJSON(w, http.StatusOK, map[string]any{
		"daily_selection_remarks": []map[string]any{{"summaries": days}},
	})
}
