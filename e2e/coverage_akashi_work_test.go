package e2e_test

import (
	"fmt"
	"testing"
)

func akashiStamp(*akashiWorld) akashiCase {
	const operation = `mutation { stamp(input: { kind: CLOCK_IN }) { outcome code vendorCode stamp { occurredAt kind } } }`
	return akashiCase{
		token: employeeToken, operation: operation, route: "POST stamps", body: []string{`"type":11`},
		bad: operation, told: []string{refusedRow, `"code":"PERSONAL_TOKEN_NEEDED"`},
	}
}

const (
	stampsOfOne = `query($code: String!, $from: Date!, $to: Date!) { employee(by: { code: $code }) {
		stamps(from: $from, to: $to) { totalCount } } }`
	stampsOfAll = `query($from: Date!, $to: Date!) { employees(first: 100) { nodes {
		stamps(from: $from, to: $to) { totalCount } } } }`
	daysOfAll = `query($from: Date!, $to: Date!) { employees(first: 100) { nodes {
		workingRecords(from: $from, to: $to) { totalCount } } } }`
)

// backwards is a period that ends before it begins.
func backwards(pairs ...any) map[string]any {
	return with(vars(pairs...), "from", "2026-11-10", "to", "2026-11-01")
}

func akashiStamps(w *akashiWorld) akashiCase {
	return akashiCase{
		operation: stampsOfOne, variables: vars("code", w.staff.Code, "from", "2026-09-01", "to", "2026-11-01"),
		route: "GET stamps/{staff_id}", path: "/stamps/" + id(w.staff.StaffID),
		query: map[string]string{"start_date": "20260901050000"},
		bad:   stampsOfOne, badVariables: backwards("code", w.staff.Code), told: []string{badInput},
	}
}

func akashiMultipleStamps(*akashiWorld) akashiCase {
	return akashiCase{
		operation: stampsOfAll, variables: vars("from", "2026-11-12", "to", "2026-11-12"),
		route: "GET multiple_stamps", query: map[string]string{"start_date": "20261112050000", "end_date": "20261113045959"},
		bad: stampsOfAll, badVariables: backwards(), told: []string{badInput},
	}
}

func akashiWorkingRecords(*akashiWorld) akashiCase {
	return akashiCase{
		operation: daysOfAll, variables: vars("from", "2026-10-01", "to", "2026-10-31"),
		route: "GET working_records", query: map[string]string{"start_date": "20261001", "end_date": "20261031"},
		bad: daysOfAll, badVariables: backwards(), told: []string{badInput},
	}
}

func akashiAlerts(*akashiWorld) akashiCase {
	const operation = `{ akashi { alerts { date kind } } }`
	return akashiCase{
		token: managerToken, operation: operation, route: "GET alerts",
		bad: operation, told: []string{`"code":"PERSONAL_TOKEN_NEEDED"`},
	}
}

const reissueRoute = "POST /api/cooperation/token/reissue/{company}"

func reissues(d *demo) int { return d.Simulators.Akashi.History().Counters[reissueRoute] }

// akashiReissued is the operator's part, done by the program.
func akashiReissued(t *testing.T, d *demo) {
	t.Helper()
	d.token(t, "", "rotate", "akashi").succeeds(t, "exchanged", "the new token ends 2026-12-21 00:00 JST")
	asked(t, d.Simulators.Akashi, reissueRoute, "/token/reissue/demo", nil)
	wrote(t, d.Simulators.Akashi, "6.9")
	d.covers(t, hrToken, `{ akashi { organizations { id } } }`, nil)
	d.token(t, "", "test", "akashi").succeeds(t, "yes")
}

// akashiNotReissued: a token is exchanged at most once a day, and one that
// AKASHI does not know is not stored.
func akashiNotReissued(t *testing.T, d *demo) {
	t.Helper()
	d.token(t, "", "rotate", "akashi").refuses(t, "UPSTREAM_RATE_LIMITED")
	if n := reissues(d); n != 0 {
		t.Errorf("%d exchanges were sent, want none", n)
	}
	d.token(t, "11111111-2222-4333-8444-555555555555\n", "add", "akashi").refuses(t, "UPSTREAM_UNAUTHORIZED", "unchanged")
	d.token(t, "", "test", "akashi").succeeds(t, "yes")
}

// projectOf asks for a field of one project.
func projectOf(field string) string {
	return `query($code: String!) { projects(filter: { codes: [$code] }, first: 1) { nodes { id code ` + field + ` } } }`
}

