package quotatest_test

import (
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/quota/quotatest"
)

func TestMostInWindow(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for want, after := range map[int][]time.Duration{
		0: nil,
		1: {0, time.Second + 1, 3 * time.Second},
		2: {time.Second, 0, 2*time.Second + 1}, // the second is closed: both its ends count
		3: {5 * time.Second, 0, 5 * time.Second, 5900 * time.Millisecond},
	} {
		var at []time.Time
		for _, d := range after {
			at = append(at, begin.Add(d))
		}
		if got := quotatest.MostInWindow(at); got != want {
			t.Errorf("%v: %d in a second, want %d", after, got, want)
		}
	}
}

func TestJain(t *testing.T) {
	t.Parallel()
	for want, counts := range map[float64][]int{1: {7, 7, 7, 7}, 0.25: {0, 9, 0, 0}, 0: {0, 0}, 0.5: {3, 3, 0, 0}} {
		if got := quotatest.Jain(counts); got != want {
			t.Errorf("%v: %v, want %v", counts, got, want)
		}
	}
}
