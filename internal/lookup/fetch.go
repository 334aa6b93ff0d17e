package lookup

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// Call is one upstream call of a plan: the cells it was made for and how to make
// it. It may return more cells than it was made for.
type Call[T any] struct {
	Cells []Key
	Run   func(ctx context.Context) (map[Key][]T, error)
	// Name is what the vendor calls the endpoint, for whoever asks for the price;
	// "" is the endpoint of the cells.
	Name string
	// Requests is how many requests it will take as far as is known beforehand; 0
	// means one. Guess says that it may be another number, since the system
	// answers in pages.
	Requests int
	Guess    bool
	// Sample invents rows for a rehearsal, so that what depends on them can be
	// priced; nil invents none.
	Sample func(k Key) []T
}

// Single is a call for one cell.
func Single[T any](k Key, run func(context.Context) ([]T, error)) Call[T] {
	return Call[T]{Cells: []Key{k}, Run: func(ctx context.Context) (map[Key][]T, error) {
		rows, err := run(ctx)
		return map[Key][]T{k: rows}, err
	}}
}

// claim is what a caller must fetch, and what it must wait for.
type claim struct {
	// mine lists the keys, each once, whose flights this caller must make.
	mine    []Key
	flights map[Key]*flight
	// waits are the flights whose cells this caller needs: its own and others'.
	waits map[Key]*flight
	// late are the keys that were answered with old values.
	late []Key
	// fleet is where its flights lie.
	fleet []flight
}

// Fetch returns a cell for each key. Keys that are neither kept nor being fetched
// are given to plan, whose calls run side by side. plan may be called after Fetch
// has returned.
func Fetch[T any](
	ctx context.Context, c *Cells, keys []Key, plan func(missing []Key) []Call[T],
) map[Key]Cell {
	if bill := price.From(ctx); bill.Rehearsing() {
		return rehearse(ctx, c, bill, keys, plan)
	}
	ctx, cancel := inTime(ctx)
	defer cancel()
	out := make(map[Key]Cell, len(keys))
	cl := c.claim(ctx, keys, out)
	switch {
	case len(cl.mine) > 0:
		// What is old anyway goes along with what is missing, because one call
		// may bring both.
		c.join(&cl)
		launch(ctx, c, cl, plan)
	case len(cl.late) > 0:
		reload(ctx, c, cl, plan)
	}
	for k, f := range cl.waits {
		got, ok := c.wait(ctx, f)
		if !ok {
			got = c.instead(k, left(ctx, k))
		}
		out[k] = got
		c.account(ctx, &k, &got, false)
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
func left(ctx context.Context, k Key) *fault.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Upstream(fault.UpstreamTimeout, string(k.Link().System), k.Link().Name,
			"the system did not answer in the time left")
	}
	return fault.From(context.Cause(ctx))
}

// claim fills out with cells that may be shown without waiting. What is missing is
// claimed at once, so that of two who need the same cells one makes all calls.
func (c *Cells) claim(ctx context.Context, keys []Key, out map[Key]Cell) claim {
	var cl claim
	var missing []Key
	for _, k := range keys {
		if _, twice := out[k]; twice {
			continue // two employees have the same manager
		}
		if !c.show(ctx, k, out, &cl) {
			missing = append(missing, k)
		}
	}
	// One allocation for all flights, and none for what is in memory.
	cl.flights, cl.waits = make(map[Key]*flight, len(missing)), make(map[Key]*flight, len(missing))
	cl.fleet, cl.mine = make([]flight, 0, len(missing)), make([]Key, 0, len(missing))
	// The mark comes first: topics that are forgotten after it was taken end what
	// goes by it, while forgotten topics under a younger mark would hear of no write.
	at := c.history.told()
	topics := make([][2]*topic, len(missing))
	for i := range missing {
		// A subject's days, which come together, have the same topics.
		if i > 0 && missing[i].scope == missing[i-1].scope && missing[i].subject == missing[i-1].subject {
			topics[i] = topics[i-1]
			continue
		}
		topics[i] = c.history.topicsOf(&missing[i])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range missing {
		// One that landed meanwhile is there.
		if cl.waits[k] == nil && !c.show(ctx, k, out, &cl) {
			cl.waits[k] = c.flight(k, at, topics[i], &cl)
		}
	}
	return cl
}

// show puts a cell of memory into out, if it may be shown without waiting.
func (c *Cells) show(ctx context.Context, k Key, out map[Key]Cell, cl *claim) bool {
	now := c.now()
	kept, ok := c.Peek(k)
	if !ok || !now.Before(kept.behindUntil) {
		return false
	}
	if kept.Fault != nil && !kept.Stale {
		kept.At = time.Time{} // of the refusal; there are no rows
	}
	out[k] = kept
	c.account(ctx, &k, &kept, true)
	if !now.Before(kept.freshUntil) {
		cl.late = append(cl.late, k)
	}
	return true
}

// flight returns the flight of a key, one under way or a new one of the claim's,
// whose topics were found after the mark was taken. c.mu is held.
func (c *Cells) flight(k Key, at mark, topics [2]*topic, cl *claim) *flight {
	// A flight that took off before a write is not joined: it may lack it.
	if f, ok := c.flights[k]; ok && c.history.holds(f.mark, f.topics) {
		return f
	}
	cl.fleet = append(cl.fleet, flight{mark: at, topics: topics})
	f := &cl.fleet[len(cl.fleet)-1]
	c.flights[k] = f
	cl.flights[k] = f
	cl.mine = append(cl.mine, k)
	return f
}

// join adds the late keys to the claim's flights.
func (c *Cells) join(cl *claim) {
	for _, k := range cl.late {
		at := c.history.told() // before the topics
		topics := c.history.topicsOf(&k)
		c.mu.Lock()
		c.flight(k, at, topics, cl)
		c.mu.Unlock()
	}
}

// reload fetches the late keys anew, behind an answer that was given already.
func reload[T any](ctx context.Context, c *Cells, cl claim, plan func([]Key) []Call[T]) {
	select {
	case c.behind <- struct{}{}:
	default:
		return
	}
	c.join(&cl)
	if len(cl.mine) == 0 {
		<-c.behind
		return
	}
	// What is done behind an answer is not in its account.
	own, cancel := context.WithTimeout(price.With(usage.With(context.WithoutCancel(ctx), nil), nil), behindTime)
	c.running.Go(func() {
		defer cancel()
		defer func() { <-c.behind }()
		carry(own, c, cl, plan)
	})
}

// launch makes the calls. They outlive the caller, whose leaving must not fail
// others who wait for the same cells, but not the caller's deadline.
func launch[T any](ctx context.Context, c *Cells, cl claim, plan func([]Key) []Call[T]) {
	own, cancel := context.WithoutCancel(ctx), context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		own, cancel = context.WithDeadline(own, deadline)
	}
	c.running.Go(func() {
		defer cancel()
		carry(own, c, cl, plan)
	})
}

