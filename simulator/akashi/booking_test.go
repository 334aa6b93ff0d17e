package akashi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// hours is a body of 6.26 for one project on one day.
func hours(staff int, date string, project, task, minute int) string {
	return fmt.Sprintf(`"manhours":[{"staff_id":%d,"dates":[{"date":%q,"projects":[{"project_id":%d,`+
		`"daily_hour_items":[{"task_id":%d,"minute":%d}]}]}]}]`, staff, date, project, task, minute)
}

// desk finds where the persona employee may book.
type desk struct {
	staff          int
	projects       []akashi.DumpProject // of which they are a member, running now
	tasks          map[int][]int        // by project
	booked         akashi.DumpManhour   // an open booking of theirs
	closed         akashi.DumpManhour
	empty, foreign int // a day of the month without bookings; somebody else's project
}

func (tn *tenant) desk(t *testing.T) desk {
	t.Helper()
	d := tn.dump(t)
	k := desk{staff: tn.id(company.PersonaEmployee), tasks: map[int][]int{}}
	for _, p := range d.Projects {
		running := text(p.StartDate) <= "2026/11/01" && (p.EndDate == nil || *p.EndDate >= "2026/11/30")
		switch {
		case slices.Contains(p.StaffIDs, k.staff) && running:
			k.projects = append(k.projects, p)
		case !p.AllStaffsTarget && !slices.Contains(p.StaffIDs, k.staff) && running:
			k.foreign = p.ProjectID
		}
	}
	for _, task := range d.Tasks {
		k.tasks[task.ProjectID] = append(k.tasks[task.ProjectID], task.TaskID)
	}
	days := map[string]bool{}
	for _, m := range d.Manhours {
		if m.StaffID != k.staff {
			continue
		}
		days[m.Date] = true
		if m.IsClosed {
			k.closed = m
		} else {
			k.booked = m
		}
	}
	for day := 1; day <= 20; day++ {
		if !days[fmt.Sprintf("2026/11/%02d", day)] {
			k.empty = day
		}
	}
	if len(k.projects) < 2 || k.booked.Minutes == 0 || k.closed.Minutes == 0 || k.empty == 0 || k.foreign == 0 {
		t.Fatalf("the persona's desk lacks something: %+v", k)
	}
	return k
}

func (k desk) on(d akashi.Dump, date string) []akashi.DumpManhour {
	var rows []akashi.DumpManhour
	for _, m := range d.Manhours {
		if m.StaffID == k.staff && m.Date == date {
			rows = append(rows, m)
		}
	}
	return rows
}

func TestPostManhours_canBeReadBack(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	k := tn.desk(t)
	p, task := k.projects[0].ProjectID, k.tasks[k.projects[0].ProjectID][1]
	day := fmt.Sprintf("202611%02d", k.empty)
	a := tn.write(t, employeeToken, "POST /manhours", hours(k.staff, day, p, task, 90))
	var echo, want any
	decode(t, a, &echo)
	dashed := fmt.Sprintf("2026-11-%02d", k.empty)
	if err := json.Unmarshal([]byte("{"+hours(k.staff, dashed, p, task, 90)+"}"), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, echo); diff != "" {
		t.Error(diff)
	}
	got := get[manhours](t, tn, employeeToken,
		fmt.Sprintf("/manhours/%d?start_date=%s000000&end_date=%s000000", k.staff, day, day)).rows()
	slashed := fmt.Sprintf("2026/11/%02d", k.empty)
	row := akashi.DumpManhour{StaffID: k.staff, Date: slashed, ProjectID: p, TaskID: task, Minutes: 90}
	if diff := cmp.Diff([]akashi.DumpManhour{row}, got); diff != "" {
		t.Error(diff)
	}
	// Another task of the project comes beside it, the same one is replaced.
	tn.write(t, hrToken, "POST /manhours", hours(k.staff, slashed, p, k.tasks[p][0], 30))
	tn.write(t, managerToken, "POST /manhours", hours(k.staff, slashed, p, task, 60))
	rows := k.on(tn.dump(t), slashed)
	if len(rows) != 2 || rows[0].Minutes != 30 || rows[1].Minutes != 60 {
		t.Errorf("got %+v", rows)
	}
}

// TestPostManhours_otherProjectsFirst shows the trap: success without effect.
func TestPostManhours_otherProjectsFirst(t *testing.T) {
	t.Parallel()
	for needs, wantRows := range map[bool]int{true: 1, false: 2} {
		tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.ManhoursNeedDeletion: needs}})
		k := tn.desk(t)
		day := fmt.Sprintf("2026/11/%02d", k.empty)
		one, two := k.projects[0].ProjectID, k.projects[1].ProjectID
		tn.write(t, employeeToken, "POST /manhours", hours(k.staff, day, one, k.tasks[one][0], 60))
		tn.write(t, employeeToken, "POST /manhours", hours(k.staff, day, two, k.tasks[two][0], 45))
		if rows := k.on(tn.dump(t), day); len(rows) != wantRows {
			t.Errorf("needs deletion %t: %+v", needs, rows)
		}
		tn.write(t, employeeToken, fmt.Sprintf("DELETE /manhours/%d", k.staff),
			fmt.Sprintf(`"date":202611%02d,"project_id":%d`, k.empty, one))
		tn.write(t, employeeToken, "POST /manhours", hours(k.staff, day, two, k.tasks[two][0], 45))
		if rows := k.on(tn.dump(t), day); len(rows) != 1 || rows[0].ProjectID != two || rows[0].Minutes != 45 {
			t.Errorf("after the deletion: %+v", rows)
		}
	}
}

