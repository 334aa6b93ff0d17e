package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
)

// maxPeriodDays is the longest period a field takes: a leap year.
const maxPeriodDays = 366

// periodOf checks the ends of a period.
func periodOf(from, to hr.Date) (hr.Period, error) {
	if to.Before(from) {
		return hr.Period{}, fault.New(fault.BadUserInput, "from must not be after to")
	}
	p := hr.Period{From: from, To: to}
	if p.Days() > maxPeriodDays {
		return hr.Period{}, fault.New(fault.BadUserInput,
			"a period has at most %d days; ask for a shorter one", maxPeriodDays)
	}
	return p, nil
}

func (r employeeResolver) Stamps(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, _ []hr.System, first *int, after *string,
) ([]*relay.StampConnection, error) {
	window, _, err := windowAndPeriod[*hr.Stamp](first, after, from, to)
	if err != nil {
		return nil, err
	}
	lists, err := together[*hr.Stamp](ctx, func(wishes []reads.Wish) ([][]reads.List[*hr.Stamp], error) {
		return r.Reads.Stamps(ctx, objs, wishes)
	})
	if err != nil {
		return nil, err
	}
	return pages(ctx, lists, window, partial), nil
}

func (r employeeResolver) WorkingRecords(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, _ []hr.System, first *int, after *string,
) ([]*relay.WorkingRecordConnection, error) {
	window, _, err := windowAndPeriod[*hr.WorkingRecord](first, after, from, to)
	if err != nil {
		return nil, err
	}
	lists, err := together[*hr.WorkingRecord](ctx, func(wishes []reads.Wish) ([][]reads.List[*hr.WorkingRecord], error) {
		return r.Reads.WorkingRecords(ctx, objs, wishes)
	})
	if err != nil {
		return nil, err
	}
	return pages(ctx, lists, window, partial), nil
}

func (r employeeResolver) Leaves(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, first *int, after *string,
) ([]*relay.LeaveConnection, error) {
	window, _, err := windowAndPeriod[*hr.Leave](first, after, from, to)
	if err != nil {
		return nil, err
	}
	lists, err := together[*hr.Leave](ctx, func(wishes []reads.Wish) ([][]reads.List[*hr.Leave], error) {
		return r.Reads.Leaves(ctx, objs, wishes)
	})
	if err != nil {
		return nil, err
	}
	if exec.Selects(ctx, "nodes", "name") || exec.Selects(ctx, "edges", "node", "name") {
		if err := r.Reads.NameLeaves(ctx, lists); err != nil {
			return nil, err
		}
	}
	return pages(ctx, lists, window, whole), nil
}

func (r employeeResolver) Alerts(ctx context.Context, objs []*hr.Employee) ([][]*hr.Alert, error) {
	lists, err := r.Reads.Alerts(ctx, objs)
	if err != nil {
		return nil, err
	}
	out := make([][]*hr.Alert, len(objs))
	for i := range lists {
		report(ctx, lists[i].Faults, i)
		if !lists[i].Lost() && !lists[i].Unconnected() {
			out[i] = append([]*hr.Alert{}, lists[i].Rows...)
		}
	}
	return out, nil
}

func windowAndPeriod[T relay.Row](
	first *int, after *string, from, to hr.Date,
) (relay.Window[T], hr.Period, error) {
	window, err := relay.NewWindow[T](first, after)
	if err != nil {
		return relay.Window[T]{}, hr.Period{}, err
	}
	period, err := periodOf(from, to)
	return window, period, err
}

// together reads what the current field and its siblings of the same name want at
// once: one list by several names, of other days or systems or with other details.
// What a sibling may not have by its own arguments is not wished for.
func together[T relay.Row, R any](
	ctx context.Context, read func(wishes []reads.Wish) ([]R, error),
) (R, error) {
	type answer struct {
		value R
		err   error
	}
	got := exec.Together(ctx, func(fields []exec.Field) []answer {
		wishes := make([]reads.Wish, len(fields))
		for i, f := range fields {
			_, period, err := windowAndPeriod[T](exec.Arg[*int](f, "first"), exec.Arg[*string](f, "after"),
				exec.Arg[hr.Date](f, "from"), exec.Arg[hr.Date](f, "to"))
			if err != nil {
				continue
			}
			wishes[i] = reads.Wish{
				Period: period, Systems: exec.Arg[[]hr.System](f, "systems"),
				Breaks: ofNodes(f, "breaks"), Projects: ofNodes(f, "project"),
			}
		}
		values, err := read(wishes)
		answers := make([]answer, len(fields))
		for i := range answers {
			if answers[i].err = err; err == nil {
				answers[i].value = values[i]
			}
		}
		return answers
	})
	return got.value, got.err
}

// ofNodes tells whether a field of a list's rows is asked for.
func ofNodes(f exec.Field, name string) bool {
	return f.Selects("nodes", name) || f.Selects("edges", "node", name)
}

// loss says what a list becomes when a link's rows are missing.
type loss bool

const (
	// partial: several systems answer; the list holds what there is.
	partial loss = false
	// whole: one system answers; without it the list is null, never empty.
	whole loss = true
)

// pages cuts the window out of each employee's list and reports its faults.
func pages[T relay.Row](
	ctx context.Context, lists []reads.List[T], window relay.Window[T], l loss,
) []*relay.Connection[T] {
	out := make([]*relay.Connection[T], len(lists))
	for i := range lists {
		list := &lists[i]
		report(ctx, list.Faults, i)
		if l == whole && (list.Lost() || list.Unconnected()) {
			continue
		}
		relay.Sort(list.Rows)
		out[i] = relay.Page(list.Rows, window)
		out[i].Sources = list.Sources
	}
	return out
}

func (r mutationResolver) Stamp(ctx context.Context, input model.StampInput) (*model.StampPayload, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	me, err := who.me("there is nobody to stamp for")
	if err != nil {
		return nil, err
	}
	res := r.Writes.Stamp(ctx, me, input.Kind)
	why := explain(res.Fault)
	return &model.StampPayload{
		Outcome: res.Outcome, Code: why.code, Message: why.message,
		VendorCode: why.vendorCode, VendorMessage: why.vendorMessage, Stamp: res.Value,
	}, nil
}
