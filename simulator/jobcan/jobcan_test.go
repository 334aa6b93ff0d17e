package jobcan_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
)

// site is a running simulator and a token for it.
type site struct {
	*httptest.Server
	sim   *jobcan.Server
	token string
	now   time.Time
}

func start(t *testing.T, people int, opts jobcan.Options) *site {
	t.Helper()
	if opts.Quirks == nil {
		opts.Quirks = noQuirks()
	}
	s := &site{now: clock()}
	opts.Now = func() time.Time { return s.now }
	s.sim = jobcan.New(testCompany(people), opts)
	s.Server = httptest.NewServer(s.sim.Handler())
	t.Cleanup(s.Close)
	if opts.ClientID == "" {
		_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
		s.token = strings.TrimPrefix(body["access_token"].(string), "Bearer ")
	}
	return s
}

func noQuirks() map[jobcan.Quirk]bool { return with() }

// with is every quirk off but these.
func with(on ...jobcan.Quirk) map[jobcan.Quirk]bool {
	out := jobcan.DefaultQuirks()
	for q := range out {
		out[q] = slices.Contains(on, q)
	}
	return out
}

func (s *site) do(t *testing.T, req *http.Request) (int, map[string]any) {
	t.Helper()
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	body := map[string]any{"retry-after": resp.Header.Get("Retry-After")}
	if err := json.Unmarshal(raw, &body); err != nil {
		t.Fatalf("%s %s: %v in %q", req.Method, req.URL.Path, err, raw)
	}
	return resp.StatusCode, body
}

func (s *site) askToken(t *testing.T, form, secret string) (int, map[string]any) {
	t.Helper()
	req := request(t, "POST", s.URL+"/oauth/token", form)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.SetBasicAuth(jobcan.DefaultClientID, secret)
	return s.do(t, req)
}

func request(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func (s *site) get(t *testing.T, path string) (int, map[string]any) {
	t.Helper()
	req := request(t, "GET", s.URL+path, "")
	req.Header.Set("Authorization", "Bearer "+s.token)
	return s.do(t, req)
}

func (s *site) rows(t *testing.T, path, key string) []map[string]any {
	t.Helper()
	status, body := s.get(t, path)
	if status != http.StatusOK {
		t.Fatalf("GET %s: status %d: %v", path, status, body)
	}
	list, ok := body[key].([]any)
	if !ok {
		t.Fatalf("GET %s: no list %q in %v", path, key, body)
	}
	out := []map[string]any{}
	for _, row := range list {
		out = append(out, row.(map[string]any))
	}
	return out
}

func (s *site) state() jobcan.State { return s.sim.Dump().(jobcan.State) }

func TestToken(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, form, secret string
		status             int
		want               map[string]any // without access_token
	}{
		{"all scopes", "grant_type=client_credentials", jobcan.DefaultClientSecret, 200, map[string]any{
			"token_type": "Bearer", "expires_in": 3600.0, "scope": strings.Join(jobcan.AllScopes(), " "),
		}},
		{"one scope", "grant_type=client_credentials&scope=adits.read", jobcan.DefaultClientSecret, 200, map[string]any{
			"token_type": "Bearer", "expires_in": 3600.0, "scope": "adits.read",
		}},
		{
			"unknown scope", "grant_type=client_credentials&scope=managers.read", jobcan.DefaultClientSecret, 400,
			map[string]any{"error": "invalid_scope"},
		},
		{
			"other grant", "grant_type=refresh_token", jobcan.DefaultClientSecret, 400,
			map[string]any{"error": "unsupported_grant_type"},
		},
		{"no grant", "", jobcan.DefaultClientSecret, 400, map[string]any{"error": "invalid_request"}},
		{"wrong secret", "grant_type=client_credentials", "wrong", 401, map[string]any{"error": "invalid_client"}},
	}
	s := start(t, 3, jobcan.Options{})
	for _, c := range cases {
		status, body := s.askToken(t, c.form, c.secret)
		delete(body, "retry-after")
		if status == 200 && len(body["access_token"].(string)) < 20 {
			t.Errorf("%s: no access token", c.name)
		}
		delete(body, "access_token")
		if status != c.status || !cmp.Equal(c.want, body) {
			t.Errorf("%s: status %d, want %d\n%s", c.name, status, c.status, cmp.Diff(c.want, body))
		}
	}
	req := request(t, "POST", s.URL+"/oauth/token", "{}")
	req.Header.Set("Content-Type", "application/json")
	if status, _ := s.do(t, req); status != 400 {
		t.Errorf("a JSON token request answered %d, want 400", status)
	}
}

