package native

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// DefaultShifts reads the usual weeks, of one employee or, for nil, of all: one
// call, since Jobcan answers with all in either case.
func (j *Jobcan) DefaultShifts(ctx context.Context, e *hr.Employee) ([]*JobcanDefaultShift, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanDefaultShift, error) {
		rows, err := j.client.DefaultShifts(ctx, id)
		return mapped(rows, err, func(s *jobcan.DefaultShift) *JobcanDefaultShift {
			out := &JobcanDefaultShift{EmployeeID: jobcanID(s.EmployeeID), Days: []*JobcanDefaultDay{}}
			for _, d := range s.Days {
				week := int(d.Weekday)
				if d.Weekday == time.Sunday {
					week = 7
				}
				out.Days = append(out.Days, &JobcanDefaultDay{WeekID: week, HolidayType: d.HolidayType})
			}
			return out
		})
	})
}

// ShiftRequests reads the shifts that one employee asked for: one call.
func (j *Jobcan) ShiftRequests(ctx context.Context, e *hr.Employee, dates []hr.Date) ([]*JobcanRequest, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanRequest, error) {
		rows, err := j.client.ShiftRequestsOf(ctx, id, jobcanDates(dates))
		return mapped(rows, err, jobcanRequest)
	})
}

// OverWorkRequests reads the overtime that one employee applied for: one call.
func (j *Jobcan) OverWorkRequests(ctx context.Context, e *hr.Employee, from, to hr.Date) ([]*JobcanRequest, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanRequest, error) {
		rows, err := j.client.OverWorkRequestsOf(ctx, id, jobcanDate(from), jobcanDate(to))
		return mapped(rows, err, jobcanRequest)
	})
}

type (
	// JobcanAssumed is a resource of which only the scope is public, in capitals.
	JobcanAssumed string
	// JobcanRecord is a row whose fields are not public.
	JobcanRecord struct {
		ID   *string
		JSON string
	}
)

// Assumed reads all rows of a resource that the configuration has a path for: one
// call, or a page of 100 a call.
func (j *Jobcan) Assumed(ctx context.Context, resource JobcanAssumed) ([]*JobcanRecord, error) {
	rows, err := j.client.Assumed(ctx, jobcan.Assumed(strings.ToLower(string(resource))))
	return mapped(rows, err, func(r *jobcan.Record) *JobcanRecord {
		return &JobcanRecord{ID: numberText(r.ID), JSON: string(r.JSON)}
	})
}

func jobcanRequest(r *jobcan.Request) *JobcanRequest {
	return &JobcanRequest{Date: dateOrNil(string(r.Date)), JSON: string(r.JSON)}
}

// HolidayTypes reads the kinds of leave: one call.
func (j *Jobcan) HolidayTypes(ctx context.Context) ([]*JobcanHolidayType, error) {
	rows, err := j.client.HolidayTypes(ctx)
	return mapped(rows, err, func(h *jobcan.HolidayType) *JobcanHolidayType {
		return &JobcanHolidayType{
			ID: strconv.FormatInt(h.ID, 10), GroupID: h.GroupID, WorkKindID: h.WorkKindID, Name: text(h.Name),
			VacationType: text(h.VacationType), AmountUse: text(h.AmountUse), StartAt: text(h.StartTime), EndAt: text(h.EndTime),
		}
	})
}

// UseDays reads the leave that one employee took: one call.
func (j *Jobcan) UseDays(
	ctx context.Context, e *hr.Employee, from, to hr.Date, vacationType string,
) ([]*JobcanUseDay, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanUseDay, error) {
		rows, err := j.client.UseDaysOf(ctx, id, jobcanDate(from), jobcanDate(to), vacationType)
		return mapped(rows, err, func(l *jobcan.UseLog) *JobcanUseDay {
			return &JobcanUseDay{
				UseDate: dateOrNil(string(l.UseDate)), HolidayTypeID: numberText(l.HolidayTypeID), Days: l.Days,
				DetailType: text(l.DetailType),
			}
		})
	})
}

// SelectionRemarks reads the remarks that one employee chose: one call.
func (j *Jobcan) SelectionRemarks(ctx context.Context, e *hr.Employee, dates []hr.Date) ([]*JobcanRemarkDay, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanRemarkDay, error) {
		rows, err := j.client.SelectionRemarksOf(ctx, id, jobcanDates(dates))
		return mapped(rows, err, func(d *jobcan.RemarkDay) *JobcanRemarkDay {
			out := &JobcanRemarkDay{Date: dateOrNil(string(d.Date)), Remarks: []*JobcanRemark{}}
			for _, r := range d.Remarks {
				one := &JobcanRemark{ID: numberText(r.ID), Code: text(r.Code), Selections: []*JobcanSelection{}}
				for _, s := range r.Selections {
					one.Selections = append(one.Selections, &JobcanSelection{Name: text(s.Name), Code: text(s.Code)})
				}
				out.Remarks = append(out.Remarks, one)
			}
			return out
		})
	})
}

// WorkTimeResults reads the totals of one employee's month: one call.
func (j *Jobcan) WorkTimeResults(ctx context.Context, e *hr.Employee, m hr.Month) ([]*JobcanWorkTimeResult, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanWorkTimeResult, error) {
		first := m.First().Start()
		rows, err := j.client.WorkTimeResultsOf(ctx, id, first.Year(), int(first.Month()))
		return mapped(rows, err, func(r *jobcan.WorkTimeResult) *JobcanWorkTimeResult {
			return &JobcanWorkTimeResult{
				AlertID: numberText(r.AlertID), Year: r.Year, Month: r.Month,
				From: dateOrNil(string(r.From)), To: dateOrNil(string(r.To)),
				WorkMinutes: r.WorkMinutes, ShiftMinutes: r.ShiftMinutes, HolidayWorkMinutes: r.HolidayWorkMinutes,
				WithinSettingWorkOverMinutes: r.WithinSettingWorkOverMinutes,
				SettingWorkOverMinutes:       r.SettingWorkOverMinutes,
				NightWorkMinutes:             r.NightWorkMinutes, HolidayCount: r.HolidayCount,
			}
		})
	})
}

// numberText is nil for an id that is absent.
func numberText(n int64) *string {
	if n == 0 {
		return nil
	}
	return text(strconv.FormatInt(n, 10))
}

// JobcanRefresh is what became of a recalculation.
type JobcanRefresh struct {
	Verdict
	// Summaries are read after it; nil when it was refused.
	Summaries []*JobcanDailySummary
}

// RefreshDailySummaries has the summaries of one employee recalculated, waits for
// it as long as the time allows, and reads them.
func (j *Jobcan) RefreshDailySummaries(ctx context.Context, e *hr.Employee, from, to hr.Date) *JobcanRefresh {
	id, err := j.idOf(e)
	if err != nil {
		return &JobcanRefresh{Verdict: verdictOf(err)}
	}
	got, err := jobcanSummaries(j.client.RefreshedSummaries(ctx, id, jobcanDate(from), jobcanDate(to)))
	j.reads.ForgetWorkingRecords(ctx, hr.Ref{Link: j.link, ID: jobcanID(id)})
	if err != nil {
		out := &JobcanRefresh{Verdict: verdictOf(err)}
		if r := transport.RefusalOf(err); r != nil {
			out.VendorMessage = text(strings.Join(r.Messages, " / "))
		}
		return out
	}
	out := &JobcanRefresh{Verdict: Verdict{Outcome: hr.WriteApplied}, Summaries: got.Rows}
	if got.Pending {
		out.Outcome = hr.WritePending
	}
	return out
}
