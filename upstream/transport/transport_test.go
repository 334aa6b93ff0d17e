package transport_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// roundTrip is a fake vendor without sockets, so that synctest's clock can run.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// answer is one scripted step of a vendor.
type answer struct {
	status int
	header http.Header
	body   string
	err    error
	hang   bool
	after  time.Duration
}

// script answers step by step and repeats the last step.
type script struct {
	mu     sync.Mutex
	steps  []answer
	tokens []string
	at     []time.Time
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	step := s.steps[min(len(s.at), len(s.steps)-1)]
	s.at = append(s.at, time.Now())
	s.tokens = append(s.tokens, r.URL.Query().Get("token"))
	s.mu.Unlock()
	if step.after > 0 {
		select {
		case <-time.After(step.after):
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	if step.hang {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if step.err != nil {
		return nil, step.err
	}
	h := step.header
	if h == nil {
		h = http.Header{}
	}
	return &http.Response{StatusCode: step.status, Header: h, Body: io.NopCloser(strings.NewReader(step.body))}, nil
}

func (s *script) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.at)
}

// tokens is a fake vault that gives t1, t2, ... and moves on when invalidated.
type tokens struct {
	mu          sync.Mutex
	n           int
	invalidated []string
	stuck       bool
	err         error
}

func (v *tokens) Token(context.Context) (string, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.err != nil {
		return "", v.err
	}
	return fmt.Sprintf("t%d", v.n+1), nil
}

func (v *tokens) Invalidate(_ context.Context, token string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.invalidated = append(v.invalidated, token)
	if !v.stuck {
		v.n++
	}
}

func newClient(t *testing.T, opts transport.Options) *transport.Client {
	t.Helper()
	opts.System, opts.Link = "akashi", "default"
	c, err := transport.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func get(ctx context.Context, token string) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, http.MethodGet, "http://vendor.example/x?token="+token, http.NoBody)
}

func readCall() transport.Call {
	return transport.Call{Operation: "akashi.test", Idempotent: true, Build: get}
}

func writeCall() transport.Call {
	return transport.Call{Operation: "akashi.write", Build: get}
}

func wantFault(t *testing.T, err error, code fault.Code) *fault.Error {
	t.Helper()
	fe, ok := errors.AsType[*fault.Error](err)
	if !ok {
		t.Fatalf("error %v (%T), want a *fault.Error with %s", err, err, code)
	}
	if fe.Code != code || fe.System != "akashi" || fe.Link != "default" {
		t.Fatalf("fault %s of %s/%s, want %s of akashi/default", fe.Code, fe.System, fe.Link, code)
	}
	return fe
}

func TestDo_outcomes(t *testing.T) {
	t.Parallel()
	reset := errors.New("read tcp 127.0.0.1:1: " + "secret-answer")
	cases := map[string]struct {
		steps    []answer
		call     transport.Call
		code     fault.Code
		status   int
		attempts int
	}{
		"success":                   {[]answer{{status: 200, body: "{}"}}, readCall(), "", 0, 1},
		"404 is not retried":        {[]answer{{status: 404}}, readCall(), fault.UpstreamRefused, 404, 1},
		"403":                       {[]answer{{status: 403}}, readCall(), fault.UpstreamRefused, 403, 1},
		"400":                       {[]answer{{status: 400}}, readCall(), fault.UpstreamRefused, 400, 1},
		"redirect is not followed":  {[]answer{{status: 302}}, readCall(), fault.UpstreamBadResponse, 302, 1},
		"5xx then fine":             {[]answer{{status: 502}, {status: 200}}, readCall(), "", 0, 2},
		"5xx for ever":              {[]answer{{status: 500}}, readCall(), fault.UpstreamUnavailable, 500, 3},
		"write is not retried":      {[]answer{{status: 500}}, writeCall(), fault.UpstreamUnavailable, 500, 1},
		"lost connection, read":     {[]answer{{err: reset}, {status: 200}}, readCall(), "", 0, 2},
		"lost connection, write":    {[]answer{{err: reset}}, writeCall(), fault.UpstreamUnavailable, 0, 1},
		"hang, read":                {[]answer{{hang: true}, {status: 200}}, readCall(), "", 0, 2},
		"hang, write":               {[]answer{{hang: true}}, writeCall(), fault.UpstreamTimeout, 0, 1},
		"408":                       {[]answer{{status: 408}, {status: 200}}, readCall(), "", 0, 2},
		"429 then fine":             {[]answer{{status: 429}, {status: 200}}, readCall(), "", 0, 2},
		"429, write":                {[]answer{{status: 429}}, writeCall(), fault.UpstreamRateLimited, 429, 1},
		"too large":                 {[]answer{{status: 200, body: strings.Repeat("x", 65)}}, readCall(), fault.UpstreamBadResponse, 0, 1},
		"exactly the limit is fine": {[]answer{{status: 200, body: strings.Repeat("x", 64)}}, readCall(), "", 0, 1},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: tc.steps}
				c := newClient(t, transport.Options{Base: s, MaxBody: 64})
				_, err := c.Do(t.Context(), tc.call)
				if tc.code == "" {
					if err != nil {
						t.Fatal(err)
					}
				} else {
					wantFault(t, err, tc.code)
				}
				if got := transport.StatusOf(err); got != tc.status {
					t.Errorf("status %d, want %d", got, tc.status)
				}
				if s.count() != tc.attempts {
					t.Errorf("%d attempts, want %d", s.count(), tc.attempts)
				}
			})
		})
	}
}

