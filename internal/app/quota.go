package app

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/quota"
)

// openLedger opens the ledger of quotas: shared through Redis where there is
// one, else of this process alone.
func openLedger(ctx context.Context, docs documents, p Parts) (*quota.Ledger, error) {
	opts := quota.LedgerOptions{Replicas: p.Config.Replicas, Egress: p.Config.Egress}
	switch s, _ := docs.(*stores); {
	case s != nil && s.redis != nil:
		// Not behind the guard: the ledger asks in the background, gives up by
		// itself after 250 ms, and must not divide the quotas, which costs more
		// than a second, because some lookup took 16 ms.
		opts.Shared = s.redis.Quota()
	case p.Config.DataDir != "":
		opts.Documents = docs
	}
	l, err := quota.Open(ctx, opts)
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	return l, nil
}

// budget is what the host of a link allows all links to it: the least that any
// of them is configured with.
func (c *connector) budget(ctx context.Context, l *config.Link) (*quota.Budget, error) {
	rate, concurrent := l.RequestsPerSecond, l.MaxConcurrent
	host := hostOf(l)
	for i := range c.parts.Config.Links {
		if o := &c.parts.Config.Links[i]; hostOf(o) == host {
			rate, concurrent = min(rate, o.RequestsPerSecond), min(concurrent, o.MaxConcurrent)
		}
	}
	requests := max(1, int(math.Floor(rate)))
	return c.ledger.Budget(ctx, host, quota.Options{
		Requests: requests, Window: time.Duration(float64(requests) / rate * float64(time.Second)),
		Concurrent: concurrent, BusyShare: c.parts.Config.BackgroundShare,
		// Carely says what it allows, so that a 429 there is no reason to learn:
		// somebody else sends from our address.
		Adaptive: l.System != config.Carely,
	})
}

func hostOf(l *config.Link) string {
	u, err := url.Parse(l.URL)
	if err != nil {
		return l.ID() // the configuration was checked
	}
	return u.Host
}

// askedBy tells the quota who asks, so that one busy key does not hold up the
// others.
func askedBy(ctx context.Context) context.Context {
	if caller, ok := auth.From(ctx); ok {
		return quota.WithCaller(ctx, caller.Name)
	}
	return ctx
}
