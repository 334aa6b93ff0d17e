package akashi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// told is a Result in short: for each row its state, the id answered and the
// codes; then what no row was found for.
type told struct {
	rows           []string
	errors, values []string
	code           fault.Code
}

func tell[T any](r akashi.Result[T], err error, id func(T) string) told {
	out := told{code: vendortest.CodeOf(err)}
	for _, row := range r.Rows {
		s := string(row.State)
		if row.Value != nil {
			s += " " + id(*row.Value)
		}
		for _, e := range row.Errors {
			s += " " + e.Code
		}
		out.rows = append(out.rows, s)
	}
	for _, e := range r.Errors {
		out.errors = append(out.errors, e.Code)
	}
	for _, v := range r.Values {
		out.values = append(out.values, id(v))
	}
	return out
}

type resultCase struct {
	name string
	// body is the whole answer.
	body string
	want told
}

func runResults(t *testing.T, call func(context.Context, *akashi.Client) told, cases []resultCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer{200, tc.body})
			got := call(t.Context(), s.client(t, io.Discard, nil))
			if d := cmp.Diff(tc.want, got, cmp.AllowUnexported(told{}), same()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestPutStaffs_results: 6.3 says success with errors, writes staffs with a space
// behind, codes with one before, ids as text and empty for new staffs (3.3).
func TestPutStaffs_results(t *testing.T) {
	t.Parallel()
	call := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.PutStaffs(ctx, []akashi.StaffInput{
			{StaffID: 1, LastName: "山川", FirstName: "一"},
			{StaffCode: new("s2"), LastName: "山川", FirstName: "二", Organization: new("企業")},
			{Email: new("c@example.com"), LastName: "山川", FirstName: "三", Organization: new("企業")},
			{LastName: "山川", FirstName: "四", Organization: new("企業")},
		})
		return tell(r, err, func(s akashi.PutStaff) string { return itoa(int(s.StaffID)) })
	}
	const (
		first  = `{"staff_id":1,"staff_code":"s1","email":null,"organization_id":1,"employment_category_id":1}`
		second = `{"staff_id":12,"staff_code":"s2","email":null}`
		third  = `{"staff_id":13,"staff_code":null,"email":"C@example.com"}`
		fourth = `{"staff_id":14,"staff_code":null,"email":null}`
	)
	all := `{"success":true,"response":{"login_company_code":"c","staffs ":[`
	runResults(t, call, []resultCase{
		{"all, in another order", all + fourth + "," + third + "," + second + "," + first + `]}}`, told{
			rows: []string{"APPLIED 1", "APPLIED 12", "APPLIED 13", "APPLIED 14"},
		}},
		{
			"success with errors: some rows, two errors of one",
			all + second + "," + third + `]},"errors":[{"code":" ERR300402","staff_id":"1","name":"山川一","message":"a"},
			{"code":" ERR300403","staff_id":"1","name":"山川一","message":"b"},{"code":" ERR300404","staff_id":"","name":"山川四","message":"c"}]}`,
			told{rows: []string{"REFUSED ERR300402 ERR300403", "APPLIED 12", "APPLIED 13", "REFUSED ERR300404"}},
		},
		{
			"an error that names nobody is about the only row that has nothing",
			all + first + "," + second + "," + third + `]},"errors":[{"code":"E1","staff_id":"","name":"","message":"a"}]}`,
			told{rows: []string{"APPLIED 1", "APPLIED 12", "APPLIED 13", "REFUSED E1"}},
		},
		{
			"an error that names nobody among several open rows",
			all + first + "," + second + `]},"errors":[{"code":"E1","staff_id":"","name":""}]}`,
			told{rows: []string{"APPLIED 1", "APPLIED 12", "UNKNOWN", "UNKNOWN"}, errors: []string{"E1"}},
		},
		{
			"an error about somebody who is not in the request",
			all + first + "," + second + "," + third + `]},"errors":[{"code":"E1","staff_id":"99","name":"山川四"}]}`,
			told{rows: []string{"APPLIED 1", "APPLIED 12", "APPLIED 13", "UNKNOWN"}, errors: []string{"E1"}},
		},
		{
			"an answered staff who is not in the request",
			all + first + "," + second + "," + third + `,{"staff_id":98,"staff_code":"zz"},{"staff_id":97}]}}`,
			told{rows: []string{"APPLIED 1", "APPLIED 12", "APPLIED 13", "UNKNOWN"}, values: []string{"98", "97"}},
		},
		{
			"a row both answered and refused",
			all + first + `]},"errors":[{"code":"E1","staff_id":1}]}`,
			told{rows: []string{"UNKNOWN 1 E1", "UNKNOWN", "UNKNOWN", "UNKNOWN"}},
		},
		{
			"failure that names rows says nothing of the others",
			`{"success":false,"errors":[{"code":"E1","staff_id":"1","name":"山川一"}]}`,
			told{rows: []string{"REFUSED E1", "UNKNOWN", "UNKNOWN", "UNKNOWN"}},
		},
		{
			"failure that names nobody is an error",
			`{"success":false,"errors":[{"code":"E1","message":"no right"}]}`,
			told{
				rows:   []string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"},
				errors: []string{"E1"}, code: fault.UpstreamRefused,
			},
		},
		{"an empty list", all + `]}}`, told{rows: []string{"UNKNOWN", "UNKNOWN", "UNKNOWN", "UNKNOWN"}}},
		{
			"an error in a name that is a token",
			`{"success":false,"errors":[{"code":"E1","staff_id":"1","name":"山川一","message":"token"}]}`,
			told{rows: []string{"REFUSED E1", "UNKNOWN", "UNKNOWN", "UNKNOWN"}},
		},
	})
}

