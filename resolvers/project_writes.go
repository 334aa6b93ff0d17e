package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/writes"
)

func (r mutationResolver) UpsertManhours(
	ctx context.Context, input model.UpsertManhoursInput,
) (*model.UpsertManhoursPayload, error) {
	rows := make([]writes.ManhourRow, len(input.Rows))
	refs := make([]model.EmployeeRef, len(input.Rows))
	for i, in := range input.Rows {
		refs[i] = in.Employee
		rows[i] = writes.ManhourRow{
			Date: in.Date, Minutes: in.Minutes, Project: writes.Named(in.Project), Task: writes.Named(in.Task),
		}
	}
	if err := r.bookers(ctx, rows, refs); err != nil {
		return nil, err
	}
	return &model.UpsertManhoursPayload{Rows: manhourOutcomes(r.Writes.UpsertManhours(ctx, rows))}, nil
}

func (r mutationResolver) DeleteManhours(
	ctx context.Context, input model.DeleteManhoursInput,
) (*model.DeleteManhoursPayload, error) {
	rows := make([]writes.ManhourRow, len(input.Rows))
	refs := make([]model.EmployeeRef, len(input.Rows))
	for i, in := range input.Rows {
		refs[i] = in.Employee
		rows[i] = writes.ManhourRow{Date: in.Date, Project: writes.Named(in.Project), Task: writes.Named(in.Task)}
	}
	if err := r.bookers(ctx, rows, refs); err != nil {
		return nil, err
	}
	return &model.DeleteManhoursPayload{Rows: manhourOutcomes(r.Writes.DeleteManhours(ctx, rows))}, nil
}

// bookers fills in whose rows these are; nobody where the caller may not write.
func (r mutationResolver) bookers(ctx context.Context, rows []writes.ManhourRow, refs []model.EmployeeRef) error {
	if err := checkRows(len(rows)); err != nil {
		return err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return err
	}
	for i, ref := range refs {
		if e, err := who.named(ref); err == nil && who.facts.MayWriteManhours(e) {
			rows[i].Employee = e
		}
	}
	return nil
}

func manhourOutcomes(results []writes.Result[*hr.Manhour]) []*model.ManhourOutcome {
	out := make([]*model.ManhourOutcome, len(results))
	for i, res := range results {
		why := explain(res.Fault)
		out[i] = &model.ManhourOutcome{
			Row: i, Outcome: res.Outcome, Code: why.code, Message: why.message,
			VendorCode: why.vendorCode, VendorMessage: why.vendorMessage, Manhour: res.Value,
		}
	}
	return out
}

// projectWriter checks that the caller may write projects.
func (r mutationResolver) projectWriter(ctx context.Context, rows int) error {
	if err := checkRows(rows); err != nil {
		return err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return err
	}
	if !who.facts.MayWriteProjects() {
		return fault.New(fault.Forbidden, "only HR may make and change projects and tasks")
	}
	return nil
}

func (r mutationResolver) UpsertProjects(
	ctx context.Context, input model.UpsertProjectsInput,
) (*model.UpsertProjectsPayload, error) {
	if err := r.projectWriter(ctx, len(input.Rows)); err != nil {
		return nil, err
	}
	rows := make([]writes.ProjectRow, len(input.Rows))
	for i, in := range input.Rows {
		rows[i] = writes.ProjectRow{
			ID: in.ID, Code: in.Code, Name: in.Name, ShortName: in.ShortName, NameEnglish: in.NameEnglish,
			ShortNameEnglish: in.ShortNameEnglish, Remarks: in.Remarks, StartsOn: in.StartsOn, EndsOn: in.EndsOn,
		}
	}
	payload := &model.UpsertProjectsPayload{}
	for i, res := range r.Writes.UpsertProjects(ctx, rows) {
		why := explain(res.Fault)
		payload.Rows = append(payload.Rows, &model.ProjectOutcome{
			Row: i, Outcome: res.Outcome, Code: why.code, Message: why.message,
			VendorCode: why.vendorCode, VendorMessage: why.vendorMessage, Project: res.Value,
		})
	}
	return payload, nil
}

func (r mutationResolver) UpsertTasks(
	ctx context.Context, input model.UpsertTasksInput,
) (*model.UpsertTasksPayload, error) {
	if err := r.projectWriter(ctx, len(input.Rows)); err != nil {
		return nil, err
	}
	rows := make([]writes.TaskRow, len(input.Rows))
	for i, in := range input.Rows {
		rows[i] = writes.TaskRow{
			Project: writes.Named(in.Project), ID: in.ID, Code: in.Code, Name: in.Name, Position: in.Position,
			EstimatedMinutes: in.EstimatedMinutes, EstimatedAmount: in.EstimatedAmount, IsFinished: in.IsFinished,
		}
	}
	payload := &model.UpsertTasksPayload{}
	for i, res := range r.Writes.UpsertTasks(ctx, rows) {
		why := explain(res.Fault)
		payload.Rows = append(payload.Rows, &model.TaskOutcome{
			Row: i, Outcome: res.Outcome, Code: why.code, Message: why.message,
			VendorCode: why.vendorCode, VendorMessage: why.vendorMessage, Task: res.Value,
		})
	}
	return payload, nil
}
