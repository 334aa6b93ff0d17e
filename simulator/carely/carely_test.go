package carely_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

// site is a simulator with a clock that only tests move; every request moves
// it by a tenth of a second, far from the rate limit.
type site struct {
	sim    *carely.Server
	now    time.Time
	access string
}

const oauth = "/corporate_manager/oauth"

func start(t *testing.T, people int, opts carely.Options) *site {
	t.Helper()
	s := &site{now: day.Add(12 * time.Hour)}
	opts.Now = func() time.Time { return s.now }
	sim, err := carely.New(testCompany(people), opts)
	if err != nil {
		t.Fatal(err)
	}
	s.sim = sim
	s.access, _ = s.refresh(t, carely.DefaultRefreshToken)
	return s
}

func (s *site) serve(req *http.Request) *http.Response {
	rec := httptest.NewRecorder()
	s.sim.Handler().ServeHTTP(rec, req)
	return rec.Result()
}

func decode(t *testing.T, resp *http.Response) map[string]any {
	t.Helper()
	out := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *site) post(path string, form url.Values) *http.Response {
	req := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.serve(req)
}

func withClient(pairs ...string) url.Values {
	v := url.Values{"client_id": {carely.DefaultClientID}, "client_secret": {carely.DefaultClientSecret}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

// refresh exchanges a refresh token, which must work.
func (s *site) refresh(t *testing.T, token string) (access, next string) {
	t.Helper()
	resp := s.post(oauth+"/token", withClient("grant_type", "refresh_token", "refresh_token", token))
	body := decode(t, resp)
	if resp.StatusCode != 200 {
		t.Fatalf("refresh: %d %v", resp.StatusCode, body)
	}
	return body["access_token"].(string), body["refresh_token"].(string)
}

func graphqlRequest(t *testing.T, access, query string, variables map[string]any) *http.Request {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	req := httptest.NewRequest("POST", "/api/graphql", strings.NewReader(string(body)))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+access)
	return req
}

// run executes an operation and returns the whole answer.
func (s *site) run(t *testing.T, query string, variables map[string]any) map[string]any {
	t.Helper()
	s.now = s.now.Add(100 * time.Millisecond)
	resp := s.serve(graphqlRequest(t, s.access, query, variables))
	if resp.StatusCode != 200 {
		t.Fatalf("status %d", resp.StatusCode)
	}
	return decode(t, resp)
}

// data executes an operation that must not fail and returns one root field.
func (s *site) data(t *testing.T, query string, variables map[string]any) any {
	t.Helper()
	body := s.run(t, query, variables)
	if body["errors"] != nil {
		t.Fatalf("errors: %v", body["errors"])
	}
	for _, v := range body["data"].(map[string]any) {
		return v
	}
	return nil
}

func (s *site) state() carely.State { return s.sim.Dump().(carely.State) }

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{RetryAfter: 3})
	from := func(addr string) int {
		req := graphqlRequest(t, s.access, "{__typename}", nil)
		req.RemoteAddr = addr
		resp := s.serve(req)
		if got := resp.Header.Get("Retry-After"); resp.StatusCode == 429 && got != "3" {
			t.Errorf("Retry-After is %q", got)
		}
		return resp.StatusCode
	}
	for i := range 20 {
		if status := from("192.0.2.1:1"); status != 200 {
			t.Fatalf("request %d: status %d", i+1, status)
		}
		s.now = s.now.Add(time.Millisecond)
	}
	if status := from("192.0.2.1:2"); status != 429 {
		t.Errorf("request 21 of the address: status %d, want 429", status)
	}
	if status := from("192.0.2.2:1"); status != 200 {
		t.Errorf("another address: status %d, want 200", status)
	}
	// The window slides: a second after the first request there is one turn.
	s.now = s.now.Add(time.Second - 20*time.Millisecond)
	if a, b := from("192.0.2.1:1"), from("192.0.2.1:1"); a != 200 || b != 429 {
		t.Errorf("after a second: statuses %d and %d, want 200 and 429", a, b)
	}
}

