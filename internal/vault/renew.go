package vault

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// leasePoll is how often a process looks whether another one has finished.
const leasePoll = 100 * time.Millisecond

// restoreGrace is how long a credential that was put back into an emptied store
// is not exchanged on a store that others share: one of them may know a newer
// one, and a system may take a spent credential for theft.
const restoreGrace = 30 * time.Second

var (
	// errUnsettled: the store was emptied a moment ago.
	errUnsettled = errors.New("vault: the store was emptied a moment ago")
	// errLostAnswer: the system may have answered and nobody has heard it.
	errLostAnswer = errors.New("vault: the answer to an exchange was lost")
)

// renew brings the source a credential that is usable and not due, from the
// store or from the system.
func (s *Source) renew(ctx context.Context) error {
	if !s.stored {
		fresh, err := s.exchange(ctx, s.snapshot())
		if err != nil {
			if isRefusal(err, true) {
				err = s.relink().Because(err)
			}
			return err
		}
		next := s.next(s.snapshot(), fresh)
		s.adopt(&next)
		return nil
	}
	if err := s.savePending(ctx); err != nil {
		return err
	}
	for {
		base, uncertain, err := s.claim(ctx)
		if err != nil || base == nil {
			return err
		}
		lost, err := s.spend(ctx, base, uncertain)
		if err != nil || !lost {
			return err
		}
		if uncertain {
			return s.fault(fault.UpstreamUnavailable, "the system did not answer when the token was to be renewed; it is "+
				"tried again by itself").Because(errLostAnswer)
		}
		// Whether the system has spent the credential is unknown: trying it
		// once more, now, tells.
	}
}

// claim returns the stored record with this process's mark on it, durable, or
// nil if the stored credential needs no exchange. It is uncertain if it bore the
// mark of an exchange whose answer was lost.
func (s *Source) claim(ctx context.Context) (claimed *record, uncertain bool, err error) {
	for {
		if err := s.load(ctx); err != nil {
			return nil, false, err
		}
		base := s.snapshot()
		if s.sufficient() {
			return nil, false, nil
		}
		if base.Removed {
			return nil, false, s.notLinked()
		}
		if base.Lost {
			return nil, false, s.relink()
		}
		if wait := s.leased(base); wait > 0 {
			if !s.isWaitedFor() {
				return nil, false, errForeign
			}
			if err := pause(ctx, min(wait, leasePoll)); err != nil {
				return nil, false, err
			}
			continue
		}
		if s.unsettled(base) {
			return nil, false, s.fault(fault.UpstreamUnavailable, "the credential store was emptied a moment ago; whether "+
				"another gateway knows a newer token is awaited").Because(errUnsettled)
		}
		uncertain = base.Flight != nil
		base.Flight = &mark{Owner: s.vault.owner, Since: s.vault.opts.Now()}
		err := s.vault.put(ctx, &base)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		if err := s.vault.journal.write(&base); err != nil {
			// What the system would give could be lost: it is not asked.
			base.Flight = nil
			if uncertain {
				base.Flight = &mark{Since: s.vault.opts.Now()}
			}
			_ = s.settle(ctx, &base)
			return nil, false, storeFault(s.spec.ID, err)
		}
		return &base, uncertain, nil
	}
}

// unsettled reports whether r was put back into an emptied store so recently
// that another process may still bring a newer one.
func (s *Source) unsettled(r record) bool {
	// Also by a clock that is ahead of ours, but not for ever.
	return !r.RestoredAt.IsZero() && s.vault.opts.Now().Sub(r.RestoredAt).Abs() < restoreGrace
}

// leased returns how long another process may still be at work on r.
func (s *Source) leased(r record) time.Duration {
	if s.vault.exclusive || r.Flight == nil || r.Flight.Owner == "" || r.Flight.Owner == s.vault.owner {
		return 0
	}
	return r.Flight.Since.Add(s.vault.opts.ExchangeTimeout + saveTime).Sub(s.vault.opts.Now())
}

// spend exchanges the credential of base, which bears this process's mark, and
// stores what comes of it. It reports whether the answer was lost.
func (s *Source) spend(ctx context.Context, base *record, uncertain bool) (lost bool, err error) {
	fresh, err := s.exchange(ctx, *base)
	switch {
	case err == nil:
		next := s.next(*base, fresh)
		s.mu.Lock()
		s.pending = &next
		s.mu.Unlock()
		return false, s.savePending(ctx)
	case isRefusal(err, uncertain || !s.hasUsable()):
		dead := *base
		dead.Flight, dead.Lost = nil, true
		if errors.Is(s.settle(ctx, &dead), store.ErrConflict) {
			return false, s.load(ctx) // replaced meanwhile; what came of the old one does not count
		}
		s.vault.opts.Log.LogAttrs(ctx, slog.LevelError, "credential lost, link the system anew", s.attrs()...)
		return false, s.relink().Because(err)
	case isUnspent(err):
		kept := *base
		kept.Flight = nil
		_ = s.settle(ctx, &kept) // the mark that stands says the same
		return false, err
	default:
		// The mark stays; only the lease is given up.
		kept := *base
		kept.Flight = &mark{Since: base.Flight.Since}
		_ = s.settle(ctx, &kept) // the mark that stands says the same
		s.vault.opts.Log.LogAttrs(ctx, slog.LevelWarn, "answer to a token's renewal lost",
			s.attrs(slog.String("code", string(fault.CodeOf(err))))...)
		return true, nil
	}
}

