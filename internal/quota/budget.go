package quota

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Budget gives turns to the callers of this process. It is safe for concurrent
// use.
type Budget struct {
	opts Options
	pace pace
	now  func() time.Time

	mu       sync.Mutex
	lanes    [classes]lane
	seq      uint64
	inFlight int
	// leaving is how many requests are being written: they may have left.
	leaving int
	own     window
	// blocked is until when nothing may be sent; full when a lowered rate is
	// whole again; hit until when it is not lowered once more.
	blocked, full, hit time.Time
	// from is when this process may begin to send by itself.
	from time.Time
	// busy is until when callers are about, scan when the next background turn
	// may be taken.
	busy, scan time.Time
	pruned     time.Time
	timer      *time.Timer
	replica    *replica // nil without Redis
}

// New returns a budget of this process alone.
func New(opts Options) (*Budget, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	return &Budget{opts: o, now: o.Now, pace: pace{most: o.Requests, gap: o.Window + o.Margin}}, nil
}

// Wait blocks until a request may be sent. When the turn would come after ctx's
// deadline it returns at once a *fault.Error with code UpstreamRateLimited and
// RetryAfter. The turn has to be ended by Done.
func (b *Budget) Wait(ctx context.Context) (*Turn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r := b.await(ctx, &waiter{caller: callerOf(ctx), class: classOf(ctx)})
	return r.turn, r.err
}

// await queues up and waits for the result.
func (b *Budget) await(ctx context.Context, w *waiter) result {
	w.deadline, _ = ctx.Deadline()
	w.result = make(chan result, 1)
	b.mu.Lock()
	b.seq++
	w.seq = b.seq
	l := &b.lanes[w.class]
	l.add(w)
	if late := b.late(w, l.rank(w), b.now()); late > 0 {
		l.remove(w)
		b.mu.Unlock()
		return result{err: limited(late)}
	}
	b.dispatch()
	b.mu.Unlock()
	select {
	case r := <-w.result:
		return r
	case <-ctx.Done():
		return b.leave(ctx, w)
	}
}

// leave ends a wait whose context is over.
func (b *Budget) leave(ctx context.Context, w *waiter) result {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.lanes[w.class].remove(w) {
		// The result came in the same moment.
		if r := <-w.result; r.turn != nil {
			r.turn.drop()
			if !w.placed {
				b.inFlight--
			}
		}
	}
	b.dispatch()
	switch {
	case !errors.Is(ctx.Err(), context.DeadlineExceeded):
		return result{err: ctx.Err()}
	case b.inFlight >= b.opts.Concurrent && !w.placed:
		return result{err: fault.New(fault.UpstreamTimeout, "too many requests to the system are under way")}
	}
	now := b.now()
	return result{err: limited(b.forecast(w.class, 0, now).Sub(now))}
}

func limited(wait time.Duration) error {
	err := fault.New(fault.UpstreamRateLimited, "the system's quota leaves no turn in the time allowed; try again later")
	err.RetryAfter = max(wait, time.Millisecond)
	return err
}

// late returns how long a waiter has to wait if that is too long, else 0.
func (b *Budget) late(w *waiter, rank int, now time.Time) time.Duration {
	if w.deadline.IsZero() {
		return 0
	}
	if at := b.forecast(w.class, rank, now); !at.Before(w.deadline) {
		return max(at.Sub(now), time.Millisecond)
	}
	return 0
}

// forecast returns when the waiter with that many of its class before it will
// have its turn.
func (b *Budget) forecast(c class, rank int, now time.Time) time.Time {
	if c == background {
		gap := time.Duration(float64(b.pace.gap) / (float64(b.pace.most) * b.scanShare(now)))
		return later(b.turnAt(0, now), later(b.scan, now).Add(time.Duration(rank)*gap))
	}
	if c == interactive {
		rank += b.lanes[urgent].size
	}
	return b.turnAt(rank, now)
}

func (b *Budget) turnAt(rank int, now time.Time) time.Time {
	if b.replica.together() {
		return later(b.replica.forecast(rank, b.pace.at(b.rate(now)), now), b.blocked)
	}
	held := later(b.blocked, b.from)
	return later(b.own.forecast(now, b.alone(now), rank), held)
}

// dispatch gives out every turn there is and sets the alarm for the next one.
// The caller holds the lock.
func (b *Budget) dispatch() {
	now := b.now()
	b.own.forget(now.Add(-max(2*b.pace.gap, b.alone(now).gap)))
	b.refuse(now)
	var at time.Time
	if b.replica.together() {
		at = b.replica.dispatch(b, now)
	} else {
		at = b.dispatchAlone(now)
	}
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if !at.IsZero() {
		b.timer = time.AfterFunc(max(at.Sub(now), 0), func() {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.dispatch()
		})
	}
}

