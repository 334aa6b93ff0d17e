package lookup

import (
	"cmp"
	"context"
	"fmt"
	"slices"

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
		if len(call.Cells) == 0 || call.Free {
			continue
		}
		link := call.Cells[0].Key.Link()
		line := price.Line{
			Item: price.Item{
				System: string(link.System), Link: link.Name, Endpoint: cmp.Or(call.Name, call.Cells[0].Key.Endpoint()),
			},
			Calls: max(1, call.Requests),
		}
		if call.Guess {
			n, same := c.book.price(shapeOf(call))
			line.Guess, line.Calls = !same, cmp.Or(n, line.Calls)
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
	ctx context.Context, c *Cells, missing []Need, calls []Call[T], plan func([]Need) []Call[T],
) *fault.Error {
	bill := price.From(ctx)
	if bill == nil {
		return nil
	}
	if bill.Limit() > 0 {
		c.recall(ctx)
	}
	cost, link := lines(c, calls), missing[0].Key.Link()
	if err := bill.Agree(sum(cost)); err != nil {
		return refused(link, err)
	}
	if bill.Charge(cost) {
		return nil
	}
	left, _ := bill.Left()
	message := fmt.Sprintf("this list needs %d calls; of the %d that an operation may make %d are left",
		sum(cost), bill.Limit(), left)
	near := func(needs []Need) int { return sum(lines(c, plan(needs))) }
	if bill.Judged() {
		message += "; the operation costs more than it could be known to: ask for less of it"
	} else if part := nearest(ctx, missing, left, near); part != "" {
		message += "; " + part
	}
	return fault.Upstream(fault.TooManyCalls, string(link.System), link.Name, message)
}

// refused is why the whole operation is refused, told of a link.
func refused(link hr.Link, err error) *fault.Error {
	f := *fault.From(err)
	f.System, f.Link = string(link.System), link.Name
	return &f
}

// nearest describes the largest part of the cells whose price is within a number
// of calls: as many days for all, else as many subjects.
func nearest(ctx context.Context, needs []Need, calls int, cost func([]Need) int) string {
	fits := func(needs []Need) bool { return ctx.Err() == nil && cost(needs) <= calls }
	dates := distinct(needs)
	within := func(n int) []Need {
		out := make([]Need, 0, len(needs))
		for _, need := range needs {
			if over := need.Key.date.DaysUntil(dates[n-1]) + 1; over < MaxDays {
				need.Days &= 1<<max(over, 0) - 1
			}
			if need.Days != 0 {
				out = append(out, need)
			}
		}
		return out
	}
	if n := most(len(dates), func(n int) bool { return fits(within(n)) }); n > 0 && n < len(dates) {
		return fmt.Sprintf("the first %d of its %d days would be within them", n, len(dates))
	}
	first := within(1)
	if n := most(len(first), func(n int) bool { return fits(first[:n]) }); n > 0 {
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

// distinct lists the dates of needs, ascending.
func distinct(needs []Need) []hr.Date {
	seen := map[hr.Date]bool{}
	var out []hr.Date
	for i := range needs {
		for d := range needs[i].Dates() {
			if !seen[d] {
				seen[d] = true
				out = append(out, d)
			}
		}
	}
	slices.SortFunc(out, func(a, b hr.Date) int { return -a.DaysUntil(b) })
	return out
}
