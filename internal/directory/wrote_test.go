package directory_test

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// picking is a book whose people can be read by themselves, and written.
type picking struct {
	*book

	written map[string]sources.Person // instead of the book's
	gone    map[string]bool
	picked  [][]string
	err     error
}

func newPicking(pages int) *picking {
	return &picking{book: newBook(pages), written: map[string]sources.Person{}, gone: map[string]bool{}}
}

// write changes somebody's family name.
func (p *picking) write(id, family string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.written[id] = sources.Person{Ref: hr.Ref{Link: p.link, ID: id}, Code: "E" + id, Family: family}
}

func (p *picking) Scan(ctx context.Context, s sources.Scan, take func(sources.Page) error) error {
	return p.book.Scan(ctx, s, func(page sources.Page) error {
		p.mu.Lock()
		for i := range page.Rows {
			if w, ok := p.written[page.Rows[i].Ref.ID]; ok {
				page.Rows[i] = w
			}
		}
		if w, ok := p.written["new"]; ok && page.Next == "" {
			page.Rows = append(page.Rows, w) // who is in no page of the book
		}
		page.Rows = slices.DeleteFunc(page.Rows, func(r sources.Person) bool { return p.gone[r.Ref.ID] })
		p.mu.Unlock()
		return take(page)
	})
}

func (p *picking) PickCalls(n int) int { return n }

func (p *picking) Pick(_ context.Context, who []sources.Known) ([]sources.Person, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []string
	var out []sources.Person
	for _, k := range who {
		ids = append(ids, k.ID)
		if w, ok := p.written[k.ID]; ok && !p.gone[k.ID] {
			out = append(out, w)
		}
	}
	p.picked = append(p.picked, ids)
	return out, p.err
}

// asked are the calls since the last time it was asked: pages, and who was picked.
func (p *picking) asked() (pages int, picked [][]string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	pages, picked = len(p.calls), p.picked
	p.calls, p.picked = nil, nil
	return pages, picked
}

func (p *picking) wants(t *testing.T, what string, pages int, picked ...[]string) {
	t.Helper()
	gotPages, gotPicked := p.asked()
	if diff := cmp.Diff(picked, gotPicked); diff != "" || gotPages != pages {
		t.Errorf("%s: %d pages, want %d; picked (-want +got):\n%s", what, gotPages, pages, diff)
	}
}

// families are the family names of those who are not as the book has them.
func families(x *directory.Index) map[string]string {
	out := map[string]string{}
	for _, e := range x.Employees {
		if e.Name.Family != "佐藤花子の目印" {
			out[*e.Code] = e.Name.Family
		}
	}
	return out
}

func known(id string) directory.Written { return directory.Written{Known: sources.Known{ID: id}} }

// fleet is gateways that share a store and tell each other what they wrote.
type fleet struct {
	store   *shared
	system  *picking
	all     []*directory.Directory
	changes []func(*directory.Options)
}

func newFleet(t *testing.T, n, pages int, changes ...func(*directory.Options)) *fleet {
	t.Helper()
	f := &fleet{store: newShared(), system: newPicking(pages), changes: changes}
	for range n {
		f.add(t)
	}
	return f
}

func (f *fleet) add(t *testing.T) *directory.Directory {
	t.Helper()
	me := len(f.all)
	d := directory.New(f.options(func(o *directory.Options) {
		o.Tell = func(l hr.Link, c directory.Change) {
			for i, other := range f.all {
				if i != me {
					other.Heard(l, c)
				}
			}
		}
	}))
	f.all = append(f.all, d)
	t.Cleanup(d.Close)
	return d
}

func (f *fleet) options(more ...func(*directory.Options)) directory.Options {
	opts := directory.Options{
		Rosters: []sources.Roster{f.system}, Now: time.Now, Cache: f.store, Locks: f.store, Key: make([]byte, 32),
		Identities: directory.NewIdentities(&storetest.Memory{}, slog.New(slog.DiscardHandler)), Patience: time.Hour,
	}
	for _, c := range slices.Concat(f.changes, more) {
		c(&opts)
	}
	return opts
}

func (f *fleet) want(t *testing.T, what string, want map[string]string, of ...*directory.Directory) {
	t.Helper()
	for i, d := range of {
		if diff := cmp.Diff(want, families(index(t, d))); diff != "" {
			t.Errorf("%s, gateway %d (-want +got):\n%s", what, i, diff)
		}
	}
}

func alone(o *directory.Options) { o.Cache, o.Locks, o.Key = nil, nil, nil }

