package quota

import (
	"cmp"
	"slices"
	"sort"
	"time"
)

// A waiter is a call that waits for its turn.
type waiter struct {
	caller   string
	class    class
	deadline time.Time // zero for none
	seq      uint64
	// placed says that it has its place in the air already and lost its turn.
	placed bool
	// result is given once: a turn, or why there is none.
	result chan result
}

type result struct {
	turn *Turn
	err  error
}

// compare orders the waiters of one caller: by deadline, then by arrival.
func (w *waiter) compare(o *waiter) int {
	if w.deadline.Equal(o.deadline) {
		return cmp.Compare(w.seq, o.seq)
	}
	switch {
	case w.deadline.IsZero():
		return 1
	case o.deadline.IsZero():
		return -1
	}
	return w.deadline.Compare(o.deadline)
}

// A flow is the queue of one caller. Its first waiter has the number pass, the
// next one pass+1 and so on.
type flow struct {
	pass    uint64
	waiting []*waiter
}

// A lane is the queue of a class. The flows take turns: the lowest number goes
// first. A caller that comes back does not go below the number served last, so
// that nobody saves up turns by being away.
type lane struct {
	flows  map[string]*flow
	served uint64
	size   int
}

func (l *lane) add(w *waiter) {
	if l.flows == nil {
		l.flows = map[string]*flow{}
	}
	f := l.flows[w.caller]
	if f == nil {
		f = &flow{}
		l.flows[w.caller] = f
	}
	if len(f.waiting) == 0 {
		f.pass = max(f.pass, l.served)
	}
	i, _ := slices.BinarySearchFunc(f.waiting, w, (*waiter).compare)
	f.waiting = slices.Insert(f.waiting, i, w)
	l.size++
}

// first returns the flow whose turn it is, nil when nobody waits.
func (l *lane) first() *flow {
	var best *flow
	for _, f := range l.flows {
		if len(f.waiting) > 0 && (best == nil || f.before(0, best, 0)) {
			best = f
		}
	}
	return best
}

// before tells whether the i-th waiter of f goes before the j-th of g.
func (f *flow) before(i int, g *flow, j int) bool {
	a, b := f.pass+uint64(i), g.pass+uint64(j)
	if a != b {
		return a < b
	}
	return f.waiting[i].compare(g.waiting[j]) < 0
}

// pop takes the next waiter out.
func (l *lane) pop() *waiter {
	f := l.first()
	w := f.waiting[0]
	f.waiting = slices.Delete(f.waiting, 0, 1)
	l.served = max(l.served, f.pass)
	f.pass++
	l.size--
	if len(f.waiting) == 0 {
		l.forget()
	}
	return w
}

// forget drops the callers that are away and have nothing to make up for.
func (l *lane) forget() {
	for caller, f := range l.flows {
		if len(f.waiting) == 0 && f.pass <= l.served {
			delete(l.flows, caller)
		}
	}
}

// remove takes a waiter out that leaves; false when it is not there.
func (l *lane) remove(w *waiter) bool {
	f := l.flows[w.caller]
	if f == nil {
		return false
	}
	i := slices.Index(f.waiting, w)
	if i < 0 {
		return false
	}
	f.waiting = slices.Delete(f.waiting, i, i+1)
	l.size--
	return true
}

// callers counts those who wait.
func (l *lane) callers() int {
	n := 0
	for _, f := range l.flows {
		if len(f.waiting) > 0 {
			n++
		}
	}
	return n
}

// rank is how many of the lane go before w, which waits in it.
func (l *lane) rank(w *waiter) int {
	own := l.flows[w.caller]
	mine := slices.Index(own.waiting, w)
	n := mine
	for _, f := range l.flows {
		if f == own {
			continue
		}
		n += sort.Search(len(f.waiting), func(i int) bool { return !f.before(i, own, mine) })
	}
	return n
}

// all returns the waiters in order.
func (l *lane) all() []*waiter {
	type place struct {
		f *flow
		i int
	}
	places := make([]place, 0, l.size)
	for _, f := range l.flows {
		for i := range f.waiting {
			places = append(places, place{f, i})
		}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.f.before(a.i, b.f, b.i) {
			return -1
		}
		return 1
	})
	out := make([]*waiter, len(places))
	for i, p := range places {
		out[i] = p.f.waiting[p.i]
	}
	return out
}

// placed counts those who have their place in the air.
func (l *lane) placed() int {
	n := 0
	for _, f := range l.flows {
		for _, w := range f.waiting {
			if w.placed {
				n++
			}
		}
	}
	return n
}
