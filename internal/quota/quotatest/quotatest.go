// Package quotatest judges what a system saw of callers that take turns. Only tests
// import it; it imports nothing of the gateway.
package quotatest

import (
	"slices"
	"time"
)

// MostInWindow is the largest number of instants in any closed second. It sorts
// them.
func MostInWindow(at []time.Time) int {
	slices.SortFunc(at, time.Time.Compare)
	most, from := 0, 0
	for i := range at {
		for at[i].Sub(at[from]) > time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

// Jain is the index of fairness: 1 when all got the same, 1/n when one got all, 0
// when nobody got anything.
func Jain(counts []int) float64 {
	sum, squares := 0.0, 0.0
	for _, n := range counts {
		sum += float64(n)
		squares += float64(n) * float64(n)
	}
	if squares == 0 {
		return 0
	}
	return sum * sum / (float64(len(counts)) * squares)
}
