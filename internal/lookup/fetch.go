package lookup

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/slice"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// Call is one upstream call of a plan: the cells it was made for and how to make
// it. It may return more cells, and more days, than it was made for.
type Call[T any] struct {
	// Cells names each key once.
	Cells []Need
	Run   func(ctx context.Context) (map[Key][]T, error)
	// Day tells how many days after the date of its key a row is; nil where each
	// of Cells is of one day, whose all rows are.
	Day func(k Key, row T) int
	// Name is what the vendor calls the endpoint, for whoever asks for the price;
	// "" is the endpoint of the cells.
	Name string
	// Requests is how many requests it will take as far as is known beforehand; 0
	// means one. Guess says that it may be another number, since the system
	// answers in pages.
	Requests int
	Guess    bool
	// Free says that it is known to fail before anybody is asked.
	Free bool
	// Sample invents rows for a rehearsal, so that what depends on them can be
	// priced; nil invents none.
	Sample func(k Key) []T
}

// Single is a call for one cell that is not by day.
func Single[T any](k Key, run func(context.Context) ([]T, error)) Call[T] {
	return Call[T]{Cells: []Need{Of(k)}, Run: func(ctx context.Context) (map[Key][]T, error) {
		rows, err := run(ctx)
		return map[Key][]T{k: rows}, err
	}}
}

// Fetch returns a cell for each key, with the days that are needed of it. Days
// that are neither kept nor being fetched are given to plan, whose calls run side
// by side. plan may be called after Fetch has returned.
func Fetch[T any](
	ctx context.Context, c *Cells, needs []Need, plan func(missing []Need) []Call[T],
) map[Key]Cell {
	needs = united(needs)
	if bill := price.From(ctx); bill.Rehearsing() {
		return rehearse(ctx, c, bill, needs, plan)
	}
	if len(needs) == 0 {
		return nil
	}
	// All needs of a call are of one link.
	l := needs[0].Key.Link()
	ctx, cancel := slice.Of(ctx, slice.Link{System: string(l.System), Name: l.Name})
	defer cancel()
	cl := c.claim(ctx, needs)
	switch {
	case len(cl.mine) > 0:
		// What is old anyway goes along with what is missing, because one call
		// may bring both.
		c.join(&cl)
		launch(ctx, c, cl, plan)
	case len(cl.late) > 0:
		reload(ctx, c, cl, plan)
	}
	for i := range cl.waits {
		w := &cl.waits[i]
		k := &needs[w.need].Key
		got := c.wait(ctx, w)
		if left := w.days &^ daysOf(got); left != 0 {
			got = append(got, c.instead(&Need{Key: *k, Days: left}, overtime(ctx, k))...)
		}
		cl.got[w.need] = append(cl.got[w.need], got...)
		c.account(ctx, k, got, false)
	}
	out := make(map[Key]Cell, len(needs))
	for i := range needs {
		out[needs[i].Key] = cellOf[T](cl.got[i])
	}
	return out
}

// overtime is why a caller does not wait any longer: the time that a system did
// not use is the system's time-out, not the operation's.
func overtime(ctx context.Context, k *Key) *fault.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return fault.Upstream(fault.UpstreamTimeout, string(k.Link().System), k.Link().Name,
			"the system did not answer in the time left")
	}
	return fault.From(context.Cause(ctx))
}

