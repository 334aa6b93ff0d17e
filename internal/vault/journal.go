package vault

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// The journal is this process's own copy, in the data directory, of the
// credentials in a shared store: losing either of the two loses nothing. It is
// an append-only file of frames, each one sealed record; of each credential the
// last frame counts. What a frame is, and what a damaged file means, is in
// frames.go.
//
// A frame is synced before what it says is relied on. Frames that only repeat
// what the store holds are synced a few at a time.
type journal struct {
	dir  string
	seal *sealer
	log  *slog.Logger
	lock *os.File

	// owner names the processes that have had this journal, one after another:
	// an exchange that bears it is over when the next one begins.
	owner string

	mu       sync.Mutex
	file     *os.File
	size     int64
	names    names         // of the store, nil when not known
	records  map[ID][]byte // as in their last frames, not encrypted
	unsynced int
	// broken: a write failed and the file's end is not known; it is written
	// anew before the next frame.
	broken bool
	// compactAt is the size at which the file is written anew.
	compactAt int64
}

const (
	// JournalFile is the name of the journal in the data directory.
	JournalFile = "vault.journal"
	journalLock = "vault.lock"

	// noteBatch is how many frames that only repeat the store may wait for
	// their sync.
	noteBatch = 32
	// compactFactor and compactLeast bound the file: it is written anew when it
	// is larger than both the least and the factor times what counts in it.
	compactFactor = 4
	compactLeast  = 256 << 10
)

var errJournal = errors.New("vault: the journal cannot be written")

// ErrJournalInUse is wrapped by Open's error when another process has the
// journal of the data directory open.
var ErrJournalInUse = errors.New("vault: the journal is in use by another process")

// openJournal reads the journal in dir and makes both if they are missing. An
// error is a *fault.Error with the code MISCONFIGURED; then nothing was changed.
func openJournal(ctx context.Context, dir string, seal *sealer, log *slog.Logger) (*journal, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, journalFault(err)
	}
	lock, err := lockFile(ctx, filepath.Join(dir, journalLock))
	if err != nil {
		return nil, journalFault(err)
	}
	j := &journal{
		dir: dir, seal: seal, log: log, lock: lock, records: map[ID][]byte{},
		compactAt: compactLeast,
	}
	if err := j.read(); err != nil {
		return nil, errors.Join(journalFault(err), unlockFile(lock))
	}
	return j, nil
}

func (j *journal) path() string { return filepath.Join(j.dir, JournalFile) }

// read takes over what the file holds and makes it ready for appending. A file
// that is new, ends in the middle of a frame or holds frames under a former key
// is written anew.
func (j *journal) read() error {
	data, err := os.ReadFile(j.path())
	fresh := errors.Is(err, os.ErrNotExist)
	if err != nil && !fresh {
		return err
	}
	torn, former := false, false // former: it is to be written anew
	err = nil
	if !fresh {
		torn, err = eachFrame(data, func(kind byte, sealed []byte) error {
			plain, under, err := j.seal.open(framePlace(kind), sealed)
			if err != nil {
				return err
			}
			former = former || under != j.seal.current
			return j.take(kind, plain)
		})
	}
	if err != nil {
		return err
	}
	if j.owner == "" {
		j.owner, former = rand.Text(), true
	}
	if torn {
		j.log.Warn("the journal ended in the middle of a write, which was dropped")
	}
	if fresh || torn || former {
		return j.rewrite()
	}
	j.file, err = os.OpenFile(j.path(), os.O_WRONLY|os.O_APPEND, 0o600)
	j.size = int64(len(data))
	return err
}

func (j *journal) take(kind byte, plain []byte) error {
	switch kind {
	case frameNames:
		if len(plain) != keyBytes {
			return errDamaged
		}
		j.names = plain
	case frameOwner:
		j.owner = string(plain)
	case frameRecord:
		r := &record{}
		if json.Unmarshal(plain, r) != nil {
			return errDamaged
		}
		j.records[r.ID] = plain
	default:
		return errVersion
	}
	return nil
}

// get returns what the journal knows of a credential, nil when nothing.
func (j *journal) get(id ID) *record {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return decoded(j.records[id])
}

// decoded returns the record, nil if there is none.
func decoded(plain []byte) *record {
	r := &record{}
	if json.Unmarshal(plain, r) != nil {
		return nil // not what was written
	}
	return r
}

// all returns everything the journal knows.
func (j *journal) all() []*record {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	out := make([]*record, 0, len(j.records))
	for _, plain := range j.records {
		out = append(out, decoded(plain))
	}
	return out
}

