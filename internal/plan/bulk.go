package plan

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Bulk covers cells by two endpoints: one that gives a day of everybody, page by
// page, at the price of bulkPages, and one that takes a list of days of one
// person (Jobcan). A day of everybody pays where many need it, so days are
// turned over to it in the order of how many do, as long as the whole gets
// cheaper.
func Bulk(cells []Cell, bulk, single Rule, bulkPages int) []Call {
	g := newGrid(cells)
	byNeed := make([]int, len(g.dates))
	for d := range byNeed {
		byNeed[d] = d
	}
	slices.SortStableFunc(byNeed, func(a, b int) int { return cmp.Compare(g.onDate[b], g.onDate[a]) })
	left := make([]int, len(g.subjects))
	singles := 0
	for s := range g.subjects {
		left[s] = len(g.within(s, 0, len(g.dates)))
		singles += ceil(left[s], single.Days)
	}
	best, turned := singles, 0
	for i, d := range byNeed {
		for _, s := range g.on(d) {
			singles -= ceil(left[s], single.Days)
			left[s]--
			singles += ceil(left[s], single.Days)
		}
		if price := (i+1)*bulkPages + singles; price < best {
			best, turned = price, i+1
		}
	}
	var calls []Call
	for _, d := range byNeed[:turned] {
		for _, s := range g.on(d) {
			g.cover(s, d, d+1)
		}
		calls = append(calls, Call{Rule: bulk, Dates: []hr.Date{g.dates[d]}})
	}
	for s, name := range g.subjects {
		for dates := range slices.Chunk(g.within(s, 0, len(g.dates)), single.Days) {
			calls = append(calls, Call{Rule: single, Subjects: []string{name}, Dates: dates})
		}
	}
	return calls
}
