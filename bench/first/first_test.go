// Package first_test measures the first index of a large company: how long it
// takes to list 20,000 people against the fewest rounds of calls that the
// documents allow, and how much memory the process has at most, with the index and
// attendance in its caches. The gateway and the simulated systems are processes;
// the gateway's environment sets nothing about memory.
package first_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
)

func TestMain(m *testing.M) { os.Exit(fleettest.Main(m)) }

const (
	// people is the largest company that is promised.
	people = 20_000
	// mostMemory is what a gateway with so many people may hold.
	mostMemory = 300 << 20
	// mostRatio is what the first index may take, against the ideal. It is asked for
	// from the latency on that systems really have.
	mostRatio, realLatency = 1.2, 100 * time.Millisecond
	// parallel is how many calls to AKASHI are under way at a time, the default.
	parallel = 4
)

// fleet has no quota but Carely's, which its document states.
func fleet(b *testing.B, more ...string) *fleettest.Fleet {
	b.Helper()
	environ := append(more, "HITOTSU_CARELY_REQUESTS_PER_SECOND=20")
	for _, system := range []string{"AKASHI", "JOBCAN", "YESOD"} {
		environ = append(environ, "HITOTSU_"+system+"_REQUESTS_PER_SECOND=1000")
	}
	return fleettest.Start(b, fleettest.Options{People: people, Environ: environ})
}

// listed waits until each system has listed everybody.
func listed(b *testing.B, g *fleettest.Gateway) {
	b.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	whole := func(log string) bool {
		for _, system := range []string{"AKASHI", "JOBCAN", "CARELY", "YESOD"} {
			if !strings.Contains(log, `"msg":"scanned","of":"people","link":"`+system) {
				return false
			}
		}
		return true
	}
	for end := time.Now().Add(5 * time.Minute); !whole(g.Log()); <-ticker.C {
		if time.Now().After(end) {
			b.Fatal("everybody was not listed")
		}
	}
}

type page struct {
	Employees struct {
		TotalCount int
		PageInfo   struct {
			HasNextPage bool
			EndCursor   *string
		}
		Nodes []struct {
			Stamps struct{ Sources []struct{ Status string } }
		}
	}
}

func ask(b *testing.B, c *fleettest.Client, g *fleettest.Gateway, query string, variables map[string]any) page {
	b.Helper()
	var p page
	if err := json.Unmarshal(c.Query(b, g, query, variables).Data, &p); err != nil {
		b.Fatal(err)
	}
	return p
}

// BenchmarkFirstIndex lists everybody for the first time, from when the gateway
// listens to its first answer that knows everybody.
func BenchmarkFirstIndex(b *testing.B) {
	for _, latency := range []time.Duration{50 * time.Millisecond, realLatency, 2 * realLatency} {
		b.Run(latency.String(), func(b *testing.B) {
			f, c := fleet(b), fleettest.NewClient(b)
			for _, s := range f.Systems() {
				s.Slow(b, latency)
			}
			g := f.Gateway(b)
			began := time.Now()
			listed(b, g)
			if p := ask(b, c, g, `{ employees(first: 1) { totalCount } }`, nil); p.Employees.TotalCount < people {
				b.Fatalf("%d people", p.Employees.TotalCount)
			}
			took := time.Since(began)
			best := ideal(b, f, latency)
			ratio := took.Seconds() / best.Seconds()
			b.ReportMetric(0, "ns/op") // it would mean nothing
			b.ReportMetric(took.Seconds(), "s")
			b.ReportMetric(best.Seconds(), "ideal-s")
			b.ReportMetric(ratio, "ratio")
			if latency >= realLatency && ratio > mostRatio {
				b.Errorf("the first index took %.2f of the ideal, at most %.2f", ratio, mostRatio)
			}
		})
	}
}

// ideal is the slowest system's pages, one after the other, or as many at a time or
// a second as are permitted.
func ideal(b *testing.B, f *fleettest.Fleet, latency time.Duration) time.Duration {
	b.Helper()
	calls := func(c *fleettest.Control, route string) int {
		n := 0
		for name, count := range c.History(b).Counters {
			if strings.Contains(name, route) {
				n += count
			}
		}
		if n == 0 {
			b.Fatalf("no calls of %s", route)
		}
		return n
	}
	each := func(n int, d time.Duration) time.Duration { return time.Duration(float64(n) * float64(d)) }
	customers := calls(&f.Carely, "graphql")
	return max(
		each(calls(&f.Akashi, "staffs"), latency)/parallel, each(calls(&f.Jobcan, "employees"), latency),
		each(customers, max(latency, time.Second/20)),
	)
}

// BenchmarkMemory lists everybody and reads everybody's stamps of a day.
func BenchmarkMemory(b *testing.B) {
	f, c := fleet(b, "HITOTSU_OPERATION_BUDGET=60s", "HITOTSU_WRITE_TIMEOUT=70s"), fleettest.NewClient(b)
	g := f.Gateway(b)
	report := func(name string) {
		most := g.MostMemory(b)
		b.ReportMetric(float64(most)/(1<<20), name+"-MiB")
		if most == 0 || most > mostMemory {
			b.Errorf("%s: the process had %d MiB, at most %d", name, most>>20, mostMemory>>20)
		}
	}
	b.ReportMetric(0, "ns/op") // it would mean nothing
	listed(b, g)
	ask(b, c, g, `{ employees(first: 1) { totalCount } }`, nil)
	report("index")
	read(b, c, g, time.Now().AddDate(0, 0, -2).Format(time.DateOnly))
	report("caches")
}

// read asks for everybody's stamps of a day.
func read(b *testing.B, c *fleettest.Client, g *fleettest.Gateway, day string) {
	b.Helper()
	const query = `query($after: String, $day: Date!) { employees(first: 100, after: $after) {
		pageInfo { hasNextPage endCursor }
		nodes { stamps(from: $day, to: $day) { nodes { occurredAt } sources { status } } } } }`
	variables := map[string]any{"day": day}
	for seen := 0; ; {
		p := ask(b, c, g, query, variables)
		for _, n := range p.Employees.Nodes {
			for _, s := range n.Stamps.Sources {
				if s.Status != "OK" && s.Status != "NOT_LINKED" {
					b.Fatal(s.Status)
				}
			}
		}
		seen += len(p.Employees.Nodes)
		if !p.Employees.PageInfo.HasNextPage {
			if seen < people {
				b.Fatalf("%d people", seen)
			}
			return
		}
		variables["after"] = p.Employees.PageInfo.EndCursor
	}
}
