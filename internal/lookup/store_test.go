package lookup_test

import (
	"context"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// shared is a store that two caches share, on the test's clock. It can go away
// and lose everything.
type shared struct {
	now func() time.Time

	mu     sync.Mutex
	away   bool
	epoch  uint64
	seq    uint64
	values map[string]storedValue
	topics map[string]uint64
	// gets counts questions for values.
	gets atomic.Int64
}

type storedValue struct {
	value []byte
	until time.Time
}

func newShared(now func() time.Time) *shared {
	s := &shared{now: now}
	s.flush()
	return s
}

// flush loses everything.
func (s *shared) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch, s.seq = s.epoch+1, s.seq+1
	s.values, s.topics = map[string]storedValue{}, map[string]uint64{}
}

// put replaces a value.
func (s *shared) put(name string, v storedValue) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values[name] = v
}

// kept is a copy of all values.
func (s *shared) kept() map[string]storedValue {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.values)
}

func (s *shared) leave(away bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = away
}

// each calls see with everything that is kept, names included.
func (s *shared) each(see func(name string, value []byte)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, v := range s.values {
		see(name, v.value)
	}
	for name := range s.topics {
		see(name, nil)
	}
}

func (s *shared) GetMany(_ context.Context, keys []string) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, store.ErrUnavailable
	}
	s.gets.Add(1)
	out := make([][]byte, len(keys))
	for i, k := range keys {
		if v, ok := s.values[k]; ok && s.now().Before(v.until) {
			out[i] = v.value
		}
	}
	return out, nil
}

func (s *shared) SetMany(_ context.Context, entries []store.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return store.ErrUnavailable
	}
	for _, e := range entries {
		s.values[e.Key] = storedValue{e.Value, s.now().Add(e.TTL)}
	}
	return nil
}

func (s *shared) DropPrefix(_ context.Context, prefix string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return store.ErrUnavailable
	}
	for k := range s.values {
		if strings.HasPrefix(k, prefix) {
			delete(s.values, k)
		}
	}
	return nil
}

func (s *shared) Touch(_ context.Context, topics []string) (store.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return store.Position{}, store.ErrUnavailable
	}
	for _, t := range topics {
		s.seq++
		s.topics[t] = s.seq
	}
	return store.Position{Epoch: s.epoch, Seq: s.seq}, nil
}

func (s *shared) Since(
	_ context.Context, after store.Position,
) (touched []store.Touched, now store.Position, lost bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, now, false, store.ErrUnavailable
	}
	now = store.Position{Epoch: s.epoch, Seq: s.seq}
	if after.Epoch != 0 && after.Epoch != s.epoch {
		return nil, now, true, nil
	}
	for t, seq := range s.topics {
		if seq > after.Seq {
			touched = append(touched, store.Touched{Topic: t, At: store.Position{Epoch: s.epoch, Seq: seq}})
		}
	}
	return touched, now, false, nil
}
