package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// organization returns the unit of an id. When it is missing because no link
// could tell the organisations, that is the error.
func (r *Root) organization(ctx context.Context, id hr.OrganizationID) (*hr.Organization, error) {
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	if unit, ok := tree.Resolve(id); ok {
		return unit, nil
	}
	if lost := failures(tree.Sources); len(lost) > 0 {
		return nil, lost[0]
	}
	return nil, fault.New(fault.NotFound, "no organisation has this id")
}

func (r queryResolver) Organization(ctx context.Context, id string) (*hr.Organization, error) {
	if err := idOf(id, hr.KindOrganization); err != nil {
		return nil, err
	}
	return r.organization(ctx, hr.OrganizationID(id))
}

func (r queryResolver) Organizations(
	ctx context.Context, filter *model.OrganizationFilter, first *int, after *string,
) (*relay.OrganizationConnection, error) {
	window, err := relay.NewWindow[*hr.Organization](first, after)
	if err != nil {
		return nil, err
	}
	chosen, err := unitChooser(filter)
	if err != nil {
		return nil, err
	}
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	return sourced(ctx, keep(tree.Organizations, chosen), window, tree.Sources), nil
}

func unitChooser(f *model.OrganizationFilter) (func(*hr.Organization) bool, error) {
	if f == nil {
		return nil, nil //nolint:nilnil // no filter, no condition
	}
	search, err := searched(f.Text, f.Codes)
	if err != nil {
		return nil, err
	}
	return func(o *hr.Organization) bool {
		code := ""
		if o.Code != nil {
			code = *o.Code
		}
		return (f.Codes == nil || slices.Contains(f.Codes, code)) &&
			(f.Unmatched == nil || *f.Unmatched == o.Unmatched) &&
			hr.ContainsWords(hr.Fold(o.Path)+"\n"+hr.Fold(code), search)
	}, nil
}

func (r organizationResolver) Parent(ctx context.Context, objs []*hr.Organization) ([]*hr.Organization, error) {
	return inTree(ctx, r.Root, objs, func(tree *directory.Tree, o *hr.Organization) *hr.Organization {
		unit, _ := tree.Resolve(o.ParentID)
		return unit
	})
}

func (r organizationResolver) Ancestors(ctx context.Context, objs []*hr.Organization) ([][]*hr.Organization, error) {
	return inTree(ctx, r.Root, objs, (*directory.Tree).Ancestors)
}

func (r organizationResolver) Children(ctx context.Context, objs []*hr.Organization) ([][]*hr.Organization, error) {
	return inTree(ctx, r.Root, objs, (*directory.Tree).Children)
}

// inTree looks each organisation up in one reading of the tree.
func inTree[T any](
	ctx context.Context, r *Root, objs []*hr.Organization, find func(*directory.Tree, *hr.Organization) T,
) ([]T, error) {
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(objs))
	for i, o := range objs {
		out[i] = find(tree, o)
	}
	return out, nil
}

func (r organizationResolver) Employees(
	ctx context.Context, objs []*hr.Organization, includeDescendants *bool, status []hr.EmploymentStatus,
	first *int, after *string,
) ([]*relay.EmployeeConnection, error) {
	window, err := relay.NewWindow[*hr.Employee](first, after)
	if err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	tree, err := r.Directory.Tree(ctx)
	if err != nil {
		return nil, err
	}
	people := keep(who.people(ctx), func(e *hr.Employee) bool {
		return status == nil || slices.Contains(status, e.Status)
	})
	out := make([]*relay.EmployeeConnection, len(objs))
	for i, o := range objs {
		units := tree.Names(o.ID)
		if includeDescendants != nil && *includeDescendants {
			units = tree.Below(o.ID)
		}
		members := keep(people, func(e *hr.Employee) bool { return units[e.OrganizationID] })
		out[i] = sourced(ctx, members, window, who.index.Sources, i)
	}
	return out, nil
}
