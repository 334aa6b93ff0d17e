package lookup

import (
	"context"
	"time"
)

// Wider says that cells of one kind tell all that cells of another do, and more:
// everybody's rows those of one person, rows with details those without. A write
// that touches the one must touch the other.
type Wider[T any] struct {
	// Key is the wider cell of a cell, by the same days; false for none.
	Key func(Key) (Key, bool)
	// Of tells whether a row of the wider cell is one of the cell; nil for all.
	Of func(k Key, row T) bool
}

// Widen makes what wider cells tell of needs known under their own keys, in memory,
// so that Fetch finds it: no younger than it is, for as long as it would be shown
// where it was. It asks the store, but no system. Rows are shared.
func Widen[T any](ctx context.Context, c *Cells, needs []Need, w Wider[T]) {
	var wide []Need // of the narrow at the same index
	var narrow []Need
	for _, n := range needs {
		if n.Days &^= c.Fresh(n); n.Days == 0 {
			continue
		}
		if k, ok := w.Key(n.Key); ok {
			narrow, wide = append(narrow, n), append(wide, Need{Key: k, Days: n.Days})
		}
	}
	if len(narrow) == 0 {
		return
	}
	recalled[T](ctx, c, wide)
	for i := range narrow {
		k := narrow[i].Key
		for _, p := range c.look(&wide[i]) {
			if p.rows == nil {
				continue
			}
			c.keep(k, pieceOf(p, k, w.Of), p.mark, c.history.topicsOf(&k))
		}
	}
}

// recalled brings into memory what the store knows of needs that memory has nothing
// fresh of.
func recalled[T any](ctx context.Context, c *Cells, needs []Need) {
	if c.shelf == nil {
		return
	}
	flights := map[Key]*flight{}
	var missing []Need
	for _, n := range united(needs) {
		if n.Days &^= c.Fresh(n); n.Days == 0 {
			continue
		}
		m := c.history.told() // before the topics
		flights[n.Key] = &flight{days: n.Days, left: n.Days, mark: m, topics: c.history.topicsOf(&n.Key)}
		missing = append(missing, n)
	}
	fromStore[T](ctx, c, missing, flights)
}

// pieceOf is what a part of a wider cell tells of a cell.
func pieceOf[T any](p part, k Key, of func(Key, T) bool) part {
	rows, ok := p.rows.([]T)
	if !ok || of == nil {
		return p
	}
	out := make([]T, 0)
	var day []uint8
	for i, row := range rows {
		if !of(k, row) {
			continue
		}
		out = append(out, row)
		if p.day != nil {
			day = append(day, p.day[i])
		}
	}
	p.rows = out
	if p.day != nil {
		p.day = append([]uint8{}, day...)
	}
	return p
}

// Fresh returns the days of a need that memory answers without asking anybody.
func (c *Cells) Fresh(n Need) Days {
	s, ok := c.kept.GetIfPresent(n.Key)
	if !ok {
		return 0
	}
	return s.fresh(n.Days, c.now(), c.history)
}

// fresh returns which of some days there are that are fresh and lack no write.
func (s *sheet) fresh(days Days, now time.Time, h *history) Days {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found Days
	for i := range s.parts {
		if p := &s.parts[i]; p.days&days != 0 && now.Before(p.freshUntil) && h.holds(p.mark, p.topics) {
			found |= p.days & days
		}
	}
	return found
}
