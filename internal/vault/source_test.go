package vault_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

func TestSource_continuesFromTheStore(t *testing.T) {
	t.Parallel()
	docs, vendor := &storetest.Memory{}, newVendor(true, 30*day)
	first := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
	wantToken(t, first, canary+"-seed")
	first.Invalidate(t.Context(), canary+"-seed")
	wantToken(t, first, canary+"-1")

	// A restart with the seed of the configuration, which is spent.
	second := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
	wantToken(t, second, canary+"-1")

	// A new seed replaces what is stored.
	vendor.live[canary+"-seed2"] = true
	fresh := spec(vendor, vault.Policy{})
	fresh.Seed.Access = config.NewSecret(canary + "-seed2")
	third := source(t, open(t, docs, vault.Options{}), fresh)
	wantToken(t, third, canary+"-seed2")

	// The old seed, still in some replica's configuration, is not a new one.
	wantToken(t, source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{})), canary+"-seed2")
}

func TestSource_oneExchangeForManyCallers(t *testing.T) {
	t.Parallel()
	for name, vaults := range map[string]int{"one process": 1, "three processes": 3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				docs, vendor := &storetest.Memory{Shared: vaults > 1}, newVendor(true, 30*day)
				slow := spec(vendor, vault.Policy{})
				slow.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
					got, err := vendor.exchange(ctx, c)
					time.Sleep(2 * time.Second) // the bubble's clock
					return got, err
				}
				sources := make([]*vault.Source, vaults)
				for i := range sources {
					sources[i] = source(t, open(t, docs, vault.Options{}), slow)
				}
				vendor.kill(canary + "-seed")
				vendor.live[canary+"-seed"] = true
				for _, s := range sources {
					s.Invalidate(t.Context(), canary+"-seed")
				}
				var group sync.WaitGroup
				for i := range 500 {
					group.Go(func() {
						if got, err := sources[i%vaults].Token(t.Context()); err != nil || got != canary+"-1" {
							t.Errorf("caller %d: %q, %v", i, got, err)
						}
					})
				}
				group.Wait()
				if exchanges, attempts := vendor.counts(); exchanges != 1 || attempts != 1 {
					t.Errorf("%d exchanges in %d attempts", exchanges, attempts)
				}
			})
		})
	}
}

func TestSource_firstCallerMayLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(true, 30*day)
		go1 := make(chan struct{})
		s := spec(vendor, vault.Policy{})
		s.Exchange = func(ctx context.Context, c vault.Credential) (vault.Credential, error) {
			<-go1
			return vendor.exchange(ctx, c)
		}
		v := open(t, &storetest.Memory{}, vault.Options{})
		src := source(t, v, s)
		src.Invalidate(t.Context(), canary+"-seed")
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := src.Token(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("the caller who left: %v", err)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if got, err := src.Token(t.Context()); err != nil || got != canary+"-1" {
				t.Errorf("the caller who stayed: %q, %v", got, err)
			}
		})
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(go1)
		group.Wait()
	})
}

func TestSource_refusedAgainTooSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(false, 30*day)
		src := source(t, open(t, &storetest.Memory{}, vault.Options{}), spec(vendor, vault.Policy{MinInterval: day}))
		src.Invalidate(t.Context(), canary+"-seed")
		wantToken(t, src, canary+"-1")
		src.Invalidate(t.Context(), canary+"-seed") // late news of the old one
		wantToken(t, src, canary+"-1")
		src.Invalidate(t.Context(), canary+"-1")
		wantCode(t, src, fault.UpstreamUnauthorized)
		time.Sleep(2 * time.Minute)
		wantToken(t, src, canary+"-1") // tried again, not exchanged
		if exchanges, _ := vendor.counts(); exchanges != 1 {
			t.Errorf("%d exchanges", exchanges)
		}
		time.Sleep(day)
		src.Invalidate(t.Context(), canary+"-1")
		wantToken(t, src, canary+"-2")
	})
}

