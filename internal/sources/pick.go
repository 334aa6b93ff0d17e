package sources

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

var (
	_ Picker = (*Akashi)(nil)
	_ Picker = (*Carely)(nil)
)

// pickedAtOnce bounds the staffs that are read at a time; the quota paces them.
const pickedAtOnce = 4

// PickCalls implements Picker: 6.4 reads one staff by id.
func (a *Akashi) PickCalls(n int) int { return plan.Documented().AkashiStaff.Calls(n) }

// Pick implements Picker. How AKASHI answers about a staff who is no longer there
// is not documented, so a refusal leaves it to the list.
func (a *Akashi) Pick(ctx context.Context, who []Known) ([]Person, error) {
	people := make([]Person, len(who))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(pickedAtOnce)
	for i, k := range who {
		g.Go(func() error {
			n, err := a.number(k.ID)
			if err != nil {
				return ErrMoved
			}
			staff, err := a.client.Staff(ctx, akashi.StaffID(n))
			if err != nil {
				return orMoved(err)
			}
			people[i] = a.person(&staff)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return people, nil
}

// orMoved makes a refusal to tell about somebody ErrMoved.
func orMoved(err error) error {
	if f, ok := errors.AsType[*fault.Error](err); ok &&
		(f.Code == fault.UpstreamRefused || f.Code == fault.NotFound) {
		return ErrMoved
	}
	return err
}

// PickCalls implements Picker: a page of customers is a call.
func (c *Carely) PickCalls(n int) int { return plan.Documented().CarelyCustomers.Pages(n) }

// Pick implements Picker: customers are found by their employee numbers; who has
// none is seen in the list only. Two customers may share a number, so others than
// those asked for may be among the answers.
func (c *Carely) Pick(ctx context.Context, who []Known) ([]Person, error) {
	query := carely.CustomersQuery{EmployeeNumbers: make([]string, len(who))}
	for i, k := range who {
		if k.Number == "" {
			return nil, ErrMoved
		}
		query.EmployeeNumbers[i] = k.Number
	}
	rows, err := c.client.Customers(ctx, query)
	if err != nil {
		return nil, orMoved(err)
	}
	people := make([]Person, len(rows))
	for i := range rows {
		if people[i], err = c.person(&rows[i]); err != nil {
			return nil, err
		}
	}
	return people, nil
}
