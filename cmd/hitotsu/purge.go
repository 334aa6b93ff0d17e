package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// purgeCommand removes a person from what the gateway keeps.
type purgeCommand struct {
	Employee string   `help:"The employee code, of somebody whom a system still lists."`
	Record   []string `help:"A record of somebody who is gone; may be given again." placeholder:"SYSTEM/LINK/ID"`
	Yes      bool     `help:"Do not ask."`
}

// Validate tells a wrong call from one that fails; kong calls it.
func (c *purgeCommand) Validate() error {
	if c.Employee == "" && len(c.Record) == 0 {
		return errors.New("give --employee or --record")
	}
	_, err := c.records()
	return err
}

func (c *purgeCommand) records() ([]hr.Ref, error) {
	refs := make([]hr.Ref, len(c.Record))
	for i, text := range c.Record {
		parts := strings.SplitN(text, "/", 3)
		if len(parts) != 3 || !slices.Contains(hr.Systems(), hr.System(parts[0])) || parts[1] == "" || parts[2] == "" {
			return nil, errors.New("--record: write it as AKASHI/default/123")
		}
		refs[i] = hr.Ref{Link: hr.Link{System: hr.System(parts[0]), Name: parts[1]}, ID: parts[2]}
	}
	return refs, nil
}

func (c *purgeCommand) Run(ctx context.Context, p process) error {
	records, err := c.records()
	if err != nil {
		return err
	}
	opts := app.PurgeOptions{ServeOptions: p.serveOptions(), Employee: c.Employee, Records: records}
	opts.NewLog = func(string, string) *slog.Logger { return p.quietLog("error") }
	if !c.Yes {
		opts.Sure = p.sure
	}
	return app.Purge(ctx, opts)
}

// sure asks a person.
func (p process) sure(records []hr.Ref) (bool, error) {
	for _, r := range records {
		if _, err := fmt.Fprintf(p.out, "  %s\n", r); err != nil {
			return false, err
		}
	}
	if _, err := fmt.Fprint(p.out, "Remove all that is kept of these records? [y/N] "); err != nil {
		return false, err
	}
	line, err := bufio.NewReader(p.in).ReadString('\n')
	if answer := strings.ToLower(strings.TrimSpace(line)); answer == "y" || answer == "yes" {
		return true, nil
	}
	return false, errors.Join(errors.New("nothing was removed"), err)
}
