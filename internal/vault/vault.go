// Package vault keeps the credentials of the links and renews those that
// rotate.
//
// The problem: an AKASHI token dies after a month and can be exchanged only
// while it lives; Carely's refresh token is spent by every use. Whoever loses
// the answer to an exchange, or lets two processes exchange the same token,
// sends an administrator to log in by hand. So:
//
//   - a credential is exchanged by one flight in a process and, on a shared
//     store, by one process: the mark "exchange in flight" is written by
//     compare-and-set before the request leaves;
//   - a new credential is durable before its first use. If the store fails at
//     that moment the credential waits in memory, unused, until it is stored;
//   - whoever finds a mark whose answer was lost (a crash, a cut connection)
//     tries the old credential once more. If it is refused the credential is
//     lost: RELINK_NEEDED, for good, and never a loop;
//   - a credential from the configuration is only a seed. The store remembers
//     its fingerprint: while the configuration holds a seed that was seen
//     before, the store wins; a new seed replaces what is stored. So does what a
//     person puts while the gateway runs;
//   - beside a store that others share, a process keeps a journal of its own.
//     Losing either loses nothing: what a person did last wins, then the highest
//     generation. While the store does not answer nobody exchanges, and what the
//     journal holds serves until its end;
//   - renewals are begun ahead of the end, each credential at its own share of a
//     span of days, a few at a time.
//
// Everything stored is encrypted and bound to the place it is stored at. A store
// is moved to another encryption key record by record, while it is in use.
//
// vault may import internal/fault, internal/config, internal/seal and
// internal/store and nothing else of the gateway; what an exchange is, its caller
// says.
package vault

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
)

// ID says whose credential it is.
type ID struct {
	// System and Link are the link's, such as AKASHI and default.
	System string `json:"system"`
	Link   string `json:"link"`
	// Kind tells several credentials of one link apart, such as company or
	// employee.
	Kind string `json:"kind"`
	// Owner is the employee code of a person's own token, otherwise empty.
	Owner string `json:"owner,omitempty"`
}

// Credential is what a system accepts. Its secrets do not print.
type Credential struct {
	ID
	// Access is sent with calls; not set when only a refresh token is known.
	Access config.Secret
	// Refresh buys the next Access where the system has such; otherwise not
	// set.
	Refresh config.Secret
	// ExpiresAt is when Access ends; zero when unknown.
	ExpiresAt time.Time
	// ObtainedAt is when the system gave it, or when a seed was first seen.
	ObtainedAt time.Time
	// Generation counts the credentials this ID has had.
	Generation uint64
	// SeedFingerprint identifies the seed it descends from.
	SeedFingerprint string
}

// Seed is a credential out of the configuration.
type Seed struct {
	Access, Refresh config.Secret
	// ExpiresAt is zero when unknown.
	ExpiresAt time.Time
}

// Exchanger gives the current credential to the system for a new one, of which
// Access, Refresh and ExpiresAt are used. It must not retry by itself and must
// keep the ctx's deadline. Its error decides what happens:
//
//   - UPSTREAM_UNAUTHORIZED or RELINK_NEEDED: the system refuses the
//     credential, which is lost;
//   - UPSTREAM_REFUSED: the same, if the access token does not work any more or
//     an earlier answer was lost; otherwise it was not spent;
//   - MISCONFIGURED, UPSTREAM_RATE_LIMITED, or the vendor code invalid_client of
//     OAuth: the credential was not spent;
//   - anything else: the system may have spent the credential.
type Exchanger func(ctx context.Context, current Credential) (Credential, error)

// Policy says when a credential is exchanged. The zero value exchanges only
// what has expired or was refused.
type Policy struct {
	// Ahead exchanges a credential when this much of its life is left, but not
	// before half of its life is over.
	Ahead time.Duration
	// AheadFraction does the same by the fraction of its life, 0 to 1.
	AheadFraction float64
	// UnknownAfter exchanges a seed of unknown expiry this long after it was
	// first seen; 0 never does.
	UnknownAfter time.Duration
	// Spread and UnknownSpread bring the exchange forward, and put off that of a
	// seed of unknown expiry, by up to this much: each credential by its own
	// share, so that thousands do not fall on one day.
	Spread, UnknownSpread time.Duration
	// MinInterval is the least time between two exchanges of a credential that
	// has not expired.
	MinInterval time.Duration
	// MemoryOnly does not store the credential: for one that can be had anew at
	// any time from the configuration alone.
	MemoryOnly bool
}

// Spec describes a credential to Source.
type Spec struct {
	ID   ID
	Seed Seed
	// Exchange is nil for a credential that never changes; it is stored only if
	// Put replaces it.
	Exchange Exchanger
	Policy   Policy
	// Remedy completes a RELINK_NEEDED message: what a person must do.
	Remedy string
}

// Options configures Open. The zero value is usable.
type Options struct {
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Log gets an event for every exchange; nil logs nothing.
	Log *slog.Logger
	// ExchangeTimeout bounds one exchange; 0 is 30 s.
	ExchangeTimeout time.Duration
	// JournalDir is the directory of the journal: this process's own copy of what
	// is in a store that others share, so that losing either loses nothing.
	// Empty keeps none.
	JournalDir string
	// FormerKeys are encryption keys that what is stored may still be under.
	FormerKeys [][]byte
	// CheckEvery is how often Run looks for what is due; 0 is 5 s.
	CheckEvery time.Duration
}

