package sources

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// Member is a record's part in a project.
type Member struct {
	Staff   hr.Ref
	IsOwner bool
}

// Participation is a project that somebody takes part in, with the tasks open to
// them.
type Participation struct {
	Project hr.ProjectID
	Tasks   []hr.TaskID
}

func (a *Akashi) projectID(id akashi.ProjectID) hr.ProjectID {
	return hr.ProjectID(hr.EncodeID(hr.KindProject, a.ref(int64(id))))
}

// taskRef names a task: AKASHI finds a task only by its project (6.21), so the
// record's id holds both.
func (a *Akashi) taskRef(p akashi.ProjectID, t akashi.TaskID) hr.Ref {
	return hr.Ref{Link: a.name, ID: strconv.FormatInt(int64(p), 10) + "/" + strconv.FormatInt(int64(t), 10)}
}

// ProjectOfTask returns the id of the project that a task's record names.
func ProjectOfTask(task hr.Ref) (hr.ProjectID, error) {
	project, _, ok := strings.Cut(task.ID, "/")
	if !ok {
		return "", fault.New(fault.NotFound, "no task has this id")
	}
	return hr.ProjectID(hr.EncodeID(hr.KindProject, hr.Ref{Link: task.Link, ID: project})), nil
}

// Projects returns all projects: ceil(N/50) calls (6.16).
func (a *Akashi) Projects(ctx context.Context) ([]*hr.Project, error) {
	rows, err := a.client.AllProjects(ctx, akashi.ProjectsQuery{})
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Project, len(rows))
	for i, p := range rows {
		out[i] = &hr.Project{
			ID: a.projectID(p.ID), Ref: a.ref(int64(p.ID)), Code: textOrNil(p.Code), Name: p.Name,
			ShortName: textOrNil(p.ShortName), Remarks: textOrNil(p.Remarks),
			StartsOn: dateOrNil(string(p.StartDate)), EndsOn: dateOrNil(string(p.EndDate)),
			IsOpenToAll: p.AllStaffsTarget, SyncsWithStamps: p.SyncPunch, System: hr.Akashi, Link: a.name.Name,
		}
	}
	return out, nil
}

func dateOrNil(s string) *hr.Date {
	d := parseDate(s)
	if d.IsZero() {
		return nil
	}
	return &d
}

// Tasks returns the tasks of a project: ceil(N/50) calls (6.20).
func (a *Akashi) Tasks(ctx context.Context, project string) ([]*hr.Task, error) {
	id, err := a.number(project)
	if err != nil {
		return nil, err
	}
	rows, err := a.client.AllTasks(ctx, akashi.ProjectID(id))
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Task, len(rows))
	for i, t := range rows {
		ref := a.taskRef(akashi.ProjectID(id), t.ID)
		out[i] = &hr.Task{
			ID: hr.TaskID(hr.EncodeID(hr.KindTask, ref)), Ref: ref, ProjectID: a.projectID(akashi.ProjectID(id)),
			Code: textOrNil(t.Code), Name: t.Name, Position: t.Index, EstimatedMinutes: t.EstimatedMinutes,
			EstimatedAmount: t.EstimatedAmount, IsFinished: t.IsFinished, System: hr.Akashi, Link: a.name.Name,
		}
	}
	return out, nil
}

// Members returns who takes part in a project: one call (6.29).
func (a *Akashi) Members(ctx context.Context, project string) ([]Member, error) {
	id, err := a.number(project)
	if err != nil {
		return nil, err
	}
	got, err := a.client.ProjectStaffs(ctx, akashi.ProjectID(id))
	if err != nil {
		return nil, err
	}
	out := make([]Member, 0, len(got.StaffIDs))
	seen := make(map[akashi.StaffID]bool, len(got.StaffIDs))
	for _, s := range got.StaffIDs {
		if !seen[s] {
			seen[s] = true
			out = append(out, Member{Staff: a.ref(int64(s)), IsOwner: slices.Contains(got.OwnerStaffIDs, s)})
		}
	}
	return out, nil
}

