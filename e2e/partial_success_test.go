package e2e_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// says lets a system answer the next write with a body of the documents' form.
func says(t *testing.T, s *control.Server, body string) {
	t.Helper()
	err := s.AddFault(control.Fault{
		Status: http.StatusOK, Body: body, Header: map[string]string{"Content-Type": "application/json"}, Times: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
}

// wants compares the data of an answer with JSON.
func (a answer) wants(t *testing.T, want string) {
	t.Helper()
	if len(a.Errors) > 0 {
		t.Fatalf("errors %+v", a.Errors)
	}
	var expected, got any
	if err := json.Unmarshal([]byte(want), &expected); err != nil {
		t.Fatal(err)
	}
	a.decode(t, &got)
	if diff := cmp.Diff(expected, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestPartialSuccess_akashi: an answer that says success and brings errors beside
// what was done (6.3). Each row has all that was said of it, in order; what
// belongs to no row is told beside them.
func TestPartialSuccess_akashi(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	says(t, d.Simulators.Akashi, `{"success":true,"response":{"login_company_code":"demo","staffs ":[
		{"staff_id":"103","staff_code":"C","email":null},{"staff_id":101,"staff_code":"A"},{"staff_id":999}]},"errors":[
		{"code":" ERR300402","staff_id":"102","name":"乙","message":"一つ目"},
		{"code":"ERR300405","staff_id":"777","message":"誰のもの"},
		{"code":"ERR300406","staff_id":102,"messages":"二つ目"}]}`)
	d.ask(t, hrToken, `mutation($rows: [AkashiStaffInput!]!) { akashi { putStaffs(rows: $rows) {
		rows { row outcome vendorCode vendorMessage errors { code message } staff { staffId staffCode } }
		errors { code message staffId } staffs { staffId } } } }`, vars("rows", rowsOf(
		obj("staffId", "101", "lastName", "甲", "firstName", "一"), obj("staffId", "102", "lastName", "乙", "firstName", "二"),
		obj("staffId", "103", "lastName", "丙", "firstName", "三"), obj("staffId", "104", "lastName", "丁", "firstName", "四")))).
		wants(t, `{"akashi":{"putStaffs":{"rows":[
			{"row":0,"outcome":"APPLIED","vendorCode":null,"vendorMessage":null,"errors":[],
				"staff":{"staffId":"101","staffCode":"A"}},
			{"row":1,"outcome":"REFUSED","vendorCode":"ERR300402","vendorMessage":"一つ目","errors":[
				{"code":"ERR300402","message":"一つ目"},{"code":"ERR300406","message":"二つ目"}],"staff":null},
			{"row":2,"outcome":"APPLIED","vendorCode":null,"vendorMessage":null,"errors":[],
				"staff":{"staffId":"103","staffCode":"C"}},
			{"row":3,"outcome":"UNKNOWN","vendorCode":null,"vendorMessage":null,"errors":[],"staff":null}],
			"errors":[{"code":"ERR300405","message":"誰のもの","staffId":"777"}],"staffs":[{"staffId":"999"}]}}}`)
}

// TestPartialSuccess_carely: a string of JSON in the customer, and errors at the
// top with HTTP 200. TestCarelyCustomers_rows shows the order of several rows.
func TestPartialSuccess_carely(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	const query = `mutation($rows: [CarelyCustomerInput!]!) { carely { upsertCustomers(input: { rows: $rows }) { rows {
		row outcome code vendorCode vendorMessage errors { field codes messages } } } } }`
	for body, want := range map[string]string{
		`{"data":null,"errors":[{"message":"Variable was provided invalid value","extensions":{"value":{},"problems":[
			{"path":["gender"],"explanation":"Expected to be one of male, female"},
			{"path":["bornOn"],"explanation":"is invalid"}]}}]}`: `{"row":0,"outcome":"REFUSED","code":"UPSTREAM_REFUSED",
			"vendorCode":null,"vendorMessage":"Variable was provided invalid value","errors":[
			{"field":"gender","codes":[],"messages":["Expected to be one of male, female"]},
			{"field":"bornOn","codes":[],"messages":["is invalid"]}]}`,
		`{"data":{"upsertCustomer":{"uuid":null,"errors":"{\"errors\":{\"email\":[\"を入力してください\"],` +
			`\"fullname\":[\"a\",\"b\"]},\"full_messages\":[\"メールアドレスを入力してください\",\"本名a\",\"本名b\"],` +
			`\"details\":{\"email\":[{\"error\":\"blank\"}],\"fullname\":[{\"error\":\"too_long\"},` +
			`{\"error\":\"invalid\"}]}}"}}}`: `{"row":0,"outcome":"REFUSED","code":"UPSTREAM_REFUSED","vendorCode":"email.blank",
			"vendorMessage":"メールアドレスを入力してください / 本名a / 本名b","errors":[
			{"field":"email","codes":["blank"],"messages":["を入力してください"]},
			{"field":"fullname","codes":["too_long","invalid"],"messages":["a","b"]}]}`,
	} {
		says(t, d.Simulators.Carely, body)
		d.ask(t, hrToken, query, map[string]any{"rows": []any{map[string]any{"uuid": "x", "jobTitle": "a"}}}).
			wants(t, `{"carely":{"upsertCustomers":{"rows":[`+want+`]}}}`)
	}
}

// TestPartialSuccess_yesod: positions of one row for two dates, one beyond the
// table, and a row that nothing is said of.
func TestPartialSuccess_yesod(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	says(t, d.Simulators.Yesod, `{"diffIds":["d-1","d-2"],"changing":[
		{"changeDate":1733788800000,"changingEntities":[{"entityId":"e-1","count":2},{"entityId":"e-2","count":"1"}]},
		{"changeDate":1733875200000,"changingEntities":[{"entityId":"e-1","count":1}]}],
		"changingCSVPositions":[{"lineNumber":2,"columnNumbers":[1]},{"lineNumber":0,"columnNumbers":[1]},
		{"lineNumber":2,"columnNumbers":[0,1]},{"lineNumber":9,"columnNumbers":[0]}]}`)
	in := members([2]string{"1", "甲"}, [2]string{"2", "乙"}, [2]string{"3", "丙"})
	d.ask(t, hrToken, `mutation($in: YesodImportMembersInput!) { yesod { importMembers(input: $in) { outcome diffIds
		changing { changeDate entities { entityId count } } rows { row outcome changedHeaders }
		elsewhere { lineNumber columnNumbers } } } }`, map[string]any{"in": in}).
		wants(t, `{"yesod":{"importMembers":{"outcome":"PENDING","diffIds":["d-1","d-2"],"changing":[
			{"changeDate":"2024-12-10","entities":[{"entityId":"e-1","count":2},{"entityId":"e-2","count":1}]},
			{"changeDate":"2024-12-11","entities":[{"entityId":"e-1","count":1}]}],"rows":[
			{"row":0,"outcome":"PENDING","changedHeaders":["姓"]},
			{"row":1,"outcome":"SKIPPED_SAME","changedHeaders":[]},
			{"row":2,"outcome":"PENDING","changedHeaders":["姓","社員番号"]}],
			"elsewhere":[{"lineNumber":9,"columnNumbers":[0]}]}}}`)
}
