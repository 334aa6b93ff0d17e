package app

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// carelyPolicy renews an access token (life: 24 h) when a tenth of its life is
// left. The minute between two renewals keeps a system that refuses every token
// from spending one refresh token after the other.
func carelyPolicy() vault.Policy {
	return vault.Policy{AheadFraction: 0.1, MinInterval: time.Minute, Spread: 30 * time.Minute}
}

func (c *connector) carely(ctx context.Context, l *config.Link) error {
	q, err := quota(l)
	if err != nil {
		return err
	}
	bare, err := c.bare(l, q)
	if err != nil {
		return err
	}
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: l.AuthURL, ClientID: l.ClientID, ClientSecret: l.ClientSecret.Reveal(),
		RedirectURL: l.RedirectURL, Scopes: l.Scopes, Transport: bare, Now: c.parts.Now,
	})
	if err != nil {
		return err
	}
	source, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, "company", ""), Seed: vault.Seed{Refresh: l.RefreshToken}, Policy: carelyPolicy(),
		Remedy: "let an administrator authorise the application in Carely again and give its new refresh token " +
			"to the gateway as HITOTSU_CARELY_REFRESH_TOKEN",
		Exchange: func(ctx context.Context, current vault.Credential) (vault.Credential, error) {
			grant, err := oauth.Refresh(ctx, current.Refresh.Reveal())
			if err != nil {
				return vault.Credential{}, err
			}
			return vault.Credential{
				Access: config.NewSecret(grant.AccessToken), Refresh: config.NewSecret(grant.RefreshToken),
				ExpiresAt: grant.ExpiresAt,
			}, nil
		},
	})
	if err != nil {
		return err
	}
	client, err := c.client(l, source, q)
	if err != nil {
		return err
	}
	api, err := carely.New(carely.Options{
		URL: l.URL, Transport: client, OvertimeArguments: carely.OvertimeArguments{
			BranchNames: l.OvertimeArguments["branch_names"], BranchUUIDs: l.OvertimeArguments["branch_uuids"],
			CustomerUUIDs: l.OvertimeArguments["customer_uuids"], EmployeeNumbers: l.OvertimeArguments["employee_numbers"],
		},
	})
	if err != nil {
		return err
	}
	c.links.carely = append(c.links.carely, sources.NewCarely(l.Name, api))
	c.links.carelyClients[l.Name] = api
	return nil
}
