package directory

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// conflict is records that a rule would have joined but for a reason, or has
// joined in spite of one.
type conflict struct {
	reason hr.ConflictReason
	// doubt says that the rule joins all the same.
	doubt   bool
	records []*record
}

// mostInConflict bounds what one conflict lists: a code that hundreds share is
// one conflict, and the first records show what it is about.
const mostInConflict = 20

// ambiguous notes that the key of a bucket fits in several ways.
func (j *joiner) ambiguous(members []*record) { j.note(hr.ConflictAmbiguous, false, members) }

// contradiction notes what speaks against two clusters of a bucket: the records
// that have the key.
func (j *joiner) contradiction(v judgement, members []*record, a, b *cluster) {
	var of []*record
	for _, r := range members {
		if r.home == a || r.home == b {
			of = append(of, r)
		}
	}
	j.note(v.reason, v.confidence > 0, of)
}

func (j *joiner) note(reason hr.ConflictReason, doubt bool, records []*record) {
	records = slices.Clone(records[:min(len(records), mostInConflict)])
	var key strings.Builder
	for _, r := range records {
		key.WriteString(r.Ref.String())
		key.WriteByte('\n')
	}
	// A pair that an earlier, stronger rule spoke of is told once.
	if _, ok := j.found[key.String()]; !ok {
		j.found[key.String()] = conflict{reason: reason, doubt: doubt, records: records}
	}
}

// conflicts returns what is still open after all rules, in a fixed order.
func (j *joiner) conflicts() []conflict {
	open := slices.DeleteFunc(slices.Collect(maps.Values(j.found)), func(c conflict) bool {
		return c.settled() && (!c.doubt || !c.joined())
	})
	slices.SortFunc(open, func(a, b conflict) int {
		return cmp.Or(slices.CompareFunc(a.records, b.records, compareRecords), cmp.Compare(a.reason, b.reason))
	})
	return open
}

// joined tells whether the records became one person.
func (c *conflict) joined() bool {
	return !slices.ContainsFunc(c.records, func(r *record) bool { return r.home != c.records[0].home })
}

// settled tells whether the records can no longer be joined: they are, or the
// people they belong to both have a record of the same link.
func (c *conflict) settled() bool {
	for i, a := range c.records {
		for _, b := range c.records[:i] {
			if a.home != b.home && mayJoin(a.home, b.home) {
				return false
			}
		}
	}
	return true
}

// describe makes the conflicts that are shown.
func describe(found []conflict, of func(hr.Ref) hr.EmployeeID) []*hr.IdentityConflict {
	out := make([]*hr.IdentityConflict, len(found))
	for i, c := range found {
		row := &hr.IdentityConflict{Reason: c.reason, Joined: c.joined()}
		for _, r := range c.records {
			row.Records = append(row.Records, identityRecord(r.Person, of(r.Ref)))
		}
		out[i] = row
	}
	return out
}

func identityRecord(p *sources.Person, of hr.EmployeeID) hr.IdentityRecord {
	out := hr.IdentityRecord{System: p.Ref.System, Link: p.Ref.Name, VendorID: p.Ref.ID, EmployeeID: of}
	out.Name = strings.TrimSpace(p.Family + " " + p.Given)
	if p.Code != "" {
		out.Code = &p.Code
	}
	if p.Email != "" {
		out.Email = &p.Email
	}
	return out
}
