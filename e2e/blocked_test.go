package e2e_test

import (
	"net/http"
	"testing"
	"time"
)

// TestSystems_blockedUntil: a system that asks to be left alone is, by everybody,
// and it is told until when.
func TestSystems_blockedUntil(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	quotas := func() map[string]*time.Time {
		var got struct {
			Systems []struct {
				System string
				Quota  *struct{ BlockedUntil *time.Time }
			}
		}
		d.query(t, hrToken, `{ systems { system quota { blockedUntil } } }`, nil, &got)
		out := map[string]*time.Time{}
		for _, s := range got.Systems {
			out[s.System] = s.Quota.BlockedUntil
		}
		return out
	}
	for system, until := range quotas() {
		if until != nil {
			t.Errorf("%s is blocked until %v before anything happened", system, until)
		}
	}
	const query = `query($codes: [String!]!, $day: Date!) { employees(filter: {codes: $codes}) { nodes {
		stamps(from: $day, to: $day, systems: [AKASHI]) { nodes { kind } } } } }`
	vars := map[string]any{"codes": codes(d.truth(t).people[:5]), "day": "2026-11-16"}
	s, _ := simulator(d.Demo, akashiSystem)
	command(t, s, http.MethodPost, "/fault", `{"status":429,"header":{"Retry-After":"60"}}`)
	before := time.Now()
	d.ask(t, hrToken, query, vars)
	command(t, s, http.MethodDelete, "/fault", "")
	calls := s.History().Total
	for system, until := range quotas() {
		switch {
		case system != akashiSystem && until != nil:
			t.Errorf("%s is blocked until %v", system, until)
		case system == akashiSystem && (until == nil || until.Before(before) || until.After(time.Now().Add(61*time.Second))):
			t.Errorf("AKASHI is blocked until %v, asked for a minute", until)
		}
	}
	vars["day"] = "2026-11-17"
	a := d.ask(t, hrToken, query, vars)
	if len(a.Errors) != 1 || a.Errors[0].code() != "UPSTREAM_RATE_LIMITED" || a.Errors[0].Extensions["retryAfter"] == nil {
		t.Errorf("while it is blocked: %+v", a.Errors)
	}
	if n := s.History().Total; n != calls {
		t.Errorf("%d calls while it is blocked", n-calls)
	}
}
