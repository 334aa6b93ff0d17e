package akashi

import (
	"context"
	"net/url"
)

// ProjectsPerPage and TasksPerPage are the pages of 6.16 and 6.20.
const (
	ProjectsPerPage = 50
	TasksPerPage    = 50
)

// ProjectID and TaskID are AKASHI's ids; 0 is none.
type (
	ProjectID int64
	TaskID    int64
)

// Project is a project of 6.16 and 6.17.
type Project struct {
	ID                             ProjectID
	Name, ShortName, Code, Remarks string
	StartDate, EndDate             Date
	SyncPunch, AllStaffsTarget     bool
}

// ProjectsQuery narrows 6.16 to projects of a period; an empty date is not sent.
type ProjectsQuery struct {
	StartDate, EndDate Date
}

// ProjectPage is a page of 6.16.
type ProjectPage struct {
	Projects []Project
	// Last says that the page is short, so that none follows.
	Last bool
}

type wireProject struct {
	ID   num  `json:"project_id"`
	Name text `json:"name"`
	// Writes name it name_ja, short_name_ja (6.18).
	NameJa          text `json:"name_ja"`
	ShortName       text `json:"short_name"`
	ShortNameJa     text `json:"short_name_ja"`
	Code            text `json:"project_code"`
	Remarks         text `json:"remarks"`
	StartDate       day  `json:"start_date"`
	EndDate         day  `json:"end_date"`
	SyncPunch       flag `json:"sync_punch"`
	AllStaffsTarget flag `json:"all_staffs_target"`
}

// Projects reads one page, from 0, of projects (6.16).
func (c *Client) Projects(ctx context.Context, query ProjectsQuery, page int) (ProjectPage, error) {
	type response struct {
		Projects list[wireProject] `json:"projects"`
	}
	q := datesQuery(c.opts.ProjectDates, query.StartDate, query.EndDate)
	q.Set("page", itoa(page))
	w, err := get[response](ctx, c, "akashi.listProjects", q, "projects")
	if err != nil {
		return ProjectPage{}, err
	}
	if w.Projects == nil {
		return ProjectPage{}, c.bad("the answer has no projects")
	}
	p := ProjectPage{Projects: make([]Project, 0, len(w.Projects)), Last: len(w.Projects) < ProjectsPerPage}
	for i := range w.Projects {
		row, err := c.project(&w.Projects[i])
		if err != nil {
			return ProjectPage{}, err
		}
		p.Projects = append(p.Projects, row)
	}
	return p, nil
}

// AllProjects reads all pages; a project shown twice is returned once.
func (c *Client) AllProjects(ctx context.Context, query ProjectsQuery) ([]Project, error) {
	return all(c, func(page int) ([]Project, bool, error) {
		p, err := c.Projects(ctx, query, page)
		return p.Projects, p.Last, err
	}, func(p Project) ProjectID { return p.ID })
}

// Project reads one project (6.17).
func (c *Client) Project(ctx context.Context, id ProjectID) (Project, error) {
	w, err := get[wireProject](ctx, c, "akashi.getProject", nil, "projects", itoa(id))
	if err != nil {
		return Project{}, err
	}
	p, err := c.project(&w)
	if err == nil && p.ID != id {
		return Project{}, c.bad("the answer is about another project")
	}
	return p, err
}

func (c *Client) project(w *wireProject) (Project, error) {
	if !w.ID.Set {
		return Project{}, c.bad("a project has no project_id")
	}
	return w.project(), nil
}

func (w *wireProject) project() Project {
	name, short := w.Name, w.ShortName
	if name == "" {
		name = w.NameJa
	}
	if short == "" {
		short = w.ShortNameJa
	}
	return Project{
		ID: ProjectID(w.ID.N), Name: string(name), ShortName: string(short),
		Code: string(w.Code), Remarks: string(w.Remarks), StartDate: w.StartDate.d, EndDate: w.EndDate.d,
		SyncPunch: w.SyncPunch.On, AllStaffsTarget: w.AllStaffsTarget.On,
	}
}

// Task is a task of 6.20 and 6.21.
type Task struct {
	ID         TaskID
	Name, Code string
	// Index is the place in lists, nil when absent (6.21).
	Index *int
	// EstimatedMinutes is estimated_hour, which is in minutes (6.20).
	EstimatedMinutes *int
	EstimatedAmount  *int
	IsFinished       bool
}

// TaskPage is a page of 6.20.
type TaskPage struct {
	Tasks []Task
	// Last says that the page is short, so that none follows.
	Last bool
}

type wireTask struct {
	ID               num  `json:"task_id"`
	Name             text `json:"name"`
	Code             text `json:"code"`
	Index            num  `json:"index"`
	EstimatedMinutes num  `json:"estimated_hour"`
	EstimatedAmount  num  `json:"estimated_amount"`
	IsFinished       flag `json:"is_finished"`
}

