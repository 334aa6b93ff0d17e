package akashi

import "github.com/hitotsu/hitotsu/simulator/company"

// sees tells whether the caller may read somebody: oneself, and for a manager
// the people whose main unit is managed or below a managed one (6.4.1, 6.7.1).
// Sub-units do not count: the document lets a tenant choose, and fewer is safer.
func (c *call) sees(one *staff) bool {
	return one.id == c.caller.id || c.caller.below[one.organization]
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

// mayReadProjects refuses plain employees, as users report.
func (c *call) mayReadProjects() *refusal {
	if c.caller.permission == company.PlainEmployee {
		return forbidden()
	}
	return nil
}
