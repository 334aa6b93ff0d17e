package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
)

// GetMany implements Cache.
func (l *Local) GetMany(ctx context.Context, keys []string) ([][]byte, error) {
	if err := checkKeys(keys); err != nil {
		return nil, err
	}
	values := make([][]byte, len(keys))
	now := l.now()
	err := l.view(ctx, func(tx *bolt.Tx) error {
		bucket := tx.Bucket([]byte(localValues))
		for i, key := range keys {
			stored := bucket.Get([]byte(key))
			if len(stored) >= endSize && now.Before(endOf(stored)) {
				values[i] = append([]byte{}, stored[endSize:]...)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// endSize is the length of an instant in the file: milliseconds since 1970.
const endSize = 8

func endOf(stored []byte) time.Time {
	return time.UnixMilli(int64(binary.BigEndian.Uint64(stored)))
}

func endBytes(end time.Time) []byte {
	return binary.BigEndian.AppendUint64(nil, uint64(end.UnixMilli()))
}

// SetMany implements Cache.
func (l *Local) SetMany(ctx context.Context, entries []Entry) error {
	if err := checkEntries(entries); err != nil {
		return err
	}
	now := l.now()
	return l.update(ctx, func(tx *bolt.Tx) error {
		w := newCacheWriter(tx)
		for i := range entries {
			e := &entries[i]
			if err := w.put(e.Key, e.Value, now.Add(max(e.TTL, time.Millisecond))); err != nil {
				return err
			}
		}
		// A little more goes than comes, so that the file is swept as it is used.
		if err := w.drop(now, sweepEach+2*len(entries)); err != nil {
			return err
		}
		if err := w.shrink(l.most); err != nil {
			return err
		}
		return w.finish()
	})
}

// sweepEach is how many ended values a write removes beside its own.
const sweepEach = 16

// DropPrefix implements Cache.
func (l *Local) DropPrefix(ctx context.Context, prefix string) error {
	if err := checkPrefix(prefix); err != nil {
		return err
	}
	return l.update(ctx, func(tx *bolt.Tx) error {
		w := newCacheWriter(tx)
		var keys []string // a cursor does not bear that its bucket changes
		cursor := w.values.Cursor()
		for k, _ := cursor.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = cursor.Next() {
			keys = append(keys, string(k))
		}
		for _, key := range keys {
			if err := w.remove([]byte(key)); err != nil {
				return err
			}
		}
		return w.finish()
	})
}

// sweepBatch is how many values one transaction removes; others wait for it.
const sweepBatch = 1000

// Sweep removes the values that have ended.
func (l *Local) Sweep(ctx context.Context) error {
	for {
		dropped := 0
		err := l.update(ctx, func(tx *bolt.Tx) error {
			w := newCacheWriter(tx)
			err := w.drop(l.now(), sweepBatch)
			dropped = w.dropped
			if err != nil || dropped == 0 {
				return err
			}
			return w.finish()
		})
		if err != nil || dropped < sweepBatch {
			return err
		}
	}
}

// cacheWriter keeps values, their ends and their size in step in one
// transaction.
type cacheWriter struct {
	meta, values, ends *bolt.Bucket
	size               int64
	dropped            int
}

const localSize = "size" // of keys and values, in meta

func newCacheWriter(tx *bolt.Tx) *cacheWriter {
	w := &cacheWriter{
		meta: tx.Bucket([]byte(localMeta)), values: tx.Bucket([]byte(localValues)), ends: tx.Bucket([]byte(localEnds)),
	}
	if size := w.meta.Get([]byte(localSize)); len(size) == endSize {
		w.size = int64(binary.BigEndian.Uint64(size))
	}
	return w
}

func (w *cacheWriter) put(key string, value []byte, end time.Time) error {
	if err := w.remove([]byte(key)); err != nil {
		return err
	}
	stored := append(endBytes(end), value...)
	w.size += int64(len(key) + len(stored))
	if err := w.values.Put([]byte(key), stored); err != nil {
		return err
	}
	return w.ends.Put(append(stored[:endSize:endSize], key...), nil)
}

func (w *cacheWriter) remove(key []byte) error {
	stored := w.values.Get(key)
	if stored == nil {
		return nil
	}
	if len(stored) < endSize {
		return ErrCorrupt
	}
	w.size -= int64(len(key) + len(stored))
	w.dropped++
	if err := w.ends.Delete(append(bytes.Clone(stored[:endSize]), key...)); err != nil {
		return err
	}
	return w.values.Delete(key)
}

// drop removes up to most values that have ended.
func (w *cacheWriter) drop(now time.Time, most int) error {
	for range most {
		first, _ := w.ends.Cursor().First()
		if first == nil || len(first) >= endSize && now.Before(endOf(first)) {
			return nil
		}
		if err := w.removeFirst(first); err != nil {
			return err
		}
	}
	return nil
}

// shrink removes what ends first until the rest has most bytes.
func (w *cacheWriter) shrink(most int64) error {
	for w.size > most {
		first, _ := w.ends.Cursor().First()
		if first == nil {
			return ErrCorrupt
		}
		if err := w.removeFirst(first); err != nil {
			return err
		}
	}
	return nil
}

func (w *cacheWriter) removeFirst(first []byte) error {
	before := w.dropped
	if len(first) < endSize {
		return ErrCorrupt
	}
	if err := w.remove(bytes.Clone(first[endSize:])); err != nil {
		return err
	}
	if w.dropped == before {
		return ErrCorrupt // an end without its value would be found for ever
	}
	return nil
}

// finish records the size.
func (w *cacheWriter) finish() error {
	return w.meta.Put([]byte(localSize), binary.BigEndian.AppendUint64(nil, uint64(w.size)))
}
