package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
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
}

type line struct {
	query query
	m     *measured
}

func newReport(out io.Writer, opts options, s size) *report {
	return &report{out: out, opts: opts, size: s, rows: map[time.Duration][]line{}}
}

func (r *report) add(latency time.Duration, q query, m *measured) {
	r.rows[latency] = append(r.rows[latency], line{q, m})
}

func (r *report) say(format string, args ...any) { _, _ = fmt.Fprintf(r.out, format, args...) }

func (r *report) write() {
	version := runtime.Version()
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.GoVersion
	}
	r.say("\n%s, %s/%s, %d cores, %s; %d people, %d rounds.\n", time.Now().Format("2 January 2006"),
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), version, r.opts.people, r.opts.rounds)
	r.calls(r.opts.latencies[0])
	for _, latency := range r.opts.latencies {
		r.times(latency)
	}
}

// calls compares with the fewest.
func (r *report) calls(latency time.Duration) {
	r.say("\n### Calls, and the fewest that the documents allow\n\n" +
		"| query | EMPTY | fewest | INDEXED | fewest | WARM |\n|---|---|---|---|---|---|\n")
	for _, l := range r.rows[latency] {
		r.say("| %s | %s | %s | %s | %s | %d |\n", l.query.name,
			systemsOf(l.m.calls[stateEmpty]), systemsOf(l.query.empty(r.size)),
			systemsOf(l.m.calls[stateIndexed]), systemsOf(l.query.indexed), sum(l.m.calls[stateWarm]))
	}
}

// systemsOf writes calls by system: A for AKASHI, J, C and Y.
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

func (r *report) times(latency time.Duration) {
	r.say("\n### Upstream calls of %d ms\n\n", latency.Milliseconds())
	r.say("Milliseconds; CPU is user and system time of the whole process for one answer.\n\n" +
		"| query | EMPTY p50 | INDEXED p50, p99 | by hand p50, p99 | WARM p50, p99 | WARM/s " +
		"| CPU EMPTY, by hand, ratio | CPU INDEXED, by hand, ratio | CPU WARM, ratio to by hand " +
		"| allocations INDEXED, by hand, WARM |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, l := range r.rows[latency] {
		m := l.m
		asking := m.handIndexed
		if l.query.indexOnly {
			asking = m.handFull
		}
		r.say("| %s | %s | %s, %s | %s, %s | %s, %s | %.0f | %s, %s, %s | %s, %s, %s | %s, %s | %d, %d, %d |\n",
			l.query.name, ms(m.empty.quantile(.5)),
			ms(m.indexed.quantile(.5)), ms(m.indexed.quantile(.99)),
			ms(m.handIndexed.quantile(.5)), ms(m.handIndexed.quantile(.99)),
			ms(m.warm.quantile(.5)), ms(m.warm.quantile(.99)), m.perSecond,
			ms(m.empty.cpu), ms(m.handFull.cpu), ratio(m.empty.cpu, m.handFull.cpu),
			ms(m.indexed.cpu), ms(m.handIndexed.cpu), ratio(m.indexed.cpu, m.handIndexed.cpu),
			ms(m.warm.cpu), ratio(m.warm.cpu, asking.cpu),
			m.indexed.allocations, m.handIndexed.allocations, m.warm.allocations)
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

func ratio(a, b time.Duration) string { return fmt.Sprintf("%.2f", float64(a)/float64(max(b, 1))) }

func itoa(n int) string { return strconv.Itoa(n) }
