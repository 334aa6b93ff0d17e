package main

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// index is who there is, and the organisations.
type index struct {
	people []*person
	staff  map[akashi.StaffID]*person
	units  []unit
}

type person struct {
	ID             string  `json:"id"`
	Code           string  `json:"code"`
	Name           name    `json:"name"`
	Email          *string `json:"email"`
	Status         string  `json:"status"`
	JobTitle       *string `json:"jobTitle"`
	EmploymentType *string `json:"employmentType"`
	HiredOn        *string `json:"hiredOn"`

	akashi akashi.StaffID
	jobcan jobcan.EmployeeID
	carely string
	// number is the employee number in Carely.
	number string
	unit   akashi.OrganizationID
	// department is the code of the organisation that the HR master has.
	department string
}

type name struct {
	Family string `json:"family"`
	Given  string `json:"given"`
}

// unit is an organisation.
type unit struct {
	id               akashi.OrganizationID
	code, name, path string
}

// record is what one system says of a person.
type record struct {
	family, given, email, status, title, kind, hired string

	akashi akashi.StaffID
	jobcan jobcan.EmployeeID
	number string
	unit   akashi.OrganizationID

	department string
}

// everybody reads all systems side by side and joins them. Who is who it is told:
// finding that out is not what is compared here.
func (h *handler) everybody(ctx context.Context, units bool) (*index, error) {
	var staffs []akashi.Staff
	var employees []jobcan.Employee
	var customers []carely.Customer
	var members []yesod.Person
	var organized []unit
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { staffs, err = h.clients.akashi.AllStaffs(ctx); return err })
	g.Go(func() (err error) { employees, err = h.clients.jobcan.Employees(ctx); return err })
	g.Go(func() (err error) {
		customers, err = h.clients.carely.Customers(ctx, carely.CustomersQuery{})
		return err
	})
	g.Go(func() (err error) { members, err = h.clients.yesod.Members(ctx, yesod.MaxLeavingDate); return err })
	if units {
		g.Go(func() (err error) { organized, err = h.organizations(ctx); return err })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	records := make(map[string]record, len(staffs)+len(employees)+len(customers)+len(members))
	for _, m := range members {
		records["YESOD "+string(m.ID)] = record{
			family: m.FamilyName, given: m.GivenName, email: m.Email, status: statusOf(m.Enrollment), title: m.JobTitle,
			kind: m.EmploymentType, hired: string(m.EnteredOn), department: departmentOf(m.Groups),
		}
	}
	for _, s := range staffs {
		records["AKASHI "+strconv.FormatInt(int64(s.ID), 10)] = record{
			family: s.LastName, given: s.FirstName, email: s.Email, kind: s.EmploymentCategoryName,
			akashi: s.ID, unit: s.Organization.ID,
		}
	}
	for _, e := range employees {
		r := record{family: e.LastName, given: e.FirstName, email: e.Email, hired: string(e.EnteredDay), jobcan: e.ID}
		if e.RetiredDay != "" && string(e.RetiredDay) < today {
			r.status = "RETIRED"
		}
		records["JOBCAN "+strconv.FormatInt(int64(e.ID), 10)] = r
	}
	for _, c := range customers {
		family, given, _ := strings.Cut(c.Fullname, " ")
		records["CARELY "+c.Uuid] = record{
			family: family, given: given, email: c.Email, status: statusOf(string(c.EmploymentStatus)), title: c.JobTitle,
			kind: c.WorkingArrangement, hired: c.JoinOn, number: c.EmployeeNumber,
		}
	}
	ix := join(h.known, records)
	ix.units = organized
	for _, p := range ix.people {
		at := slices.IndexFunc(organized, func(u unit) bool { return u.code == p.department })
		if p.unit == 0 && at >= 0 {
			p.unit = organized[at].id
		}
	}
	return ix, nil
}

func departmentOf(groups []yesod.Group) string {
	for _, g := range groups {
		if g.Type == yesod.Organization {
			return g.Code
		}
	}
	return ""
}

// statusOf translates YESOD's and Carely's words.
func statusOf(word string) string {
	switch word {
	case "在籍", "在職", "normal", "limited":
		return "ACTIVE"
	case "休職", "休業", "absent":
		return "ON_LEAVE"
	case "退職", "退社", "retire", "expired":
		return "RETIRED"
	default:
		return ""
	}
}

// join makes people of records: the HR master is believed first, the health system
// last.
func join(known people, records map[string]record) *index {
	ix := &index{people: make([]*person, 0, len(known)), staff: make(map[akashi.StaffID]*person, len(known))}
	for _, k := range known {
		p := &person{ID: k.ID, Code: k.Code}
		var all record
		for _, system := range []string{"YESOD", "AKASHI", "JOBCAN", "CARELY"} {
			for _, l := range k.Links {
				if l.System != system {
					continue
				}
				r := records[system+" "+l.VendorID]
				if all.family == "" {
					all.family, all.given = r.family, r.given
				}
				all.email, all.status = cmp.Or(all.email, r.email), cmp.Or(all.status, r.status)
				all.title, all.kind = cmp.Or(all.title, r.title), cmp.Or(all.kind, r.kind)
				all.hired = cmp.Or(all.hired, r.hired)
				p.akashi, p.jobcan = cmp.Or(p.akashi, r.akashi), cmp.Or(p.jobcan, r.jobcan)
				p.number, p.unit = cmp.Or(p.number, r.number), cmp.Or(p.unit, r.unit)
				p.department = cmp.Or(p.department, r.department)
				if system == "CARELY" {
					p.carely = l.VendorID
				}
			}
		}
		p.Name, p.Status = name{all.family, all.given}, cmp.Or(all.status, "ACTIVE")
		p.Email, p.JobTitle = orNull(all.email), orNull(all.title)
		p.EmploymentType, p.HiredOn = orNull(all.kind), orNull(all.hired)
		ix.people = append(ix.people, p)
		if p.akashi != 0 {
			ix.staff[p.akashi] = p
		}
	}
	return ix
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// organizations reads the organisations.
func (h *handler) organizations(ctx context.Context) ([]unit, error) {
	var rows []akashi.Organization
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() (err error) { rows, err = h.clients.akashi.Organizations(ctx, false); return err })
	g.Go(func() error { _, err := h.clients.yesod.Organizations(ctx, ""); return err })
	g.Go(func() error { _, err := h.clients.yesod.Members(ctx, ""); return err })
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byID := map[akashi.OrganizationID]akashi.Organization{}
	for _, o := range rows {
		byID[o.ID] = o
	}
	var out []unit
	for _, o := range rows {
		if o.ParentID == 0 && o.Name == "企業" {
			continue
		}
		path := o.Name
		for above, ok := byID[o.ParentID]; ok && above.ParentID != 0; above, ok = byID[above.ParentID] {
			path = above.Name + "/" + path
		}
		out = append(out, unit{id: o.ID, code: o.Code, name: o.Name, path: path})
	}
	slices.SortFunc(out, func(a, b unit) int { return cmp.Compare(a.path, b.path) })
	return out, nil
}
