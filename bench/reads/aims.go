package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// The aims.
const (
	aimP50, aimP99 = 2 * time.Millisecond, 5 * time.Millisecond
	aimPlain       = 1.2
	aimJoined      = 1.5
	aimWarm        = 0.5
)

// aims compares with what was promised. A ratio of processor time is that of the
// sums over all latencies, which do not matter to it: the more was measured, the
// less chance has a say.
func (r *report) aims() {
	r.say("\n### What was promised, and what this run reached\n")
	r.table("promise", "reached", "held")
	r.aimCalls()
	r.aimExplain()
	for _, latency := range slices.Sorted(maps.Keys(r.rows)) {
		for _, l := range r.rows[latency] {
			if l.query.aimed {
				r.aimLatency(latency, l)
			}
		}
	}
	plain := func(q query) bool { return q.indexOnly && !q.units }
	r.doubt(stateEmpty, r.aimRatio("CPU at most 1.2 times the handler's, plain lists (EMPTY: calls included)", aimPlain,
		plain, func(m *measured) (*series, *series) { return m.empty, m.handFull }))
	r.doubt(stateIndexed, r.aimRatio("CPU at most 1.5 times the handler's, joins (INDEXED)", aimJoined,
		func(q query) bool { return !q.indexOnly },
		func(m *measured) (*series, *series) { return m.indexed, m.hand }))
	r.aimRatio("CPU at most 1.5 times the handler's, joins (EMPTY)", aimJoined,
		func(q query) bool { return !plain(q) },
		func(m *measured) (*series, *series) { return m.empty, m.handFull })
	r.aimRatio("CPU when WARM at most 0.5 times that of the handler that asks", aimWarm,
		func(q query) bool { return !q.indexOnly },
		func(m *measured) (*series, *series) { return m.warm, m.hand })
	r.aimRatio("the same where the index answers: the handler reads everybody", aimWarm,
		func(q query) bool { return q.indexOnly },
		func(m *measured) (*series, *series) { return m.warm, m.handFull })
}

func (r *report) aimCalls() {
	var above []string
	total := 0
	for _, latency := range r.opts.latencies {
		for _, l := range r.rows[latency] {
			total++
			if !maps.Equal(l.m.empty.calls, l.query.empty(r.size)) ||
				!maps.Equal(l.m.indexed.calls, orNone(l.query.indexed)) || len(l.m.warm.calls) > 0 {
				above = append(above, l.query.name)
			}
		}
	}
	r.aim("the fewest calls in all three states",
		fmt.Sprintf("%d of %d (queries at each latency)", total-len(above), total), above)
}

// aimExplain compares what explain told with what was asked.
func (r *report) aimExplain() {
	var above []string
	total := 0
	for _, latency := range r.opts.latencies {
		for _, l := range r.rows[latency] {
			total++
			if !maps.Equal(l.m.explained[stateIndexed], l.m.indexed.calls) ||
				!maps.Equal(l.m.explained[stateWarm], l.m.warm.calls) {
				above = append(above, l.query.name)
			}
		}
	}
	r.aim("`explain` tells the calls exactly, INDEXED and WARM",
		fmt.Sprintf("%d of %d (queries at each latency)", total-len(above), total), above)
}

func orNone(calls map[string]int) map[string]int {
	if calls == nil {
		return map[string]int{}
	}
	return calls
}

func (r *report) aimLatency(latency time.Duration, l line) {
	p50, p99 := quantile(l.m.indexed.over, .5), quantile(l.m.indexed.over, .99)
	var above []string
	if p50 >= aimP50 {
		above = append(above, "p50")
	}
	if p99 >= aimP99 {
		above = append(above, "p99")
	}
	r.aim(fmt.Sprintf("under 2 ms at p50 and 5 ms at p99 over the critical path: %s, %d values, calls of %d ms",
		l.query.name, l.m.leaves, latency.Milliseconds()),
		fmt.Sprintf("%s, %s ms (by hand %s, field by field %s)",
			ms(p50), ms(p99), both(l.m.hand.over), both(l.m.fieldwise.over)), above)
}

// doubt notes what is to be profiled: the queries of a state that are above their
// aim; of those that only list people the first, since they do the same.
func (r *report) doubt(state string, names []string) {
	for _, l := range r.rows[r.opts.latencies[0]] {
		if slices.Contains(names, l.query.name) {
			r.doubts = append(r.doubts, doubtful{l, state})
			if state == stateEmpty {
				return
			}
		}
	}
}

// aimRatio judges the ratio of processor times of the queries that are meant, and
// returns the names of those above it.
func (r *report) aimRatio(
	promise string, most float64, meant func(query) bool, of func(*measured) (a, b *series),
) []string {
	type sums struct{ a, b time.Duration }
	all := map[string]*sums{}
	var names []string
	for _, latency := range r.opts.latencies {
		for _, l := range r.rows[latency] {
			if !meant(l.query) {
				continue
			}
			if all[l.query.name] == nil {
				all[l.query.name] = &sums{}
				names = append(names, l.query.name)
			}
			a, b := of(l.m)
			all[l.query.name].a += a.cpu
			all[l.query.name].b += b.cpu
		}
	}
	if len(names) == 0 {
		return nil
	}
	var above, out []string
	least, highest := 1e9, 0.0
	for _, name := range names {
		v := float64(all[name].a) / float64(all[name].b)
		least, highest = min(least, v), max(highest, v)
		if v > most {
			above, out = append(above, fmt.Sprintf("%s %.2f", name, v)), append(out, name)
		}
	}
	r.aim(promise, fmt.Sprintf("%.2f to %.2f", least, highest), above)
	return out
}

// aim writes a row; above is what does not keep the promise.
func (r *report) aim(promise, reached string, above []string) {
	held := "yes"
	if len(above) > 0 {
		held = "no: " + strings.Join(above, "; ")
	}
	r.say("| %s | %s | %s |\n", promise, reached, held)
}
