package e2e_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	simjobcan "github.com/hitotsu/hitotsu/simulator/jobcan"
	simyesod "github.com/hitotsu/hitotsu/simulator/yesod"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// beside is another gateway in front of the demo's systems, which HR asks as
// hrToken: for credentials that may do less. It lives as long as the demo.
func (d *demo) beside(t *testing.T, name string, environ ...string) *gateway {
	t.Helper()
	if g, ok := d.others[name]; ok {
		return g
	}
	owner, ok := d.ends.(*testing.T)
	if !ok {
		t.Fatal("a demo of a benchmark has no gateway beside it")
	}
	dir := owner.TempDir()
	callers := filepath.Join(dir, "callers.yaml")
	line := fmt.Sprintf("- name: hr\n  sha256: %x\n  role: hr\n", sha256.Sum256([]byte(hrToken)))
	if err := os.WriteFile(callers, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	d.others[name] = serve(owner, slices.Concat([]string{
		"HITOTSU_LISTEN=127.0.0.1:0", "HITOTSU_CALLERS_FILE=" + callers, "HITOTSU_DATA_DIR=" + dir,
		"HITOTSU_ENCRYPTION_KEY=" + strings.Repeat("6b", 32),
	}, environ))
	return d.others[name]
}

func (d *demo) jobcanEnviron(more ...string) []string {
	s := d.Simulators.Jobcan
	return append([]string{
		"HITOTSU_JOBCAN_URL=" + s.URL(), "HITOTSU_JOBCAN_TOKEN_URL=" + s.URL() + "/oauth/token",
		"HITOTSU_JOBCAN_CLIENT_ID=" + simjobcan.DefaultClientID,
		"HITOTSU_JOBCAN_CLIENT_SECRET=" + simjobcan.DefaultClientSecret, "HITOTSU_JOBCAN_REQUESTS_PER_SECOND=50",
	}, more...)
}

// withScopes asks with a token that has these scopes of Jobcan's only.
func withScopes(scopes string) func(*testing.T, *demo, *covered) string {
	return func(t *testing.T, d *demo, c *covered) string {
		t.Helper()
		g := d.beside(t, "jobcan "+scopes, d.jobcanEnviron("HITOTSU_JOBCAN_SCOPES="+scopes)...)
		return g.ask(t, hrToken, c.query, c.variables).Body
	}
}

// afterLeaving asks a demo of its own, whose Jobcan has lost the person since the
// index was built.
func afterLeaving(t *testing.T, d *demo, c *covered) string {
	t.Helper()
	other := start(t)
	other.ready(t)
	code := lastEmployee(t, other)
	if err := other.Simulators.Jobcan.Reseed(control.Seed{Seed: 1, People: control.LeastPeople}); err != nil {
		t.Fatal(err)
	}
	body := other.ask(t, hrToken, c.query, map[string]any{"e": code}).Body
	asked(t, other.Simulators.Jobcan, c.route, "", nil)
	// What the row compares is the shared demo's history.
	_ = d.ask(t, hrToken, c.query, c.variables)
	return body
}

// carelyEnviron connects a gateway beside with a grant of its own.
func (d *demo) carelyEnviron(t *testing.T, scopes ...string) []string {
	t.Helper()
	s := d.Simulators.Carely
	o, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: s.URL(), ClientID: simcarely.DefaultClientID, ClientSecret: simcarely.DefaultClientSecret,
		RedirectURL: simcarely.DefaultRedirectURL, Scopes: scopes, Transport: bareTransport(t, "CARELY"),
	})
	if err != nil {
		t.Fatal(err)
	}
	back := browse(t, "POST", o.AuthorizeURL("a-state", challenge)).Header.Get("Location")
	_, code, _ := strings.Cut(back, "code=")
	code, _, _ = strings.Cut(code, "&")
	grant, err := o.Exchange(t.Context(), code, verifier)
	if err != nil {
		t.Fatalf("a grant for %v: %v", scopes, err)
	}
	return []string{
		"HITOTSU_CARELY_URL=" + s.URL() + "/api/graphql", "HITOTSU_CARELY_AUTH_URL=" + s.URL(),
		"HITOTSU_CARELY_CLIENT_ID=" + simcarely.DefaultClientID,
		"HITOTSU_CARELY_CLIENT_SECRET=" + simcarely.DefaultClientSecret,
		"HITOTSU_CARELY_REDIRECT_URL=" + simcarely.DefaultRedirectURL, "HITOTSU_CARELY_REFRESH_TOKEN=" + grant.RefreshToken,
	}
}

// withoutOvertime asks with a token that may read customers only.
func withoutOvertime(t *testing.T, d *demo, c *covered) string {
	t.Helper()
	name := "carely customer:read"
	if d.others[name] == nil {
		d.beside(t, name, d.carelyEnviron(t, carely.ScopeCustomerRead)...)
	}
	return d.others[name].ask(t, hrToken, c.query, c.variables).Body
}

// afterRevoking asks with a token that the administrator has taken back.
func afterRevoking(t *testing.T, d *demo, c *covered) string {
	t.Helper()
	g := d.beside(t, "carely revoked "+c.operation, d.carelyEnviron(t, carely.ScopeCustomerRead)...)
	revoke := control.Fault{Revoke: true, PathPrefix: "/api/graphql", Times: 1}
	if err := d.Simulators.Carely.AddFault(revoke); err != nil {
		t.Fatal(err)
	}
	return g.ask(t, hrToken, c.query, c.variables).Body
}

// withDisabledToken asks with an API token that was disabled in the console.
func withDisabledToken(t *testing.T, d *demo, c *covered) string {
	t.Helper()
	s := d.Simulators.Yesod
	g := d.beside(t, "yesod "+c.operation, "HITOTSU_YESOD_URL="+s.URL(), "HITOTSU_YESOD_TOKEN="+simyesod.DefaultToken)
	if err := s.AddFault(control.Fault{Revoke: true, Times: 1}); err != nil {
		t.Fatal(err)
	}
	body := g.ask(t, hrToken, c.query, c.variables).Body
	history := s.History().Total
	s.Reset() // which enables it again, and forgets the history
	if history == 0 {
		t.Error("nothing was sent that the vendor could refuse")
	}
	return body
}
