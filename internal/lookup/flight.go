package lookup

import (
	"context"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/price"
)

// A flight is days of a cell that somebody is fetching. They may land in several
// parts. Cells.mu guards all but the mark and the topics.
type flight struct {
	// days are all that it is for, left those that have not landed.
	days, left Days
	parts      []part
	waiting    []landing
	// next is another flight of the same key.
	next *flight

	mark   mark
	topics [2]*topic
}

// landing is closed when none of the days is left.
type landing struct {
	days Days
	done chan struct{}
}

// claim is what a caller must fetch, and what it must wait for.
type claim struct {
	// got is what may be shown at once, for each need.
	got [][]part
	// mine lists the keys, each once, whose flights this caller must make.
	mine    []Key
	flights map[Key]*flight
	// waits are the flights whose cells this caller needs: its own and others'.
	waits []wait
	// late are the days that were answered with old values.
	late []Need
}

// wait is days of the need at an index that a flight brings.
type wait struct {
	need   int
	days   Days
	flight *flight
}

// needs are the days of the claim's flights.
func (cl *claim) needs() []Need {
	out := make([]Need, len(cl.mine))
	for i, k := range cl.mine {
		out[i] = Need{Key: k, Days: cl.flights[k].days}
	}
	return out
}

// claim finds what may be shown without waiting. What is missing is claimed at
// once, so that of two who need the same days one makes all calls.
func (c *Cells) claim(ctx context.Context, needs []Need) claim {
	cl := claim{got: make([][]part, len(needs))}
	var missing []int
	for i := range needs {
		if c.show(ctx, i, needs[i], &cl) != 0 {
			missing = append(missing, i)
		}
	}
	if len(missing) == 0 {
		return cl
	}
	if c.forbid(ctx, needs, missing, &cl) {
		return cl
	}
	cl.flights = make(map[Key]*flight, len(missing))
	cl.mine, cl.waits = make([]Key, 0, len(missing)), make([]wait, 0, len(missing))
	// The mark comes first: topics that are forgotten after it was taken end what
	// goes by it, while forgotten topics under a younger mark would hear of no write.
	at := c.history.told()
	topics := make([][2]*topic, len(missing))
	for i, n := range missing {
		// A subject's months, which come together, have the same topics.
		if k := &needs[n].Key; i > 0 && k.scope == needs[n-1].Key.scope && k.subject == needs[n-1].Key.subject &&
			missing[i-1] == n-1 {
			topics[i] = topics[i-1]
		} else {
			topics[i] = c.history.topicsOf(k)
		}
	}
	own := c.aheadOf(price.From(ctx))
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, n := range missing {
		left := Need{Key: needs[n].Key, Days: needs[n].Days &^ daysOf(cl.got[n])}
		// What landed meanwhile is there.
		if left.Days = c.show(ctx, n, left, &cl); left.Days != 0 {
			left.Days = own.meet(c.history, n, left, &cl)
		}
		if left.Days != 0 {
			c.fly(n, left, at, topics[i], &cl)
		}
	}
	return cl
}

// forbid fills what is missing, at some indices, with the reason where the operation
// may not ask for it.
func (c *Cells) forbid(ctx context.Context, needs []Need, missing []int, cl *claim) bool {
	bill := price.From(ctx)
	if bill == nil {
		return false
	}
	left := func(n int) Need { return Need{Key: needs[n].Key, Days: needs[n].Days &^ daysOf(cl.got[n])} }
	days := 0
	for _, n := range missing {
		days += left(n).Days.Count()
	}
	err := bill.Want(days)
	if err == nil {
		return false
	}
	f := refused(needs[missing[0]].Key.Link(), err)
	for _, n := range missing {
		need := left(n)
		cl.got[n] = append(cl.got[n], c.instead(&need, f)...)
	}
	return true
}

