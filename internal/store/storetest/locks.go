package storetest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// LocksConformance runs the suite that every store.Locks must pass.
func LocksConformance(t *testing.T, open func(t *testing.T) store.Locks) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Locks){
		"one owner": lockOwner, "ends": lockEnds, "one of many": lockRace, "refuses": lockRefuses,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func lock(t *testing.T, l store.Locks, name, owner string, ttl time.Duration) uint64 {
	t.Helper()
	fence, err := l.Lock(t.Context(), name, owner, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return fence
}

func lockOwner(t *testing.T, l store.Locks) {
	ctx := t.Context()
	first := lock(t, l, "n", "a", time.Minute)
	if again := lock(t, l, "n", "a", time.Minute); again != first || first == 0 {
		t.Errorf("prolonged, the fence %d became %d", first, again)
	}
	if _, err := l.Lock(ctx, "n", "b", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("another owner: %v", err)
	}
	if err := l.Unlock(ctx, "n", "b"); err != nil {
		t.Error(err)
	}
	if _, err := l.Lock(ctx, "n", "b", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("another owner unlocked it: %v", err)
	}
	lock(t, l, "other", "b", time.Minute)
	for range 2 { // the second finds it free
		if err := l.Unlock(ctx, "n", "a"); err != nil {
			t.Error(err)
		}
	}
	second := lock(t, l, "n", "b", time.Minute)
	if err := l.Unlock(ctx, "n", "b"); err != nil {
		t.Error(err)
	}
	if third := lock(t, l, "n", "b", time.Minute); second <= first || third <= second {
		t.Errorf("fences %d, %d, %d do not grow", first, second, third)
	}
}

func lockEnds(t *testing.T, l store.Locks) {
	first := lock(t, l, "n", "a", 30*time.Millisecond)
	Eventually(t, func() error {
		second, err := l.Lock(t.Context(), "n", "b", time.Minute)
		if err == nil && second <= first {
			t.Errorf("fence %d after %d", second, first)
		}
		return err
	})
	if _, err := l.Lock(t.Context(), "n", "a", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("the earlier owner has it still: %v", err)
	}
}

func lockRace(t *testing.T, l store.Locks) {
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			_, err := l.Lock(t.Context(), "n", strconv.Itoa(i), time.Minute)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrLocked) {
				t.Error(err)
			}
		})
	}
	if group.Wait(); won.Load() != 1 {
		t.Errorf("%d owners have it", won.Load())
	}
}

func lockRefuses(t *testing.T, l store.Locks) {
	for _, c := range []struct {
		name, owner string
		ttl         time.Duration
	}{{"", "o", time.Second}, {"人", "o", time.Second}, {"n", "", time.Second}, {"n", "o", 0}} {
		if _, err := l.Lock(t.Context(), c.name, c.owner, c.ttl); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Lock(ctx, "n", "o", time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call: %v", err)
	}
}
