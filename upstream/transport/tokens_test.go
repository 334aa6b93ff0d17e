package transport_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/quota/quotatest"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestDo_tokens(t *testing.T) {
	t.Parallel()
	once := writeCall()
	once.RetryUnauthorized = true
	refused := readCall()
	refused.Check = func(r *transport.Response) error {
		if bytes.Contains(r.Body, []byte("bad token")) {
			return fault.New(fault.UpstreamUnauthorized, "refused in the body")
		}
		return nil
	}
	cases := map[string]struct {
		steps       []answer
		call        transport.Call
		stuck       bool
		code        fault.Code
		sent        []string
		invalidated []string
	}{
		"401 then fine": {
			[]answer{{status: 401}, {status: 200}},
			readCall(), false, "",
			[]string{"t1", "t2"},
			[]string{"t1"},
		},
		"401 for ever invalidates once": {
			[]answer{{status: 401}},
			readCall(), false, fault.UpstreamUnauthorized,
			[]string{"t1", "t2"},
			[]string{"t1"},
		},
		"no other token, no second attempt": {
			[]answer{{status: 401}},
			readCall(), true, fault.UpstreamUnauthorized,
			[]string{"t1"},
			[]string{"t1"},
		},
		"write is not sent again": {
			[]answer{{status: 401}, {status: 200}},
			writeCall(), false, fault.UpstreamUnauthorized,
			[]string{"t1"},
			[]string{"t1"},
		},
		"write that allows it": {
			[]answer{{status: 401}, {status: 200}},
			once, false, "",
			[]string{"t1", "t2"},
			[]string{"t1"},
		},
		"refused inside 200": {
			[]answer{{status: 200, body: "bad token"}, {status: 200}},
			refused, false, "",
			[]string{"t1", "t2"},
			[]string{"t1"},
		},
		"401, 5xx, 401": {
			[]answer{{status: 401}, {status: 500}, {status: 401}},
			readCall(), false, fault.UpstreamUnauthorized,
			[]string{"t1", "t2", "t2"},
			[]string{"t1"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, v := &script{steps: tc.steps}, &tokens{stuck: tc.stuck}
				c := newClient(t, transport.Options{Base: s, Tokens: v})
				_, err := c.Do(t.Context(), tc.call)
				if got := fault.CodeOf(err); got != tc.code {
					t.Errorf("code %q, want %q", got, tc.code)
				}
				if d := cmp.Diff(tc.sent, s.tokens); d != "" {
					t.Errorf("tokens sent (-want +got):\n%s", d)
				}
				if d := cmp.Diff(tc.invalidated, v.invalidated); d != "" {
					t.Errorf("tokens invalidated (-want +got):\n%s", d)
				}
			})
		})
	}
	t.Run("the vault's error comes through, named", func(t *testing.T) {
		t.Parallel()
		s := &script{steps: []answer{{status: 200}}}
		v := &tokens{err: fault.New(fault.RelinkNeeded, "link anew")}
		c := newClient(t, transport.Options{Base: s, Tokens: v})
		_, err := c.Do(t.Context(), readCall())
		wantFault(t, err, fault.RelinkNeeded)
		if s.count() != 0 {
			t.Error("a request was sent without a token")
		}
	})
}

// TestDo_refreshReleasesAPacedCrowd: 64 callers wait for a token that takes two
// seconds to refresh, twice; the vendor never sees more than its limit, and
// nearly all the pacing allows.
func TestDo_refreshReleasesAPacedCrowd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const total = 600
		var mu sync.Mutex
		var arrivals []time.Time
		valid := "t2"
		base := roundTrip(func(r *http.Request) (*http.Response, error) {
			time.Sleep(20 * time.Millisecond) // the fake clock's.
			mu.Lock()
			defer mu.Unlock()
			arrivals = append(arrivals, time.Now())
			status := http.StatusOK
			if r.URL.Query().Get("token") != valid {
				status = http.StatusUnauthorized
			}
			if len(arrivals) == total/2 {
				valid = "t3"
			}
			return &http.Response{StatusCode: status, Body: http.NoBody}, nil
		})
		p := newQuota(t, 20)
		v := &slowTokens{current: "t1"}
		c := newClient(t, transport.Options{Base: base, Quota: p, Tokens: v, MaxConcurrent: 20})
		start := time.Now()
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				for range total / 64 {
					if _, err := c.Do(t.Context(), readCall()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if most := quotatest.MostInWindow(arrivals); most > 20 {
			t.Errorf("%d requests within a second, want at most 20", most)
		}
		busy := time.Since(start) - 2*2*time.Second
		if rate := float64(len(arrivals)) / busy.Seconds(); rate < 0.92*20 {
			t.Errorf("%.2f requests a second, want at least %.2f", rate, 0.92*20)
		}
		if v.refreshes != 2 {
			t.Errorf("%d refreshes, want 2", v.refreshes)
		}
	})
}

// slowTokens refreshes once for all who wait, in two seconds.
type slowTokens struct {
	mu        sync.Mutex
	current   string
	refreshes int
	done      chan struct{}
}

func (v *slowTokens) Token(context.Context) (string, error) {
	v.mu.Lock()
	done := v.done
	v.mu.Unlock()
	if done != nil {
		<-done
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.current, nil
}

func (v *slowTokens) Invalidate(_ context.Context, token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if token != v.current || v.done != nil {
		return
	}
	v.refreshes++
	done := make(chan struct{})
	v.done = done
	time.AfterFunc(2*time.Second, func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.current, v.done = fmt.Sprintf("t%d", v.refreshes+1), nil
		close(done)
	})
}
