package reads

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/sources"
)

const (
	shiftCells    = "shifts"
	customerCells = "current_customer"
)

// Shifts returns one person's planned shifts in a link of Jobcan: one call, for
// at most 31 dates.
func (r *Reader) Shifts(ctx context.Context, linkName string, e *hr.Employee, dates []hr.Date) ([]*hr.Shift, error) {
	at := slices.IndexFunc(r.jobcan, func(j *sources.Jobcan) bool { return j.Link().Name == linkName })
	if at < 0 {
		return nil, notConnected(hr.Jobcan)
	}
	if most := plan.Documented().JobcanShiftsOf.Days; len(dates) == 0 || len(dates) > most {
		return nil, fault.New(fault.BadUserInput, "give 1 to %d dates", most)
	}
	j := r.jobcan[at]
	id, ok := recordOf(e, j.Link())
	if !ok {
		return []*hr.Shift{}, nil
	}
	dates = slices.Compact(slices.SortedFunc(slices.Values(dates), func(a, b hr.Date) int { return b.DaysUntil(a) }))
	var signature strings.Builder
	for _, d := range dates {
		signature.WriteString("/" + d.Compact())
	}
	rows, err := one(ctx, r, key(j, lookup.Record{Endpoint: shiftCells, Detail: signature.String(), Subject: id}),
		func(ctx context.Context) ([]*hr.Shift, error) { return j.Shifts(ctx, id, dates) })
	if err != nil {
		return nil, err
	}
	return append([]*hr.Shift{}, rows...), nil
}

// CarelyKind is a kind of unit that Carely lists.
type CarelyKind string

// The kinds.
const (
	CarelyDepartments   CarelyKind = "departments"
	CarelyWorkplaces    CarelyKind = "workplaces"
	CarelyGroupAnalyses CarelyKind = "group_analyses"
)

// CarelyGroups lists the units of a kind: one call.
func (r *Reader) CarelyGroups(
	ctx context.Context, linkName string, kind CarelyKind, branches []string,
) ([]*hr.CarelyGroup, error) {
	c, err := r.carelyOf(linkName)
	if err != nil {
		return nil, err
	}
	read := map[CarelyKind]func(context.Context, []string) ([]*hr.CarelyGroup, error){
		CarelyDepartments: c.Departments, CarelyWorkplaces: c.Workplaces, CarelyGroupAnalyses: c.GroupAnalyses,
	}[kind]
	rows, fe := one(ctx, r, key(c, lookup.Record{
		Endpoint: string(kind), Detail: fmt.Sprintf("%q", branches), Subject: lookup.Everybody,
	}),
		func(ctx context.Context) ([]*hr.CarelyGroup, error) { return read(ctx, branches) })
	if fe != nil {
		return nil, fe
	}
	return append([]*hr.CarelyGroup{}, rows...), nil
}

// CarelyCustomer returns the administrator behind a link's token: one call.
func (r *Reader) CarelyCustomer(ctx context.Context, linkName string) (*hr.CarelyCustomer, error) {
	c, err := r.carelyOf(linkName)
	if err != nil {
		return nil, err
	}
	rows, fe := one(ctx, r, key(c, lookup.Record{Endpoint: customerCells, Subject: lookup.Everybody}),
		func(ctx context.Context) ([]*hr.CarelyCustomer, error) {
			customer, err := c.CurrentCustomer(ctx)
			return []*hr.CarelyCustomer{customer}, err
		})
	if fe != nil {
		return nil, fe
	}
	return rows[0], nil
}

func (r *Reader) carelyOf(linkName string) (*sources.Carely, error) {
	for _, c := range r.carely {
		if c.Link().Name == linkName {
			return c, nil
		}
	}
	return nil, notConnected(hr.Carely)
}
