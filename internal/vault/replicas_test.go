package vault_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// TestVault_replicasExchangeOnce lets 500 callers on three replicas with one real
// Redis meet a token that has just ended, again and again: each time there is one
// exchange, everybody gets its token, and it is accepted.
func TestVault_replicasExchangeOnce(t *testing.T) {
	t.Parallel()
	const replicas, callers = 3, 500
	expiries := 20
	if os.Getenv(longVariable) != "" {
		expiries = 1000
	}
	var ahead atomic.Int64
	now := func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	system := &rotating{now: now, current: canary + "-0"}
	s := vault.Spec{
		ID: companyID(), Seed: vault.Seed{Access: config.NewSecret(canary + "-0")}, Exchange: system.exchange,
	}
	redis := storetest.StartRedis(t)
	sources := make([]*vault.Source, replicas)
	for i := range sources {
		docs, err := store.OpenRedis(redis.URL, store.RedisOptions{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = docs.Close() }) // nothing is written any more
		sources[i] = source(t, open(t, docs, vault.Options{Now: now, JournalDir: t.TempDir()}), s)
		sources[i].Invalidate(t.Context(), canary+"-0")
	}
	for expiry := 1; expiry <= expiries; expiry++ {
		want := fmt.Sprintf("%s-%d", canary, expiry)
		var group sync.WaitGroup
		for caller := range callers {
			group.Go(func() {
				if got, err := sources[caller%replicas].Token(t.Context()); err != nil || got != want {
					t.Errorf("expiry %d, caller %d: %q, %v", expiry, caller, got, err)
				}
			})
		}
		group.Wait()
		if got := system.asked.Load(); got != int64(expiry) {
			t.Fatalf("%d exchanges in %d expiries", got, expiry)
		}
		if t.Failed() {
			return
		}
		ahead.Add(int64(2 * time.Hour))
	}
	t.Logf("%d expiries of %d callers on %d replicas: %d exchanges", expiries, callers, replicas, system.asked.Load())
}

// rotating is a strict system whose tokens live for an hour: only the last one
// can be exchanged.
type rotating struct {
	now   func() time.Time
	asked atomic.Int64

	mu      sync.Mutex
	current string
}

func (r *rotating) exchange(_ context.Context, c vault.Credential) (vault.Credential, error) {
	n := r.asked.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.Access.Reveal() != r.current {
		return vault.Credential{}, fault.New(fault.UpstreamUnauthorized, "spent")
	}
	r.current = fmt.Sprintf("%s-%d", canary, n)
	return vault.Credential{Access: config.NewSecret(r.current), ExpiresAt: r.now().Add(time.Hour)}, nil
}
