package transport_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestHealth(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &script{steps: []answer{{status: 200}, {status: 404}, {status: 500}, {status: 401}, {status: 401}}}
		p := newQuota(t, 20)
		c := newClient(t, transport.Options{Base: s, Quota: p, Tokens: &tokens{stuck: true}})
		check := func(name string, want transport.Health) {
			t.Helper()
			want.Breaker, want.PerSecond, want.Left = "closed", 20, 20
			if !want.LastSuccessAt.IsZero() {
				want.Left = 19 // the last call is within the quota's window
			}
			if d := cmp.Diff(want, c.Health()); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
		check("before the first call", transport.Health{Healthy: true})
		do := func(c *transport.Client) {
			_, _ = c.Do(t.Context(), writeCall())
			time.Sleep(time.Second) // the fake clock's.
		}
		at := func(n int) time.Time { return start.Add(time.Duration(n) * time.Second) }
		do(c)
		check("after a success", transport.Health{Healthy: true, LastSuccessAt: at(0)})
		do(c)
		check("after a refusal", transport.Health{Healthy: true, LastSuccessAt: at(1)})
		do(c)
		failed := transport.Health{LastSuccessAt: at(1), LastErrorAt: at(2), LastError: fault.UpstreamUnavailable}
		check("after a failure", failed)
		do(c.WithTokens(&tokens{stuck: true}))
		check("after somebody's own token was refused", failed)
		do(c)
		failed.LastErrorAt, failed.LastError = at(4), fault.UpstreamUnauthorized
		check("after the link's token was refused", failed)
	})
}

func TestHealth_waiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, transport.Options{Base: &script{steps: []answer{{status: 200, after: time.Second}}}, MaxConcurrent: 1})
		for range 3 {
			go func() { _, _ = c.Do(t.Context(), readCall()) }()
		}
		synctest.Wait()
		if h := c.Health(); h.Waiting != 2 || h.InFlight != 1 {
			t.Errorf("%d wait and %d are in the air, want 2 and 1", h.Waiting, h.InFlight)
		}
		time.Sleep(4 * time.Second) // the fake clock's.
		if h := c.Health(); h.Waiting != 0 || h.InFlight != 0 {
			t.Errorf("%d wait and %d are in the air, want none", h.Waiting, h.InFlight)
		}
	})
}

// TestDo_cutOff: an answer that was cut off is asked for again, and says nothing
// against the system.
func TestDo_cutOff(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		steps    []answer
		code     fault.Code
		attempts int
	}{
		"once":          {[]answer{{status: 200, body: `{"n":`}, {status: 200, body: `{"n":1}`}}, "", 2},
		"empty once":    {[]answer{{status: 200}, {status: 200, body: `{"n":1}`}}, "", 2},
		"for ever":      {[]answer{{status: 200, body: `{"n":`}}, fault.UpstreamBadResponse, 3},
		"another shape": {[]answer{{status: 200, body: `{"n":"x"}`}}, fault.UpstreamBadResponse, 1},
		"a page":        {[]answer{{status: 200, body: "<html>"}}, fault.UpstreamBadResponse, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{steps: tc.steps}
				c := newClient(t, transport.Options{Base: s})
				call := readCall()
				var v struct{ N int }
				call.Check = func(r *transport.Response) error { return c.Decode(r, &v) }
				_, err := c.Do(t.Context(), call)
				if fault.CodeOf(err) != tc.code || s.count() != tc.attempts || tc.code == "" && v.N != 1 {
					t.Errorf("%v after %d attempts, n = %d", err, s.count(), v.N)
				}
			})
		})
	}
}
