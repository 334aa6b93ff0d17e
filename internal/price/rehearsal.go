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
// its bounds, and as far as MaxDays of days that were never read.
func RehearseWithin(bounds Bounds) *Bill {
	b := New(0)
	b.rehearsal, b.bounds = true, bounds
	return b
}

// Rehearsing tells whether nobody may be asked. A nil bill rehearses nothing.
func (b *Bill) Rehearsing() bool { return b != nil && b.rehearsal }

// Since is from when on what was read counts as not there, zero for never.
func (b *Bill) Since() time.Time { return b.bounds.Since }

// Note returns what a rehearsal keeps under a key, made by first where there is
// nothing yet.
func (b *Bill) Note(key any, first func() any) any {
	if v, ok := b.notes.Load(key); ok {
		return v
	}
	v, _ := b.notes.LoadOrStore(key, first())
	return v
}

// Plan notes days that a rehearsal wants to plan calls for, and returns for how many
// of them it may. It ends with those that it may not.
func (b *Bill) Plan(days int) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wanted += days
	may := days
	if b.ended {
		may = 0
	} else if left := MaxDays - b.planned; days > left {
		may, b.ended = left, true
	}
	b.planned += may
	return may
}

// Priced is of how many of the days that are wanted the price is.
func (b *Bill) Priced() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.planned
}

// Ended tells whether the rehearsal ended early, so that the price is more than it
// says.
func (b *Bill) Ended() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

// Wanted is how many days the operation wants that nobody has read yet. Where the
// rehearsal ended early some may be counted twice.
func (b *Bill) Wanted() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.wanted
}
