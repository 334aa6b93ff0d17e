package carely

import (
	"context"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/carely/generated"
)

// The records, as the operations select them. Absent values are empty; a uuid is
// the vendor's id of a record.
type (
	// Customer is an employee.
	Customer = generated.Customer
	// Overtime is the overtime of a customer in a month; Minute is nil when the
	// answer has none.
	Overtime = generated.Overtime
	// Branch is a registration group.
	Branch = generated.Branch
	// Department is a department; see NormalName for its name.
	Department = generated.Department
	// Workplace is a place that reports to the labour office.
	Workplace = generated.Workplace
	// GroupAnalysis is a unit of stress check analysis.
	GroupAnalysis = generated.GroupAnalysis
)

// CustomersQuery narrows customers; each list matches exactly, any of its
// values, and nil does not narrow.
type CustomersQuery struct {
	EmployeeNumbers, BranchNames, Emails []string
}

// OvertimesQuery narrows overtimes by the person; nil does not narrow.
type OvertimesQuery struct {
	EmployeeNumbers, CustomerUUIDs []string
}

// CurrentCustomer is who the token acts as.
type CurrentCustomer struct {
	Branches []Branch
	Customer Customer
}

// CurrentCustomer reads the admin behind the token and the branches it may see.
func (c *Client) CurrentCustomer(ctx context.Context) (CurrentCustomer, error) {
	r, err := generated.CurrentCustomer(ctx, c)
	if err != nil {
		return CurrentCustomer{}, err
	}
	if r.CurrentCustomer == nil || r.CurrentCustomer.Customer.Uuid == "" {
		return CurrentCustomer{}, c.bad("the answer has no currentCustomer")
	}
	return CurrentCustomer{Branches: r.CurrentCustomer.Branches, Customer: r.CurrentCustomer.Customer}, nil
}

// Customers reads all customers that match, page by page, each once. An empty
// list that is not nil matches nobody and costs no call.
func (c *Client) Customers(ctx context.Context, q CustomersQuery) ([]Customer, error) {
	if nobody(q.EmployeeNumbers) || nobody(q.BranchNames) || nobody(q.Emails) {
		return nil, nil
	}
	read := func(after string) (page[Customer], error) {
		r, err := generated.Customers(ctx, c, c.page, after, q.EmployeeNumbers, q.BranchNames, q.Emails)
		if err != nil {
			return page[Customer]{}, err
		}
		if r.Customers == nil {
			return page[Customer]{}, c.bad("the answer has no customers")
		}
		if r.Customers.Edges == nil {
			return page[Customer]{}, c.bad("the customers have no edges")
		}
		p := page[Customer]{next: r.Customers.PageInfo.EndCursor, more: r.Customers.PageInfo.HasNextPage}
		for _, e := range r.Customers.Edges {
			p.add(e.Node, e.Node.Uuid, e.Cursor)
		}
		return p, nil
	}
	return all(c, read)
}

// Overtimes reads all overtimes that match, page by page, each once. An empty
// list that is not nil matches nobody and costs no call.
func (c *Client) Overtimes(ctx context.Context, q OvertimesQuery) ([]Overtime, error) {
	if nobody(q.EmployeeNumbers) || nobody(q.CustomerUUIDs) {
		return nil, nil
	}
	read := func(after string) (page[Overtime], error) {
		r, err := generated.Overtimes(ctx, c, c.page, after, q.EmployeeNumbers, q.CustomerUUIDs)
		if err != nil {
			return page[Overtime]{}, err
		}
		if r.Overtimes == nil {
			return page[Overtime]{}, c.bad("the answer has no overtimes")
		}
		if r.Overtimes.Edges == nil {
			return page[Overtime]{}, c.bad("the overtimes have no edges")
		}
		p := page[Overtime]{next: r.Overtimes.PageInfo.EndCursor, more: r.Overtimes.PageInfo.HasNextPage}
		for _, e := range r.Overtimes.Edges {
			p.add(e.Node, e.Node.Uuid, e.Cursor)
		}
		return p, nil
	}
	return all(c, read)
}

// Departments reads the departments of the named branches, nil for all.
func (c *Client) Departments(ctx context.Context, branchNames []string) ([]Department, error) {
	r, err := generated.Departments(ctx, c, branchNames)
	if err != nil {
		return nil, err
	}
	if r.Departments == nil {
		return nil, c.bad("the answer has no departments")
	}
	return r.Departments, nil
}

// Workplaces reads the workplaces of the named branches, nil for all.
func (c *Client) Workplaces(ctx context.Context, branchNames []string) ([]Workplace, error) {
	r, err := generated.Workplaces(ctx, c, branchNames)
	if err != nil {
		return nil, err
	}
	if r.Workplaces == nil {
		return nil, c.bad("the answer has no workplaces")
	}
	return r.Workplaces, nil
}

// GroupAnalysis reads the analysis units of the named branches, nil for all.
func (c *Client) GroupAnalysis(ctx context.Context, branchNames []string) ([]GroupAnalysis, error) {
	r, err := generated.GroupAnalyses(ctx, c, branchNames)
	if err != nil {
		return nil, err
	}
	if r.GroupAnalysis == nil {
		return nil, c.bad("the answer has no groupAnalysis")
	}
	return r.GroupAnalysis, nil
}

// NormalName joins the levels of a department's displayName with one space:
// samples have one and two.
func NormalName(displayName string) string { return strings.Join(strings.Fields(displayName), " ") }

func nobody(values []string) bool { return values != nil && len(values) == 0 }

// page is one page of a Relay connection. Null edges and nodes are left out.
type page[T comparable] struct {
	rows  []T
	uuids []string
	last  string
	next  string
	more  bool
	// nameless says that a row without a uuid came.
	nameless bool
}

func (p *page[T]) add(row T, uuid, cursor string) {
	if cursor != "" {
		p.last = cursor
	}
	if uuid == "" {
		var null T
		p.nameless = p.nameless || row != null
		return
	}
	p.rows = append(p.rows, row)
	p.uuids = append(p.uuids, uuid)
}

// all follows the pages. Cursors are offsets, so rows that come or go between two
// pages shift the rest: each uuid is kept once, and a cursor that was used before
// ends the reading with an error.
func all[T comparable](c *Client, read func(after string) (page[T], error)) ([]T, error) {
	out := []T{}
	seen, cursors := map[string]bool{}, map[string]bool{"": true}
	after := ""
	for range maxPages {
		p, err := read(after)
		if err != nil {
			return nil, err
		}
		if p.nameless {
			return nil, c.bad("a record has no uuid")
		}
		for i, row := range p.rows {
			if !seen[p.uuids[i]] {
				seen[p.uuids[i]] = true
				out = append(out, row)
			}
		}
		if !p.more {
			return out, nil
		}
		if after = p.next; after == "" {
			after = p.last
		}
		if cursors[after] {
			return nil, c.bad("a page's cursor repeats an earlier one")
		}
		cursors[after] = true
	}
	return nil, c.bad("the pages do not end")
}
