package lookup_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/price"
)

// An operation gets what it began ahead, when it asks for it while that is under way
// or after it has landed, in a memory that keeps nothing. Others ask anew, and so
// does the operation itself after a write.
func TestAhead(t *testing.T) {
	t.Parallel()
	operation := func(t *testing.T) context.Context { t.Helper(); return price.With(t.Context(), price.New(100)) }
	for name, test := range map[string]func(t *testing.T, c *lookup.Cells, up *upstream){
		"under way": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			ctx := operation(t)
			start := time.Now()
			lookup.Ahead(ctx, c, cellsOf("x"), up.plan)
			if took := time.Since(start); took != 0 {
				t.Errorf("it waited %v", took)
			}
			up.want(t, ctx, c, 1, 1)
			if took := time.Since(start); took != up.takes {
				t.Errorf("it took %v, want %v", took, up.takes)
			}
		},
		"landed": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			ctx := operation(t)
			lookup.Ahead(ctx, c, cellsOf("x"), up.plan)
			time.Sleep(time.Second) // the fake clock's.
			up.want(t, ctx, c, 1, 1)
			up.want(t, operation(t), c, 2, 2)
		},
		"failed": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			ctx := operation(t)
			up.err = fault.New(fault.UpstreamUnavailable, "down")
			lookup.Ahead(ctx, c, cellsOf("x"), up.plan)
			time.Sleep(time.Second) // the fake clock's.
			got := lookup.Fetch(ctx, c, cellsOf("x"), up.plan)[cellOf("x")]
			if calls := up.calls.Load(); fault.CodeOf(got.Fault) != fault.UpstreamUnavailable || calls != 1 {
				t.Errorf("%v after %d calls, want the failure of one", got.Fault, calls)
			}
		},
		"written": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			ctx := operation(t)
			lookup.Ahead(ctx, c, cellsOf("x"), up.plan)
			synctest.Wait() // it has asked
			c.Touch(ctx, lookup.Topic{Link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, Endpoint: "stamps"})
			up.want(t, ctx, c, 2, 2)
		},
		"without a bill": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			lookup.Ahead(t.Context(), c, cellsOf("x"), up.plan)
			up.want(t, t.Context(), c, 1, 1)
		},
		"rehearsed": func(t *testing.T, c *lookup.Cells, up *upstream) {
			t.Helper()
			bill := price.Rehearse()
			lookup.Ahead(price.With(t.Context(), bill), c, cellsOf("x"), up.plan)
			time.Sleep(time.Second) // the fake clock's.
			if calls := up.calls.Load(); calls != 0 || bill.Total() != 0 {
				t.Errorf("%d calls, %d on the bill, want none", calls, bill.Total())
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newCells(t, lookup.Rule{})
				defer c.Close()
				test(t, c, &upstream{takes: 100 * time.Millisecond})
			})
		})
	}
}

// want reads x and checks the row, and how many calls there were by then.
func (u *upstream) want(t *testing.T, ctx context.Context, c *lookup.Cells, row, calls int) { //nolint:revive // t is first
	t.Helper()
	got := lookup.Fetch(ctx, c, cellsOf("x"), u.plan)[cellOf("x")]
	rows := lookup.RowsOf[int](got)
	if n := int(u.calls.Load()); got.Fault != nil || len(rows) != 1 || rows[0] != row || n != calls {
		t.Errorf("rows %v, %v after %d calls, want [%d] after %d", rows, got.Fault, n, row, calls)
	}
}
