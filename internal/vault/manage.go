package vault

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Entry is what may be shown of a credential; it holds no secret.
type Entry struct {
	ID ID
	// ExpiresAt is zero when unknown or never.
	ExpiresAt time.Time
	// ObtainedAt is when the system gave it, a person put it, or its seed was
	// first seen.
	ObtainedAt time.Time
	// Generation counts the credentials this ID has had.
	Generation uint64
	// Lost: the system refuses it for good; a person must put a new one.
	Lost bool
	// InFlight: an exchange has begun and its answer is not stored.
	InFlight bool
	// KeyID names the encryption key it is stored under; see Vault.KeyID.
	KeyID string
	// Stored is false for one that is only in this process's configuration.
	Stored bool
	// HasRefresh: a refresh token is known.
	HasRefresh bool
}

// KeyID names the current encryption key, so that one can see which records are
// still under a former one. It is empty in a vault without a store.
func (v *Vault) KeyID() string {
	if v.seal == nil {
		return ""
	}
	return v.seal.current.KeyID()
}

// List returns every credential that is stored or has a source, ordered by ID.
func (v *Vault) List(ctx context.Context) ([]Entry, error) {
	records := map[ID]*record{}
	for _, s := range v.all() {
		s.mu.Lock()
		if s.current != nil {
			r := *s.current
			r.version = 0 // what the store holds is looked up below
			records[s.spec.ID] = &r
		} else {
			records[s.spec.ID] = &record{ID: s.spec.ID}
		}
		s.mu.Unlock()
	}
	if v.docs != nil {
		stored, err := v.records(ctx)
		if err != nil {
			return nil, err
		}
		for _, r := range stored {
			_, known := records[r.ID]
			if !r.Removed || known {
				records[r.ID] = r
			}
		}
	}
	out := make([]Entry, 0, len(records))
	for id, r := range records {
		e := Entry{
			ID: id, ExpiresAt: r.ExpiresAt, ObtainedAt: r.ObtainedAt, Generation: r.Generation, Lost: r.Lost,
			InFlight: r.Flight != nil, Stored: r.version != 0 && !r.Removed, HasRefresh: r.Refresh != "",
		}
		if e.Stored {
			e.KeyID = r.under.KeyID()
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return a.ID.compare(b.ID) })
	return out, nil
}

// records returns all that is stored.
func (v *Vault) records(ctx context.Context) ([]*record, error) {
	n, err := v.ready(ctx)
	if err != nil {
		return nil, storeFault(ID{}, err)
	}
	keys, err := v.docs.List(ctx, recordPrefix)
	if err != nil {
		return nil, storeFault(ID{}, err)
	}
	out := make([]*record, 0, len(keys))
	for _, key := range keys {
		r, err := v.getAt(ctx, key)
		switch {
		case errors.Is(err, store.ErrNotFound):
		case err != nil:
			return nil, storeFault(ID{}, err)
		case n.key(r.ID) == key:
			out = append(out, r)
		}
	}
	return out, nil
}

// Put stores a credential that a person has made, in place of what is stored.
// Access or Refresh must be set; ExpiresAt may be. An exchange of the old one
// that is under way does not undo it. The sources of this process use it at
// once, those of other processes as soon as they notice.
func (v *Vault) Put(ctx context.Context, id ID, c Credential) error {
	if !c.Access.IsSet() && !c.Refresh.IsSet() {
		return fault.Upstream(fault.BadUserInput, id.System, id.Link, "the credential is empty")
	}
	return v.replace(ctx, id, func(next *record) {
		next.Access, next.Refresh, next.ExpiresAt = c.Access.Reveal(), c.Refresh.Reveal(), c.ExpiresAt
	})
}

// Remove forgets a credential, also where the configuration still has its seed.
// Only a new seed or Put brings one back. What is not there is NOT_FOUND.
func (v *Vault) Remove(ctx context.Context, id ID) error {
	return v.replace(ctx, id, func(next *record) { next.Removed = true })
}

