package transport

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota"
)

// What holds when Options leaves a field zero.
const (
	// DefaultTimeout is the time one attempt may take, body included.
	DefaultTimeout = 10 * time.Second
	// DefaultMaxConcurrent is how many requests of a link are in the air at once;
	// a modest figure for vendors that publish no limit.
	DefaultMaxConcurrent = 4
	// DefaultMaxBody is the largest answer read, in bytes after decompression.
	DefaultMaxBody = 16 << 20
	// DefaultMaxRetries is how often an idempotent call is sent again.
	DefaultMaxRetries = 2
	// DefaultMaxRetryAfter is the longest pause a vendor may ask for that a call
	// still waits out, when its deadline allows it.
	DefaultMaxRetryAfter = 30 * time.Second
)

// Tokens gives the credential of one link. Implementations are safe for
// concurrent use and coalesce refreshes.
type Tokens interface {
	// Token returns the token to send. It may wait for a refresh.
	Token(ctx context.Context) (string, error)
	// Invalidate says that the system refused token. The next Token call gives
	// another one or an error. A token that is no longer current is ignored.
	Invalidate(ctx context.Context, token string)
}

// Options configure a Client. System, Link and Base are needed.
type Options struct {
	// System and Link name the upstream in errors and events.
	System, Link string
	// Base sends the requests; see NewBase. No redirect is ever followed.
	Base http.RoundTripper
	// Tokens is nil for calls that carry their own credential, token fetches
	// above all.
	Tokens Tokens
	// Quota paces the attempts and bounds how many are in the air; clients that
	// share a budget share it. Nil paces nothing.
	Quota *quota.Budget
	// Timeout is for one attempt, from the first byte written to the last read.
	Timeout time.Duration
	// MaxConcurrent bounds the attempts in the air of a client without Quota.
	MaxConcurrent int
	// MaxBody is in bytes.
	MaxBody int64
	// MaxRetries is for idempotent calls; negative means none.
	MaxRetries int
	// MaxRetryAfter caps the pauses that are waited out.
	MaxRetryAfter time.Duration
	// Breaker is the circuit breaker's setting.
	Breaker BreakerOptions
	// UserAgent is sent unless the request has one; default "hitotsu".
	UserAgent string
	// Logger takes one event a call and one an attempt; nil logs nothing.
	Logger *slog.Logger
	// Observe is called with the same events, for counting; it must not block.
	Observe func(Event)
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	if o.System == "" || o.Link == "" || o.Base == nil {
		return o, errors.New("transport: system, link and base are needed")
	}
	if o.Timeout < 0 || o.MaxConcurrent < 0 || o.MaxBody < 0 || o.MaxRetryAfter < 0 {
		return o, errors.New("transport: a limit is negative")
	}
	orDefault(&o.Timeout, DefaultTimeout)
	orDefault(&o.MaxConcurrent, DefaultMaxConcurrent)
	orDefault(&o.MaxBody, DefaultMaxBody)
	orDefault(&o.MaxRetries, DefaultMaxRetries)
	orDefault(&o.MaxRetryAfter, DefaultMaxRetryAfter)
	orDefault(&o.UserAgent, "hitotsu")
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	return o, nil
}

func orDefault[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

// Client sends the calls of one link. It is safe for concurrent use.
type Client struct {
	opts Options
	// visiting says that the tokens are not the link's own.
	visiting bool
	*shared
}

// shared is what clients of one link with different tokens have in common.
type shared struct {
	breaker  *breaker
	bulkhead bulkhead.Bulkhead[any]
	waiting  atomic.Int64
	inFlight atomic.Int64
	health   healthLog
}

// New returns a Client, or an error when a needed option is missing.
func New(opts Options) (*Client, error) {
	o, err := opts.withDefaults()
	if err != nil {
		return nil, err
	}
	b, err := newBreaker(o.Breaker)
	if err != nil {
		return nil, err
	}
	return &Client{opts: o, shared: &shared{
		breaker:  b,
		bulkhead: bulkhead.New[any](uint(o.MaxConcurrent)),
	}}, nil
}

// WithTokens returns a client that sends with other tokens (nil for none) and
// shares everything else, the breaker and the limits above all. That its tokens
// are refused does not make the link unhealthy.
func (c *Client) WithTokens(tokens Tokens) *Client {
	opts := c.opts
	opts.Tokens = tokens
	return &Client{opts: opts, visiting: true, shared: c.shared}
}

// Call is one operation of a vendor.
type Call struct {
	// Operation names it in events and statistics: a constant like
	// "akashi.listStaffs".
	Operation string
	// Idempotent calls may be sent again after a time-out, a lost connection, a
	// 5xx or a 429.
	Idempotent bool
	// RetryUnauthorized lets a call that is not idempotent be sent once more
	// after its token was refused. Set it only where the vendor checks the token
	// before it acts. Idempotent calls need not set it.
	RetryUnauthorized bool
	// Build makes the request of one attempt. It is called for each attempt, so
	// a body must be made anew. token is empty without Options.Tokens.
	Build func(ctx context.Context, token string) (*http.Request, error)
	// Check judges an answer of any status by the vendor's own rules; nil
	// leaves it to the status. A *fault.Error is the attempt's outcome:
	// UpstreamUnauthorized reaches the token layer, UpstreamUnavailable,
	// UpstreamTimeout and UpstreamRateLimited reach retry and breaker, any other
	// code says that the system is up and has spoken. Returning nil for a status
	// outside 2xx leaves the status in force. It must not keep the response.
	Check func(*Response) error
	// Read takes the body of a success while it arrives, for answers that are too
	// large to be held; nil holds it. Its error is judged as Check's, which is not
	// called then, and the call's answer has no body. An attempt that is lost on the
	// way is followed by another: Read begins anew.
	Read func(status int, body io.Reader) error
}

// Response is an answer that was read to its end.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Fault returns a *fault.Error that names the client's system and link.
func (c *Client) Fault(code fault.Code, message string) *fault.Error {
	return fault.Upstream(code, c.opts.System, c.opts.Link, message)
}

// System returns the name of the system.
func (c *Client) System() string { return c.opts.System }

// Link returns the name of the link.
func (c *Client) Link() string { return c.opts.Link }
