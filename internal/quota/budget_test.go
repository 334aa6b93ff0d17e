package quota_test

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/quota/quotatest"
)

func newBudget(t *testing.T, opts quota.Options) *quota.Budget {
	t.Helper()
	b, err := quota.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wide is a budget in which only the rate counts.
func wide(requests int) quota.Options { return quota.Options{Requests: requests, Concurrent: 1000} }

// send waits for a turn and uses it at once.
func send(ctx context.Context, b *quota.Budget) error {
	turn, err := b.Wait(ctx)
	if err != nil {
		return err
	}
	defer turn.Done()
	return turn.Begin(ctx)
}

// TestBudget_slidingWindow: 64 callers, each request delayed on its way by up to
// 50 ms, and the first ones by a connection that takes 300 ms to make.
func TestBudget_slidingWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(20))
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
					turn, err := b.Wait(t.Context())
					if err != nil {
						t.Error(err)
						return
					}
					if first {
						time.Sleep(300 * time.Millisecond) // the fake clock's: connect.
					}
					if err := turn.Begin(t.Context()); err != nil {
						t.Error(err)
					}
					turn.Written()
					time.Sleep(time.Duration(rng.IntN(50)) * time.Millisecond) // the fake clock's: on the way.
					mu.Lock()
					arrivals = append(arrivals, time.Now())
					mu.Unlock()
					time.Sleep(100 * time.Millisecond) // the fake clock's: the answer.
					turn.Done()
				}
			})
		}
		wg.Wait()
		if most := quotatest.MostInWindow(arrivals); most > 20 {
			t.Errorf("%d requests arrived within a second, want at most 20", most)
		}
		// The connections of the 64 callers cost their time once.
		took := time.Since(start) - 4*300*time.Millisecond
		if rate := float64(total-20) / took.Seconds(); rate < 0.92*20 {
			t.Errorf("%.2f requests a second, want at least %.2f", rate, 0.92*20)
		}
		if s := b.State(); s.Waiting != 0 || s.InFlight != 0 {
			t.Errorf("%d still wait and %d are in the air", s.Waiting, s.InFlight)
		}
	})
}

// TestBudget_lateSenders: a busy machine lets some requests wait for longer than
// the margin between their turn and their writing.
func TestBudget_lateSenders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(20))
		var mu sync.Mutex
		var arrivals []time.Time
		var wg sync.WaitGroup
		start := time.Now()
		ctx, stop := context.WithCancel(t.Context())
		for i := range 64 {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(1, uint64(i))) //nolint:gosec // a test's jitter.
				for {
					turn, err := b.Wait(ctx)
					if err != nil {
						return
					}
					if err := turn.Begin(ctx); err != nil {
						turn.Done()
						return
					}
					if rng.IntN(3) == 0 {
						time.Sleep(time.Duration(50+rng.IntN(150)) * time.Millisecond) // the fake clock's: it waits.
					}
					mu.Lock()
					arrivals = append(arrivals, time.Now())
					mu.Unlock()
					turn.Written()
					time.Sleep(100 * time.Millisecond) // the fake clock's: the answer.
					turn.Done()
				}
			})
		}
		const stretch = 100 * time.Second
		time.Sleep(stretch) // the fake clock's.
		stop()
		wg.Wait()
		if most := quotatest.MostInWindow(arrivals); most > 20 {
			t.Errorf("%d requests arrived within a second, want at most 20", most)
		}
		// Each turn is taken for a little longer than the gap, no more.
		if rate := float64(len(arrivals)) / time.Since(start).Seconds(); rate < 0.8*20 {
			t.Errorf("%.2f requests a second, want at least %.2f", rate, 0.8*20)
		}
		if s := b.State(); s.InFlight != 0 || s.Waiting != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestBudget_knowsTheWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(2))
		for range 2 {
			if err := send(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		// Two more are promised the next window; a fifth would come after 2.1 s.
		ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if err := send(ctx, b); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		start := time.Now()
		wantLimited(t, send(ctx, b), 2100*time.Millisecond)
		if took := time.Since(start); took != 0 {
			t.Errorf("known after %v, want at once", took)
		}
		wg.Wait()
	})
}

func wantLimited(t *testing.T, err error, after time.Duration) {
	t.Helper()
	fe := fault.From(err)
	if fe == nil || fe.Code != fault.UpstreamRateLimited || fe.RetryAfter != after {
		t.Errorf("%+v, want UPSTREAM_RATE_LIMITED and %v", fe, after)
	}
}

func TestBudget_inOrderAndCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(1))
		if err := send(t.Context(), b); err != nil {
			t.Fatal(err)
		}
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
				if err := send(c, b); err != nil {
					return
				}
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

