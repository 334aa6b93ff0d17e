package vault_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// restart closes a vault as a process does that ends, and opens the next one.
func restart(t *testing.T, v *vault.Vault, docs store.Documents, dir string) *vault.Vault {
	t.Helper()
	if v != nil {
		if err := v.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return open(t, docs, vault.Options{JournalDir: dir})
}

// rotated exchanges a source's token and returns the new one.
func rotated(t *testing.T, s *vault.Source) string {
	t.Helper()
	if err := s.Rotate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return token(t, s)
}

func TestJournal_losingTheStoreOrTheDiskLosesNothing(t *testing.T) {
	t.Parallel()
	docs, dir, system := newEmptied(), t.TempDir(), newVendor(true, 30*day)
	v := restart(t, nil, docs, dir)
	src := source(t, v, spec(system, vault.Policy{}))
	wantToken(t, src, canary+"-seed")
	want := rotated(t, src)

	docs.flush() // and the process ends
	v = restart(t, v, docs, dir)
	src = source(t, v, spec(system, vault.Policy{}))
	wantToken(t, src, want)

	v = restart(t, v, docs, t.TempDir()) // a new disk
	src = source(t, v, spec(system, vault.Policy{}))
	wantToken(t, src, want)

	docs.flush() // the new disk's journal holds it too
	v = restart(t, v, docs, dir)
	wantToken(t, source(t, v, spec(system, vault.Policy{})), want)
	if exchanges, _ := system.counts(); exchanges != 1 {
		t.Errorf("%d exchanges", exchanges)
	}
}

func TestJournal_runningVaultFillsAnEmptiedStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, dir, system := newEmptied(), t.TempDir(), newVendor(true, 30*day)
		v := open(t, docs, vault.Options{JournalDir: dir})
		if err := v.Put(t.Context(), employeeID("E0042"), access("hers")); err != nil { // without a source
			t.Fatal(err)
		}
		want := rotated(t, source(t, v, spec(system, vault.Policy{})))
		run(t, v)
		time.Sleep(time.Minute)
		docs.flush()
		time.Sleep(time.Minute)
		other := open(t, docs, vault.Options{})
		wantToken(t, source(t, other, spec(system, vault.Policy{})), want)
		wantToken(t, source(t, other, vault.Spec{ID: employeeID("E0042"), Exchange: system.exchange}), "hers")
	})
}

// run runs a vault until the test ends.
func run(t *testing.T, v *vault.Vault) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var group sync.WaitGroup
	group.Go(func() { v.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		group.Wait()
	})
}

// TestJournal_ofAnOlderReplica: replica B has seen generation 2 and A 3. The
// store is emptied and B begins first.
func TestJournal_ofAnOlderReplica(t *testing.T) {
	t.Parallel()
	for name, strict := range map[string]bool{"mild": false, "strict": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				docs, dirA, dirB, system := newEmptied(), t.TempDir(), t.TempDir(), newVendor(strict, 30*day)
				policy := spec(system, vault.Policy{})
				a := open(t, docs, vault.Options{JournalDir: dirA})
				b := open(t, docs, vault.Options{JournalDir: dirB})
				inA := source(t, a, policy)
				old := rotated(t, inA)
				wantToken(t, source(t, b, policy), old)
				if err := b.Close(t.Context()); err != nil {
					t.Fatal(err)
				}
				newest := rotated(t, inA)

				// An old journal does not win over a newer store.
				b = open(t, docs, vault.Options{JournalDir: dirB})
				wantToken(t, source(t, b, policy), newest)
				if err := errors.Join(a.Close(t.Context()), b.Close(t.Context())); err != nil {
					t.Fatal(err)
				}

				// B as it was before it saw the newest.
				docs.flush()
				stale(t, dirB, old)
				b = open(t, docs, vault.Options{JournalDir: dirB})
				inB := source(t, b, policy)
				wantToken(t, inB, old)
				run(t, b)
				if strict {
					inB.Invalidate(t.Context(), old)
					wantCode(t, inB, fault.UpstreamUnavailable) // A may bring a newer one
					time.Sleep(time.Minute)
					wantCode(t, inB, fault.RelinkNeeded) // tried once and refused
				}
				a = open(t, docs, vault.Options{JournalDir: dirA})
				wantToken(t, source(t, a, policy), newest)
				time.Sleep(time.Minute)
				if strict {
					wantToken(t, inB, newest)
				}
				again := source(t, open(t, docs, vault.Options{}), policy)
				wantToken(t, again, newest)
			})
		})
	}
}

