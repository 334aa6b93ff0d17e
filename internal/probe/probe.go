// Package probe asks a real tenant about what the vendors' documents leave open:
// which of two spellings it uses, which form of dates it takes, which fields its
// schema has.
//
// It only reads. Whatever could change something at the vendor is never probed.
// What comes back is reduced at once to field names, counts and shapes; no answer,
// no personal value and no credential is kept, returned or printed.
//
// Its clients are the transports that the gateway itself uses, with the same
// credentials and limits, but its requests are its own: the clients of
// upstream/<system> hide exactly the differences that are looked for here. It
// stands on the floor of internal/sources and may not import it.
package probe

import (
	"context"
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// Verdict is what a tenant says about a fact.
type Verdict string

// The verdicts.
const (
	Confirmed Verdict = "CONFIRMED"
	Refuted   Verdict = "REFUTED"
	// Unknown: the tenant could not be asked, or has no data that would tell.
	Unknown Verdict = "UNKNOWN"
)

// Setting is a switch of the link's configuration: the key as in the file.
type Setting struct {
	Key, Value string
}

// Finding is the answer about one fact.
type Finding struct {
	// Fact is one sentence that is true or not.
	Fact string
	// Reference is where the vendor's document speaks of it, or who else does.
	Reference string
	Verdict   Verdict
	// Evidence is one line of field names, counts and formats.
	Evidence string
	// Settings follow from the verdict; most have none.
	Settings []Setting
}

// Target is one link to probe.
type Target struct {
	Link *config.Link
	// Client sends with the link's own credential.
	Client *transport.Client
	// Now is the clock; the days just before it are read.
	Now func() time.Time
}

// Run probes a link. It makes some forty calls at most and returns a finding for
// each fact in a fixed order. It fails only when ctx ends: what cannot be learned
// is Unknown.
func Run(ctx context.Context, t Target) ([]Finding, error) {
	var found []Finding
	switch t.Link.System {
	case config.AKASHI:
		found = probeAkashi(ctx, t)
	case config.Jobcan:
		found = probeJobcan(ctx, t)
	case config.Carely:
		found = probeCarely(ctx, t)
	case config.YESOD:
		found = probeYesod(ctx, t)
	default:
		return nil, fault.New(fault.Misconfigured, "there is nothing to probe in this system")
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return found, nil
}

// fact is a row of a system's table; S is what was seen of the tenant.
type fact[S any] struct {
	says, reference string
	test            func(*S) outcome
}

type outcome struct {
	verdict  Verdict
	evidence string
	settings []Setting
}

func confirmed(format string, args ...any) outcome {
	return outcome{verdict: Confirmed, evidence: fmt.Sprintf(format, args...)}
}

func refuted(format string, args ...any) outcome {
	return outcome{verdict: Refuted, evidence: fmt.Sprintf(format, args...)}
}

func unknown(format string, args ...any) outcome {
	return outcome{verdict: Unknown, evidence: fmt.Sprintf(format, args...)}
}

// either is confirmed when yes is true and refuted when not.
func either(yes bool, format string, args ...any) outcome {
	if yes {
		return confirmed(format, args...)
	}
	return refuted(format, args...)
}

// unprobed is the test of a fact that only a change, or a spent credential, would
// tell: it is listed so that somebody decides it, and never tried.
func unprobed[S any](why string) func(*S) outcome {
	return func(*S) outcome { return unknown("never tried: %s", why) }
}

// set adds a switch that follows.
func (o outcome) set(key, value string) outcome {
	o.settings = append(o.settings, Setting{Key: key, Value: value})
	return o
}

// judge tries each row of a table on what was seen.
func judge[S any](facts []fact[S], seen *S) []Finding {
	out := make([]Finding, len(facts))
	for i, f := range facts {
		o := f.test(seen)
		out[i] = Finding{
			Fact: f.says, Reference: f.reference, Verdict: o.verdict, Evidence: o.evidence, Settings: o.settings,
		}
	}
	return out
}
