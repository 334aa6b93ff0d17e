package store_test

import (
	"fmt"
	"hash/fnv"
	"testing"

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

func TestRedisCluster_conforms(t *testing.T) {
	t.Parallel()
	suites(t, storetest.StartRedisCluster(t, 3))
}
