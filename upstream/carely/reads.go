package carely

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/Khan/genqlient/graphql"

	"github.com/hitotsu/hitotsu/upstream/carely/generated"
)

// The records, as the operations select them. Absent values are empty; a uuid is
// the vendor's id of a record.
type (
	// Customer is an employee.
	Customer = generated.Customer
	// CustomerDetail is an employee with everything Carely holds of the person,
	// health insurance too. Age is a number in a text.
	CustomerDetail = generated.CustomerDetail
	// Overtime is the overtime of a customer in a month; Minute is nil when the
	// answer has none.
	Overtime = generated.Overtime
	// Branch is a registration group.
	Branch = generated.Branch
	// Department is a department; see NormalName for its name.
	Department = generated.Department
	// CountedDepartment and CountedWorkplace tell how many customers they have,
	// nil when the answer does not.
	CountedDepartment = generated.CountedDepartment
	CountedWorkplace  = generated.CountedWorkplace
	// Workplace is a place that reports to the labour office.
	Workplace = generated.Workplace
	// GroupAnalysis is a unit of stress check analysis.
	GroupAnalysis = generated.GroupAnalysis
)

// CustomersQuery narrows customers; each list matches exactly, any of its
// values, and nil does not narrow. How Names are matched is not known.
type CustomersQuery struct {
	EmployeeNumbers, BranchNames, Emails, Names []string
}

func (q CustomersQuery) searches() []search {
	return []search{
		{argument: "employeeNumbers", values: q.EmployeeNumbers},
		{argument: "branchNames", values: q.BranchNames},
		{argument: "emails", values: q.Emails},
		{argument: "names", values: q.Names},
	}
}

// OvertimesQuery narrows overtimes by the person or by the branch; each list
// matches exactly, any of its values, and nil does not narrow.
type OvertimesQuery struct {
	EmployeeNumbers, CustomerUUIDs []string
	BranchNames, BranchUUIDs       []string
}

func (q OvertimesQuery) searches(names OvertimeArguments) []search {
	return []search{
		{argument: names.EmployeeNumbers, values: q.EmployeeNumbers},
		{argument: names.CustomerUUIDs, values: q.CustomerUUIDs, literal: true},
		{argument: names.BranchNames, values: q.BranchNames},
		{argument: names.BranchUUIDs, values: q.BranchUUIDs, literal: true},
	}
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
	if nobody(q.searches()) {
		return nil, nil
	}
	return all(c, func(after string) (page[Customer], error) { return c.customers(ctx, q, after) })
}

// CustomersAfter reads the page of all customers after a cursor, "" for the first
// page. It returns the next page's cursor, "" after the last.
func (c *Client) CustomersAfter(ctx context.Context, after string) (rows []Customer, next string, err error) {
	p, err := c.customers(ctx, CustomersQuery{}, after)
	switch {
	case err != nil:
		return nil, "", err
	case p.nameless:
		return nil, "", c.bad("a record has no uuid")
	case !p.more:
		return p.rows, "", nil
	}
	if next = cmp.Or(p.next, p.last); next == "" || next == after {
		return nil, "", c.bad("a page's cursor repeats an earlier one")
	}
	return p.rows, next, nil
}

func (c *Client) customers(ctx context.Context, q CustomersQuery, after string) (page[Customer], error) {
	var r generated.CustomersResponse
	req := c.narrow("Customers", generated.Customers_Operation, after, q.searches())
	if err := c.MakeRequest(ctx, req, &graphql.Response{Data: &r}); err != nil {
		return page[Customer]{}, err
	}
	if r.Customers == nil || r.Customers.Edges == nil {
		return page[Customer]{}, c.bad("the answer has no customers")
	}
	p := page[Customer]{next: r.Customers.PageInfo.EndCursor, more: r.Customers.PageInfo.HasNextPage}
	for _, e := range r.Customers.Edges {
		p.add(e.Node, e.Node.Uuid, e.Cursor)
	}
	return p, nil
}

// CustomerDetails is Customers with everything Carely holds of them.
func (c *Client) CustomerDetails(ctx context.Context, q CustomersQuery) ([]CustomerDetail, error) {
	if nobody(q.searches()) {
		return nil, nil
	}
	return all(c, func(after string) (page[CustomerDetail], error) {
		var r generated.CustomerDetailsResponse
		req := c.narrow("CustomerDetails", generated.CustomerDetails_Operation, after, q.searches())
		if err := c.MakeRequest(ctx, req, &graphql.Response{Data: &r}); err != nil {
			return page[CustomerDetail]{}, err
		}
		if r.Customers == nil || r.Customers.Edges == nil {
			return page[CustomerDetail]{}, c.bad("the answer has no customers")
		}
		p := page[CustomerDetail]{next: r.Customers.PageInfo.EndCursor, more: r.Customers.PageInfo.HasNextPage}
		for _, e := range r.Customers.Edges {
			p.add(e.Node, e.Node.Uuid, e.Cursor)
		}
		return p, nil
	})
}

// Overtimes reads all overtimes that match, page by page, each once. An empty
// list that is not nil matches nobody and costs no call.
func (c *Client) Overtimes(ctx context.Context, q OvertimesQuery) ([]Overtime, error) {
	searches := q.searches(c.overtimes)
	if nobody(searches) {
		return nil, nil
	}
	return all(c, func(after string) (page[Overtime], error) {
		var r generated.OvertimesResponse
		req := c.narrow("Overtimes", generated.Overtimes_Operation, after, searches)
		if err := c.MakeRequest(ctx, req, &graphql.Response{Data: &r}); err != nil {
			return page[Overtime]{}, err
		}
		if r.Overtimes == nil || r.Overtimes.Edges == nil {
			return page[Overtime]{}, c.bad("the answer has no overtimes")
		}
		p := page[Overtime]{next: r.Overtimes.PageInfo.EndCursor, more: r.Overtimes.PageInfo.HasNextPage}
		for _, e := range r.Overtimes.Edges {
			p.add(e.Node, e.Node.Uuid, e.Cursor)
		}
		return p, nil
	})
}

// Departments reads the departments of the named branches, nil for all.
func (c *Client) Departments(ctx context.Context, branchNames []string) ([]CountedDepartment, error) {
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
func (c *Client) Workplaces(ctx context.Context, branchNames []string) ([]CountedWorkplace, error) {
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

// nobody says that a search has no value to match.
func nobody(searches []search) bool {
	return slices.ContainsFunc(searches, func(s search) bool { return s.values != nil && len(s.values) == 0 })
}

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
