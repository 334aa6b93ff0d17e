package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
)

// TopicsConformance runs the suite that every store.Topics must pass; open
// returns one that nothing else touches.
func TopicsConformance(t *testing.T, open func(t *testing.T) store.Topics) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Topics){
		"tells": topicsTold, "loses": topicsLost, "many": topicsMany, "at a time": topicsAtATime,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// since returns what was touched after a position, by its names.
func since(t *testing.T, s store.Topics, after store.Position) (names []string, now store.Position, lost bool) {
	t.Helper()
	touched, now, lost, err := s.Since(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	last := after.Seq
	for _, one := range touched {
		names = append(names, one.Topic)
		if one.At.Epoch != now.Epoch || one.At.Seq > now.Seq || (!lost && one.At.Seq <= last) {
			t.Errorf("%v is not after %v and up to %v", one, last, now)
		}
		last = one.At.Seq
	}
	return names, now, lost
}

func touch(t *testing.T, s store.Topics, topics ...string) store.Position {
	t.Helper()
	at, err := s.Touch(t.Context(), topics)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func topicsTold(t *testing.T, s store.Topics) {
	names, start, lost := since(t, s, store.Position{})
	if names != nil || lost || start == (store.Position{}) {
		t.Fatalf("at first: %q, %v, %v", names, start, lost)
	}
	one := touch(t, s, "a", "b")
	two := touch(t, s, "c", "a")
	if one.Epoch != start.Epoch || two.Epoch != start.Epoch || one.Seq <= start.Seq || two.Seq <= one.Seq {
		t.Errorf("positions %v, %v, %v do not grow", start, one, two)
	}
	for _, c := range []struct {
		after store.Position
		want  []string
	}{
		{store.Position{}, []string{"b", "c", "a"}},
		{start, []string{"b", "c", "a"}},
		{one, []string{"c", "a"}},
		{two, nil},
	} {
		names, now, lost := since(t, s, c.after)
		if diff := cmp.Diff(c.want, names); diff != "" || now != two || lost {
			t.Errorf("since %v: now %v (want %v), lost %v, %s", c.after, now, two, lost, diff)
		}
	}
	if at := touch(t, s); at.Seq < two.Seq {
		t.Errorf("touching nothing went back to %v", at)
	}
	if _, err := s.Touch(t.Context(), []string{"ok", "人"}); err == nil {
		t.Error("a topic that is none is taken")
	}
}

func topicsLost(t *testing.T, s store.Topics) {
	now := touch(t, s, "a")
	for name, after := range map[string]store.Position{
		"another epoch": {Epoch: now.Epoch + 2, Seq: now.Seq},
		"the future":    {Epoch: now.Epoch, Seq: now.Seq + 1},
		"before it":     {Epoch: now.Epoch, Seq: 1},
	} {
		if _, at, lost := since(t, s, after); !lost || at != now {
			t.Errorf("%s: lost %v, now %v, want %v", name, lost, at, now)
		}
	}
}

// topicsMany touches more than is remembered.
func topicsMany(t *testing.T, s store.Topics) {
	const each = 5000
	_, start, _ := since(t, s, store.Position{})
	var first, last store.Position
	for from := 0; from < store.TopicsMost+each; from += each {
		topics := make([]string, each)
		for i := range topics {
			topics[i] = fmt.Sprintf("t/%d", from+i)
		}
		if last = touch(t, s, topics...); from == 0 {
			first = last
		}
	}
	if names, now, lost := since(t, s, first); lost || len(names) != store.TopicsMost || now != last {
		t.Errorf("%d topics, now %v, lost %v; want all after %v up to %v", len(names), now, lost, first, last)
	}
	for _, after := range []store.Position{start, {Epoch: first.Epoch, Seq: first.Seq - 1}, {}} {
		if _, _, lost := since(t, s, after); !lost {
			t.Errorf("what was forgotten after %v is not missed", after)
		}
	}
}

// topicsAtATime has writers and a reader who must hear of everything.
func topicsAtATime(t *testing.T, s store.Topics) {
	const writers, each = 4, 25
	_, at, _ := since(t, s, store.Position{})
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				if _, err := s.Touch(t.Context(), []string{fmt.Sprintf("%d/%d", w, i)}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	seen := map[string]bool{}
	Eventually(t, func() error {
		names, now, lost := since(t, s, at)
		for at = now; len(names) > 0; names = names[1:] {
			seen[names[0]] = true
		}
		if lost || len(seen) != writers*each {
			return fmt.Errorf("heard of %d topics, lost %v", len(seen), lost)
		}
		return nil
	})
	group.Wait()
}
