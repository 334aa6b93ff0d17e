package lookup_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/usage"
)

// vendor is a fake endpoint that is asked for days. Its rows are "day/call", with
// two on even days and none on the 3rd, in no order.
type vendor struct {
	mu sync.Mutex
	// asked are the days of each call, "subject 0 1 2".
	asked []string
	// each asks for every day by itself.
	each bool
	// beside comes with each answer, though nobody asked for it.
	beside []int
	// fails are the days whose calls fail, down says that all do.
	fails lookup.Days
	down  bool
	// wait is closed when the days in held may be answered.
	held lookup.Days
	wait chan struct{}
}

type vendorRow struct {
	Day  int
	Text string
}

func monthOf(subject string, days ...int) lookup.Need {
	n := lookup.Need{Key: lookup.KeyOf(hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, lookup.Principal{Owner: "company"},
		lookup.Record{Endpoint: "records", Subject: subject, Date: hr.NewDate(2026, 11, 1)})}
	for _, d := range days {
		n.Days |= 1 << d
	}
	return n
}

func (v *vendor) plan(missing []lookup.Need) []lookup.Call[vendorRow] {
	var calls []lookup.Call[vendorRow]
	for _, n := range missing {
		parts := []lookup.Days{n.Days}
		if v.each {
			parts = nil
			for d := range n.Days.All() {
				parts = append(parts, 1<<d)
			}
		}
		for _, days := range parts {
			calls = append(calls, lookup.Call[vendorRow]{
				Cells: []lookup.Need{{Key: n.Key, Days: days}}, Requests: 1,
				Day: func(_ lookup.Key, r vendorRow) int { return r.Day },
				Run: func(context.Context) (map[lookup.Key][]vendorRow, error) { return v.answer(n.Key, days) },
			})
		}
	}
	return calls
}

func (v *vendor) answer(k lookup.Key, days lookup.Days) (map[lookup.Key][]vendorRow, error) {
	if days&v.held != 0 {
		<-v.wait
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	text, call := k.Subject(), len(v.asked)+1
	if v.each {
		call = 0 // they run side by side
	}
	var rows []vendorRow
	for d := range days.All() {
		text += " " + strconv.Itoa(d)
		rows = append(v.rows(d, call), rows...)
	}
	for _, d := range v.beside {
		rows = append(rows, v.rows(d, call)...)
	}
	v.asked = append(v.asked, text)
	if v.down || days&v.fails != 0 {
		return nil, fault.New(fault.UpstreamUnavailable, "down")
	}
	return map[lookup.Key][]vendorRow{k: rows}, nil
}

func (v *vendor) rows(day, call int) []vendorRow {
	text := strconv.Itoa(day) + "/" + strconv.Itoa(call)
	switch {
	case day == 3:
		return nil
	case day%2 == 0:
		return []vendorRow{{day, text}, {day, text + " again"}}
	default:
		return []vendorRow{{day, text}}
	}
}

// calls returns what was asked since it was asked last.
func (v *vendor) calls() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	asked := slices.Sorted(slices.Values(v.asked))
	v.asked = make([]string, 0, 8)
	return asked
}

func texts(c lookup.Cell) []string {
	var out []string
	for _, r := range lookup.RowsOf[vendorRow](c) {
		out = append(out, r.Text)
	}
	return out
}

func (v *vendor) read(ctx context.Context, c *lookup.Cells, n lookup.Need) lookup.Cell {
	c.Sync(ctx)
	return lookup.Fetch(ctx, c, []lookup.Need{n}, v.plan)[n.Key]
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// Of a month only the days that are missing are asked for, and what was read in
// several answers comes out by day.
func TestDays_onlyTheMissing(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		v := &vendor{}
		same(t, "two days", texts(v.read(t.Context(), c, monthOf("x", 5, 1))), "1/1", "5/1")
		same(t, "around them", texts(v.read(t.Context(), c, monthOf("x", 0, 1, 2, 3, 5, 6))),
			"0/2", "0/2 again", "1/1", "2/2", "2/2 again", "5/1", "6/2", "6/2 again")
		same(t, "a part", texts(v.read(t.Context(), c, monthOf("x", 2, 5))), "2/2", "2/2 again", "5/1")
		same(t, "a day without rows", texts(v.read(t.Context(), c, monthOf("x", 3))))
		same(t, "one subject's", texts(v.read(t.Context(), c, monthOf("y", 1))), "1/3")
		same(t, "calls", v.calls(), "x 0 2 3 6", "x 1 5", "y 1")
	})
}

