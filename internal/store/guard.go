package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// Guard bounds what a store that may be away costs its callers. A call has a
// budget; the first one that spends it, or finds nobody there, makes the Guard
// turn all others away at once, so that none of them waits and none holds a
// connection. From then on the Guard itself asks, at once and then every Pause,
// whether the store answers, and lets calls through when it does.
//
// Asking at once is for a machine that is busy: a call whose answer was there and
// had to wait spends its budget, too, and then the store is used again after one
// question. It is done once in a while only, or a store that is slower than the
// budget would take one from everybody.
//
// So a store that hangs costs one budget to those who were calling it at that
// moment, and nothing to anybody else. It is safe for concurrent use.
type Guard struct {
	ping func(context.Context) error
	opts GuardOptions

	down   atomic.Bool
	closed context.Context //nolint:containedctx // ends the guard's own asking
	end    context.CancelFunc
	asking sync.WaitGroup

	mu    sync.Mutex
	grace context.Context //nolint:containedctx // ends when Insist need not wait (any longer)
	calm  context.Context //nolint:containedctx // nil, or ends a while after the last return
}

// GuardOptions configures NewGuard. The zero value is usable.
type GuardOptions struct {
	// Pause is between two questions whether the store is back; 0 is 100 ms.
	Pause time.Duration
	// PingTimeout is how long the store may take to say so; 0 is 500 ms. With
	// Pause it bounds how long a store that is back stays unused, and it is long
	// enough for a new connection to another data centre.
	PingTimeout time.Duration
	// OnChange is told when the store goes away, and why, and, with nil, when it
	// is back; never twice at a time. It must not wait.
	OnChange func(cause error)
}

// errPaused is what a Guard says while the store is away.
var errPaused = fmt.Errorf("%w: left alone for a moment after a failure", ErrUnavailable)

// NewGuard returns a guard of the store that ping asks for an answer. Close it
// after use.
func NewGuard(ping func(context.Context) error, opts GuardOptions) *Guard {
	if opts.Pause <= 0 {
		opts.Pause = 100 * time.Millisecond
	}
	if opts.PingTimeout <= 0 {
		opts.PingTimeout = 500 * time.Millisecond
	}
	if opts.OnChange == nil {
		opts.OnChange = func(error) {}
	}
	g := &Guard{ping: ping, opts: opts}
	g.closed, g.end = context.WithCancel(context.Background()) //nolint:forbidigo // it lives until Close
	return g
}

// Up reports whether calls are let through.
func (g *Guard) Up() bool { return !g.down.Load() }

// Do runs call within a budget. It is ErrUnavailable if the store is away, or
// call is, or the budget is spent; it is the error of ctx if that ended first,
// and any other error of call.
func (g *Guard) Do(ctx context.Context, budget time.Duration, call func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if g.down.Load() {
		return errPaused
	}
	bounded, cancel := context.WithTimeout(ctx, budget)
	defer cancel()
	err := call(bounded)
	switch {
	case err == nil, ctx.Err() != nil:
		return err
	case errors.Is(err, context.DeadlineExceeded):
		err = fmt.Errorf("%w: no answer within %s", ErrUnavailable, budget)
	case !errors.Is(err, ErrUnavailable), errors.Is(err, errRefused):
		return err
	}
	g.trip(err)
	return err
}

// Insist is Do for a call that others rely on: if the store went away less than
// a grace ago, it waits for the rest of it in case that was a hiccup. A store
// that has been away for longer turns it away at once.
func (g *Guard) Insist(ctx context.Context, budget time.Duration, call func(context.Context) error) error {
	if g.down.Load() {
		g.mu.Lock()
		grace := g.grace
		g.mu.Unlock()
		select {
		case <-grace.Done():
		case <-ctx.Done():
		}
	}
	return g.Do(ctx, budget, call)
}

// graceTime is enough for the first two questions whether the store is back.
const graceTime = 250 * time.Millisecond

// trip closes the way to the store and begins to ask for it.
func (g *Guard) trip(cause error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed.Err() != nil || g.down.Load() {
		return
	}
	grace, over := context.WithTimeout(g.closed, graceTime)
	g.grace = grace
	g.down.Store(true)
	g.opts.OnChange(cause)
	first := g.opts.Pause
	if g.calm == nil || g.calm.Err() != nil {
		first = 0
	}
	g.asking.Go(func() {
		defer over()
		g.ask(first)
	})
}

// calmTime is how long a store has to stay after its return before a failure may
// be a busy machine's again.
const calmTime = time.Second

// ask waits until the store answers, first after a while.
func (g *Guard) ask(first time.Duration) {
	timer := time.NewTimer(first)
	defer timer.Stop()
	for {
		select {
		case <-g.closed.Done():
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(g.closed, g.opts.PingTimeout)
		err := g.ping(ctx)
		cancel()
		if err == nil {
			g.letThrough()
			return
		}
		timer.Reset(g.opts.Pause)
	}
}

// letThrough ends the time in which the store is left alone.
func (g *Guard) letThrough() {
	g.mu.Lock()
	defer g.mu.Unlock()
	calm, over := context.WithTimeout(g.closed, calmTime)
	context.AfterFunc(calm, over)
	g.calm = calm
	g.opts.OnChange(nil)
	g.down.Store(false)
}

// Close ends the asking. Calls that are under way are not waited for.
func (g *Guard) Close() error {
	g.mu.Lock()
	g.end()
	g.mu.Unlock() // nobody begins to ask from here on
	g.asking.Wait()
	return nil
}
