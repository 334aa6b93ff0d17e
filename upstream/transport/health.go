package transport

import (
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Health is the state of a link as its calls have shown it.
type Health struct {
	// Healthy is false while the breaker is not closed, or when the last call
	// that tells something about the link failed.
	Healthy bool
	// Breaker is "closed", "open" or "half-open".
	Breaker string
	// LastError is the last failure that tells something about the link, with
	// its time; empty when there was none. A refusal tells nothing.
	LastError   fault.Code
	LastErrorAt time.Time
	// LastSuccessAt is the time of the last answer, zero when there was none.
	LastSuccessAt time.Time
	// Waiting is how many attempts wait for a place or a turn, InFlight how many
	// are sent and not answered.
	Waiting, InFlight int
	// PerSecond is what the quota allows, 0 without one that tells.
	PerSecond float64
}

// healthLog remembers the last failure and the last success.
type healthLog struct {
	mu        sync.Mutex
	code      fault.Code
	errorAt   time.Time
	successAt time.Time
	failed    bool
}

// note remembers what an outcome tells about the link. A call that was not sent
// tells only whether the link's own credential can be had.
func (h *healthLog) note(code fault.Code, sent, visiting bool, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch code {
	case "", fault.UpstreamRefused:
		h.successAt, h.failed = now, false
	case fault.UpstreamUnauthorized, fault.RelinkNeeded:
		if !visiting {
			h.code, h.errorAt, h.failed = code, now, true
		}
	case fault.UpstreamUnavailable, fault.UpstreamTimeout, fault.UpstreamRateLimited, fault.UpstreamBadResponse:
		if sent {
			h.code, h.errorAt, h.failed = code, now, true
		}
	default:
	}
}

// Health returns the state of the link. It costs no call.
func (c *Client) Health() Health {
	c.health.mu.Lock()
	defer c.health.mu.Unlock()
	h := Health{
		Breaker:       c.breaker.state(),
		LastError:     c.health.code,
		LastErrorAt:   c.health.errorAt,
		LastSuccessAt: c.health.successAt,
		Waiting:       int(c.waiting.Load()),
		InFlight:      int(c.inFlight.Load()),
	}
	h.Healthy = h.Breaker == "closed" && !c.health.failed
	if q, ok := c.opts.Quota.(interface{ PerSecond() float64 }); ok {
		h.PerSecond = q.PerSecond()
	}
	return h
}
