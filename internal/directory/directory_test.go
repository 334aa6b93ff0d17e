package directory_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/price"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// fake is one link's roster and units, which a test may change or break.
type fake struct {
	link   hr.Link
	people []sources.Person
	units  []sources.Unit
	err    error
	hang   bool
	calls  int
	// rehearsed says that it was read on the bill of an operation that asks nobody.
	rehearsed bool
}

func (f *fake) Link() hr.Link { return f.link }

func (f *fake) People(ctx context.Context) ([]sources.Person, error) {
	f.calls++
	f.rehearsed = price.From(ctx).Rehearsing()
	if f.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return f.people, f.err
}

func (f *fake) Units(context.Context) ([]sources.Unit, error) { return f.units, f.err }

func newFake(s hr.System, people ...sources.Person) *fake {
	f := &fake{link: hr.Link{System: s, Name: hr.DefaultLink}}
	for _, p := range people {
		p.Ref.Link = f.link
		f.people = append(f.people, p)
	}
	return f
}

func person(id, code, family string) sources.Person {
	return sources.Person{Ref: hr.Ref{ID: id}, Code: code, Family: family}
}

func open(docs store.Documents, fakes ...*fake) *directory.Directory {
	opts := directory.Options{
		Identities: directory.NewIdentities(docs, slog.New(slog.DiscardHandler)), Now: time.Now,
	}
	for _, f := range fakes {
		opts.Rosters = append(opts.Rosters, f)
		opts.Units = append(opts.Units, f)
	}
	return directory.New(opts)
}

func index(t *testing.T, d *directory.Directory) *directory.Index {
	t.Helper()
	x, err := d.Index(t.Context())
	if err != nil {
		t.Fatalf("index: %v", err)
	}
	return x
}

// TestIndex_isReadDuringARehearsal: who is who is needed to tell a price, and an
// operation that asks nobody may be the first one to need it.
func TestIndex_isReadDuringARehearsal(t *testing.T) {
	t.Parallel()
	akashi := newFake(hr.Akashi, person("1", "E1", "高橋"))
	d := open(&storetest.Memory{}, akashi)
	x, err := d.Index(price.With(t.Context(), price.Rehearse()))
	if err != nil || len(x.Employees) != 1 {
		t.Fatalf("index: %v", err)
	}
	if akashi.rehearsed {
		t.Error("the list of people was read on the bill of a rehearsal, where every call is refused")
	}
}

// who describes an index: each employee's code and records.
func who(x *directory.Index) []string {
	var out []string
	for _, e := range x.Employees {
		line := "-"
		if e.Code != nil {
			line = *e.Code
		}
		for _, l := range e.Links {
			line += " " + string(l.System) + ":" + l.VendorID
		}
		out = append(out, line)
	}
	return out
}

func TestIndex_joinsByCodeExactly(t *testing.T) {
	t.Parallel()
	d := open(&storetest.Memory{},
		newFake(hr.Akashi, person("1", "E1", "高橋"), person("3", "", "")),
		newFake(hr.Jobcan, person("11", "E1", ""), person("13", "e1", ""), person("14", "", "")),
		newFake(hr.Yesod, person("y", "E1", "髙橋")))
	want := []string{"E1 AKASHI:1 YESOD:y JOBCAN:11", "e1 JOBCAN:13", "- AKASHI:3", "- JOBCAN:14"}
	x := index(t, d)
	got := who(x)
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("index (-want +got):\n%s", diff)
	}
	e, ok := x.ByRef(hr.Ref{Link: hr.Link{System: hr.Jobcan, Name: hr.DefaultLink}, ID: "11"})
	if !ok || e.Name.Family != "髙橋" {
		t.Fatalf("the master's spelling is not shown: %+v", e)
	}
	for _, text := range []string{"高橋", "髙橋", "Ｅ１ 高橋"} {
		if !x.Matches(e, hr.Words(text)) {
			t.Errorf("%q does not find the person", text)
		}
	}
	for _, p := range x.Provenance(e) {
		if p.Field == "name.family" && (len(p.Values) != 3 || p.Chosen == nil || *p.Chosen != hr.Yesod) {
			t.Errorf("provenance: %+v", p)
		}
	}
}

