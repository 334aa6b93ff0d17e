package topology_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// long asks for the whole suite.
func long() bool { return os.Getenv("HITOTSU_TEST_LONG") != "" }

// outage is one way in which Redis goes away.
type outage struct {
	name  string
	leave func(t *testing.T)
	// back brings it back; nil where it comes back by itself.
	back func(t *testing.T)
	// itself says that it may come back before back is called.
	itself bool
	// empty says that it has nothing any more afterwards, so that what was put
	// back is not exchanged for half a minute.
	empty bool
}

const (
	// extra is how much longer than before a cached read may take while Redis
	// is away, at the 95th of a hundred. It is generous, as the machine may have
	// other work; the benchmark asks for 20 ms.
	extra = 250 * time.Millisecond
	// most is what no cached read may take: one that waits for Redis without a
	// bound takes all of an operation's 10 s.
	most = 5 * time.Second
	// sharedIn is how long after its return Redis is in use again.
	sharedIn = 2 * time.Second
)

// TestChaos_single lets one redis-server stop, hang, be killed and be emptied.
func TestChaos_single(t *testing.T) {
	t.Parallel()
	redis := storetest.StartRedis(t)
	start := func(t *testing.T) { t.Helper(); redis.Start(t) }
	rounds := 1
	if long() {
		rounds = 3
	}
	chaos(t, redis.URL, slices.Repeat([]outage{
		{name: "hang", leave: func(t *testing.T) { t.Helper(); redis.Hang(t) }, back: func(t *testing.T) {
			t.Helper()
			redis.Resume(t)
		}},
		{name: "stop", leave: func(t *testing.T) { t.Helper(); redis.Stop(t) }, back: start},
		{name: "kill", leave: func(t *testing.T) { t.Helper(); redis.Kill() }, back: start},
		{name: "flush", itself: true, empty: true, leave: func(t *testing.T) {
			t.Helper()
			if err := redis.Client(t).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}},
	}, rounds))
}

// TestChaos_sentinel kills the master behind a Sentinel; the replica takes over.
func TestChaos_sentinel(t *testing.T) {
	t.Parallel()
	s := storetest.StartSentinel(t)
	chaos(t, s.URL, []outage{{name: "failover", itself: true, leave: func(t *testing.T) {
		t.Helper()
		s.Master.Kill()
	}}})
}

// TestChaos_cluster kills one of three masters; its replica takes over.
func TestChaos_cluster(t *testing.T) {
	t.Parallel()
	c := storetest.StartCluster(t)
	var outages []outage
	for i := range c.Masters {
		outages = append(outages, outage{
			name: fmt.Sprintf("failover %d", i), itself: true,
			leave: func(t *testing.T) { t.Helper(); c.Masters[i].Kill() },
			back: func(t *testing.T) {
				t.Helper()
				waitForTakeover(t, c.Replicas[i])
				c.Masters[i].Start(t) // as a replica
			},
		})
	}
	if !long() {
		outages = outages[:1]
	}
	chaos(t, c.URL, outages)
}

// waitForTakeover waits until a replica is the master.
func waitForTakeover(t *testing.T, replica *storetest.RedisServer) {
	t.Helper()
	client := replica.Client(t)
	storetest.Eventually(t, func() error {
		role, err := client.Do(t.Context(), "ROLE").Slice()
		if err == nil && role[0] != "master" {
			err = errors.New("the replica does not take over")
		}
		return err
	})
}

// chaos sends a fleet through outages of its Redis, under load.
func chaos(t *testing.T, url string, outages []outage) {
	t.Helper()
	f := fleettest.Start(t, fleettest.Options{RedisURL: url})
	f.CarelyTokens.Set(life)
	c := fleettest.NewClient(t)
	gateways := []*fleettest.Gateway{f.Gateway(t), f.Gateway(t)}
	if long() {
		gateways = append(gateways, f.Gateway(t))
	}
	indexed(t, c, gateways...)
	// AKASHI's token is exchanged a second after its first use, which ends the one
	// before: who has that one then needs Redis.
	exchanged(t, "AKASHI", &f.Akashi, 1)
	for i, g := range gateways {
		if a := c.Query(t, g, listing, map[string]any{"day": day(300 + i), "first": 5}); len(a.Errors) > 0 {
			t.Fatalf("with AKASHI's new token: %.300s", a.Body)
		}
	}
	w := &world{f: f, c: c, gateways: gateways, load: offer(t, c, gateways...)}
	for _, o := range outages {
		w.through(t, o)
		if t.Failed() {
			return
		}
	}
	w.load.stop()
	exchanged(t, "AKASHI", &f.Akashi, 1)
	blameless(t, f, c, gateways...)
	h := f.Carely.History(t)
	granted, _ := f.Carely.Exchanges(t)
	t.Logf("Carely saw %d requests, at most %d in a second; %d exchanges", h.Total, h.HighestPerSecond, granted)
}

// world is a fleet under load.
type world struct {
	f        *fleettest.Fleet
	c        *fleettest.Client
	gateways []*fleettest.Gateway
	load     *load
	// expired says that Carely's token ended in an outage.
	expired bool
	months  int
}

