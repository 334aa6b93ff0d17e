package directory

import (
	"context"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/quota"
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
	// is under way.
	touched, awaited bool
	loading          chan struct{} // closed when the fetch under way ends; nil when none is
	began            time.Time     // when that fetch began
	cancel           context.CancelFunc
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
	timer := time.NewTimer(s.wait())
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
			p.awaited, p.touched = p.touched, false
			// The fetch serves everybody who comes later, so it does not end
			// with the request that began it.
			budget, how := s.budget, fetching{slowly: !p.at.IsZero() && !p.awaited, since: p.at}
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
			p.cancel = cancel
			s.running.Go(func() {
				defer cancel()
				s.load(own, p, how)
			})
		}
		if p.loading != nil && (p.touched || p.awaited || p.at.IsZero() && p.fault == nil) {
			waits = append(waits, p.loading)
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
	s.mu.Lock()
	defer s.mu.Unlock()
	p.looked = true
	if err != nil {
		now, f := s.now(), fault.From(err)
		p.fault, p.due = f, now.Add(max(s.retry, f.RetryAfter))
	} else {
		s.show(p, got)
	}
	s.changes++
	close(p.loading)
	p.loading, p.awaited = nil, false
}

// show puts a listing in its place. The next scan begins early enough to be done
// when this one is as old as it may get. The lock is held.
func (s *shelf[T]) show(p *part[T], got listing[T]) {
	p.rows, p.at, p.fault = got.rows, got.at, nil
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
		s.mu.Lock()
		if ok && p.loading == nil && got.at.After(p.at) {
			s.show(p, got)
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
	}
	s.mu.Unlock()
	s.running.Wait()
}

func (s *shelf[T]) view() view[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := view[T]{change: s.changes}
	for _, p := range s.parts {
		for i := range p.rows {
			v.rows = append(v.rows, &p.rows[i])
		}
		v.sources = append(v.sources, p.source())
	}
	return v
}

// source describes the part to a caller.
func (p *part[T]) source() hr.Source {
	src := hr.Source{System: p.link.System, Link: &p.link.Name, Status: hr.SourceOK}
	if !p.at.IsZero() {
		at := p.at // the part's own changes with the next listing
		src.AsOf = &at
	}
	if p.fault != nil {
		src.Status = hr.SourceFailed
		if src.AsOf != nil {
			src.Status = hr.SourceStale
		}
		src.Code = (*string)(&p.fault.Code)
	} else if src.AsOf == nil {
		code := string(fault.UpstreamTimeout)
		src.Status, src.Code = hr.SourceFailed, &code
	}
	return src
}
