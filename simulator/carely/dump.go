package carely

import "maps"

// State is everything the simulated tenant holds; see the package comment.
type State struct {
	CurrentCustomer string          `json:"currentCustomer"`
	Branches        []Branch        `json:"branches"`
	Departments     []DepartmentRow `json:"departments"`
	Workplaces      []WorkplaceRow  `json:"workplaces"`
	GroupAnalysis   []GroupRow      `json:"groupAnalysis"`
	Customers       []Customer      `json:"customers"`
	Overtimes       []OvertimeRow   `json:"overtimes"`
	// By uuid of a customer: invitation mails, written login ids and the size of
	// pictures in bytes.
	InvitationMails map[string]int    `json:"invitationMails"`
	LoginIDs        map[string]string `json:"loginIds"`
	Pictures        map[string]int    `json:"pictures"`
}

// DepartmentRow is a department and the branch it belongs to.
type DepartmentRow struct {
	Department
	BranchUUID string `json:"branchUuid"`
}

// WorkplaceRow is a workplace and the branch it belongs to.
type WorkplaceRow struct {
	Workplace
	BranchUUID string `json:"branchUuid"`
}

// GroupRow is a group analysis unit and the branch it belongs to.
type GroupRow struct {
	GroupAnalysis
	BranchUUID string `json:"branchUuid"`
}

// OvertimeRow is a row of overtime.
type OvertimeRow struct {
	UUID           string `json:"uuid"`
	CustomerUUID   string `json:"customerUuid"`
	EmployeeNumber string `json:"employeeNumber"`
	YearMonth      string `json:"yearMonth"` // yyyy-mm-01
	Hour           int32  `json:"hour"`
	Minute         int32  `json:"minute"`
}

// Dump returns a State, a copy of what the tenant holds now.
func (s *Server) Dump() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.data
	st := State{
		Branches: []Branch{}, Departments: []DepartmentRow{}, Workplaces: []WorkplaceRow{},
		GroupAnalysis: []GroupRow{}, Customers: []Customer{}, Overtimes: []OvertimeRow{},
		InvitationMails: maps.Clone(d.mails), LoginIDs: maps.Clone(d.logins), Pictures: maps.Clone(d.pictures),
	}
	if d.admin != nil {
		st.CurrentCustomer = *d.admin.UUID
	}
	for _, b := range d.branches {
		st.Branches = append(st.Branches, *b)
	}
	for _, o := range d.departments {
		st.Departments = append(st.Departments, DepartmentRow{*o, *d.home[o].UUID})
	}
	for _, w := range d.workplaces {
		st.Workplaces = append(st.Workplaces, WorkplaceRow{*w, *d.home[w].UUID})
	}
	for _, g := range d.groups {
		st.GroupAnalysis = append(st.GroupAnalysis, GroupRow{*g, *d.home[g].UUID})
	}
	for _, c := range d.customers {
		v := d.view(c)
		// The counts change with the next mutation: hand out copies.
		if v.Department != nil {
			v.Department = new(*v.Department)
		}
		if v.Workplace != nil {
			v.Workplace = new(*v.Workplace)
		}
		st.Customers = append(st.Customers, *v)
	}
	for _, o := range d.overtimes {
		st.Overtimes = append(st.Overtimes, OvertimeRow{
			UUID: *o.UUID, CustomerUUID: *o.Customer.UUID, EmployeeNumber: text(o.Customer.EmployeeNumber),
			YearMonth: *o.YearMonth, Hour: *o.Hour, Minute: *o.Minute,
		})
	}
	return st
}
