package control_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// shop is a small simulator: a counter that can be raised and read.
type shop struct{ count atomic.Int64 }

func (*shop) Name() string { return "shop" }
func (s *shop) Reset()     { s.count.Store(0) }
func (s *shop) Dump() any  { return map[string]int64{"count": s.count.Load()} }

func (s *shop) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /items/{id}", func(w http.ResponseWriter, _ *http.Request) {
		s.count.Add(1)
		w.WriteHeader(http.StatusCreated)
	})
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"items":[1,2,3]}`)
	})
	mux.HandleFunc("POST /graphql", func(_ http.ResponseWriter, r *http.Request) {
		control.SetRoute(r.Context(), "POST /graphql customers")
	})
	return mux
}

type fixture struct {
	*control.Server
	sim    *shop
	client *http.Client
}

func start(t *testing.T, opts control.Options) *fixture {
	t.Helper()
	sim := &shop{}
	f := serving(t, sim, opts)
	f.sim = sim
	return f
}

// serving starts any simulator; the fixture has no shop.
func serving(t *testing.T, sim control.Simulator, opts control.Options) *fixture {
	t.Helper()
	s := controltest.Start(t, sim, opts)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(client.CloseIdleConnections)
	return &fixture{Server: s, client: client}
}

// do sends a request and returns status and body; status 0 means no answer.
func (f *fixture) do(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return 0, ""
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func (f *fixture) want(t *testing.T, status int, method, url, body string) string {
	t.Helper()
	got, text := f.do(t, method, url, body)
	if got != status {
		t.Fatalf("%s %s: status %d, want %d: %s", method, url, got, status, text)
	}
	return text
}

func TestServer_stopAndStart(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	url := f.URL()
	f.want(t, 201, "POST", url+"/items/1", "")
	for range 2 {
		f.want(t, 204, "POST", f.ControlURL()+"/stop", "")
		f.want(t, 0, "GET", url+"/items/1", "")
	}
	if f.URL() != url {
		t.Errorf("URL changed to %s", f.URL())
	}
	for range 2 {
		f.want(t, 204, "POST", f.ControlURL()+"/start", "")
		f.want(t, 200, "GET", url+"/items/1", "")
	}
	if dump := f.want(t, 200, "GET", f.ControlURL()+"/dump", ""); dump != `{"count":1}` {
		t.Errorf("dump = %s: stopping must not lose state", dump)
	}
}

func TestServer_reset(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	f.want(t, 201, "POST", f.URL()+"/items/1", "")
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"status":500}`)
	f.want(t, 204, "POST", f.ControlURL()+"/reset", "")
	if n := f.sim.count.Load(); n != 0 {
		t.Errorf("count = %d after reset", n)
	}
	if h := f.History(); h.Total != 0 || len(h.Requests) != 0 || len(h.Counters) != 0 {
		t.Errorf("history after reset = %+v", h)
	}
	f.want(t, 200, "GET", f.URL()+"/items/1", "")
}

func TestServer_history(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	var later atomic.Int64 // nanoseconds
	clock := func() time.Time { return now.Add(time.Duration(later.Load())) }
	f := start(t, control.Options{Now: clock, SecretParams: []string{"pin"}})
	f.want(t, 200, "GET", f.URL()+"/items/1?token=abc&access_token=d&target=e&pin=f&page=2", "")
	f.want(t, 200, "GET", f.URL()+"/items/2", "")
	f.want(t, 404, "GET", f.URL()+"/nothing", "")
	f.want(t, 200, "POST", f.URL()+"/graphql", "")
	later.Store(int64(time.Second))
	f.want(t, 201, "POST", f.URL()+"/items/1", "")

	text := f.want(t, 200, "GET", f.ControlURL()+"/history", "")
	var got control.History
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if got.Total != 5 || got.HighestPerSecond != 4 || len(got.Requests) != 5 {
		t.Errorf("total %d, highest %d, %d rows", got.Total, got.HighestPerSecond, len(got.Requests))
	}
	counters := map[string]int{
		"GET /items/{id}": 2, "POST /items/{id}": 1, "GET unmatched": 1, "POST /graphql customers": 1,
	}
	if diff := cmp.Diff(counters, got.Counters); diff != "" {
		t.Error(diff)
	}
	first := control.Request{
		Time: now, Method: "GET", Path: "/items/1", Route: "GET /items/{id}", Status: 200,
		Query: map[string][]string{
			"token": {"REDACTED"}, "access_token": {"REDACTED"}, "target": {"REDACTED"}, "pin": {"REDACTED"},
			"page": {"2"},
		},
	}
	if diff := cmp.Diff(first, got.Requests[0]); diff != "" {
		t.Error(diff)
	}

	f.want(t, 204, "DELETE", f.ControlURL()+"/history", "")
	if h := f.History(); h.Total != 0 || f.sim.count.Load() != 1 {
		t.Errorf("total %d, state %d after clearing the history", h.Total, f.sim.count.Load())
	}
}

// A request tells how long it took once it is done with; the clock of this test
// goes on by a second whenever it is read.
func TestServer_historyTellsHowLong(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	var reads atomic.Int64
	f := start(t, control.Options{Now: func() time.Time {
		return now.Add(time.Duration(reads.Add(1)) * time.Second)
	}})
	f.want(t, 200, "GET", f.URL()+"/items/1", "")
	f.until(t, func(h control.History) bool { return h.UnderWay == 0 })
	if got := f.History().Requests[0].Took; got != time.Second {
		t.Errorf("took %v, want the second between arrival and end", got)
	}
}