// show adds to a claim what memory holds of a need, if it may be shown without
// waiting, and returns the days that it does not hold.
func (c *Cells) show(ctx context.Context, at int, n Need, cl *claim) Days {
	parts := c.look(&n)
	if len(parts) == 0 {
		return n.Days
	}
	now := c.now()
	var late Days
	shown := parts[:0]
	for _, p := range parts {
		if !now.Before(p.behindUntil) {
			continue
		}
		n.Days &^= p.days
		if p.fault != nil && !p.stale {
			p.at = time.Time{} // of the refusal; there are no rows
		}
		if !now.Before(p.freshUntil) {
			late |= p.days
		}
		shown = append(shown, p)
	}
	if late != 0 {
		cl.late = append(cl.late, Need{Key: n.Key, Days: late})
	}
	cl.got[at] = append(cl.got[at], shown...)
	c.account(ctx, &n.Key, shown, true)
	return n.Days
}

// fly finds the flights of a need, those under way and a new one of the claim's,
// whose topics were found after the mark was taken. c.mu is held.
func (c *Cells) fly(at int, n Need, m mark, topics [2]*topic, cl *claim) {
	for f := c.flights[n.Key]; f != nil; f = f.next {
		// A flight that took off before a write is not joined: it may lack it.
		if both := f.left & n.Days; both != 0 && c.history.holds(f.mark, f.topics) {
			cl.waits = append(cl.waits, wait{at, both, f})
			n.Days &^= both
		}
	}
	if n.Days != 0 {
		cl.waits = append(cl.waits, wait{at, n.Days, c.takeOff(n, m, topics, cl)})
	}
}

// takeOff makes a flight of the claim's, or adds days to the one that it has of
// the same key. c.mu is held.
func (c *Cells) takeOff(n Need, m mark, topics [2]*topic, cl *claim) *flight {
	f := cl.flights[n.Key]
	if f == nil {
		f = &flight{mark: m, topics: topics, next: c.flights[n.Key]}
		c.flights[n.Key] = f
		cl.flights[n.Key] = f
		cl.mine = append(cl.mine, n.Key)
	}
	f.days |= n.Days
	f.left |= n.Days
	return f
}

// join adds the late days to the claim's flights, but for those that somebody is
// fetching already.
func (c *Cells) join(cl *claim) {
	if cl.flights == nil {
		cl.flights = make(map[Key]*flight, len(cl.late))
	}
	for _, n := range cl.late {
		at := c.history.told() // before the topics
		topics := c.history.topicsOf(&n.Key)
		c.mu.Lock()
		for f := c.flights[n.Key]; f != nil; f = f.next {
			if c.history.holds(f.mark, f.topics) {
				n.Days &^= f.left
			}
		}
		if n.Days != 0 {
			c.takeOff(n, at, topics, cl)
		}
		c.mu.Unlock()
	}
}

// wait returns the days of a flight that have landed before ctx ended.
func (c *Cells) wait(ctx context.Context, w *wait) []part {
	c.mu.Lock()
	if w.flight.left&w.days != 0 {
		done := make(chan struct{})
		w.flight.waiting = append(w.flight.waiting, landing{w.days, done})
		c.mu.Unlock()
		select {
		case <-done:
		case <-ctx.Done():
		}
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	out := make([]part, 0, 1)
	for _, p := range w.flight.parts {
		if p.days &= w.days; p.days != 0 {
			out = append(out, p)
		}
	}
	return out
}

// settle lands days of a flight.
func (c *Cells) settle(k Key, f *flight, p part) {
	if f == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.days &= f.left; p.days == 0 {
		return
	}
	if len(f.parts) == 1 && f.left != p.days {
		f.parts = slices.Grow(f.parts, f.left.Count()) // a call of each day
	}
	f.parts = append(f.parts, p)
	f.left &^= p.days
	for _, l := range f.waiting {
		if l.days&f.left == 0 && l.days&p.days != 0 {
			close(l.done)
		}
	}
	if f.left == 0 {
		c.forget(k, f)
	}
}

// forget takes a flight that has landed off the list. c.mu is held.
func (c *Cells) forget(k Key, f *flight) {
	if c.flights[k] == f {
		if f.next == nil {
			delete(c.flights, k)
		} else {
			c.flights[k] = f.next
		}
		return
	}
	for other := c.flights[k]; other != nil; other = other.next {
		if other.next == f {
			other.next = f.next
			return
		}
	}
}
