package native

import (
	"context"
	"strconv"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

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
