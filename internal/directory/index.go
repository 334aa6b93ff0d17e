package directory

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Index is everybody, at one moment. It is immutable.
type Index struct {
	// Employees is ordered by code, then id.
	Employees []*hr.Employee
	// Sources says what each link contributed.
	Sources []hr.Source
	// BuiltAt is when the index was made.
	BuiltAt time.Time

	// Conflicts are the records of which it is not certain that they are one
	// person or several, in the order of their keys.
	Conflicts []*hr.IdentityConflict

	byID    map[hr.EmployeeID]*hr.Employee
	byCode  map[string]claim
	byRef   map[hr.Ref]*entry
	folded  map[hr.EmployeeID]string
	coded   coded
	counted sync.Once
	sizes   map[hr.Link]int // once it is counted
	managed []*hr.Employee  // employees who manage something
	trust   Trust
	// undecided says that what HR decided about identities could not be read yet.
	undecided bool
}

// entry is a record and whom it belongs to.
type entry struct {
	employee *hr.Employee
	person   *sources.Person
}

// newIndex makes employees of groups under their ids.
func newIndex(j joined, ids []hr.EmployeeID, states []hr.Source, now time.Time, trust Trust) *Index {
	groups := j.groups
	x := &Index{
		Employees: make([]*hr.Employee, len(groups)),
		Sources:   states,
		BuiltAt:   now,
		byID:      make(map[hr.EmployeeID]*hr.Employee, len(groups)),
		byCode:    make(map[string]claim, len(groups)),
		byRef:     map[hr.Ref]*entry{},
		folded:    make(map[hr.EmployeeID]string, len(groups)),
		trust:     trust,
	}
	today := hr.DateOf(now)
	for i, g := range groups {
		e := merge(ids[i], g, today, &trust)
		x.Employees[i] = e
		x.byID[e.ID] = e
		for _, r := range g {
			x.byRef[r.Ref] = &entry{employee: e, person: r.Person}
		}
		x.folded[e.ID] = haystack(g)
		if len(e.Manages) > 0 {
			x.managed = append(x.managed, e)
		}
	}
	slices.SortFunc(x.Employees, func(a, b *hr.Employee) int { return cmp.Compare(a.SortKey(), b.SortKey()) })
	x.indexCodes(groups)
	x.Conflicts = describe(j.conflicts, func(ref hr.Ref) hr.EmployeeID { return x.byRef[ref].employee.ID })
	slices.SortFunc(x.Conflicts, func(a, b *hr.IdentityConflict) int { return cmp.Compare(a.SortKey(), b.SortKey()) })
	return x
}

// indexCodes lets everybody be found by each of their codes. A code that several
// people have names the one whom the first system, of those that have the code,
// knows by it; if that system gives it to several people it names nobody: rights
// hang on it.
func (x *Index) indexCodes(groups []group) {
	for _, g := range groups {
		for _, r := range g {
			if r.Code == "" {
				continue
			}
			e, at := x.byRef[r.Ref].employee, rank(r.Ref.System)
			switch c, ok := x.byCode[r.Code]; {
			case !ok || at < c.rank:
				x.byCode[r.Code] = claim{at, e}
			case at == c.rank && c.employee != e:
				x.byCode[r.Code] = claim{at, nil}
			}
		}
	}
}

// claim is whom a code names, nil if several people, and the rank of the system
// that says so.
type claim struct {
	rank     int
	employee *hr.Employee
}

// haystack is what a text search looks into: every system's spelling, each once.
func haystack(g group) string {
	lines := make([]string, 0, 4*len(g))
	for _, r := range g {
		for _, line := range []string{r.name.whole, r.name.wholeKana, hr.Fold(r.Code), hr.Fold(r.Email)} {
			if line != "" && !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return strings.Join(lines, "\n")
}

// ByID returns the employee of an id, also of one given up in a merge.
func (x *Index) ByID(id hr.EmployeeID) (*hr.Employee, bool) {
	if e, ok := x.byID[id]; ok {
		return e, true
	}
	kind, ref, err := hr.DecodeID(string(id))
	if err != nil || kind != hr.KindEmployee {
		return nil, false
	}
	return x.ByRef(ref)
}

// ByCode returns the employee to whom a system gives exactly this code, if that
// is one person.
func (x *Index) ByCode(code string) (*hr.Employee, bool) {
	c := x.byCode[code]
	return c.employee, c.employee != nil
}

// Self is ByCode for whoever's rights hang on the answer; nil without a fault is
// nobody. Who is who is not certain enough for that while a system whose word
// would count for more was never read, since it may give the code to somebody
// else, or while it is not known whom HR took a record off.
func (x *Index) Self(code string) (*hr.Employee, *fault.Error) {
	if code == "" {
		return nil, nil
	}
	if x.undecided {
		return nil, fault.New(fault.UpstreamUnavailable, "whose records are yours is not known until the store is there; "+
			"try again later")
	}
	c, found := x.byCode[code]
	for _, s := range x.Sources {
		if s.Link != nil && s.AsOf == nil && (!found || rank(s.System) < c.rank) {
			f := fault.Upstream(fault.UpstreamUnavailable, string(s.System), *s.Link,
				"who you are is not known until this system's people have been read; try again later")
			return nil, f
		}
	}
	return c.employee, nil
}

// ByRef returns the employee whom a record belongs to.
func (x *Index) ByRef(ref hr.Ref) (*hr.Employee, bool) {
	if r, ok := x.byRef[ref]; ok {
		return r.employee, true
	}
	return nil, false
}

// Record returns a system's record as its roster gave it.
func (x *Index) Record(ref hr.Ref) (*sources.Person, bool) {
	if r, ok := x.byRef[ref]; ok {
		return r.person, true
	}
	return nil, false
}

// Provenance tells where e's fields are from and what each record says of them.
func (x *Index) Provenance(e *hr.Employee) []*hr.Provenance {
	people := make([]*sources.Person, 0, len(e.Links))
	for _, l := range e.Links {
		if p, ok := x.Record(l.Ref()); ok {
			people = append(people, p)
		}
	}
	return provenance(people, hr.DateOf(x.BuiltAt), &x.trust)
}

// Matches tells whether all words occur in any system's spelling of e's name,
// reading, code or e-mail address.
func (x *Index) Matches(e *hr.Employee, words []string) bool {
	return hr.ContainsWords(x.folded[e.ID], words)
}

// Size returns how many records of a link the index holds.
func (x *Index) Size(link hr.Link) int {
	x.counted.Do(func() {
		x.sizes = map[hr.Link]int{}
		for ref := range x.byRef {
			x.sizes[ref.Link]++
		}
	})
	return x.sizes[link]
}

// ManagersOf returns those who manage e's organisation or one above it, the
// nearest first, e excluded.
func (x *Index) ManagersOf(e *hr.Employee, tree *Tree) []*hr.Employee {
	unit, ok := tree.Resolve(e.OrganizationID)
	if !ok {
		return nil
	}
	var managers []*hr.Employee
	line := append([]*hr.Organization{unit}, tree.nearestFirst(unit)...)
	for _, o := range line {
		for _, m := range x.managed {
			if m.ID != e.ID && tree.anyIs(m.Manages, o.ID) && !slices.Contains(managers, m) {
				managers = append(managers, m)
			}
		}
	}
	return managers
}
