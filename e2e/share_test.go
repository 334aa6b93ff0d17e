package e2e_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestShare_overHTTP: when people are as old as they may get, they are listed
// beside the questions, by a twentieth of the calls that the link may make.
func TestShare_overHTTP(t *testing.T) {
	t.Parallel()
	const (
		perSecond = 40
		pace      = time.Second / (perSecond / 20)
		pages     = 14
	)
	var ahead atomic.Int64
	d := startAt(t, &ahead, fmt.Sprintf("HITOTSU_AKASHI_REQUESTS_PER_SECOND=%d", perSecond))
	d.ready(t)
	d.forget()
	ahead.Store(int64(6*time.Hour + time.Minute))
	listed := func() (first, last time.Time, n int) {
		for _, r := range d.Simulators.Akashi.History().Requests {
			if r.Method != "GET" || !strings.HasSuffix(r.Path, "/staffs") {
				continue
			}
			if n++; first.IsZero() || r.Time.Before(first) {
				first = r.Time
			}
			if r.Time.After(last) {
				last = r.Time
			}
		}
		return first, last, n
	}
	eventually(t, "everybody is listed", func() bool {
		a := d.ask(t, hrToken, `{ employees(first: 1) { totalCount sources { status } } }`, nil)
		if len(a.Errors) > 0 || strings.Contains(a.Body, "FAILED") {
			t.Fatalf("meanwhile: %.500s", a.Body)
		}
		_, _, n := listed()
		return n >= pages
	})
	first, last, n := listed()
	if n != pages {
		t.Errorf("%d calls, want %d", n, pages)
	}
	if took, least := last.Sub(first), (pages-1)*pace; took < least*9/10 {
		t.Errorf("%d calls within %s; a twentieth of %d a second is one in %s", n, took, perSecond, pace)
	}
}
