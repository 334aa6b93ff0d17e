package lookup

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// The second level: cells in a store that several processes share. It holds
// nothing that memory would not; whatever is wrong with a value in it, the system
// is asked as if it were not there.

const (
	// storeTime bounds one exchange with a store that does not say by itself
	// that it is away.
	storeTime = 500 * time.Millisecond
	// batch is how many cells are asked for or written at once.
	batch = 500
	// maxSkew is how far the clocks of two gateways may be apart.
	maxSkew = 10 * time.Second
)

// shelf is the shared store; nil for a process alone.
type shelf struct {
	cache store.Cache
	seals *sealer
}

// names are what keys are called in the store.
func (c *Cells) names(keys []Key) []string {
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = c.shelf.seals.cellName(&keys[i], c.rule(&keys[i]).Whose)
	}
	return names
}

// fromStore lands what other processes have read, and returns the days that are
// left for the system.
func fromStore[T any](ctx context.Context, c *Cells, needs []Need, mine map[Key]*flight) []Need {
	if c.shelf == nil || !c.history.reachable() {
		return needs
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	var missing []Need
	for len(needs) > 0 {
		part := needs[:min(batch, len(needs))]
		keys := make([]Key, len(part))
		for i := range part {
			keys[i] = part[i].Key
		}
		values, err := c.shelf.cache.GetMany(ctx, c.names(keys))
		if err != nil || len(values) != len(part) {
			return append(missing, needs...)
		}
		needs = needs[len(part):]
		for i, n := range part {
			if values[i] != nil {
				n.Days &^= takeStored[T](c, n, mine[n.Key], values[i])
			}
			if n.Days != 0 {
				missing = append(missing, n)
			}
		}
	}
	return missing
}

// takeStored keeps what a value of the store tells, lands what is fresh of it, and
// returns the days that have landed.
func takeStored[T any](c *Cells, n Need, f *flight, value []byte) (landed Days) {
	stored, err := c.shelf.unpack(&n.Key, value)
	if err != nil {
		return 0
	}
	now := c.now()
	for _, s := range stored {
		m, ok := c.history.accepts(s.from, f.mark, f.topics)
		if !ok {
			continue
		}
		var rows []T
		if err := json.Unmarshal(s.text, &rows); err != nil || s.day != nil && len(s.day) != len(rows) {
			continue
		}
		p := part{days: s.days, rows: rows, day: slices.Clone(s.day), at: s.at, stored: true}
		c.date(&n.Key, &p)
		if p.at.After(now.Add(maxSkew)) || !now.Before(p.goneAt) {
			continue
		}
		c.keep(n.Key, p, m, f.topics)
		if now.Before(p.freshUntil) {
			c.settle(n.Key, f, p)
			landed |= p.days
		}
	}
	return landed & n.Days
}

// toStore gives to other processes what memory holds of some cells. What they have
// written of other days meanwhile stays.
func toStore[T any](ctx context.Context, c *Cells, keys []Key) {
	if c.shelf == nil || len(keys) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	seen := make(map[Key]bool, len(keys)) // a call of each day names the month each time
	for len(keys) > 0 {
		part := make([]Key, 0, min(batch, len(keys)))
		for len(keys) > 0 && len(part) < batch {
			if k := keys[0]; !seen[k] {
				seen[k] = true
				part = append(part, k)
			}
			keys = keys[1:]
		}
		names := c.names(part)
		values, err := c.shelf.cache.GetMany(ctx, names)
		if err != nil || len(values) != len(part) {
			return // a store that is away holds nothing; that is all
		}
		entries := make([]store.Entry, 0, len(part))
		for i := range part {
			value, ttl := c.packed(&part[i], values[i])
			if value != nil && len(value) <= store.MaxValueBytes && ttl > 0 {
				entries = append(entries, store.Entry{Key: names[i], Value: value, TTL: ttl})
			}
		}
		if len(entries) > 0 && c.shelf.cache.SetMany(ctx, entries) != nil {
			return
		}
	}
}

// packed is what the store is to hold of a cell, and for how long: what memory
// has of it, and what the store has that memory has not or has older. It is nil
// where there is nothing to write.
func (c *Cells) packed(k *Key, old []byte) (value []byte, ttl time.Duration) {
	var parts []storedPart
	for _, p := range c.look(&Need{Key: *k, Days: ^Days(0)}) {
		if p.fault != nil || p.rows == nil || !c.history.storable(p.mark) {
			continue
		}
		text, err := json.Marshal(p.rows)
		if err != nil {
			return nil, 0 // of a type that the store cannot hold
		}
		parts = append(parts, storedPart{from: p.mark.at, at: p.at, days: p.days, day: p.day, text: text})
	}
	if len(parts) == 0 {
		return nil, 0
	}
	if others, err := c.shelf.unpack(k, old); old != nil && err == nil {
		parts = merged(parts, others)
	}
	now, epoch := c.now(), parts[0].from.Epoch // current: it is this process's
	parts = slices.DeleteFunc(parts, func(p storedPart) bool {
		end := part{at: p.at}
		c.date(k, &end)
		ttl = max(ttl, end.goneAt.Sub(now))
		return p.days == 0 || p.from.Epoch != epoch || !now.Before(end.goneAt)
	})
	if len(parts) == 0 {
		return nil, 0
	}
	return c.shelf.pack(k, parts), ttl
}

// merged adds parts to others, so that of each day the youngest is left.
func merged(parts, others []storedPart) []storedPart {
	for i := range others {
		o := &others[i]
		for j := range parts {
			if p := &parts[j]; o.at.After(p.at) {
				p.days &^= o.days
			} else {
				o.days &^= p.days
			}
		}
	}
	return append(parts, others...)
}
