package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
)

// ServeOptions are what serve and check take from the process.
type ServeOptions struct {
	Environ []string
	Now     func() time.Time
	// Out takes what is for people; logs go to Log.
	Out io.Writer
	// NewLog makes the logger that the configuration asks for.
	NewLog func(level, format string) *slog.Logger
}

// Serve runs a gateway in front of the configured systems until ctx ends.
func Serve(ctx context.Context, opts ServeOptions) (err error) {
	g, c, err := load(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	defer KeepMemory(ctx, c.MemoryTargetMiB, opts.Environ)()
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s; choose another address with HITOTSU_LISTEN: %w", c.Listen, err)
	}
	say(opts.Out, "%s\nHitotsu listens on http://%s/\n", c, l.Addr())
	return g.Run(ctx, l)
}

// load reads the configuration and the callers and builds the gateway.
func load(ctx context.Context, opts ServeOptions) (*Gateway, *config.Config, error) {
	c, err := config.Load(config.Options{Environ: opts.Environ})
	if err != nil {
		return nil, nil, err
	}
	callers, err := auth.Load(c.CallersFile)
	if err != nil {
		return nil, nil, err
	}
	log := opts.NewLog(c.Log.Level, c.Log.Format)
	for _, w := range c.Warnings {
		log.WarnContext(ctx, "configuration", slog.String("warning", w))
	}
	g, err := Build(ctx, Parts{Config: c, Callers: callers, Log: log, Now: opts.Now})
	return g, c, err
}

// Check validates the configuration, reads the roster of every link once, and
// tells what it found. It serves nothing. Credentials that a link needs are
// exchanged and stored as serve would. It returns an error when a link fails.
func Check(ctx context.Context, opts ServeOptions) (err error) {
	g, c, err := load(ctx, opts)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	say(opts.Out, "%s\nThe configuration is valid.\n\n", c)
	var failed int
	for _, r := range g.links.rosters() {
		people, err := r.People(ctx)
		if err != nil {
			failed++
			say(opts.Out, "  %-18s FAILED  %v\n", r.Link(), err)
			continue
		}
		say(opts.Out, "  %-18s ok      %d people\n", r.Link(), len(people))
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d links failed", failed, len(g.links.rosters()))
	}
	return nil
}
