package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/hitotsu/hitotsu/internal/store"
)

// Memory is a store without I/O, for tests under a fake clock. The zero value
// is empty and usable.
type Memory struct {
	// Shared says that it stands for a store of several processes.
	Shared bool

	mu   sync.Mutex
	docs map[string]store.Document
	last uint64
}

var _ store.Documents = (*Memory)(nil)

// Exclusive is the opposite of Shared.
func (m *Memory) Exclusive() bool { return !m.Shared }

// Get implements store.Documents.
func (m *Memory) Get(ctx context.Context, key string) (store.Document, error) {
	if err := errors.Join(ctx.Err(), check(key)); err != nil {
		return store.Document{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	doc, ok := m.docs[key]
	if !ok {
		return store.Document{}, store.ErrNotFound
	}
	return store.Document{Value: bytes.Clone(doc.Value), Version: doc.Version}, nil
}

// Put implements store.Documents.
func (m *Memory) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if err := errors.Join(ctx.Err(), check(key)); err != nil {
		return 0, err
	}
	if len(value) > store.MaxValueBytes {
		return 0, errors.New("storetest: value too large")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.docs[key].Version != expected {
		return 0, store.ErrConflict
	}
	if m.docs == nil {
		m.docs = map[string]store.Document{}
	}
	m.last++
	m.docs[key] = store.Document{Value: append([]byte{}, value...), Version: m.last}
	return m.last, nil
}

// Delete implements store.Documents.
func (m *Memory) Delete(ctx context.Context, key string, expected uint64) error {
	if err := errors.Join(ctx.Err(), check(key)); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if doc, ok := m.docs[key]; ok && doc.Version != expected {
		return store.ErrConflict
	}
	delete(m.docs, key)
	return nil
}

// List implements store.Documents.
func (m *Memory) List(ctx context.Context, prefix string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var keys []string
	for key := range m.docs {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys, nil
}

func check(key string) error {
	if key == "" || len(key) > store.MaxKeyBytes || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return errors.New("storetest: bad key")
	}
	return nil
}
