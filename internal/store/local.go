package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hitotsu/hitotsu/internal/fault"
)

const (
	// LocalFile is the name of the cache in the data directory.
	LocalFile = "cache.db"

	localMeta   = "meta"
	localValues = "values" // key -> end, value
	localEnds   = "ends"   // end, key -> nothing; for what ends first
	localTopics = "topics" // topic -> seq
	localOrder  = "order"  // seq -> topic

	localFormat = "1"
)

// Local is the cache, the topics and the locks of one process with a data
// directory. It is a file of its own because it is not synced: it survives the
// end of the process, and after that of the machine it begins anew, with values
// and topics alike, so that no value outlives the memory of what touched it.
// Locks are in memory.
type Local struct {
	dir  string
	now  func() time.Time
	most int64

	mu sync.RWMutex // held for writing while the file is exchanged
	db *bolt.DB

	locks localLocks

	stop    context.CancelFunc
	sweeper sync.WaitGroup
}

var (
	_ Cache  = (*Local)(nil)
	_ Topics = (*Local)(nil)
	_ Locks  = (*Local)(nil)
)

// LocalOptions configures OpenLocal. The zero value is usable.
type LocalOptions struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// MostBytes bounds the keys and values of the cache; beyond it those go that
	// would end first. 0 is 128 MiB. The file may become four times as large.
	MostBytes int64
	// SweepEvery is how often ended values are removed from the disk; 0 is a
	// minute.
	SweepEvery time.Duration
	// LockTimeout is how long to wait for another process to let go of the
	// file; 0 is 2 s.
	LockTimeout time.Duration
}

// OpenLocal opens the cache in dir and makes both if they are missing. A file
// that cannot be relied on is replaced by an empty one. An error is a
// *fault.Error with the code MISCONFIGURED that says what to do.
func OpenLocal(dir string, opts LocalOptions) (*Local, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.MostBytes <= 0 {
		opts.MostBytes = 128 << 20
	}
	if opts.SweepEvery <= 0 {
		opts.SweepEvery = time.Minute
	}
	if opts.LockTimeout <= 0 {
		opts.LockTimeout = 2 * time.Second
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.New(fault.Misconfigured, "the data directory cannot be made; check HITOTSU_DATA_DIR and the "+
			"rights to it").Because(err)
	}
	l := &Local{dir: dir, now: opts.Now, most: opts.MostBytes}
	if err := l.open(opts.LockTimeout); err != nil {
		return nil, boltFault(err)
	}
	ctx, stop := context.WithCancel(context.Background()) //nolint:forbidigo // it lives until Close
	l.stop = stop
	l.sweeper.Go(func() { l.sweepEvery(ctx, opts.SweepEvery) })
	return l, nil
}

// open opens the file, or an empty one in its place.
func (l *Local) open(timeout time.Duration) error {
	path := filepath.Join(l.dir, LocalFile)
	db, err := openUnsynced(path, timeout)
	if err == nil {
		if err = guarded(func() error { return l.load(db) }); err == nil {
			l.db = db
			return nil
		}
		err = errors.Join(err, db.Close())
	}
	if errors.Is(err, bolterrors.ErrTimeout) {
		return err // it is another process's
	}
	if err := os.Remove(path); err != nil {
		return err
	}
	if db, err = openUnsynced(path, timeout); err != nil {
		return err
	}
	if err := l.load(db); err != nil {
		return errors.Join(err, db.Close())
	}
	l.db = db
	return nil
}

func openUnsynced(path string, timeout time.Duration) (*bolt.DB, error) {
	db, err := openChecked(path, timeout)
	if err != nil {
		return nil, err
	}
	db.NoSync = true
	return db, nil
}

var errForeignCache = errors.New("store: the cache is of another format or of before the machine's start")

// load prepares an empty file, or accepts one that this program
// wrote since the machine started: before that, what was not synced may be
// missing anywhere in it.
func (l *Local) load(db *bolt.DB) error {
	mark := []byte(localFormat + " " + bootID())
	return db.Update(func(tx *bolt.Tx) error {
		meta := tx.Bucket([]byte(localMeta))
		if meta == nil {
			if first, _ := tx.Cursor().First(); first != nil {
				return errForeignCache
			}
			return l.prepare(tx, mark)
		}
		if string(meta.Get([]byte("mark"))) != string(mark) {
			return errForeignCache
		}
		var topics topicsState
		return topics.get(tx)
	})
}

func (l *Local) prepare(tx *bolt.Tx, mark []byte) error {
	meta, err := tx.CreateBucket([]byte(localMeta))
	if err != nil {
		return err
	}
	for _, name := range []string{localValues, localEnds, localTopics, localOrder} {
		if _, err := tx.CreateBucket([]byte(name)); err != nil {
			return err
		}
	}
	topics := newTopicsState(l.now())
	return errors.Join(meta.Put([]byte("mark"), mark), topics.put(tx))
}

// bootID tells one start of the machine from another. Where the system does not
// say, no file is taken over.
func bootID() string {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return newestBoot()
	}
	return strings.TrimSpace(string(id))
}

func newestBoot() string { return strconv.FormatUint(newEpoch(), 10) }

// guarded turns a panic of the database over a damaged or missing page into an
// error.
func guarded(do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true)) // the file is mapped, and may end early
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrCorrupt, p)
		}
	}()
	return do()
}

func (l *Local) view(ctx context.Context, read func(*bolt.Tx) error) error {
	return l.do(ctx, func(db *bolt.DB) error { return db.View(read) })
}

func (l *Local) update(ctx context.Context, write func(*bolt.Tx) error) error {
	return l.do(ctx, func(db *bolt.DB) error { return db.Update(write) })
}

func (l *Local) do(ctx context.Context, work func(*bolt.DB) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	db, err := l.try(work)
	if errors.Is(err, ErrCorrupt) {
		if err = l.replace(db); err == nil {
			_, err = l.try(work)
		}
	}
	return unavailable(err)
}

func (l *Local) try(work func(*bolt.DB) error) (*bolt.DB, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return l.db, guarded(func() error { return work(l.db) })
}

// replace begins anew in the place of a damaged file.
func (l *Local) replace(damaged *bolt.DB) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.db != damaged {
		return nil // another caller was faster
	}
	path := filepath.Join(l.dir, LocalFile)
	_ = guarded(damaged.Close) // the file goes away in any case
	if err := os.Remove(path); err != nil {
		return err
	}
	db, err := openUnsynced(path, time.Second)
	if err != nil {
		return err
	}
	l.db = db
	return l.load(db)
}

// Close ends the sweeping and closes the file.
func (l *Local) Close() error {
	l.stop()
	l.sweeper.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.db.Close()
}

func (l *Local) sweepEvery(ctx context.Context, every time.Duration) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			// What fails now is tried again at the next tick, and an ended value
			// is never returned.
			_ = l.Sweep(ctx)
		}
	}
}
