package lookup

import (
	"cmp"
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/maypok86/otter/v2"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// Options configures New.
type Options struct {
	// Rules has an entry for every endpoint; Default serves those it does not
	// name.
	Rules   map[string]Rule
	Default Rule
	// Cache and Topics are the store shared with other gateways, and Key, of 32
	// bytes, encrypts what goes there. All are nil for a process alone.
	Cache  store.Cache
	Topics store.Topics
	Key    []byte
	// Salt differs between processes, so that they do not ask at the same
	// moment; "" means no jitter.
	Salt string
	// MaxCells bounds the memory; 0 means 500,000. A cell without rows is about
	// 300 bytes.
	MaxCells int
	// Log takes what an operator should know; nil logs nothing.
	Log *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// Cell is what is known: rows of the endpoint's type, or a fault.
type Cell struct {
	// Rows is a []T for the T of Fetch. It is shared: it must not be changed.
	Rows any
	// At is when the system gave the rows, zero when it gave none.
	At time.Time
	// Stale says that the rows stand in for a system that did not answer; Fault
	// says why it did not.
	Stale bool
	Fault *fault.Error

	freshUntil, behindUntil, goneAt time.Time

	mark   mark
	topics [2]*topic
	stored bool // came from the shared store
}

// A flight is a cell that somebody is fetching.
type flight struct {
	// done is made by the first who waits: of a call's thousand cells all but one
	// have landed before anybody does.
	done    chan struct{}
	cell    Cell
	settled bool
	mark    mark
	topics  [2]*topic
}

// Cells is the cache. It is safe for concurrent use.
type Cells struct {
	rules    map[string]*Rule
	fallback Rule
	salt     string
	now      func() time.Time
	kept     *otter.Cache[Key, Cell]
	history  *history
	shelf    *shelf
	book     book
	jitters  sync.Map // unique.Handle[scope] -> float64

	// behind has a place for each call behind an answer.
	behind chan struct{}

	mu      sync.Mutex
	flights map[Key]*flight
	running sync.WaitGroup
}

const (
	maxCells = 500_000
	// maxBehind is how many reloads behind answers run at once. An answer that
	// finds no place reloads nothing; the next one will.
	maxBehind = 8
	// behindTime is what such a reload may take.
	behindTime = 30 * time.Second
)

// sweepName is announced when what was touched must leave every memory at once.
const sweepName = "purge"

// New returns an empty cache. It makes no call.
func New(opts Options) (*Cells, error) {
	c := &Cells{
		rules: make(map[string]*Rule, len(opts.Rules)), fallback: opts.Default, salt: opts.Salt, now: opts.Now,
		behind: make(chan struct{}, maxBehind), flights: map[Key]*flight{},
	}
	for endpoint, r := range opts.Rules {
		c.rules[endpoint] = &r
	}
	log := opts.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	var seals *sealer
	if opts.Cache != nil || opts.Topics != nil {
		var err error
		if seals, err = newSealer(opts.Key); err != nil {
			return nil, err
		}
	}
	if opts.Cache != nil && opts.Topics != nil {
		c.shelf = &shelf{cache: opts.Cache, seals: seals}
	}
	c.history = newHistory(opts.Topics, seals, log, &c.running)
	c.history.watch(sweepName, func(bool) { c.sweep() })
	c.kept = otter.Must(&otter.Options[Key, Cell]{
		MaximumSize: cmp.Or(opts.MaxCells, maxCells),
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, Cell]) time.Duration {
			return max(e.Value.goneAt.Sub(opts.Now()), 1)
		}),
	})
	return c, nil
}

// Close waits for calls under way.
func (c *Cells) Close() {
	c.running.Wait()
	c.kept.StopAllGoroutines()
}

// Sync makes sure that nothing is shown that a write through any replica changed
// before the call. An operation begins with it; operations that begin together
// share one question to the store. While the store is away it returns at once.
func (c *Cells) Sync(ctx context.Context) { c.history.sync(ctx) }

// Run keeps up with the store when no operation does: it delivers what could not
// be told, within 2 s of the store's return, empties memory of people who were
// purged, and writes down what calls took. It ends with ctx.
func (c *Cells) Run(ctx context.Context) {
	const look, idle = time.Second, 10
	tick := time.NewTicker(look)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			c.remember(context.WithoutCancel(ctx))
			return
		case <-tick.C:
		}
		if c.history.restless() || n%idle == 0 {
			c.history.sync(ctx)
		}
		if n%int(bookEvery/look) == 0 {
			c.remember(ctx)
		}
	}
}

