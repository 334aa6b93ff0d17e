package directory_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// metered is a book that notes when its pages are asked for, and fails now and
// then.
type metered struct {
	*book

	times []time.Time
	every int // a page of so many fails
}

func (m *metered) Scan(ctx context.Context, s sources.Scan, take func(sources.Page) error) error {
	before := s.Before
	s.Before = func(ctx context.Context) error {
		err := before(ctx)
		m.mu.Lock()
		defer m.mu.Unlock()
		m.times = append(m.times, time.Now())
		if err == nil && m.every > 0 && len(m.times)%m.every == 0 {
			err = errPage
		}
		return err
	}
	return m.book.Scan(ctx, s, take)
}

// TestShare: keeping everybody fresh takes no more than its share of the quota, on
// whatever hour one looks: with two gateways, and while pages fail. Only the
// first listing may take all of it.
func TestShare(t *testing.T) {
	t.Parallel()
	const pace = 4 * time.Second // 5 % of 5 calls a second
	for name, every := range map[string]int{"well": 0, "failing": 7} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &metered{book: newBook(300)}
				m.perPage = 1
				s := newShared()
				ctx, stop := context.WithCancel(t.Context())
				var running sync.WaitGroup
				all := make([]*directory.Directory, 2)
				for i := range all {
					f := &fleet{store: s}
					all[i] = directory.New(f.options(func(o *directory.Options) {
						o.Rosters = []sources.Roster{m}
						o.Pace = func(hr.Link) time.Duration { return pace }
					}))
					running.Go(func() { all[i].Run(ctx) })
				}
				time.Sleep(time.Hour)
				m.mu.Lock()
				first := len(m.times)
				m.every = every
				m.mu.Unlock()
				if first != 300 {
					t.Errorf("%d calls for the first listing, want 300", first)
				}
				time.Sleep(12 * time.Hour)
				stop()
				running.Wait()
				for _, d := range all {
					d.Close()
				}
				calls := m.times[first:]
				if len(calls) < 2*300 {
					t.Errorf("%d calls in half a day", len(calls))
				}
				for i := 1; i < len(calls); i++ {
					if gap := calls[i].Sub(calls[i-1]); gap < pace {
						t.Fatalf("call %d came %s after the last one, and must not come before %s", i, gap, pace)
					}
				}
			})
		})
	}
}
