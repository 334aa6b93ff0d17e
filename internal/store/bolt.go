package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hitotsu/hitotsu/internal/fault"
)

const (
	// BoltFile is the name of the store in the data directory.
	BoltFile = "hitotsu.db"

	boltMeta      = "meta"
	boltFormatKey = "format"
	boltFormat    = "1"
	boltDocuments = "documents"
	versionSize   = 8
)

// Bolt keeps documents in one file of the data directory, which it locks
// against other processes. Every write is synced before it returns.
type Bolt struct{ db *bolt.DB }

var _ Documents = (*Bolt)(nil)

// BoltOptions configures OpenBolt. The zero value is usable.
type BoltOptions struct {
	// LockTimeout is how long to wait for another process to let go of the
	// file; 0 is 2 s.
	LockTimeout time.Duration
}

// OpenBolt opens the store in dir and makes both if they are missing, readable
// by the own user only. An error is a *fault.Error with the code MISCONFIGURED
// that says what to do.
func OpenBolt(dir string, opts BoltOptions) (*Bolt, error) {
	if opts.LockTimeout <= 0 {
		opts.LockTimeout = 2 * time.Second
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.New(fault.Misconfigured, "the data directory cannot be made; check HITOTSU_DATA_DIR and the "+
			"rights to it").Because(err)
	}
	db, err := openChecked(filepath.Join(dir, BoltFile), opts.LockTimeout)
	if err != nil {
		return nil, boltFault(err)
	}
	if err := errors.Join(prepare(db), syncDir(dir)); err != nil {
		return nil, errors.Join(boltFault(err), db.Close())
	}
	return &Bolt{db: db}, nil
}

// openChecked opens the file unless it is shorter than it says it is: the
// database maps it into memory, and touching a page beyond its end would end
// the process.
func openChecked(path string, timeout time.Duration) (*bolt.DB, error) {
	var db *bolt.DB
	if err := guarded(func() (err error) {
		db, err = bolt.Open(path, 0o600, &bolt.Options{Timeout: timeout})
		return err
	}); err != nil {
		return nil, err
	}
	tooShort := false
	err := db.View(func(tx *bolt.Tx) error {
		info, err := os.Stat(path)
		tooShort = err == nil && info.Size() < tx.Size()
		return err
	})
	if err == nil && tooShort {
		err = bolterrors.ErrInvalid
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func prepare(db *bolt.DB) error {
	return db.Update(func(tx *bolt.Tx) error {
		meta, err := tx.CreateBucketIfNotExists([]byte(boltMeta))
		if err != nil {
			return err
		}
		switch format := meta.Get([]byte(boltFormatKey)); {
		case format == nil:
			if err := meta.Put([]byte(boltFormatKey), []byte(boltFormat)); err != nil {
				return err
			}
		case string(format) != boltFormat:
			return errForeignFormat
		}
		_, err = tx.CreateBucketIfNotExists([]byte(boltDocuments))
		return err
	})
}

var errForeignFormat = errors.New("store: the file is of another format")

func boltFault(err error) error {
	message := "the store in the data directory cannot be opened; check HITOTSU_DATA_DIR, the rights to it and the disk"
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		message = "the data directory is in use by another process; stop that one, or give each its own HITOTSU_DATA_DIR " +
			"(processes that share credentials need HITOTSU_REDIS_URL)"
	case errors.Is(err, errForeignFormat), errors.Is(err, bolterrors.ErrVersionMismatch):
		message = "the store in the data directory was written by another version of hitotsu; run that version, or set " +
			"another HITOTSU_DATA_DIR and link the systems anew"
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum),
		errors.Is(err, bolterrors.ErrInvalidMapping), errors.Is(err, ErrCorrupt):
		message = "the store in the data directory is damaged and was left as it is; put " + BoltFile +
			" back from a backup, or move it away and link the systems anew"
	}
	return fault.New(fault.Misconfigured, "%s", message).Because(err)
}

