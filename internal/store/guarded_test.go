package store_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func guard(t *testing.T, url string) (*store.Redis, *store.Guarded) {
	t.Helper()
	r := openRedis(t, url)
	g := r.Guard(0, store.GuardOptions{})
	t.Cleanup(func() { _ = g.Close() }) // it has no error
	return r, g
}

// warm uses Redis until nothing is new to it any more.
func warm(t *testing.T, g *store.Guarded) {
	t.Helper()
	storetest.Eventually(t, func() error { return everything(t.Context(), g, 10) })
}

// backIn is how long after its return Redis must be in use again.
const backIn = 2 * time.Second

func TestGuarded_comesBack(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		leave, comeBack func(t *testing.T, s *storetest.RedisServer)
	}{
		"hangs": {
			func(t *testing.T, s *storetest.RedisServer) { t.Helper(); s.Hang(t) },
			func(t *testing.T, s *storetest.RedisServer) { t.Helper(); s.Resume(t) },
		},
		"killed": {
			func(t *testing.T, s *storetest.RedisServer) { t.Helper(); s.Kill() },
			func(t *testing.T, s *storetest.RedisServer) { t.Helper(); s.Start(t) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := storetest.StartRedis(t)
			_, g := guard(t, server.URL)
			for range 2 {
				warm(t, g)
				c.leave(t, server)
				storetest.Eventually(t, func() error { // a machine that is busy trips it before
					_, err := g.GetMany(t.Context(), []string{"k"})
					if g.Up() || !errors.Is(err, store.ErrUnavailable) {
						return errors.New("it is not noticed")
					}
					return nil
				})
				callAtOnce(t, g)
				c.comeBack(t, server)
				began := time.Now()
				storetest.Eventually(t, func() error { return everything(t.Context(), g, 10) })
				if took := time.Since(began); took > backIn {
					t.Errorf("it took %v to come back", took)
				}
			}
		})
	}
}

// callAtOnce calls a store that is away, from many at a time. Nobody waits, so
// the whole takes less than one of them would have to wait.
func callAtOnce(t *testing.T, g *store.Guarded) {
	t.Helper()
	var group sync.WaitGroup
	began := time.Now()
	for range 500 {
		group.Go(func() {
			if err := everything(t.Context(), g, 10); !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("while it is away: %v", err)
			}
			if _, err := g.Lock(t.Context(), "n", "o", time.Second); !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("while it is away: %v", err)
			}
		})
	}
	group.Wait()
	if took := time.Since(began); took > time.Second {
		t.Errorf("500 callers lost %v", took)
	}
}

// TestGuarded_firstCallers is about those who call at the moment of a hang.
func TestGuarded_firstCallers(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	_, g := guard(t, server.URL)
	warm(t, g)
	server.Hang(t)
	defer server.Resume(t)
	var group sync.WaitGroup
	var longest sync.Map
	for i := range 200 {
		group.Go(func() {
			began := time.Now()
			if _, err := g.GetMany(t.Context(), []string{"k"}); !errors.Is(err, store.ErrUnavailable) {
				t.Error(err)
			}
			longest.Store(i, time.Since(began))
		})
	}
	group.Wait()
	var worst time.Duration
	longest.Range(func(_, took any) bool {
		if d, ok := took.(time.Duration); ok {
			worst = max(worst, d)
		}
		return true
	})
	if worst > 500*time.Millisecond { // 15 ms where the machine is idle
		t.Errorf("a caller lost %v", worst)
	}
	t.Logf("the slowest of 200 callers lost %v", worst)
}

// TestGuarded_documents are read in passing: a Redis that hangs costs a reader
// little, and the next one nothing.
func TestGuarded_documents(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t)
	_, g := guard(t, server.URL)
	docs := g.Documents()
	if _, err := docs.Put(t.Context(), "d", []byte("v"), 0); err != nil {
		t.Fatal(err)
	}
	storetest.Eventually(t, func() error {
		doc, err := docs.Get(t.Context(), "d")
		if err == nil && string(doc.Value) != "v" {
			t.Fatalf("read %q", doc.Value)
		}
		return err
	})
	server.Hang(t)
	began := time.Now()
	for range 20 {
		if _, err := docs.Get(t.Context(), "d"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("while it hangs: %v", err)
		}
	}
	if took := time.Since(began); took > time.Second { // 250 ms where the machine is idle
		t.Errorf("20 readers lost %v", took)
	}
	server.Resume(t)
	storetest.Eventually(t, func() error { _, err := docs.Get(t.Context(), "d"); return err })
}

// TestGuarded_tellsLater touches while Redis is away.
func TestGuarded_tellsLater(t *testing.T) {
	t.Parallel()
	for name, topics := range map[string][]string{"some": {"a", "b"}, "too many": manyTopics(store.TopicsMost + 1)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := storetest.StartRedis(t)
			other, g := guard(t, server.URL)
			warm(t, g)
			_, before, _, err := other.Since(t.Context(), store.Position{})
			if err != nil {
				t.Fatal(err)
			}
			server.Hang(t)
			for part := range slices.Chunk(topics, 1000) {
				if _, err := g.Touch(t.Context(), part); !errors.Is(err, store.ErrUnavailable) {
					t.Fatalf("touched while it hangs: %v", err)
				}
			}
			server.Resume(t)
			storetest.Eventually(t, func() error {
				if !g.Up() {
					return errors.New("it does not come back")
				}
				return nil
			})
			touched, _, lost, err := other.Since(t.Context(), before)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, one := range touched {
				names = append(names, one.Topic)
			}
			slices.Sort(names)
			if many := len(topics) > 2; lost != many || !many && !cmp.Equal(topics, names) {
				t.Errorf("another process hears of %d topics, lost %v", len(names), lost)
			}
		})
	}
}

func manyTopics(n int) []string {
	topics := make([]string, n)
	for i := range topics {
		topics[i] = "t/" + strconv.Itoa(i)
	}
	return topics
}

// TestGuarded_cancelledTouch is told all the same: it may have been a write's.
func TestGuarded_cancelledTouch(t *testing.T) {
	t.Parallel()
	_, g := guard(t, storetest.StartRedis(t).URL)
	warm(t, g)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Touch(ctx, []string{"x"}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	storetest.Eventually(t, func() error {
		touched, _, _, err := g.Since(t.Context(), store.Position{})
		if err == nil && !slices.ContainsFunc(touched, func(one store.Touched) bool { return one.Topic == "x" }) {
			t.Fatal("it is not told")
		}
		return err
	})
}

// TestGuarded_refusals is about a Redis that answers, but not as one would like:
// what it still does is used.
func TestGuarded_refusals(t *testing.T) {
	t.Parallel()
	server := storetest.StartRedis(t, "--maxmemory", "1mb", "--maxmemory-policy", "noeviction")
	_, g := guard(t, server.URL)
	ctx := t.Context()
	if _, err := g.GetMany(ctx, []string{"k"}); err != nil {
		t.Fatal(err)
	}
	large := store.Entry{Value: make([]byte, store.MaxValueBytes), TTL: time.Hour}
	storetest.Eventually(t, func() error {
		large.Key += "k"
		if err := g.SetMany(ctx, []store.Entry{large}); err == nil {
			return errors.New("there is still room")
		}
		return nil
	})
	if _, err := g.GetMany(ctx, []string{"k"}); err != nil || !g.Up() {
		t.Errorf("reading after it: %v", err)
	}
}
