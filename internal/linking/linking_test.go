package linking_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/linking"
	"github.com/hitotsu/hitotsu/internal/store"
)

const callback = "https://hr.example.jp/gateway/oauth/carely/callback"

// site is a flow with one link and what it was asked to store.
type site struct {
	*linking.Flow
	handler http.Handler
	docs    store.Documents
	log     bytes.Buffer

	mu    sync.Mutex
	now   time.Time
	codes []string // "code verifier's challenge"
	fails error
}

func start(t *testing.T) *site {
	t.Helper()
	docs, err := store.OpenBolt(t.TempDir(), store.BoltOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = docs.Close() })
	s := &site{docs: docs, now: time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)}
	s.Flow = s.replica()
	s.handler = s.Handler()
	return s
}

// replica is another process on the same store.
func (s *site) replica() *linking.Flow {
	return linking.New(linking.Options{
		Documents: s.docs, Now: func() time.Time { return s.now }, Log: slog.New(slog.NewJSONHandler(&s.log, nil)),
		Sites: map[string]linking.Site{"default": {
			CallbackURL: callback,
			AuthorizeURL: func(state, challenge string) string {
				return "https://auth.example/authorize?" + url.Values{"state": {state}, "challenge": {challenge}}.Encode()
			},
			Link: func(_ context.Context, code, verifier string) error {
				s.mu.Lock()
				defer s.mu.Unlock()
				sum := sha256.Sum256([]byte(verifier))
				s.codes = append(s.codes, code+" "+base64.RawURLEncoding.EncodeToString(sum[:]))
				return s.fails
			},
		}},
	})
}

func get(h http.Handler, target string, cookies ...*http.Cookie) *http.Response {
	r := httptest.NewRequest(http.MethodGet, target, http.NoBody)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

// ticket is the path and query that a browser opens.
func (s *site) ticket(t *testing.T) string {
	t.Helper()
	address, ends, err := s.Ticket(t.Context(), "default")
	if err != nil || !ends.Equal(s.now.Add(10*time.Minute)) {
		t.Fatalf("ticket until %v, %v", ends, err)
	}
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(address, "https://hr.example.jp/gateway/oauth/carely/start?") {
		t.Fatalf("the ticket is for %s", u.Redacted())
	}
	return linking.StartPath + "?" + u.RawQuery
}

// begun opens a ticket and returns what Carely and the browser then hold.
func (s *site) begun(t *testing.T) (state, challenge string, cookie *http.Cookie) {
	t.Helper()
	resp := get(s.handler, s.ticket(t))
	to, err := resp.Location()
	if err != nil || resp.StatusCode != http.StatusFound || len(resp.Cookies()) != 1 {
		t.Fatalf("start: %d, %d cookies, %v", resp.StatusCode, len(resp.Cookies()), err)
	}
	return to.Query().Get("state"), to.Query().Get("challenge"), resp.Cookies()[0]
}

func back(state, code string) string {
	return linking.CallbackPath + "?" + url.Values{"state": {state}, "code": {code}}.Encode()
}

func TestFlow_links(t *testing.T) {
	t.Parallel()
	s := start(t)
	state, challenge, cookie := s.begun(t)
	want := &http.Cookie{
		Path: "/gateway/oauth/carely", MaxAge: 600, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode,
		Name: cookie.Name, Value: cookie.Value, Raw: cookie.Raw,
	}
	if diff := cmp.Diff(want, cookie); diff != "" {
		t.Errorf("the cookie (-want +got):\n%s", diff)
	}
	// Another replica takes the callback.
	resp := get(s.replica().Handler(), back(state, "code-1"), cookie)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("callback: %d", resp.StatusCode)
	}
	if diff := cmp.Diff([]string{"code-1 " + challenge}, s.codes); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if gone := resp.Cookies(); len(gone) != 1 || gone[0].MaxAge >= 0 || gone[0].Name != cookie.Name {
		t.Errorf("the cookie stays: %v", gone)
	}
	var page bytes.Buffer
	_, _ = page.ReadFrom(resp.Body)
	for _, secret := range []string{state, cookie.Value, "code-1"} {
		if strings.Contains(page.String()+s.log.String(), secret) {
			t.Error("the page or the log holds what it must not")
		}
	}
	if strings.Contains(page.String(), "<script") || !strings.Contains(page.String(), "連携しました") {
		t.Errorf("the page:\n%s", &page)
	}
	if keys, err := s.docs.List(t.Context(), ""); err != nil || len(keys) != 0 {
		t.Errorf("left in the store: %v %v", keys, err)
	}
}

