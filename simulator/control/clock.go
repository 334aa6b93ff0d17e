package control

import (
	"sync"
	"time"
)

// Clock is a clock that can be moved, for simulators that implement Clocked. It
// goes on at the speed of the clock below it. It is safe for concurrent use.
type Clock struct {
	base func() time.Time

	mu     sync.RWMutex
	seeded time.Duration // where Reset goes back to
	moved  time.Duration
}

// NewClock returns a clock that shows what base shows.
func NewClock(base func() time.Time) *Clock { return &Clock{base: base} }

// Now is the base clock plus what it was moved by.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.base().Add(c.seeded + c.moved)
}

// Advance moves the clock forward.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved += d
}

// Reset takes back every Advance since the last StandOn.
func (c *Clock) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved = 0
}

// StandOn puts the clock late on a day, so that the day counts as finished; the
// zero time leaves it where the base clock is.
func (c *Clock) StandOn(day time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moved, c.seeded = 0, 0
	if !day.IsZero() {
		day = day.In(jst())
		late := time.Date(day.Year(), day.Month(), day.Day(), 23, 0, 0, 0, jst())
		c.seeded = late.Sub(c.base())
	}
}
