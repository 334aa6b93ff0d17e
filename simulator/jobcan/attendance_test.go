package jobcan_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/jobcan"
)

func pick(rows []map[string]any, keys ...string) [][]any {
	out := [][]any{}
	for _, row := range rows {
		var cells []any
		for _, k := range keys {
			cells = append(cells, row[k])
		}
		out = append(out, cells)
	}
	return out
}

func TestAdits_toTheMinuteWithoutType(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	id := s.state().Employees[1].ID
	rows := s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-16", id), "adits")
	want := [][]any{
		{float64(id), 100.0, "2026-10-16", "2026-10-16T09:00:00+09:00", nil},
		{float64(id), 100.0, "2026-10-16", "2026-10-16T12:00:00+09:00", nil},
		{float64(id), 100.0, "2026-10-16", "2026-10-16T13:00:00+09:00", nil},
		{float64(id), 100.0, "2026-10-16", "2026-10-16T19:30:00+09:00", nil},
	}
	if diff := cmp.Diff(want, pick(rows, "employee_id", "group_id", "date", "recorded_at", "adit_type")); diff != "" {
		t.Error(diff)
	}
}

func TestAdits_typesChangeOvernight(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{Quirks: with(jobcan.ShowAditType)})
	path := fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-16", s.state().Employees[1].ID)
	for _, c := range []struct {
		now  time.Time
		last string
	}{
		{day.Add(29*time.Hour - time.Second), jobcan.RestStart},
		{day.Add(29 * time.Hour), jobcan.WorkEnd},
	} {
		s.now = c.now
		_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
		s.token = body["access_token"].(string)
		want := [][]any{{jobcan.WorkStart}, {jobcan.RestStart}, {jobcan.RestEnd}, {c.last}}
		if diff := cmp.Diff(want, pick(s.rows(t, path, "adits"), "adit_type")); diff != "" {
			t.Errorf("at %v: %s", c.now, diff)
		}
	}
}

