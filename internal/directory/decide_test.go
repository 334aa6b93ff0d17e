package directory_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

func ref(system hr.System, id string) hr.Ref {
	return hr.Ref{Link: hr.Link{System: system, Name: hr.DefaultLink}, ID: id}
}

func wantPeople(t *testing.T, want, got []string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}

func TestDecide_linkUnlinkUndo(t *testing.T) {
	t.Parallel()
	docs := &storetest.Memory{}
	records := []sources.Person{
		rec("AKASHI 1 E1 佐藤 花子 -"), rec("JOBCAN 2 X9 - - -"), rec("CARELY 3 E1 - - -"), rec("CARELY 4 E7 - - -"),
	}
	d := open(docs, rosters(records)...)
	x := index(t, d)
	loose, _ := x.ByRef(ref(hr.Jobcan, "2"))

	made, err := d.Link(t.Context(), "hr", []hr.Ref{ref(hr.Akashi, "1"), ref(hr.Jobcan, "2")})
	if err != nil {
		t.Fatal(err)
	}
	x = index(t, d)
	people, _ := joins(x)
	wantPeople(t, []string{"AKASHI:1 JOBCAN:2(BY_HAND 1) CARELY:3(EMPLOYEE_CODE 1)", "CARELY:4"}, people)
	e, ok := x.ByID(loose.ID)
	if !ok || e.Links[0].VendorID != "1" {
		t.Error("the id given up in the merge finds nobody")
	}
	if made.Number != 1 || made.By != "hr" || len(made.Before) != 2 || len(made.After) != 1 || made.After[0].EmployeeID != e.ID {
		t.Errorf("decision %+v", made)
	}

	if _, err := d.Unlink(t.Context(), "hr", ref(hr.Carely, "3")); err != nil {
		t.Fatal(err)
	}
	people, _ = joins(index(t, d))
	wantPeople(t, []string{"AKASHI:1 JOBCAN:2(BY_HAND 1)", "CARELY:3", "CARELY:4"}, people)
	// Another process sees the same, and may decide otherwise.
	other := open(docs, rosters(records)...)
	if _, err := other.Link(t.Context(), "hr 2", []hr.Ref{ref(hr.Akashi, "1"), ref(hr.Carely, "4")}); err != nil {
		t.Fatal(err)
	}
	want := []string{"AKASHI:1 JOBCAN:2(BY_HAND 1) CARELY:4(BY_HAND 1)", "CARELY:3"}
	people, _ = joins(index(t, other))
	wantPeople(t, want, people)
	_, err = d.Link(t.Context(), "hr", []hr.Ref{ref(hr.Akashi, "1"), ref(hr.Carely, "3")})
	if f, ok := errors.AsType[*fault.Error](err); !ok || f.Code != fault.BadUserInput {
		t.Errorf("a second record of Carely by hand: %v", err)
	}

	for _, n := range []int{1, 2, 3, 3} {
		if undone, err := other.Undo(t.Context(), "hr 2", n); err != nil || undone.UndoneAt == nil || undone.Number != n {
			t.Fatalf("undo %d: %+v, %v", n, undone, err)
		}
	}
	people, _ = joins(index(t, other))
	wantPeople(t, []string{"AKASHI:1 CARELY:3(EMPLOYEE_CODE 1)", "CARELY:4", "JOBCAN:2"}, people)
	again := index(t, open(docs, rosters(records)...))
	if e, ok := again.ByRef(ref(hr.Jobcan, "2")); !ok || e.ID != loose.ID {
		t.Errorf("after all was taken back the record has another id")
	}
	history, err := d.Decisions(t.Context())
	if err != nil || len(history) != 3 || history[0].Number != 3 || *history[0].UndoneBy != "hr 2" {
		t.Errorf("history %+v, %v", history, err)
	}
}

func TestDecide_refusals(t *testing.T) {
	t.Parallel()
	d := open(&storetest.Memory{}, rosters([]sources.Person{rec("AKASHI 1 E1 - - -"), rec("AKASHI 2 E2 - - -")})...)
	for name, refs := range map[string][]hr.Ref{
		"alone": {ref(hr.Akashi, "1")}, "one link": {ref(hr.Akashi, "1"), ref(hr.Akashi, "2")},
		"unknown": {ref(hr.Akashi, "1"), ref(hr.Jobcan, "9")},
	} {
		if _, err := d.Link(t.Context(), "hr", refs); err == nil {
			t.Errorf("%s: linked", name)
		}
	}
	if _, err := d.Undo(t.Context(), "hr", 7); fault.From(err).Code != fault.NotFound {
		t.Errorf("undo of nothing: %v", err)
	}
	if history, err := d.Decisions(t.Context()); err != nil || len(history) > 0 {
		t.Errorf("refused decisions are kept: %v, %v", history, err)
	}
}

// TestDecide_replicasFollow: another process learns a decision without a restart.
func TestDecide_replicasFollow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs := &storetest.Memory{}
		records := []sources.Person{rec("AKASHI 1 E1 - - -"), rec("JOBCAN 2 E1 - - -")}
		a, b := open(docs, rosters(records)...), open(docs, rosters(records)...)
		index(t, b)
		if _, err := a.Unlink(t.Context(), "hr", ref(hr.Jobcan, "2")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		people, _ := joins(index(t, b))
		wantPeople(t, []string{"AKASHI:1", "JOBCAN:2"}, people)
	})
}

