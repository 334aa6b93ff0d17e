package e2e_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/simulator/carely"
)

// browser keeps cookies and follows redirects. The public address of the gateway
// leads to g, as a proxy would lead there.
type browser struct {
	http.Client

	g *gateway
}

func newBrowser(t *testing.T, g *gateway) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	public, err := url.Parse(carely.DefaultRedirectURL)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{g: g}
	b.Jar = jar
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == public.Host {
			addr = strings.Trim(strings.TrimPrefix(b.g.url, "http://"), "/")
		}
		var d net.Dialer
		return d.DialContext(ctx, network, addr)
	}
	b.Transport = &http.Transport{DisableKeepAlives: true, DialContext: dial}
	return b
}

// page opens an address and returns what is shown at the end, and where that is.
func (b *browser) page(t *testing.T, method, address string) (status int, at *url.URL, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.Request.URL.Path == "/oauth/carely/callback" {
		for header, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		} {
			if !strings.Contains(resp.Header.Get(header), want) {
				t.Errorf("the page's %s is %q", header, resp.Header.Get(header))
			}
		}
	}
	return resp.StatusCode, resp.Request.URL, string(body)
}

// ticket is what hitotsu token link carely prints.
func ticket(t *testing.T, environ []string) string {
	t.Helper()
	r := runs(t, environ, "", "token", "link", "carely")
	r.succeeds(t, "/oauth/carely/start?ticket=")
	for line := range strings.Lines(r.out) {
		if address := strings.TrimSpace(line); strings.HasPrefix(address, "http") {
			return address
		}
	}
	t.Fatalf("no address in %s", r.out)
	return ""
}

// health is what the gateway needs Carely for.
const health = `{ carely { departments { name } } systems { system needs advice } }`

// TestOAuth_browser links Carely in a browser: the gateway began without any
// credential for it. The callback goes to another replica than the start.
func TestOAuth_browser(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	redis := storetest.StartRedis(t)
	environ := s.environ(t, "HITOTSU_REDIS_URL="+redis.URL, "HITOTSU_CARELY_REFRESH_TOKEN=")
	one, other := serve(t, environ), serve(t, environ)
	if a := one.ask(t, hrKey, health, nil); !strings.Contains(a.Body, "RELINK") ||
		!strings.Contains(a.Body, "hitotsu token") {
		t.Errorf("before it is linked: %s", a.Body)
	}
	b := newBrowser(t, one)
	status, at, page := b.page(t, http.MethodGet, ticket(t, environ))
	if status != http.StatusOK || !strings.Contains(page, "許可する") {
		t.Fatalf("Carely's page: %d %s", status, page)
	}
	b.g = other
	status, back, page := b.page(t, http.MethodPost, at.String())
	if status != http.StatusOK || !strings.Contains(page, "Carely is linked") || strings.Contains(page, "<script") {
		t.Fatalf("the end: %d %s", status, page)
	}
	for _, g := range []*gateway{one, other} {
		if a := g.ask(t, hrKey, health, nil); len(a.Errors) > 0 || strings.Contains(a.Body, "RELINK") {
			t.Errorf("after it was linked: %s", a.Body)
		}
	}

	// What was used once does not work again, and harms nothing.
	status, _, page = b.page(t, http.MethodGet, back.String())
	if status != http.StatusForbidden || !strings.Contains(page, "hitotsu token link carely") {
		t.Errorf("replayed: %d %s", status, page)
	}
	runs(t, environ, "", "token", "test", "carely").succeeds(t, "yes")

	for _, g := range []*gateway{one, other} {
		if err := g.stop(); err != nil {
			t.Error(err)
		}
		c := newConfidential(s)
		c.texts = append(c.texts, back.Query().Get("state"), back.Query().Get("code"), at.Query().Get("code_challenge"))
		c.check(t, "the log", g.log.String())
	}
}

// TestOAuth_foreign: whoever brings another's state, or an answer that nobody
// asked for, changes nothing of the link that works.
func TestOAuth_foreign(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	environ := s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir())
	g := serve(t, environ)
	g.works(t, "at first")
	victim, attacker := newBrowser(t, g), newBrowser(t, g)
	_, at, _ := attacker.page(t, http.MethodGet, ticket(t, environ))
	back := allow(t, at.String())
	for name, address := range map[string]string{
		"an attacker's answer": back.String(),
		"no state":             carely.DefaultRedirectURL + "?code=" + back.Query().Get("code"),
		"an invented state":    carely.DefaultRedirectURL + "?state=x&code=" + back.Query().Get("code"),
		"nothing":              carely.DefaultRedirectURL,
		"no ticket":            strings.Replace(carely.DefaultRedirectURL, "callback", "start", 1),
	} {
		status, _, page := victim.page(t, http.MethodGet, address)
		if status != http.StatusForbidden || !strings.Contains(page, "hitotsu token link carely") {
			t.Errorf("%s: %d %s", name, status, page)
		}
	}
	runs(t, environ, "", "token", "list").succeeds(t, "CARELY")
	runs(t, environ, "", "token", "test", "carely").succeeds(t, "yes")
	// Who began may end.
	if status, _, page := attacker.page(t, http.MethodGet, back.String()); status != http.StatusOK {
		t.Errorf("the right browser: %d %s", status, page)
	}
	g.works(t, "afterwards")
}
