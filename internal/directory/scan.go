package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// listing is what a link gave of one kind of record.
type listing[T any] struct {
	rows []T
	at   time.Time
	// calls is what it cost.
	calls int
	// mark is the place in the journal when it began.
	mark mark
}

// everything is a listing that one call gives.
func everything[T any](
	list func(context.Context) ([]T, error),
) func(context.Context, sources.Scan, func(page[T]) error) error {
	return func(ctx context.Context, s sources.Scan, take func(page[T]) error) error {
		if err := s.Before(ctx); err != nil {
			return err
		}
		got, err := list(ctx)
		if err != nil {
			return err
		}
		return take(page[T]{rows: got, done: 1, total: 1})
	}
}

// pagesOf reads a roster page by page where it can be read so.
func pagesOf(r sources.Roster) func(context.Context, sources.Scan, func(page[sources.Person]) error) error {
	scanner, ok := r.(sources.Scanner)
	if !ok {
		return everything(r.People)
	}
	return func(ctx context.Context, s sources.Scan, take func(page[sources.Person]) error) error {
		return scanner.Scan(ctx, s, func(p sources.Page) error {
			return take(page[sources.Person]{p.Rows, p.Next, p.Done, p.Total})
		})
	}
}

// fetcher lists one kind of record of one link: from the archive, from another
// process that is listing it already, or from the system.
type fetcher[T any] struct {
	kind    string
	link    hr.Link
	pages   func(ctx context.Context, s sources.Scan, take func(page[T]) error) error
	ref     func(*T) hr.Ref
	journal *journal[T]
	// pick reads a few records by themselves, for pickCalls of their number; nil
	// where the system cannot be asked so.
	pick      func(context.Context, []sources.Known) ([]T, error)
	pickCalls func(n int) int
	// moves tells who came and who left; nil where the system cannot be asked.
	moves func(ctx context.Context, since, until hr.Date) ([]T, error)

	archive *archive // nil keeps nothing
	where   string   // its place in the archive
	// pace is the time between two calls of a scan that nobody waits for; 0 does
	// not wait.
	pace     time.Duration
	parallel int
	now      func() time.Time
	log      *slog.Logger

	done, total atomic.Int64 // pages of the scan under way
}

// page is sources.Page of any record.
type page[T any] struct {
	rows        []T
	next        string
	done, total int
}

// Limits of scans.
const (
	// pieceRows is how many records are kept together: 2,000 make about 200 KB.
	pieceRows = 2000
	// pieceEvery bounds what an interrupted scan has to do again.
	pieceEvery = 5 * time.Second
	// resumeWithin is how long an interrupted scan can go on: what was read before
	// is then as old as it may get in a scan that is not interrupted.
	resumeWithin = 30 * time.Minute
	// lockFor is how long others wait for a process that ended without a word.
	lockFor  = 15 * time.Second
	lockPoll = time.Second
	// reportEvery is how often a long scan is logged.
	reportEvery = 10 * time.Second
)

// stored returns the listing in the archive.
func (f *fetcher[T]) stored(ctx context.Context) (listing[T], bool) {
	if f.archive == nil {
		return listing[T]{}, false
	}
	var h head
	if !f.archive.read(ctx, f.where+headName, &h) {
		return listing[T]{}, false
	}
	got, ok := rows[T](ctx, f.archive, f.where, &h)
	return listing[T]{rows: got, at: h.At, calls: h.Calls, mark: h.Mark}, ok
}

// newer tells whether the archive holds a listing that was begun later.
func (f *fetcher[T]) newer(ctx context.Context, than time.Time) bool {
	var h head
	return f.archive != nil && f.archive.read(ctx, f.where+headName, &h) && h.Began.After(than)
}

// useful tells whether the archive holds a listing that is as good as a new one.
func (f *fetcher[T]) useful(ctx context.Context, how fetching) bool {
	var h head
	if !f.archive.read(ctx, f.where+headName, &h) {
		return false
	}
	return h.Began.After(how.since) || how.awaited && h.Mark.covers(f.journal.place(ctx))
}

