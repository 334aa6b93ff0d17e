package jobcan_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// TestEmployee_decode: one employee is a flat object; a list of one is read too.
func TestEmployee_decode(t *testing.T) {
	t.Parallel()
	one := 3
	want := jobcan.Employee{ID: 7, StaffCode: "0016", LastName: "山田", MainGroup: &one, SubGroups: []int{4}, EnteredDay: "2020-04-01"}
	const row = `{"id":7,"code":"0016","last_name":"山田","main_group":3,"sub_group":[4],"entered_day":"2020-04-01"}`
	for body, code := range map[string]fault.Code{
		row:                           "",
		`{"employees":[` + row + `]}`: "",
		`{"employees":[]}`:            fault.UpstreamBadResponse,
		`{"employees":[` + row + `,` + row + `]}`: fault.UpstreamBadResponse,
		`{"id":8,"code":"0016"}`:                  fault.UpstreamBadResponse,
		`[` + row + `]`:                           fault.UpstreamBadResponse,
	} {
		got, err := client(t, vendortest.Answer(body), nil).Employee(t.Context(), 7)
		if vendortest.CodeOf(err) != code {
			t.Errorf("%s: %v", body, err)
		}
		if d := cmp.Diff(want, got); code == "" && d != "" {
			t.Errorf("%s (-want +got):\n%s", body, d)
		}
	}
	if got, err := client(t, vendortest.Answer(`{"id":7,"entered_day":null}`), nil).Employee(t.Context(), 7); err != nil || got.StaffCode != "" {
		t.Errorf("without a staff code: %+v, %v", got, err)
	}
}

// TestDefaultShifts_decode: the key is in the singular, the filter is ignored,
// and a week begins on Monday with 1.
func TestDefaultShifts_decode(t *testing.T) {
	t.Parallel()
	zero, one := 0, 1
	const rows = `[{"employee_id":7,"week_default_shifts":[{"week_id":1,"holiday_type":0},{"week_id":"7","holiday_type":1},{"week_id":2}]},
		{"employee_id":8,"week_default_shifts":[]}]`
	seven := jobcan.DefaultShift{EmployeeID: 7, Days: []jobcan.DefaultDay{
		{time.Monday, &zero}, {time.Sunday, &one}, {time.Tuesday, nil},
	}}
	for _, key := range []string{"default_shift", "default_shifts"} {
		v := vendortest.Answer(`{"` + key + `":` + rows + `}`)
		for id, want := range map[jobcan.EmployeeID][]jobcan.DefaultShift{
			7: {seven}, 0: {seven, {EmployeeID: 8}}, 9: {},
		} {
			got, err := client(t, v, nil).DefaultShifts(t.Context(), id)
			if d := cmp.Diff(want, got); err != nil || d != "" {
				t.Errorf("%s of %d: %v (-want +got):\n%s", key, id, err, d)
			}
		}
	}
	for _, day := range []string{`0`, `8`, `null`} {
		v := vendortest.Answer(`{"default_shift":[{"employee_id":7,"week_default_shifts":[{"week_id":` + day + `}]}]}`)
		if _, err := client(t, v, nil).DefaultShifts(t.Context(), 7); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("day %s: %v", day, err)
		}
	}
	v := vendortest.Answer(`{"default_shift":[]}`)
	if _, err := client(t, v, nil).DefaultShifts(t.Context(), 0); err != nil || v.Sent[0].URL.RawQuery != "" {
		t.Errorf("all: %v, query %q", err, v.Sent[0].URL.RawQuery)
	}
}

// TestRequests_decode: the rows' fields are not public and pass as they are.
func TestRequests_decode(t *testing.T) {
	t.Parallel()
	want := []jobcan.Request{
		{Date: "2026-11-01", JSON: json.RawMessage(`{"date":"2026-11-01","start":"09:00"}`)},
		{JSON: json.RawMessage(`{"x":1}`)},
		{JSON: json.RawMessage(`{"date":[1]}`)},
	}
	const rows = `[{"date":"2026-11-01","start":"09:00"},{"x":1},{"date":[1]}]`
	for _, body := range []string{`{"requests":` + rows + `}`, `{"over_work_requests":` + rows + `}`, rows} {
		c := client(t, vendortest.Answer(body), nil)
		got, err := c.OverWorkRequestsOf(t.Context(), 7, "2026-11-01", "2026-11-30")
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", body, err, d)
		}
		got, err = c.ShiftRequestsOf(t.Context(), 7, []jobcan.Date{"2026-11-01"})
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", body, err, d)
		}
	}
}

func TestSelectionRemarks_decode(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"daily_selection_remarks":[{"summaries":[
		{"date":"2026-11-01","selection_remarks":[{"remark_id":5,"remark_code":"A","selections":[{"selection_name":"在宅","selection_code":"1"},
			{"selection_name":"出張","selection_code":2}]},{"remark_code":"B","selections":null}]},
		{"date":"2026-11-02","selection_remarks":[]}]}]}`)
	got, err := client(t, v, nil).SelectionRemarksOf(t.Context(), 7, []jobcan.Date{"2026-11-01", "2026-11-02"})
	want := []jobcan.RemarkDay{
		{Date: "2026-11-01", Remarks: []jobcan.Remark{
			{5, "A", []jobcan.Selection{{"在宅", "1"}, {"出張", "2"}}},
			{0, "B", nil},
		}},
		{Date: "2026-11-02"},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestWorkTimeResults_decode(t *testing.T) {
	t.Parallel()
	n := func(v int) *int { return &v }
	v := vendortest.Answer(`{"monthly_work_time_results":[{"client_id":4294967295,"employee_id":7,"alert_id":3,"year":2026,
		"month":{"month_no":11,"from":"2026-10-21","to":"2026-11-20"},"work":44640,"shift":"9600","holiday_work":0,
		"within_setting_work_over":10,"setting_work_over":20,"night_work":null,"holiday_count":2},
		{"month":{"month_no":11}}]}`)
	c := client(t, v, func(o *jobcan.Options) { o.MonthParameter = "month_no" })
	got, err := c.WorkTimeResultsOf(t.Context(), 7, 2026, 11)
	want := []jobcan.WorkTimeResult{
		{
			ClientID: 4294967295, AlertID: 3, EmployeeID: 7, Year: 2026, Month: 11, From: "2026-10-21", To: "2026-11-20",
			WorkMinutes: n(44640), ShiftMinutes: n(9600), HolidayWorkMinutes: n(0), WithinSettingWorkOverMinutes: n(10),
			SettingWorkOverMinutes: n(20), HolidayCount: n(2),
		},
		{EmployeeID: 7, Month: 11},
	}
	if d := cmp.Diff(want, got); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	if q := v.Sent[0].URL.RawQuery; q != "month_no=11&year=2026" {
		t.Errorf("query %s", q)
	}
	stranger := vendortest.Answer(`{"monthly_work_time_results":[{"employee_id":8,"month":{"month_no":11}}]}`)
	if _, err := client(t, stranger, nil).WorkTimeResultsOf(t.Context(), 7, 2026, 11); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
		t.Errorf("another employee: %v", err)
	}
}
