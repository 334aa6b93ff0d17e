package reads

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
)

// upstream is a fake endpoint: it answers with a row that names the cell and
// the number of the call.
type upstream struct {
	calls atomic.Int32
	takes time.Duration
	err   error
}

// plan asks for all missing cells in one call.
func (u *upstream) plan(missing []cellKey) []call[int] {
	return []call[int]{{cells: missing, run: func(ctx context.Context) (map[cellKey][]int, error) {
		n := int(u.calls.Add(1))
		select {
		case <-time.After(u.takes):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		rows := map[cellKey][]int{}
		for _, k := range missing {
			rows[k] = []int{n}
		}
		return rows, u.err
	}}}
}

func cellOf(subject string) cellKey {
	return cellKey{link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, subject: subject}
}

func cellsOf(subjects ...string) []cellKey {
	keys := make([]cellKey, len(subjects))
	for i, s := range subjects {
		keys[i] = cellOf(s)
	}
	return keys
}

// bubble runs a test on a fake clock with a memory that keeps cells fresh for a
// minute and at all for an hour.
func bubble(t *testing.T, test func(t *testing.T, c *cells)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		c := newCells(time.Minute, time.Hour, time.Now)
		defer c.close()
		test(t, c)
	})
}

func TestFetch_asksForEachCellOnce(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		var asked []cellKey
		u := &upstream{}
		got := fetch(t.Context(), c, cellsOf("a", "b", "a", "a"), func(missing []cellKey) []call[int] {
			asked = missing
			return u.plan(missing)
		})
		if diff := cmp.Diff(cellsOf("a", "b"), asked, cmp.AllowUnexported(cellKey{}, hr.Date{})); diff != "" {
			t.Errorf("missing cells (-want +got):\n%s", diff)
		}
		if len(got) != 2 || !slices.Equal(rowsOf[int](got[cellOf("a")]), []int{1}) {
			t.Errorf("got %v", got)
		}
	})
}

func TestFetch_concurrentCallersShareACall(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{takes: time.Second}
		got := make(chan map[cellKey]cell)
		for range 5 {
			go func() { got <- fetch(t.Context(), c, cellsOf("a", "b"), u.plan) }()
		}
		synctest.Wait()
		for range 5 {
			for k, cell := range <-got {
				if cell.fault != nil || !slices.Equal(rowsOf[int](cell), []int{1}) {
					t.Errorf("%s: %v", k.subject, cell)
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
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{takes: time.Second}
		first := make(chan map[cellKey]cell, 1)
		go func() { first <- fetch(t.Context(), c, cellsOf("a", "b"), u.plan) }()
		synctest.Wait()
		got := fetch(t.Context(), c, cellsOf("b", "c"), u.plan)
		if !slices.Equal(rowsOf[int](got[cellOf("b")]), []int{1}) || !slices.Equal(rowsOf[int](got[cellOf("c")]), []int{2}) {
			t.Errorf("got %v", got)
		}
		<-first
	})
}

func TestFetch_cancelledCallerFailsNobodyElse(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{takes: time.Minute}
		ctx, cancel := context.WithCancel(t.Context())
		left, stayed := make(chan map[cellKey]cell, 1), make(chan map[cellKey]cell, 1)
		go func() { left <- fetch(ctx, c, cellsOf("a"), u.plan) }()
		synctest.Wait()
		go func() { stayed <- fetch(t.Context(), c, cellsOf("a"), u.plan) }()
		synctest.Wait()
		began := time.Now()
		cancel()
		if got := (<-left)[cellOf("a")]; fault.CodeOf(got.fault) != fault.Cancelled || time.Since(began) != 0 {
			t.Errorf("the caller who left got %v after %v", got, time.Since(began))
		}
		if got := (<-stayed)[cellOf("a")]; got.fault != nil || !slices.Equal(rowsOf[int](got), []int{1}) {
			t.Errorf("the caller who stayed got %v", got)
		}
	})
}

// A call ends a little before the operation that began it, and that is the
// system's time-out.
func TestFetch_deadline(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{takes: time.Hour}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		began := time.Now()
		got := fetch(ctx, c, cellsOf("a"), u.plan)[cellOf("a")]
		if got.fault == nil || got.fault.System != string(hr.Akashi) && got.fault.Code != fault.DeadlineExceeded {
			t.Errorf("got %v", got)
		}
		c.running.Wait() // the call has ended, too
		if time.Since(began) != 9*time.Second {
			t.Errorf("the call went on until %v", time.Since(began))
		}
		// Somebody else's call takes longer than this caller's time.
		u.takes = time.Minute
		go fetch(t.Context(), c, cellsOf("a"), u.plan)
		synctest.Wait()
		ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		got = fetch(ctx, c, cellsOf("a"), u.plan)[cellOf("a")]
		if fault.CodeOf(got.fault) != fault.UpstreamTimeout || got.fault.System != string(hr.Akashi) || ctx.Err() != nil {
			t.Errorf("%v, context %v", got, ctx.Err())
		}
		c.running.Wait()
		u.takes = 0
		if got := fetch(t.Context(), c, cellsOf("b"), u.plan)[cellOf("b")]; got.fault != nil {
			t.Errorf("afterwards: %v", got.fault)
		}
	})
}

