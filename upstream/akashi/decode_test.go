package akashi_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func itoa(n int) string { return strconv.Itoa(n) }

type quirk struct {
	name string
	// body is the whole answer when it begins with "!", else the response.
	body string
	want any
}

func run(t *testing.T, call func(context.Context, *akashi.Client) (any, error), quirks []quirk) {
	t.Helper()
	for _, q := range quirks {
		t.Run(q.name, func(t *testing.T) {
			t.Parallel()
			v := ok(q.body)
			if whole, is := strings.CutPrefix(q.body, "!"); is {
				v = vendortest.Answer(whole)
			}
			got, err := call(t.Context(), client(t, v))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(q.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestOrganizations_quirks(t *testing.T) {
	t.Parallel()
	root := akashi.Organization{ID: 1, Name: "企業"}
	sales := akashi.Organization{ID: 2, ParentID: 1, Name: "第一部", Code: "A", Label: "A"}
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.Organizations(ctx, true) }, []quirk{
		{
			"6.2: parentId null at the top, count is wrong",
			`{"count":1,"organizations":[{"organizationId":1,"name":"企業","code":null,"label":null,"parentId":null,"displayPunchTypes":[]},
			  {"organizationId":2,"name":"第一部","code":"A","label":"A","parentId":1,"displayPunchTypes":[]}]}`,
			[]akashi.Organization{root, sales},
		},
		{
			"6.1: parentId 0 at the top, empty text for null",
			`{"organizations":[{"organizationId":1,"name":"企業","code":"","label":"","parentId":0}]}`,
			[]akashi.Organization{root},
		},
		{
			"numbers as text, an object for the array",
			`{"organizations":{"organizationId":"2","name":"第一部","code":"A","label":"A","parentId":"1"}}`,
			[]akashi.Organization{sales},
		},
		{
			"keys with white space and another case (6.3)",
			`{"organizations ":[{" organizationID":1,"Name":"企業"}]}`,
			[]akashi.Organization{root},
		},
		{
			"the punch buttons",
			`{"organizations":[{"organizationId":1,"name":"企業","displayPunchTypes":[{"punchType":"11","displayName":"出社"}]}]}`,
			[]akashi.Organization{{ID: 1, Name: "企業", DisplayPunchTypes: []akashi.DisplayPunchType{{PunchType: 11, DisplayName: "出社"}}}},
		},
		{
			"success with errors: the response counts (6.3)",
			`!{"success":true,"response":{"organizations":[{"organizationId":1,"name":"企業"}]},"errors":[{"code":" ERR300402"}]}`,
			[]akashi.Organization{root},
		},
		{
			"success as text, a byte order mark",
			"!\xef\xbb\xbf" + `{"success":"true","response":{"organizations":[{"organizationId":1,"name":"企業"}]}}`,
			[]akashi.Organization{root},
		},
	})
}

func TestStaffs_quirks(t *testing.T) {
	t.Parallel()
	full := akashi.Staff{
		ID: 456, StaffNum: "0016", Email: "a@example.com",
		LastName: "山川", FirstName: "一", LastNameKana: "ヤマカワ", FirstNameKana: "ハジメ",
		Organization:         akashi.OrganizationRef{ID: 1, Name: "第一部"},
		Subgroups:            []akashi.OrganizationRef{{ID: 2, Name: "第二部"}},
		EmploymentCategoryID: new(1), EmploymentCategoryName: "正社員", Remarks: "備考",
		PermissionGroup:      akashi.PermissionGroup{ID: 456, Type: 2, Name: "一般管理者"},
		ManagedOrganizations: []akashi.OrganizationRef{{ID: 9, Name: "総務部"}},
	}
	const row = `{"staffId":456,"email":"a@example.com","lastName":"山川","firstName":"一","lastNameKana":"ヤマカワ",
		"firstNameKana":"ハジメ","organization":{"organizationId":1,"name":"第一部"},
		"subgroups":[{"organizationId":2,"name":"第二部"}],
		"employmentCategory":{"employmentCategoryId":1,"name":"正社員"},"tag":null,"staffNum":"0016","idmNum":null,
		"cardTypeId":null,"remarks":"備考","permissionGroup":{"permissionGroupId":456,"permissionType":2,"name":"一般管理者"},
		"managedOrganizations":[{"organizationId":9,"name":"総務部"}]}`
	page := func(total int) akashi.StaffPage {
		return akashi.StaffPage{Staffs: []akashi.Staff{full}, TotalCount: total, Last: true}
	}
	minimal := func(s akashi.Staff) akashi.StaffPage { return akashi.StaffPage{Staffs: []akashi.Staff{s}, Last: true} }
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.Staffs(ctx, 0) }, []quirk{
		{"6.4 table: Count, TotalCount", `{"Count":1,"TotalCount":1,"staffs":[` + row + `]}`, page(1)},
		{"6.4 sample: totalCount, company code a number", `{"login_company_code":1,"Count":1,"totalCount":1,"staffs":[` + row + `]}`, page(1)},
		{"6.4 sample: the braces of the row's array are missing", `{"totalCount":"1","staffs":` + row + `}`, page(1)},
		{"6.3: \"staffs \"", `{"staffs ":[` + row + `]}`, page(0)},
		{
			"6.4: the built-in category has no id",
			`{"staffs":[{"staffId":1,"employmentCategory":{"employmentCategoryId":null,"name":"従業員"}}]}`,
			minimal(akashi.Staff{ID: 1, EmploymentCategoryName: "従業員"}),
		},
		{
			"staff_id and staff_code, as everywhere else",
			`{"staffs":[{"staff_id":"1","staff_code":16}]}`,
			minimal(akashi.Staff{ID: 1, StaffNum: "16"}),
		},
		{
			"5.1.2: objects and arrays that are null",
			`{"staffs":[{"staffId":1,"organization":null,"subgroups":null,"employmentCategory":null,"permissionGroup":null,"managedOrganizations":null}]}`,
			minimal(akashi.Staff{ID: 1}),
		},
		{
			"white space and colons in values are kept",
			`{"staffs":[{"staffId":1,"remarks":" \" :x: ","tag":" :a"}]}`,
			minimal(akashi.Staff{ID: 1, Remarks: ` " :x: `, Tag: " :a"}),
		},
		{"nobody", `{"Count":0,"TotalCount":0,"staffs":[]}`, akashi.StaffPage{Staffs: []akashi.Staff{}, Last: true}},
	})
}

func TestStamps_quirks(t *testing.T) {
	t.Parallel()
	in, out := vendortest.JST("2026-11-01 09:01:00"), vendortest.JST("2026-11-01 18:01:00")
	bare := func(at time.Time, kind int) akashi.Stamp { return akashi.Stamp{StampedAt: at, Type: kind} }
	of := func(s ...akashi.Stamp) akashi.StaffStamps { return akashi.StaffStamps{StaffID: 7, Stamps: s} }
	local := akashi.Stamp{
		StampedAt: in, Type: 11, LocalTime: vendortest.JST("2026-11-01 09:00:34"),
		OrgID: 12, WorkplaceID: new(1), IP: "192.0.2.1",
	}
	withZone := func(zone string) string {
		return `{"staff_id":7,"stamps":[{"stamped_at":"2026/11/01 09:01:00","type":11,"local_time":"2026/11/01 09:00:34",
			"timezone":"` + zone + `","attributes":{"org_id":12,"workplace_id":1,"ip":"192.0.2.1"}}]}`
	}
	call := func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.Stamps(ctx, 7, vendortest.JST("2026-11-01 05:00:00"), vendortest.JST("2026-11-02 05:00:00"))
	}
	abroad := local
	abroad.LocalTime = time.Date(2026, 11, 1, 9, 0, 34, 0, time.FixedZone("", -210*60))
	run(t, call, []quirk{
		{"6.7: +9.0, three attributes", withZone("+9.0"), of(local)},
		{"6.10: +9.00", withZone("+9.00"), of(local)},
		{"6.6: +09:00", withZone("+09:00"), of(local)},
		{"a zone that is not Japan's", withZone("-03:30"), of(abroad)},
		{
			"6.7: order is not stated, count is wrong",
			`{"staff_id":7,"count":1,"stamps":[{"stamped_at":"2026/11/01 18:01:00","type":12},{"stamped_at":"2026/11/01 09:01:00","type":11}]}`,
			of(bare(in, 11), bare(out, 12)),
		},
		{
			"numbers as text, dashes and T in times",
			`{"staff_id":"7","stamps":[{"stamped_at":"2026-11-01 09:01:00","type":"11"},{"stamped_at":"2026-11-01T18:01:00+09:00","type":"12"}]}`,
			of(bare(in, 11), bare(out, 12)),
		},
		{
			"14 digits, attributes null",
			`{"staff_id":7,"stamps":[{"stamped_at":"20261101090100","type":11,"attributes":null}]}`, of(bare(in, 11)),
		},
		{
			"6.10: six attributes, some null",
			`{"staff_id":7,"stamps":[{"stamped_at":"2026/11/01 09:01:00","type":11,"attributes":{"method":3,"org_id":1,
				"workplace_id":null,"latitude":null,"longitude":"139.7","ip":null}}]}`,
			of(akashi.Stamp{StampedAt: in, Type: 11, Method: new(3), OrgID: 1, Longitude: new(139.7)}),
		},
		{"no stamps", `{"staff_id":7,"count":0,"stamps":[]}`, akashi.StaffStamps{StaffID: 7, Stamps: []akashi.Stamp{}}},
	})
}

