package app

import (
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// scanShare is the part of a link's quota that keeping everybody fresh may take.
const scanShare = 0.05

// roster says how people are listed and kept.
func (g *Gateway) roster(p Parts) directory.Options {
	opts := directory.Options{
		Rosters: g.links.rosters(), Units: g.links.units(),
		Identities: directory.NewIdentities(g.passing(), p.Log), MaxAge: p.Config.DirectoryMaxAge, Now: p.Now,
		Tell: g.tellPeople, Relations: p.Callers.Has(auth.Manager),
		// Half of an operation's time at least is left for what it asks beside people.
		Patience: min(maxPatience, p.Config.Server.OperationBudget/2),
		Pace: func(l hr.Link) time.Duration {
			return time.Duration(float64(time.Second) / (configured(p.Config, l).RequestsPerSecond * scanShare))
		},
		Parallel: func(l hr.Link) int { return configured(p.Config, l).MaxConcurrent },
		Tenant: func(l hr.Link) string {
			c := configured(p.Config, l)
			return strings.Join([]string{c.URL, c.Company, c.ClientID}, " ")
		},
	}
	trust := p.Config.Trust
	opts.Trust = &directory.Trust{
		Code: order(trust.Code), Name: order(trust.Name), Contact: order(trust.Contact), Employment: order(trust.Employment),
	}
	if p.Company != nil { // imagined people are not kept
		opts.Rosters, opts.Units = p.Company.Rosters, p.Company.Units
		return opts
	}
	// Without a key there is nothing to encrypt with, so nothing is kept.
	opts.Cache, _ = g.docs.(store.Cache)
	opts.Locks, _ = g.docs.(store.Locks)
	if s, ok := g.docs.(*stores); ok && s.redis != nil {
		// Not behind the guard, which gives up after the little that a question may
		// wait: listings are large, and no question waits for them.
		opts.Cache, opts.Locks = s.redis, s.redis
	}
	opts.Key = p.Config.Key()
	return opts
}

// passing is the store for those who read it while somebody waits and can go on
// with what they read before.
func (g *Gateway) passing() store.Documents {
	if s, ok := g.docs.(*stores); ok && s.guard != nil {
		return s.guard.Documents()
	}
	return g.docs
}

func order(systems []config.System) []hr.System {
	out := make([]hr.System, len(systems))
	for i, s := range systems {
		out[i] = hr.System(s)
	}
	return out
}

// configured returns the configuration of a link, the defaults for one that is
// not configured.
func configured(c *config.Config, l hr.Link) *config.Link {
	i := slices.IndexFunc(c.Links, func(x config.Link) bool {
		return hr.System(x.System) == l.System && x.Name == l.Name
	})
	if i < 0 {
		defaults := config.NewLink(config.System(l.System), l.Name)
		return &defaults
	}
	return &c.Links[i]
}
