package lookup

import (
	"context"
	"strings"

	"github.com/hitotsu/hitotsu/internal/store"
)

// How a history and the shared store tell each other of writes.

// round is one question to the store, shared by all who came before it was asked.
type round struct{ done chan struct{} }

// deliver tells the store of the touches it has not heard of.
func (h *history) deliver(ctx context.Context) {
	if h.topics == nil {
		return
	}
	h.mu.Lock()
	told := make(map[string]uint64, len(h.pending))
	names := make([]string, 0, len(h.pending))
	for name, here := range h.pending {
		told[name] = here
		names = append(names, name)
	}
	h.mu.Unlock()
	if len(names) == 0 {
		return
	}
	// The write has happened, whoever goes away.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deliverTime)
	defer cancel()
	at, err := h.topics.Touch(ctx, names)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.lose(ctx, err)
		return
	}
	if at.Epoch != h.epoch {
		h.begin(at)
	}
	h.known = max(h.known, at.Seq)
	for name, here := range told {
		if h.pending[name] != here {
			continue // touched again meanwhile
		}
		delete(h.pending, name)
		if t := h.byName[name]; t != nil {
			t.waiting.Store(false)
			t.seq.Store(max(t.seq.Load(), at.Seq))
		}
	}
}

// sync makes known what other processes wrote before it was called. It returns
// early when ctx ends or the store is away.
func (h *history) sync(ctx context.Context) {
	if h.topics == nil {
		return
	}
	h.roundMu.Lock()
	r := h.next
	if r == nil {
		// A round that has begun may have missed the write that this caller
		// knows of; the next one has not.
		r = &round{done: make(chan struct{})}
		h.next = r
		if !h.busy {
			h.busy = true
			own := context.WithoutCancel(ctx)
			h.running.Go(func() { h.rounds(own) })
		}
	}
	h.roundMu.Unlock()
	select {
	case <-r.done:
	case <-ctx.Done():
	}
}

func (h *history) rounds(ctx context.Context) {
	for {
		h.roundMu.Lock()
		r := h.next
		h.next = nil
		h.busy = r != nil
		h.roundMu.Unlock()
		if r == nil {
			return
		}
		h.round(ctx)
		close(r.done)
	}
}

func (h *history) round(ctx context.Context) {
	h.deliver(ctx)
	h.mu.Lock()
	after := h.synced
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, syncTime)
	defer cancel()
	touched, now, lost, err := h.topics.Since(ctx, after)
	for _, tell := range h.apply(ctx, touched, now, lost, err) {
		tell()
	}
}

// apply takes in what a round brought and returns the watchers to call.
func (h *history) apply(
	ctx context.Context, touched []store.Touched, now store.Position, lost bool, err error,
) []func() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.lose(ctx, err)
		return nil
	}
	h.current = true
	first := h.epoch == 0
	if lost || !first && now.Epoch != h.epoch {
		h.begin(now)
		if first {
			return nil
		}
		all := make([]func(), 0, len(h.watchers))
		for _, w := range h.watchers {
			all = append(all, func() { w(false) })
		}
		return all
	}
	h.epoch = now.Epoch
	var tell []func()
	for _, t := range touched {
		if rest, ok := strings.CutPrefix(t.Topic, watchPrefix); ok {
			name, by, _ := strings.Cut(rest, watchBy)
			if w := h.watchers[name]; w != nil && by != h.replica && !first {
				tell = append(tell, func() { w(true) })
			}
			continue
		}
		mine := h.byName[t.Topic]
		if mine == nil {
			mine = &topic{name: t.Topic}
			h.byName[t.Topic] = mine
		}
		mine.seq.Store(max(mine.seq.Load(), t.At.Seq))
	}
	if h.synced.Seq < now.Seq {
		h.synced = now
	}
	h.known = max(h.known, now.Seq)
	if len(h.byName) > maxTopics {
		h.forgetAll(h.known)
	}
	return tell
}
