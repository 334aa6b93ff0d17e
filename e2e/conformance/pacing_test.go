package conformance_test

import (
	"context"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/quota"
	simulator "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

const (
	callers     = 64
	refreshTime = 2 * time.Second
	// margin is what requests may be late by on their way: the rate reached is
	// Requests each second and margin. A busy machine, with the race detector, holds
	// some back for longer than the default allows, which proves nothing of pacing.
	margin = 50 * time.Millisecond
	// busyMargin is for the sample.
	busyMargin = time.Second
)

// TestPacing: 64 callers at once, across a token refresh that takes 2 s, never
// send Carely more than 20 requests within any second, by its own counter. With
// HITOTSU_TEST_LONG set it runs longer, with the default margin, and asks for
// 92 % of what the pacing allows in the time without a refresh.
func TestPacing(t *testing.T) {
	t.Parallel()
	long := os.Getenv("HITOTSU_TEST_LONG") != ""
	late := busyMargin
	if long {
		late = margin
	}
	sim, err := simulator.New(people(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, sim, nil)
	server := w.server
	q, err := quota.New(quota.Options{Requests: simulator.RequestsPerSecond, Margin: late})
	if err != nil {
		t.Fatal(err)
	}
	// The limit is one address's, so that a refresh takes a turn too.
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: server.URL(), ClientID: simulator.DefaultClientID, ClientSecret: simulator.DefaultClientSecret,
		RedirectURL: simulator.DefaultRedirectURL, Transport: w.sender(t, "carely", nil, q),
	})
	if err != nil {
		t.Fatal(err)
	}
	refreshToken := simulator.DefaultRefreshToken
	vault := &tokens{fetch: func(ctx context.Context) (string, error) {
		grant, err := oauth.Refresh(ctx, refreshToken)
		refreshToken = grant.RefreshToken
		return grant.AccessToken, err
	}}
	c, err := carely.New(carely.Options{
		URL: server.URL() + "/api/graphql", Transport: w.sender(t, "carely", vault, q),
	})
	if err != nil {
		t.Fatal(err)
	}
	stretch := 2 * time.Second
	if long {
		stretch = 20 * time.Second
	}
	paced := crowd(t, c, server, vault, stretch)

	h := server.History()
	if h.HighestPerSecond > simulator.RequestsPerSecond {
		t.Errorf("%d requests within a second", h.HighestPerSecond)
	}
	// Each stretch begins rested, with a whole window free at once.
	windows := 1 + int(stretch/(time.Second+late))
	allowed := float64(2 * windows * simulator.RequestsPerSecond)
	share := float64(paced) / allowed
	t.Logf("%d requests in all, at most %d within a second, %.1f %% of what the pacing allows",
		h.Total, h.HighestPerSecond, 100*share)
	if long && share < 0.92 {
		t.Errorf("%.1f %% of what the pacing allows, want 92 %%", 100*share)
	}
}

// crowd lets 64 callers read for a stretch, takes their token away, waits until
// the next one is there and lets them read for another stretch. It returns how
// many requests arrived in the stretches.
func crowd(t *testing.T, c *carely.Client, server *control.Server, vault *tokens, stretch time.Duration) int {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := vault.Token(ctx); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for ctx.Err() == nil {
				if _, err := c.CurrentCustomer(ctx); err != nil && ctx.Err() == nil {
					t.Errorf("a caller: %v", err)
					return
				}
			}
		})
	}
	arrived := during(server, stretch)
	if err := server.AddFault(control.Fault{
		LatencyMS: int(refreshTime.Milliseconds()), PathPrefix: "/corporate_manager/oauth/token",
	}); err != nil {
		t.Error(err)
	}
	vault.forget()
	if _, err := vault.Token(ctx); err != nil { // waits for the one refresh
		t.Error(err)
	}
	arrived += during(server, stretch)
	cancel()
	all.Wait()
	return arrived
}

// during counts the requests of a stretch of time.
func during(server *control.Server, stretch time.Duration) int {
	before := server.History().Total
	<-time.After(stretch)
	return server.History().Total - before
}
