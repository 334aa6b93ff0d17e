package lookup

import (
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
)

// A part is what one answer said of some days of a cell. Its rows are shared and
// must not be changed.
type part struct {
	days Days
	// rows is a []T for the T of Fetch, by day, nil for none; day has each row's
	// day. day is nil where the part was made of one day: all rows are of it.
	rows any
	day  []uint8
	// at is when the system gave the rows, zero when it gave none.
	at time.Time
	// stale says that the rows stand in for a system that did not answer; fault
	// says why it did not.
	stale bool
	fault *fault.Error

	freshUntil, behindUntil, goneAt time.Time

	mark   mark
	topics [2]*topic
	stored bool // came from the shared store
}

// A sheet is a cell in memory: the parts that its days were read in, of which no
// two are about the same day.
type sheet struct {
	mu    sync.Mutex
	parts []part

	// For the cache, which asks for them while it holds locks: when the last part
	// is gone, in Unix nanoseconds, and the weight.
	until  atomic.Int64
	weight atomic.Uint32
}

// alive tells which parts can be relied on: they are not gone, and no write is
// known that they may lack.
type alive struct {
	now     time.Time
	history *history
}

func (a alive) holds(p *part) bool {
	return a.now.Before(p.goneAt) && a.history.holds(p.mark, p.topics)
}

// put writes a part over what is older, and returns the days that it was younger
// for. Parts that are of no use any more are dropped. moved says that the cache
// must be told of another weight or a later end.
func (s *sheet) put(p part, live alive) (taken Days, moved bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.only(func(old *part) bool {
		if !live.holds(old) {
			return false
		}
		if old.at.After(p.at) {
			p.days &^= old.days
		} else {
			old.days &^= p.days
		}
		return old.days != 0
	})
	if p.days != 0 {
		s.parts = append(s.parts, p)
	}
	return p.days, s.measure()
}

// measure notes weight and end, and tells whether the cache must hear of them.
// Neither is exact, so that a month that is read day by day moves few times.
func (s *sheet) measure() bool {
	const grain = int64(time.Minute)
	var known Days
	last := int64(0)
	for i := range s.parts {
		known |= s.parts[i].days
		last = max(last, s.parts[i].goneAt.UnixNano())
	}
	weight := uint32(1) << bits.Len32(uint32(max(known.Count(), 1)-1))
	until, before := s.until.Load(), s.weight.Load()
	if weight == before && last <= until && until-last <= 2*grain {
		return false
	}
	if before != 0 {
		last += grain // the next part of the same reading ends a little later
	}
	s.until.Store(last)
	s.weight.Store(weight)
	return true
}

// look appends to out what there is of some days and live accepts.
func (s *sheet) look(days Days, live alive, out []part) []part {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.parts {
		if p := &s.parts[i]; p.days&days != 0 && live.holds(p) {
			out = append(out, *p)
			out[len(out)-1].days &= days
		}
	}
	return out
}

// has returns which of some days there are that live accepts.
func (s *sheet) has(days Days, live alive) Days {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found Days
	for i := range s.parts {
		if p := &s.parts[i]; p.days&days != 0 && live.holds(p) {
			found |= p.days & days
		}
	}
	return found
}

// weed drops what live does not accept, and tells whether nothing is left.
func (s *sheet) weed(live alive) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.only(live.holds)
	return len(s.parts) == 0
}

// only drops the parts that stay does not accept; s.mu is held.
func (s *sheet) only(stay func(*part) bool) {
	n := 0
	for i := range s.parts {
		if !stay(&s.parts[i]) {
			continue
		}
		if n < i {
			s.parts[n] = s.parts[i]
		}
		n++
	}
	clear(s.parts[n:])
	s.parts = s.parts[:n]
}

// daysOf adds up the days of parts.
func daysOf(parts []part) Days {
	var days Days
	for i := range parts {
		days |= parts[i].days
	}
	return days
}

// Cell is what is known of the days that were asked for: rows of the endpoint's
// type, or a fault, or both where days differ.
type Cell struct {
	// Rows is a []T for the T of Fetch, by day, nil when nothing is known. It is
	// shared: it must not be changed.
	Rows any
	// At is when the system gave the oldest of the rows, zero when it gave none.
	At time.Time
	// Fault says why rows are missing. Stale says that none are missing and that
	// some stand in for a system that did not answer.
	Stale bool
	Fault *fault.Error

	parts []part
}

// Only is what a cell that was fetched for some days tells of fewer of them.
func Only[T any](c Cell, days Days) Cell {
	parts := make([]part, 0, len(c.parts))
	for _, p := range c.parts {
		if p.days &= days; p.days != 0 {
			parts = append(parts, p)
		}
	}
	if len(c.parts) == 0 {
		return c // nothing but a fault of all days
	}
	return cellOf[T](parts)
}

// RowsOf returns a cell's rows in their type.
func RowsOf[T any](c Cell) []T {
	rows, ok := c.Rows.([]T)
	if !ok {
		return nil
	}
	return rows
}

// cellOf puts parts, of which no two are about the same day, together.
func cellOf[T any](parts []part) Cell {
	c := Cell{parts: parts}
	first := 0 // of the days with the fault
	for i := range parts {
		p := &parts[i]
		if !p.at.IsZero() && (c.At.IsZero() || p.at.Before(c.At)) {
			c.At = p.at.In(hr.JST)
		}
		if p.fault == nil {
			continue
		}
		// What is missing counts more than what is old, then what comes first.
		if c.Fault == nil || c.Stale && !p.stale || c.Stale == p.stale && p.days.first() < first {
			c.Fault, c.Stale, first = p.fault, p.stale, p.days.first()
		}
	}
	c.Rows = joined[T](parts)
	return c
}

// joined returns the rows of parts by day.
func joined[T any](parts []part) any {
	if len(parts) == 1 && (parts[0].day == nil || parts[0].rows == nil || covers(parts[0].days, parts[0].day)) {
		return parts[0].rows
	}
	n, known := 0, false
	var owner [MaxDays + 1]int8
	var rows [MaxDays + 1][]T
	for i := range parts {
		list, ok := parts[i].rows.([]T)
		known = known || ok
		n += len(list)
		for day := range parts[i].days.All() {
			owner[day], rows[day] = int8(i), list
		}
	}
	if !known {
		return nil
	}
	out := make([]T, 0, n)
	for day := range daysOf(parts).All() {
		list := rows[day]
		if of := parts[owner[day]].day; of != nil {
			from, _ := slices.BinarySearch(of, uint8(day))
			to, _ := slices.BinarySearch(of, uint8(day+1))
			list = list[from:to]
		}
		out = append(out, list...)
	}
	return out
}

// covers tells whether all rows are of the days.
func covers(days Days, day []uint8) bool {
	for _, d := range day {
		if !days.has(int(d)) {
			return false
		}
	}
	return true
}
