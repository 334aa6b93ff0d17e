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

	"github.com/hitotsu/hitotsu/internal/config"
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

func TestSource_lostAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		strict bool
		want   fault.Code
	}{"mild": {false, ""}, "strict": {true, fault.RelinkNeeded}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			docs, vendor := &storetest.Memory{}, newVendor(c.strict, 30*day)
			vendor.fail = func(attempt int) (before, after error) {
				if attempt == 1 {
					return nil, errLost
				}
				return nil, nil
			}
			src := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
			src.Invalidate(t.Context(), canary+"-seed")
			wantCode(t, src, c.want)
			if c.want == "" {
				return
			}
			for range 3 {
				wantCode(t, src, c.want)
			}
			wantCode(t, source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{})), "") // looks alive until it is used
			if _, attempts := vendor.counts(); attempts != 2 {
				t.Errorf("%d attempts, want 2", attempts)
			}
			st := src.Status()
			if !st.NeedsRelink || !strings.Contains(st.Remedy, "HITOTSU_AKASHI_TOKEN") || st.HasToken {
				t.Errorf("status %+v", st)
			}
			// A person makes a new token.
			vendor.live[canary+"-seed2"] = true
			fresh := spec(vendor, vault.Policy{})
			fresh.Seed.Access = config.NewSecret(canary + "-seed2")
			wantToken(t, source(t, open(t, docs, vault.Options{}), fresh), canary+"-seed2")
			// The process that waited finds it in the store by itself.
			wantToken(t, src, canary+"-seed2")
		})
	}
}

func TestSource_unansweredIsTriedAgainAfterAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		vendor := newVendor(true, 30*day)
		vendor.fail = func(attempt int) (before, after error) {
			if attempt <= 3 {
				return errLost, nil
			}
			return nil, nil
		}
		src := source(t, open(t, &storetest.Memory{}, vault.Options{}), spec(vendor, vault.Policy{}))
		src.Invalidate(t.Context(), canary+"-seed")
		for range 5 {
			wantCode(t, src, fault.UpstreamUnavailable)
		}
		if _, attempts := vendor.counts(); attempts != 2 {
			t.Errorf("%d attempts without a pause, want 2", attempts)
		}
		time.Sleep(time.Second)
		wantCode(t, src, fault.UpstreamUnavailable) // the third
		time.Sleep(2 * time.Second)
		wantToken(t, src, canary+"-1")
		if st := src.Status(); st.LastError != "" {
			t.Errorf("status %+v", st)
		}
	})
}

func TestSource_refusals(t *testing.T) {
	t.Parallel()
	client := fault.New(fault.UpstreamUnauthorized, "no such client")
	client.VendorCode = "invalid_client"
	refused := fault.New(fault.UpstreamRefused, "not today")
	for name, c := range map[string]struct {
		err         *fault.Error
		works       bool // the access token still does
		uncertain   bool // an earlier answer was lost
		want        fault.Code
		needsRelink bool
	}{
		"misconfigured":               {fault.New(fault.Misconfigured, "x"), false, false, fault.Misconfigured, false},
		"client unknown":              {client, false, false, fault.UpstreamUnauthorized, false},
		"rate limited":                {fault.New(fault.UpstreamRateLimited, "x"), false, false, fault.UpstreamRateLimited, false},
		"unauthorized":                {fault.New(fault.UpstreamUnauthorized, "x"), true, false, "", true},
		"unauthorized, dead":          {fault.New(fault.UpstreamUnauthorized, "x"), false, false, fault.RelinkNeeded, true},
		"refused while it works":      {refused, true, false, "", false},
		"refused after a lost answer": {refused, true, true, "", true},
		"refused, dead":               {refused, false, false, fault.RelinkNeeded, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				vendor := newVendor(false, 30*day)
				vendor.fail = func(attempt int) (before, after error) {
					if c.uncertain && attempt == 1 {
						return nil, errLost
					}
					return c.err, nil
				}
				v := open(t, &storetest.Memory{}, vault.Options{})
				src := source(t, v, spec(vendor, vault.Policy{UnknownAfter: time.Minute}))
				if !c.works {
					src.Invalidate(t.Context(), canary+"-seed")
					wantCode(t, src, c.want)
				} else {
					ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
					v.Run(ctx)
					cancel()
					wantCode(t, src, c.want)
				}
				if st := src.Status(); st.NeedsRelink != c.needsRelink || st.LastError == "" || st.LastErrorAt.IsZero() {
					t.Errorf("status %+v", st)
				}
			})
		})
	}
}

func TestSource_storeAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, vendor := &unplugged{Documents: &storetest.Memory{}}, newVendor(true, 30*day)
		s := spec(vendor, vault.Policy{})
		src := source(t, open(t, docs, vault.Options{}), s)
		src.Invalidate(t.Context(), canary+"-seed")

		// Before the exchange: it is not begun.
		docs.unplug(true)
		wantCode(t, src, fault.UpstreamUnavailable)
		if _, attempts := vendor.counts(); attempts != 0 {
			t.Fatal("exchanged without a mark")
		}
		docs.unplug(false)
		time.Sleep(time.Minute)

		// Between the exchange and its storing: the new token waits unused.
		vendor.fail = func(int) (before, after error) {
			docs.unplug(true)
			return nil, nil
		}
		wantCode(t, src, fault.UpstreamUnavailable)
		if exchanges, _ := vendor.counts(); exchanges != 1 {
			t.Fatalf("%d exchanges", exchanges)
		}
		time.Sleep(time.Minute)
		wantCode(t, src, fault.UpstreamUnavailable)
		docs.unplug(false)
		time.Sleep(time.Minute)
		wantToken(t, src, canary+"-1")
		if exchanges, attempts := vendor.counts(); exchanges != 1 || attempts != 1 {
			t.Errorf("%d exchanges in %d attempts", exchanges, attempts)
		}
	})
}

func TestSource_storeEmptiedBehindOurBack(t *testing.T) {
	t.Parallel()
	docs, vendor := &storetest.Memory{}, newVendor(true, 30*day)
	src := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
	src.Invalidate(t.Context(), canary+"-seed")
	wantToken(t, src, canary+"-1")
	if err := docs.Delete(t.Context(), companyKey, mustVersion(t, docs, companyKey)); err != nil {
		t.Fatal(err)
	}
	src.Invalidate(t.Context(), canary+"-1")
	wantToken(t, src, canary+"-2") // not from the seed, which is spent
}

func TestSource_waitsForAnotherProcessOnlyAsLongAsItMayLive(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"shared store": true, "own store": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				docs, vendor := &storetest.Memory{Shared: shared}, newVendor(false, 30*day)
				dead := &unplugged{Documents: docs}
				vendor.fail = func(attempt int) (before, after error) {
					if attempt == 1 {
						dead.unplug(true) // its mark stays
						return nil, errLost
					}
					return nil, nil
				}
				crashed := source(t, open(t, dead, vault.Options{}), spec(vendor, vault.Policy{}))
				crashed.Invalidate(t.Context(), canary+"-seed")
				wantCode(t, crashed, fault.UpstreamUnavailable)

				begun := time.Now()
				src := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
				src.Invalidate(t.Context(), canary+"-seed")
				wantToken(t, src, canary+"-2")
				if waited := time.Since(begun); shared != (waited > 10*time.Second) || waited > time.Minute {
					t.Errorf("waited %v", waited)
				}
			})
		})
	}
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