// TestPutStaffs_newAndAlike: ids are never given by position to persons who
// cannot be told apart.
func TestPutStaffs_newAndAlike(t *testing.T) {
	t.Parallel()
	call := func(ctx context.Context, c *akashi.Client) told {
		row := akashi.StaffInput{LastName: "山川", FirstName: "一", Organization: new("企業")}
		r, err := c.PutStaffs(ctx, []akashi.StaffInput{row, row})
		return tell(r, err, func(s akashi.PutStaff) string { return itoa(int(s.StaffID)) })
	}
	runResults(t, call, []resultCase{
		{"both made", `{"success":true,"response":{"staffs":[{"staff_id":12},{"staff_id":13}]}}`, told{
			rows: []string{"APPLIED", "APPLIED"}, values: []string{"12", "13"},
		}},
		{"one made", `{"success":true,"response":{"staffs":[{"staff_id":12}]}}`, told{
			rows: []string{"UNKNOWN", "UNKNOWN"}, values: []string{"12"},
		}},
		{
			"one made, one refused",
			`{"success":true,"response":{"staffs":[{"staff_id":12}]},"errors":[{"code":"E1","staff_id":"","name":"山川一"}]}`,
			told{rows: []string{"UNKNOWN E1", "UNKNOWN E1"}, values: []string{"12"}},
		},
	})
}

// TestCreateOrganizations_results: the count is wrong, empty text is null, a top
// has parent 0, and errors name nobody (6.1).
func TestCreateOrganizations_results(t *testing.T) {
	t.Parallel()
	call := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.CreateOrganizations(ctx, []akashi.NewOrganization{
			{Name: "第一本部", Code: new("001")},
			{Name: "営業部", ParentOrganization: new("第一本部")},
			{Name: "営業部", Code: new("0012")},
		})
		return tell(r, err, func(o akashi.Organization) string { return itoa(int(o.ID)) })
	}
	runResults(t, call, []resultCase{
		{
			"all, with a wrong count",
			`{"success":true,"response":{"count":2,"organizations":[
			{"organizationId":1,"name":"第一本部","code":"001","label":"","parentId":0,"displayPunchTypes":[]},
			{"organizationId":3,"name":"営業部","code":"0012","label":"","parentId":0},
			{"organizationId":2,"name":"営業部","code":null,"label":null,"parentId":1}]}}`,
			told{rows: []string{"APPLIED 1", "APPLIED 2", "APPLIED 3"}},
		},
		{
			"messages of nobody",
			`{"success":true,"response":{"count":1,"organizations":[{"organizationId":1,"name":"第一本部","code":"001"}]},
			"errors":[{"code":"E1","messages":"a"}]}`,
			told{rows: []string{"APPLIED 1", "UNKNOWN", "UNKNOWN"}, errors: []string{"E1"}},
		},
	})
}