func TestUnauthorized(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	check := func(name, header string, want int) {
		t.Helper()
		req := graphqlRequest(t, "", "{__typename}", nil)
		req.Header.Set("Authorization", header)
		resp := s.serve(req)
		if resp.StatusCode != want {
			t.Errorf("%s: status %d, want %d", name, resp.StatusCode, want)
		}
		if want == 401 && strings.Contains(resp.Header.Get("Content-Type"), "json") {
			t.Errorf("%s: the body is JSON", name)
		}
	}
	check("none", "", 401)
	check("unknown", "Bearer x", 401)
	check("bare", s.access, 401)
	s.now = s.now.Add(24*time.Hour - time.Second)
	check("a second before its end", "Bearer "+s.access, 200)
	s.now = s.now.Add(time.Second)
	check("at its end", "Bearer "+s.access, 401)
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	req := httptest.NewRequest("POST", "/api/graphql", strings.NewReader("{"))
	req.Header.Set("Authorization", "Bearer "+s.access)
	if got := s.serve(req).StatusCode; got != 400 {
		t.Errorf("half a body: status %d, want 400", got)
	}
	large := s.serve(graphqlRequest(t, s.access, "{__typename} #"+strings.Repeat("x", 1<<20), nil))
	if large.StatusCode != 400 {
		t.Errorf("more than 1 MB: status %d, want 400", large.StatusCode)
	}
	if got := s.serve(httptest.NewRequest("GET", "/api/graphql", nil)).StatusCode; got != 404 {
		t.Errorf("GET: status %d, want 404", got)
	}
	body := s.run(t, "{ customers { nodes { uuid } } }", nil)
	if body["errors"] == nil || body["data"] != nil {
		t.Errorf("unknown field: %v", body)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	input := map[string]any{"o": map[string]any{"customerUuid": "x", "yearMonth": "2026-09-01", "minute": 1}}
	const (
		customers = "{customers{edges{cursor}}}"
		overtimes = "{overtimes{edges{cursor}}}"
		upsert    = "mutation($o:ApiOvertimeInput!){upsertOvertime(overtimeInput:$o){errors}}"
		change    = `mutation{upsertCustomer(customerInput:{uuid:"x"}){errors}}`
	)
	for _, c := range []struct {
		scopes  []string
		allowed []string
	}{
		{[]string{}, []string{customers}},
		{[]string{"overtime:read"}, []string{customers, overtimes}},
		{[]string{"overtime:write"}, []string{customers, upsert}},
		{[]string{"customer:write"}, []string{customers, change}},
		{nil, []string{customers, overtimes, upsert, change}},
	} {
		s := start(t, 5, carely.Options{Scopes: c.scopes})
		var got []string
		for _, q := range []string{customers, overtimes, upsert, change} {
			vars := input
			if q != upsert {
				vars = nil
			}
			body := s.run(t, q, vars)
			if body["errors"] == nil {
				got = append(got, q)
				continue
			}
			ext := body["errors"].([]any)[0].(map[string]any)["extensions"]
			if !cmp.Equal(map[string]any{"code": "insufficient_scope"}, ext) {
				t.Errorf("%v: %s: %v", c.scopes, q, body)
			}
		}
		if diff := cmp.Diff(c.allowed, got); diff != "" {
			t.Errorf("%v: %s", c.scopes, diff)
		}
	}
}

func TestHistory_tellsRootFieldsApart(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	ctl := controltest.Start(t, s.sim, control.Options{})
	body := strings.NewReader(`{"query":"{ workplaces { name } departments { uuid } }"}`)
	req, err := http.NewRequestWithContext(t.Context(), "POST", ctl.URL()+"/api/graphql", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.access)
	resp, err := (&http.Client{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	const route = "POST /api/graphql departments workplaces"
	if got := ctl.History().Counters; got[route] != 1 {
		t.Errorf("counters %v, want 1 of %q", got, route)
	}
}

func TestReset(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	before := s.state()
	s.data(t, `mutation { upsertOvertime(overtimeInput:
		{customerUuid: "`+before.Overtimes[0].CustomerUUID+`", yearMonth: "2026-10-01", minute: 5}) { uuid } }`, nil)
	if cmp.Equal(before.Overtimes, s.state().Overtimes) {
		t.Fatal("the mutation changed nothing")
	}
	s.sim.Reset()
	if diff := cmp.Diff(before.Overtimes, s.state().Overtimes); diff != "" {
		t.Error(diff)
	}
	if got := s.serve(graphqlRequest(t, s.access, "{__typename}", nil)).StatusCode; got != 401 {
		t.Errorf("the token of before the reset: status %d, want 401", got)
	}
	if access, _ := s.refresh(t, carely.DefaultRefreshToken); access == s.access {
		t.Error("a token of before the reset lives again")
	}
}

func TestNew_isDeterministic(t *testing.T) {
	t.Parallel()
	a, b := start(t, 5, carely.Options{Seed: 3}).state(), start(t, 5, carely.Options{Seed: 3}).state()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	if *a.Customers[0].UUID == *start(t, 5, carely.Options{Seed: 4}).state().Customers[0].UUID {
		t.Error("another seed gave the same uuid")
	}
}
