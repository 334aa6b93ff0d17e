package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store"
)

// CacheConformance runs the suite that every store.Cache must pass; open returns
// an empty one.
func CacheConformance(t *testing.T, open func(t *testing.T) store.Cache) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Cache){
		"values": cacheValues, "many": cacheMany, "ends": cacheEnds, "drops": cacheDrops, "refuses": cacheRefuses,
		"cancelled": cacheCancelled,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func cacheValues(t *testing.T, c store.Cache) {
	ctx := t.Context()
	large := bytes.Repeat([]byte{0, 1, 255, '\r', '\n'}, store.MaxValueBytes/5)
	entries := []store.Entry{
		{Key: "empty", Value: []byte{}, TTL: time.Hour},
		{Key: "a{b}c", Value: []byte("v"), TTL: time.Hour},
		{Key: "large", Value: large, TTL: time.Hour},
		{Key: "a{b}c", Value: []byte("again"), TTL: time.Hour},
	}
	if err := c.SetMany(ctx, entries); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetMany(ctx, []string{"large", "none", "empty", "a{b}c", "empty"})
	want := [][]byte{large, nil, {}, []byte("again"), {}}
	if err != nil || len(got) != len(want) {
		t.Fatalf("%d values, %v", len(got), err)
	}
	for i := range want {
		if !bytes.Equal(got[i], want[i]) || (got[i] == nil) != (want[i] == nil) {
			t.Errorf("value %d: %d bytes (nil %v), want %d (nil %v)", i, len(got[i]), got[i] == nil, len(want[i]), want[i] == nil)
		}
	}
	one, err := c.GetMany(ctx, []string{"empty"})
	if err != nil || len(one) != 1 || one[0] == nil {
		t.Errorf("one empty value: %v, %v", one, err)
	}
	if none, err := c.GetMany(ctx, nil); err != nil || len(none) != 0 {
		t.Errorf("no keys: %v, %v", none, err)
	}
	if err := c.SetMany(ctx, nil); err != nil {
		t.Errorf("no entries: %v", err)
	}
}

func cacheMany(t *testing.T, c store.Cache) {
	const n = 1500 // more than a batch
	var (
		entries []store.Entry
		keys    []string
		want    [][]byte
	)
	for i := range n {
		key := fmt.Sprintf("k/%d", i)
		keys, want = append(keys, key, "none/"+key), append(want, []byte(key), nil)
		entries = append(entries, store.Entry{Key: key, Value: []byte(key), TTL: time.Hour})
	}
	if err := c.SetMany(t.Context(), entries); err != nil {
		t.Fatal(err)
	}
	got, err := c.GetMany(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func cacheEnds(t *testing.T, c store.Cache) {
	ctx := t.Context()
	if err := c.SetMany(ctx, []store.Entry{
		{Key: "short", Value: []byte("v"), TTL: 30 * time.Millisecond},
		{Key: "shorter", Value: []byte("v"), TTL: time.Nanosecond},
		{Key: "long", Value: []byte("v"), TTL: time.Hour},
	}); err != nil {
		t.Fatal(err)
	}
	Eventually(t, func() error {
		got, err := c.GetMany(ctx, []string{"short", "shorter", "long"})
		if err != nil || got[2] == nil {
			t.Fatalf("the other: %q, %v", got, err)
		}
		if got[0] != nil || got[1] != nil {
			return errors.New("values outlive their TTL")
		}
		return nil
	})
	if err := c.SetMany(ctx, []store.Entry{{Key: "short", Value: []byte("new"), TTL: time.Hour}}); err != nil {
		t.Fatal(err)
	}
	if got, err := c.GetMany(ctx, []string{"short"}); err != nil || string(got[0]) != "new" {
		t.Errorf("set again after its end: %q, %v", got, err)
	}
}

func cacheDrops(t *testing.T, c store.Cache) {
	ctx := t.Context()
	keys := []string{"a*/1", "ab/1", "a*", "b", "[a", `\`}
	for i := range 2500 { // more than one page of a scan
		keys = append(keys, fmt.Sprintf("many/%d", i))
	}
	var entries []store.Entry
	for _, key := range keys {
		entries = append(entries, store.Entry{Key: key, Value: []byte("v"), TTL: time.Hour})
	}
	left := func() (left []string) {
		got, err := c.GetMany(ctx, keys)
		if err != nil {
			t.Fatal(err)
		}
		for i, value := range got {
			if value != nil {
				left = append(left, keys[i])
			}
		}
		return left
	}
	for _, step := range []struct {
		prefix string
		left   []string
	}{
		{"a*", append([]string{"ab/1", "b", "[a", `\`}, keys[6:]...)},
		{"many/", []string{"a*/1", "ab/1", "a*", "b", "[a", `\`}},
		{"none", keys},
		{"", nil},
	} {
		if err := c.SetMany(ctx, entries); err != nil {
			t.Fatal(err)
		}
		if err := c.DropPrefix(ctx, step.prefix); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(step.left, left()); diff != "" {
			t.Errorf("DropPrefix(%q): %s", step.prefix, diff)
		}
	}
}

func cacheRefuses(t *testing.T, c store.Cache) {
	ctx := t.Context()
	for _, key := range []string{"", "a\n", "人", strings.Repeat("k", store.MaxKeyBytes+1)} {
		_, err := c.GetMany(ctx, []string{"ok", key})
		if err == nil || c.SetMany(ctx, []store.Entry{{Key: key, TTL: time.Hour}}) == nil {
			t.Errorf("key %q is taken", key)
		}
	}
	if c.SetMany(ctx, []store.Entry{{Key: "k"}}) == nil {
		t.Error("a value without TTL is taken")
	}
	if c.SetMany(ctx, []store.Entry{{Key: "k", Value: make([]byte, store.MaxValueBytes+1), TTL: time.Hour}}) == nil {
		t.Error("a value over the limit is taken")
	}
	if c.DropPrefix(ctx, "人") == nil {
		t.Error("a prefix that is none is taken")
	}
}

func cacheCancelled(t *testing.T, c store.Cache) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.GetMany(ctx, []string{"k"})
	for _, err := range []error{
		err, c.SetMany(ctx, []store.Entry{{Key: "k", TTL: time.Hour}}), c.DropPrefix(ctx, "k"),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("a cancelled call: %v", err)
		}
	}
}

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

// LocksConformance runs the suite that every store.Locks must pass.
func LocksConformance(t *testing.T, open func(t *testing.T) store.Locks) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, store.Locks){
		"one owner": lockOwner, "ends": lockEnds, "one of many": lockRace, "refuses": lockRefuses,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

func lock(t *testing.T, l store.Locks, name, owner string, ttl time.Duration) uint64 {
	t.Helper()
	fence, err := l.Lock(t.Context(), name, owner, ttl)
	if err != nil {
		t.Fatal(err)
	}
	return fence
}

func lockOwner(t *testing.T, l store.Locks) {
	ctx := t.Context()
	first := lock(t, l, "n", "a", time.Minute)
	if again := lock(t, l, "n", "a", time.Minute); again != first || first == 0 {
		t.Errorf("prolonged, the fence %d became %d", first, again)
	}
	if _, err := l.Lock(ctx, "n", "b", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("another owner: %v", err)
	}
	if err := l.Unlock(ctx, "n", "b"); err != nil {
		t.Error(err)
	}
	if _, err := l.Lock(ctx, "n", "b", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("another owner unlocked it: %v", err)
	}
	lock(t, l, "other", "b", time.Minute)
	for range 2 { // the second finds it free
		if err := l.Unlock(ctx, "n", "a"); err != nil {
			t.Error(err)
		}
	}
	second := lock(t, l, "n", "b", time.Minute)
	if err := l.Unlock(ctx, "n", "b"); err != nil {
		t.Error(err)
	}
	if third := lock(t, l, "n", "b", time.Minute); second <= first || third <= second {
		t.Errorf("fences %d, %d, %d do not grow", first, second, third)
	}
}

func lockEnds(t *testing.T, l store.Locks) {
	first := lock(t, l, "n", "a", 30*time.Millisecond)
	Eventually(t, func() error {
		second, err := l.Lock(t.Context(), "n", "b", time.Minute)
		if err == nil && second <= first {
			t.Errorf("fence %d after %d", second, first)
		}
		return err
	})
	if _, err := l.Lock(t.Context(), "n", "a", time.Minute); !errors.Is(err, store.ErrLocked) {
		t.Errorf("the earlier owner has it still: %v", err)
	}
}

func lockRace(t *testing.T, l store.Locks) {
	var won atomic.Int32
	var group sync.WaitGroup
	for i := range 16 {
		group.Go(func() {
			_, err := l.Lock(t.Context(), "n", strconv.Itoa(i), time.Minute)
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, store.ErrLocked) {
				t.Error(err)
			}
		})
	}
	if group.Wait(); won.Load() != 1 {
		t.Errorf("%d owners have it", won.Load())
	}
}

func lockRefuses(t *testing.T, l store.Locks) {
	for _, c := range []struct {
		name, owner string
		ttl         time.Duration
	}{{"", "o", time.Second}, {"人", "o", time.Second}, {"n", "", time.Second}, {"n", "o", 0}} {
		if _, err := l.Lock(t.Context(), c.name, c.owner, c.ttl); err == nil {
			t.Errorf("%v is taken", c)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Lock(ctx, "n", "o", time.Second); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled call: %v", err)
	}
}

// Eventually tries until it succeeds, for 30 s.
func Eventually(tb testing.TB, try func() error) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		err := try()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			tb.Fatal(err)
		case <-ticker.C:
		}
	}
}
