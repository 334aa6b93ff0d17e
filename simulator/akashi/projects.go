package akashi

import "time"

type wireProject struct {
	ProjectID       int     `json:"project_id"`
	Name            string  `json:"name"`
	ShortName       *string `json:"short_name"`
	ProjectCode     *string `json:"project_code"`
	Remarks         *string `json:"remarks"`
	StartDate       *string `json:"start_date"`
	EndDate         *string `json:"end_date"`
	SyncPunch       bool    `json:"sync_punch"`
	AllStaffsTarget bool    `json:"all_staffs_target"`
}

// getProjects is 6.16: those that run in a part of the period, 50 a page from
// page 0. The table writes the days yyyy/mm/dd, the sample yyyymmdd.
func getProjects(c *call) (any, *refusal) {
	if refused := c.mayUseProjects(); refused != nil {
		return nil, refused
	}
	from, refused := c.when("start_date", layout8, layoutDay)
	if refused != nil {
		return nil, refused
	}
	to, refused := c.when("end_date", layout8, layoutDay)
	if refused != nil {
		return nil, refused
	}
	page, refused := c.page()
	if refused != nil {
		return nil, refused
	}
	var found []*project
	for _, p := range c.st.projects {
		if (to == nil || p.startsOn == nil || !p.startsOn.After(*to)) &&
			(from == nil || p.endsOn == nil || !p.endsOn.Before(*from)) {
			found = append(found, p)
		}
	}
	rows := []wireProject{}
	for _, p := range pageOf(found, page, c.opts.Limits.ProjectPage) {
		rows = append(rows, c.wireProject(p))
	}
	return struct {
		Count    int           `json:"count"` // of this page
		Projects []wireProject `json:"projects"`
	}{len(rows), rows}, nil
}

// getProject is 6.17.
func getProject(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	return c.wireProject(p), nil
}

func (c *call) projectInPath() (*project, *refusal) {
	if refused := c.mayUseProjects(); refused != nil {
		return nil, refused
	}
	id, refused := c.pathID("project_id", "プロジェクト")
	if refused != nil {
		return nil, refused
	}
	p := c.st.projectByID[id]
	if p == nil {
		return nil, notFound("プロジェクト")
	}
	return p, nil
}

func (c *call) wireProject(p *project) wireProject {
	return wireProject{
		ProjectID: p.id, Name: p.name, ShortName: textOrNull(p.short), ProjectCode: textOrNull(p.code),
		Remarks: textOrNull(p.remarks), StartDate: c.dashed(p.startsOn), EndDate: c.dashed(p.endsOn),
		AllStaffsTarget: p.open,
	}
}

// textOrNull follows 5.1.2: a String without a value is null.
func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// dayLayout is that of days in answers of 6.16 to 6.29: the samples' unless a
// quirk asks for the one of all other answers.
func (c *call) dayLayout() string {
	if c.quirks[SlashedDays] {
		return layoutDay
	}
	return layoutDashed
}

func (c *call) dashed(day *time.Time) *string {
	if day == nil {
		return nil
	}
	text := day.Format(c.dayLayout())
	return &text
}

type wireTask struct {
	TaskID          int    `json:"task_id"`
	Name            string `json:"name"`
	Code            string `json:"code"`
	Index           int    `json:"index"`
	EstimatedHour   int    `json:"estimated_hour"` // minutes (6.20.2 (3))
	EstimatedAmount int    `json:"estimated_amount"`
	IsFinished      bool   `json:"is_finished"`
}

// getTasks is 6.20: 50 a page from page 0.
func getTasks(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	page, refused := c.page()
	if refused != nil {
		return nil, refused
	}
	rows := []wireTask{}
	for _, t := range pageOf(p.tasks, page, c.opts.Limits.ProjectPage) {
		rows = append(rows, wireTaskOf(t))
	}
	return struct {
		Count int        `json:"count"`
		Tasks []wireTask `json:"tasks"`
	}{len(rows), rows}, nil
}

// getTask is 6.21.
func getTask(c *call) (any, *refusal) {
	p, refused := c.projectInPath()
	if refused != nil {
		return nil, refused
	}
	id, refused := c.pathID("task_id", "タスク")
	if refused != nil {
		return nil, refused
	}
	if t := p.task(id); t != nil {
		return wireTaskOf(*t), nil
	}
	return nil, notFound("タスク")
}

func wireTaskOf(t task) wireTask {
	return wireTask{
		TaskID: t.id, Name: t.name, Code: t.code, Index: t.index,
		EstimatedHour: t.minutes, EstimatedAmount: t.yen, IsFinished: t.finished,
	}
}

// task returns a task of the project, or nil.
func (p *project) task(id int) *task {
	for i := range p.tasks {
		if p.tasks[i].id == id {
			return &p.tasks[i]
		}
	}
	return nil
}
