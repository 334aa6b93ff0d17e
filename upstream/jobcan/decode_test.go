package jobcan_test

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func TestEmployees_decode(t *testing.T) {
	t.Parallel()
	full := jobcan.Employee{
		ID: 4294967295, StaffCode: "0016", LastName: "山川", FirstName: "一", Email: "a@example.com",
		MainGroup: new(3), SubGroups: []int{4, 5}, WorkKind: new(2), EnteredDay: "2020-04-01",
	}
	names := `"last_name":"山川","first_name":"一","email":"a@example.com","main_group":3,"sub_group":[4,5],"work_kind":2`
	for name, tc := range map[string]struct {
		row  string
		want jobcan.Employee
	}{
		"code":                    {`{"id":4294967295,"code":"0016",` + names + `,"entered_day":"2020-04-01"}`, full},
		"staff_code":              {`{"id":4294967295,"staff_code":"0016",` + names + `,"entered_day":"2020-04-01"}`, full},
		"employee_code, ids text": {`{"id":"4294967295","employee_code":"0016",` + names + `,"entered_day":"2020-04-01T00:00:00+09:00"}`, full},
		"the first that is not empty": {
			`{"id":4294967295,"code":" ","staff_code":null,"employee_code":"0016",` + names + `,"entered_day":"2020-04-01"}`, full,
		},
		"nulls": {
			`{"id":1,"code":"1","last_name":null,"main_group":null,"sub_group":null,"entered_day":null,"unknown":{"x":1}}`,
			jobcan.Employee{ID: 1, StaffCode: "1"},
		},
		"a code that is a number": {`{"id":1,"code":16}`, jobcan.Employee{ID: 1, StaffCode: "16"}},
		"retired":                 {`{"id":1,"code":"1","retired_day":"2026-03-31"}`, jobcan.Employee{ID: 1, StaffCode: "1", RetiredDay: "2026-03-31"}},
	} {
		got, err := client(t, vendortest.Answer(`{"employees":[`+tc.row+`]}`), nil).Employees(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff([]jobcan.Employee{tc.want}, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestEmployees_staffCodes(t *testing.T) {
	t.Parallel()
	_, err := client(t, vendortest.Answer(`{"employees":[{"id":16},{"id":17,"code":""}]}`), nil).Employees(t.Context())
	if vendortest.CodeOf(err) != fault.UpstreamBadResponse {
		t.Errorf("no staff code on any row: %v, want UPSTREAM_BAD_RESPONSE", err)
	}
	got, err := client(t, vendortest.Answer(`{"employees":[{"id":16},{"id":17,"code":"A1"}]}`), nil).Employees(t.Context())
	if err != nil || len(got) != 2 || got[0].StaffCode != "" {
		t.Errorf("%+v, %v; an id must never stand in for a code", got, err)
	}
}

// TestAdits_types is the product's rule with its same-day catch.
func TestAdits_types(t *testing.T) {
	t.Parallel()
	const in, out, start, end = jobcan.WorkStart, jobcan.WorkEnd, jobcan.RestStart, jobcan.RestEnd
	punches := []string{"09:00", "12:00", "13:00", "18:00", "19:00", "20:00"}
	for name, tc := range map[string]struct {
		n    int
		now  time.Time
		want []jobcan.AditType
	}{
		"a day with a break":            {4, vendortest.JST("2026-11-02 05:00:00"), []jobcan.AditType{in, start, end, out}},
		"the same day, still running":   {4, vendortest.JST("2026-11-02 04:59:59"), []jobcan.AditType{in, start, end, start}},
		"in and out":                    {2, vendortest.JST("2026-11-03 00:00:00"), []jobcan.AditType{in, out}},
		"in only":                       {1, vendortest.JST("2026-11-03 00:00:00"), []jobcan.AditType{in}},
		"the closing punch is missing":  {3, vendortest.JST("2026-11-03 00:00:00"), []jobcan.AditType{in, start, end}},
		"two breaks":                    {6, vendortest.JST("2026-11-03 00:00:00"), []jobcan.AditType{in, start, end, start, end, out}},
		"a running day with odd number": {3, vendortest.JST("2026-11-01 14:00:00"), []jobcan.AditType{in, start, end}},
	} {
		rows := ""
		for i := tc.n - 1; i >= 0; i-- {
			if rows != "" {
				rows += ","
			}
			rows += `{"employee_id":7,"group_id":3,"recorded_at":"2026-11-01T` + punches[i] + `:00+09:00"}`
		}
		c := client(t, vendortest.Answer(`{"adits":[`+rows+`]}`), func(o *jobcan.Options) { o.Now = func() time.Time { return tc.now } })
		got, err := c.AditsOf(t.Context(), 7, "2026-11-01")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var types []jobcan.AditType
		for i, a := range got {
			types = append(types, a.Type)
			if !a.Derived || *a.GroupID != 3 || a.RecordedAt.Format("15:04") != punches[i] {
				t.Errorf("%s: punch %d is %+v", name, i, a)
			}
		}
		if d := cmp.Diff(tc.want, types); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestAdits_decode(t *testing.T) {
	t.Parallel()
	want := func(kind jobcan.AditType) []jobcan.Adit {
		return []jobcan.Adit{{EmployeeID: 7, RecordedAt: vendortest.JST("2026-11-01 09:00:00"), Type: kind, Date: "2026-11-01"}}
	}
	derived := want(jobcan.WorkStart)
	derived[0].Derived = true
	for row, expect := range map[string][]jobcan.Adit{
		`{"employee_id":7,"recorded_at":"2026-11-01T09:00:00+09:00","adit_type":"rest_end"}`: want(jobcan.RestEnd),
		`{"employee_id":"7","recorded_at":"2026-11-01T00:00:00Z","kind":"work_start"}`:       want(jobcan.WorkStart),
		`{"recorded_at":"2026-11-01T09:00:00","type":null}`:                                  derived,
		`{"recorded_at":"2026-11-01 09:00:00","group_id":null}`:                              derived,
	} {
		got, err := client(t, vendortest.Answer(`{"adits":[`+row+`]}`), nil).AditsOf(t.Context(), 7, "2026-11-01")
		if err != nil {
			t.Errorf("%s: %v", row, err)
			continue
		}
		if d := cmp.Diff(expect, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", row, d)
		}
	}
	for _, row := range []string{
		`{"employee_id":7}`, `{"employee_id":7,"recorded_at":"soon"}`, `{"employee_id":0,"recorded_at":"2026-11-01T09:00:00"}`,
		`{"employee_id":7,"recorded_at":"2026-11-01T09:00:00","group_id":"x"}`,
	} {
		if _, err := client(t, vendortest.Answer(`{"adits":[`+row+`]}`), nil).AditsOf(t.Context(), 7, "2026-11-01"); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %v, want UPSTREAM_BAD_RESPONSE", row, err)
		}
	}
}

func TestSummaries_decode(t *testing.T) {
	t.Parallel()
	body := `{"daily_summaries":[{"employee_id":7,"date":"2026-11-01","work":480,"over_work":null,"shift":"480","rest":{"all":1}},
		{"employee_id":7,"date":"2026-11-02","work":0},{"date":"2026-11-03"}],"refresh":{"status":"pending"}}`
	got, err := client(t, vendortest.Answer(body), nil).SummariesOf(t.Context(), 7,
		[]jobcan.Date{"2026-11-01", "2026-11-02", "2026-11-03"})
	if err != nil {
		t.Fatal(err)
	}
	want := jobcan.DailySummaries{Pending: true, Rows: []jobcan.DailySummary{
		{EmployeeID: 7, Date: "2026-11-01", WorkMinutes: new(480), ShiftMinutes: new(480)},
		{EmployeeID: 7, Date: "2026-11-02", WorkMinutes: new(0)},
		{EmployeeID: 7, Date: "2026-11-03"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	day, err := client(t, vendortest.Answer(`{"daily_summaries":[{"employee_id":7,"date":"2026-11-01","work":480}],"refresh":{"status":"finished"}}`), nil).
		SummariesOfDay(t.Context(), "2026-11-01")
	if err != nil || day.Pending || len(day.Rows) != 1 {
		t.Errorf("%+v, %v", day, err)
	}
	month, err := client(t, vendortest.Answer(`{"employee_id":7,"work":{"all":9600},"shift_over":null}`), nil).
		MonthlySummaryOf(t.Context(), 7, "2026-11-01", "2026-11-30")
	if d := cmp.Diff(jobcan.MonthlySummary{EmployeeID: 7, WorkMinutes: new(9600)}, month); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

func TestLeave_decode(t *testing.T) {
	t.Parallel()
	types := []jobcan.HolidayType{{ID: 5, GroupID: new(1), Name: "有給", VacationType: "paid", AmountUse: "1", StartTime: "09:00", EndTime: "18:00"}}
	const row = `{"holiday_type_id":5,"group_id":1,"work_kind_id":null,"name":"有給","vacation_type":"paid","amount_use":1,"holiday":{"start":"09:00","end":"18:00"}}`
	for _, body := range []string{`[` + row + `]`, `{"holiday_types":[` + row + `]}`, `{"items":[` + row + `]}`} {
		got, err := client(t, vendortest.Answer(body), nil).HolidayTypes(t.Context())
		if d := cmp.Diff(types, got); err != nil || d != "" {
			t.Errorf("%v (-want +got):\n%s", err, d)
		}
	}
	logs, err := client(t, vendortest.Answer(`{"use_days":[{"use_logs":[{"use_date":"2026-11-04","use_id":5,"use_days":{"days":0.5},"detail":{"type":"paid"}}]},{"use_logs":null}]}`), nil).
		UseDaysOf(t.Context(), 7, "2026-11-01", "2026-11-30", jobcan.VacationPaid)
	if d := cmp.Diff([]jobcan.UseLog{{"2026-11-04", 5, new(0.5), "paid"}}, logs); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
	shifts, err := client(t, vendortest.Answer(`{"shifts":[{"date":"2026-11-04","shifts":[{"start":"09:00","end":"18:00"}]},{"date":"2026-11-05","shifts":[]}]}`), nil).
		ShiftsOf(t.Context(), 7, []jobcan.Date{"2026-11-04", "2026-11-05"})
	if d := cmp.Diff([]jobcan.ShiftDay{{"2026-11-04", []jobcan.Shift{{"09:00", "18:00"}}}, {Date: "2026-11-05"}}, shifts); err != nil || d != "" {
		t.Errorf("%v (-want +got):\n%s", err, d)
	}
}

// TestReads_anotherDay: rows of a day that was not asked for, and of one twice, end in
// an error, as those that were asked for may be missing.
func TestReads_anotherDay(t *testing.T) {
	t.Parallel()
	days := []jobcan.Date{"2026-11-04"}
	for name, test := range map[string]struct {
		body string
		read func(c *jobcan.Client) error
	}{
		"punch": {`{"adits":[{"employee_id":7,"recorded_at":"2025-11-04T09:00:00+09:00"}]}`, func(c *jobcan.Client) error {
			_, err := c.AditsOf(t.Context(), 7, days[0])
			return err
		}},
		"summary": {`{"daily_summaries":[{"date":"2026-11-05"}]}`, func(c *jobcan.Client) error {
			_, err := c.SummariesOf(t.Context(), 7, days)
			return err
		}},
		"summary, twice": {`{"daily_summaries":[{"date":"2026-11-04"},{"date":"2026-11-04"}]}`, func(c *jobcan.Client) error {
			_, err := c.SummariesOf(t.Context(), 7, days)
			return err
		}},
		"shift": {`{"shifts":[{"date":"2026-11-05","shifts":[]}]}`, func(c *jobcan.Client) error {
			_, err := c.ShiftsOf(t.Context(), 7, days)
			return err
		}},
		"leave": {`{"use_days":[{"use_logs":[{"use_date":"2026-11-05"}]}]}`, func(c *jobcan.Client) error {
			_, err := c.UseDaysOf(t.Context(), 7, days[0], days[0], jobcan.VacationPaid)
			return err
		}},
		"remarks": {`{"daily_selection_remarks":[{"summaries":[{"date":"2026-11-05"}]}]}`, func(c *jobcan.Client) error {
			_, err := c.SelectionRemarksOf(t.Context(), 7, days)
			return err
		}},
	} {
		if err := test.read(client(t, vendortest.Answer(test.body), nil)); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %v, want UPSTREAM_BAD_RESPONSE", name, err)
		}
	}
}

func tokenEndpoint(t testing.TB, v *vendortest.Vendor, logs io.Writer) *jobcan.TokenEndpoint {
	t.Helper()
	e, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: "https://auth.jobcan.example/oauth/token", ClientID: "cid", ClientSecret: vendortest.Token,
		Transport: chain(t, v, nil, logs), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestFetch(t *testing.T) {
	t.Parallel()
	for body, life := range map[string]time.Duration{
		`{"access_token":"a1"}`: 50 * time.Minute,
		`{"access_token":"a1","expires_in":3600,"token_type":"Bearer"}`: time.Hour,
		`{"access_token":"a1","expires_in":"60"}`:                       time.Minute,
		`{"access_token":"a1","expires_in":0}`:                          50 * time.Minute,
	} {
		v := vendortest.Answer(body)
		got, err := tokenEndpoint(t, v, io.Discard).Fetch(t.Context(), jobcan.DefaultScopes)
		want := jobcan.Grant{AccessToken: "a1", ExpiresAt: now().Add(life)}
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", body, err, d)
		}
		id, secret, basic := v.Sent[0].BasicAuth()
		if !basic || id != "cid" || secret != vendortest.Token || v.Sent[0].Method != "POST" ||
			v.Last().Body != "grant_type=client_credentials&scope=employees.read+summaries.create+summaries.read+adits.read" {
			t.Errorf("%s %q with basic %v", v.Sent[0].Method, v.Last().Body, basic)
		}
	}
	v := vendortest.Answer(`{"access_token":"a1"}`)
	if _, err := tokenEndpoint(t, v, io.Discard).Fetch(t.Context(), ""); err != nil || v.Last().Body != "grant_type=client_credentials" {
		t.Errorf("without scopes: %q, %v", v.Last().Body, err)
	}
	for _, tc := range []struct {
		status int
		body   string
		code   fault.Code
	}{
		{401, `{"error":"invalid_client","x":"` + vendortest.Body + `"}`, fault.UpstreamUnauthorized},
		{400, `{"error":"invalid_scope"}`, fault.UpstreamRefused},
		{429, "", fault.UpstreamRateLimited},
		{500, "<html>" + vendortest.Body, fault.UpstreamUnavailable},
		{200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
		{200, "", fault.UpstreamBadResponse},
		{200, `{"token":"` + vendortest.Body + `"}`, fault.UpstreamBadResponse},
	} {
		var logs bytes.Buffer
		_, err := tokenEndpoint(t, vendortest.Fail(tc.status, tc.body), &logs).Fetch(t.Context(), "")
		if vendortest.CodeOf(err) != tc.code {
			t.Errorf("%d %q: %v, want %s", tc.status, tc.body, err, tc.code)
		}
		mustNotLeak(t, err, &logs)
	}
}

func TestNewTokenEndpoint_refuses(t *testing.T) {
	t.Parallel()
	tr := chain(t, vendortest.Answer(""), nil, io.Discard)
	for name, o := range map[string]jobcan.TokenOptions{
		"url":       {URL: "x", ClientID: "c", ClientSecret: "s", Transport: tr},
		"client":    {URL: "https://a.example", ClientSecret: "s", Transport: tr},
		"transport": {URL: "https://a.example", ClientID: "c", ClientSecret: "s"},
	} {
		if _, err := jobcan.NewTokenEndpoint(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func fuzz(f *testing.F, names ...string) {
	f.Helper()
	var chosen []method
	for _, m := range methods() {
		for _, n := range names {
			if m.name == n {
				chosen = append(chosen, m)
				f.Add([]byte(m.good))
				f.Add([]byte(m.nameless))
			}
		}
	}
	if len(chosen) != len(names) {
		f.Fatal("unknown method")
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range chosen {
			// One page only, so that a page that repeats ends at once.
			_, err := m.call(t.Context(), client(t, vendortest.Answer(string(body)), nil))
			if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", m.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}

func FuzzEmployees(f *testing.F)    { fuzz(f, "Employees") }
func FuzzAdits(f *testing.F)        { fuzz(f, "AditsOfDay", "AditsOf") }
func FuzzSummaries(f *testing.F)    { fuzz(f, "SummariesOfDay", "SummariesOf", "MonthlySummaryOf") }
func FuzzShifts(f *testing.F)       { fuzz(f, "ShiftsOf") }
func FuzzHolidayTypes(f *testing.F) { fuzz(f, "HolidayTypes") }
func FuzzEmployee(f *testing.F)     { fuzz(f, "Employee") }
func FuzzMoreShifts(f *testing.F)   { fuzz(f, "DefaultShifts", "ShiftRequestsOf", "OverWorkRequestsOf") }
func FuzzResults(f *testing.F)      { fuzz(f, "SelectionRemarksOf", "WorkTimeResultsOf") }
func FuzzUseDays(f *testing.F)      { fuzz(f, "UseDaysOf") }

func FuzzToken(f *testing.F) {
	f.Add([]byte(`{"access_token":"a1","expires_in":3600}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := tokenEndpoint(t, vendortest.Answer(string(body)), io.Discard).Fetch(t.Context(), "")
		mustNotLeak(t, err, nil)
	})
}
