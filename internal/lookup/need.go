package lookup

import (
	"iter"
	"math/bits"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Days is a set of days that one cell holds: bit n stands for n days after the
// date of the cell's key.
type Days uint32

const (
	// Whole is all that is in a cell that is not by day.
	Whole Days = 1
	// MaxDays is how many days a cell may hold: a month's.
	MaxDays = 31
)

// Count is how many days there are.
func (d Days) Count() int { return bits.OnesCount32(uint32(d)) }

// All goes through the days, ascending, as distances from the key's date.
func (d Days) All() iter.Seq[int] {
	return func(yield func(int) bool) {
		for ; d != 0; d &= d - 1 {
			if !yield(d.first()) {
				return
			}
		}
	}
}

// first is the first day of a set that has any.
func (d Days) first() int { return bits.TrailingZeros32(uint32(d)) }

// has tells whether a day is in the set.
func (d Days) has(day int) bool { return d&(1<<day) != 0 }

// Need is what is wanted of a cell.
type Need struct {
	Key  Key
	Days Days
}

// Of is the need for a cell that is not by day.
func Of(k Key) Need { return Need{Key: k, Days: Whole} }

// Dates goes through the dates of the need, ascending.
func (n *Need) Dates() iter.Seq[hr.Date] {
	return func(yield func(hr.Date) bool) {
		for day := range n.Days.All() {
			if !yield(n.Key.date.AddDays(day)) {
				return
			}
		}
	}
}

// count is how many days of cells are needed.
func count(needs []Need) int {
	n := 0
	for i := range needs {
		n += needs[i].Days.Count()
	}
	return n
}

// united returns the needs with each key once, in the order in which the keys
// come: two employees have the same manager.
func united(needs []Need) []Need {
	out, at := make([]Need, 0, len(needs)), make(map[Key]int, len(needs))
	for _, n := range needs {
		if i, twice := at[n.Key]; twice {
			out[i].Days |= n.Days
			continue
		}
		at[n.Key] = len(out)
		out = append(out, n)
	}
	return out
}
