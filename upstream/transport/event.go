package transport

import (
	"context"
	"log/slog"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// EventKind tells calls from attempts.
type EventKind string

// The kinds of events.
const (
	// EventCall is one Do, with all its attempts and waits.
	EventCall EventKind = "call"
	// EventAttempt is one request that was sent; the quota's wait is not in its
	// duration.
	EventAttempt EventKind = "attempt"
)

// Event tells what happened, in constants and numbers only.
type Event struct {
	Kind         EventKind
	System, Link string
	Operation    string
	// Status is the last HTTP status, 0 without an answer.
	Status int
	// Code is empty on success.
	Code     fault.Code
	Duration time.Duration
	// Attempt counts from 1; in a call's event it is the number of attempts.
	Attempt int
}

func (c *Client) observeAttempt(ctx context.Context, call Call, r result, n int, took time.Duration) {
	e := c.event(EventAttempt, call, r, n, took)
	if r.status != 0 {
		c.health.lasted(took)
	}
	c.opts.Observe(e)
	if c.opts.Logger.Enabled(ctx, slog.LevelDebug) {
		c.opts.Logger.LogAttrs(ctx, slog.LevelDebug, "upstream attempt", e.attributes()...)
	}
}

func (c *Client) observeCall(ctx context.Context, call Call, r result, attempts int, took time.Duration) {
	e := c.event(EventCall, call, r, attempts, took)
	c.health.note(e.Code, attempts > 0, c.visiting, c.opts.Now())
	c.opts.Observe(e)
	level := slog.LevelInfo
	if e.Code != "" && e.Code != fault.Cancelled {
		level = slog.LevelWarn
	}
	if c.opts.Logger.Enabled(ctx, level) {
		c.opts.Logger.LogAttrs(ctx, level, "upstream call", e.attributes()...)
	}
}

func (c *Client) event(kind EventKind, call Call, r result, attempt int, took time.Duration) Event {
	e := Event{
		Kind: kind, System: c.opts.System, Link: c.opts.Link, Operation: call.Operation,
		Status: r.status, Duration: took, Attempt: attempt,
	}
	if r.err != nil {
		e.Code = r.err.Code
	}
	return e
}

func (e Event) attributes() []slog.Attr {
	return []slog.Attr{
		slog.String("system", e.System),
		slog.String("link", e.Link),
		slog.String("operation", e.Operation),
		slog.Int("status", e.Status),
		slog.Duration("duration", e.Duration),
		slog.Int("attempt", e.Attempt),
		slog.String("code", string(e.Code)),
	}
}
