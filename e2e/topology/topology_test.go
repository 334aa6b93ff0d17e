// Package topology_test runs what docker-compose.yml describes as processes: a
// real redis-server, the simulated systems, and gateways that are started,
// stopped and killed as an operator would. Nothing of the gateway is imported.
package topology_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/e2e/fleettest"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/simulator/control"
)

func TestMain(m *testing.M) { os.Exit(fleettest.Main(m)) }

// carelyLimit is how many requests a second Carely takes from an address.
const carelyLimit = 20

const (
	// listing is answered from the index, and with the stamps of a day by AKASHI
	// and Jobcan.
	listing = `query($day: Date!, $first: Int!) { employees(first: $first) { totalCount nodes { id code name { display }
		stamps(from: $day, to: $day) { nodes { occurredAt kind } sources { system status code } } } } }`
	// overtimes is answered by Carely.
	overtimes = `query($code: String!, $month: Month!) { employee(by: {code: $code}) {
		overtimes(from: $month, to: $month) { nodes { month minutes } } } }`
	// branches is answered by Carely, each name by a call of its own.
	branches = `query($name: String!) { carely { departments(branchNames: [$name]) { __typename } } }`
	put      = `mutation($rows: [OvertimeInput!]!) { upsertOvertimes(input: { rows: $rows }) { rows { outcome code } } }`
	// someone has a record in every system.
	someone = "E00003"
)

// life is how long Carely's tokens live where they end in a test; they are used
// until 2 s before.
const life = 8 * time.Second

// day is a labour day with data, some days ago.
func day(ago int) string { return time.Now().AddDate(0, 0, -ago).Format(time.DateOnly) }

// indexed waits until every gateway has all people in its index.
func indexed(t *testing.T, c *fleettest.Client, gateways ...*fleettest.Gateway) {
	t.Helper()
	for _, g := range gateways {
		storetest.Eventually(t, func() error {
			a, err := c.Ask(t.Context(), g, listing, map[string]any{"day": day(3), "first": 1})
			if err == nil && (len(a.Errors) > 0 || strings.Contains(a.Body, `"totalCount":0`)) {
				err = fmt.Errorf("the index is not there: %.300s", a.Body)
			}
			return err
		})
	}
}

// write puts somebody's overtime of a month into Carely.
func write(t *testing.T, c *fleettest.Client, g *fleettest.Gateway, month string, minutes int) {
	t.Helper()
	a := c.Query(t, g, put, map[string]any{"rows": []any{map[string]any{
		"employee": map[string]any{"code": someone}, "month": month, "minutes": minutes,
	}}})
	if !strings.Contains(a.Body, "APPLIED") {
		t.Fatalf("not written: %s", a.Body)
	}
}

// minutes reads it, -1 where there is none.
func minutes(t *testing.T, c *fleettest.Client, g *fleettest.Gateway, month string) (int, error) {
	t.Helper()
	a, err := c.Ask(t.Context(), g, overtimes, map[string]any{"code": someone, "month": month})
	if err != nil {
		return 0, err
	}
	if len(a.Errors) > 0 {
		return 0, fmt.Errorf("errors %v", a.Errors)
	}
	var got struct {
		Employee struct {
			Overtimes struct{ Nodes []struct{ Minutes int } }
		}
	}
	if err := json.Unmarshal(a.Data, &got); err != nil {
		return 0, err
	}
	if nodes := got.Employee.Overtimes.Nodes; len(nodes) > 0 {
		return nodes[0].Minutes, nil
	}
	return -1, nil
}

// reads fails the test unless a gateway answers at once with these minutes.
func reads(t *testing.T, c *fleettest.Client, g *fleettest.Gateway, month string, want int) {
	t.Helper()
	if got, err := minutes(t, c, g, month); err != nil || got != want {
		t.Fatalf("%d minutes in %s, %v; want %d", got, month, err, want)
	}
}

// asked makes every question for a branch another one.
var asked atomic.Int64

