package jobcan

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// Employee is a row of the master; the names of Code, Email and RetiredDay are
// ours (8.4), the others are the vendor's (4.1).
type Employee struct {
	ID         int64   `json:"id"` // unsigned 32 bit
	Code       string  `json:"code"`
	LastName   string  `json:"last_name"`
	FirstName  string  `json:"first_name"`
	Email      string  `json:"email"`
	MainGroup  int     `json:"main_group"`
	SubGroup   []int   `json:"sub_group"`
	WorkKind   int     `json:"work_kind"`
	EnteredDay *string `json:"entered_day"` // null during a long leave (4.1)
	RetiredDay *string `json:"retired_day"`
}

// Group is a place of work; groups are a tree (6.1).
type Group struct {
	ID       int    `json:"id"`
	Name     string `json:"name"`
	Code     string `json:"code"`
	ParentID int    `json:"parent_id"`
}

// topGroup holds those whose organisation Jobcan does not know: everybody has
// a main group (6.1).
const topGroup = 1

// The presets of スタッフ種別 (6.1), numbered by us.
const (
	workKindPartTimer = 1
	workKindContract  = 3
	workKindRegular   = 4
	workKindNone      = 9
)

// keptPeople is the largest company whose attendance is kept in memory; that
// of a larger one is made anew for each request.
const keptPeople = 2_000

// data is what the company looks like in Jobcan; it never changes.
type data struct {
	company   *company.Company
	employees []Employee // by id
	groups    []Group
	byID      map[int64]Employee
	person    map[int64]int // Key in the company by employee id
	kept      map[int64]*attendance
	stale     map[string]bool
}

func newData(c *company.Company, opts Options) *data {
	d := &data{
		company: c, byID: map[int64]Employee{}, person: map[int64]int{},
		kept: map[int64]*attendance{}, stale: map[string]bool{},
	}
	d.groups = []Group{{ID: topGroup, Name: "全社", Code: "0"}}
	for _, o := range c.Organizations {
		if o.In[company.Jobcan] {
			d.groups = append(d.groups, Group{
				ID: groupID(o.Key), Name: o.Name, Code: o.Code, ParentID: nearestGroup(c, o.Parent),
			})
		}
	}
	var known []company.Person
	for _, p := range c.People {
		if _, ok := p.In[company.Jobcan]; ok {
			known = append(known, p)
		}
	}
	for i, p := range known {
		e := newEmployee(c, p, employeeID(opts.Seed, p.Key, i == len(known)-1))
		d.employees = append(d.employees, e)
		d.byID[e.ID] = e
		d.person[e.ID] = p.Key
		if len(known) <= keptPeople {
			d.kept[e.ID] = newAttendance(c, e, p.Key)
		}
	}
	slices.SortFunc(d.employees, func(a, b Employee) int { return cmp.Compare(a.ID, b.ID) })
	for i := range opts.StaleDays {
		d.stale[c.Today.In(company.JST).AddDate(0, 0, -i).Format(time.DateOnly)] = true
	}
	return d
}

// of returns an employee's attendance.
func (d *data) of(e Employee) *attendance {
	if a, ok := d.kept[e.ID]; ok {
		return a
	}
	return newAttendance(d.company, e, d.person[e.ID])
}

// employeeID is far from every staff code, so that a client that mixes the two
// up finds nobody. The last employee has the largest id there is: ids are
// unsigned 32 bit (section 3).
func employeeID(seed uint64, key int, last bool) int64 {
	if last {
		return math.MaxUint32
	}
	return int64(2_100_000_000 + seed%1000*100_000 + uint64(key)*7)
}

func newEmployee(c *company.Company, p company.Person, id int64) Employee {
	rec := p.In[company.Jobcan]
	e := Employee{
		ID: id, Code: rec.Code, LastName: rec.Family, FirstName: rec.Given, Email: rec.Email,
		MainGroup: nearestGroup(c, p.Organization), SubGroup: []int{},
	}
	for _, unit := range p.SubUnits {
		if g := nearestGroup(c, unit); g != e.MainGroup && !slices.Contains(e.SubGroup, g) {
			e.SubGroup = append(e.SubGroup, g)
		}
	}
	switch p.EmploymentType {
	case "正社員":
		e.WorkKind = workKindRegular
	case "契約社員":
		e.WorkKind = workKindContract
	case "パートタイマー":
		e.WorkKind = workKindPartTimer
	default:
		e.WorkKind = workKindNone
	}
	if !p.OnLeave && !p.HiredOn.IsZero() {
		day := p.HiredOn.Format(time.DateOnly)
		e.EnteredDay = &day
	}
	if p.RetiredOn != nil {
		day := p.RetiredOn.Format(time.DateOnly)
		e.RetiredDay = &day
	}
	return e
}

func groupID(organization int) int { return 100 + organization }

// nearestGroup is the group of the unit or of the closest one above it that
// Jobcan knows.
func nearestGroup(c *company.Company, key int) int {
	for key >= 0 && key < len(c.Organizations) {
		if c.Organizations[key].In[company.Jobcan] {
			return groupID(key)
		}
		key = c.Organizations[key].Parent
	}
	return topGroup
}
