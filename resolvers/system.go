package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) Viewer(ctx context.Context) (*model.Viewer, error) {
	caller, err := callerOf(ctx)
	if err != nil {
		return nil, err
	}
	return &model.Viewer{Name: caller.Name, Roles: []model.Role{model.Role(caller.Role)}}, nil
}

func (r queryResolver) Systems(ctx context.Context) ([]*model.SystemLink, error) {
	return r.Root.Systems(ctx), nil
}

func (r viewerResolver) Employee(ctx context.Context, objs []*model.Viewer) ([]*hr.Employee, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Employee, len(objs))
	for i := range objs {
		out[i] = who.self
	}
	return out, nil
}

func (r viewerResolver) Rights(ctx context.Context, objs []*model.Viewer) ([]*model.ViewerRights, error) {
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	rights := &model.ViewerRights{
		SeesEveryone:         who.facts.SeesEveryone(),
		SeesVendorData:       who.facts.MaySeeVendorData(),
		VisibleEmployees:     len(who.people(ctx)),
		ManagedOrganizations: []*hr.Organization{},
	}
	if who.facts.Managed != nil {
		tree, err := r.Directory.Tree(ctx)
		if err != nil {
			return nil, err
		}
		for _, id := range who.self.Manages {
			if unit, ok := tree.Resolve(id); ok {
				rights.ManagedOrganizations = append(rights.ManagedOrganizations, unit)
			}
		}
	}
	out := make([]*model.ViewerRights, len(objs))
	for i := range objs {
		out[i] = rights
	}
	return out, nil
}
