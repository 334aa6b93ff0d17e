package lookup_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/price"
)

// The canary: a thousand upstream principals, whose rows say whose they are, and
// two gateways over one store, at which many callers read and write at random
// while time passes, systems fail and the store goes away. Nobody may ever be
// given a row of another principal or another cell, nor, while the store is
// there, one that is older than a write that had ended when they asked.

// place is what a canary's cell is, and what its rows say.
type place struct {
	system, link, owner, sight, endpoint, detail, subject, day int
	// within is the day in the cell, which begins on day.
	within int
}

func (p place) need() lookup.Need { return lookup.Need{Key: p.key(), Days: 1 << p.within} }

func (p place) key() lookup.Key {
	return lookup.KeyOf(
		hr.Link{System: hr.Systems()[p.system], Name: fmt.Sprint("link-", p.link)},
		lookup.Principal{Owner: fmt.Sprint("owner-", p.owner), Sight: fmt.Sprint("sight-", p.sight)},
		lookup.Record{
			Endpoint: p.endpointName(), Detail: fmt.Sprint("detail-", p.detail),
			Subject: fmt.Sprint("subject-", p.subject), Date: hr.NewDate(2026, time.November, 1+p.day),
		})
}

func (p place) endpointName() string { return fmt.Sprint("endpoint-", p.endpoint) }

func (p place) topic() lookup.Topic {
	k := p.key()
	return lookup.Topic{Link: k.Link(), Endpoint: k.Endpoint(), Subject: k.Subject()}
}

// written is what a write changes: one subject at one endpoint of a link.
type written struct{ system, link, endpoint, subject int }

func (p place) written() written { return written{p.system, p.link, p.endpoint, p.subject} }

// draw picks one of 4 x 5 x 10 x 5 = 1,000 principals and one day of one of 72
// records, some of them more often than others.
func draw(r *rand.Rand) place {
	of := func(n int) int {
		if r.IntN(3) > 0 {
			n = 2
		}
		return r.IntN(n)
	}
	return place{
		system: of(4), link: of(5), owner: of(10), sight: of(5), endpoint: of(3), detail: of(2), subject: of(4), day: of(3),
		within: of(4),
	}
}

// canaryRow is what the system answers.
type canaryRow struct {
	Place   string
	Within  int
	Version int64
}

type canary struct {
	clock    atomic.Int64
	store    *shared
	gateways [2]*lookup.Cells
	down     [4]atomic.Bool // systems
	// storeLeft is the number of times that the store began to be away.
	storeLeft atomic.Int64

	mu sync.Mutex
	// now is what the systems hold; ended are the versions of writes that have
	// ended.
	now, ended map[written]int64

	reads, stale, faults  atomic.Int64
	foreign, old, missing atomic.Int64
}

func (c *canary) time() time.Time { return time.Unix(1_700_000_000, c.clock.Load()) }

