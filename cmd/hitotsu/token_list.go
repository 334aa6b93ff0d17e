package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// table is how credentials are shown.
type table struct {
	JSON bool `help:"Print JSON, for programs." name:"json"`
}

type tokenList struct{ table }

// Run shows every credential.
func (c tokenList) Run(ctx context.Context, p process, parent *tokenCommand) error {
	b := parent.bench(p)
	a, err := b.do(ctx, app.TokenRequest{Do: app.TokenList})
	if err != nil {
		return err
	}
	return c.show(b, a)
}

type tokenTest struct {
	table

	System   string `arg:"" optional:"" default:"all" help:"${enum}." enum:"all,akashi,jobcan,carely,yesod"`
	Link     string `help:"Name of the link." default:"default"`
	Employee string `help:"Code of the employee whose own AKASHI token it is." placeholder:"CODE"`
}

// Run tests credentials; it fails when one does not work.
func (c tokenTest) Run(ctx context.Context, p process, parent *tokenCommand) error {
	b := parent.bench(p)
	w := which{System: c.System, Link: c.Link, Employee: c.Employee}
	a, err := b.do(ctx, w.request(app.TokenTest))
	if err != nil {
		return err
	}
	if err := c.show(b, a); err != nil {
		return err
	}
	for i := range a.Credentials {
		if works := a.Credentials[i].Works; works != nil && !*works {
			return errors.New("not every credential works")
		}
	}
	return nil
}

func (t table) show(b *bench, a app.TokenAnswer) error {
	if t.JSON {
		out := json.NewEncoder(b.out)
		out.SetIndent("", "  ")
		return out.Encode(struct {
			Now         time.Time             `json:"now"`
			Credentials []app.TokenCredential `json:"credentials"`
		}{a.Now, a.Credentials})
	}
	w := tabwriter.NewWriter(b.out, 0, 0, 2, ' ', 0)
	tested := len(a.Credentials) > 0 && a.Credentials[0].Works != nil
	line := func(cells ...string) {
		for i, cell := range cells {
			if i > 0 {
				_, _ = fmt.Fprint(w, "\t")
			}
			_, _ = fmt.Fprint(w, cell)
		}
		_, _ = fmt.Fprintln(w)
	}
	last := map[bool]string{true: "WORKS", false: "STATE"}[tested]
	line("SYSTEM", "LINK", "KIND", "OWNER", "EXPIRES", "GENERATION", last, "NOTE")
	for i := range a.Credentials {
		c := &a.Credentials[i]
		state := string(c.State)
		if c.Works != nil {
			state = map[bool]string{true: "yes", false: "NO"}[*c.Works]
		}
		owner := c.Owner
		if owner == "" {
			owner = "-"
		}
		line(c.System, c.Link, c.Kind, owner, expiry(c, a.Now), strconv.FormatUint(c.Generation, 10), state, c.Note)
	}
	return w.Flush()
}

// expiry says when a credential ends, in Japanese time and from now.
func expiry(c *app.TokenCredential, now time.Time) string {
	switch {
	case c.State == app.TokenStatic:
		return "never"
	case c.ExpiresAt.IsZero() && c.State == app.TokenNotStored:
		return "-"
	case c.ExpiresAt.IsZero() && c.State == app.TokenOnDemand:
		return "not fetched yet"
	case c.ExpiresAt.IsZero():
		return "not known yet"
	}
	text := c.ExpiresAt.In(hr.JST).Format("2006-01-02 15:04 JST") + " (" + app.Distance(c.ExpiresAt.Sub(now)) + ")"
	if c.ExpiryIsLatest {
		return "at the latest " + text
	}
	return text
}
