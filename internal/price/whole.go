package price

import "sync"

// An operation is priced as a whole before it gets dear: what each of its lists
// costs is known only as it comes to it, and which of two comes first is chance. So
// before much was asked the whole is rehearsed, and all of it is refused, or none.

// whole is the judgement of the whole operation.
type whole struct {
	judge func() error
	once  sync.Once
	// given and verdict are guarded by the bill's mutex.
	given   bool
	verdict error
}

const (
	// cheap is the part of the limit up to which an operation is not rehearsed: one
	// of it. What makes more calls takes seconds anyway.
	cheap = 10
	// cheapDays is the same for what it wants, in days for each call of the limit. One
	// call can bring more than a thousand.
	cheapDays = 10
	// MaxDays is how many days of people one operation may want that nobody has read
	// yet: they are held in memory until it has ended. The largest page of people
	// wants 219,600 for a year of two systems.
	MaxDays = 300_000
)

// Judge sets what tells whether the whole operation is within its limit. It is
// called at most once, when the operation gets dear, and must not ask anybody. Its
// error is what everything is refused with that was not asked for before.
func (b *Bill) Judge(judge func() error) { b.whole.judge = judge }

// Write says that the operation writes. What no plan foresaw, the calls of the
// write above all, is counted and never refused: a write is not left half way.
func (b *Bill) Write() { b.write = true }

// Want notes days that the operation is going to ask for. It returns why it may
// not.
func (b *Bill) Want(days int) error {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	b.wanted += days
	wanted := b.wanted
	b.mu.Unlock()
	return b.agree(wanted > MaxDays || b.limit > 0 && wanted > cheapDays*b.limit)
}

// Agree tells why calls that come next may not be made: the operation as a whole is
// too dear. It charges nothing.
func (b *Bill) Agree(calls int) error {
	if b == nil {
		return nil
	}
	return b.agree(b.limit > 0 && cheap*(b.Total()+calls) > b.limit)
}

func (b *Bill) agree(dear bool) error {
	if b.whole.judge == nil {
		return nil
	}
	if dear {
		b.whole.once.Do(func() {
			err := b.whole.judge()
			b.mu.Lock()
			defer b.mu.Unlock()
			b.whole.given, b.whole.verdict = true, err
		})
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.whole.verdict
}

// Judged tells whether the whole operation was found to be within its limit, or
// not.
func (b *Bill) Judged() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.whole.given
}

// Single charges a call that no plan foresaw. It returns false when the limit does
// not allow it; why the operation as a whole is refused is the error.
func (b *Bill) Single(item Item) (bool, error) {
	if b == nil {
		return true, nil
	}
	lines := []Line{{Item: item, Calls: 1, Unkept: true}}
	if b.write {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.add(lines)
		return true, nil
	}
	if err := b.Agree(1); err != nil {
		return false, err
	}
	return b.Charge(lines), nil
}
