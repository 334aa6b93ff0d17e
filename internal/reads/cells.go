package reads

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// cellKey names one cell: what one endpoint of one link says of one subject on
// one day, as seen by one upstream principal.
//
// The principal is part of the key because a vendor answers by the rights of the
// token's owner. The asker is not: answers are cut to the asker's rights after
// the cache. Every key is built by Reader.key, nowhere else.
type cellKey struct {
	link      hr.Link
	principal string
	endpoint  string
	subject   string
	// date is zero for cells that are not by day.
	date hr.Date
}

// cell is what is known: rows of the endpoint's type, or a fault.
type cell struct {
	rows  any // []T
	at    time.Time
	stale bool
	fault *fault.Error
}

// A flight is a cell that somebody is fetching.
type flight struct {
	done    chan struct{}
	cell    cell
	settled bool
}

// cells is the memory of a Reader. It is safe for concurrent use.
type cells struct {
	fresh time.Duration // age at which a cell is fetched again
	now   func() time.Time
	kept  *otter.Cache[cellKey, cell]

	mu      sync.Mutex
	flights map[cellKey]*flight
	// forgotten counts the calls of forget: what a call brings that was begun
	// before the last one may be older than a write, and is not kept.
	forgotten int
	running   sync.WaitGroup
}

// maxCells bounds the memory: a cell without rows is about 200 bytes.
const maxCells = 500_000

func newCells(fresh, maxAge time.Duration, now func() time.Time) *cells {
	return &cells{
		fresh: fresh,
		now:   now,
		kept: otter.Must(&otter.Options[cellKey, cell]{
			MaximumSize:      maxCells,
			ExpiryCalculator: otter.ExpiryWriting[cellKey, cell](maxAge),
		}),
		flights: map[cellKey]*flight{},
	}
}

// call is one upstream call of a plan: the cells it was made for and how to
// make it. It may return more cells than it was made for.
type call[T any] struct {
	cells []cellKey
	run   func(ctx context.Context) (map[cellKey][]T, error)
}

// single is a call for one cell.
func single[T any](k cellKey, run func(context.Context) ([]T, error)) call[T] {
	return call[T]{cells: []cellKey{k}, run: func(ctx context.Context) (map[cellKey][]T, error) {
		rows, err := run(ctx)
		return map[cellKey][]T{k: rows}, err
	}}
}

// fetch returns a cell for each key. Keys that are neither kept nor being
// fetched are given to plan, whose calls run side by side.
func fetch[T any](
	ctx context.Context, c *cells, keys []cellKey, plan func(missing []cellKey) []call[T],
) map[cellKey]cell {
	ctx, cancel := inTime(ctx)
	defer cancel()
	out := make(map[cellKey]cell, len(keys))
	mine, theirs := c.claim(keys, out)
	if len(mine) > 0 {
		// Keys may repeat: two employees have the same manager.
		missing, listed := make([]cellKey, 0, len(mine)), make(map[cellKey]bool, len(mine))
		for _, k := range keys {
			if mine[k] != nil && !listed[k] {
				listed[k] = true
				missing = append(missing, k)
			}
		}
		launch(ctx, c, mine, plan(missing))
	}
	for k, f := range theirs {
		select {
		case <-f.done:
			out[k] = f.cell
		case <-ctx.Done():
			out[k] = c.fallback(k, left(ctx, k))
		}
	}
	return out
}

// inTime ends a tenth of the time left before ctx does, so that what the other
// systems gave can still be joined and written when one of them hangs.
func inTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-time.Until(deadline)/10))
}

// left is why a caller does not wait any longer: the time that a system did not
// use is the system's time-out, not the operation's.
func left(ctx context.Context, k cellKey) *fault.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Upstream(fault.UpstreamTimeout, string(k.link.System), k.link.Name,
			"the system did not answer in the time left")
	}
	return fault.From(context.Cause(ctx))
}

// claim fills out with fresh cells. It returns the flights this caller must
// make, and all flights it must wait for (mine included).
func (c *cells) claim(keys []cellKey, out map[cellKey]cell) (mine, all map[cellKey]*flight) {
	mine, all = map[cellKey]*flight{}, map[cellKey]*flight{}
	now := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		if kept, ok := c.kept.GetIfPresent(k); ok && now.Sub(kept.at) < c.fresh {
			out[k] = kept
			continue
		}
		f, ok := c.flights[k]
		if !ok {
			f = &flight{done: make(chan struct{})}
			c.flights[k] = f
			mine[k] = f
		}
		all[k] = f
	}
	return mine, all
}

// launch makes the calls. They outlive the caller, whose leaving must not fail
// others who wait for the same cells, but not the caller's deadline.
func launch[T any](ctx context.Context, c *cells, mine map[cellKey]*flight, calls []call[T]) {
	own, cancel := context.WithoutCancel(ctx), context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		own, cancel = context.WithDeadline(own, deadline)
	}
	var group sync.WaitGroup
	for _, call := range calls {
		group.Go(func() { land(own, c, mine, call) })
	}
	c.running.Go(func() {
		defer cancel()
		group.Wait()
		// A cell that no call of the plan covered would be waited for ever.
		for k, f := range mine {
			select {
			case <-f.done:
			default:
				c.settle(k, f, cell{fault: fault.New(fault.Internal, "internal error; the gateway's log has the detail")})
			}
		}
	})
}

// land makes one call and settles its cells.
func land[T any](ctx context.Context, c *cells, mine map[cellKey]*flight, call call[T]) {
	began := c.writes()
	rows, err := call.run(ctx)
	now := c.now()
	if err != nil {
		f := fault.From(err)
		for _, k := range call.cells {
			c.settle(k, mine[k], c.fallback(k, f))
		}
		return
	}
	for _, k := range call.cells {
		got := cell{rows: rows[k], at: now}
		c.keep(k, got, began)
		c.settle(k, mine[k], got)
		delete(rows, k)
	}
	for k, r := range rows {
		c.keep(k, cell{rows: r, at: now}, began)
	}
}

func (c *cells) writes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgotten
}

// keep stores a cell unless something was forgotten since its call began.
func (c *cells) keep(k cellKey, got cell, began int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgotten == began {
		c.kept.Set(k, got)
	}
}

// forget drops the cells that a write touched. Who waits for one of them gets
// what was under way; who asks later asks anew.
func (c *cells) forget(touched func(cellKey) bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgotten++
	for k := range c.kept.Keys() {
		if touched(k) {
			c.kept.Invalidate(k)
		}
	}
	for k := range c.flights {
		if touched(k) {
			delete(c.flights, k)
		}
	}
}

func (c *cells) settle(k cellKey, f *flight, got cell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f == nil || f.settled {
		return
	}
	f.cell, f.settled = got, true
	close(f.done)
	if c.flights[k] == f {
		delete(c.flights, k)
	}
}

// fallback is what to show when a cell cannot be fetched: the old one if it is
// still kept, else the fault.
func (c *cells) fallback(k cellKey, f *fault.Error) cell {
	if kept, ok := c.kept.GetIfPresent(k); ok {
		kept.stale, kept.fault = true, f
		return kept
	}
	return cell{fault: f}
}

// close waits for calls under way.
func (c *cells) close() {
	c.running.Wait()
	c.kept.StopAllGoroutines()
}

// rowsOf returns a cell's rows in their type.
func rowsOf[T any](c cell) []T {
	rows, ok := c.rows.([]T)
	if !ok {
		return nil
	}
	return rows
}
