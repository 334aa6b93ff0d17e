package app

import (
	"context"
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// akashiPolicy exchanges an AKASHI token (life: a month and a day) a week ahead
// of its end, and a seed of unknown expiry soon, because an expired one cannot
// be exchanged any more. About 50 tokens is the vendor's limit, hence at most
// one exchange a day.
func akashiPolicy(l *config.Link) vault.Policy {
	return vault.Policy{
		Ahead: 7 * 24 * time.Hour, UnknownAfter: l.FirstReissueDelay, MinInterval: 24 * time.Hour,
		Spread: 24 * time.Hour,
	}
}

const akashiRemedy = "issue a new API token on the person's AKASHI page and give it to the gateway"

func (c *connector) akashi(ctx context.Context, l *config.Link) error {
	exchange, err := c.akashiExchange(l, nil)
	if err != nil {
		return err
	}
	company, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, kindCompany, ""), Seed: vault.Seed{Access: l.Token}, Exchange: exchange,
		Policy: akashiPolicy(l), Remedy: akashiRemedy + ": " + addCommand(id(l, kindCompany, "")),
	})
	if err != nil {
		return err
	}
	q, err := c.budget(ctx, l)
	if err != nil {
		return err
	}
	client, err := c.client(l, company, q)
	if err != nil {
		return err
	}
	opts := akashiOptions(l)
	opts.Transport = client
	api, err := akashi.New(opts)
	if err != nil {
		return err
	}
	paced, err := c.akashiExchange(l, q)
	if err != nil {
		return err
	}
	people, err := c.personal(ctx, l, api, paced)
	if err != nil {
		return err
	}
	keeper := c.keeper()
	keeper.people = people
	keeper.test = func(ctx context.Context) (string, error) { return seesStaffs(ctx, api) }
	keeper.accept = func(ctx context.Context, secret string) (vault.Credential, error) {
		_, err := seesStaffs(ctx, api.WithTokens(fixed(secret)))
		return vault.Credential{Access: config.NewSecret(secret)}, err
	}
	own := people.client
	if c.parts.Company != nil { // imagined people have given their tokens
		own = func(context.Context, string) (*akashi.Client, bool) { return api, true }
	}
	c.links.akashiClients[l.Name] = api
	c.links.akashi = append(c.links.akashi, sources.NewAkashi(sources.AkashiOptions{
		Link: l.Name, Client: api, Personal: own, LenientBreaks: l.LenientBreaks,
		DayChange: hr.DayChange(time.Duration(c.parts.Config.DayChangeMinutes) * time.Minute),
	}))
	return nil
}

// akashiOptions are what the configuration says about a link, without transport.
func akashiOptions(l *config.Link) akashi.Options {
	return akashi.Options{
		BaseURL: l.URL, Company: l.Company, LenientBreaks: l.LenientBreaks,
		ProjectDates: akashi.DateForm(l.ProjectDates), ManhourDates: akashi.DateForm(l.ManhourDates),
		WriteDates: akashi.DateForm(l.WriteDates), PostStaffs: l.PostStaffs,
		PostWorkingConditions: l.PostWorkingConditions, StaffPath: akashi.StaffPath(l.StaffPath),
		MachineDependent1: l.MachineDependent1, MachineDependent2: l.MachineDependent2,
	}
}

// akashiExchange gives a token for a new one (reissue, 6.9). That of the company
// must not queue behind reads; those of thousands of employees keep the quota.
func (c *connector) akashiExchange(l *config.Link, q *quota.Budget) (vault.Exchanger, error) {
	bare, err := c.bare(l, q)
	if err != nil {
		return nil, err
	}
	reissuer, err := akashi.NewReissuer(akashi.Options{BaseURL: l.URL, Company: l.Company, Transport: bare})
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, current vault.Credential) (vault.Credential, error) {
		// It is renewed a week ahead, so nobody waits for it.
		grant, err := reissuer.ReissueToken(quota.Background(ctx), current.Access.Reveal())
		if err != nil {
			return vault.Credential{}, err
		}
		return vault.Credential{Access: config.NewSecret(grant.Token), ExpiresAt: grant.ExpiresAt}, nil
	}, nil
}

// seesStaffs makes the call that the directory begins with.
func seesStaffs(ctx context.Context, api *akashi.Client) (string, error) {
	page, err := api.Staffs(ctx, 0)
	return fmt.Sprintf("reads staffs, %d of them", max(page.TotalCount, len(page.Staffs))), err
}