// TestJournal_aRemovedCredentialStaysRemoved: A has removed it as generation 2.
// The store is emptied, and B, which knows nothing of that, is at generation 4
// when A comes back.
func TestJournal_aRemovedCredentialStaysRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, dirA, dirB, system := newEmptied(), t.TempDir(), t.TempDir(), newVendor(false, 30*day)
		policy := spec(system, vault.Policy{})
		a, b := open(t, docs, vault.Options{JournalDir: dirA}), open(t, docs, vault.Options{JournalDir: dirB})
		source(t, a, policy)
		source(t, b, policy)
		if err := errors.Join(b.Close(t.Context()), a.Remove(t.Context(), companyID()), a.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
		docs.flush()
		b = open(t, docs, vault.Options{JournalDir: dirB})
		inB := source(t, b, policy)
		time.Sleep(time.Minute)
		for range 3 {
			rotated(t, inB)
		}
		run(t, b)
		a = open(t, docs, vault.Options{JournalDir: dirA})
		wantCode(t, source(t, a, policy), fault.RelinkNeeded)
		if e := list(t, b)[companyID()]; e.Stored {
			t.Errorf("it is back: %+v", e)
		}
		if err := inB.Rotate(t.Context()); !errors.Is(err, vault.ErrNotLinked) {
			t.Errorf("B still has it: %v", err)
		}
	})
}

// stale makes the journal in dir one that has seen the company's token as its
// second generation and nothing after it.
func stale(t *testing.T, dir, token string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, vault.JournalFile)); err != nil {
		t.Fatal(err)
	}
	docs := &storetest.Memory{Shared: true}
	v := open(t, docs, vault.Options{JournalDir: dir})
	s := spec(newVendor(false, 0), vault.Policy{})
	s.Exchange = func(context.Context, vault.Credential) (vault.Credential, error) {
		return vault.Credential{Access: config.NewSecret(token), ExpiresAt: time.Now().Add(30 * day)}, nil
	}
	rotated(t, source(t, v, s))
	if err := v.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestJournal_servesWhileTheStoreIsAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, dir, system := newEmptied(), t.TempDir(), newVendor(true, 30*day)
		v := open(t, docs, vault.Options{JournalDir: dir})
		want := rotated(t, source(t, v, spec(system, vault.Policy{})))
		_ = v.Close(t.Context())
		docs.now().unplug(true)

		v = open(t, docs, vault.Options{JournalDir: dir, CheckEvery: 10 * time.Minute})
		src := source(t, v, spec(system, vault.Policy{Ahead: 7 * day}))
		wantToken(t, src, want)
		run(t, v)
		time.Sleep(29 * day) // it is due for a week, and still good
		wantToken(t, src, want)
		if _, attempts := system.counts(); attempts != 1 {
			t.Errorf("%d attempts while the store was away", attempts)
		}
		docs.now().unplug(false)
		time.Sleep(time.Hour)
		if got := token(t, src); got == want {
			t.Error("not renewed after the store was back")
		}

		// Without a store that answers a new seed is not begun with.
		docs.now().unplug(true)
		fresh := spec(system, vault.Policy{})
		fresh.Seed.Access = config.NewSecret("new seed")
		_ = v.Close(t.Context())
		v = open(t, docs, vault.Options{JournalDir: dir})
		wantCode(t, source(t, v, fresh), fault.UpstreamUnavailable)
	})
}

