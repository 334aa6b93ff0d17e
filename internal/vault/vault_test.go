package vault_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

const (
	day = 24 * time.Hour
	// companyKey is where the store holds the credential of spec.
	companyKey = "credential/AKASHI/default/company"
)

func TestVault_runRenewsAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(true, 30*day)
		v := open(t, &storetest.Memory{}, vault.Options{CheckEvery: time.Minute})
		src := source(t, v, spec(vendor, vault.Policy{
			Ahead: 7 * day, UnknownAfter: 10 * time.Minute, MinInterval: day,
		}))
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { v.Run(ctx) })
		time.Sleep(9 * time.Minute)
		wantToken(t, src, canary+"-seed")
		time.Sleep(2 * time.Minute)
		wantToken(t, src, canary+"-1")
		time.Sleep(22 * day)
		wantToken(t, src, canary+"-1")
		time.Sleep(2 * day)
		wantToken(t, src, canary+"-2")
		st := src.Status()
		if st.RenewedAt.IsZero() || !st.HasToken || st.RenewAt.Sub(st.RenewedAt) != 23*day {
			t.Errorf("status %+v", st)
		}
		time.Sleep(365 * day)
		if exchanges, _ := vendor.counts(); exchanges < 16 || exchanges > 18 {
			t.Errorf("%d exchanges in a year of 23 days each", exchanges)
		}
		cancel()
		group.Wait()
	})
}

func TestVault_runUsesHalfOfAShortLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(true, time.Hour)
		v := open(t, &storetest.Memory{}, vault.Options{})
		src := source(t, v, spec(vendor, vault.Policy{Ahead: 7 * day, UnknownAfter: time.Second}))
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() { v.Run(ctx) })
		time.Sleep(10 * time.Hour)
		if exchanges, _ := vendor.counts(); exchanges < 19 || exchanges > 21 {
			t.Errorf("%d exchanges in 10 hours", exchanges)
		}
		if !vendor.accepts(token(t, src)) {
			t.Error("the token is dead")
		}
		cancel()
		group.Wait()
	})
}

func TestVault_refusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	docs, vendor := &storetest.Memory{}, newVendor(true, 0)
	wantToken(t, source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{})), canary+"-seed")
	original, err := docs.Get(ctx, companyKey)
	if err != nil {
		t.Fatal(err)
	}

	if _, err := vault.Open(docs, []byte("short"), vault.Options{}); fault.CodeOf(err) != fault.Misconfigured {
		t.Errorf("short key: %v", err)
	}
	wrong, err := vault.Open(docs, key(2), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, owner := range []string{"", "E001"} {
		s := spec(vendor, vault.Policy{})
		s.ID.Owner = owner
		_, err := wrong.Source(ctx, s)
		if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), "HITOTSU_ENCRYPTION_KEY") {
			t.Errorf("wrong key, owner %q: %v", owner, err)
		}
	}

	// A record that was copied to another link does not open there.
	if _, err := docs.Put(ctx, strings.Replace(companyKey, "default", "osaka", 1), original.Value, 0); err != nil {
		t.Fatal(err)
	}
	foreign := spec(vendor, vault.Policy{})
	foreign.ID.Link = "osaka"
	if _, err := open(t, docs, vault.Options{}).Source(ctx, foreign); fault.CodeOf(err) != fault.Misconfigured {
		t.Errorf("another link's record: %v", err)
	}

	for name, value := range map[string][]byte{
		"garbage": []byte("garbage"), "empty": {}, "cut": original.Value[:len(original.Value)-1],
		"changed": append(bytes.Clone(original.Value[:20]), append([]byte{original.Value[20] ^ 1}, original.Value[21:]...)...),
	} {
		version, err := docs.Put(ctx, companyKey, value, mustVersion(t, docs, companyKey))
		if err != nil {
			t.Fatal(err)
		}
		_, err = open(t, docs, vault.Options{}).Source(ctx, spec(vendor, vault.Policy{}))
		if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s: %v", name, err)
		}
		if got := mustVersion(t, docs, companyKey); got != version {
			t.Errorf("%s: what is stored was changed", name)
		}
	}
}

func mustVersion(t *testing.T, docs store.Documents, key string) uint64 {
	t.Helper()
	doc, err := docs.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Version
}

// TestVault_showsNoSecret looks for the secrets in the store's file, the log,
// errors, statuses and printed credentials.
func TestVault_showsNoSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	docs, err := store.OpenBolt(dir, store.BoltOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	handler := slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})
	vendor := newVendor(true, 30*day)
	vendor.fail = func(attempt int) (before, after error) {
		if attempt == 2 {
			return nil, errLost
		}
		return nil, nil
	}
	var shown strings.Builder
	s := spec(vendor, vault.Policy{})
	s.ID.Owner = "E0042-owner"
	exchange := s.Exchange
	s.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
		fmt.Fprintf(&shown, "%v %+v %#v", c, c, c)
		return exchange(ctx, c)
	}
	v := open(t, docs, vault.Options{Log: slog.New(handler)})
	src := source(t, v, s)
	src.Invalidate(t.Context(), canary+"-seed")
	wantToken(t, src, canary+"-1")
	src.Invalidate(t.Context(), canary+"-1")
	_, err = src.Token(t.Context())
	fmt.Fprintf(&shown, "%v %+v %+v", err, v.Status(), s)
	if err := errors.Join(v.Close(t.Context()), docs.Close()); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(filepath.Join(dir, store.BoltFile))
	if err != nil || len(file) == 0 || log.Len() == 0 {
		t.Fatal(len(file), log.Len(), err)
	}
	for name, text := range map[string]string{"file": string(file), "log": log.String(), "shown": shown.String()} {
		if strings.Contains(text, canary) {
			t.Errorf("a secret is in %s", name)
		}
		if name != "shown" && strings.Contains(text, "E0042") {
			t.Errorf("an employee code is in %s", name)
		}
	}
}

func TestVault_closeLetsAnExchangeEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, vendor := &storetest.Memory{}, newVendor(true, 30*day)
		s := spec(vendor, vault.Policy{})
		s.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
			got, err := vendor.exchange(ctx, c)
			time.Sleep(5 * time.Second)
			if ctx.Err() != nil {
				return vault.Credential{}, ctx.Err() // the answer is not read any more
			}
			return got, err
		}
		v := open(t, docs, vault.Options{})
		src := source(t, v, s)
		src.Invalidate(t.Context(), canary+"-seed")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := src.Token(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		short, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if _, err := src.Token(short); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatal(err)
		}
		if err := v.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantToken(t, source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{})), canary+"-1")
	})
}
