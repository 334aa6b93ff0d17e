package akashi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

type writtenProjects struct {
	Count    int
	Projects []struct {
		ProjectID int     `json:"project_id"`
		Name      string  `json:"name_ja"`
		StartDate *string `json:"start_date"`
	}
}

func TestPostProjects_createsAndUpdates(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	var made writtenProjects
	decode(t, tn.write(t, hrToken, "POST /projects", `"projects":[{"name_ja":"サンプルテスト","short_name_ja":"サンプル",
		"name_en":"Sample Test","short_name_en":"Sample","project_code":"sample","remarks":"サンプルです。",
		"start_date":"20190801","end_date":"2019/08/31"},{"name_ja":"二つ目"}]`), &made)
	if made.Count != 2 || made.Projects[0].Name != "サンプルテスト" || text(made.Projects[0].StartDate) != "2019-08-01" {
		t.Fatalf("got %+v", made)
	}
	id := made.Projects[0].ProjectID
	tn.write(t, managerToken, "POST /projects",
		fmt.Sprintf(`"projects":[{"project_id":%d,"name_ja":"改名","remarks":""}]`, id))
	day := func(text string) *string { return &text }
	want := akashi.DumpProject{
		ProjectID: id, Code: "sample", Name: "改名", ShortName: "サンプル", NameEN: "Sample Test", ShortNameEN: "Sample",
		StartDate: day("2019/08/01"), EndDate: day("2019/08/31"), StaffIDs: []int{}, OwnerStaffIDs: []int{},
	}
	projects := tn.dump(t).Projects
	if diff := cmp.Diff(want, projects[len(projects)-2]); diff != "" {
		t.Error(diff)
	}
	one := get[wireProject](t, tn, hrToken, fmt.Sprintf("/projects/%d", id))
	if one.Name != "改名" {
		t.Errorf("read back %+v", one)
	}
	tn.write(t, hrToken, fmt.Sprintf("DELETE /projects/%d", id), "")
	refused(t, tn, hrToken, fmt.Sprintf("/projects/%d", id))
}

func TestPostProjects_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	taken := tn.dump(t).Projects[0]
	row := func(members string) string { return `"projects":[{"name_ja":"新しい"},{` + members + `}]` }
	tn.refusedWrites(t, hrToken, "POST /projects", map[string]string{
		"no rows":           `"projects":[]`,
		"no name":           row(`"project_code":"a"`),
		"name taken":        row(`"name_ja":"` + taken.Name + `"`),
		"name twice":        row(`"name_ja":"新しい"`),
		"English twice":     `"projects":[{"name_ja":"甲","name_en":"a"},{"name_ja":"乙","name_en":"a"}]`,
		"code taken":        row(`"name_ja":"a","project_code":"` + taken.Code + `"`),
		"start":             row(`"name_ja":"a","start_date":"2019-08-01"`),
		"end":               row(`"name_ja":"a","end_date":"2019/8/1"`),
		"end before start":  row(`"name_ja":"a","start_date":"20190802","end_date":"20190801"`),
		"unknown id":        row(`"project_id":1,"name_ja":"a"`),
		"id 0":              row(`"project_id":0,"name_ja":"a"`),
		"update, no name":   row(fmt.Sprintf(`"project_id":%d`, taken.ProjectID)),
		"control character": row(`"name_ja":"a\u0000"`),
	})
	tn.refusedWrites(t, employeeToken, "POST /projects", map[string]string{"employee": `"projects":[{"name_ja":"a"}]`})
	tn.refusedWrites(t, hrToken, "DELETE /projects/1", map[string]string{"unknown": ""})
	tn.refusedWrites(t, employeeToken, fmt.Sprintf("DELETE /projects/%d", taken.ProjectID), map[string]string{"employee": ""})
}

func TestDeleteProject_takesTheBookings(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	first := tn.dump(t).Manhours[0].ProjectID
	tn.write(t, hrToken, fmt.Sprintf("DELETE /projects/%d", first), "")
	for _, m := range tn.dump(t).Manhours {
		if m.ProjectID == first {
			t.Fatal("a booking is left")
		}
	}
	tn.Reset()
	if tn.dump(t).Manhours[0].ProjectID != first {
		t.Error("Reset did not bring the bookings back")
	}
}

