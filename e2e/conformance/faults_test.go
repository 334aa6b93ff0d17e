package conformance_test

import (
	"context"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// right is the code of an outcome without an error.
const right fault.Code = ""

// trial is a fault and what may come of it.
type trial struct {
	name  string
	fault control.Fault
	// again is the outcome of what may be sent again, once that of what may not.
	again, once []fault.Code
	deadline    time.Duration
}

func trials() []trial {
	only := func(codes ...fault.Code) []fault.Code { return codes }
	retried := func(name string, f control.Fault, once fault.Code) trial {
		f.Times = 1
		return trial{name: name, fault: f, again: only(right), once: only(once)}
	}
	const page = "<html><head><title>503</title></head><body>down for maintenance</body></html>"
	wait := map[string]string{"Retry-After": "1"}
	late := only(fault.DeadlineExceeded, fault.UpstreamTimeout)
	return []trial{
		{name: "latency", fault: control.Fault{LatencyMS: 5, JitterMS: 20}, again: only(right), once: only(right)},
		retried("an error page once", control.Fault{Status: 503, Body: page}, fault.UpstreamUnavailable),
		retried("an empty error once", control.Fault{Status: 500}, fault.UpstreamUnavailable),
		retried("429 with Retry-After", control.Fault{Status: 429, Header: wait}, fault.UpstreamRateLimited),
		retried("429 without Retry-After", control.Fault{Status: 429, Body: "{}"}, fault.UpstreamRateLimited),
		{
			name:  "429 for an hour",
			fault: control.Fault{Status: 429, Header: map[string]string{"Retry-After": "3600"}},
			again: only(fault.UpstreamRateLimited), once: only(fault.UpstreamRateLimited),
		},
		retried("truncated", control.Fault{Truncate: true}, fault.UpstreamBadResponse),
		{
			name: "garbage", fault: control.Fault{Garbage: true},
			again: only(fault.UpstreamBadResponse), once: only(fault.UpstreamBadResponse),
		},
		{
			name: "an error page with status 200", fault: control.Fault{Status: 200, Body: page},
			again: only(fault.UpstreamBadResponse), once: only(fault.UpstreamBadResponse),
		},
		{
			name: "a slow body", fault: control.Fault{BytesPerSecond: 1},
			again: late, once: late, deadline: 300 * time.Millisecond,
		},
		retried("cut before", control.Fault{Cut: "before"}, fault.UpstreamUnavailable),
		retried("cut after", control.Fault{Cut: "after"}, fault.UpstreamUnavailable),
		{name: "hang", fault: control.Fault{Hang: true}, again: late, once: late, deadline: 300 * time.Millisecond},
		{
			name: "refused token", fault: control.Fault{Unauthorized: true},
			again: only(fault.UpstreamUnauthorized), once: only(fault.UpstreamUnauthorized),
		},
	}
}

// sample is how many faults a read is left out of for each it is under, unless
// HITOTSU_TEST_LONG is set: reads of one client share their way, and each fault
// meets a good many of them. A write is under every fault.
const sample = 2

// underFaults runs every operation of a client under every fault. build makes a
// world of its own for each fault, so that they wait at the same time.
func underFaults(t *testing.T, build func(t *testing.T) *world) {
	t.Helper()
	want := build(t).baselines(t)
	whole := os.Getenv("HITOTSU_TEST_LONG") != ""
	var all sync.WaitGroup
	for n, tr := range append(trials(), trial{name: "token revoked", fault: control.Fault{Revoke: true, Times: 1}}) {
		worlds := 1
		if tr.fault.Status == http.StatusTooManyRequests {
			worlds = 4 // each operation waits for a second or so
		}
		for part := range worlds {
			w := build(t)
			all.Go(func() {
				for i, op := range w.operations {
					if i%worlds == part && (whole || op.write || (i/worlds+n)%(sample+1) == 0) {
						w.try(t, tr.of(w, op), op, want[i])
					}
				}
			})
		}
	}
	all.Wait()
}

// refuses says that the fault is the refusal of a credential.
func (tr trial) refuses() bool { return tr.fault.Revoke || tr.fault.Unauthorized }

// of fills in what comes of a token that is taken back: it depends on whether
// there is another one.
func (tr trial) of(w *world, op operation) trial {
	if tr.fault.Revoke {
		tr.again, tr.once = []fault.Code{fault.UpstreamUnauthorized}, []fault.Code{fault.UpstreamUnauthorized}
		if w.renews && !op.own {
			tr.again, tr.once = []fault.Code{right}, []fault.Code{right}
		}
	}
	return tr
}

// baseline is an operation without a fault: its answer, and for a write the
// state before and after it.
type baseline struct{ answer, before, after string }

func (w *world) baselines(t *testing.T) []baseline {
	t.Helper()
	out := make([]baseline, len(w.operations))
	for i, op := range w.operations {
		w.fresh(t, op)
		if op.write {
			out[i].before = w.state(t)
		}
		got, err := op.call(t.Context())
		if err != nil {
			t.Errorf("%s: without a fault: %v", op.name, err)
		}
		if out[i].answer = asText(t, got); op.write {
			out[i].after = w.state(t)
		}
		if op.write && !op.unseen && out[i].after == out[i].before {
			t.Errorf("%s: changes nothing, so the suite proves nothing", op.name)
		}
	}
	return out
}

// try runs one operation under a fault.
func (w *world) try(t *testing.T, tr trial, op operation, want baseline) {
	t.Helper()
	name := tr.name + ": " + op.name
	w.fresh(t, op)
	if err := w.server.AddFault(tr.fault); err != nil {
		t.Error(err)
		return
	}
	ctx, cancel := context.WithCancel(t.Context())
	if tr.deadline > 0 {
		ctx, cancel = context.WithTimeout(t.Context(), tr.deadline)
	}
	got, err := op.call(ctx)
	cancel()
	w.settle(t) // the fault meets a request that arrives late too
	w.server.ClearFaults()

	codes := tr.again
	if op.once {
		codes = tr.once
	}
	code := typed(t, name, err)
	if !slices.Contains(codes, code) {
		t.Errorf("%s: the outcome is %q, want one of %q", name, code, codes)
	}
	if err == nil && asText(t, got) != want.answer {
		t.Errorf("%s: the answer is not the one without the fault", name)
	}
	if op.once {
		w.sentOnce(t, name, tr)
	}
	if op.write {
		w.tookEffectOnce(t, name, op, err == nil, want)
	}
}

// sentOnce says that what must never be sent again was sent once, or twice where
// the first was refused for its token and there was another.
func (w *world) sentOnce(t *testing.T, name string, tr trial) {
	t.Helper()
	most := 1
	if tr.refuses() && w.renews {
		most = 2
	}
	tokens, arrived, left := w.tokens.fetched(), w.server.History().Total, int(w.sent.Load())
	if arrived-tokens > most || left-tokens > most {
		t.Errorf("%s: %d requests left and %d arrived, %d of them for tokens", name, left, arrived, tokens)
	}
}

// tookEffectOnce says that a write took effect once, or not at all where it
// failed.
func (w *world) tookEffectOnce(t *testing.T, name string, op operation, ok bool, want baseline) {
	t.Helper()
	switch state := w.state(t); {
	case state == want.after:
	case ok:
		t.Errorf("%s: the state is not that of one write", name)
	case state != want.before:
		t.Errorf("%s: the state is neither that before the write nor that after it", name)
	}
	if n := len(w.server.Journal()); op.once && n > 1 {
		t.Errorf("%s: the journal has %d writes", name, n)
	}
}
