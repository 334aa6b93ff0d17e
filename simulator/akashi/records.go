package akashi

import (
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

type wireBreak struct {
	Start        string `json:"result_break_time_start_time"`
	End          string `json:"result_break_time_end_time"`
	RoundedStart string `json:"rounded_break_time_start_time"`
	RoundedEnd   string `json:"rounded_break_time_end_time"`
}

type wireRecord struct {
	Date            string       `json:"date"`
	Category        int          `json:"working_day_category"`
	StartTime       *string      `json:"start_time"`
	EndTime         *string      `json:"end_time"`
	RoundedStart    *string      `json:"rounded_start_time"`
	RoundedEnd      *string      `json:"rounded_end_time"`
	StartPunchTime  **string     `json:"start_punch_time,omitempty"` // the sample's names
	EndPunchTime    **string     `json:"end_punch_time,omitempty"`
	AttendancePunch **string     `json:"attendance_punch_time,omitempty"` // the table's names
	LeavingPunch    **string     `json:"leaving_punch_time,omitempty"`
	ActualMinutes   **int        `json:"actual_working_hours_no_rounding,omitempty"`
	Breaks          *[]wireBreak `json:"break_time_results,omitempty"`
}

type wireStaffRecords struct {
	StaffID        int          `json:"staff_id"`
	WorkingRecords []wireRecord `json:"working_records"`
}

// getWorkingRecords is 6.11. The content of "response" is a bare array, as in
// the sample and at live clients; the table has an object.
func getWorkingRecords(c *call) (any, *refusal) {
	from, to, refused := c.recordPeriod()
	if refused != nil {
		return nil, refused
	}
	breaks, refused := c.flag("include_break_results")
	if refused != nil {
		return nil, refused
	}
	if breaks && c.query.Get("end_date") != "" && !c.quirks[LenientBreaks] { // 6.11.2 (1)
		return nil, badParameter("include_break_resultsを指定した場合、end_dateは指定できません。")
	}
	minutes, refused := c.flag("include_actual_working_hours_no_rounding")
	if refused != nil {
		return nil, refused
	}
	staffs, refused := c.staffIDs(c.opts.Limits.RecordIDs) // 6.11.2 (1): at most 50
	if refused != nil {
		return nil, refused
	}
	rows := make([]wireStaffRecords, len(staffs))
	for i, one := range staffs {
		rows[i] = wireStaffRecords{one.id, []wireRecord{}}
		for _, day := range c.st.days(one) {
			if !day.Date.Before(from) && !day.Date.After(to) {
				rows[i].WorkingRecords = append(rows[i].WorkingRecords,
					record(day, breaks, minutes, c.quirks[TablePunchNames]))
			}
		}
	}
	if c.quirks[RecordsInObject] {
		return struct {
			LoginCompanyCode string             `json:"login_company_code"`
			Response         []wireStaffRecords `json:"response"`
		}{c.opts.Company, rows}, nil
	}
	return rows, nil
}

// recordPeriod reads whole days; without end_date it is the one of start_date.
func (c *call) recordPeriod() (from, to time.Time, refused *refusal) {
	start, refused := c.when("start_date", layout8)
	if refused != nil {
		return from, to, refused
	}
	if start == nil {
		return from, to, badParameter("start_dateは必須です。")
	}
	end, refused := c.when("end_date", layout8)
	if refused != nil {
		return from, to, refused
	}
	if end == nil {
		end = start
	}
	if end.Before(*start) {
		return from, to, badParameter("end_dateがstart_dateより前です。")
	}
	if !end.Before(start.AddDate(0, 0, c.opts.Limits.RecordDays)) { // 6.11.2 (1): at most 31 days
		return from, to, badParameter("取得できる期間は最大%d日です。", c.opts.Limits.RecordDays)
	}
	return *start, *end, nil
}

// rounding is how the tenant rounds: the start up, the end down.
const rounding = 5 * time.Minute

func roundedUp(t time.Time) time.Time   { return t.Add(rounding - 1).Truncate(rounding) }
func roundedDown(t time.Time) time.Time { return t.Truncate(rounding) }

func record(day company.Day, breaks, minutes, tableNames bool) wireRecord {
	r := wireRecord{
		Date: day.Date.Format(layoutDay), Category: int(day.Kind),
		StartTime: instantOrNull(day.Start), EndTime: instantOrNull(day.End),
	}
	in, out := punchTimes(day)
	if tableNames {
		r.AttendancePunch, r.LeavingPunch = &in, &out
	} else {
		r.StartPunchTime, r.EndPunchTime = &in, &out
	}
	if day.Start != nil {
		t := instant(roundedUp(*day.Start))
		r.RoundedStart = &t
	}
	if day.End != nil {
		t := instant(roundedDown(*day.End))
		r.RoundedEnd = &t
	}
	if minutes {
		m := workedMinutes(day)
		r.ActualMinutes = &m
	}
	if breaks {
		list := []wireBreak{}
		for _, b := range day.Breaks {
			list = append(list, wireBreak{
				Start: instant(b.Start), End: instant(b.End),
				RoundedStart: instant(roundedDown(b.Start)), RoundedEnd: instant(roundedUp(b.End)),
			})
		}
		r.Breaks = &list
	}
	return r
}

// punchTimes returns when somebody punched in and out, null where they forgot.
func punchTimes(day company.Day) (in, out *string) {
	for _, punch := range day.Punches {
		at := instant(punch.At)
		switch punch.Kind {
		case company.ClockIn, company.GoStraight:
			in = &at
		case company.ClockOut, company.BackHome:
			out = &at
		case company.BreakStart, company.BreakEnd:
		}
	}
	return in, out
}

// workedMinutes is 0 for a day off and null for a day with a missing punch.
func workedMinutes(day company.Day) *int {
	if len(day.Punches) > 0 && (day.Start == nil || day.End == nil) {
		return nil
	}
	return &day.WorkedMinutes
}
