package main

import (
	"context"
	"sync"
	"time"
)

// loader gathers the keys that resolvers ask for one by one and fetches them
// together, as the data loaders of Go's GraphQL servers do: the first key of a
// batch opens a window, and what is asked for meanwhile goes along. It lives as
// long as one request and remembers what it fetched.
type loader[K comparable, V any] struct {
	fetch func(context.Context, []K) (map[K]V, error)

	mu   sync.Mutex
	of   map[K]*batch[K, V]
	open *batch[K, V]
}

// window is how long a batch waits for more keys: what gqlgen's documentation
// sets in its example.
const window = time.Millisecond

type batch[K comparable, V any] struct {
	keys   []K
	done   chan struct{}
	values map[K]V
	err    error
}

func newLoader[K comparable, V any](fetch func(context.Context, []K) (map[K]V, error)) *loader[K, V] {
	return &loader[K, V]{fetch: fetch, of: map[K]*batch[K, V]{}}
}

// load waits for the batch of a key.
func (l *loader[K, V]) load(ctx context.Context, key K) (V, error) {
	l.mu.Lock()
	b := l.of[key]
	if b == nil {
		if b = l.open; b == nil {
			b = &batch[K, V]{done: make(chan struct{})}
			l.open = b
			time.AfterFunc(window, func() { l.run(ctx, b) })
		}
		b.keys = append(b.keys, key)
		l.of[key] = b
	}
	l.mu.Unlock()
	select {
	case <-b.done:
		return b.values[key], b.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

func (l *loader[K, V]) run(ctx context.Context, b *batch[K, V]) {
	l.mu.Lock()
	l.open = nil
	l.mu.Unlock()
	b.values, b.err = l.fetch(ctx, b.keys)
	close(b.done)
}
