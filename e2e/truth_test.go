package e2e_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// The systems as the schema names them.
const (
	akashiSystem = "AKASHI"
	jobcanSystem = "JOBCAN"
	carelySystem = "CARELY"
	yesodSystem  = "YESOD"
)

// truth is what the four simulators say they hold, and what follows from it by
// the rules that the schema and the documents promise, worked out here anew.
type truth struct {
	akashi akashi.Dump
	jobcan jobcan.State
	carely carely.State
	yesod  yesod.State

	people []*person // by code, then system and id of the first record
	stamps map[string][]stampRow
	days   map[string][]workRow
}

// person is the records of one person, one of each system at most.
type person struct {
	code   string // as the gateway shows it
	emails []string
	akashi *akashi.DumpStaff
	jobcan *jobcan.Employee
	carely *carely.Customer
	yesod  *yesod.MemberRow
}

// known is the truth once it was read. Every demo of these tests has the same
// company, and reading it takes long.
var known struct {
	once  sync.Once
	truth *truth
}

// truth returns what the dumps say. Nothing changes what they hold.
func (d *demo) truth(t *testing.T) *truth {
	t.Helper()
	known.once.Do(func() {
		w := &truth{
			akashi: dump[akashi.Dump](t, d.Simulators.Akashi), jobcan: dump[jobcan.State](t, d.Simulators.Jobcan),
			carely: dump[carely.State](t, d.Simulators.Carely), yesod: dump[yesod.State](t, d.Simulators.Yesod),
		}
		for _, n := range []int{
			len(w.akashi.Staffs), len(w.jobcan.Employees), len(w.carely.Customers), len(w.yesod.Members),
		} {
			if n < 200 {
				t.Fatalf("a dump holds only %d people", n)
			}
		}
		w.join(t)
		w.stamps = w.allStamps(t)
		w.days = w.allDays(t)
		known.truth = w
	})
	if known.truth == nil {
		t.Fatal("the dumps could not be read; another test says why")
	}
	return known.truth
}

// join makes one person of all records with the same code, and of those whose
// code one system spells differently: they have the same address.
func (w *truth) join(t *testing.T) {
	t.Helper()
	byCode := map[string]*person{}
	of := func(code, email string) *person {
		if code == "" || email == "" {
			t.Fatal("a record without a code or an address: the tests would have to learn about those")
		}
		if byCode[code] == nil {
			byCode[code] = &person{code: code}
		}
		p := byCode[code]
		p.emails = append(p.emails, email)
		return p
	}
	twice := func(code string, taken bool) {
		if taken {
			t.Fatalf("code %s occurs twice in one system: the tests would have to learn about those", code)
		}
	}
	for i := range w.akashi.Staffs {
		p := of(w.akashi.Staffs[i].Code, w.akashi.Staffs[i].Email)
		twice(p.code, p.akashi != nil)
		p.akashi = &w.akashi.Staffs[i]
	}
	for i := range w.jobcan.Employees {
		p := of(w.jobcan.Employees[i].Code, w.jobcan.Employees[i].Email)
		twice(p.code, p.jobcan != nil)
		p.jobcan = &w.jobcan.Employees[i]
	}
	for i := range w.carely.Customers {
		p := of(str(w.carely.Customers[i].EmployeeNumber), str(w.carely.Customers[i].Email))
		twice(p.code, p.carely != nil)
		p.carely = &w.carely.Customers[i]
	}
	for i := range w.yesod.Members {
		p := of(w.yesod.Members[i].EmployeeNumber, w.yesod.Members[i].Email)
		twice(p.code, p.yesod != nil)
		p.yesod = &w.yesod.Members[i]
	}
	w.people = respelt(t, slices.SortedFunc(maps.Values(byCode), func(a, b *person) int { return cmp.Compare(a.code, b.code) }))
}

// respelt joins people who share an address: one of them is the only record of a
// system that spells the code in its own way.
func respelt(t *testing.T, people []*person) []*person {
	t.Helper()
	byEmail := map[string]*person{}
	var out []*person
	for _, p := range people {
		var same *person
		for _, email := range p.emails {
			if q := byEmail[email]; q != nil && q != p {
				same = q
			}
			byEmail[email] = p
		}
		if same == nil {
			out = append(out, p)
			continue
		}
		lone, other := p, same
		if len(lone.vendorIDs()) > 1 {
			lone, other = same, p
		}
		if len(lone.vendorIDs()) != 1 {
			t.Fatalf("%s and %s share an address: the tests would have to learn about those", p.code, same.code)
		}
		switch {
		case lone.akashi != nil:
			other.akashi = lone.akashi
		case lone.jobcan != nil:
			other.jobcan = lone.jobcan
		case lone.carely != nil:
			other.carely = lone.carely
		default:
			other.yesod = lone.yesod
		}
		out = slices.DeleteFunc(out, func(q *person) bool { return q == lone || q == other })
		out = append(out, other)
		for _, email := range other.emails {
			byEmail[email] = other
		}
	}
	slices.SortFunc(out, func(a, b *person) int { return cmp.Compare(a.code, b.code) })
	return out
}

// vendorIDs is the person's id in each system that knows them.
func (p *person) vendorIDs() map[string]string {
	ids := map[string]string{}
	if p.akashi != nil {
		ids[akashiSystem] = strconv.Itoa(p.akashi.StaffID)
	}
	if p.jobcan != nil {
		ids[jobcanSystem] = strconv.FormatInt(p.jobcan.ID, 10)
	}
	if p.carely != nil {
		ids[carelySystem] = str(p.carely.UUID)
	}
	if p.yesod != nil {
		ids[yesodSystem] = p.yesod.ID
	}
	return ids
}

// find returns the person with a code.
func (w *truth) find(t *testing.T, code string) *person {
	t.Helper()
	i := slices.IndexFunc(w.people, func(p *person) bool { return p.code == code })
	if i < 0 {
		t.Fatalf("no dump knows the code %s", code)
	}
	return w.people[i]
}

// those returns the people who fit.
func (w *truth) those(fits func(*person) bool) []*person {
	var out []*person
	for _, p := range w.people {
		if fits(p) {
			out = append(out, p)
		}
	}
	return out
}

func codes(people []*person) []string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = p.code
	}
	return out
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// list writes texts as a GraphQL list.
func list(texts []string) string {
	quoted := make([]string, len(texts))
	for i, s := range texts {
		quoted[i] = fmt.Sprintf("%q", s)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
