package akashi

import (
	"slices"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// sees tells whether the caller may read somebody: oneself, and for a manager
// the people whose main unit is managed or below a managed one (6.4.1, 6.7.1).
// Sub-units do not count: the document lets a tenant choose, and fewer is safer.
func (c *call) sees(one *staff) bool {
	return one.id == c.caller.id || c.below()[one.organization] || slices.Contains(c.caller.managedStaff, one.id)
}

// below returns the units that the caller manages, with those below them.
func (c *call) below() map[int]bool {
	if c.managed == nil {
		c.managed = map[int]bool{}
		for _, o := range c.st.organizations {
			if c.st.manages(c.caller, o.id) {
				c.managed[o.id] = true
			}
		}
	}
	return c.managed
}

// mayAdminister refuses everybody but company administrators: the document
// leaves it to the rights of the token's owner (4), and fewer is safer.
func (c *call) mayAdminister() *refusal {
	if c.caller.permission != company.CompanyAdministrator {
		return forbidden()
	}
	return nil
}

// visible returns an employee the caller may read.
func (c *call) visible(id int) (*staff, *refusal) {
	one := c.st.staffByID[id]
	switch {
	case one == nil:
		return nil, notFound("従業員")
	case !c.sees(one):
		return nil, forbidden()
	default:
		return one, nil
	}
}

// visibleInPath returns the employee that the path names.
func (c *call) visibleInPath() (*staff, *refusal) {
	id, refused := c.pathID("staff_id", "従業員")
	if refused != nil {
		return nil, refused
	}
	return c.visible(id)
}

// mayUseProjects refuses plain employees, as users report of reads.
func (c *call) mayUseProjects() *refusal {
	if c.caller.permission == company.PlainEmployee {
		return forbidden()
	}
	return nil
}