func TestStamps_full(t *testing.T) {
	t.Parallel()
	stamps := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(`{"stamped_at":"2026/11/01 09:01:00","type":11},`, n), ",") + "]"
	}
	from := vendortest.JST("2026-11-01 05:00:00")
	one, err := client(t, ok(`{"staff_id":7,"stamps":`+stamps(1000)+`}`)).Stamps(t.Context(), 7, from, from)
	if err != nil || !one.Full {
		t.Errorf("1000 stamps of one: full %v, %v", one.Full, err)
	}
	body := `{"multiple_stamps":[{"staff_id":1,"stamps":` + stamps(600) + `},{"staff_id":2,"stamps":` + stamps(400) + `}]}`
	many, err := client(t, ok(body)).MultipleStamps(t.Context(), []akashi.StaffID{1, 2, 3}, from, from.Add(24*time.Hour))
	if err != nil || len(many) != 2 || !many[0].Full || !many[1].Full {
		t.Errorf("1000 stamps of two: %d rows, %v", len(many), err)
	}
}

func TestWorkingRecords_quirks(t *testing.T) {
	t.Parallel()
	rec := akashi.WorkingRecord{
		Date: "2026-11-02", WorkingDayCategory: new(0),
		StartTime: vendortest.JST("2026-11-02 09:00:00"), EndTime: vendortest.JST("2026-11-02 22:00:00"),
		RoundedStartTime: vendortest.JST("2026-11-02 09:00:00"), RoundedEndTime: vendortest.JST("2026-11-02 22:00:00"),
	}
	const times = `"date":"2026/11/02","working_day_category":0,"start_time":"2026/11/02 09:00:00","end_time":"2026/11/02 22:00:00",
		"rounded_start_time":"2026/11/02 09:00:00","rounded_end_time":"2026/11/02 22:00:00"`
	with := func(change func(*akashi.WorkingRecord)) []akashi.StaffWorkingRecords {
		r := rec
		change(&r)
		return []akashi.StaffWorkingRecords{{StaffID: 1, Records: []akashi.WorkingRecord{r}}}
	}
	plain := with(func(*akashi.WorkingRecord) {})
	punched := with(func(r *akashi.WorkingRecord) {
		r.AttendancePunch, r.LeavingPunch = vendortest.JST("2026-11-02 08:58:00"), vendortest.JST("2026-11-02 22:03:00")
	})
	row := func(more string) string { return `{"staff_id":1,"working_records":[{` + times + more + `}]}` }
	call := func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
			StaffIDs: []akashi.StaffID{1}, From: "2026-11-02", To: "2026-11-02", Breaks: true, NoRounding: true,
		})
	}
	run(t, call, []quirk{
		{"6.11 sample: a bare array", "[" + row("") + "]", plain},
		{"6.11 table: an object with an array", `{"login_company_code":"com123","response":[` + row("") + `]}`, plain},
		{
			"6.11 table's punch names",
			"[" + row(`,"attendance_punch_time":"2026/11/02 08:58:00","leaving_punch_time":"2026/11/02 22:03:00"`) + "]", punched,
		},
		{
			"6.11 sample's punch names",
			"[" + row(`,"start_punch_time":"2026/11/02 08:58:00","end_punch_time":"2026/11/02 22:03:00"`) + "]", punched,
		},
		{"6.11: punches that are null", "[" + row(`,"start_punch_time":null,"leaving_punch_time":null`) + "]", plain},
		{
			"6.11: minutes without rounding and breaks",
			"[" + row(`,"actual_working_hours_no_rounding":"480","break_time_results":[{"result_break_time_start_time":"2026/11/02 12:00:00",
				"result_break_time_end_time":"2026/11/02 13:00:00","rounded_break_time_start_time":null,"rounded_break_time_end_time":null}]`) + "]",
			with(func(r *akashi.WorkingRecord) {
				r.ActualWorkingMinutesNoRounding = new(480)
				r.Breaks = []akashi.BreakTimeResult{{StartTime: vendortest.JST("2026-11-02 12:00:00"), EndTime: vendortest.JST("2026-11-02 13:00:00")}}
			}),
		},
		{
			"a day without work, the date unpadded",
			`[{"staff_id":"1","working_records":[{"date":"2026/11/3","working_day_category":"2","start_time":null,"end_time":""}]}]`,
			[]akashi.StaffWorkingRecords{{StaffID: 1, Records: []akashi.WorkingRecord{{Date: "2026-11-03", WorkingDayCategory: new(2)}}}},
		},
	})
}