func TestServer_historyKeepsTheLastRequests(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{KeepRequests: 2})
	for _, id := range []string{"1", "2", "3"} {
		f.want(t, 200, "GET", f.URL()+"/items/"+id, "")
	}
	h := f.History()
	if h.Total != 3 || h.Counters["GET /items/{id}"] != 3 || len(h.Requests) != 2 || h.Requests[1].Path != "/items/3" {
		t.Errorf("history = %+v", h)
	}
}

func TestServer_faults(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fault  string
		status int
		body   string
	}{
		"status":       {`{"status":500,"body":"<html>"}`, 500, "<html>"},
		"truncate":     {`{"truncate":true}`, 200, `{"items"`},
		"garbage":      {`{"garbage":true}`, 200, "\x00\x1b{\"success\": tru\xff\xfe<<<"},
		"unauthorized": {`{"unauthorized":true}`, 401, "unauthorized\n"},
		"latency":      {`{"latency_ms":1}`, 200, `{"items":[1,2,3]}`},
		"other path":   {`{"status":500,"path_prefix":"/other"}`, 200, `{"items":[1,2,3]}`},
		"this path":    {`{"status":503,"path_prefix":"/items/"}`, 503, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, control.Options{})
			f.want(t, 204, "POST", f.ControlURL()+"/fault", c.fault)
			if body := f.want(t, c.status, "GET", f.URL()+"/items/1", ""); body != c.body {
				t.Errorf("body = %q, want %q", body, c.body)
			}
			h := f.History()
			if h.Counters["GET /items/{id}"] != 1 || h.Requests[0].Status != c.status {
				t.Errorf("history = %+v", h)
			}
			f.want(t, 204, "DELETE", f.ControlURL()+"/fault", "")
			f.want(t, 200, "GET", f.URL()+"/items/1", "")
		})
	}
}

func TestServer_faultEndsAfterItsTimes(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"status":429,"times":2,"header":{"Retry-After":"3"}}`)
	for _, status := range []int{429, 429, 200} {
		f.want(t, status, "GET", f.URL()+"/items/1", "")
	}
	if left := f.Faults(); len(left) != 0 {
		t.Errorf("faults left: %+v", left)
	}
}

func TestServer_hangEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"hang":true}`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL()+"/items/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := f.client.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Fatal("a hanging request was answered")
	}
	if h := f.History(); h.Counters["GET /items/{id}"] != 1 || h.Requests[0].Status != 0 {
		t.Errorf("history = %+v", h)
	}
}

func TestServer_refusesFaultyFaults(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	for _, body := range []string{
		"", "{}", `{"stauts":500}`, `{"status":99}`, `{"hang":true,"garbage":true}`, `{"latency_ms":-1}`,
		`{"body":"x","hang":true}`, `{"times":-1,"hang":true}`, `{"cut":"sometimes"}`, `{"jitter_ms":-1}`,
		`{"bytes_per_second":-1}`, `{"cut":"after","truncate":true}`, `{"hang":true,"per_mille":1001}`,
	} {
		f.want(t, 400, "POST", f.ControlURL()+"/fault", body)
	}
	if n := len(f.Faults()); n != 0 {
		t.Errorf("%d faults in force", n)
	}
}

func TestServer_listsItsEndpoints(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	var got struct {
		Simulator, URL string
		Endpoints      []string
	}
	if err := json.Unmarshal([]byte(f.want(t, 200, "GET", f.ControlURL()+"/", "")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Simulator != "shop" || got.URL != f.URL() {
		t.Errorf("got %+v", got)
	}
	for _, endpoint := range got.Endpoints {
		method, path, _ := strings.Cut(endpoint, " ")
		if status, _ := f.do(t, method, f.ControlURL()+path, ""); status == 404 || status == 405 {
			t.Errorf("%s: status %d", endpoint, status)
		}
	}
}

// TestServer_host is reached by others under a name; the control side is not.
func TestServer_host(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{Addr: "0.0.0.0:0", Host: "simulators"})
	host, port, ok := strings.Cut(strings.TrimPrefix(f.URL(), "http://"), ":")
	if !ok || host != "simulators" || port == "0" {
		t.Fatalf("it is at %s", f.URL())
	}
	for range 2 {
		f.want(t, 201, "POST", "http://127.0.0.1:"+port+"/items/1", "")
		f.want(t, 204, "POST", f.ControlURL()+"/stop", "")
		f.want(t, 204, "POST", f.ControlURL()+"/start", "")
	}
	if !strings.HasPrefix(f.ControlURL(), "http://127.0.0.1:") {
		t.Errorf("its control side is at %s", f.ControlURL())
	}
}

func TestServer_loopbackOnly(t *testing.T) {
	t.Parallel()
	for _, addr := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "example.com:80", "127.0.0.1"} {
		s := control.New(&shop{}, control.Options{Addr: addr})
		if err := s.Start(t.Context()); err == nil {
			t.Errorf("%s: started", addr)
			_ = s.Close()
		}
	}
	for _, opts := range []control.Options{{Host: "simulators", ControlAddr: "0.0.0.0:0"}, {Host: "simulators", Addr: "127.0.0.1"}} {
		s := control.New(&shop{}, opts)
		if err := s.Start(t.Context()); err == nil {
			t.Errorf("%+v: started", opts)
			_ = s.Close()
		}
	}
	f := start(t, control.Options{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, f.ControlURL()+"/stop", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Host = "evil.example:80"
	resp, err := f.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign Host got %d", resp.StatusCode)
	}
}

func TestServer_endsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := control.New(&shop{}, control.Options{})
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(ctx); err == nil {
		t.Error("started twice")
	}
	cancel()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Resume(t.Context()); !errors.Is(err, control.ErrClosed) {
		t.Errorf("Resume after Close = %v", err)
	}
	if err := s.Start(t.Context()); !errors.Is(err, control.ErrClosed) {
		t.Errorf("Start after Close = %v", err)
	}
}
