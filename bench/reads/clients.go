package main

import (
	"context"
	"fmt"
	"net/http"

	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// unpaced is a rate, in requests a second: the highest that can be configured.
const unpaced = 1000

// clients are those of the gateway, with tokens that were fetched once.
type clients struct {
	akashi *akashi.Client
	jobcan *jobcan.Client
	carely *carely.Client
	yesod  *yesod.Client
}

// fixed is a token that never changes.
type fixed string

func (f fixed) Token(context.Context) (string, error) { return string(f), nil }
func (f fixed) Invalidate(context.Context, string)    {}

func through(base http.RoundTripper, system string, tokens transport.Tokens, q *quota.Budget) *transport.Client {
	t, err := transport.New(transport.Options{System: system, Link: "bench", Base: base, Tokens: tokens, Quota: q})
	if err != nil {
		panic(err) // only a missing option can be the cause
	}
	return t
}

func newClients(ctx context.Context, env map[string]string) (*clients, error) {
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		return nil, err
	}
	jobcanToken, carelyToken, err := tokens(ctx, base, env)
	if err != nil {
		return nil, err
	}
	pacer, err := quota.New(quota.Options{Requests: 20, Concurrent: 20})
	if err != nil {
		return nil, err
	}
	lines, err := lines()
	if err != nil {
		return nil, err
	}
	c := &clients{}
	if c.akashi, err = akashi.New(akashi.Options{
		BaseURL: env["HITOTSU_AKASHI_URL"], Company: env["HITOTSU_AKASHI_COMPANY"],
		Transport: through(base, "AKASHI", fixed(env["HITOTSU_AKASHI_TOKEN"]), lines["AKASHI"]),
	}); err != nil {
		return nil, err
	}
	if c.jobcan, err = jobcan.New(jobcan.Options{
		BaseURL:   env["HITOTSU_JOBCAN_URL"],
		Transport: through(base, "JOBCAN", fixed(jobcanToken), lines["JOBCAN"]),
	}); err != nil {
		return nil, err
	}
	if c.carely, err = carely.New(carely.Options{
		URL: env["HITOTSU_CARELY_URL"], Transport: through(base, "CARELY", fixed(carelyToken), pacer),
	}); err != nil {
		return nil, err
	}
	c.yesod, err = yesod.New(yesod.Options{
		BaseURL:   env["HITOTSU_YESOD_URL"],
		Transport: through(base, "YESOD", fixed(env["HITOTSU_YESOD_TOKEN"]), lines["YESOD"]),
	})
	return c, err
}

// tokens are Jobcan's and Carely's, which are exchanged.
func tokens(
	ctx context.Context, base *http.Transport, env map[string]string,
) (jobcanToken, carelyToken string, err error) {
	bare := func(system string) *transport.Client { return through(base, system, nil, nil) }
	endpoint, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: env["HITOTSU_JOBCAN_TOKEN_URL"], ClientID: env["HITOTSU_JOBCAN_CLIENT_ID"],
		ClientSecret: env["HITOTSU_JOBCAN_CLIENT_SECRET"], Transport: bare("JOBCAN"),
	})
	if err != nil {
		return "", "", err
	}
	ofJobcan, err := endpoint.Fetch(ctx, "")
	if err != nil {
		return "", "", fmt.Errorf("jobcan's token: %w", err)
	}
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: env["HITOTSU_CARELY_AUTH_URL"], ClientID: env["HITOTSU_CARELY_CLIENT_ID"],
		ClientSecret: env["HITOTSU_CARELY_CLIENT_SECRET"], RedirectURL: env["HITOTSU_CARELY_REDIRECT_URL"],
		Transport: bare("CARELY"),
	})
	if err != nil {
		return "", "", err
	}
	ofCarely, err := oauth.Refresh(ctx, env["HITOTSU_CARELY_REFRESH_TOKEN"])
	if err != nil {
		return "", "", fmt.Errorf("carely's token: %w", err)
	}
	return ofJobcan.AccessToken, ofCarely.AccessToken, nil
}

// lines are those in which calls wait for their turn, as in the gateway: at AKASHI,
// Jobcan and YESOD four at a time and as many as one likes.
func lines() (map[string]*quota.Budget, error) {
	out := map[string]*quota.Budget{}
	for _, system := range []string{"AKASHI", "JOBCAN", "YESOD"} {
		var err error
		if out[system], err = quota.New(quota.Options{Requests: unpaced, Concurrent: 4}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
