package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

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