// reload fetches the late days anew, behind an answer that was given already.
func reload[T any](ctx context.Context, c *Cells, cl claim, plan func([]Need) []Call[T]) {
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
func launch[T any](ctx context.Context, c *Cells, cl claim, plan func([]Need) []Call[T]) {
	own, cancel := context.WithoutCancel(ctx), context.CancelFunc(func() {})
	if deadline, ok := ctx.Deadline(); ok {
		own, cancel = context.WithDeadline(own, deadline)
	}
	c.running.Go(func() {
		defer cancel()
		carry(own, c, cl, plan)
	})
}

// carry settles all flights of a claim: from the store, then from the system. What
// the system gave goes to the store when all calls have ended, so that a month
// that took many is written once.
func carry[T any](ctx context.Context, c *Cells, cl claim, plan func([]Need) []Call[T]) {
	defer c.abandon(cl.flights)
	missing := fromStore[T](ctx, c, cl.needs(), cl.flights)
	if len(missing) == 0 {
		return
	}
	calls := plan(missing)
	if f := charge(ctx, c, missing, calls, plan); f != nil {
		c.fail(missing, cl.flights, f, c.history.now())
		return
	}
	ctx = price.With(ctx, nil) // they are charged
	landed := make([][]Key, len(calls))
	var group sync.WaitGroup
	for i, call := range calls {
		if i < len(calls)-1 {
			group.Go(func() { landed[i] = land(ctx, c, cl.flights, call) })
			continue
		}
		landed[i] = land(ctx, c, cl.flights, call) // here: a new goroutine's stack would have to grow first
	}
	group.Wait()
	c.abandon(cl.flights)
	toStore[T](ctx, c, slices.Concat(landed...))
}

// abandon settles the flights that no call of the plan covered, which would be
// waited for ever.
func (c *Cells) abandon(flights map[Key]*flight) {
	for k, f := range flights {
		c.mu.Lock()
		left := f.left
		c.mu.Unlock()
		if left != 0 {
			c.settle(k, f, part{
				days: left, fault: fault.New(fault.Internal, "internal error; the gateway's log has the detail"),
			})
		}
	}
}

// land makes one call and settles its cells. It returns the keys of what may be
// given to the store.
func land[T any](ctx context.Context, c *Cells, mine map[Key]*flight, call Call[T]) []Key {
	began := c.history.now()
	own, spent := ctx, (*usage.Account)(nil)
	if call.Guess {
		own, spent = usage.Branch(ctx)
	}
	rows, err := call.Run(own)
	now := c.now()
	if err == nil {
		err = turned(call.Cells, rows)
	}
	if err != nil {
		c.fail(call.Cells, mine, fault.From(err), began)
		return nil
	}
	if call.Guess && len(call.Cells) > 0 {
		c.book.note(shapeOf(call), spent.Calls())
	}
	kept := make([]Key, 0, max(len(call.Cells), len(rows)))
	take := func(n Need, list []T) {
		p := partOf(n, list, call.Day)
		p.at = now
		c.date(&n.Key, &p)
		if c.keep(n.Key, p, began, c.topics(&n.Key, mine[n.Key], began)) != 0 {
			kept = append(kept, n.Key)
		}
		c.settle(n.Key, mine[n.Key], p)
	}
	for _, n := range call.Cells {
		take(n, rows[n.Key])
		delete(rows, n.Key)
	}
	for k, list := range rows {
		take(Need{Key: k}, list)
	}
	return kept
}

// turned tells whether somebody linked the system anew, with another credential,
// between the plan and the answer: nobody knows by whose rights the rows are, and
// the planned cells would seem to have none.
func turned[T any](planned []Need, rows map[Key][]T) error {
	if len(planned) == 0 {
		return nil
	}
	first := &planned[0].Key
	for k := range rows {
		if !k.sameEyes(first) {
			link := first.Link()
			return fault.Upstream(fault.UpstreamUnavailable, string(link.System), link.Name,
				"the system was linked anew while it was asked; ask again")
		}
	}
	return nil
}

// partOf is what a call brought for a cell: the days it was made for, and those
// of the rows that came beside.
func partOf[T any](n Need, rows []T, dayOf func(Key, T) int) part {
	p := part{days: n.Days, rows: rows}
	if dayOf == nil {
		p.days = max(p.days, Whole)
		only := p.days.first()
		if p.days.Count() == 1 {
			return p
		}
		dayOf = func(Key, T) int { return only }
	}
	day := make([]uint8, len(rows))
	sorted, stray := true, false
	for i, row := range rows {
		d := dayOf(n.Key, row)
		if d < 0 || d >= MaxDays {
			d, stray = MaxDays, true // of no day that anybody can ask for
		} else {
			p.days |= 1 << d
		}
		day[i] = uint8(d)
		sorted = sorted && (i == 0 || day[i-1] <= day[i])
	}
	if !sorted {
		p.rows, day = byDay(rows, day)
	}
	if stray || p.days.Count() > 1 {
		p.day = day
	}
	return p
}

// byDay returns copies that are sorted, rows of a day in the order in which they
// came.
func byDay[T any](rows []T, day []uint8) (sortedRows []T, sortedDay []uint8) {
	var ends [MaxDays + 2]int
	for _, d := range day {
		ends[d+1]++
	}
	for d := 1; d < len(ends); d++ {
		ends[d] += ends[d-1]
	}
	sortedRows, sortedDay = make([]T, len(rows)), make([]uint8, len(rows))
	for i, d := range day {
		sortedRows[ends[d]], sortedDay[ends[d]] = rows[i], d
		ends[d]++
	}
	return sortedRows, sortedDay
}

// fail settles the cells of a call that brought nothing.
func (c *Cells) fail(needs []Need, mine map[Key]*flight, f *fault.Error, began mark) {
	// Of a call for several it is not known which is not there.
	known := f.Code == fault.NotFound && count(needs) == 1
	for i := range needs {
		k, flight := &needs[i].Key, mine[needs[i].Key]
		for _, p := range c.instead(&needs[i], f) {
			switch {
			case known:
				p.at = c.now()
				c.date(k, &p)
				c.keep(*k, p, began, c.topics(k, flight, began))
				p.at = time.Time{}
			case p.stale:
				// Who is answered behind which a reload runs is told that it fails.
				c.keep(*k, p, p.mark, p.topics)
			}
			c.settle(*k, flight, p)
		}
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
