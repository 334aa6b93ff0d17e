package quota

import (
	"cmp"
	"errors"
	"time"
)

// What holds when Options leaves a field zero.
const (
	// DefaultConcurrent is how many requests are in the air at once.
	DefaultConcurrent = 4
	// DefaultBusyShare is the part of the rate that background work gets while
	// callers are about.
	DefaultBusyShare = 0.05
	// DefaultIdleShare is the part that it gets while they are not: half of an
	// idle budget is left for the caller who comes next.
	DefaultIdleShare = 0.5
	// recovery is how long a rate that was lowered takes from nothing to whole:
	// after one 429 half of it is back at once and the other half in 2.5 min.
	recovery = 5 * time.Minute
	// leastRate is the part of the rate that is never taken away.
	leastRate = 0.05
)

// Options configure a Budget.
type Options struct {
	// Requests is how many may arrive at the vendor in any Window.
	Requests int
	// Window defaults to one second.
	Window time.Duration
	// Margin is the difference in delay on the way that is allowed for; default
	// 5 % of Window. The rate reached is Requests each Window+Margin.
	Margin time.Duration
	// Concurrent is how many may be in the air; default DefaultConcurrent.
	Concurrent int
	// Adaptive lowers the rate after a 429: for vendors that publish no limit,
	// whose Requests are therefore a guess.
	Adaptive bool
	// BusyShare and IdleShare are the parts for background work.
	BusyShare, IdleShare float64
	// Now is the clock; default time.Now.
	Now func() time.Time
}

func (o Options) withDefaults() (Options, error) {
	o.Window = cmp.Or(o.Window, time.Second)
	o.Margin = cmp.Or(o.Margin, o.Window/20)
	o.Concurrent = cmp.Or(o.Concurrent, DefaultConcurrent)
	o.BusyShare, o.IdleShare = cmp.Or(o.BusyShare, DefaultBusyShare), cmp.Or(o.IdleShare, DefaultIdleShare)
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Requests < 1 || o.Window < 0 || o.Margin < 0 || o.Concurrent < 1 ||
		o.BusyShare < 0 || o.BusyShare > 1 || o.IdleShare < 0 || o.IdleShare > 1 {
		return o, errors.New("quota: a budget needs at least one request in a positive window and shares up to 1")
	}
	return o, nil
}
