package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
			p, err := transport.NewPacer(transport.PacerOptions{Requests: 20})
			if err != nil {
				t.Fatal(err)
			}
			c := newClient(t, transport.Options{Base: s, Quota: p})
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

func TestDo_breaker(t *testing.T) {
	t.Parallel()
	call := func(t *testing.T, c *transport.Client, n int) {
		t.Helper()
		for range n {
			_, _ = c.Do(t.Context(), writeCall())
		}
	}
	t.Run("opens on 5xx, holds back, tries again", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: append(slicesOf(answer{status: 503}, 10), answer{status: 200})}
			c := newClient(t, transport.Options{Base: s})
			call(t, c, 10)
			_, err := c.Do(t.Context(), writeCall())
			fe := wantFault(t, err, fault.UpstreamUnavailable)
			if s.count() != 10 || fe.RetryAfter <= 0 {
				t.Errorf("%d requests, retryAfter %v; want 10 and a wait", s.count(), fe.RetryAfter)
			}
			if h := c.Health(); h.Healthy || h.Breaker != "open" || h.LastError != fault.UpstreamUnavailable {
				t.Errorf("health %+v, want unhealthy and open", h)
			}
			time.Sleep(fe.RetryAfter) // the fake clock's.
			if _, err := c.Do(t.Context(), writeCall()); err != nil {
				t.Fatal(err)
			}
			if h := c.Health(); !h.Healthy || h.Breaker != "closed" {
				t.Errorf("health %+v, want healthy and closed", h)
			}
		})
	})
	t.Run("a trial that taught nothing does not leave it stuck", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			s := &script{steps: append(slicesOf(answer{status: 503}, 10), answer{hang: true}, answer{hang: true},
				answer{hang: true}, answer{hang: true}, answer{status: 200})}
			c := newClient(t, transport.Options{Base: s})
			call(t, c, 10)
			time.Sleep(5 * time.Second) // the fake clock's.
			for range 4 {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(time.Millisecond, cancel)
				_, _ = c.Do(ctx, writeCall())
			}
			time.Sleep(5 * time.Second) // the fake clock's.
			if _, err := c.Do(t.Context(), writeCall()); err != nil {
				t.Fatal(err)
			}
		})
	})
	for name, a := range map[string]answer{
		"429": {status: 429}, "time-out": {hang: true}, "connection": {err: io.ErrUnexpectedEOF},
	} {
		t.Run("counts "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, transport.Options{
					Base: &script{steps: []answer{a}}, Breaker: transport.BreakerOptions{Window: time.Hour},
				})
				call(t, c, 10)
				if got := c.Health().Breaker; got != "open" {
					t.Errorf("breaker %s, want open", got)
				}
			})
		})
	}
	for _, status := range []int{400, 401, 403, 404, 422} {
		t.Run(fmt.Sprintf("never counts %d", status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, transport.Options{Base: &script{steps: []answer{{status: status}}}})
				call(t, c, 50)
				if got := c.Health().Breaker; got != "closed" {
					t.Errorf("breaker %s, want closed", got)
				}
			})
		})
	}
}

func slicesOf(a answer, n int) []answer {
	out := make([]answer, 0, n)
	for range n {
		out = append(out, a)
	}
	return out
}

// TestDo_redaction runs every failure with secrets at each place they can come
// from, and looks for them in errors, causes, events and logs.
func TestDo_redaction(t *testing.T) {
	t.Parallel()
	const token, body, header = "marker-token", "marker-body", "marker-header"
	leaky := func(cause error) error {
		return fmt.Errorf("Get %q: %w: answer %q", "http://vendor.example/?token="+token, cause, body)
	}
	withToken := func(ctx context.Context, _ string) (*http.Request, error) {
		r, err := get(ctx, token)
		if err == nil {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return r, err
	}
	cases := map[string]struct {
		step  answer
		build func(context.Context, string) (*http.Request, error)
		check func(*transport.Response) error
	}{
		"builder": {build: func(ctx context.Context, _ string) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, "http://[::1/?token="+token, http.NoBody)
		}},
		"400":        {step: answer{status: 400, body: body}},
		"401":        {step: answer{status: 401, body: body}},
		"404":        {step: answer{status: 404, body: body}},
		"429":        {step: answer{status: 429, body: body, header: http.Header{"Retry-After": {header}}}},
		"500":        {step: answer{status: 500, body: body}},
		"302":        {step: answer{status: 302, header: http.Header{"Location": {header}}}},
		"too large":  {step: answer{status: 200, body: body + strings.Repeat("x", 100)}},
		"connection": {step: answer{err: leaky(io.EOF)}},
		"malformed":  {step: answer{err: leaky(errors.New("malformed HTTP response " + body))}},
		"hang":       {step: answer{hang: true}},
		"check":      {step: answer{status: 200, body: body}, check: func(*transport.Response) error { return fault.New(fault.UpstreamBadResponse, "odd") }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				c := newClient(t, transport.Options{
					Base: &script{steps: []answer{tc.step}}, MaxBody: 64, Tokens: &tokens{},
					Logger:  slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Observe: func(e transport.Event) { fmt.Fprintf(&out, "%+v\n", e) },
				})
				build := tc.build
				if build == nil {
					build = withToken
				}
				_, err := c.Do(t.Context(), transport.Call{
					Operation: "akashi.test", Idempotent: true, Build: build, Check: tc.check,
				})
				if err == nil {
					t.Fatal("no error")
				}
				for e := err; e != nil; e = errors.Unwrap(e) {
					fmt.Fprintf(&out, "%v %+v\n", e, e)
				}
				if !strings.Contains(out.String(), "upstream call") {
					t.Error("the call was not logged")
				}
				for _, secret := range []string{token, body, header, "vendor.example", "Bearer"} {
					if strings.Contains(out.String(), secret) {
						t.Errorf("%s leaked:\n%s", secret, out.String())
					}
				}
			})
		})
	}
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

// TestDo_realConnection covers what a fake cannot: cut and truncated answers of
// net/http, and that no redirect carries a token away.
func TestDo_realConnection(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	hits := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		hits[r.URL.Path]++
		mu.Unlock()
		switch r.URL.Path {
		case "/cut":
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		case "/moved":
			http.Redirect(w, r, "/stolen", http.StatusFound)
		}
	}))
	defer srv.Close()
	base, err := transport.NewBase(transport.BaseOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer base.CloseIdleConnections()
	c := newClient(t, transport.Options{Base: base})
	for path, code := range map[string]fault.Code{
		"/cut": fault.UpstreamUnavailable, "/moved": fault.UpstreamBadResponse, "/fine": "",
	} {
		_, err := c.Do(t.Context(), transport.Call{
			Operation: "akashi.test",
			Build: func(ctx context.Context, _ string) (*http.Request, error) {
				return http.NewRequestWithContext(ctx, http.MethodGet, srv.URL+path, http.NoBody)
			},
		})
		if got := fault.CodeOf(err); got != code {
			t.Errorf("%s: code %q, want %q", path, got, code)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if hits["/stolen"] != 0 {
		t.Error("a redirect was followed")
	}
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
