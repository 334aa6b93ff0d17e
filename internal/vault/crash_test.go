package vault_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// crash ends a process at its n-th step that can be seen from outside: a call
// of the store or an exchange, either just before it has its effect or just
// after, when its answer is never seen. After that nothing has an effect.
type crash struct {
	store.Documents
	vendor *vendor
	after  bool

	mu    sync.Mutex
	steps int // left
	dead  bool
	died  context.CancelFunc
}

var errDead = errors.New("the process is dead")

// step runs do unless the process is dead, or dies of it.
func (c *crash) step(do func() error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return errDead
	}
	c.steps--
	if c.steps > 0 {
		return do()
	}
	c.dead = true
	c.died()
	if c.after {
		_ = do() // its answer is lost
	}
	return errDead
}

func (c *crash) Get(ctx context.Context, key string) (doc store.Document, err error) {
	err = c.step(func() error { doc, err = c.Documents.Get(ctx, key); return err })
	return doc, err
}

func (c *crash) Put(ctx context.Context, key string, value []byte, expected uint64) (version uint64, err error) {
	err = c.step(func() error { version, err = c.Documents.Put(ctx, key, value, expected); return err })
	return version, err
}

func (c *crash) Exclusive() bool { return true }

func (c *crash) exchange(ctx context.Context, current vault.Credential) (got vault.Credential, err error) {
	err = c.step(func() error { got, err = c.vendor.exchange(ctx, current); return err })
	if err != nil {
		return vault.Credential{}, err
	}
	return got, nil
}

// stores are the real stores that the crash test runs on; each makes an empty
// one that stays open for all processes of the test.
func stores(t *testing.T) map[string]func(t *testing.T) store.Documents {
	t.Helper()
	server := storetest.StartRedis(t)
	return map[string]func(t *testing.T) store.Documents{
		"bolt": func(t *testing.T) store.Documents {
			t.Helper()
			s, err := store.OpenBolt(t.TempDir(), store.BoltOptions{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() }) // nothing is written any more
			return s
		},
		"redis": func(t *testing.T) store.Documents {
			t.Helper()
			if err := server.Client(t).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			s, err := store.OpenRedis(server.URL, store.RedisOptions{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() }) // nothing is written any more
			return alone{s}
		},
	}
}

// alone says that the crashed process was the only one, so that its mark need
// not be waited for.
type alone struct{ store.Documents }

func (alone) Exclusive() bool { return true }

// TestVault_killedAtEveryStep kills a process at every step of its first
// exchange and starts another one after it. Where the old token lives on
// nothing may be lost; where it dies at once the link may be lost only if the
// answer was, and then says so within one call.
func TestVault_killedAtEveryStep(t *testing.T) {
	t.Parallel()
	for name, make := range stores(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, strict := range []bool{false, true} {
				for _, after := range []bool{false, true} {
					at := killing{strict: strict, after: after, step: 1}
					for killAt(t, make(t), at) {
						at.step++
					}
					if at.step < 8 {
						t.Errorf("only %d steps were seen", at.step)
					}
				}
			}
		})
	}
}

// killing says when a process is killed, and how the system behaves.
type killing struct {
	strict, after bool
	step          int
}

// killAt reports whether the process was killed before it had finished.
func killAt(t *testing.T, docs store.Documents, at killing) bool {
	t.Helper()
	system := newVendor(at.strict, 30*day)
	alive, died := context.WithCancel(t.Context())
	defer died()
	process := &crash{Documents: docs, vendor: system, after: at.after, steps: at.step, died: died}
	s := spec(system, vault.Policy{})
	s.Exchange = process.exchange
	first := open(t, process, vault.Options{ExchangeTimeout: time.Second})
	if src, err := first.Source(t.Context(), s); err == nil {
		src.Invalidate(t.Context(), canary+"-seed")
		got, err := src.Token(alive)
		if err == nil && got != canary+"-seed" && !storedAs(t, docs, system, got) {
			t.Errorf("%+v: a token was given out before it was stored", at)
		}
	}
	process.mu.Lock()
	killed := process.dead
	process.mu.Unlock()
	died()
	_ = first.Close(alive) // the dead do not wait

	given, attempts := system.counts()
	src := source(t, open(t, docs, vault.Options{}), spec(system, vault.Policy{}))
	got, err := src.Token(t.Context())
	if err == nil && !system.accepts(got) { // what a call does on a refusal, once
		src.Invalidate(t.Context(), got)
		got, err = src.Token(t.Context())
	}
	_, now := system.counts()
	switch {
	case err == nil && system.accepts(got):
	case !killed || !at.strict || given == 0 || fault.CodeOf(err) != fault.RelinkNeeded:
		t.Fatalf("%+v: token %q, error %v", at, got, err)
	case now > attempts+1:
		t.Errorf("%+v: the lost token was tried %d times", at, now-attempts)
	}
	return killed
}

// storedAs reports whether a new process would start with token.
func storedAs(t *testing.T, docs store.Documents, system *vendor, token string) bool {
	t.Helper()
	src := source(t, open(t, docs, vault.Options{}), spec(system, vault.Policy{}))
	got, err := src.Token(t.Context())
	return err == nil && got == token
}
