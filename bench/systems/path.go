package systems

import (
	"slices"
	"sort"
	"time"
)

// CriticalPath is the most time that calls within an operation took of which
// each arrived after the one before was done with. Calls side by side count
// once, and no time counts in which a system was not asked: what the caller
// needed between two calls, and what a request or an answer needed on its way,
// is the caller's.
func CriticalPath(calls []Span, operation Span) time.Duration {
	var own []Span
	for _, c := range calls {
		if c.Begin.Before(operation.Begin) {
			c.Begin = operation.Begin // an index that was begun before
		}
		if c.End.After(operation.End) {
			c.End = operation.End // whoever waited for it has gone
		}
		if c.Begin.Before(c.End) {
			own = append(own, c)
		}
	}
	slices.SortFunc(own, func(a, b Span) int { return a.End.Compare(b.End) })
	// best[i] is the longest chain among the first i that end.
	best := make([]time.Duration, len(own)+1)
	for i, c := range own {
		before := sort.Search(i, func(j int) bool { return own[j].End.After(c.Begin) })
		best[i+1] = max(best[i], best[before]+c.End.Sub(c.Begin))
	}
	return best[len(own)]
}
