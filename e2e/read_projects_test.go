package e2e_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type projectRow struct {
	ID, Code, Name, ShortName, Remarks string
	StartsOn, EndsOn                   string
	IsOpenToAll                        bool
	Tasks                              struct {
		Nodes []struct {
			Code, Name       string
			EstimatedMinutes int
			IsFinished       bool
		}
	}
	Members struct {
		Nodes []struct {
			IsOwner  bool
			Employee struct{ Code string }
		}
	}
	Manhours struct {
		Nodes []struct {
			Date     string
			Minutes  int
			Comment  string
			IsClosed bool
			Employee struct{ Code string }
			Task     struct{ Code string }
		}
	}
}

// readProjects compares every project with its tasks, members and a month of
// man-hours.
func readProjects(t *testing.T, d *demo, w *truth) {
	t.Helper()
	const from, to = "2026-10-01", "2026-10-31"
	var got struct{ Projects struct{ Nodes []projectRow } }
	d.query(t, hrToken, `query($from: Date!, $to: Date!) { projects(first: 100) { nodes {
		id code name shortName remarks startsOn endsOn isOpenToAll
		tasks(first: 100) { nodes { code name estimatedMinutes isFinished } }
		members(first: 300) { nodes { isOwner employee { code } } }
		manhours(from: $from, to: $to, first: 300) { nodes { date minutes comment isClosed employee { code } task { code } } }
	} } }`, map[string]any{"from": from, "to": to}, &got)
	staff, task := map[int]string{}, map[int]string{}
	for _, s := range w.akashi.Staffs {
		staff[s.StaffID] = s.Code
	}
	for _, x := range w.akashi.Tasks {
		task[x.TaskID] = x.Code
	}
	byCode, booked := map[string]projectRow{}, 0
	for _, p := range got.Projects.Nodes {
		byCode[p.Code] = p
	}
	if len(byCode) != len(w.akashi.Projects) {
		t.Fatalf("%d projects, AKASHI has %d", len(byCode), len(w.akashi.Projects))
	}
	for _, p := range w.akashi.Projects {
		got := byCode[p.Code]
		day := func(s *string) string { return strings.ReplaceAll(str(s), "/", "-") }
		if got.Name != p.Name || got.ShortName != p.ShortName || got.Remarks != p.Remarks ||
			got.StartsOn != day(p.StartDate) || got.EndsOn != day(p.EndDate) || got.IsOpenToAll != p.AllStaffsTarget {
			t.Errorf("%s: got %+v", p.Code, got)
		}
		var wantTasks, gotTasks, wantMembers, gotMembers, want, rows []string
		for _, x := range w.akashi.Tasks {
			if x.ProjectID == p.ProjectID {
				wantTasks = append(wantTasks, line(x.Code, x.Name, x.EstimatedMinutes, x.IsFinished))
			}
		}
		for _, x := range got.Tasks.Nodes {
			gotTasks = append(gotTasks, line(x.Code, x.Name, x.EstimatedMinutes, x.IsFinished))
		}
		for _, id := range p.StaffIDs {
			wantMembers = append(wantMembers, line(staff[id], slices.Contains(p.OwnerStaffIDs, id)))
		}
		for _, m := range got.Members.Nodes {
			gotMembers = append(gotMembers, line(m.Employee.Code, m.IsOwner))
		}
		for _, m := range w.akashi.Manhours {
			if date := strings.ReplaceAll(m.Date, "/", "-"); m.ProjectID == p.ProjectID && from <= date && date <= to {
				want = append(want, line(date, staff[m.StaffID], task[m.TaskID], m.Minutes, m.Comment, m.IsClosed))
			}
		}
		for _, m := range got.Manhours.Nodes {
			rows = append(rows, line(m.Date, m.Employee.Code, m.Task.Code, m.Minutes, m.Comment, m.IsClosed))
		}
		slices.Sort(want)
		slices.Sort(rows)
		if len(want) > 300 {
			want, rows = nil, nil // longer than a page
		}
		booked += len(rows)
		slices.Sort(wantMembers)
		slices.Sort(gotMembers)
		slices.Sort(wantTasks)
		slices.Sort(gotTasks)
		if diff := cmp.Diff([][]string{wantTasks, wantMembers, want}, [][]string{gotTasks, gotMembers, rows}); diff != "" {
			t.Errorf("%s: tasks, members, man-hours (-want +got):\n%s", p.Code, diff)
		}
	}
	if booked < 100 {
		t.Errorf("the comparison is too thin: %d man-hours", booked)
	}
}

// line writes values for comparison.
func line(values ...any) string {
	raw, _ := json.Marshal(values) // texts, numbers and truths
	return string(raw)
}
