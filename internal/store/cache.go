package store

import (
	"context"
	"time"
)

// Entry is a value for Cache.SetMany.
type Entry struct {
	Key   string
	Value []byte
	// TTL is how long the value may be returned; it must be positive.
	TTL time.Duration
}

// Cache keeps values that can be had anew. A value may vanish at any time; one
// that is returned is whole. It is safe for concurrent use. Keys are as in
// Documents.
type Cache interface {
	// GetMany returns a value for each key, nil where there is none.
	GetMany(ctx context.Context, keys []string) ([][]byte, error)
	// SetMany stores the values. If it fails any part of them may be stored.
	SetMany(ctx context.Context, entries []Entry) error
	// DropPrefix removes every value whose key begins with prefix, which may
	// take as long as the cache is large.
	DropPrefix(ctx context.Context, prefix string) error
}
