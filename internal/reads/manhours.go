package reads

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// AKASHI gives the man-hours of one person or of everybody (6.25, 6.24), for any
// period. What was given is kept by month in cells of a person and in cells of
// everybody, which tell those of each person too.

// Manhours are the man-hours of each parent, or why they are not known.
type Manhours struct {
	Rows [][]*hr.Manhour
	Errs []error
}

func manhourDate(m *hr.Manhour) hr.Date { return m.Date }

// Manhours returns for each wish the man-hours of each employee.
func (r *Reader) Manhours(ctx context.Context, people []*hr.Employee, wishes []Wish) []Manhours {
	staff := r.staffOf(ctx, people)
	subjects := map[hr.Link][]string{}
	for _, ref := range staff.refs {
		subjects[ref.Link] = append(subjects[ref.Link], ref.ID)
	}
	of := map[hr.Link]func(wish int, subject string) ([]*hr.Manhour, error){}
	for l, ids := range subjects {
		of[l] = r.manhoursOf(ctx, l, ids, wishes)
	}
	out := make([]Manhours, len(wishes))
	for w := range wishes {
		rows, errs := make([][]*hr.Manhour, len(staff.refs)), make([]error, len(staff.refs))
		for i, ref := range staff.refs {
			rows[i], errs[i] = of[ref.Link](w, ref.ID)
		}
		each := staff
		each.errs = slices.Clone(staff.errs)
		out[w].Rows, out[w].Errs = scatter(each, rows, errs)
	}
	return out
}

// ProjectManhours returns for each wish the man-hours booked on each project.
func (r *Reader) ProjectManhours(ctx context.Context, projects []*hr.Project, wishes []Wish) []Manhours {
	of := map[hr.Link]func(wish int) ([]*hr.Manhour, error){}
	for _, p := range projects {
		if of[p.Ref.Link] == nil {
			of[p.Ref.Link] = r.everybodysManhours(ctx, p.Ref.Link, wishes)
		}
	}
	out := make([]Manhours, len(wishes))
	for w := range wishes {
		byProject := map[hr.ProjectID][]*hr.Manhour{}
		known := map[hr.Link]error{}
		for l, all := range of {
			rows, err := all(w)
			known[l] = err
			for _, m := range rows {
				byProject[m.ProjectID] = append(byProject[m.ProjectID], m)
			}
		}
		out[w] = Manhours{Rows: make([][]*hr.Manhour, len(projects)), Errs: make([]error, len(projects))}
		for i, p := range projects {
			if out[w].Errs[i] = known[p.Ref.Link]; out[w].Errs[i] == nil {
				out[w].Rows[i] = byProject[p.ID]
			}
		}
	}
	return out
}

// manhoursOf reads the man-hours of some staffs of a link: each staff's own cells
// where at most one has to be asked for, everybody's otherwise.
func (r *Reader) manhoursOf(
	ctx context.Context, l hr.Link, ids []string, wishes []Wish,
) func(wish int, subject string) ([]*hr.Manhour, error) {
	a, err := r.akashiOf(hr.Ref{Link: l})
	if err != nil {
		return func(int, string) ([]*hr.Manhour, error) { return nil, err }
	}
	own := daily(a, manhourCells, "", wishes, func(missing []lookup.Need) []lookup.Call[*hr.Manhour] {
		return akashiManhours(a, missing)
	})
	bySubject := make(map[string][]lookup.Need, len(ids))
	var all, left []lookup.Need
	for _, id := range ids {
		if _, twice := bySubject[id]; twice {
			continue
		}
		bySubject[id] = own.needs(id)
		for _, n := range bySubject[id] {
			all = append(all, n)
			if n.Days &^= r.cells.Fresh(n); n.Days != 0 {
				left = append(left, n)
			}
		}
	}
	rules := plan.Documented()
	for _, c := range plan.Listed(planCells(left), rules.AkashiManhours, rules.AkashiManhoursOf) {
		if c.Subjects == nil {
			if slices.ContainsFunc(wishes, func(w Wish) bool { return w.Projects }) {
				r.projectsAhead(ctx, a)
			}
			return everybodyBy(r.everybodysManhours(ctx, l, wishes), len(wishes))
		}
	}
	lookup.Widen(ctx, r.cells, all, lookup.Wider[*hr.Manhour]{
		Key: func(k lookup.Key) (lookup.Key, bool) {
			return key(a, lookup.Record{Endpoint: manhourCells, Subject: lookup.Everybody, Date: k.Date()}), true
		},
		Of: func(k lookup.Key, m *hr.Manhour) bool { return m.Staff.ID == k.Subject() },
	})
	if foreseen(ctx, r, l, all, own.plan) {
		return func(int, string) ([]*hr.Manhour, error) { return nil, nil }
	}
	got := lookup.Fetch(ctx, r.cells, all, own.plan)
	return func(wish int, subject string) ([]*hr.Manhour, error) {
		return own.rowsOf(wish, bySubject[subject], got)
	}
}

