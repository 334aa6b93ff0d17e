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
	if left := affordable(bill, buy[T](ctx, &r, b, needs)); len(left) > 0 {
		calls := plan(left)
		bill.Charge(lines(c, calls))
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

// affordable returns those of the needs that the rehearsal still goes through.
func affordable(bill *price.Bill, left []Need) []Need {
	most := bill.Plan(count(left))
	for i := range left {
		if most -= left[i].Days.Count(); most < 0 {
			return left[:i]
		}
	}
	return left
}

// stopped says why a rehearsal goes no further, nil if it does.
func stopped(ctx context.Context, bill *price.Bill) *fault.Error {
	switch {
	case ctx.Err() != nil:
		return fault.From(ctx.Err())
	case bill.Ended():
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

// buy takes what is there, in memory, in the store and on the bill, and returns
// what is left for the system.
func buy[T any](ctx context.Context, r *rehearsing, b *bought, needs []Need) []Need {
	c, now := r.c, r.c.now()
	cl := claim{flights: map[Key]*flight{}}
	for _, n := range needs {
		kept := slices.DeleteFunc(r.later(c.look(&n)), func(p part) bool { return !now.Before(p.behindUntil) })
		n.Days &^= r.hit(&n.Key, kept)
		known := cut(b.cells[n.Key], n.Days)
		r.got[n.Key] = append(r.got[n.Key], known...)
		if n.Days &^= daysOf(known); n.Days == 0 {
			continue
		}
		cl.mine = append(cl.mine, n.Key)
		cl.flights[n.Key] = &flight{days: n.Days, left: n.Days}
	}
	if c.shelf == nil || len(cl.mine) == 0 {
		return cl.needs()
	}
	for k, f := range cl.flights {
		f.mark, f.topics = c.history.now(), c.history.topicsOf(&k)
	}
	fromStore[T](ctx, c, cl.needs(), cl.flights)
	var left []Need
	for _, n := range cl.needs() {
		f := cl.flights[n.Key]
		if n.Days &^= r.hit(&n.Key, r.later(f.parts)); n.Days != 0 {
			left = append(left, n)
		}
	}
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