func TestPostTasks_createsAndUpdates(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	base := fmt.Sprintf("/%d/tasks", akashi.ProjectID(0))
	var made taskPage
	decode(t, tn.write(t, hrToken, "POST "+base, `"tasks":[{"name":"サンプルタスク","code":"sample_task","index":"9",
		"estimated_hour":60,"estimated_amount":10000,"is_finished":false}]`), &made)
	id := made.Tasks[0].TaskID
	tn.write(t, hrToken, "POST "+base, fmt.Sprintf(`"tasks":[{"task_id":%d,"name":"改名","is_finished":true}]`, id))
	want := wireTask{
		TaskID: id, Name: "改名", Code: "sample_task", Index: 9, EstimatedHour: 60, Amount: 10000, IsFinished: true,
	}
	if diff := cmp.Diff(want, get[wireTask](t, tn, hrToken, fmt.Sprintf("%s/%d", base, id))); diff != "" {
		t.Error(diff)
	}
	tn.write(t, managerToken, fmt.Sprintf("DELETE %s/%d", base, id), "")
	refused(t, tn, hrToken, fmt.Sprintf("%s/%d", base, id))
}

func TestPostTasks_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	base := fmt.Sprintf("POST /%d/tasks", akashi.ProjectID(0))
	taken := tn.dump(t).Tasks[0]
	row := func(members string) string { return `"tasks":[{"name":"新しい"},{` + members + `}]` }
	tn.refusedWrites(t, hrToken, base, map[string]string{
		"no rows":       `"tasks":[]`,
		"no name":       row(`"code":"a"`),
		"name taken":    row(`"name":"` + taken.Name + `"`),
		"code taken":    row(`"name":"a","code":"` + taken.Code + `"`),
		"unknown id":    row(`"task_id":1,"name":"a"`),
		"other project": row(fmt.Sprintf(`"task_id":%d,"name":"a"`, akashi.TaskID(100))),
		"index":         row(`"name":"a","index":"first"`),
		"negative":      row(`"name":"a","estimated_hour":-1`),
		"fraction":      row(`"name":"a","estimated_amount":1.5`),
		"finished":      row(`"name":"a","is_finished":"yes"`),
	})
	tn.refusedWrites(t, hrToken, "POST /1/tasks", map[string]string{"unknown project": `"tasks":[{"name":"a"}]`})
	tn.refusedWrites(t, employeeToken, base, map[string]string{"employee": `"tasks":[{"name":"a"}]`})
	tn.refusedWrites(t, hrToken, strings.Replace(base, "POST", "DELETE", 1)+"/1", map[string]string{"unknown task": ""})
}

func TestPostProjectStaffs(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	project := tn.dump(t).Projects[0]
	path := fmt.Sprintf("/project_staffs/%d", project.ProjectID)
	hr, gone := tn.id(company.PersonaHR), project.StaffIDs[0]
	var got members
	decode(t, tn.write(t, hrToken, "POST "+path,
		fmt.Sprintf(`"assign":[{"staff_id":%d,"owner":true}],"unassign":[%d]`, hr, gone)), &got)
	if diff := cmp.Diff(got, get[members](t, tn, hrToken, path)); diff != "" {
		t.Error(diff)
	}
	want := append([]int{hr}, project.StaffIDs[1:]...)
	if diff := cmp.Diff(want, got.StaffIDs); diff != "" || got.Owners[0] != hr {
		t.Errorf("%s, owners %v", diff, got.Owners)
	}
	decode(t, tn.write(t, hrToken, "POST "+path, fmt.Sprintf(`"assign":[{"staff_id":%d}],"unassign":[]`, hr)), &got)
	for _, id := range got.Owners {
		if id == hr {
			t.Error("owner is not false by default")
		}
	}
	tn.refusedWrites(t, hrToken, "POST "+path, map[string]string{
		"unknown person":   `"assign":[{"staff_id":1}]`,
		"no person":        `"assign":[{"owner":true}]`,
		"owner is no bool": fmt.Sprintf(`"assign":[{"staff_id":%d,"owner":"yes"}]`, hr),
		"unknown to go":    `"unassign":[1]`,
		"no number":        `"unassign":["x"]`,
		"no array":         `"unassign":1003`,
		"both":             fmt.Sprintf(`"assign":[{"staff_id":%d}],"unassign":[%d]`, hr, hr),
	})
	tn.refusedWrites(t, managerToken, "POST "+path,
		map[string]string{"not theirs": fmt.Sprintf(`"assign":[{"staff_id":%d}]`, hr)})
	tn.refusedWrites(t, employeeToken, "POST "+path, map[string]string{"employee": ""})
}
