package plan

import (
	"math"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Batches covers cells by an endpoint that takes a batch of people over a
// window of days (AKASHI's working_records). A cell in the batch's window that
// is not needed is asked for along with the others, which costs nothing.
//
// The windows are laid over all dates at once, exactly: the cheapest for the
// dates up to d ends with a window that begins after the cheapest for the dates
// before it. People whose needs lie apart can be cheaper with windows of their
// own, so that is tried too.
func Batches(cells []Cell, rule Rule) []Call {
	g := newGrid(cells)
	together := aligned(g, rule)
	if len(together) <= ceil(len(g.subjects), rule.Subjects) {
		return together // nobody is asked for twice: it cannot be less
	}
	var apart []Call
	for _, group := range alike(cells) {
		apart = append(apart, aligned(newGrid(group), rule)...)
	}
	if len(apart) < len(together) {
		return apart
	}
	return together
}

// aligned lays the same windows for everybody.
func aligned(g *grid, rule Rule) []Call {
	everybody := make([]int, len(g.subjects))
	for s := range everybody {
		everybody[s] = s
	}
	n := len(g.dates)
	cost, first := make([]int, n+1), make([]int, n+1)
	asked := newAsked(g, everybody)
	for j := 1; j <= n; j++ {
		cost[j] = math.MaxInt
		asked.sweep(j, rule, func(i, people int) {
			if c := cost[i] + ceil(people, rule.Subjects); c < cost[j] {
				cost[j], first[j] = c, i
			}
		})
	}
	var calls []Call
	for j := n; j > 0; j = first[j] {
		var people []int
		for s := range everybody {
			if slices.Contains(g.open[s][first[j]:j], true) {
				people = append(people, s)
			}
		}
		for batch := range slices.Chunk(people, rule.Subjects) {
			calls = append(calls, Call{Rule: rule, Subjects: g.names(batch), Dates: needed(g, batch, first[j], j)})
		}
	}
	return calls
}

// needed returns those of dates[from:until] that any of the people needs.
func needed(g *grid, people []int, from, until int) []hr.Date {
	var out []hr.Date
	for d := from; d < until; d++ {
		if slices.ContainsFunc(people, func(s int) bool { return g.open[s][d] }) {
			out = append(out, g.dates[d])
		}
	}
	return out
}

// signature is equal for subjects that are open on the same dates.
func (g *grid) signature(subject int) string {
	out := make([]byte, len(g.dates))
	for d, open := range g.open[subject] {
		if open {
			out[d] = 1
		}
	}
	return string(out)
}

// alike groups the cells of people who need the same dates.
func alike(cells []Cell) [][]Cell {
	g := newGrid(cells)
	var out [][]Cell
	at := map[string]int{}
	for s, name := range g.subjects {
		dates := g.within(s, 0, len(g.dates))
		signature := g.signature(s)
		i, ok := at[signature]
		if !ok {
			i = len(out)
			at[signature] = i
			out = append(out, nil)
		}
		for _, d := range dates {
			out[i] = append(out[i], Cell{Subject: name, Date: d})
		}
	}
	return out
}
