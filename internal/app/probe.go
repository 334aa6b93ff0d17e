package app

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/probe"
)

// Probe asks the links to one system about what the vendor's documents leave open
// and tells what it learned, with the settings that follow. It reads only;
// credentials that a link needs are exchanged and stored as serve would.
func Probe(ctx context.Context, opts ServeOptions, system config.System) (err error) {
	c, err := config.Load(config.Options{Environ: opts.Environ, WithoutCallers: true})
	if err != nil {
		return err
	}
	c.Links = c.LinksOf(system)
	if len(c.Links) == 0 {
		return fmt.Errorf("there is no link to %s in the configuration", system)
	}
	p := Parts{Config: c, Log: opts.NewLog(c.Log.Level, c.Log.Format), Now: opts.Now}
	docs, err := openStore(ctx, c, p.Log)
	if err != nil {
		return err
	}
	g := &Gateway{docs: docs, log: p.Log}
	if g.vault, err = openVault(docs, p); err != nil {
		return errors.Join(err, docs.Close())
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	if g.ledger, err = openLedger(ctx, docs, p); err != nil {
		return err
	}
	// No person is looked up.
	nobody := func(context.Context, hr.Ref) (string, bool) { return "", false }
	if g.links, err = connect(ctx, p, g.vault, g.ledger, nobody); err != nil {
		return err
	}
	for i := range c.Links {
		found, err := probe.Run(ctx, probe.Target{Link: &c.Links[i], Client: g.links.states[i].client, Now: opts.Now})
		if err != nil {
			return err
		}
		report(opts.Out, &c.Links[i], found)
	}
	return nil
}

// report writes the findings about one link and the settings that follow.
func report(w io.Writer, l *config.Link, found []probe.Finding) {
	say(w, "%s\n\n", l.ID())
	counts := map[probe.Verdict]int{}
	var settings []probe.Setting
	for _, f := range found {
		counts[f.Verdict]++
		settings = append(settings, f.Settings...)
		say(w, "%-9s  %s\n           %s\n           [%s]\n", f.Verdict, f.Fact, f.Evidence, f.Reference)
	}
	say(w, "\n%d confirmed, %d refuted, %d unknown\n", counts[probe.Confirmed], counts[probe.Refuted],
		counts[probe.Unknown])
	if len(settings) == 0 {
		say(w, "No setting follows.\n\n")
		return
	}
	say(w, "Settings that follow:\n")
	for _, s := range settings {
		variable, value, ok := l.Setting(s.Key)
		switch {
		case !ok:
		case value == s.Value:
			say(w, "  %s=%s   # as it is\n", variable, s.Value)
		default:
			say(w, "  %s=%s\n", variable, s.Value)
		}
	}
	say(w, "\n")
}
