package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/writes"
)

// maxMonths is the longest span of months a field takes: ten years.
const maxMonths = 120

func (r employeeResolver) Overtimes(
	ctx context.Context, objs []*hr.Employee, from, to hr.Month, first *int, after *string,
) ([]*relay.OvertimeConnection, error) {
	window, err := relay.NewWindow[*hr.Overtime](first, after)
	if err != nil {
		return nil, err
	}
	if to.Before(from) || from.Add(maxMonths).Before(to) {
		return nil, fault.New(fault.BadUserInput, "from must not be after to, nor more than %d months before it", maxMonths)
	}
	lists, err := r.Reads.Overtimes(ctx, objs)
	if err != nil {
		return nil, err
	}
	for i := range lists {
		lists[i].Rows = keep(lists[i].Rows, func(o *hr.Overtime) bool {
			return !o.Month.Before(from) && !to.Before(o.Month)
		})
	}
	return pages(ctx, lists, window, whole), nil
}

func (r overtimeResolver) Employee(ctx context.Context, objs []*hr.Overtime) ([]*hr.Employee, error) {
	refs := make([]hr.Ref, len(objs))
	for i, o := range objs {
		refs[i] = o.Customer
	}
	return r.visibleByRef(ctx, refs)
}

// visibleByRef returns whose records these are, null where the caller may not
// see the person.
func (r *Root) visibleByRef(ctx context.Context, refs []hr.Ref) ([]*hr.Employee, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Employee, len(refs))
	for i, ref := range refs {
		if e, ok := who.index.ByRef(ref); ok && who.facts.MaySee(e) {
			out[i] = e
		}
	}
	return out, nil
}

func (r mutationResolver) UpsertOvertimes(
	ctx context.Context, input model.UpsertOvertimesInput,
) (*model.UpsertOvertimesPayload, error) {
	if err := checkRows(len(input.Rows)); err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	if !who.facts.MayWriteOvertime() {
		return nil, fault.New(fault.Forbidden, "only HR may record overtime")
	}
	rows := make([]writes.OvertimeRow, len(input.Rows))
	for i, in := range input.Rows {
		rows[i] = writes.OvertimeRow{Month: in.Month, Minutes: in.Minutes}
		if e, err := who.named(in.Employee); err == nil {
			rows[i].Employee = e
		}
	}
	payload := &model.UpsertOvertimesPayload{}
	for i, res := range r.Writes.UpsertOvertimes(ctx, rows) {
		why := explain(res.Fault)
		payload.Rows = append(payload.Rows, &model.OvertimeOutcome{
			Row: i, Outcome: res.Outcome, Code: why.code, Message: why.message,
			VendorCode: why.vendorCode, VendorMessage: why.vendorMessage, Overtime: res.Value,
		})
	}
	return payload, nil
}
