package reads

import (
	"strings"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// What writes touch. Each method makes the next read ask the system.

// ForgetOvertimes drops the overtime of one record.
func (r *Reader) ForgetOvertimes(customer hr.Ref) {
	r.cells.forget(func(k cellKey) bool {
		return k.link == customer.Link && k.endpoint == overtimeCells && k.subject == customer.ID
	})
}

// ForgetManhours drops the man-hours of a link, everybody's: lists of all people
// and of one hold the same rows.
func (r *Reader) ForgetManhours(l hr.Link) {
	r.cells.forget(func(k cellKey) bool { return k.link == l && strings.HasPrefix(k.endpoint, manhourCells) })
}

// ForgetProjects drops the projects of a link, with their tasks and members.
func (r *Reader) ForgetProjects(l hr.Link) {
	r.cells.forget(func(k cellKey) bool {
		return k.link == l && (k.endpoint == projectCells || k.endpoint == taskCells || k.endpoint == memberCells ||
			strings.HasPrefix(k.endpoint, participationCells))
	})
}

// ForgetStamps drops the stamps of one record.
func (r *Reader) ForgetStamps(staff hr.Ref) {
	r.cells.forget(func(k cellKey) bool {
		return k.link == staff.Link && k.endpoint == stampCells && k.subject == staff.ID
	})
}

// ForgetCarelyUnits drops what Carely lists of departments, workplaces and
// units for group analysis.
func (r *Reader) ForgetCarelyUnits(l hr.Link) {
	r.cells.forget(func(k cellKey) bool {
		return k.link == l && (k.endpoint == string(CarelyDepartments) || k.endpoint == string(CarelyWorkplaces) ||
			k.endpoint == string(CarelyGroupAnalyses))
	})
}

// ForgetWorkingRecords drops the working records of one record.
func (r *Reader) ForgetWorkingRecords(person hr.Ref) {
	r.cells.forget(func(k cellKey) bool {
		return k.link == person.Link && (k.endpoint == recordCells || k.endpoint == breakCells) && k.subject == person.ID
	})
}