// What comes beside is kept: of days with rows it is known that they are all.
func TestDays_beside(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		v := &vendor{beside: []int{7, 3, 40, -1}}
		same(t, "one day", texts(v.read(t.Context(), c, monthOf("x", 1))), "1/1")
		v.calls()
		same(t, "beside", texts(v.read(t.Context(), c, monthOf("x", 1, 7))), "1/1", "7/1")
		same(t, "no calls", v.calls())
		v.beside = nil
		same(t, "without rows", texts(v.read(t.Context(), c, monthOf("x", 3, 7))), "7/1")
		same(t, "one call", v.calls(), "x 3")
	})
}

// Each day has an age of its own.
func TestDays_ages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCells(t, lookup.Rule{Fresh: time.Minute, Behind: 3 * time.Minute, Max: time.Hour})
		defer c.Close()
		v, began := &vendor{}, time.Now()
		v.read(t.Context(), c, monthOf("x", 1, 2))
		time.Sleep(30 * time.Second)
		v.read(t.Context(), c, monthOf("x", 2, 4))
		time.Sleep(15 * time.Second)
		got := v.read(t.Context(), c, monthOf("x", 1, 4))
		if !got.At.Equal(began) || got.Fault != nil {
			t.Errorf("as of %v, began %v, fault %v", got.At, began, got.Fault)
		}
		if got := v.read(t.Context(), c, monthOf("x", 4)); !got.At.Equal(began.Add(30 * time.Second)) {
			t.Errorf("the younger is as of %v", got.At)
		}
		v.calls()
		time.Sleep(30 * time.Second) // 75 s and 45 s
		same(t, "behind", texts(v.read(t.Context(), c, monthOf("x", 1, 2, 4))), "1/1", "2/1", "2/1 again", "4/2", "4/2 again")
		synctest.Wait()
		same(t, "reloaded", v.calls(), "x 1 2")
		time.Sleep(30 * time.Second)
		// 4 is old now and goes along with 5, which is missing.
		v.read(t.Context(), c, monthOf("x", 1, 4, 5))
		synctest.Wait()
		same(t, "along", v.calls(), "x 4 5")
		time.Sleep(2 * time.Minute) // 1 and 2 are 150 s old, the others 120 s
		v.read(t.Context(), c, monthOf("x", 1))
		time.Sleep(50 * time.Second) // 4 and 5 are too old to be shown
		synctest.Wait()
		v.calls()
		v.read(t.Context(), c, monthOf("x", 1, 4))
		synctest.Wait()
		same(t, "too old", v.calls(), "x 4")
	})
}

// A call that fails costs its own days; the others are told.
func TestDays_oneFails(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		v := &vendor{each: true, fails: 1 << 5}
		got := v.read(t.Context(), c, monthOf("x", 1, 5, 7))
		same(t, "what came", texts(got), "1/0", "7/0")
		if got.Fault == nil || got.Stale || got.At.IsZero() {
			t.Errorf("got %+v", got)
		}
		v.calls()
		v.fails = 0
		same(t, "whole", texts(v.read(t.Context(), c, monthOf("x", 1, 5, 7))), "1/0", "5/0", "7/0")
		same(t, "only that day", v.calls(), "x 5")
		time.Sleep(2 * time.Minute)
		v.fails = 1<<1 | 1<<5
		got = v.read(t.Context(), c, monthOf("x", 1, 5, 7))
		if !got.Stale || fault.CodeOf(got.Fault) != fault.UpstreamUnavailable || len(texts(got)) != 3 {
			t.Errorf("got %+v", got)
		}
		if got := v.read(t.Context(), c, monthOf("x", 7)); got.Stale || got.Fault != nil {
			t.Errorf("the day that did not fail: %+v", got)
		}
		got = v.read(t.Context(), c, monthOf("x", 1, 5, 9))
		if !got.Stale || len(texts(got)) != 3 {
			t.Errorf("old beside new: %+v", got)
		}
		v.down = true
		if got := v.read(t.Context(), c, monthOf("x", 1, 11)); got.Stale || got.Fault == nil || len(texts(got)) != 1 {
			t.Errorf("old beside missing: %+v", got)
		}
	})
}

