package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
)

// Jobcan asks for no right: shifts are shown of everybody whom the caller may
// see. The other fields ask for it themselves.
func (r queryResolver) Jobcan(_ context.Context, link *string) (*model.Jobcan, error) {
	name, err := r.connected(hr.Jobcan, link)
	if name == "" {
		return nil, err
	}
	return &model.Jobcan{Link: name}, nil
}

func (r mutationResolver) Jobcan(ctx context.Context, link *string) (*model.JobcanWrites, error) {
	if err := r.mayWriteVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.writable(hr.Jobcan, link)
	if err != nil {
		return nil, err
	}
	return &model.JobcanWrites{Link: name}, nil
}

// person finds the visible employee of an id or code.
func (w *asking) person(employee string) (*hr.Employee, error) {
	e, ok := w.index.ByCode(employee)
	if !ok {
		e, ok = w.index.ByID(hr.EmployeeID(employee))
	}
	if !ok || !w.facts.MaySee(e) {
		return nil, fault.New(fault.NotFound, "no employee whom you may see has this id or code")
	}
	return e, nil
}

func (r jobcanResolver) Shifts(
	ctx context.Context, objs []*model.Jobcan, employee string, dates []hr.Date,
) ([][]*hr.Shift, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	e, err := who.person(employee)
	if err != nil {
		return nil, err
	}
	return byLink(objs, func(o *model.Jobcan) ([]*hr.Shift, error) { return r.Reads.Shifts(ctx, o.Link, e, dates) })
}

// askJobcan asks each link that the operation names about an employee, or about
// all without one.
func askJobcan[T any](
	ctx context.Context, r jobcanResolver, objs []*model.Jobcan, employee *string,
	ask func(*native.Jobcan, *hr.Employee) (T, error),
) ([]T, error) {
	if err := r.mayUseVendors(ctx); err != nil {
		return nil, err
	}
	e, err := r.personOrAll(ctx, employee)
	if err != nil {
		return nil, err
	}
	return byLink(objs, func(o *model.Jobcan) (T, error) {
		j, err := r.Native.Jobcan(o.Link)
		if err != nil {
			var none T
			return none, err
		}
		return ask(j, e)
	})
}

// personOrAll is nil for all.
func (r *Root) personOrAll(ctx context.Context, employee *string) (*hr.Employee, error) {
	if employee == nil {
		return nil, nil //nolint:nilnil // all is nobody in particular
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	return who.person(*employee)
}

func (r jobcanResolver) Employees(ctx context.Context, objs []*model.Jobcan) ([][]*native.JobcanEmployee, error) {
	return askJobcan(ctx, r, objs, nil, func(j *native.Jobcan, _ *hr.Employee) ([]*native.JobcanEmployee, error) {
		return j.Employees(ctx)
	})
}

func (r jobcanResolver) Employee(
	ctx context.Context, objs []*model.Jobcan, employee string,
) ([]*native.JobcanEmployee, error) {
	return askJobcan(ctx, r, objs, &employee, func(j *native.Jobcan, e *hr.Employee) (*native.JobcanEmployee, error) {
		return j.Employee(ctx, e)
	})
}

func (r jobcanResolver) Adits(
	ctx context.Context, objs []*model.Jobcan, employee *string, date hr.Date,
) ([][]*native.JobcanAdit, error) {
	return askJobcan(ctx, r, objs, employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanAdit, error) {
		return j.Adits(ctx, e, date)
	})
}

func (r jobcanResolver) DailySummaries(
	ctx context.Context, objs []*model.Jobcan, employee *string, dates []hr.Date,
) ([]*native.JobcanDailySummaries, error) {
	return askJobcan(ctx, r, objs, employee, func(j *native.Jobcan, e *hr.Employee) (*native.JobcanDailySummaries, error) {
		return j.DailySummaries(ctx, e, dates)
	})
}

