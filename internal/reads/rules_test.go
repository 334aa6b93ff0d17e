package reads_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/store"
)

// TestRules_ages: a value in the store must be gone before the history of writes
// forgets what touched it, and health data is not kept for a day.
func TestRules_ages(t *testing.T) {
	t.Parallel()
	for endpoint, r := range reads.Rules() {
		if r.Fresh <= 0 || r.Behind < r.Fresh || r.Max < r.Behind || r.Max >= store.TopicsMemory || r.Negative > r.Fresh {
			t.Errorf("%s: %+v", endpoint, r)
		}
		if r.Class == lookup.Health && r.Max.Hours() > 12 {
			t.Errorf("%s: health data is kept for %v", endpoint, r.Max)
		}
	}
}
