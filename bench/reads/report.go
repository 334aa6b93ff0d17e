package main

import (
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// report writes the tables.
type report struct {
	out  io.Writer
	opts options
	rows map[time.Duration][]line
	size size
	// doubts are the queries that take more processor time than promised.
	doubts []doubtful
	// shares tells where a doubtful one spends its time.
	shares func(doubtful) (string, error)
}

type line struct {
	query query
	m     *measured
}

func newReport(out io.Writer, opts options, s size, shares func(doubtful) (string, error)) *report {
	return &report{out: out, opts: opts, size: s, shares: shares, rows: map[time.Duration][]line{}}
}

func (r *report) add(latency time.Duration, q query, m *measured) {
	r.rows[latency] = append(r.rows[latency], line{q, m})
}

func (r *report) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format, args...) }

// table begins a table.
func (r *report) table(columns ...string) {
	r.say("\n| %s |\n|%s\n", strings.Join(columns, " | "), strings.Repeat("---|", len(columns)))
}

func (r *report) write() error {
	r.say("\n%s, %s/%s, %d cores, %s; %d people. The run took %d minutes.\n", time.Now().Format("2 January 2006"),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), r.opts.people,
		int(time.Since(r.opts.began).Round(time.Minute).Minutes()))
	r.aims()
	r.calls()
	for _, latency := range slices.Sorted(maps.Keys(r.rows)) {
		r.say("\n### Upstream calls of %d ms\n", latency.Milliseconds())
		r.latencies(r.rows[latency])
		r.processor(r.rows[latency])
		r.resources(r.rows[latency])
	}
	return r.profiles()
}

// profiles tells where those above their aim spend their time.
func (r *report) profiles() error {
	if len(r.doubts) == 0 {
		return nil
	}
	r.say("\n### Where the time goes of what takes more than promised\n\n" +
		"The packages in which the processor was, of the gateway's process with the client that asks it; calls of 0 ms.\n")
	r.table("query", "state", "samples and packages")
	for _, d := range r.doubts {
		text, err := r.shares(d)
		if err != nil {
			return fmt.Errorf("%s: %w", d.l.query.name, err)
		}
		r.say("| %s | %s | %s |\n", d.l.query.name, d.state, text)
	}
	return nil
}

// calls compares with the fewest.
func (r *report) calls() {
	r.say("\n### Calls, and the fewest that the documents allow\n\n" +
		"A for AKASHI, J, C and Y. The handler makes the fewest, which the run checks.\n")
	r.table("query", "EMPTY", "fewest", "INDEXED", "fewest", "explained", "WARM", "explained",
		"field by field, INDEXED")
	for _, l := range r.rows[r.opts.latencies[0]] {
		r.say("| %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", l.query.name,
			systemsOf(l.m.empty.calls), systemsOf(l.query.empty(r.size)),
			systemsOf(l.m.indexed.calls), systemsOf(l.query.indexed), systemsOf(l.m.explained[stateIndexed]),
			systemsOf(l.m.warm.calls), systemsOf(l.m.explained[stateWarm]), systemsOf(l.m.fieldwise.calls))
	}
}

// systemsOf writes calls by system.
func systemsOf(calls map[string]int) string {
	var parts []string
	for _, name := range []string{"akashi", "jobcan", "carely", "yesod"} {
		if n := calls[name]; n > 0 {
			parts = append(parts, strings.ToUpper(name[:1])+" "+itoa(n))
		}
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, ", ")
}

func (r *report) latencies(lines []line) {
	r.say("\nLatency in ms, p50 and p99 (of fewer than a hundred times the longest), and what of it lies over the " +
		"critical path of the upstream calls.\n")
	r.table("query", "times", "INDEXED", "over", "by hand", "over", "field by field", "over", "EMPTY", "over", "WARM")
	for _, l := range lines {
		m := l.m
		r.say("| %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", l.query.name, len(m.indexed.took),
			both(m.indexed.took), both(m.indexed.over), both(m.hand.took), both(m.hand.over),
			both(m.fieldwise.took), both(m.fieldwise.over),
			ms(quantile(m.empty.took, .5)), ms(quantile(m.empty.over, .5)), both(m.warm.took))
	}
}

func (r *report) processor(lines []line) {
	r.say("\nProcessor time of one answer in ms, user and system, of the whole process: who answers, and the client " +
		"that asks.\n")
	r.table("query", "EMPTY", "by hand", "ratio", "INDEXED", "by hand", "ratio", "field by field", "ratio to by hand",
		"WARM", "ratio to by hand")
	for _, l := range lines {
		m := l.m
		r.say("| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", l.query.name,
			ms(m.empty.cpu), ms(m.handFull.cpu), ratio(m.empty.cpu, m.handFull.cpu),
			ms(m.indexed.cpu), ms(m.hand.cpu), ratio(m.indexed.cpu, m.hand.cpu),
			ms(m.fieldwise.cpu), ratio(m.fieldwise.cpu, m.hand.cpu),
			ms(m.warm.cpu), ratio(m.warm.cpu, l.asking().cpu))
	}
}

// asking is the handler that makes the calls that WARM saves.
func (l line) asking() *series {
	if l.query.indexOnly {
		return l.m.handFull
	}
	return l.m.hand
}

func (r *report) resources(lines []line) {
	r.say("\nAllocations and kB allocated for one answer; the most memory resident meanwhile, in MB, of the process that "+
		"holds all three. With calls of 0 ms, also answers a second to %d clients. Each for INDEXED, by hand, field by "+
		"field, WARM.\n", crowd)
	columns := []string{"query", "allocations", "ratio to by hand", "kB", "ratio to by hand", "peak, MB"}
	fast := lines[0].m.warm.perSecond > 0
	if fast {
		columns = append(columns, "answers a second")
	}
	r.table(columns...)
	for _, l := range lines {
		m := l.m
		four := []*series{m.indexed, m.hand, m.fieldwise, m.warm}
		each := func(of func(*series) float64) string {
			var parts []string
			for _, s := range four {
				parts = append(parts, strconv.FormatFloat(of(s), 'f', 0, 64))
			}
			return strings.Join(parts, ", ")
		}
		over := func(of func(*series) float64) string {
			return fmt.Sprintf("%.2f, %.2f, %.2f", of(m.indexed)/of(m.hand), of(m.fieldwise)/of(m.hand),
				of(m.warm)/of(l.asking()))
		}
		allocations := func(s *series) float64 { return float64(s.allocations) }
		kB := func(s *series) float64 { return float64(s.bytes) / 1000 }
		r.say("| %s | %s | %s | %s | %s | %s |", l.query.name, each(allocations), over(allocations),
			each(kB), over(kB), each(func(s *series) float64 { return float64(s.peak) / 1e6 }))
		if fast {
			r.say(" %s |", each(func(s *series) float64 { return s.perSecond }))
		}
		r.say("\n")
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func both(of []time.Duration) string { return ms(quantile(of, .5)) + ", " + ms(quantile(of, .99)) }

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f", float64(a)/float64(max(b, 1))) }

func itoa(n int) string { return strconv.Itoa(n) }
