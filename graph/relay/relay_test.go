package relay_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/graph/relay"
	"github.com/hitotsu/hitotsu/internal/fault"
)

type row string

func (r row) SortKey() string { return string(r) }

func window(t rapid.TB, first int, after *string) relay.Window[row] {
	w, err := relay.NewWindow[row](&first, after)
	if err != nil {
		t.Fatalf("window: %v", err)
	}
	return w
}

// Walking a list page by page gives every row once and in order.
func TestPage_walksTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n, first := rapid.IntRange(0, 40).Draw(t, "rows"), rapid.IntRange(1, 12).Draw(t, "first")
		want := make([]row, n)
		for i := range want {
			want[i] = row(fmt.Sprintf("%03d", i))
		}
		var got []row
		var after *string
		for pages := 0; ; pages++ {
			p := relay.Page(want, window(t, first, after))
			got = append(got, p.Nodes...)
			if p.TotalCount != n || p.PageInfo.HasPreviousPage != (pages > 0 && n > 0) {
				t.Fatalf("page %d: total %d of %d, previous %v", pages, p.TotalCount, n, p.PageInfo.HasPreviousPage)
			}
			if len(p.Edges()) != len(p.Nodes) {
				t.Fatalf("%d edges for %d nodes", len(p.Edges()), len(p.Nodes))
			}
			if !p.PageInfo.HasNextPage {
				break
			}
			after = p.PageInfo.EndCursor
		}
		if len(want) == 0 {
			want = nil
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("walked (-want +got):\n%s", diff)
		}
	})
}

// A cursor stays good when its row is gone.
func TestPage_afterARowThatIsGone(t *testing.T) {
	t.Parallel()
	all := []row{"a", "b", "c", "d"}
	end := relay.Page(all, window(t, 2, nil)).PageInfo.EndCursor
	got := relay.Page([]row{"a", "c", "d"}, window(t, 2, end))
	if diff := cmp.Diff([]row{"c", "d"}, got.Nodes); diff != "" {
		t.Errorf("after the missing b (-want +got):\n%s", diff)
	}
}

func TestNewWindow_refuses(t *testing.T) {
	t.Parallel()
	for _, first := range []int{0, -1, relay.MaxFirst + 1, math.MaxInt32} {
		if _, err := relay.NewWindow[row](&first, nil); fault.CodeOf(err) != fault.BadUserInput {
			t.Errorf("first %d: %v", first, err)
		}
	}
	for _, after := range []string{"", "x", "MQ", "!!", "3\x1f"} {
		if _, err := relay.NewWindow[row](nil, &after); fault.CodeOf(err) != fault.BadUserInput {
			t.Errorf("after %q: %v", after, err)
		}
	}
}

type line string

func (l line) SortKey() string { return string(l) }

// A key of another list would be some place in this one.
func TestNewWindow_refusesTheCursorOfAnotherList(t *testing.T) {
	t.Parallel()
	end := relay.Page([]row{"a", "b"}, window(t, 1, nil)).PageInfo.EndCursor
	if _, err := relay.NewWindow[line](nil, end); fault.CodeOf(err) != fault.BadUserInput {
		t.Errorf("a row's cursor in a list of lines: %v", err)
	}
}

func FuzzNewWindow(f *testing.F) {
	f.Add("Mh9yb3cfYQ")
	f.Fuzz(func(t *testing.T, after string) {
		w, err := relay.NewWindow[row](nil, &after)
		if err == nil {
			relay.Page([]row{"a", "b"}, w)
		}
	})
}
