package slice_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/slice"
)

// TestOf: three systems that hang are waited for one after the other, and each
// has its part of what is left.
func TestOf(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
		defer cancel()
		slow := slice.Link{System: "AKASHI", Name: "default"}
		ctx = slice.With(ctx, slice.Shares{slow: 0.5, {System: "AKASHI", Name: "other"}: 1})
		for _, step := range []struct {
			link slice.Link
			want time.Duration
		}{
			{slow, 4 * time.Second},
			{slice.Link{System: "JOBCAN", Name: "default"}, 3 * time.Second},
			{slow, 500 * time.Millisecond},
			{slice.Link{System: "AKASHI", Name: "other"}, 500 * time.Millisecond},
		} {
			began := time.Now()
			own, done := slice.Of(ctx, step.link)
			<-own.Done()
			done()
			if took := time.Since(began); took != step.want {
				t.Errorf("%v is waited for %v, want %v", step.link, took, step.want)
			}
		}
		began := time.Now()
		<-ctx.Done()
		if left := time.Since(began); left != 0 {
			t.Errorf("a part of 1 leaves %v", left)
		}
	})
}

func TestOf_noDeadline(t *testing.T) {
	t.Parallel()
	ctx, cancel := slice.Of(t.Context(), slice.Link{})
	if _, ok := ctx.Deadline(); ok || ctx.Err() != nil {
		t.Errorf("a deadline from nowhere: %v", ctx.Err())
	}
	cancel()
	if ctx.Err() == nil {
		t.Error("cancel does nothing")
	}
	if got := slice.Roster(t.Context(), time.Hour); got != time.Hour {
		t.Errorf("patience %v", got)
	}
}

func TestRoster(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		if got := slice.Roster(ctx, 5*time.Second); got != 3*time.Second {
			t.Errorf("of 6 s %v", got)
		}
		own := slice.With(ctx, nil)
		for _, want := range []time.Duration{3 * time.Second, 2 * time.Second, time.Second, 0} {
			if got := slice.Roster(own, 5*time.Second); got != want {
				t.Errorf("of one operation's time %v, want %v", got, want)
			}
			<-time.After(time.Second)
		}
		ctx, cancel = context.WithTimeout(t.Context(), 6*time.Second)
		defer cancel()
		if got := slice.Roster(ctx, time.Second); got != time.Second {
			t.Errorf("of a patience of 1 s %v", got)
		}
	})
}

func TestEngine(t *testing.T) {
	t.Parallel()
	for budget, want := range map[time.Duration]time.Duration{
		10 * time.Second: 9500 * time.Millisecond, time.Minute: 59500 * time.Millisecond,
		time.Second: 950 * time.Millisecond, 100 * time.Millisecond: 95 * time.Millisecond,
	} {
		if got := slice.Engine(budget); got != want {
			t.Errorf("of %v %v, want %v", budget, got, want)
		}
	}
}