func TestPostManhours_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	k := tn.desk(t)
	p := k.projects[0].ProjectID
	task, day := k.tasks[p][0], fmt.Sprintf("2026/11/%02d", k.empty)
	other := k.tasks[k.projects[1].ProjectID][0]
	of := func(rest string) string { return fmt.Sprintf(`"manhours":[{"staff_id":%d%s}]`, k.staff, rest) }
	on := func(rest string) string { return of(fmt.Sprintf(`,"dates":[{"date":%q%s}]`, day, rest)) }
	at := func(rest string) string { return on(fmt.Sprintf(`,"projects":[{"project_id":%d%s}]`, p, rest)) }
	tn.refusedWrites(t, employeeToken, "POST /manhours", map[string]string{
		"no rows":           `"manhours":[]`,
		"no person":         `"manhours":[{}]`,
		"no dates":          of(""),
		"no date":           of(`,"dates":[{}]`),
		"date":              hours(k.staff, "2026-11-01", p, task, 60),
		"no projects":       on(""),
		"no project":        on(`,"projects":[{}]`),
		"no items":          at(""),
		"items with blank":  at(fmt.Sprintf(`,"daily_hour_items ":[{"task_id":%d,"minute":1}]`, task)),
		"no task":           at(`,"daily_hour_items":[{"minute":1}]`),
		"no minutes":        at(fmt.Sprintf(`,"daily_hour_items":[{"task_id":%d}]`, task)),
		"minutes as a word": at(fmt.Sprintf(`,"daily_hour_items":[{"task_id":%d,"minute":"an hour"}]`, task)),
		"negative":          hours(k.staff, day, p, task, -1),
		"over a day":        hours(k.staff, day, p, task, 1441),
		"other's task":      hours(k.staff, day, p, other, 60),
		"unknown project":   hours(k.staff, day, 1, task, 60),
		"not a member":      hours(k.staff, day, k.foreign, k.tasks[k.foreign][0], 60),
		"closed":            hours(k.staff, k.closed.Date, k.closed.ProjectID, k.closed.TaskID, 60),
		"not visible":       hours(tn.id(company.PersonaHR), day, p, task, 60),
		"unknown person":    hours(1, day, p, task, 60),
	})
	tn.refusedWrites(t, managerToken, "POST /manhours",
		map[string]string{"not theirs": hours(tn.id(company.PersonaHR), day, p, task, 60)})
}

func TestDeleteManhours(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	k := tn.desk(t)
	path := fmt.Sprintf("DELETE /manhours/%d", k.staff)
	one := fmt.Sprintf(`"date":%q,"project_id":%d`, k.booked.Date, k.booked.ProjectID)
	tn.refusedWrites(t, employeeToken, path, map[string]string{
		"no date":      fmt.Sprintf(`"project_id":%d`, k.booked.ProjectID),
		"no project":   fmt.Sprintf(`"date":%q`, k.booked.Date),
		"date":         fmt.Sprintf(`"date":"2026-11-01","project_id":%d`, k.booked.ProjectID),
		"other task":   one + `,"task_id":1`,
		"closed":       fmt.Sprintf(`"date":%q,"project_id":%d`, k.closed.Date, k.closed.ProjectID),
		"nothing left": fmt.Sprintf(`"date":"202611%02d","project_id":%d`, k.empty, k.booked.ProjectID),
	})
	tn.refusedWrites(t, employeeToken, fmt.Sprintf("DELETE /manhours/%d", tn.id(company.PersonaHR)),
		map[string]string{"not visible": one})
	var got struct {
		StaffID int `json:"staff_id"`
		Date    string
		Items   []struct {
			TaskID int `json:"task_id"`
			Minute int
		} `json:"daily_hour_items"`
	}
	decode(t, tn.write(t, employeeToken, path, one+fmt.Sprintf(`,"task_id":%d`, k.booked.TaskID)), &got)
	if got.StaffID != k.staff || len(got.Items) != 1 || got.Items[0].Minute != k.booked.Minutes {
		t.Errorf("got %+v", got)
	}
	if slices.Contains(tn.dump(t).Manhours, k.booked) {
		t.Error("the booking is still there")
	}
}

func TestManhours_areClosedWithTheMonth(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	k := tn.desk(t)
	tn.Advance(10 * 24 * time.Hour) // 30 November
	book := hours(k.staff, k.booked.Date, k.booked.ProjectID, k.booked.TaskID, k.booked.Minutes)
	if a := tn.ask(t, employeeToken, "POST /manhours", book); !a.Success {
		t.Errorf("on the last day: %+v", a)
	}
	tn.Advance(24 * time.Hour)
	tn.refusedWrites(t, employeeToken, "POST /manhours", map[string]string{"next month": book})
	for _, m := range tn.dump(t).Manhours {
		if !m.IsClosed {
			t.Fatalf("still open: %+v", m)
		}
	}
}