func TestAdits_nightBelongsToTheDayBefore(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	id := s.state().Employees[0].ID
	rows := s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-15", id), "adits")
	rows = append(rows, s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-16", id), "adits")...)
	want := [][]any{
		{"2026-10-15", "2026-10-15T20:00:00+09:00"},
		{"2026-10-15", "2026-10-16T04:30:00+09:00"},
		{"2026-10-16", "2026-10-16T20:01:00+09:00"},
	}
	if diff := cmp.Diff(want, pick(rows, "date", "recorded_at")); diff != "" {
		t.Error(diff)
	}
}

func TestBulk_countsEmployeesAndEqualsTheDump(t *testing.T) {
	t.Parallel()
	s := start(t, 230, jobcan.Options{})
	for _, c := range []struct {
		path, key string
		pages     []int // employees a page
	}{
		{"/attendance/v1/adits?date=2026-10-16&count=100&last_id=%.0f", "adits", []int{100, 100, 30, 0}},
		// The night worker's odd punch gives no summary.
		{"/attendance/v1/summaries/daily?date=2026-10-16&count=100&last_id=%.0f", "daily_summaries", []int{100, 100, 29, 0}},
	} {
		last, total, pages := 0.0, 0, []int{}
		for {
			rows := s.rows(t, fmt.Sprintf(c.path, last), c.key)
			seen := map[any]bool{}
			for _, r := range rows {
				if r["employee_id"].(float64) <= last {
					t.Fatalf("%s: an employee came twice", c.key)
				}
				seen[r["employee_id"]] = true
			}
			pages, total = append(pages, len(seen)), total+len(rows)
			if len(rows) == 0 {
				break
			}
			last = rows[len(rows)-1]["employee_id"].(float64)
		}
		want := 0
		for _, a := range s.state().Adits {
			if c.key == "adits" && a.Date == "2026-10-16" {
				want++
			}
		}
		for _, d := range s.state().DailySummaries {
			if c.key == "daily_summaries" && d.Date == "2026-10-16" {
				want++
			}
		}
		if diff := cmp.Diff(c.pages, pages); diff != "" || total != want || total == 0 {
			t.Errorf("%s: %d rows, dump has %d\n%s", c.key, total, want, diff)
		}
	}
}

func TestDailySummaries_oneEmployee(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	all := s.state().Employees
	keys := []string{"date", "work", "rest", "over_work", "night_work", "shift", "shift_over"}
	const dates = "date=2026-10-14&date=2026-10-15&date=2026-10-16"
	night := s.rows(t, fmt.Sprintf("/attendance/v1/summaries/daily/%d?%s", all[0].ID, dates), "daily_summaries")
	// 22:00 to 04:30 is 390 minutes of night; the 16th misses a punch.
	want := [][]any{{"2026-10-15", 510.0, 0.0, 30.0, 390.0, 0.0, 510.0}}
	if diff := cmp.Diff(want, pick(night, keys...)); diff != "" {
		t.Error(diff)
	}
	plain := s.rows(t, fmt.Sprintf("/attendance/v1/summaries/daily/%d?%s", all[1].ID, dates), "daily_summaries")
	want = [][]any{{"2026-10-16", 570.0, 60.0, 90.0, 0.0, 480.0, 90.0}}
	if diff := cmp.Diff(want, pick(plain, keys...)); diff != "" {
		t.Error(diff)
	}
}

func TestRefresh_pendingThenNew(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{StaleDays: 1, RefreshTime: 5 * time.Second})
	id := s.state().Employees[1].ID
	read := func() (any, any) {
		_, body := s.get(t, fmt.Sprintf("/attendance/v1/summaries/daily/%d?date=2026-10-16", id))
		return body["daily_summaries"].([]any)[0].(map[string]any)["work"], body["refresh"]
	}
	pending := map[string]any{"status": "pending"}
	work, state := read()
	if work != 0.0 || state != nil {
		t.Fatalf("before: work %v, refresh %v", work, state)
	}
	status, body := s.postRefresh(t, id, "application/json", "2026-10-16", "2026-10-17")
	if status != 200 || !cmp.Equal(pending, body["refresh"]) {
		t.Fatalf("refresh: status %d, %v", status, body)
	}
	if work, state = read(); work != 0.0 || !cmp.Equal(pending, state) {
		t.Errorf("meanwhile: work %v, refresh %v", work, state)
	}
	s.now = s.now.Add(5 * time.Second)
	if work, state = read(); work != 570.0 || state != nil {
		t.Errorf("after: work %v, refresh %v", work, state)
	}
}

func (s *site) postRefresh(t *testing.T, id int64, media, from, to string) (int, map[string]any) {
	t.Helper()
	req := request(t, "POST", fmt.Sprintf("%s/attendance/v1/summaries/daily/%d/refresh", s.URL, id),
		fmt.Sprintf(`{"conditions":{"range":{"from":%q,"to":%q}}}`, from, to))
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", media)
	return s.do(t, req)
}

func TestRefresh_limits(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	id := s.state().Employees[1].ID
	for _, c := range []struct {
		name, media, from, to string
		id                    int64
		status                int
	}{
		{"31 days", "application/json", "2026-09-01", "2026-10-02", id, http.StatusOK},
		{"32 days", "application/json", "2026-09-01", "2026-10-03", id, http.StatusBadRequest},
		{"empty range", "application/json", "2026-09-01", "2026-09-01", id, http.StatusBadRequest},
		{"no dates", "application/json", "", "", id, http.StatusBadRequest},
		{"not JSON", "text/plain", "2026-09-01", "2026-09-02", id, http.StatusUnsupportedMediaType},
		{"unknown employee", "application/json", "2026-09-01", "2026-09-02", 5, http.StatusNotFound},
	} {
		status, body := s.postRefresh(t, c.id, c.media, c.from, c.to)
		if status != c.status {
			t.Errorf("%s: status %d, want %d", c.name, status, c.status)
		}
		if status == 200 && !cmp.Equal(map[string]any{"status": "finished"}, body["refresh"]) {
			t.Errorf("%s: %v", c.name, body)
		}
	}
}

