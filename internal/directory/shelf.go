package directory

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/slice"
)

// A shelf holds what each link last gave of one kind of record, and fetches it
// anew when it is old. Reading never waits for a refresh once there is
// something to show; the very first reading waits, but not longer than its
// patience, so that one hanging system does not hold up what the others know. So
// does the first reading after a write.
type shelf[T any] struct {
	maxAge   time.Duration // a part older than this is fetched again
	retry    time.Duration // a part that failed is tried again after this
	patience time.Duration // the longest wait for a part that was never read
	budget   time.Duration // the longest time one fetch may take while somebody waits for it
	now      func() time.Time

	mu      sync.Mutex
	parts   []*part[T]
	changes int // counts finished fetches
	// rows are all parts' after so many changes: they are asked for many times an
	// operation. They are shared and must not be changed.
	rows    []*T
	rowsAt  int
	running sync.WaitGroup
}

// part is one link's share.
type part[T any] struct {
	link    hr.Link
	fetcher *fetcher[T]
	// looked is set once the archive was asked.
	looked bool

	rows  []T
	at    time.Time // when rows were fetched; zero before the first success
	fault *fault.Error
	due   time.Time
	// touched is set when the rows changed at the system after the fetch under way
	// began, or since the last one; awaited, while the fetch that shows the change
	// is under way; owed, when that one failed, until the next is tried.
	touched, awaited, owed bool

	loading chan struct{} // closed when the fetch under way ends; nil when none is
	slowly  bool          // how that fetch is made
	began   time.Time     // when that fetch began
	cancel  context.CancelFunc

	// calls is what the rows cost, mark their place in the journal, and shown counts
	// listings.
	calls int
	mark  mark
	shown int
	// behind is set while the journal may know more than the rows; writes counts how
	// often it was told to have grown.
	behind       bool
	writes       int
	catching     chan struct{} // closed when the reading of what was written ends
	caughtFrom   time.Time     // when that began
	stopCatching context.CancelFunc
	lagging      *fault.Error // why it failed last
	lagFrom      time.Time    // when it is tried again

	moves moves
}

// view is the shelf at one moment.
type view[T any] struct {
	rows    []*T
	sources []hr.Source
	change  int
}

// read starts the fetches that are due and returns what is there, after waiting
// for parts that were never read.
func (s *shelf[T]) read(ctx context.Context) (view[T], error) {
	waits := s.start(ctx)
	if len(waits) == 0 {
		return s.view(), nil
	}
	timer := time.NewTimer(slice.Roster(ctx, s.wait()))
	defer timer.Stop()
	// More than once only when a write came while its part was being fetched.
	for ; len(waits) > 0; waits = s.start(ctx) {
		for _, w := range waits {
			select {
			case <-w:
			case <-timer.C:
				return s.view(), nil
			case <-ctx.Done():
				return view[T]{}, fault.From(context.Cause(ctx))
			}
		}
	}
	return s.view(), nil
}

// wait is how much longer a reading waits for fetches under way. The patience
// counts from a fetch's begin, so that an operation that reads many times, and
// everybody who asks while a system hangs, does not wait for it again and again.
func (s *shelf[T]) wait() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	var longest time.Duration
	for _, p := range s.parts {
		if p.loading != nil {
			longest = max(longest, p.began.Add(s.patience).Sub(s.now()))
		}
		if p.catching != nil {
			longest = max(longest, p.caughtFrom.Add(s.patience).Sub(s.now()))
		}
	}
	return longest
}

// touch says that a link's rows were changed: the next reading fetches them.
func (s *shelf[T]) touch(l hr.Link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		if p.link != l {
			continue
		}
		if p.loading != nil || !p.at.IsZero() || p.fetcher.archive != nil {
			p.touched, p.looked = true, true // what is in the archive is older than the write
			s.hasten(p)
		}
	}
}

// start begins every fetch that is due. It returns the ends to wait for: those
// of parts without anything to show, or whose rows a write changed.
func (s *shelf[T]) start(ctx context.Context) []chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	var waits []chan struct{}
	for _, p := range s.parts {
		if p.loading == nil && (p.touched || !s.now().Before(p.due)) {
			p.loading, p.began = make(chan struct{}), s.now()
			p.awaited, p.touched, p.owed = p.touched || p.owed, false, false
			// The fetch serves everybody who comes later, so it does not end
			// with the request that began it.
			budget, how := s.budget, fetching{slowly: !p.at.IsZero() && !p.awaited, since: p.at, awaited: p.awaited}
			if how.slowly {
				budget = 2 * s.maxAge
			}
			if p.awaited {
				how.since = p.began
			}
			// Nor is it on that request's bill, which may be a rehearsal's, where
			// nobody is asked.
			own, cancel := context.WithTimeout(price.With(context.WithoutCancel(ctx), nil), budget)
			if how.slowly {
				own = quota.Background(own) // there is something to show meanwhile
			}
			p.cancel, p.slowly = cancel, how.slowly
			s.running.Go(func() {
				defer cancel()
				s.load(own, p, how)
			})
		}
		if p.loading != nil && (p.touched || p.awaited || p.at.IsZero() && p.fault == nil) {
			waits = append(waits, p.loading)
		} else if p.behind && !p.at.IsZero() {
			if p.catching == nil && !s.now().Before(p.lagFrom) {
				s.catchUp(ctx, p)
			}
			if p.catching != nil {
				waits = append(waits, p.catching)
			}
		}
	}
	return waits
}

