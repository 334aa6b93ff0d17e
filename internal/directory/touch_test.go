package directory_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// slow is a roster that takes a second.
type slow struct{ *fake }

func (s slow) People(context.Context) ([]sources.Person, error) {
	rows := s.people // as they are when the fetch begins
	<-time.After(time.Second)
	s.calls++
	return rows, nil
}

func TestTouch_theNextReadingWaitsForTheChange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(hr.Akashi, person("1", "A", "佐藤"))
		other := newFake(hr.Carely, person("9", "B", "鈴木"))
		d := openRosters(&storetest.Memory{}, slow{f}, other)
		defer d.Close()
		index(t, d)
		f.people = newFake(hr.Akashi, person("1", "A", "佐藤"), person("2", "C", "高橋")).people
		if got := len(index(t, d).Employees); got != 2 {
			t.Fatalf("%d employees before the touch, want 2", got)
		}
		d.Touch(t.Context(), f.Link())
		if got := len(index(t, d).Employees); got != 3 {
			t.Errorf("%d employees after the touch, want 3", got)
		}
		index(t, d)
		if diff := cmp.Diff([]int{2, 1}, []int{f.calls, other.calls}); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

// TestTouch_whileFetching: the fetch under way may have read the rows before the
// write, so another one follows.
func TestTouch_whileFetching(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(hr.Akashi, person("1", "A", "佐藤"))
		d := openRosters(&storetest.Memory{}, slow{f})
		defer d.Close()
		index(t, d)
		d.Touch(t.Context(), f.Link())
		done := make(chan struct{})
		go func() {
			defer close(done)
			index(t, d)
		}()
		synctest.Wait()
		f.people = newFake(hr.Akashi, person("1", "A", "佐藤"), person("2", "C", "高橋")).people
		d.Touch(t.Context(), f.Link())
		if got := len(index(t, d).Employees); got != 2 {
			t.Errorf("%d employees, want 2", got)
		}
		<-done
		if f.calls != 3 {
			t.Errorf("%d calls, want 3", f.calls)
		}
	})
}

func TestTouch_aSystemThatFailsIsLeftAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFake(hr.Akashi, person("1", "A", "佐藤"))
		d := openRosters(&storetest.Memory{}, f)
		defer d.Close()
		index(t, d)
		f.err = context.DeadlineExceeded
		d.Touch(t.Context(), f.Link())
		for range 3 {
			if got := len(index(t, d).Employees); got != 1 {
				t.Errorf("%d employees, want the one that was known", got)
			}
		}
		if f.calls != 2 {
			t.Errorf("%d calls, want 2", f.calls)
		}
	})
}

func openRosters(docs store.Documents, rosters ...sources.Roster) *directory.Directory {
	return directory.New(directory.Options{
		Rosters: rosters, Identities: directory.NewIdentities(docs, slog.New(slog.DiscardHandler)), Now: time.Now,
	})
}
