package akashi

import "slices"

type wireStaffProject struct {
	ProjectID int     `json:"project_id"`
	StartDate *string `json:"start_date"`
	EndDate   *string `json:"end_date"`
	Tasks     []int   `json:"tasks"`
}

// getStaffProjects is 6.28: the projects of an employee that run in a part of
// the period, by default the running month. The document states no date format.
func getStaffProjects(c *call) (any, *refusal) {
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	from, to, refused := c.monthPeriod(layout14, layout8, layoutDay)
	if refused != nil {
		return nil, refused
	}
	rows := []wireStaffProject{}
	for _, p := range c.st.projects {
		if p.startsOn != nil && p.startsOn.After(to) || p.endsOn != nil && p.endsOn.Before(from) ||
			!slices.Contains(p.members, one.id) {
			continue
		}
		row := wireStaffProject{ProjectID: p.id, StartDate: c.dashed(p.startsOn), EndDate: c.dashed(p.endsOn), Tasks: []int{}}
		for _, t := range p.tasks {
			row.Tasks = append(row.Tasks, t.id)
		}
		rows = append(rows, row)
	}
	return struct {
		Projects []wireStaffProject `json:"projects"`
	}{rows}, nil
}

// getProjectStaffs is 6.29: the members whom the caller may see.
func getProjectStaffs(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	return c.projectStaffs(p), nil
}

func (c *call) projectStaffs(p *project) any {
	return struct {
		StaffIDs      []int `json:"staff_ids"`
		OwnerStaffIDs []int `json:"owner_staff_ids"`
	}{c.onlyVisible(p.members), c.onlyVisible(p.owner)}
}

func (c *call) onlyVisible(ids []int) []int {
	seen := []int{}
	for _, id := range ids {
		if one := c.st.staffByID[id]; one != nil && c.sees(one) {
			seen = append(seen, id)
		}
	}
	return seen
}

// postProjectStaffs is 6.30 (its table says GET, which is 6.29): it puts people
// on a project or off it, all of them or none.
func postProjectStaffs(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	f := c.fields(c.body)
	assign, unassign := map[int]bool{}, map[int]bool{} // the value is owner
	if f.object["assign"] != nil {
		for _, row := range c.assigned(f) {
			part := c.fields(row)
			id, owner := part.integer("staff_id", "従業員ID"), part.boolean("owner", "オーナー")
			if id == nil && len(part.wrong) == 0 {
				part.fail("従業員IDは必ず入力してください。")
			}
			if len(part.wrong) == 0 && c.mayAssign(part, *id) {
				assign[*id] = owner != nil && *owner
			}
			f.wrong = append(f.wrong, part.wrong...)
		}
	}
	for _, value := range f.list("unassign", "解除") {
		id, ok := asInt(value)
		switch {
		case !ok:
			f.fail("解除は従業員IDの配列で入力してください。")
		case !c.mayAssign(f, id):
		default:
			if _, both := assign[id]; both {
				f.fail("同じ従業員を追加と解除の両方に指定することはできません。")
			}
			unassign[id] = false
		}
	}
	if len(f.wrong) > 0 {
		return nil, refuse(f.problems(codeNoSuchRow, nil)...)
	}
	p.assign(assign, unassign)
	c.changed = len(assign)+len(unassign) > 0
	return c.projectStaffs(p), nil
}

// assigned reads the rows of assign, which may be empty.
func (c *call) assigned(f *fields) []object {
	if list, ok := f.object["assign"].([]any); ok && len(list) == 0 {
		return nil
	}
	return f.rows("assign", "追加")
}

// list reads an array that may be absent.
func (f *fields) list(name, label string) []any {
	value := f.object[name]
	list, ok := value.([]any)
	if value != nil && !ok {
		f.fail("%sの形式が正しくありません。", label)
	}
	return list
}

func (c *call) mayAssign(f *fields, id int) bool {
	one := c.st.staffByID[id]
	if one == nil || !c.sees(one) {
		f.fail("従業員が存在しません。")
		return false
	}
	return true
}

// assign replaces the lists, which stay ascending; whoever is to go and is not
// there does no harm.
func (p *project) assign(assign, unassign map[int]bool) {
	members, owner := map[int]bool{}, map[int]bool{}
	for _, id := range p.members {
		members[id] = true
	}
	for _, id := range p.owner {
		owner[id] = true
	}
	for id, owns := range assign {
		members[id], owner[id] = true, owns
	}
	for id := range unassign {
		members[id], owner[id] = false, false
	}
	p.members, p.owner = chosen(members), chosen(owner)
}

// chosen are the keys whose value is true, ascending.
func chosen(set map[int]bool) []int {
	ids := []int{}
	for id, in := range set {
		if in {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