func akashiProjects(*akashiWorld) akashiCase {
	return akashiCase{
		operation: `{ projects(first: 5) { totalCount nodes { code } } }`,
		route:     "GET projects", query: map[string]string{"page": "0"},
		bad: `{ projects(first: 301) { totalCount } }`, told: []string{badInput},
	}
}

func akashiProject(w *akashiWorld) akashiCase {
	const operation = `query($id: ID!) { akashi { project(id: $id) { id name shortName code remarks startDate endDate
		syncPunch allStaffsTarget } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.project.ProjectID)),
		route: "GET projects/{project_id}", path: "/projects/" + id(w.project.ProjectID),
		bad: operation, badVariables: vars("id", id(nobody)), sent: true, told: []string{akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiPutProjects(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [ProjectInput!]!) { upsertProjects(input: { rows: $rows }) {
		rows { row outcome code message vendorCode vendorMessage project { code name } } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(obj("code", "COV-1", "name", "新製品の準備"))),
		route: "POST projects", body: []string{`"project_code":"COV-1"`, `"name_ja":"新製品の準備"`},
		bad: operation, badVariables: vars("rows", rowsOf(obj("code", "COV-2", "name", w.project.Name))), sent: true,
		told: []string{refusedRow, akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiDeleteProject(w *akashiWorld) akashiCase {
	const operation = `mutation($id: ID!) { akashi { deleteProject(id: $id) {
		` + toldOfRow + ` project { id name code } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.doomedProject.ProjectID)),
		route: "DELETE projects/{project_id}", path: "/projects/" + id(w.doomedProject.ProjectID),
		bad: operation, badVariables: vars("id", id(nobody)), sent: true,
		told: []string{refusedRow, akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiTasks(w *akashiWorld) akashiCase {
	return akashiCase{
		operation: projectOf(`tasks(first: 5) { totalCount nodes { code name } }`), variables: vars("code", w.project.Code),
		route: "GET {project_id}/tasks", path: "/" + id(w.project.ProjectID) + "/tasks", query: map[string]string{"page": "0"},
		bad: projectOf(`tasks(first: 0) { totalCount }`), badVariables: vars("code", w.project.Code), told: []string{badInput},
	}
}

func akashiTask(w *akashiWorld) akashiCase {
	const operation = `query($project: ID!, $id: ID!) { akashi { task(project: $project, id: $id) { id name code index
		estimatedMinutes estimatedAmount isFinished } } }`
	task := vars("project", id(w.project.ProjectID), "id", id(w.task.TaskID))
	return akashiCase{
		operation: operation, variables: task, route: "GET {project_id}/tasks/{task_id}",
		path: fmt.Sprintf("/%d/tasks/%d", w.project.ProjectID, w.task.TaskID),
		bad:  operation, badVariables: with(task, "id", id(nobody)), sent: true,
		told: []string{akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiPutTasks(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [TaskInput!]!) { upsertTasks(input: { rows: $rows }) {
		rows { row outcome code message vendorCode vendorMessage task { code name } } } }`
	row := obj("project", obj("code", w.project.Code), "code", "COV-T")
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(row, "name", "試験運用", "estimatedMinutes", 90))),
		route: "POST {project_id}/tasks", path: "/" + id(w.project.ProjectID) + "/tasks",
		body: []string{`"name":"試験運用"`, `"estimated_hour":90`},
		bad:  operation, sent: true,
		badVariables: vars("rows", rowsOf(with(row, "code", "COV-U", "name", w.task.Name))),
		told:         []string{refusedRow, akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiDeleteTask(w *akashiWorld) akashiCase {
	const operation = `mutation($project: ID!, $id: ID!) { akashi { deleteTask(project: $project, id: $id) {
		` + toldOfRow + ` task { id name code } } } }`
	task := vars("project", id(w.project.ProjectID), "id", id(w.doomedTask.TaskID))
	return akashiCase{
		operation: operation, variables: task, route: "DELETE {project_id}/tasks/{task_id}",
		path: fmt.Sprintf("/%d/tasks/%d", w.project.ProjectID, w.doomedTask.TaskID),
		bad:  operation, badVariables: with(task, "id", id(nobody)), sent: true,
		told: []string{refusedRow, akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiAllManhours(w *akashiWorld) akashiCase {
	const field = `manhours(from: "2026-11-02", to: "2026-11-06") { totalCount }`
	return akashiCase{
		operation: projectOf(field), variables: vars("code", w.project.Code), route: "GET manhours",
		query:        map[string]string{"start_date": "20261102000000", "end_date": "20261106235959"},
		bad:          projectOf(`manhours(from: "2026-11-06", to: "2026-11-02") { totalCount }`),
		badVariables: vars("code", w.project.Code), told: []string{badInput},
	}
}

func akashiManhours(w *akashiWorld) akashiCase {
	const operation = `query($code: String!, $from: Date!, $to: Date!) { employee(by: { code: $code }) {
		manhours(from: $from, to: $to) { totalCount } } }`
	return akashiCase{
		// Another week than everybody's, which would answer it from the cache.
		operation: operation, variables: vars("code", w.clerk.Code, "from", "2026-11-09", "to", "2026-11-13"),
		route: "GET manhours/{staff_id}", path: "/manhours/" + id(w.clerk.StaffID),
		query: map[string]string{"start_date": "20261109000000"},
		bad:   operation, badVariables: backwards("code", w.clerk.Code), told: []string{badInput},
	}
}

// bookedItem is the man-hour that the company has, as rows name it.
func bookedItem(w *akashiWorld) map[string]any {
	return obj("employee", obj("code", w.clerk.Code), "date", w.day(), "project", obj("code", w.project.Code),
		"task", obj("code", w.task.Code))
}

func akashiPutManhours(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [ManhourInput!]!) { upsertManhours(input: { rows: $rows }) {
		rows { row outcome code message vendorCode manhour { minutes } } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(bookedItem(w), "minutes", w.booked.Minutes+1))),
		route: "POST manhours", body: []string{`"minute":` + id(w.booked.Minutes+1), `"task_id":` + id(w.task.TaskID)},
		bad: operation, badVariables: vars("rows", rowsOf(with(bookedItem(w), "minutes", -1))),
		told: []string{refusedRow, badInput},
	}
}

func akashiDeleteManhours(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [ManhourDeletion!]!) { deleteManhours(input: { rows: $rows }) {
		rows { row outcome code message vendorCode } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(bookedItem(w))),
		route: "DELETE manhours/{staff_id}", path: "/manhours/" + id(w.clerk.StaffID),
		body: []string{`"task_id":` + id(w.task.TaskID)},
		bad:  operation, badVariables: vars("rows", rowsOf(with(bookedItem(w), "employee", obj("code", "nobody")))),
		told: []string{refusedRow, `"code":"NOT_FOUND"`},
	}
}

func akashiStaffProjects(w *akashiWorld) akashiCase {
	const operation = `query($staff: ID!) { akashi { staffProjects(staff: $staff, from: "2026-11-01", to: "2026-11-30") {
		projectId startDate endDate taskIds } } }`
	return akashiCase{
		operation: operation, variables: vars("staff", id(w.clerk.StaffID)), route: "GET staff_projects/{staff_id}",
		path: "/staff_projects/" + id(w.clerk.StaffID), query: map[string]string{"start_date": "20261101"},
		bad: operation, badVariables: vars("staff", id(nobody)), sent: true, told: []string{akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiProjectStaffs(w *akashiWorld) akashiCase {
	const operation = `query($project: ID!) { akashi { projectStaffs(project: $project) { staffIds ownerStaffIds } } }`
	return akashiCase{
		operation: operation, variables: vars("project", id(w.project.ProjectID)),
		route: "GET project_staffs/{project_id}", path: "/project_staffs/" + id(w.project.ProjectID),
		bad: operation, badVariables: vars("project", id(nobody)), sent: true,
		told: []string{akashiRefused, `"vendorCode":"ERR`},
	}
}

func akashiAssign(w *akashiWorld) akashiCase {
	const operation = `mutation($project: ID!, $assign: [AkashiAssignmentInput!]!) {
		akashi { assignProjectStaffs(project: $project, assign: $assign) {
			assign { row outcome code message staffId } unassign { row outcome } errors { code message }
			projectStaffs { staffIds ownerStaffIds } } } }`
	member := obj("staffId", id(w.other.StaffID), "owner", true)
	return akashiCase{
		operation: operation, variables: vars("project", id(w.project.ProjectID), "assign", rowsOf(member)),
		route: "POST project_staffs/{project_id}", path: "/project_staffs/" + id(w.project.ProjectID),
		body: []string{`"staff_id":` + id(w.other.StaffID), `"owner":true`},
		bad:  operation, badVariables: vars("project", id(w.project.ProjectID), "assign", rowsOf(member, member)),
		told: []string{refusedRow, badInput, "6.30"},
	}
}
