// Package store keeps what outlives a call: documents that must not be lost, a
// cache, the history of what was touched, locks and quotas. Each has a small
// interface and two implementations with the same behaviour.
//
// One is for a single process with a data directory, and survives its sudden
// end: Bolt holds the documents, synced by every write, and Local the rest. The
// other is Redis, single, behind Sentinel or as a Cluster, which several
// processes share; what it has is as durable as it is set up to be (appendonly
// yes, appendfsync always).
//
// Documents wait for a slow Redis and say when it is away. The rest can be done
// without for a while: a Guard before it bounds what a call may cost.
//
// Values are opaque here. Who stores something secret or personal encrypts it
// first; keys, topics and owners must hold neither.
//
// store may import internal/fault and nothing else of the gateway.
package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

var (
	// ErrNotFound: there is no document of that key.
	ErrNotFound = errors.New("store: no such document")
	// ErrConflict: the document is not in the expected version; read it again
	// and decide anew.
	ErrConflict = errors.New("store: the document has changed")
	// ErrCorrupt: what is stored cannot have been written by this program.
	ErrCorrupt = errors.New("store: the document is corrupt")
	// ErrUnavailable: the store does not answer. A write may or may not have
	// happened.
	ErrUnavailable = errors.New("store: not available")
)

// Limits of a document.
const (
	MaxKeyBytes   = 512
	MaxValueBytes = 1 << 20
)

// Document is a value and the version in which it was read.
type Document struct {
	Value []byte
	// Version grows with every write of the key and is not used again for that
	// key, even after a Delete. It is never 0.
	Version uint64
}

// Documents is a durable map with compare-and-set. It is safe for concurrent
// use. Keys are 1 to MaxKeyBytes bytes of printable ASCII.
type Documents interface {
	// Get returns the document, or ErrNotFound.
	Get(ctx context.Context, key string) (Document, error)
	// Put writes value if the document is in the expected version, 0 meaning
	// that there is none yet, and returns the new version. Otherwise it is
	// ErrConflict and nothing is written.
	Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error)
	// Delete removes the document if it is in the expected version; otherwise
	// it is ErrConflict. Removing what is not there is no error.
	Delete(ctx context.Context, key string, expected uint64) error
	// List returns the keys that begin with prefix, in ascending order. Of keys
	// written or removed meanwhile it may return either state.
	List(ctx context.Context, prefix string) ([]string, error)
}

var errKey = errors.New("store: a key must be 1 to 512 bytes of printable ASCII")

func checkKey(key string) error {
	if key == "" || len(key) > MaxKeyBytes || !printable(key) {
		return errKey
	}
	return nil
}

func checkPrefix(prefix string) error {
	if len(prefix) > MaxKeyBytes || !printable(prefix) {
		return errKey
	}
	return nil
}

func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func checkKeys(keys []string) error {
	for _, key := range keys {
		if err := checkKey(key); err != nil {
			return err
		}
	}
	return nil
}

func checkEntries(entries []Entry) error {
	for i := range entries {
		if err := errors.Join(checkKey(entries[i].Key), checkValue(entries[i].Value)); err != nil {
			return err
		}
		if entries[i].TTL <= 0 {
			return errors.New("store: a value of the cache must have a positive TTL")
		}
	}
	return nil
}

func checkLock(name, owner string, ttl time.Duration) error {
	if owner == "" || ttl <= 0 {
		return errors.New("store: a lock must have an owner and a positive time")
	}
	return checkKey(name)
}

func checkValue(value []byte) error {
	if len(value) > MaxValueBytes {
		return fmt.Errorf("store: a value has at most %d bytes", MaxValueBytes)
	}
	return nil
}