func TestFetch_freshStaleGone(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{}
		ask := func() cell { return fetch(t.Context(), c, cellsOf("a"), u.plan)[cellOf("a")] }
		asOf := time.Now()
		ask()
		time.Sleep(59 * time.Second)
		if got := ask(); u.calls.Load() != 1 || got.stale {
			t.Errorf("fresh: %d calls, %v", u.calls.Load(), got)
		}
		u.err = fault.New(fault.UpstreamUnavailable, "down")
		time.Sleep(time.Second)
		got := ask()
		if u.calls.Load() != 2 || !got.stale || fault.CodeOf(got.fault) != fault.UpstreamUnavailable ||
			!slices.Equal(rowsOf[int](got), []int{1}) || !got.at.Equal(asOf) {
			t.Errorf("stale: %d calls, %v", u.calls.Load(), got)
		}
		if got := ask(); u.calls.Load() != 3 || !got.stale {
			t.Errorf("a stale cell is asked for again: %d calls, %v", u.calls.Load(), got)
		}
		u.err = nil
		if got := ask(); got.stale || got.fault != nil || !slices.Equal(rowsOf[int](got), []int{4}) {
			t.Errorf("recovered: %v", got)
		}
		u.err = fault.New(fault.UpstreamUnavailable, "down")
		time.Sleep(time.Hour)
		if got := ask(); got.stale || got.rows != nil || fault.CodeOf(got.fault) != fault.UpstreamUnavailable {
			t.Errorf("gone: %v", got)
		}
	})
}

// A cell that a call fetched beside those it was made for is kept, too.
func TestFetch_keepsWhatNobodyAskedFor(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		calls := 0
		plan := func(missing []cellKey) []call[int] {
			return []call[int]{{cells: missing, run: func(context.Context) (map[cellKey][]int, error) {
				calls++
				return map[cellKey][]int{cellOf("a"): {1}, cellOf("b"): {2}}, nil
			}}}
		}
		fetch(t.Context(), c, cellsOf("a"), plan)
		got := fetch(t.Context(), c, cellsOf("b"), plan)
		if calls != 1 || !slices.Equal(rowsOf[int](got[cellOf("b")]), []int{2}) {
			t.Errorf("%d calls, %v", calls, got)
		}
	})
}

// A cell without rows is an answer like any other.
func TestFetch_nothingIsKept(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		calls := 0
		plan := func(missing []cellKey) []call[int] {
			return []call[int]{{cells: missing, run: func(context.Context) (map[cellKey][]int, error) {
				calls++
				return map[cellKey][]int{}, nil
			}}}
		}
		for range 2 {
			if got := fetch(t.Context(), c, cellsOf("a"), plan)[cellOf("a")]; got.fault != nil || len(rowsOf[int](got)) != 0 {
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
	bubble(t, func(t *testing.T, c *cells) {
		u := &upstream{takes: time.Second}
		got := fetch(t.Context(), c, cellsOf("a", "b"), func(missing []cellKey) []call[int] { return u.plan(missing[:1]) })
		if a := got[cellOf("a")]; a.fault != nil {
			t.Errorf("the cell of the plan: %v", a.fault)
		}
		if b := got[cellOf("b")]; fault.CodeOf(b.fault) != fault.Internal {
			t.Errorf("the cell that was forgotten: %v", b)
		}
		none := fetch(t.Context(), c, cellsOf("c"), func([]cellKey) []call[int] { return nil })
		if fault.CodeOf(none[cellOf("c")].fault) != fault.Internal {
			t.Errorf("no calls at all: %v", none)
		}
	})
}

// One call that fails costs only its own cells.
func TestFetch_partOfAPlanFails(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *cells) {
		good, bad := &upstream{}, &upstream{err: fault.New(fault.UpstreamTimeout, "slow")}
		got := fetch(t.Context(), c, cellsOf("a", "b"), func(missing []cellKey) []call[int] {
			return append(good.plan(missing[:1]), bad.plan(missing[1:])...)
		})
		if a, b := got[cellOf("a")], got[cellOf("b")]; a.fault != nil || fault.CodeOf(b.fault) != fault.UpstreamTimeout {
			t.Errorf("got %v and %v", a, b)
		}
	})
}
