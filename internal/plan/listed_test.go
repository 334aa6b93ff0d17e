package plan_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/plan"
)

func TestListed_isTheCheapest(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := board{people: rapid.IntRange(1, 4).Draw(t, "people"), days: rapid.IntRange(1, 5).Draw(t, "days")}
		everybody, one := plan.Documented().AkashiManhours, plan.Documented().AkashiManhoursOf
		mask, _ := drawNeed(t, b)
		all := map[uint32]int{1<<(b.people*b.days) - 1: 1}
		b.rectangles(all, 1, b.days)
		calls := plan.Listed(b.cells(mask), everybody, one)
		check(t, b, mask, true, calls, func(plan.Call) int { return 1 }, fewest(mask, all))
		if people := calls[0].Subjects; people == nil && len(b.cells(mask)) == 1 {
			t.Fatal("one cell is asked of everybody")
		}
	})
	if got := plan.Listed(nil, plan.Rule{}, plan.Rule{}); got != nil {
		t.Errorf("nothing is needed: %v", got)
	}
}
