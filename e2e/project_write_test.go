package e2e_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// written is what a mutation says became of its rows.
type written struct {
	Rows []struct {
		Row              int
		Outcome          string
		Code, VendorCode *string
		Manhour          *struct{ Minutes int }
		Project, Task    *struct{ Code, Name string }
	}
}

// told describes the rows of an answer.
func (w written) told() []string {
	var out []string
	for _, r := range w.Rows {
		line := r.Outcome
		if r.Code != nil {
			line += " " + *r.Code
		}
		if r.Manhour != nil {
			line += fmt.Sprintf(" %d", r.Manhour.Minutes)
		}
		if r.Project != nil {
			line += " " + r.Project.Code + " " + r.Project.Name
		}
		if r.Task != nil {
			line += " " + r.Task.Code + " " + r.Task.Name
		}
		out = append(out, line)
	}
	return out
}

// sheetOf is an open day of a person in AKASHI with man-hours on two projects.
type sheetOf struct {
	staff       akashi.DumpStaff
	date        string // as the gateway writes it
	here, there []akashi.DumpManhour
}

// slashed turns "2026-11-19" into AKASHI's "2026/11/19".
func slashed(date string) string { return date[:4] + "/" + date[5:7] + "/" + date[8:] }

// openSheet finds a sheet in the dump whose second project has no comment, of
// somebody else than the persons with these codes.
func openSheet(t *testing.T, state akashi.Dump, not ...string) sheetOf {
	t.Helper()
	codes := map[string]int{}
	for _, s := range state.Staffs {
		codes[s.Code]++
	}
	byDay := map[string][]akashi.DumpManhour{}
	var days []string
	for _, m := range state.Manhours {
		if m.IsClosed {
			continue
		}
		key := fmt.Sprintf("%d %s", m.StaffID, m.Date)
		if byDay[key] == nil {
			days = append(days, key)
		}
		byDay[key] = append(byDay[key], m)
	}
	for _, key := range days {
		items := byDay[key]
		first := items[0].ProjectID
		s := sheetOf{date: items[0].Date[:4] + "-" + items[0].Date[5:7] + "-" + items[0].Date[8:]}
		for _, m := range items {
			if m.ProjectID == first {
				s.here = append(s.here, m)
			} else if m.Comment == "" {
				s.there = append(s.there, m)
			} else {
				s.there = nil
				break
			}
		}
		at := slices.IndexFunc(state.Staffs, func(st akashi.DumpStaff) bool { return st.StaffID == items[0].StaffID })
		if len(s.there) > 0 && at >= 0 && codes[state.Staffs[at].Code] == 1 &&
			!slices.Contains(append(not, ""), state.Staffs[at].Code) {
			s.staff = state.Staffs[at]
			return s
		}
	}
	t.Fatal("the demo company has no open day with two projects")
	return sheetOf{}
}

func projectCode(state akashi.Dump, id int) string {
	for _, p := range state.Projects {
		if p.ProjectID == id {
			return p.Code
		}
	}
	return ""
}

func taskCode(state akashi.Dump, id int) string {
	for _, p := range state.Tasks {
		if p.TaskID == id {
			return p.Code
		}
	}
	return ""
}

// booked is what AKASHI holds of a person's day, by task.
func (d *demo) booked(t *testing.T, staff int, date string) map[int]int {
	t.Helper()
	out := map[int]int{}
	for _, m := range dump[akashi.Dump](t, d.Simulators.Akashi).Manhours {
		if m.StaffID == staff && m.Date == slashed(date) {
			out[m.TaskID] = m.Minutes
		}
	}
	return out
}

const putManhours = `mutation Week($rows: [ManhourInput!]!) {
	upsertManhours(input: { rows: $rows }) { rows { row outcome code vendorCode manhour { minutes } } }
}`

func manhourRow(state akashi.Dump, s sheetOf, m akashi.DumpManhour, minutes int) map[string]any {
	return map[string]any{
		"employee": map[string]any{"code": s.staff.Code}, "date": s.date, "minutes": minutes,
		"project": map[string]any{"code": projectCode(state, m.ProjectID)},
		"task":    map[string]any{"code": taskCode(state, m.TaskID)},
	}
}

// AKASHI takes a post only when no other project stands on the day. The sheet
// must come out with the new minutes and with all that stood there before.
func TestUpsertManhours_keepsTheRestOfTheDay(t *testing.T) {
	t.Parallel()
	d := start(t)
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	s := openSheet(t, state)
	want := d.booked(t, s.staff.StaffID, s.date)
	want[s.here[0].TaskID] = s.here[0].Minutes + 5

	unknown := manhourRow(state, s, s.here[0], 10)
	unknown["task"] = map[string]any{"code": "no such task"}
	rows := []any{
		manhourRow(state, s, s.there[0], s.there[0].Minutes),
		manhourRow(state, s, s.here[0], s.here[0].Minutes+5),
		unknown,
		manhourRow(state, s, s.here[0], 7),
		manhourRow(state, s, s.there[0], -1),
	}
	var got struct{ UpsertManhours written }
	d.query(t, hrToken, putManhours, map[string]any{"rows": rows}, &got)
	if diff := cmp.Diff([]string{
		fmt.Sprintf("SKIPPED_SAME %d", s.there[0].Minutes), fmt.Sprintf("APPLIED %d", s.here[0].Minutes+5),
		"REFUSED NOT_FOUND", "CONFLICT BAD_USER_INPUT", "REFUSED BAD_USER_INPUT",
	}, got.UpsertManhours.told()); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want, d.booked(t, s.staff.StaffID, s.date)); diff != "" {
		t.Errorf("the day in AKASHI, minutes by task (-want +got):\n%s", diff)
	}

	d.Simulators.Akashi.ClearHistory()
	d.query(t, hrToken, putManhours, map[string]any{"rows": rows[:2]}, &got)
	if n := d.Simulators.Akashi.History().Counters["POST /api/cooperation/{company}/manhours"]; n != 0 {
		t.Errorf("the same rows again sent %d posts: %v", n, got.UpsertManhours.told())
	}
}

