package directory

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// A journal tells which records of a link gateways wrote since it was listed, so
// that a write costs a reading of that record and not of everybody. It is kept in
// the archive, where all gateways have it, else in memory.
//
// Each write has the next number, given after the system took it. A listing knows
// the number that was the last when it began; writes of later ones may be missing
// in it. A record that was read is put beside its write, so that one gateway reads
// it for all. No clocks are compared.
type journal[T any] struct {
	archive *archive // nil keeps it in memory
	key     string

	mu    sync.Mutex
	alone journalled[T] // without an archive
}

// journalled is what a journal holds.
type journalled[T any] struct {
	// Epoch tells this journal from another that was begun after it was lost.
	Epoch string
	// Last is the number of the last write; those up to Floor are not told one by
	// one any more.
	Last, Floor uint64
	Writes      []writing[T] // by number; one for each record
}

// writing is the last write to a record.
type writing[T any] struct {
	Number uint64
	At     time.Time
	Known  sources.Known
	Ref    hr.Ref
	// Done says that the system told what became of the record: Row, or that it is
	// gone.
	Done, Gone bool
	Row        T
}

// mark is a place in a journal; the zero mark is before all of them.
type mark struct {
	Epoch string
	Last  uint64
}

// covers tells whether a listing of the mark shows what was written by another.
func (m mark) covers(other mark) bool {
	return m.Epoch != "" && m.Epoch != unsure && m.Epoch == other.Epoch && m.Last >= other.Last
}

// unsure is the mark of a listing that began when the journal could not be read.
const unsure = "?"

// journalSize bounds a journal; 200 records of people are some 50 KB.
const journalSize = 200

// journalFor bounds the age of a write in a journal, and is how long a journal to
// which nothing is added is kept: together no longer than a listing.
const journalFor = keepFor / 2

func (j *journalled[T]) mark() mark { return mark{j.Epoch, j.Last} }

// since returns the writes after a mark; false if they are not told one by one.
func (j *journalled[T]) since(m mark) ([]writing[T], bool) {
	if m.Epoch != "" && m.Epoch != j.Epoch || m.Last < j.Floor {
		return nil, false
	}
	at := slices.IndexFunc(j.Writes, func(w writing[T]) bool { return w.Number > m.Last })
	if at < 0 {
		return nil, true
	}
	return j.Writes[at:], true
}

// add gives a write the next number.
func (j *journalled[T]) add(w writing[T]) {
	j.Last++
	w.Number = j.Last
	j.Writes = slices.DeleteFunc(j.Writes, func(o writing[T]) bool { return o.Ref == w.Ref })
	j.Writes = append(j.Writes, w)
	j.prune(w.At)
}

// prune forgets what is old: it is in every listing by now, and is a person's data.
func (j *journalled[T]) prune(now time.Time) {
	for len(j.Writes) > journalSize || len(j.Writes) > 0 && now.Sub(j.Writes[0].At) > journalFor {
		j.Floor = j.Writes[0].Number
		j.Writes = slices.Delete(j.Writes, 0, 1)
	}
}

// all says that anything may have been written.
func (j *journalled[T]) all() {
	j.Last++
	j.Floor, j.Writes = j.Last, nil
}

// read returns the journal; one that does not exist is empty.
func (j *journal[T]) read(ctx context.Context) (journalled[T], error) {
	if j.archive == nil {
		j.mu.Lock()
		defer j.mu.Unlock()
		held := j.alone
		held.Writes = slices.Clone(held.Writes)
		return held, nil
	}
	var held journalled[T]
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	values, err := j.archive.cache.GetMany(ctx, []string{j.key})
	if err != nil {
		return held, fmt.Errorf("directory: read the journal: %w", err)
	}
	if values[0] != nil && j.archive.decode(ctx, j.key, values[0], &held) != nil {
		return journalled[T]{}, nil
	}
	return held, nil
}

// place is the mark of what begins now.
func (j *journal[T]) place(ctx context.Context) mark {
	held, err := j.read(ctx)
	if err != nil {
		return mark{Epoch: unsure}
	}
	return held.mark()
}

// open is the mark of a listing that begins now. The journal is kept as long as
// there are listings, or it would seem lost.
func (j *journal[T]) open(ctx context.Context, now time.Time) mark {
	at := j.place(ctx)
	if at.Epoch == "" || at.Epoch == unsure {
		return at
	}
	if err := j.change(ctx, func(held *journalled[T]) { held.prune(now); at = held.mark() }); err != nil {
		return mark{Epoch: unsure}
	}
	return at
}

// change changes the journal, for all gateways.
func (j *journal[T]) change(ctx context.Context, edit func(*journalled[T])) error {
	ctx, cancel := context.WithTimeout(ctx, journalTime)
	defer cancel()
	j.mu.Lock() // of this process only one at a time
	defer j.mu.Unlock()
	if j.archive == nil {
		begun(&j.alone)
		edit(&j.alone)
		return nil
	}
	if err := j.lock(ctx); err != nil {
		return err
	}
	defer j.unlock(ctx)
	held, err := j.read(ctx)
	if err != nil {
		return err
	}
	begun(&held)
	edit(&held)
	return j.archive.write(ctx, j.key, held, journalFor)
}

// journalTime bounds a change, for which a write waits.
const journalTime = 2 * time.Second

func begun[T any](j *journalled[T]) {
	if j.Epoch == "" {
		j.Epoch = rand.Text()
	}
}

// lock waits until no other process changes the journal.
func (j *journal[T]) lock(ctx context.Context) error {
	if j.archive.locks == nil {
		return nil
	}
	for {
		_, err := j.archive.locks.Lock(ctx, j.key, j.archive.owner, 2*journalTime)
		if !errors.Is(err, store.ErrLocked) {
			if err != nil {
				return fmt.Errorf("directory: lock the journal: %w", err)
			}
			return nil
		}
		timer := time.NewTimer(20 * time.Millisecond)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return context.Cause(ctx)
		}
	}
}

func (j *journal[T]) unlock(ctx context.Context) {
	if j.archive.locks != nil {
		j.archive.unlock(ctx, j.key)
	}
}
