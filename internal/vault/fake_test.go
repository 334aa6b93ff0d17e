package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// canary begins every secret of these tests.
const canary = "c4n4ry"

// vendor is a system that exchanges tokens. A strict one ends the old token at
// once.
type vendor struct {
	strict bool
	life   time.Duration // 0: it does not say

	mu        sync.Mutex
	live      map[string]bool
	exchanges int // that gave a token
	attempts  int
	// fail, if set, is asked with the number of the attempt; before loses the
	// request and after the answer.
	fail func(attempt int) (before, after error)
}

func newVendor(strict bool, life time.Duration) *vendor {
	return &vendor{strict: strict, life: life, live: map[string]bool{canary + "-seed": true}}
}

func (v *vendor) exchange(ctx context.Context, current vault.Credential) (vault.Credential, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return vault.Credential{}, err
	}
	v.attempts++
	var before, after error
	if v.fail != nil {
		before, after = v.fail(v.attempts)
	}
	if before != nil {
		return vault.Credential{}, before
	}
	old := current.Access.Reveal()
	if !v.live[old] {
		return vault.Credential{}, fault.New(fault.UpstreamUnauthorized, "no such token")
	}
	v.exchanges++
	fresh := fmt.Sprintf("%s-%d", canary, v.exchanges)
	v.live[fresh] = true
	if v.strict {
		delete(v.live, old)
	}
	if after != nil {
		return vault.Credential{}, after
	}
	got := vault.Credential{Access: config.NewSecret(fresh)}
	if v.life > 0 {
		got.ExpiresAt = time.Now().Add(v.life)
	}
	return got, nil
}

func (v *vendor) accepts(token string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.live[token]
}

func (v *vendor) kill(token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.live, token)
}

func (v *vendor) counts() (exchanges, attempts int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.exchanges, v.attempts
}

var errLost = errors.New("connection cut")

// unplugged is a store that can be made to fail.
type unplugged struct {
	store.Documents
	mu   sync.Mutex
	away bool
}

func (u *unplugged) unplug(away bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.away = away
}

func (u *unplugged) gone() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.away {
		return store.ErrUnavailable
	}
	return nil
}

func (u *unplugged) Get(ctx context.Context, key string) (store.Document, error) {
	if err := u.gone(); err != nil {
		return store.Document{}, err
	}
	return u.Documents.Get(ctx, key)
}

func (u *unplugged) Put(ctx context.Context, key string, value []byte, expected uint64) (uint64, error) {
	if err := u.gone(); err != nil {
		return 0, err
	}
	return u.Documents.Put(ctx, key, value, expected)
}

func (u *unplugged) Exclusive() bool { return true }

func key(fill byte) []byte { return bytes.Repeat([]byte{fill}, 32) }

func companyID() vault.ID {
	return vault.ID{System: "AKASHI", Link: "default", Kind: "company"}
}

func spec(v *vendor, policy vault.Policy) vault.Spec {
	return vault.Spec{
		ID: companyID(), Seed: vault.Seed{Access: config.NewSecret(canary + "-seed")}, Exchange: v.exchange, Policy: policy,
		Remedy: "make a new token and set HITOTSU_AKASHI_TOKEN",
	}
}

// open opens a vault that is closed with the test.
func open(t *testing.T, docs store.Documents, opts vault.Options) *vault.Vault {
	t.Helper()
	v, err := vault.Open(docs, key(1), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel() // tests that care close it themselves
		_ = v.Close(ctx)
	})
	return v
}

func source(t *testing.T, v *vault.Vault, spec vault.Spec) *vault.Source {
	t.Helper()
	s, err := v.Source(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func token(t *testing.T, s *vault.Source) string {
	t.Helper()
	got, err := s.Token(t.Context())
	if err != nil {
		t.Fatalf("Token: %v", err)
	}
	return got
}

func wantToken(t *testing.T, s *vault.Source, want string) {
	t.Helper()
	if got := token(t, s); got != want {
		t.Fatalf("token %s, want %s", got, want)
	}
}

func wantCode(t *testing.T, s *vault.Source, want fault.Code) {
	t.Helper()
	got, err := s.Token(t.Context())
	if fault.CodeOf(err) != want {
		t.Fatalf("token %q, error %v; want %s", got, err, want)
	}
}