// TestWrote_oneIsReadForAll: a write costs one reading of the person, for all
// gateways and the next start.
func TestWrote_oneIsReadForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 3, 20)
		f.want(t, "before", map[string]string{}, f.all...)
		f.system.wants(t, "the first listing", 20)
		f.system.write("3-7", "鈴木")
		f.all[1].Wrote(t.Context(), f.system.link, known("3-7"))
		f.want(t, "after", map[string]string{"E3-7": "鈴木"}, f.all...)
		f.system.wants(t, "after", 0, []string{"3-7"})
		asOf := index(t, f.all[0]).Sources[0]
		if asOf.Status != hr.SourceOK || time.Since(*asOf.AsOf) > time.Minute {
			t.Errorf("source %+v", asOf)
		}

		f.system.write("3-7", "高橋")
		f.system.write("new", "田中")
		f.all[0].Wrote(t.Context(), f.system.link, known("3-7"), known("new"))
		want := map[string]string{"E3-7": "高橋", "Enew": "田中"}
		f.want(t, "again", want, f.add(t), f.all[0], f.all[1])
		f.system.wants(t, "again", 0, []string{"3-7", "new"})
		time.Sleep(7 * 24 * time.Hour) // entries that are old go, and a listing is due
		f.want(t, "after a week", want, f.all...)
	})
}

// TestWrote_longAgo: a journal to which nothing was added for long is not taken for
// one that was lost, and what it knew of people is gone from it.
func TestWrote_longAgo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1, 5)
		f.want(t, "before", map[string]string{}, f.all...)
		f.system.write("3-7", "鈴木")
		f.all[0].Wrote(t.Context(), f.system.link, known("3-7"))
		want := map[string]string{"E3-7": "鈴木"}
		f.want(t, "after", want, f.all...)
		journal := func() int {
			f.store.mu.Lock()
			defer f.store.mu.Unlock()
			for key, value := range f.store.values {
				if strings.HasPrefix(key, "directory/people/") && strings.HasSuffix(key, "/journal") {
					return len(value)
				}
			}
			return 0
		}
		held := journal()
		for range 40 {
			time.Sleep(6 * time.Hour)
			f.want(t, "later", want, f.all...)
			synctest.Wait()
		}
		if left := journal(); left == 0 || left >= held {
			t.Errorf("the journal has %d bytes, and had %d with a person", left, held)
		}
		f.system.asked()
		f.want(t, "one more gateway", want, f.add(t))
		f.system.wants(t, "one more gateway", 0)
	})
}

// TestWrote_alone: without a store that is shared it is the same for one gateway.
func TestWrote_alone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1, 20, alone)
		f.want(t, "before", map[string]string{}, f.all...)
		f.system.asked()
		f.system.write("3-7", "鈴木")
		f.all[0].Wrote(t.Context(), f.system.link, known("3-7"))
		f.want(t, "after", map[string]string{"E3-7": "鈴木"}, f.all...)
		f.system.wants(t, "after", 0, []string{"3-7"})
	})
}

// TestWrote_everybody: who cannot be read alone, or not for fewer calls, is read
// with all the others, once for all gateways.
func TestWrote_everybody(t *testing.T) {
	t.Parallel()
	many := make([]directory.Written, 20)
	for i := range many {
		many[i] = known(fmt.Sprintf("%d-1", i))
	}
	for name, c := range map[string]struct {
		wrote  []directory.Written
		picked [][]string
		err    error
	}{
		"nobody named":    {},
		"no id":           {wrote: []directory.Written{known("3-7"), {}}},
		"as many calls":   {wrote: many},
		"not found":       {wrote: []directory.Written{known("other")}, picked: [][]string{{"other"}}},
		"not to be asked": {wrote: []directory.Written{known("3-7")}, picked: [][]string{{"3-7"}}, err: sources.ErrMoved},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 3, 20)
				f.want(t, "before", map[string]string{}, f.all...)
				f.system.asked()
				f.system.write("3-7", "鈴木")
				f.system.err = c.err
				f.all[1].Wrote(t.Context(), f.system.link, c.wrote...)
				f.want(t, "after", map[string]string{"E3-7": "鈴木"}, f.all[1], f.all[0], f.all[2])
				f.system.wants(t, "after", 20, c.picked...)
			})
		})
	}
}

// TestWrote_gone: who was deleted is nobody whom the system can be asked for.
func TestWrote_gone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 2, 3)
		before := len(index(t, f.all[0]).Employees)
		f.system.asked()
		f.system.gone["1-1"] = true
		f.all[0].Wrote(t.Context(), f.system.link, directory.Written{Known: sources.Known{ID: "1-1"}, Gone: true})
		for _, d := range append(f.all, f.add(t)) {
			if got := len(index(t, d).Employees); got != before-1 {
				t.Errorf("%d people, want %d", got, before-1)
			}
		}
		f.system.wants(t, "after", 0)
	})
}

