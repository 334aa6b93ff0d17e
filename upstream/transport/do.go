package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"time"

	"github.com/failsafe-go/failsafe-go/bulkhead"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// result is what one attempt, or all attempts of a call, came to.
type result struct {
	resp    *Response
	err     *fault.Error
	status  int
	verdict verdict
	// again says that the same request may succeed soon.
	again bool
}

// progress is what a call has used up so far.
type progress struct {
	attempts    int
	invalidated bool
}

// Do sends the call through the chain and returns the answer, whose status is
// 2xx unless Check accepted another. Every error is a *fault.Error with system
// and link; StatusOf tells the HTTP status behind it.
func (c *Client) Do(ctx context.Context, call Call) (*Response, error) {
	if bill := price.From(ctx); bill != nil {
		if err := c.charge(bill, call); err != nil {
			return nil, err
		}
		ctx = price.With(ctx, nil) // fetching tokens is not on it
	}
	start := c.opts.Now()
	var p progress
	r := c.guarded(ctx, call, &p)
	c.observeCall(ctx, call, r, p.attempts, c.opts.Now().Sub(start))
	if r.err != nil {
		return nil, r.err
	}
	return r.resp, nil
}

// charge puts a call that no plan has charged on the operation's bill, once however
// often it is sent. A rehearsal goes no further.
func (c *Client) charge(bill *price.Bill, call Call) error {
	item := price.Item{System: c.opts.System, Link: c.opts.Link, Endpoint: call.Operation}
	if bill.Rehearsing() {
		bill.Charge([]price.Line{{Item: item, Calls: 1, Guess: true, Unkept: true}})
		return c.Fault(fault.UpstreamUnavailable, "nobody is asked in a rehearsal").Because(price.ErrRehearsal)
	}
	ok, err := bill.Single(item)
	if err != nil {
		return c.foreign(err)
	}
	if !ok {
		return c.Fault(fault.TooManyCalls,
			"the operation has made the "+strconv.Itoa(bill.Limit())+" calls that one may make; ask for less of it")
	}
	return nil
}

// guarded is the breaker's layer.
func (c *Client) guarded(ctx context.Context, call Call, p *progress) result {
	if call.Operation == "" || call.Build == nil {
		return result{err: c.Fault(fault.Internal, "a call needs an operation and a builder")}
	}
	if wait, open := c.breaker.admit(); open {
		err := c.Fault(fault.UpstreamUnavailable, "the system failed repeatedly; calls are held back for a moment")
		err.RetryAfter = wait
		return result{err: err}
	}
	r := c.retried(ctx, call, p)
	c.breaker.record(r.verdict)
	return r
}

// retried is the retry layer: it sends an idempotent call again while that can
// help and the deadline allows the pause.
func (c *Client) retried(ctx context.Context, call Call, p *progress) result {
	for retries := 0; ; retries++ {
		r := c.authorized(ctx, call, p)
		if r.err == nil || !r.again {
			return r
		}
		pause := backoff(r.err, retries)
		if r.err.Code == fault.UpstreamRateLimited {
			if r.err.RetryAfter == 0 {
				r.err.RetryAfter = pause
			}
			c.penalize(pause)
		}
		if !call.Idempotent || retries >= c.opts.MaxRetries || !c.fits(ctx, pause) {
			return r
		}
		if err := sleep(ctx, pause); err != nil {
			return result{err: c.ended(err), status: r.status}
		}
	}
}

// penalize keeps the whole budget back, not only the call that was told to wait.
func (c *Client) penalize(pause time.Duration) {
	if c.opts.Quota != nil {
		c.opts.Quota.Penalize(min(pause, c.opts.MaxRetryAfter))
	}
}

// fits says whether a pause is short enough to be waited out.
func (c *Client) fits(ctx context.Context, pause time.Duration) bool {
	if pause > c.opts.MaxRetryAfter {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || c.opts.Now().Add(pause).Before(deadline)
}

// authorized is the token layer: it replaces a refused token once a call.
func (c *Client) authorized(ctx context.Context, call Call, p *progress) result {
	if c.opts.Tokens == nil {
		return c.attempt(ctx, call, "", p)
	}
	token, err := c.opts.Tokens.Token(ctx)
	if err != nil {
		return result{err: c.foreign(err)}
	}
	r := c.attempt(ctx, call, token, p)
	if r.err == nil || r.err.Code != fault.UpstreamUnauthorized || p.invalidated {
		return r
	}
	p.invalidated = true
	c.opts.Tokens.Invalidate(ctx, token)
	if !call.Idempotent && !call.RetryUnauthorized {
		return r
	}
	next, err := c.opts.Tokens.Token(ctx)
	if err != nil {
		return result{err: c.foreign(err), status: r.status}
	}
	if next == token {
		return r
	}
	return c.attempt(ctx, call, next, p)
}

// attempt builds one request, waits for a place and a turn, and sends it.
func (c *Client) attempt(ctx context.Context, call Call, token string, p *progress) result {
	req, err := call.Build(ctx, token)
	if err != nil {
		return result{err: c.unbuilt(err)}
	}
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", c.opts.UserAgent)
	}
	c.waiting.Add(1)
	t, err := c.turn(ctx)
	c.waiting.Add(-1)
	if err != nil {
		return result{err: c.foreign(err)}
	}
	defer t.Done()
	p.attempts++
	usage.From(ctx).Call(c.opts.System, c.opts.Link)
	start := c.opts.Now()
	r := c.send(ctx, call, req, t)
	c.observeAttempt(ctx, call, r, p.attempts, c.opts.Now().Sub(start))
	return r
}