func newCanary(t *testing.T) *canary {
	t.Helper()
	c := &canary{now: map[written]int64{}, ended: map[written]int64{}}
	c.store = newShared(c.time)
	key := make([]byte, 32)
	rule := lookup.Rule{Fresh: time.Minute, Max: time.Hour, Negative: 10 * time.Second}
	for i := range c.gateways {
		cells, err := lookup.New(lookup.Options{
			Rules: map[string]lookup.Rule{
				"endpoint-0": rule,
				"endpoint-1": {Fresh: time.Minute, Behind: 5 * time.Minute, Max: time.Hour, Whose: lookup.Many},
			},
			Default: lookup.Rule{Fresh: 10 * time.Second, Behind: time.Minute, Max: 10 * time.Minute},
			Cache:   c.store, Topics: c.store, Key: key, Salt: strconv.Itoa(i), MaxCells: 20_000, Now: c.time,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(cells.Close)
		c.gateways[i] = cells
	}
	return c
}

// ask is the systems' answer.
func (c *canary) ask(p place, r *rand.Rand) ([]canaryRow, error) {
	if c.down[p.system].Load() {
		return nil, fault.New(fault.UpstreamUnavailable, "down")
	}
	if r.IntN(50) == 0 {
		return nil, fault.New(fault.NotFound, "gone")
	}
	c.mu.Lock()
	version := c.now[p.written()]
	c.mu.Unlock()
	for range r.IntN(4) {
		runtime.Gosched() // a write may come in between
	}
	return []canaryRow{{fmt.Sprint(p), p.within, version}}, nil
}

func (c *canary) read(ctx context.Context, r *rand.Rand) {
	first := draw(r)
	places := []place{first}
	for range r.IntN(3) {
		p := draw(r) // of the same link and principal, as a reading is
		p.system, p.link, p.owner, p.sight = first.system, first.link, first.owner, first.sight
		places = append(places, p)
	}
	needs, byKey := make([]lookup.Need, len(places)), map[lookup.Key]place{}
	least := map[lookup.Key]map[string]int64{}
	left := c.storeLeft.Load()
	c.mu.Lock()
	for i, p := range places {
		needs[i] = p.need()
		k := needs[i].Key
		byKey[k] = p
		if least[k] == nil {
			least[k] = map[string]int64{}
		}
		least[k][fmt.Sprint(p)] = c.ended[p.written()]
	}
	c.mu.Unlock()
	cells := c.gateways[r.IntN(2)]
	cells.Sync(ctx)
	seed := r.Uint64()
	plan := func(missing []lookup.Need) []lookup.Call[canaryRow] { return c.plan(missing, byKey, seed) }
	if r.IntN(4) == 0 { // it began to ask for some of it before
		ctx = price.With(ctx, price.New(0))
		lookup.Ahead(ctx, cells, slices.Clone(needs[:1+r.IntN(len(needs))]), plan)
		for range r.IntN(8) {
			runtime.Gosched()
		}
	}
	got := lookup.Fetch(ctx, cells, needs, plan)
	whole := left%2 == 0 && c.storeLeft.Load() == left
	for k, places := range least {
		c.check(places, got[k], whole)
	}
}

// plan asks for everything in one call, or for each day by itself.
func (c *canary) plan(missing []lookup.Need, byKey map[lookup.Key]place, seed uint64) []lookup.Call[canaryRow] {
	parts := [][]lookup.Need{missing}
	if seed%2 == 0 {
		parts = nil
		for _, n := range missing {
			for day := range n.Days.All() {
				parts = append(parts, []lookup.Need{{Key: n.Key, Days: 1 << day}})
			}
		}
	}
	calls := make([]lookup.Call[canaryRow], len(parts))
	for i, part := range parts {
		calls[i] = lookup.Call[canaryRow]{
			Cells: part, Day: func(_ lookup.Key, row canaryRow) int { return row.Within },
			Run: func(context.Context) (map[lookup.Key][]canaryRow, error) {
				r := rand.New(rand.NewPCG(seed, uint64(i))) //nolint:gosec // a test repeats
				rows := map[lookup.Key][]canaryRow{}
				for _, n := range part {
					p := byKey[n.Key]
					for p.within = range n.Days.All() {
						row, err := c.ask(p, r)
						if err != nil {
							return nil, err
						}
						rows[n.Key] = append(row, rows[n.Key]...) // in no order
					}
				}
				return rows, nil
			},
		}
	}
	return calls
}

// check looks for rows that were not asked for, that come twice, and that are older
// than the least version of their place.
func (c *canary) check(least map[string]int64, got lookup.Cell, whole bool) {
	c.reads.Add(int64(len(least)))
	if got.Stale {
		c.stale.Add(1)
	}
	if got.Fault != nil {
		c.faults.Add(1)
	}
	seen, last := map[string]bool{}, -1
	for _, row := range lookup.RowsOf[canaryRow](got) {
		version, asked := least[row.Place]
		if !asked || seen[row.Place] || row.Within < last {
			c.foreign.Add(1)
		}
		seen[row.Place], last = true, row.Within
		if asked && whole && row.Version < version {
			c.old.Add(1)
		}
	}
	if got.Fault == nil && len(seen) != len(least) {
		c.missing.Add(1)
	}
}

func (c *canary) write(ctx context.Context, r *rand.Rand) {
	p := draw(r)
	c.mu.Lock()
	c.now[p.written()]++
	version := c.now[p.written()]
	c.mu.Unlock()
	runtime.Gosched()
	topic := p.topic()
	if r.IntN(8) == 0 {
		topic.Subject = "" // of the whole endpoint
	}
	c.gateways[r.IntN(2)].Touch(ctx, topic)
	c.mu.Lock()
	c.ended[p.written()] = max(c.ended[p.written()], version)
	c.mu.Unlock()
}

// step is one thing that happens.
func (c *canary) step(ctx context.Context, r *rand.Rand) {
	switch n := r.IntN(1000); {
	case n < 850:
		c.read(ctx, r)
	case n < 960:
		c.write(ctx, r)
	case n < 985:
		c.clock.Add(int64(time.Duration(r.IntN(90)) * time.Second))
	case n < 990:
		c.clock.Add(int64(time.Duration(r.IntN(30)) * time.Minute))
	case n < 998:
		c.down[r.IntN(4)].Store(r.IntN(4) == 0)
	default:
		if r.IntN(4) == 0 {
			c.store.flush()
		}
	}
}

func (c *canary) run(ctx context.Context, steps int, seed uint64) {
	const callers = 8
	var group sync.WaitGroup
	for n := range callers {
		group.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(n))) //nolint:gosec // a test repeats
			for range steps / callers {
				c.step(ctx, r)
			}
		})
	}
	group.Wait()
}

// interleavings is how much is tried: a million in the long suite.
func interleavings() int {
	switch {
	case os.Getenv("HITOTSU_TEST_LONG") != "":
		return 1_000_000
	case testing.Short():
		return 5_000
	default:
		return 20_000
	}
}

func TestCanary(t *testing.T) {
	t.Parallel()
	c := newCanary(t)
	steps := interleavings()
	// Twice in the run the store goes away for a while.
	for part := range 5 {
		if away := part%2 == 1; away {
			c.storeLeft.Add(1)
			c.store.leave(true)
		} else if part > 0 {
			c.store.leave(false)
			// What was written meanwhile is told as the first operations begin.
			for _, g := range c.gateways {
				g.Sync(t.Context())
			}
			for _, g := range c.gateways {
				g.Sync(t.Context())
			}
			c.storeLeft.Add(1)
		}
		c.run(t.Context(), steps/5, uint64(part))
	}
	if n := c.foreign.Load(); n > 0 {
		t.Errorf("%d foreign rows", n)
	}
	if n := c.old.Load(); n > 0 {
		t.Errorf("%d rows older than a write that had ended", n)
	}
	if n := c.missing.Load(); n > 0 {
		t.Errorf("%d cells without a row of each day, and without a fault", n)
	}
	t.Logf("%d interleavings: %d cells read, %d stale, %d faults, %d questions to the store",
		steps, c.reads.Load(), c.stale.Load(), c.faults.Load(), c.store.gets.Load())
	if c.stale.Load() == 0 || c.faults.Load() == 0 || c.store.gets.Load() == 0 {
		t.Error("the canary saw no failures or no store: it shows nothing")
	}
}
