package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/linking"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// links holds every connected link, ready to be called.
type links struct {
	akashi []*sources.Akashi
	jobcan []*sources.Jobcan
	carely []*sources.Carely
	yesod  []*sources.Yesod
	// akashiClients holds the clients with the company's token, by name.
	akashiClients map[string]*akashi.Client
	carelyClients map[string]*carely.Client
	jobcanClients map[string]*jobcan.Client
	yesodClients  map[string]*yesod.Client
	// moves are the links to YESOD that are asked who came and who left.
	moves  map[hr.Link]bool
	states []linkState
}

// linkState is what systems tells of a link, and what can be done about its
// credential.
type linkState struct {
	link       hr.Link
	client     *transport.Client
	credential *vault.Source
	// test makes one harmless call and says what it saw.
	test func(ctx context.Context) (string, error)
	// accept tests a credential that a person has made and returns what is to be
	// stored of it; nil for a system whose credential is in the configuration.
	accept func(ctx context.Context, secret string) (vault.Credential, error)
	// revoke ends the credential at the vendor; nil where there is no such call.
	revoke func(ctx context.Context, source *vault.Source) error
	// site is where administrators allow the gateway; only Carely has one.
	site *linking.Site
	// people holds the tokens of single employees; only AKASHI has such.
	people *personalTokens
}

// fixed is a token that cannot be replaced: a candidate that is tested.
type fixed string

// Token implements transport.Tokens.
func (f fixed) Token(context.Context) (string, error) { return string(f), nil }

// Invalidate implements transport.Tokens; the refusal is the answer.
func (fixed) Invalidate(context.Context, string) {}

// adoptPeople adds a source for every employee's token that is stored, so that
// it is renewed in time whoever stored it.
func (l *links) adoptPeople(ctx context.Context) error {
	for i := range l.states {
		if people := l.states[i].people; people != nil {
			if err := people.adopt(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

// sites are the links to Carely, for linking.
func (l *links) sites() map[string]linking.Site {
	out := map[string]linking.Site{}
	for i := range l.states {
		if s := &l.states[i]; s.site != nil {
			out[s.link.Name] = *s.site
		}
	}
	return out
}

// personCode finds the employee code of a record, as the directory knows it.
type personCode func(ctx context.Context, ref hr.Ref) (string, bool)

// connect builds the client and the adapter of every configured link.
func connect(
	ctx context.Context, p Parts, v *vault.Vault, ledger *quota.Ledger, codeOf personCode,
) (*links, error) {
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	c := &connector{parts: p, vault: v, ledger: ledger, base: base, codeOf: codeOf, links: &links{
		akashiClients: map[string]*akashi.Client{}, carelyClients: map[string]*carely.Client{},
		jobcanClients: map[string]*jobcan.Client{}, yesodClients: map[string]*yesod.Client{},
		moves: map[hr.Link]bool{},
	}}
	for i := range p.Config.Links {
		l := &p.Config.Links[i]
		var err error
		switch l.System {
		case config.AKASHI:
			err = c.akashi(ctx, l)
		case config.Jobcan:
			err = c.jobcan(ctx, l)
		case config.Carely:
			err = c.carely(ctx, l)
		case config.YESOD:
			err = c.yesod(ctx, l)
		}
		if err != nil {
			return nil, fmt.Errorf("app: link %s: %w", l.ID(), err)
		}
	}
	return c.links, nil
}

// connector carries what the builders of links share.
type connector struct {
	parts  Parts
	vault  *vault.Vault
	ledger *quota.Ledger
	base   http.RoundTripper
	codeOf personCode
	links  *links
}

// options are the transport options of a link, without tokens.
func (c *connector) options(l *config.Link, q *quota.Budget) transport.Options {
	return transport.Options{
		System: string(l.System), Link: l.Name, Base: c.base, Quota: q,
		Timeout: l.Timeout, MaxConcurrent: l.MaxConcurrent, MaxBody: int64(l.MaxResponseBytes),
		Logger: c.parts.Log.With(slog.String("component", "upstream")),
	}
}

// client returns the transport of a link: it sends the credential of source
// and keeps the quota, and its state is told by systems.
func (c *connector) client(l *config.Link, source *vault.Source, q *quota.Budget) (*transport.Client, error) {
	opts := c.options(l, q)
	opts.Tokens = source
	client, err := transport.New(opts)
	if err != nil {
		return nil, err
	}
	c.links.states = append(c.links.states, linkState{
		link:   hr.Link{System: hr.System(l.System), Name: l.Name},
		client: client, credential: source,
	})
	return client, nil
}

// keeper is the state of the link that client was called for last.
func (c *connector) keeper() *linkState { return &c.links.states[len(c.links.states)-1] }

// bare returns a transport without a token layer, for exchanging credentials.
// Carely counts requests by address, so there the exchange keeps the link's
// quota; elsewhere q is nil, since it is rare and must not queue behind reads.
func (c *connector) bare(l *config.Link, q *quota.Budget) (*transport.Client, error) {
	return transport.New(c.options(l, q))
}

// id names a credential of a link in the vault.
func id(l *config.Link, kind, owner string) vault.ID {
	return vault.ID{System: string(l.System), Link: l.Name, Kind: kind, Owner: owner}
}

func (l *links) rosters() []sources.Roster {
	var out []sources.Roster
	for _, a := range l.akashi {
		out = append(out, a)
	}
	for _, y := range l.yesod {
		if l.moves[y.Link()] {
			out = append(out, sources.YesodMoves{Yesod: y})
		} else {
			out = append(out, y)
		}
	}
	for _, j := range l.jobcan {
		out = append(out, j)
	}
	for _, c := range l.carely {
		out = append(out, c)
	}
	return out
}

func (l *links) units() []sources.UnitSource {
	var out []sources.UnitSource
	for _, a := range l.akashi {
		out = append(out, a)
	}
	for _, y := range l.yesod {
		out = append(out, y)
	}
	return out
}
