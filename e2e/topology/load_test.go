package topology_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
)

// load asks every gateway at a steady rate, whatever becomes of the answers:
// reads that are in memory, and reads that need AKASHI and Jobcan.
type load struct {
	client *fleettest.Client
	end    context.CancelFunc
	under  sync.WaitGroup
	// fresh counts the days that were asked for; no day is asked for twice.
	fresh atomic.Int64

	mu     sync.Mutex
	failed []string
	// cached and uncached are how long the answers of this stretch took.
	cached, uncached []time.Duration
}

const (
	cachedEvery, uncachedEvery = 40 * time.Millisecond, 500 * time.Millisecond
	// cachedDay is the day that is asked for again and again.
	cachedDay = 3
	// uncachedAgo is the first of the days that are asked for once.
	uncachedAgo = 100
)

// offer begins the load; it ends with stop.
func offer(t *testing.T, c *fleettest.Client, gateways ...*fleettest.Gateway) *load {
	t.Helper()
	l := &load{client: c}
	ctx, end := context.WithCancel(t.Context())
	l.end = end
	for _, g := range gateways {
		c.Query(t, g, listing, cachedAsk()) // from here on it is in memory
		l.steadily(ctx, cachedEvery, func() { l.ask(ctx, g, cachedAsk(), &l.cached) })
		l.steadily(ctx, uncachedEvery, func() {
			ago := uncachedAgo + int(l.fresh.Add(1))
			l.ask(ctx, g, map[string]any{"day": day(ago), "first": 5}, &l.uncached)
		})
	}
	t.Cleanup(end)
	return l
}

func cachedAsk() map[string]any { return map[string]any{"day": day(cachedDay), "first": 20} }

// steadily calls something at a rate that does not depend on how long it takes.
func (l *load) steadily(ctx context.Context, every time.Duration, do func()) {
	l.under.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				l.under.Go(do)
			}
		}
	})
}

func (l *load) ask(ctx context.Context, g *fleettest.Gateway, variables map[string]any, took *[]time.Duration) {
	began := time.Now()
	a, err := l.client.Ask(ctx, g, listing, variables)
	spent := time.Since(began)
	if ctx.Err() != nil {
		return // the load was ended
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	*took = append(*took, spent)
	switch {
	case err != nil:
		l.failed = append(l.failed, err.Error())
	case len(a.Errors) > 0 || strings.Contains(a.Body, "FAILED"):
		l.failed = append(l.failed, fmt.Sprintf("%v: %.400s", a.Errors, a.Body))
	}
}

// took is how long answers took in a stretch.
type took struct{ cached, uncached []time.Duration }

// stretch returns what was seen since it was called last and fails the test for
// every answer that was not whole.
func (l *load) stretch(t *testing.T, name string) took {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, text := range l.failed[:min(3, len(l.failed))] {
		t.Errorf("%s: %d requests failed, such as %s", name, len(l.failed), text)
	}
	out := took{l.cached, l.uncached}
	l.failed, l.cached, l.uncached = nil, nil, nil
	t.Logf("%-28s %4d cached: p50 %v, p99 %v, most %v; %3d uncached: p50 %v, most %v", name,
		len(out.cached), share(out.cached, 50), share(out.cached, 99), share(out.cached, 100),
		len(out.uncached), share(out.uncached, 50), share(out.uncached, 100))
	return out
}

// share is the least time in which that many of a hundred were answered.
func share(times []time.Duration, percent int) time.Duration {
	if len(times) == 0 {
		return 0
	}
	times = slices.Sorted(slices.Values(times))
	return times[(len(times)*percent+99)/100-1].Round(10 * time.Microsecond)
}

// stop ends the load and waits for the last answer.
func (l *load) stop() {
	l.end()
	l.under.Wait()
}
