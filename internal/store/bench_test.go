package store_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// BenchmarkCacheHit compares finding one value of 1 KB with a GET of the bare
// client, by turns in one run: "x-bare" is the ratio.
func BenchmarkCacheHit(b *testing.B) {
	server := storetest.StartRedis(b)
	r, err := store.OpenRedis(server.URL, store.RedisOptions{})
	if err != nil {
		b.Fatal(err)
	}
	guarded := r.Guard(time.Second, store.GuardOptions{}) // a machine that is busy is not what is measured
	b.Cleanup(func() {
		_ = guarded.Close() // it has no error
		_ = r.Close()       // nothing depends on it
	})
	ctx, keys := context.Background(), []string{"bench"}
	value := bytes.Repeat([]byte("v"), 1000)
	if err := r.SetMany(ctx, []store.Entry{{Key: keys[0], Value: value, TTL: time.Hour}}); err != nil {
		b.Fatal(err)
	}
	client := server.Client(b)
	bare := func() error { return client.Get(ctx, "hitotsu:c1:bench").Err() }
	for name, cache := range map[string]store.Cache{"redis": r, "guarded": guarded} {
		hit := func() error {
			got, err := cache.GetMany(ctx, keys)
			if err == nil && got[0] == nil {
				b.Fatal("no hit")
			}
			return err
		}
		b.Run(name, func(b *testing.B) { compare(b, bare, hit) })
	}
	b.Run("bare", func(b *testing.B) { compare(b, bare, bare) }) // how far to trust it
}

// compare runs two calls by turns, in rounds long enough for the clock.
func compare(b *testing.B, bare, ours func() error) {
	b.Helper()
	const round = 50
	spent := [2]time.Duration{}
	for b.Loop() {
		for i, call := range []func() error{bare, ours} {
			began := time.Now()
			for range round {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
			spent[i] += time.Since(began)
		}
	}
	n := float64(b.N) * round
	b.ReportMetric(float64(spent[1].Nanoseconds())/n, "ns/hit")
	b.ReportMetric(float64(spent[1])/float64(spent[0]), "x-bare")
	allocs := func(call func() error) float64 { return testing.AllocsPerRun(100, func() { _ = call() }) }
	b.ReportMetric(allocs(ours), "allocs/hit")
	b.ReportMetric(allocs(bare), "allocs/bare")
}

// BenchmarkTopicsUnchanged is what every operation begins with.
func BenchmarkTopicsUnchanged(b *testing.B) {
	ctx := context.Background()
	r, err := store.OpenRedis(storetest.StartRedis(b).URL, store.RedisOptions{})
	if err != nil {
		b.Fatal(err)
	}
	l, err := store.OpenLocal(b.TempDir(), store.LocalOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _, _ = r.Close(), l.Close() }) // nothing depends on it
	for name, topics := range map[string]store.Topics{"redis": r, "local": l} {
		at, err := topics.Touch(ctx, []string{"a", "b"})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if touched, _, lost, err := topics.Since(ctx, at); err != nil || lost || len(touched) != 0 {
					b.Fatal(touched, lost, err)
				}
			}
		})
	}
}

// BenchmarkLocal is the cache of one process: a value of 1 KB found, and set.
func BenchmarkLocal(b *testing.B) {
	ctx := context.Background()
	l, err := store.OpenLocal(b.TempDir(), store.LocalOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = l.Close() }) // nothing depends on it
	entries := []store.Entry{{Key: "k", Value: bytes.Repeat([]byte("v"), 1000), TTL: time.Hour}}
	b.Run("set", func(b *testing.B) {
		for b.Loop() {
			if err := l.SetMany(ctx, entries); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if got, err := l.GetMany(ctx, []string{"k"}); err != nil || got[0] == nil {
				b.Fatal(err)
			}
		}
	})
}