// Participations returns the projects of a staff in a period: one call (6.28).
func (a *Akashi) Participations(ctx context.Context, staff string, p hr.Period) ([]Participation, error) {
	id, err := a.number(staff)
	if err != nil {
		return nil, err
	}
	rows, err := a.client.StaffProjects(ctx, akashi.StaffID(id),
		akashi.Date(p.From.String()), akashi.Date(p.To.String()))
	if err != nil {
		return nil, err
	}
	out := make([]Participation, 0, len(rows))
	for _, r := range rows {
		part := Participation{Project: a.projectID(r.ProjectID)}
		if slices.ContainsFunc(out, func(p Participation) bool { return p.Project == part.Project }) {
			return nil, a.twice()
		}
		for _, t := range r.Tasks {
			part.Tasks = append(part.Tasks, hr.TaskID(hr.EncodeID(hr.KindTask, a.taskRef(r.ProjectID, t))))
		}
		out = append(out, part)
	}
	return out, nil
}

// Manhours returns the man-hours of one staff (6.25), or of everybody when staff
// is "" (6.24): one call.
func (a *Akashi) Manhours(ctx context.Context, staff string, p hr.Period) ([]*hr.Manhour, error) {
	from, to := akashi.Date(p.From.String()), akashi.Date(p.To.String())
	if staff == "" {
		rows, err := a.client.Manhours(ctx, from, to)
		if err != nil {
			return nil, err
		}
		var out []*hr.Manhour
		seen := make(map[akashi.StaffID]bool, len(rows))
		tasks := named{of: a}
		for i := range rows {
			list, err := a.manhours(&rows[i], p, &tasks)
			if err != nil {
				return nil, err
			}
			if seen[rows[i].StaffID] {
				return nil, a.twice()
			}
			seen[rows[i].StaffID] = true
			out = append(out, list...)
		}
		return out, nil
	}
	id, err := a.number(staff)
	if err != nil {
		return nil, err
	}
	row, err := a.client.ManhoursOf(ctx, akashi.StaffID(id), from, to)
	if err != nil {
		return nil, err
	}
	if len(row.Dates) > 0 && row.StaffID != akashi.StaffID(id) {
		return nil, a.stranger()
	}
	return a.manhours(&row, p, &named{of: a})
}

// named are the ids of tasks and their projects. There are few in many man-hours.
type named struct {
	of    *Akashi
	tasks map[namedTask]taskIDs
}

type (
	namedTask struct {
		project akashi.ProjectID
		task    akashi.TaskID
	}
	taskIDs struct {
		project hr.ProjectID
		task    hr.TaskID
	}
)

func (n *named) ids(p akashi.ProjectID, t akashi.TaskID) taskIDs {
	k := namedTask{p, t}
	ids, ok := n.tasks[k]
	if !ok {
		ids = taskIDs{n.of.projectID(p), hr.TaskID(hr.EncodeID(hr.KindTask, n.of.taskRef(p, t)))}
		if n.tasks == nil {
			n.tasks = map[namedTask]taskIDs{}
		}
		n.tasks[k] = ids
	}
	return ids
}

func (a *Akashi) manhours(row *akashi.StaffManhours, p hr.Period, tasks *named) ([]*hr.Manhour, error) {
	var out []*hr.Manhour
	staff := a.ref(int64(row.StaffID))
	var last hr.Date
	for i, d := range row.Dates {
		date := parseDate(string(d.Date))
		if !p.Contains(date) {
			return nil, a.elsewhen()
		}
		// Days come in order as a rule, so that nothing has to be looked for.
		if !last.Before(date) && slices.ContainsFunc(row.Dates[:i], func(before akashi.ManhourDate) bool {
			return parseDate(string(before.Date)) == date
		}) {
			return nil, a.twice()
		}
		last = date
		for _, pr := range d.Projects {
			var comments map[akashi.TaskID]string
			for _, c := range pr.Comments {
				if comments == nil {
					comments = make(map[akashi.TaskID]string, len(pr.Comments))
				}
				comments[c.TaskID] = c.Comment
			}
			for _, item := range pr.Items {
				ids := tasks.ids(pr.ProjectID, item.TaskID)
				out = append(out, &hr.Manhour{
					Date: date, Minutes: item.Minutes, Comment: textOrNil(comments[item.TaskID]),
					IsClosed: pr.ClosedAt != "", System: hr.Akashi, Link: a.name.Name,
					Staff: staff, ProjectID: ids.project, TaskID: ids.task,
				})
			}
		}
	}
	return out, nil
}
