package jobcan

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// DefaultScopes are what the gateway's reads and the refresh of summaries need.
const DefaultScopes = "employees.read summaries.create summaries.read adits.read"

// TokenOptions configure a TokenEndpoint.
type TokenOptions struct {
	// URL is the token endpoint; needed.
	URL string
	// ClientID and ClientSecret were issued on the admin screen; needed.
	ClientID, ClientSecret string
	// Transport sends the requests, without a token layer; needed.
	Transport *transport.Client
	// FallbackLife is how long a token is taken to live when the answer does not
	// tell, which is not known to be documented; default 50 min.
	FallbackLife time.Duration
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Grant is a token that the endpoint gave. It can be had anew at any time, so it
// need not be stored.
type Grant struct {
	AccessToken string
	ExpiresAt   time.Time
}

// TokenEndpoint gives tokens for client credentials.
type TokenEndpoint struct {
	opts TokenOptions
	url  *url.URL
}

// NewTokenEndpoint returns a TokenEndpoint, or an error that says which option
// cannot work.
func NewTokenEndpoint(opts TokenOptions) (*TokenEndpoint, error) {
	u, err := transport.ParseBase(opts.URL)
	if err != nil {
		return nil, fmt.Errorf("jobcan: token: %w", err)
	}
	if opts.ClientID == "" || opts.ClientSecret == "" || opts.Transport == nil {
		return nil, errors.New("jobcan: token: client id, client secret and transport are needed")
	}
	if opts.FallbackLife == 0 {
		opts.FallbackLife = 50 * time.Minute
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &TokenEndpoint{opts: opts, url: u}, nil
}

// Fetch gets a token for the scopes, separated by spaces; empty asks for all that
// the client has. A client that is refused is UpstreamUnauthorized.
func (e *TokenEndpoint) Fetch(ctx context.Context, scopes string) (Grant, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if scopes != "" {
		form.Set("scope", scopes)
	}
	body := form.Encode()
	asked := e.opts.Now()
	type reply struct {
		AccessToken flex.Text `json:"access_token"`
		ExpiresIn   flex.Num  `json:"expires_in"`
	}
	var w reply
	_, err := e.opts.Transport.Do(ctx, transport.Call{
		Operation: "jobcan.fetchToken",
		// A second token does not harm the first.
		Idempotent: true,
		Build: func(ctx context.Context, _ string) (*http.Request, error) {
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url.String(), strings.NewReader(body))
			if err != nil {
				return nil, err
			}
			r.SetBasicAuth(e.opts.ClientID, e.opts.ClientSecret)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set("Accept", "application/json")
			return r, nil
		},
		// Read in here, so that an answer that was cut is asked for again.
		Check: func(resp *transport.Response) error {
			if w = (reply{}); resp.Status < 200 || resp.Status > 299 {
				return nil
			}
			return e.opts.Transport.Decode(resp, &w)
		},
	})
	if err != nil {
		return Grant{}, err
	}
	if strings.TrimSpace(string(w.AccessToken)) == "" {
		return Grant{}, e.opts.Transport.Fault(fault.UpstreamBadResponse, "the answer holds no access token")
	}
	life := e.opts.FallbackLife
	if w.ExpiresIn.N > 0 && w.ExpiresIn.N < 1<<31 {
		life = time.Duration(w.ExpiresIn.N) * time.Second
	}
	return Grant{AccessToken: string(w.AccessToken), ExpiresAt: asked.Add(life)}, nil
}
