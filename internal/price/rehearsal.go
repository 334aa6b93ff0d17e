package price

import "time"

// Bounds end a rehearsal early.
type Bounds struct {
	// Calls is the price above which it does not matter how much more it is, 0 for
	// none.
	Calls int
	// Since is when the operation began whose price is wanted as it was then: what
	// was read later counts as not there. Zero for now.
	Since time.Time
}

// Rehearse returns a bill for an operation that asks nobody: it gathers the calls
// that it would make.
func Rehearse() *Bill { return RehearseWithin(Bounds{}) }

// RehearseWithin is Rehearse for an operation that is gone through only as far as
// its bounds.
func RehearseWithin(bounds Bounds) *Bill {
	b := New(0)
	b.rehearsal, b.bounds = true, bounds
	return b
}

// Rehearsing tells whether nobody may be asked. A nil bill rehearses nothing.
func (b *Bill) Rehearsing() bool { return b != nil && b.rehearsal }

// Since is from when on what was read counts as not there, zero for never.
func (b *Bill) Since() time.Time { return b.bounds.Since }

// Note returns what an operation keeps under a key, made by first where there is
// nothing yet.
func (b *Bill) Note(key any, first func() any) any {
	if v, ok := b.notes.Load(key); ok {
		return v
	}
	v, _ := b.notes.LoadOrStore(key, first())
	return v
}

// sampleDays is how many days of a list are priced that goes beyond MaxDays.
const sampleDays = 15_000

// Plan notes days that a rehearsal wants to plan calls for, and returns for how many
// of them it may. Once they are more than MaxDays the price of each list is
// extrapolated from a part of it.
func (b *Bill) Plan(days int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted += days
	switch {
	case b.bounds.Calls > 0 && b.total > b.bounds.Calls:
		return 0
	case b.wanted <= MaxDays:
		return days
	}
	b.ended = true
	if b.bounds.Calls > 0 {
		return 0 // it is enough to know that they are too many
	}
	return min(days, sampleDays)
}

// Over tells whether the rehearsal goes no further.
func (b *Bill) Over() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bounds.Calls > 0 && b.ended
}

// Found notes that days that were planned for are there already.
func (b *Bill) Found(days int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted -= days
}

// Extrapolate adds calls that were not planned one by one.
func (b *Bill) Extrapolate(calls int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.beyond += calls
}

// About is the price with what was extrapolated.
func (b *Bill) About() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.total + b.beyond
}

// Ended tells whether the operation goes beyond the bounds, so that the price is more
// than what is on the bill.
func (b *Bill) Ended() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// Wanted is how many days the operation wants that nobody has read yet.
func (b *Bill) Wanted() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wanted
}
