package yesod

// State is everything the simulated tenant holds; see the package comment.
type State struct {
	Members       []MemberRow `json:"members"`
	Organizations []GroupRow  `json:"organizations"`
	Companies     []GroupRow  `json:"companies"`
	Offices       []GroupRow  `json:"offices"`
	Projects      []GroupRow  `json:"projects"`
	Options       []OptionRow `json:"options"`
	// Changes are the imports so far; Tasks the statuses that were set, by id.
	Changes []ChangeRow       `json:"changes"`
	Tasks   map[string]string `json:"tasks"`
}

// MemberRow is a person, with what holds today, held on the last day of
// employment or will hold on the first.
type MemberRow struct {
	ID                   string             `json:"id"`
	Email                string             `json:"email"`
	IdentificationNumber string             `json:"identificationNumber"`
	EmployeeNumber       string             `json:"employeeNumber"`
	FamilyName           string             `json:"familyName"`
	GivenName            string             `json:"givenName"`
	Enrollment           string             `json:"enrollment"` // 在籍, 休職, 退職
	EnterDate            string             `json:"enterDate"`
	RetireDate           *string            `json:"retireDate"`
	CompanyID            string             `json:"companyId"`
	OrganizationIDs      []string           `json:"organizationIds"`
	OfficeID             string             `json:"officeId"`
	ProjectIDs           []string           `json:"projectIds"`
	Attributes           map[string][]Value `json:"attributes"`
}

// GroupRow is a group; Depth is 1 at the top.
type GroupRow struct {
	ID       string `json:"id"`
	Code     string `json:"code"`
	Name     string `json:"name"`
	ParentID string `json:"parentId"`
	Depth    int    `json:"depth"`
}

// Dump returns a State. The caller must not change the maps in it.
func (s *Server) Dump() any {
	d, today := s.data(), s.today()
	st := State{
		Members: []MemberRow{}, Organizations: d.rows(kindOrganization, today), Companies: d.rows(kindCompany, today),
		Offices: d.rows(kindOffice, today), Projects: d.rows(kindProject, today), Options: d.options(""),
		Changes: s.changes(), Tasks: s.taskStatuses(),
	}
	sp := span{today: today}
	for _, m := range d.members {
		day, _ := sp.dayOf(m.left)
		now := d.on(m.attrs, max(day, m.entered))
		row := MemberRow{
			ID: m.id, Email: now.text(email), IdentificationNumber: now.text(identificationNumber),
			EmployeeNumber: now.text(employeeNumber), FamilyName: now.text(familyName), GivenName: now.text(givenName),
			Enrollment: now.text(enrollment), EnterDate: m.entered, CompanyID: now.reference(companyName),
			OrganizationIDs: now.references(organization), OfficeID: now.reference(office),
			ProjectIDs: now.references(project), Attributes: m.attrs,
		}
		if m.left != "" {
			row.RetireDate = &m.left
		}
		st.Members = append(st.Members, row)
	}
	return st
}

func (d *data) rows(kind, today string) []GroupRow {
	out := []GroupRow{}
	for _, g := range d.groups[kind] {
		if len(d.on(g.attrs, today)) == 0 {
			continue // gone, or still to come
		}
		row := GroupRow{ID: g.id, Code: g.code, Name: g.nameOn(today), Depth: g.depth}
		if g.parent != nil {
			row.ParentID = g.parent.id
		}
		out = append(out, row)
	}
	return out
}

func (v values) text(attribute string) string {
	if len(v[attribute]) == 0 {
		return ""
	}
	return asText(v[attribute][0].Value)
}

func (v values) references(attribute string) []string {
	out := []string{}
	for _, one := range v[attribute] {
		out = append(out, one.ReferenceID)
	}
	return out
}

func (v values) reference(attribute string) string {
	if refs := v.references(attribute); len(refs) > 0 {
		return refs[0]
	}
	return ""
}
