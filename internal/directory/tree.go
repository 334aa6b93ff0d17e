package directory

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Tree is the company's organisations at one moment. It is immutable.
//
// AKASHI owns the tree. Units of other systems are joined to it by code, where
// exactly one unit has that code; the rest are listed as unmatched, in their
// own system's hierarchy.
type Tree struct {
	// Organizations is ordered by path, parents before children.
	Organizations []*hr.Organization
	Sources       []hr.Source

	byID     map[hr.OrganizationID]*hr.Organization // every record's id
	children map[hr.OrganizationID][]*hr.Organization
}

func newTree(units []*sources.Unit, states []hr.Source) *Tree {
	t := &Tree{
		Sources:  states,
		byID:     map[hr.OrganizationID]*hr.Organization{},
		children: map[hr.OrganizationID][]*hr.Organization{},
	}
	sorted := slices.Clone(units)
	slices.SortStableFunc(sorted, func(a, b *sources.Unit) int {
		return cmp.Or(cmp.Compare(rank(a.Ref.System), rank(b.Ref.System)), cmp.Compare(a.Ref.Name, b.Ref.Name))
	})
	byCode := codes(sorted)
	parents := map[hr.OrganizationID]hr.Ref{}
	for _, u := range sorted {
		link := hr.OrganizationLink{System: u.Ref.System, Link: u.Ref.Name, VendorID: u.Ref.ID}
		if owner, ok := t.byID[unitID(byCode[u.Code])]; ok && u.Code != "" && u.Ref.System != hr.Akashi {
			owner.Links = append(owner.Links, link)
			t.byID[unitID(u.Ref)] = owner
			continue
		}
		o := &hr.Organization{
			ID: unitID(u.Ref), Name: u.Name, Links: []hr.OrganizationLink{link},
			Unmatched: u.Ref.System != hr.Akashi,
		}
		if u.Code != "" {
			o.Code = &u.Code
		}
		t.byID[o.ID] = o
		t.Organizations = append(t.Organizations, o)
		parents[o.ID] = u.Parent
	}
	t.connect(parents)
	return t
}

// codes returns the AKASHI unit of each code that only one AKASHI unit has.
func codes(units []*sources.Unit) map[string]hr.Ref {
	byCode, twice := map[string]hr.Ref{}, map[string]bool{}
	for _, u := range units {
		if u.Code == "" || u.Ref.System != hr.Akashi {
			continue
		}
		if _, ok := byCode[u.Code]; ok {
			twice[u.Code] = true
		}
		byCode[u.Code] = u.Ref
	}
	for code := range twice {
		delete(byCode, code)
	}
	return byCode
}

// connect sets parents, paths and children. A parent that is unknown, or that
// would close a circle, makes a top unit.
func (t *Tree) connect(parents map[hr.OrganizationID]hr.Ref) {
	for _, o := range t.Organizations {
		if p, ok := t.byID[unitID(parents[o.ID])]; ok && p != o && !t.above(p, o) {
			o.ParentID = p.ID
		}
	}
	for _, o := range t.Organizations {
		names := []string{o.Name}
		for _, a := range t.nearestFirst(o) {
			names = append(names, a.Name)
		}
		slices.Reverse(names)
		o.Path = strings.Join(names, "/")
	}
	slices.SortFunc(t.Organizations, func(a, b *hr.Organization) int { return cmp.Compare(a.SortKey(), b.SortKey()) })
	for _, o := range t.Organizations {
		t.children[o.ParentID] = append(t.children[o.ParentID], o)
	}
}

// above tells whether o is p or lies above p.
func (t *Tree) above(p, o *hr.Organization) bool {
	for p != nil {
		if p == o {
			return true
		}
		p = t.byID[p.ParentID]
	}
	return false
}

// Resolve returns the unit that an id names, by whichever system's record.
func (t *Tree) Resolve(id hr.OrganizationID) (*hr.Organization, bool) {
	if t == nil || id == "" {
		return nil, false
	}
	o, ok := t.byID[id]
	return o, ok
}

// Ancestors returns the units above o, the top one first.
func (t *Tree) Ancestors(o *hr.Organization) []*hr.Organization {
	up := t.nearestFirst(o)
	slices.Reverse(up)
	return up
}

func (t *Tree) nearestFirst(o *hr.Organization) []*hr.Organization {
	var up []*hr.Organization
	for p := t.byID[o.ParentID]; p != nil; p = t.byID[p.ParentID] {
		up = append(up, p)
	}
	return up
}

// Children returns the units right below o.
func (t *Tree) Children(o *hr.Organization) []*hr.Organization { return t.children[o.ID] }

// Below returns the ids by which o and all units below it may be named,
// including the ids of joined records.
func (t *Tree) Below(roots ...hr.OrganizationID) map[hr.OrganizationID]bool {
	inside := map[*hr.Organization]bool{}
	var visit func(o *hr.Organization)
	visit = func(o *hr.Organization) {
		if inside[o] {
			return
		}
		inside[o] = true
		for _, c := range t.children[o.ID] {
			visit(c)
		}
	}
	for _, id := range roots {
		if o, ok := t.Resolve(id); ok {
			visit(o)
		}
	}
	return t.names(inside)
}

// Names returns every id by which one unit may be named.
func (t *Tree) Names(id hr.OrganizationID) map[hr.OrganizationID]bool {
	o, ok := t.Resolve(id)
	if !ok {
		return map[hr.OrganizationID]bool{}
	}
	return t.names(map[*hr.Organization]bool{o: true})
}

func (t *Tree) names(inside map[*hr.Organization]bool) map[hr.OrganizationID]bool {
	ids := map[hr.OrganizationID]bool{}
	for id, o := range t.byID {
		if inside[o] {
			ids[id] = true
		}
	}
	return ids
}

func (t *Tree) anyIs(ids []hr.OrganizationID, id hr.OrganizationID) bool {
	return slices.ContainsFunc(ids, func(i hr.OrganizationID) bool {
		o, ok := t.Resolve(i)
		return ok && o.ID == id
	})
}
