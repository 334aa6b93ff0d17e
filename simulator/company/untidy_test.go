package company_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/hitotsu/hitotsu/simulator/company"
)

func TestNew_codesAndMailsAreUnique(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		codes, mails := map[string]int{}, map[string]int{}
		for i, p := range c.People {
			if p.Key != i {
				t.Fatalf("person %d has key %d", i, p.Key)
			}
			codes[p.Code]++
			mails[p.Email]++
		}
		if len(codes) != len(c.People) || len(mails) != len(c.People) {
			t.Errorf("%d people, %d codes, %d mails", len(c.People), len(codes), len(mails))
		}
		for _, code := range []string{"A1", "a1", "0016"} {
			if codes[code] != 1 {
				t.Errorf("code %q is missing", code)
			}
		}
		for _, system := range company.Systems() {
			seen := map[string]bool{}
			for _, p := range c.People {
				if r, ok := p.In[system]; ok && seen[r.Code] {
					t.Errorf("%s knows code %q twice", system, r.Code)
				} else if ok {
					seen[r.Code] = true
				}
			}
		}
	})
}

func TestNew_namesAreJapanese(t *testing.T) {
	t.Parallel()
	kana := regexp.MustCompile(`^[ァ-ヶー]+$`)
	roman := regexp.MustCompile(`^[A-Z][a-z]+$`)
	for _, p := range demo(t, 0).People {
		if !kana.MatchString(p.FamilyKana) || !kana.MatchString(p.GivenKana) ||
			!roman.MatchString(p.FamilyRoman) || !roman.MatchString(p.GivenName) {
			t.Errorf("person %d: %s %s, %s %s", p.Key, p.FamilyKana, p.GivenKana, p.FamilyRoman, p.GivenName)
		}
		if !strings.HasPrefix(p.Email, strings.ToLower(p.GivenName+"."+p.FamilyRoman)) {
			t.Errorf("person %d: %s %s has the mail of another name", p.Key, p.GivenName, p.FamilyRoman)
		}
		for _, r := range p.Family + p.Given {
			if !unicode.In(r, unicode.Han, unicode.Hiragana) && r != '々' {
				t.Errorf("person %d: %q in a name", p.Key, r)
			}
		}
	}
}

func TestNew_peopleAreMissingSomewhere(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		everywhere := 0
		missing, only := map[company.System]int{}, map[company.System]int{}
		for _, p := range c.People {
			switch {
			case len(p.In) == 0:
				t.Errorf("person %d is nowhere", p.Key)
			case len(p.In) == 4:
				everywhere++
			case p.RetiredOn != nil:
			case len(p.In) == 3:
				for _, system := range company.Systems() {
					if _, ok := p.In[system]; !ok {
						missing[system]++
					}
				}
			case len(p.In) == 1:
				for system := range p.In {
					only[system]++
				}
			default:
				t.Errorf("person %d is in %d systems", p.Key, len(p.In))
			}
		}
		if everywhere*10 < len(c.People)*8 {
			t.Errorf("%d of %d people are in all systems, want most", everywhere, len(c.People))
		}
		for _, system := range company.Systems() {
			if missing[system] == 0 || only[system] == 0 {
				t.Errorf("%s: %d missing only here, %d only here", system, missing[system], only[system])
			}
		}
	})
}

func TestNew_recordsDiffer(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		kinds := map[string]int{}
		for _, p := range c.People {
			for _, r := range p.In {
				if r.Code != p.Code {
					kinds[codeKind(t, p.Code, r.Code)]++
				}
				if r.Family != p.Family {
					pair := []string{p.Family, r.Family}
					slices.Sort(pair)
					kinds[strings.Join(pair, "/")]++
				}
				if r.Email != p.Email {
					kinds["mail"]++
				}
			}
		}
		for kind, most := range map[string]int{
			"lower case": 3, "no letter": 3, "no zeros": 3, "mail": 3,
			"高橋/髙橋": 2, "山崎/山﨑": 2, "宮崎/宮﨑": 2, "渡辺/渡邊": 2,
		} {
			if kinds[kind] < 1 || kinds[kind] > most {
				t.Errorf("%s: %d records, want 1 to %d", kind, kinds[kind], most)
			}
			delete(kinds, kind)
		}
		if len(kinds) > 0 {
			t.Errorf("unexpected differences: %v", kinds)
		}
	})
}

func codeKind(t *testing.T, want, got string) string {
	t.Helper()
	switch {
	case got == strings.ToLower(want):
		return "lower case"
	case "E"+got == want:
		return "no letter"
	case strings.TrimLeft(want, "E0") == got:
		return "no zeros"
	default:
		t.Errorf("code %q is written %q", want, got)
		return "other"
	}
}

func TestNew_retiredAndOnLeave(t *testing.T) {
	t.Parallel()
	sizes(t, func(t *testing.T, c *company.Company) {
		retired, listed, onLeave := 0, 0, 0
		for _, p := range c.People {
			if p.OnLeave {
				onLeave++
			}
			if p.RetiredOn == nil {
				continue
			}
			retired++
			if !p.RetiredOn.Before(c.Today) || p.RetiredOn.Before(p.HiredOn) {
				t.Errorf("person %d: hired %s, retired %s", p.Key, p.HiredOn, p.RetiredOn)
			}
			_, yesod := p.In[company.Yesod]
			_, carely := p.In[company.Carely]
			_, akashi := p.In[company.Akashi]
			if !yesod || !carely {
				t.Errorf("person %d: YESOD and Carely keep the retired", p.Key)
			}
			if akashi {
				listed++
			}
		}
		if retired < 8 || listed == 0 || listed*2 > retired || onLeave < 2 || onLeave > 60 {
			t.Errorf("%d retired, %d of them in AKASHI, %d on leave", retired, listed, onLeave)
		}
	})
}