// TestCreateOrganizations_alike: two of one name cannot be told apart, so that
// none is given the other's id.
func TestCreateOrganizations_alike(t *testing.T) {
	t.Parallel()
	call := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.CreateOrganizations(ctx, []akashi.NewOrganization{
			{Name: "営業部", ParentOrganization: new("第一本部")}, {Name: "営業部", ParentOrganization: new("第二本部")},
		})
		return tell(r, err, func(o akashi.Organization) string { return itoa(int(o.ID)) })
	}
	runResults(t, call, []resultCase{{
		"both made",
		`{"success":true,"response":{"organizations":[{"organizationId":2,"name":"営業部"},{"organizationId":3,"name":"営業部"}]}}`,
		told{rows: []string{"APPLIED", "APPLIED"}, values: []string{"2", "3"}},
	}})
}

// TestImports_results: 6.12 names a number and an address, 6.13 to 6.15 a target
// that is an id, a number or an address, whatever the table says.
func TestImports_results(t *testing.T) {
	t.Parallel()
	ref := func(s akashi.StaffRef) string { return itoa(int(s.StaffID)) }
	rows := []akashi.Transfer{
		{StaffCode: new("s1"), OrganizationChangeDate: "2026-02-01", EmploymentCategory: "a"},
		{StaffEmail: new("b@example.com"), OrganizationChangeDate: "2026-02-01", EmploymentCategory: "a"},
		{StaffCode: new("s1"), OrganizationChangeDate: "2026-03-01", EmploymentCategory: "a"},
	}
	call := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.TransferStaffs(ctx, rows)
		return tell(r, err, ref)
	}
	runResults(t, call, []resultCase{
		{
			"one answer for the two rows of a person",
			`{"success":true,"response":{"staffs":[{"staff_id":51,"staff_code":"s1","email":null},
			{"staff_id":52,"staff_code":"x","email":"B@example.com"}]}}`,
			told{rows: []string{"APPLIED 51", "APPLIED 52", "APPLIED 51"}},
		},
		{
			"a target that is an address",
			`{"success":false,"errors":[{"code":"ERR302102","target":"b@example.com","message":"` + vendortest.Body + `"}]}`,
			told{rows: []string{"UNKNOWN", "REFUSED ERR302102", "UNKNOWN"}},
		},
		{
			"a target that is a number: either of two rows",
			`{"success":false,"errors":[{"code":"ERR302102","target":" s1","message":"x"}]}`,
			told{rows: []string{"UNKNOWN ERR302102", "UNKNOWN", "UNKNOWN ERR302102"}},
		},
		{
			"a target that is nobody's",
			`{"success":false,"errors":[{"code":"ERR302102","target":"s9","message":"x"}]}`,
			told{rows: []string{"UNKNOWN", "UNKNOWN", "UNKNOWN"}, errors: []string{"ERR302102"}, code: fault.UpstreamRefused},
		},
		{
			"one of a person's rows answered, one refused",
			`{"success":true,"response":{"staffs":[{"staff_id":51,"staff_code":"s1"}]},"errors":[{"code":"E1","target":"s1"}]}`,
			told{rows: []string{"UNKNOWN E1", "UNKNOWN", "UNKNOWN E1"}, values: []string{"51"}},
		},
	})
	settings := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.SetWorkingConditions(ctx, []akashi.WorkingCondition{
			{StaffCode: "s1"}, {Extra: map[string]string{"email": "b@example.com"}},
		})
		return tell(r, err, ref)
	}
	runResults(t, settings, []resultCase{{
		"6.12 names a number and an address",
		`{"success":false,"errors":[{"code":"ERR302205","staff_code":"s1","email":null,"message":"x"},
		{"code":"ERR302206","staff_code":null,"email":"b@example.com"}]}`,
		told{rows: []string{"REFUSED ERR302205", "REFUSED ERR302206"}},
	}})
}

