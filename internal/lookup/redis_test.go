package lookup_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// shares is a store that gateways share.
type shares interface {
	store.Cache
	store.Topics
}

func over(tb testing.TB, s shares) *lookup.Cells {
	tb.Helper()
	c, err := lookup.New(lookup.Options{
		Default: lookup.Rule{Fresh: time.Hour, Max: 2 * time.Hour}, Cache: s, Topics: s, Key: key32, Now: time.Now,
	})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

func connect(tb testing.TB, server *storetest.RedisServer) *store.Redis {
	tb.Helper()
	r, err := store.OpenRedis(server.URL, store.RedisOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := r.Close(); err != nil {
			tb.Error(err)
		}
	})
	return r
}

// TestRedis_readYourWrites writes through one gateway and reads through another,
// a hundred times in each direction, with loads under way all the time.
func TestRedis_readYourWrites(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	a, b := over(t, connect(t, server)), over(t, connect(t, server))
	var mu sync.Mutex
	held := 0
	ask := func(context.Context) ([]int, error) {
		mu.Lock()
		defer mu.Unlock()
		return []int{held}, nil
	}
	read := func(c *lookup.Cells) int {
		c.Sync(t.Context())
		return rows(lookup.Fetch(t.Context(), c, cellsOf("x"), func(missing []lookup.Need) []lookup.Call[int] {
			return []lookup.Call[int]{lookup.Single(missing[0].Key, ask)}
		})[cellOf("x")])[0]
	}
	stop := make(chan struct{})
	var others sync.WaitGroup
	for _, c := range []*lookup.Cells{a, b} {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					read(c)
				}
			}
		})
	}
	for n := 1; n <= 100; n++ {
		writer, reader := a, b
		if n%2 == 0 {
			writer, reader = b, a
		}
		mu.Lock()
		held = n
		mu.Unlock()
		writer.Touch(t.Context(), topicOf("x"))
		if got := read(reader); got != n {
			t.Errorf("write %d: the other gateway shows %d", n, got)
		}
		if got := read(writer); got != n {
			t.Errorf("write %d: its own gateway shows %d", n, got)
		}
	}
	close(stop)
	others.Wait()
}

// TestRedis_hangs measures what a cached read loses while Redis hangs, and that
// everything is as before once it goes on.
func TestRedis_hangs(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	redis := connect(t, server)
	guard := redis.Guard(0, store.GuardOptions{})
	defer func() { _ = guard.Close() }()
	a, b := over(t, guard), over(t, connect(t, server))
	u := &upstream{}
	u.operation(t.Context(), a, "x")
	u.operation(t.Context(), b, "x")
	p99 := func() (time.Duration, time.Duration) {
		times := make([]time.Duration, 2000)
		for i := range times {
			began := time.Now()
			u.operation(t.Context(), a, "x")
			times[i] = time.Since(began)
		}
		slices.Sort(times)
		return times[len(times)*99/100], times[len(times)-1]
	}
	up, _ := p99()
	server.Hang(t)
	down, worst := p99()
	t.Logf("cached read: p99 %v with Redis, %v without, the slowest %v", up, down, worst)
	// The budget is 15 ms; a busy machine adds its own.
	if u.calls.Load() > 2 || worst > 2*time.Second {
		t.Errorf("%d calls, the slowest took %v", u.calls.Load(), worst)
	}
	a.Touch(t.Context(), topicOf("x"))
	server.Resume(t)
	storetest.Eventually(t, func() error {
		a.Sync(t.Context())
		b.Sync(t.Context())
		if b.Peek(lookup.Of(cellOf("x"))) {
			return errors.New("the other gateway does not know of the write while Redis hung")
		}
		return nil
	})
}
