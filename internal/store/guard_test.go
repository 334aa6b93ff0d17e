package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
)

// hangs waits until the call's time is over, as a server does that was stopped.
func hangs(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func answers(context.Context) error { return nil }

const budget = 15 * time.Millisecond

func TestGuard_costsOneBudget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var (
			away    atomic.Bool
			changes []bool
		)
		g := store.NewGuard(func(ctx context.Context) error {
			if away.Load() {
				return hangs(ctx)
			}
			return nil
		}, store.GuardOptions{OnChange: func(cause error) { changes = append(changes, cause == nil) }})
		defer func() { _ = g.Close() }() // it has no error
		away.Store(true)
		began := time.Now()
		for range 100 {
			if err := g.Do(t.Context(), budget, hangs); !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("a call that hangs: %v", err)
			}
		}
		if took := time.Since(began); took != budget || g.Up() {
			t.Errorf("100 calls took %v", took)
		}
		<-time.After(time.Minute)
		if g.Up() {
			t.Error("it is up while nobody answers")
		}
		away.Store(false)
		<-time.After(2 * time.Second)
		if err := g.Do(t.Context(), budget, answers); err != nil || !g.Up() {
			t.Errorf("2 s after its return: %v", err)
		}
		if diff := cmp.Diff([]bool{false, true}, changes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestGuard_whatCounts(t *testing.T) {
	t.Parallel()
	other := errors.New("other")
	cases := map[string]struct {
		patience time.Duration // of the caller
		call     func(context.Context) error
		want     error
		up       bool
	}{
		"an answer":         {time.Second, answers, nil, true},
		"another error":     {time.Second, func(context.Context) error { return other }, other, true},
		"nobody there":      {time.Second, func(context.Context) error { return store.ErrUnavailable }, store.ErrUnavailable, false},
		"no answer":         {time.Second, hangs, store.ErrUnavailable, false},
		"a caller in haste": {time.Millisecond, hangs, context.DeadlineExceeded, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := store.NewGuard(hangs, store.GuardOptions{})
				defer func() { _ = g.Close() }() // it has no error
				ctx, cancel := context.WithTimeout(t.Context(), c.patience)
				defer cancel()
				if err := g.Do(ctx, budget, c.call); !errors.Is(err, c.want) || g.Up() != c.up {
					t.Errorf("%v, up %v; want %v, %v", err, g.Up(), c.want, c.up)
				}
			})
		})
	}
}

// TestGuard_insist waits for a store that was away for a moment only.
func TestGuard_insist(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var away atomic.Bool
		g := store.NewGuard(func(ctx context.Context) error {
			if away.Load() {
				return hangs(ctx)
			}
			<-time.After(time.Millisecond)
			return nil
		}, store.GuardOptions{})
		defer func() { _ = g.Close() }() // it has no error
		took := func(want error) time.Duration {
			began := time.Now()
			if err := g.Insist(t.Context(), budget, answers); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
			return time.Since(began)
		}
		_ = g.Do(t.Context(), budget, hangs)
		if waited := took(nil); waited == 0 || waited > 200*time.Millisecond {
			t.Errorf("a hiccup cost %v", waited)
		}
		away.Store(true)
		_ = g.Do(t.Context(), budget, hangs)
		if waited := took(store.ErrUnavailable); waited > 250*time.Millisecond {
			t.Errorf("a store that is away cost %v", waited)
		}
		if waited := took(store.ErrUnavailable); waited != 0 {
			t.Errorf("a store that has been away cost %v", waited)
		}
		_ = g.Close() // it has no error
		if waited := took(store.ErrUnavailable); waited != 0 {
			t.Errorf("after Close it cost %v", waited)
		}
	})
}

// TestGuard_busyMachine: a store that is there is used again after one question,
// however late an answer was; one that is always slower than the budget does not
// take a budget from everybody.
func TestGuard_busyMachine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := store.NewGuard(func(context.Context) error {
			<-time.After(time.Millisecond)
			return nil
		}, store.GuardOptions{})
		defer func() { _ = g.Close() }() // it has no error
		for range 3 {
			_ = g.Do(t.Context(), budget, hangs)
			<-time.After(2 * time.Millisecond)
			if err := g.Do(t.Context(), budget, answers); err != nil {
				t.Errorf("after a late answer: %v", err)
			}
			<-time.After(2 * time.Second)
		}
		paid := 0
		for range 1000 { // a call each millisecond that is not spent waiting
			began := time.Now()
			_ = g.Do(t.Context(), budget, hangs)
			if time.Since(began) > 0 {
				paid++
			}
			<-time.After(time.Millisecond)
		}
		if paid > 12 {
			t.Errorf("%d of 1000 calls spent a budget on a store that is too slow", paid)
		}
	})
}

func TestGuard_closed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := store.NewGuard(hangs, store.GuardOptions{})
		for range 2 {
			if err := g.Do(t.Context(), budget, hangs); !errors.Is(err, store.ErrUnavailable) {
				t.Error(err)
			}
			if err := g.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