func (r jobcanResolver) MonthlySummary(
	ctx context.Context, objs []*model.Jobcan, employee string, from, to hr.Date,
) ([]*native.JobcanMonthlySummary, error) {
	return askJobcan(ctx, r, objs, &employee, func(
		j *native.Jobcan, e *hr.Employee,
	) (*native.JobcanMonthlySummary, error) {
		return j.MonthlySummary(ctx, e, from, to)
	})
}

func (r jobcanResolver) DefaultShifts(
	ctx context.Context, objs []*model.Jobcan, employee *string,
) ([][]*native.JobcanDefaultShift, error) {
	return askJobcan(ctx, r, objs, employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanDefaultShift, error) {
		return j.DefaultShifts(ctx, e)
	})
}

func (r jobcanResolver) ShiftRequests(
	ctx context.Context, objs []*model.Jobcan, employee string, dates []hr.Date,
) ([][]*native.JobcanRequest, error) {
	return askJobcan(ctx, r, objs, &employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanRequest, error) {
		return j.ShiftRequests(ctx, e, dates)
	})
}

func (r jobcanResolver) OverWorkRequests(
	ctx context.Context, objs []*model.Jobcan, employee string, from, to hr.Date,
) ([][]*native.JobcanRequest, error) {
	return askJobcan(ctx, r, objs, &employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanRequest, error) {
		return j.OverWorkRequests(ctx, e, from, to)
	})
}

func (r jobcanResolver) HolidayTypes(
	ctx context.Context, objs []*model.Jobcan,
) ([][]*native.JobcanHolidayType, error) {
	return askJobcan(ctx, r, objs, nil, func(j *native.Jobcan, _ *hr.Employee) ([]*native.JobcanHolidayType, error) {
		return j.HolidayTypes(ctx)
	})
}

func (r jobcanResolver) UseDays(
	ctx context.Context, objs []*model.Jobcan, employee string, from, to hr.Date, vacationType string,
) ([][]*native.JobcanUseDay, error) {
	return askJobcan(ctx, r, objs, &employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanUseDay, error) {
		return j.UseDays(ctx, e, from, to, vacationType)
	})
}

func (r jobcanResolver) SelectionRemarks(
	ctx context.Context, objs []*model.Jobcan, employee string, dates []hr.Date,
) ([][]*native.JobcanRemarkDay, error) {
	return askJobcan(ctx, r, objs, &employee, func(j *native.Jobcan, e *hr.Employee) ([]*native.JobcanRemarkDay, error) {
		return j.SelectionRemarks(ctx, e, dates)
	})
}

func (r jobcanResolver) WorkTimeResults(
	ctx context.Context, objs []*model.Jobcan, employee string, month hr.Month,
) ([][]*native.JobcanWorkTimeResult, error) {
	return askJobcan(ctx, r, objs, &employee, func(
		j *native.Jobcan, e *hr.Employee,
	) ([]*native.JobcanWorkTimeResult, error) {
		return j.WorkTimeResults(ctx, e, month)
	})
}

func (r jobcanResolver) Assumed(
	ctx context.Context, objs []*model.Jobcan, resource native.JobcanAssumed,
) ([][]*native.JobcanRecord, error) {
	return askJobcan(ctx, r, objs, nil, func(j *native.Jobcan, _ *hr.Employee) ([]*native.JobcanRecord, error) {
		return j.Assumed(ctx, resource)
	})
}

func (r jobcanWritesResolver) RefreshDailySummaries(
	ctx context.Context, objs []*model.JobcanWrites, employee string, from, to hr.Date,
) ([]*native.JobcanRefresh, error) {
	e, err := r.personOrAll(ctx, &employee)
	if err != nil {
		return nil, err
	}
	return byLink(objs, func(o *model.JobcanWrites) (*native.JobcanRefresh, error) {
		j, err := r.Native.Jobcan(o.Link)
		if err != nil {
			return nil, err
		}
		return j.RefreshDailySummaries(ctx, e, from, to), nil
	})
}
