package control_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// mall is a shop that has every optional interface.
type mall struct {
	shop
	*control.Clock

	quirks *control.Switches[string]

	mu      sync.Mutex
	seeds   []control.Seed
	revoked []string
}

func (m *mall) Reset() { m.shop.Reset(); m.Clock.Reset() }

func (m *mall) Handler() http.Handler {
	next := m.shop.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			control.NoteWrite(r.Context(), "sell", map[string]string{"path": r.URL.Path})
		}
		next.ServeHTTP(w, r)
	})
}

func (m *mall) Reseed(seed control.Seed) error {
	if seed.Seed == 13 {
		return errors.New("unlucky")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seeds = append(m.seeds, seed)
	m.StandOn(seed.Today)
	return nil
}

func (m *mall) Quirks() map[string]bool { return m.quirks.Named() }

func (m *mall) SetQuirks(named map[string]bool) error { return m.quirks.Set(named) }

func (m *mall) Revoke(r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.revoked = append(m.revoked, r.URL.Query().Get("token"))
}

func startMall(t *testing.T) (*fixture, *mall) {
	t.Helper()
	noon := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	sim := &mall{
		Clock:  control.NewClock(func() time.Time { return noon }),
		quirks: control.NewSwitches("mall", map[string]bool{"numbers_as_strings": false}, nil),
	}
	return serving(t, sim, control.Options{}), sim
}

func TestServer_seed(t *testing.T) {
	t.Parallel()
	f, sim := startMall(t)
	f.want(t, 200, "GET", f.URL()+"/items/1", "")
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"status":500}`)
	f.want(t, 204, "POST", f.ControlURL()+"/seed", `{"seed":7,"today":"2026-03-31","people":20000}`)
	if h := f.History(); h.Total != 0 || len(f.Faults()) != 0 {
		t.Errorf("history %+v, faults %+v after a seed", h, f.Faults())
	}
	jst := time.FixedZone("JST", 9*60*60)
	want := []control.Seed{{Seed: 7, Today: time.Date(2026, 3, 31, 0, 0, 0, 0, jst), People: 20_000}}
	if diff := cmp.Diff(want, sim.seeds); diff != "" {
		t.Error(diff)
	}
	if got := f.want(t, 200, "GET", f.ControlURL()+"/clock", ""); got != `{"now":"2026-03-31T23:00:00+09:00"}` {
		t.Error(got)
	}
	for body, status := range map[string]int{
		`{"seed":1,"people":20001}`: 400, `{"seed":1,"people":99}`: 400, `{"seed":1,"people":-1}`: 400,
		`{"people":300}`: 400, `{"seed":1,"today":"2026/03/31"}`: 400, `{"seed":-1}`: 400,
		`{"seed":1,"colour":"red"}`: 400, ``: 400, `{"seed":13}`: 500,
	} {
		f.want(t, status, "POST", f.ControlURL()+"/seed", body)
	}
	if len(sim.seeds) != 1 {
		t.Errorf("%d seeds", len(sim.seeds))
	}
}

func TestServer_quirks(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/quirks", `{"numbers_as_strings":true}`)
	if got := f.want(t, 200, "GET", f.ControlURL()+"/quirks", ""); got != `{"numbers_as_strings":true}` {
		t.Error(got)
	}
	f.want(t, 400, "POST", f.ControlURL()+"/quirks", `{"numbers_as_string":true}`)
	f.want(t, 400, "POST", f.ControlURL()+"/quirks", `{"numbers_as_strings":1}`)
}

func TestServer_clock(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/clock", `{"advance":"24h30m"}`)
	if got := f.want(t, 200, "GET", f.ControlURL()+"/clock", ""); got != `{"now":"2026-11-21T21:30:00+09:00"}` {
		t.Error(got)
	}
	for _, body := range []string{`{"advance":"-1h"}`, `{"advance":"0"}`, `{"advance":"soon"}`, `{}`} {
		f.want(t, 400, "POST", f.ControlURL()+"/clock", body)
	}
	f.want(t, 204, "POST", f.ControlURL()+"/reset", "")
	if got := f.want(t, 200, "GET", f.ControlURL()+"/clock", ""); got != `{"now":"2026-11-20T21:00:00+09:00"}` {
		t.Error(got)
	}
}

func TestServer_hasNoSuchSwitch(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	for path, body := range map[string]string{
		"POST /seed": `{"seed":1}`, "GET /quirks": "", "POST /quirks": `{"a":true}`, "GET /clock": "",
		"POST /clock": `{"advance":"1h"}`, "POST /fault": `{"revoke":true}`,
	} {
		method, path, _ := strings.Cut(path, " ")
		f.want(t, 501, method, f.ControlURL()+path, body)
	}
}

func TestServer_journal(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 201, "POST", f.URL()+"/items/1", "")
	f.want(t, 200, "GET", f.URL()+"/items/1", "")
	f.want(t, 201, "POST", f.URL()+"/items/2", "")
	var got []control.Write
	if err := json.Unmarshal([]byte(f.want(t, 200, "GET", f.ControlURL()+"/journal", "")), &got); err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].Time = time.Time{}
	}
	want := []control.Write{
		{Number: 1, Method: "POST", Path: "/items/1", Operation: "sell", Change: map[string]any{"path": "/items/1"}},
		{Number: 2, Method: "POST", Path: "/items/2", Operation: "sell", Change: map[string]any{"path": "/items/2"}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f.want(t, 204, "DELETE", f.ControlURL()+"/journal", "")
	if n := len(f.Journal()); n != 0 {
		t.Errorf("%d writes left", n)
	}
}

func TestServer_cut(t *testing.T) {
	t.Parallel()
	for when, wrote := range map[string]int{"before": 0, "after": 1} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			f, sim := startMall(t)
			f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"cut":"`+when+`","method":"POST","times":1}`)
			f.want(t, 200, "GET", f.URL()+"/items/1", "")
			f.want(t, 0, "POST", f.URL()+"/items/1", "")
			if n := sim.count.Load(); n != int64(wrote) || len(f.Journal()) != wrote {
				t.Errorf("%d sold, %d in the journal, want %d", n, len(f.Journal()), wrote)
			}
			if h := f.History(); h.Requests[1].Status != 0 {
				t.Errorf("history = %+v", h)
			}
			f.want(t, 201, "POST", f.URL()+"/items/1", "")
		})
	}
}

