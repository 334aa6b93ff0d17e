package directory_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
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

// shared is a store's cache and locks in memory.
type shared struct {
	mu     sync.Mutex
	values map[string][]byte
	locks  map[string]string
	until  map[string]time.Time
	away   bool
}

func (s *shared) GetMany(_ context.Context, keys []string) ([][]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return nil, store.ErrUnavailable
	}
	out := make([][]byte, len(keys))
	for i, k := range keys {
		if until, ok := s.until[k]; !ok || time.Now().Before(until) {
			out[i] = s.values[k]
		}
	}
	return out, nil
}

func (s *shared) SetMany(_ context.Context, entries []store.Entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return store.ErrUnavailable
	}
	for _, e := range entries {
		if len(e.Value) > store.MaxValueBytes || e.TTL <= 0 {
			return fmt.Errorf("%d bytes for %s", len(e.Value), e.TTL)
		}
		s.values[e.Key], s.until[e.Key] = e.Value, time.Now().Add(e.TTL)
	}
	return nil
}

func (s *shared) DropPrefix(context.Context, string) error { return nil }

func (s *shared) Lock(_ context.Context, name, owner string, _ time.Duration) (uint64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.away {
		return 0, store.ErrUnavailable
	}
	if held := s.locks[name]; held != "" && held != owner {
		return 0, store.ErrLocked
	}
	s.locks[name] = owner
	return 1, nil
}

func (s *shared) Unlock(_ context.Context, name, owner string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.locks[name] == owner {
		delete(s.locks, name)
	}
	return nil
}

func newShared() *shared {
	return &shared{values: map[string][]byte{}, until: map[string]time.Time{}, locks: map[string]string{}}
}

// book is a roster of many pages, each of which takes a second.
type book struct {
	link     hr.Link
	pages    int
	calls    []int
	failsAt  int // this page fails, once
	moved    bool
	perPage  int
	parallel int
	mu       sync.Mutex // of calls and parallel, where a test reads them meanwhile
}

// made returns the pages that were asked for, and how many at a time.
func (b *book) made() ([]int, int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.calls), b.parallel
}

var errPage = errors.New("the page fails")

func (b *book) Link() hr.Link { return b.link }

func (b *book) People(context.Context) ([]sources.Person, error) { panic("not page by page") }

func (b *book) Scan(ctx context.Context, s sources.Scan, take func(sources.Page) error) error {
	first := 0
	if s.From != "" {
		if b.moved {
			b.moved = false
			return sources.ErrMoved
		}
		if _, err := fmt.Sscan(s.From, &first); err != nil {
			return err
		}
	}
	b.mu.Lock()
	b.parallel = s.Parallel
	b.mu.Unlock()
	for n := first; n < b.pages; n++ {
		if err := s.Before(ctx); err != nil {
			return err
		}
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
		b.mu.Lock()
		b.calls = append(b.calls, n)
		b.mu.Unlock()
		if n == b.failsAt {
			b.failsAt = -1
			return errPage
		}
		p := sources.Page{Done: n + 1, Total: b.pages}
		if n+1 < b.pages {
			p.Next = strconv.Itoa(n + 1)
		}
		for i := range b.perPage {
			p.Rows = append(p.Rows, sources.Person{
				Ref:  hr.Ref{Link: b.link, ID: fmt.Sprintf("%d-%d", n, i)},
				Code: fmt.Sprintf("E%d-%d", n, i), Family: "佐藤花子の目印", Email: fmt.Sprintf("marker%d-%d@x", n, i),
			})
		}
		if err := take(p); err != nil {
			return err
		}
	}
	return nil
}

func newBook(pages int) *book {
	return &book{link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, pages: pages, perPage: 100, failsAt: -1}
}

func keeping(s *shared, docs store.Documents, b *book, change ...func(*directory.Options)) *directory.Directory {
	opts := directory.Options{
		Rosters: []sources.Roster{b}, Identities: directory.NewIdentities(docs, slog.New(slog.DiscardHandler)),
		Cache: s, Locks: s, Key: bytes.Repeat([]byte{7}, 32), Now: time.Now, Patience: time.Hour,
		Parallel: func(hr.Link) int { return 4 },
	}
	for _, c := range change {
		c(&opts)
	}
	return directory.New(opts)
}

// TestArchive_aRestartAsksNobody: a new process begins with what the last one
// listed, and knows how old it is.
func TestArchive_aRestartAsksNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(50)
		first := keeping(s, docs, b)
		x := index(t, first)
		first.Close()
		time.Sleep(time.Hour)
		b.calls = nil
		second := keeping(s, docs, b)
		defer second.Close()
		y := index(t, second)
		if len(y.Employees) != 5000 || len(b.calls) > 0 || b.parallel != 4 {
			t.Errorf("%d people after %d calls, %d at a time", len(y.Employees), len(b.calls), b.parallel)
		}
		if diff := cmp.Diff(x.Employees, y.Employees); diff != "" {
			t.Errorf("people (-first +second):\n%s", diff)
		}
		if !y.Sources[0].AsOf.Equal(*x.Sources[0].AsOf) {
			t.Errorf("as of %s, want %s", y.Sources[0].AsOf, x.Sources[0].AsOf)
		}
		for key, value := range s.values {
			if bytes.Contains(value, []byte("marker")) || bytes.Contains(value, []byte("目印")) || strings.Contains(key, "marker") {
				t.Fatalf("%s holds a person in the clear", key)
			}
		}
	})
}

