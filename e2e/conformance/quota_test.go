package conformance_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/quota/quotatest"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	simulator "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// Three gateways share Carely's limit through one Redis. Much more is asked of
// them than it allows, half of it by one caller.
const (
	replicas = 3
	// modest is how many other callers there are.
	modest = 15
	// offered is the load, as a multiple of what the pacing allows.
	offered = 3
	// within is how long a caller waits for an answer.
	within = 3 * time.Second
)

// TestQuota: no request is refused by Carely, also while Redis hangs and after
// it was killed. With HITOTSU_TEST_LONG set it runs longer and asks for 92 % of
// what the pacing allows and for fairness among those who are not greedy.
func TestQuota(t *testing.T) {
	t.Parallel()
	long := os.Getenv("HITOTSU_TEST_LONG") != ""
	stretch := 4 * time.Second
	if long {
		stretch = 30 * time.Second
	}
	sim, err := simulator.New(people(), simulator.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, sim, nil)
	redis := storetest.StartRedis(t)
	f := newFleet(t, w, redis)

	arrived := f.offer(t, w, stretch)
	// It begins rested, with a whole window free at once.
	share := float64(arrived) / float64((1+int(stretch/(time.Second+margin)))*simulator.RequestsPerSecond)
	t.Logf("%d requests, %.1f %% of what the pacing allows; the greedy caller got %d, the others %v: index %.3f",
		arrived, 100*share, f.greedy, f.others, quotatest.Jain(f.others))
	if long && share < 0.92 {
		t.Errorf("%.1f %% of what the pacing allows, want 92 %%", 100*share)
	}
	if index := quotatest.Jain(f.others); long && index < 0.95 {
		t.Errorf("index of fairness %.3f, want 0.95", index)
	}

	var trouble sync.WaitGroup
	trouble.Go(func() {
		<-time.After(stretch / 8)
		redis.Hang(t)
		<-time.After(stretch / 2)
		redis.Resume(t)
		<-time.After(stretch / 4)
		redis.Kill()
	})
	f.offer(t, w, stretch)
	trouble.Wait()
	h := w.server.History()
	t.Logf("%d requests in all, at most %d within a second", h.Total, h.HighestPerSecond)
	if h.HighestPerSecond > simulator.RequestsPerSecond {
		t.Errorf("%d requests within a second", h.HighestPerSecond)
	}
	for _, r := range h.Requests {
		if r.Status == http.StatusTooManyRequests {
			t.Error("a request was refused")
		}
	}
}

// fleet is the clients of several gateways, and what their callers got.
type fleet struct {
	clients []*carely.Client

	mu     sync.Mutex
	greedy int
	others []int
}

func newFleet(t *testing.T, w *world, redis *storetest.RedisServer) *fleet {
	t.Helper()
	f := &fleet{others: make([]int, modest)}
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: w.server.URL(), ClientID: simulator.DefaultClientID, ClientSecret: simulator.DefaultClientSecret,
		RedirectURL: simulator.DefaultRedirectURL, Transport: w.sender(t, "carely", nil, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	grant, err := oauth.Refresh(t.Context(), simulator.DefaultRefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	var budgets []*quota.Budget
	for range replicas {
		r, err := store.OpenRedis(redis.URL, store.RedisOptions{})
		if err != nil {
			t.Fatal(err)
		}
		ledger, err := quota.Open(t.Context(), quota.LedgerOptions{Shared: r.Quota()})
		if err != nil {
			t.Fatal(err)
		}
		b, err := ledger.Budget(t.Context(), "carely.example", quota.Options{
			Requests: simulator.RequestsPerSecond, Margin: margin, Concurrent: simulator.RequestsPerSecond,
		})
		if err != nil {
			t.Fatal(err)
		}
		budgets = append(budgets, b)
		t.Cleanup(func() {
			_ = ledger.Close(context.WithoutCancel(t.Context())) // its Redis may be gone
			_ = r.Close()
		})
		api, err := carely.New(carely.Options{
			URL: w.server.URL() + "/api/graphql", Transport: w.sender(t, "carely", fixed(grant.AccessToken), b),
		})
		if err != nil {
			t.Fatal(err)
		}
		f.clients = append(f.clients, api)
	}
	for _, b := range budgets {
		for s := b.State(); s.Replicas < replicas || !s.Shared || !s.BlockedUntil.IsZero(); s = b.State() {
			<-time.After(10 * time.Millisecond)
		}
	}
	return f
}

// offer lets callers ask at a steady rate, whatever they get, and returns how
// many requests arrived meanwhile.
func (f *fleet) offer(t *testing.T, w *world, stretch time.Duration) int {
	t.Helper()
	before := w.server.History().Total
	ctx, cancel := context.WithTimeout(t.Context(), stretch)
	defer cancel()
	tick := time.NewTicker((time.Second + margin) / (offered * simulator.RequestsPerSecond))
	defer tick.Stop()
	var all sync.WaitGroup
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			arrived := w.server.History().Total - before
			all.Wait()
			return arrived
		case <-tick.C:
		}
		all.Go(func() { f.ask(t, n) })
	}
}

// ask is the nth request: every other one is the greedy caller's. Everybody
// comes to every gateway.
func (f *fleet) ask(t *testing.T, n int) {
	t.Helper()
	caller, api := n/2%modest, f.clients[n/2/modest%replicas]
	name := fmt.Sprintf("caller %d", caller)
	if n%2 == 0 {
		name, api = "greedy", f.clients[n/2%replicas]
	}
	ctx, cancel := context.WithTimeout(quota.WithCaller(t.Context(), name), within)
	defer cancel()
	_, err := api.CurrentCustomer(ctx)
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case err != nil && fault.CodeOf(err) != fault.UpstreamRateLimited && fault.CodeOf(err) != fault.UpstreamTimeout:
		t.Errorf("%s: %v", name, err)
	case err != nil:
	case n%2 == 0:
		f.greedy++
	default:
		f.others[caller]++
	}
}