// ownNames returns how the store named its records when it was last seen.
func (j *journal) ownNames() names {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.names
}

// keepNames remembers how the store names its records.
func (j *journal) keepNames(n names) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if string(j.names) == string(n) {
		return
	}
	j.names = n
	if err := j.append(frameNames, n, true); err != nil {
		j.log.Error("the journal cannot be written; check HITOTSU_DATA_DIR and its disk", slog.Any("error", err))
	}
}

// write makes r durable. It is errJournal if it cannot.
func (j *journal) write(r *record) error { return j.add(r, true) }

// note appends r, which is durable elsewhere.
func (j *journal) note(r *record) { _ = j.add(r, false) } // add logs

func (j *journal) add(r *record, sync bool) error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	plain, err := json.Marshal(r)
	if bytes.Equal(plain, j.records[r.ID]) && !j.broken && (!sync || j.unsynced == 0) {
		return nil
	}
	if err == nil {
		err = j.append(frameRecord, plain, sync)
	}
	if err != nil {
		j.log.Error("the journal cannot be written; check HITOTSU_DATA_DIR and its disk", slog.Any("error", err))
		return fmt.Errorf("%w: %w", errJournal, err)
	}
	j.records[r.ID] = plain
	return nil
}

// append writes one frame; called with mu held.
func (j *journal) append(kind byte, plain []byte, sync bool) error {
	if j.file == nil && !j.broken {
		return os.ErrClosed
	}
	if j.broken || j.size > j.compactAt {
		if err := j.rewrite(); err != nil && j.broken {
			return err
		} else if err != nil {
			j.compactAt = j.size + compactLeast // later; the old file is whole
			j.log.Warn("the journal cannot be written anew", slog.Any("error", err))
		}
	}
	frame := newFrame(kind, j.seal.seal(framePlace(kind), plain))
	n, err := j.file.Write(frame)
	j.size += int64(n)
	if err == nil {
		j.unsynced++
		if sync || j.unsynced >= noteBatch {
			err = j.file.Sync()
			j.unsynced = 0
		}
	}
	j.broken = err != nil
	return err
}

// rewrite puts a file of only what counts in the place of the old one; called
// with mu held, or before the journal is shared.
func (j *journal) rewrite() error {
	data := append([]byte(journalMagic), newFrame(frameOwner, j.seal.seal(framePlace(frameOwner), []byte(j.owner)))...)
	if j.names != nil {
		data = append(data, newFrame(frameNames, j.seal.seal(framePlace(frameNames), j.names))...)
	}
	for _, plain := range j.records {
		data = append(data, newFrame(frameRecord, j.seal.seal(framePlace(frameRecord), plain))...)
	}
	file, err := replaceFile(j.path(), data)
	if err != nil {
		return err
	}
	if j.file != nil {
		_ = j.file.Close() // replaced: nothing in it counts
	}
	j.file, j.size, j.unsynced, j.broken = file, int64(len(data)), 0, false
	j.compactAt = max(compactLeast, compactFactor*j.size)
	return nil
}

// close syncs what waits and lets go of the files.
func (j *journal) close() error {
	if j == nil {
		return nil
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.lock == nil {
		return nil
	}
	var err error
	if j.file != nil {
		err = errors.Join(j.file.Sync(), j.file.Close())
	}
	err = errors.Join(err, unlockFile(j.lock))
	j.file, j.lock, j.broken = nil, nil, false
	return err
}

func journalFault(err error) error {
	message := "the journal in the data directory cannot be opened; check HITOTSU_DATA_DIR, the rights to it and the disk"
	switch {
	case errors.Is(err, ErrJournalInUse):
		message = "the data directory is in use by another process; stop that one, or give each its own HITOTSU_DATA_DIR"
	case errors.Is(err, errWrongKey):
		message = "the journal in the data directory was encrypted under another key; set HITOTSU_ENCRYPTION_KEY to the " +
			"one that was used before, or name that one in HITOTSU_ENCRYPTION_KEYS_OLD (nothing was changed)"
	case errors.Is(err, errVersion):
		message = "the journal in the data directory was written by another version of hitotsu and was left as it is; run " +
			"that version, or move " + JournalFile + " away: credentials then come from Redis"
	case errors.Is(err, errDamaged):
		message = "the journal in the data directory is damaged and was left as it is; move " + JournalFile +
			" away: credentials then come from Redis, and a new journal is begun"
	}
	return fault.New(fault.Misconfigured, "%s", message).Because(err)
}
