package directory_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// rec writes a record as "AKASHI 1 code family given email"; - is nothing.
func rec(text string) sources.Person {
	f := strings.Fields(text)
	for i := range f {
		if f[i] == "-" {
			f[i] = ""
		}
	}
	system, link, ok := strings.Cut(f[0], "/")
	if !ok {
		link = hr.DefaultLink
	}
	return sources.Person{
		Ref:  hr.Ref{Link: hr.Link{System: hr.System(system), Name: link}, ID: f[1]},
		Code: f[2], Family: f[3], Given: f[4], Email: f[5],
	}
}

// rosters makes a roster of each link that records are of.
func rosters(people []sources.Person) []*fake {
	var out []*fake
	for _, p := range people {
		i := slices.IndexFunc(out, func(f *fake) bool { return f.link == p.Ref.Link })
		if i < 0 {
			i, out = len(out), append(out, &fake{link: p.Ref.Link})
		}
		out[i].people = append(out[i].people, p)
	}
	return out
}

// joins describes an index by its records alone, and its conflicts.
func joins(x *directory.Index) (people, conflicts []string) {
	for _, e := range x.Employees {
		var line []string
		for _, l := range e.Links {
			name := string(l.System) + ":" + l.VendorID
			if l.MatchedBy != hr.MatchAnchor {
				name += fmt.Sprintf("(%s %g)", l.MatchedBy, l.Confidence)
			}
			line = append(line, name)
		}
		people = append(people, strings.Join(line, " "))
	}
	for _, c := range x.Conflicts {
		line := []string{string(c.Reason)}
		if c.Joined {
			line = append(line, "joined")
		}
		for _, r := range c.Records {
			line = append(line, string(r.System)+":"+r.VendorID)
		}
		conflicts = append(conflicts, strings.Join(line, " "))
	}
	slices.Sort(people)
	slices.Sort(conflicts)
	return people, conflicts
}

