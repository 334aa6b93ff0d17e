package store

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Quota keeps, for all processes, when the requests of a budget are sent: each
// process stands in line for turns and sends when it is given some. Every call
// is one script on one key under the server's clock, so no two processes get one
// turn and their own clocks do not matter. It is safe for concurrent use.
type Quota struct {
	client redis.UniversalClient
	prefix string
	script *redis.Script
}

// Quota returns the turns that are kept in this Redis.
func (r *Redis) Quota() *Quota {
	return &Quota{client: r.quick, prefix: r.prefix + quotaKind, script: redis.NewScript(quotaScript)}
}

// QuotaTerms say which budget is meant, by whom and what it allows.
type QuotaTerms struct {
	// Budget is as a key in Documents; Replica is the name of the process.
	Budget, Replica string
	// Requests is how many turns there are in any Span.
	Requests int
	Span     time.Duration
	// Recovery is how long a rate that was lowered by Penalize takes to grow
	// from nothing to the whole; 0 never lowers it.
	Recovery time.Duration
	// Life is how long a replica counts after it was last heard of.
	Life time.Duration
	// Awake is how long it keeps its places in the line.
	Awake time.Duration
	// Hold is how long a turn may be used after it was given.
	Hold time.Duration
}

// QuotaAsk asks for turns.
type QuotaAsk struct {
	// Ticket begins the names of the turns: Ticket1, Ticket2, and so on.
	Ticket string
	// Want is how many places the replica wants to have in the line; those in
	// front are given their turns. AtOnce is how many turns it can use if nobody
	// has to wait for any.
	Want, AtOnce int
	// Busy and Idle are the parts of the rate that background work may have
	// while callers are about and while they are not; 0 for what is no
	// background work.
	Busy, Idle float64
	// Lead is how long before its instant a turn has to be given, because Redis
	// is far.
	Lead time.Duration
	// Return names turns that were not used.
	Return []string
	// Late tells of requests that left long after their turns, or without one, how
	// long ago that was, by the names of the turns.
	Late map[string]time.Duration
}

// QuotaAnswer is what a call found.
type QuotaAnswer struct {
	// Known is false when Redis does not know the replica, because it is new or
	// because Redis lost what it had: it has to Join. Nothing else is told then.
	Known bool
	// Replicas is how many replicas are alive, the asking one included.
	Replicas int
	// Blocked is for how long nobody may send.
	Blocked time.Duration
	// Rate is the part of the budget's rate that is in force, up to 1.
	Rate float64
	// Left is how many turns can be had at once.
	Left int
	// Wait is how long until the first place of the replica that was given no
	// turn will have one, if everybody takes theirs up at once; Mine is how many
	// such places there are, Waiting how many in the whole line.
	Wait          time.Duration
	Mine, Waiting int
	// Now is Redis's clock, as the time since 1970.
	Now time.Duration
	// Turns are the instants of the turns given, in order, by Redis's clock.
	Turns []time.Duration
}

// Reserve stands in line and takes turns.
func (q *Quota) Reserve(ctx context.Context, t QuotaTerms, a QuotaAsk) (QuotaAnswer, error) {
	args := make([]any, 0, 7+len(a.Return)+2*len(a.Late))
	args = append(args, a.Ticket, a.Want, a.AtOnce, a.Busy, a.Idle, a.Lead.Microseconds(), len(a.Late))
	for ticket, age := range a.Late {
		args = append(args, ticket, max(0, age.Microseconds()))
	}
	for _, ticket := range a.Return {
		args = append(args, ticket)
	}
	return q.run(ctx, "reserve", t, args...)
}

// Join makes the replica known. Expected is how many replicas sent on their own
// before this call, 0 if this one did not; sent is how long ago its own last
// requests left. Until as many have joined, or gather is over, the rate is
// shared out among them.
func (q *Quota) Join(
	ctx context.Context, t QuotaTerms, expected int, gather time.Duration, sent []time.Duration,
) (QuotaAnswer, error) {
	args := make([]any, 0, 2+len(sent))
	args = append(args, expected, gather.Microseconds())
	for _, age := range sent {
		args = append(args, max(0, age.Microseconds()))
	}
	return q.run(ctx, "join", t, args...)
}

// Beat says that the replica lives.
func (q *Quota) Beat(ctx context.Context, t QuotaTerms) (QuotaAnswer, error) {
	return q.run(ctx, "beat", t)
}

// Penalize keeps everybody from sending for a while and halves the rate, at
// most once a Span, if the terms have a Recovery.
func (q *Quota) Penalize(ctx context.Context, t QuotaTerms, pause time.Duration) (QuotaAnswer, error) {
	return q.run(ctx, "penalize", t, pause.Microseconds())
}

// Leave says that the replica ends.
func (q *Quota) Leave(ctx context.Context, t QuotaTerms) error {
	_, err := q.run(ctx, "leave", t)
	return err
}

func (q *Quota) run(ctx context.Context, op string, t QuotaTerms, args ...any) (QuotaAnswer, error) {
	if err := checkKey(t.Budget); err != nil {
		return QuotaAnswer{}, err
	}
	all := make([]any, 0, 8+len(args))
	all = append(all, op, t.Replica, strconv.Itoa(t.Requests), t.Span.Microseconds(), t.Recovery.Microseconds(),
		t.Life.Microseconds(), t.Awake.Microseconds(), t.Hold.Microseconds())
	all = append(all, args...)
	row, err := q.script.Run(ctx, q.client, []string{q.prefix + t.Budget}, all...).Int64Slice()
	if err != nil {
		return QuotaAnswer{}, redisError(ctx, err)
	}
	return quotaAnswer(row)
}

// quotaFields is how many numbers come before the turns.
const quotaFields = 9

func quotaAnswer(row []int64) (QuotaAnswer, error) {
	switch {
	case len(row) == 1 && row[0] == 0:
		return QuotaAnswer{}, nil
	case len(row) == 2 && row[0] == 1:
		return QuotaAnswer{Known: true, Replicas: int(row[1])}, nil
	case len(row) < quotaFields || row[0] != 1:
		return QuotaAnswer{}, ErrCorrupt
	}
	micros := func(n int64) time.Duration { return time.Duration(n) * time.Microsecond }
	a := QuotaAnswer{
		Known: true, Replicas: int(row[1]) + 1, Blocked: micros(row[2]), Rate: float64(row[3]) / 1e6,
		Left: int(row[4]), Wait: micros(row[5]), Now: micros(row[6]),
		Waiting: int(row[7]), Mine: int(row[8]),
	}
	for _, wait := range row[quotaFields:] {
		a.Turns = append(a.Turns, a.Now+micros(wait))
	}
	return a, nil
}
