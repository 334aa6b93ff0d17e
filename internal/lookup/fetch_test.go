package lookup_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// upstream is a fake endpoint: it answers with a row that names the cell and
// the number of the call.
type upstream struct {
	calls atomic.Int32
	// running counts the calls under way.
	running atomic.Int32
	takes   time.Duration
	err     error
}

// plan asks for all missing cells in one call.
func (u *upstream) plan(missing []lookup.Need) []lookup.Call[int] {
	return []lookup.Call[int]{{Cells: missing, Run: func(ctx context.Context) (map[lookup.Key][]int, error) {
		n := int(u.calls.Add(1))
		u.running.Add(1)
		defer u.running.Add(-1)
		select {
		case <-time.After(u.takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		rows := map[lookup.Key][]int{}
		for _, need := range missing {
			rows[need.Key] = []int{n}
		}
		return rows, u.err
	}}}
}

func cellOf(subject string) lookup.Key {
	return lookup.KeyOf(hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, lookup.Principal{Owner: "company"},
		lookup.Record{Endpoint: "stamps", Subject: subject})
}

func cellsOf(subjects ...string) []lookup.Need {
	needs := make([]lookup.Need, len(subjects))
	for i, s := range subjects {
		needs[i] = lookup.Of(cellOf(s))
	}
	return needs
}

// bubble runs a test on a fake clock with a memory that keeps cells fresh for a
// minute and at all for an hour.
func bubble(t *testing.T, test func(t *testing.T, c *lookup.Cells)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCells(t, lookup.Rule{Fresh: time.Minute, Max: time.Hour, Negative: 10 * time.Second})
		defer c.Close()
		test(t, c)
	})
}

func newCells(t *testing.T, rule lookup.Rule) *lookup.Cells {
	t.Helper()
	c, err := lookup.New(lookup.Options{Default: rule, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestFetch_asksForEachCellOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		var asked []lookup.Need
		u := &upstream{}
		got := lookup.Fetch(t.Context(), c, cellsOf("a", "b", "a", "a"), func(missing []lookup.Need) []lookup.Call[int] {
			asked = missing
			return u.plan(missing)
		})
		if diff := cmp.Diff(cellsOf("a", "b"), asked, cmp.Comparer(func(a, b lookup.Need) bool { return a == b })); diff != "" {
			t.Errorf("missing cells (-want +got):\n%s", diff)
		}
		if len(got) != 2 || !slices.Equal(lookup.RowsOf[int](got[cellOf("a")]), []int{1}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestFetch_concurrentCallersShareACall(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{takes: time.Second}
		got := make(chan map[lookup.Key]lookup.Cell)
		for range 5 {
			go func() { got <- lookup.Fetch(t.Context(), c, cellsOf("a", "b"), u.plan) }()
		}
		synctest.Wait()
		for range 5 {
			for k, cell := range <-got {
				if cell.Fault != nil || !slices.Equal(lookup.RowsOf[int](cell), []int{1}) {
					t.Errorf("%s: %v", k.Subject(), cell)
				}
			}
		}
		if n := u.calls.Load(); n != 1 {
			t.Errorf("%d calls", n)
		}
	})
}

// Callers whose needs overlap share what is under way and ask for the rest.
func TestFetch_overlap(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{takes: time.Second}
		first := make(chan map[lookup.Key]lookup.Cell, 1)
		go func() { first <- lookup.Fetch(t.Context(), c, cellsOf("a", "b"), u.plan) }()
		synctest.Wait()
		got := lookup.Fetch(t.Context(), c, cellsOf("b", "c"), u.plan)
		if !slices.Equal(lookup.RowsOf[int](got[cellOf("b")]), []int{1}) || !slices.Equal(lookup.RowsOf[int](got[cellOf("c")]), []int{2}) {
			t.Errorf("got %v", got)
		}
		<-first
	})
}

