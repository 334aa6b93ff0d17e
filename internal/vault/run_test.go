package vault_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

// TestVault_runSpreadsMany: 1,000 employees' tokens of one day are renewed
// over a week, and so are their successors.
func TestVault_runSpreadsMany(t *testing.T) {
	t.Parallel()
	const people = 1000
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		perDay := map[int]int{}
		begun, running, most := time.Now(), 0, 0
		v := open(t, &storetest.Memory{}, vault.Options{CheckEvery: time.Hour})
		for i := range people {
			source(t, v, vault.Spec{
				ID: employeeID(strconv.Itoa(i)), Seed: vault.Seed{Access: config.NewSecret(fmt.Sprint("seed", i))},
				Policy: vault.Policy{
					Ahead: 7 * day, Spread: 7 * day, UnknownAfter: time.Minute, UnknownSpread: 3 * day, MinInterval: day,
				},
				Exchange: func(context.Context, vault.Credential) (vault.Credential, error) {
					mu.Lock()
					perDay[int(time.Since(begun)/day)]++
					running++
					most = max(most, running)
					mu.Unlock()
					time.Sleep(time.Second)
					mu.Lock()
					running--
					mu.Unlock()
					return vault.Credential{Access: config.NewSecret("t"), ExpiresAt: time.Now().Add(31 * day)}, nil
				},
			})
		}
		run(t, v)
		time.Sleep(90 * day)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		first, total, worst := 0, 0, 0
		for d, n := range perDay {
			total += n
			if d < 4 { // the first round may take a while beyond its three days
				first += n
			} else {
				worst = max(worst, n)
			}
		}
		if first != people || total < 4*people || worst > people/4 || perDay[0] > people/2 {
			t.Errorf("%d in the first three days, %d in all, at most %d a day: %v", first, total, worst, perDay)
		}
		if most > 4 {
			t.Errorf("%d exchanges at a time", most)
		}
	})
}

// TestVault_runIsNotHeldUp: one exchange that hangs, and marks of another
// process that has died, hold up neither the other credentials of the link nor
// another link.
func TestVault_runIsNotHeldUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs := &storetest.Memory{Shared: true}
		policy := vault.Policy{UnknownAfter: time.Second}
		crashed := open(t, docs, vault.Options{})
		hang := func(ctx context.Context, _ vault.Credential) (vault.Credential, error) {
			<-ctx.Done()
			return vault.Credential{}, ctx.Err()
		}
		var dying sync.WaitGroup
		for i := range 8 { // their marks stand
			s := source(t, crashed, vault.Spec{
				ID: employeeID(strconv.Itoa(i)), Seed: vault.Seed{Access: config.NewSecret("seed")}, Exchange: hang,
			})
			dying.Go(func() { _ = s.Rotate(t.Context()) })
		}
		synctest.Wait()

		v := open(t, docs, vault.Options{})
		sources := map[string]*vault.Source{}
		for i := range 16 {
			link := "default"
			if i == 15 {
				link = "osaka"
			}
			exchange := func(context.Context, vault.Credential) (vault.Credential, error) {
				return vault.Credential{Access: config.NewSecret("new"), ExpiresAt: time.Now().Add(day)}, nil
			}
			if i == 8 {
				exchange = hang
			}
			id := employeeID(strconv.Itoa(i))
			id.Link = link
			sources[strconv.Itoa(i)] = source(t, v, vault.Spec{
				ID: id, Seed: vault.Seed{Access: config.NewSecret("seed")}, Exchange: exchange, Policy: policy,
			})
		}
		run(t, v)
		time.Sleep(20 * time.Second)
		synctest.Wait()
		for i := 9; i < 16; i++ {
			wantToken(t, sources[strconv.Itoa(i)], "new")
		}
		wantToken(t, sources["0"], "seed") // the other process may still be at it
		time.Sleep(2 * time.Minute)
		dying.Wait()
	})
}

// TestVault_changesReachOtherProcesses: what a person does in one process is
// used by the others within two looks.
func TestVault_changesReachOtherProcesses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, system := &storetest.Memory{Shared: true}, newVendor(true, 30*day)
		a, b := open(t, docs, vault.Options{}), open(t, docs, vault.Options{})
		static := vault.Spec{ID: vault.ID{System: "YESOD", Link: "default", Kind: "company"}, Seed: vault.Seed{
			Access: config.NewSecret("configured"),
		}}
		inB, staticInB := source(t, b, spec(system, vault.Policy{})), source(t, b, static)
		run(t, b)
		time.Sleep(time.Minute)
		for i := range 3 {
			put := fmt.Sprint("put", i)
			for _, id := range []vault.ID{companyID(), static.ID} {
				if err := a.Put(t.Context(), id, access(put)); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(10 * time.Second)
			wantToken(t, inB, put)
			wantToken(t, staticInB, put)
		}
		if err := a.Remove(t.Context(), companyID()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		wantCode(t, inB, fault.RelinkNeeded)
	})
}