// TestArchive_aScanGoesOn: what was read before a failure is not read again,
// neither by the next try nor by the next process.
func TestArchive_aScanGoesOn(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wait  time.Duration
		moved bool
		from  int
	}{
		"at once": {from: 33}, "too late": {wait: time.Hour}, "the list moved": {moved: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, docs, b := newShared(), &storetest.Memory{}, newBook(50)
				b.failsAt, b.moved = 33, c.moved
				first := keeping(s, docs, b)
				if got := index(t, first); got.Sources[0].Status != hr.SourceFailed {
					t.Fatalf("sources %+v", got.Sources)
				}
				first.Close()
				time.Sleep(c.wait)
				b.calls = nil
				second := keeping(s, docs, b)
				defer second.Close()
				x := index(t, second)
				if len(x.Employees) != 5000 || b.calls[0] != c.from || len(b.calls) != 50-c.from {
					t.Errorf("%d people, calls %v", len(x.Employees), b.calls)
				}
			})
		})
	}
}

// TestArchive_killedProcess: without a word at its end, at most the last seconds
// are read again, once the lock has ended.
func TestArchive_killedProcess(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(50)
		first := keeping(s, docs, b)
		done := make(chan struct{})
		go func() { defer close(done); index(t, first) }()
		time.Sleep(40*time.Second + time.Millisecond)
		// What the store holds now is what a killed process leaves behind.
		left := newShared()
		s.mu.Lock()
		maps.Copy(left.values, s.values)
		s.mu.Unlock()
		next := newBook(50)
		second := keeping(left, docs, next)
		x := index(t, second)
		if len(x.Employees) != 5000 || next.calls[0] < 35 {
			t.Errorf("%d people, calls %v", len(x.Employees), next.calls)
		}
		<-done
		first.Close()
		second.Close()
	})
}

// TestArchive_oneOfManyLists: three processes that start together cost what one
// does.
func TestArchive_oneOfManyLists(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(20)
		var starting sync.WaitGroup
		for range 3 {
			d := keeping(s, docs, b)
			starting.Go(func() {
				defer d.Close()
				if got := len(index(t, d).Employees); got != 2000 {
					t.Errorf("%d people", got)
				}
			})
		}
		starting.Wait()
		if len(b.calls) != 20 {
			t.Errorf("%d calls, want 20", len(b.calls))
		}
	})
}

// TestArchive_rollingScan: people are kept fresh though nobody asks, slowly, and
// other processes show what one has listed.
func TestArchive_rollingScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(60)
		b.perPage = 1
		slow := func(o *directory.Options) { o.Pace = func(hr.Link) time.Duration { return time.Minute } }
		first, second := keeping(s, docs, b, slow), keeping(s, docs, b, slow)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { first.Run(ctx) })
		running.Go(func() { second.Run(ctx) })
		time.Sleep(4 * time.Minute)
		if calls, _ := b.made(); len(calls) != 60 {
			t.Fatalf("%d calls for the first listing, want 60", len(calls))
		}
		for hour := range 24 {
			time.Sleep(time.Hour)
			for _, d := range []*directory.Directory{first, second} {
				if age := time.Since(*index(t, d).Sources[0].AsOf); age > 6*time.Hour+5*time.Minute {
					t.Errorf("after %d hours people are %s old", hour+1, age)
				}
			}
		}
		// A scan takes an hour and is done every five to six.
		calls, parallel := b.made()
		if n := len(calls) / 60; n < 4 || n > 6 || parallel != 1 {
			t.Errorf("%d listings in a day, %d calls at a time", n, parallel)
		}
		stop()
		running.Wait()
		first.Close()
		second.Close()
	})
}

// TestArchive_anotherTenant or another key finds nothing.
func TestArchive_anotherTenant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(3)
		first := keeping(s, docs, b)
		index(t, first)
		first.Close()
		for name, change := range map[string]func(*directory.Options){
			"tenant": func(o *directory.Options) { o.Tenant = func(hr.Link) string { return "another" } },
			"key":    func(o *directory.Options) { o.Key = bytes.Repeat([]byte{8}, 32) },
		} {
			b.calls = nil
			d := keeping(s, docs, b, change)
			index(t, d)
			d.Close()
			if len(b.calls) != 3 {
				t.Errorf("another %s: %d calls, want 3", name, len(b.calls))
			}
		}
	})
}

// TestArchive_aWriteBeforeTheFirstReading: what the archive holds is older than
// the write.
func TestArchive_aWriteBeforeTheFirstReading(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, docs, b := newShared(), &storetest.Memory{}, newBook(3)
		first := keeping(s, docs, b)
		index(t, first)
		first.Close()
		time.Sleep(time.Minute)
		b.calls = nil
		second := keeping(s, docs, b)
		defer second.Close()
		second.Touch(t.Context(), b.link)
		index(t, second)
		if len(b.calls) != 3 {
			t.Errorf("%d calls, want 3", len(b.calls))
		}
	})
}