func TestFetch_cancelledCallerFailsNobodyElse(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{takes: time.Minute}
		ctx, cancel := context.WithCancel(t.Context())
		left, stayed := make(chan map[lookup.Key]lookup.Cell, 1), make(chan map[lookup.Key]lookup.Cell, 1)
		go func() { left <- lookup.Fetch(ctx, c, cellsOf("a"), u.plan) }()
		synctest.Wait()
		go func() { stayed <- lookup.Fetch(t.Context(), c, cellsOf("a"), u.plan) }()
		synctest.Wait()
		began := time.Now()
		cancel()
		if got := (<-left)[cellOf("a")]; fault.CodeOf(got.Fault) != fault.Cancelled || time.Since(began) != 0 {
			t.Errorf("the caller who left got %v after %v", got, time.Since(began))
		}
		if got := (<-stayed)[cellOf("a")]; got.Fault != nil || !slices.Equal(lookup.RowsOf[int](got), []int{1}) {
			t.Errorf("the caller who stayed got %v", got)
		}
	})
}

// A call ends a little before the operation that began it, and that is the
// system's time-out.
func TestFetch_deadline(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{takes: time.Hour}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		got := lookup.Fetch(ctx, c, cellsOf("a"), u.plan)[cellOf("a")]
		if got.Fault == nil || got.Fault.System != string(hr.Akashi) && got.Fault.Code != fault.DeadlineExceeded {
			t.Errorf("got %v", got)
		}
		synctest.Wait()
		if time.Since(began) != 7500*time.Millisecond || u.running.Load() != 0 {
			t.Errorf("%d calls went on after %v", u.running.Load(), time.Since(began))
		}
		// Somebody else's call takes longer than this caller's time.
		u.takes = time.Minute
		go lookup.Fetch(t.Context(), c, cellsOf("a"), u.plan)
		synctest.Wait()
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		got = lookup.Fetch(ctx, c, cellsOf("a"), u.plan)[cellOf("a")]
		if fault.CodeOf(got.Fault) != fault.UpstreamTimeout || got.Fault.System != string(hr.Akashi) || ctx.Err() != nil {
			t.Errorf("%v, context %v", got, ctx.Err())
		}
		time.Sleep(time.Minute) // the other's call ends
		synctest.Wait()
		u.takes = 0
		if got := lookup.Fetch(t.Context(), c, cellsOf("b"), u.plan)[cellOf("b")]; got.Fault != nil {
			t.Errorf("afterwards: %v", got.Fault)
		}
	})
}

func TestFetch_freshStaleGone(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{}
		ask := func() lookup.Cell { return lookup.Fetch(t.Context(), c, cellsOf("a"), u.plan)[cellOf("a")] }
		asOf := time.Now()
		ask()
		time.Sleep(59 * time.Second)
		if got := ask(); u.calls.Load() != 1 || got.Stale {
			t.Errorf("fresh: %d calls, %v", u.calls.Load(), got)
		}
		u.err = fault.New(fault.UpstreamUnavailable, "down")
		time.Sleep(time.Second)
		got := ask()
		if u.calls.Load() != 2 || !got.Stale || fault.CodeOf(got.Fault) != fault.UpstreamUnavailable ||
			!slices.Equal(lookup.RowsOf[int](got), []int{1}) || !got.At.Equal(asOf) {
			t.Errorf("stale: %d calls, %v", u.calls.Load(), got)
		}
		if got := ask(); u.calls.Load() != 3 || !got.Stale {
			t.Errorf("a stale cell is asked for again: %d calls, %v", u.calls.Load(), got)
		}
		u.err = nil
		if got := ask(); got.Stale || got.Fault != nil || !slices.Equal(lookup.RowsOf[int](got), []int{4}) {
			t.Errorf("recovered: %v", got)
		}
		u.err = fault.New(fault.UpstreamUnavailable, "down")
		time.Sleep(time.Hour)
		if got := ask(); got.Stale || got.Rows != nil || fault.CodeOf(got.Fault) != fault.UpstreamUnavailable {
			t.Errorf("gone: %v", got)
		}
	})
}

