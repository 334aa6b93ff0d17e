package vault

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/seal"
	"github.com/hitotsu/hitotsu/internal/store"
)

// record is what the store holds of a credential, before encryption.
type record struct {
	ID         ID        `json:"id"`
	Access     string    `json:"access,omitempty"`
	Refresh    string    `json:"refresh,omitempty"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	ObtainedAt time.Time `json:"obtained_at"`
	Generation uint64    `json:"generation"`
	// LinkedAt is when a person last replaced or removed the credential; what a
	// person did last counts, whatever the generations say. Zero for a seed that
	// replaced nothing.
	LinkedAt time.Time `json:"linked_at,omitzero"`
	// Exchanged is false for a seed, and for what a person put.
	Exchanged bool `json:"exchanged,omitempty"`
	// Seeds are the fingerprints of all seeds seen, the latest last. A seed
	// that comes back, from a replica whose configuration is old, is not new.
	Seeds []string `json:"seeds"`
	// Flight is the mark of an exchange whose answer is not stored.
	Flight *mark `json:"flight,omitempty"`
	// Lost: the system has refused it for good.
	Lost bool `json:"lost,omitempty"`
	// Removed: a person has removed it. The record stays, without secrets, so
	// that no replica brings the credential back.
	Removed bool `json:"removed,omitempty"`

	// RestoredAt is when a process put it into a store that had lost it. Another
	// one may know a newer one.
	RestoredAt time.Time `json:"restored_at,omitzero"`

	version uint64    // of the document, 0 when not stored yet
	under   *seal.Box // the key it was sealed under
}

// mark says that an exchange has begun.
type mark struct {
	// Owner is the process; empty once it has given up, so that another need
	// not wait.
	Owner string    `json:"owner,omitempty"`
	Since time.Time `json:"since"`
}

// maxSeeds is how many fingerprints are remembered.
const maxSeeds = 16

func (r *record) credential() Credential {
	c := Credential{
		ID: r.ID, Access: config.NewSecret(r.Access), Refresh: config.NewSecret(r.Refresh),
		ExpiresAt: r.ExpiresAt, ObtainedAt: r.ObtainedAt, Generation: r.Generation,
	}
	if len(r.Seeds) > 0 {
		c.SeedFingerprint = r.Seeds[len(r.Seeds)-1]
	}
	return c
}

// supersedes reports whether r, which this process knows, should take the place
// of have, which is stored: the store was emptied or put back to an older state
// behind our back.
func (r *record) supersedes(have *record) bool {
	switch {
	case have.Generation == 0:
		return r.Generation > 0
	case slices.ContainsFunc(have.Seeds, func(seed string) bool { return !slices.Contains(r.Seeds, seed) }):
		return false // it descends from a seed that r never knew
	case !r.LinkedAt.Equal(have.LinkedAt):
		return r.LinkedAt.After(have.LinkedAt)
	default:
		return r.Generation > have.Generation
	}
}

// withSeed returns seeds with one more at the end.
func withSeed(seeds []string, seed string) []string {
	out := append(slices.DeleteFunc(slices.Clone(seeds), func(s string) bool { return s == seed }), seed)
	return out[max(0, len(out)-maxSeeds):]
}

// seedRecord is the record of the configured seed.
func (s *Source) seedRecord() *record {
	return &record{
		ID: s.spec.ID, Access: s.spec.Seed.Access.Reveal(), Refresh: s.spec.Seed.Refresh.Reveal(),
		ExpiresAt: s.spec.Seed.ExpiresAt, ObtainedAt: s.vault.opts.Now(), Generation: 1,
	}
}

// load brings the source to what is stored, after the seed was compared with
// it. It stores a new seed, and what this process holds if the store has lost
// it.
func (s *Source) load(ctx context.Context) error {
	for {
		have, err := s.vault.get(ctx, s.spec.ID)
		if errors.Is(err, store.ErrNotFound) {
			have, err = &record{ID: s.spec.ID}, nil
		}
		if err != nil {
			return err
		}
		next := s.reconciled(have)
		if next.Generation == 0 {
			s.looked()
			return s.notLinked()
		}
		if next != have {
			err = s.vault.put(ctx, next)
		}
		if errors.Is(err, store.ErrConflict) {
			continue // another process was faster: it holds what to start from
		}
		if err != nil {
			return err
		}
		s.vault.journal.note(next)
		s.adopt(next)
		s.looked()
		return nil
	}
}

// looked notes that what the store holds is known, and the seed was compared with
// it.
func (s *Source) looked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.compared, s.stale = true, false
}

// loadStatic looks whether a person has put another credential in the place of
// the configured one, which never changes by itself and is not stored.
func (s *Source) loadStatic(ctx context.Context) error {
	_, err := s.vault.get(ctx, s.spec.ID)
	held, _ := s.held()
	if errors.Is(err, store.ErrNotFound) && len(held.Seeds) == 0 {
		s.looked()
		return nil
	}
	return s.load(ctx)
}

// reconciled returns what should be stored in place of have, or have itself.
func (s *Source) reconciled(have *record) *record {
	best := have
	held, compared := s.held()
	if held != nil && held.supersedes(have) {
		best = s.vault.restored(held, have)
	}
	switch {
	case !compared && s.isNewSeed(best):
		next := s.seedRecord()
		next.version, next.Generation = have.version, best.Generation+1
		next.Seeds = withSeed(best.Seeds, s.fingerprint())
		if best.Generation > 0 {
			next.LinkedAt = later(next.ObtainedAt, best.LinkedAt.Add(1))
		}
		return next
	case best == have && have.Generation > 0 && have.under != s.vault.seal.current:
		next := *have
		return &next // the same under the current key
	default:
		return best
	}
}

// held returns what this process knows of the credential, and whether the seed
// was compared with the store before.
func (s *Source) held() (held *record, compared bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	held = s.current
	if r := s.vault.journal.get(s.spec.ID); r != nil && (held == nil || r.supersedes(held)) {
		held = r
	}
	return held, s.compared
}

// fromJournal lets the source serve what the journal knows while the store does
// not answer. A configured seed that the journal does not know may be a new one.
func (s *Source) fromJournal() {
	r := s.vault.journal.get(s.spec.ID)
	if r == nil || s.isNewSeed(r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current, s.stale = r, true
}

func (s *Source) fingerprint() string {
	return fingerprint(s.spec.Seed.Access.Reveal(), s.spec.Seed.Refresh.Reveal())
}

func (s *Source) hasSeed() bool { return s.spec.Seed.Access.IsSet() || s.spec.Seed.Refresh.IsSet() }

// isNewSeed reports whether the configured seed was never seen. A process asks
// once: what is stored later is newer.
func (s *Source) isNewSeed(have *record) bool {
	return s.hasSeed() && !slices.Contains(have.Seeds, s.fingerprint())
}