// fetching is how records are listed.
type fetching struct {
	// slowly spreads the calls: there is something to show meanwhile.
	slowly bool
	// since is when what is known was listed, or written: only a listing that began
	// later is of use.
	since time.Time
	// awaited says that it is for the sake of a write, so that a listing is of use
	// also if the journal tells of no later one.
	awaited bool
}

// fetch lists the records. If another process lists them already, its listing is
// waited for and taken if it is of use.
func (f *fetcher[T]) fetch(ctx context.Context, how fetching) (listing[T], error) {
	release, taken, err := f.lock(ctx, how)
	if err != nil {
		return listing[T]{}, err
	}
	if taken != nil {
		return *taken, nil
	}
	defer release()
	s := &scanning[T]{f: f, slowly: how.slowly, mark: f.journal.open(ctx, f.now())}
	s.resume(ctx, how.since)
	err = s.run(ctx)
	if errors.Is(err, sources.ErrMoved) {
		s.begin()
		err = s.run(ctx)
	}
	f.done.Store(0)
	if err != nil {
		// What was read is not read again by the next try, or the next process.
		s.flush(context.WithoutCancel(ctx))
		return listing[T]{}, err
	}
	s.finish(ctx)
	return listing[T]{rows: s.rows, at: s.head.At, calls: s.head.Calls, mark: s.head.Mark}, nil
}

// lock makes this process the only one that lists. While another one does, it
// waits, and returns what that one lists. Without the store every process lists
// for itself: two scans are only dearer.
func (f *fetcher[T]) lock(ctx context.Context, how fetching) (func(), *listing[T], error) {
	if f.archive == nil || f.archive.locks == nil {
		return func() {}, nil, nil
	}
	for {
		elsewhere := f.archive.lock(ctx, f.where)
		if f.useful(ctx, how) {
			if got, ok := f.stored(ctx); ok {
				f.archive.unlock(ctx, f.where)
				return nil, &got, nil
			}
		}
		if !elsewhere {
			return f.archive.hold(ctx, f.where), nil, nil
		}
		timer := time.NewTimer(lockPoll)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, nil, context.Cause(ctx)
		}
	}
}

// lock takes or prolongs a lock, and tells whether another process holds it.
func (a *archive) lock(ctx context.Context, name string) (elsewhere bool) {
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	_, err := a.locks.Lock(ctx, name, a.owner, lockFor)
	return errors.Is(err, store.ErrLocked)
}

// hold prolongs a lock until it is released.
func (a *archive) hold(ctx context.Context, name string) (release func()) {
	held, stop := context.WithCancel(ctx)
	var holding sync.WaitGroup
	holding.Go(func() {
		ticker := time.NewTicker(lockFor / 3)
		defer ticker.Stop()
		for {
			select {
			case <-ticker.C:
				a.lock(held, name)
			case <-held.Done():
				return
			}
		}
	})
	return func() {
		stop()
		holding.Wait()
		a.unlock(ctx, name)
	}
}

// unlock gives a lock up if this process has it.
func (a *archive) unlock(ctx context.Context, name string) {
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), patient)
	defer cancel()
	_ = a.locks.Unlock(over, name, a.owner) // it ends by itself
}

// scanning is one scan under way.
type scanning[T any] struct {
	f      *fetcher[T]
	slowly bool
	mark   mark // when it began
	head   head
	rows   []T
	seen   map[hr.Ref]bool
	stored int // rows that are in pieces
	// flushed and reported are when that was done last.
	flushed, reported time.Time
}

// begin starts from nothing, in the place that is not shown.
func (s *scanning[T]) begin() {
	now := s.f.now()
	s.head = head{Run: rand.Text(), Place: 1 - s.head.Place, Began: now, Mark: s.mark}
	s.rows, s.seen, s.stored = nil, map[hr.Ref]bool{}, 0
	s.flushed, s.reported = now, now
}

