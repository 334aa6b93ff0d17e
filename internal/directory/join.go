package directory

import (
	"cmp"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Joining is the one place that decides which records are one person. Today the
// rule is the strictest there is, employee codes equal character by character,
// because a wrong join shows somebody else's data while a missed one shows two
// rows. Further rules are added as functions beside sameCode.

// group is the records of one person, in the order of hr.Systems.
type group []sources.Person

// join groups records. Within one link every record is a person of its own: a
// second record with the same code starts a new group.
func join(people []sources.Person) []group {
	sorted := slices.Clone(people)
	slices.SortStableFunc(sorted, func(a, b sources.Person) int {
		return cmp.Or(
			cmp.Compare(rank(a.Ref.System), rank(b.Ref.System)),
			cmp.Compare(a.Ref.Name, b.Ref.Name),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Ref.ID, b.Ref.ID))
	})
	var groups []group
	byCode := map[string][]int{}
	for _, p := range sorted {
		if i, ok := sameCode(p, groups, byCode); ok {
			groups[i] = append(groups[i], p)
			continue
		}
		if p.Code != "" {
			byCode[p.Code] = append(byCode[p.Code], len(groups))
		}
		groups = append(groups, group{p})
	}
	return groups
}

// sameCode finds the first group with p's code that holds no record of p's link.
func sameCode(p sources.Person, groups []group, byCode map[string][]int) (int, bool) {
	if p.Code == "" {
		return 0, false
	}
	for _, i := range byCode[p.Code] {
		if !slices.ContainsFunc(groups[i], func(q sources.Person) bool { return q.Ref.Link == p.Ref.Link }) {
			return i, true
		}
	}
	return 0, false
}

func rank(s hr.System) int { return slices.Index(hr.Systems(), s) }
