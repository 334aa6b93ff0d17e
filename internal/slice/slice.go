// Package slice shares the time of an operation out: between the systems that it
// asks one after the other, and the gateway, which has to write the answer.
//
// An operation knows when it has to be answered: the deadline of its context.
// Fields are resolved side by side, so one that waits for a slow system holds up
// only what lies below it. What is asked one after the other (who is there, then
// their stamps, then those stamps' employees) shares a slice rule: each waits for
// its system no longer than a part of the time that is left. So a system that
// hangs uses up its slice, and whatever comes after it has the rest, however long
// the chain and whoever comes first.
//
// slice imports nothing of the gateway.
package slice

import (
	"context"
	"sync"
	"time"
)

const (
	// Default is the part of the time left that one wait for a system may take:
	// of ten seconds seven, and two for a second wait after a first that hung.
	Default = 0.75
	// roster is the part for what everything else rests on: who is there.
	roster = 0.5
)

// Link names a connection to a system.
type Link struct{ System, Name string }

// Shares are the parts of links that have another than Default.
type Shares map[Link]float64

// operation is what is known of one.
type operation struct {
	shares Shares

	mu sync.Mutex
	// heard is until when it waits to hear who is there; zero before it asks.
	heard time.Time
}

type key struct{}

// With gives an operation its shares. It is called once for each.
func With(ctx context.Context, s Shares) context.Context {
	return context.WithValue(ctx, key{}, &operation{shares: s})
}

// Of returns the context of a wait for a link. Without a deadline there is
// nothing to share.
func Of(ctx context.Context, l Link) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	part := Default
	if op, ok := ctx.Value(key{}).(*operation); ok {
		if own, ok := op.shares[l]; ok {
			part = own
		}
	}
	rest := float64(time.Until(deadline)) * (1 - part)
	return context.WithDeadline(ctx, deadline.Add(-time.Duration(rest)))
}

// Roster is how long a reader may still wait to hear who is there, at most. An
// operation that asks again, for what lies below, has no other time for it.
func Roster(ctx context.Context, most time.Duration) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return most
	}
	heard := deadline.Add(-time.Duration(float64(time.Until(deadline)) * (1 - roster)))
	if op, ok := ctx.Value(key{}).(*operation); ok {
		op.mu.Lock()
		defer op.mu.Unlock()
		if op.heard.IsZero() {
			op.heard = heard
		}
		heard = op.heard
	}
	return min(most, time.Until(heard))
}

// Engine is what of an operation's time its fields have; the rest is for joining
// and writing the answer: a twentieth, at most half a second.
func Engine(budget time.Duration) time.Duration {
	return budget - min(budget/20, 500*time.Millisecond)
}
