package quota

import (
	"cmp"
	"context"
	"crypto/rand"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/store"
)

// Shared keeps the turns of several processes; *store.Quota is one.
type Shared interface {
	Reserve(ctx context.Context, t store.QuotaTerms, a store.QuotaAsk) (store.QuotaAnswer, error)
	Join(ctx context.Context, t store.QuotaTerms, expected int, gather time.Duration, sent []time.Duration) (
		store.QuotaAnswer, error)
	Beat(ctx context.Context, t store.QuotaTerms) (store.QuotaAnswer, error)
	Penalize(ctx context.Context, t store.QuotaTerms, pause time.Duration) (store.QuotaAnswer, error)
	Leave(ctx context.Context, t store.QuotaTerms) error
}

var _ Shared = (*store.Quota)(nil)

const (
	// patience is how long Redis may take; then the process goes on by itself.
	patience = 250 * time.Millisecond
	// awake is how long a process keeps its places in the line without a call.
	awake = 600 * time.Millisecond
	// beatEvery is the pause between signs of life, probeEvery that between
	// attempts to reach a Redis that is away.
	beatEvery, probeEvery = 500 * time.Millisecond, 250 * time.Millisecond
	// life is how long a process counts after its last sign; gather is how long
	// those that come back wait for the others.
	life, gather = 3 * time.Second, 2 * time.Second
	// unseen is how many processes to reckon with before Redis was seen.
	unseen = 3
)

type mode int

const (
	// apart: Redis is away; the process has only its own part.
	apart mode = iota
	// joining: Redis is there again and has not answered yet what holds now.
	joining
	// united: turns come from Redis.
	united
)

// replica is a budget's tie to the other processes. Its fields are guarded by
// the budget's lock. A nil replica is that of a process without Redis.
type replica struct {
	log   Shared
	terms store.QuotaTerms
	// configured is the least number of processes to reckon with, seen how many
	// there were when the process was last united with them. Until gathered those
	// that were away with Redis may not be back yet.
	configured, seen int
	gathered         time.Time

	mode mode
	// era changes when turns that were not used yet become void.
	era int
	// contact is when the last call left that was answered while it was united.
	contact time.Time
	// alone says that the process sent what Redis was not told of since it was
	// united; met that it was united once.
	alone, met bool

	// tickets are turns that were given and not used, in order; two lists, as
	// background turns are not for others. unused were not used in time; late are
	// requests that left later than their turns say, or without one.
	tickets [2][]ticket
	unused  []string
	late    map[string]time.Time
	asking  bool
	// queued is how many places in the line the process has, due when the first
	// of them will have its turn, again when to ask after it; waiting is how many
	// places there are in all.
	queued     [2]int
	due, again [2]time.Time
	waiting    int
	left       int

	// clock translates Redis's instants; lead is how long before a turn it has
	// to be given for the answer to come in time.
	clock clock
	lead  time.Duration

	nudge   chan struct{}
	end     context.CancelFunc
	closed  bool
	running sync.WaitGroup
}

// The lists of tickets.
const (
	front = iota
	scans
)

type ticket struct {
	name string
	// at is when the turn begins, or a little later; until is when it is over.
	at, until time.Time
}

func (r *replica) together() bool { return r != nil && r.mode == united }
func (r *replica) joining() bool  { return r != nil && r.mode == joining }

func (r *replica) aged() int {
	if r == nil {
		return 0
	}
	return r.era
}

func (r *replica) count() int {
	if r == nil {
		return 1
	}
	if r.configured == 0 && r.seen == 0 {
		return unseen
	}
	return max(r.configured, r.seen)
}

func (r *replica) sentAlone() {
	if r != nil {
		r.alone = true
	}
}

func (r *replica) giveBack(name string) {
	if r.together() && name != "" {
		r.unused = append(r.unused, name)
	}
}

// written notes when a request left, if the others reckon with another moment.
func (r *replica) written(t *Turn, now time.Time) {
	switch {
	case r == nil || t.era == r.era && !now.After(t.until):
		return
	case r.mode == apart:
		r.alone = true // join tells of it
		return
	case r.late == nil:
		r.late = map[string]time.Time{}
	}
	r.late[cmp.Or(t.ticket, rand.Text()+":late")] = now
}

// moved is how long ago the late requests left.
func (r *replica) moved(now time.Time) map[string]time.Duration {
	out := make(map[string]time.Duration, len(r.late))
	for name, at := range r.late {
		out[name] = now.Sub(at)
	}
	return out
}

// tolerance is how late a turn may be used: the rest of the margin is for the
// way of the request.
func (b *Budget) tolerance() time.Duration { return b.opts.Margin * 2 / 5 }

// share ties the budget to the others' through Redis until ctx ends.
func (b *Budget) share(ctx context.Context, log Shared, name string, configured int) {
	r := &replica{
		log: log, configured: configured, nudge: make(chan struct{}, 1),
		clock: clock{zero: b.now()},
		terms: store.QuotaTerms{
			Budget: name, Replica: rand.Text(), Requests: b.pace.most, Span: b.pace.gap, Life: life, Awake: awake,
			Hold: patience + b.tolerance(),
		},
	}
	if b.opts.Adaptive {
		r.terms.Recovery = recovery
	}
	own, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r.end = cancel
	b.mu.Lock()
	b.replica = r
	b.from = b.now().Add(r.terms.Hold + b.pace.gap)
	b.mu.Unlock()
	r.running.Go(func() { b.keep(own) })
}