// dispatchAlone gives out this process's own turns; it returns when to go on,
// zero when something else has to happen first.
func (b *Budget) dispatchAlone(now time.Time) time.Time {
	if b.replica.joining() {
		return time.Time{}
	}
	for {
		l, at := b.next(now)
		if l == nil {
			return at
		}
		p := b.alone(now)
		held := later(b.blocked, b.from)
		if at := later(b.own.forecast(now, p, 0), held); at.After(now) {
			return at
		}
		w := l.pop()
		b.own.open++
		b.spend(w.class, p, now)
		b.give(w, &Turn{era: b.replica.aged(), open: true})
		b.replica.sentAlone()
	}
}

// next returns the lane whose turn it is, or when there may be one.
func (b *Budget) next(now time.Time) (*lane, time.Time) {
	places := b.opts.Concurrent - b.inFlight
	if l := &b.lanes[urgent]; l.size > 0 && (places > 0 || l.first().waiting[0].placed) {
		return l, time.Time{}
	}
	scan := &b.lanes[background]
	switch {
	case places <= 0:
		return nil, time.Time{}
	case scan.size > 0 && !now.Before(b.scan):
		return scan, time.Time{}
	case b.lanes[interactive].size > 0:
		return &b.lanes[interactive], time.Time{}
	case scan.size > 0:
		return nil, b.scan
	}
	return nil, time.Time{}
}

// spend notes that a turn was taken.
func (b *Budget) spend(c class, p pace, now time.Time) {
	if c != background {
		b.busy = now.Add(2 * b.pace.gap)
		return
	}
	b.scan = now.Add(time.Duration(float64(p.gap) / (float64(p.most) * b.scanShare(now))))
}

func (b *Budget) scanShare(now time.Time) float64 {
	if now.Before(b.busy) {
		return b.opts.BusyShare
	}
	return b.opts.IdleShare
}

// give hands a turn to a waiter.
func (b *Budget) give(w *waiter, t *Turn) {
	t.b, t.class = b, w.class
	if !w.placed {
		b.inFlight++
	}
	w.result <- result{turn: t}
}

// pruneEvery is how often the whole queue is looked through for those who
// cannot be served in time any more.
const pruneEvery = 50 * time.Millisecond

// refuse ends the waits that have become hopeless, because others went before.
func (b *Budget) refuse(now time.Time) {
	if now.Sub(b.pruned) < pruneEvery {
		return
	}
	b.pruned = now
	for c := range b.lanes {
		l := &b.lanes[c]
		if l.size == 0 {
			continue
		}
		rank := 0
		for _, w := range l.all() {
			if late := b.late(w, rank, now); late > 0 {
				l.remove(w)
				w.result <- result{err: limited(late)}
				continue
			}
			rank++
		}
	}
}

// rate is the part of the configured rate that is in force, and alone the pace
// of this process by itself.
func (b *Budget) rate(now time.Time) float64 {
	if !b.opts.Adaptive || !now.Before(b.full) {
		return 1
	}
	return math.Max(leastRate, 1-float64(b.full.Sub(now))/float64(recovery))
}

func (b *Budget) alone(now time.Time) pace {
	return b.pace.at(b.rate(now) / float64(b.replica.count()))
}

// Penalize keeps all turns back for a while, because the vendor refused a
// request with 429.
func (b *Budget) Penalize(pause time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	b.blocked = later(b.blocked, now.Add(pause))
	if b.opts.Adaptive && !now.Before(b.hit) {
		b.full = now.Add(time.Duration((1 - b.rate(now)/2) * float64(recovery)))
		b.hit = now.Add(b.pace.gap)
	}
	b.replica.penalize(b, pause)
	b.pruned = time.Time{}
	b.dispatch()
}

// State is what a budget looks like at a moment.
type State struct {
	// PerSecond is the rate in force, for all replicas together.
	PerSecond float64
	// Left is how many turns could be had at once, as far as this process knows.
	Left int
	// Waiting is how many calls of this process wait, InFlight how many were
	// sent and not answered.
	Waiting, InFlight int
	// BlockedUntil is the end of the vendor's last request to wait; zero when
	// it is over.
	BlockedUntil time.Time
	// Shared is false while this process uses only its own part.
	Shared bool
	// Replicas is how many processes share the budget.
	Replicas int
}

// State costs no call.
func (b *Budget) State() State {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	s := State{
		PerSecond: b.rate(now) * float64(b.opts.Requests) / b.opts.Window.Seconds(),
		InFlight:  b.inFlight, Replicas: b.replica.count(), Shared: b.replica.together(),
	}
	for i := range b.lanes {
		s.Waiting += b.lanes[i].size
	}
	if now.Before(b.blocked) {
		s.BlockedUntil = b.blocked
	} else if s.Shared {
		s.Left = b.replica.left
	} else if !now.Before(b.from) {
		s.Left = b.own.left(now, b.alone(now))
	}
	return s
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
