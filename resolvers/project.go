package resolvers

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
)

func (r queryResolver) Project(ctx context.Context, id string) (*hr.Project, error) {
	if err := idOf(id, hr.KindProject); err != nil {
		return nil, err
	}
	return r.Reads.ProjectByID(ctx, hr.ProjectID(id))
}

func (r queryResolver) Projects(
	ctx context.Context, filter *model.ProjectFilter, first *int, after *string,
) (*relay.ProjectConnection, error) {
	window, err := relay.NewWindow[*hr.Project](first, after)
	if err != nil {
		return nil, err
	}
	chosen, err := projectChooser(filter)
	if err != nil {
		return nil, err
	}
	all, err := r.Reads.Projects(ctx)
	if err != nil {
		return nil, err
	}
	return relay.Page(sorted(keep(all, chosen)), window), nil
}

// sorted orders a copy: rows that are shared stay as they are.
func sorted[T relay.Row](rows []T) []T {
	rows = slices.Clone(rows)
	relay.Sort(rows)
	return rows
}

func projectChooser(f *model.ProjectFilter) (func(*hr.Project) bool, error) {
	if f == nil {
		return nil, nil //nolint:nilnil // no filter, no condition
	}
	search, err := searched(f.Text, f.Codes)
	if err != nil {
		return nil, err
	}
	return func(p *hr.Project) bool {
		return (f.Codes == nil || p.Code != nil && slices.Contains(f.Codes, *p.Code)) &&
			(f.RunningOn == nil || runsOn(p, *f.RunningOn)) &&
			hr.ContainsWords(hr.Fold(p.Name)+"\n"+folded(p.ShortName)+"\n"+folded(p.Code), search)
	}, nil
}

func folded(s *string) string {
	if s == nil {
		return ""
	}
	return hr.Fold(*s)
}

func runsOn(p *hr.Project, d hr.Date) bool {
	return (p.StartsOn == nil || !d.Before(*p.StartsOn)) && (p.EndsOn == nil || !p.EndsOn.Before(d))
}

func (r employeeResolver) Projects(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, first *int, after *string,
) ([]*relay.ProjectConnection, error) {
	return inPeriod(ctx, objs, from, to, first, after, r.Reads.ProjectsOf)
}

func (r employeeResolver) Tasks(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, first *int, after *string,
) ([]*relay.TaskConnection, error) {
	return inPeriod(ctx, objs, from, to, first, after, r.Reads.TasksOf)
}

func (r employeeResolver) Manhours(
	ctx context.Context, objs []*hr.Employee, from, to hr.Date, first *int, after *string,
) ([]*relay.ManhourConnection, error) {
	window, _, err := windowAndPeriod[*hr.Manhour](first, after, from, to)
	if err != nil {
		return nil, err
	}
	got, err := together[*hr.Manhour](ctx, func(wishes []reads.Wish) ([]reads.Manhours, error) {
		return r.Reads.Manhours(ctx, objs, wishes), nil
	})
	if err != nil {
		return nil, err
	}
	return connections(got.Rows, got.Errs, window), orNil(got.Errs)
}

// inPeriod reads a list of each parent in a period.
func inPeriod[P any, T relay.Row](
	ctx context.Context, objs []P, from, to hr.Date, first *int, after *string,
	read func(context.Context, []P, hr.Period) ([][]T, []error),
) ([]*relay.Connection[T], error) {
	window, period, err := windowAndPeriod[T](first, after, from, to)
	if err != nil {
		return nil, err
	}
	lists, errs := read(ctx, objs, period)
	return connections(lists, errs, window), orNil(errs)
}

// connections cuts the window out of each list; a list with an error is null.
func connections[T relay.Row](lists [][]T, errs []error, window relay.Window[T]) []*relay.Connection[T] {
	out := make([]*relay.Connection[T], len(lists))
	for i, rows := range lists {
		if errs[i] == nil {
			out[i] = relay.Page(sorted(rows), window)
		}
	}
	return out
}

func (r projectResolver) Tasks(
	ctx context.Context, objs []*hr.Project, first *int, after *string,
) ([]*relay.TaskConnection, error) {
	window, err := relay.NewWindow[*hr.Task](first, after)
	if err != nil {
		return nil, err
	}
	lists, errs := r.Reads.Tasks(ctx, objs)
	return connections(lists, errs, window), orNil(errs)
}

func (r projectResolver) Members(
	ctx context.Context, objs []*hr.Project, first *int, after *string,
) ([]*relay.ProjectMemberConnection, error) {
	window, err := relay.NewWindow[*hr.ProjectMember](first, after)
	if err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	members, errs := r.Reads.Members(ctx, objs)
	lists := make([][]*hr.ProjectMember, len(objs))
	for i, list := range members {
		for _, m := range list {
			if e, ok := who.index.ByRef(m.Staff); ok && who.facts.MaySee(e) {
				lists[i] = append(lists[i], &hr.ProjectMember{Employee: e, IsOwner: m.IsOwner})
			}
		}
	}
	return connections(lists, errs, window), orNil(errs)
}

func (r projectResolver) Manhours(
	ctx context.Context, objs []*hr.Project, from, to hr.Date, first *int, after *string,
) ([]*relay.ManhourConnection, error) {
	window, _, err := windowAndPeriod[*hr.Manhour](first, after, from, to)
	if err != nil {
		return nil, err
	}
	who, err := r.asking(ctx)
	if err != nil {
		return nil, err
	}
	got, err := together[*hr.Manhour](ctx, func(wishes []reads.Wish) ([]reads.Manhours, error) {
		return r.Reads.ProjectManhours(ctx, objs, wishes), nil
	})
	if err != nil {
		return nil, err
	}
	lists := make([][]*hr.Manhour, len(objs))
	for i, rows := range got.Rows {
		lists[i] = keep(rows, func(m *hr.Manhour) bool {
			e, ok := who.index.ByRef(m.Staff)
			return ok && who.facts.MaySee(e)
		})
	}
	return connections(lists, got.Errs, window), orNil(got.Errs)
}

func (r taskResolver) Project(ctx context.Context, objs []*hr.Task) ([]*hr.Project, error) {
	ids := make([]hr.ProjectID, len(objs))
	for i, t := range objs {
		ids[i] = t.ProjectID
	}
	return r.Reads.ProjectsByID(ctx, ids)
}

func (r manhourResolver) Employee(ctx context.Context, objs []*hr.Manhour) ([]*hr.Employee, error) {
	refs := make([]hr.Ref, len(objs))
	for i, m := range objs {
		refs[i] = m.Staff
	}
	return r.visibleByRef(ctx, refs)
}

func (r manhourResolver) Project(ctx context.Context, objs []*hr.Manhour) ([]*hr.Project, error) {
	ids := make([]hr.ProjectID, len(objs))
	for i, m := range objs {
		ids[i] = m.ProjectID
	}
	return r.Reads.ProjectsByID(ctx, ids)
}

func (r manhourResolver) Task(ctx context.Context, objs []*hr.Manhour) ([]*hr.Task, error) {
	ids := make([]hr.TaskID, len(objs))
	for i, m := range objs {
		ids[i] = m.TaskID
	}
	tasks, errs := r.Reads.TasksByID(ctx, ids)
	return tasks, orNil(errs)
}
