package e2e_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	simjobcan "github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

const carelyOAuth = "/corporate_manager/oauth/"

// The pair of RFC 7636, appendix B.
const (
	verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
)

// bareTransport has no token layer, as the exchange of credentials needs.
func bareTransport(t *testing.T, system string) *transport.Client {
	t.Helper()
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	c, err := transport.New(transport.Options{System: system, Link: "default", Base: base})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (d *demo) oauth(t *testing.T, secret string) *carely.OAuth {
	t.Helper()
	o, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: d.Simulators.Carely.URL(), ClientID: simcarely.DefaultClientID, ClientSecret: secret,
		RedirectURL: simcarely.DefaultRedirectURL, Scopes: []string{carely.ScopeCustomerRead, carely.ScopeOvertimeRead},
		Transport: bareTransport(t, "CARELY"),
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// browse does what an administrator's browser does and follows no redirect.
func browse(t *testing.T, method, target string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, target, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	return resp
}

// allowed is the code that Carely's page gives when the administrator allows.
func (d *demo) allowed(t *testing.T) string {
	t.Helper()
	target := d.oauth(t, simcarely.DefaultClientSecret).AuthorizeURL("a-state", challenge)
	if resp := browse(t, http.MethodGet, target); resp.StatusCode != http.StatusOK {
		t.Fatalf("the page answers %d", resp.StatusCode)
	}
	back, err := url.Parse(browse(t, http.MethodPost, target).Header.Get("Location"))
	if err != nil || back.Query().Get("code") == "" || back.Query().Get("state") != "a-state" {
		t.Fatalf("sent back without code or state (%v)", err)
	}
	return back.Query().Get("code")
}

func (d *demo) granted(t *testing.T) carely.Grant {
	t.Helper()
	g, err := d.oauth(t, simcarely.DefaultClientSecret).Exchange(t.Context(), d.allowed(t), verifier)
	if err != nil {
		t.Fatalf("exchange the code: %v", err)
	}
	return g
}

// unauthorized checks that a credential was refused.
func unauthorized(t *testing.T, err error) {
	t.Helper()
	if fault.CodeOf(err) != fault.UpstreamUnauthorized {
		t.Errorf("error %v, want %s", err, fault.UpstreamUnauthorized)
	}
}

func carelyOAuthCoverage() []coverageRow {
	row := func(operation, method, path, notes string, execute, refuse func(*testing.T, *demo)) coverageRow {
		return coverageRow{
			system: "Carely", section: "OAuth", operation: operation, call: method + " " + carelyOAuth + path,
			field: "operator-only: token", notes: notes,
			execute: func(t *testing.T, d *demo) {
				t.Helper()
				execute(t, d)
				asked(t, d.Simulators.Carely, method+" "+carelyOAuth+path, "/"+path, nil)
			},
			refuse: refuse,
		}
	}
	right := simcarely.DefaultClientSecret
	alive := func(ctx context.Context, t *testing.T, d *demo, g carely.Grant) bool {
		t.Helper()
		in, err := d.oauth(t, right).Introspect(ctx, g.AccessToken, g.RefreshToken)
		if err != nil {
			t.Fatalf("introspect: %v", err)
		}
		return in.Active
	}
	return []coverageRow{
		row("authorize", "GET", "authorize", "an administrator allows the application",
			func(t *testing.T, d *demo) { d.allowed(t) },
			func(t *testing.T, d *demo) {
				target := strings.Replace(d.oauth(t, right).AuthorizeURL("s", challenge), simcarely.DefaultClientID, "another", 1)
				if resp := browse(t, http.MethodGet, target); resp.StatusCode != http.StatusBadRequest {
					t.Errorf("an unknown application is answered %d", resp.StatusCode)
				}
			}),
		row("token (code)", "POST", "token", "once, when the link is made",
			func(t *testing.T, d *demo) {
				if g := d.granted(t); g.AccessToken == "" || g.RefreshToken == "" || g.ExpiresAt.IsZero() {
					t.Error("the grant is not whole")
				}
			},
			func(t *testing.T, d *demo) {
				_, err := d.oauth(t, right).Exchange(t.Context(), "no-such-code", verifier)
				unauthorized(t, err)
			}),
		row("token (refresh)", "POST", "token", "the gateway renews by itself, at its start and ahead of the end",
			func(t *testing.T, d *demo) {
				// The program does it when it starts: another demo shows it.
				other := start(t)
				other.ready(t)
				asked(t, other.Simulators.Carely, "POST "+carelyOAuth+"token", "/token", nil)
				if _, err := d.oauth(t, right).Refresh(t.Context(), d.granted(t).RefreshToken); err != nil {
					t.Errorf("refresh: %v", err)
				}
			},
			func(t *testing.T, d *demo) {
				_, err := d.oauth(t, right).Refresh(t.Context(), simcarely.DefaultRefreshToken) // spent at the start
				unauthorized(t, err)
			}),
		row("introspect", "POST", "introspect", "",
			func(t *testing.T, d *demo) {
				if !alive(t.Context(), t, d, d.granted(t)) {
					t.Error("a new token is not alive")
				}
			},
			func(t *testing.T, d *demo) {
				if alive(t.Context(), t, d, carely.Grant{AccessToken: "unknown", RefreshToken: "unknown"}) {
					t.Error("an unknown token is alive")
				}
			}),
		row("revoke", "POST", "revoke", "",
			func(t *testing.T, d *demo) {
				g := d.granted(t)
				if err := d.oauth(t, right).Revoke(t.Context(), g.AccessToken, g.RefreshToken); err != nil {
					t.Errorf("revoke: %v", err)
				}
				if alive(t.Context(), t, d, g) {
					t.Error("the token is still alive")
				}
			},
			func(t *testing.T, d *demo) {
				g := d.granted(t)
				err := d.oauth(t, "wrong").Revoke(t.Context(), g.AccessToken, g.RefreshToken)
				if fault.CodeOf(err) != fault.UpstreamRefused || !alive(t.Context(), t, d, g) {
					t.Errorf("error %v, want %s and a token that lives", err, fault.UpstreamRefused)
				}
			}),
	}
}

func jobcanTokenCoverage() coverageRow {
	fetch := func(t *testing.T, d *demo, secret string) error {
		t.Helper()
		e, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
			URL: d.Simulators.Jobcan.URL() + "/oauth/token", ClientID: simjobcan.DefaultClientID, ClientSecret: secret,
			Transport: bareTransport(t, "JOBCAN"),
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Fetch(t.Context(), jobcan.DefaultScopes)
		return err
	}
	return coverageRow{
		system: "Jobcan", section: "OAuth", operation: "token", call: "POST /oauth/token", field: "operator-only: token",
		notes: "client credentials; the gateway fetches one at its start and ahead of the end",
		execute: func(t *testing.T, d *demo) {
			t.Helper()
			other := start(t)
			other.ready(t)
			asked(t, other.Simulators.Jobcan, "POST /oauth/token", "/token", nil)
			if err := fetch(t, d, simjobcan.DefaultClientSecret); err != nil {
				t.Errorf("fetch: %v", err)
			}
		},
		refuse: func(t *testing.T, d *demo) {
			t.Helper()
			unauthorized(t, fetch(t, d, "wrong"))
		},
	}
}
