package storetest

import (
	"context"
	"strings"

	"github.com/hitotsu/hitotsu/internal/store"
)

// Under returns the part of a store whose keys begin with prefix, as a store of
// its own, so that tests can share a server that is slow to start.
func Under(docs store.Documents, prefix string) store.Documents { return under{docs, prefix} }

type under struct {
	docs   store.Documents
	prefix string
}

// key leaves a key that is not allowed as it is.
func (u under) key(key string) string {
	if key == "" {
		return ""
	}
	return u.prefix + key
}

func (u under) Get(ctx context.Context, key string) (store.Document, error) {
	return u.docs.Get(ctx, u.key(key))
}

func (u under) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	return u.docs.Put(ctx, u.key(key), value, expected)
}

func (u under) Delete(ctx context.Context, key string, expected uint64) error {
	return u.docs.Delete(ctx, u.key(key), expected)
}

func (u under) List(ctx context.Context, prefix string) ([]string, error) {
	keys, err := u.docs.List(ctx, u.prefix+prefix)
	for i := range keys {
		keys[i] = strings.TrimPrefix(keys[i], u.prefix)
	}
	return keys, err
}
