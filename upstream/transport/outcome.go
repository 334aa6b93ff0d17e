package transport

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// verdict is what an outcome says about the system's health.
type verdict int

const (
	// silent: nothing was learned; the request was not sent, or the caller left.
	silent verdict = iota
	// alive: the system answered in its own words.
	alive
	// failing: 5xx, time-out, lost connection or 429.
	failing
)

// cause is the only kind of cause this package puts into an error: a constant
// word, and the status where there was one. It never quotes a request or answer.
type cause struct {
	what   string
	status int
	// again says that the same request may bring a whole answer.
	again bool
}

func (c *cause) Error() string {
	if c.status != 0 {
		return c.what + " " + strconv.Itoa(c.status)
	}
	return c.what
}

// StatusOf returns the HTTP status that led to err, 0 when there was none.
func StatusOf(err error) int {
	if c, ok := errors.AsType[*cause](err); ok {
		return c.status
	}
	return 0
}

// judge turns an answer into a result: the vendor's rules first, then the
// status.
func (c *Client) judge(call Call, resp *Response) result {
	if call.Check != nil {
		if err := call.Check(resp); err != nil {
			return c.judged(resp, err)
		}
	}
	if resp.Status >= 200 && resp.Status <= 299 {
		return result{resp: resp, status: resp.Status, verdict: alive}
	}
	fe := c.byStatus(resp.Status)
	return c.judged(resp, fe)
}

// judged completes the error about an answer.
func (c *Client) judged(resp *Response, err error) result {
	fe := *c.foreign(err)
	r := result{status: resp.Status, verdict: alive}
	switch fe.Code {
	case fault.UpstreamUnavailable, fault.UpstreamTimeout, fault.UpstreamRateLimited:
		r.verdict, r.again = failing, true
		if fe.RetryAfter == 0 {
			fe.RetryAfter = retryAfter(resp.Header, c.opts.Now())
		}
	default:
		// An answer that was cut off is the network's or a proxy's doing: it says
		// nothing against the system, and another try may hide it.
		if k, ok := errors.AsType[*cause](err); ok && k.again {
			r.again = true
		}
	}
	r.err = &fe
	if fe.Unwrap() == nil {
		r.err = fe.Because(&cause{what: "status", status: resp.Status})
	}
	return r
}

func (c *Client) byStatus(status int) *fault.Error {
	switch {
	case status == http.StatusUnauthorized:
		return c.Fault(fault.UpstreamUnauthorized, "the system refuses the credential; link it anew if this stays")
	case status == http.StatusForbidden:
		return c.Fault(fault.UpstreamRefused, "the credential's owner may not do this in the system")
	case status == http.StatusNotFound:
		return c.Fault(fault.UpstreamRefused, "the system does not know what was asked for")
	case status == http.StatusTooManyRequests:
		return c.Fault(fault.UpstreamRateLimited, "the system asks for fewer requests; try again later")
	case status == http.StatusRequestTimeout:
		return c.Fault(fault.UpstreamTimeout, "the system did not answer in its time")
	case status >= 500:
		return c.Fault(fault.UpstreamUnavailable, "the system answers with an error of its own; try again later")
	case status >= 400:
		return c.Fault(fault.UpstreamRefused, "the system refused the request")
	default:
		return c.Fault(fault.UpstreamBadResponse, "the system answered with an unexpected status; check its configured URL")
	}
}

// lost turns a failure without a (whole) answer into a result. A caller's
// deadline counts against the system only when the system had a fair time: a
// quarter of what an attempt may take.
func (c *Client) lost(ctx, attemptCtx context.Context, err error, took time.Duration) result {
	if ctx.Err() != nil {
		r := result{err: c.ended(ctx.Err())}
		if errors.Is(ctx.Err(), context.DeadlineExceeded) && took >= c.opts.Timeout/4 {
			r.verdict = failing
		}
		return r
	}
	if attemptCtx.Err() != nil || isTimeout(err) {
		fe := c.Fault(fault.UpstreamTimeout, "the system did not answer in its time").Because(&cause{what: "time-out"})
		return result{err: fe, verdict: failing, again: true}
	}
	what, again := reason(err)
	fe := c.Fault(fault.UpstreamUnavailable, "the system cannot be reached: "+what).Because(&cause{what: what})
	return result{err: fe, verdict: failing, again: again}
}

func isTimeout(err error) bool {
	ne, ok := errors.AsType[net.Error](err)
	return ok && ne.Timeout()
}

// reason names a connection failure by a constant word, and says whether the
// same may work in a moment.
func reason(err error) (what string, again bool) {
	if _, ok := errors.AsType[*net.DNSError](err); ok {
		return "host name not found", true
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return "certificate not trusted", false
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "certificate not trusted", false
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return "no TLS at this address", false
	}
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", true
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection lost", true
	default:
		return "connection failed", true
	}
}

// ended turns a context's end into an error about this system: time it did not
// use in time is the system's time-out to whoever asked for several systems.
func (c *Client) ended(err error) *fault.Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return c.Fault(fault.UpstreamTimeout, "the system did not answer in the time left").Because(context.DeadlineExceeded)
	}
	return c.Fault(fault.Cancelled, "the request was cancelled").Because(context.Canceled)
}

// foreign returns err as a *fault.Error that names this system and link.
func (c *Client) foreign(err error) *fault.Error {
	if fe, ok := errors.AsType[*fault.Error](err); ok {
		named := *fe
		named.System, named.Link = c.opts.System, c.opts.Link
		return &named
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return c.ended(err)
	}
	return c.Fault(fault.Internal, "internal error; the gateway's log has the detail").Because(err)
}

// The pauses before a retry when the system names none.
const (
	firstPause        = 200 * time.Millisecond
	firstLimitedPause = time.Second
	maxPause          = 8 * time.Second
	// absurdPause is where a Retry-After is taken for a mistake and cut.
	absurdPause = 24 * time.Hour
)

// backoff is the pause before the next try: the system's wish, or a doubling
// pause of which half is random, so that callers do not return in step.
func backoff(fe *fault.Error, retries int) time.Duration {
	if fe.RetryAfter > 0 {
		return fe.RetryAfter
	}
	d := firstPause
	if fe.Code == fault.UpstreamRateLimited {
		d = firstLimitedPause
	}
	d = min(d<<min(retries, 10), maxPause)
	return d/2 + rand.N(d/2) //nolint:gosec // spreads retries; nothing secret.
}

// retryAfter reads the header in either of its forms.
func retryAfter(h http.Header, now time.Time) time.Duration {
	v := strings.TrimSpace(h.Get("Retry-After"))
	if v == "" {
		return 0
	}
	if s, err := strconv.ParseInt(v, 10, 64); err == nil {
		if s > int64(absurdPause/time.Second) {
			return absurdPause
		}
		return max(0, time.Duration(s)*time.Second)
	}
	if at, err := http.ParseTime(v); err == nil {
		return min(max(0, at.Sub(now)), absurdPause)
	}
	return 0
}

// sleep waits for d or for the end of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}
