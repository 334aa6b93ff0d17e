package vault

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"github.com/hitotsu/hitotsu/internal/seal"
)

// Status is what may be shown of a credential.
type Status struct {
	ID ID
	// Known is false while the store has not answered.
	Known bool
	// HasToken is whether there is a token to send now.
	HasToken bool
	// ExpiresAt is zero when unknown or never.
	ExpiresAt time.Time
	// RenewAt is when it will be renewed; zero when no time is set.
	RenewAt time.Time
	// RenewedAt is when the system gave it; zero for one from the configuration.
	RenewedAt time.Time
	// NeedsRelink: it cannot be renewed any more. A token may still be good
	// until it ends.
	NeedsRelink bool
	// Remedy is what to do then.
	Remedy string
	// LastError is the last failed renewal since the last good one, empty
	// without; it is safe to show.
	LastError   string
	LastErrorAt time.Time
}

// Status returns the state of every credential, ordered by ID.
func (v *Vault) Status() []Status {
	all := v.all()
	out := make([]Status, 0, len(all))
	for _, s := range all {
		out = append(out, s.Status())
	}
	return out
}

// Status returns the state of the credential.
func (s *Source) Status() Status {
	_, usable := s.usable()
	s.mu.Lock()
	defer s.mu.Unlock()
	st := Status{ID: s.spec.ID, Known: s.current != nil, HasToken: usable}
	if r := s.current; r != nil {
		st.ExpiresAt, st.RenewAt, st.NeedsRelink = r.ExpiresAt, s.dueAt(), r.Lost || r.Removed
		if r.Exchanged {
			st.RenewedAt = r.ObtainedAt
		}
		if s.spec.Exchange == nil && r.Access == s.refused {
			st.NeedsRelink = true
		}
	}
	if s.lastErr != nil {
		st.LastError, st.LastErrorAt = s.lastErr.Message, s.lastErrAt
	}
	if st.NeedsRelink {
		st.Remedy = s.relink().Message
	}
	return st
}

// sufficient reports whether the current record needs no exchange.
func (s *Source) sufficient() bool {
	if _, ok := s.usable(); !ok {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current.Generation == s.rotating {
		return false
	}
	due := s.dueAt()
	return due.IsZero() || s.vault.opts.Now().Before(due)
}

// dueAt is when the current credential should be renewed, zero when no time is
// set. Called with mu held, when there is a current record.
func (s *Source) dueAt() time.Time {
	r, p := s.current, s.spec.Policy
	switch {
	case s.spec.Exchange == nil || r.Lost || r.Removed:
		return time.Time{}
	case r.Access == "" || r.Flight != nil:
		return r.ObtainedAt // nothing to send, or a lost answer: at once
	case r.ExpiresAt.IsZero() && (r.Exchanged || p.UnknownAfter <= 0):
		return time.Time{}
	case r.ExpiresAt.IsZero():
		return r.ObtainedAt.Add(p.UnknownAfter + s.share(p.UnknownSpread))
	}
	life := r.ExpiresAt.Sub(r.ObtainedAt)
	due := r.ExpiresAt.Add(-max(p.Ahead, time.Duration(p.AheadFraction*float64(life))) - s.share(p.Spread))
	if r.Exchanged {
		// However short the life is, half of it is used; and not too often.
		due = later(due, later(r.ObtainedAt.Add(life/2), r.ObtainedAt.Add(p.MinInterval)))
	}
	if due.After(r.ExpiresAt) {
		return r.ExpiresAt
	}
	return due
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// share returns the part of d that falls to this credential: the same in every
// process, another one for every generation. Called with mu held.
func (s *Source) share(d time.Duration) time.Duration {
	if d == 0 {
		return 0
	}
	if generation := s.current.Generation; s.sharedBy != generation {
		id := s.spec.ID
		sum := sha256.Sum256(binary.BigEndian.AppendUint64(seal.Join(id.System, id.Link, id.Kind, id.Owner), generation))
		s.sharedBy, s.sharePart = generation, float64(binary.BigEndian.Uint32(sum[:]))/(1<<32)
	}
	return time.Duration(float64(d) * s.sharePart)
}
