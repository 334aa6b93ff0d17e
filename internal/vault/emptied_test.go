package vault_test

import (
	"context"
	"sync"

	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// emptied is a shared store that can be emptied, as by FLUSHALL, and be away.
type emptied struct {
	mu   sync.Mutex
	docs *unplugged
}

func newEmptied() *emptied {
	return &emptied{docs: &unplugged{Documents: &storetest.Memory{Shared: true}}}
}

func (e *emptied) now() *unplugged {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.docs
}

func (e *emptied) flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.docs = &unplugged{Documents: &storetest.Memory{Shared: true}}
}

func (e *emptied) Get(ctx context.Context, key string) (store.Document, error) {
	return e.now().Get(ctx, key)
}

func (e *emptied) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	return e.now().Put(ctx, key, value, expected)
}

func (e *emptied) Delete(ctx context.Context, key string, expected uint64) error {
	return e.now().Delete(ctx, key, expected)
}

func (e *emptied) List(ctx context.Context, prefix string) ([]string, error) {
	return e.now().List(ctx, prefix)
}
