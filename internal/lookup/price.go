package lookup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
)

// What a plan costs is known before it is carried out: one request for each of
// its calls, or as many as the last call of the same shape took where the system
// answers in pages. An operation with a bill that has a limit is refused before
// its first call too many; an operation that is rehearsed asks nobody.

// lines are the price of a plan.
func lines[T any](c *Cells, calls []Call[T]) []price.Line {
	out := make([]price.Line, 0, len(calls))
	for _, call := range calls {
		if len(call.Cells) == 0 {
			continue
		}
		s := shapeOf(call)
		name := call.Name
		if name == "" {
			name = s.endpoint
		}
		line := price.Line{
			Item:  price.Item{System: string(s.link.System), Link: s.link.Name, Endpoint: name},
			Calls: max(1, call.Requests),
		}
		if call.Guess {
			n, known := c.book.price(s)
			line.Guess = !known
			if known {
				line.Calls = max(1, n)
			}
		}
		out = append(out, line)
	}
	return out
}

func sum(lines []price.Line) int {
	n := 0
	for _, l := range lines {
		n += l.Calls
	}
	return n
}

// charge puts a plan on the operation's bill. Its fault names the price and what
// would be within the limit.
func charge[T any](
	ctx context.Context, c *Cells, missing []Key, calls []Call[T], plan func([]Key) []Call[T],
) *fault.Error {
	bill := price.From(ctx)
	if bill == nil {
		return nil
	}
	if bill.Limit() > 0 {
		c.recall(ctx)
	}
	cost := lines(c, calls)
	if bill.Charge(cost) {
		return nil
	}
	left, _ := bill.Left()
	link := missing[0].Link()
	message := fmt.Sprintf("this list needs %d calls; of the %d that an operation may make %d are left",
		sum(cost), bill.Limit(), left)
	if near := nearest(missing, left, func(keys []Key) int { return sum(lines(c, plan(keys))) }); near != "" {
		message += "; " + near
	}
	return fault.Upstream(fault.TooManyCalls, string(link.System), link.Name, message)
}

// nearest describes the largest part of the cells whose price is within a number
// of calls: as many days for all, else as many subjects.
func nearest(keys []Key, calls int, cost func([]Key) int) string {
	dates := distinct(keys, func(k *Key) hr.Date { return k.date }, func(a, b hr.Date) int { return -a.DaysUntil(b) })
	within := func(n int) []Key {
		return slices.DeleteFunc(slices.Clone(keys), func(k Key) bool { return dates[n-1].Before(k.date) })
	}
	if n := most(len(dates), func(n int) bool { return cost(within(n)) <= calls }); n > 0 && n < len(dates) {
		return fmt.Sprintf("the first %d of its %d days would be within them", n, len(dates))
	}
	first := within(1)
	if n := most(len(first), func(n int) bool { return cost(first[:n]) <= calls }); n > 0 {
		if len(dates) > 1 {
			return fmt.Sprintf("one day of %d of the %d people would be within them", n, len(first))
		}
		return fmt.Sprintf("%d of the %d would be within them", n, len(first))
	}
	return ""
}

// most is the largest n up to all for which fits holds, which must not hold again
// above an n for which it does not.
func most(all int, fits func(int) bool) int {
	low, high := 0, all
	for low < high {
		middle := (low + high + 1) / 2
		if fits(middle) {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low
}

func distinct[V comparable](keys []Key, of func(*Key) V, compare func(a, b V) int) []V {
	seen := map[V]bool{}
	var out []V
	for i := range keys {
		if v := of(&keys[i]); !seen[v] {
			seen[v] = true
			out = append(out, v)
		}
	}
	slices.SortFunc(out, compare)
	return out
}

// rehearse is Fetch without asking: what is kept is answered, what is not is put
// on the bill and answered with samples, so that what depends on it is priced
// too.
func rehearse[T any](
	ctx context.Context, c *Cells, bill *price.Bill, keys []Key, plan func([]Key) []Call[T],
) map[Key]Cell {
	c.recall(ctx)
	out := make(map[Key]Cell, len(keys))
	flights := map[Key]*flight{}
	var missing []Key
	for _, k := range keys {
		if _, twice := out[k]; twice {
			continue
		}
		out[k] = Cell{At: time.Time{}}
		if kept, ok := c.Peek(k); ok && c.now().Before(kept.behindUntil) {
			out[k] = kept
			bill.Hit(string(k.Link().System), k.Link().Name, 1)
			continue
		}
		flights[k] = &flight{mark: c.history.now(), topics: c.history.topicsOf(&k)}
		missing = append(missing, k)
	}
	left := fromStore[T](ctx, c, missing, flights)
	for _, k := range missing {
		if f := flights[k]; f.settled {
			out[k] = f.cell
			bill.Hit(string(k.Link().System), k.Link().Name, 1)
		}
	}
	if len(left) == 0 {
		return out
	}
	calls := plan(left)
	bill.Charge(lines(c, calls))
	for _, call := range calls {
		for _, k := range call.Cells {
			if kept, ok := c.Peek(k); ok {
				out[k] = Cell{Rows: kept.Rows, At: kept.At} // an old sample is better than an invented one
			} else if call.Sample != nil {
				out[k] = Cell{Rows: call.Sample(k)}
			}
		}
	}
	return out
}
