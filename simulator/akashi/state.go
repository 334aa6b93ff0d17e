package akashi

import (
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// state is the tenant's memory. Attendance stays in the company, which makes it
// on demand.
type state struct {
	company       *company.Company
	organizations []organization // the root first, parents before children
	staffs        []*staff       // by id
	staffByID     map[int]*staff
	projects      []*project // by id
	projectByID   map[int]*project
	manhours      map[int][]manhour // by staff id; by date, project, task
	tokens        map[string]*token
	serial        int // of the next token
}

// staff is an employee (従業員) as AKASHI knows them.
type staff struct {
	id                  int
	person              *company.Person
	code                string
	lastName, firstName string
	lastKana, firstKana string
	email               string
	organization        int // ids
	subgroups           []int
	employment          string
	permission          company.Permission
	managed             []int        // organisation ids as set, without those below
	below               map[int]bool // managed and all below them
}

type organization struct {
	id, parent int // parent 0: none
	name, code string
}

type project struct {
	*company.Project
	id             int
	members, owner []int // staff ids, ascending
}

type manhour struct {
	date          time.Time
	project, task int // ids
	minutes       int
	comment       string
	closed        bool
}

// rootID is the id of the unit 企業, above all others.
const rootID = 1

func newState(c *company.Company, opts Options) *state {
	st := &state{
		company: c, staffByID: map[int]*staff{}, projectByID: map[int]*project{},
		manhours: map[int][]manhour{}, tokens: map[string]*token{},
	}
	st.organizations = append(st.organizations, organization{id: rootID, name: "企業"})
	for _, o := range c.Organizations {
		if !o.In[company.Akashi] {
			continue
		}
		parent := rootID
		if o.Parent >= 0 {
			parent = OrganizationID(o.Parent)
		}
		st.organizations = append(st.organizations,
			organization{id: OrganizationID(o.Key), parent: parent, name: o.Name, code: o.Code})
	}
	for i := range c.People {
		if record, ok := c.People[i].In[company.Akashi]; ok {
			st.addStaff(&c.People[i], record)
		}
	}
	for i := range c.Projects {
		st.addProject(&c.Projects[i])
	}
	for _, m := range c.Manhours {
		id := StaffID(m.Person)
		if st.staffByID[id] != nil {
			st.manhours[id] = append(st.manhours[id], manhour{
				date: m.Date, project: ProjectID(m.Project), task: TaskID(m.Task),
				minutes: m.Minutes, comment: m.Comment, closed: m.Closed,
			})
		}
	}
	st.seedTokens(opts)
	return st
}

func (st *state) addStaff(p *company.Person, record company.Record) {
	one := &staff{
		id: StaffID(p.Key), person: p, code: record.Code, lastName: record.Family, firstName: record.Given,
		lastKana: p.FamilyKana, firstKana: p.GivenKana, email: record.Email,
		organization: OrganizationID(p.Organization), employment: p.EmploymentType,
		permission: p.Permission, subgroups: []int{}, managed: []int{}, below: map[int]bool{},
	}
	for _, key := range p.SubUnits {
		one.subgroups = append(one.subgroups, OrganizationID(key))
	}
	for _, key := range p.Manages {
		one.managed = append(one.managed, OrganizationID(key))
	}
	if one.permission == company.CompanyAdministrator {
		one.below = st.descendants(rootID)
	}
	for _, id := range one.managed {
		for below := range st.descendants(id) {
			one.below[below] = true
		}
	}
	st.staffs = append(st.staffs, one)
	st.staffByID[one.id] = one
}

func (st *state) addProject(p *company.Project) {
	one := &project{Project: p, id: ProjectID(p.Key)}
	for _, key := range p.Members {
		if id := StaffID(key); st.staffByID[id] != nil {
			one.members = append(one.members, id)
			if slices.Contains(p.Owners, key) {
				one.owner = append(one.owner, id)
			}
		}
	}
	st.projects = append(st.projects, one)
	st.projectByID[one.id] = one
}

// descendants returns a unit and all below it.
func (st *state) descendants(id int) map[int]bool {
	in := map[int]bool{id: true}
	for _, o := range st.organizations {
		if in[o.parent] {
			in[o.id] = true
		}
	}
	return in
}

func (st *state) organization(id int) *organization {
	for i := range st.organizations {
		if st.organizations[i].id == id {
			return &st.organizations[i]
		}
	}
	return nil
}
