package plan

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Batches covers cells by an endpoint that takes a batch of people over a window
// of days (AKASHI's working_records). A cell in the batch's window that is not
// needed is asked for along with the others, which costs nothing.
//
// The dates are gone through once. Whoever is open on the first date that is left
// must be in a window that begins there: beginning earlier brings nothing, later
// does not reach it. So that many batches are made, with that window, and no more:
// others can begin later. What is left to choose is who gets the seats that are free
// in the last of them, among those who are open further on in the window. Several
// orders are tried; where that is not known to be the fewest, choices are searched,
// all of them in a small need, as far as the work is worth it in a large one.
func Batches(cells []Cell, rule Rule) []Call {
	if len(cells) == 0 {
		return nil
	}
	p := newPacking(newGrid(cells), rule)
	least := p.least()
	for _, o := range orders() {
		if p.attempt(o); len(p.best) == least {
			break
		}
	}
	if len(p.best) > least {
		p.search(p.start(), nil)
	}
	return p.calls()
}

// packing is the search for the fewest windows. How far a person is covered is told
// by the next date that is open: what is before it is covered, or not needed.
type packing struct {
	grid *grid
	rule Rule
	end  []int   // by date: the first date after the window that begins there
	next [][]int // by person and date: the first open date from there on
	best []window
	// work is how much may still be searched.
	work int
}

// window is batches that begin on a date.
type window struct {
	first int
	// people are covered from the date at the same index of from on.
	people, from []int
}

// maxWork bounds a search: visits of a person. It takes a few milliseconds.
const maxWork = 400_000

func newPacking(g *grid, rule Rule) *packing {
	n := len(g.dates)
	p := &packing{grid: g, rule: rule, end: make([]int, n), next: make([][]int, len(g.subjects)), work: maxWork}
	for d, e := 0, 0; d < n; d++ {
		for last := rule.Last(g.dates[d]); e < n && !last.Before(g.dates[e]); {
			e++
		}
		p.end[d] = e
	}
	all := make([]int, len(g.subjects)*(n+1))
	for s := range p.next {
		p.next[s], all = all[:n+1], all[n+1:]
		p.next[s][n] = n
		for d := n - 1; d >= 0; d-- {
			p.next[s][d] = p.next[s][d+1]
			if g.open[s][d] {
				p.next[s][d] = d
			}
		}
	}
	return p
}

// start is nobody covered.
func (p *packing) start() []int {
	at := make([]int, len(p.next))
	for s := range at {
		at[s] = p.next[s][0]
	}
	return at
}

// least is a number of batches that cannot be gone below: dates so far apart that
// no window reaches two of them need batches of their own.
func (p *packing) least() int {
	n := len(p.grid.dates)
	from := make([]int, n+1) // on dates from there on
	for d := n - 1; d >= 0; d-- {
		from[d] = max(from[d+1], ceil(p.grid.onDate[d], p.rule.Subjects)+from[p.end[d]])
	}
	return from[0]
}

// step is the window that comes next: who must be in it, who else could be, and how
// many of these have a seat.
func (p *packing) step(at []int) (first int, must, may []int, seats int) {
	first = slices.Min(at)
	if first == len(p.grid.dates) {
		return first, nil, nil, 0
	}
	for s, d := range at {
		switch {
		case d == first:
			must = append(must, s)
		case d < p.end[first]:
			may = append(may, s)
		}
	}
	seats = ceil(len(must), p.rule.Subjects)*p.rule.Subjects - len(must)
	return first, must, may, min(seats, len(may))
}

// take covers people by a window.
func (p *packing) take(at []int, first int, people ...[]int) window {
	w := window{first: first}
	for _, list := range people {
		for _, s := range list {
			w.people, w.from = append(w.people, s), append(w.from, at[s])
			at[s] = p.next[s][p.end[first]]
		}
	}
	return w
}

// An order says who of those who may be in a window gets a seat first.
type order func(p *packing, at []int, first int, may []int, seats int)

func orders() []order { return []order{soonest, longest, fitting} }

// soonest: whose turn it would be soonest.
func soonest(p *packing, at []int, first int, may []int, _ int) {
	slices.SortStableFunc(may, func(a, b int) int {
		return cmp.Or(cmp.Compare(at[a], at[b]), p.back(first, b)-p.back(first, a))
	})
}