func TestJoin_rules(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ records, people, conflicts []string }{
		"maiden name and another domain": {
			records: []string{"AKASHI 1 E1 佐藤 花子 a@new", "JOBCAN 2 E1 鈴木 花子 a@old"},
			people:  []string{"AKASHI:1 JOBCAN:2(EMPLOYEE_CODE 1)"},
		},
		"code used for somebody else": {
			records:   []string{"AKASHI 1 E1 佐藤 花子 a@x", "CARELY 2 E1 鈴木 一郎 b@x"},
			people:    []string{"AKASHI:1", "CARELY:2"},
			conflicts: []string{"NAME_AND_EMAIL_DIFFER AKASHI:1 CARELY:2"},
		},
		"another given name and no address to tell": {
			records:   []string{"AKASHI 1 E1 佐藤 花子 a@x", "JOBCAN 2 E1 佐藤 一郎 -"},
			people:    []string{"AKASHI:1 JOBCAN:2(EMPLOYEE_CODE 0.7)"},
			conflicts: []string{"NAME_DIFFERS joined AKASHI:1 JOBCAN:2"},
		},
		"a name in Latin letters": {
			records: []string{"AKASHI 1 E1 佐藤 花子 -", "YESOD 2 E1 Sato Hanako -"},
			people:  []string{"AKASHI:1 YESOD:2(EMPLOYEE_CODE 1)"},
		},
		"a name in one field": {
			records: []string{"AKASHI 1 E1 佐藤 花子 a@x", "CARELY 2 E1 鈴木一郎 - b@x", "JOBCAN 3 E1 佐藤花子 - c@x"},
			people:  []string{"AKASHI:1 JOBCAN:3(EMPLOYEE_CODE 1)", "CARELY:2"},
			conflicts: []string{
				"NAME_AND_EMAIL_DIFFER AKASHI:1 JOBCAN:3 CARELY:2",
			},
		},
		"a code twice in one system": {
			records: []string{
				"AKASHI 1 E1 佐藤 花子 -", "AKASHI 2 E1 鈴木 一郎 -", "JOBCAN 3 E1 - - -", "YESOD 4 E1 鈴木 一郎 -", "CARELY 5 E1 - - -",
			},
			people:    []string{"AKASHI:1", "AKASHI:2 YESOD:4(EMPLOYEE_CODE 1)", "JOBCAN:3 CARELY:5(EMPLOYEE_CODE 1)"},
			conflicts: []string{"SEVERAL_CANDIDATES AKASHI:1 AKASHI:2 YESOD:4 JOBCAN:3 CARELY:5"},
		},
		"two companies that number alike": {
			records: []string{
				"AKASHI/a 1 0001 佐藤 花子 h@a", "AKASHI/b 2 0001 鈴木 一郎 i@b",
				"CARELY 3 0001 佐藤 花子 -", "CARELY 4 0001 鈴木 - i@b", "JOBCAN/b 5 0001 - - -",
			},
			people: []string{
				"AKASHI:1 CARELY:3(EMPLOYEE_CODE 1)", "AKASHI:2 CARELY:4(EMPLOYEE_CODE 1)", "JOBCAN:5",
			},
			conflicts: []string{"SEVERAL_CANDIDATES AKASHI:1 AKASHI:2 JOBCAN:5 CARELY:3 CARELY:4"},
		},
		"typed codes": {
			records: []string{
				"AKASHI 1 E00042 佐藤 花子 -", "JOBCAN 2 e42 - - -", "YESOD 3 Ｅ－０００４２ 佐藤 花子 -",
				"AKASHI 5 0016 - - -", "JOBCAN 6 16 - - -", "CARELY 7 0016 - - -", "CARELY 8 16 - - -",
				"AKASHI 9 0017 - - -", "AKASHI 10 17 - - -", "JOBCAN 11 017 - - -",
				"AKASHI 12 0018 佐藤 花子 -", "JOBCAN 13 18 佐藤 一郎 -",
			},
			people: []string{
				"AKASHI:10", "AKASHI:12",
				"AKASHI:1 YESOD:3(EMPLOYEE_CODE_NORMALIZED 0.9) JOBCAN:2(EMPLOYEE_CODE_NORMALIZED 0.9)",
				"AKASHI:5 CARELY:7(EMPLOYEE_CODE 1)", "AKASHI:9", "JOBCAN:11", "JOBCAN:13", "JOBCAN:6 CARELY:8(EMPLOYEE_CODE 1)",
			},
			conflicts: []string{"NAME_DIFFERS AKASHI:12 JOBCAN:13", "SEVERAL_CANDIDATES AKASHI:9 AKASHI:10 JOBCAN:11"},
		},
		"addresses": {
			records: []string{
				"AKASHI 1 E00042 佐藤 花子 H@X", "CARELY 2 - 佐藤 花子 ｈ@x", "YESOD 3 42 佐藤 花子 h@x",
				"AKASHI 4 E5 高橋 二郎 j@x", "CARELY 5 E6 高橋 二郎 j@x",
				"AKASHI 6 E7 田中 三郎 info@x", "CARELY 7 - 中村 四郎 info@x",
				"AKASHI 8 E8 - - all@x", "AKASHI 9 E9 - - all@x", "CARELY 10 - - - all@x",
			},
			people: []string{
				"AKASHI:1 YESOD:3(EMAIL 0.9) CARELY:2(EMAIL 0.9)", "AKASHI:4", "AKASHI:6", "AKASHI:8", "AKASHI:9", "CARELY:10",
				"CARELY:5", "CARELY:7",
			},
			conflicts: []string{
				"CODE_DIFFERS AKASHI:4 CARELY:5", "NAME_DIFFERS AKASHI:6 CARELY:7",
				"SEVERAL_CANDIDATES AKASHI:8 AKASHI:9 CARELY:10",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := make([]sources.Person, len(c.records))
			for i, text := range c.records {
				records[i] = rec(text)
			}
			people, conflicts := joins(index(t, open(&storetest.Memory{}, rosters(records)...)))
			slices.Sort(c.people)
			slices.Sort(c.conflicts)
			if diff := cmp.Diff(c.people, people); diff != "" {
				t.Errorf("people (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.conflicts, conflicts); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestIndex_aCodeOfTwoNamesNobody: rights hang on a caller's code.
func TestIndex_aCodeOfTwoNamesNobody(t *testing.T) {
	t.Parallel()
	x := index(t, open(&storetest.Memory{}, rosters([]sources.Person{
		rec("AKASHI 1 E1 佐藤 花子 -"), rec("AKASHI 2 E1 鈴木 一郎 -"),
		rec("AKASHI 3 E2 佐藤 花子 -"), rec("CARELY 4 E2 - - -"), rec("CARELY 5 E2 - - -"),
	})...))
	if e, ok := x.ByCode("E1"); ok {
		t.Errorf("E1 names %+v", e.Links)
	}
	if e, ok := x.ByCode("E2"); !ok || e.Links[0].VendorID != "3" {
		t.Errorf("E2 names %+v, want AKASHI's", e)
	}
}

// messy draws a few people whose records in several links agree, disagree and
// repeat.
func messy(t *rapid.T) []sources.Person {
	var out []sources.Person
	n := rapid.IntRange(0, 14).Draw(t, "records")
	for i := range n {
		pick := func(name string, from ...string) string { return rapid.SampledFrom(from).Draw(t, name) }
		out = append(out, rec(fmt.Sprintf("%s %d %s %s %s %s",
			pick("link", "AKASHI", "YESOD", "JOBCAN", "CARELY", "AKASHI/b"), i,
			pick("code", "-", "E1", "e1", "01", "1", "E2"), pick("family", "-", "佐藤", "鈴木"),
			pick("given", "-", "花子", "一郎"), pick("email", "-", "a@x", "b@x"))))
	}
	return out
}

func TestJoin_doesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := messy(t)
		people, conflicts := joins(built(t, records))
		shuffled := slices.Clone(records)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)) //nolint:gosec // an order, not a secret
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		again, conflictsAgain := joins(built(t, shuffled))
		if diff := cmp.Diff(people, again) + cmp.Diff(conflicts, conflictsAgain); diff != "" {
			t.Errorf("in another order (-first +second):\n%s", diff)
		}
	})
}

