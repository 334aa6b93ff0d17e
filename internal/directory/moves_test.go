package directory_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// telling is a roster that lists everybody in one call and tells of moves.
type telling struct {
	mu     sync.Mutex
	link   hr.Link
	people []sources.Person
	moves  []sources.Person
	err    error
	lists  int
	asked  []string // the days, by question
}

func (r *telling) Link() hr.Link { return r.link }

func (r *telling) People(context.Context) ([]sources.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lists++
	return slices.Clone(r.people), nil
}

func (r *telling) Moves(_ context.Context, since, until hr.Date) ([]sources.Person, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, since.String()+" "+until.String())
	return slices.Clone(r.moves), r.err
}

func (r *telling) set(edit func(*telling)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	edit(r)
}

func (r *telling) made() (lists, questions int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	lists, questions = r.lists, len(r.asked)
	r.lists, r.asked = 0, nil
	return lists, questions
}

// running keeps gateways in front of a roster that tells of moves.
func running(t *testing.T, r *telling, gateways int) []*directory.Directory {
	t.Helper()
	s := newShared()
	ctx, stop := context.WithCancel(t.Context())
	var tasks sync.WaitGroup
	all := make([]*directory.Directory, gateways)
	for i := range all {
		f := &fleet{store: s}
		all[i] = directory.New(f.options(func(o *directory.Options) { o.Rosters = []sources.Roster{r} }))
		tasks.Go(func() { all[i].Run(ctx) })
	}
	t.Cleanup(func() {
		stop()
		tasks.Wait()
		for _, d := range all {
			d.Close()
		}
	})
	return all
}

func yesodPerson(id, family string, left hr.Date) sources.Person {
	return sources.Person{
		Ref: hr.Ref{Link: hr.Link{System: hr.Yesod, Name: hr.DefaultLink}, ID: id}, Code: "E" + id, Family: family,
		RetiredOn: left,
	}
}

func newTelling() *telling {
	return &telling{
		link:   hr.Link{System: hr.Yesod, Name: hr.DefaultLink},
		people: []sources.Person{yesodPerson("1", "佐藤", hr.Date{}), yesodPerson("2", "鈴木", hr.Date{})},
	}
}

// TestMoves_whoCameIsListed: the difference tells sooner than the list is due, and
// one of all gateways asks for it.
func TestMoves_whoCameIsListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newTelling()
		all := running(t, r, 3)
		time.Sleep(5 * time.Hour)
		if lists, questions := r.made(); lists != 1 || questions < 18 || questions > 24 {
			t.Errorf("%d lists, %d questions in five hours", lists, questions)
		}
		left := hr.DateOf(time.Now())
		r.set(func(r *telling) {
			r.people = []sources.Person{yesodPerson("1", "佐藤", left), yesodPerson("2", "鈴木", hr.Date{}), yesodPerson("3", "高橋", hr.Date{})}
			r.moves = []sources.Person{r.people[0], r.people[2]}
		})
		time.Sleep(20 * time.Minute)
		for i, d := range all {
			x := index(t, d)
			if got := who(x); len(got) != 3 {
				t.Errorf("gateway %d: people %v", i, got)
			}
			if e, ok := x.ByCode("E1"); !ok || e.RetiredOn == nil || *e.RetiredOn != left {
				t.Errorf("gateway %d: the one who left is %+v", i, e)
			}
		}
		if lists, questions := r.made(); lists != 1 || questions > 2 {
			t.Errorf("%d lists, %d questions", lists, questions)
		}
		time.Sleep(time.Hour)
		if lists, _ := r.made(); lists != 0 {
			t.Errorf("%d lists for what is listed", lists)
		}
	})
}

// TestMoves_theListDecides: an answer that the list does not confirm costs one
// listing, and shows nothing.
func TestMoves_theListDecides(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newTelling()
		d := running(t, r, 1)[0]
		time.Sleep(10 * time.Minute)
		r.made()
		r.set(func(r *telling) { r.moves = []sources.Person{yesodPerson("1", "別の人", hr.Date{})} })
		time.Sleep(2 * time.Hour)
		if lists, questions := r.made(); lists != 1 || questions < 6 {
			t.Errorf("%d lists, %d questions", lists, questions)
		}
		if e, ok := index(t, d).ByCode("E1"); !ok || e.Name.Family != "佐藤" {
			t.Errorf("shown is %+v", e)
		}
	})
}

// TestMoves_whoIsRemoved, and what is corrected, no difference tells of: the list
// does when it is due.
func TestMoves_whoIsRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newTelling()
		d := running(t, r, 1)[0]
		time.Sleep(time.Minute)
		r.set(func(r *telling) { r.people = []sources.Person{yesodPerson("1", "改姓", hr.Date{})} })
		time.Sleep(6*time.Hour + time.Minute)
		x := index(t, d)
		if diff := cmp.Diff([]string{"E1 YESOD:1"}, who(x)); diff != "" || x.Employees[0].Name.Family != "改姓" {
			t.Errorf("people (-want +got):\n%s", diff)
		}
	})
}

// TestMoves_refused: a system that refuses is not asked again; one that fails is.
func TestMoves_refused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err         error
		least, most int
	}{
		"refused": {fault.Upstream(fault.UpstreamRefused, "YESOD", hr.DefaultLink, "no"), 1, 1},
		"failing": {context.DeadlineExceeded, 10, 20},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newTelling()
				r.err = c.err
				d := running(t, r, 1)[0]
				time.Sleep(4 * time.Hour)
				if lists, questions := r.made(); lists != 1 || questions < c.least || questions > c.most {
					t.Errorf("%d lists, %d questions", lists, questions)
				}
				if s := index(t, d).Sources[0]; s.Status != hr.SourceOK {
					t.Errorf("source %+v", s)
				}
			})
		})
	}
}