// everybodyBy sorts everybody's man-hours by staff.
func everybodyBy(
	everybody func(wish int) ([]*hr.Manhour, error), wishes int,
) func(wish int, subject string) ([]*hr.Manhour, error) {
	sorted, errs := make([]map[string][]*hr.Manhour, wishes), make([]error, wishes)
	for w := range wishes {
		rows, err := everybody(w)
		sorted[w], errs[w] = map[string][]*hr.Manhour{}, err
		for _, m := range rows {
			sorted[w][m.Staff.ID] = append(sorted[w][m.Staff.ID], m)
		}
	}
	return func(wish int, subject string) ([]*hr.Manhour, error) {
		// Only a rehearsal's rows are everybody's own.
		return append(sorted[wish][subject], sorted[wish][lookup.Everybody]...), errs[wish]
	}
}

// everybodysManhours reads the man-hours of everybody of a link: one call.
func (r *Reader) everybodysManhours(
	ctx context.Context, l hr.Link, wishes []Wish,
) func(wish int) ([]*hr.Manhour, error) {
	a, err := r.akashiOf(hr.Ref{Link: l})
	if err != nil {
		return func(int) ([]*hr.Manhour, error) { return nil, err }
	}
	rd := daily(a, manhourCells, "", wishes, func(missing []lookup.Need) []lookup.Call[*hr.Manhour] {
		return akashiManhours(a, missing)
	})
	needs := rd.needs(lookup.Everybody)
	if foreseen(ctx, r, l, needs, rd.plan) {
		return func(int) ([]*hr.Manhour, error) { return nil, nil }
	}
	got := lookup.Fetch(ctx, r.cells, needs, rd.plan)
	return func(wish int) ([]*hr.Manhour, error) { return rd.rowsOf(wish, needs, got) }
}

// rowsOf returns a wish's rows of some needs, or why some are missing.
func (rd *reading[T]) rowsOf(wish int, needs []lookup.Need, got map[lookup.Key]lookup.Cell) ([]T, error) {
	cells := make([]lookup.Cell, len(needs))
	for i, n := range needs {
		cells[i] = got[n.Key]
	}
	var rows []T
	for _, c := range rd.of(wish, cells) {
		if c.Fault != nil && !c.Stale {
			return nil, c.Fault
		}
		rows = append(rows, lookup.RowsOf[T](c)...)
	}
	return rows, nil
}

// akashiManhours asks for one staff, or for everybody where that is what is missing,
// or several staffs are.
func akashiManhours(a *sources.Akashi, missing []lookup.Need) []lookup.Call[*hr.Manhour] {
	rules := plan.Documented()
	cells := planCells(missing)
	planned := plan.Listed(cells, rules.AkashiManhours, rules.AkashiManhoursOf)
	for i := range planned {
		if s := planned[i].Subjects; len(s) == 1 && s[0] == lookup.Everybody {
			planned[i].Rule, planned[i].Subjects = rules.AkashiManhours, nil
		}
	}
	made := calls(missing, planned, 1, func(c plan.Call) question[*hr.Manhour] {
		if c.Subjects != nil {
			return ofPerson(a, manhourCells, c, a.Manhours, manhourDate)
		}
		return byDate(a, manhourCells, manhourDate, func(ctx context.Context) (map[string][]*hr.Manhour, error) {
			rows, err := a.Manhours(ctx, "", c.Period())
			return manhoursBy(missing, rows), err
		})
	})
	for i := range made {
		made[i].Sample = sample[*hr.Manhour]
	}
	return made
}

// manhoursBy sorts rows of everybody by the subjects that are missing.
func manhoursBy(missing []lookup.Need, rows []*hr.Manhour) map[string][]*hr.Manhour {
	out := map[string][]*hr.Manhour{}
	for _, n := range missing {
		out[n.Key.Subject()] = nil
	}
	for _, m := range rows {
		for _, subject := range []string{m.Staff.ID, lookup.Everybody} {
			if _, ok := out[subject]; ok {
				out[subject] = append(out[subject], m)
			}
		}
	}
	return out
}
