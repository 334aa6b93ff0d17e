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
		if p.StartsOn != nil && p.StartsOn.After(to) || p.EndsOn != nil && p.EndsOn.Before(from) ||
			!slices.Contains(p.members, one.id) {
			continue
		}
		row := wireStaffProject{ProjectID: p.id, StartDate: dashed(p.StartsOn), EndDate: dashed(p.EndsOn), Tasks: []int{}}
		for _, t := range p.Tasks {
			row.Tasks = append(row.Tasks, TaskID(t.Key))
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
	return struct {
		StaffIDs      []int `json:"staff_ids"`
		OwnerStaffIDs []int `json:"owner_staff_ids"`
	}{c.onlyVisible(p.members), c.onlyVisible(p.owner)}, nil
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
