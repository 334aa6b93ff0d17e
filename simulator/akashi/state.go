package akashi

import (
	"cmp"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// state is the tenant's memory. The company's attendance stays in the company,
// which makes it on demand; what was stamped by 6.6 is here.
type state struct {
	company       *company.Company
	organizations []organization // the root first, parents before children
	staffs        []*staff       // by id
	staffByID     map[int]*staff
	projects      []*project // by id
	projectByID   map[int]*project
	manhours      map[int][]manhour // by staff id; by date, project, task
	stamps        map[int][]stamp   // by staff id; by time
	tokens        map[string]*token
	pending       []pending // by day
	nextID        int       // of anything that a request creates
	serial        int       // of the next token
}

// staff is an employee (従業員) as AKASHI knows them.
type staff struct {
	id                  int
	person              *company.Person // nil for somebody made by 6.3
	code                string
	lastName, firstName string
	lastKana, firstKana string
	email               string
	organization        int // ids
	subgroups           []int
	employment          string
	permission          company.Permission
	permissionName      string
	managed             []int        // organisation ids as set, without those below
	shallow             map[int]bool // those of managed whose lower units are not managed
	managedStaff        []int        // ids of people managed one by one (6.14)

	lastEN, firstEN, idm, tel, sex, tag, remarks string
	entry, useStart, paidBase, retired           *time.Time
	otherLogin                                   bool
	settings                                     map[string]string // 6.12
	moved                                        time.Time         // day of the last transfer
}

type organization struct {
	id, parent   int // parent 0: none
	name, nameEN string
	code         string
}

type project struct {
	id                           int
	code                         string
	name, short, nameEN, shortEN string
	remarks                      string
	startsOn, endsOn             *time.Time
	open                         bool // everybody may book on it
	tasks                        []task
	members, owner               []int // staff ids, ascending
}

type task struct {
	id, index    int
	code, name   string
	minutes, yen int // estimated
	finished     bool
}

type manhour struct {
	date          time.Time
	project, task int // ids
	minutes       int
	comment       string
	closed        bool
}

// rootID is the id of the unit 企業, above all others.
const (
	rootID   = 1
	rootName = "企業"
)

// firstNewID is above every id that the seed gives.
const firstNewID = 900_001

func newState(c *company.Company, opts Options) *state {
	st := &state{
		company: c, staffByID: map[int]*staff{}, projectByID: map[int]*project{}, nextID: firstNewID,
		manhours: map[int][]manhour{}, stamps: map[int][]stamp{}, tokens: map[string]*token{},
	}
	st.organizations = append(st.organizations, organization{id: rootID, name: rootName})
	for _, o := range c.Organizations {
		if !o.In[company.Akashi] {
			continue
		}
		parent := rootID
		if o.Parent >= 0 {
			parent = OrganizationID(o.Parent)
		}
		st.organizations = append(st.organizations,
			organization{id: OrganizationID(o.Key), parent: parent, name: o.Name, nameEN: o.NameEN, code: o.Code})
	}
	for i := range c.People {
		if record, ok := c.People[i].In[company.Akashi]; ok {
			st.addStaff(seededStaff(&c.People[i], record))
		}
	}
	for i := range c.Projects {
		st.addProject(st.seededProject(&c.Projects[i]))
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

func seededStaff(p *company.Person, record company.Record) *staff {
	one := &staff{
		id: StaffID(p.Key), person: p, code: record.Code, lastName: record.Family, firstName: record.Given,
		lastKana: p.FamilyKana, firstKana: p.GivenKana, email: record.Email,
		organization: OrganizationID(p.Organization), employment: p.EmploymentType,
		permission: p.Permission, permissionName: permissionName(p.Permission),
		subgroups: []int{}, managed: []int{}, retired: p.RetiredOn,
	}
	for _, key := range p.SubUnits {
		one.subgroups = append(one.subgroups, OrganizationID(key))
	}
	for _, key := range p.Manages {
		one.managed = append(one.managed, OrganizationID(key))
	}
	return one
}

func (st *state) addStaff(one *staff) {
	st.staffs = append(st.staffs, one)
	st.staffByID[one.id] = one
}

func (st *state) seededProject(p *company.Project) *project {
	one := &project{
		id: ProjectID(p.Key), code: p.Code, name: p.Name, short: p.ShortName, remarks: p.Remarks,
		startsOn: p.StartsOn, endsOn: p.EndsOn, open: p.Open,
	}
	for _, t := range p.Tasks {
		one.tasks = append(one.tasks, task{
			id: TaskID(t.Key), index: t.Index, code: t.Code, name: t.Name,
			minutes: t.EstimatedMinutes, yen: t.EstimatedYen, finished: t.Finished,
		})
	}
	for _, key := range p.Members {
		if id := StaffID(key); st.staffByID[id] != nil {
			one.members = append(one.members, id)
			if slices.Contains(p.Owners, key) {
				one.owner = append(one.owner, id)
			}
		}
	}
	return one
}

func (st *state) addProject(p *project) {
	st.projects = append(st.projects, p)
	st.projectByID[p.id] = p
}

// newID returns an id that nothing has; ids grow.
func (st *state) newID() int {
	st.nextID++
	return st.nextID - 1
}

// manages tells whether a unit is managed by somebody, itself or from above.
func (st *state) manages(one *staff, unit int) bool {
	if one.permission == company.CompanyAdministrator {
		return true
	}
	for id := unit; id != 0; id = st.parent(id) {
		if slices.Contains(one.managed, id) && (id == unit || !one.shallow[id]) {
			return true
		}
	}
	return false
}

func (st *state) parent(id int) int {
	if o := st.organization(id); o != nil {
		return o.parent
	}
	return 0
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

// staffWhere returns the first employee that fits, or nil.
func (st *state) staffWhere(fits func(one *staff) bool) *staff {
	if i := slices.IndexFunc(st.staffs, fits); i >= 0 {
		return st.staffs[i]
	}
	return nil
}

// sortManhours restores the order of an employee's rows.
func (st *state) sortManhours(staffID int) {
	slices.SortFunc(st.manhours[staffID], func(a, b manhour) int {
		return cmp.Or(a.date.Compare(b.date), cmp.Compare(a.project, b.project), cmp.Compare(a.task, b.task))
	})
}