// syncDir makes the file's name durable; the database syncs only its content.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's own data directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Close lets go of the file after the running operations.
func (b *Bolt) Close() error { return b.db.Close() }

// Ping reports whether the store can be read.
func (b *Bolt) Ping(ctx context.Context) error {
	return b.view(ctx, func(*bolt.Bucket) error { return nil })
}

// Exclusive is true: while this process has the file no other one does.
func (b *Bolt) Exclusive() bool { return true }

// Get implements Documents.
func (b *Bolt) Get(ctx context.Context, key string) (Document, error) {
	if err := checkKey(key); err != nil {
		return Document{}, err
	}
	var doc Document
	err := b.view(ctx, func(bucket *bolt.Bucket) error {
		stored := bucket.Get([]byte(key))
		if stored == nil {
			return ErrNotFound
		}
		version, err := versionOf(stored)
		doc = Document{Value: bytes.Clone(stored[min(versionSize, len(stored)):]), Version: version}
		return err
	})
	if err != nil {
		return Document{}, err
	}
	return doc, nil
}

// Put implements Documents.
func (b *Bolt) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if err := errors.Join(checkKey(key), checkValue(value)); err != nil {
		return 0, err
	}
	var version uint64
	err := b.update(ctx, func(bucket *bolt.Bucket) error {
		current, err := versionOf(bucket.Get([]byte(key)))
		if err != nil {
			return err
		}
		if current != expected {
			return ErrConflict
		}
		// One sequence for all keys, so that no version of a key comes back
		// after its document was deleted.
		if version, err = bucket.NextSequence(); err != nil {
			return err
		}
		stored := binary.BigEndian.AppendUint64(make([]byte, 0, versionSize+len(value)), version)
		return bucket.Put([]byte(key), append(stored, value...))
	})
	if err != nil {
		return 0, err
	}
	return version, nil
}

// Delete implements Documents.
func (b *Bolt) Delete(ctx context.Context, key string, expected uint64) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return b.update(ctx, func(bucket *bolt.Bucket) error {
		current, err := versionOf(bucket.Get([]byte(key)))
		if err != nil {
			return err
		}
		if current == 0 {
			return nil
		}
		if current != expected {
			return ErrConflict
		}
		return bucket.Delete([]byte(key))
	})
}

// List implements Documents.
func (b *Bolt) List(ctx context.Context, prefix string) ([]string, error) {
	if err := checkPrefix(prefix); err != nil {
		return nil, err
	}
	var keys []string
	err := b.view(ctx, func(bucket *bolt.Bucket) error {
		cursor := bucket.Cursor()
		for k, _ := cursor.Seek([]byte(prefix)); k != nil && strings.HasPrefix(string(k), prefix); k, _ = cursor.Next() {
			keys = append(keys, string(k))
		}
		return nil
	})
	return keys, err
}

func (b *Bolt) view(ctx context.Context, read func(*bolt.Bucket) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return unavailable(b.db.View(func(tx *bolt.Tx) error { return read(tx.Bucket([]byte(boltDocuments))) }))
}

func (b *Bolt) update(ctx context.Context, write func(*bolt.Bucket) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return unavailable(b.db.Update(func(tx *bolt.Tx) error { return write(tx.Bucket([]byte(boltDocuments))) }))
}

// unavailable marks what the database itself reports.
func unavailable(err error) error {
	if err == nil || errors.Is(err, ErrNotFound) || errors.Is(err, ErrConflict) || errors.Is(err, ErrCorrupt) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// versionOf returns the version of a stored value, 0 when there is none.
func versionOf(stored []byte) (uint64, error) {
	if stored == nil {
		return 0, nil
	}
	if len(stored) < versionSize {
		return 0, ErrCorrupt
	}
	version := binary.BigEndian.Uint64(stored)
	if version == 0 {
		return 0, ErrCorrupt
	}
	return version, nil
}
