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
