package transport_test

import (
	"context"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// TestDo_realConnection covers what a fake cannot: cut and truncated answers of
// net/http, and that no redirect carries a token away.
func TestDo_realConnection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	hits := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		hits[r.URL.Path]++
		mu.Unlock()
		switch r.URL.Path {
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		case "/moved":
			http.Redirect(w, r, "/stolen", http.StatusFound)
		}
	}))
	defer srv.Close()
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer base.CloseIdleConnections()
	c := newClient(t, transport.Options{Base: base})
	for path, code := range map[string]fault.Code{
		"/cut": fault.UpstreamUnavailable, "/moved": fault.UpstreamBadResponse, "/fine": "",
	} {
		_, err := c.Do(t.Context(), transport.Call{
			Operation: "akashi.test",
			Build: func(ctx context.Context, _ string) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+path, http.NoBody)
			},
		})
		if got := fault.CodeOf(err); got != code {
			t.Errorf("%s: code %q, want %q", path, got, code)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if hits["/stolen"] != 0 {
		t.Error("a redirect was followed")
	}
}

func TestNewBase_privateAuthority(t *testing.T) {
	t.Parallel()
	srv := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer srv.Close()
	file := filepath.Join(t.TempDir(), "ca.pem")
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(file, cert, 0o600); err != nil {
		t.Fatal(err)
	}
	for ca, code := range map[string]fault.Code{file: "", "": fault.UpstreamUnavailable} {
		base, err := transport.NewBase(transport.BaseOptions{CAFile: ca})
		if err != nil {
			t.Fatal(err)
		}
		defer base.CloseIdleConnections()
		_, err = newClient(t, transport.Options{Base: base}).Do(t.Context(), transport.Call{
			Operation: "akashi.test", Idempotent: true,
			Build: func(ctx context.Context, _ string) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodGet, srv.URL, http.NoBody)
			},
		})
		if got := fault.CodeOf(err); got != code {
			t.Errorf("CA file %q: code %q, want %q", ca, got, code)
		}
	}
	if err := os.WriteFile(file, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := transport.NewBase(transport.BaseOptions{CAFile: file}); err == nil {
		t.Error("a file without a certificate was accepted")
	}
}