func TestProjects_quirks(t *testing.T) {
	t.Parallel()
	want := akashi.Project{
		ID: 100, Name: "計画", ShortName: "計", Code: "p1", Remarks: "備考",
		StartDate: "2019-08-01", EndDate: "2019-08-31", AllStaffsTarget: true,
	}
	row := func(start, end string) string {
		return `{"project_id":100,"name":"計画","short_name":"計","project_code":"p1","remarks":"備考","start_date":` + start +
			`,"end_date":` + end + `,"sync_punch":false,"all_staffs_target":true}`
	}
	call := func(ctx context.Context, c *akashi.Client) (any, error) { return c.Project(ctx, 100) }
	run(t, call, []quirk{
		{"6.17: dashes", row(`"2019-08-01"`, `"2019-08-31"`), want},
		{"6.16 table: slashes", row(`"2019/08/01"`, `"2019/08/31"`), want},
		{"6.16 sample's request: digits, as text and number", row(`"20190801"`, `20190831`), want},
		{"a time of day behind the date", row(`"2019-08-01 00:00:00"`, `"2019-08-31T00:00:00+09:00"`), want},
		{
			"6.18: name_ja, booleans as text and number",
			`{"project_id":"100","name_ja":"計画","short_name_ja":"計","project_code":"p1","remarks":"備考","start_date":"2019-08-01",
			  "end_date":"2019-08-31","sync_punch":0,"all_staffs_target":"true"}`, want,
		},
	})
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.Task(ctx, 100, 150) }, []quirk{
		{
			"6.21: no index; estimated_hour is minutes",
			`{"task_id":150,"name":"作業","code":"t","estimated_hour":60,"estimated_amount":10000,"is_finished":false}`,
			akashi.Task{ID: 150, Name: "作業", Code: "t", EstimatedMinutes: new(60), EstimatedAmount: new(10000)},
		},
		{
			"6.22: index as text, nulls",
			`{"task_id":150,"name":"作業","code":null,"index":"1","estimated_hour":null,"estimated_amount":null,"is_finished":true}`,
			akashi.Task{ID: 150, Name: "作業", Index: new(1), IsFinished: true},
		},
	})
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.StaffProjects(ctx, 200, "", "") }, []quirk{{
		"6.28", `{"projects":[{"project_id":100,"start_date":"2019-08-01","end_date":null,"tasks":[150,"250"]}]}`,
		[]akashi.StaffProject{{ProjectID: 100, StartDate: "2019-08-01", Tasks: []akashi.TaskID{150, 250}}},
	}})
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.ProjectStaffs(ctx, 100) }, []quirk{{
		"6.29", `{"staff_ids":[200,"300"],"owner_staff_ids":[200]}`,
		akashi.ProjectStaffs{StaffIDs: []akashi.StaffID{200, 300}, OwnerStaffIDs: []akashi.StaffID{200}},
	}})
}

