package vault

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// record is what the store holds of a credential, before encryption.
type record struct {
	Access     string    `json:"access,omitempty"`
	Refresh    string    `json:"refresh,omitempty"`
	ExpiresAt  time.Time `json:"expires_at,omitzero"`
	ObtainedAt time.Time `json:"obtained_at"`
	Generation uint64    `json:"generation"`
	// Exchanged is false for a seed.
	Exchanged bool `json:"exchanged,omitempty"`
	// Seeds are the fingerprints of all seeds seen, the latest last. A seed
	// that comes back, from a replica whose configuration is old, is not new.
	Seeds []string `json:"seeds"`
	// Flight is the mark of an exchange whose answer is not stored.
	Flight *mark `json:"flight,omitempty"`
	// Lost: the system has refused it for good.
	Lost bool `json:"lost,omitempty"`

	version uint64 // of the document, 0 when not stored yet
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

func (r *record) credential(id ID) Credential {
	c := Credential{
		ID: id, Access: config.NewSecret(r.Access), Refresh: config.NewSecret(r.Refresh),
		ExpiresAt: r.ExpiresAt, ObtainedAt: r.ObtainedAt, Generation: r.Generation,
	}
	if len(r.Seeds) > 0 {
		c.SeedFingerprint = r.Seeds[len(r.Seeds)-1]
	}
	return c
}

// seedRecord is the record of the configured seed.
func (s *Source) seedRecord() *record {
	return &record{
		Access: s.spec.Seed.Access.Reveal(), Refresh: s.spec.Seed.Refresh.Reveal(),
		ExpiresAt: s.spec.Seed.ExpiresAt, ObtainedAt: s.vault.opts.Now(), Generation: 1,
	}
}

// read returns the stored record; store.ErrNotFound if there is none.
func (s *Source) read(ctx context.Context) (*record, error) {
	doc, err := s.vault.docs.Get(ctx, s.vault.seal.key(s.spec.ID))
	if err != nil {
		return nil, s.storeFault(err)
	}
	plain, err := s.vault.seal.open(s.spec.ID, doc.Value)
	if err != nil {
		return nil, s.storeFault(err)
	}
	r := &record{version: doc.Version}
	if err := json.Unmarshal(plain, r); err != nil {
		return nil, s.storeFault(errDamaged) // the cause could quote the record
	}
	return r, nil
}

// write stores r over the version it was read in and notes the new version.
func (s *Source) write(ctx context.Context, r *record) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return s.storeFault(err)
	}
	version, err := s.vault.docs.Put(ctx, s.vault.seal.key(s.spec.ID), s.vault.seal.seal(s.spec.ID, plain), r.version)
	if err != nil {
		return s.storeFault(err)
	}
	r.version = version
	return nil
}

// load brings the source to what is stored, after the seed was compared with
// it. It stores a new seed, and what this process holds if the store has lost
// it.
func (s *Source) load(ctx context.Context) error {
	if err := s.vault.checkKey(ctx); err != nil {
		return s.storeFault(err)
	}
	for {
		have, err := s.read(ctx)
		if errors.Is(err, store.ErrNotFound) {
			have, err = &record{}, nil
		}
		if err != nil {
			return err
		}
		next := s.reconciled(have)
		if next.Generation == 0 {
			return s.relink() // nothing stored and nothing configured
		}
		if next != have {
			err = s.write(ctx, next)
		}
		if errors.Is(err, store.ErrConflict) {
			continue // another process was faster: it holds what to start from
		}
		if err != nil {
			return err
		}
		s.adopt(next)
		return nil
	}
}

// reconciled returns what should be stored in place of have, or have itself.
func (s *Source) reconciled(have *record) *record {
	s.mu.Lock()
	held := s.current
	s.mu.Unlock()
	switch {
	case held != nil && held.Generation > have.Generation && !holdsNewSeed(have, held):
		// Emptied, or put back to an older state, behind our back.
		next := *held
		next.version = have.version
		return &next
	case held == nil && s.isNewSeed(have):
		next := s.seedRecord()
		next.version, next.Generation = have.version, have.Generation+1
		next.Seeds = append(slices.Clone(have.Seeds), s.fingerprint())
		next.Seeds = next.Seeds[max(0, len(next.Seeds)-maxSeeds):]
		return next
	default:
		return have
	}
}

// holdsNewSeed reports whether have descends from a seed that held never knew.
func holdsNewSeed(have, held *record) bool {
	return slices.ContainsFunc(have.Seeds, func(seed string) bool { return !slices.Contains(held.Seeds, seed) })
}

func (s *Source) fingerprint() string {
	return s.vault.seal.fingerprint("seed", s.spec.Seed.Access.Reveal(), s.spec.Seed.Refresh.Reveal())
}

func (s *Source) hasSeed() bool { return s.spec.Seed.Access.IsSet() || s.spec.Seed.Refresh.IsSet() }

// isNewSeed reports whether the configured seed was never seen. A process asks
// once: what is stored later is newer.
func (s *Source) isNewSeed(have *record) bool {
	return s.hasSeed() && !slices.Contains(have.Seeds, s.fingerprint())
}

// storeFault makes an error of the store or of decryption one that may be
// shown. store.ErrNotFound and store.ErrConflict stay inspectable.
func (s *Source) storeFault(err error) error {
	id := s.spec.ID
	switch {
	case errors.Is(err, errWrongKey):
		return fault.Upstream(fault.Misconfigured, id.System, id.Link, "the stored credential was encrypted under another "+
			"key; set HITOTSU_ENCRYPTION_KEY to the one that was used before (nothing stored was changed)").Because(err)
	case errors.Is(err, errDamaged), errors.Is(err, store.ErrCorrupt):
		return fault.Upstream(fault.Misconfigured, id.System, id.Link, "the stored credential is damaged and was left as it "+
			"is; put the store back from a backup, or use an empty one and link the system anew").Because(err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		return fault.Upstream(fault.UpstreamUnavailable, id.System, id.Link, "the gateway's credential store does not "+
			"answer, so no token can be renewed; check the data directory or Redis").Because(err)
	}
}
