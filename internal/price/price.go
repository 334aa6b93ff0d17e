// Package price adds up what an operation costs in upstream calls: to refuse what
// is too dear before it is asked, and to tell what an operation would cost
// without asking anybody.
//
// A bill travels in the context, because the planner below writes into it and
// knows no operation. Without a bill nothing is counted and nothing is refused.
//
// price imports nothing of the gateway.
package price

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
)

// ErrRehearsal is the cause of the error that a call of a rehearsal gets.
var ErrRehearsal = errors.New("price: a rehearsal asks nobody")

// Item is what calls are made for.
type Item struct {
	System, Link string
	// Endpoint is the vendor's name for what is called.
	Endpoint string
}

// Line is an item with its number of calls.
type Line struct {
	Item
	Calls int
	// Guess says that it may be another number: a list's pages were not read yet.
	Guess bool
	// Unkept says that no cache keeps the answer: the next time costs the same.
	Unkept bool
}

// Hits is how many values of a link are there already.
type Hits struct {
	System, Link string
	Cells        int
}

// Bill gathers the price of one operation. It is safe for concurrent use.
type Bill struct {
	limit     int
	rehearsal bool
	write     bool
	whole     whole
	bounds    Bounds
	notes     sync.Map

	mu sync.Mutex
	// wanted are the days that lists want of the systems; beyond are calls that a
	// rehearsal has extrapolated.
	wanted, beyond int
	ended          bool
	total          int
	unkept         int
	priced         int
	items          map[Item]int
	guess          map[Item]bool
	hits           map[[2]string]int
}

// New returns a bill that refuses to grow beyond limit calls; 0 is no limit.
func New(limit int) *Bill {
	return &Bill{limit: limit, items: map[Item]int{}, guess: map[Item]bool{}, hits: map[[2]string]int{}}
}

type billKey struct{}

// With returns a context whose operation is charged to b.
func With(ctx context.Context, b *Bill) context.Context { return context.WithValue(ctx, billKey{}, b) }

// From returns the context's bill, nil without one.
func From(ctx context.Context) *Bill {
	b, _ := ctx.Value(billKey{}).(*Bill)
	return b
}

// Rehearsed counts one more operation that is priced within this one, and returns
// how many they are by now. A nil bill keeps no count.
func (b *Bill) Rehearsed() int {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.priced++
	return b.priced
}

// Left returns how many calls more are allowed, and whether there is a limit.
func (b *Bill) Left() (int, bool) {
	if b == nil || b.limit == 0 {
		return 0, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(0, b.limit-b.total), true
}

// Limit is the most calls allowed, 0 for no limit.
func (b *Bill) Limit() int {
	if b == nil {
		return 0
	}
	return b.limit
}

// Charge adds calls that belong together. When they do not fit under the limit
// none is added and it returns false.
func (b *Bill) Charge(lines []Line) bool {
	if b == nil {
		return true
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	sum := 0
	for _, l := range lines {
		sum += l.Calls
	}
	if b.limit > 0 && b.total+sum > b.limit {
		return false
	}
	b.add(lines)
	return true
}

// add puts lines on the bill; b.mu is held.
func (b *Bill) add(lines []Line) {
	for _, l := range lines {
		b.total += l.Calls
		b.items[l.Item] += l.Calls
		b.guess[l.Item] = b.guess[l.Item] || l.Guess
		if l.Unkept {
			b.unkept += l.Calls
		}
	}
	b.ended = b.ended || b.bounds.Calls > 0 && b.total > b.bounds.Calls
}

// Hit notes values that are there already.
func (b *Bill) Hit(system, link string, cells int) {
	if b == nil || cells == 0 {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hits[[2]string{system, link}] += cells
}

// Lines returns what was charged, by system, link and endpoint.
func (b *Bill) Lines() []Line {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make([]Line, 0, len(b.items))
	for item, n := range b.items {
		out = append(out, Line{Item: item, Calls: n, Guess: b.guess[item]})
	}
	slices.SortFunc(out, func(x, y Line) int {
		return cmp.Or(cmp.Compare(x.System, y.System), cmp.Compare(x.Link, y.Link), cmp.Compare(x.Endpoint, y.Endpoint))
	})
	return out
}

// Hits returns how much is there already, by system and link.
func (b *Bill) Hits() []Hits {
	b.mu.Lock()
	defer b.mu.Unlock()
	keys := slices.SortedFunc(maps.Keys(b.hits), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
	out := make([]Hits, len(keys))
	for i, k := range keys {
		out[i] = Hits{System: k[0], Link: k[1], Cells: b.hits[k]}
	}
	return out
}

// Total is how many calls were charged.
func (b *Bill) Total() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total
}

// Unkept is how many of the calls have to be made again the next time, because no
// cache keeps their answers.
func (b *Bill) Unkept() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.unkept
}
