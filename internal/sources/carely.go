package sources

import (
	"context"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// Carely translates one link to Carely: customer to employee, and overtime.
//
// A customer's health data (insurance, stress check, date of birth) has no place
// in the unified types and is dropped here.
type Carely struct {
	reader

	name   hr.Link
	client *carely.Client
}

// NewCarely returns the adapter of one link.
func NewCarely(link string, client *carely.Client) *Carely {
	return &Carely{name: hr.Link{System: hr.Carely, Name: link}, client: client}
}

// Link names the link.
func (c *Carely) Link() hr.Link { return c.name }

// People lists all customers: ceil(N/100) calls.
func (c *Carely) People(ctx context.Context) ([]Person, error) { return all(ctx, c) }

// person translates a customer.
func (c *Carely) person(r *carely.Customer) (Person, error) {
	if r.Uuid == "" {
		return Person{}, fault.Upstream(fault.UpstreamBadResponse, string(hr.Carely), c.name.Name,
			"a customer has no uuid")
	}
	p := Person{
		Ref: hr.Ref{Link: c.name, ID: r.Uuid}, Code: r.EmployeeNumber, Email: r.Email,
		Status: carelyStatus(string(r.EmploymentStatus)), JobTitle: r.JobTitle, EmploymentType: r.WorkingArrangement,
		HiredOn: parseDate(r.JoinOn), RetiredOn: parseDate(r.RetireOn),
	}
	p.Family, p.Given = splitName(r.Fullname)
	p.FamilyKana, p.GivenKana = splitName(r.FullnameJa)
	return p, nil
}

// splitName splits a full name at its first white space: Carely has one field
// for both names.
func splitName(full string) (family, given string) {
	parts := strings.Fields(full)
	if len(parts) == 0 {
		return "", ""
	}
	return parts[0], strings.Join(parts[1:], " ")
}

// carelyStatus translates employmentStatus. limited (就業制限中) is a health datum
// and counts as employed like any other.
func carelyStatus(s string) hr.EmploymentStatus {
	switch s {
	case "normal", "limited":
		return hr.StatusActive
	case "absent":
		return hr.StatusOnLeave
	case "retire", "expired":
		return hr.StatusRetired
	default:
		return ""
	}
}

// CarelyPerson names a customer. Number is "" for one without an employee
// number.
type CarelyPerson struct{ UUID, Number string }

// Overtimes returns all recorded months of some customers, by uuid. People are
// asked for by employee number, the one search argument whose type is sure;
// those without a number cost a second request. A page holds 100 rows.
func (c *Carely) Overtimes(ctx context.Context, people []CarelyPerson) (map[string][]*hr.Overtime, error) {
	asked, numbers := make(map[string]bool, len(people)), make(map[string]bool, len(people))
	var query, byUUID carely.OvertimesQuery
	for _, p := range people {
		asked[p.UUID] = true
		if p.Number != "" {
			query.EmployeeNumbers = append(query.EmployeeNumbers, p.Number)
			numbers[strings.TrimSpace(p.Number)] = true
		} else {
			byUUID.CustomerUUIDs = append(byUUID.CustomerUUIDs, p.UUID)
		}
	}
	out := make(map[string][]*hr.Overtime, len(people))
	for _, q := range []carely.OvertimesQuery{query, byUUID} {
		if len(q.EmployeeNumbers) == 0 && len(q.CustomerUUIDs) == 0 {
			continue
		}
		rows, err := c.client.Overtimes(ctx, q)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			owner := rows[i].Customer
			if !asked[owner.Uuid] {
				// Two customers may share a number; nobody gets a stranger's row.
				if numbers[strings.TrimSpace(owner.EmployeeNumber)] {
					continue
				}
				return nil, c.stranger()
			}
			if o, ok := c.overtime(&rows[i]); ok {
				out[owner.Uuid] = append(out[owner.Uuid], o)
			}
		}
	}
	return out, nil
}

// overtime translates a row; one without a month or minutes says nothing.
func (c *Carely) overtime(r *carely.Overtime) (*hr.Overtime, bool) {
	first := parseDate(r.YearMonth)
	if first.IsZero() || r.Minute == nil {
		return nil, false
	}
	return &hr.Overtime{
		Customer: hr.Ref{Link: c.name, ID: r.Customer.Uuid}, Month: first.Month(), Minutes: *r.Minute,
		System: hr.Carely, Link: c.name.Name,
	}, true
}

// CurrentCustomer returns the administrator behind the token: one call.
func (c *Carely) CurrentCustomer(ctx context.Context) (*hr.CarelyCustomer, error) {
	got, err := c.client.CurrentCustomer(ctx)
	if err != nil {
		return nil, err
	}
	out := &hr.CarelyCustomer{
		UUID: textOrNil(got.Customer.Uuid), Fullname: textOrNil(got.Customer.Fullname),
		EmployeeNumber: textOrNil(got.Customer.EmployeeNumber), Branches: []*hr.CarelyGroup{},
	}
	for _, b := range got.Branches {
		out.Branches = append(out.Branches, carelyGroup(b.Uuid, b.DisplayName))
	}
	return out, nil
}

// carelyGroup joins the levels of a name with one space: the vendor writes one
// or two.
func carelyGroup(uuid, name string) *hr.CarelyGroup {
	return &hr.CarelyGroup{UUID: uuid, Name: strings.Join(strings.Fields(name), " ")}
}

// counted adds how many customers a group has.
func counted(g *hr.CarelyGroup, n *int) *hr.CarelyGroup {
	g.CustomersCount = n
	return g
}

// Departments lists the departments of the branches, or of all: one call.
func (c *Carely) Departments(ctx context.Context, branches []string) ([]*hr.CarelyGroup, error) {
	rows, err := c.client.Departments(ctx, branches)
	return groups(rows, err, func(d carely.CountedDepartment) *hr.CarelyGroup {
		return counted(carelyGroup(d.Uuid, d.DisplayName), d.CustomersCount)
	})
}

// Workplaces lists the workplaces of the branches, or of all: one call.
func (c *Carely) Workplaces(ctx context.Context, branches []string) ([]*hr.CarelyGroup, error) {
	rows, err := c.client.Workplaces(ctx, branches)
	return groups(rows, err, func(w carely.CountedWorkplace) *hr.CarelyGroup {
		return counted(carelyGroup(w.Uuid, w.Name), w.CustomersCount)
	})
}

// GroupAnalyses lists the units for group analysis: one call.
func (c *Carely) GroupAnalyses(ctx context.Context, branches []string) ([]*hr.CarelyGroup, error) {
	rows, err := c.client.GroupAnalysis(ctx, branches)
	return groups(rows, err, func(g carely.GroupAnalysis) *hr.CarelyGroup { return carelyGroup(g.Uuid, g.DisplayName) })
}

func groups[T any](rows []T, err error, translate func(T) *hr.CarelyGroup) ([]*hr.CarelyGroup, error) {
	if err != nil {
		return nil, err
	}
	out := make([]*hr.CarelyGroup, len(rows))
	for i, r := range rows {
		out[i] = translate(r)
	}
	return out, nil
}
