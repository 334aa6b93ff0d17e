package native

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
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

func jobcanRequest(r *jobcan.Request) *JobcanRequest {
	return &JobcanRequest{Date: dateOrNil(string(r.Date)), JSON: string(r.JSON)}
}
