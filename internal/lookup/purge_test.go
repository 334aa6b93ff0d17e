package lookup_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// A purge leaves nothing of a person in the store or in any memory, and leaves
// other people alone.
func TestPurge(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newShared(time.Now)
		gateways := make([]*lookup.Cells, 2)
		for i := range gateways {
			var err error
			gateways[i], err = lookup.New(lookup.Options{
				Rules: map[string]lookup.Rule{"stamps": {Fresh: time.Minute, Max: time.Hour}},
				Cache: s, Topics: s, Key: key32, Now: time.Now,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer gateways[i].Close()
		}
		a, b := gateways[0], gateways[1]
		u := &upstream{}
		for _, c := range gateways {
			u.operation(t.Context(), c, "leaver")
			u.operation(t.Context(), c, "other")
			synctest.Wait()
		}
		person := []hr.Ref{{Link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, ID: "leaver"}}
		for range 2 {
			if err := a.Purge(t.Context(), person); err != nil {
				t.Fatal(err)
			}
		}
		b.Sync(t.Context())
		if n := len(s.kept()); n != 1 {
			t.Errorf("%d values are left in the store, want the other's", n)
		}
		for _, c := range gateways {
			if c.Peek(lookup.Of(cellOf("leaver"))) {
				t.Error("the leaver is still in memory")
			}
			if got := u.operation(t.Context(), c, "other"); !slices.Equal(rows(got), []int{2}) {
				t.Errorf("the other was read anew: %v", rows(got))
			}
		}
		s.leave(true)
		a.Sync(t.Context())
		if err := a.Purge(t.Context(), person); err == nil {
			t.Error("a purge that the other gateway cannot hear of is called done")
		}
	})
}
