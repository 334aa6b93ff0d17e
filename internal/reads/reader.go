package reads

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Options configures a Reader.
type Options struct {
	Directory *directory.Directory
	Akashi    []*sources.Akashi
	Jobcan    []*sources.Jobcan
	Carely    []*sources.Carely
	// Cells keeps what the systems answered; see Rules.
	Cells *lookup.Cells
	// OvertimeMonths is how many months of overtime a person is taken to have in the
	// price of reading those that were never read; 0 means 12.
	OvertimeMonths float64
}

// Reader reads everything that is not in the directory. It is safe for
// concurrent use.
type Reader struct {
	dir    *directory.Directory
	akashi []*sources.Akashi
	jobcan []*sources.Jobcan
	carely []*sources.Carely
	cells  *lookup.Cells
	months float64
}

// New returns a Reader.
func New(opts Options) *Reader {
	return &Reader{
		dir: opts.Directory, akashi: opts.Akashi, jobcan: opts.Jobcan, carely: opts.Carely, cells: opts.Cells,
		months: cmp.Or(opts.OvertimeMonths, usualHistory),
	}
}

// List is what the systems say of one employee.
type List[T any] struct {
	Rows    []T
	Sources []hr.Source
	// Faults says why the rows of a link are missing or stale.
	Faults []*fault.Error
}

// Lost tells whether rows are missing because a link failed.
func (l *List[T]) Lost() bool {
	return slices.ContainsFunc(l.Sources, func(s hr.Source) bool { return s.Status == hr.SourceFailed })
}

// Unconnected tells whether no link could have answered.
func (l *List[T]) Unconnected() bool {
	return !slices.ContainsFunc(l.Sources, func(s hr.Source) bool { return s.Status != hr.SourceNotConnected })
}

// link is what every adapter says of itself.
type link interface {
	Link() hr.Link
	// Principal names whose rights the link's token carries.
	Principal() lookup.Principal
}

// key names a cell of a link that is read with the link's own token.
func key(l link, rec lookup.Record) lookup.Key { return lookup.KeyOf(l.Link(), l.Principal(), rec) }

// recordOf returns the vendor's id of an employee's record in a link.
func recordOf(e *hr.Employee, l hr.Link) (string, bool) {
	for _, rec := range e.Links {
		if rec.System == l.System && rec.Link == l.Name {
			return rec.VendorID, true
		}
	}
	return "", false
}

// A reading is one link's part in a list of several employees.
type reading[T any] struct {
	link link
	// needs lists what is needed of one subject, by date.
	needs func(subject string) []lookup.Need
	// plan makes calls for days that are missing.
	plan func(missing []lookup.Need) []lookup.Call[T]
	// wider says which other cells tell what is needed; nil for none.
	wider *lookup.Wider[T]
	// wanted tells for each wish whether it is for this link; nil is one that is.
	wanted []bool
	// parts are for each wish the days of each need that are its own; nil where
	// there is one wish only.
	parts [][]lookup.Days
}

// of returns the cells of a wish.
func (rd *reading[T]) of(wish int, cells []lookup.Cell) []lookup.Cell {
	if rd.parts == nil || cells == nil {
		return cells
	}
	out := make([]lookup.Cell, 0, len(cells))
	for i, days := range rd.parts[wish] {
		if days != 0 {
			out = append(out, lookup.Only[T](cells[i], days))
		}
	}
	return out
}

// read fetches the readings of one wish.
func read[T any](
	ctx context.Context, r *Reader, people []*hr.Employee, systems []hr.System, readings []reading[T],
) ([]List[T], error) {
	lists, err := readAll(ctx, r, people, [][]hr.System{systems}, readings)
	if err != nil {
		return nil, err
	}
	return lists[0], nil
}

// readAll fetches all readings side by side and adds them up for each wish and
// employee. Systems of a wish that hold such rows but have no link are told as not
// connected.
func readAll[T any](
	ctx context.Context, r *Reader, people []*hr.Employee, systems [][]hr.System, readings []reading[T],
) ([][]List[T], error) {
	index, err := r.dir.Index(ctx)
	if err != nil {
		return nil, err
	}
	got := make([][][]lookup.Cell, len(readings)) // by reading and person
	done := make(chan int, len(readings))
	for i, rd := range readings {
		go func() {
			defer func() { done <- i }()
			got[i] = fetch(ctx, r, people, rd)
		}()
	}
	for range readings {
		<-done
	}
	all := make([][]List[T], len(systems))
	for w := range all {
		lists := make([]List[T], len(people))
		for i, e := range people {
			for j := range readings {
				if rd := &readings[j]; rd.wanted == nil || rd.wanted[w] {
					lists[i].add(rd.link.Link(), e, rd.of(w, got[j][i]), index)
				}
			}
			for _, s := range systems[w] {
				if !slices.ContainsFunc(readings, func(rd reading[T]) bool { return rd.link.Link().System == s }) {
					lists[i].Sources = append(lists[i].Sources, hr.Source{System: s, Status: hr.SourceNotConnected})
				}
			}
		}
		all[w] = lists
	}
	return all, nil
}

