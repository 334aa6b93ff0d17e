package lookup_test

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/usage"
)

var key32 = bytes.Repeat([]byte{7}, 32)

// two runs a test with two gateways over one store, on a fake clock.
func two(t *testing.T, test func(t *testing.T, s *shared, a, b *lookup.Cells)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newShared(time.Now)
		gateways := make([]*lookup.Cells, 2)
		for i := range gateways {
			c, err := lookup.New(lookup.Options{
				Default: lookup.Rule{Fresh: time.Minute, Behind: 5 * time.Minute, Max: time.Hour, Negative: 10 * time.Second},
				Cache:   s, Topics: s, Key: key32, Now: time.Now,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			gateways[i] = c
		}
		test(t, s, gateways[0], gateways[1])
	})
}

// operation is what one operation reads of a cell.
func (u *upstream) operation(ctx context.Context, c *lookup.Cells, subject string) lookup.Cell {
	c.Sync(ctx)
	return lookup.Fetch(ctx, c, cellsOf(subject), u.plan)[cellOf(subject)]
}

// gives reads a cell in an operation of its own and wants one row of it: the number
// of the call that it came with.
func (u *upstream) gives(t *testing.T, c *lookup.Cells, subject string, want int, when string) {
	t.Helper()
	if got := rows(u.operation(t.Context(), c, subject)); !slices.Equal(got, []int{want}) {
		t.Errorf("%s: %v, want %d", when, got, want)
	}
}

func topicOf(subject string) lookup.Topic {
	k := cellOf(subject)
	return lookup.Topic{Link: k.Link(), Endpoint: k.Endpoint(), Subject: subject}
}

func rows(c lookup.Cell) []int { return lookup.RowsOf[int](c) }

func TestStore_isAskedBeforeTheSystem(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, _ *shared, a, b *lookup.Cells) {
		u := &upstream{}
		first := u.operation(t.Context(), a, "x")
		time.Sleep(30 * time.Second)
		account := &usage.Account{}
		got := u.operation(usage.With(t.Context(), account), b, "x")
		if u.calls.Load() != 1 || !slices.Equal(rows(got), []int{1}) || !got.At.Equal(first.At) {
			t.Errorf("%d calls, %v as of %v", u.calls.Load(), rows(got), got.At)
		}
		used := account.Links()
		if len(used) != 1 || used[0].StoreHits != 1 || used[0].MemoryHits != 0 || *used[0].Oldest != 30*time.Second {
			t.Errorf("the account says %+v", used)
		}
		time.Sleep(31 * time.Second)
		synctest.Wait()
		u.gives(t, b, "x", 1, "an old value is answered behind a reload")
		synctest.Wait()
		if got := u.operation(t.Context(), a, "x"); u.calls.Load() != 2 || !slices.Equal(rows(got), []int{1}) {
			t.Errorf("%d calls, %v", u.calls.Load(), rows(got))
		}
		synctest.Wait()
		if got := u.operation(t.Context(), a, "x"); u.calls.Load() != 2 || !slices.Equal(rows(got), []int{2}) {
			t.Errorf("a reload finds in the store what the other read: %d calls, %v", u.calls.Load(), rows(got))
		}
	})
}

// Who wrote through one gateway reads the write through the other.
func TestTouch_isSeenByTheOtherGateway(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, _ *shared, a, b *lookup.Cells) {
		u := &upstream{}
		u.operation(t.Context(), b, "x")
		u.operation(t.Context(), b, "y")
		a.Touch(t.Context(), topicOf("x"))
		u.gives(t, b, "x", 3, "after the write")
		u.gives(t, b, "y", 2, "what was not written")
		all := topicOf("")
		b.Touch(t.Context(), all)
		u.gives(t, a, "y", 4, "after a write of everything")
	})
}

// A load that began before a write and ends after it is neither joined, nor
// kept, nor taken from the store by anybody.
func TestTouch_overtakesASlowLoad(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, _ *shared, a, b *lookup.Cells) {
		slow, quick := &upstream{takes: 10 * time.Second}, &upstream{}
		quick.calls.Store(100)
		ended := make(chan lookup.Cell, 1)
		go func() { ended <- slow.operation(t.Context(), b, "x") }()
		synctest.Wait()
		a.Touch(t.Context(), topicOf("x"))
		quick.gives(t, b, "x", 101, "while the old load is under way")
		<-ended
		synctest.Wait()
		for _, c := range []*lookup.Cells{a, b} {
			quick.gives(t, c, "x", 101, "after the old load has ended")
		}
		if quick.calls.Load() != 101 {
			t.Errorf("%d calls", quick.calls.Load()-100)
		}
	})
}

