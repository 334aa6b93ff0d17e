package quota_test

import (
	"crypto/rand"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// endless is a budget that nobody exhausts.
func endless() quota.Options {
	return quota.Options{Requests: 1 << 30, Window: time.Millisecond, Concurrent: 1 << 20}
}

// BenchmarkTurn is what a turn of an idle budget costs in a process alone.
func BenchmarkTurn(b *testing.B) {
	budget, err := quota.New(endless())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := send(b.Context(), budget); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReserve is what the one call to Redis costs that a turn needs, and
// next to it the plainest write: both wait for the server's disk.
func BenchmarkReserve(b *testing.B) {
	server := storetest.StartRedis(b)
	r, err := store.OpenRedis(server.URL, store.RedisOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() }) // the benchmark is over
	q := r.Quota()
	terms := store.QuotaTerms{
		Budget: "bench", Replica: "bench", Requests: 20, Span: time.Millisecond, Life: time.Hour, Awake: time.Hour,
	}
	if _, err := q.Join(b.Context(), terms, 0, 0, nil); err != nil {
		b.Fatal(err)
	}
	b.Run("turn", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := q.Reserve(b.Context(), terms, store.QuotaAsk{Ticket: rand.Text(), Want: 1}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain write", func(b *testing.B) {
		client := server.Client(b)
		for b.Loop() {
			if err := client.Set(b.Context(), "plain", "1", 0).Err(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkTurn_crowd is what a turn costs while a thousand calls of a hundred
// callers wait for others.
func BenchmarkTurn_crowd(b *testing.B) {
	opts := endless()
	opts.Concurrent = 1
	budget, err := quota.New(opts)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for w := range 1000 {
		all.Go(func() {
			ctx := quota.WithCaller(b.Context(), string(rune('a'+w%100)))
			for i := w; i < b.N; i += 1000 {
				if err := send(ctx, budget); err != nil {
					b.Error(err)
				}
			}
		})
	}
	all.Wait()
}