// resume goes on where another scan stopped not long ago, else begins.
func (s *scanning[T]) resume(ctx context.Context, since time.Time) {
	if a := s.f.archive; a != nil {
		where := s.f.where
		var shown, h head
		s.head.Place = 1
		if a.read(ctx, where+headName, &shown) {
			s.head.Place = shown.Place
		}
		recent := a.read(ctx, where+scanName, &h) && h.Run != shown.Run && h.Next != "" &&
			s.f.now().Sub(h.At) < resumeWithin && h.Began.After(since) && h.Place != s.head.Place
		if got, ok := rows[T](ctx, a, where, &h); recent && ok {
			s.begin()
			s.head, s.rows, s.stored = h, got, len(got)
			for i := range got {
				s.seen[s.f.ref(&got[i])] = true
			}
			s.f.log.InfoContext(ctx, "an interrupted scan goes on", slog.String("of", s.f.kind),
				slog.String("link", s.f.link.String()), slog.Int("calls", h.Calls))
			return
		}
	}
	s.begin()
}

func (s *scanning[T]) run(ctx context.Context) error {
	scan := sources.Scan{From: s.head.Next, Before: s.before, Parallel: s.f.parallel}
	if s.slowly {
		scan.Parallel = 1
	}
	return s.f.pages(ctx, scan, func(p page[T]) error {
		s.take(ctx, p)
		return nil
	})
}

// before spreads the calls of a scan that nobody waits for. The first waits too:
// another process may have made a call just before.
func (s *scanning[T]) before(ctx context.Context) error {
	if !s.slowly || s.f.pace == 0 {
		return nil
	}
	timer := time.NewTimer(s.f.pace)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// take adds a page. A record that a change between two pages shows twice is
// taken once.
func (s *scanning[T]) take(ctx context.Context, p page[T]) {
	for i := range p.rows {
		if ref := s.f.ref(&p.rows[i]); !s.seen[ref] {
			s.seen[ref] = true
			s.rows = append(s.rows, p.rows[i])
		}
	}
	s.head.Next, s.head.Calls, s.head.Total = p.next, p.done, p.total
	s.f.done.Store(int64(p.done))
	s.f.total.Store(int64(p.total))
	now := s.f.now()
	if now.Sub(s.reported) >= reportEvery {
		s.reported = now
		s.f.log.InfoContext(ctx, "scanning", slog.String("of", s.f.kind), slog.String("link", s.f.link.String()),
			slog.Int("pages", p.done), slog.Int("of_pages", p.total), slog.Int("records", len(s.rows)))
	}
	if p.next != "" && (len(s.rows)-s.stored >= pieceRows || now.Sub(s.flushed) >= pieceEvery) {
		s.flush(ctx)
	}
}

// flush writes what is not in a piece yet, and where the scan stands.
func (s *scanning[T]) flush(ctx context.Context) {
	s.flushed = s.f.now()
	a := s.f.archive
	if a == nil || s.head.Next == "" {
		return
	}
	if err := s.pieces(ctx); err == nil {
		s.head.At = s.flushed
		s.save(ctx, scanName)
	}
}

// pieces writes the rows that are not stored yet.
func (s *scanning[T]) pieces(ctx context.Context) error {
	where := s.f.where
	for s.stored < len(s.rows) {
		end := min(s.stored+pieceRows, len(s.rows))
		p := piece[T]{Run: s.head.Run, Rows: s.rows[s.stored:end]}
		if err := s.f.archive.write(ctx, pieceKey(where, &s.head, s.head.Pieces), p, keepFor); err != nil {
			s.f.log.WarnContext(ctx, "a scan is not kept", slog.Any("error", err))
			return err
		}
		s.stored, s.head.Pieces = end, s.head.Pieces+1
	}
	return nil
}

func (s *scanning[T]) save(ctx context.Context, name string) {
	if err := s.f.archive.write(ctx, s.f.where+name, s.head, keepFor); err != nil {
		s.f.log.WarnContext(ctx, "a scan is not kept", slog.Any("error", err))
	}
}

// finish shows the listing to everybody.
func (s *scanning[T]) finish(ctx context.Context) {
	s.head.At, s.head.Next = s.f.now(), ""
	if s.f.archive != nil && s.pieces(ctx) == nil {
		s.save(ctx, headName)
	}
	s.f.log.InfoContext(ctx, "scanned", slog.String("of", s.f.kind), slog.String("link", s.f.link.String()),
		slog.Int("calls", s.head.Calls), slog.Int("records", len(s.rows)),
		slog.Duration("took", s.head.At.Sub(s.head.Began).Round(time.Millisecond)))
}
