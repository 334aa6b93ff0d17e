package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
)

// Akashi asks for no right: everybody may read their own alerts. The other
// fields ask for it themselves.
func (r queryResolver) Akashi(_ context.Context, link *string) (*model.Akashi, error) {
	name, err := r.connected(hr.Akashi, link)
	if name == "" {
		return nil, err
	}
	return &model.Akashi{Link: name}, nil
}

func (r mutationResolver) Akashi(ctx context.Context, link *string) (*model.AkashiWrites, error) {
	if err := r.mayWriteVendors(ctx); err != nil {
		return nil, err
	}
	name, err := r.writable(hr.Akashi, link)
	if err != nil {
		return nil, err
	}
	return &model.AkashiWrites{Link: name}, nil
}

func (r akashiResolver) Alerts(ctx context.Context, objs []*model.Akashi) ([][]*hr.Alert, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	me, err := who.me("there are no alerts of your own")
	if err != nil {
		return nil, err
	}
	own, err := employeeResolver(r).Alerts(ctx, []*hr.Employee{me})
	if err != nil {
		return nil, err
	}
	out := make([][]*hr.Alert, len(objs))
	for i, o := range objs {
		if own[0] != nil {
			out[i] = append([]*hr.Alert{}, keep(own[0], func(a *hr.Alert) bool { return a.Link == o.Link })...)
		}
	}
	return out, nil
}

// readAkashi asks each link that the operation names, for callers who may see
// what a vendor has of the company as a whole.
func readAkashi[T any](
	ctx context.Context, r akashiResolver, objs []*model.Akashi, ask func(*native.Akashi) (T, error),
) ([]T, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	if !who.facts.MaySeeVendorData() {
		return nil, fault.New(fault.Forbidden, "only HR may read AKASHI's own data; everybody may read their own alerts")
	}
	out, errs := make([]T, len(objs)), make([]error, len(objs))
	for i, o := range objs {
		out[i], errs[i] = askAkashi(r.Root, o.Link, ask)
	}
	return out, orNil(errs)
}

func askAkashi[T any](r *Root, link string, ask func(*native.Akashi) (T, error)) (T, error) {
	a, err := r.Native.Akashi(link)
	if err != nil {
		var none T
		return none, err
	}
	return ask(a)
}

func (r akashiResolver) Organizations(
	ctx context.Context, objs []*model.Akashi, includesParents bool,
) ([][]*native.AkashiOrganization, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) ([]*native.AkashiOrganization, error) {
		return a.Organizations(ctx, includesParents)
	})
}

func (r akashiResolver) Organization(
	ctx context.Context, objs []*model.Akashi, id string,
) ([]*native.AkashiOrganization, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) (*native.AkashiOrganization, error) {
		return a.Organization(ctx, id)
	})
}

func (r akashiResolver) Staff(ctx context.Context, objs []*model.Akashi, id string) ([]*native.AkashiStaff, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) (*native.AkashiStaff, error) { return a.Staff(ctx, id) })
}

func (r akashiResolver) Project(ctx context.Context, objs []*model.Akashi, id string) ([]*native.AkashiProject, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) (*native.AkashiProject, error) { return a.Project(ctx, id) })
}

func (r akashiResolver) Task(
	ctx context.Context, objs []*model.Akashi, project, id string,
) ([]*native.AkashiTask, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) (*native.AkashiTask, error) { return a.Task(ctx, project, id) })
}

func (r akashiResolver) StaffProjects(
	ctx context.Context, objs []*model.Akashi, staff string, from, to *hr.Date,
) ([][]*native.AkashiStaffProject, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) ([]*native.AkashiStaffProject, error) {
		return a.StaffProjects(ctx, staff, from, to)
	})
}

func (r akashiResolver) ProjectStaffs(
	ctx context.Context, objs []*model.Akashi, project string,
) ([]*native.AkashiProjectStaffs, error) {
	return readAkashi(ctx, r, objs, func(a *native.Akashi) (*native.AkashiProjectStaffs, error) {
		return a.ProjectStaffs(ctx, project)
	})
}