func TestManhours_quirks(t *testing.T) {
	t.Parallel()
	day := akashi.ManhourDate{
		Date: "2019-08-01",
		Projects: []akashi.ManhourProject{{
			ProjectID: 100, Items: []akashi.ManhourItem{{TaskID: 150, Minutes: 60}},
		}},
	}
	commented := day
	commented.StaffComment = "所感"
	commented.Projects = []akashi.ManhourProject{day.Projects[0]}
	commented.Projects[0].Comments = []akashi.ManhourComment{{TaskID: 1, Comment: "作業"}}
	of := func(d akashi.ManhourDate) akashi.StaffManhours {
		return akashi.StaffManhours{StaffID: 200, Dates: []akashi.ManhourDate{d}}
	}
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.ManhoursOf(ctx, 200, "", "") }, []quirk{
		{
			"6.24: no comments", `{"manhours":[{"staff_id":200,"dates":[{"date":"2019-08-01","projects":[{"project_id":100,
			"closed_at":null,"fixed_at":null,"daily_hour_items":[{"task_id":150,"minute":60}]}]}]}]}`, of(day),
		},
		{
			"6.25: task_id as text, comments", `{"manhours":[{"staff_id":"200","dates":[{"date":"20190801","projects":[{"project_id":"100",
			"daily_hour_items":[{"task_id":"150","minute":"60"}],"daily_comment_items":[{"task_id":"1","comment":"作業"}]}],
			"staff_comment":"所感","admin_comment":null}]}]}`, of(commented),
		},
		{
			"6.26: daily_hour_items with a space", `{"manhours":[{"staff_id":200,"dates":[{"date":"2019/08/01","projects":[{"project_id":100,
			"daily_hour_items ":[{"task_id":150,"minute":60}]}]}]}]}`, of(day),
		},
		{
			"6.25: 14 digits, as its parameters", `{"manhours":{"staff_id":200,"dates":[{"date":"20190801000000","projects":[{"project_id":100,
			"daily_hour_items":[{"task_id":150,"minute":60}]}]}]}}`, of(day),
		},
		{
			"6.27 sample: the day as a number", `{"manhours":[{"staff_id":200,"dates":[{"date":20190801,"projects":[{"project_id":100,
			"daily_hour_items":[{"task_id":150,"minute":60}]}]}]}]}`, of(day),
		},
		{"6.25: an empty list when there is nothing", `{"manhours":[]}`, akashi.StaffManhours{StaffID: 200}},
	})
}

