package lookup

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
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
	// headBytes are epoch, sequence and the time of the answer.
	headBytes = 24
	// batch is how many cells are asked for or written at once.
	batch = 500
)

// shelf is the shared store; nil for a process alone.
type shelf struct {
	cache store.Cache
	seals *sealer
}

var errShort = errors.New("lookup: the value in the store is too short")

// fromStore settles those flights whose cells other processes have read, and
// returns the keys that are left for the system.
func fromStore[T any](ctx context.Context, c *Cells, keys []Key, mine map[Key]*flight) []Key {
	if c.shelf == nil || !c.history.reachable() {
		return keys
	}
	ctx, cancel := context.WithTimeout(ctx, storeTime)
	defer cancel()
	var missing []Key
	for len(keys) > 0 {
		part := keys[:min(batch, len(keys))]
		keys = keys[len(part):]
		names := make([]string, len(part))
		for i := range part {
			names[i] = c.shelf.seals.cellName(&part[i], c.rule(&part[i]).Whose)
		}
		values, err := c.shelf.cache.GetMany(ctx, names)
		if err != nil || len(values) != len(part) {
			return append(append(missing, part...), keys...)
		}
		for i, k := range part {
			if values[i] == nil || !takeStored[T](c, k, mine[k], values[i]) {
				missing = append(missing, k)
			}
		}
	}
	return missing
}

// takeStored keeps a value of the store, and settles the flight if it is fresh.
func takeStored[T any](c *Cells, k Key, f *flight, value []byte) bool {
	from, at, text, err := c.shelf.unpack(&k, value)
	if err != nil {
		return false
	}
	m, ok := c.history.accepts(from, f.mark, f.topics)
	if !ok {
		return false
	}
	var rows []T
	if err := json.Unmarshal(text, &rows); err != nil {
		return false
	}
	got := Cell{Rows: rows, At: at, stored: true}
	c.date(&k, &got)
	now := c.now()
	if at.After(now.Add(maxSkew)) || !now.Before(got.goneAt) {
		return false
	}
	c.keep(k, got, m, f.topics)
	if now.Before(got.freshUntil) {
		c.settle(k, f, got)
		return true
	}
	return false
}

// maxSkew is how far the clocks of two gateways may be apart.
const maxSkew = 10 * time.Second

// toStore gives cells to other processes.
func (c *Cells) toStore(ctx context.Context, cells map[Key]Cell, m mark) {
	if c.shelf == nil || len(cells) == 0 || !c.history.storable(m) {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	entries := make([]store.Entry, 0, min(len(cells), batch))
	for k, got := range cells {
		value, err := c.shelf.pack(&k, got, m.at)
		ttl := got.goneAt.Sub(c.now())
		if err != nil || len(value) > store.MaxValueBytes || ttl <= 0 {
			continue // too large for the store, or of a type it cannot hold
		}
		entries = append(entries, store.Entry{
			Key: c.shelf.seals.cellName(&k, c.rule(&k).Whose), Value: value, TTL: ttl,
		})
		if len(entries) == batch {
			if err := c.shelf.cache.SetMany(ctx, entries); err != nil {
				return
			}
			entries = entries[:0]
		}
	}
	if len(entries) > 0 {
		// A store that is away holds nothing; that is all.
		_ = c.shelf.cache.SetMany(ctx, entries)
	}
}

func (s *shelf) pack(k *Key, got Cell, from store.Position) ([]byte, error) {
	text, err := json.Marshal(got.Rows)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, 0, headBytes+len(text))
	plain = binary.BigEndian.AppendUint64(plain, from.Epoch)
	plain = binary.BigEndian.AppendUint64(plain, from.Seq)
	plain = binary.BigEndian.AppendUint64(plain, uint64(got.At.UnixNano()))
	return s.seals.seal(k, append(plain, text...)), nil
}

func (s *shelf) unpack(k *Key, value []byte) (from store.Position, at time.Time, text []byte, err error) {
	plain, err := s.seals.open(k, value)
	if err != nil {
		return from, at, nil, err
	}
	if len(plain) < headBytes {
		return from, at, nil, errShort
	}
	from = store.Position{Epoch: binary.BigEndian.Uint64(plain), Seq: binary.BigEndian.Uint64(plain[8:])}
	nanos := binary.BigEndian.Uint64(plain[16:])
	return from, time.Unix(0, int64(nanos)), plain[headBytes:], nil
}
