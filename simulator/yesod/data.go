package yesod

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// The ends of validity: foundation is when groups began, forever the open end
// (facts 1.4.2).
const (
	foundation = "2000-04-01"
	forever    = "9999-12-30"
)

// Value is a value of an attribute and the days it holds, both included.
type Value struct {
	ReferenceID   string `json:"referenceId,omitempty"`
	ReferenceType string `json:"referenceType,omitempty"`
	// SetID ties the values of one membership together; the nil UUID when the
	// attribute has no memberships.
	SetID      string `json:"setId,omitempty"`
	ValidStart string `json:"validStart"`
	ValidEnd   string `json:"validEnd"`
	Value      any    `json:"value"`
}

func (v Value) holds(day string) bool { return v.ValidStart <= day && day <= v.ValidEnd }

// values are an entity's values by attribute id.
type values map[string][]Value

// add appends a value; an empty text was never entered.
func (v values) add(attribute string, value any, setID, from, to string) {
	if value == "" || from > to {
		return
	}
	v[attribute] = append(v[attribute], Value{SetID: setID, ValidStart: from, ValidEnd: to, Value: value})
}

// refer appends a value that points to a group.
func (v values) refer(attribute string, g *group, setID, from, to string) {
	if from > to {
		return
	}
	v[attribute] = append(v[attribute], Value{
		ReferenceID: g.id, ReferenceType: g.kind, SetID: setID, ValidStart: from, ValidEnd: to, Value: g.name,
	})
}

// group is a company, organisation, office or project. Its name is dated, its
// place in the tree is not: a move holds from the moment it is applied.
type group struct {
	id, kind, code, name string
	parent               *group
	depth                int // 1 at the top
	attrs                values
}

// nameOn is the name on a day, or the last one known.
func (g *group) nameOn(day string) string {
	for _, v := range g.attrs[namesOf(g.kind).name] {
		if v.holds(day) {
			return asText(v.Value)
		}
	}
	return g.name
}

// member is a person.
type member struct {
	id    string
	attrs values
	// entered and left are the first and last day of employment; left is "" for
	// somebody who stays.
	entered, left string
}

// data is what the company looks like in YESOD; it never changes once it is in
// use, see plan.
type data struct {
	seed       uint64
	catalogue  []attribute
	attributes map[string]attribute
	groups     map[string][]*group // by kind, parents first
	byID       map[string]*group
	members    []*member // by person
}

func newData(c *company.Company, seed uint64) *data {
	d := &data{
		seed: seed, catalogue: catalogue(), attributes: map[string]attribute{},
		groups: map[string][]*group{}, byID: map[string]*group{},
	}
	for _, a := range d.catalogue {
		d.attributes[a.id] = a
	}
	whole := d.addGroup(kindCompany, "1", "C001", "株式会社ひとつ", nil, foundation)
	offices := []*group{
		d.addGroup(kindOffice, "1", "T01", "東京本社", nil, foundation),
		d.addGroup(kindOffice, "2", "O01", "大阪支社", nil, foundation),
	}
	units := map[int]*group{}
	for _, o := range c.Organizations {
		if o.In[company.Yesod] {
			parent := nearest(c, units, o.Parent)
			units[o.Key] = d.addGroup(kindOrganization, strconv.Itoa(o.Key), o.Code, o.Name, parent, foundation)
		}
	}
	memberships := map[int][]projectMembership{}
	for _, p := range c.Projects {
		g := d.addGroup(kindProject, strconv.Itoa(p.Key), p.Code, p.Name, nil, foundation)
		for _, key := range p.Members {
			memberships[key] = append(memberships[key], projectMembership{g, slices.Contains(p.Owners, key)})
		}
	}
	for _, p := range c.People {
		if rec, ok := p.In[company.Yesod]; ok {
			m := newMember(d, c, p, rec)
			m.employ(d, p, rec, whole, offices[p.Key%len(offices)])
			m.place(d, c, p, units)
			m.assign(d, memberships[p.Key])
			d.members = append(d.members, m)
		}
	}
	return d
}

type projectMembership struct {
	group *group
	owner bool
}

func (d *data) addGroup(kind, key, code, name string, parent *group, from string) *group {
	g := &group{
		id: newID(d.seed, kind, key), kind: kind, code: code, name: name, parent: parent, depth: 1, attrs: values{},
	}
	if parent != nil {
		g.depth = parent.depth + 1
	}
	names := namesOf(kind)
	g.attrs.add(names.name, name, nilID, from, forever)
	if names.code != "" {
		g.attrs.add(names.code, code, nilID, from, forever)
	}
	d.groups[kind] = append(d.groups[kind], g)
	d.byID[g.id] = g
	return g
}

