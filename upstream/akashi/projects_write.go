package akashi

import (
	"context"
	"net/http"
	"slices"
)

// ProjectInput is a row of 6.18. What is nil is not sent; what is empty is sent
// empty.
type ProjectInput struct {
	// ProjectID names the project to change; 0 makes a new one.
	ProjectID   ProjectID `wire:"project_id"`
	NameJa      string    `wire:"name_ja"`
	ShortNameJa *string   `wire:"short_name_ja"`
	// NameEn and ShortNameEn are never answered, not by the reads either.
	NameEn      *string `wire:"name_en"`
	ShortNameEn *string `wire:"short_name_en"`
	ProjectCode *string `wire:"project_code"`
	Remarks     *string `wire:"remarks"`
	StartDate   *Date   `wire:"start_date"`
	EndDate     *Date   `wire:"end_date"`
}

// PutProjects makes and changes projects (6.18). It is sent again after a lost
// answer only when every row has an id. SyncPunch and AllStaffsTarget are not in
// the answer. Errors name no row: who needs to know of each row whether it was
// refused sends them one by one.
func (c *Client) PutProjects(ctx context.Context, rows []ProjectInput) (Result[Project], error) {
	k := c.checker("6.18")
	body := encode(rows)
	k.rows(body)
	if err := k.fault(c); err != nil {
		return Result[Project]{}, err
	}
	ids := make([]identity, len(rows))
	updates := true
	for i, row := range rows {
		ids[i] = identity{id: int64(row.ProjectID), code: str(body[i]["project_code"]), name: row.NameJa}
		updates = updates && row.ProjectID != 0
	}
	type response struct {
		Projects list[wireProject] `json:"projects"`
	}
	return sendBatch(ctx, c, write{
		operation: "akashi.putProjects", method: http.MethodPost, path: []string{"projects"},
		body: map[string]any{"projects": onWire(body, c.opts.WriteDates)}, idempotent: updates,
	}, batch[response, Project]{
		rows: ids,
		list: func(w *response) ([]Project, bool) {
			out := make([]Project, len(w.Projects))
			for i := range w.Projects {
				out[i] = w.Projects[i].project()
			}
			return out, w.Projects != nil
		},
		value: func(p Project) identity { return identity{id: int64(p.ID), code: p.Code, name: p.Name} },
	})
}

// DeleteProject deletes a project (6.19) and returns its id, names and code as
// they were. It is sent once.
func (c *Client) DeleteProject(ctx context.Context, id ProjectID) (Project, error) {
	k := c.checker("6.19")
	k.positive("project_id", int64(id))
	if err := k.fault(c); err != nil {
		return Project{}, err
	}
	w, err := one[wireProject](ctx, c, write{
		operation: "akashi.deleteProject", method: http.MethodDelete, path: []string{"projects", itoa(id)},
	})
	if err != nil {
		return Project{}, err
	}
	if w.ID.N != int64(id) {
		return Project{}, c.bad("the answer does not hold the project that was deleted")
	}
	return w.project(), nil
}

// TaskInput is a row of 6.22. What is nil is not sent; what is empty is sent
// empty.
type TaskInput struct {
	// TaskID names the task to change; 0 makes a new one.
	TaskID TaskID  `wire:"task_id"`
	Name   string  `wire:"name"`
	Code   *string `wire:"code"`
	// Index is the place in lists.
	Index *int `wire:"index"`
	// EstimatedMinutes is estimated_hour, which is in minutes (6.20).
	EstimatedMinutes *int  `wire:"estimated_hour"`
	EstimatedAmount  *int  `wire:"estimated_amount"`
	IsFinished       *bool `wire:"is_finished"`
}

// PutTasks makes and changes tasks of a project (6.22). It is sent again after a
// lost answer only when every row has an id. Errors name no row, as in 6.18.
func (c *Client) PutTasks(ctx context.Context, project ProjectID, rows []TaskInput) (Result[Task], error) {
	k := c.checker("6.22")
	k.positive("project_id", int64(project))
	body := encode(rows)
	k.rows(body)
	if err := k.fault(c); err != nil {
		return Result[Task]{}, err
	}
	ids := make([]identity, len(rows))
	updates := true
	for i, row := range rows {
		ids[i] = identity{id: int64(row.TaskID), code: str(body[i]["code"]), name: row.Name}
		updates = updates && row.TaskID != 0
	}
	type response struct {
		Tasks list[wireTask] `json:"tasks"`
	}
	return sendBatch(ctx, c, write{
		operation: "akashi.putTasks", method: http.MethodPost, path: []string{itoa(project), "tasks"},
		body: map[string]any{"tasks": body}, idempotent: updates,
	}, batch[response, Task]{
		rows: ids,
		list: func(w *response) ([]Task, bool) {
			out := make([]Task, len(w.Tasks))
			for i := range w.Tasks {
				out[i] = w.Tasks[i].task()
			}
			return out, w.Tasks != nil
		},
		value: func(t Task) identity { return identity{id: int64(t.ID), code: t.Code, name: t.Name} },
	})
}