// TestPutManhours_results: rows are the leaves of 6.26's tree.
func TestPutManhours_results(t *testing.T) {
	t.Parallel()
	rows := []akashi.ManhourRow{
		{StaffID: 200, Date: "2026-08-03", ProjectID: 100, TaskID: 150, Minutes: 60},
		{StaffID: 201, Date: "2026-08-03", ProjectID: 100, TaskID: 150, Minutes: 30},
		{StaffID: 200, Date: "2026-08-03", ProjectID: 100, TaskID: 151, Minutes: 15},
		{StaffID: 200, Date: "2026-08-04", ProjectID: 101, TaskID: 160, Minutes: 5},
	}
	s := serve(t, good(`{"manhours":[]}`))
	if _, err := s.client(t, io.Discard, nil).PutManhours(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	want := `{"token":"` + vendortest.Token + `","manhours":[{"staff_id":200,"dates":[
		{"date":"2026/08/03","projects":[{"project_id":100,"daily_hour_items":[{"task_id":150,"minute":60},{"task_id":151,"minute":15}]}]},
		{"date":"2026/08/04","projects":[{"project_id":101,"daily_hour_items":[{"task_id":160,"minute":5}]}]}]},
		{"staff_id":201,"dates":[{"date":"2026/08/03","projects":[{"project_id":100,"daily_hour_items":[{"task_id":150,"minute":30}]}]}]}]}`
	if d := cmp.Diff(indented(t, want), indented(t, s.sent()[0].body)); d != "" {
		t.Errorf("body (-want +got):\n%s", d)
	}
	call := func(ctx context.Context, c *akashi.Client) told {
		r, err := c.PutManhours(ctx, rows)
		return tell(r, err, func(m akashi.ManhourRow) string { return itoa(m.Minutes) })
	}
	runResults(t, call, []resultCase{
		{
			"a day's date in three forms, ids and minutes as text",
			`{"success":true,"response":{"manhours":[{"staff_id":"200","dates":[{"date":"20260803","projects":[{"project_id":"100",
			"daily_hour_items ":[{"task_id":"150","minute":"60"},{"task_id":151,"minute":15}]}]},
			{"date":"2026/8/4","projects":{"project_id":101,"daily_hour_items":{"task_id":160,"minute":5}}}]},
			{"staff_id":201,"dates":[{"date":"2026-08-03","projects":[{"project_id":100,"daily_hour_items":[{"task_id":150,"minute":30}]}]}]}]}}`,
			told{rows: []string{"APPLIED 60", "APPLIED 30", "APPLIED 15", "APPLIED 5"}},
		},
		{
			"other minutes, a missing row, one nobody sent",
			`{"success":true,"response":{"manhours":[{"staff_id":200,"dates":[{"date":"2026-08-03","projects":[{"project_id":100,
			"daily_hour_items":[{"task_id":150,"minute":61},{"task_id":151,"minute":15},{"task_id":9,"minute":7}]}]}]}]}}`,
			told{rows: []string{"UNKNOWN 61", "UNKNOWN", "APPLIED 15", "UNKNOWN"}, values: []string{"7"}},
		},
		{
			"an error with a staff's id",
			`{"success":false,"errors":[{"code":"E1","staff_id":"201"}]}`,
			told{rows: []string{"UNKNOWN", "REFUSED E1", "UNKNOWN", "UNKNOWN"}},
		},
	})
}

// TestResults_nothingDropped: whatever comes back, there is one row for each row
// of the request, and every error and every answered staff is somewhere.
func TestResults_nothingDropped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 6).Draw(rt, "rows")
		rows := make([]akashi.Transfer, n)
		for i := range rows {
			code := fmt.Sprintf("s%d", rapid.IntRange(0, 4).Draw(rt, "code"))
			rows[i] = akashi.Transfer{StaffCode: &code, OrganizationChangeDate: "2026-02-01", EmploymentCategory: "a"}
		}
		var staffs, errs []string
		for i := range rapid.IntRange(0, 6).Draw(rt, "answered") {
			staffs = append(staffs, fmt.Sprintf(`{"staff_id":%d,"staff_code":"s%d"}`, 100+i, rapid.IntRange(0, 5).Draw(rt, "staff")))
		}
		for i := range rapid.IntRange(0, 6).Draw(rt, "refused") {
			target := rapid.SampledFrom([]string{"", "s0", "s1", "s2", "s5", "101"}).Draw(rt, "target")
			errs = append(errs, fmt.Sprintf(`{"code":"E%d","target":%q}`, i, target))
		}
		body := fmt.Sprintf(`{"success":%v,"response":{"staffs":[%s]},"errors":[%s]}`,
			rapid.Bool().Draw(rt, "success"), strings.Join(staffs, ","), strings.Join(errs, ","))
		r, err := client(t, vendortest.Answer(body)).TransferStaffs(t.Context(), rows)
		if code := vendortest.CodeOf(err); code != "" && code != fault.UpstreamRefused && code != fault.UpstreamBadResponse {
			rt.Fatalf("%s: %v", body, err)
		}
		if err != nil && r.Rows == nil {
			return
		}
		checkNothingDropped(rt, r, n, len(staffs), len(errs))
	})
}

