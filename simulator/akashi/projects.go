package akashi

import (
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

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
	if refused := c.mayReadProjects(); refused != nil {
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
		if (to == nil || p.StartsOn == nil || !p.StartsOn.After(*to)) &&
			(from == nil || p.EndsOn == nil || !p.EndsOn.Before(*from)) {
			found = append(found, p)
		}
	}
	rows := []wireProject{}
	for _, p := range pageOf(found, page, c.opts.Limits.ProjectPage) {
		rows = append(rows, p.wire())
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
	return p.wire(), nil
}

func (c *call) projectInPath() (*project, *refusal) {
	if refused := c.mayReadProjects(); refused != nil {
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

func (p *project) wire() wireProject {
	return wireProject{
		ProjectID: p.id, Name: p.Name, ShortName: textOrNull(p.ShortName), ProjectCode: textOrNull(p.Code),
		Remarks: textOrNull(p.Remarks), StartDate: dashed(p.StartsOn), EndDate: dashed(p.EndsOn),
		AllStaffsTarget: p.Open,
	}
}

// textOrNull follows 5.1.2: a String without a value is null.
func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func dashed(day *time.Time) *string {
	if day == nil {
		return nil
	}
	text := day.Format(layoutDashed)
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
	for _, t := range pageOf(p.Tasks, page, c.opts.Limits.ProjectPage) {
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
	for _, t := range p.Tasks {
		if TaskID(t.Key) == id {
			return wireTaskOf(t), nil
		}
	}
	return nil, notFound("タスク")
}

func wireTaskOf(t company.Task) wireTask {
	return wireTask{
		TaskID: TaskID(t.Key), Name: t.Name, Code: t.Code, Index: t.Index,
		EstimatedHour: t.EstimatedMinutes, EstimatedAmount: t.EstimatedYen, IsFinished: t.Finished,
	}
}