// Topic names what a write changed: an endpoint of a link, all of it or one
// subject. An empty Subject means all.
type Topic struct {
	Link     hr.Link
	Endpoint string
	Subject  string
}

// Touch says that a write changed the topics. What was read before is not shown
// any more, here at once and in other processes from the moment that Touch has
// returned. While the store is away they learn it on its return.
func (c *Cells) Touch(ctx context.Context, topics ...Topic) {
	keys := make([]topicKey, len(topics))
	for i, t := range topics {
		keys[i] = topicKey{link: t.Link, endpoint: t.Endpoint, subject: t.Subject}
	}
	c.history.touch(ctx, keys)
}

// Watch calls told when another process has announced name, or, not sure, may
// have. It must not wait.
func (c *Cells) Watch(name string, told func(sure bool)) { c.history.watch(name, told) }

// Announce tells the other processes that what goes by this name has changed.
// name is printable and tells of no person.
func (c *Cells) Announce(ctx context.Context, name string) { c.history.announce(ctx, name) }

func (c *Cells) rule(k *Key) *Rule {
	if r, ok := c.rules[k.Endpoint()]; ok {
		return r
	}
	return &c.fallback
}

// date sets until when a cell may be shown.
func (c *Cells) date(k *Key, got *Cell) {
	r := c.rule(k)
	if got.Fault != nil && !got.Stale {
		got.freshUntil = got.At.Add(r.Negative)
		got.behindUntil, got.goneAt = got.freshUntil, got.freshUntil
		return
	}
	got.freshUntil = got.At.Add(r.fresh(c.jitter(k)))
	got.behindUntil = got.At.Add(max(r.Behind, r.Fresh))
	got.goneAt = got.At.Add(max(r.Max, r.Fresh))
}

// jitter is jitterOf, remembered by scope.
func (c *Cells) jitter(k *Key) float64 {
	if known, ok := c.jitters.Load(k.scope); ok {
		j, _ := known.(float64)
		return j
	}
	j := jitterOf(c.salt, k.Link(), k.Endpoint())
	c.jitters.Store(k.scope, j)
	return j
}

// Peek returns what memory holds of a cell and can be relied on, whatever its
// age.
func (c *Cells) Peek(k Key) (Cell, bool) {
	got, ok := c.kept.GetIfPresent(k)
	if !ok || !c.now().Before(got.goneAt) || !c.history.holds(got.mark, got.topics) {
		return Cell{}, false
	}
	return got, true
}

// keep puts a cell into memory unless a write is known that it may lack, or
// something younger is there.
func (c *Cells) keep(k Key, got Cell, m mark, topics [2]*topic) bool {
	got.mark, got.topics = m, topics
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.history.holds(m, topics) {
		return false
	}
	if old, ok := c.Peek(k); ok && old.At.After(got.At) {
		return false
	}
	c.kept.Set(k, got)
	return true
}

// sweep empties memory of what writes have touched. It looks at every cell.
func (c *Cells) sweep() {
	for k, got := range c.kept.All() {
		if !c.history.holds(got.mark, got.topics) {
			c.kept.Invalidate(k)
		}
	}
}

// instead is what to show when a cell cannot be fetched: the old one if it is
// still kept, else the fault. That a record does not exist is an answer, and
// nothing stands in for it.
func (c *Cells) instead(k Key, f *fault.Error) Cell {
	if f.Code != fault.NotFound {
		if kept, ok := c.Peek(k); ok && kept.Rows != nil {
			kept.Stale, kept.Fault = true, f
			return kept
		}
	}
	return Cell{Fault: f}
}

// RowsOf returns a cell's rows in their type.
func RowsOf[T any](c Cell) []T {
	rows, ok := c.Rows.([]T)
	if !ok {
		return nil
	}
	return rows
}

// account notes in the operation's account what a cell is.
func (c *Cells) account(ctx context.Context, k *Key, got *Cell, memory bool) {
	a := usage.From(ctx)
	if a == nil {
		return
	}
	system, link := string(k.Link().System), k.Link().Name
	switch {
	case memory:
		a.Memory(system, link)
	case got.stored && !got.Stale:
		a.Store(system, link)
	}
	if !got.At.IsZero() {
		a.Rows(system, link, c.now().Sub(got.At))
	}
	if got.Stale && got.Fault != nil {
		a.Stale(system, link, string(got.Fault.Code))
	}
}