// carry settles all flights of a claim: from the store, then from the system.
func carry[T any](ctx context.Context, c *Cells, cl claim, plan func([]Key) []Call[T]) {
	defer c.abandon(cl.flights)
	missing := fromStore[T](ctx, c, cl.mine, cl.flights)
	if len(missing) == 0 {
		return
	}
	calls := plan(missing)
	if f := charge(ctx, c, missing, calls, plan); f != nil {
		c.fail(missing, cl.flights, f, c.history.now())
		return
	}
	var group sync.WaitGroup
	for _, call := range calls {
		group.Go(func() { land(ctx, c, cl.flights, call) })
	}
	group.Wait()
}

// abandon settles the flights that no call of the plan covered, which would be
// waited for ever.
func (c *Cells) abandon(flights map[Key]*flight) {
	var lost *fault.Error
	for k, f := range flights {
		c.mu.Lock()
		settled := f.settled
		c.mu.Unlock()
		if settled {
			continue
		}
		if lost == nil {
			lost = fault.New(fault.Internal, "internal error; the gateway's log has the detail")
		}
		c.settle(k, f, Cell{Fault: lost})
	}
}

// land makes one call and settles its cells.
func land[T any](ctx context.Context, c *Cells, mine map[Key]*flight, call Call[T]) {
	began := c.history.now()
	own, spent := ctx, (*usage.Account)(nil)
	if call.Guess {
		own, spent = usage.Branch(ctx)
	}
	rows, err := call.Run(own)
	now := c.now()
	if err != nil {
		c.fail(call.Cells, mine, fault.From(err), began)
		return
	}
	if call.Guess && len(call.Cells) > 0 {
		c.book.note(shapeOf(call), spent.Calls())
	}
	var fresh map[Key]Cell // for the store
	if c.shelf != nil {
		fresh = make(map[Key]Cell, len(rows))
	}
	take := func(k Key, r []T) {
		got := Cell{Rows: r, At: now}
		c.date(&k, &got)
		if c.keep(k, got, began, c.topics(&k, mine[k], began)) && fresh != nil {
			fresh[k] = got
		}
		c.settle(k, mine[k], got)
	}
	for _, k := range call.Cells {
		take(k, rows[k])
		delete(rows, k)
	}
	for k, r := range rows {
		take(k, r)
	}
	c.toStore(ctx, fresh, began)
}

// fail settles the cells of a call that brought nothing.
func (c *Cells) fail(keys []Key, mine map[Key]*flight, f *fault.Error, began mark) {
	for _, k := range keys {
		got := c.instead(k, f)
		switch {
		case f.Code == fault.NotFound && len(keys) == 1:
			// Of a call for several it is not known which is not there.
			got.At = c.now()
			c.date(&k, &got)
			c.keep(k, got, began, c.topics(&k, mine[k], began))
			got.At = time.Time{}
		case got.Stale:
			// Who is answered behind which a reload runs is told that it fails.
			c.keep(k, got, got.mark, got.topics)
		}
		c.settle(k, mine[k], got)
	}
}

// topics are those of a cell for a load that began at m. Its flight knows them,
// unless everything was forgotten since it was made.
func (c *Cells) topics(k *Key, f *flight, m mark) [2]*topic {
	if f != nil && f.mark.age == m.age {
		return f.topics
	}
	return c.history.topicsOf(k)
}

// wait returns the cell of a flight, false if ctx ends before it has landed.
func (c *Cells) wait(ctx context.Context, f *flight) (Cell, bool) {
	c.mu.Lock()
	if f.settled {
		defer c.mu.Unlock()
		return f.cell, true
	}
	if f.done == nil {
		f.done = make(chan struct{})
	}
	done := f.done
	c.mu.Unlock()
	select {
	case <-done:
		return f.cell, true // not written any more
	case <-ctx.Done():
		return Cell{}, false
	}
}

func (c *Cells) settle(k Key, f *flight, got Cell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f == nil || f.settled {
		return
	}
	f.cell, f.settled = got, true
	if f.done != nil {
		close(f.done)
	}
	if c.flights[k] == f {
		delete(c.flights, k)
	}
}
