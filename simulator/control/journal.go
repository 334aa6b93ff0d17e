package control

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Write is one request that changed a simulator's state.
type Write struct {
	// Number counts from 1 since the last reset; the order is that in which the
	// changes took effect.
	Number int `json:"number"`
	// Time is when the change took effect, by the history's clock.
	Time   time.Time `json:"time"`
	Method string    `json:"method"`
	Path   string    `json:"path"`
	// Operation is the simulator's name for what was done, such as "6.26".
	Operation string `json:"operation"`
	// Change is what was asked for, as the simulator tells it; without secrets.
	Change any `json:"change"`
}

// journal is the memory behind Server.Journal.
type journal struct {
	now  func() time.Time
	keep int

	mu     sync.Mutex
	number int
	writes []Write
}

func (j *journal) add(w Write) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number++
	w.Number, w.Time = j.number, j.now()
	j.writes = append(j.writes, w)
	if len(j.writes) > j.keep {
		j.writes = slices.Delete(j.writes, 0, len(j.writes)-j.keep)
	}
}

func (j *journal) clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.number, j.writes = 0, nil
}

// Journal returns the requests that changed the state since the last reset, in
// order; Options.KeepRequests is the most.
func (s *Server) Journal() []Write {
	s.journal.mu.Lock()
	defer s.journal.mu.Unlock()
	return append([]Write{}, s.journal.writes...)
}

// ClearJournal forgets the writes and keeps the state.
func (s *Server) ClearJournal() { s.journal.clear() }

type journalKey struct{}

// NoteWrite tells the journal that a request changed the state. A simulator
// calls it under the lock that guards the state, so that the journal is in the
// order of the changes. change must be ready for encoding/json, hold no secret
// and not be changed afterwards. NoteWrite does nothing outside a Server.
func NoteWrite(ctx context.Context, operation string, change any) {
	if note, ok := ctx.Value(journalKey{}).(func(operation string, change any)); ok {
		note(operation, change)
	}
}
