package transport

import (
	"errors"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
)

// BreakerOptions say when a system that fails is left alone for a while. Counted
// are calls, after their retries.
type BreakerOptions struct {
	// FailureRate opens the breaker, from 0 to 1; default 0.5.
	FailureRate float64
	// MinCalls is how many calls of the window are needed to judge; default 10.
	MinCalls int
	// Window is the time looked back; default 30 s.
	Window time.Duration
	// Delay is the time without calls before it is tried again; default 5 s.
	Delay time.Duration
}

// trials is how many calls may test a system at once after the delay: one that
// succeeds closes the breaker, and a page that needs four is not cut to one.
const trials = 4

// breaker wraps failsafe's, which has no outcome between success and failure.
type breaker struct {
	cb circuitbreaker.CircuitBreaker[any]
}

func newBreaker(o BreakerOptions) (*breaker, error) {
	if o.FailureRate < 0 || o.FailureRate > 1 || o.MinCalls < 0 || o.Window < 0 || o.Delay < 0 {
		return nil, errors.New("transport: a breaker option is out of range")
	}
	orDefault(&o.FailureRate, 0.5)
	orDefault(&o.MinCalls, 10)
	orDefault(&o.Window, 30*time.Second)
	orDefault(&o.Delay, 5*time.Second)
	cb := circuitbreaker.NewBuilder[any]().
		WithFailureRateThreshold(o.FailureRate, uint(o.MinCalls), o.Window).
		WithSuccessThresholdRatio(1, trials).
		WithDelay(o.Delay).
		Build()
	return &breaker{cb: cb}, nil
}

// admit says whether a call may go, or how long the breaker stays open.
func (b *breaker) admit() (wait time.Duration, open bool) {
	if b.cb.TryAcquirePermit() {
		return 0, false
	}
	return max(b.cb.RemainingDelay(), time.Second), true
}

// record tells the outcome of an admitted call. A trial that taught nothing
// counts as failed, since its permit must be given back either way.
func (b *breaker) record(v verdict) {
	switch v {
	case alive:
		b.cb.RecordSuccess()
	case failing:
		b.cb.RecordFailure()
	case silent:
		if b.cb.IsHalfOpen() {
			b.cb.RecordFailure()
		}
	}
}

func (b *breaker) state() string { return b.cb.State().String() }
