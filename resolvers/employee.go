package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) Employee(ctx context.Context, by model.EmployeeRef) (*hr.Employee, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	return who.named(by)
}

func (r queryResolver) Employees(
	ctx context.Context, filter *model.EmployeeFilter, first *int, after *string,
) (*relay.EmployeeConnection, error) {
	window, err := relay.NewWindow[*hr.Employee](first, after)
	if err != nil {
		return nil, err
	}
	chosen, err := r.chooser(ctx, filter)
	if err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	return sourced(ctx, keep(who.people(ctx), chosen), window, who.index.Sources), nil
}

func (r employeeResolver) Organization(ctx context.Context, objs []*hr.Employee) ([]*hr.Organization, error) {
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Organization, len(objs))
	lost := failures(tree.Sources)
	for i, e := range objs {
		unit, ok := tree.Resolve(e.OrganizationID)
		if !ok && e.OrganizationID != "" {
			report(ctx, lost, i)
		}
		out[i] = unit
	}
	return out, nil
}

func (r employeeResolver) Managers(ctx context.Context, objs []*hr.Employee) ([][]*hr.Employee, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]*hr.Employee, len(objs))
	lost := failures(tree.Sources)
	for i, e := range objs {
		report(ctx, lost, i)
		out[i] = who.facts.Visible(who.index.ManagersOf(e, tree))
	}
	return out, nil
}

func (r employeeResolver) Provenance(ctx context.Context, objs []*hr.Employee) ([][]*hr.Provenance, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]*hr.Provenance, len(objs))
	for i, e := range objs {
		out[i] = who.index.Provenance(e)
	}
	return out, nil
}

// failures tells the links whose part of the directory is missing.
func failures(sources []hr.Source) []*fault.Error {
	var out []*fault.Error
	for _, s := range sources {
		if s.Status == hr.SourceFailed && s.Code != nil && s.Link != nil {
			out = append(out, fault.Upstream(fault.Code(*s.Code), string(s.System), *s.Link,
				"the system's records could not be read, so what only it knows is missing"))
		}
	}
	return out
}