func TestDeleteManhours(t *testing.T) {
	t.Parallel()
	d := start(t)
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	s := openSheet(t, state)
	row := manhourRow(state, s, s.here[0], 0)
	delete(row, "minutes")
	const mutation = `mutation Clear($rows: [ManhourDeletion!]!) {
		deleteManhours(input: { rows: $rows }) { rows { row outcome code manhour { minutes } } }
	}`
	for _, want := range []string{"APPLIED", "SKIPPED_SAME"} {
		var got struct{ DeleteManhours written }
		d.query(t, hrToken, mutation, map[string]any{"rows": []any{row}}, &got)
		if diff := cmp.Diff([]string{want}, got.DeleteManhours.told()); diff != "" {
			t.Errorf("outcomes (-want +got):\n%s", diff)
		}
	}
	left := d.booked(t, s.staff.StaffID, s.date)
	if _, ok := left[s.here[0].TaskID]; ok || len(left) == 0 {
		t.Errorf("the day in AKASHI, minutes by task: %v", left)
	}
}

func TestUpsertProjectsAndTasks(t *testing.T) {
	t.Parallel()
	d := start(t)
	const projects = `mutation P($rows: [ProjectInput!]!) {
		upsertProjects(input: { rows: $rows }) { rows { row outcome code vendorCode project { code name } } }
	}`
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	var got struct {
		UpsertProjects, UpsertTasks written
	}
	d.query(t, hrToken, projects, map[string]any{"rows": []any{
		map[string]any{"code": "new-1", "name": "新規案件", "startsOn": "2026-12-01"},
		map[string]any{"code": state.Projects[0].Code, "name": state.Projects[0].Name},
		map[string]any{"code": state.Projects[1].Code, "name": state.Projects[1].Name + "改"},
		map[string]any{"code": "new-2", "name": state.Projects[0].Name},
	}}, &got)
	if diff := cmp.Diff([]string{
		"APPLIED new-1 新規案件",
		"SKIPPED_SAME " + state.Projects[0].Code + " " + state.Projects[0].Name,
		"APPLIED " + state.Projects[1].Code + " " + state.Projects[1].Name + "改",
		"REFUSED UPSTREAM_REFUSED",
	}, got.UpsertProjects.told()); diff != "" {
		t.Errorf("projects (-want +got):\n%s", diff)
	}
	if r := got.UpsertProjects.Rows[3]; r.VendorCode == nil {
		t.Error("the vendor's code of the refused name is missing")
	}

	const tasks = `mutation T($rows: [TaskInput!]!) {
		upsertTasks(input: { rows: $rows }) { rows { row outcome code task { code name } } }
	}`
	row := map[string]any{
		"project": map[string]any{"code": "new-1"}, "code": "t-1", "name": "設計", "estimatedMinutes": 600,
	}
	for _, want := range []string{"APPLIED t-1 設計", "SKIPPED_SAME t-1 設計"} {
		d.query(t, hrToken, tasks, map[string]any{"rows": []any{row}}, &got)
		if diff := cmp.Diff([]string{want}, got.UpsertTasks.told()); diff != "" {
			t.Errorf("tasks (-want +got):\n%s", diff)
		}
	}
	a := d.ask(t, managerToken, projects, map[string]any{"rows": []any{map[string]any{"name": "x"}}})
	if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
		t.Errorf("a manager made a project: %+v", a.Errors)
	}
}

// An employee writes their own man-hours and nobody else's.
func TestUpsertManhours_rights(t *testing.T) {
	t.Parallel()
	d := start(t)
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	s := openSheet(t, state, d.Simulators.Company.Persona(company.PersonaEmployee).Code)
	var got struct{ UpsertManhours written }
	d.query(t, employeeToken, putManhours, map[string]any{
		"rows": []any{manhourRow(state, s, s.here[0], s.here[0].Minutes+5)},
	}, &got)
	if diff := cmp.Diff([]string{"REFUSED NOT_FOUND"}, got.UpsertManhours.told()); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

func TestStamp(t *testing.T) {
	t.Parallel()
	d := start(t)
	const mutation = `mutation { stamp(input: { kind: BREAK_START }) { outcome code stamp { kind laborDate system } } }`
	type payload struct {
		Stamp struct {
			Outcome string
			Code    *string
			Stamp   *struct{ Kind, LaborDate, System string }
		}
	}
	before := len(dump[akashi.Dump](t, d.Simulators.Akashi).Stamps)
	var got payload
	d.query(t, employeeToken, mutation, nil, &got)
	if s := got.Stamp; s.Outcome != "APPLIED" || s.Stamp == nil || s.Stamp.Kind != "BREAK_START" {
		t.Errorf("the employee's stamp: %+v", s)
	}
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	if n := len(state.Stamps) - before; n != 1 {
		t.Errorf("AKASHI has %d stamps more", n)
	}
	// HR's own AKASHI token is not known to the gateway; the company token would
	// stamp the administrator by the wrong right.
	var hr payload
	d.query(t, hrToken, mutation, nil, &hr)
	if s := hr.Stamp; s.Outcome != "REFUSED" || s.Code == nil || *s.Code != "PERSONAL_TOKEN_NEEDED" {
		t.Errorf("HR's stamp: %+v", s)
	}
	if n := len(dump[akashi.Dump](t, d.Simulators.Akashi).Stamps) - before; n != 1 {
		t.Errorf("AKASHI has %d stamps more", n)
	}
}
