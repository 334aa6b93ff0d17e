package transport_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/quota/quotatest"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func newQuota(t *testing.T, requests int) *quota.Budget {
	t.Helper()
	b, err := quota.New(quota.Options{Requests: requests, Concurrent: 20})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// slowDialer makes connections that take their time, as TLS far away does.
func slowDialer(d time.Duration) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		var dialer net.Dialer
		return dialer.DialContext(ctx, network, address)
	}
}

// TestDo_turnBegins: turns count from when the request is written, not from when
// its connection was asked for, with HTTP/1 and HTTP/2.
func TestDo_turnBegins(t *testing.T) {
	t.Parallel()
	for name, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var arrivals []time.Time
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				defer mu.Unlock()
				arrivals = append(arrivals, time.Now())
				if r.Proto != name {
					t.Errorf("came by %s", r.Proto)
				}
			}))
			server.EnableHTTP2 = h2
			server.StartTLS()
			t.Cleanup(server.Close)
			base, ok := server.Client().Transport.(*http.Transport)
			if !ok {
				t.Fatal("the test server's client has another transport")
			}
			base.DialContext, base.MaxIdleConnsPerHost = slowDialer(300*time.Millisecond), 20
			c := newClient(t, transport.Options{Base: base, Quota: newQuota(t, 10)})
			call := readCall()
			call.Build = func(ctx context.Context, _ string) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodGet, server.URL, http.NoBody)
			}
			var wg sync.WaitGroup
			for range 25 {
				wg.Go(func() {
					if _, err := c.Do(t.Context(), call); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if most := quotatest.MostInWindow(arrivals); most > 10 || len(arrivals) != 25 {
				t.Errorf("%d requests, %d of them within a second, want 25 and at most 10", len(arrivals), most)
			}
		})
	}
}

// TestDo_turnRefused: a request whose turn passed while its connection was made,
// and that gets no other one in time, is not written.
func TestDo_turnRefused(t *testing.T) {
	t.Parallel()
	for name, h2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var arrived sync.WaitGroup
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost {
					t.Error("it was written")
				}
				arrived.Done()
			}))
			server.EnableHTTP2 = h2
			server.StartTLS()
			t.Cleanup(server.Close)
			base := server.Client().Transport
			budget := newQuota(t, 1)
			c := newClient(t, transport.Options{Base: again{base}, Quota: budget})
			call := writeCall()
			call.Build = func(ctx context.Context, _ string) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodGet, server.URL, http.NoBody)
			}
			arrived.Add(1)
			ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
			defer cancel()
			_, err := c.Do(ctx, call)
			if fault.CodeOf(err) != fault.UpstreamRateLimited {
				t.Errorf("%v, want UPSTREAM_RATE_LIMITED", err)
			}
			arrived.Wait()
		})
	}
}

// again sends every request twice, as net/http does when it finds a connection
// dead: the second one, a POST, needs a turn of its own.
type again struct{ http.RoundTripper }

func (a again) RoundTrip(r *http.Request) (*http.Response, error) {
	first, err := a.RoundTripper.RoundTrip(r.Clone(r.Context()))
	if err != nil {
		return nil, err
	}
	_ = first.Body.Close() // nothing is in it
	second := r.Clone(r.Context())
	second.Method = http.MethodPost
	return a.RoundTripper.RoundTrip(second)
}
