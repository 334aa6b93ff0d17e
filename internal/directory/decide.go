package directory

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/store"
)

// Link decides that records are one person. Whatever the rules join with any of
// them comes along. by is the name of the caller's key.
func (d *Directory) Link(ctx context.Context, by string, records []hr.Ref) (*hr.IdentityDecision, error) {
	if len(records) < 2 || len(records) > mostRecords {
		return nil, fault.New(fault.BadUserInput, "2 to %d records can be linked", mostRecords)
	}
	for i, r := range records {
		if slices.ContainsFunc(records[:i], func(q hr.Ref) bool { return q.Link == r.Link }) {
			return nil, fault.New(fault.BadUserInput, "two records of one link are two people and cannot be linked")
		}
	}
	return d.decide(ctx, verdict{Kind: hr.DecisionLink, By: by, Records: refsOf(records)}, func(j joined) error {
		i := slices.IndexFunc(j.groups, func(g group) bool { return g.has(records[0]) })
		for _, r := range records {
			if !j.groups[i].has(r) {
				return fault.New(fault.BadUserInput, "one of the people already has another record of the same link by "+
					"hand; unlink that record first")
			}
		}
		return nil
	})
}

// Unlink takes a record off the employee it belongs to. No rule joins it again;
// Link does, and so does undoing this decision.
func (d *Directory) Unlink(ctx context.Context, by string, record hr.Ref) (*hr.IdentityDecision, error) {
	v := verdict{Kind: hr.DecisionUnlink, By: by, Records: refsOf([]hr.Ref{record})}
	return d.decide(ctx, v, func(joined) error { return nil })
}

// Undo takes a decision back, as if it had never been made. Undoing twice is no
// error and changes nothing.
func (d *Directory) Undo(ctx context.Context, by string, number int) (*hr.IdentityDecision, error) {
	history, err := d.ledger.history(ctx)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(history, func(h *hr.IdentityDecision) bool { return h.Number == number })
	if i < 0 {
		return nil, fault.New(fault.NotFound, "no decision has this number")
	}
	if history[i].UndoneAt != nil {
		return history[i], nil
	}
	undone := verdict{Kind: undo, By: by, Records: history[i].Records, Undoes: number}
	if _, err := d.decide(ctx, undone, func(joined) error { return nil }); err != nil {
		return nil, err
	}
	if history, err = d.ledger.history(ctx); err != nil {
		return nil, err
	}
	return history[slices.IndexFunc(history, func(h *hr.IdentityDecision) bool { return h.Number == number })], nil
}

// Decisions returns all decisions, the latest first.
func (d *Directory) Decisions(ctx context.Context) ([]*hr.IdentityDecision, error) {
	return d.ledger.history(ctx)
}

// decide works out what a verdict changes, checks it, stores it and lets the
// next reading see it. When another process decided at the same time, it begins
// anew with that decision.
func (d *Directory) decide(ctx context.Context, v verdict, check func(joined) error) (*hr.IdentityDecision, error) {
	for range 5 {
		index, err := d.Index(ctx)
		if err != nil {
			return nil, err
		}
		touched, err := index.groupsOf(v.Records, v.Kind == undo)
		if err != nil {
			return nil, err
		}
		v.At, v.Before = d.now().In(hr.JST).Truncate(time.Second), touched
		known, change := d.ledger.preview(ctx, v)
		if change < 0 {
			return nil, storeAway(store.ErrUnavailable)
		}
		j := join(index.people(), known)
		if err := check(j); err != nil {
			return nil, err
		}
		v.After = after(j, d.identities.preview(ctx, j.groups), touched)
		number, err := d.ledger.add(ctx, v, change)
		if errors.Is(err, store.ErrConflict) {
			continue
		}
		if err != nil {
			return nil, storeAway(err)
		}
		return v.describe(number, nil), nil
	}
	return nil, storeAway(store.ErrConflict)
}

// preview returns the rule as it would be with one more verdict.
func (l *ledger) preview(ctx context.Context, v verdict) (decided, int) {
	l.current(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	return fold(append(slices.Clip(l.all), v)), l.change
}

func refsOf(records []hr.Ref) []hr.RecordRef {
	out := make([]hr.RecordRef, len(records))
	for i, r := range records {
		out[i] = hr.RefOf(r)
	}
	return out
}

func (g group) has(ref hr.Ref) bool {
	return slices.ContainsFunc(g, func(r *record) bool { return r.Ref == ref })
}

// groupsOf returns how the people are made up whom records belong to. Records
// that no longer exist may be left out of what is taken back, of nothing else.
func (x *Index) groupsOf(records []hr.RecordRef, lenient bool) ([]hr.RecordGroup, error) {
	var out []hr.RecordGroup
	for _, r := range records {
		e, ok := x.ByRef(r.Ref())
		if !ok && lenient {
			continue
		}
		if !ok {
			return nil, fault.New(fault.NotFound, "a system has no record of this id, or its records could not be read")
		}
		if slices.ContainsFunc(out, func(g hr.RecordGroup) bool { return g.EmployeeID == e.ID }) {
			continue
		}
		g := hr.RecordGroup{EmployeeID: e.ID}
		for _, l := range e.Links {
			g.Records = append(g.Records, hr.RefOf(l.Ref()))
		}
		out = append(out, g)
	}
	return out, nil
}

// after returns how the records of some people will be grouped.
func after(j joined, ids []hr.EmployeeID, before []hr.RecordGroup) []hr.RecordGroup {
	of := map[hr.Ref]bool{}
	for _, g := range before {
		for _, r := range g.Records {
			of[r.Ref()] = true
		}
	}
	var out []hr.RecordGroup
	for i, g := range j.groups {
		if slices.ContainsFunc(g, func(r *record) bool { return of[r.Ref] }) {
			row := hr.RecordGroup{EmployeeID: ids[i]}
			for _, r := range g {
				row.Records = append(row.Records, hr.RefOf(r.Ref))
			}
			out = append(out, row)
		}
	}
	return out
}

// people returns all records of the index.
func (x *Index) people() []*sources.Person {
	out := make([]*sources.Person, 0, len(x.byRef))
	for _, r := range x.byRef {
		out = append(out, r.person)
	}
	return out
}