const (
	defaultExchangeTimeout = 30 * time.Second
	defaultCheckEvery      = 5 * time.Second
	// saveTime is how long one flight tries to store a new credential.
	saveTime = 10 * time.Second
)

// Vault holds the sources of all credentials. It is safe for concurrent use.
type Vault struct {
	docs      store.Documents
	exclusive bool
	seal      *sealer
	journal   *journal // nil without
	opts      Options
	owner     string // this process, in the marks it writes

	cut     chan struct{} // closed when running flights must end
	flights sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	names   names // nil before the store was read
	sources map[ID]*Source
}

// Open returns a vault over a store. key is 32 bytes. docs and key may be nil
// together: then only credentials that are not stored can be added. A store
// with the method Exclusive() bool that answers true is taken to have no other
// writer, so that a mark found there is that of a crash.
func Open(docs store.Documents, key []byte, opts Options) (*Vault, error) {
	v := &Vault{docs: docs, opts: opts, owner: rand.Text(), cut: make(chan struct{}), sources: map[ID]*Source{}}
	if docs != nil {
		seal, err := newSealer(key, opts.FormerKeys)
		if err != nil {
			return nil, fault.New(fault.Misconfigured, "an encryption key must be 32 bytes; see HITOTSU_ENCRYPTION_KEY").
				Because(err)
		}
		v.seal = seal
		alone, ok := docs.(interface{ Exclusive() bool })
		v.exclusive = ok && alone.Exclusive()
	}
	if v.opts.Now == nil {
		v.opts.Now = time.Now
	}
	if v.opts.Log == nil {
		v.opts.Log = slog.New(slog.DiscardHandler)
	}
	v.opts.ExchangeTimeout = cmp.Or(v.opts.ExchangeTimeout, defaultExchangeTimeout)
	v.opts.CheckEvery = cmp.Or(v.opts.CheckEvery, defaultCheckEvery)
	if docs != nil && opts.JournalDir != "" {
		// It waits only for a process that has just ended to let go.
		//nolint:forbidigo // Open takes no context: nothing else in it can wait
		journal, err := openJournal(context.Background(), opts.JournalDir, v.seal, v.opts.Log)
		if err != nil {
			return nil, err
		}
		v.journal, v.owner = journal, journal.owner
	}
	return v, nil
}

// Source adds a credential and reads what the store knows of it. An ID is added
// once. It fails, with MISCONFIGURED, if what is stored cannot be decrypted or
// read; a store that does not answer is no failure yet, because it may answer
// when the credential is needed.
func (v *Vault) Source(ctx context.Context, spec Spec) (*Source, error) {
	s := &Source{vault: v, spec: spec, stored: spec.Exchange != nil && !spec.Policy.MemoryOnly}
	if s.stored && v.docs == nil {
		return nil, fault.Upstream(fault.Misconfigured, spec.ID.System, spec.ID.Link,
			"a credential that rotates needs HITOTSU_DATA_DIR or HITOTSU_REDIS_URL")
	}
	if err := s.begin(ctx); err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if _, twice := v.sources[spec.ID]; twice {
		return nil, fault.Upstream(fault.Misconfigured, spec.ID.System, spec.ID.Link,
			"this credential is configured twice; keep one")
	}
	v.sources[spec.ID] = s
	return s, nil
}

// Lookup returns the source of a credential, if one was added.
func (v *Vault) Lookup(id ID) (*Source, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	s, ok := v.sources[id]
	return s, ok
}

// unordered returns the sources.
func (v *Vault) unordered() []*Source {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Collect(maps.Values(v.sources))
}

// all returns the sources in a fixed order.
func (v *Vault) all() []*Source {
	out := v.unordered()
	slices.SortFunc(out, func(a, b *Source) int { return a.spec.ID.compare(b.spec.ID) })
	return out
}

func (id ID) compare(other ID) int {
	return cmp.Or(cmp.Compare(id.System, other.System), cmp.Compare(id.Link, other.Link),
		cmp.Compare(id.Kind, other.Kind), cmp.Compare(id.Owner, other.Owner))
}

// Close lets running exchanges end, so that their answers are stored, and
// starts no more. It waits at most until ctx ends; then what still runs is
// cut off. The store is its owner's to close, afterwards.
func (v *Vault) Close(ctx context.Context) error {
	v.mu.Lock()
	first := !v.closed
	v.closed = true
	v.mu.Unlock()
	done := make(chan struct{})
	go func() {
		v.flights.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if first {
		close(v.cut)
	}
	<-done
	for _, s := range v.all() {
		err = errors.Join(err, s.savePending(ctx))
	}
	return errors.Join(err, v.journal.close())
}

// flightContext is ctx without its end: a flight belongs to the vault and ends
// when that cuts it off.
func (v *Vault) flightContext(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		select {
		case <-v.cut:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

// begin counts a flight, unless the vault is closing.
func (v *Vault) begin() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.closed {
		return false
	}
	v.flights.Add(1)
	return true
}
