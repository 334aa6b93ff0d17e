package quota

import "time"

// A clock translates instants of Redis's clock into this process's. An answer
// was made at some moment between the call and its arrival, so it bounds the
// difference of the clocks from both sides; the bounds of several answers
// together are closer than the time that any one of them took.
type clock struct {
	// zero is where this process's time counts from: differences from it do not
	// jump when somebody sets the clock.
	zero     time.Time
	low, top time.Duration // what to add to Redis's time
	at       time.Time     // when they held
}

// drift is how far the clocks may run apart, as a part of the time.
const drift = 1.0 / 5000

// sample learns from an answer of a call that began and ended by our clock.
func (c *clock) sample(theirs time.Duration, began, ended time.Time) {
	low, top := began.Sub(c.zero)-theirs, ended.Sub(c.zero)-theirs
	slack := time.Duration(float64(ended.Sub(c.at)) * drift)
	known := !c.at.IsZero()
	if known && low <= c.top+slack && top >= c.low-slack {
		low, top = max(low, c.low-slack), min(top, c.top+slack)
	}
	c.low, c.top, c.at = low, top, ended
}

// local returns the earliest and the latest that an instant of Redis can be.
func (c *clock) local(theirs time.Duration) (earliest, latest time.Time) {
	return c.zero.Add(theirs + c.low), c.zero.Add(theirs + c.top)
}