func TestToken_knobs(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{Quirks: with(jobcan.BareTokenReply, jobcan.PrefixedToken)})
	_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	delete(body, "retry-after")
	token := body["access_token"].(string)
	if len(body) != 1 || !strings.HasPrefix(token, "Bearer ") {
		t.Errorf("bare reply is %v", body)
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	_, narrow := s.askToken(t, "grant_type=client_credentials&scope=adits.read", jobcan.DefaultClientSecret)
	for _, c := range []struct {
		name, header string
		status       int
	}{
		{"bearer", "Bearer " + s.token, 200},
		{"bare", s.token, 200},
		{"none", "", 401},
		{"unknown", "Bearer x", 401},
		{"scope missing", "Bearer " + narrow["access_token"].(string), 403},
	} {
		req := request(t, "GET", s.URL+"/master/v1/employees", "")
		req.Header.Set("Authorization", c.header)
		if status, _ := s.do(t, req); status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, status, c.status)
		}
	}
	s.now = s.now.Add(time.Hour - time.Second)
	if status, _ := s.get(t, "/master/v1/employees"); status != 200 {
		t.Errorf("a second before its end the token answered %d", status)
	}
	s.now = s.now.Add(time.Second)
	if status, _ := s.get(t, "/master/v1/employees"); status != 401 {
		t.Errorf("at its end the token answered %d, want 401", status)
	}
	_, again := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	s.token = again["access_token"].(string)
	s.sim.RevokeTokens()
	if status, _ := s.get(t, "/master/v1/employees"); status != 401 {
		t.Errorf("a revoked token answered %d, want 401", status)
	}
}

func TestReset_endsTokens(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	s.sim.Reset()
	_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	if body["access_token"] == s.token {
		t.Error("a token of before the reset lives again")
	}
	if status, _ := s.get(t, "/master/v1/employees"); status != 401 {
		t.Errorf("the token of before the reset answered %d, want 401", status)
	}
}

