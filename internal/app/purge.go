package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/writes"
)

// PurgeOptions are what Purge takes.
type PurgeOptions struct {
	ServeOptions
	// Employee is the code of the person; Records are their records, for a person
	// whom no system lists any more. One of them is needed.
	Employee string
	Records  []hr.Ref
	// Sure asks whether to go on, and is told what would be purged; nil goes on.
	Sure func(records []hr.Ref) (bool, error)
}

// Purge removes a person from caches, ids and finished ledgers, and tells what it
// removed. The systems are not touched: whom they still list is read again as soon
// as somebody asks.
func Purge(ctx context.Context, opts PurgeOptions) (err error) {
	c, err := config.Load(config.Options{Environ: opts.Environ, WithoutCallers: true})
	if err != nil {
		return err
	}
	g, err := Build(ctx, Parts{
		Config: c, Callers: &auth.Callers{}, Log: opts.NewLog("error", c.Log.Format), Now: opts.Now,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.Close()) }()
	records := opts.Records
	// Asking who has the code gives ids to people; what was there before counts.
	before := directory.NewIdentities(g.docs, g.log)
	if _, err := before.Of(ctx, nil); err != nil {
		return err
	}
	if opts.Employee != "" {
		found, err := g.recordsOf(ctx, opts.Employee)
		if err != nil {
			return err
		}
		records = append(records, found...)
	}
	if opts.Sure != nil {
		if yes, err := opts.Sure(records); err != nil || !yes {
			return err
		}
	}
	ids, err := before.Of(ctx, records)
	if err != nil {
		return err
	}
	return g.purge(ctx, opts, records, ids)
}

// recordsOf asks the systems who has the code.
func (g *Gateway) recordsOf(ctx context.Context, code string) ([]hr.Ref, error) {
	index, err := g.directory.Index(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range index.Sources {
		if s.Status == hr.SourceFailed {
			return nil, fault.New(fault.Code(*s.Code),
				"%s does not answer, so it is not known which record there is the person's; try again later", s.System)
		}
	}
	e, ok := index.ByCode(code)
	if !ok {
		return nil, fault.New(fault.NotFound,
			"no system lists an employee of this code; name the records of somebody who is gone with --record")
	}
	refs := make([]hr.Ref, len(e.Links))
	for i, l := range e.Links {
		refs[i] = l.Ref()
	}
	return refs, nil
}

// purge removes the records; ids are those that were known of them.
func (g *Gateway) purge(ctx context.Context, opts PurgeOptions, records []hr.Ref, ids []string) error {
	if err := directory.NewIdentities(g.docs, g.log).Purge(ctx, records); err != nil {
		return err
	}
	notes := 0
	for _, r := range records {
		n, err := writes.Purge(ctx, g.docs, r)
		if err != nil {
			return err
		}
		notes += n
	}
	g.cells.Sync(ctx)
	if err := g.cells.Purge(ctx, records); err != nil {
		return fmt.Errorf("app: purge: %w", err)
	}
	if cache, ok := g.docs.(store.Cache); ok {
		// Lists of people hold everybody; they are read anew.
		if err := cache.DropPrefix(ctx, "directory/"); err != nil {
			return fmt.Errorf("app: purge: %w", err)
		}
	}
	for _, r := range records {
		g.tellPeople(r.Link, directory.Everything) // a gateway that runs reads its list anew
	}
	say(opts.Out, "ids of records:    %d removed\nnotes of writes:   %d removed\n", len(ids), notes)
	say(opts.Out, "cached answers:    none of the person is left\n")
	slices.Sort(ids)
	for _, id := range ids {
		say(opts.Out, "  %s\n", id)
	}
	if len(ids)+notes == 0 {
		say(opts.Out, "Nothing else was left of the person.\n")
	}
	return nil
}