// carely asks Carely something through a gateway that no gateway has kept.
func carely(t *testing.T, c *fleettest.Client, g *fleettest.Gateway) error {
	t.Helper()
	name := fmt.Sprintf("branch %d", asked.Add(1))
	a, err := c.Ask(t.Context(), g, branches, map[string]any{"name": name})
	if err == nil && len(a.Errors) > 0 {
		err = errors.New(a.Errors[0])
	}
	return err
}

// blameless fails the test if a system had to refuse a request for its rate, or
// a credential because it was spent, or somebody has to link a system anew.
func blameless(t *testing.T, f *fleettest.Fleet, c *fleettest.Client, gateways ...*fleettest.Gateway) {
	t.Helper()
	for _, s := range f.Systems() {
		h := s.History(t)
		for _, r := range h.Requests {
			if r.Status == http.StatusTooManyRequests {
				t.Errorf("429 to %s %s", r.Method, r.Path)
			}
		}
		if _, refused := s.Exchanges(t); refused > 0 {
			t.Errorf("%d exchanges of a credential were refused", refused)
		}
	}
	if h := f.Carely.History(t); h.HighestPerSecond > carelyLimit {
		t.Errorf("Carely saw %d requests in a second: %v", h.HighestPerSecond, crowded(h.Requests))
	}
	for _, g := range gateways {
		if a := c.Query(t, g, `{ systems { system needs } }`, nil); strings.Contains(a.Body, "RELINK") {
			t.Errorf("a link is lost: %s", a.Body)
		}
	}
}

// crowded tells when the requests arrived of the first second that had too many,
// and of the second before it.
func crowded(all []control.Request) []string {
	for i, r := range all {
		if i < carelyLimit || r.Time.Sub(all[i-carelyLimit].Time) >= time.Second {
			continue
		}
		var out []string
		for _, one := range all[max(0, i-2*carelyLimit) : i+1] {
			out = append(out, fmt.Sprintf("%s %d %s", one.Time.Format("05.000"), one.Status, one.Route))
		}
		return out
	}
	return nil
}

// exchanged waits until a system has granted that many exchanges in all.
func exchanged(t *testing.T, what string, s *fleettest.Control, want int) {
	t.Helper()
	storetest.Eventually(t, func() error {
		if granted, _ := s.Exchanges(t); granted < want {
			return fmt.Errorf("%s: %d exchanges, want %d", what, granted, want)
		}
		return nil
	})
	if granted, refused := s.Exchanges(t); granted != want || refused > 0 {
		t.Fatalf("%s: %d exchanges were granted and %d refused, want %d and none", what, granted, refused, want)
	}
}

// TestTopology is two gateways and then a third one before one Redis.
func TestTopology(t *testing.T) {
	t.Parallel()
	redis := storetest.StartRedis(t)
	f := fleettest.Start(t, fleettest.Options{RedisURL: redis.URL})
	c := fleettest.NewClient(t)
	f.CarelyTokens.Set(life)
	one, two := f.Gateway(t), f.Gateway(t)
	indexed(t, c, one, two)

	// Both answer the same.
	for _, variables := range []map[string]any{{"day": day(3), "first": 50}, {"day": day(4), "first": 100}} {
		if diff := cmp.Diff(c.Query(t, one, listing, variables).Body, c.Query(t, two, listing, variables).Body); diff != "" {
			t.Errorf("the gateways differ: %s", diff)
		}
	}
	// A write through one is read at once through the other, which had read
	// what was there before.
	for i := range 5 {
		from, to := one, two
		if i%2 == 1 {
			from, to = two, one
		}
		if _, err := minutes(t, c, to, "2027-01"); err != nil {
			t.Fatal(err)
		}
		write(t, c, from, "2027-01", 100+i)
		reads(t, c, to, "2027-01", 100+i)
	}
	// AKASHI's token is exchanged a second after its first use.
	exchanged(t, "AKASHI", &f.Akashi, 1)
	expiresOnce(t, f, c, one, two, f.Gateway(t))

	killOne(t, f, c, one, two)
	newOne(t, f, c, two)
	withoutRedis(t, f, c, redis, two)
	blameless(t, f, c, one, two)
}

