package plan

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Mixed covers cells by two endpoints: one that takes a batch of people for one
// day, and one that takes one person for a long window (AKASHI's multiple_stamps
// and stamps/{id}).
//
// By day alone a date costs the number of batches its people fill. Asking m
// people by window instead pays where it takes whole batches away: the last
// batch of 51 people holds one person, who is cheaper asked alone as soon as
// there are two days; a full batch of 50 is cheaper asked one by one as soon as
// a window holds more than 50 days. So people are peeled off, m at a time, and
// for the m peeled the cheapest set of windows is found exactly, date by date:
// the best for the dates up to d is either d left to the batches, or a window
// that ends on d after the best for the dates before it. Peeling goes on until
// nothing pays. When all people need the same days, which is the usual case,
// the price of a batch is concave in its number of people, so that full batches
// and one remainder are the best split and the result is the optimum. When needs
// are scattered, as after a part was kept, asking everybody one by one may still
// be cheaper, and is taken then.
func Mixed(cells []Cell, batch, window Rule) []Call {
	g := newGrid(cells)
	alone := oneByOne(g, window)
	if peeled := peelAll(g, batch, window); len(peeled) <= len(alone) {
		return peeled
	}
	return alone
}

// oneByOne asks each person in as few windows as there can be.
func oneByOne(g *grid, window Rule) []Call {
	var calls []Call
	for s, name := range g.subjects {
		dates := g.within(s, 0, len(g.dates))
		for len(dates) > 0 {
			last := window.Last(dates[0])
			n := 1
			for n < len(dates) && !last.Before(dates[n]) {
				n++
			}
			calls = append(calls, Call{Rule: window, Subjects: []string{name}, Dates: dates[:n:n]})
			dates = dates[n:]
		}
	}
	return calls
}

func peelAll(g *grid, batch, window Rule) []Call {
	var calls []Call
	for {
		best := bestPeel(g, batch.People(), window)
		if best.gain <= 0 {
			break
		}
		for _, w := range best.windows {
			for _, s := range best.people {
				if dates := g.cover(s, w.first, w.end); len(dates) > 0 {
					calls = append(calls, Call{Rule: window, Subjects: []string{g.subjects[s]}, Dates: dates})
				}
			}
		}
	}
	for d, date := range g.dates {
		for people := range slices.Chunk(g.on(d), batch.People()) {
			calls = append(calls, Call{Rule: batch, Subjects: g.names(people), Dates: []hr.Date{date}})
		}
	}
	return calls
}

// A peeling is people who are asked one by one in some windows.
type peeling struct {
	people  []int
	windows []stretch
	gain    int // calls saved
}

// stretch is dates[first:end] of a grid.
type stretch struct{ first, end int }

// bestPeel returns the peeling that saves most.
func bestPeel(g *grid, batch int, window Rule) peeling {
	order, needs := make([]int, len(g.subjects)), make([]int, len(g.subjects))
	for s := range order {
		order[s] = s
		for d := range g.dates {
			if g.open[s][d] {
				needs[s]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(needs[b], needs[a]) })
	var best peeling
	tried := map[int]bool{}
	for _, n := range g.onDate {
		if n == 0 {
			continue
		}
		for _, m := range []int{(n-1)%batch + 1, batch} { // whom the date's last batch holds, and a full one
			if tried[m] || m > len(order) {
				continue
			}
			tried[m] = true
			if p := peel(g, order[:m], batch, window); p.gain > best.gain {
				best = p
			}
		}
	}
	return best
}

// peel finds the windows that save most when these people are asked one by one
// in them.
func peel(g *grid, people []int, batch int, window Rule) peeling {
	n := len(g.dates)
	saved := make([]int, n+1) // by batches, on the dates before
	for d := range g.dates {
		m := 0
		for _, s := range people {
			if g.open[s][d] {
				m++
			}
		}
		saved[d+1] = saved[d] + ceil(g.onDate[d], batch) - ceil(g.onDate[d]-m, batch)
	}
	// gain[j] is the most that can be saved on dates[:j]; first[j] is where the
	// window that ends there begins, -1 when the date is left to the batches.
	gain, first := make([]int, n+1), make([]int, n+1)
	asked := newAsked(g, people)
	for j := 1; j <= n; j++ {
		gain[j], first[j] = gain[j-1], -1
		asked.sweep(j, window, func(i, calls int) {
			if got := gain[i] + saved[j] - saved[i] - calls; got > gain[j] {
				gain[j], first[j] = got, i
			}
		})
	}
	p := peeling{people: people, gain: gain[n]}
	for j := n; j > 0; {
		if first[j] < 0 {
			j--
			continue
		}
		p.windows = append(p.windows, stretch{first[j], j})
		j = first[j]
	}
	return p
}