// nearest is the group of the unit or of the closest one above it.
func nearest(c *company.Company, units map[int]*group, key int) *group {
	for key >= 0 && key < len(c.Organizations) {
		if g, ok := units[key]; ok {
			return g
		}
		key = c.Organizations[key].Parent
	}
	return nil
}

// newMember has the values that outlast employment.
func newMember(d *data, c *company.Company, p company.Person, rec company.Record) *member {
	m := &member{
		id: newID(d.seed, kindMember, strconv.Itoa(p.Key)), attrs: values{}, entered: foundation,
	}
	if !p.HiredOn.IsZero() {
		m.entered = p.HiredOn.Format(time.DateOnly)
	}
	for _, a := range []struct{ id, value string }{
		{familyName, rec.Family},
		{givenName, rec.Given},
		{familyNamePhonetic, p.FamilyKana},
		{givenNamePhonetic, p.GivenKana},
		{familyNameRoman, p.FamilyRoman},
		{givenNameRoman, p.GivenName},
		{email, rec.Email},
		{identificationNumber, rec.Code},
	} {
		m.attrs.add(a.id, a.value, nilID, m.entered, forever)
	}
	before := func(t time.Time) string { return t.AddDate(0, 0, -1).Format(time.DateOnly) }
	switch {
	case p.RetiredOn != nil:
		m.left = p.RetiredOn.Format(time.DateOnly)
		m.attrs.add(enrollment, enrolled, nilID, m.entered, before(*p.RetiredOn))
		m.attrs.add(enrollment, retired, nilID, m.left, forever)
	case p.OnLeave:
		// The company does not say since when; three months is ours.
		since := c.Today.AddDate(0, -3, 0)
		m.attrs.add(enrollment, enrolled, nilID, m.entered, before(since))
		m.attrs.add(enrollment, onLeave, nilID, max(m.entered, since.Format(time.DateOnly)), forever)
	default:
		m.attrs.add(enrollment, enrolled, nilID, m.entered, forever)
	}
	return m
}

// until is the last day of what belongs to the employment.
func (m *member) until() string { return cmp.Or(m.left, forever) }

// employ adds what belongs to the company and the office.
func (m *member) employ(d *data, p company.Person, rec company.Record, whole, place *group) {
	set := newID(d.seed, "set", m.id+whole.id)
	m.attrs.refer(companyName, whole, set, m.entered, m.until())
	m.attrs.add(companyCode, whole.code, set, m.entered, m.until())
	m.attrs.add(employmentType, p.EmploymentType, set, m.entered, m.until())
	m.attrs.add(employeeNumber, rec.Code, set, m.entered, m.until())
	m.attrs.add(jobTitle, p.JobTitle, set, m.entered, m.until())
	set = newID(d.seed, "set", m.id+place.id)
	m.attrs.refer(office, place, set, m.entered, m.until())
	m.attrs.add(officeCode, place.code, set, m.entered, m.until())
}

// place adds the units, the main one first.
func (m *member) place(d *data, c *company.Company, p company.Person, units map[int]*group) {
	var seen []*group
	for i, key := range append([]int{p.Organization}, p.SubUnits...) {
		g := nearest(c, units, key)
		if g == nil || slices.Contains(seen, g) {
			continue
		}
		seen = append(seen, g)
		set := newID(d.seed, "set", m.id+g.id)
		m.attrs.refer(organization, g, set, m.entered, m.until())
		m.attrs.add(organizationCode, g.code, set, m.entered, m.until())
		title := roleMember
		if slices.Contains(p.Manages, key) {
			title = roleHead
		}
		m.attrs.add(role, title, set, m.entered, m.until())
		rate := 20 // percent
		if i == 0 {
			rate = 100 - 20*len(p.SubUnits)
		}
		m.attrs.add(chargeRate, max(0, rate), set, m.entered, m.until())
	}
}

// assign adds the projects.
func (m *member) assign(d *data, memberships []projectMembership) {
	for _, ms := range memberships {
		set := newID(d.seed, "set", m.id+ms.group.id)
		m.attrs.refer(project, ms.group, set, m.entered, m.until())
		title := roleMember
		if ms.owner {
			title = roleHead
		}
		m.attrs.add(projectRole, title, set, m.entered, m.until())
	}
}
