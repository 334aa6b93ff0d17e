package directory_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// units gives a fake its organisations: id, parent, code, name.
func (f *fake) withUnits(rows ...[4]string) *fake {
	for _, r := range rows {
		u := sources.Unit{Ref: hr.Ref{Link: f.link, ID: r[0]}, Code: r[2], Name: r[3]}
		if r[1] != "" {
			u.Parent = hr.Ref{Link: f.link, ID: r[1]}
		}
		f.units = append(f.units, u)
	}
	return f
}

func TestTree_akashiOwnsIt(t *testing.T) {
	t.Parallel()
	akashi := newFake(hr.Akashi).withUnits(
		[4]string{"1", "", "A", "営業"}, [4]string{"2", "1", "A-1", "一課"}, [4]string{"3", "2", "", "班"},
		[4]string{"8", "", "T", "x"}, [4]string{"9", "", "T", "y"},
		[4]string{"5", "6", "C", "circle"}, [4]string{"6", "5", "D", "of two"})
	yesod := newFake(hr.Yesod).withUnits(
		[4]string{"ya", "", "A", "営業部"}, [4]string{"yb", "ya", "Z", "only here"}, [4]string{"yt", "", "T", "ambiguous"})
	manager := person("7", "M", "")
	manager.Manages = []hr.Ref{{Link: yesod.link, ID: "ya"}}
	inside, outside := person("8", "I", ""), person("9", "O", "")
	inside.Organization, outside.Organization = hr.Ref{Link: akashi.link, ID: "3"}, hr.Ref{Link: akashi.link, ID: "8"}
	for _, p := range []sources.Person{manager, inside, outside} {
		p.Ref.Link = akashi.link
		akashi.people = append(akashi.people, p)
	}

	d := open(&storetest.Memory{}, akashi, yesod)
	tree, err := d.Tree(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, o := range tree.Organizations {
		got[o.Path] = o.Unmatched
	}
	want := map[string]bool{
		"営業": false, "営業/一課": false, "営業/一課/班": false, "x": false, "y": false,
		"of two": false, "of two/circle": false, "営業/only here": true, "ambiguous": true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths and whether unmatched (-want +got):\n%s", diff)
	}

	x := index(t, d)
	m, _ := x.ByCode("M")
	managed, known, err := d.Managed(t.Context(), m)
	if err != nil || !known {
		t.Fatalf("managed: %v %v", known, err)
	}
	for code, want := range map[string]bool{"I": true, "O": false} {
		e, _ := x.ByCode(code)
		if managed[e.OrganizationID] != want {
			t.Errorf("%s is managed: %v", code, !want)
		}
		if managers := x.ManagersOf(e, tree); (len(managers) == 1) != want {
			t.Errorf("%s has %d managers", code, len(managers))
		}
	}
}

// A manager's rights rest on AKASHI's people and organisations; while they are
// missing or too old, rights are unknown, not empty, whatever other systems tell.
func TestManaged_restsOnRecentRelations(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		akashi := newFake(hr.Akashi).withUnits([4]string{"1", "", "A", "営業"})
		yesod := newFake(hr.Yesod).withUnits([4]string{"ya", "", "A", "営業部"})
		d := open(&storetest.Memory{}, akashi, yesod)
		known := func() bool {
			t.Helper()
			_, known, err := d.Managed(t.Context(), &hr.Employee{})
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // for a refresh that the question began
			return known
		}
		akashi.err = fault.New(fault.UpstreamUnavailable, "down")
		if known() {
			t.Error("known while AKASHI never answered")
		}
		akashi.err = nil
		time.Sleep(time.Hour)
		known() // begins the refresh
		if !known() {
			t.Error("unknown although AKASHI answered")
		}
		akashi.err = fault.New(fault.UpstreamUnavailable, "down again")
		time.Sleep(23 * time.Hour)
		known()
		if !known() {
			t.Error("unknown after 23 hours")
		}
		time.Sleep(2 * time.Hour)
		if known() {
			t.Error("known after 25 hours")
		}
		d.Close()
	})
}
