package vault_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

func access(token string) vault.Credential {
	return vault.Credential{Access: config.NewSecret(token)}
}

func employeeID(code string) vault.ID {
	return vault.ID{System: "AKASHI", Link: "default", Kind: "employee", Owner: code}
}

func list(t *testing.T, v *vault.Vault) map[vault.ID]vault.Entry {
	t.Helper()
	entries, err := v.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out := map[vault.ID]vault.Entry{}
	for _, e := range entries {
		out[e.ID] = e
	}
	return out
}

func TestVault_putReplacesAndRemoveForgets(t *testing.T) {
	t.Parallel()
	docs, system := &storetest.Memory{}, newVendor(true, 30*day)
	v := open(t, docs, vault.Options{})
	src := source(t, v, spec(system, vault.Policy{}))
	src.Invalidate(t.Context(), canary+"-seed")
	wantToken(t, src, canary+"-1")
	line := src.Lineage()
	if err := v.Put(t.Context(), companyID(), access("put")); err != nil {
		t.Fatal(err)
	}
	wantToken(t, src, "put")
	if src.Lineage() == line {
		t.Error("what a person puts is taken for a descendant of the seed")
	}
	if e := list(t, v)[companyID()]; e.Generation != 3 || !e.Stored || e.KeyID == "" || e.KeyID != v.KeyID() || e.HasRefresh {
		t.Errorf("entry %+v", e)
	}
	// A restart with the same seed continues from what was put.
	again := open(t, docs, vault.Options{})
	src = source(t, again, spec(system, vault.Policy{}))
	wantToken(t, src, "put")

	if err := again.Remove(t.Context(), companyID()); err != nil {
		t.Fatal(err)
	}
	if _, err := src.Token(t.Context()); !errors.Is(err, vault.ErrNotLinked) || fault.CodeOf(err) != fault.RelinkNeeded {
		t.Errorf("a removed one: %v", err)
	}
	if e := list(t, again)[companyID()]; e.Stored || e.KeyID != "" {
		t.Errorf("removed entry %+v", e)
	}
	if err := again.Remove(t.Context(), companyID()); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("removed twice: %v", err)
	}
	// Its seed does not bring it back.
	src = source(t, open(t, docs, vault.Options{}), spec(system, vault.Policy{}))
	wantCode(t, src, fault.RelinkNeeded)
	if err := again.Put(t.Context(), companyID(), vault.Credential{}); fault.CodeOf(err) != fault.BadUserInput {
		t.Errorf("an empty one: %v", err)
	}
}

func TestVault_ownersAreAddedLater(t *testing.T) {
	t.Parallel()
	docs, system := &storetest.Memory{}, newVendor(true, 30*day)
	v := open(t, docs, vault.Options{})
	s := vault.Spec{ID: employeeID("E0042"), Exchange: system.exchange}
	src := source(t, v, s)
	if _, err := src.Token(t.Context()); !errors.Is(err, vault.ErrNotLinked) {
		t.Fatalf("before it was put: %v", err)
	}
	other := open(t, docs, vault.Options{})
	later := source(t, other, s)
	if err := v.Put(t.Context(), s.ID, access(canary+"-seed")); err != nil {
		t.Fatal(err)
	}
	wantToken(t, src, canary+"-seed")
	wantToken(t, later, canary+"-seed") // the other process finds it
	if e, ok := list(t, open(t, docs, vault.Options{}))[s.ID]; !ok || !e.Stored {
		t.Errorf("a vault without its source does not list it: %+v", e)
	}
	if got, ok := v.Lookup(s.ID); !ok || got != src {
		t.Error("Lookup does not find it")
	}
}

func TestVault_putOverAnExchangeUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, system := &storetest.Memory{Shared: true}, newVendor(true, 30*day)
		s := spec(system, vault.Policy{})
		v := open(t, docs, vault.Options{})
		s.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
			time.Sleep(5 * time.Second)
			return system.exchange(ctx, c)
		}
		src := source(t, v, s)
		src.Invalidate(t.Context(), canary+"-seed")
		done := make(chan error)
		go func() {
			_, err := src.Token(t.Context())
			done <- err
		}()
		synctest.Wait()
		if !list(t, v)[companyID()].InFlight {
			t.Error("no exchange under way")
		}
		if err := open(t, docs, vault.Options{}).Put(t.Context(), companyID(), access("put")); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		wantToken(t, src, "put")
	})
}

