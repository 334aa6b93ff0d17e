package store_test

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func openLocal(t *testing.T, dir string) *store.Local {
	t.Helper()
	l, err := store.OpenLocal(dir, store.LocalOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // closing twice is fine
	return l
}

func TestLocal_conforms(t *testing.T) {
	t.Parallel()
	storetest.CacheConformance(t, func(t *testing.T) store.Cache { return openLocal(t, t.TempDir()) })
	storetest.TopicsConformance(t, func(t *testing.T) store.Topics { return openLocal(t, t.TempDir()) })
	storetest.LocksConformance(t, func(t *testing.T) store.Locks { return openLocal(t, t.TempDir()) })
}

// suites gives every test its own prefix in one Redis.
func suites(t *testing.T, url string) {
	t.Helper()
	open := func(t *testing.T) *store.Redis {
		t.Helper()
		name := fnv.New64()
		_, _ = name.Write([]byte(t.Name())) // it cannot fail
		r, err := store.OpenRedis(url, store.RedisOptions{Prefix: fmt.Sprintf("t%x", name.Sum64())})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() }) // nothing depends on it
		return r
	}
	storetest.Conformance(t, func(t *testing.T) store.Documents { return open(t) })
	storetest.CacheConformance(t, func(t *testing.T) store.Cache { return open(t) })
	storetest.TopicsConformance(t, func(t *testing.T) store.Topics { return open(t) })
	storetest.LocksConformance(t, func(t *testing.T) store.Locks { return open(t) })
}

func TestRedis_conforms(t *testing.T) {
	t.Parallel()
	suites(t, storetest.StartRedis(t).URL)
}

//nolint:paralleltest,tparallel // the failover comes after the rest
func TestRedisCluster(t *testing.T) {
	t.Parallel()
	cluster := storetest.StartCluster(t)
	t.Run("conforms", func(t *testing.T) { suites(t, cluster.URL) })
	t.Run("fails over", func(t *testing.T) { failsOver(t, cluster.URL, cluster.Masters[0]) })
}

//nolint:paralleltest,tparallel // the failover comes after the rest
func TestRedisSentinel(t *testing.T) {
	t.Parallel()
	sentinel := storetest.StartSentinel(t)
	t.Run("conforms", func(t *testing.T) { suites(t, sentinel.URL) })
	t.Run("fails over", func(t *testing.T) { failsOver(t, sentinel.URL, sentinel.Master) })
}

// failsOver kills a master and waits until everything answers again.
func failsOver(t *testing.T, url string, master *storetest.RedisServer) {
	t.Helper()
	r, err := store.OpenRedis(url, store.RedisOptions{WaitReplicas: 1})
	if err != nil {
		t.Fatal(err)
	}
	guarded := r.Guard(0, store.GuardOptions{})
	t.Cleanup(func() {
		if err := errors.Join(guarded.Close(), r.Close()); err != nil {
			t.Error(err)
		}
	})
	ctx := t.Context()
	const n = 50 // of every third of a Cluster
	versions := make([]uint64, n)
	for i := range n {
		if versions[i], err = r.Put(ctx, fmt.Sprint("d/", i), []byte("v"), 0); err != nil {
			t.Fatal(err)
		}
	}
	before, err := r.Touch(ctx, []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	fence, err := r.Lock(ctx, "l", "a", time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}

	master.Kill()
	for i := range n {
		storetest.Eventually(t, func() error {
			doc, err := r.Get(ctx, fmt.Sprint("d/", i))
			if errors.Is(err, store.ErrNotFound) || err == nil && doc.Version != versions[i] {
				t.Fatalf("document %d is lost: %v, %v", i, doc.Version, err)
			}
			return err
		})
	}
	storetest.Eventually(t, func() error { return everything(ctx, guarded, n) })
	// Nobody can know whether the last touches are still there.
	if _, now, lost, err := r.Since(ctx, before); err != nil || now.Epoch == before.Epoch != !lost {
		t.Errorf("after the failover from %v: now %v, lost %v, %v", before, now, lost, err)
	}
	storetest.Eventually(t, func() error {
		again, err := r.Lock(ctx, "l", "b", time.Minute)
		if err == nil && again <= fence {
			t.Errorf("the fence went back from %d to %d", fence, again)
		}
		return err
	})
}

// everything uses every kind, on every part of a Cluster.
func everything(ctx context.Context, g *store.Guarded, n int) error {
	keys, entries := make([]string, n), make([]store.Entry, n)
	for i := range n {
		keys[i] = fmt.Sprint("c/", i)
		entries[i] = store.Entry{Key: keys[i], Value: []byte("v"), TTL: time.Hour}
	}
	if err := g.SetMany(ctx, entries); err != nil {
		return err
	}
	if _, err := g.GetMany(ctx, keys); err != nil {
		return err
	}
	if _, err := g.Touch(ctx, []string{"b"}); err != nil {
		return err
	}
	if _, _, _, err := g.Since(ctx, store.Position{}); err != nil {
		return err
	}
	_, err := g.Lock(ctx, "e", "a", time.Minute)
	return err
}

// long runs what takes minutes only before a release.
func long() bool { return os.Getenv("HITOTSU_TEST_LONG") != "" }

// TestGuarded_clusterHangs stops a master without killing it, until its replica
// takes over: nobody waits longer than the budget, over and over.
func TestGuarded_clusterHangs(t *testing.T) {
	t.Parallel()
	if !long() {
		return
	}
	cluster := storetest.StartCluster(t)
	r, g := guard(t, cluster.URL)
	const n = 50 // of every third of the Cluster
	storetest.Eventually(t, func() error { return everything(t.Context(), g, n) })
	before, err := r.Touch(t.Context(), []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	for _, master := range cluster.Masters {
		master.Hang(t)
		var took []time.Duration
		storetest.Eventually(t, func() error {
			began := time.Now()
			err := everything(t.Context(), g, n)
			took = append(took, time.Since(began))
			return err
		})
		slices.Sort(took)
		p99 := took[len(took)*99/100]
		t.Logf("%d rounds of 5 calls until the failover, half of them within %v, 99 %% within %v, the last within %v",
			len(took), took[len(took)/2], p99, took[len(took)-1])
		// A round may meet the master that hangs as a lookup and twice as a change.
		if p99 > 2*store.ChangeBudget+4*store.ReadBudget {
			t.Errorf("99 %% of the rounds took up to %v", p99)
		}
		master.Resume(t)
		storetest.Eventually(t, func() error { return everything(t.Context(), g, n) })
	}
	if _, now, lost, err := r.Since(t.Context(), before); err != nil || !lost || now.Epoch == before.Epoch {
		t.Errorf("after three failovers: now %v, lost %v, %v", now, lost, err)
	}
}

// TestRedisSentinel_failsBack loses one master after the other.
func TestRedisSentinel_failsBack(t *testing.T) {
	t.Parallel()
	if !long() {
		return
	}
	sentinel := storetest.StartSentinel(t)
	r, g := guard(t, sentinel.URL)
	var version uint64
	for range 2 {
		storetest.Eventually(t, func() (err error) {
			doc, err := r.Get(t.Context(), "k")
			if err != nil && !errors.Is(err, store.ErrNotFound) {
				return err
			}
			if doc.Version < version {
				return fmt.Errorf("version %d after %d", doc.Version, version)
			}
			version, err = r.Put(t.Context(), "k", []byte("v"), doc.Version)
			return errors.Join(err, everything(t.Context(), g, 3))
		})
		sentinel.Master.Kill()
		storetest.Eventually(t, func() error { return everything(t.Context(), g, 3) })
		sentinel.Master.Start(t)
	}
}