// The id of somebody first seen in Jobcan stays when AKASHI comes back, also in
// a new process, and ids given up in a merge still resolve.
func TestIndex_idsStay(t *testing.T) {
	t.Parallel()
	docs := &storetest.Memory{}
	akashi := newFake(hr.Akashi, person("1", "E1", ""))
	akashi.err = fault.New(fault.UpstreamUnavailable, "down")
	jobcan := newFake(hr.Jobcan, person("11", "E1", ""), person("12", "E2", ""))
	first := index(t, open(docs, akashi, jobcan))
	e, _ := first.ByCode("E1")
	id := e.ID

	akashi.err = nil
	second := index(t, open(docs, akashi, jobcan))
	if e, ok := second.ByCode("E1"); !ok || e.ID != id || len(e.Links) != 2 {
		t.Fatalf("after AKASHI's return: %+v, want id %s", e, id)
	}

	// The record that the id was made of goes away.
	jobcan.people = jobcan.people[1:]
	third := index(t, open(docs, akashi, jobcan))
	if e, ok := third.ByCode("E1"); !ok || e.ID != id {
		t.Errorf("after the record is gone: %+v, want id %s", e, id)
	}

	// E2 turns out to be E1's second record: the old id resolves to the person.
	old, _ := third.ByCode("E2")
	jobcan.people[0].Code = "E1"
	fourth := index(t, open(docs, akashi, jobcan))
	if e, ok := fourth.ByID(old.ID); !ok || e.ID != id {
		t.Errorf("the id given up finds %+v, want id %s", e, id)
	}
}

func TestIndex_onePartDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		akashi, jobcan := newFake(hr.Akashi, person("1", "E1", "")), newFake(hr.Jobcan, person("11", "E2", ""))
		d := open(&storetest.Memory{}, akashi, jobcan)
		jobcan.hang = true
		began := time.Now()
		x := index(t, d)
		if took := time.Since(began); took > 6*time.Second {
			t.Errorf("a hanging link held the index up for %s", took)
		}
		if diff := cmp.Diff([]string{"E1 AKASHI:1"}, who(x)); diff != "" {
			t.Errorf("index (-want +got):\n%s", diff)
		}
		if s := x.Sources[1]; s.Status != hr.SourceFailed || *s.Code != string(fault.UpstreamTimeout) {
			t.Errorf("jobcan: %+v", s)
		}
		d.Close()
	})
}

func TestIndex_keepsTheLastRosterOfALinkThatFails(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		akashi := newFake(hr.Akashi, person("1", "E1", ""))
		d := open(&storetest.Memory{}, akashi)
		index(t, d)
		akashi.err = errors.New("gone")
		time.Sleep(7 * time.Hour) // virtual: past the maximum age
		index(t, d)               // starts the refresh, shows what there is
		synctest.Wait()
		x := index(t, d)
		if len(x.Employees) != 1 || x.Sources[0].Status != hr.SourceStale || akashi.calls != 2 {
			t.Errorf("employees %d, source %+v, calls %d", len(x.Employees), x.Sources[0], akashi.calls)
		}
		time.Sleep(10 * time.Second) // within the pause after a failure
		index(t, d)
		synctest.Wait()
		if akashi.calls != 2 {
			t.Errorf("a link that failed was asked again at once: %d calls", akashi.calls)
		}
		d.Close()
	})
}

// TestIndex_trustIsConfigurable: each group of fields follows its own order, and
// what the others say is told.
func TestIndex_trustIsConfigurable(t *testing.T) {
	t.Parallel()
	a, y := rec("AKASHI 1 E1 佐藤 花子 a@x"), rec("YESOD 2 e1 鈴木 花子 b@x")
	trust := directory.DefaultTrust()
	trust.Name, trust.Contact, trust.Code = []hr.System{hr.Akashi}, []hr.System{hr.Yesod}, []hr.System{hr.Yesod}
	opts := directory.Options{
		Identities: directory.NewIdentities(&storetest.Memory{}, slog.New(slog.DiscardHandler)), Now: time.Now, Trust: &trust,
	}
	for _, f := range rosters([]sources.Person{a, y}) {
		opts.Rosters = append(opts.Rosters, f)
	}
	x := index(t, directory.New(opts))
	e := x.Employees[0]
	if len(x.Employees) != 1 || e.Name.Family != "佐藤" || *e.Email != "b@x" || *e.Code != "e1" {
		t.Fatalf("%d people, the first %+v", len(x.Employees), e)
	}
	for _, p := range x.Provenance(e) {
		if p.Field == "name.family" && (*p.Chosen != hr.Akashi || *p.Values[0].Value != "佐藤" || *p.Values[1].Value != "鈴木") {
			t.Errorf("provenance %+v", p)
		}
	}
}