func TestVault_staticCredentialsCanBePut(t *testing.T) {
	t.Parallel()
	docs := &storetest.Memory{}
	s := vault.Spec{ID: vault.ID{System: "YESOD", Link: "default", Kind: "company"}, Seed: vault.Seed{
		Access: config.NewSecret("configured"),
	}}
	v := open(t, docs, vault.Options{})
	src := source(t, v, s)
	wantToken(t, src, "configured")
	if e := list(t, v)[s.ID]; e.Stored {
		t.Errorf("entry %+v", e)
	}
	if err := v.Put(t.Context(), s.ID, access("put")); err != nil {
		t.Fatal(err)
	}
	wantToken(t, src, "put")
	wantToken(t, source(t, open(t, docs, vault.Options{}), s), "put")
	if err := src.Rotate(t.Context()); fault.CodeOf(err) != fault.BadUserInput {
		t.Errorf("Rotate: %v", err)
	}
	s.Seed.Access = config.NewSecret("configured anew")
	wantToken(t, source(t, open(t, docs, vault.Options{}), s), "configured anew")
	if err := v.Remove(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	wantCode(t, src, fault.RelinkNeeded)
}

func TestSource_rotate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		system := newVendor(true, 30*day)
		src := source(t, open(t, &storetest.Memory{}, vault.Options{}), spec(system, vault.Policy{MinInterval: day}))
		if err := src.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantToken(t, src, canary+"-1")
		time.Sleep(time.Hour)
		err := src.Rotate(t.Context())
		e := fault.From(err)
		if e.Code != fault.UpstreamRateLimited || e.RetryAfter != 23*time.Hour || !strings.Contains(e.Message, "JST") {
			t.Errorf("too soon: %v, after %v", err, e.RetryAfter)
		}
		time.Sleep(23 * time.Hour)
		if err := src.Rotate(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantToken(t, src, canary+"-2")
	})
}

func TestVault_backup(t *testing.T) {
	t.Parallel()
	ctx, system := t.Context(), newVendor(false, 30*day)
	v := open(t, &storetest.Memory{}, vault.Options{})
	src := source(t, v, spec(system, vault.Policy{}))
	if err := v.Put(ctx, employeeID("E0042"), access(canary+"-employee")); err != nil {
		t.Fatal(err)
	}
	pass := []byte("correct horse battery")
	var file bytes.Buffer
	if err := v.Export(ctx, &file, pass); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(file.String(), canary) || strings.Contains(file.String(), "E0042") {
		t.Error("the backup shows what it holds")
	}
	if err := v.Export(ctx, &file, []byte("short")); fault.CodeOf(err) != fault.BadUserInput {
		t.Errorf("short passphrase: %v", err)
	}
	whole := bytes.Clone(file.Bytes())

	// What cannot be opened changes nothing.
	fresh := &storetest.Memory{}
	empty := open(t, fresh, vault.Options{})
	changed := bytes.Clone(whole)
	changed[len(changed)/2] ^= 1
	for name, c := range map[string]struct{ data, pass []byte }{
		"cut off":          {whole[:len(whole)-1], pass},
		"cut in header":    {whole[:20], pass},
		"empty":            {nil, pass},
		"wrong passphrase": {whole, []byte("correct horse batterie")},
		"changed":          {changed, pass},
		"another version":  {bytes.Replace(whole, []byte("backup 1"), []byte("backup 9"), 1), pass},
	} {
		_, err := empty.Import(ctx, bytes.NewReader(c.data), c.pass, true)
		if fault.CodeOf(err) != fault.BadUserInput || !strings.Contains(err.Error(), "nothing was changed") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := list(t, empty); len(got) != 0 {
		t.Fatalf("a bad backup left %v", got)
	}

	// Into an empty store, and once more.
	for i, want := range []int{2, 0} {
		report, err := empty.Import(ctx, bytes.NewReader(whole), pass, false)
		if err != nil || len(report.Restored) != want || len(report.Kept) != 2-want {
			t.Errorf("import %d: %+v, %v", i, report, err)
		}
	}
	wantToken(t, source(t, empty, spec(system, vault.Policy{})), canary+"-seed")

	// Over something newer only when asked to, and then everywhere.
	src.Invalidate(ctx, canary+"-seed")
	wantToken(t, src, canary+"-1")
	if _, err := v.Import(ctx, bytes.NewReader(whole), pass, false); err != nil {
		t.Fatal(err)
	}
	wantToken(t, src, canary+"-1")
	if report, err := v.Import(ctx, bytes.NewReader(whole), pass, true); err != nil || len(report.Restored) != 2 {
		t.Fatalf("%+v, %v", report, err)
	}
	src.Invalidate(ctx, canary+"-1")
	if e := list(t, v)[companyID()]; e.Generation != 3 {
		t.Errorf("entry %+v", e)
	}
}
