package conformance_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// attemptTimeout is long even for an answer of a busy machine; what hangs here has
// a deadline.
const attemptTimeout = time.Minute

// patience is the longest pause that a client waits out here.
const patience = 1500 * time.Millisecond

// now is every simulator's clock, which stands, so that two runs of a write
// leave the same state.
func now() time.Time { return time.Date(2026, 11, 20, 20, 0, 0, 0, company.JST) }

// people is the company of all suites. Only the last days of its attendance are
// kept: the suites compare whole dumps, some thousand times.
var people = sync.OnceValue(func() *company.Company {
	c := company.New(company.Options{Seed: 1, Today: now(), People: 100})
	for i := range c.People {
		c.People[i].Days = c.People[i].Days[max(0, len(c.People[i].Days)-attendanceDays):]
	}
	c.Manhours = slices.DeleteFunc(c.Manhours, func(m company.Manhour) bool {
		return m.Date.Before(c.Today.AddDate(0, 0, -attendanceDays))
	})
	return c
})

const attendanceDays = 20

// operation is one method of a client.
type operation struct {
	// name begins with the method's.
	name string
	// write says that it changes the vendor's state, once that it must never be
	// sent again.
	write, once bool
	// own says that it carries a credential of its own, which nobody replaces.
	own bool
	// unseen says that no dump shows what the write changes.
	unseen bool
	// prepare gets what the call needs, before the fault.
	prepare func(ctx context.Context) error
	call    func(ctx context.Context) (any, error)
}

// world is one simulator and a client in front of it.
type world struct {
	sim    control.Simulator
	server *control.Server
	tokens *tokens
	// renews says that a token that is taken back can be replaced.
	renews     bool
	operations []operation
	// unified are reads through the adapter, in the gateway's own words.
	unified []operation
	// sent counts the requests that left, net/http's own repetitions among them.
	sent atomic.Int64
}

func newWorld(t *testing.T, sim control.Simulator, tk *tokens) *world {
	t.Helper()
	w := &world{sim: sim, server: control.New(sim, control.Options{}), tokens: tk}
	if err := w.server.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.server.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// sender is a transport as internal/app builds it, with a breaker that never
// opens: here every call fails on purpose.
func (w *world) sender(t *testing.T, system string, tk *tokens, q *quota.Budget) *transport.Client {
	t.Helper()
	pool := &http.Transport{MaxIdleConnsPerHost: 8, DialContext: w.dial}
	t.Cleanup(pool.CloseIdleConnections)
	opts := transport.Options{
		System: system, Link: "default", Base: wire{pool, tk}, Quota: q, Timeout: attemptTimeout,
		MaxRetryAfter: patience,
		Breaker:       transport.BreakerOptions{MinCalls: 1 << 30},
	}
	if tk != nil {
		opts.Tokens = tk
	}
	c, err := transport.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (w *world) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	c, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return counted{c, &w.sent}, nil
}

// counted counts the requests that begin on a connection.
type counted struct {
	net.Conn

	sent *atomic.Int64
}

var requestLine = regexp.MustCompile(`^[A-Z]{3,7} /`)

// Write counts before it writes: whoever sees the call end sees the request.
func (c counted) Write(p []byte) (int, error) {
	begins := requestLine.Match(p)
	if begins {
		c.sent.Add(1)
	}
	n, err := c.Conn.Write(p)
	if begins && n == 0 {
		c.sent.Add(-1)
	}
	return n, err
}

// settle waits until every request that left has arrived and is done with. A
// caller who gives up is not waited for by the system: its request may arrive,
// and take effect, while the next one is being counted.
func (w *world) settle(t *testing.T) {
	t.Helper()
	poll := time.NewTicker(time.Millisecond)
	defer poll.Stop()
	enough := time.NewTimer(30 * time.Second)
	defer enough.Stop()
	for {
		if h := w.server.History(); h.UnderWay == 0 && h.Total >= int(w.sent.Load()) {
			return
		}
		select {
		case <-poll.C:
		case <-enough.C:
			t.Errorf("%d requests left and %d arrived, %d are under way",
				w.sent.Load(), w.server.History().Total, w.server.History().UnderWay)
			return
		}
	}
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
	// remote says that fetch asks the system; asked counts how often it did.
	remote bool
	asked  int

	mu      sync.Mutex
	current string
}

func (v *tokens) Token(ctx context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.current == "" {
		if v.remote {
			v.asked++
		}
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

// fetched tells how often the system was asked for a token since the last call.
func (v *tokens) fetched() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	n := v.asked
	v.asked = 0
	return n
}

// fresh puts the world back to its beginning, with a token in hand so that a
// fault meets the operation and not the fetching of a token.
func (w *world) fresh(t *testing.T, op operation) {
	t.Helper()
	w.server.Reset()
	w.tokens.forget()
	if _, err := w.tokens.Token(t.Context()); err != nil {
		t.Errorf("no token: %v", err)
	}
	if op.prepare != nil {
		if err := op.prepare(t.Context()); err != nil {
			t.Errorf("%s: prepare: %v", op.name, err)
		}
	}
	w.tokens.fetched()
	w.server.ClearHistory()
	w.server.ClearJournal()
	w.sent.Store(0)
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
