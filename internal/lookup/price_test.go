package lookup_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// days are cells of two people on some days.
func days(n int) []lookup.Need {
	var needs []lookup.Need
	for _, subject := range []string{"1", "2"} {
		for d := range n {
			k := lookup.KeyOf(hr.Link{System: hr.Akashi, Name: "default"}, lookup.Principal{Owner: "company"},
				lookup.Record{Endpoint: "stamps", Subject: subject, Date: hr.NewDate(2026, 1, 1).AddDays(d)})
			needs = append(needs, lookup.Of(k))
		}
	}
	return needs
}

// byDay plans one call a day, and counts those that are made.
func byDay(made *atomic.Int64) func([]lookup.Need) []lookup.Call[int] {
	return func(missing []lookup.Need) []lookup.Call[int] {
		byDate := map[hr.Date][]lookup.Need{}
		for _, n := range missing {
			for d := range n.Dates() {
				day := lookup.Days(1) << n.Key.Date().DaysUntil(d)
				byDate[d] = append(byDate[d], lookup.Need{Key: n.Key, Days: day})
			}
		}
		var calls []lookup.Call[int]
		for _, needs := range byDate {
			calls = append(calls, lookup.Call[int]{
				Cells: needs, Name: "multiple_stamps",
				Run: func(context.Context) (map[lookup.Key][]int, error) {
					made.Add(1)
					return map[lookup.Key][]int{}, nil
				},
				Sample: func(lookup.Key) []int { return []int{7} },
			})
		}
		return calls
	}
}

func TestFetch_refusesWhatIsTooDear(t *testing.T) {
	t.Parallel()
	c := newCells(t, lookup.Rule{Fresh: time.Minute, Behind: time.Minute, Max: time.Hour})
	t.Cleanup(c.Close)
	var made atomic.Int64
	bill := price.New(5)
	needs := days(12)
	got := lookup.Fetch(price.With(t.Context(), bill), c, needs, byDay(&made))
	f := got[needs[0].Key].Fault
	if f == nil || f.Code != fault.TooManyCalls || made.Load() != 0 || bill.Total() != 0 {
		t.Fatalf("fault %v, %d calls made, %d charged", f, made.Load(), bill.Total())
	}
	for _, part := range []string{"needs 12 calls", "5 are left", "the first 5 of its 12 days"} {
		if !strings.Contains(f.Message, part) {
			t.Errorf("the message does not say %q: %s", part, f.Message)
		}
	}
	// What it names is within the limit.
	if got := lookup.Fetch(price.With(t.Context(), bill), c, days(5), byDay(&made)); got[needs[0].Key].Fault != nil || made.Load() == 0 {
		t.Errorf("fault %v after %d calls", got[needs[0].Key].Fault, made.Load())
	}
}

func TestFetch_rehearsesWithoutAsking(t *testing.T) {
	t.Parallel()
	c := newCells(t, lookup.Rule{Fresh: time.Minute, Behind: time.Minute, Max: time.Hour})
	t.Cleanup(c.Close)
	var made atomic.Int64
	bill := price.Rehearse()
	needs := days(3)
	got := lookup.Fetch(price.With(t.Context(), bill), c, needs, byDay(&made))
	if rows := lookup.RowsOf[int](got[needs[0].Key]); made.Load() != 0 || len(rows) != 1 || bill.Total() != 3 {
		t.Fatalf("%d calls made, %d charged, sample %v", made.Load(), bill.Total(), rows)
	}
	if line := bill.Lines()[0]; line.Endpoint != "multiple_stamps" || line.System != "AKASHI" {
		t.Errorf("the bill says %+v", line)
	}
	lookup.Fetch(t.Context(), c, days(2), byDay(&made))
	bill = price.Rehearse()
	lookup.Fetch(price.With(t.Context(), bill), c, needs, byDay(&made))
	if bill.Total() != 1 || bill.Hits()[0].Cells != 4 {
		t.Errorf("after two of three days were read: %d calls and %+v", bill.Total(), bill.Hits())
	}
}

