package directory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// record is one system's record with the forms of it that are compared.
type record struct {
	*sources.Person
	plain  string // the code without what people vary when they type it
	digits string // the number in the code
	email  string
	name   nameForm
	// solo records were taken off an employee by hand: no rule joins them.
	solo bool
	// byHand records were linked by hand to another record of their cluster.
	byHand bool
	home   *cluster
	// rule is by what the record came to an older one; "" for the oldest.
	rule       hr.MatchRule
	confidence float64
}

func newRecord(p *sources.Person, solo bool) record {
	r := record{Person: p, solo: solo, plain: plainCode(p.Code), email: plainEmail(p.Email), name: formOf(p)}
	r.digits = strings.TrimLeft(strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, r.plain), "0")
	return r
}

// plainCode drops from a code what differs between systems that mean the same
// one: width, case, spaces, hyphens, and zeros before the number (spreadsheets
// lose them), whether it begins the code or follows letters.
func plainCode(code string) string {
	text := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) || unicode.Is(unicode.Pd, c) || c == '\u2212' || c == 'ー' {
			return -1
		}
		return c
	}, strings.ToLower(norm.NFKC.String(code)))
	var b strings.Builder
	number := false // a digit other than a leading zero was met
	for i, c := range text {
		if c == '0' && !number && digitFollows(text[i+1:]) {
			continue
		}
		number = number || c >= '0' && c <= '9'
		b.WriteRune(c)
	}
	return b.String()
}

func digitFollows(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// plainEmail is an address as addresses are compared, "" for what is none.
func plainEmail(s string) string {
	s = strings.ToLower(strings.TrimSpace(norm.NFKC.String(s)))
	local, host, ok := strings.Cut(s, "@")
	if !ok || local == "" || host == "" {
		return ""
	}
	return s
}

// codesDiffer tells whether both records have a code and the codes cannot mean
// the same. A code that lacks only the other's letters (00042 and E00042) can.
func codesDiffer(a, b *record) bool {
	switch {
	case a.plain == "" || b.plain == "" || a.plain == b.plain:
		return false
	case a.digits == "" || a.digits != b.digits:
		return true
	}
	return !isNumber(a.plain) && !isNumber(b.plain)
}

func isNumber(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return c < '0' || c > '9' })
}

// nameForm is a name as names are compared.
type nameForm struct {
	family, given, whole string
	givenKana, wholeKana string
	latin                bool // nothing but Latin letters
}

func formOf(p *sources.Person) nameForm {
	n := nameForm{family: hr.Fold(p.Family), given: hr.Fold(p.Given), givenKana: hr.Fold(p.GivenKana)}
	n.whole = n.family + n.given
	n.wholeKana = hr.Fold(p.FamilyKana) + n.givenKana
	n.latin = n.whole != "" && !strings.ContainsFunc(n.whole, func(c rune) bool {
		return unicode.IsLetter(c) && !unicode.Is(unicode.Latin, c)
	})
	return n
}

// opinion is what two records say of each other in one respect.
type opinion int

const (
	unknown opinion = iota // one of them does not tell
	agree
	differ
)

// names compares by the given name: family names change with marriage, given
// names hardly ever do. A name in Latin letters and one in kanji do not tell.
func names(a, b nameForm) opinion {
	switch {
	case a.whole == "" && a.wholeKana == "", b.whole == "" && b.wholeKana == "":
		return unknown
	case same(a.whole, b.whole), a.whole != "" && swapped(a.whole, b), same(a.wholeKana, b.wholeKana),
		same(a.whole, b.wholeKana), same(a.wholeKana, b.whole),
		same(a.given, b.given), same(a.givenKana, b.givenKana), same(a.given, b.givenKana), same(a.givenKana, b.given):
		return agree
	case a.whole == "" || b.whole == "" || a.latin != b.latin:
		return unknown
	case a.given == "" || b.given == "":
		return oneField(a, b)
	}
	return differ
}

// swapped tells whether a whole name is the other one with its parts exchanged.
func swapped(whole string, n nameForm) bool {
	rest, ok := strings.CutPrefix(whole, n.given)
	return ok && rest == n.family
}

// oneField compares names of which one stands in one field, without a space.
func oneField(a, b nameForm) opinion {
	if b.given == "" {
		a, b = b, a
	}
	switch {
	case b.given != "" && strings.HasSuffix(a.whole, b.given):
		return agree
	case b.given == "", strings.HasPrefix(a.whole, b.family), utf8.RuneCountInString(a.whole) < shortestWhole:
		return unknown
	}
	return differ
}

// shortestWhole is how many characters a family name and a given name have at
// least; fewer may be a family name alone.
const shortestWhole = 3

func same(a, b string) bool { return a != "" && a == b }

func emails(a, b string) opinion {
	switch {
	case a == "" || b == "":
		return unknown
	case a == b:
		return agree
	}
	return differ
}

// cluster is records that are known to be one person, in the order of hr.Systems.
type cluster struct{ records []*record }

// between asks every pair across two clusters: one that agrees outweighs all
// that differ, since the members of a cluster are one person already.
func between(a, b *cluster, ask func(x, y *record) opinion) opinion {
	all := unknown
	for _, x := range a.records {
		for _, y := range b.records {
			switch ask(x, y) {
			case agree:
				return agree
			case differ:
				all = differ
			case unknown:
			}
		}
	}
	return all
}

func byName(x, y *record) opinion  { return names(x.name, y.name) }
func byEmail(x, y *record) opinion { return emails(x.email, y.email) }

// mayJoin tells whether no link has a record in both.
func mayJoin(a, b *cluster) bool {
	return !slices.ContainsFunc(a.records, func(x *record) bool {
		return slices.ContainsFunc(b.records, func(y *record) bool { return x.Ref.Link == y.Ref.Link })
	})
}