// Who needs one day of what another is fetching waits for that day alone.
func TestDays_waitForOne(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		v := &vendor{each: true, held: 1<<2 | 1<<8, wait: make(chan struct{})}
		first, second := make(chan lookup.Cell, 1), make(chan lookup.Cell, 1)
		go func() { first <- v.read(t.Context(), c, monthOf("x", 1, 2, 4)) }()
		synctest.Wait()
		same(t, "the day that landed", texts(v.read(t.Context(), c, monthOf("x", 1))), "1/0")
		go func() { second <- v.read(t.Context(), c, monthOf("x", 2, 8)) }()
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errors.New("gone"))
		got := v.read(ctx, c, monthOf("x", 1, 2))
		if len(texts(got)) != 1 || got.Fault == nil {
			t.Errorf("who leaves has %+v", got)
		}
		close(v.wait)
		if got := texts(<-first); len(got) != 5 {
			t.Errorf("the first has %v", got)
		}
		if got := texts(<-second); len(got) != 4 {
			t.Errorf("the second has %v", got)
		}
		same(t, "each day once", v.calls(), "x 1", "x 2", "x 4", "x 8")
	})
}

// Two gateways that read different days of a month leave both in the store.
func TestDays_inTheStore(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, s *shared, a, b *lookup.Cells) {
		v := &vendor{}
		v.read(t.Context(), a, monthOf("x", 1, 2, 3))
		synctest.Wait()
		time.Sleep(time.Second)
		v.read(t.Context(), b, monthOf("x", 5, 6))
		synctest.Wait()
		time.Sleep(time.Second)
		v.read(t.Context(), a, monthOf("x", 2, 9)) // knows 2, and finds 5 and 6 in the store
		synctest.Wait()
		if n := len(s.kept()); n != 1 {
			t.Errorf("%d values in the store", n)
		}
		same(t, "calls", v.calls(), "x 1 2 3", "x 5 6", "x 9")
		third := fresh(t, s)
		account := &usage.Account{}
		got := v.read(usage.With(t.Context(), account), third, monthOf("x", 1, 2, 3, 5, 9))
		same(t, "from the store", texts(got), "1/1", "2/1", "2/1 again", "5/2", "9/3")
		if used := account.Links(); len(used) != 1 || used[0].StoreHits != 5 || used[0].MemoryHits != 0 {
			t.Errorf("the account says %+v", used)
		}
		account = &usage.Account{}
		v.read(usage.With(t.Context(), account), third, monthOf("x", 1, 5, 6))
		if used := account.Links(); len(used) != 1 || used[0].StoreHits != 0 || used[0].MemoryHits != 3 {
			t.Errorf("the account says %+v", used)
		}
		same(t, "no calls", v.calls())
		x := monthOf("x").Key
		b.Touch(t.Context(), lookup.Topic{Link: x.Link(), Endpoint: "records", Subject: "x"})
		same(t, "after a write", texts(v.read(t.Context(), third, monthOf("x", 1, 9))), "1/1", "9/1")
		synctest.Wait()
		same(t, "and from the store", texts(v.read(t.Context(), fresh(t, s), monthOf("x", 1, 9))), "1/1", "9/1")
		same(t, "one call", v.calls(), "x 1 9")
	})
}

// A limit is told in days, also where one cell holds them.
func TestDays_price(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		v := &vendor{each: true}
		got := v.read(price.With(t.Context(), price.New(2)), c, monthOf("x", 1, 2, 3))
		if fault.CodeOf(got.Fault) != fault.TooManyCalls || len(v.calls()) != 0 {
			t.Fatalf("got %+v", got)
		}
		if want := "this list needs 3 calls; of the 2 that an operation may make 2 are left; " +
			"the first 2 of its 3 days would be within them"; got.Fault.Message != want {
			t.Errorf("the message is %q", got.Fault.Message)
		}
		v.read(t.Context(), c, monthOf("x", 1, 2))
		bill := price.Rehearse()
		v.read(price.With(t.Context(), bill), c, monthOf("x", 1, 2, 3, 4))
		if bill.Total() != 2 || bill.Hits()[0].Cells != 2 {
			t.Errorf("%d calls and %+v", bill.Total(), bill.Hits())
		}
	})
}
