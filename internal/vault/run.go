package vault

import (
	"context"
	"slices"
	"sync"
	"time"
)

// parallelRenewals is how many credentials of one link Run renews at a time, so
// that one that hangs does not hold up the others, and a link's quota is not
// taken by all at once.
const parallelRenewals = 4

// Run renews credentials ahead of their end, those that end first before the
// others, and notices what other processes have changed, until ctx ends. A
// failure is seen in Status and tried again later.
func (v *Vault) Run(ctx context.Context) {
	r := &runner{vault: v, running: map[linkName]int{}, freed: make(chan struct{}, 1)}
	defer r.group.Wait()
	ticker := time.NewTicker(v.opts.CheckEvery)
	defer ticker.Stop()
	v.watch(ctx, &r.store)
	for {
		r.start(ctx)
		select {
		case <-ctx.Done():
			return
		case <-r.freed:
		case <-ticker.C:
			v.watch(ctx, &r.store)
		}
	}
}

type linkName struct{ system, name string }

type runner struct {
	vault *Vault
	store watcher
	group sync.WaitGroup
	// freed is sent to when a renewal has ended.
	freed chan struct{}

	mu      sync.Mutex
	running map[linkName]int
}

// start begins what is due, as far as its link has room.
func (r *runner) start(ctx context.Context) {
	due := map[linkName][]*Source{}
	for _, s := range r.vault.unordered() {
		if s.wantsRenewal() {
			link := linkName{s.spec.ID.System, s.spec.ID.Link}
			due[link] = append(due[link], s)
		}
	}
	for link, sources := range due {
		slices.SortFunc(sources, func(a, b *Source) int { return a.endsAt().Compare(b.endsAt()) })
		for _, s := range sources {
			if !r.take(link) {
				break
			}
			s.begun()
			r.group.Go(func() {
				s.renewAhead(ctx)
				r.give(link)
			})
		}
	}
}

func (r *runner) take(link linkName) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.running[link] == parallelRenewals {
		return false
	}
	r.running[link]++
	return true
}

func (r *runner) give(link linkName) {
	r.mu.Lock()
	r.running[link]--
	r.mu.Unlock()
	select {
	case r.freed <- struct{}{}:
	default:
	}
}

// begun notes that Run has begun with the source, which it does not do again
// before it looks the next time.
func (s *Source) begun() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begunAt = s.vault.opts.Now()
}

// renewAhead renews in the background. Its failure is kept by the source and
// shown by Status.
func (s *Source) renewAhead(ctx context.Context) {
	if s.spec.Exchange == nil {
		_ = s.loadStatic(ctx) // it stays stale and is tried again
		return
	}
	_ = s.renewNow(ctx, false)
}

// endsAt is when the current token ends, far away when not known.
func (s *Source) endsAt() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.ExpiresAt.IsZero() {
		return time.Unix(1<<40, 0)
	}
	return s.current.ExpiresAt
}

// wantsRenewal reports whether Run should renew, or look into the store, now.
func (s *Source) wantsRenewal() bool {
	if s.spec.Policy.MemoryOnly {
		return false // fetched when needed
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.vault.opts.Now()
	if s.flight != nil || now.Before(s.retryAt) || now.Before(s.begunAt.Add(s.vault.opts.CheckEvery)) {
		return false
	}
	if s.stale || s.pending != nil {
		return true
	}
	if s.current == nil {
		return !s.compared
	}
	due := s.dueAt()
	return !due.IsZero() && !now.Before(due)
}

// markStale makes the source look into the store soon.
func (s *Source) markStale() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale, s.retryAt, s.begunAt = true, time.Time{}, time.Time{}
}