// pause lets the load go on for a while.
func pause(short time.Duration) {
	if long() {
		short *= 5
	}
	<-time.After(short)
}

// through is one outage: before, during and after it.
func (w *world) through(t *testing.T, o outage) {
	t.Helper()
	one, two := w.gateways[0], w.gateways[1]
	month := w.month()
	write(t, w.c, one, month, 1)
	reads(t, w.c, two, month, 1)
	w.load.stretch(t, "in between")
	pause(time.Second)
	calm := w.load.stretch(t, "before "+o.name)

	expire := !w.expired || long()
	if expire {
		w.renew(t)
	}
	o.leave(t)
	// Who writes sees it, whatever Redis does.
	write(t, w.c, one, month, 2)
	reads(t, w.c, one, month, 2)
	if expire {
		w.expire(t, o)
	}
	pause(time.Second)
	if o.back != nil {
		o.back(t)
	}
	w.shared(t, o, month)
	away := w.load.stretch(t, "during "+o.name)
	// An emptied Redis does not know any more what was changed, so that nothing in
	// memory counts; it is read anew, once.
	if slow := share(away.cached, 95); !o.empty && slow > share(calm.cached, 95)+extra {
		t.Errorf("%s: 95 of 100 cached reads take up to %v, %v before", o.name, slow, share(calm.cached, 95))
	}
	if slowest := share(away.cached, 100); slowest > most {
		t.Errorf("%s: a cached read took %v", o.name, slowest)
	}
	for _, g := range w.gateways {
		w.carelyAnswers(t, g)
	}
	// And all is as it was before.
	for i, g := range w.gateways {
		write(t, w.c, g, month, 10+i)
		for _, other := range w.gateways {
			reads(t, w.c, other, month, 10+i)
		}
	}
	blameless(t, w.f, w.c, w.gateways...)
}

// month is one that nobody asked for yet.
func (w *world) month() string {
	w.months++
	return fmt.Sprintf("%d-%02d", 2100+w.months/12, 1+w.months%12)
}

// renew waits for an exchange of Carely's token, so that its end is known.
func (w *world) renew(t *testing.T) {
	t.Helper()
	before := w.f.CarelyTokens.Ends()
	for deadline := time.Now().Add(patience); !w.f.CarelyTokens.Ends().After(before); {
		if time.Now().After(deadline) {
			t.Fatal("Carely's token is not exchanged")
		}
		w.carelyAnswers(t, w.gateways[0])
	}
	for _, g := range w.gateways {
		w.carelyAnswers(t, g)
	}
}

// expire waits until Carely's token ends while Redis is away. Nobody exchanges
// it then, and nobody loses it: what needs Carely says so.
func (w *world) expire(t *testing.T, o outage) {
	t.Helper()
	w.expired = true
	before, _ := w.f.Carely.Exchanges(t)
	<-time.After(time.Until(w.f.CarelyTokens.Ends()))
	for _, g := range w.gateways {
		err := carely(t, w.c, g)
		if err == nil && !o.itself || err != nil && err.Error() != "UPSTREAM_UNAVAILABLE" {
			t.Errorf("%s: with a token that has ended: %v", o.name, err)
		}
	}
	if after, _ := w.f.Carely.Exchanges(t); after != before && !o.itself {
		t.Errorf("%s: %d exchanges while Redis was away", o.name, after-before)
	}
	if !long() {
		w.f.CarelyTokens.Set(0)
	}
}

// carelyAnswers waits until a gateway can ask Carely again.
func (w *world) carelyAnswers(t *testing.T, g *fleettest.Gateway) {
	t.Helper()
	eventually(t, func() error { return carely(t, w.c, g) })
}

// patience is how long anything may take that takes as long as it takes: after
// FLUSHALL credentials are not exchanged for 30 s.
const patience = 90 * time.Second

// eventually tries until it succeeds.
func eventually(t *testing.T, try func() error) {
	t.Helper()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	deadline := time.Now().Add(patience)
	for err := try(); err != nil; err = try() {
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-ticker.C
	}
}

// shared waits until what was written while Redis was away is known to all, and
// what is written now through any gateway, and compares the time with what it
// may take.
func (w *world) shared(t *testing.T, o outage, month string) {
	t.Helper()
	began := time.Now()
	w.sees(t, month, 2)
	meanwhile := time.Since(began)
	for i, g := range w.gateways {
		w.carelyAnswers(t, g)
		write(t, w.c, g, month, 3+i)
		w.sees(t, month, 3+i)
	}
	t.Logf("%s: what was written meanwhile is known to all %v after its return, what is written now after %v", o.name,
		meanwhile.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	if o.back != nil && meanwhile > sharedIn {
		t.Errorf("%s: it took %v after its return", o.name, meanwhile)
	}
}

// sees waits until every gateway reads these minutes.
func (w *world) sees(t *testing.T, month string, want int) {
	t.Helper()
	for _, g := range w.gateways {
		eventually(t, func() error {
			got, err := minutes(t, w.c, g, month)
			if err == nil && got != want {
				err = fmt.Errorf("%d minutes, want %d", got, want)
			}
			return err
		})
	}
}
