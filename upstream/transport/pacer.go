package transport

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Pacer is a Quota that keeps every sliding window of time at or below a number
// of requests, in order of arrival.
//
// The vendor counts requests when they arrive, the gateway can only time when it
// writes them. A turn therefore stays taken until its request was written (a
// connection may have to be made first) and for a window and a margin after
// that: two arrivals whose delays on the way differ by less than the margin
// cannot fall into one window with more than the allowed number between them.
// Spacing turns evenly would give the same safety and make the second request of
// an idle gateway wait; a bucket of tokens lets two bursts meet in one window.
type Pacer struct {
	opts PacerOptions

	mu sync.Mutex
	// free is when taken turns end, oldest first; unwritten turns are counted in
	// open. len(free)+open never exceeds opts.Requests.
	free    []time.Time
	open    int
	blocked time.Time
	// queue holds the tickets of those who wait, in order of arrival.
	queue  []uint64
	ticket uint64
	// changed is closed and replaced whenever turns may come at other times.
	changed chan struct{}
}

var _ Quota = (*Pacer)(nil)

// PacerOptions configure a Pacer.
type PacerOptions struct {
	// Requests is how many may arrive in any Window.
	Requests int
	// Window defaults to one second.
	Window time.Duration
	// Margin is the difference in delay on the way that is allowed for; default
	// 5 % of Window. The rate reached is Requests each Window+Margin.
	Margin time.Duration
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// NewPacer returns a Pacer whose first turns are free.
func NewPacer(opts PacerOptions) (*Pacer, error) {
	if opts.Requests < 1 || opts.Window < 0 || opts.Margin < 0 {
		return nil, errors.New("transport: a pacer needs at least one request in a positive window")
	}
	orDefault(&opts.Window, time.Second)
	orDefault(&opts.Margin, opts.Window/20)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Pacer{opts: opts, changed: make(chan struct{})}, nil
}

// PerSecond returns how many requests a second are allowed.
func (p *Pacer) PerSecond() float64 {
	return float64(p.opts.Requests) / p.opts.Window.Seconds()
}

// Waiting returns how many callers wait for their turn.
func (p *Pacer) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.queue)
}

// Wait blocks until the request may be written.
func (p *Pacer) Wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ticket++
	mine := p.ticket
	p.queue = append(p.queue, mine)
	defer p.leave(mine)
	for {
		now := p.opts.Now()
		place := slices.Index(p.queue, mine)
		at := p.forecast(now, place)
		if deadline, ok := ctx.Deadline(); ok && !at.Before(deadline) {
			return limited(at.Sub(now))
		}
		if place == 0 && p.take(now) {
			return nil
		}
		if err := p.pause(ctx, at.Sub(now), place == 0); err != nil {
			return err
		}
	}
}

// pause waits, unlocked, until the turns may have changed; the first in the
// queue also wakes when its turn comes. The caller holds the lock.
func (p *Pacer) pause(ctx context.Context, d time.Duration, first bool) error {
	changed := p.changed
	p.mu.Unlock()
	defer p.mu.Lock()
	var due <-chan time.Time
	if first {
		t := time.NewTimer(d)
		defer t.Stop()
		due = t.C
	}
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return limited(d)
		}
		return ctx.Err()
	case <-changed:
		return nil
	case <-due:
		return nil
	}
}

// take takes a turn if there is one now. The caller holds the lock.
func (p *Pacer) take(now time.Time) bool {
	p.expire(now)
	if now.Before(p.blocked) || len(p.free)+p.open >= p.opts.Requests {
		return false
	}
	p.open++
	return true
}

// expire forgets the turns that have ended.
func (p *Pacer) expire(now time.Time) {
	n := 0
	for n < len(p.free) && !p.free[n].After(now) {
		n++
	}
	p.free = slices.Delete(p.free, 0, n)
}

// forecast returns when the caller at the given place will have its turn, if
// open turns are written now.
func (p *Pacer) forecast(now time.Time, place int) time.Time {
	p.expire(now)
	whole := p.opts.Window + p.opts.Margin
	idle := p.opts.Requests - len(p.free) - p.open
	i := place % p.opts.Requests
	at := now
	switch {
	case i < idle:
	case i < idle+len(p.free):
		at = p.free[i-idle]
	default:
		at = now.Add(whole)
	}
	if at.Before(p.blocked) {
		at = p.blocked
	}
	return at.Add(time.Duration(place/p.opts.Requests) * whole)
}

// leave removes a caller from the queue and wakes the others, whose places have
// changed. The caller holds the lock.
func (p *Pacer) leave(ticket uint64) {
	p.queue = slices.DeleteFunc(p.queue, func(t uint64) bool { return t == ticket })
	p.wake()
}

// Wrote ends the oldest open turn. Which one it is does not matter: only how
// many are open, and when the others end.
func (p *Pacer) Wrote() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open == 0 {
		return
	}
	p.open--
	p.free = append(p.free, p.opts.Now().Add(p.opts.Window+p.opts.Margin))
	p.wake()
}

// Penalize keeps all turns back until the given instant.
func (p *Pacer) Penalize(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.blocked) {
		p.blocked = until
		p.wake()
	}
}

func (p *Pacer) wake() {
	close(p.changed)
	p.changed = make(chan struct{})
}

func limited(wait time.Duration) error {
	err := fault.New(fault.UpstreamRateLimited, "the system's quota leaves no turn in the time allowed; try again later")
	err.RetryAfter = max(wait, time.Millisecond)
	return err
}