// fetch returns a reading's cells of each person, nil for those whom its link does
// not know.
func fetch[T any](ctx context.Context, r *Reader, people []*hr.Employee, rd reading[T]) [][]lookup.Cell {
	all := make([]lookup.Need, 0, len(people))
	ends := make([]int, len(people))
	for i, e := range people {
		if subject, ok := recordOf(e, rd.link.Link()); ok {
			all = append(all, rd.needs(subject)...)
		}
		ends[i] = len(all)
	}
	if rd.wider != nil {
		lookup.Widen(ctx, r.cells, all, *rd.wider)
	}
	if foreseen(ctx, r, rd.link.Link(), all, rd.plan) {
		return make([][]lookup.Cell, len(people))
	}
	found := lookup.Fetch(ctx, r.cells, all, rd.plan)
	cells, out := make([]lookup.Cell, len(all)), make([][]lookup.Cell, len(people))
	for i := range all {
		cells[i] = found[all[i].Key]
	}
	from := 0
	for i, to := range ends {
		if from < to {
			out[i] = cells[from:to]
		}
		from = to
	}
	return out
}

// add puts one link's cells of an employee into the list.
func (l *List[T]) add(name hr.Link, e *hr.Employee, cells []lookup.Cell, index *directory.Index) {
	if _, ok := recordOf(e, name); !ok {
		src := unlinked(name, index)
		l.Sources = append(l.Sources, src)
		if src.Status == hr.SourceFailed {
			l.Faults = append(l.Faults, fault.Upstream(fault.Code(*src.Code), string(name.System), name.Name,
				"the system's records could not be read, so it is not known whose they are"))
		}
		return
	}
	src := hr.Source{System: name.System, Link: &name.Name, Status: hr.SourceOK}
	var why *fault.Error
	for i := range cells {
		c := &cells[i]
		l.Rows = append(l.Rows, lookup.RowsOf[T](*c)...)
		if !c.At.IsZero() && (src.AsOf == nil || c.At.Before(*src.AsOf)) {
			src.AsOf = &c.At
		}
		if c.Fault != nil && (why == nil || !c.Stale) {
			why = c.Fault
			src.Status = hr.SourceFailed
			if c.Stale {
				src.Status = hr.SourceStale
			}
		}
	}
	if why != nil {
		f := *why
		f.System, f.Link = string(name.System), name.Name
		src.Code = (*string)(&f.Code)
		if f.RetryAfter > 0 {
			seconds := int((f.RetryAfter + time.Second - 1) / time.Second)
			src.RetryAfter = &seconds
		}
		l.Faults = append(l.Faults, &f)
	}
	l.Sources = append(l.Sources, src)
}

// unlinked says why an employee has no record in a link: because the link does
// not know them, or because its roster could not be read.
func unlinked(name hr.Link, index *directory.Index) hr.Source {
	for _, s := range index.Sources {
		if s.System == name.System && s.Link != nil && *s.Link == name.Name && s.Status == hr.SourceFailed {
			return s
		}
	}
	return hr.Source{System: name.System, Link: &name.Name, Status: hr.SourceNotLinked}
}

// wants tells whether a system is asked for; no list asks for all, an empty one
// for none.
func wants(systems []hr.System, s hr.System) bool {
	return systems == nil || slices.Contains(systems, s)
}

// holders returns those of the systems that hold a kind of row and are asked
// for.
func holders(systems []hr.System, held ...hr.System) []hr.System {
	return slices.DeleteFunc(held, func(s hr.System) bool { return !wants(systems, s) })
}

// wanted tells whether any wish is for a system.
func wanted(wishes []Wish, s hr.System) bool {
	return slices.ContainsFunc(wishes, func(w Wish) bool { return wants(w.Systems, s) })
}

// holdersOf returns the holders of each wish.
func holdersOf(wishes []Wish, held ...hr.System) [][]hr.System {
	out := make([][]hr.System, len(wishes))
	for i, w := range wishes {
		out[i] = holders(w.Systems, slices.Clone(held)...)
	}
	return out
}
