package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// attemptTimeout is long for an answer of a busy machine and short for a suite
// that waits it out often.
const attemptTimeout = 5 * time.Second

// patience is the longest pause that a client waits out here.
const patience = 1500 * time.Millisecond

// now is every simulator's clock, which stands, so that two runs of a write
// leave the same state.
func now() time.Time { return time.Date(2026, 11, 20, 20, 0, 0, 0, company.JST) }

// people is the company of all suites.
var people = sync.OnceValue(func() *company.Company {
	return company.New(company.Options{Seed: 1, Today: now(), People: 100})
})

// operation is one method of a client.
type operation struct {
	name string
	// write says that it changes the vendor's state, once that it must never be
	// sent again.
	write, once bool
	call        func(ctx context.Context) (any, error)
}

// world is one simulator and a client in front of it.
type world struct {
	sim    control.Simulator
	server *control.Server
	tokens *tokens
	// renews says that a token that is taken back can be replaced.
	renews     bool
	operations []operation
}

func serve(t *testing.T, sim control.Simulator) *control.Server {
	t.Helper()
	server := control.New(sim, control.Options{})
	if err := server.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	return server
}

// sender is a transport as internal/app builds it, with a breaker that never
// opens: here every call fails on purpose.
func sender(t *testing.T, system string, tk transport.Tokens, quota transport.Quota) *transport.Client {
	t.Helper()
	pool := &http.Transport{MaxIdleConnsPerHost: 8}
	t.Cleanup(pool.CloseIdleConnections)
	base := wire{pool, nil}
	if vault, ok := tk.(*tokens); ok {
		base.vault = vault
	}
	c, err := transport.New(transport.Options{
		System: system, Link: "default", Base: base, Tokens: tk, Quota: quota, Timeout: attemptTimeout,
		MaxRetryAfter: patience,
		Breaker:       transport.BreakerOptions{MinCalls: 1 << 30},
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// wire sends, and gives answers the oddities that the vault's owner asks for.
type wire struct {
	*http.Transport

	vault *tokens
}

func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.Transport.RoundTrip(r)
	if err != nil || w.vault == nil || w.vault.answers == nil {
		return resp, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	body = w.vault.answers(body)
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp.Header.Del("Content-Length")
	return resp, nil
}

// tokens is a vault with one token, got anew when it is refused.
type tokens struct {
	// answers rewrites what comes back for this token, nil for nothing.
	answers func([]byte) []byte

	fetch func(ctx context.Context) (string, error)

	mu      sync.Mutex
	current string
}

func (v *tokens) Token(ctx context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current == "" {
		token, err := v.fetch(ctx)
		if err != nil {
			return "", err
		}
		v.current = token
	}
	return v.current, nil
}

func (v *tokens) Invalidate(_ context.Context, token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current == token {
		v.current = ""
	}
}

// forget drops the token, so that the next call fetches one.
func (v *tokens) forget() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.current = ""
}

// fixed is a token that nobody can replace.
func fixed(token string) *tokens {
	return &tokens{fetch: func(context.Context) (string, error) { return token, nil }}
}

// fresh puts the world back to its beginning, with a token in hand so that a
// fault meets the operation and not the fetching of a token.
func (w *world) fresh(t *testing.T) {
	t.Helper()
	w.server.Reset()
	w.tokens.forget()
	if _, err := w.tokens.Token(t.Context()); err != nil {
		t.Errorf("no token: %v", err)
	}
	w.server.ClearHistory()
	w.server.ClearJournal()
}

// state is what the simulator holds.
func (w *world) state(t *testing.T) string {
	t.Helper()
	return asText(t, withoutBulk(w.sim.Dump()))
}

// asText makes two values comparable.
func asText(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Errorf("marshal: %v", err)
	}
	return string(raw)
}

// typed tells the code of an error, and fails where it is no *fault.Error.
func typed(t *testing.T, name string, err error) fault.Code {
	t.Helper()
	code := fault.CodeOf(err)
	if err != nil && code == fault.Internal {
		t.Errorf("%s: untyped error %v", name, err)
	}
	return code
}
