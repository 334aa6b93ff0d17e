package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// openCells makes the lookup cache, with the second level that the store has:
// shared with other gateways in Redis, this process's own in a data directory,
// none where nothing can be encrypted.
func openCells(docs documents, p Parts) (*lookup.Cells, error) {
	opts := lookup.Options{
		Rules: reads.Rules(), Salt: rand.Text(), Log: p.Log, Now: p.Now, MaxCells: cellsWithin(p.Config.MemoryTargetMiB),
	}
	if !p.Config.LookupCache {
		for name, rule := range opts.Rules {
			opts.Rules[name] = rule.Unkept()
		}
	}
	shared, ok := docs.(interface {
		store.Cache
		store.Topics
	})
	if key := p.Config.Key(); ok && key != nil {
		opts.Topics, opts.Key = shared, key
		if p.Config.LookupCache {
			opts.Cache = shared
		}
	}
	cells, err := lookup.New(opts)
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	return cells, nil
}

// principal tells whose rights the answers of a link follow: of the tenant, the
// owner of the credential that somebody gave, and within the scopes it was asked
// for. What AKASHI lets the owner see cannot be asked for; when it changes there,
// answers change as they are read anew.
func principal(l *config.Link, credential *vault.Source) func() lookup.Principal {
	tenant := strings.Join([]string{l.URL, l.Company, l.ClientID}, " ")
	sight := strings.Join(slices.Sorted(slices.Values(l.Scopes)), " ")
	type known struct {
		lineage string
		lookup.Principal
	}
	var last atomic.Pointer[known] // keys are built by the thousand
	return func() lookup.Principal {
		lineage := credential.Lineage()
		if k := last.Load(); k != nil && k.lineage == lineage {
			return k.Principal
		}
		k := &known{lineage, lookup.Principal{Owner: tenant + " " + lineage, Sight: sight}}
		last.Store(k)
		return k.Principal
	}
}

// readAs tells every adapter whose rights its answers follow.
func (l *links) readAs(c *config.Config) {
	for i := range c.Links {
		link := hr.Link{System: hr.System(c.Links[i].System), Name: c.Links[i].Name}
		at := slices.IndexFunc(l.states, func(s linkState) bool { return s.link == link })
		if at < 0 {
			continue
		}
		who := principal(&c.Links[i], l.states[at].credential)
		for _, a := range l.akashi {
			if a.Link() == link {
				a.ReadsAs(who)
			}
		}
		for _, j := range l.jobcan {
			if j.Link() == link {
				j.ReadsAs(who)
			}
		}
		for _, x := range l.carely {
			if x.Link() == link {
				x.ReadsAs(who)
			}
		}
	}
}

// peopleOf is by what gateways tell each other that the people or organisations
// of a link were changed.
func peopleOf(l hr.Link, c directory.Change) string {
	name := "directory/" + l.String()
	if c != directory.Everything {
		name += "/" + string(c)
	}
	return name
}

// tellPeople lets other gateways know. The write has happened, so nothing ends it.
func (g *Gateway) tellPeople(l hr.Link, c directory.Change) {
	g.cells.Announce(context.Background(), peopleOf(l, c))
}

// hearOfPeople listens to the other gateways.
func (g *Gateway) hearOfPeople() {
	for _, s := range g.links.states {
		for _, c := range directory.Changes() {
			g.cells.Watch(peopleOf(s.link, c), func(sure bool) {
				if sure {
					g.directory.Heard(s.link, c)
				} else {
					g.directory.Doubt(s.link)
				}
			})
		}
	}
}
