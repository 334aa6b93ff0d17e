package directory

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Between two listings, a link that can tell who came and who left is asked so. Its
// answer only decides when everybody is listed: at once, when the list lacks what
// it tells, else when the list is due. So an answer that means something else than
// is thought costs a call, and shows nothing wrong.

// looksInMaxAge is how often a link is asked while a listing gets as old as it may.
const looksInMaxAge = 24

// moves is what a part knows of the answers.
type moves struct {
	looking bool
	next    time.Time // when to ask
	off     bool      // the link refuses to tell
	// told are what the list lacked once: it was listed again, and what it still
	// lacks is not asked for again.
	told map[[sha256.Size]byte]bool
}

// maxTold bounds what is remembered.
const maxTold = 10_000

// every is the time between two questions to a link.
func (s *shelf[T]) every(p *part[T]) time.Duration {
	return max(s.maxAge/looksInMaxAge, p.fetcher.pace)
}

// look asks every link that can tell who came and who left, when it is time to.
func (s *shelf[T]) look(ctx context.Context) {
	for _, p := range s.parts {
		s.mu.Lock()
		now := s.now()
		every := s.every(p)
		ask := p.fetcher.moves != nil && !p.moves.off && !p.moves.looking && p.loading == nil &&
			!p.at.IsZero() && now.Before(p.due) && now.Sub(p.at) >= every && !now.Before(p.moves.next)
		if ask {
			p.moves.looking, p.moves.next = true, now.Add(every)
			had, since := p.rows, p.at
			s.running.Go(func() { s.ask(ctx, p, had, hr.DateOf(since), hr.DateOf(now)) })
		}
		s.mu.Unlock()
	}
}

// ask asks a link, unless another process has.
func (s *shelf[T]) ask(ctx context.Context, p *part[T], had []T, since, until hr.Date) {
	ctx, cancel := context.WithTimeout(quota.Background(price.With(ctx, nil)), catchUpTime)
	defer cancel()
	f := p.fetcher
	var rows []T
	var err error
	if !f.askedElsewhere(ctx, s.every(p)) {
		rows, err = f.moves(ctx, since, until)
	}
	lacks := f.lacks(had, rows)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.moves.looking = false
	switch e, ok := errors.AsType[*fault.Error](err); {
	case ok && (e.Code == fault.UpstreamRefused || e.Code == fault.NotFound || e.Code == fault.BadUserInput):
		p.moves.off = true
		f.log.WarnContext(ctx, "who came and who left cannot be asked; everybody is listed when it is due",
			slog.String("link", f.link.String()), slog.Any("error", err))
	case err != nil:
		f.log.DebugContext(ctx, "who came and who left was not told", slog.String("link", f.link.String()),
			slog.Any("error", err))
	default:
		s.listFor(ctx, p, lacks)
	}
}

// listFor makes a listing due for what the list lacks and did not lack before. The
// lock is held.
func (s *shelf[T]) listFor(ctx context.Context, p *part[T], lacks [][sha256.Size]byte) {
	news := 0
	for _, l := range lacks {
		if !p.moves.told[l] {
			news++
		}
	}
	if news == 0 {
		return
	}
	if p.moves.told == nil || len(p.moves.told)+news > maxTold {
		p.moves.told = map[[sha256.Size]byte]bool{}
	}
	for _, l := range lacks {
		p.moves.told[l] = true
	}
	p.due = s.now()
	p.fetcher.log.InfoContext(ctx, "people came or left; everybody is listed", slog.String("link", p.link.String()),
		slog.Int("people", news))
}

// askedElsewhere tells whether another process has asked lately. The lock is left
// to end by itself, so that one of all processes asks in that time.
func (f *fetcher[T]) askedElsewhere(ctx context.Context, every time.Duration) bool {
	if f.archive == nil || f.archive.locks == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, patient)
	defer cancel()
	_, err := f.archive.locks.Lock(ctx, f.where+movesName, f.archive.owner, every*9/10)
	return errors.Is(err, store.ErrLocked)
}

// lacks are the digests of rows that the list does not have so.
func (f *fetcher[T]) lacks(list, rows []T) [][sha256.Size]byte {
	if len(rows) == 0 {
		return nil
	}
	at := make(map[hr.Ref]int, len(list))
	for i := range list {
		at[f.ref(&list[i])] = i
	}
	var out [][sha256.Size]byte
	for i := range rows {
		digest := digestOf(&rows[i])
		if k, ok := at[f.ref(&rows[i])]; !ok || digestOf(&list[k]) != digest {
			out = append(out, digest)
		}
	}
	return out
}

// digestOf is the same for equal records.
func digestOf(row any) [sha256.Size]byte {
	b, err := json.Marshal(row)
	if err != nil {
		return [sha256.Size]byte{} // cannot happen: a record is kept as JSON.
	}
	return sha256.Sum256(b)
}
