package store

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Guarded is the Cache, the Topics and the Locks of a Redis behind Guards, for
// those who can go on without them for a while, and Documents for those who read
// in passing.
//
// What was touched while Redis was away is kept and told to it on its return,
// before anything else is let through.
type Guarded struct {
	redis                           *Redis
	budget                          time.Duration
	cache, topics, locks, documents *Guard

	owes    atomic.Bool // false only if nothing is owed
	mu      sync.Mutex
	owed    map[string]struct{}
	owesAll bool
}

var (
	_ Cache  = (*Guarded)(nil)
	_ Topics = (*Guarded)(nil)
	_ Locks  = (*Guarded)(nil)
)

// Budgets of calls to a Redis behind a Guard.
const (
	// ReadBudget is what GetMany, SetMany and a page of Since may take beside
	// what their size needs: a hundred times what they do take nearby, and less
	// than the 20 ms that a lost Redis may cost a request.
	ReadBudget = 15 * time.Millisecond
	// ChangeBudget is what Touch, Lock and Unlock may take. They come with work
	// that takes longer anyway, and another process relies on them.
	ChangeBudget = 250 * time.Millisecond
	// dropBudget is for DropPrefix, which looks at every key there is.
	dropBudget = time.Minute

	perKey  = 20 * time.Microsecond
	perByte = 20 * time.Nanosecond // 50 MB/s
)

// Guard returns what r offers behind guards; budget takes the place of
// ReadBudget if it is not 0. Close it before r.
//
// On a Cluster each kind has a guard of its own, so that a master that is away
// does not take those kinds along that live elsewhere.
func (r *Redis) Guard(budget time.Duration, opts GuardOptions) *Guarded {
	if budget <= 0 {
		budget = ReadBudget
	}
	g := &Guarded{redis: r, budget: budget, owed: map[string]struct{}{}}
	g.topics = NewGuard(g.back, opts)
	g.cache, g.locks, g.documents = g.topics, g.topics, g.topics
	if _, isCluster := r.quick.(*redis.ClusterClient); isCluster {
		for _, own := range []**Guard{&g.cache, &g.locks, &g.documents} {
			*own = NewGuard(r.pingQuick, opts)
		}
	}
	return g
}

// Documents returns the documents of the Redis for those who read them in passing
// and can go on with what they read before: reading takes ChangeBudget at most.
// Writing waits as long as it does in Redis.
func (g *Guarded) Documents() Documents { return passing{g.redis, g.documents} }

type passing struct {
	Documents
	guard *Guard
}

// Get implements Documents.
func (p passing) Get(ctx context.Context, key string) (doc Document, err error) {
	err = p.guard.Insist(ctx, ChangeBudget, func(ctx context.Context) error {
		doc, err = p.Documents.Get(ctx, key)
		return err
	})
	return doc, err
}

// Up reports whether everything is let through.
func (g *Guarded) Up() bool {
	return g.cache.Up() && g.topics.Up() && g.locks.Up() && g.documents.Up()
}

// Close ends the guards.
func (g *Guarded) Close() error {
	return errors.Join(g.cache.Close(), g.topics.Close(), g.locks.Close(), g.documents.Close())
}

// GetMany implements Cache.
func (g *Guarded) GetMany(ctx context.Context, keys []string) (values [][]byte, err error) {
	err = g.cache.Do(ctx, g.budget+time.Duration(len(keys))*perKey, func(ctx context.Context) error {
		values, err = g.redis.GetMany(ctx, keys)
		return err
	})
	return values, err
}

// SetMany implements Cache.
func (g *Guarded) SetMany(ctx context.Context, entries []Entry) error {
	budget := g.budget + time.Duration(len(entries))*perKey
	for i := range entries {
		budget += time.Duration(len(entries[i].Value)) * perByte
	}
	return g.cache.Do(ctx, budget, func(ctx context.Context) error { return g.redis.SetMany(ctx, entries) })
}

// DropPrefix implements Cache. It goes by the patient pool.
func (g *Guarded) DropPrefix(ctx context.Context, prefix string) error {
	return g.cache.Do(ctx, dropBudget, func(ctx context.Context) error { return g.redis.DropPrefix(ctx, prefix) })
}

// Since implements Topics.
func (g *Guarded) Since(ctx context.Context, after Position) ([]Touched, Position, bool, error) {
	if g.owes.Load() {
		// Whoever owes tells it first; if that fails, so does what follows.
		_ = g.topics.Do(ctx, ChangeBudget, g.pay)
	}
	return allPages(ctx, after, func(ctx context.Context, after Position) (p page, err error) {
		err = g.topics.Do(ctx, g.budget, func(ctx context.Context) error {
			p, err = g.redis.sincePage(ctx, after)
			return err
		})
		return p, err
	})
}

// Touch implements Topics. If it fails, the other processes are told later.
func (g *Guarded) Touch(ctx context.Context, topics []string) (at Position, err error) {
	if err := checkKeys(topics); err != nil {
		return Position{}, err
	}
	budget := ChangeBudget + time.Duration(len(topics))*perKey
	err = g.topics.Insist(ctx, budget, func(ctx context.Context) error {
		at, err = g.redis.Touch(ctx, topics)
		return err
	})
	if err != nil {
		g.owe(topics)
	}
	return at, err
}

// back asks whether Redis is back and takes writes, and if it does, tells it
// what was touched.
func (g *Guarded) back(ctx context.Context) error {
	g.redis.lookAround(ctx)
	if _, err := g.redis.Touch(ctx, nil); err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, errRefused) {
		return err
	}
	if err := g.pay(ctx); err != nil && !errors.Is(err, ErrCorrupt) && !errors.Is(err, errRefused) {
		return err
	}
	return nil
}

// owe remembers touches that Redis was not told.
func (g *Guarded) owe(topics []string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, topic := range topics {
		g.owed[topic] = struct{}{}
	}
	if len(g.owed) > TopicsMost {
		clear(g.owed)
		g.owesAll = true
	}
	g.owes.Store(true)
}

// pay tells Redis what it is owed. If that is more than it would remember, the
// history begins anew instead, and every process knows that it lost touches.
func (g *Guarded) pay(ctx context.Context) error {
	for {
		topics, all := g.debt()
		var err error
		switch {
		case all:
			err = g.redis.forgetTopics(ctx)
		case len(topics) > 0:
			_, err = g.redis.Touch(ctx, topics)
		default:
			return nil
		}
		if err != nil {
			g.owe(topics)
			g.mu.Lock()
			g.owesAll = g.owesAll || all
			g.mu.Unlock()
			return err
		}
	}
}

// debt takes off a part of what is owed.
func (g *Guarded) debt() (topics []string, all bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.owesAll {
		g.owesAll = false
		return nil, true
	}
	for topic := range g.owed {
		if topics = append(topics, topic); len(topics) == topicsPage {
			break
		}
	}
	for _, topic := range topics {
		delete(g.owed, topic)
	}
	g.owes.Store(len(topics) > 0)
	return topics, false
}

// Lock implements Locks.
func (g *Guarded) Lock(ctx context.Context, name, owner string, ttl time.Duration) (fence uint64, err error) {
	err = g.locks.Insist(ctx, ChangeBudget, func(ctx context.Context) error {
		fence, err = g.redis.Lock(ctx, name, owner, ttl)
		return err
	})
	return fence, err
}

// Unlock implements Locks.
func (g *Guarded) Unlock(ctx context.Context, name, owner string) error {
	return g.locks.Insist(ctx, ChangeBudget, func(ctx context.Context) error { return g.redis.Unlock(ctx, name, owner) })
}
