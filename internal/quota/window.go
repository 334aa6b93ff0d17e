package quota

import (
	"math"
	"slices"
	"time"
)

// pace is how many turns there are in any stretch of time.
type pace struct {
	most int
	gap  time.Duration
}

// at returns the pace at a part of the rate, which is never faster than it.
func (p pace) at(part float64) pace {
	most := int(math.Floor(float64(p.most)*part + 1e-6))
	if most >= 1 {
		return pace{most, p.gap}
	}
	return pace{1, time.Duration(float64(p.gap) / (float64(p.most) * part))}
}

// A window knows what this process has sent, and so when it may send next.
//
// The vendor counts requests when they arrive, we can only time when we write
// them. A turn therefore stays open until its request is about to be written (a
// connection may have to be made first) and taken for the gap after that: two
// arrivals whose delays on the way differ by less than the margin in the gap
// cannot fall into one of the vendor's windows with more than the allowed number
// between them. Spacing turns evenly would give the same safety and make the
// second request of an idle gateway wait; a bucket of tokens lets two bursts
// meet in one window.
type window struct {
	sent []time.Time // oldest first
	open int
}

// forget drops what no longer counts.
func (w *window) forget(before time.Time) {
	n := 0
	for n < len(w.sent) && !w.sent[n].After(before) {
		n++
	}
	w.sent = slices.Delete(w.sent, 0, n)
}

// settle notes that a request is written now.
func (w *window) settle(now time.Time) { w.sent = append(w.sent, now) }

// forecast returns when the next turn but place comes, if open turns are
// written now.
func (w *window) forecast(now time.Time, p pace, place int) time.Time {
	// Only the last most of those that count matter, should there be more.
	taken := w.sent
	for len(taken) > 0 && !taken[0].Add(p.gap).After(now) {
		taken = taken[1:]
	}
	if over := len(taken) + w.open - p.most; over > 0 {
		taken = taken[min(over, len(taken)):]
	}
	idle := max(0, p.most-len(taken)-w.open)
	i := place % p.most
	at := now
	switch {
	case i < idle:
	case i < idle+len(taken):
		at = taken[i-idle].Add(p.gap)
	default:
		at = now.Add(p.gap)
	}
	return at.Add(time.Duration(place/p.most) * p.gap)
}

// left is how many turns can be had now.
func (w *window) left(now time.Time, p pace) int {
	n := p.most - w.open
	for _, at := range w.sent {
		if at.Add(p.gap).After(now) {
			n--
		}
	}
	return max(0, n)
}
