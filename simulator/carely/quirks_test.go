package carely_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

func quirk(t *testing.T, s *site, q carely.Quirk, on bool) {
	t.Helper()
	if err := s.sim.SetQuirks(map[string]bool{string(q): on}); err != nil {
		t.Fatal(err)
	}
}

func TestQuirks(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	overtime := map[string]any{"in": map[string]any{
		"customerUuid": s.state().Overtimes[0].CustomerUUID, "yearMonth": "2026-08-01", "minute": 60,
	}}
	tokenType := func() any {
		_, next := s.refresh(t, carely.DefaultRefreshToken)
		resp := s.post(oauth+"/token", withClient("grant_type", "refresh_token", "refresh_token", next))
		return decode(t, resp)["token_type"]
	}
	unauthorized := func() int {
		return s.serve(graphqlRequest(t, "x", "{__typename}", nil)).StatusCode
	}
	for q, observe := range map[carely.Quirk]struct {
		on, off any
		see     func() any
	}{
		carely.EmptyErrors: {"{}", nil, func() any {
			return s.data(t, upsertOvertime, overtime).(map[string]any)["errors"]
		}},
		carely.NullData: {true, false, func() any {
			_, there := s.run(t, "{ nobody }", nil)["data"]
			return there
		}},
		carely.UnauthorizedAs200: {200, 401, func() any { return unauthorized() }},
	} {
		quirk(t, s, q, true)
		on := observe.see()
		quirk(t, s, q, false)
		if off := observe.see(); on != observe.on || off != observe.off {
			t.Errorf("%s: on %v, off %v; want %v and %v", q, on, off, observe.on, observe.off)
		}
	}
	s.sim.Reset()
	if got := tokenType(); got != "bearer" {
		t.Errorf("token_type %v after Reset, want the first setting", got)
	}
	s.sim.Reset()
	quirk(t, s, carely.LowerTokenType, false)
	if got := tokenType(); got != "Bearer" {
		t.Errorf("token_type %v, want Bearer", got)
	}
	if err := s.sim.SetQuirks(map[string]bool{"null_data": true, "no_such": true}); err == nil || s.sim.Quirks()["null_data"] !=
		carely.DefaultQuirks()[carely.NullData] {
		t.Error("an unknown quirk was taken, or changed another")
	}
}

func TestQuirks_mildRotation(t *testing.T) {
	t.Parallel()
	for _, mild := range []bool{false, true} {
		s := start(t, 5, carely.Options{})
		s.sim.Reset()
		quirk(t, s, carely.MildRotation, mild)
		old, next := s.refresh(t, carely.DefaultRefreshToken)
		s.refresh(t, next)
		want := 401
		if mild {
			want = 200 // until the new one is used
		}
		if got := s.serve(graphqlRequest(t, old, "{__typename}", nil)).StatusCode; got != want {
			t.Errorf("mild %v: status %d with the old token, want %d", mild, got, want)
		}
	}
}

// TestControl asks for clock, seed, journal and a revoked token over HTTP.
func TestControl(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	ctl := controltest.Start(t, s.sim, control.Options{})
	ask := func(url, body, access string) int {
		req, err := http.NewRequestWithContext(t.Context(), "POST", url, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+access)
		resp, err := (&http.Client{}).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	who := *s.state().Customers[1].UUID
	op, err := json.Marshal(map[string]any{"query": upsertCustomer, "variables": map[string]any{
		"in": map[string]any{"uuid": who, "jobTitle": "部長"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(ctl.URL()+"/api/graphql", string(op), s.access); got != 200 {
		t.Fatalf("status %d", got)
	}
	journal, err := json.Marshal(ctl.Journal())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(journal); !strings.Contains(text, `"change":{"uuid":"`+who+`","fields":["jobTitle"]}`) ||
		strings.Contains(text, "部長") {
		t.Errorf("journal %s", text)
	}
	if err := ctl.Advance(24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if got := ask(ctl.URL()+"/api/graphql", string(op), s.access); got != 401 {
		t.Errorf("a day later: status %d, want 401", got)
	}
	if err := ctl.Reseed(control.Seed{Seed: 7, Today: day.AddDate(0, 1, 0), People: 100}); err != nil {
		t.Fatal(err)
	}
	if n := len(s.state().Customers); n < 50 || n > 100 {
		t.Errorf("%d customers of 100 people", n)
	}
	if got := s.sim.Now().Format(time.DateOnly); got != "2026-11-16" {
		t.Errorf("the clock stands on %s", got)
	}
	access, next := s.refresh(t, carely.DefaultRefreshToken)
	req := graphqlRequest(t, access, "{__typename}", nil)
	s.sim.Revoke(req)
	if got := s.serve(graphqlRequest(t, access, "{__typename}", nil)).StatusCode; got != 401 {
		t.Errorf("revoked: status %d, want 401", got)
	}
	if got := s.post(oauth+"/token", withClient("grant_type", "refresh_token", "refresh_token", next)).StatusCode; got != 400 {
		t.Errorf("refresh of a revoked pair: status %d, want 400", got)
	}
}
