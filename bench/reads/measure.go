package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/hitotsu/hitotsu/bench/answer"
	"github.com/hitotsu/hitotsu/bench/systems"
)

// The states.
const (
	stateEmpty   = "EMPTY"
	stateIndexed = "INDEXED"
	stateWarm    = "WARM"
)

// measured is everything that one query showed at one latency.
type measured struct {
	// Of the gateway.
	empty, indexed, warm *series
	// Of the handler, without an index in its hand and with it.
	handFull, hand *series
	// Of the executor that goes field by field, with the index in its hand.
	fieldwise *series
	// leaves is how many values the answer has.
	leaves int
}

// sizes of one measurement.
type sizes struct {
	least, most, starts int
	budget, throughput  time.Duration
}

// measurement is one query at one latency.
type measurement struct {
	*world
	sizes

	q       query
	latency time.Duration
	out     measured
}

// measure asks one query in all states on all sides.
func measure(ctx context.Context, w *world, q query, s sizes, latency time.Duration) (*measured, error) {
	m := &measurement{world: w, sizes: s, q: q, latency: latency}
	if q.aimed {
		m.budget *= 4 // its 99th of a hundred is promised
	}
	for _, part := range []func(context.Context) error{m.empty, m.indexed, m.byHand} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	return &m.out, nil
}

// extent is how often to ask when every time needs so many calls.
func (m *measurement) extent(calls map[string]int) extent {
	e := extent{least: m.least, most: m.most, budget: m.budget}
	for system, n := range calls {
		limit := unpaced
		if system == "carely" {
			limit = 20
		}
		// As many operations as fit into the limit's window, and the next one after it.
		if pause := 1100 * time.Millisecond / time.Duration(max(1, limit/n)); system == "carely" || n > 20 {
			e.rest = max(e.rest, pause)
		}
	}
	return e
}

// empty measures gateways that were just started, and the last of them WARM.
func (m *measurement) empty(ctx context.Context) (err error) {
	var g *gateway
	defer func() { err = errors.Join(err, g.stop()) }()
	out := &series{}
	for range m.starts {
		if err := g.stop(); err != nil {
			return err
		}
		if g, err = freshGateway(ctx, m.gateway, m.latency, true); err != nil {
			return err
		}
		if err := m.first(ctx, g, out); err != nil {
			return err
		}
	}
	out.cpu /= time.Duration(m.starts)
	out.allocations /= uint64(m.starts)
	out.bytes /= uint64(m.starts)
	m.out.empty = out
	if m.out.leaves, err = answer.Leaves(out.answer); err != nil {
		return err
	}
	return m.warm(ctx, g)
}

// first measures the start of a gateway and its first answer.
func (m *measurement) first(ctx context.Context, g *gateway, out *series) error {
	stop, err := m.profiling(stateEmpty)
	if err != nil {
		return err
	}
	defer stop()
	meter, began := startMeter(), time.Now()
	if err := g.start(ctx); err != nil {
		return err
	}
	if out.answer, err = g.asks(ctx, m.q.text)(); err != nil {
		return err
	}
	asked := []systems.Span{{Begin: began, End: time.Now()}}
	meter.stop(out, 1)
	calls, err := m.gateway.Calls(ctx)
	if err != nil {
		return err
	}
	if out.calls != nil && !maps.Equal(out.calls, calls.Count) {
		return fmt.Errorf("calls when EMPTY differ from time to time: %v and %v", out.calls, calls.Count)
	}
	out.calls = calls.Count
	out.note(asked, calls.Spans)
	return nil
}

// warm measures a gateway that was asked a moment ago.
func (m *measurement) warm(ctx context.Context, g *gateway) error {
	stop, err := m.profiling(stateWarm)
	if err != nil {
		return err
	}
	defer stop()
	s := side{m.gateway, g.asks(ctx, m.q.text)}
	if m.out.warm, err = s.times(ctx, m.extent(nil)); err != nil {
		return err
	}
	if err := answer.Same(m.out.empty.answer, m.out.warm.answer); err != nil {
		return fmt.Errorf("WARM: %w", err)
	}
	m.out.warm.perSecond, err = throughput(m.throughput, s.ask)
	return err
}

// indexed measures a gateway that keeps nothing but the index.
func (m *measurement) indexed(ctx context.Context) (err error) {
	g, err := freshGateway(ctx, m.gateway, m.latency, false)
	defer func() { err = errors.Join(err, g.stop()) }()
	if err != nil {
		return err
	}
	if err := g.start(ctx); err != nil {
		return err
	}
	s := side{m.gateway, g.asks(ctx, m.q.text)}
	if _, err := s.ask(); err != nil { // builds the index
		return err
	}
	if err := rest(ctx, m.extent(m.q.empty(m.size)).rest); err != nil {
		return err
	}
	stop, err := m.profiling(stateIndexed)
	if err != nil {
		return err
	}
	defer stop()
	if m.out.indexed, err = s.times(ctx, m.extent(m.q.indexed)); err != nil {
		return err
	}
	if err := answer.Same(m.out.empty.answer, m.out.indexed.answer); err != nil {
		return fmt.Errorf("INDEXED: %w", err)
	}
	m.out.indexed.perSecond, err = throughput(m.throughput, s.ask)
	return err
}

// byHand measures the others, whose answers must hold the same data.
func (m *measurement) byHand(ctx context.Context) error {
	address, stop, err := m.hands.serve(m.q)
	if err != nil {
		return err
	}
	defer stop()
	for _, one := range []struct {
		path  string
		into  **series
		calls map[string]int
		e     extent
	}{
		{"/indexed", &m.out.hand, m.q.indexed, m.extent(m.q.indexed)},
		{"/full", &m.out.handFull, m.q.empty(m.size), m.extent(m.q.empty(m.size))},
		{"/fieldwise", &m.out.fieldwise, nil, m.extent(m.q.indexed)},
	} {
		if one.path == "/full" {
			one.e.least, one.e.most = m.starts, m.starts
		}
		g := &gateway{url: address + one.path, asker: newAsker()}
		s := side{m.hand, g.asks(ctx, m.q.text)}
		if *one.into, err = s.times(ctx, one.e); err != nil {
			return fmt.Errorf("%s: %w", one.path, err)
		}
		got := *one.into
		if err := answer.Same(m.out.empty.answer, got.answer); err != nil {
			return fmt.Errorf("%s: %w", one.path, err)
		}
		if one.calls != nil && !maps.Equal(got.calls, one.calls) {
			return fmt.Errorf("%s: %v calls, of %v that are the fewest", one.path, got.calls, one.calls)
		}
		if one.path != "/full" {
			if got.perSecond, err = throughput(m.throughput, s.ask); err != nil {
				return fmt.Errorf("%s: %w", one.path, err)
			}
		}
		g.asker.http.CloseIdleConnections()
	}
	return nil
}