func TestJournal_damage(t *testing.T) {
	t.Parallel()
	dir, system := t.TempDir(), newVendor(true, 30*day)
	docs := newEmptied()
	v := restart(t, nil, docs, dir)
	src := source(t, v, spec(system, vault.Policy{}))
	before := rotated(t, src)
	middle := size(t, dir)
	after := rotated(t, src)
	if err := v.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, vault.JournalFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(whole, []byte(canary)) {
		t.Error("the journal shows a token")
	}

	// Cut off anywhere it is what it was some writes ago; nothing else is lost.
	for cut := len(whole); cut >= 0; cut -= 31 {
		//nolint:gosec // a file of this test
		if err := os.WriteFile(path, whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		empty := newEmptied()
		v := restart(t, nil, empty, dir)
		got := token(t, source(t, v, spec(system, vault.Policy{})))
		if cut == len(whole) && got != after || cut > middle && got != before && got != after {
			t.Fatalf("cut at %d of %d: %s", cut, len(whole), got)
		}
		if err := v.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
	}

	changed := bytes.Clone(whole)
	changed[len(changed)/3] ^= 1
	for name, c := range map[string]struct {
		data []byte
		key  byte
		want string
	}{
		"garbage in the middle": {changed, 1, "damaged"},
		"garbage before":        {append([]byte("x"), whole...), 1, "damaged"},
		"garbage only":          {bytes.Repeat([]byte("garbage "), 20), 1, "damaged"},
		"much garbage after":    {append(bytes.Clone(whole), bytes.Repeat([]byte("g"), 70<<10)...), 1, "damaged"},
		"another version":       {bytes.Replace(whole, []byte("journal 1"), []byte("journal 7"), 1), 1, "another version"},
		"another key":           {whole, 2, "HITOTSU_ENCRYPTION_KEYS_OLD"},
	} {
		if err := os.WriteFile(path, c.data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := vault.Open(docs, key(c.key), vault.Options{JournalDir: dir})
		if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, c.data) {
			t.Errorf("%s: the file was changed, %v", name, err)
		}
	}
}

func size(t *testing.T, dir string) int {
	t.Helper()
	info, err := os.Stat(filepath.Join(dir, vault.JournalFile))
	if err != nil {
		t.Fatal(err)
	}
	return int(info.Size())
}

func TestJournal_belongsToOneProcess(t *testing.T) {
	t.Parallel()
	docs, dir := newEmptied(), t.TempDir()
	v := restart(t, nil, docs, dir)
	_, err := vault.Open(docs, key(1), vault.Options{JournalDir: dir})
	if !errors.Is(err, vault.ErrJournalInUse) || fault.CodeOf(err) != fault.Misconfigured {
		t.Errorf("the second: %v", err)
	}
	restart(t, v, docs, dir)
}

func TestJournal_staysSmall(t *testing.T) {
	t.Parallel()
	docs, dir, system := newEmptied(), t.TempDir(), newVendor(false, 30*day)
	v := restart(t, nil, docs, dir)
	src, largest := source(t, v, spec(system, vault.Policy{})), 0
	var last string
	for range 400 {
		last = rotated(t, src)
		largest = max(largest, size(t, dir))
	}
	if largest > 300<<10 || largest < 200<<10 {
		t.Errorf("the journal grew to %d bytes", largest)
	}
	docs.flush()
	v = restart(t, v, docs, dir)
	wantToken(t, source(t, v, spec(system, vault.Policy{})), last)
}

// TestJournal_anEmptiedStoreBegunUnderANewKey: records are found although a new
// replica, which has only the new key, has begun the emptied store.
func TestJournal_anEmptiedStoreBegunUnderANewKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, dir := newEmptied(), t.TempDir()
		hers := vault.Spec{ID: employeeID("E0042"), Exchange: newVendor(true, 0).exchange}
		old := open(t, docs, vault.Options{JournalDir: dir})
		if err := errors.Join(old.Put(t.Context(), hers.ID, access("hers")), old.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
		a, err := vault.Open(docs, key(2), vault.Options{JournalDir: dir, FormerKeys: [][]byte{key(1)}})
		if err != nil {
			t.Fatal(err)
		}
		source(t, a, hers)
		docs.flush()
		c, err := vault.Open(docs, key(2), vault.Options{})
		if err != nil {
			t.Fatal(err)
		}
		inC := source(t, c, hers)
		wantCode(t, inC, fault.RelinkNeeded)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		a.Run(ctx)
		wantToken(t, inC, "hers")
		if err := errors.Join(a.Close(t.Context()), c.Close(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
