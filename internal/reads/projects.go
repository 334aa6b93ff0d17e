package reads

import (
	"context"
	"maps"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/sources"
)

const (
	projectCells       = "projects"
	taskCells          = "tasks"
	memberCells        = "project_members"
	manhourCells       = "manhours"
	participationCells = "staff_projects"
)

// notConnected says that nothing can answer.
func notConnected(s hr.System) *fault.Error {
	return fault.Upstream(fault.NotConnected, string(s), "", "no link to this system is configured")
}

// one is a reading of a single cell that is not about an employee.
func one[T any](
	ctx context.Context, r *Reader, k lookup.Key, run func(context.Context) ([]T, error),
) ([]T, *fault.Error) {
	got := lookup.Fetch(ctx, r.cells, []lookup.Need{lookup.Of(k)}, alone(k, run))[k]
	if got.Fault != nil && !got.Stale {
		return nil, got.Fault
	}
	return lookup.RowsOf[T](got), nil
}

// alone plans the call for a single cell.
func alone[T any](k lookup.Key, run func(context.Context) ([]T, error)) func([]lookup.Need) []lookup.Call[T] {
	return func([]lookup.Need) []lookup.Call[T] { return []lookup.Call[T]{sampled(k, run)} }
}

// sampled is a call for one cell that a rehearsal can go on from.
func sampled[T any](k lookup.Key, run func(context.Context) ([]T, error)) lookup.Call[T] {
	c := lookup.Single(k, run)
	c.Sample = sample[T]
	c.Guess = true // a list may have pages
	return c
}