// TestFlow_refuses: none of these reaches Carely, and the right browser can
// still go on where it makes sense.
func TestFlow_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		// send makes the bad request and returns its answer.
		send func(t *testing.T, s *site, state string, cookie *http.Cookie) *http.Response
		// goesOn is whether the right browser succeeds afterwards.
		goesOn bool
	}{
		"a foreign state": {func(_ *testing.T, s *site, _ string, cookie *http.Cookie) *http.Response {
			return get(s.handler, back("foreign", "c"), cookie)
		}, true},
		"no state": {func(_ *testing.T, s *site, _ string, cookie *http.Cookie) *http.Response {
			return get(s.handler, back("", "c"), cookie)
		}, true},
		"no cookie": {func(_ *testing.T, s *site, state string, _ *http.Cookie) *http.Response {
			return get(s.handler, back(state, "c"))
		}, true},
		"another browser's cookie": {func(t *testing.T, s *site, state string, cookie *http.Cookie) *http.Response {
			_, _, other := s.begun(t)
			other.Name = cookie.Name
			return get(s.handler, back(state, "c"), other)
		}, true},
		"too late": {func(_ *testing.T, s *site, state string, cookie *http.Cookie) *http.Response {
			s.now = s.now.Add(10 * time.Minute)
			return get(s.handler, back(state, "c"), cookie)
		}, false},
		"not allowed": {func(_ *testing.T, s *site, state string, cookie *http.Cookie) *http.Response {
			return get(s.handler, linking.CallbackPath+"?error=access_denied&state="+state, cookie)
		}, false},
		"no ticket": {func(_ *testing.T, s *site, _ string, _ *http.Cookie) *http.Response {
			return get(s.handler, linking.StartPath)
		}, true},
		"a state as a ticket": {func(_ *testing.T, s *site, state string, _ *http.Cookie) *http.Response {
			return get(s.handler, linking.StartPath+"?ticket="+state)
		}, true},
		"a ticket twice": {func(t *testing.T, s *site, _ string, _ *http.Cookie) *http.Response {
			ticket := s.ticket(t)
			get(s.handler, ticket)
			return get(s.handler, ticket)
		}, true},
		"an old ticket": {func(t *testing.T, s *site, _ string, _ *http.Cookie) *http.Response {
			ticket := s.ticket(t)
			s.now = s.now.Add(10 * time.Minute)
			return get(s.handler, ticket)
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			state, _, cookie := s.begun(t)
			resp := c.send(t, s, state, cookie)
			var page bytes.Buffer
			_, _ = page.ReadFrom(resp.Body)
			if resp.StatusCode != http.StatusForbidden || !strings.Contains(page.String(), "hitotsu token link carely") ||
				len(s.codes) != 0 {
				t.Errorf("%d, %d codes were used, page:\n%s", resp.StatusCode, len(s.codes), &page)
			}
			good := get(s.handler, back(state, "c"), cookie).StatusCode == http.StatusOK
			if good != c.goesOn {
				t.Errorf("the right browser afterwards: %v, want %v", good, c.goesOn)
			}
		})
	}
}

// TestFlow_once: of many callbacks with one state exactly one is taken.
func TestFlow_once(t *testing.T) {
	t.Parallel()
	s := start(t)
	state, _, cookie := s.begun(t)
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() { get(s.handler, back(state, "c"), cookie) })
	}
	all.Wait()
	if len(s.codes) != 1 {
		t.Errorf("%d callbacks were taken, want 1", len(s.codes))
	}
}

func TestFlow_failures(t *testing.T) {
	t.Parallel()
	t.Run("Carely", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		s.fails = fault.New(fault.UpstreamUnauthorized, "what went wrong").Because(errors.New("hidden"))
		state, _, cookie := s.begun(t)
		resp := get(s.handler, back(state, "c"), cookie)
		var page bytes.Buffer
		_, _ = page.ReadFrom(resp.Body)
		if text := page.String(); resp.StatusCode != http.StatusBadGateway || !strings.Contains(text, "what went wrong") ||
			strings.Contains(text, "hidden") {
			t.Errorf("%d %s", resp.StatusCode, text)
		}
	})
	t.Run("the store", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		state, _, cookie := s.begun(t)
		if err := s.docs.(*store.Bolt).Close(); err != nil {
			t.Fatal(err)
		}
		for _, target := range []string{linking.StartPath + "?ticket=x", back(state, "c")} {
			if resp := get(s.handler, target, cookie); resp.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("status %d", resp.StatusCode)
			}
		}
		if _, _, err := s.Ticket(t.Context(), "default"); fault.CodeOf(err) != fault.UpstreamUnavailable {
			t.Errorf("ticket: %v", err)
		}
	})
	t.Run("links", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		if _, _, err := s.Ticket(t.Context(), "other"); fault.CodeOf(err) != fault.NotConnected {
			t.Errorf("ticket: %v", err)
		}
		if _, err := s.Begin("other"); fault.CodeOf(err) != fault.NotConnected {
			t.Errorf("begin: %v", err)
		}
	})
	t.Run("methods", func(t *testing.T) {
		t.Parallel()
		s := start(t)
		ticket := s.ticket(t)
		for _, method := range []string{http.MethodHead, http.MethodPost} {
			w := httptest.NewRecorder()
			s.handler.ServeHTTP(w, httptest.NewRequest(method, ticket, http.NoBody))
			if w.Code != http.StatusMethodNotAllowed {
				t.Errorf("%s: %d", method, w.Code)
			}
		}
		if resp := get(s.handler, ticket); resp.StatusCode != http.StatusFound {
			t.Errorf("the ticket was spent by another method: %d", resp.StatusCode)
		}
	})
}

// TestFlow_sweeps: what nobody came back for does not stay for ever.
func TestFlow_sweeps(t *testing.T) {
	t.Parallel()
	s := start(t)
	for range 3 {
		s.begun(t)
	}
	s.now = s.now.Add(time.Hour)
	s.ticket(t)
	if keys, err := s.docs.List(t.Context(), ""); err != nil || len(keys) != 1 {
		t.Errorf("in the store: %v %v, want the new ticket", keys, err)
	}
}

func TestBegin(t *testing.T) {
	t.Parallel()
	s := start(t)
	a, err := s.Begin("default")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(a.URL)
	if err != nil || u.Query().Get("state") != a.State {
		t.Errorf("%v, state %q", err, u.Query().Get("state"))
	}
	if err := s.Finish(t.Context(), "default", "c", a.Verifier); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"c " + u.Query().Get("challenge")}, s.codes); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
}
