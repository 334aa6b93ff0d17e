package lookup

import (
	"context"
	"slices"
	"sync"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
)

// bought is what a rehearsal has put on its bill: who needs it too finds it there,
// as one who is not rehearsing finds the flight. Lists are gone through one after
// the other, so that they take memory one after the other.
type bought struct {
	mu    sync.Mutex
	cells map[Key][]part
}

// boughtOf is what is on the bill of rehearsals of these cells.
func (c *Cells) boughtOf(bill *price.Bill) *bought {
	b, _ := bill.Note(c, func() any { return &bought{cells: map[Key][]part{}} }).(*bought)
	return b
}

// rehearse is Fetch without asking: what is kept is answered, what is not is put
// on the bill and answered with samples, so that what depends on it is priced
// too.
func rehearse[T any](
	ctx context.Context, c *Cells, bill *price.Bill, needs []Need, plan func([]Need) []Call[T],
) map[Key]Cell {
	out := make(map[Key]Cell, len(needs))
	b := c.boughtOf(bill)
	b.mu.Lock()
	defer b.mu.Unlock()
	if f := stopped(ctx, bill); f != nil {
		bill.Plan(count(needs))
		for i := range needs {
			out[needs[i].Key] = Cell{Fault: f}
		}
		return out
	}
	c.recall(ctx)
	r := rehearsing{c: c, bill: bill, got: make(map[Key][]part, len(needs))}
	left := r.buy(b, needs)
	days := count(left)
	if may := bill.Plan(days); may < days {
		left = sampleOf(left, may)
	}
	of := count(left)
	if left = fromShelf[T](ctx, &r, left); len(left) > 0 {
		calls := plan(left)
		cost := lines(c, calls)
		bill.Charge(cost)
		if of < days {
			bill.Extrapolate(sum(cost) * (days - of) / of)
		}
		for _, n := range left {
			parts := invented(c, n, calls[0].Sample)
			b.cells[n.Key] = append(b.cells[n.Key], parts...)
			r.got[n.Key] = append(r.got[n.Key], parts...)
		}
	}
	for k, parts := range r.got {
		out[k] = cellOf[T](parts)
	}
	return out
}

// sampleOf returns about so many of the days of needs: the same first part of all
// dates, so that as many people need a day as in the whole.
func sampleOf(needs []Need, days int) []Need {
	if days <= 0 {
		return nil
	}
	first, last := needs[0].Key.date, needs[0].Key.date
	for i := range needs {
		if d := needs[i].Key.date; d.Before(first) {
			first = d
		} else if last.Before(d) {
			last = d
		}
	}
	whole := first.DaysUntil(last) + MaxDays
	part := max(1, whole*days/count(needs))
	var out []Need
	for _, n := range needs {
		if left := part - first.DaysUntil(n.Key.date); left < MaxDays {
			n.Days &= 1<<max(left, 0) - 1
		}
		if n.Days != 0 {
			out = append(out, n)
		}
	}
	if len(out) == len(needs) { // they are not by day
		return needs[:min(len(needs), days)]
	}
	return out
}

// stopped says why a rehearsal goes no further, nil if it does.
func stopped(ctx context.Context, bill *price.Bill) *fault.Error {
	switch {
	case ctx.Err() != nil:
		return fault.From(ctx.Err())
	case bill.Over():
		return fault.New(fault.TooManyCalls, "the rehearsal went no further").Because(price.ErrRehearsal)
	}
	return nil
}

// rehearsing is a list that is rehearsed.
type rehearsing struct {
	c    *Cells
	bill *price.Bill
	got  map[Key][]part
}

// hit takes what is there, and returns its days.
func (r *rehearsing) hit(k *Key, parts []part) Days {
	days := daysOf(parts)
	r.got[*k] = append(r.got[*k], parts...)
	r.bill.Hit(string(k.Link().System), k.Link().Name, days.Count())
	return days
}

// later drops what was read after the moment that is priced.
func (r *rehearsing) later(parts []part) []part {
	since := r.bill.Since()
	if since.IsZero() {
		return parts
	}
	return slices.DeleteFunc(parts, func(p part) bool { return p.at.After(since) })
}

// buy takes what is there, in memory and on the bill, and returns what is left.
func (r *rehearsing) buy(b *bought, needs []Need) []Need {
	now := r.c.now()
	var left []Need
	for _, n := range needs {
		kept := slices.DeleteFunc(r.later(r.c.look(&n)), func(p part) bool { return !now.Before(p.behindUntil) })
		n.Days &^= r.hit(&n.Key, kept)
		known := cut(b.cells[n.Key], n.Days)
		r.got[n.Key] = append(r.got[n.Key], known...)
		if n.Days &^= daysOf(known); n.Days != 0 {
			left = append(left, n)
		}
	}
	return left
}

// fromShelf takes what the store has, and returns what is left for the system.
func fromShelf[T any](ctx context.Context, r *rehearsing, needs []Need) []Need {
	c := r.c
	if c.shelf == nil || len(needs) == 0 {
		return needs
	}
	flights := make(map[Key]*flight, len(needs))
	for _, n := range needs {
		at := c.history.now() // before the topics
		flights[n.Key] = &flight{days: n.Days, left: n.Days, mark: at, topics: c.history.topicsOf(&n.Key)}
	}
	fromStore[T](ctx, c, needs, flights)
	left, found := make([]Need, 0, len(needs)), 0
	for _, n := range needs {
		days := r.hit(&n.Key, r.later(flights[n.Key].parts))
		found += days.Count()
		if n.Days &^= days; n.Days != 0 {
			left = append(left, n)
		}
	}
	r.bill.Found(found)
	return left
}

// cut returns the parts of some days.
func cut(parts []part, days Days) []part {
	var out []part
	for _, p := range parts {
		if p.days &= days; p.days != 0 {
			out = append(out, p)
		}
	}
	return out
}

// invented is what a rehearsal goes on with: what is old is better than a sample,
// which is nil where nothing depends on it.
func invented[T any](c *Cells, n Need, sample func(Key) []T) []part {
	old := slices.DeleteFunc(c.look(&n), func(p part) bool { return p.rows == nil })
	for i := range old {
		old[i].fault, old[i].stale = nil, false
	}
	left := n.Days &^ daysOf(old)
	switch {
	case left == 0:
	case len(old) == 0 && sample != nil:
		old = []part{partOf(n, sample(n.Key), nil)}
	default:
		old = append(old, part{days: left}) // it is on the bill
	}
	return old
}