// keep stays in touch with Redis.
func (b *Budget) keep(ctx context.Context) {
	r := b.replica
	for {
		pause := b.touch(ctx)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
			// Redis forgets the replica by itself, too.
			_ = r.log.Leave(ctx, r.terms)
			cancel()
			return
		case <-timer.C:
		case <-r.nudge:
			timer.Stop()
		}
	}
}

// touch gives a sign of life, or tries to come back; it returns when to do so
// again.
func (b *Budget) touch(ctx context.Context) time.Duration {
	r := b.replica
	b.mu.Lock()
	if wait := r.contact.Add(beatEvery).Sub(b.now()); r.mode == united && wait > 0 {
		b.mu.Unlock()
		return wait
	}
	last := r.contact
	b.mu.Unlock()
	answer, err := b.call(ctx, func(ctx context.Context) (store.QuotaAnswer, error) {
		return r.log.Beat(ctx, r.terms)
	})
	b.mu.Lock()
	// In so short an absence of Redis nobody may begin to send alone.
	short := b.now().Before(last.Add(r.terms.Hold + b.pace.gap))
	rejoin := err == nil && (!answer.Known || r.mode != united && (r.alone || !short))
	if err == nil && answer.Known && r.mode != united && !rejoin {
		r.mode, r.met = united, true
	}
	b.dispatch()
	b.mu.Unlock()
	if rejoin {
		err = b.join(ctx)
	}
	if err != nil {
		return probeEvery
	}
	return beatEvery
}

// call makes a call and takes over what it says; a failure parts the process
// from the others.
func (b *Budget) call(
	ctx context.Context, do func(context.Context) (store.QuotaAnswer, error),
) (store.QuotaAnswer, error) {
	began := b.now()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	answer, err := do(ctx)
	b.mu.Lock()
	defer b.mu.Unlock()
	now, r := b.now(), b.replica
	if err != nil {
		b.part(now)
		return answer, err
	}
	if answer.Known {
		r.left = answer.Left
		if r.mode != apart {
			r.contact = began
		}
		if n := answer.Replicas; n > r.seen || r.mode != apart && !now.Before(r.gathered) {
			r.seen = n
		}
		r.clock.sample(answer.Now, began, now)
		if answer.Blocked > 0 {
			b.blocked = later(b.blocked, now.Add(answer.Blocked))
		}
		if b.opts.Adaptive && answer.Rate < b.rate(now) {
			b.full = now.Add(time.Duration((1 - answer.Rate) * float64(recovery)))
		}
	}
	return answer, nil
}

// part goes on without Redis: after everybody's turns are over, with this
// process's own part of the rate.
func (b *Budget) part(now time.Time) {
	r := b.replica
	if r.mode == apart {
		return
	}
	r.mode, b.from = apart, now.Add(r.terms.Hold+b.pace.gap)
	r.alone = r.alone || len(r.late) > 0
	r.void()
	b.dispatch()
	r.hurry()
}

// void drops all turns that were not used.
func (r *replica) void() {
	r.era++
	r.tickets, r.unused, r.late, r.queued, r.again = [2][]ticket{}, nil, nil, [2]int{}, [2]time.Time{}
}

// hurry makes the next sign of life come at once.
func (r *replica) hurry() {
	select {
	case r.nudge <- struct{}{}:
	default:
	}
}

// join makes the process known to the others, with what it sent by itself.
func (b *Budget) join(ctx context.Context) error {
	r := b.replica
	b.mu.Lock()
	now := b.now()
	expected := 0
	if r.met || r.alone {
		expected = r.count()
		r.gathered = now.Add(gather)
	}
	r.mode = joining
	r.void()
	// A request on its way to the wire counts as sent now, and again when it has
	// left: what the others are given until then cannot be taken back.
	sent := make([]time.Duration, len(b.own.sent)+b.leaving)
	for i, at := range b.own.sent {
		sent[i] = now.Sub(at)
	}
	b.mu.Unlock()
	_, err := b.call(ctx, func(ctx context.Context) (store.QuotaAnswer, error) {
		return r.log.Join(ctx, r.terms, expected, gather, sent)
	})
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil {
		r.mode, r.met, r.alone = united, true, false
		b.dispatch()
	}
	return err
}

// penalize tells the others.
func (r *replica) penalize(b *Budget, pause time.Duration) {
	if !r.together() {
		return
	}
	r.spawn(func() {
		// A failure parts the processes; each learns for itself then.
		//nolint:forbidigo // it outlives the call that was refused
		_, _ = b.call(context.Background(), func(ctx context.Context) (store.QuotaAnswer, error) {
			return r.log.Penalize(ctx, r.terms, pause)
		})
	})
}

// spawn runs something that close waits for. The caller holds the lock.
func (r *replica) spawn(run func()) {
	if !r.closed {
		r.running.Go(run)
	}
}

// close ends the tie.
func (b *Budget) close() {
	r := b.replica
	if r == nil {
		return
	}
	b.mu.Lock()
	r.closed = true
	b.mu.Unlock()
	r.end()
	r.running.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.timer != nil {
		b.timer.Stop()
	}
}
