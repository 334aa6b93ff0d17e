package directory

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Written is a person whom this gateway wrote to a system.
type Written struct {
	sources.Known
	// Gone says that the system has deleted the person, and has said so.
	Gone bool
}

// Wrote says that these people of a link were written: the next reading asks the
// system for them alone where it can be asked so, and waits for it. Without any,
// or with one who has no id, it is TouchPeople.
func (d *Directory) Wrote(ctx context.Context, l hr.Link, people ...Written) {
	nameless := func(w Written) bool { return w.ID == "" }
	if len(people) == 0 || len(people) >= journalSize || slices.ContainsFunc(people, nameless) {
		d.TouchPeople(ctx, l)
		return
	}
	kept := d.people.note(ctx, l, func(j *journalled[sources.Person]) {
		for _, w := range people {
			j.add(writing[sources.Person]{
				At: d.now(), Known: w.Known, Ref: hr.Ref{Link: l, ID: w.ID}, Done: w.Gone, Gone: w.Gone,
			})
		}
	})
	if !kept {
		d.people.touch(l)
		d.announce(l, People)
		return
	}
	d.people.lag(l)
	d.announce(l, SomePeople)
}

// TouchPeople says that anybody of a link may have been changed, and the
// organisations not.
func (d *Directory) TouchPeople(ctx context.Context, l hr.Link) {
	noteAll(ctx, &d.people, l)
	d.announce(l, People)
}

// noteAll notes that anything of a link may have been written.
func noteAll[T any](ctx context.Context, s *shelf[T], l hr.Link) {
	s.note(ctx, l, func(j *journalled[T]) { j.all() })
	s.touch(l)
}

// note changes a link's journal; false if that could not be kept.
func (s *shelf[T]) note(ctx context.Context, l hr.Link, edit func(*journalled[T])) bool {
	p := s.part(l)
	if p == nil {
		return false
	}
	ctx = context.WithoutCancel(ctx) // the write has happened, whoever goes away
	if err := p.fetcher.journal.change(ctx, edit); err != nil {
		p.fetcher.log.WarnContext(ctx, "a write is not in the journal; everybody is read anew", slog.Any("error", err))
		return false
	}
	return true
}

// TouchUnits says that organisations of a link were changed, and the people not.
func (d *Directory) TouchUnits(ctx context.Context, l hr.Link) {
	noteAll(ctx, &d.units, l)
	d.announce(l, Units)
}

// part returns a link's part, nil if there is none.
func (s *shelf[T]) part(l hr.Link) *part[T] {
	for _, p := range s.parts { // never changed
		if p.link == l {
			return p
		}
	}
	return nil
}

// lag says that a link's journal has grown: the next reading looks into it.
func (s *shelf[T]) lag(l hr.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.part(l); p != nil {
		p.behind, p.writes = true, p.writes+1
		p.lagFrom = time.Time{}
	}
}

// errEverybody says that some records cannot be brought up to date by themselves.
var errEverybody = errors.New("directory: everybody must be read")

// catchUpTime bounds the reading of a few records.
const catchUpTime = time.Minute

// catchUp begins to read what was written since the part was listed. The lock is
// held.
func (s *shelf[T]) catchUp(ctx context.Context, p *part[T]) {
	p.catching, p.caughtFrom = make(chan struct{}), s.now()
	own, cancel := context.WithTimeout(price.With(context.WithoutCancel(ctx), nil), catchUpTime)
	p.stopCatching = cancel
	had := listing[T]{rows: p.rows, calls: p.calls, mark: p.mark}
	shown, writes := p.shown, p.writes
	s.running.Go(func() {
		defer cancel()
		got, err := p.fetcher.catchUp(own, had)
		s.mu.Lock()
		defer s.mu.Unlock()
		switch {
		case errors.Is(err, errEverybody):
			p.behind, p.touched = false, true
			s.hasten(p)
		case err != nil:
			f := fault.From(err)
			p.lagging, p.lagFrom = f, s.now().Add(max(s.retry, f.RetryAfter))
		case p.shown == shown: // else a listing came that knows at least as much
			p.rows, p.mark = got.rows, got.mark
			p.behind, p.lagging = p.writes != writes, nil
		}
		s.changes++
		close(p.catching)
		p.catching = nil
	})
}

// hasten ends a listing that nobody waits for, so that one can begin that shows a
// write. The lock is held.
func (s *shelf[T]) hasten(p *part[T]) {
	if p.loading != nil && p.slowly {
		p.cancel()
	}
}

