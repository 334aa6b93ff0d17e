package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
)

func (r queryResolver) Jobcan(_ context.Context, link *string) (*model.Jobcan, error) {
	name, err := r.connected(hr.Jobcan, link)
	if name == "" {
		return nil, err
	}
	return &model.Jobcan{Link: name}, nil
}

// Carely's data is about the company as a whole, so it asks for the right here,
// before any field of it.
func (r queryResolver) Carely(ctx context.Context, link *string) (*model.Carely, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	if !who.facts.MaySeeVendorData() {
		return nil, fault.New(fault.Forbidden, "only HR may read Carely's own data; ask for overtimes of an employee instead")
	}
	name, err := r.connected(hr.Carely, link)
	if name == "" {
		return nil, err
	}
	return &model.Carely{Link: name}, nil
}

// connected returns the name of a link. A system that is not connected is null
// without an error; a link that does not exist beside others is an error.
func (r *Root) connected(system hr.System, link *string) (string, error) {
	name := hr.DefaultLink
	if link != nil {
		name = *link
	}
	links := r.Reads.Links(system)
	if slices.Contains(links, name) {
		return name, nil
	}
	if len(links) > 0 {
		return "", fault.New(fault.BadUserInput, "no link of this name is configured; systems lists them")
	}
	return "", nil
}

func (r jobcanResolver) Shifts(
	ctx context.Context, objs []*model.Jobcan, employee string, dates []hr.Date,
) ([][]*hr.Shift, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := who.index.ByCode(employee)
	if !ok {
		e, ok = who.index.ByID(hr.EmployeeID(employee))
	}
	if !ok || !who.facts.MaySee(e) {
		return nil, fault.New(fault.NotFound, "no employee whom you may see has this id or code")
	}
	out, errs := make([][]*hr.Shift, len(objs)), make([]error, len(objs))
	for i, o := range objs {
		out[i], errs[i] = r.Reads.Shifts(ctx, o.Link, e, dates)
	}
	return out, orNil(errs)
}

func (r carelyResolver) CurrentCustomer(
	ctx context.Context, objs []*model.Carely,
) ([]*hr.CarelyCustomer, error) {
	return byLink(objs, func(link string) (*hr.CarelyCustomer, error) { return r.Reads.CarelyCustomer(ctx, link) })
}

func (r carelyResolver) Departments(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(link string) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, link, reads.CarelyDepartments, branchNames)
	})
}

func (r carelyResolver) Workplaces(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(link string) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, link, reads.CarelyWorkplaces, branchNames)
	})
}

func (r carelyResolver) GroupAnalyses(
	ctx context.Context, objs []*model.Carely, branchNames []string,
) ([][]*hr.CarelyGroup, error) {
	return byLink(objs, func(link string) ([]*hr.CarelyGroup, error) {
		return r.Reads.CarelyGroups(ctx, link, reads.CarelyGroupAnalyses, branchNames)
	})
}

// byLink asks once for each of Carely's links that the operation names.
func byLink[T any](objs []*model.Carely, ask func(link string) (T, error)) ([]T, error) {
	out, errs := make([]T, len(objs)), make([]error, len(objs))
	for i, o := range objs {
		out[i], errs[i] = ask(o.Link)
	}
	return out, orNil(errs)
}
