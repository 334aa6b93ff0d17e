package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

func (r queryResolver) Jobcan(_ context.Context, link *string) (*model.Jobcan, error) {
	name, err := r.connected(hr.Jobcan, link)
	if name == "" {
		return nil, err
	}
	return &model.Jobcan{Link: name}, nil
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
