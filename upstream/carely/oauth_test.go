package carely_test

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func now() time.Time { return time.Date(2026, 11, 2, 3, 4, 5, 0, time.UTC) }

func oauth(t testing.TB, v *vendortest.Vendor, logs io.Writer) *carely.OAuth {
	t.Helper()
	o, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: "https://auth.carely.example/", ClientID: "cid", ClientSecret: vendortest.Token,
		RedirectURL: "https://hitotsu.example/callback", Scopes: []string{carely.ScopeCustomerRead, carely.ScopeOvertimeRead},
		Transport: chain(t, v, nil, logs), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const good = `{"access_token":"a1","token_type":"Bearer","expires_in":86400,"refresh_token":"r2",
	"scope":"customer:read overtime:read","created_at":1594375406}`

func TestOAuth_requests(t *testing.T) {
	t.Parallel()
	secret := url.Values{"client_id": {"cid"}, "client_secret": {vendortest.Token}}
	cases := map[string]struct {
		call func(context.Context, *carely.OAuth) error
		path string
		form url.Values
		body string
	}{
		"exchange": {
			func(ctx context.Context, o *carely.OAuth) error { _, err := o.Exchange(ctx, "code1", "v1"); return err }, "token",
			url.Values{"grant_type": {"authorization_code"}, "code": {"code1"}, "redirect_uri": {"https://hitotsu.example/callback"}, "code_verifier": {"v1"}},
			good,
		},
		"refresh": {
			func(ctx context.Context, o *carely.OAuth) error { _, err := o.Refresh(ctx, "r1"); return err }, "token",
			url.Values{"grant_type": {"refresh_token"}, "refresh_token": {"r1"}},
			good,
		},
		"introspect": {
			func(ctx context.Context, o *carely.OAuth) error { _, err := o.Introspect(ctx, "a1", "r1"); return err },
			"introspect",
			url.Values{"token": {"a1"}, "refresh_token": {"r1"}},
			`{"active":false}`,
		},
		"revoke": {
			func(ctx context.Context, o *carely.OAuth) error { return o.Revoke(ctx, "a1", "r1") }, "revoke",
			url.Values{"token": {"a1"}, "refresh_token": {"r1"}},
			`{}`,
		},
	}
	for name, tc := range cases {
		v := vendortest.Answer(tc.body)
		if err := tc.call(t.Context(), oauth(t, v, io.Discard)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		maps.Copy(tc.form, secret)
		want := sent{
			"POST", "https://auth.carely.example/corporate_manager/oauth/" + tc.path, "",
			"application/x-www-form-urlencoded", tc.form.Encode(),
		}
		if d := cmp.Diff(want, seen(v.Sent[0]), cmp.AllowUnexported(sent{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		// The failures of the same call.
		for _, f := range []struct {
			status     int
			body       string
			code       fault.Code
			vendorCode string
		}{
			{400, `{"error":"invalid_grant","error_description":"` + vendortest.Body + `"}`, fault.UpstreamUnauthorized, "invalid_grant"},
			{401, `{"error":"invalid_client","error_description":"` + vendortest.Body + `"}`, fault.UpstreamUnauthorized, "invalid_client"},
			{400, `{"error":"invalid_scope"}`, fault.UpstreamRefused, "invalid_scope"},
			{400, "<html>" + vendortest.Body, fault.UpstreamRefused, ""},
			{403, vendortest.Body, fault.UpstreamRefused, ""},
			{429, vendortest.Body, fault.UpstreamRateLimited, ""},
			{502, "<html>" + vendortest.Body, fault.UpstreamUnavailable, ""},
			{302, vendortest.Body, fault.UpstreamBadResponse, ""},
			{200, "<html>" + vendortest.Body, fault.UpstreamBadResponse, ""},
			{200, "", fault.UpstreamBadResponse, ""},
			{200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse, ""},
		} {
			var logs bytes.Buffer
			v := vendortest.Fail(f.status, f.body)
			err := tc.call(t.Context(), oauth(t, v, &logs))
			if vendortest.CodeOf(err) != f.code || fault.From(err).VendorCode != f.vendorCode || len(v.Sent) != 1 {
				t.Errorf("%s, %d %q: %v after %d requests, want %s %q after one", name, f.status, f.body, err,
					len(v.Sent), f.code, f.vendorCode)
			}
			mustNotLeak(t, err, &logs)
		}
	}
}

func TestOAuth_grants(t *testing.T) {
	t.Parallel()
	full := carely.Grant{
		AccessToken: "a1", RefreshToken: "r2", Scope: "customer:read overtime:read", ExpiresAt: now().Add(24 * time.Hour),
	}
	unknown := carely.Grant{AccessToken: "a1", RefreshToken: "r2"}
	cases := map[string]struct {
		body string
		want carely.Grant
		code fault.Code
	}{
		"the sample's shape":      {good, full, ""},
		"lower case type":         {`{"access_token":"a1","refresh_token":"r2","token_type":"bearer"}`, unknown, ""},
		"the table's misspelling": {`{"acces_token":"a1","refresh_token":"r2"}`, unknown, ""},
		"expires_in as text":      {`{"access_token":"a1","refresh_token":"r2","expires_in":"60"}`, carely.Grant{AccessToken: "a1", RefreshToken: "r2", ExpiresAt: now().Add(time.Minute)}, ""},
		"no refresh token":        {`{"access_token":"a1","token_type":"Bearer"}`, carely.Grant{}, fault.UpstreamBadResponse},
		"no access token":         {`{"refresh_token":"r2"}`, carely.Grant{}, fault.UpstreamBadResponse},
		"another type":            {`{"access_token":"a1","refresh_token":"r2","token_type":"mac"}`, carely.Grant{}, fault.UpstreamBadResponse},
	}
	for name, tc := range cases {
		for _, call := range []func(context.Context, string) (carely.Grant, error){
			oauth(t, vendortest.Answer(tc.body), io.Discard).Refresh,
			func(ctx context.Context, code string) (carely.Grant, error) {
				return oauth(t, vendortest.Answer(tc.body), io.Discard).Exchange(ctx, code, "v")
			},
		} {
			got, err := call(t.Context(), "x")
			if vendortest.CodeOf(err) != tc.code {
				t.Errorf("%s: %v, want %q", name, err, tc.code)
			}
			if d := cmp.Diff(tc.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
	}
}

func TestOAuth_introspection(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]carely.Introspection{
		`{"active":false}`: {},
		`{"active":true,"scope":"customer:read","exp":1596701471}`: {
			Active: true, Scope: "customer:read", ExpiresAt: time.Unix(1596701471, 0),
		},
	} {
		got, err := oauth(t, vendortest.Answer(body), io.Discard).Introspect(t.Context(), "a1", "r1")
		if err != nil || got != want {
			t.Errorf("%s: %+v, %v", body, got, err)
		}
	}
	if _, err := oauth(t, vendortest.Answer(`{}`), io.Discard).Introspect(t.Context(), "a", "r"); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
		t.Errorf("no active: %v", err)
	}
}

func TestOAuth_authorizeURL(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(oauth(t, vendortest.Answer(""), io.Discard).AuthorizeURL("s&1", "c1"))
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"client_id": {"cid"}, "response_type": {"code"}, "scope": {"customer:read overtime:read"},
		"redirect_uri": {"https://hitotsu.example/callback"}, "state": {"s&1"},
		"code_challenge": {"c1"}, "code_challenge_method": {"S256"},
	}
	if d := cmp.Diff(want, u.Query()); d != "" || u.Path != "/corporate_manager/oauth/authorize" {
		t.Errorf("%s (-want +got):\n%s", u.Path, d)
	}
}

func TestNewOAuth_refuses(t *testing.T) {
	t.Parallel()
	tr := chain(t, vendortest.Answer(""), nil, io.Discard)
	for name, o := range map[string]carely.OAuthOptions{
		"url":       {SiteURL: "x", ClientID: "c", ClientSecret: "s", Transport: tr},
		"client":    {SiteURL: "https://a.example", ClientSecret: "s", Transport: tr},
		"secret":    {SiteURL: "https://a.example", ClientID: "c", Transport: tr},
		"transport": {SiteURL: "https://a.example", ClientID: "c", ClientSecret: "s"},
		"redirect":  {SiteURL: "https://a.example", ClientID: "c", ClientSecret: "s", Transport: tr, RedirectURL: "/callback"},
	} {
		if _, err := carely.NewOAuth(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzGrant(f *testing.F) {
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := oauth(t, vendortest.Answer(string(body)), io.Discard).Refresh(t.Context(), "r1")
		if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}

func FuzzIntrospection(f *testing.F) {
	f.Add([]byte(`{"active":true,"scope":"customer:read","client_id":"c","token_type":"Bearer","exp":1795000000,"iat":1}`))
	f.Add([]byte(`{"active":false}`))
	f.Add([]byte(`{"error":"invalid_client"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		o := oauth(t, vendortest.Answer(string(body)), io.Discard)
		_, err := o.Introspect(t.Context(), "a1", "r1")
		for _, err := range []error{err, o.Revoke(t.Context(), "a1", "r1")} {
			if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatal(err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}