// settle stores the outcome of an exchange that gave nothing. If it cannot, the
// mark that stands says the same, only later: the credential is tried again.
func (s *Source) settle(ctx context.Context, r *record) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveTime)
	defer cancel()
	err := s.vault.put(ctx, r)
	if err == nil {
		s.adopt(r)
	}
	return err
}

// savePending makes a new credential durable and then current. Another process
// may have taken the old one over when this one was slow: what the system gave
// last wins.
func (s *Source) savePending(ctx context.Context) error {
	s.mu.Lock()
	next := s.pending
	s.mu.Unlock()
	if next == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, saveTime)
	defer cancel()
	_ = s.vault.journal.write(next) // if it cannot, the store has it
	for wait := leasePoll; ; wait *= 2 {
		err := s.vault.put(ctx, next)
		if errors.Is(err, store.ErrConflict) {
			have, readErr := s.vault.get(ctx, s.spec.ID)
			switch {
			case readErr != nil:
				err = readErr
			case !next.supersedes(have):
				next, err = have, nil
			default:
				next.version = have.version
				continue
			}
		}
		if err == nil {
			s.adopt(next)
			s.mu.Lock()
			s.pending = nil
			s.mu.Unlock()
			s.vault.opts.Log.LogAttrs(ctx, slog.LevelInfo, "token renewed",
				s.attrs(slog.Time("expires_at", next.ExpiresAt))...)
			return nil
		}
		if pause(ctx, wait) != nil {
			return err
		}
	}
}

// exchange asks the system, within the time of one exchange.
func (s *Source) exchange(ctx context.Context, r record) (Credential, error) {
	ctx, cancel := context.WithTimeout(ctx, s.vault.opts.ExchangeTimeout)
	defer cancel()
	fresh, err := s.spec.Exchange(ctx, r.credential())
	if err == nil && !fresh.Access.IsSet() {
		err = s.fault(fault.UpstreamBadResponse, "the system's answer to the token's renewal holds no token")
	}
	return fresh, err
}

// next is the record of a fresh credential that follows base. A refresh token
// that the answer does not replace stays valid. An end that is not ahead cannot
// be meant, and what was given must not be thrown away: it is taken as unknown.
func (s *Source) next(base record, fresh Credential) record {
	now := s.vault.opts.Now()
	r := record{
		ID: base.ID, LinkedAt: base.LinkedAt,
		Access: fresh.Access.Reveal(), Refresh: fresh.Refresh.Reveal(), ExpiresAt: fresh.ExpiresAt,
		ObtainedAt: now, Generation: base.Generation + 1, Exchanged: true, Seeds: base.Seeds, version: base.version,
	}
	if r.Refresh == "" {
		r.Refresh = base.Refresh
	}
	if !r.ExpiresAt.After(now.Add(expirySkew)) {
		r.ExpiresAt = time.Time{}
	}
	return r
}

// snapshot returns a copy of the current record.
func (s *Source) snapshot() record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *s.current
}

// oauthClientRefused is what RFC 6749, 5.2 calls a client that is not known or
// whose secret is wrong. It says nothing about the credential.
const oauthClientRefused = "invalid_client"

// isRefusal reports whether err says that the credential is dead. Not every
// system tells a dead credential from a request that it does not like for
// another reason; the latter is taken for the former when inDoubt.
func isRefusal(err error, inDoubt bool) bool {
	fe := fault.From(err)
	if fe.VendorCode == oauthClientRefused {
		return false
	}
	switch fe.Code {
	case fault.UpstreamUnauthorized, fault.RelinkNeeded:
		return true
	case fault.UpstreamRefused:
		return inDoubt
	default:
		return false
	}
}

// isUnspent reports whether the system cannot have taken the credential.
func isUnspent(err error) bool {
	fe := fault.From(err)
	switch fe.Code {
	case fault.Misconfigured, fault.UpstreamRateLimited, fault.UpstreamRefused:
		return true
	default:
		return fe.VendorCode == oauthClientRefused
	}
}

// attrs describe the credential in the log; neither its owner nor an error's
// text is part of them.
func (s *Source) attrs(more ...slog.Attr) []slog.Attr {
	return append(more, slog.String("system", s.spec.ID.System), slog.String("link", s.spec.ID.Link),
		slog.String("kind", s.spec.ID.Kind))
}

// pause waits, or returns ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