func TestDo_retryAfter(t *testing.T) {
	t.Parallel()
	limited := answer{status: 429, header: http.Header{"Retry-After": {"3"}}}
	t.Run("waited out when the deadline allows", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{limited, {status: 200}}}
			c := newClient(t, transport.Options{Base: s})
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			if _, err := c.Do(ctx, readCall()); err != nil {
				t.Fatal(err)
			}
			if gap := s.at[1].Sub(s.at[0]); gap < 3*time.Second {
				t.Errorf("second attempt after %v, want at least 3s", gap)
			}
		})
	})
	t.Run("fails at once when it does not", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{limited}}
			c := newClient(t, transport.Options{Base: s})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			start := time.Now()
			_, err := c.Do(ctx, readCall())
			fe := wantFault(t, err, fault.UpstreamRateLimited)
			if fe.RetryAfter != 3*time.Second || time.Since(start) != 0 {
				t.Errorf("retryAfter %v after %v, want 3s at once", fe.RetryAfter, time.Since(start))
			}
		})
	})
	t.Run("as a date", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			at := time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat)
			s := &script{steps: []answer{{status: 429, header: http.Header{"Retry-After": {at}}}}}
			c := newClient(t, transport.Options{Base: s})
			_, err := c.Do(t.Context(), readCall())
			if fe := wantFault(t, err, fault.UpstreamRateLimited); fe.RetryAfter != 90*time.Second {
				t.Errorf("retryAfter %v, want 90s", fe.RetryAfter)
			}
		})
	})
	t.Run("holds the whole link back", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{limited, {status: 200}}}
			c := newClient(t, transport.Options{Base: s, Quota: newQuota(t, 20)})
			if _, err := c.Do(t.Context(), writeCall()); err == nil {
				t.Fatal("429 of a write was not reported")
			}
			if _, err := c.Do(t.Context(), writeCall()); err != nil {
				t.Fatal(err)
			}
			if gap := s.at[1].Sub(s.at[0]); gap != 3*time.Second {
				t.Errorf("next request after %v, want 3s", gap)
			}
		})
	})
}

func TestDo_context(t *testing.T) {
	t.Parallel()
	t.Run("the caller leaves", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{{hang: true}}}
			c := newClient(t, transport.Options{Base: s})
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err := c.Do(ctx, readCall())
			wantFault(t, err, fault.Cancelled)
			if !c.Health().Healthy {
				t.Error("a caller that left made the system unhealthy")
			}
		})
	})
	t.Run("the caller's deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{{hang: true}}}
			c := newClient(t, transport.Options{Base: s})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			_, err := c.Do(ctx, readCall())
			wantFault(t, err, fault.UpstreamTimeout)
			if took := time.Since(start); took != time.Second {
				t.Errorf("took %v, want 1s", took)
			}
		})
	})
	t.Run("no place before the deadline", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: []answer{{hang: true}}}
			c := newClient(t, transport.Options{Base: s, MaxConcurrent: 1})
			go func() { _, _ = c.Do(t.Context(), writeCall()) }()
			synctest.Wait()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			_, err := c.Do(ctx, readCall())
			wantFault(t, err, fault.UpstreamTimeout)
			if s.count() != 1 {
				t.Errorf("%d requests in the air, want 1", s.count())
			}
			time.Sleep(transport.DefaultTimeout) // the fake clock's; ends the first call.
		})
	})
}

func TestDo_bulkheadBounds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		inAir, most := 0, 0
		base := roundTrip(func(*http.Request) (*http.Response, error) {
			mu.Lock()
			inAir++
			most = max(most, inAir)
			mu.Unlock()
			time.Sleep(100 * time.Millisecond) // the fake clock's.
			mu.Lock()
			inAir--
			mu.Unlock()
			return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
		})
		c := newClient(t, transport.Options{Base: base})
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := c.Do(t.Context(), readCall()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most != transport.DefaultMaxConcurrent {
			t.Errorf("%d at once, want %d", most, transport.DefaultMaxConcurrent)
		}
	})
}

func TestDo_events(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []answer{{status: 500, after: time.Second}, {status: 200, after: 2 * time.Second}}}
		var events []transport.Event
		c := newClient(t, transport.Options{Base: s, Observe: func(e transport.Event) { events = append(events, e) }})
		if _, err := c.Do(t.Context(), readCall()); err != nil {
			t.Fatal(err)
		}
		base := transport.Event{Kind: transport.EventAttempt, System: "akashi", Link: "default", Operation: "akashi.test"}
		first, second, call := base, base, base
		first.Status, first.Code, first.Duration, first.Attempt = 500, fault.UpstreamUnavailable, time.Second, 1
		second.Status, second.Duration, second.Attempt = 200, 2*time.Second, 2
		call.Kind, call.Status, call.Attempt = transport.EventCall, 200, 2
		call.Duration = events[len(events)-1].Duration
		if d := cmp.Diff([]transport.Event{first, second, call}, events); d != "" {
			t.Errorf("events (-want +got):\n%s", d)
		}
		if call.Duration < 3*time.Second+100*time.Millisecond {
			t.Errorf("the call took %v, want its pause counted", call.Duration)
		}
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]transport.Options{
		"no system":        {Link: "l", Base: &script{}},
		"no base":          {System: "s", Link: "l"},
		"negative timeout": {System: "s", Link: "l", Base: &script{}, Timeout: -1},
		"breaker":          {System: "s", Link: "l", Base: &script{}, Breaker: transport.BreakerOptions{FailureRate: 2}},
	} {
		if _, err := transport.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := transport.NewBase(transport.BaseOptions{CAFile: "testdata/none.pem"}); err == nil {
		t.Error("a missing CA file was accepted")
	}
}