// longest: who is not needed again for longest.
func longest(p *packing, at []int, first int, may []int, _ int) {
	slices.SortStableFunc(may, func(a, b int) int {
		return cmp.Or(p.back(first, b)-p.back(first, a), cmp.Compare(at[a], at[b]))
	})
}

// fitting: so many of each date, from the next on, that a batch less is needed
// there; who is not needed again for longest goes first.
func fitting(p *packing, at []int, first int, may []int, seats int) {
	soonest(p, at, first, may, seats)
	var chosen, others []int
	for rest := may; len(rest) > 0; {
		same := slices.IndexFunc(rest, func(s int) bool { return at[s] != at[rest[0]] })
		if same < 0 {
			same = len(rest)
		}
		n := (same-1)%p.rule.Subjects + 1
		if len(chosen)+n > seats {
			n = 0
		}
		chosen, others = append(chosen, rest[:n]...), append(others, rest[n:same]...)
		rest = rest[same:]
	}
	longest(p, at, first, others, seats)
	copy(may, append(chosen, others...))
}

// back is when somebody is needed again after a window.
func (p *packing) back(first, s int) int { return p.next[s][p.end[first]] }

// attempt gives the seats by one order, and keeps what is better than before.
func (p *packing) attempt(o order) {
	at := p.start()
	var made []window
	for {
		first, must, may, seats := p.step(at)
		if len(must) == 0 {
			break
		}
		o(p, at, first, may, seats)
		w := p.take(at, first, must, may[:seats])
		made = p.batches(made, w)
	}
	if p.best == nil || len(made) < len(p.best) {
		p.best = made
	}
}

// batches adds a window's batches.
func (p *packing) batches(made []window, w window) []window {
	for i := 0; i < len(w.people); i += p.rule.Subjects {
		j := min(i+p.rule.Subjects, len(w.people))
		made = append(made, window{first: w.first, people: w.people[i:j], from: w.from[i:j]})
	}
	return made
}

// fewChoices is how many choices of a window are all searched.
const fewChoices = 64

// search goes through the choices that there are after some windows.
func (p *packing) search(at []int, made []window) {
	p.work -= len(at)
	if p.work < 0 {
		return
	}
	first, must, may, seats := p.step(at)
	if len(must) == 0 {
		if len(made) < len(p.best) {
			p.best = slices.Clone(made)
		}
		return
	}
	if len(made)+ceil(p.waiting(at), p.rule.Subjects) >= len(p.best) {
		return
	}
	for _, seated := range p.choices(at, first, may, seats) {
		then := slices.Clone(at)
		w := p.take(then, first, must, seated)
		p.search(then, p.batches(slices.Clip(made), w))
	}
}

// waiting is how many people are not covered yet.
func (p *packing) waiting(at []int) int {
	n := 0
	for _, d := range at {
		if d < len(p.grid.dates) {
			n++
		}
	}
	return n
}

// choices are ways to give seats: every one where they are few, else one by each
// order.
func (p *packing) choices(at []int, first int, may []int, seats int) [][]int {
	soonest(p, at, first, may, seats)
	if seats == 0 || seats == len(may) {
		return [][]int{may[:seats]}
	}
	if all := subsets(may, seats, fewChoices); all != nil {
		return all
	}
	var out [][]int
	for _, o := range orders() {
		o(p, at, first, may, seats)
		out = append(out, slices.Clone(may[:seats]))
	}
	return out
}

// subsets lists the subsets of a size, nil where there are more than most.
func subsets(of []int, size, most int) [][]int {
	out := [][]int{nil}
	for i, s := range of {
		var more [][]int
		for _, set := range out {
			if len(set) < size {
				more = append(more, append(slices.Clone(set), s))
			}
		}
		out = append(more, slices.DeleteFunc(out, func(set []int) bool { return len(set)+len(of)-i-1 < size })...)
		if len(out) > most {
			return nil
		}
	}
	return out
}

// calls are the best batches.
func (p *packing) calls() []Call {
	out := make([]Call, len(p.best))
	for i, w := range p.best {
		wanted := make([]bool, p.end[w.first]-w.first)
		for k, s := range w.people {
			for d := w.from[k]; d < p.end[w.first]; d = p.next[s][d+1] {
				wanted[d-w.first] = true
			}
		}
		out[i] = Call{Rule: p.rule, Subjects: p.grid.names(w.people)}
		var dates []hr.Date
		for d, is := range wanted {
			if is {
				dates = append(dates, p.grid.dates[w.first+d])
			}
		}
		out[i].Dates = dates
	}
	return out
}
