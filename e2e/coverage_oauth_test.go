package e2e_test

import (
	"net/url"
	"testing"

	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	simjobcan "github.com/hitotsu/hitotsu/simulator/jobcan"
)

// The operations that operators reach by "hitotsu token". The program runs as
// built, against the gateway of the demo.

const carelyOAuth = "/corporate_manager/oauth/"

// links lets the program link the demo's Carely anew.
func (d *demo) links(t *testing.T) {
	t.Helper()
	linkCarely(t, nil, []string{"--at", d.DataDir()}, whole).succeeds(t, "stored and in use")
}

// hasCarely checks that the link works, so that a refusal harmed nothing.
func (d *demo) hasCarely(t *testing.T) {
	t.Helper()
	d.token(t, "", "test", "carely").succeeds(t, "yes", "alive")
	d.covers(t, hrToken, `{ carely { departments { name } } }`, nil)
}

func carelyOAuthCoverage() []coverageRow {
	row := func(operation, method, path, field, notes string, execute, refuse func(*testing.T, *demo)) coverageRow {
		return coverageRow{
			system: "Carely", section: "OAuth", operation: operation, call: method + " " + carelyOAuth + path,
			field: "operator-only: `hitotsu token " + field + "`", notes: notes, execute: execute, refuse: refuse,
		}
	}
	return []coverageRow{
		row("authorize", "GET", "authorize", "add carely", "an administrator allows the application; also in a browser alone, "+
			"by `hitotsu token link carely`", carelyAuthorized, carelyNotAuthorized),
		row("token (code)", "POST", "token", "add carely", "once, when the link is made", carelyCode, carelyWrongCode),
		row("token (refresh)", "POST", "token", "rotate carely",
			"the gateway renews by itself too, at its start and ahead of the end", carelyRefreshed, carelySpent),
		row("introspect", "POST", "introspect", "test carely", "", carelyIntrospected, carelyDead),
		row("revoke", "POST", "revoke", "remove carely --revoke", "", carelyRevoked, carelyNotRevoked),
	}
}

func carelyAuthorized(t *testing.T, d *demo) {
	t.Helper()
	d.links(t)
	asked(t, d.Simulators.Carely, "GET "+carelyOAuth+"authorize", "/authorize", map[string]string{
		"client_id": simcarely.DefaultClientID, "response_type": "code", "code_challenge_method": "S256",
	})
}

// carelyNotAuthorized: the administrator refuses (RFC 6749, 4.1.2.1), or another
// attempt's address is copied.
func carelyNotAuthorized(t *testing.T, d *demo) {
	t.Helper()
	for name, c := range map[string]struct {
		query func(url.Values)
		says  string
	}{
		"denied":        {func(q url.Values) { q.Del("code"); q.Set("error", "access_denied") }, "not allowed"},
		"foreign state": {func(q url.Values) { q.Set("state", "another") }, "another attempt"},
		"no state":      {func(q url.Values) { q.Del("state") }, "another attempt"},
	} {
		r := linkCarely(t, nil, []string{"--at", d.DataDir()}, func(allowed *url.URL) string {
			q := allowed.Query()
			c.query(q)
			allowed.RawQuery = q.Encode()
			return allowed.String()
		})
		t.Log(name)
		r.refuses(t, c.says)
	}
	notAsked(t, d.Simulators.Carely, "POST "+carelyOAuth+"token")
	d.hasCarely(t)
}

func carelyCode(t *testing.T, d *demo) {
	t.Helper()
	// Only the code, as somebody copies it who knows what it is.
	r := linkCarely(t, nil, []string{"--at", d.DataDir()}, func(allowed *url.URL) string {
		return allowed.Query().Get("code")
	})
	r.succeeds(t, "stored and in use")
	askedForm(t, d.Simulators.Carely, "POST "+carelyOAuth+"token", map[string]string{
		"grant_type": "authorization_code", "client_id": simcarely.DefaultClientID,
	})
	d.hasCarely(t)
}

func carelyWrongCode(t *testing.T, d *demo) {
	t.Helper()
	linkCarely(t, nil, []string{"--at", d.DataDir()}, func(*url.URL) string { return "no-such-code" }).
		refuses(t, "UPSTREAM_UNAUTHORIZED")
	d.hasCarely(t)
}

