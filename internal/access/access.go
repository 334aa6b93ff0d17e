// Package access decides who may see what. It is pure policy over facts: it
// reads nothing, knows no request and no system, and every path to a person
// (a list, a count, a node, a nested field, a cursor) asks it.
//
// Facts come from the directory. When a fact is missing the answer is no:
// somebody whose organisation is unknown is seen by HR and by themselves only.
//
// access imports internal/hr and nothing above it.
package access

import "github.com/hitotsu/hitotsu/internal/hr"

// Role is what a caller is to the company.
type Role string

// The roles. A caller has exactly one today; rules are written so that several
// add up.
const (
	// HR sees everybody and the vendors' own data.
	HR Role = "HR"
	// Manager sees the people of the organisations they manage, and below, and
	// themselves.
	Manager Role = "MANAGER"
	// Employee sees themselves.
	Employee Role = "EMPLOYEE"
)

// Caller is who asks, as authentication found out.
type Caller struct {
	// Name is the name of the caller's key.
	Name string
	Role Role
	// EmployeeCode is the caller's own, "" when the key names no employee.
	EmployeeCode string
}

// Facts is what the policy needs to know about one caller.
type Facts struct {
	Role Role
	// Self is the caller's own employee, "" when the key names none.
	Self hr.EmployeeID
	// Managed holds every organisation whose people the caller manages, those
	// below included. Nil when unknown, for instance because no system that
	// knows the organisations answered: then a manager sees only themselves.
	Managed map[hr.OrganizationID]bool
}

// SeesEveryone tells whether no person is hidden from the caller.
func (f *Facts) SeesEveryone() bool { return f.Role == HR }

// MaySee tells whether the caller may know that e exists and read e's fields.
func (f *Facts) MaySee(e *hr.Employee) bool {
	switch {
	case e == nil:
		return false
	case f.SeesEveryone():
		return true
	case f.Self != "" && f.Self == e.ID:
		return true
	case f.Role == Manager:
		return e.OrganizationID != "" && f.Managed[e.OrganizationID]
	default:
		return false
	}
}

// MaySeeVendorData tells whether the caller may use the vendors' namespaces
// about the company as a whole.
func (f *Facts) MaySeeVendorData() bool { return f.Role == HR }

// MayWriteVendorData tells whether the caller may change what only a vendor has,
// staffs and rights among it.
func (f *Facts) MayWriteVendorData() bool { return f.Role == HR }

// Visible returns those of people whom the caller may see, in their order.
func (f *Facts) Visible(people []*hr.Employee) []*hr.Employee {
	if f.SeesEveryone() {
		return people
	}
	visible := make([]*hr.Employee, 0, len(people))
	for _, e := range people {
		if f.MaySee(e) {
			visible = append(visible, e)
		}
	}
	return visible
}

// MayWriteOvertime tells whether the caller may record overtime: those who see
// everybody.
func (f *Facts) MayWriteOvertime() bool { return f.SeesEveryone() }

// MayWriteManhours tells whether the caller may write e's man-hours: HR
// everybody's, a manager those of the people managed, everybody their own.
func (f *Facts) MayWriteManhours(e *hr.Employee) bool { return f.MaySee(e) }

// MayUnlinkToken tells whether the caller may make the gateway forget e's own
// token of a vendor: everybody their own, HR anybody's. Nobody may set another's.
func (f *Facts) MayUnlinkToken(e *hr.Employee) bool {
	return e != nil && (f.SeesEveryone() || f.Self != "" && f.Self == e.ID)
}

// MayWriteProjects tells whether the caller may make and change projects and
// tasks.
func (f *Facts) MayWriteProjects() bool { return f.SeesEveryone() }

// MayDecideIdentity tells whether the caller may see which records were not
// joined, and decide who is who.
func (f *Facts) MayDecideIdentity() bool { return f.SeesEveryone() }
