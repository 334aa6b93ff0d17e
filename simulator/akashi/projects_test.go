package akashi_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

type wireProject struct {
	ProjectID       int     `json:"project_id"`
	ProjectCode     string  `json:"project_code"`
	Name            string  `json:"name"`
	StartDate       *string `json:"start_date"`
	EndDate         *string `json:"end_date"`
	AllStaffsTarget bool    `json:"all_staffs_target"`
}

type projectPage struct {
	Count    int
	Projects []wireProject
}

func TestProjects_listAndOne(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	all := get[projectPage](t, tn, hrToken, "/projects")
	if all.Count != 40 || len(all.Projects) != 40 {
		t.Fatalf("count %d, %d rows", all.Count, len(all.Projects))
	}
	for i, row := range tn.dump(t).Projects {
		got := all.Projects[i]
		if got.ProjectID != row.ProjectID || got.ProjectCode != row.Code || got.Name != row.Name ||
			got.AllStaffsTarget != row.AllStaffsTarget || undashed(got.StartDate) != text(row.StartDate) {
			t.Errorf("got %+v, want %+v", got, row)
		}
		one := get[wireProject](t, tn, managerToken, fmt.Sprintf("/projects/%d", row.ProjectID))
		if diff := cmp.Diff(got, one); diff != "" {
			t.Error(diff)
		}
	}
	if next := get[projectPage](t, tn, hrToken, "/projects?page=1"); next.Count != 0 {
		t.Errorf("page 1 has %d rows", next.Count)
	}
	refused(t, tn, hrToken, "/projects/1")
	refused(t, tn, hrToken, "/projects/x")
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func undashed(s *string) string { return strings.ReplaceAll(text(s), "-", "/") }

func TestProjects_pages(t *testing.T) {
	t.Parallel()
	if size := akashi.DocumentedLimits().ProjectPage; size != 50 {
		t.Errorf("a page has %d rows, want 50", size)
	}
	tn := start(t, akashi.Options{Limits: akashi.Limits{ProjectPage: 3}})
	last := get[projectPage](t, tn, hrToken, "/projects?page=13")
	if last.Count != 1 || last.Projects[0].ProjectID != akashi.ProjectID(39) {
		t.Errorf("page 13: %+v", last)
	}
	for _, p := range tn.company.Projects {
		if len(p.Tasks) < 4 {
			continue
		}
		path := fmt.Sprintf("/%d/tasks", akashi.ProjectID(p.Key))
		first, second := get[taskPage](t, tn, hrToken, path), get[taskPage](t, tn, hrToken, path+"?page=1")
		if first.Count != 3 || second.Count != min(3, len(p.Tasks)-3) ||
			second.Tasks[0].TaskID != akashi.TaskID(p.Tasks[3].Key) {
			t.Errorf("tasks of project %d: %+v, %+v", p.Key, first, second)
		}
		refused(t, tn, hrToken, path+"?page=-1")
	}
	refused(t, tn, hrToken, "/projects?page=x")
}

func TestProjects_period(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	var want []int
	for _, p := range tn.dump(t).Projects {
		if (p.StartDate == nil || *p.StartDate <= "2026/11/30") && (p.EndDate == nil || *p.EndDate >= "2026/11/01") {
			want = append(want, p.ProjectID)
		}
	}
	if len(want) == 0 || len(want) == 40 {
		t.Fatalf("%d projects run in November, want some", len(want))
	}
	for _, period := range []string{
		"start_date=20261101&end_date=20261130", "start_date=2026/11/01&end_date=2026/11/30",
	} {
		var got []int
		for _, p := range get[projectPage](t, tn, hrToken, "/projects?"+period).Projects {
			got = append(got, p.ProjectID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", period, diff)
		}
	}
	refused(t, tn, hrToken, "/projects?start_date=2026-11-01")
}

type wireTask struct {
	TaskID        int `json:"task_id"`
	Name, Code    string
	Index         int
	EstimatedHour int  `json:"estimated_hour"`
	Amount        int  `json:"estimated_amount"`
	IsFinished    bool `json:"is_finished"`
}

type taskPage struct {
	Count int
	Tasks []wireTask
}

func TestTasks_areTheDumps(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	d := tn.dump(t)
	for _, p := range d.Projects {
		var got []akashi.DumpTask
		for _, row := range get[taskPage](t, tn, hrToken, fmt.Sprintf("/%d/tasks", p.ProjectID)).Tasks {
			got = append(got, akashi.DumpTask{
				TaskID: row.TaskID, ProjectID: p.ProjectID, Code: row.Code, Name: row.Name, Index: row.Index,
				EstimatedMinutes: row.EstimatedHour, EstimatedYen: row.Amount, IsFinished: row.IsFinished,
			})
		}
		var want []akashi.DumpTask
		for _, row := range d.Tasks {
			if row.ProjectID == p.ProjectID {
				want = append(want, row)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	task := d.Tasks[3]
	one := get[wireTask](t, tn, hrToken, fmt.Sprintf("/%d/tasks/%d", task.ProjectID, task.TaskID))
	if one.TaskID != task.TaskID || one.Code != task.Code {
		t.Errorf("got %+v", one)
	}
	refused(t, tn, hrToken, fmt.Sprintf("/%d/tasks/%d", d.Projects[30].ProjectID, task.TaskID))
	refused(t, tn, hrToken, "/1/tasks")
	refused(t, tn, hrToken, "/x/tasks")
}

func TestProjects_areRefusedToPlainEmployees(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := akashi.ProjectID(0)
	for _, path := range []string{
		"/projects", fmt.Sprintf("/projects/%d", id), fmt.Sprintf("/%d/tasks", id),
		fmt.Sprintf("/%d/tasks/%d", id, akashi.TaskID(0)), fmt.Sprintf("/project_staffs/%d", id),
	} {
		get[any](t, tn, managerToken, path)
		refused(t, tn, employeeToken, path)
	}
}

type members struct {
	StaffIDs []int `json:"staff_ids"`
	Owners   []int `json:"owner_staff_ids"`
}

func TestProjectStaffs(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	for _, p := range tn.dump(t).Projects {
		path := fmt.Sprintf("/project_staffs/%d", p.ProjectID)
		if diff := cmp.Diff(members{p.StaffIDs, p.OwnerStaffIDs}, get[members](t, tn, hrToken, path)); diff != "" {
			t.Error(diff)
		}
		for _, id := range get[members](t, tn, managerToken, path).StaffIDs {
			get[any](t, tn, managerToken, fmt.Sprintf("/staffs/%d", id))
		}
	}
	refused(t, tn, hrToken, "/project_staffs/1")
}

func TestStaffProjects(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	var want []int
	for _, p := range tn.dump(t).Projects {
		if slices.Contains(p.StaffIDs, id) && text(p.StartDate) <= "2026/11/30" &&
			(p.EndDate == nil || *p.EndDate >= "2026/11/01") {
			want = append(want, p.ProjectID)
		}
	}
	got := get[struct {
		Projects []struct {
			ProjectID int `json:"project_id"`
			Tasks     []int
		}
	}](t, tn, employeeToken, fmt.Sprintf("/staff_projects/%d", id))
	var list []int
	for _, row := range got.Projects {
		list = append(list, row.ProjectID)
		if len(row.Tasks) < 2 {
			t.Errorf("project %d has tasks %v", row.ProjectID, row.Tasks)
		}
	}
	if diff := cmp.Diff(want, list); diff != "" || len(want) < 2 {
		t.Errorf("want at least two: %s", diff)
	}
	refused(t, tn, hrToken, fmt.Sprintf("/staff_projects/%d?start_date=now", id))
}

type manhours struct {
	Manhours []struct {
		StaffID int `json:"staff_id"`
		Dates   []struct {
			Date     string
			Projects []struct {
				ProjectID int     `json:"project_id"`
				ClosedAt  *string `json:"closed_at"`
				Hours     []struct {
					TaskID int `json:"task_id"`
					Minute int
				} `json:"daily_hour_items"`
				Comments []struct {
					TaskID  string `json:"task_id"`
					Comment string
				} `json:"daily_comment_items"`
			}
		}
	}
}

func (m manhours) rows() []akashi.DumpManhour {
	var rows []akashi.DumpManhour
	for _, one := range m.Manhours {
		for _, day := range one.Dates {
			for _, p := range day.Projects {
				for _, h := range p.Hours {
					row := akashi.DumpManhour{
						StaffID: one.StaffID, Date: strings.ReplaceAll(day.Date, "-", "/"), ProjectID: p.ProjectID,
						TaskID: h.TaskID, Minutes: h.Minute, IsClosed: p.ClosedAt != nil,
					}
					for _, c := range p.Comments {
						if c.TaskID == strconv.Itoa(h.TaskID) {
							row.Comment = c.Comment
						}
					}
					rows = append(rows, row)
				}
			}
		}
	}
	return rows
}

func TestManhours_areTheDumps(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	d := tn.dump(t)
	select_ := func(from, to string, staff int) []akashi.DumpManhour {
		var rows []akashi.DumpManhour
		for _, r := range d.Manhours {
			if r.Date >= from && r.Date <= to && (staff == 0 || r.StaffID == staff) {
				rows = append(rows, r)
			}
		}
		return rows
	}
	employee := tn.id(company.PersonaEmployee)
	of := fmt.Sprintf("/manhours/%d", employee)
	for path, want := range map[string][]akashi.DumpManhour{
		"/manhours": select_("2026/11/01", "2026/11/30", 0), // the running month
		"/manhours?start_date=20261001&end_date=20261031":             select_("2026/10/01", "2026/10/31", 0),
		"/manhours?start_date=20261001000000&end_date=20261031235959": select_("2026/10/01", "2026/10/31", 0),
		of: select_("2026/11/01", "2026/11/30", employee),
		of + "?start_date=20261005000000&end_date=20261009000000": select_("2026/10/05", "2026/10/09", employee),
	} {
		if diff := cmp.Diff(want, get[manhours](t, tn, hrToken, path).rows()); diff != "" || len(want) == 0 {
			t.Errorf("%s: %d rows, %s", path, len(want), diff)
		}
	}
	own := get[manhours](t, tn, employeeToken, "/manhours")
	if diff := cmp.Diff(select_("2026/11/01", "2026/11/30", employee), own.rows()); diff != "" {
		t.Error(diff)
	}
	nothing := get[map[string][]any](t, tn, hrToken, of+"?start_date=20250101000000&end_date=20250102000000")
	if list := nothing["manhours"]; list == nil || len(list) != 0 {
		t.Errorf("without bookings manhours is %v, want []", list)
	}
}

func TestManhours_dateFormats(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	of := fmt.Sprintf("/manhours/%d", tn.id(company.PersonaEmployee))
	refused(t, tn, hrToken, of+"?start_date=20261001&end_date=20261031") // 8 digits, 6.25 only
	refused(t, tn, hrToken, of+"?start_date=20261031000000&end_date=20261001000000")
	refused(t, tn, hrToken, "/manhours?start_date=2026/10/01&end_date=2026/10/31")
}