func TestServer_slowBody(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"bytes_per_second":200}`)
	begin := time.Now()
	if body := f.want(t, 200, "GET", f.URL()+"/items/1", ""); body != `{"items":[1,2,3]}` {
		t.Errorf("body = %q", body)
	}
	if took := time.Since(begin); took < 30*time.Millisecond { // 17 bytes
		t.Errorf("took %s", took)
	}
}

func TestServer_jitter(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"latency_ms":10,"jitter_ms":5}`)
	begin := time.Now()
	f.want(t, 200, "GET", f.URL()+"/items/1", "")
	if took := time.Since(begin); took < 10*time.Millisecond {
		t.Errorf("took %s", took)
	}
}

func TestServer_revoke(t *testing.T) {
	t.Parallel()
	f, sim := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"revoke":true,"times":1}`)
	f.want(t, 401, "GET", f.URL()+"/items/1?token=abc", "")
	if diff := cmp.Diff([]string{"abc"}, sim.revoked); diff != "" {
		t.Error(diff)
	}
}

func TestServer_faultsByChance(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"status":502,"per_mille":500}`)
	met := map[int]int{}
	for range 100 {
		status, _ := f.do(t, "GET", f.URL()+"/items/1", "")
		met[status]++
	}
	if met[200] < 10 || met[502] < 10 || met[200]+met[502] != 100 { // either fails once in 10^17 runs
		t.Errorf("got %v", met)
	}
}

// TestServer_historyKnowsWhatWasAnswered asks for more than fits into a buffer, so
// that the answer arrives before the handler has ended.
func TestServer_historyKnowsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	f, _ := startMall(t)
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"status":200,"body":"`+strings.Repeat("x", 100_000)+`"}`)
	for i := range 50 {
		resp, err := f.client.Get(f.URL() + "/items/1")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if h := f.History(); len(h.Requests) != i+1 || h.Requests[i].Status != 200 || h.Requests[i].Route == "" {
			t.Fatalf("history = %+v", h.Requests[i])
		}
	}
}