// withoutRedis kills a gateway while Redis is away. It comes up with the tokens
// of its journal, exchanges none, and shares again when Redis is back.
func withoutRedis(
	t *testing.T, f *fleettest.Fleet, c *fleettest.Client, redis *storetest.RedisServer, g *fleettest.Gateway,
) {
	t.Helper()
	akashi, _ := f.Akashi.Exchanges(t)
	before, _ := f.Carely.Exchanges(t)
	redis.Kill()
	g.Kill()
	g.Restart(t)
	indexed(t, c, g)
	if err := carely(t, c, g); err != nil {
		t.Errorf("Carely through a gateway that started without Redis: %v", err)
	}
	redis.Start(t)
	storetest.Eventually(t, func() error {
		if !strings.Contains(g.Log(), "redis back") {
			return errors.New("the gateway does not notice that Redis is back")
		}
		return carely(t, c, g)
	})
	exchanged(t, "AKASHI", &f.Akashi, akashi)
	exchanged(t, "Carely", &f.Carely, before)
}

// expiresOnce lets many callers meet Carely's token when it has just ended.
func expiresOnce(t *testing.T, f *fleettest.Fleet, c *fleettest.Client, gateways ...*fleettest.Gateway) {
	t.Helper()
	callers, expiries := 100, 2
	if long() {
		callers, expiries = 500, 5
	}
	for code := range expiries {
		if code == expiries-1 {
			f.CarelyTokens.Set(0) // it ends no more
		}
		for _, g := range gateways {
			if err := carely(t, c, g); err != nil {
				t.Fatal(err)
			}
		}
		before, _ := f.Carely.Exchanges(t)
		<-time.After(time.Until(f.CarelyTokens.Ends()))
		var all sync.WaitGroup
		for i := range callers {
			all.Go(func() {
				// One call for each gateway: nobody has asked for this person yet.
				a, err := c.Ask(t.Context(), gateways[i%len(gateways)], overtimes,
					map[string]any{"code": fmt.Sprintf("E%05d", 10+code), "month": "2026-10"})
				if err != nil || len(a.Errors) > 0 {
					t.Errorf("%v, %s", err, a.Body)
				}
			})
		}
		all.Wait()
		exchanged(t, "Carely", &f.Carely, before+1)
	}
	t.Logf("%d expiries of Carely's token, %d callers on %d gateways: as many exchanges", expiries, callers, len(gateways))
}

// killOne kills a gateway: those who ask the other one notice nothing.
func killOne(t *testing.T, f *fleettest.Fleet, c *fleettest.Client, victim, other *fleettest.Gateway) {
	t.Helper()
	before, _ := f.Carely.Exchanges(t)
	enough := make(chan struct{})
	var asking sync.WaitGroup
	for i := range 4 {
		asking.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-enough:
					return
				default:
				}
				c.Query(t, other, listing, map[string]any{"day": day(10 + n%20), "first": 20 + i})
			}
		})
	}
	// The victim is asked too, so that it dies with something under way.
	go func() { _, _ = c.Ask(t.Context(), victim, listing, map[string]any{"day": day(60), "first": 100}) }()
	victim.Kill()
	write(t, c, other, "2027-02", 7)
	reads(t, c, other, "2027-02", 7)
	close(enough)
	asking.Wait()
	victim.Restart(t)
	reads(t, c, victim, "2027-02", 7)
	if after, _ := f.Carely.Exchanges(t); after != before {
		t.Errorf("%d exchanges at Carely because a gateway was killed", after-before)
	}
}

// newOne starts a gateway on a new disk: it knows everybody without asking.
func newOne(t *testing.T, f *fleettest.Fleet, c *fleettest.Client, old *fleettest.Gateway) {
	t.Helper()
	const who = `{ employees(first: 100) { totalCount nodes { id code name { display } } } }`
	want := c.Query(t, old, who, nil).Body
	for _, s := range f.Systems() {
		s.Forget(t)
	}
	third := f.Gateway(t)
	if diff := cmp.Diff(want, c.Query(t, third, who, nil).Body); diff != "" {
		t.Errorf("a new gateway answers otherwise: %s", diff)
	}
	for _, s := range f.Systems() {
		if h := s.History(t); h.Total > 0 {
			t.Errorf("a new gateway cost calls: %v", h.Counters)
		}
	}
	reads(t, c, third, "2027-02", 7)
}
