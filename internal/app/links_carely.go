package app

import (
	"context"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/linking"
	"github.com/hitotsu/hitotsu/internal/quota"
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
	q, err := c.budget(ctx, l)
	if err != nil {
		return err
	}
	bare, err := c.bare(l, q)
	if err != nil {
		return err
	}
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: l.AuthURL, ClientID: l.ClientID, ClientSecret: l.ClientSecret.Reveal(),
		RedirectURL: l.RedirectURL, Scopes: carelyScopes(l), Transport: bare, Now: c.parts.Now,
	})
	if err != nil {
		return err
	}
	source, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, kindCompany, ""), Seed: vault.Seed{Refresh: l.RefreshToken}, Policy: carelyPolicy(),
		Remedy: "let an administrator of Carely allow the gateway again: " + addCommand(id(l, kindCompany, "")) +
			", or in a browser: " + strings.Replace(addCommand(id(l, kindCompany, "")), " add ", " link ", 1),
		Exchange: func(ctx context.Context, current vault.Credential) (vault.Credential, error) {
			// Whoever reads waits for it.
			return refreshed(quota.Urgent(ctx), oauth, current.Refresh.Reveal())
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
	c.keepCarely(l, oauth)
	c.links.carely = append(c.links.carely, sources.NewCarely(l.Name, api))
	c.links.carelyClients[l.Name] = api
	return nil
}

// keepCarely says what can be done about the credential of a link.
func (c *connector) keepCarely(l *config.Link, oauth *carely.OAuth) {
	keeper := c.keeper()
	source, which := keeper.credential, id(l, kindCompany, "")
	keeper.test = func(ctx context.Context) (string, error) {
		current, err := source.Credential(ctx)
		if err != nil {
			return "", err
		}
		found, err := oauth.Introspect(ctx, current.Access.Reveal(), current.Refresh.Reveal())
		switch {
		case err != nil:
			return "", err
		case !found.Active:
			return "", keeper.client.Fault(fault.UpstreamUnauthorized, "Carely says that the token is not alive any more")
		}
		return "alive, with the scopes " + found.Scope, nil
	}
	// A refresh token is tested by spending it; what comes of it is stored.
	keeper.accept = func(ctx context.Context, secret string) (vault.Credential, error) {
		return refreshed(ctx, oauth, secret)
	}
	// Carely says the same whatever happened, so the token is looked at afterwards.
	keeper.revoke = func(ctx context.Context, source *vault.Source) error {
		current, err := source.Credential(ctx)
		if err != nil {
			return err
		}
		access, refresh := current.Access.Reveal(), current.Refresh.Reveal()
		if err := oauth.Revoke(ctx, access, refresh); err != nil {
			return err
		}
		found, err := oauth.Introspect(ctx, access, refresh)
		if err == nil && found.Active {
			err = keeper.client.Fault(fault.UpstreamRefused, "Carely did not end the token")
		}
		return err
	}
	keeper.site = &linking.Site{
		CallbackURL: l.RedirectURL, AuthorizeURL: oauth.AuthorizeURL,
		Link: func(ctx context.Context, code, verifier string) error {
			grant, err := oauth.Exchange(ctx, code, verifier)
			if err != nil {
				return err
			}
			return c.vault.Put(ctx, which, credentialOf(grant))
		},
	}
}

// carelyScopes are what linking asks for: Carely wants those that the application
// is registered with, which are all unless the configuration says otherwise.
func carelyScopes(l *config.Link) []string {
	if len(l.Scopes) > 0 {
		return l.Scopes
	}
	return []string{
		carely.ScopeCustomerRead, carely.ScopeCustomerWrite, carely.ScopeOvertimeRead, carely.ScopeOvertimeWrite,
	}
}

func refreshed(ctx context.Context, oauth *carely.OAuth, refreshToken string) (vault.Credential, error) {
	grant, err := oauth.Refresh(ctx, refreshToken)
	if err != nil {
		return vault.Credential{}, err
	}
	return credentialOf(grant), nil
}

func credentialOf(g carely.Grant) vault.Credential {
	return vault.Credential{
		Access: config.NewSecret(g.AccessToken), Refresh: config.NewSecret(g.RefreshToken), ExpiresAt: g.ExpiresAt,
	}
}
