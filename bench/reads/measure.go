package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// measured is everything that one query showed at one latency.
type measured struct {
	calls                 map[string]map[string]int // by state and system
	empty, indexed, warm  cost
	handIndexed, handFull cost
	perSecond             float64 // WARM, eight clients
}

// cost is what asking some times took, for each.
type cost struct {
	took        []time.Duration
	cpu         time.Duration
	allocations uint64
	bytes       uint64
}

func (c *cost) quantile(q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(c.took))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// The states.
const (
	stateEmpty   = "EMPTY"
	stateIndexed = "INDEXED"
	stateWarm    = "WARM"
)

// measure asks one query in all states on both sides.
func measure(ctx context.Context, w *world, q query, rounds int, latency time.Duration) (*measured, error) {
	m := &measured{calls: map[string]map[string]int{}}
	var answer []byte
	var g *gateway
	stop, err := w.profiling(stateEmpty)
	if err != nil {
		return nil, err
	}
	for range max(3, rounds/4) {
		if err := g.stop(); err != nil {
			return nil, err
		}
		var err error
		if g, err = freshGateway(ctx, w.gateway, latency, true); err != nil {
			return nil, err
		}
		one, got, err := spend(1, func() ([]byte, error) { return g.ask(ctx, q.text) })
		if err != nil {
			return nil, err
		}
		m.empty.add(one)
		answer = got
	}
	stop()
	if m.calls[stateEmpty], err = w.gateway.calls(ctx); err != nil {
		return nil, err
	}
	if err := warm(ctx, w, g, q, rounds, m); err != nil {
		return nil, err
	}
	if err := g.stop(); err != nil {
		return nil, err
	}
	if err := indexed(ctx, w, q, rounds, latency, m); err != nil {
		return nil, err
	}
	return m, byHand(ctx, w, q, rounds, m, answer)
}

func warm(ctx context.Context, w *world, g *gateway, q query, rounds int, m *measured) error {
	if err := w.gateway.clear(ctx); err != nil {
		return err
	}
	stop, err := w.profiling(stateWarm)
	if err != nil {
		return err
	}
	defer stop()
	if m.warm, _, err = spend(rounds*5, func() ([]byte, error) { return g.ask(ctx, q.text) }); err != nil {
		return err
	}
	if m.perSecond, err = throughput(func() error {
		_, err := g.ask(ctx, q.text)
		return err
	}); err != nil {
		return err
	}
	m.calls[stateWarm], err = w.gateway.calls(ctx)
	return err
}

// indexed measures a gateway that keeps nothing but the index.
func indexed(ctx context.Context, w *world, q query, rounds int, latency time.Duration, m *measured) error {
	g, err := freshGateway(ctx, w.gateway, latency, false)
	if err != nil {
		return err
	}
	defer func() { _ = g.stop() }()
	if _, err := g.ask(ctx, q.text); err != nil { // builds the index
		return err
	}
	if err := w.gateway.clear(ctx); err != nil {
		return err
	}
	if _, err := g.ask(ctx, q.text); err != nil {
		return err
	}
	if m.calls[stateIndexed], err = w.gateway.calls(ctx); err != nil {
		return err
	}
	stop, err := w.profiling(stateIndexed)
	if err != nil {
		return err
	}
	defer stop()
	m.indexed, _, err = spend(rounds, func() ([]byte, error) { return g.ask(ctx, q.text) })
	return err
}

// byHand measures the handler, with an index in its hand and without, after
// comparing what both sides answer.
func byHand(ctx context.Context, w *world, q query, rounds int, m *measured, answer []byte) error {
	address, stop, err := w.hands.serve(q.hand(w.hands))
	if err != nil {
		return err
	}
	defer stop()
	// The hand's requests are the gateway's, so that both sides read the same.
	body, err := json.Marshal(map[string]string{"query": q.text})
	if err != nil {
		return err
	}
	ask := func(path string) func() ([]byte, error) {
		return func() ([]byte, error) { return post(ctx, address+path, body) }
	}
	var got []byte
	if m.handIndexed, got, err = spend(rounds, ask("/indexed")); err != nil {
		return err
	}
	for _, path := range q.rows {
		mine, err := count(answer, path)
		if err != nil {
			return err
		}
		theirs, err := count(got, path)
		if err != nil {
			return err
		}
		if mine == 0 || mine != theirs {
			return fmt.Errorf("the gateway answers %d rows of %s, the handler %d", mine, path, theirs)
		}
	}
	m.handFull, _, err = spend(max(3, rounds/4), ask("/full"))
	return err
}

// spend runs ask some times, one after another, and tells what it cost.
func spend(times int, ask func() ([]byte, error)) (cost, []byte, error) {
	var c cost
	var last []byte
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	cpu := processorTime()
	for range times {
		began := time.Now()
		var err error
		if last, err = ask(); err != nil {
			return c, nil, err
		}
		c.took = append(c.took, time.Since(began))
	}
	c.cpu = (processorTime() - cpu) / time.Duration(times)
	runtime.ReadMemStats(&after)
	c.allocations = (after.Mallocs - before.Mallocs) / uint64(times)
	c.bytes = (after.TotalAlloc - before.TotalAlloc) / uint64(times)
	return c, last, nil
}

// add joins the cost of another round.
func (c *cost) add(one cost) {
	n := int64(len(c.took))
	c.cpu = time.Duration((int64(c.cpu)*n + int64(one.cpu)) / (n + 1))
	c.allocations, c.bytes = one.allocations, one.bytes
	c.took = append(c.took, one.took...)
}

// processorTime is what this process has used, in user and system mode.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// throughput is how many answers a second eight clients get in two seconds.
func throughput(ask func() error) (float64, error) {
	const clients, length = 8, 2 * time.Second
	var wg sync.WaitGroup
	counts, errs := make([]int, clients), make([]error, clients)
	began := time.Now()
	for i := range clients {
		wg.Go(func() {
			for time.Since(began) < length && errs[i] == nil {
				errs[i] = ask()
				counts[i]++
			}
		})
	}
	wg.Wait()
	total := 0
	for i, n := range counts {
		if errs[i] != nil {
			return 0, errs[i]
		}
		total += n
	}
	return float64(total) / time.Since(began).Seconds(), nil
}

// post sends a body and returns the answer.
func post(ctx context.Context, url string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+caller)
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a loopback server of our own
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || bytes.Contains(raw, []byte(`"errors"`))) {
		err = fmt.Errorf("status %d: %.300s", resp.StatusCode, raw)
	}
	return raw, err
}

// count returns how many elements the lists at a path have in all.
func count(answer []byte, path string) (int, error) {
	var root struct {
		Data any `json:"data"`
	}
	if err := json.Unmarshal(answer, &root); err != nil {
		return 0, err
	}
	at := []any{root.Data}
	for name := range strings.SplitSeq(path, ".") {
		var next []any
		for _, v := range at {
			object, ok := v.(map[string]any)
			if !ok {
				return 0, fmt.Errorf("no object before %s in %s", name, path)
			}
			if list, ok := object[name].([]any); ok {
				next = append(next, list...)
			} else if object[name] != nil {
				next = append(next, object[name])
			}
		}
		at = next
	}
	return len(at), nil
}

// sum adds calls up.
func sum(calls map[string]int) int {
	n := 0
	for v := range maps.Values(calls) {
		n += v
	}
	return n
}