// load fills a part: the first time from the archive, if it holds the link.
func (s *shelf[T]) load(ctx context.Context, p *part[T], how fetching) {
	var got listing[T]
	var err error
	found := false
	if !p.looked && !how.slowly {
		got, found = p.fetcher.stored(ctx)
	}
	if !found {
		got, err = p.fetcher.fetch(ctx, how)
	}
	var known knowledge[T]
	if err == nil {
		known = s.overtake(ctx, p, got)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p.looked = true
	switch {
	case err == nil:
		s.show(p, known)
	case how.slowly && p.touched: // it was ended for the sake of another
	default:
		now, f := s.now(), fault.From(err)
		p.fault, p.due, p.owed = f, now.Add(max(s.retry, f.RetryAfter, p.pause(how))), how.awaited
	}
	s.changes++
	close(p.loading)
	p.loading, p.awaited = nil, false
}

// pause keeps the tries of a listing that nobody waits for apart like its calls.
func (p *part[T]) pause(how fetching) time.Duration {
	if !how.slowly {
		return 0
	}
	return p.fetcher.pace
}

// knowledge is a listing with what the journal tells beyond it.
type knowledge[T any] struct {
	listing[T]

	behind, everybody bool
	writes            int // as the part had counted them before the journal was read
}

// overtake looks into the journal for what was written since a listing began.
func (s *shelf[T]) overtake(ctx context.Context, p *part[T], got listing[T]) knowledge[T] {
	s.mu.Lock()
	k := knowledge[T]{writes: p.writes}
	s.mu.Unlock()
	k.listing, k.behind, k.everybody = p.fetcher.overtake(ctx, got)
	return k
}

// show puts a listing in its place. The next scan begins early enough to be done
// when this one is as old as it may get. The lock is held.
func (s *shelf[T]) show(p *part[T], got knowledge[T]) {
	p.rows, p.at, p.fault, p.lagging = got.rows, got.at, nil, nil
	p.calls, p.mark, p.shown = got.calls, got.mark, p.shown+1
	p.behind = got.behind || p.writes != got.writes
	p.touched = p.touched || got.everybody
	slow := time.Duration(got.calls) * p.fetcher.pace
	p.due = p.at.Add(max(s.maxAge-slow, s.maxAge/2))
}

// adopt shows what another process has listed since.
func (s *shelf[T]) adopt(ctx context.Context) {
	for _, p := range s.parts {
		s.mu.Lock()
		at, idle := p.at, p.loading == nil && p.looked
		s.mu.Unlock()
		if !idle || !p.fetcher.newer(ctx, at) {
			continue
		}
		got, ok := p.fetcher.stored(ctx)
		var known knowledge[T]
		if ok {
			known = s.overtake(ctx, p, got)
		}
		s.mu.Lock()
		if ok && p.loading == nil && got.at.After(p.at) {
			s.show(p, known)
			s.changes++
		}
		s.mu.Unlock()
	}
}

// close cancels the fetches under way and waits for their end.
func (s *shelf[T]) close() {
	s.mu.Lock()
	for _, p := range s.parts {
		if p.cancel != nil {
			p.cancel()
		}
		if p.stopCatching != nil {
			p.stopCatching()
		}
	}
	s.mu.Unlock()
	s.running.Wait()
}

func (s *shelf[T]) view() view[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rowsAt != s.changes {
		s.rows, s.rowsAt = nil, s.changes
		for _, p := range s.parts {
			for i := range p.rows {
				s.rows = append(s.rows, &p.rows[i])
			}
		}
	}
	v := view[T]{change: s.changes, rows: s.rows}
	for _, p := range s.parts {
		v.sources = append(v.sources, p.source())
	}
	return v
}

// source describes the part to a caller.
func (p *part[T]) source() hr.Source {
	src := hr.Source{System: p.link.System, Link: &p.link.Name, Status: hr.SourceOK}
	if !p.at.IsZero() {
		at := p.at.In(hr.JST) // the part's own changes with the next listing
		src.AsOf = &at
	}
	if failed := cmp.Or(p.fault, p.lagging); failed != nil {
		src.Status = hr.SourceFailed
		if src.AsOf != nil {
			src.Status = hr.SourceStale
		}
		src.Code = (*string)(&failed.Code)
	} else if src.AsOf == nil {
		code := string(fault.UpstreamTimeout)
		src.Status, src.Code = hr.SourceFailed, &code
	}
	return src
}
