package akashi

import (
	"context"
	"net/url"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// Limits of 6.11, for whoever plans calls.
const (
	// MaxRecordStaffs is the most staffs of a call.
	MaxRecordStaffs = 50
	// MaxRecordDays is the longest period of a call without breaks.
	MaxRecordDays = 31
	// MaxRecordDaysWithBreaks is the longest period with breaks, unless
	// Options.LenientBreaks is on.
	MaxRecordDaysWithBreaks = 1
)

// The working day categories of 6.11.
const (
	Workday        = 0
	CompanyHoliday = 1
	LegalHoliday   = 2
)

// WorkingRecordsQuery says which working records to read.
type WorkingRecordsQuery struct {
	StaffIDs []StaffID
	// From and To are both included.
	From, To Date
	// Breaks asks for the breaks, NoRounding for the minutes worked before
	// rounding.
	Breaks, NoRounding bool
}

// WorkingRecord is a day of 6.11. Times that are absent are zero.
type WorkingRecord struct {
	Date Date
	// WorkingDayCategory is nil when absent.
	WorkingDayCategory             *int
	StartTime, EndTime             time.Time
	RoundedStartTime               time.Time
	RoundedEndTime                 time.Time
	AttendancePunch, LeavingPunch  time.Time
	ActualWorkingMinutesNoRounding *int
	// Breaks is nil unless asked for.
	Breaks []BreakTimeResult
}

// BreakTimeResult is a break of a working record.
type BreakTimeResult struct {
	StartTime, EndTime               time.Time
	RoundedStartTime, RoundedEndTime time.Time
}

// StaffWorkingRecords are the working records of one staff.
type StaffWorkingRecords struct {
	StaffID StaffID
	Records []WorkingRecord
}

// wireRecords is an array in what servers send and in the sample, an object
// with an array in 6.11's table.
type wireRecords []wireStaffRecords

// UnmarshalJSONFrom implements flex.From.
func (w *wireRecords) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != jsontext.KindBeginObject {
		return flex.Next(d, (*[]wireStaffRecords)(w))
	}
	var object struct {
		Response list[wireStaffRecords] `json:"response"`
	}
	if err := flex.Next(d, &object); err != nil {
		return err
	}
	if object.Response == nil {
		return flex.ErrShape
	}
	*w = wireRecords(object.Response)
	return nil
}

type wireStaffRecords struct {
	StaffID num              `json:"staff_id"`
	Records list[wireRecord] `json:"working_records"`
}

type wireRecord struct {
	Date             day     `json:"date"`
	Category         num     `json:"working_day_category"`
	StartTime        instant `json:"start_time"`
	EndTime          instant `json:"end_time"`
	RoundedStartTime instant `json:"rounded_start_time"`
	RoundedEndTime   instant `json:"rounded_end_time"`
	// The table and the sample name the punches differently; no client was seen
	// to read either.
	AttendancePunch instant `json:"attendance_punch_time"`
	LeavingPunch    instant `json:"leaving_punch_time"`
	StartPunch      instant `json:"start_punch_time"`
	EndPunch        instant `json:"end_punch_time"`
	NoRounding      num     `json:"actual_working_hours_no_rounding"`
	Breaks          list[struct {
		Start        instant `json:"result_break_time_start_time"`
		End          instant `json:"result_break_time_end_time"`
		RoundedStart instant `json:"rounded_break_time_start_time"`
		RoundedEnd   instant `json:"rounded_break_time_end_time"`
	}] `json:"break_time_results"`
}

// WorkingRecords reads the working records of at most 50 staffs and 31 days, or
// one day with breaks (6.11).
func (c *Client) WorkingRecords(ctx context.Context, query WorkingRecordsQuery) ([]StaffWorkingRecords, error) {
	q, err := c.recordsQuery(query)
	if err != nil {
		return nil, err
	}
	w, err := get[wireRecords](ctx, c, "akashi.listWorkingRecords", q, "working_records")
	if err != nil {
		return nil, err
	}
	out := make([]StaffWorkingRecords, 0, len(w))
	for i := range w {
		if !w[i].StaffID.Set {
			return nil, c.bad("working records have no staff_id")
		}
		s := StaffWorkingRecords{StaffID: StaffID(w[i].StaffID.N), Records: make([]WorkingRecord, 0, len(w[i].Records))}
		for j := range w[i].Records {
			r := &w[i].Records[j]
			if r.Date.d == "" {
				return nil, c.bad("a working record has no date")
			}
			s.Records = append(s.Records, r.record())
		}
		out = append(out, s)
	}
	return out, nil
}

func (c *Client) recordsQuery(query WorkingRecordsQuery) (url.Values, error) {
	from, ok1 := query.From.midnight()
	to, ok2 := query.To.midnight()
	if len(query.StaffIDs) == 0 || len(query.StaffIDs) > MaxRecordStaffs {
		return nil, c.forbidden("working records are read for 1 to 50 staffs (6.11)")
	}
	oneDay := query.Breaks && !c.opts.LenientBreaks
	days := MaxRecordDays
	if oneDay {
		days = MaxRecordDaysWithBreaks
	}
	if !ok1 || !ok2 || to.Before(from) || !to.Before(from.AddDate(0, 0, days)) {
		return nil, c.forbidden("working records are read for 1 to 31 days, with breaks for one (6.11)")
	}
	q := url.Values{"start_date": {Compact.start(query.From)}, "staff_ids": {joinIDs(query.StaffIDs)}}
	if !oneDay {
		q.Set("end_date", Compact.end(query.To))
	}
	if query.Breaks {
		q.Set("include_break_results", "1")
	}
	if query.NoRounding {
		q.Set("include_actual_working_hours_no_rounding", "1")
	}
	return q, nil
}

func (w *wireRecord) record() WorkingRecord {
	r := WorkingRecord{
		Date: w.Date.d, WorkingDayCategory: w.Category.Ptr(),
		StartTime: w.StartTime.t, EndTime: w.EndTime.t,
		RoundedStartTime: w.RoundedStartTime.t, RoundedEndTime: w.RoundedEndTime.t,
		AttendancePunch:                either(w.AttendancePunch, w.StartPunch),
		LeavingPunch:                   either(w.LeavingPunch, w.EndPunch),
		ActualWorkingMinutesNoRounding: w.NoRounding.Ptr(),
	}
	for _, b := range w.Breaks {
		r.Breaks = append(r.Breaks, BreakTimeResult{b.Start.t, b.End.t, b.RoundedStart.t, b.RoundedEnd.t})
	}
	return r
}

func either(a, b instant) time.Time {
	if a.t.IsZero() {
		return b.t
	}
	return a.t
}
