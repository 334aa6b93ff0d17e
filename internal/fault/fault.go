// Package fault is the closed list of what can go wrong, in the words a caller
// of the gateway may rely on.
//
// Every layer reports a problem as an *Error with one of the codes below. The
// HTTP edge turns it into a GraphQL error whose extensions.code is that code;
// anything that is not an *Error becomes Internal with a generic message. A
// message says what to do, and never holds a token, a name, a health datum, a
// URL or an upstream body.
//
// fault is on the lowest floor: it imports only the standard library.
package fault

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Code is a stable machine-readable error code, sent as extensions.code. The
// list is documented in docs/errors.md, which a test compares with Codes.
type Code string

// What the caller sent.
const (
	// Unauthenticated: no bearer token, or one the gateway does not know.
	Unauthenticated Code = "UNAUTHENTICATED"
	// Forbidden: the caller's rights do not allow the operation.
	Forbidden Code = "FORBIDDEN"
	// BadRequest: the HTTP request is not a GraphQL-over-HTTP request.
	BadRequest Code = "BAD_REQUEST"
	// MethodNotAllowed: the HTTP method does not fit (a mutation by GET, PUT).
	MethodNotAllowed Code = "METHOD_NOT_ALLOWED"
	// NotAcceptable: no media type in Accept that the gateway can write.
	NotAcceptable Code = "NOT_ACCEPTABLE"
	// UnsupportedMediaType: the body is not application/json in UTF-8.
	UnsupportedMediaType Code = "UNSUPPORTED_MEDIA_TYPE"
	// PayloadTooLarge: the body is over the configured limit.
	PayloadTooLarge Code = "PAYLOAD_TOO_LARGE"
	// ParseFailed: the document is not GraphQL.
	ParseFailed Code = "GRAPHQL_PARSE_FAILED"
	// ValidationFailed: the document does not fit the schema, or its variables
	// do not fit the document.
	ValidationFailed Code = "GRAPHQL_VALIDATION_FAILED"
	// OperationResolutionFailed: the document holds no operation of that name.
	OperationResolutionFailed Code = "OPERATION_RESOLUTION_FAILED"
	// QueryTooComplex: the document is over a limit on tokens, depth, aliases,
	// width or cost; the message names the limit.
	QueryTooComplex Code = "QUERY_TOO_COMPLEX"
	// TooManyCalls: the operation would need more upstream calls than one may make;
	// the message names the price and what would be within the limit.
	TooManyCalls Code = "TOO_MANY_CALLS"
	// BadUserInput: an argument is out of range or contradicts another.
	BadUserInput Code = "BAD_USER_INPUT"
	// NotFound: the id is well formed but nothing the caller may see has it.
	NotFound Code = "NOT_FOUND"
)

// What an upstream system did.
const (
	// NotConnected: no link to a system that could answer is configured.
	NotConnected Code = "NOT_CONNECTED"
	// UpstreamUnavailable: the system cannot be reached, answered 5xx, or its
	// circuit breaker is open.
	UpstreamUnavailable Code = "UPSTREAM_UNAVAILABLE"
	// UpstreamTimeout: the system did not answer in its time.
	UpstreamTimeout Code = "UPSTREAM_TIMEOUT"
	// UpstreamRateLimited: the system's quota leaves no turn before the
	// deadline; retryAfter says when.
	UpstreamRateLimited Code = "UPSTREAM_RATE_LIMITED"
	// UpstreamBadResponse: the answer is not what the vendor documents.
	UpstreamBadResponse Code = "UPSTREAM_BAD_RESPONSE"
	// UpstreamRefused: the vendor understood the call and refused it;
	// vendorCode holds its code.
	UpstreamRefused Code = "UPSTREAM_REFUSED"
	// UpstreamUnauthorized: the system refuses the gateway's credential.
	UpstreamUnauthorized Code = "UPSTREAM_UNAUTHORIZED"
	// RelinkNeeded: the credential is lost; a person must link the system anew.
	RelinkNeeded Code = "RELINK_NEEDED"
	// PersonalTokenNeeded: the vendor gives this only to the person's own
	// token, and the gateway does not hold it.
	PersonalTokenNeeded Code = "PERSONAL_TOKEN_NEEDED"
)

// What happened in the gateway.
const (
	// DeadlineExceeded: the operation's time is over.
	DeadlineExceeded Code = "DEADLINE_EXCEEDED"
	// Cancelled: the caller went away.
	Cancelled Code = "CANCELLED"
	// Misconfigured: the configuration cannot work; start-up only.
	Misconfigured Code = "MISCONFIGURED"
	// Internal: a defect of the gateway; the detail is in its log only.
	Internal Code = "INTERNAL"
)

// Codes lists every code, in the order of the documentation.
func Codes() []Code {
	return []Code{
		Unauthenticated, Forbidden, BadRequest, MethodNotAllowed, NotAcceptable,
		UnsupportedMediaType, PayloadTooLarge, ParseFailed, ValidationFailed,
		OperationResolutionFailed, QueryTooComplex, TooManyCalls, BadUserInput, NotFound,
		NotConnected, UpstreamUnavailable, UpstreamTimeout, UpstreamRateLimited,
		UpstreamBadResponse, UpstreamRefused, UpstreamUnauthorized, RelinkNeeded,
		PersonalTokenNeeded, DeadlineExceeded, Cancelled, Misconfigured, Internal,
	}
}

// Error is a problem that may be shown to the caller.
type Error struct {
	Code Code
	// Message is for people: lower case, no full stop, says what to do. It
	// never holds a token, a personal value, a URL or an upstream body.
	Message string
	// System and Link name the upstream, empty when none is involved.
	System, Link string
	// RetryAfter is how long to wait before the same request can succeed; 0
	// when unknown.
	RetryAfter time.Duration
	// VendorCode is the upstream's own error code, trimmed, if it gave one.
	VendorCode string
	// VendorMessage is what the upstream said in words, which may name a person. It
	// is empty except where whoever asked may see everybody, and never logged.
	VendorMessage string
	// cause is for the log of the gateway; it is not part of Error().
	cause error
}

// New returns an Error with a code and a message.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Upstream returns an Error about one link of one system.
func Upstream(code Code, system, link, message string) *Error {
	return &Error{Code: code, System: system, Link: link, Message: message}
}

// Because returns a copy of e that wraps cause. The cause can be inspected with
// errors.Is and errors.As but is never shown.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.cause = cause
	return &c
}

// Error returns the code and the message, both safe to show.
func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// Unwrap returns the hidden cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

// From returns the *Error inside err, or one made of it: a context's end
// becomes DeadlineExceeded or Cancelled, anything else Internal. From(nil) is
// nil.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if fe, ok := errors.AsType[*Error](err); ok {
		return fe
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return New(DeadlineExceeded, "the time for this operation is over; ask for less, or allow more time").Because(err)
	case errors.Is(err, context.Canceled):
		return New(Cancelled, "the request was cancelled").Because(err)
	default:
		return New(Internal, "internal error; the gateway's log has the detail").Because(err)
	}
}

// CodeOf returns the code of err, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return From(err).Code
}
