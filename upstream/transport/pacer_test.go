package transport_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func newPacer(t *testing.T, requests int) *transport.Pacer {
	t.Helper()
	p, err := transport.NewPacer(transport.PacerOptions{Requests: requests})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// mostInWindow is the largest number of instants in any closed second.
func mostInWindow(at []time.Time) int {
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

// TestPacer_slidingWindow: 64 callers, each request delayed on its way by up to
// 50 ms, and the first ones by a connection that takes 300 ms to make.
func TestPacer_slidingWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(t, 20)
		const total = 1000
		var mu sync.Mutex
		var arrivals []time.Time
		left := total
		var wg sync.WaitGroup
		start := time.Now()
		for range 64 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // a test's jitter.
				for first := true; ; first = false {
					mu.Lock()
					left--
					done := left < 0
					mu.Unlock()
					if done {
						return
					}
					if err := p.Wait(t.Context()); err != nil {
						t.Error(err)
						return
					}
					if first {
						time.Sleep(300 * time.Millisecond) // the fake clock's: connect.
					}
					p.Wrote()
					time.Sleep(time.Duration(rng.IntN(50)) * time.Millisecond) // the fake clock's: on the way.
					mu.Lock()
					arrivals = append(arrivals, time.Now())
					mu.Unlock()
					time.Sleep(100 * time.Millisecond) // the fake clock's: the answer.
				}
			})
		}
		wg.Wait()
		if most := mostInWindow(arrivals); most > 20 {
			t.Errorf("%d requests arrived within a second, want at most 20", most)
		}
		// The connections of the 64 callers cost their time once.
		took := time.Since(start) - 4*300*time.Millisecond
		if rate := float64(total-20) / took.Seconds(); rate < 0.92*20 {
			t.Errorf("%.2f requests a second, want at least %.2f", rate, 0.92*20)
		}
		if p.Waiting() != 0 {
			t.Errorf("%d still wait", p.Waiting())
		}
	})
}

func TestPacer_knowsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(t, 2)
		for range 2 {
			if err := p.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			p.Wrote()
		}
		// Two more are promised the next window; a fifth would come after 2.1 s.
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := p.Wait(t.Context()); err != nil {
					t.Error(err)
					return
				}
				p.Wrote()
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		start := time.Now()
		err := p.Wait(ctx)
		fe := fault.From(err)
		if fe.Code != fault.UpstreamRateLimited || fe.RetryAfter != 2100*time.Millisecond {
			t.Errorf("%s after %v, want UPSTREAM_RATE_LIMITED and 2.1s", fe.Code, fe.RetryAfter)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("known after %v, want at once", took)
		}
		wg.Wait()
	})
}

func TestPacer_inOrderAndCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(t, 1)
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		p.Wrote()
		var mu sync.Mutex
		var order []int
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				c := t.Context()
				if i == 1 {
					c = ctx
				}
				if err := p.Wait(c); err != nil {
					return
				}
				p.Wrote()
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
			})
			synctest.Wait()
		}
		start := time.Now()
		cancel()
		wg.Wait()
		if !slices.Equal(order, []int{0, 2, 3}) {
			t.Errorf("order %v, want 0 2 3", order)
		}
		// The turn of the one that left is not lost: 3 turns in 3 windows.
		if took := time.Since(start); took != 3*1050*time.Millisecond {
			t.Errorf("took %v, want 3.15s", took)
		}
	})
}

func TestPacer_penalty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(t, 20)
		p.Penalize(time.Now().Add(4 * time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if fe := fault.From(p.Wait(ctx)); fe.Code != fault.UpstreamRateLimited || fe.RetryAfter != 4*time.Second {
			t.Errorf("%s after %v, want UPSTREAM_RATE_LIMITED and 4s", fe.Code, fe.RetryAfter)
		}
		start := time.Now()
		if err := p.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("turn after %v, want 4s", took)
		}
	})
}

func TestNewPacer_refuses(t *testing.T) {
	t.Parallel()
	if _, err := transport.NewPacer(transport.PacerOptions{}); err == nil {
		t.Error("a pacer without requests was accepted")
	}
}