// unbuilt passes on what a builder refuses in the closed list's words; any other
// cause is dropped, since it may quote the URL and with it the token.
func (c *Client) unbuilt(err error) *fault.Error {
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return c.foreign(err)
	}
	return c.Fault(fault.Internal, "the request could not be built")
}

// turn is the right to send one request, and a place in the air.
type turn interface {
	// Begin is called right before the request is written; it may wait. After an
	// error nothing may be written.
	Begin(ctx context.Context) error
	// Written is called when the request has left.
	Written()
	// Done gives the place back.
	Done()
}

// place is a turn without a quota.
type place struct{ bulkhead bulkhead.Bulkhead[any] }

func (p place) Begin(context.Context) error { return nil }
func (p place) Written()                    {}
func (p place) Done()                       { p.bulkhead.ReleasePermit() }

// turn waits for a place in the air and, with a quota, its turn.
func (c *Client) turn(ctx context.Context) (turn, error) {
	if c.opts.Quota != nil {
		return c.opts.Quota.Wait(ctx)
	}
	if err := c.bulkhead.AcquirePermit(ctx); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, c.Fault(fault.UpstreamTimeout, "too many requests to the system are under way")
		}
		return nil, err
	}
	return place{c.bulkhead}, nil
}

// begin starts the turn at the last moment before the request is written, when
// there is a connection: making one may have taken longer than a turn lasts.
//
// The hook cannot refuse. When the turn is not had it ends the attempt, which
// HTTP/2 looks at before it writes, and takes the connection away, since HTTP/1
// does not.
//
// Another goroutine writes the request, which a busy machine lets wait: the turn
// is told when it has done so.
func begin(ctx context.Context, t turn, end context.CancelCauseFunc) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		err := t.Begin(ctx)
		if err == nil {
			return
		}
		end(err)
		if conn, ok := info.Conn.(*tls.Conn); !ok || conn.ConnectionState().NegotiatedProtocol != "h2" {
			_ = info.Conn.Close() // nothing was written to it
		}
	}, WroteRequest: func(httptrace.WroteRequestInfo) { t.Written() }}
}

// send writes the request, reads the answer and judges both.
func (c *Client) send(ctx context.Context, call Call, req *http.Request, t turn) result {
	c.inFlight.Add(1)
	defer c.inFlight.Add(-1)
	attemptCtx, cancel := context.WithTimeout(ctx, c.opts.Timeout)
	defer cancel()
	attemptCtx, end := context.WithCancelCause(attemptCtx)
	defer end(nil)
	req = req.WithContext(httptrace.WithClientTrace(attemptCtx, begin(attemptCtx, t, end)))
	start := c.opts.Now()
	resp, err := c.opts.Base.RoundTrip(req) //nolint:bodyclose // closeBody closes it.
	if unsent, ok := errors.AsType[*fault.Error](context.Cause(attemptCtx)); ok && err != nil {
		return result{err: c.foreign(unsent)}
	}
	if err != nil {
		return c.lost(ctx, attemptCtx, err, c.opts.Now().Sub(start))
	}
	defer closeBody(resp.Body)
	if call.Read != nil && resp.StatusCode >= 200 && resp.StatusCode <= 299 {
		return c.stream(ctx, attemptCtx, call, resp, start)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.opts.MaxBody+1))
	if err != nil {
		r := c.lost(ctx, attemptCtx, err, c.opts.Now().Sub(start))
		r.status = resp.StatusCode
		return r
	}
	if int64(len(body)) > c.opts.MaxBody {
		return c.tooLarge(resp.StatusCode)
	}
	return c.judge(call, &Response{Status: resp.StatusCode, Header: resp.Header, Body: body})
}

// closeBody drains a little, so that the connection can be used again.
func closeBody(body io.ReadCloser) {
	// Neither failure matters: the answer was read, or given up.
	_, _ = io.CopyN(io.Discard, body, 4<<10)
	_ = body.Close()
}