func TestEmployees_keyset(t *testing.T) {
	t.Parallel()
	s := start(t, 250, jobcan.Options{})
	var got []float64
	sizes := []int{}
	for last := 0.0; ; last = got[len(got)-1] {
		rows := s.rows(t, fmt.Sprintf("/master/v1/employees?last_id=%.0f&count=100", last), "employees")
		sizes = append(sizes, len(rows))
		for _, r := range rows {
			got = append(got, r["id"].(float64))
		}
		if len(rows) == 0 {
			break
		}
	}
	if diff := cmp.Diff([]int{100, 100, 50, 0}, sizes); diff != "" {
		t.Error(diff)
	}
	want := []float64{}
	for _, e := range s.state().Employees {
		want = append(want, float64(e.ID))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got[249] != 4294967295 {
		t.Errorf("the last id is %.0f, want 4294967295", got[249])
	}
}

func TestEmployee_row(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	all := s.state().Employees
	status, got := s.get(t, fmt.Sprintf("/master/v1/employees/%d", all[1].ID))
	delete(got, "retry-after")
	want := map[string]any{
		"id": float64(all[1].ID), "code": "0017", "last_name": "高橋", "first_name": "花子",
		"email": "0017@example.jp", "main_group": 100.0, "sub_group": []any{}, "work_kind": 4.0,
		"entered_day": "2023-10-16", "retired_day": "2026-10-13",
	}
	if diff := cmp.Diff(want, got); status != 200 || diff != "" {
		t.Errorf("status %d\n%s", status, diff)
	}
	if all[0].EnteredDay != nil {
		t.Error("entered_day of somebody on leave is not null")
	}
}

func TestBadRequests(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	id := s.state().Employees[1].ID
	dates := func(n int) string {
		q := url.Values{}
		for i := range n {
			q.Add("date", day.AddDate(0, 0, -i).Format(time.DateOnly))
		}
		return q.Encode()
	}
	one := func(format string) string { return fmt.Sprintf(format, id) }
	for path, want := range map[string]int{
		"/master/v1/employees?count=100":                                                  200,
		"/master/v1/employees?count=101":                                                  400,
		"/master/v1/employees?count=0":                                                    400,
		"/master/v1/employees?last_id=-1":                                                 400,
		"/master/v1/employees?last_id=4294967296":                                         400,
		"/master/v1/employees/17":                                                         404,
		"/master/v1/employees/A1":                                                         400,
		"/master/v1/groups":                                                               404,
		"/attendance/v1/adits":                                                            400,
		"/attendance/v1/adits?date=2026-10-16&date=2026-10-15":                            400,
		"/attendance/v1/adits?date=20261016":                                              400,
		"/attendance/v1/adits?date=2026-10-16&count=101":                                  400,
		"/attendance/v1/adits/17?date=2026-10-16":                                         404,
		one("/attendance/v1/adits/%d?date=2026-10-16"):                                    200,
		one("/attendance/v1/adits/%d?date=2026-02-30"):                                    400,
		one("/attendance/v1/summaries/daily/%d?") + dates(31):                             200,
		one("/attendance/v1/summaries/daily/%d?") + dates(32):                             400,
		one("/attendance/v1/summaries/daily/%d"):                                          400,
		"/attendance/v1/summaries/daily?date=2026-10-16&count=101":                        400,
		"/attendance/v1/summaries/daily":                                                  400,
		one("/attendance/v1/summaries/monthly/%d?start_date=2026-10-01"):                  400,
		one("/attendance/v1/employees/%d/work-time/results/monthly?year=2026"):            400,
		one("/attendance/v1/employees/%d/summaries/daily/selection-remarks?") + dates(31): 200,
		one("/attendance/v1/employees/%d/summaries/daily/selection-remarks?") + dates(32): 400,
		one("/shift/v1/shifts/%d?") + dates(32):                                           400,
		one("/shift/v1/requests/%d?") + dates(32):                                         400,
		one("/holiday/v1/employees/%d/use-days?from=2026-10-02&to=2026-10-01"):            400,
	} {
		if status, body := s.get(t, path); status != want {
			t.Errorf("GET %s: status %d, want %d: %v", path, status, want, body)
		}
	}
}

// TestLargeCompany checks the employees whose attendance is made on demand.
func TestLargeCompany(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: day, People: 3000})
	sim := jobcan.New(c, jobcan.Options{Now: clock, Quirks: noQuirks()})
	s := &site{sim: sim, now: clock(), Server: httptest.NewServer(sim.Handler())}
	t.Cleanup(s.Close)
	_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	s.token = body["access_token"].(string)
	rows := s.rows(t, "/attendance/v1/adits?date=2026-10-16&count=100", "adits")
	seen := map[any]bool{}
	for _, r := range rows {
		seen[r["employee_id"]] = true
	}
	if len(seen) != 100 {
		t.Fatalf("%d employees on a page, want 100", len(seen))
	}
	one := s.rows(t, fmt.Sprintf("/attendance/v1/adits/%.0f?date=2026-10-16", rows[0]["employee_id"]), "adits")
	if diff := cmp.Diff(rows[:len(one)], one); diff != "" {
		t.Error(diff)
	}
}

func TestRateLimit(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{RequestsPerSecond: 2, RetryAfter: 7})
	statuses := []int{}
	for range 3 {
		status, body := s.get(t, "/master/v1/employees")
		statuses = append(statuses, status)
		if status == 429 && body["retry-after"] != "7" {
			t.Errorf("Retry-After is %q, want 7", body["retry-after"])
		}
	}
	s.now = s.now.Add(time.Second)
	status, _ := s.get(t, "/master/v1/employees")
	if diff := cmp.Diff([]int{200, 200, 429, 200}, append(statuses, status)); diff != "" {
		t.Error(diff)
	}
}