// The old load ends in the store before anybody there knows of the write.
func TestTouch_oldValueInTheStore(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, _ *shared, a, b *lookup.Cells) {
		slow, quick := &upstream{takes: 10 * time.Second}, &upstream{}
		quick.calls.Store(100)
		ended := make(chan lookup.Cell, 1)
		go func() { ended <- slow.operation(t.Context(), b, "x") }()
		synctest.Wait()
		a.Touch(t.Context(), topicOf("x")) // b has no operation, and does not hear of it
		<-ended
		synctest.Wait()
		quick.gives(t, a, "x", 101, "the writer's gateway")
		if got := quick.operation(t.Context(), b, "x"); slices.Equal(rows(got), []int{1}) {
			t.Errorf("the other: %v", rows(got))
		}
	})
}

// While the store is away a write is told later; on its return everything is as
// it should be.
func TestTouch_whileTheStoreIsAway(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, s *shared, a, b *lookup.Cells) {
		u := &upstream{}
		u.operation(t.Context(), a, "x")
		synctest.Wait() // the store has it
		u.operation(t.Context(), b, "x")
		s.leave(true)
		a.Touch(t.Context(), topicOf("x"))
		u.gives(t, a, "x", 2, "the writer's gateway")
		u.gives(t, b, "x", 1, "the other cannot know")
		s.leave(false)
		ctx, stop := context.WithCancel(t.Context())
		go a.Run(ctx)
		time.Sleep(2 * time.Second)
		stop()
		u.gives(t, b, "x", 3, "2 s after the store's return")
	})
}

// A store that lost its history lost touches too, so nothing is relied on.
func TestSync_lostHistory(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, s *shared, a, b *lookup.Cells) {
		u := &upstream{}
		u.operation(t.Context(), b, "x")
		var told []bool
		b.Watch("people", func(sure bool) { told = append(told, sure) })
		a.Announce(t.Context(), "people")
		b.Announce(t.Context(), "people")
		b.Sync(t.Context())
		a.Touch(t.Context(), topicOf("x"))
		s.flush()
		u.gives(t, b, "x", 2, "after the loss")
		if !slices.Equal(told, []bool{true, false}) {
			t.Errorf("the watcher was told %v: once surely, once not", told)
		}
	})
}

// An old value is answered at once, with one reload behind; a reload that fails
// makes the next answer say so.
func TestFetch_behind(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCells(t, lookup.Rule{Fresh: time.Minute, Behind: 10 * time.Minute, Max: time.Hour})
		defer c.Close()
		u := &upstream{takes: time.Second}
		u.operation(t.Context(), c, "x")
		time.Sleep(5 * time.Minute)
		began := time.Now()
		for range 3 {
			if got := u.operation(t.Context(), c, "x"); got.Stale || !slices.Equal(rows(got), []int{1}) {
				t.Errorf("old: %v", got)
			}
		}
		if !time.Now().Equal(began) {
			t.Errorf("it took %v", time.Since(began))
		}
		time.Sleep(2 * time.Second)
		if got := u.operation(t.Context(), c, "x"); u.calls.Load() != 2 || !slices.Equal(rows(got), []int{2}) {
			t.Errorf("after the reload: %d calls, %v", u.calls.Load(), rows(got))
		}
		time.Sleep(5 * time.Minute)
		u.err = fault.New(fault.UpstreamUnavailable, "down")
		u.operation(t.Context(), c, "x")
		time.Sleep(2 * time.Second)
		if got := u.operation(t.Context(), c, "x"); !got.Stale || fault.CodeOf(got.Fault) != fault.UpstreamUnavailable ||
			!slices.Equal(rows(got), []int{2}) {
			t.Errorf("after a reload that failed: %v", got)
		}
	})
}