func TestAlerts_quirks(t *testing.T) {
	t.Parallel()
	run(t, func(ctx context.Context, c *akashi.Client) (any, error) { return c.Alerts(ctx) }, []quirk{{
		"6.8: month is a label that may differ from the date's month",
		`{"login_company_code":"com123","staff_id":123,"count":1,"alerts":[{"month":"2017/03/01","date":"2017/04/15","alert_type":1}]}`,
		akashi.StaffAlerts{StaffID: 123, Alerts: []akashi.Alert{{Month: "2017-03-01", Date: "2017-04-15", Type: 1}}},
	}})
}

// TestRows_withoutIds: a row that cannot be told from others is never returned.
func TestRows_withoutIds(t *testing.T) {
	t.Parallel()
	bodies := map[string]string{
		"Organizations":  `{"organizations":[{"name":"x"}]}`,
		"Organization":   `{"organizations":[{"organizationId":5}]}`,
		"Staffs":         `{"staffs":[{"staffNum":"1"}]}`,
		"Staff":          `{"staffs":[{"staffId":8}]}`,
		"Self":           `{"staffs":[]}`,
		"Stamps":         `{"staff_id":8,"stamps":[]}`,
		"MultipleStamps": `{"multiple_stamps":[{"staff_id":1,"stamps":[{"type":11}]}]}`,
		"WorkingRecords": `[{"staff_id":1,"working_records":[{"start_time":null}]}]`,
		"Projects":       `{"projects":[{"name":"x"}]}`,
		"Project":        `{"name":"x"}`,
		"Tasks":          `{"tasks":[{"name":"x"}]}`,
		"Task":           `{"name":"x"}`,
		"Manhours":       `{"manhours":[{"dates":[]}]}`,
		"ManhoursOf":     `{"manhours":[{"staff_id":8,"dates":[]}]}`,
		"StaffProjects":  `{"projects":[{"tasks":[]}]}`,
		"Alerts":         `{"staff_id":1,"alerts":[{"alert_type":1}]}`,
	}
	for _, m := range methods() {
		body, known := bodies[m.name]
		if !known {
			continue
		}
		if _, err := m.call(t.Context(), client(t, ok(body))); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %v, want UPSTREAM_BAD_RESPONSE", m.name, err)
		}
	}
}

// TestTimes_impossible: a time that no clock shows is refused, not moved.
func TestTimes_impossible(t *testing.T) {
	t.Parallel()
	for _, at := range []string{
		"2026/02/30 09:00:00", "2026/13/01 09:00:00", "2026/01/01 24:00:00", "2026/01/01 09:60:00", "2026/01/01 09-00-00",
		"2026/01/01 +9:00:00", "0000/00/00 00:00:00", "soon",
	} {
		from := vendortest.JST("2026-01-01 05:00:00")
		body := `{"staff_id":7,"stamps":[{"stamped_at":"` + at + `","type":11}]}`
		if _, err := client(t, ok(body)).Stamps(t.Context(), 7, from, from); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %v, want UPSTREAM_BAD_RESPONSE", at, err)
		}
	}
}
