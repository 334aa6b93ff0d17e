package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
)

// usedRow is a row of extensions.hitotsu.
type usedRow struct {
	System, Link                       string
	Calls, MemoryHits, StoreHits       int
	OldestAgeSeconds, PeopleAgeSeconds *int
	Stale                              []string
}

// fresh asks a query with the header and returns the answer's body and what it
// used, nil without extensions.
func fresh(t *testing.T, base, header, query string) (string, map[string]usedRow) {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base+"graphql", strings.NewReader(string(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+hrToken)
	if header != "" {
		req.Header.Set("Hitotsu-Freshness", header)
	}
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(resp.Body)
	if closed := resp.Body.Close(); err != nil || closed != nil {
		t.Fatal(err, closed)
	}
	var got struct {
		Extensions *struct {
			Hitotsu *struct{ Systems []usedRow }
		}
	}
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatalf("%v: %.300s", err, raw)
	}
	if got.Extensions == nil || got.Extensions.Hitotsu == nil {
		return string(raw), nil
	}
	rows := map[string]usedRow{}
	for _, r := range got.Extensions.Hitotsu.Systems {
		rows[r.System] = r
	}
	return string(raw), rows
}

// TestFreshness_overHTTP asks how fresh answers are: read just now, from memory,
// and while the system is away.
func TestFreshness_overHTTP(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64 // of the clock of data
	d := startOn(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, func(*app.Demo) {})
	d.indexed(t)
	const query = `{ employees(first: 60) { nodes { stamps(from: "2026-11-12", to: "2026-11-12", systems: [AKASHI])
		{ nodes { occurredAt } sources { system status asOf code } } } } }`

	if body, got := fresh(t, d.URL(), "", query); got != nil {
		t.Errorf("nobody asked for it: %.300s", body)
	}
	const other = `{ employees(first: 60) { nodes { stamps(from: "2026-11-11", to: "2026-11-11", systems: [AKASHI])
		{ nodes { occurredAt } } } } }`
	_, got := fresh(t, d.URL(), "full", other)
	if a := got[akashiSystem]; a.Calls != 2 && a.Calls != 11 || a.MemoryHits != 0 || a.Link != "default" ||
		a.OldestAgeSeconds == nil || *a.OldestAgeSeconds != 0 || a.PeopleAgeSeconds == nil || len(a.Stale) != 0 {
		t.Errorf("read just now: %+v", a)
	}
	if y := got["YESOD"]; y.Calls != 0 || y.PeopleAgeSeconds == nil || y.OldestAgeSeconds != nil {
		t.Errorf("of YESOD only the people are used: %+v", y)
	}
	ahead.Store(int64(30 * time.Second))
	_, got = fresh(t, d.URL(), "full", query)
	if a := got[akashiSystem]; a.Calls != 0 || a.MemoryHits < 50 || a.OldestAgeSeconds == nil ||
		*a.OldestAgeSeconds < 30 || *a.OldestAgeSeconds > 50 || *a.PeopleAgeSeconds < 30 {
		t.Errorf("from memory: %+v", a)
	}

	ahead.Store(int64(10 * time.Minute))
	command(t, d.Simulators.Akashi, http.MethodPost, "/fault", `{"status":500,"body":"down"}`)
	body, got := fresh(t, d.URL(), "full", query)
	if a := got[akashiSystem]; !slices.Equal(a.Stale, []string{"UPSTREAM_UNAVAILABLE"}) || *a.OldestAgeSeconds < 600 ||
		!strings.Contains(body, `"status":"STALE"`) || !strings.Contains(body, `+09:00","code"`) {
		t.Errorf("while AKASHI is away: %+v\n%.500s", a, body)
	}
	// Nothing at all can be answered of a day that was never read.
	const never = `{ employees(first: 1) { nodes { stamps(from: "2026-11-03", to: "2026-11-03", systems: [AKASHI])
		{ sources { status } } } } }`
	if body, got = fresh(t, d.URL(), "full", never); got == nil || !strings.Contains(body, `"errors"`) {
		t.Errorf("a partial answer tells nothing: %.500s", body)
	}
}