// That somebody does not exist is believed for a moment, and nothing old stands
// in for it.
func TestFetch_negative(t *testing.T) {
	t.Parallel()
	bubble(t, func(t *testing.T, c *lookup.Cells) {
		u := &upstream{}
		u.operation(t.Context(), c, "x")
		time.Sleep(2 * time.Minute)
		u.err = fault.New(fault.NotFound, "gone")
		for range 3 {
			if got := u.operation(t.Context(), c, "x"); fault.CodeOf(got.Fault) != fault.NotFound || got.Rows != nil ||
				!got.At.IsZero() {
				t.Errorf("gone: %v", got)
			}
		}
		if u.calls.Load() != 2 {
			t.Errorf("%d calls", u.calls.Load())
		}
		u.err = nil
		time.Sleep(10 * time.Second)
		if got := u.operation(t.Context(), c, "x"); !slices.Equal(rows(got), []int{3}) {
			t.Errorf("back: %v", got)
		}
	})
}

// Neither names nor values in the store tell anything, and a value that is moved
// to another name or changed is not shown.
func TestStore_tellsNothing(t *testing.T) {
	t.Parallel()
	two(t, func(t *testing.T, s *shared, a, b *lookup.Cells) {
		const marker = "marker-4711"
		k := lookup.KeyOf(hr.Link{System: hr.Carely, Name: marker}, lookup.Principal{Owner: marker, Sight: marker},
			lookup.Record{Endpoint: marker, Detail: marker, Subject: marker, Date: hr.NewDate(2026, 11, 20)})
		read := func(c *lookup.Cells, k lookup.Key, row string) []string {
			c.Sync(t.Context())
			return lookup.RowsOf[string](lookup.Fetch(t.Context(), c, []lookup.Need{lookup.Of(k)}, func([]lookup.Need) []lookup.Call[string] {
				return []lookup.Call[string]{lookup.Single(k, func(context.Context) ([]string, error) { return []string{row}, nil })}
			})[k])
		}
		read(a, k, marker)
		a.Touch(t.Context(), lookup.Topic{Link: k.Link(), Endpoint: marker, Subject: "other " + marker})
		synctest.Wait()
		var names []string
		s.each(func(name string, value []byte) {
			if value != nil {
				names = append(names, name)
			}
			for _, secret := range []string{marker, "20261120", "2026-11-20", "CARELY"} {
				if strings.Contains(name, secret) || bytes.Contains(value, []byte(secret)) {
					t.Errorf("%q is in the store: %q", secret, name)
				}
			}
		})
		if len(names) != 1 {
			t.Fatalf("%d values are in the store", len(names))
		}
		whole := s.kept()[names[0]]
		other := lookup.KeyOf(k.Link(), lookup.Principal{Owner: "other", Sight: marker}, lookup.Record{Endpoint: marker, Subject: marker})
		read(a, other, "of the other")
		synctest.Wait()
		for name := range s.kept() {
			if name != names[0] {
				s.put(name, whole) // moved
			}
		}
		if got := read(b, other, "anew"); !slices.Equal(got, []string{"anew"}) {
			t.Errorf("a value of another name is shown: %v", got)
		}
		for i := range whole.value {
			bad := bytes.Clone(whole.value)
			bad[i] ^= 1
			s.put(names[0], storedValue{bad[:len(bad)-i%2], whole.until})
			b.Touch(t.Context(), lookup.Topic{Link: k.Link(), Endpoint: "none"})
			if got := read(fresh(t, s), k, "anew"); !slices.Equal(got, []string{"anew"}) {
				t.Fatalf("a value with byte %d changed is shown: %v", i, got)
			}
		}
	})
}

// fresh is one more gateway over a store.
func fresh(t *testing.T, s *shared) *lookup.Cells {
	t.Helper()
	c, err := lookup.New(lookup.Options{
		Default: lookup.Rule{Fresh: time.Minute, Max: time.Hour}, Cache: s, Topics: s, Key: key32, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// What one gateway has encrypted under another key is nothing to this one.
func TestNew_keys(t *testing.T) {
	t.Parallel()
	s := newShared(time.Now)
	for _, key := range [][]byte{nil, []byte("short")} {
		if _, err := lookup.New(lookup.Options{Cache: s, Topics: s, Key: key, Now: time.Now}); err == nil {
			t.Errorf("a key of %d bytes is taken", len(key))
		}
	}
}
