package transport_test

import (
	"context"
	"fmt"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

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

// TestDo_breakerAndDeadlines: a caller's deadline speaks against the system only
// when the system had a quarter of an attempt's time.
func TestDo_breakerAndDeadlines(t *testing.T) {
	t.Parallel()
	for patience, want := range map[time.Duration]string{3 * time.Second: "open", time.Second: "closed"} {
		t.Run(patience.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, transport.Options{
					Base: &script{steps: []answer{{hang: true}}}, Breaker: transport.BreakerOptions{Window: time.Hour},
				})
				for range 10 {
					ctx, cancel := context.WithTimeout(t.Context(), patience)
					_, err := c.Do(ctx, readCall())
					cancel()
					wantFault(t, err, fault.UpstreamTimeout)
				}
				if got := c.Health().Breaker; got != want {
					t.Errorf("breaker %s, want %s", got, want)
				}
			})
		})
	}
}
