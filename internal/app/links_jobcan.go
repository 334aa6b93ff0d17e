package app

import (
	"context"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

func (c *connector) jobcan(ctx context.Context, l *config.Link) error {
	bare, err := c.bare(l)
	if err != nil {
		return err
	}
	endpoint, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: l.TokenURL, ClientID: l.ClientID, ClientSecret: l.ClientSecret.Reveal(), Transport: bare, Now: c.parts.Now,
	})
	if err != nil {
		return err
	}
	source, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, "company", ""),
		// A token can be had at any time for the client's id and secret, so it is
		// not worth storing.
		Policy: vault.Policy{AheadFraction: 0.1, MemoryOnly: true},
		Remedy: "check the id, the secret and the scopes of the API client in Jobcan",
		Exchange: func(ctx context.Context, _ vault.Credential) (vault.Credential, error) {
			grant, err := endpoint.Fetch(ctx, strings.Join(l.Scopes, " "))
			if err != nil {
				return vault.Credential{}, err
			}
			return vault.Credential{Access: config.NewSecret(grant.AccessToken), ExpiresAt: grant.ExpiresAt}, nil
		},
	})
	if err != nil {
		return err
	}
	client, err := c.client(l, source)
	if err != nil {
		return err
	}
	api, err := jobcan.New(jobcan.Options{
		BaseURL: l.URL, Transport: client, Paths: jobcanPaths(l.Paths), Now: c.parts.Now,
		DayChange: time.Duration(c.parts.Config.DayChangeMinutes) * time.Minute,
	})
	if err != nil {
		return err
	}
	c.links.jobcan = append(c.links.jobcan, sources.NewJobcan(l.Name, api))
	return nil
}

// jobcanPaths turns the configured paths into the client's, which spells out
// whose id a path holds.
func jobcanPaths(paths map[string]string) jobcan.Paths {
	path := func(name string) string { return strings.ReplaceAll(paths[name], "{id}", "{employee_id}") }
	return jobcan.Paths{
		Employees: path("employees"), Adits: path("adits"), AditsOf: path("employee_adits"),
		DailySummaries: path("daily_summaries"), DailyOf: path("employee_daily_summaries"),
		ShiftsOf: path("employee_shifts"), HolidayTypes: path("holiday_types"), UseDaysOf: path("employee_use_days"),
	}
}