// A list in pages is guessed at first, and known once it was read.
func TestFetch_learnsWhatPagesCost(t *testing.T) {
	t.Parallel()
	c := newCells(t, lookup.Rule{Fresh: 0, Max: time.Hour})
	t.Cleanup(c.Close)
	if got := paged(t, c); got.Calls != 12 || !got.Guess {
		t.Errorf("before: %+v", got)
	}
	lookup.Fetch(t.Context(), c, days(2), inPages)
	if got := paged(t, c); got.Calls != 14 || got.Guess {
		t.Errorf("after: %+v", got)
	}
}

// inPages plans one call that is expected to take 12 requests and takes 14.
func inPages(missing []lookup.Need) []lookup.Call[int] {
	return []lookup.Call[int]{{
		Cells: missing, Requests: 12, Guess: true,
		Run: func(ctx context.Context) (map[lookup.Key][]int, error) {
			for range 14 {
				usage.From(ctx).Call("AKASHI", "default")
			}
			return map[lookup.Key][]int{}, nil
		},
	}}
}

// paged prices that call.
func paged(t *testing.T, c *lookup.Cells) price.Line {
	t.Helper()
	bill := price.Rehearse()
	lookup.Fetch(price.With(t.Context(), bill), c, days(2), inPages)
	return bill.Lines()[0]
}

// What pages cost is known after a restart, and to other gateways; a store that is
// away or has nothing to give leaves it a guess.
func TestFetch_remembersWhatPagesCost(t *testing.T) {
	t.Parallel()
	s := newShared(time.Now)
	open := func() *lookup.Cells {
		c, err := lookup.New(lookup.Options{
			Default: lookup.Rule{Fresh: 0, Max: time.Hour}, Cache: s, Topics: s, Key: key32, Now: time.Now,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		return c
	}
	run := func(c *lookup.Cells) {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		c.Run(ctx)
	}
	first := open()
	if got := paged(t, first); !got.Guess {
		t.Errorf("before: %+v", got)
	}
	lookup.Fetch(t.Context(), first, days(2), inPages)
	s.leave(true)
	run(first)
	if got := paged(t, open()); !got.Guess {
		t.Errorf("while the store is away: %+v", got)
	}
	s.leave(false)
	run(first)
	second := open()
	if got := paged(t, second); got.Calls != 14 || got.Guess {
		t.Errorf("after a restart: %+v", got)
	}
	// What another gateway wrote stays when this one writes.
	lookup.Fetch(t.Context(), second, days(1), inPages)
	run(second)
	if got := paged(t, open()); got.Calls != 14 || got.Guess {
		t.Errorf("after another wrote: %+v", got)
	}
	s.each(func(name string, value []byte) {
		if strings.Contains(name+string(value), "stamps") {
			t.Errorf("the store can read %q", name)
		}
	})
}

// A day of everybody tells nothing of another day, and other cells only about how
// much they take.
func TestFetch_knowsOnlyWhatWasRead(t *testing.T) {
	t.Parallel()
	c := newCells(t, lookup.Rule{Fresh: 0, Max: time.Hour})
	t.Cleanup(c.Close)
	everybodys := func(missing []lookup.Need) []lookup.Call[int] {
		calls := inPages(missing)
		calls[0].Day = func(lookup.Key, int) int { return 0 }
		return calls
	}
	price := func(needs []lookup.Need, plan func([]lookup.Need) []lookup.Call[int]) price.Line {
		bill := price.Rehearse()
		lookup.Fetch(price.With(t.Context(), bill), c, needs, plan)
		return bill.Lines()[0]
	}
	monday, sunday := days(2)[:1], days(2)[1:2]
	lookup.Fetch(t.Context(), c, sunday, everybodys)
	if got := price(monday, everybodys); got.Calls != 12 || !got.Guess {
		t.Errorf("another day: %+v", got)
	}
	if got := price(sunday, everybodys); got.Calls != 14 || got.Guess {
		t.Errorf("the same day: %+v", got)
	}
	if got := price(days(2)[1:4:4][2:], everybodys); got.Calls != 14 || got.Guess {
		t.Errorf("the same day of another person: %+v", got)
	}
	lookup.Fetch(t.Context(), c, days(3)[:2], inPages)
	if got := price(days(3)[1:3], inPages); got.Calls != 14 || !got.Guess {
		t.Errorf("as many other cells: %+v", got)
	}
}
