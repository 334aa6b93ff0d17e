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
	// MaxCells bounds the memory; 0 means 500,000. A cell that holds days counts
	// as many as it knows, up to twice as many. One without rows is about 500 bytes,
	// and 200 more for each reading that its days came in.
	MaxCells int
	// Log takes what an operator should know; nil logs nothing.
	Log *slog.Logger
	// Now is the clock.
	Now func() time.Time
}

// Cells is the cache. It is safe for concurrent use.
type Cells struct {
	rules    map[string]*Rule
	fallback Rule
	salt     string
	now      func() time.Time
	kept     *otter.Cache[Key, *sheet]
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
	c.kept = otter.Must(&otter.Options[Key, *sheet]{
		MaximumWeight: uint64(cmp.Or(opts.MaxCells, maxCells)),
		Weigher:       func(_ Key, s *sheet) uint32 { return s.weight.Load() },
		ExpiryCalculator: otter.ExpiryWritingFunc(func(e otter.Entry[Key, *sheet]) time.Duration {
			return max(time.Unix(0, e.Value.until.Load()).Sub(opts.Now()), 1)
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

// date sets until when a part of a cell may be shown.
func (c *Cells) date(k *Key, p *part) {
	r := c.rule(k)
	if p.fault != nil && !p.stale {
		p.freshUntil = p.at.Add(r.Negative)
		p.behindUntil, p.goneAt = p.freshUntil, p.freshUntil
		return
	}
	p.freshUntil = p.at.Add(r.fresh(c.jitter(k)))
	p.behindUntil = p.at.Add(max(r.Behind, r.Fresh))
	p.goneAt = p.at.Add(max(r.Max, r.Fresh))
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

// live tells which parts can be relied on now, whatever their age.
func (c *Cells) live() alive { return alive{c.now(), c.history} }

// Peek tells whether memory holds all that is needed and it can be relied on,
// whatever its age.
func (c *Cells) Peek(n Need) bool {
	s, ok := c.kept.GetIfPresent(n.Key)
	return ok && s.has(n.Days, c.live()) == n.Days
}

// look returns what memory holds of what is needed and can be relied on, whatever
// its age.
func (c *Cells) look(n *Need) []part {
	s, ok := c.kept.GetIfPresent(n.Key)
	if !ok {
		return nil
	}
	return s.look(n.Days, c.live(), nil)
}

// keep puts a part of a cell into memory unless a write is known that it may lack,
// and returns for which days: for some, something younger may be there.
func (c *Cells) keep(k Key, p part, m mark, topics [2]*topic) Days {
	p.mark, p.topics = m, topics
	c.mu.Lock()
	defer c.mu.Unlock()
	live := c.live()
	if !live.holds(&p) {
		return 0
	}
	s, ok := c.kept.GetIfPresent(k)
	if !ok {
		s = &sheet{}
	}
	taken, moved := s.put(p, live)
	if moved || !ok {
		c.kept.Set(k, s)
	}
	return taken
}

// sweep empties memory of what writes have touched. It looks at every cell.
func (c *Cells) sweep() {
	live := c.live()
	for k, s := range c.kept.All() {
		if s.weed(live) {
			c.kept.Invalidate(k)
		}
	}
}

// instead is what to show of days that cannot be fetched: what is old if it is
// still kept, else the fault. That a record does not exist is an answer, and
// nothing stands in for it.
func (c *Cells) instead(n *Need, f *fault.Error) []part {
	var out []part
	if f.Code != fault.NotFound {
		for _, p := range c.look(n) {
			if p.rows != nil {
				p.stale, p.fault = true, f
				out = append(out, p)
			}
		}
	}
	if left := n.Days &^ daysOf(out); left != 0 {
		out = append(out, part{days: left, fault: f})
	}
	return out
}

// account notes in the operation's account what parts of a cell are.
func (c *Cells) account(ctx context.Context, k *Key, parts []part, memory bool) {
	a := usage.From(ctx)
	if a == nil {
		return
	}
	link := k.Link()
	system, name := string(link.System), link.Name
	for i := range parts {
		p := &parts[i]
		switch {
		case memory:
			a.Memory(system, name, p.days.Count())
		case p.stored && !p.stale:
			a.Store(system, name, p.days.Count())
		}
		if !p.at.IsZero() {
			a.Rows(system, name, c.now().Sub(p.at))
		}
		if p.stale && p.fault != nil {
			a.Stale(system, name, string(p.fault.Code))
		}
	}
}
