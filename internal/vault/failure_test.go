package vault_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/internal/vault"
)

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

// TestSource_storeBack asks all the while, and has a token soon after the store
// is back, however long it was away.
func TestSource_storeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs, vendor := &unplugged{Documents: &storetest.Memory{}}, newVendor(true, 30*day)
		src := source(t, open(t, docs, vault.Options{}), spec(vendor, vault.Policy{}))
		src.Invalidate(t.Context(), canary+"-seed")
		docs.unplug(true)
		for range 60 {
			wantCode(t, src, fault.UpstreamUnavailable)
			time.Sleep(time.Second)
		}
		wantCode(t, src, fault.UpstreamUnavailable)
		docs.unplug(false)
		time.Sleep(2 * time.Second)
		wantToken(t, src, canary+"-1")
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
