package control_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// A server notices that a caller has left only when it has read what was sent:
// a request with a body must not hang on after Close.
func TestServer_hangWithABodyEndsWithTheCaller(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"hang":true}`)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.URL()+"/items/1", strings.NewReader(`{"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := f.client.Do(req); err == nil {
		_ = resp.Body.Close()
		t.Fatal("a hanging request was answered")
	}
	// Closing the fixture waits for the handler.
}

// A request that hangs is under way until its caller has left, also when the
// history was cleared in between: who counts requests waits for 0 before.
func TestServer_countsWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	f := start(t, control.Options{})
	f.want(t, 204, "POST", f.ControlURL()+"/fault", `{"hang":true}`)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL()+"/items/1", http.NoBody)
		if err == nil {
			var resp *http.Response
			if resp, err = f.client.Do(req); err == nil {
				err = resp.Body.Close()
			}
		}
		ended <- err
	}()
	f.until(t, func(h control.History) bool { return h.Total == 1 && h.UnderWay == 1 })
	f.ClearHistory()
	f.until(t, func(h control.History) bool { return h.Total == 0 && h.UnderWay == 1 })
	cancel()
	if err := <-ended; err == nil {
		t.Error("a hanging request was answered")
	}
	f.until(t, func(h control.History) bool { return h.Total == 0 && h.UnderWay == 0 })
}

// until waits for the history to be as described.
func (f *fixture) until(t *testing.T, is func(control.History) bool) {
	t.Helper()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	for !is(f.History()) {
		select {
		case <-t.Context().Done():
			t.Fatalf("the history stays %+v", f.History())
		case <-poll.C:
		}
	}
}
