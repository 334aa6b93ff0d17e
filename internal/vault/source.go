package vault

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Source gives the current token of one credential. It is safe for concurrent
// use.
type Source struct {
	vault  *Vault
	spec   Spec
	stored bool

	mu      sync.Mutex
	current *record // nil until the store has answered
	// pending is a credential that the system gave and the store has not taken
	// yet. It is not used before it is stored.
	pending *record
	// refused is the access token that the system has refused last, and when.
	refused   string
	refusedAt time.Time
	flight    *flight
	rotating  uint64 // the generation that Rotate wants exchanged, or 0
	// compared: the seed was compared with the store. stale: the store is known,
	// or feared, to hold something else than current.
	compared, stale bool
	failures        int // in a row
	lastErr         *fault.Error
	lastErrAt       time.Time
	retryAt         time.Time
	begunAt         time.Time // by Run
	// sharePart is share's fraction for the generation sharedBy.
	sharePart float64
	sharedBy  uint64
}

// flight is one renewal that many may wait for.
type flight struct {
	done chan struct{}
	err  error
	// waited: a caller needs the token, so that another process's exchange is
	// waited for. Guarded by the source's mu.
	waited bool
}

const (
	// expirySkew is how long before its end a token is not sent any more, as
	// the request takes its time to arrive.
	expirySkew = 2 * time.Second
	// refusedPause is how long a token that cannot be renewed rests after it
	// was refused before it is tried again.
	refusedPause = time.Minute
	// refusalPause is how long after a refusal that does not concern the
	// credential it is tried again.
	refusalPause = 15 * time.Minute
	// backOffLeast and backOffMost bound the pause after a failed renewal.
	backOffLeast = time.Second
	backOffMost  = time.Minute
	// lostAnswersPerInterval bounds how often a credential whose answers get
	// lost is tried within the policy's MinInterval.
	lostAnswersPerInterval = 24
	// settlePoll is how often a source looks whether another process has put a
	// newer credential into a store that was emptied.
	settlePoll = 2 * time.Second
)

// ErrNotLinked is wrapped by the RELINK_NEEDED of a credential that was never
// put, or was removed.
var ErrNotLinked = errors.New("vault: no credential is stored")

// begin reads what the store knows. Only what cannot be read is an error: a
// store that does not answer now may do so when the credential is needed.
func (s *Source) begin(ctx context.Context) error {
	var err error
	switch {
	case s.stored:
		err = s.load(ctx)
	case s.spec.Policy.MemoryOnly || s.vault.docs == nil:
		s.current = s.seedRecord()
		return nil
	default:
		s.current = s.seedRecord()
		err = s.loadStatic(ctx)
	}
	if err == nil || fault.CodeOf(err) == fault.Misconfigured {
		return err
	}
	away := !errors.Is(err, ErrNotLinked)
	if away {
		s.fromJournal()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stale = away
	if s.stored {
		s.note(err)
	}
	return nil
}

// Token returns a token that, as far as is known, the system accepts. If there
// is none it waits for a renewal, or until ctx ends; the renewal goes on for
// the others. Its error is a *fault.Error or ctx's.
func (s *Source) Token(ctx context.Context) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	// A renewal may be outlived by its token, when the system refuses it at
	// once; then one more is enough to know.
	for range 2 {
		if token, ok := s.usable(); ok {
			return token, nil
		}
		if err := s.resting(); err != nil {
			return "", err
		}
		if err := s.renewNow(ctx, true); err != nil {
			return "", err
		}
	}
	if token, ok := s.usable(); ok {
		return token, nil
	}
	return "", s.fault(fault.UpstreamUnauthorized, "the system gives tokens that it does not accept; check the "+
		"credential's rights and the clocks")
}

// Invalidate says that the system has refused token. The next Token gives
// another one or an error. A token that is not the current one is ignored.
func (s *Source) Invalidate(_ context.Context, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current != nil && token != "" && s.current.Access == token && s.refused != token {
		s.refused, s.refusedAt = token, s.vault.opts.Now()
	}
}

func (s *Source) usable() (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || s.current.Access == "" || s.current.Access == s.refused || s.expired() {
		return "", false
	}
	return s.current.Access, true
}

func (s *Source) hasUsable() bool {
	_, ok := s.usable()
	return ok
}

// expired is called with mu held.
func (s *Source) expired() bool {
	return !s.current.ExpiresAt.IsZero() && !s.vault.opts.Now().Before(s.current.ExpiresAt.Add(-expirySkew))
}

