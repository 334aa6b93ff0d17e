package quota

import (
	"context"
	"time"
)

// Turn is the right to send one request.
type Turn struct {
	b     *Budget
	class class
	// ticket and until are of a turn that Redis gave; era is of one that this
	// process gave itself.
	ticket string
	until  time.Time
	era    int
	open   bool
	// begun says that the request may be written, sent that it was.
	begun, sent bool
}

// Begin is to be called right before the request is written, and again before
// it is written once more. It returns at once unless the turn has passed
// meanwhile: then it waits for another one. After an error nothing may be
// written. Written is to be called when it was.
func (t *Turn) Begin(ctx context.Context) error {
	b := t.b
	b.mu.Lock()
	now := b.now()
	if !t.begun && t.holds(now) {
		t.begun = true
		b.leaving++
		b.mu.Unlock()
		return nil
	}
	if t.begun {
		t.written(now) // as far as is known
	} else {
		t.drop()
	}
	t.begun, t.sent = false, false
	b.mu.Unlock()
	r := b.await(ctx, &waiter{caller: callerOf(ctx), class: urgent, placed: true})
	if r.err != nil {
		b.mu.Lock()
		t.begun, t.sent = true, true // nothing to give back
		b.mu.Unlock()
		return r.err
	}
	b.mu.Lock()
	t.ticket, t.until, t.era, t.open = r.turn.ticket, r.turn.until, r.turn.era, r.turn.open
	b.mu.Unlock()
	return t.Begin(ctx)
}

// Written says that the request has left. On a busy machine that may be long
// after Begin: the turn is taken until then, and for the gap from then on.
func (t *Turn) Written() {
	b := t.b
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.begun {
		t.written(b.now())
		b.dispatch()
	}
}

func (t *Turn) written(now time.Time) {
	if t.sent {
		return
	}
	t.sent = true
	t.b.leaving--
	if t.open {
		t.open = false
		t.b.own.open--
	}
	t.b.own.settle(now)
	t.b.replica.written(t, now)
}

// holds tells whether the turn may still be used.
func (t *Turn) holds(now time.Time) bool {
	if t.open {
		return t.era == t.b.replica.aged()
	}
	return !now.After(t.until)
}

// drop gives the right up without the place.
func (t *Turn) drop() {
	if t.open {
		t.open = false
		t.b.own.open--
		return
	}
	t.b.replica.giveBack(t.ticket)
}

// Done ends the turn: the request was answered or given up. Without Written it
// is not known whether it was sent, so it counts as sent now.
func (t *Turn) Done() {
	b := t.b
	b.mu.Lock()
	defer b.mu.Unlock()
	if !t.begun {
		t.begun = true
		b.leaving++
	}
	t.written(b.now())
	b.inFlight--
	b.dispatch()
}