// Tasks reads one page, from 0, of a project's tasks (6.20). The project's id
// follows the company's in the path, without a word between them.
func (c *Client) Tasks(ctx context.Context, project ProjectID, page int) (TaskPage, error) {
	type response struct {
		Tasks list[wireTask] `json:"tasks"`
	}
	w, err := get[response](ctx, c, "akashi.listTasks", url.Values{"page": {itoa(page)}}, itoa(project), "tasks")
	if err != nil {
		return TaskPage{}, err
	}
	if w.Tasks == nil {
		return TaskPage{}, c.bad("the answer has no tasks")
	}
	p := TaskPage{Tasks: make([]Task, 0, len(w.Tasks)), Last: len(w.Tasks) < TasksPerPage}
	for i := range w.Tasks {
		row, err := c.task(&w.Tasks[i])
		if err != nil {
			return TaskPage{}, err
		}
		p.Tasks = append(p.Tasks, row)
	}
	return p, nil
}

// AllTasks reads all pages; a task shown twice is returned once.
func (c *Client) AllTasks(ctx context.Context, project ProjectID) ([]Task, error) {
	return all(c, func(page int) ([]Task, bool, error) {
		p, err := c.Tasks(ctx, project, page)
		return p.Tasks, p.Last, err
	}, func(t Task) TaskID { return t.ID })
}

// Task reads one task (6.21).
func (c *Client) Task(ctx context.Context, project ProjectID, id TaskID) (Task, error) {
	w, err := get[wireTask](ctx, c, "akashi.getTask", nil, itoa(project), "tasks", itoa(id))
	if err != nil {
		return Task{}, err
	}
	t, err := c.task(&w)
	if err == nil && t.ID != id {
		return Task{}, c.bad("the answer is about another task")
	}
	return t, err
}

func (c *Client) task(w *wireTask) (Task, error) {
	if !w.ID.Set {
		return Task{}, c.bad("a task has no task_id")
	}
	return w.task(), nil
}

func (w *wireTask) task() Task {
	return Task{
		ID: TaskID(w.ID.N), Name: string(w.Name), Code: string(w.Code), Index: w.Index.Ptr(),
		EstimatedMinutes: w.EstimatedMinutes.Ptr(), EstimatedAmount: w.EstimatedAmount.Ptr(), IsFinished: w.IsFinished.On,
	}
}

// StaffProject is a project that a staff takes part in (6.28).
type StaffProject struct {
	ProjectID          ProjectID
	StartDate, EndDate Date
	Tasks              []TaskID
}

// StaffProjects reads the projects of a staff in a period, the current month
// where a date is empty (6.28).
func (c *Client) StaffProjects(ctx context.Context, id StaffID, from, to Date) ([]StaffProject, error) {
	type response struct {
		Projects list[struct {
			ProjectID num       `json:"project_id"`
			StartDate day       `json:"start_date"`
			EndDate   day       `json:"end_date"`
			Tasks     list[num] `json:"tasks"`
		}] `json:"projects"`
	}
	w, err := get[response](ctx, c, "akashi.listStaffProjects", datesQuery(c.opts.ProjectDates, from, to),
		"staff_projects", itoa(id))
	if err != nil {
		return nil, err
	}
	if w.Projects == nil {
		return nil, c.bad("the answer has no projects")
	}
	out := make([]StaffProject, 0, len(w.Projects))
	for _, p := range w.Projects {
		if !p.ProjectID.Set {
			return nil, c.bad("a staff's project has no project_id")
		}
		row := StaffProject{ProjectID: ProjectID(p.ProjectID.N), StartDate: p.StartDate.d, EndDate: p.EndDate.d}
		row.Tasks = ids[TaskID](p.Tasks)
		out = append(out, row)
	}
	return out, nil
}

// ProjectStaffs are the members of a project (6.29).
type ProjectStaffs struct {
	StaffIDs, OwnerStaffIDs []StaffID
}

type wireProjectStaffs struct {
	StaffIDs      list[num] `json:"staff_ids"`
	OwnerStaffIDs list[num] `json:"owner_staff_ids"`
}

func (w *wireProjectStaffs) staffs() ProjectStaffs {
	return ProjectStaffs{StaffIDs: ids[StaffID](w.StaffIDs), OwnerStaffIDs: ids[StaffID](w.OwnerStaffIDs)}
}

// ProjectStaffs reads the members of a project (6.29).
func (c *Client) ProjectStaffs(ctx context.Context, id ProjectID) (ProjectStaffs, error) {
	w, err := get[wireProjectStaffs](ctx, c, "akashi.listProjectStaffs", nil, "project_staffs", itoa(id))
	if err != nil {
		return ProjectStaffs{}, err
	}
	if w.StaffIDs == nil {
		return ProjectStaffs{}, c.bad("the answer has no staff_ids")
	}
	return w.staffs(), nil
}

func ids[K ~int64](ns []num) []K {
	out := make([]K, 0, len(ns))
	for _, n := range ns {
		if n.Set {
			out = append(out, K(n.N))
		}
	}
	return out
}

// datesQuery writes a period, leaving out what is not given.
func datesQuery(form DateForm, from, to Date) url.Values {
	q := url.Values{}
	if from != "" {
		q.Set("start_date", form.start(from))
	}
	if to != "" {
		q.Set("end_date", form.end(to))
	}
	return q
}
