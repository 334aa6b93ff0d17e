package e2e_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// census is who the company's people are and where they belong, as the
// simulators' dumps tell.
type census struct {
	akashi akashi.Dump
	// unit is the AKASHI id of each employee's main organisation by employee
	// code; 0 when neither AKASHI nor YESOD tells one.
	unit map[string]int
	// staff is AKASHI's id by employee code.
	staff map[string]int
	// manager and employee are the personas' codes.
	manager, employee string
}

func newCensus(t *testing.T, d *demo) *census {
	t.Helper()
	c := &census{
		akashi: dump[akashi.Dump](t, d.Simulators.Akashi), unit: map[string]int{}, staff: map[string]int{},
		manager:  d.Simulators.Company.Persona(company.PersonaManager).Code,
		employee: d.Simulators.Company.Persona(company.PersonaEmployee).Code,
	}
	byCode := map[string]int{}
	for _, o := range c.akashi.Organizations {
		if o.Code != nil {
			byCode[*o.Code] = o.OrganizationID
		}
	}
	for _, s := range c.akashi.Staffs {
		c.unit[s.Code], c.staff[s.Code] = s.OrganizationID, s.StaffID
	}
	master := dump[yesod.State](t, d.Simulators.Yesod)
	codeOf := map[string]string{}
	for _, g := range master.Organizations {
		codeOf[g.ID] = g.Code
	}
	for _, m := range master.Members {
		if _, known := c.unit[m.EmployeeNumber]; known {
			continue
		}
		c.unit[m.EmployeeNumber] = 0
		if len(m.OrganizationIDs) > 0 {
			c.unit[m.EmployeeNumber] = byCode[codeOf[m.OrganizationIDs[0]]]
		}
	}
	for _, p := range d.Simulators.Company.People {
		for _, record := range p.In {
			if record.Code != p.Code { // one system's own spelling
				delete(c.unit, record.Code)
			}
		}
		if _, known := c.unit[p.Code]; !known {
			c.unit[p.Code] = 0
		}
	}
	return c
}

// below returns the AKASHI units and all that lie below them.
func (c *census) below(units ...int) map[int]bool {
	inside := map[int]bool{}
	for _, id := range units {
		inside[id] = true
	}
	for range c.akashi.Organizations {
		for _, o := range c.akashi.Organizations {
			if o.ParentID != nil && inside[*o.ParentID] {
				inside[o.OrganizationID] = true
			}
		}
	}
	return inside
}

func (c *census) managed() []int {
	i := slices.IndexFunc(c.akashi.Staffs, func(s akashi.DumpStaff) bool { return s.Code == c.manager })
	return c.akashi.Staffs[i].ManagedOrganizationIDs
}

// visible returns the codes of those whom a persona may see, in order.
func (c *census) visible(token string) []string {
	inside := c.below(c.managed()...)
	var codes []string
	for code, unit := range c.unit {
		switch {
		case token == hrToken,
			token == managerToken && (inside[unit] || code == c.manager),
			token == employeeToken && code == c.employee:
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	return codes
}

func employeeID(staff int) string    { return akashiID(hr.KindEmployee, staff) }
func unitID(organization int) string { return akashiID(hr.KindOrganization, organization) }
func projectID(project int) string   { return akashiID(hr.KindProject, project) }

func akashiID(kind hr.Kind, id int) string {
	return hr.EncodeID(kind, hr.Ref{Link: hr.Link{System: hr.Akashi, Name: hr.DefaultLink}, ID: strconv.Itoa(id)})
}

// somebodyHidden returns the code of an active employee whom only HR may see and
// whom every system knows.
func (c *census) somebodyHidden(t *testing.T, d *demo) string {
	t.Helper()
	inside := c.below(c.managed()...)
	for _, p := range d.Simulators.Company.People {
		unit, known := c.unit[p.Code]
		if known && unit != 0 && !inside[unit] && p.Persona == company.NoPersona && p.RetiredOn == nil && len(p.In) == 4 {
			return p.Code
		}
	}
	t.Fatal("nobody is hidden")
	return ""
}

// top returns the topmost unit above one, below the company itself, which has no
// unit above and is none.
func (c *census) top(unit int) int {
	parents := map[int]int{}
	for _, o := range c.akashi.Organizations {
		if o.ParentID != nil {
			parents[o.OrganizationID] = *o.ParentID
		}
	}
	for parents[parents[unit]] != 0 {
		unit = parents[unit]
	}
	return unit
}

// mixedProjects returns the ids of projects with members whom the manager may
// see and others.
func (c *census) mixedProjects(t *testing.T) []string {
	t.Helper()
	seen := map[int]bool{}
	for _, code := range c.visible(managerToken) {
		seen[c.staff[code]] = true
	}
	var ids []string
	for _, p := range c.akashi.Projects {
		n := 0
		for _, staff := range p.StaffIDs {
			if seen[staff] {
				n++
			}
		}
		if n > 0 && n < len(p.StaffIDs) && len(ids) < 4 {
			ids = append(ids, projectID(p.ProjectID))
		}
	}
	if len(ids) == 0 {
		t.Fatal("no project has members of both sorts")
	}
	return ids
}
