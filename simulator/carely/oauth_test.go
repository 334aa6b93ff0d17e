package carely_test

import (
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

func TestToken_reply(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	s.sim.Reset()
	resp := s.post(oauth+"/token", withClient("grant_type", "refresh_token", "refresh_token", carely.DefaultRefreshToken))
	got := decode(t, resp)
	for _, key := range []string{"access_token", "refresh_token"} {
		if v, _ := got[key].(string); len(v) != 43 {
			t.Errorf("%s is %q", key, v)
		}
		delete(got, key)
	}
	want := map[string]any{
		"token_type": "bearer", "expires_in": 86400.0, "created_at": float64(s.now.Unix()),
		"scope": "customer:read customer:write overtime:read overtime:write",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if cc := resp.Header.Get("Cache-Control"); cc != "no-store" {
		t.Errorf("Cache-Control is %q", cc)
	}
}

func TestToken_errors(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	wrong := withClient("grant_type", "refresh_token", "refresh_token", carely.DefaultRefreshToken)
	wrong.Set("client_secret", "wrong")
	for _, c := range []struct {
		name, path string
		form       url.Values
		status     int
		code       string
	}{
		{"wrong secret", "/token", wrong, 401, "invalid_client"},
		{"no grant", "/token", withClient(), 400, "invalid_request"},
		{"no refresh token", "/token", withClient("grant_type", "refresh_token"), 400, "invalid_request"},
		{"other grant", "/token", withClient("grant_type", "password"), 400, "unsupported_grant_type"},
		{"unknown refresh token", "/token", withClient("grant_type", "refresh_token", "refresh_token", "x"), 400, "invalid_grant"},
		{"unknown code", "/token", withClient("grant_type", "authorization_code", "code", "x",
			"redirect_uri", carely.DefaultRedirectURL), 400, "invalid_grant"},
		{"introspection by a stranger", "/introspect", wrong, 401, "invalid_client"},
		{"revocation by a stranger", "/revoke", wrong, 403, "unauthorized_client"},
	} {
		resp := s.post(oauth+c.path, c.form)
		body := decode(t, resp)
		if resp.StatusCode != c.status || body["error"] != c.code || body["error_description"] == nil {
			t.Errorf("%s: %d %v, want %d %s", c.name, resp.StatusCode, body, c.status, c.code)
		}
		if !strings.Contains(resp.Header.Get("WWW-Authenticate"), c.code) {
			t.Errorf("%s: WWW-Authenticate is %q", c.name, resp.Header.Get("WWW-Authenticate"))
		}
	}
}

// alive says which of the tokens still work, without spending one.
func (s *site) alive(t *testing.T, access string) bool {
	t.Helper()
	body := decode(t, s.post(oauth+"/introspect", withClient("token", access)))
	return body["active"].(bool)
}

func (s *site) canRefresh(token string) bool {
	resp := s.post(oauth+"/token", withClient("grant_type", "refresh_token", "refresh_token", token))
	return resp.StatusCode == 200
}

func TestRefresh_strict(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	if s.canRefresh(carely.DefaultRefreshToken) {
		t.Error("the first refresh token works twice")
	}
	s.sim.Reset()
	a1, r1 := s.refresh(t, carely.DefaultRefreshToken)
	_, r2 := s.refresh(t, r1)
	if r1 == r2 {
		t.Error("a refresh returned the same refresh token")
	}
	if s.alive(t, a1) {
		t.Error("the old access token outlived the refresh")
	}
	if s.canRefresh(r1) {
		t.Error("a spent refresh token works")
	}
}

func TestRefresh_mild(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{Quirks: map[carely.Quirk]bool{carely.MildRotation: true}})
	a1, r1 := s.refresh(t, carely.DefaultRefreshToken)
	s.access = a1
	s.run(t, "{__typename}", nil)
	a2, _ := s.refresh(t, r1)
	a3, r3 := s.refresh(t, r1)
	if !s.alive(t, a1) || !s.alive(t, a2) {
		t.Error("a token died before the new one was used")
	}
	s.access = a3
	s.run(t, "{__typename}", nil)
	if s.alive(t, a1) || s.canRefresh(r1) {
		t.Error("the old tokens outlived the first use of the new one")
	}
	if !s.canRefresh(r3) {
		t.Error("the new refresh token does not work")
	}
}

func TestIntrospectAndRevoke(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	access, refresh := s.access, ""
	want := map[string]any{
		"active": true, "scope": "customer:read customer:write overtime:read overtime:write",
		"client_id": carely.DefaultClientID, "token_type": "Bearer",
		"exp": float64(s.now.Add(24 * time.Hour).Unix()), "iat": float64(s.now.Unix()),
	}
	if diff := cmp.Diff(want, decode(t, s.post(oauth+"/introspect", withClient("token", access)))); diff != "" {
		t.Error(diff)
	}
	for _, token := range []string{"unknown", access} {
		resp := s.post(oauth+"/revoke", withClient("token", token, "refresh_token", refresh))
		if got := decode(t, resp); resp.StatusCode != 200 || len(got) != 0 {
			t.Errorf("revoke: %d %v", resp.StatusCode, got)
		}
	}
	dead := map[string]any{"active": false}
	if diff := cmp.Diff(dead, decode(t, s.post(oauth+"/introspect", withClient("token", access)))); diff != "" {
		t.Error(diff)
	}
}

func TestRevokeTokens_needsANewAuthorization(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	s.sim.Reset()
	access, refresh := s.refresh(t, carely.DefaultRefreshToken)
	s.sim.RevokeTokens()
	if s.alive(t, access) || s.canRefresh(refresh) {
		t.Error("a token outlived the revocation")
	}
}

func authorizeQuery(pairs ...string) string {
	v := url.Values{
		"client_id": {carely.DefaultClientID}, "redirect_uri": {carely.DefaultRedirectURL},
		"response_type": {"code"}, "scope": {"customer:read overtime:read"}, "state": {"s&1"},
	}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func TestAuthorize_codeWorksOnce(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	page := s.serve(httptest.NewRequest("GET", oauth+"/authorize?"+authorizeQuery(), nil))
	html, err := io.ReadAll(page.Body)
	if err != nil || page.StatusCode != 200 || !strings.Contains(string(html), "許可する") {
		t.Fatalf("page: %d %s", page.StatusCode, html)
	}
	code := func() string {
		req := httptest.NewRequest("POST", oauth+"/authorize", strings.NewReader(authorizeQuery()))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp := s.serve(req)
		back, err := resp.Location()
		if err != nil || resp.StatusCode != 302 {
			t.Fatalf("allow: %d %v", resp.StatusCode, err)
		}
		if back.Query().Get("state") != "s&1" || !strings.HasPrefix(back.String(), carely.DefaultRedirectURL) {
			t.Errorf("sent back to %s", back)
		}
		return back.Query().Get("code")
	}
	exchange := func(code, redirect string) (int, map[string]any) {
		resp := s.post(oauth+"/token", withClient("grant_type", "authorization_code", "code", code, "redirect_uri", redirect))
		return resp.StatusCode, decode(t, resp)
	}
	first := code()
	if status, _ := exchange(first, "http://elsewhere.example/"); status != 400 {
		t.Errorf("another callback: status %d, want 400", status)
	}
	status, body := exchange(first, carely.DefaultRedirectURL)
	if status != 200 || body["scope"] != "customer:read overtime:read" {
		t.Errorf("exchange: %d %v", status, body)
	}
	if status, body = exchange(first, carely.DefaultRedirectURL); status != 400 || body["error"] != "invalid_grant" {
		t.Errorf("second exchange: %d %v", status, body)
	}
	late := code()
	s.now = s.now.Add(carely.CodeLifetime)
	if status, _ = exchange(late, carely.DefaultRedirectURL); status != 400 {
		t.Errorf("an old code: status %d, want 400", status)
	}
}

// TestAuthorize_challenge: a code that was asked for with a challenge is worth
// nothing to somebody without the verifier (RFC 7636, appendix B).
func TestAuthorize_challenge(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	const (
		verifier  = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
		challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
	)
	allow := func(pairs ...string) url.Values {
		req := httptest.NewRequest("POST", oauth+"/authorize", strings.NewReader(authorizeQuery(pairs...)))
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		back, err := s.serve(req).Location()
		if err != nil {
			t.Fatal(err)
		}
		return back.Query()
	}
	code := allow("code_challenge", challenge, "code_challenge_method", "S256").Get("code")
	exchange := func(verifier string) int {
		return s.post(oauth+"/token", withClient("grant_type", "authorization_code", "code", code,
			"redirect_uri", carely.DefaultRedirectURL, "code_verifier", verifier)).StatusCode
	}
	for _, wrong := range []string{"", challenge, "another"} {
		if status := exchange(wrong); status != 400 {
			t.Errorf("verifier %q: status %d, want 400", wrong, status)
		}
	}
	if status := exchange(verifier); status != 200 {
		t.Errorf("the verifier: status %d", status)
	}
	got := allow("code_challenge", verifier, "code_challenge_method", "plain").Get("error")
	if got != "invalid_code_challenge_method" {
		t.Errorf("plain: error %q", got)
	}
}

func TestAuthorize_refuses(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{Scopes: []string{"overtime:read"}})
	for _, c := range []struct {
		query, wantError string
		status           int
	}{
		{authorizeQuery("client_id", "x"), "", 400},
		{authorizeQuery("redirect_uri", "http://elsewhere.example/"), "", 400},
		{authorizeQuery("response_type", "token"), "unsupported_response_type", 302},
		{authorizeQuery("scope", "customer:write"), "invalid_scope", 302},
	} {
		resp := s.serve(httptest.NewRequest("GET", oauth+"/authorize?"+c.query, nil))
		if resp.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.query, resp.StatusCode, c.status)
		}
		if c.status != 302 {
			continue
		}
		back, err := resp.Location()
		if err != nil || back.Query().Get("error") != c.wantError {
			t.Errorf("%s: sent back to %v", c.query, back)
		}
	}
}
