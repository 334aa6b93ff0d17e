package quota

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// LedgerOptions configure a Ledger. The zero value is that of a process alone
// that remembers nothing.
type LedgerOptions struct {
	// Shared keeps the turns for all replicas; nil for a process alone.
	Shared Shared
	// Replicas is the least number of replicas to reckon with while Redis is
	// away; 0 is the number seen last.
	Replicas int
	// Egress names the address that requests leave from, for vendors that count
	// by address; replicas with the same name share budgets.
	Egress string
	// Documents remembers, for a process alone, when it ended; nil remembers
	// nothing. It is not used with Shared, which remembers the turns.
	Documents store.Documents
	// Now is the clock; default time.Now.
	Now func() time.Time
}

// Ledger holds the budgets of a process. It is safe for concurrent use.
type Ledger struct {
	opts LedgerOptions

	mu      sync.Mutex
	budgets map[string]*Budget
	// quietSince is when the process before this one sent for the last time, or
	// may have; zero when there was none.
	quietSince time.Time
	version    uint64
}

// Open returns a ledger without budgets.
func Open(ctx context.Context, opts LedgerOptions) (*Ledger, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Replicas < 0 {
		return nil, errors.New("quota: the number of replicas is negative")
	}
	l := &Ledger{opts: opts, budgets: map[string]*Budget{}}
	if opts.Shared == nil && opts.Documents != nil {
		if err := l.resume(ctx); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// The document that tells when the last process ended: empty while it runs.
const endKey = "quota/end"

// resume reads when the process before this one ended and marks this one as
// running.
func (l *Ledger) resume(ctx context.Context) error {
	doc, err := l.opts.Documents.Get(ctx, endKey)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return fmt.Errorf("quota: %w", err)
	default:
		now := l.opts.Now()
		l.quietSince = now // it was killed, or it is not known
		if end, err := time.Parse(time.RFC3339Nano, string(doc.Value)); err == nil && end.Before(now) {
			l.quietSince = end
		}
	}
	if l.version, err = l.opts.Documents.Put(ctx, endKey, nil, doc.Version); err != nil {
		return fmt.Errorf("quota: %w", err)
	}
	return nil
}

// Budget returns the budget of a host, the same one for all that name it; the
// first says what it allows.
func (l *Ledger) Budget(ctx context.Context, host string, opts Options) (*Budget, error) {
	opts.Now = l.opts.Now
	name := cmp.Or(l.opts.Egress, "-") + "/" + host
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.budgets[name]; ok {
		return b, nil
	}
	b, err := New(opts)
	if err != nil {
		return nil, fmt.Errorf("quota: %s: %w", host, err)
	}
	if !l.quietSince.IsZero() {
		// Nobody knows what the process before this one sent in its last window.
		b.from = l.quietSince.Add(b.pace.gap)
	}
	if l.opts.Shared != nil {
		b.share(ctx, l.opts.Shared, name, l.opts.Replicas)
	}
	l.budgets[name] = b
	return b, nil
}

// State returns the state of every budget by its host, with the egress before
// it.
func (l *Ledger) State() map[string]State {
	l.mu.Lock()
	budgets := maps.Clone(l.budgets)
	l.mu.Unlock()
	out := make(map[string]State, len(budgets))
	for name, b := range budgets {
		out[name] = b.State()
	}
	return out
}

// Close ends the ties to other processes and remembers when it was. Nothing may
// be sent afterwards.
func (l *Ledger) Close(ctx context.Context) error {
	l.mu.Lock()
	budgets := slices.Collect(maps.Values(l.budgets))
	l.mu.Unlock()
	var all sync.WaitGroup
	for _, b := range budgets {
		all.Go(b.close)
	}
	all.Wait()
	if l.version == 0 {
		return nil
	}
	end := l.opts.Now().Format(time.RFC3339Nano)
	if _, err := l.opts.Documents.Put(ctx, endKey, []byte(end), l.version); err != nil {
		return fmt.Errorf("quota: %w", err)
	}
	return nil
}