func checkNothingDropped(rt *rapid.T, r akashi.Result[akashi.StaffRef], rows, staffs, errs int) {
	if len(r.Rows) != rows {
		rt.Fatalf("%d rows for %d", len(r.Rows), rows)
	}
	ids, codes := map[akashi.StaffID]bool{}, map[string]bool{}
	for _, row := range r.Rows {
		if row.Value != nil {
			ids[row.Value.StaffID] = true
		}
		for _, e := range row.Errors {
			codes[e.Code] = true
		}
		if row.State == akashi.Applied && len(row.Errors) > 0 || row.State == akashi.Refused && (row.Value != nil || len(row.Errors) == 0) ||
			!slices.Contains([]akashi.State{akashi.Applied, akashi.Refused, akashi.Unknown}, row.State) {
			rt.Fatalf("%+v contradicts itself", row)
		}
	}
	for _, v := range r.Values {
		ids[v.StaffID] = true
	}
	for _, e := range r.Errors {
		codes[e.Code] = true
	}
	if len(ids) != staffs || len(codes) != errs {
		rt.Fatalf("%d of %d staffs, %d of %d errors", len(ids), staffs, len(codes), errs)
	}
}

// TestVendorError_printed: the vendor's words are for the answer, not for logs.
func TestVendorError_printed(t *testing.T) {
	t.Parallel()
	e := akashi.VendorError{Code: "E1", Message: vendortest.Body, Name: vendortest.Body, Target: vendortest.Body}
	for _, s := range []string{fmt.Sprint(e), fmt.Sprintf("%+v %#v", e, e), e.LogValue().String(), fmt.Sprint([]akashi.VendorError{e})} {
		if strings.Contains(s, vendortest.Body) {
			t.Errorf("printed: %s", s)
		}
	}
}

// TestWorkingConditionKeys: the 67 keys of 6.12, each with a field of its own that
// is sent under its name, as text.
func TestWorkingConditionKeys(t *testing.T) {
	t.Parallel()
	keys := akashi.WorkingConditionKeys()
	if len(keys) != 67 || keys[0] != "staff_code" || keys[66] != "time_frame_aggregation_items" {
		t.Fatalf("%d keys, from %s to %s", len(keys), keys[0], keys[len(keys)-1])
	}
	row := akashi.WorkingCondition{StaffCode: "v0", EffectiveDate: new(akashi.Date("2026-02-02"))}
	fields := reflect.ValueOf(&row).Elem()
	want := map[string]string{"staff_code": "v0", "effective_date": "2026/02/02"}
	for i, key := range keys {
		if p, ok := reflect.TypeAssert[*string](fields.Field(i)); ok && p == nil {
			want[key] = "v" + itoa(i)
			fields.Field(i).Set(reflect.ValueOf(new(want[key])))
		}
	}
	s := serve(t, good(oneStaff))
	if _, err := s.client(t, io.Discard, nil).SetWorkingConditions(t.Context(), []akashi.WorkingCondition{row}); err != nil {
		t.Fatal(err)
	}
	var sent struct {
		Rows []map[string]string `json:"working_condition_settings"`
	}
	if err := json.Unmarshal([]byte(s.sent()[0].body), &sent); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]map[string]string{want}, sent.Rows); d != "" || len(want) != 67 {
		t.Errorf("%d keys (-want +got):\n%s", len(want), d)
	}
}
