package plan

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Cell is one subject on one day, the unit in which answers are kept.
type Cell struct {
	Subject string
	Date    hr.Date
}

// Call is one upstream call. Dates holds the days it is made for; the period
// from the first to the last of them is what it covers.
type Call struct {
	Rule Rule
	// Subjects is nil when the call is about everybody.
	Subjects []string
	Dates    []hr.Date // ascending, at least one
}

// Period is from the first to the last of the call's dates.
func (c Call) Period() hr.Period {
	return hr.Period{From: c.Dates[0], To: c.Dates[len(c.Dates)-1]}
}

// grid is the cells that are still to be covered: a row for each subject, in the
// order in which they came, and a column for each date, ascending.
type grid struct {
	subjects []string
	dates    []hr.Date
	open     [][]bool // [subject][date]
	onDate   []int    // open cells of each date
}

func newGrid(cells []Cell) *grid {
	g := &grid{}
	row, column := map[string]int{}, map[hr.Date]int{}
	for _, c := range cells {
		if _, ok := row[c.Subject]; !ok {
			row[c.Subject] = len(g.subjects)
			g.subjects = append(g.subjects, c.Subject)
		}
		if _, ok := column[c.Date]; !ok {
			column[c.Date] = 0
			g.dates = append(g.dates, c.Date)
		}
	}
	slices.SortFunc(g.dates, func(a, b hr.Date) int { return cmp.Compare(0, a.DaysUntil(b)) })
	for i, d := range g.dates {
		column[d] = i
	}
	g.onDate = make([]int, len(g.dates))
	g.open = make([][]bool, len(g.subjects))
	for i := range g.open {
		g.open[i] = make([]bool, len(g.dates))
	}
	for _, c := range cells {
		if s, d := row[c.Subject], column[c.Date]; !g.open[s][d] {
			g.open[s][d] = true
			g.onDate[d]++
		}
	}
	return g
}

// cover takes the cells of a subject in dates[from:until] out and returns their
// dates.
func (g *grid) cover(subject, from, until int) []hr.Date {
	dates := g.within(subject, from, until)
	for d := from; d < until; d++ {
		if g.open[subject][d] {
			g.open[subject][d] = false
			g.onDate[d]--
		}
	}
	return dates
}

// within returns those of dates[from:until] on which a subject is open.
func (g *grid) within(subject, from, until int) []hr.Date {
	var out []hr.Date
	for d := from; d < until; d++ {
		if g.open[subject][d] {
			out = append(out, g.dates[d])
		}
	}
	return out
}

// on returns the subjects that are open on a date.
func (g *grid) on(date int) []int {
	out := make([]int, 0, g.onDate[date])
	for s := range g.subjects {
		if g.open[s][date] {
			out = append(out, s)
		}
	}
	return out
}

func (g *grid) names(subjects []int) []string {
	out := make([]string, len(subjects))
	for i, s := range subjects {
		out[i] = g.subjects[s]
	}
	return out
}

// asked counts, for the windows that end before a date, how many of some
// subjects are open in them: sweep calls visit with the first date of each
// window, latest first, and the number of subjects, until a window is longer
// than the rule allows.
type asked struct {
	grid     *grid
	subjects []int
	last     []int // by subject: its last open date before the end
	fresh    []int // by date: subjects whose last open date it is
}

func newAsked(g *grid, subjects []int) *asked {
	a := &asked{grid: g, subjects: subjects, last: make([]int, len(subjects)), fresh: make([]int, len(g.dates))}
	for i := range a.last {
		a.last[i] = -1
	}
	return a
}

// sweep must be called with each end from 1 on, once.
func (a *asked) sweep(end int, rule Rule, visit func(first, people int)) {
	for i, s := range a.subjects {
		if a.grid.open[s][end-1] {
			if a.last[i] >= 0 {
				a.fresh[a.last[i]]--
			}
			a.last[i] = end - 1
			a.fresh[end-1]++
		}
	}
	people := 0
	for first := end - 1; first >= 0 && !rule.Last(a.grid.dates[first]).Before(a.grid.dates[end-1]); first-- {
		people += a.fresh[first]
		visit(first, people)
	}
}

// ceil is the number of batches that hold n.
func ceil(n, batch int) int { return (n + batch - 1) / batch }