func TestMonthly(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	all := s.state().Employees
	_, flat := s.get(t, fmt.Sprintf(
		"/attendance/v1/summaries/monthly/%d?start_date=2026-10-01&end_date=2026-10-16", all[1].ID))
	delete(flat, "retry-after")
	want := map[string]any{
		"employee_id": float64(all[1].ID),
		"work":        map[string]any{"all": 570.0}, "shift_over": map[string]any{"all": 90.0},
	}
	if diff := cmp.Diff(want, flat); diff != "" {
		t.Error(diff)
	}
	path := "/attendance/v1/employees/%d/work-time/results/monthly?year=2026&month=10"
	got := s.rows(t, fmt.Sprintf(path, all[0].ID), "monthly_work_time_results")
	wantRow := []map[string]any{{
		"client_id": 4294967295.0, "employee_id": float64(all[0].ID), "alert_id": 1.0, "year": 2026.0,
		"month": map[string]any{"month_no": 10.0, "from": "2026-10-01", "to": "2026-10-31"},
		"work":  510.0, "shift": 0.0, "holiday_work": 510.0, "within_setting_work_over": 0.0,
		"setting_work_over": 0.0, "night_work": 390.0, "holiday_count": 1.0,
	}}
	if diff := cmp.Diff(wantRow, got); diff != "" {
		t.Error(diff)
	}
}

func TestShiftsAndHolidays(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	all := s.state().Employees
	id := all[0].ID
	shifts := s.rows(t, fmt.Sprintf("/shift/v1/shifts/%d?date=2026-10-15&date=2026-10-16", id), "shifts")
	want := [][]any{{"2026-10-16", []any{map[string]any{"start": "09:00", "end": "18:00"}}, nil}}
	if diff := cmp.Diff(want, pick(shifts, "date", "shifts", "employee_id")); diff != "" {
		t.Error(diff)
	}
	// The filter is ignored: everybody comes back.
	week := s.rows(t, fmt.Sprintf("/shift/v1/default-shifts?employee_id=%d", id), "default_shift")
	if len(week) != len(all) {
		t.Errorf("%d default shifts, want all %d", len(week), len(all))
	}
	if rows := s.rows(t, fmt.Sprintf("/shift/v1/requests/%d?date=2026-10-16", id), "requests"); len(rows) != 0 {
		t.Errorf("shift requests: %v", rows)
	}
	if rows := s.rows(t, "/holiday/v1/holiday-types", "holiday_types"); len(rows) != 4 {
		t.Errorf("holiday types: %v", rows)
	}
	used := s.rows(t, fmt.Sprintf(
		"/holiday/v1/employees/%d/use-days?from=2026-10-01&to=2026-10-31&vacation_type=paid", id), "use_days")
	wantUsed := []map[string]any{{"use_logs": []any{map[string]any{
		"use_date": "2026-10-16", "use_id": 2.0, "use_days": map[string]any{"days": 0.5},
		"detail": map[string]any{"type": "paid"},
	}}}}
	if diff := cmp.Diff(wantUsed, used); diff != "" {
		t.Error(diff)
	}
}

func TestSelectionRemarks(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	rows := s.rows(t, fmt.Sprintf(
		"/attendance/v1/employees/%d/summaries/daily/selection-remarks?date=2026-10-15", s.state().Employees[0].ID),
		"daily_selection_remarks")
	want := []map[string]any{{"summaries": []any{map[string]any{
		"date": "2026-10-15",
		"selection_remarks": []any{map[string]any{
			"remark_id": 1.0, "remark_code": "PLACE",
			"selections": []any{map[string]any{"selection_name": "直行", "selection_code": "SITE"}},
		}},
	}}}}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Error(diff)
	}
}

func TestNew_isDeterministic(t *testing.T) {
	t.Parallel()
	opts := jobcan.Options{Seed: 4, Now: clock}
	a, b := jobcan.New(testCompany(5), opts).Dump(), jobcan.New(testCompany(5), opts).Dump()
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	opts.Seed = 5
	if cmp.Equal(a, jobcan.New(testCompany(5), opts).Dump()) {
		t.Error("another seed gave the same ids")
	}
}
