package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/linking"
)

// TokenOptions say whose credentials are meant.
type TokenOptions struct {
	ServeOptions

	// Demo means those of the demo that runs on this machine, and not those of
	// the configuration.
	Demo bool
	// DataDir means those of the gateway that runs on this data directory; then
	// nothing else of the configuration is needed.
	DataDir string
}

// OpenTokens returns the credentials of the configured links. While a gateway
// runs on the same data directory, that one does the work: the embedded store
// belongs to one process. Otherwise the store is opened here; on Redis running
// gateways notice by themselves.
func OpenTokens(ctx context.Context, opts TokenOptions) (Tokens, error) {
	switch {
	case opts.Demo:
		return openDemo(ctx)
	case opts.DataDir != "":
		running, err := dialTokens(ctx, opts.DataDir)
		if errors.Is(err, errNobody) {
			err = errors.New("no gateway runs on this data directory")
		}
		return running, err
	}
	c, err := config.Load(config.Options{Environ: opts.Environ, WithoutCallers: true})
	if err != nil {
		return nil, err
	}
	if c.DataDir != "" {
		running, err := dialTokens(ctx, c.DataDir)
		if err == nil {
			return running, nil
		}
		if !errors.Is(err, errNobody) {
			return nil, err
		}
	}
	log := opts.NewLog("error", c.Log.Format)
	g, err := Build(ctx, Parts{Config: c, Callers: &auth.Callers{}, Log: log, Now: opts.Now})
	if err != nil {
		return nil, err
	}
	if err := g.links.adoptPeople(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	return &local{desk: g.desk, gateway: g}, nil
}

// local works on the store itself.
type local struct {
	*desk

	gateway *Gateway
}

// Close implements Tokens.
func (l *local) Close() error { return l.gateway.Close() }

// newDesk returns what works on the credentials of a gateway.
func newDesk(g *Gateway, p Parts) *desk {
	// People whom only a lost link knew are back at once.
	linked := func(ctx context.Context, l hr.Link) { g.directory.Touch(ctx, l) }
	sites := g.links.sites()
	for name, site := range sites {
		link := site.Link
		site.Link = func(ctx context.Context, code, verifier string) error {
			if err := link(ctx, code, verifier); err != nil {
				return err
			}
			linked(ctx, hr.Link{System: hr.Carely, Name: name})
			return nil
		}
		sites[name] = site
	}
	return &desk{
		vault: g.vault, links: g.links, now: p.Now, linked: linked,
		flow: linking.New(linking.Options{Documents: g.docs, Sites: sites, Now: p.Now, Log: p.Log}),
	}
}

// demoPrefix begins the name of a demo's data directory, in the directory for
// temporary files.
const demoPrefix = "hitotsu-demo-"

// openDemo finds the demo that runs. Its directory is the user's own.
func openDemo(ctx context.Context) (Tokens, error) {
	dirs, err := filepath.Glob(filepath.Join(os.TempDir(), demoPrefix+"*"))
	if err != nil {
		return nil, fmt.Errorf("app: %w", err)
	}
	var found []Tokens
	var places []string
	for _, dir := range dirs {
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			continue // somebody else's
		}
		if demo, err := dialTokens(ctx, dir); err == nil {
			found, places = append(found, demo), append(places, dir)
		}
	}
	if len(found) == 1 {
		return found[0], nil
	}
	for _, demo := range found {
		err = errors.Join(err, demo.Close())
	}
	if len(found) == 0 {
		return nil, errors.Join(errors.New("no demo runs on this machine; start one with: hitotsu demo"), err)
	}
	slices.Sort(places)
	return nil, errors.Join(fmt.Errorf("several demos run; name one with --at and one of: %s",
		strings.Join(places, ", ")), err)
}

// takeTokenRequests lets hitotsu token speak to this gateway. Without that it
// serves all the same.
func (g *Gateway) takeTokenRequests(ctx context.Context) *tokenSocket {
	if g.dataDir == "" {
		return nil
	}
	socket, err := listenTokens(ctx, g.dataDir, g.desk, g.log)
	if err != nil {
		g.log.WarnContext(ctx, "no socket for hitotsu token", slog.Any("error", err))
	}
	return socket
}

// adoptEvery is how often the gateway looks for employees' tokens that another
// one stored, so that it renews them too. It uses them without looking.
const adoptEvery = 10 * time.Minute

func (g *Gateway) adoptPeople(ctx context.Context) {
	ticker := time.NewTicker(adoptEvery)
	defer ticker.Stop()
	for {
		if err := g.links.adoptPeople(ctx); err != nil && ctx.Err() == nil {
			g.log.WarnContext(ctx, "employees' tokens not read", slog.Any("error", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
