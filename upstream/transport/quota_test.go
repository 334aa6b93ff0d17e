package transport_test

import (
	"context"
	"crypto/sha256"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"runtime"
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
			var left []time.Time
			// A busy machine lets the server wait, too.
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteHeaders: func() {
				mu.Lock()
				defer mu.Unlock()
				left = append(left, time.Now())
			}})
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
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
					if _, err := c.Do(ctx, call); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if most := quotatest.MostInWindow(left); most > 10 || len(left) != 25 {
				t.Errorf("%d requests, %d of them within a second, want 25 and at most 10", len(left), most)
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

// stamped notes when its connections write.
type stamped struct {
	mu sync.Mutex
	at []time.Time
}

func (s *stamped) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	return &stampedConn{conn, s}, err
}

type stampedConn struct {
	net.Conn

	by *stamped
}

func (c *stampedConn) Write(p []byte) (int, error) {
	c.by.mu.Lock()
	c.by.at = append(c.by.at, time.Now())
	c.by.mu.Unlock()
	return c.Conn.Write(p)
}

// TestDo_busyMachine: requests leave in time although every core is busy and what
// is to be written waits. When they arrive on such a machine would say nothing:
// whoever notes it waits, too.
//
//nolint:paralleltest // it keeps the machine busy
func TestDo_busyMachine(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(server.Close)
	var stamps stamped
	base := &http.Transport{DialContext: stamps.dial, MaxIdleConnsPerHost: 64}
	t.Cleanup(base.CloseIdleConnections)
	c := newClient(t, transport.Options{Base: base, Quota: newQuota(t, 20)})
	call := readCall()
	call.Build = func(ctx context.Context, _ string) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodGet, server.URL, http.NoBody)
	}
	ctx, stop := context.WithTimeout(t.Context(), 5*time.Second)
	defer stop()
	var wg sync.WaitGroup
	for range 8 * runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				_ = sha256.Sum256([]byte{byte(n)})
			}
		})
	}
	for range 64 {
		wg.Go(func() {
			for ctx.Err() == nil {
				_, _ = c.Do(ctx, call) // it may end while it waits
			}
		})
	}
	wg.Wait()
	most := quotatest.MostInWindow(stamps.at)
	t.Logf("%d requests, at most %d within a second", len(stamps.at), most)
	if most > 20 || len(stamps.at) < 40 {
		t.Errorf("%d requests left, %d of them within a second", len(stamps.at), most)
	}
}