// TestVault_lostAnswersAreRationed: a system that makes a token each time and
// whose answers never arrive must not be made to make fifty.
func TestVault_lostAnswersAreRationed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		system := newVendor(false, 30*day)
		system.fail = func(int) (before, after error) { return nil, errLost }
		v := open(t, &storetest.Memory{}, vault.Options{})
		src := source(t, v, spec(system, vault.Policy{UnknownAfter: time.Minute, MinInterval: day}))
		run(t, v)
		time.Sleep(day)
		wantToken(t, src, canary+"-seed")
		if _, attempts := system.counts(); attempts > 40 || attempts < 20 {
			t.Errorf("%d attempts in a day", attempts)
		}
	})
}

func TestVault_keysRotate(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"own store": false, "shared store": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, docs, dir, system := t.Context(), &storetest.Memory{Shared: shared}, t.TempDir(), newVendor(true, 30*day)
				opts := vault.Options{}
				if shared {
					opts.JournalDir = dir
				}
				v := open(t, docs, opts)
				want := rotated(t, source(t, v, spec(system, vault.Policy{})))
				hers := vault.Spec{ID: employeeID("E0042"), Exchange: system.exchange}
				if err := v.Put(ctx, hers.ID, access("hers")); err != nil {
					t.Fatal(err)
				}
				oldKey := v.KeyID()
				_ = v.Close(ctx)

				opts.FormerKeys = [][]byte{key(1)}
				v = openWith(t, docs, key(2), opts)
				src := source(t, v, spec(system, vault.Policy{}))
				wantToken(t, src, want)
				wantToken(t, source(t, v, hers), "hers")
				run(t, v)
				time.Sleep(time.Minute)
				for id, e := range list(t, v) {
					if e.KeyID != v.KeyID() || e.KeyID == oldKey {
						t.Errorf("%v is under %s", id, e.KeyID)
					}
				}
				want = rotated(t, src)
				_ = v.Close(ctx)

				// The former key is not needed any more.
				opts.FormerKeys = nil
				v = openWith(t, docs, key(2), opts)
				wantToken(t, source(t, v, spec(system, vault.Policy{})), want)
				wantToken(t, source(t, v, hers), "hers")
				_ = v.Close(ctx)
				opts.JournalDir = ""
				_, err := openWith(t, docs, key(1), opts).Source(ctx, hers)
				if fault.CodeOf(err) != fault.Misconfigured || !strings.Contains(err.Error(), "HITOTSU_ENCRYPTION_KEYS_OLD") {
					t.Errorf("the former key alone: %v", err)
				}
			})
		})
	}
}

func openWith(t *testing.T, docs *storetest.Memory, k []byte, opts vault.Options) *vault.Vault {
	t.Helper()
	v, err := vault.Open(docs, k, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_ = v.Close(ctx)
	})
	return v
}

func TestStatus_spreadIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	at := func(docs *storetest.Memory) []time.Time {
		v := open(t, docs, vault.Options{})
		var out []time.Time
		for i := range 20 {
			s := source(t, v, vault.Spec{
				ID: employeeID(strconv.Itoa(i)), Policy: vault.Policy{Ahead: day, Spread: 7 * day},
				Seed: vault.Seed{Access: config.NewSecret("seed"), ExpiresAt: time.Unix(4e9, 0)},
				Exchange: func(context.Context, vault.Credential) (vault.Credential, error) {
					return vault.Credential{}, errLost
				},
			})
			out = append(out, s.Status().RenewAt)
		}
		return out
	}
	one, other := at(&storetest.Memory{}), at(&storetest.Memory{})
	if !slices.EqualFunc(one, other, time.Time.Equal) {
		t.Error("two processes disagree about when")
	}
	slices.SortFunc(one, time.Time.Compare)
	if one[19].Sub(one[0]) < 3*day || one[19].After(time.Unix(4e9, 0).Add(-day)) {
		t.Errorf("from %v to %v", one[0], one[19])
	}
}
