package directory

import (
	"cmp"
	"slices"
	"strings"
	"time"

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

	byID    map[hr.EmployeeID]*hr.Employee
	byCode  map[string]*hr.Employee
	byRef   map[hr.Ref]*hr.Employee
	records map[hr.Ref]*sources.Person
	folded  map[hr.EmployeeID]string
	managed []*hr.Employee // employees who manage something
}

// newIndex joins the groups under their ids.
func newIndex(groups []group, ids []hr.EmployeeID, states []hr.Source, now time.Time) *Index {
	x := &Index{
		Employees: make([]*hr.Employee, len(groups)),
		Sources:   states,
		BuiltAt:   now,
		byID:      make(map[hr.EmployeeID]*hr.Employee, len(groups)),
		byCode:    make(map[string]*hr.Employee, len(groups)),
		byRef:     map[hr.Ref]*hr.Employee{},
		records:   map[hr.Ref]*sources.Person{},
		folded:    make(map[hr.EmployeeID]string, len(groups)),
	}
	today := hr.DateOf(now)
	for i, g := range groups {
		e := merge(ids[i], g, today)
		x.Employees[i] = e
		x.byID[e.ID] = e
		for j := range g {
			x.byRef[g[j].Ref] = e
			x.records[g[j].Ref] = &g[j]
		}
		x.folded[e.ID] = haystack(g)
		if len(e.Manages) > 0 {
			x.managed = append(x.managed, e)
		}
	}
	slices.SortFunc(x.Employees, func(a, b *hr.Employee) int { return cmp.Compare(a.SortKey(), b.SortKey()) })
	for _, e := range slices.Backward(x.Employees) {
		if e.Code != nil {
			x.byCode[*e.Code] = e
		}
	}
	return x
}

// haystack is what a text search looks into: every system's spelling.
func haystack(g group) string {
	var b strings.Builder
	for _, p := range g {
		for _, s := range []string{p.Family + p.Given, p.FamilyKana + p.GivenKana, p.Code, p.Email} {
			b.WriteString(hr.Fold(s))
			b.WriteByte('\n')
		}
	}
	return b.String()
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

// ByCode returns the employee with exactly this code.
func (x *Index) ByCode(code string) (*hr.Employee, bool) {
	e, ok := x.byCode[code]
	return e, ok
}

// ByRef returns the employee whom a record belongs to.
func (x *Index) ByRef(ref hr.Ref) (*hr.Employee, bool) {
	e, ok := x.byRef[ref]
	return e, ok
}

// Record returns a system's record as its roster gave it.
func (x *Index) Record(ref hr.Ref) (*sources.Person, bool) {
	p, ok := x.records[ref]
	return p, ok
}

// Matches tells whether all words occur in any system's spelling of e's name,
// reading, code or e-mail address.
func (x *Index) Matches(e *hr.Employee, words []string) bool {
	return hr.ContainsWords(x.folded[e.ID], words)
}

// Size returns how many records of a link the index holds.
func (x *Index) Size(link hr.Link) int {
	n := 0
	for ref := range x.records {
		if ref.Link == link {
			n++
		}
	}
	return n
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