// TestDecide_manyAtOnce: decisions of several processes at the same time are all
// kept, also over several pages of the store.
func TestDecide_manyAtOnce(t *testing.T) {
	t.Parallel()
	docs := &storetest.Memory{}
	records := []sources.Person{rec("AKASHI 1 E1 - - -"), rec("JOBCAN 2 E1 - - -")}
	var deciding sync.WaitGroup
	made := make([]int, 3)
	for i := range made {
		d := open(docs, rosters(records)...)
		deciding.Go(func() {
			for made[i] < 150 {
				if _, err := d.Unlink(t.Context(), "hr", ref(hr.Jobcan, "2")); err == nil {
					made[i]++
				}
			}
		})
	}
	deciding.Wait()
	history, err := open(docs, rosters(records)...).Decisions(t.Context())
	if err != nil || len(history) != 450 {
		t.Fatalf("%d decisions, %v", len(history), err)
	}
	for i, h := range history {
		if h.Number != 450-i {
			t.Fatalf("decision %d is number %d", i, h.Number)
		}
	}
}

// TestDecide_aHandSetsTheOtherRecordApart: a record linked by hand takes the place
// of the one that the rules had put there, and of nothing else.
func TestDecide_aHandSetsTheOtherRecordApart(t *testing.T) {
	t.Parallel()
	d := open(&storetest.Memory{}, rosters([]sources.Person{
		rec("AKASHI 1 0016 - - -"), rec("YESOD 2 0016 - - -"), rec("JOBCAN 3 0016 - - a@example.jp"),
		rec("JOBCAN 4 X9 - - -"), rec("CARELY 5 16 - - -"),
	})...)
	people, _ := joins(index(t, d))
	wantPeople(t, []string{
		"AKASHI:1 YESOD:2(EMPLOYEE_CODE 1) JOBCAN:3(EMPLOYEE_CODE 1) CARELY:5(EMPLOYEE_CODE_NORMALIZED 0.9)", "JOBCAN:4",
	}, people)
	if _, err := d.Link(t.Context(), "hr", []hr.Ref{ref(hr.Akashi, "1"), ref(hr.Jobcan, "4")}); err != nil {
		t.Fatal(err)
	}
	people, conflicts := joins(index(t, d))
	wantPeople(t, []string{
		"AKASHI:1 YESOD:2(EMPLOYEE_CODE 1) JOBCAN:4(BY_HAND 1) CARELY:5(EMPLOYEE_CODE_NORMALIZED 0.9)", "JOBCAN:3",
	}, people)
	if len(conflicts) != 0 {
		t.Errorf("what a hand has decided is still a conflict: %v", conflicts)
	}
}

// TestDecide_withoutTheStore: nothing is decided that could not be kept.
func TestDecide_withoutTheStore(t *testing.T) {
	t.Parallel()
	d := open(away{}, rosters([]sources.Person{rec("AKASHI 1 E1 - - -"), rec("JOBCAN 2 E1 - - -")})...)
	if _, err := d.Unlink(t.Context(), "hr", ref(hr.Jobcan, "2")); fault.From(err).Code != fault.UpstreamUnavailable {
		t.Errorf("decided without a store: %v", err)
	}
	people, _ := joins(index(t, d))
	wantPeople(t, []string{"AKASHI:1 JOBCAN:2(EMPLOYEE_CODE 1)"}, people)
}

func TestDecide_properties(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := messy(t)
		if len(records) < 2 {
			return
		}
		docs := &storetest.Memory{}
		d := open(docs, rosters(records)...)
		defer d.Close()
		pick := rapid.IntRange(0, len(records)-1)
		linked, solo := map[[2]hr.Ref]bool{}, map[hr.Ref]bool{}
		for range rapid.IntRange(1, 6).Draw(t, "decisions") {
			a, b := records[pick.Draw(t, "a")].Ref, records[pick.Draw(t, "b")].Ref
			if rapid.Bool().Draw(t, "unlink") {
				if _, err := d.Unlink(t.Context(), "hr", a); err != nil {
					t.Fatal(err)
				}
				solo[a] = true
				for p := range linked {
					if p[0] == a || p[1] == a {
						delete(linked, p)
					}
				}
			} else if _, err := d.Link(t.Context(), "hr", []hr.Ref{a, b}); err == nil {
				linked[[2]hr.Ref{a, b}] = true
			}
		}
		more := append(slices.Clone(records), rec("YESOD 90 E1 佐藤 花子 a@x"), rec("CARELY 91 1 鈴木 一郎 b@x"))
		x := builtIn(t, docs, more)
		for p := range linked {
			a, _ := x.ByRef(p[0])
			if b, _ := x.ByRef(p[1]); a.ID != b.ID {
				t.Errorf("%s and %s were linked by hand and are apart", p[0], p[1])
			}
		}
		for r := range solo {
			byHand := false
			for p := range linked {
				byHand = byHand || p[0] == r || p[1] == r
			}
			if e, _ := x.ByRef(r); !byHand && len(e.Links) > 1 {
				t.Errorf("%s was taken off and is joined again: %+v", r, e.Links)
			}
		}
	})
}

// away is a store that does not answer.
type away struct{ store.Documents }

func (away) Get(context.Context, string) (store.Document, error) {
	return store.Document{}, store.ErrUnavailable
}

func (away) Put(context.Context, string, []byte, uint64) (uint64, error) {
	return 0, store.ErrUnavailable
}
