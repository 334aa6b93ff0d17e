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
	out := make([]Member, len(got.StaffIDs))
	for i, s := range got.StaffIDs {
		out[i] = Member{Staff: a.ref(int64(s)), IsOwner: slices.Contains(got.OwnerStaffIDs, s)}
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
	out := make([]Participation, len(rows))
	for i, r := range rows {
		out[i].Project = a.projectID(r.ProjectID)
		for _, t := range r.Tasks {
			out[i].Tasks = append(out[i].Tasks, hr.TaskID(hr.EncodeID(hr.KindTask, a.taskRef(r.ProjectID, t))))
		}
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
		for i := range rows {
			out = append(out, a.manhours(&rows[i], p)...)
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
	return a.manhours(&row, p), nil
}

func (a *Akashi) manhours(row *akashi.StaffManhours, p hr.Period) []*hr.Manhour {
	var out []*hr.Manhour
	for _, d := range row.Dates {
		date := parseDate(string(d.Date))
		if !p.Contains(date) {
			continue
		}
		for _, pr := range d.Projects {
			comments := map[akashi.TaskID]string{}
			for _, c := range pr.Comments {
				comments[c.TaskID] = c.Comment
			}
			for _, item := range pr.Items {
				out = append(out, &hr.Manhour{
					Date: date, Minutes: item.Minutes, Comment: textOrNil(comments[item.TaskID]),
					IsClosed: pr.ClosedAt != "", System: hr.Akashi, Link: a.name.Name,
					Staff: a.ref(int64(row.StaffID)), ProjectID: a.projectID(pr.ProjectID),
					TaskID: hr.TaskID(hr.EncodeID(hr.KindTask, a.taskRef(pr.ProjectID, item.TaskID))),
				})
			}
		}
	}
	return out
}