// TestWrote_duringAListing: a listing that began before the write does not take
// the write back, neither here nor where it is adopted.
func TestWrote_duringAListing(t *testing.T) {
	t.Parallel()
	slow := func(o *directory.Options) { o.Pace = func(hr.Link) time.Duration { return time.Minute } }
	for name, c := range map[string]struct {
		wrote []directory.Written
		pages int // that are read within a minute after
	}{
		"one person": {wrote: []directory.Written{known("0-1")}},
		"everybody":  {pages: 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 2, 60, slow)
				f.system.perPage = 2
				f.want(t, "before", map[string]string{}, f.all...)
				ctx, stop := context.WithCancel(t.Context())
				var running sync.WaitGroup
				for _, d := range f.all {
					running.Go(func() { d.Run(ctx) })
				}
				time.Sleep(5*time.Hour + 30*time.Minute) // half of a slow listing is done
				if pages, _ := f.system.asked(); pages < 60+10 || pages > 60+50 {
					t.Fatalf("%d pages", pages)
				}
				f.system.write("0-1", "鈴木") // its page was read already
				f.all[1].Wrote(t.Context(), f.system.link, c.wrote...)
				want := map[string]string{"E0-1": "鈴木"}
				began := time.Now()
				f.want(t, "after", want, f.all[1], f.all[0])
				if took := time.Since(began); took > 70*time.Second {
					t.Errorf("the write was seen after %s", took)
				}
				if pages, _ := f.system.asked(); pages > c.pages+2 {
					t.Errorf("%d pages, want %d", pages, c.pages)
				}
				time.Sleep(time.Hour) // the listing is done, and adopted
				f.want(t, "an hour later", want, f.all...)
				f.want(t, "after a start", want, f.add(t))
				stop()
				running.Wait()
			})
		})
	}
}

// TestWrote_aSystemThatFails is left alone for a while; then the write is seen.
func TestWrote_aSystemThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1, 20)
		f.want(t, "before", map[string]string{}, f.all...)
		f.system.asked()
		f.system.write("3-7", "鈴木")
		f.system.err = context.DeadlineExceeded
		f.all[0].Wrote(t.Context(), f.system.link, known("3-7"))
		for range 3 {
			f.want(t, "failing", map[string]string{}, f.all...)
		}
		if s := index(t, f.all[0]).Sources[0]; s.Status != hr.SourceStale || s.Code == nil {
			t.Errorf("source %+v", s)
		}
		f.system.wants(t, "failing", 0, []string{"3-7"})
		f.system.err = nil
		time.Sleep(30 * time.Second)
		f.want(t, "well again", map[string]string{"E3-7": "鈴木"}, f.all...)
		f.system.wants(t, "well again", 0, []string{"3-7"})
		if s := index(t, f.all[0]).Sources[0]; s.Status != hr.SourceOK {
			t.Errorf("source %+v", s)
		}
	})
}

// TestTouch_isOwed: a listing for the sake of a write that fails is not made up for
// slowly.
func TestTouch_isOwed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t, 1, 20, func(o *directory.Options) { o.Pace = func(hr.Link) time.Duration { return time.Hour } })
		f.want(t, "before", map[string]string{}, f.all...)
		f.system.write("3-7", "鈴木")
		f.system.failsAt = 5
		f.all[0].TouchPeople(t.Context(), f.system.link)
		f.want(t, "failing", map[string]string{}, f.all...)
		time.Sleep(30 * time.Second)
		f.want(t, "well again", map[string]string{"E3-7": "鈴木"}, f.all...)
	})
}

// TestWrote_aStoreThatFails: what cannot be told one by one is read with all.
func TestWrote_aStoreThatFails(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(*shared){
		"away":  func(s *shared) { s.away = true },
		"empty": func(s *shared) { clear(s.values) },
		"without its journal": func(s *shared) {
			maps.DeleteFunc(s.values, func(k string, _ []byte) bool { return k[len(k)-len("/journal"):] == "/journal" })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t, 2, 5)
				f.want(t, "before", map[string]string{}, f.all...)
				f.system.write("0-1", "田中")
				f.all[1].Wrote(t.Context(), f.system.link, known("0-1"))
				f.want(t, "first", map[string]string{"E0-1": "田中"}, f.all...)
				lose(f.store)
				f.system.write("3-7", "鈴木")
				f.all[1].Wrote(t.Context(), f.system.link, known("3-7"))
				f.want(t, "after", map[string]string{"E0-1": "田中", "E3-7": "鈴木"}, f.all...)
			})
		})
	}
}
