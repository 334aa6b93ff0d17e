package lookup

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/store"
)

// A mark is a moment as this process knows it. A value carries the mark of when
// its load began: a write that was made later may not be in it.
type mark struct {
	// age grows when nothing that was read before can be relied on.
	age uint64
	// at is the position in the store's history that was known.
	at store.Position
	// here counts the writes of this process, also those that the store has not
	// heard of.
	here uint64
}

// topic is something that a write may change: an endpoint of a link, or one
// subject in it.
type topic struct {
	name string        // in the store
	seq  atomic.Uint64 // of the last touch that the store told
	here atomic.Uint64 // of the last touch by this process
	// waiting is whether the store has yet to hear of the last touch.
	waiting atomic.Bool
}

type topicKey struct {
	link              hr.Link
	endpoint, subject string
}

// history knows what was written, here and by other processes. topics is nil for
// a process alone. It is safe for concurrent use.
type history struct {
	topics  store.Topics
	names   *sealer
	log     *slog.Logger
	replica string
	running *sync.WaitGroup

	age atomic.Uint64

	mu       sync.Mutex
	epoch    uint64 // 0 before the first word from the store
	floor    uint64 // positions before it are forgotten
	synced   store.Position
	known    uint64 // the highest position heard of, synced or not
	current  bool   // the last round reached the store
	here     uint64
	byName   map[string]*topic
	byKey    map[topicKey]*topic
	pending  map[string]uint64 // names the store has yet to hear, and the write
	watchers map[string]func(sure bool)

	roundMu sync.Mutex
	next    *round // of callers who wait for a round that has not begun
	busy    bool
}

const (
	// maxTopics bounds the memory for topics; beyond it everything kept is read
	// anew.
	maxTopics = 200_000
	// syncTime and deliverTime bound one exchange with a store that does not say
	// by itself that it is away.
	syncTime    = 200 * time.Millisecond
	deliverTime = time.Second
	// watchPrefix is before the names of what is told as it happens; the
	// process that tells it follows after watchBy.
	watchPrefix, watchBy = "tell/", "@"
)

func newHistory(topics store.Topics, names *sealer, log *slog.Logger, running *sync.WaitGroup) *history {
	h := &history{
		topics: topics, names: names, log: log, replica: rand.Text(), running: running,
		pending: map[string]uint64{}, watchers: map[string]func(bool){},
	}
	h.clear()
	return h
}

func (h *history) clear() {
	h.byName, h.byKey = map[string]*topic{}, map[topicKey]*topic{}
}

// topic returns the topic of a key; h.mu is held.
func (h *history) topic(k topicKey) *topic {
	t := h.byKey[k]
	if t == nil {
		t = &topic{}
		if h.topics != nil {
			name := h.names.topicName(k)
			if t = h.byName[name]; t == nil {
				t = &topic{name: name}
				h.byName[name] = t
			}
		}
		h.byKey[k] = t
	}
	return t
}

// topicsOf returns the topics that a cell belongs to.
func (h *history) topicsOf(k *Key) [2]*topic {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.byKey) > maxTopics {
		h.forgetAll(h.known)
	}
	return [2]*topic{
		h.topic(topicKey{link: k.Link(), endpoint: k.Endpoint()}),
		h.topic(topicKey{link: k.Link(), endpoint: k.Endpoint(), subject: k.subject}),
	}
}

// now is the mark of a load that begins now.
func (h *history) now() mark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return mark{age: h.age.Load(), at: store.Position{Epoch: h.epoch, Seq: h.known}, here: h.here}
}

// told is the mark of a flight. What it brings may come from the store, where it
// was put by a load that knew less than this process: so of the history only that
// counts which is known without a gap, not this process's own last touch.
func (h *history) told() mark {
	h.mu.Lock()
	defer h.mu.Unlock()
	return mark{age: h.age.Load(), at: store.Position{Epoch: h.epoch, Seq: h.synced.Seq}, here: h.here}
}

// holds tells whether no write is known that a value of this mark may lack.
func (h *history) holds(m mark, topics [2]*topic) bool {
	if m.age != h.age.Load() {
		return false
	}
	for _, t := range topics {
		if t.seq.Load() > m.at.Seq || t.here.Load() > m.here {
			return false
		}
	}
	return true
}

// accepts tells whether a value of the store, read by a load that began at m, can
// be relied on, and returns the mark to keep it under.
func (h *history) accepts(from store.Position, m mark, topics [2]*topic) (mark, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.current || from.Epoch != h.epoch || from.Seq < h.floor {
		return mark{}, false
	}
	for _, t := range topics {
		if t.waiting.Load() {
			return mark{}, false
		}
	}
	m.at = from
	return m, h.holds(m, topics)
}

// storable tells whether values of a mark may be given to other processes.
func (h *history) storable(m mark) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.current && m.at.Epoch != 0 && m.at.Epoch == h.epoch
}

// forgetAll makes everything read so far worthless; h.mu is held.
func (h *history) forgetAll(floor uint64) {
	h.age.Add(1)
	h.floor = floor
	h.clear()
	for name := range h.pending {
		t := &topic{name: name}
		t.waiting.Store(true)
		h.byName[name] = t
	}
}

// touch records a write here and tells the store. It returns when the store has
// heard of it, or is away; then it is told later.
func (h *history) touch(ctx context.Context, keys []topicKey) {
	h.mu.Lock()
	h.here++
	for _, k := range keys {
		t := h.topic(k)
		t.here.Store(h.here)
		if h.topics != nil {
			t.waiting.Store(true)
			h.pending[t.name] = h.here
		}
	}
	h.mu.Unlock()
	h.deliver(ctx)
}

// begin starts in another epoch: what was read before is not relied on. h.mu is
// held.
func (h *history) begin(at store.Position) {
	h.epoch, h.synced, h.known = at.Epoch, at, at.Seq
	h.forgetAll(at.Seq)
}

// lose notes that the store does not answer; h.mu is held.
func (h *history) lose(ctx context.Context, err error) {
	if h.current {
		h.log.WarnContext(ctx, "the shared store does not answer; writes of other gateways show later",
			slog.Any("error", err))
	}
	h.current = false
}

// watch calls told when another process has announced name, or, not sure, may
// have. It is not called for this process's own announcements.
func (h *history) watch(name string, told func(sure bool)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.watchers[name] = told
}

// announce tells other processes that what goes by this name has changed.
func (h *history) announce(ctx context.Context, name string) {
	if h.topics == nil {
		return
	}
	h.mu.Lock()
	h.here++
	h.pending[watchPrefix+name+watchBy+h.replica] = h.here
	h.mu.Unlock()
	h.deliver(ctx)
}

// restless tells whether the store should be asked although no operation does.
func (h *history) restless() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.topics != nil && (len(h.pending) > 0 || !h.current)
}

// reachable tells whether the store answered when it was asked last.
func (h *history) reachable() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.current
}
