package directory

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/hitotsu/hitotsu/internal/seal"
	"github.com/hitotsu/hitotsu/internal/store"
)

// archive keeps in the store what links gave, so that a new process, or another
// one, begins with it instead of asking every system for everybody, and so that
// a scan that was interrupted goes on. It is encrypted, in pieces that the store
// takes, and all of it can be had anew: whatever cannot be read counts as absent.
//
// A listing has two places, of which one is shown while the other is written.
// Its head tells which, and the run that wrote it; a piece tells its run too, so
// that a reader never mixes two.
type archive struct {
	cache store.Cache
	locks store.Locks
	box   *seal.Box
	log   *slog.Logger
	owner string // of locks: this process
}

// sealPurpose and sealMark are what the archive is sealed for.
const sealPurpose, sealMark = "hitotsu directory v1", "HD1"

var errUnreadable = errors.New("directory: what is stored cannot be read")

// patient is how long the store may take. Nobody waits for it: scans and starts do.
const patient = 3 * time.Second

// keepFor is how long names and addresses are kept without being refreshed.
const keepFor = 7 * 24 * time.Hour

// newArchive returns nil where nothing can be kept.
func newArchive(opts Options, log *slog.Logger) *archive {
	if opts.Cache == nil || len(opts.Key) == 0 {
		return nil
	}
	box, err := seal.New(opts.Key, sealPurpose, sealMark)
	if err != nil {
		log.Warn("people are not kept in the store", slog.Any("error", err))
		return nil
	}
	return &archive{cache: opts.Cache, locks: opts.Locks, box: box, log: log, owner: rand.Text()}
}

// head describes a listing in the archive.
type head struct {
	Run    string
	Place  int
	Pieces int
	// At is when the listing was complete; for one that is not, when its last
	// piece was written.
	At time.Time
	// Began is when the listing was begun.
	Began time.Time
	// Mark is the place in the journal when it was begun.
	Mark mark
	// Next and Calls are where a scan goes on, and how many calls it has made.
	Next  string
	Calls int
	Total int
}

// read opens a value; false if there is none or it cannot be read.
func (a *archive) read(ctx context.Context, key string, into any) bool {
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	values, err := a.cache.GetMany(ctx, []string{key})
	if err != nil {
		a.log.DebugContext(ctx, "archive not read", slog.Any("error", err))
		return false
	}
	return values[0] != nil && a.decode(ctx, key, values[0], into) == nil
}

func (a *archive) decode(ctx context.Context, key string, value []byte, into any) error {
	plain, err := a.box.Open([]byte(key), value)
	if err == nil {
		err = unpack(plain, into)
	}
	if err != nil {
		a.log.WarnContext(ctx, "archive not readable", slog.String("key", key), slog.Any("error", err))
	}
	return err
}

func (a *archive) write(ctx context.Context, key string, value any, keep time.Duration) error {
	plain, err := pack(value)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	entry := store.Entry{Key: key, Value: a.box.Seal([]byte(key), plain), TTL: keep}
	if err := a.cache.SetMany(ctx, []store.Entry{entry}); err != nil {
		return fmt.Errorf("directory: write the archive: %w", err)
	}
	return nil
}

func pack(value any) ([]byte, error) {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		return nil, fmt.Errorf("directory: encode for the archive: %w", err)
	}
	if err := errors.Join(json.NewEncoder(z).Encode(value), z.Close()); err != nil {
		return nil, fmt.Errorf("directory: encode for the archive: %w", err)
	}
	return b.Bytes(), nil
}

// maxUnpacked bounds a piece, which holds a few thousand records.
const maxUnpacked = 64 << 20

func unpack(plain []byte, into any) error {
	z, err := gzip.NewReader(bytes.NewReader(plain))
	if err != nil {
		return errUnreadable
	}
	if err := json.NewDecoder(io.LimitReader(z, maxUnpacked)).Decode(into); err != nil {
		return errUnreadable
	}
	return nil
}

// piece is a part of a listing.
type piece[T any] struct {
	Run  string
	Rows []T
}

func pieceKey(where string, h *head, n int) string {
	return fmt.Sprintf("%s/%d/%04d", where, h.Place, n)
}

// rows reads the pieces of a listing; false unless all are there.
func rows[T any](ctx context.Context, a *archive, where string, h *head) ([]T, bool) {
	var out []T
	for n := range h.Pieces {
		var p piece[T]
		if !a.read(ctx, pieceKey(where, h, n), &p) || p.Run != h.Run {
			return nil, false
		}
		out = append(out, p.Rows...)
	}
	return out, true
}

const (
	headName = "/head" // of the listing that is shown
	scanName = "/scan" // of the one that is being made
	// journalName is of the writes since then.
	journalName = "/journal"
	movesName   = "/moves" // of the lock of who asks for them
)