// DeleteTask deletes a task (6.23) and returns its id, name and code as they
// were. It is sent once.
func (c *Client) DeleteTask(ctx context.Context, project ProjectID, id TaskID) (Task, error) {
	k := c.checker("6.23")
	k.positive("project_id", int64(project))
	k.positive("task_id", int64(id))
	if err := k.fault(c); err != nil {
		return Task{}, err
	}
	w, err := one[wireTask](ctx, c, write{
		operation: "akashi.deleteTask", method: http.MethodDelete, path: []string{itoa(project), "tasks", itoa(id)},
	})
	if err != nil {
		return Task{}, err
	}
	if w.ID.N != int64(id) {
		return Task{}, c.bad("the answer does not hold the task that was deleted")
	}
	return w.task(), nil
}

// Assignment makes a staff a member of a project (6.30).
type Assignment struct {
	StaffID StaffID
	// Owner makes them an owner too; false takes that from them.
	Owner bool
}

// Assigned is what became of the rows of 6.30.
type Assigned struct {
	// Staffs are the members after the call.
	Staffs ProjectStaffs
	// Assign and Unassign have one state for each row of the request, in order.
	// The answer has no errors of single rows: one whose wish the members do not
	// show is Unknown.
	Assign, Unassign []State
}

// AssignProjectStaffs adds members to a project, changes whether they own it, and
// removes members (6.30, which is POST and not the GET of its table). It is sent
// again after a lost answer only when it removes nobody: adding also updates,
// while what removing a stranger does is not documented.
func (c *Client) AssignProjectStaffs(
	ctx context.Context, project ProjectID, assign []Assignment, unassign []StaffID,
) (Assigned, error) {
	k := c.checker("6.30")
	k.positive("project_id", int64(project))
	if len(assign)+len(unassign) == 0 {
		k.add(WholeBatch, "", "one of assign, unassign is needed")
	}
	rows, removed, seen := make([]map[string]any, len(assign)), make([]int64, len(unassign)), map[StaffID]bool{}
	check := func(i int, field string, id StaffID) {
		switch {
		case id <= 0:
			k.add(i, field, "an id is positive")
		case seen[id]:
			k.add(i, field, "no staff may be named twice")
		}
		seen[id] = true
	}
	for i, a := range assign {
		check(i, "assign.staff_id", a.StaffID)
		rows[i] = map[string]any{"staff_id": int64(a.StaffID), "owner": a.Owner}
	}
	for i, id := range unassign {
		check(i, "unassign", id)
		removed[i] = int64(id)
	}
	if err := k.fault(c); err != nil {
		return Assigned{}, err
	}
	body := map[string]any{}
	if len(rows) > 0 {
		body["assign"] = rows
	}
	if len(removed) > 0 {
		body["unassign"] = removed
	}
	w, err := one[wireProjectStaffs](ctx, c, write{
		operation: "akashi.assignProjectStaffs", method: http.MethodPost, path: []string{"project_staffs", itoa(project)},
		body: body, idempotent: len(unassign) == 0,
	})
	if err != nil {
		return Assigned{}, err
	}
	if w.StaffIDs == nil {
		return Assigned{}, c.bad("the answer has no staff_ids")
	}
	return assigned(&w, assign, unassign), nil
}

func assigned(w *wireProjectStaffs, assign []Assignment, unassign []StaffID) Assigned {
	state := func(is bool) State {
		if is {
			return Applied
		}
		return Unknown
	}
	now := w.staffs()
	out := Assigned{Staffs: now}
	for _, a := range assign {
		owns := slices.Contains(now.OwnerStaffIDs, a.StaffID)
		is := slices.Contains(now.StaffIDs, a.StaffID) && w.OwnerStaffIDs != nil && owns == a.Owner
		out.Assign = append(out.Assign, state(is))
	}
	for _, id := range unassign {
		out.Unassign = append(out.Unassign, state(!slices.Contains(now.StaffIDs, id)))
	}
	return out
}
