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
	// PerSecond is the rate in force of the quota, for all gateways together, and
	// BlockedUntil the end of the system's last request to wait, if it is not
	// over; zero without a quota.
	PerSecond    float64
	BlockedUntil time.Time
	// Left is how many requests the quota allows at once, as far as this process
	// knows; 0 without a quota.
	Left int
	// Took is about how long a request took of late, 0 before the first answer.
	Took time.Duration
}

// healthLog remembers the last failure and the last success.
type healthLog struct {
	mu        sync.Mutex
	code      fault.Code
	errorAt   time.Time
	successAt time.Time
	failed    bool
	took      time.Duration
}

// recent is how much of the average duration is older than the last request.
const recent = 8

// lasted notes how long an answer took.
func (h *healthLog) lasted(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.took == 0 {
		h.took = d
	}
	h.took += (d - h.took) / recent
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
		Took:          c.health.took,
	}
	h.Healthy = h.Breaker == "closed" && !c.health.failed
	if c.opts.Quota != nil {
		q := c.opts.Quota.State()
		h.PerSecond, h.BlockedUntil, h.Left = q.PerSecond, q.BlockedUntil, q.Left
	}
	return h
}