// catchUp reads the records that were written after a listing.
func (f *fetcher[T]) catchUp(ctx context.Context, l listing[T]) (listing[T], error) {
	held, err := f.journal.read(ctx)
	if err != nil {
		return l, errEverybody
	}
	writes, ok := held.since(l.mark)
	if !ok {
		return l, errEverybody
	}
	asked := slices.Clone(writes)
	asked = slices.DeleteFunc(asked, func(w writing[T]) bool { return w.Done })
	if len(asked) > 0 {
		err := f.ask(ctx, asked, l.calls)
		if errors.Is(err, errEverybody) {
			f.change(ctx, func(j *journalled[T]) {
				if j.Floor < asked[0].Number { // others need not try
					j.all()
				}
			})
		}
		if err != nil {
			return l, err
		}
		f.keep(ctx, asked)
	}
	return apply(l, slices.Concat(writes, asked), held.mark(), f.ref), nil
}

// ask reads the records of some writes. calls is what a whole listing costs.
func (f *fetcher[T]) ask(ctx context.Context, writes []writing[T], calls int) error {
	if f.pick == nil || f.pickCalls(len(writes)) >= calls {
		return errEverybody
	}
	known := make([]sources.Known, len(writes))
	for i, w := range writes {
		known[i] = w.Known
	}
	rows, err := f.pick(ctx, known)
	if err != nil {
		if errors.Is(err, sources.ErrMoved) {
			return errEverybody
		}
		return err
	}
	found := map[hr.Ref]T{}
	for i := range rows {
		found[f.ref(&rows[i])] = rows[i]
	}
	for i := range writes {
		row, ok := found[writes[i].Ref]
		if !ok {
			return errEverybody // who it is now is seen among all
		}
		writes[i].Row, writes[i].Done = row, true
	}
	f.log.InfoContext(ctx, "read what was written", slog.String("of", f.kind), slog.String("link", f.link.String()),
		slog.Int("records", len(writes)))
	return nil
}

// keep puts what was read into the journal, for other gateways and the next start.
func (f *fetcher[T]) keep(ctx context.Context, read []writing[T]) {
	f.change(ctx, func(j *journalled[T]) {
		for _, r := range read {
			for i := range j.Writes {
				if j.Writes[i].Ref == r.Ref && j.Writes[i].Number == r.Number {
					j.Writes[i] = r
				}
			}
		}
	})
}

// change changes the journal where others only gain by it.
func (f *fetcher[T]) change(ctx context.Context, edit func(*journalled[T])) {
	if err := f.journal.change(context.WithoutCancel(ctx), edit); err != nil {
		f.log.WarnContext(ctx, "what became of writes is not kept", slog.Any("error", err))
	}
}

// apply puts what became of written records in their places in a listing, and
// leaves those alone of which that is not known. Rows that are shown stay as they
// are.
func apply[T any](l listing[T], writes []writing[T], at mark, ref func(*T) hr.Ref) listing[T] {
	done := map[hr.Ref]*writing[T]{}
	for i := range writes {
		if writes[i].Done {
			done[writes[i].Ref] = &writes[i]
		}
	}
	l.mark = at
	if len(done) == 0 {
		return l
	}
	rows := make([]T, 0, len(l.rows)+len(done))
	for i := range l.rows {
		w, ok := done[ref(&l.rows[i])]
		switch {
		case !ok:
			rows = append(rows, l.rows[i])
		case !w.Gone:
			rows = append(rows, w.Row)
		}
		if ok {
			delete(done, w.Ref)
		}
	}
	for _, r := range slices.SortedFunc(maps.Keys(done), func(a, b hr.Ref) int {
		return int(done[a].Number) - int(done[b].Number)
	}) {
		if w := done[r]; !w.Gone {
			rows = append(rows, w.Row)
		}
	}
	l.rows = rows
	return l
}

// overtake brings a listing up to what the journal knows by now. It asks nobody:
// behind tells that the system has to be asked for the rest, everybody that this
// listing is of no use.
func (f *fetcher[T]) overtake(ctx context.Context, l listing[T]) (out listing[T], behind, everybody bool) {
	held, err := f.journal.read(ctx)
	if err != nil || l.mark.Epoch == unsure {
		return l, false, false // everybody is read again once somebody tells of a write
	}
	writes, ok := held.since(l.mark)
	if !ok {
		return l, false, true
	}
	at := held.mark()
	if slices.ContainsFunc(writes, func(w writing[T]) bool { return !w.Done }) {
		return apply(l, writes, l.mark, f.ref), true, false // the mark stays until all is known
	}
	return apply(l, writes, at, f.ref), false, false
}
