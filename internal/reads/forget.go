package reads

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// What writes touch. Each method makes the next read ask the system, here and,
// once it has returned, in every gateway that shares the store. It is called
// after the write, whatever came of it, and goes on when ctx has ended.

// touch touches endpoints of a link; an empty subject stands for all.
func (r *Reader) touch(ctx context.Context, l hr.Link, subject string, endpoints ...string) {
	topics := make([]lookup.Topic, len(endpoints))
	for i, e := range endpoints {
		topics[i] = lookup.Topic{Link: l, Endpoint: e, Subject: subject}
	}
	r.cells.Touch(ctx, topics...)
}

// ForgetOvertimes drops the overtime of one record.
func (r *Reader) ForgetOvertimes(ctx context.Context, customer hr.Ref) {
	r.touch(ctx, customer.Link, customer.ID, overtimeCells)
}

// ForgetManhours drops the man-hours of a link, everybody's: lists of all people
// and of one hold the same rows.
func (r *Reader) ForgetManhours(ctx context.Context, l hr.Link) {
	r.touch(ctx, l, "", manhourCells)
}

// ForgetProjects drops the projects of a link, with their tasks and members.
func (r *Reader) ForgetProjects(ctx context.Context, l hr.Link) {
	r.touch(ctx, l, "", projectCells, taskCells, memberCells, participationCells)
}

// ForgetStamps drops the stamps of one record, and what the system makes of them.
func (r *Reader) ForgetStamps(ctx context.Context, staff hr.Ref) {
	r.touch(ctx, staff.Link, staff.ID, stampCells, recordCells, breakCells, alertCells)
}

// ForgetCarelyUnits drops what Carely lists of departments, workplaces and
// units for group analysis.
func (r *Reader) ForgetCarelyUnits(ctx context.Context, l hr.Link) {
	r.touch(ctx, l, "", string(CarelyDepartments), string(CarelyWorkplaces), string(CarelyGroupAnalyses))
}

// ForgetWorkingRecords drops the working records of one record.
func (r *Reader) ForgetWorkingRecords(ctx context.Context, person hr.Ref) {
	r.touch(ctx, person.Link, person.ID, recordCells, breakCells)
}
