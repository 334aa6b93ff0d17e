// Package vendortest is what the tests of the clients have in common: a vendor
// without a socket, a chain before it that neither retries nor breaks, and a search
// for what must be in no error and no log. Only tests import it; it knows no vendor.
package vendortest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Token and Body are put into requests and answers, for MustNotLeak to look for.
const (
	Token = "marker-token-0001"
	Body  = "marker-body-0002"
)

// Tokens is a vault with one token.
type Tokens string

// Token returns the one token.
func (t Tokens) Token(context.Context) (string, error) { return string(t), nil }

// Invalidate does nothing.
func (Tokens) Invalidate(context.Context, string) {}

// Sent is a request as the vendor saw it.
type Sent struct {
	*http.Request

	Body string
}

// Vendor gives its answers one after the other and repeats the last. Its fields may
// be read when nothing is being sent.
type Vendor struct {
	// Status is that of every answer; 0 means 200.
	Status int
	// Bodies are the answers' bodies; none means empty ones.
	Bodies []string
	// Sent is what came in, in order.
	Sent []Sent

	mu sync.Mutex
}

// Answer returns a vendor that answers with these bodies and status 200.
func Answer(bodies ...string) *Vendor { return &Vendor{Bodies: bodies} }

// Fail returns a vendor that answers everything with a status and a body.
func Fail(status int, body string) *Vendor { return &Vendor{Status: status, Bodies: []string{body}} }

// RoundTrip implements http.RoundTripper.
func (v *Vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := Sent{Request: r}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		sent.Body = string(b)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	body := ""
	if len(v.Bodies) > 0 {
		body = v.Bodies[min(len(v.Sent), len(v.Bodies)-1)]
	}
	v.Sent = append(v.Sent, sent)
	status := v.Status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// Last is the last request that came in; it panics when none did.
func (v *Vendor) Last() Sent { return v.Sent[len(v.Sent)-1] }

// Chain returns the chain of the link "default" of a system: one attempt a call,
// no breaker, everything logged.
func Chain(
	t testing.TB, system string, base http.RoundTripper, tokens transport.Tokens, logs io.Writer,
) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Options{
		System: system, Link: "default", Base: base, Tokens: tokens, MaxRetries: -1,
		Breaker: transport.BreakerOptions{MinCalls: 1 << 30},
		Logger:  slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// MustNotLeak looks for Token, Body and a host in an error and its causes, and in
// logs, which may be nil.
func MustNotLeak(t testing.TB, err error, logs *bytes.Buffer, host string) {
	t.Helper()
	var out strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&out, "%v %+v\n", e, e)
	}
	if logs != nil {
		out.WriteString(logs.String())
	}
	for _, marker := range []string{Token, Body, host} {
		if strings.Contains(out.String(), marker) {
			t.Errorf("%s leaked:\n%s", marker, out.String())
		}
	}
}

// CodeOf is fault.CodeOf for an error that must be a *fault.Error or nil.
func CodeOf(err error) fault.Code {
	if _, ok := errors.AsType[*fault.Error](err); err != nil && !ok {
		return "not a *fault.Error"
	}
	return fault.CodeOf(err)
}

// JST is an instant written as "2026-11-02 12:00:00" in Japanese time.
func JST(s string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, s, time.FixedZone("JST", 9*60*60))
	if err != nil {
		panic(err)
	}
	return t
}
