package lookup

import (
	"context"
	"sync"

	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/slice"
)

// ahead are the flights that an operation began before it needed them. What they
// bring is there for it whether or not it is kept for others, so that nothing is
// asked for twice.
type ahead struct {
	mu      sync.Mutex
	flights map[Key][]wait
}

// aheadOf is what the operation with this bill began ahead, nil without a bill.
func (c *Cells) aheadOf(bill *price.Bill) *ahead {
	if bill == nil {
		return nil
	}
	type note struct{ of *Cells }
	a, _ := bill.Note(note{c}, func() any { return &ahead{flights: map[Key][]wait{}} }).(*ahead)
	return a
}

// Ahead begins to fetch what will be needed as soon as something else is known, so
// that one is not asked for after the other. It returns at once; a Fetch of the
// same needs by the same operation gets what comes. It does nothing for an operation
// without a bill, and in a rehearsal, where nothing takes time.
func Ahead[T any](ctx context.Context, c *Cells, needs []Need, plan func(missing []Need) []Call[T]) {
	bill := price.From(ctx)
	if len(needs) == 0 || bill == nil || bill.Rehearsing() {
		return
	}
	needs = united(needs)
	l := needs[0].Key.Link()
	ctx, cancel := slice.Of(ctx, slice.Link{System: string(l.System), Name: l.Name})
	defer cancel()
	cl := c.claim(ctx, needs)
	a := c.aheadOf(bill)
	a.mu.Lock()
	for _, w := range cl.waits {
		k := needs[w.need].Key
		a.flights[k] = append(a.flights[k], w)
	}
	a.mu.Unlock()
	if len(cl.mine) > 0 {
		launch(ctx, c, cl, plan)
	}
}

// meet adds the operation's own flights that bring a need to a claim, and returns the
// days that none of them brings. A flight that took off before a write is left
// out, as it may lack it. Cells.mu is held.
func (a *ahead) meet(h *history, at int, n Need, cl *claim) Days {
	if a == nil {
		return n.Days
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, w := range a.flights[n.Key] {
		if both := w.days & n.Days; both != 0 && h.holds(w.flight.mark, w.flight.topics) {
			cl.waits = append(cl.waits, wait{at, both, w.flight})
			n.Days &^= both
		}
	}
	return n.Days
}