// replace stores what a person decided over what is stored.
func (v *Vault) replace(ctx context.Context, id ID, set func(next *record)) error {
	if v.docs == nil {
		return fault.Upstream(fault.Misconfigured, id.System, id.Link,
			"there is nowhere to keep a credential; set HITOTSU_DATA_DIR or HITOTSU_REDIS_URL")
	}
	s, known := v.Lookup(id)
	if known && s.spec.Policy.MemoryOnly {
		return fault.Upstream(fault.BadUserInput, id.System, id.Link,
			"this credential is not kept: it is fetched with the link's configuration; change that")
	}
	for {
		have, err := v.get(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			have, err = &record{ID: id}, nil
		}
		if err != nil {
			return err
		}
		version := have.version
		have = v.newest(have, s)
		next := record{
			ID: id, Generation: have.Generation + 1, Seeds: have.Seeds, ObtainedAt: v.opts.Now(), version: version,
		}
		next.LinkedAt = later(next.ObtainedAt, have.LinkedAt.Add(time.Nanosecond))
		if known && s.hasSeed() {
			next.Seeds = withSeed(have.Seeds, s.fingerprint())
		}
		set(&next)
		if !next.Removed {
			// It begins a line of its own, as a new seed does.
			next.Seeds = withSeed(next.Seeds, fingerprint(next.Access, next.Refresh))
		}
		if next.Removed && (have.Removed || have.Generation == 0 && !known) {
			return fault.Upstream(fault.NotFound, id.System, id.Link, "no such credential is stored")
		}
		if err = v.put(ctx, &next); errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return err
		}
		if known {
			s.replaced(&next)
		}
		v.announce(ctx, id)
		return nil
	}
}

// newest returns have or what this process knows in its place; s may be nil.
func (v *Vault) newest(have *record, s *Source) *record {
	held := v.journal.get(have.ID)
	if s != nil && s.stored {
		held, _ = s.held()
	}
	if held != nil && held.supersedes(have) {
		return held
	}
	return have
}

// replaced makes what a person decided current and forgets what failed before.
func (s *Source) replaced(r *record) {
	s.adopt(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refused, s.failures, s.lastErr, s.retryAt = "", 0, nil, time.Time{}
}

// Rotate exchanges the credential now, whatever its policy says about when, but
// not more often than its MinInterval allows: then it is UPSTREAM_RATE_LIMITED
// and RetryAfter says when it may be done.
func (s *Source) Rotate(ctx context.Context) error {
	if s.spec.Exchange == nil {
		return s.fault(fault.BadUserInput, "this credential never changes by itself; put a new one in its place")
	}
	if s.stored {
		if err := s.load(ctx); err != nil {
			return err
		}
	}
	now := s.snapshot()
	if err := s.tooSoon(now); err != nil {
		return err
	}
	s.mu.Lock()
	s.rotating = now.Generation
	s.lastErr, s.retryAt = nil, time.Time{}
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.rotating = 0
	}()
	for s.snapshot().Generation == now.Generation {
		if err := s.renewNow(ctx, true); err != nil {
			return err
		}
	}
	return nil
}

// tooSoon is the error of an exchange that the policy does not allow yet.
func (s *Source) tooSoon(r record) error {
	now := s.vault.opts.Now()
	next := r.ObtainedAt.Add(s.spec.Policy.MinInterval)
	if !r.Exchanged || !now.Before(next) {
		return nil
	}
	e := s.fault(fault.UpstreamRateLimited, "this token was renewed at "+clock(r.ObtainedAt)+
		"; the system allows it again at "+clock(next))
	e.RetryAfter = next.Sub(now)
	return e
}

// clock writes an instant as people in Japan read it.
func clock(t time.Time) string {
	return t.In(time.FixedZone("JST", 9*60*60)).Format("2006-01-02 15:04 JST")
}
