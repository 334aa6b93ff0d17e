package e2e_test

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/hr"
	simyesod "github.com/hitotsu/hitotsu/simulator/yesod"
)

// startAt is start with a gateway whose day is that of the data, and whose clock
// goes ahead of it.
func startAt(t *testing.T, ahead *atomic.Int64, environ ...string) *demo {
	t.Helper()
	day, err := hr.ParseDate(today)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	now := func() time.Time {
		return day.Start().Add(9*time.Hour + time.Since(began) + time.Duration(ahead.Load()))
	}
	return startOn(t, now, func(*app.Demo) {}, environ...)
}

// inYesod imports members in YESOD's console, so to speak: past the gateway.
func (d *demo) inYesod(t *testing.T, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		d.Simulators.Yesod.URL()+"/api/v21.07/members/importAndApply", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+simyesod.DefaultToken)
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if told, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("import: %v, status %d: %s", err, resp.StatusCode, told)
	}
}

// TestMoves_overHTTP: who joins in YESOD, past the gateway, is known a quarter of
// an hour later, by a question about differences and a listing of everybody; with
// the switch off it takes until the list is due.
func TestMoves_overHTTP(t *testing.T) {
	t.Parallel()
	const joiner = `{"csv":"社員番号,姓,会社\r\nJOIN-1,中途,株式会社ひとつ\r\n","options":{"changeDate":"2026-11-20",
		"mapping":"identificationNumber: 社員番号\nfamilyNameLocalPreferred: 姓\ncompany: 会社"}}`
	const find = `{ employees(filter: { codes: ["JOIN-1"] }) { nodes { name { family } } } }`
	for name, on := range map[string]bool{"on": true, "off": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var ahead atomic.Int64
			environ := []string{"HITOTSU_AKASHI_FIRST_REISSUE_DELAY=24h"} // which would be a call
			if !on {
				environ = append(environ, "HITOTSU_YESOD_DIFFERENCES=false")
			}
			d := startAt(t, &ahead, environ...)
			d.ready(t)
			d.inYesod(t, joiner)
			d.forget()
			found := func() bool {
				return strings.Contains(d.ask(t, hrToken, find, nil).Body, `"family":"中途"`)
			}
			ahead.Store(int64(16 * time.Minute))
			if on {
				eventually(t, "the joiner is found", found)
				d.wantCalls(t, "a difference and a listing", map[string]int{"yesod POST api/v24.10/query": 2})
				return
			}
			if found() {
				t.Error("found before the list is due")
			}
			ahead.Store(int64(6*time.Hour + time.Minute))
			eventually(t, "the joiner is found", found)
		})
	}
}