func carelyRefreshed(t *testing.T, d *demo) {
	t.Helper()
	d.links(t) // one that was exchanged within the last minute rests
	d.token(t, "", "rotate", "carely").succeeds(t, "exchanged", "JST (in 2")
	askedForm(t, d.Simulators.Carely, "POST "+carelyOAuth+"token", map[string]string{"grant_type": "refresh_token"})
	d.hasCarely(t)
}

func carelySpent(t *testing.T, d *demo) {
	t.Helper()
	// The gateway has spent this one when it started.
	d.token(t, simcarely.DefaultRefreshToken+"\n", "add", "carely", "--refresh-token").
		refuses(t, "UPSTREAM_UNAUTHORIZED", "unchanged")
	d.hasCarely(t)
}

func carelyIntrospected(t *testing.T, d *demo) {
	t.Helper()
	d.token(t, "", "test", "carely").succeeds(t, "yes", "overtime:read")
	askedForm(t, d.Simulators.Carely, "POST "+carelyOAuth+"introspect", map[string]string{
		"client_id": simcarely.DefaultClientID, "token": "REDACTED",
	})
}

func carelyDead(t *testing.T, d *demo) {
	t.Helper()
	// Another client than the registered one (facts of RFC 7662: 401).
	if err := d.Simulators.Carely.AddFault(control.Fault{
		Status: 401, Body: `{"error":"invalid_client"}`, PathPrefix: carelyOAuth + "introspect", Times: 1,
	}); err != nil {
		t.Fatal(err)
	}
	d.token(t, "", "test", "carely").refuses(t, "NO", "UPSTREAM_UNAUTHORIZED")
	d.hasCarely(t)
}

func carelyRevoked(t *testing.T, d *demo) {
	t.Helper()
	d.token(t, "", "remove", "carely", "--revoke").succeeds(t, "removed", "revoked")
	askedForm(t, d.Simulators.Carely, "POST "+carelyOAuth+"revoke", map[string]string{
		"client_id": simcarely.DefaultClientID, "token": "REDACTED",
	})
	d.token(t, "", "list").succeeds(t, "NOT_STORED", "hitotsu token add carely")
	d.links(t)
	d.hasCarely(t)
}

// carelyNotRevoked: Carely refuses a stranger, and then nothing is forgotten.
func carelyNotRevoked(t *testing.T, d *demo) {
	t.Helper()
	if err := d.Simulators.Carely.AddFault(control.Fault{
		Status: 403, Body: `{"error":"unauthorized_client"}`, PathPrefix: carelyOAuth + "revoke", Times: 1,
	}); err != nil {
		t.Fatal(err)
	}
	d.token(t, "", "remove", "carely", "--revoke").refuses(t, "UPSTREAM_REFUSED", "nothing was removed")
	d.hasCarely(t)
}

func jobcanTokenCoverage() coverageRow {
	return coverageRow{
		system: "Jobcan", section: "OAuth", operation: "token", call: "POST /oauth/token",
		field: "operator-only: `hitotsu token rotate jobcan`",
		notes: "client credentials; the gateway fetches one at its start and ahead of the end",
		execute: func(t *testing.T, d *demo) {
			t.Helper()
			d.token(t, "", "rotate", "jobcan").succeeds(t, "exchanged", " min)")
			askedForm(t, d.Simulators.Jobcan, "POST /oauth/token", map[string]string{"grant_type": "client_credentials"})
		},
		refuse: func(t *testing.T, d *demo) {
			t.Helper()
			// No gateway: the program works by itself, with a wrong secret.
			runs(t, []string{
				"HITOTSU_JOBCAN_URL=" + d.Simulators.Jobcan.URL(),
				"HITOTSU_JOBCAN_TOKEN_URL=" + d.Simulators.Jobcan.URL() + "/oauth/token",
				"HITOTSU_JOBCAN_CLIENT_ID=" + simjobcan.DefaultClientID,
				"HITOTSU_JOBCAN_CLIENT_SECRET=wrong",
			}, "", "token", "rotate", "jobcan").refuses(t, "RELINK_NEEDED", "the secret and the scopes")
		},
	}
}
