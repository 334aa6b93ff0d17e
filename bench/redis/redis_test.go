// Package redis_test measures what a Redis that is away costs those who ask for
// what is in memory, against the same question while Redis is there, in the same
// run. The gateway and the simulated systems are processes.
package redis_test

import (
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(fleettest.Main(m)) }

const (
	// callers ask at the same time, rounds times in each state.
	callers, rounds = 4, 4
	// most is what a Redis that is away may add to the 99th of a hundred reads.
	most = 20 * time.Millisecond

	query = `query($day: Date!) { employees(first: 20) { nodes { id code
		stamps(from: $day, to: $day) { nodes { occurredAt kind } sources { system status } } } } }`
)

// BenchmarkAway reads the stamps of 20 people from memory, with Redis there and
// away by turns. The moment in which it goes is part of the time in which it is
// away.
func BenchmarkAway(b *testing.B) {
	redis := storetest.StartRedis(b)
	f := fleettest.Start(b, fleettest.Options{
		RedisURL: redis.URL, Environ: []string{"HITOTSU_REDIS_BUDGET=15ms"}, // the default
	})
	w := &world{c: fleettest.NewClient(b), g: f.Gateway(b)}
	for _, state := range []struct {
		name        string
		leave, back func()
	}{
		{"stopped", func() { redis.Stop(b) }, func() { redis.Start(b) }},
		{"hanging", func() { redis.Hang(b) }, func() { redis.Resume(b) }},
	} {
		b.Run(state.name, func(b *testing.B) {
			var there, away []time.Duration
			for range rounds {
				w.settle(b)
				there = append(there, w.reads(b)...)
				state.leave()
				away = append(away, w.reads(b)...)
				state.back()
			}
			added := share(away, 99) - share(there, 99)
			b.ReportMetric(0, "ns/op") // it would mean nothing
			for unit, d := range map[string]time.Duration{
				"there-p50-µs": share(there, 50), "away-p50-µs": share(away, 50),
				"there-p99-µs": share(there, 99), "away-p99-µs": share(away, 99), "away-most-µs": share(away, 100),
				"added-p99-µs": added,
			} {
				b.ReportMetric(float64(d.Microseconds()), unit)
			}
			if added >= most && len(away) >= 1000 {
				b.Errorf("Redis %s adds %v to the 99th of a hundred", state.name, added)
			}
		})
	}
}

type world struct {
	c *fleettest.Client
	g *fleettest.Gateway
}

// settle waits until everything is in memory and Redis is in use: it asks for
// two seconds, in which a Redis that came back is.
func (w *world) settle(b *testing.B) {
	b.Helper()
	for until := time.Now().Add(2 * time.Second); time.Now().Before(until); {
		w.ask(b)
	}
}

// reads asks b.N times, in a round's part, and returns how long each took.
func (w *world) reads(b *testing.B) []time.Duration {
	b.Helper()
	times := make([][]time.Duration, callers)
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for range max(1, b.N/callers/rounds) {
				began := time.Now()
				w.ask(b)
				times[i] = append(times[i], time.Since(began))
			}
		})
	}
	all.Wait()
	return slices.Concat(times...)
}

func (w *world) ask(b *testing.B) {
	b.Helper()
	day := time.Now().AddDate(0, 0, -3).Format(time.DateOnly)
	if a, err := w.c.Ask(b.Context(), w.g, query, map[string]any{"day": day}); err != nil || len(a.Errors) > 0 {
		b.Errorf("%v, %.300s", err, a.Body)
	}
}

// share is the least time in which that many of a hundred were answered.
func share(times []time.Duration, percent int) time.Duration {
	slices.Sort(times)
	return times[(len(times)*percent+99)/100-1]
}
