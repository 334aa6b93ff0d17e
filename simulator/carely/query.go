package carely

import (
	"context"
	"slices"
)

// resolver answers the root fields; Server.mu is held around every operation.
type resolver struct{ s *Server }

type currentCustomer struct {
	Branches *[]*Branch
	Customer *Customer
}

// CurrentCustomer is the administrator behind the token and the branches the
// token may see.
func (r *resolver) CurrentCustomer(ctx context.Context) (*currentCustomer, error) {
	if err := need(ctx, "currentCustomer", customerRead); err != nil {
		return nil, err
	}
	d := r.s.data
	return &currentCustomer{Branches: &d.branches, Customer: d.view(d.admin)}, nil
}

type customersArgs struct {
	First, Last                                 *int32
	After, Before                               *string
	BranchNames, EmployeeNumbers, Emails, Names *[]string
}

type customerEdge struct {
	Cursor string
	Node   *Customer
}

type customerConnection struct {
	Edges    *[]*customerEdge
	PageInfo pageInfo
}

// Customers is the paged list of employees.
func (r *resolver) Customers(ctx context.Context, args customersArgs) (*customerConnection, error) {
	if err := need(ctx, "customers", customerRead); err != nil {
		return nil, err
	}
	d := r.s.data
	var found []*Customer
	for _, c := range d.customers {
		if wanted(args.BranchNames, c.Branch.DisplayName) && wanted(args.EmployeeNumbers, c.EmployeeNumber) &&
			wanted(args.Emails, c.Email) && wanted(args.Names, c.Fullname) {
			found = append(found, c)
		}
	}
	from, to, err := pageArgs{args.First, args.Last, args.After, args.Before}.window(len(found))
	if err != nil {
		return nil, err
	}
	edges := []*customerEdge{}
	for i := from; i < to; i++ {
		edges = append(edges, &customerEdge{Cursor: cursor(i + 1), Node: d.view(found[i])})
	}
	return &customerConnection{Edges: &edges, PageInfo: newPageInfo(from, to, len(found))}, nil
}

type overtimesArgs struct {
	First, Last                                              *int32
	After, Before                                            *string
	BranchNames, BranchUuids, CustomerUuids, EmployeeNumbers *[]string
}

type overtimeEdge struct {
	Cursor string
	Node   *Overtime
}

type overtimeConnection struct {
	Edges    *[]*overtimeEdge
	PageInfo pageInfo
}

// Overtimes is the paged list of overtime; its four searches are exact and
// take several values (document, "Overtimes Query"; the names are inferred).
func (r *resolver) Overtimes(ctx context.Context, args overtimesArgs) (*overtimeConnection, error) {
	if err := need(ctx, "overtimes", customerRead, overtimeRead); err != nil {
		return nil, err
	}
	d := r.s.data
	var found []*Overtime
	for _, o := range d.overtimes {
		c := o.Customer
		if wanted(args.BranchNames, c.Branch.DisplayName) && wanted(args.BranchUuids, c.Branch.UUID) &&
			wanted(args.CustomerUuids, c.UUID) && wanted(args.EmployeeNumbers, c.EmployeeNumber) {
			found = append(found, o)
		}
	}
	from, to, err := pageArgs{args.First, args.Last, args.After, args.Before}.window(len(found))
	if err != nil {
		return nil, err
	}
	edges := []*overtimeEdge{}
	for i := from; i < to; i++ {
		edges = append(edges, &overtimeEdge{Cursor: cursor(i + 1), Node: d.viewOvertime(found[i])})
	}
	return &overtimeConnection{Edges: &edges, PageInfo: newPageInfo(from, to, len(found))}, nil
}

func (d *data) viewOvertime(o *Overtime) *Overtime {
	out := *o
	out.Customer = d.view(o.Customer)
	return &out
}

type branchArgs struct{ BranchNames *[]string }

// Departments is the whole list; it has no pages (facts 2.4).
func (r *resolver) Departments(ctx context.Context, args branchArgs) (*[]*Department, error) {
	if err := need(ctx, "departments", customerRead); err != nil {
		return nil, err
	}
	d, out := r.s.data, []*Department{}
	for _, dep := range d.departments {
		if wanted(args.BranchNames, d.home[dep].DisplayName) {
			out = append(out, dep)
		}
	}
	return &out, nil
}

// Workplaces is the whole list.
func (r *resolver) Workplaces(ctx context.Context, args branchArgs) (*[]*Workplace, error) {
	if err := need(ctx, "workplaces", customerRead); err != nil {
		return nil, err
	}
	d, out := r.s.data, []*Workplace{}
	for _, w := range d.workplaces {
		if wanted(args.BranchNames, d.home[w].DisplayName) {
			out = append(out, w)
		}
	}
	return &out, nil
}

// GroupAnalysis is the whole list.
func (r *resolver) GroupAnalysis(ctx context.Context, args branchArgs) (*[]*GroupAnalysis, error) {
	if err := need(ctx, "groupAnalysis", customerRead); err != nil {
		return nil, err
	}
	d, out := r.s.data, []*GroupAnalysis{}
	for _, g := range d.groups {
		if wanted(args.BranchNames, d.home[g].DisplayName) {
			out = append(out, g)
		}
	}
	return &out, nil
}

// wanted reports whether an exact, multi-value search takes the value.
func wanted(search *[]string, value *string) bool {
	if search == nil || len(*search) == 0 {
		return true
	}
	return value != nil && slices.Contains(*search, *value)
}