// resting returns the error to give without asking anybody: after a failure,
// and when a refused token must not be exchanged yet.
func (s *Source) resting() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.vault.opts.Now()
	if s.lastErr != nil && now.Before(s.retryAt) {
		e := *s.lastErr
		e.RetryAfter = s.retryAt.Sub(now)
		return &e
	}
	if s.current == nil || s.current.Access == "" || s.current.Access != s.refused || s.expired() || s.current.Lost {
		return nil
	}
	static := s.spec.Exchange == nil
	tooSoon := s.current.Exchanged && now.Before(s.current.ObtainedAt.Add(s.spec.Policy.MinInterval))
	if !static && !tooSoon {
		return nil
	}
	if rest := s.refusedAt.Add(refusedPause).Sub(now); rest > 0 {
		e := s.fault(fault.UpstreamUnauthorized, "the system refuses a token that it gave only recently; check the rights "+
			"of the token's owner")
		if static {
			e = s.relink()
		}
		e.RetryAfter = rest
		return e
	}
	// It may have been a passing refusal, and one more call will tell.
	s.refused = ""
	return nil
}

// adopt makes r, which is stored, the current record, unless a later state is
// known.
func (s *Source) adopt(r *record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.current == nil || r.version >= s.current.version {
		s.current = r
	}
}

// errForeign: another process has the credential's exchange under way, and
// nobody waits for it here.
var errForeign = errors.New("vault: another process is renewing the token")

// renewNow joins the running renewal or starts one. The renewal belongs to the
// vault and not to ctx: its answer must be stored whoever goes away. Unless it is
// waited for, another process's exchange is left to that one.
func (s *Source) renewNow(ctx context.Context, waited bool) error {
	for {
		err := s.joinFlight(ctx, waited)
		if !waited || !errors.Is(err, errForeign) {
			return err
		}
	}
}

func (s *Source) joinFlight(ctx context.Context, waited bool) error {
	s.mu.Lock()
	if s.spec.Exchange == nil {
		defer s.mu.Unlock()
		if s.current.Removed {
			return s.notLinked()
		}
		return nil // usable tells
	}
	f := s.flight
	if f == nil {
		if !s.vault.begin() {
			s.mu.Unlock()
			return s.fault(fault.UpstreamUnavailable, "the gateway is shutting down")
		}
		f = &flight{done: make(chan struct{})}
		s.flight = f
		go s.fly(ctx, f) // counted by begin, waited for by Close
	}
	f.waited = f.waited || waited
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Source) fly(ctx context.Context, f *flight) {
	defer s.vault.flights.Done()
	ctx, cancel := s.vault.flightContext(ctx)
	defer cancel()
	err := s.renew(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case errors.Is(err, errForeign):
		f.err = err
	default:
		s.note(err)
		if err != nil {
			f.err = s.lastErr
		}
	}
	s.flight = nil
	close(f.done)
}

// isWaitedFor reports whether a caller waits for the running renewal.
func (s *Source) isWaitedFor() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.flight != nil && s.flight.waited
}

// note keeps how a renewal ended; called with mu held.
func (s *Source) note(err error) {
	now := s.vault.opts.Now()
	if err == nil {
		s.failures, s.lastErr, s.retryAt = 0, nil, time.Time{}
		return
	}
	fe, ok := errors.AsType[*fault.Error](err)
	if !ok {
		fe = s.fault(fault.UpstreamTimeout, "renewing the token took too long").Because(err)
	}
	fe = fe.Because(errors.Unwrap(fe)) // a copy: the exchanger may share its errors
	if fe.System == "" {
		fe.System, fe.Link = s.spec.ID.System, s.spec.ID.Link
	}
	s.lastErr, s.lastErrAt = fe, now
	most := backOffMost
	if errors.Is(err, errLostAnswer) {
		// Each attempt may have made a token at the system, which has a limit.
		most = max(most, s.spec.Policy.MinInterval/lostAnswersPerInterval)
	}
	pause := min(most, backOffLeast<<min(s.failures, 20))
	s.failures++
	if errors.Is(err, store.ErrUnavailable) && !errors.Is(err, errLostAnswer) {
		// The system was not asked, and a store that is back is used at once.
		pause, s.failures = backOffLeast, 0
	}
	if errors.Is(err, errUnsettled) {
		pause, fe.RetryAfter, s.failures = settlePoll, settlePoll, 0
	}
	if fe.Code == fault.UpstreamRefused || fe.VendorCode == oauthClientRefused {
		pause = refusalPause // the answer will not change soon
	}
	s.retryAt = now.Add(max(pause, fe.RetryAfter))
	if fe.Code == fault.RelinkNeeded && s.stored {
		s.retryAt = now // asking costs only a look into the store, where a new one may be
	}
}

func (s *Source) fault(code fault.Code, message string) *fault.Error {
	return fault.Upstream(code, s.spec.ID.System, s.spec.ID.Link, message)
}

// notLinked is the error of what was never put, or was removed.
func (s *Source) notLinked() *fault.Error {
	e := s.relink()
	e.Message = "no credential is stored; " + s.remedy()
	return e.Because(ErrNotLinked)
}

// relink is the error that sends for a person.
func (s *Source) relink() *fault.Error {
	return s.fault(fault.RelinkNeeded, "the system does not accept the credential any more; "+s.remedy())
}

func (s *Source) remedy() string {
	return cmp.Or(s.spec.Remedy, "make a new one in the system's console and put it into the configuration of this link")
}
