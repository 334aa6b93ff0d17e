package topology_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// TestFirstListing_killed: a gateway that is killed while it lists everybody for
// the first time goes on where its data directory says, some seconds before its
// end, and knows everybody in the end.
func TestFirstListing_killed(t *testing.T) {
	t.Parallel()
	const people, pages = 3000, 150
	f := fleettest.Start(t, fleettest.Options{People: people})
	c := fleettest.NewClient(t)
	f.Akashi.Fault(t, `{"latency_ms":500,"path_prefix":"/api/cooperation/demo/staffs"}`) // 4 at a time: 19 s
	g := f.Gateway(t)
	storetest.Eventually(t, func() error {
		read, since := pagesOf(t, f)
		if len(read) < 20 || time.Since(since) < 8*time.Second {
			return fmt.Errorf("%d pages of AKASHI are read", len(read))
		}
		return nil
	})
	g.Kill()
	before, _ := pagesOf(t, f)
	f.Akashi.Mend(t)
	f.Akashi.Forget(t)
	g.Restart(t)
	storetest.Eventually(t, func() error {
		a, err := c.Ask(t.Context(), g, `{ employees(first: 1) { sources { status } } }`, nil)
		if err == nil && (strings.Contains(a.Body, "FAILED") || strings.Contains(a.Body, "STALE")) {
			err = fmt.Errorf("not everybody is known: %.300s", a.Body)
		}
		return err
	})
	after, _ := pagesOf(t, f)
	t.Logf("%d of %d pages before the end, %d after it", len(before), pages, len(after))
	if after["0"] || len(before) >= pages || len(before)+len(after) < pages {
		t.Errorf("%d pages before the gateway was killed, and %d after it, the first among them: %t",
			len(before), len(after), after["0"])
	}
}

// pagesOf are the pages of staffs that AKASHI was asked for, and since when.
func pagesOf(t *testing.T, f *fleettest.Fleet) (pages map[string]bool, since time.Time) {
	t.Helper()
	pages = map[string]bool{}
	for _, r := range f.Akashi.History(t).Requests {
		if r.Method != http.MethodGet || !strings.HasSuffix(r.Path, "/staffs") {
			continue
		}
		if since.IsZero() || r.Time.Before(since) {
			since = r.Time
		}
		pages[r.Query.Get("page")] = true
	}
	return pages, since
}