// queued lets callers queue up one after the other behind a taken turn, and
// returns in which order they were served.
func queued(t *testing.T, b *quota.Budget, callers []func(context.Context) context.Context) []int {
	t.Helper()
	if err := send(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var order []int
	var wg sync.WaitGroup
	for i, as := range callers {
		wg.Go(func() {
			if err := send(as(t.Context()), b); err != nil {
				t.Error(err)
			}
			mu.Lock()
			order = append(order, i)
			mu.Unlock()
		})
		synctest.Wait()
	}
	wg.Wait()
	return order
}

func TestBudget_order(t *testing.T) {
	t.Parallel()
	as := func(id string) func(context.Context) context.Context {
		return func(ctx context.Context) context.Context { return quota.WithCaller(ctx, id) }
	}
	until := func(d time.Duration) func(context.Context) context.Context {
		return func(ctx context.Context) context.Context {
			ctx, cancel := context.WithTimeout(ctx, d)
			t.Cleanup(cancel)
			return ctx
		}
	}
	for name, tc := range map[string]struct {
		callers []func(context.Context) context.Context
		want    []int
	}{
		"fair between callers": {
			[]func(context.Context) context.Context{as("a"), as("a"), as("a"), as("a"), as("b"), as("b"), as("c")},
			[]int{0, 4, 6, 1, 5, 2, 3},
		},
		"by deadline within one": {
			[]func(context.Context) context.Context{until(time.Hour), until(time.Minute), until(30 * time.Minute)},
			[]int{1, 2, 0},
		},
		"classes": {
			[]func(context.Context) context.Context{quota.Background, as("a"), quota.Urgent, quota.Background, as("b")},
			[]int{2, 0, 1, 4, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				got := queued(t, newBudget(t, wide(1)), tc.callers)
				if !slices.Equal(got, tc.want) {
					t.Errorf("served %v, want %v", got, tc.want)
				}
			})
		})
	}
}

// TestBudget_background: a scan gets 5 % while callers are about, and half of
// the rate otherwise.
func TestBudget_background(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(20))
		ctx, cancel := context.WithCancel(t.Context())
		var scans atomic.Int64
		var wg sync.WaitGroup
		wg.Go(func() {
			for send(quota.Background(ctx), b) == nil {
				scans.Add(1)
			}
		})
		time.Sleep(21 * time.Second) // the fake clock's.
		if n := scans.Load(); n < 190 || n > 210 {
			t.Errorf("%d background requests of an idle budget in 20 windows, want 200", n)
		}
		busy, stop := context.WithCancel(ctx)
		for range 40 {
			wg.Go(func() {
				for send(busy, b) == nil {
					continue
				}
			})
		}
		time.Sleep(time.Second) // the fake clock's.
		scans.Store(0)
		time.Sleep(21 * time.Second) // the fake clock's.
		if n := scans.Load(); n < 18 || n > 22 {
			t.Errorf("%d background requests of a busy budget in 20 windows, want 20", n)
		}
		stop()
		cancel()
		wg.Wait()
	})
}

func TestBudget_penalty(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(20))
		b.Penalize(4 * time.Second)
		if s := b.State(); s.BlockedUntil != time.Now().Add(4*time.Second) || s.Left != 0 || s.PerSecond != 20 {
			t.Errorf("state %+v, want blocked for 4 s", s)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantLimited(t, send(ctx, b), 4*time.Second)
		start := time.Now()
		if err := send(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("turn after %v, want 4s", took)
		}
	})
}

// TestBudget_learns: a rate that is a guess is halved once a window and grows
// back within five minutes.
func TestBudget_learns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		opts := wide(20)
		opts.Adaptive = true
		b := newBudget(t, opts)
		check := func(want float64) {
			t.Helper()
			if got := b.State().PerSecond; got < want-0.2 || got > want+0.2 {
				t.Errorf("%.2f a second, want %.2f", got, want)
			}
		}
		b.Penalize(0)
		b.Penalize(0)
		check(10)
		time.Sleep(2 * time.Second) // the fake clock's.
		b.Penalize(0)
		check(5)
		for range 5 {
			if err := send(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		start := time.Now()
		if err := send(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took != 1050*time.Millisecond {
			t.Errorf("the sixth of a window after %v, want 1.05s", took)
		}
		time.Sleep(75 * time.Second) // the fake clock's.
		check(10)
		time.Sleep(150 * time.Second) // the fake clock's.
		check(20)
	})
}

// TestBudget_concurrent: places are shared out like turns, and their lack is no
// quota.
func TestBudget_concurrent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, quota.Options{Requests: 20, Concurrent: 1})
		turn, err := b.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := b.Wait(ctx); fault.CodeOf(err) != fault.UpstreamTimeout {
			t.Errorf("without a place: %v", err)
		}
		turn.Done()
		if err := send(t.Context(), b); err != nil {
			t.Error(err)
		}
	})
}

// TestTurn_twice: a request that is written once more pays once more.
func TestTurn_twice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := newBudget(t, wide(1))
		turn, err := b.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		for range 2 {
			if err := turn.Begin(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took != 1050*time.Millisecond {
			t.Errorf("the second after %v, want 1.05s", took)
		}
		turn.Done()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wantLimited(t, send(ctx, b), 1050*time.Millisecond)
		if s := b.State(); s.InFlight != 0 || s.Waiting != 0 {
			t.Errorf("state %+v, want nothing under way", s)
		}
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for _, opts := range []quota.Options{{}, {Requests: 1, Window: -1}, {Requests: 1, BusyShare: 2}} {
		if _, err := quota.New(opts); err == nil {
			t.Errorf("%+v was accepted", opts)
		}
	}
}