func TestJoin_noGroupHoldsALinkTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		records := messy(t)
		x := built(t, records)
		count := 0
		for _, e := range x.Employees {
			seen := map[hr.Link]bool{}
			for i, l := range e.Links {
				if seen[l.Ref().Link] {
					t.Errorf("%s twice in one person", l.Ref().Link)
				}
				seen[l.Ref().Link] = true
				if (i == 0) != (l.MatchedBy == hr.MatchAnchor) || l.Confidence <= 0 || l.Confidence > 1 {
					t.Errorf("record %d: %s, confidence %g", i, l.MatchedBy, l.Confidence)
				}
			}
			count += len(e.Links)
		}
		if count != len(records) {
			t.Errorf("%d records in the index, want %d", count, len(records))
		}
	})
}

// TestJoin_idsStay: whoever was shown under an id is found under it afterwards,
// whatever records come, and while links are away.
func TestJoin_idsStay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		docs := &storetest.Memory{}
		records := messy(t)
		first := builtIn(t, docs, records)
		more := append(slices.Clone(records), rec("YESOD 90 E1 佐藤 花子 a@x"), rec("CARELY 91 - 鈴木 一郎 b@x"))
		second := builtIn(t, docs, more)
		some := slices.DeleteFunc(slices.Clone(more), func(p sources.Person) bool { return p.Ref.System == hr.Akashi })
		builtIn(t, docs, some)
		fourth := builtIn(t, docs, more)
		for _, e := range first.Employees {
			if _, ok := second.ByID(e.ID); !ok {
				t.Errorf("an id is lost when records come: %+v", e.Links)
			}
		}
		for _, e := range second.Employees {
			later, ok := fourth.ByID(e.ID)
			if !ok || !slices.ContainsFunc(later.Links, func(l hr.EmployeeLink) bool {
				return slices.ContainsFunc(e.Links, func(m hr.EmployeeLink) bool { return m.Ref() == l.Ref() })
			}) {
				t.Errorf("an id is lost or given to a stranger after AKASHI was away: %+v, now %+v", e.Links, later)
			}
		}
	})
}

func built(t *rapid.T, records []sources.Person) *directory.Index {
	return builtIn(t, &storetest.Memory{}, records)
}

func builtIn(t *rapid.T, docs *storetest.Memory, records []sources.Person) *directory.Index {
	opts := directory.Options{
		Identities: directory.NewIdentities(docs, slog.New(slog.DiscardHandler)), Now: time.Now,
	}
	for _, f := range rosters(records) {
		opts.Rosters = append(opts.Rosters, f)
	}
	d := directory.New(opts)
	defer d.Close()
	x, err := d.Index(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return x
}