// A cell that a call fetched beside those it was made for is kept, too.
func TestFetch_keepsWhatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		calls := 0
		plan := func(missing []lookup.Need) []lookup.Call[int] {
			return []lookup.Call[int]{{Cells: missing, Run: func(context.Context) (map[lookup.Key][]int, error) {
				calls++
				return map[lookup.Key][]int{cellOf("a"): {1}, cellOf("b"): {2}}, nil
			}}}
		}
		lookup.Fetch(t.Context(), c, cellsOf("a"), plan)
		got := lookup.Fetch(t.Context(), c, cellsOf("b"), plan)
		if calls != 1 || !slices.Equal(lookup.RowsOf[int](got[cellOf("b")]), []int{2}) {
			t.Errorf("%d calls, %v", calls, got)
		}
	})
}

// A cell without rows is an answer like any other.
// TestFetch_linkedAnewMeanwhile: rows that are laid under another principal than
// they were planned for are nobody's, and their cells are not empty.
func TestFetch_linkedAnewMeanwhile(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		planned, other := cellOf("1"), lookup.KeyOf(hr.Link{System: hr.Akashi, Name: hr.DefaultLink},
			lookup.Principal{Owner: "somebody else"}, lookup.Record{Endpoint: "stamps", Subject: "1"})
		asked := 0
		plan := func(lay lookup.Key) func([]lookup.Need) []lookup.Call[int] {
			return func(missing []lookup.Need) []lookup.Call[int] {
				return []lookup.Call[int]{{Cells: missing, Run: func(context.Context) (map[lookup.Key][]int, error) {
					asked++
					return map[lookup.Key][]int{lay: {asked}}, nil
				}}}
			}
		}
		got := lookup.Fetch(t.Context(), c, []lookup.Need{lookup.Of(planned)}, plan(other))[planned]
		if got.Fault == nil || got.Fault.Code != fault.UpstreamUnavailable {
			t.Errorf("the planned cell is %+v", got)
		}
		for _, k := range []lookup.Key{planned, other} {
			got := lookup.Fetch(t.Context(), c, []lookup.Need{lookup.Of(k)}, plan(k))[k]
			if rows := lookup.RowsOf[int](got); len(rows) != 1 || rows[0] == 1 {
				t.Errorf("rows of the first answer were kept: %v", rows)
			}
		}
	})
}

func TestFetch_nothingIsKept(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		calls := 0
		plan := func(missing []lookup.Need) []lookup.Call[int] {
			return []lookup.Call[int]{{Cells: missing, Run: func(context.Context) (map[lookup.Key][]int, error) {
				calls++
				return map[lookup.Key][]int{}, nil
			}}}
		}
		for range 2 {
			if got := lookup.Fetch(t.Context(), c, cellsOf("a"), plan)[cellOf("a")]; got.Fault != nil || len(lookup.RowsOf[int](got)) != 0 {
				t.Errorf("got %v", got)
			}
		}
		if calls != 1 {
			t.Errorf("%d calls", calls)
		}
	})
}

func TestFetch_planThatForgetsACell(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{takes: time.Second}
		got := lookup.Fetch(t.Context(), c, cellsOf("a", "b"), func(missing []lookup.Need) []lookup.Call[int] { return u.plan(missing[:1]) })
		if a := got[cellOf("a")]; a.Fault != nil {
			t.Errorf("the cell of the plan: %v", a.Fault)
		}
		if b := got[cellOf("b")]; fault.CodeOf(b.Fault) != fault.Internal {
			t.Errorf("the cell that was forgotten: %v", b)
		}
		none := lookup.Fetch(t.Context(), c, cellsOf("c"), func([]lookup.Need) []lookup.Call[int] { return nil })
		if fault.CodeOf(none[cellOf("c")].Fault) != fault.Internal {
			t.Errorf("no calls at all: %v", none)
		}
	})
}

// One call that fails costs only its own cells.
func TestFetch_partOfAPlanFails(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		good, bad := &upstream{}, &upstream{err: fault.New(fault.UpstreamTimeout, "slow")}
		got := lookup.Fetch(t.Context(), c, cellsOf("a", "b"), func(missing []lookup.Need) []lookup.Call[int] {
			return append(good.plan(missing[:1]), bad.plan(missing[1:])...)
		})
		if a, b := got[cellOf("a")], got[cellOf("b")]; a.Fault != nil || fault.CodeOf(b.Fault) != fault.UpstreamTimeout {
			t.Errorf("got %v and %v", a, b)
		}
	})
}