// Projects returns every project of every AKASHI link. A link that fails is an
// error of the whole, since projects have no other source.
func (r *Reader) Projects(ctx context.Context) ([]*hr.Project, error) {
	if len(r.akashi) == 0 {
		return nil, notConnected(hr.Akashi)
	}
	for _, a := range r.akashi[1:] { // all links side by side
		r.projectsAhead(ctx, a)
	}
	var all []*hr.Project
	for _, a := range r.akashi {
		rows, err := one(ctx, r, allProjects(a), a.Projects)
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

func allProjects(a *sources.Akashi) lookup.Key {
	return key(a, lookup.Record{Endpoint: projectCells, Subject: lookup.Everybody})
}

// projectsAhead begins to read a link's projects while what names some of them is
// read. It is for where that is read of several people: one of them has worked on
// some project, so that the call is not made in vain; a single person may not have.
func (r *Reader) projectsAhead(ctx context.Context, a *sources.Akashi) {
	k := allProjects(a)
	lookup.Ahead(ctx, r.cells, []lookup.Need{lookup.Of(k)}, alone(k, a.Projects))
}

// akashiOf returns the adapter of the link that owns a record.
func (r *Reader) akashiOf(ref hr.Ref) (*sources.Akashi, error) {
	for _, a := range r.akashi {
		if a.Link() == ref.Link {
			return a, nil
		}
	}
	return nil, notConnected(hr.Akashi)
}

// each reads one cell for each subject, side by side. Results and errors are in
// the order of refs; equal refs share a cell.
func each[T any](
	ctx context.Context, r *Reader, refs []hr.Ref, endpoint string, period hr.Period,
	run func(ctx context.Context, a *sources.Akashi, id string) ([]T, error),
) ([][]T, []error) {
	rows, errs := make([][]T, len(refs)), make([]error, len(refs))
	keys := make([]lookup.Key, len(refs))
	byLink := map[*sources.Akashi][]lookup.Need{}
	for i, ref := range refs {
		a, err := r.akashiOf(ref)
		if err != nil {
			errs[i] = err
			continue
		}
		keys[i] = key(a, lookup.Record{
			Endpoint: endpoint, Detail: until(period), Subject: ref.ID, Date: period.From,
		})
		byLink[a] = append(byLink[a], lookup.Of(keys[i]))
	}
	got := map[lookup.Key]lookup.Cell{}
	for a, needs := range byLink {
		maps.Copy(got, lookup.Fetch(ctx, r.cells, needs, func(missing []lookup.Need) []lookup.Call[T] {
			calls := make([]lookup.Call[T], len(missing))
			for i, n := range missing {
				calls[i] = sampled(n.Key, func(ctx context.Context) ([]T, error) { return run(ctx, a, n.Key.Subject()) })
			}
			return calls
		}))
	}
	for i, k := range keys {
		c := got[k]
		if errs[i] == nil && c.Fault != nil && !c.Stale {
			errs[i] = c.Fault
		}
		rows[i] = lookup.RowsOf[T](c)
	}
	return rows, errs
}

// until makes cells of different periods different; "" for no period.
func until(p hr.Period) string {
	if p.From.IsZero() {
		return ""
	}
	return p.To.Compact()
}

func projectRefs(projects []*hr.Project) []hr.Ref {
	refs := make([]hr.Ref, len(projects))
	for i, p := range projects {
		refs[i] = p.Ref
	}
	return refs
}

// Tasks returns the tasks of each project.
func (r *Reader) Tasks(ctx context.Context, projects []*hr.Project) ([][]*hr.Task, []error) {
	return each(ctx, r, projectRefs(projects), taskCells, hr.Period{},
		func(ctx context.Context, a *sources.Akashi, id string) ([]*hr.Task, error) { return a.Tasks(ctx, id) })
}

// Members returns the members of each project, as records of the link.
func (r *Reader) Members(ctx context.Context, projects []*hr.Project) ([][]sources.Member, []error) {
	return each(ctx, r, projectRefs(projects), memberCells, hr.Period{},
		func(ctx context.Context, a *sources.Akashi, id string) ([]sources.Member, error) {
			return a.Members(ctx, id)
		})
}

// Participations returns the projects that each employee takes part in.
func (r *Reader) Participations(
	ctx context.Context, people []*hr.Employee, period hr.Period,
) ([][]sources.Participation, []error) {
	staff := r.staffOf(ctx, people)
	rows, errs := each(ctx, r, staff.refs, participationCells, period,
		func(ctx context.Context, a *sources.Akashi, id string) ([]sources.Participation, error) {
			return a.Participations(ctx, id, period)
		})
	return scatter(staff, rows, errs)
}

// staff is the AKASHI records of people.
type staff struct {
	refs []hr.Ref
	at   []int   // refs[i] is people[at[i]]'s
	errs []error // by person: why there is no record although there might be one
}

func (r *Reader) staffOf(ctx context.Context, people []*hr.Employee) staff {
	s := staff{errs: make([]error, len(people))}
	index, err := r.dir.Index(ctx)
	for i, e := range people {
		if l, ok := e.LinkTo(hr.Akashi); ok {
			s.refs, s.at = append(s.refs, l.Ref()), append(s.at, i)
			continue
		}
		switch {
		case err != nil:
			s.errs[i] = err
		case len(r.akashi) == 0:
			s.errs[i] = notConnected(hr.Akashi)
		default:
			s.errs[i] = r.unread(index)
		}
	}
	return s
}

// unread says that a person without a record in AKASHI may have one, because a
// link's roster could not be read; nil when all could.
func (r *Reader) unread(index *directory.Index) error {
	for _, a := range r.akashi {
		if src := unlinked(a.Link(), index); src.Status == hr.SourceFailed {
			return fault.Upstream(fault.Code(*src.Code), string(hr.Akashi), a.Link().Name,
				"the system's records could not be read, so it is not known whose they are")
		}
	}
	return nil
}

// scatter lays results out over all people.
func scatter[T any](s staff, rows [][]T, errs []error) ([][]T, []error) {
	all := make([][]T, len(s.errs))
	for i, place := range s.at {
		all[place], s.errs[place] = rows[i], errs[i]
	}
	return all, s.errs
}
