package quota

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// This file is how a process stands in the line that all processes share.

// forecast returns when the waiter with rank others before it will have a turn,
// if everybody's line moves on as it should.
func (r *replica) forecast(rank int, p pace, now time.Time) time.Time {
	held := r.tickets[front]
	if rank < len(held) {
		return later(held[rank].at, now)
	}
	rank -= len(held)
	if r.queued[front] == 0 {
		return now.Add(time.Duration(max(0, rank-r.left)/p.most) * p.gap)
	}
	// Of the turns of every gap this process has its part of the line.
	turns := rank * max(r.waiting, r.queued[front]) / r.queued[front]
	return later(r.due[front], now).Add(time.Duration(turns/p.most) * p.gap)
}

// dispatch uses the turns that were given and asks for those that are missing.
func (r *replica) dispatch(b *Budget, now time.Time) time.Time {
	var at time.Time
	sooner := func(t time.Time) {
		if !t.IsZero() && (at.IsZero() || t.Before(at)) {
			at = t
		}
	}
	for _, list := range []int{scans, front} {
		sooner(r.use(b, list, now))
	}
	for _, list := range []int{front, scans} {
		sooner(r.want(b, list, now))
	}
	return at
}

// lanesOf returns the lanes that a list of tickets serves, in order.
func (b *Budget) lanesOf(list int) []*lane {
	if list == scans {
		return []*lane{&b.lanes[background]}
	}
	return []*lane{&b.lanes[urgent], &b.lanes[interactive]}
}

// use hands the turns of a list to those who wait; it returns when the next one
// begins.
func (r *replica) use(b *Budget, list int, now time.Time) time.Time {
	for len(r.tickets[list]) > 0 {
		t := r.tickets[list][0]
		if t.at.After(now) {
			return t.at
		}
		r.tickets[list] = r.tickets[list][1:]
		l := b.ready(list)
		if l == nil || now.After(t.until) {
			r.giveBack(t.name)
			continue
		}
		b.give(l.pop(), &Turn{ticket: t.name, until: t.until, era: r.era})
	}
	return time.Time{}
}

// ready returns the lane of a list in which somebody can use a turn now.
func (b *Budget) ready(list int) *lane {
	for _, l := range b.lanesOf(list) {
		if l.size > 0 && (b.inFlight < b.opts.Concurrent || l.first().waiting[0].placed) {
			return l
		}
	}
	return nil
}

// want asks for the places in the line that a list should have: one for every
// caller who waits, so that the callers of all processes stand in one line. It
// returns when to ask again.
func (r *replica) want(b *Budget, list int, now time.Time) time.Time {
	waiting, callers, placed := 0, 0, 0
	for _, l := range b.lanesOf(list) {
		waiting += l.size
		callers += l.callers()
		placed += l.placed()
	}
	held := len(r.tickets[list])
	room := b.opts.Concurrent - b.inFlight - held + placed
	want := max(0, min(callers-held, room, b.pace.most))
	if list == scans {
		want = min(want, 1)
	}
	switch {
	case r.asking, r.closed, want == 0 && r.queued[list] == 0 && len(r.unused)+len(r.late) == 0:
		return time.Time{}
	case now.Before(r.again[list]) && (want == r.queued[list] || list == scans) && len(r.unused)+len(r.late) == 0:
		return r.again[list]
	}
	ask := store.QuotaAsk{
		Ticket: rand.Text() + ":", Want: want, AtOnce: max(0, min(waiting-held, room, b.pace.most)), Lead: r.lead,
		Return: r.unused, Late: r.moved(now),
	}
	if list == scans {
		ask.Busy, ask.Idle = b.opts.BusyShare, b.opts.IdleShare
	}
	r.unused, r.late, r.asking = nil, nil, true
	r.spawn(func() { b.ask(list, ask) })
	return time.Time{}
}

// ask stands in line.
func (b *Budget) ask(list int, ask store.QuotaAsk) {
	r := b.replica
	b.mu.Lock()
	era := r.era
	b.mu.Unlock()
	//nolint:forbidigo // it serves everybody who waits
	answer, err := b.call(context.Background(), func(ctx context.Context) (store.QuotaAnswer, error) {
		return r.log.Reserve(ctx, r.terms, ask)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	r.asking = false
	now := b.now()
	switch {
	case err != nil:
		r.alone = r.alone || len(ask.Late) > 0
	case !answer.Known:
		// Redis lost what it had; nothing holds until this process is known.
		b.part(now)
	case era == r.era && r.mode == united:
		r.queued[list], r.waiting = answer.Mine, answer.Waiting
		r.due[list] = now.Add(answer.Wait)
		r.again[list] = now.Add(min(answer.Wait, awake/2))
		r.take(list, ask.Ticket, answer.Turns, b.tolerance(), now)
	}
	b.dispatch()
}

// take keeps the turns that were given and came in time.
func (r *replica) take(list int, name string, turns []time.Duration, tolerance time.Duration, now time.Time) {
	for i, turn := range turns {
		earliest, latest := r.clock.local(turn)
		t := ticket{name: name + strconv.Itoa(i+1), at: latest, until: earliest.Add(tolerance)}
		if now.After(t.until) {
			r.lead = min(max(2*r.lead, tolerance/2), patience)
			r.giveBack(t.name)
			continue
		}
		r.lead = r.lead * 9 / 10
		r.tickets[list] = append(r.tickets[list], t)
	}
	slices.SortStableFunc(r.tickets[list], func(x, y ticket) int { return x.at.Compare(y.at) })
}
