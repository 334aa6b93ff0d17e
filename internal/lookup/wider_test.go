package lookup_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// TestWiden: what everybody's cell tells of some days is known of a person, here and
// in a gateway that finds it in the store; no longer than it is there, and not after
// a write.
func TestWiden(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, _ *shared, a, b *lookup.Cells) {
		even := lookup.Wider[vendorRow]{
			Key: func(k lookup.Key) (lookup.Key, bool) {
				wide := monthOf("all").Key
				return wide, k.Subject() != "other"
			},
			Of: func(k lookup.Key, r vendorRow) bool { return k.Subject() == "even" && r.Day%2 == 0 },
		}
		v := &vendor{}
		ask := func(c *lookup.Cells, n lookup.Need) []string {
			c.Sync(t.Context())
			lookup.Widen(t.Context(), c, []lookup.Need{n}, even)
			return texts(v.read(t.Context(), c, n))
		}
		v.read(t.Context(), a, monthOf("all", 1, 2, 3, 4, 5))
		synctest.Wait()
		same(t, "the even ones of it", ask(a, monthOf("even", 2, 3, 4)), "2/1", "2/1 again", "4/1", "4/1 again")
		same(t, "another gateway", ask(b, monthOf("even", 1, 4)), "4/1", "4/1 again")
		same(t, "nobody was asked for it", v.calls(), "all 1 2 3 4 5")
		ask(a, monthOf("even", 5, 6))
		ask(a, monthOf("other", 2))
		same(t, "what it does not tell is asked for", v.calls(), "even 6", "other 2")

		write := func(ctx context.Context, c *lookup.Cells) {
			for _, subject := range []string{"all", "even"} {
				c.Touch(ctx, lookup.Topic{
					Link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, Endpoint: "records", Subject: subject,
				})
			}
		}
		write(t.Context(), b)
		ask(a, monthOf("even", 2))
		same(t, "after a write", v.calls(), "even 2")

		v.read(t.Context(), a, monthOf("all", 8))
		time.Sleep(2 * time.Hour)
		ask(a, monthOf("even", 8))
		same(t, "when it is gone", v.calls(), "all 8", "even 8")
	})
}
