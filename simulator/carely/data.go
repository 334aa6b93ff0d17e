package carely

import (
	"slices"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// Branch is a 登録グループ: the border of what an administrator may see.
type Branch struct {
	DisplayName *string `json:"displayName"`
	UUID        *string `json:"uuid"`
}

// Department is a 部署. DisplayName is the whole path; its levels are separated
// by one space or by two (document, samples).
type Department struct {
	CustomersCount *int32  `json:"customersCount"`
	DisplayName    *string `json:"displayName"`
	UUID           *string `json:"uuid"`
}

// Workplace is a 事業場.
type Workplace struct {
	CustomersCount *int32  `json:"customersCount"`
	Name           *string `json:"name"`
	UUID           *string `json:"uuid"`
}

// GroupAnalysis is a 集団分析単位.
type GroupAnalysis struct {
	DisplayName *string `json:"displayName"`
	UUID        *string `json:"uuid"`
}

// Customer is an employee in the vendor's words; the fields are those of the
// GraphQL type.
type Customer struct {
	Age                   *string        `json:"age"`
	Bio                   *string        `json:"bio"`
	BornOn                *string        `json:"bornOn"`
	Branch                *Branch        `json:"branch"`
	Department            *Department    `json:"department"`
	Email                 *string        `json:"email"`
	EmployeeNumber        *string        `json:"employeeNumber"`
	EmploymentStatus      *string        `json:"employmentStatus"`
	EmploymentStatusText  *string        `json:"employmentStatusText"`
	Errors                *string        `json:"errors"`
	Fullname              *string        `json:"fullname"`
	FullnameJa            *string        `json:"fullnameJa"`
	Gender                *string        `json:"gender"`
	GenderText            *string        `json:"genderText"`
	GroupAnalysis         *GroupAnalysis `json:"groupAnalysis"`
	HasStressCheck        *string        `json:"hasStressCheck"`
	HasStressCheckText    *string        `json:"hasStressCheckText"`
	HealthcheckUnionName  *string        `json:"healthcheckUnionName"`
	HealthInsuranceNumber *string        `json:"healthInsuranceNumber"`
	HealthInsuranceSymbol *string        `json:"healthInsuranceSymbol"`
	InsuranceCardName     *string        `json:"insuranceCardName"`
	InsuranceCardNameJa   *string        `json:"insuranceCardNameJa"`
	JobTitle              *string        `json:"jobTitle"`
	JoinOn                *string        `json:"joinOn"`
	ProfilePicturePath    *string        `json:"profilePicturePath"`
	RetireOn              *string        `json:"retireOn"`
	UUID                  *string        `json:"uuid"`
	WorkingArrangement    *string        `json:"workingArrangement"`
	Workplace             *Workplace     `json:"workplace"`
}

// Overtime is a month's overtime of one customer.
type Overtime struct {
	Customer  *Customer
	Errors    *string
	Hour      *int32
	Minute    *int32
	UUID      *string
	YearMonth *string // yyyy-mm-01
}

// data is the tenant's state; Server.mu guards it.
type data struct {
	seed        uint64
	now         func() time.Time
	branches    []*Branch
	departments []*Department
	workplaces  []*Workplace
	groups      []*GroupAnalysis
	customers   []*Customer
	overtimes   []*Overtime
	admin       *Customer
	// home is the branch of a department, workplace or group.
	home map[any]*Branch
	// By uuid of a customer: invitation mails that were sent, login ids that
	// were written and never show in an answer, and pictures.
	mails    map[string]int
	logins   map[string]string
	pictures map[string]int // bytes
}

func newData(c *company.Company, opts Options) *data {
	d := &data{
		seed: opts.Seed, now: opts.Now, home: map[any]*Branch{},
		mails: map[string]int{}, logins: map[string]string{}, pictures: map[string]int{},
	}
	tokyo, osaka := d.addBranch("東京支社"), d.addBranch("大阪支社")
	for _, name := range []string{"渋谷", "新宿", "銀座"} {
		d.addWorkplace(name, tokyo)
	}
	for _, name := range []string{"梅田", "難波"} {
		d.addWorkplace(name, osaka)
	}
	d.addGroup("集団分析1", tokyo)
	d.addGroup("集団分析2", tokyo)
	d.addGroup("集団分析3", osaka)
	departments := d.addOrganizations(c)
	type row struct {
		month    company.Overtime
		customer *Customer
	}
	var rows []row
	for _, p := range c.People {
		rec, ok := p.In[company.Carely]
		if !ok {
			continue
		}
		cust := d.newCustomer(c, p, rec)
		cust.Department = nearest(c, departments, p.Organization)
		if d.admin == nil || p.Persona == company.PersonaHR {
			d.admin = cust
		}
		for _, o := range p.Overtimes {
			rows = append(rows, row{o, cust})
		}
	}
	// Rows came in month by month (document, sample of overtimes).
	slices.SortStableFunc(rows, func(a, b row) int { return a.month.Month.Compare(b.month.Month) })
	for _, r := range rows {
		d.addOvertime(r.customer, r.month.Month.In(company.JST).Format(time.DateOnly), r.month.Minutes)
	}
	d.recount()
	return d
}

func (d *data) addBranch(name string) *Branch {
	b := &Branch{DisplayName: &name, UUID: new(uuid(d.seed, "branch", name))}
	d.branches = append(d.branches, b)
	return b
}

func (d *data) addDepartment(key, name string, b *Branch) *Department {
	dep := &Department{DisplayName: &name, UUID: new(uuid(d.seed, "department", key))}
	d.departments = append(d.departments, dep)
	d.home[dep] = b
	return dep
}

func (d *data) addWorkplace(name string, b *Branch) *Workplace {
	w := &Workplace{Name: &name, UUID: new(uuid(d.seed, "workplace", text(b.UUID)+name))}
	d.workplaces = append(d.workplaces, w)
	d.home[w] = b
	return w
}

func (d *data) addGroup(name string, b *Branch) *GroupAnalysis {
	g := &GroupAnalysis{DisplayName: &name, UUID: new(uuid(d.seed, "group", text(b.UUID)+name))}
	d.groups = append(d.groups, g)
	d.home[g] = b
	return g
}

// addOrganizations makes a department of each unit that Carely knows. The top
// units take turns between the branches; what lies below follows.
func (d *data) addOrganizations(c *company.Company) map[int]*Department {
	out := map[int]*Department{}
	for _, o := range c.Organizations {
		if !o.In[company.Carely] {
			continue
		}
		name := o.Name
		if above := nearest(c, out, o.Parent); above != nil {
			separator := " "
			if o.Key%2 == 1 {
				separator = "  "
			}
			name = text(above.DisplayName) + separator + name
		}
		out[o.Key] = d.addDepartment(strconv.Itoa(o.Key), name, d.branchOf(c, o.Key))
	}
	return out
}

// branchOf is the branch of a unit's top unit.
func (d *data) branchOf(c *company.Company, key int) *Branch {
	tops := 0
	top := map[int]int{}
	for _, o := range c.Organizations {
		if o.Parent < 0 {
			top[o.Key] = tops
			tops++
		} else {
			top[o.Key] = top[o.Parent]
		}
	}
	return d.branches[top[key]%len(d.branches)]
}

// nearest is the department of the unit or of the closest one above it.
func nearest(c *company.Company, departments map[int]*Department, key int) *Department {
	for key >= 0 && key < len(c.Organizations) {
		if dep, ok := departments[key]; ok {
			return dep
		}
		key = c.Organizations[key].Parent
	}
	return nil
}

func (d *data) newCustomer(c *company.Company, p company.Person, rec company.Record) *Customer {
	day := func(t time.Time) *string {
		if t.IsZero() {
			return nil
		}
		return new(t.In(company.JST).Format(time.DateOnly))
	}
	full, reading := rec.Family+" "+rec.Given, hiragana(p.FamilyKana+" "+p.GivenKana)
	cust := &Customer{
		BornOn: day(p.BornOn), Branch: d.branchOf(c, p.Organization), Email: filled(rec.Email),
		EmployeeNumber: filled(rec.Code), Fullname: &full, FullnameJa: filled(reading),
		HealthcheckUnionName:  new("全国健康保険協会"),
		HealthInsuranceSymbol: new("21700023"), HealthInsuranceNumber: new(strconv.Itoa(p.Key + 1)),
		InsuranceCardName: &full, InsuranceCardNameJa: filled(reading),
		JobTitle: filled(p.JobTitle), JoinOn: day(p.HiredOn), UUID: new(uuid(d.seed, "customer", strconv.Itoa(p.Key))),
		WorkingArrangement: filled(p.EmploymentType),
	}
	gender, status, stress := "male", "normal", "active"
	if p.Female {
		gender = "female"
	}
	if p.OnLeave {
		status, stress = "absent", "in_active"
	}
	if p.RetiredOn != nil {
		cust.RetireOn = day(*p.RetiredOn)
		if p.RetiredOn.Before(c.Today) {
			status, stress = "retire", "in_active"
		}
	}
	cust.setGender(gender)
	cust.setStatus(status)
	cust.setStressCheck(stress)
	for i := range d.workplaces {
		if w := d.workplaces[(p.Key+i)%len(d.workplaces)]; d.home[w] == cust.Branch {
			cust.Workplace = w
			break
		}
	}
	for i := range d.groups {
		if g := d.groups[(p.Key+i)%len(d.groups)]; d.home[g] == cust.Branch {
			cust.GroupAnalysis = g
			break
		}
	}
	d.customers = append(d.customers, cust)
	return cust
}

func (c *Customer) setGender(v string) { c.Gender, c.GenderText = &v, new(genderText(v)) }

func (c *Customer) setStatus(v string) {
	c.EmploymentStatus, c.EmploymentStatusText = &v, new(statusText(v))
}

func (c *Customer) setStressCheck(v string) {
	c.HasStressCheck, c.HasStressCheckText = &v, new(stressCheckText(v))
}

// addOvertime appends a row; hour is whole hours of minute (document, samples;
// how 90 minutes round is unknown, so they round down).
func (d *data) addOvertime(c *Customer, yearMonth string, minutes int) *Overtime {
	o := &Overtime{
		Customer: c, UUID: new(uuid(d.seed, "overtime", text(c.UUID)+yearMonth)), YearMonth: &yearMonth,
	}
	o.setMinute(int32(minutes))
	d.overtimes = append(d.overtimes, o)
	return o
}

func (o *Overtime) setMinute(minute int32) { o.Minute, o.Hour = &minute, new(minute/60) }

// recount brings customersCount up to date.
func (d *data) recount() {
	departments, workplaces := map[*Department]int32{}, map[*Workplace]int32{}
	for _, c := range d.customers {
		departments[c.Department]++
		workplaces[c.Workplace]++
	}
	for _, dep := range d.departments {
		dep.CustomersCount = new(departments[dep])
	}
	for _, w := range d.workplaces {
		w.CustomersCount = new(workplaces[w])
	}
}

// view is the customer as an answer shows it today.
func (d *data) view(c *Customer) *Customer {
	if c == nil {
		return nil
	}
	out := *c
	out.Age = age(c.BornOn, d.now())
	return &out
}
