package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/bench/answer"
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
	// explained is what the field explain told before, by state and system.
	explained map[string]map[string]int
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
	m.out.explained = map[string]map[string]int{}
	if q.aimed {
		m.budget *= 6 // its 99th of a hundred is promised
	}
	if latency > 100*time.Millisecond {
		m.starts = min(m.starts, 3)
	}
	if latency > 0 {
		m.throughput = 0 // it would be that of the lines before the systems
	}
	for _, part := range []func(context.Context) error{m.empty, m.indexed, m.byHand} {
		if err := part(ctx); err != nil {
			return nil, err
		}
	}
	for _, one := range []*series{m.out.indexed, m.out.warm, m.out.handFull, m.out.hand, m.out.fieldwise} {
		one.answer = nil // equal, and in the way of the next query's memory
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
	stop, err := m.profiling(stateEmpty)
	if err != nil {
		return err
	}
	defer stop()
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
	stop()
	m.out.empty = out.mean()
	if m.out.leaves, err = answer.Leaves(out.answer); err != nil {
		return err
	}
	return m.warm(ctx, g)
}

// first measures the start of a gateway and its first answer.
func (m *measurement) first(ctx context.Context, g *gateway, out *series) error {
	return out.once(ctx, m.gateway, func() ([]byte, error) {
		if err := g.start(ctx); err != nil {
			return nil, err
		}
		return g.asks(ctx, m.q.text)()
	})
}

// warm measures a gateway that was asked a moment ago.
func (m *measurement) warm(ctx context.Context, g *gateway) error {
	stop, err := m.profiling(stateWarm)
	if err != nil {
		return err
	}
	defer stop()
	if err := m.explain(ctx, g, stateWarm); err != nil {
		return err
	}
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
	if err := m.explain(ctx, g, stateIndexed); err != nil {
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

// explain asks a gateway what the query would cost.
func (m *measurement) explain(ctx context.Context, g *gateway, state string) error {
	raw, err := g.asks(ctx, `{ explain(document: `+strconv.Quote(m.q.text)+`) { systems { system calls } problems } }`)()
	if err != nil {
		return err
	}
	var told struct {
		Data struct {
			Explain struct {
				Systems []struct {
					System string `json:"system"`
					Calls  int    `json:"calls"`
				} `json:"systems"`
				Problems []string `json:"problems"`
			} `json:"explain"`
		} `json:"data"`
	}
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	if problems := told.Data.Explain.Problems; len(problems) > 0 {
		return fmt.Errorf("explain, %s: %v", state, problems)
	}
	calls := map[string]int{}
	for _, one := range told.Data.Explain.Systems {
		if one.Calls > 0 {
			calls[strings.ToLower(one.System)] += one.Calls
		}
	}
	m.out.explained[state] = calls
	return nil
}

// byHand measures the others, whose answers must hold the same data.
func (m *measurement) byHand(ctx context.Context) error {
	address, stop, err := m.hands.serve(m.q)
	if err != nil {
		return err
	}
	defer stop()
	g := &gateway{asker: newAsker()}
	defer g.asker.http.CloseIdleConnections()
	ask := func(path string) func() ([]byte, error) {
		return func() ([]byte, error) {
			g.url = address + path
			return g.asks(ctx, m.q.text)()
		}
	}
	if err := m.handStarts(ctx, ask("/full")); err != nil {
		return fmt.Errorf("by hand, %s: %w", stateEmpty, err)
	}
	s := side{m.hand, ask("/indexed")}
	if m.out.hand, err = m.other(ctx, s); err != nil {
		return fmt.Errorf("by hand: %w", err)
	}
	if !maps.Equal(m.out.hand.calls, orNone(m.q.indexed)) {
		return fmt.Errorf("by hand: %v calls, and %v are the fewest", m.out.hand.calls, m.q.indexed)
	}
	s.ask = ask("/fieldwise")
	if m.out.fieldwise, err = m.other(ctx, s); err != nil {
		return fmt.Errorf("field by field: %w", err)
	}
	return nil
}

// handStarts measures a handler that was just started, as the gateway was.
func (m *measurement) handStarts(ctx context.Context, ask func() ([]byte, error)) error {
	out := &series{}
	for range m.starts {
		if err := m.hand.Reset(ctx); err != nil {
			return err
		}
		if err := m.hand.SetLatency(ctx, m.latency); err != nil {
			return err
		}
		err := out.once(ctx, m.hand, func() ([]byte, error) {
			if err := m.hands.connect(ctx); err != nil {
				return nil, err
			}
			return ask()
		})
		if err != nil {
			return err
		}
	}
	m.out.handFull = out.mean()
	if !maps.Equal(out.calls, m.q.empty(m.size)) {
		return fmt.Errorf("%v calls, and %v are the fewest", out.calls, m.q.empty(m.size))
	}
	return answer.Same(m.out.empty.answer, out.answer)
}

// other measures a side with the index in its hand.
func (m *measurement) other(ctx context.Context, s side) (*series, error) {
	e := m.extent(m.q.indexed)
	if err := rest(ctx, e.rest); err != nil {
		return nil, err
	}
	out, err := s.times(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := answer.Same(m.out.empty.answer, out.answer); err != nil {
		return nil, err
	}
	out.perSecond, err = throughput(m.throughput, s.ask)
	return out, err
}