func TestSource_expired(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(true, time.Hour)
		src := source(t, open(t, &storetest.Memory{}, vault.Options{}), spec(vendor, vault.Policy{MinInterval: day}))
		src.Invalidate(t.Context(), canary+"-seed")
		wantToken(t, src, canary+"-1")
		time.Sleep(2 * time.Hour)
		wantToken(t, src, canary+"-2") // nobody had renewed ahead
	})
}

func TestSource_answersThatAreOdd(t *testing.T) {
	t.Parallel()
	refreshed := vault.Spec{
		ID:   vault.ID{System: "CARELY", Link: "default", Kind: "oauth"},
		Seed: vault.Seed{Refresh: config.NewSecret(canary + "-refresh")},
	}
	t.Run("no refresh token, and an end that is past", func(t *testing.T) {
		t.Parallel()
		docs, s := &storetest.Memory{}, refreshed
		var seen []string
		s.Exchange = func(_ context.Context, c vault.Credential) (vault.Credential, error) {
			seen = append(seen, c.Refresh.Reveal())
			return vault.Credential{Access: config.NewSecret(fmt.Sprintf("a%d", len(seen))), ExpiresAt: time.Now()}, nil
		}
		src := source(t, open(t, docs, vault.Options{}), s)
		wantToken(t, src, "a1")
		wantToken(t, src, "a1")
		src.Invalidate(t.Context(), "a1")
		wantToken(t, src, "a2")
		if len(seen) != 2 || seen[1] != canary+"-refresh" {
			t.Errorf("refresh tokens %q", seen)
		}
	})
	t.Run("no token at all", func(t *testing.T) {
		t.Parallel()
		s := refreshed
		s.Exchange = func(context.Context, vault.Credential) (vault.Credential, error) { return vault.Credential{}, nil }
		src := source(t, open(t, &storetest.Memory{}, vault.Options{}), s)
		wantCode(t, src, fault.UpstreamUnavailable)
		if src.Status().NeedsRelink {
			t.Error("lost without a refusal")
		}
	})
}

func TestSource_notStored(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := open(t, nil, vault.Options{})
		fetched := 0
		memory := source(t, v, vault.Spec{
			ID: vault.ID{System: "JOBCAN"}, Policy: vault.Policy{MemoryOnly: true},
			Exchange: func(context.Context, vault.Credential) (vault.Credential, error) {
				fetched++
				if fetched == 3 {
					return vault.Credential{}, fault.New(fault.UpstreamUnauthorized, "no such client")
				}
				return vault.Credential{
					Access: config.NewSecret(fmt.Sprint("j", fetched)), ExpiresAt: time.Now().Add(time.Hour),
				}, nil
			},
		})
		wantToken(t, memory, "j1")
		wantToken(t, memory, "j1")
		memory.Invalidate(t.Context(), "j1")
		wantToken(t, memory, "j2")
		time.Sleep(2 * time.Hour)
		for range 3 {
			wantCode(t, memory, fault.RelinkNeeded)
		}
		time.Sleep(time.Minute)
		wantToken(t, memory, "j4")

		static := source(t, v, vault.Spec{ID: vault.ID{System: "YESOD"}, Seed: vault.Seed{Access: config.NewSecret("y")}})
		wantToken(t, static, "y")
		static.Invalidate(t.Context(), "y")
		wantCode(t, static, fault.RelinkNeeded)
		if !static.Status().NeedsRelink {
			t.Error("status does not say so")
		}
		time.Sleep(time.Minute)
		wantToken(t, static, "y") // it may have been enabled again

		if _, err := v.Source(t.Context(), spec(newVendor(true, 0), vault.Policy{})); fault.CodeOf(err) != fault.Misconfigured {
			t.Errorf("rotating without a store: %v", err)
		}
		if _, err := v.Source(t.Context(), vault.Spec{ID: vault.ID{System: "YESOD"}}); fault.CodeOf(err) != fault.Misconfigured {
			t.Errorf("twice: %v", err)
		}
		if got := v.Status(); len(got) != 2 || got[0].ID.System != "JOBCAN" {
			t.Errorf("status %+v", got)
		}
	})
}
