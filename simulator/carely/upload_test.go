package carely_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

// part is a part of a multipart request; a file when it has a file name.
type part struct{ name, file, body string }

// multipartRequest sends parts in their order.
func (s *site) multipartRequest(t *testing.T, parts ...part) (int, map[string]any) {
	t.Helper()
	s.now = s.now.Add(100 * time.Millisecond)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		create := func() (io.Writer, error) { return w.CreateFormField(p.name) }
		if p.file != "" {
			create = func() (io.Writer, error) { return w.CreateFormFile(p.name, p.file) }
		}
		to, err := create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := to.Write([]byte(p.body)); err != nil {
			t.Fatal(err)
		}
	}
	w.Close()
	req := httptest.NewRequest("POST", "/api/graphql", &body)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Authorization", "Bearer "+s.access)
	resp := s.serve(req)
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, nil
	}
	return resp.StatusCode, decode(t, resp)
}

func operations(t *testing.T, in map[string]any) part {
	t.Helper()
	raw, err := json.Marshal(map[string]any{
		"query":     `mutation($in: CustomerInput!) { upsertCustomer(customerInput: $in) { uuid profilePicturePath errors } }`,
		"variables": map[string]any{"in": in},
	})
	if err != nil {
		t.Fatal(err)
	}
	return part{name: "operations", body: string(raw)}
}

// png is a picture of n bytes.
func png(n int) string {
	out := make([]byte, n)
	copy(out, "\x89PNG\x0d\x0a\x1a\x0a")
	return string(out)
}

func TestProfilePicture(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	who := *s.state().Customers[1].UUID
	ops := operations(t, map[string]any{"uuid": who, "profilePicture": nil})
	place := part{name: "map", body: `{"0":["variables.in.profilePicture"]}`}
	const most = 2 << 20
	_, body := s.multipartRequest(t, ops, place, part{"0", "../me.png", png(most)})
	got, ok := body["data"].(map[string]any)
	if !ok {
		t.Fatal(body)
	}
	customer := got["upsertCustomer"].(map[string]any)
	if path := "/uploads/customer/profile_picture/" + who + "/me.png"; customer["profilePicturePath"] != path {
		t.Errorf("stored %v", customer)
	}
	if diff := cmp.Diff(map[string]int{who: most}, s.state().Pictures); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		file part
		want map[string]string
	}{
		"a byte too many": {part{"0", "a.png", png(most + 1)}, map[string]string{
			"profile_picture": "file_size_is_less_than_or_equal_to",
		}},
		"no picture": {part{"0", "a.png", "hello"}, map[string]string{"profile_picture": "invalid"}},
	} {
		_, body := s.multipartRequest(t, ops, place, c.file)
		refused := body["data"].(map[string]any)["upsertCustomer"].(map[string]any)
		if diff := cmp.Diff(c.want, details(t, refused["errors"])); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	both := operations(t, map[string]any{"uuid": who, "profilePicture": nil, "removeProfilePicture": true})
	_, body = s.multipartRequest(t, both, place, part{"0", "a.png", png(9)})
	refused := body["data"].(map[string]any)["upsertCustomer"].(map[string]any)
	if got := details(t, refused["errors"]); got["remove_profile_picture"] != "invalid" {
		t.Errorf("both at once: %v", got)
	}
	removed := s.data(t, upsertCustomer, map[string]any{"in": map[string]any{
		"uuid": who, "removeProfilePicture": true,
	}}).(map[string]any)
	if removed["profilePicturePath"] != nil || len(s.state().Pictures) != 0 {
		t.Errorf("removed %v", removed)
	}
}

func TestMultipart_refuses(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	who := *s.state().Customers[1].UUID
	ops := operations(t, map[string]any{"uuid": who, "profilePicture": nil})
	place := func(path string) part { return part{name: "map", body: `{"0":["` + path + `"]}`} }
	right := place("variables.in.profilePicture")
	file := part{"0", "a.png", png(9)}
	for name, parts := range map[string][]part{
		"no operations":    {right, file},
		"map first":        {right, ops, file},
		"no map":           {ops, file},
		"no file":          {ops, right},
		"map is no JSON":   {ops, {name: "map", body: "["}, file},
		"no such place":    {ops, place("variables.in.picture"), file},
		"place is taken":   {ops, place("variables.in.uuid"), file},
		"outside":          {ops, place("query"), file},
		"below a text":     {ops, place("variables.in.uuid.0"), file},
		"far too large":    {ops, right, {"0", "a.png", png(5 << 20)}},
		"operations: text": {{name: "operations", body: "hello"}, right, file},
	} {
		if status, body := s.multipartRequest(t, parts...); status != 400 {
			t.Errorf("%s: status %d, want 400: %v", name, status, body)
		}
	}
}

// TestVariables_areToldAsByTheVendor has the sample of "Errorについて" and its
// kin.
func TestVariables_areToldAsByTheVendor(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	const query = `mutation upsertCustomer($customerInput: CustomerInput!) {
		upsertCustomer(customerInput: $customerInput) { uuid } }`
	const prefix = "Variable $customerInput of type CustomerInput! was provided invalid value"
	for _, c := range []struct {
		in            any
		message, path string
		explanation   string
	}{
		{
			map[string]any{"uuid": "u", "gender": ""},
			prefix + ` for gender (Expected "" to be one of: male, female)`,
			"gender", `Expected "" to be one of: male, female`,
		},
		{
			map[string]any{"nickname": "x"},
			prefix + " for nickname (Field is not defined on CustomerInput)",
			"nickname", "Field is not defined on CustomerInput",
		},
		{
			map[string]any{"fullname": 5.0},
			prefix + " for fullname (Could not coerce value 5 to String)",
			"fullname", "Could not coerce value 5 to String",
		},
		{
			map[string]any{"isSendMail": "yes"},
			prefix + ` for isSendMail (Could not coerce value "yes" to Boolean)`,
			"isSendMail", `Could not coerce value "yes" to Boolean`,
		},
		{
			map[string]any{"profilePicture": "aGVsbG8"},
			prefix + ` for profilePicture (Could not coerce value "aGVsbG8" to Upload)`,
			"profilePicture", `Could not coerce value "aGVsbG8" to Upload`,
		},
		{nil, prefix, "", "Expected value to not be null"},
		{
			"x", prefix, "", "Expected \"x\" to be a key-value object responding to `to_h` or `to_unsafe_h`.",
		},
	} {
		path := []any{}
		if c.path != "" {
			path = append(path, c.path)
		}
		want := map[string]any{"data": nil, "errors": []any{map[string]any{
			"message": c.message, "locations": []any{map[string]any{"line": 1.0, "column": 25.0}},
			"extensions": map[string]any{"value": c.in, "problems": []any{map[string]any{
				"path": path, "explanation": c.explanation,
			}}},
		}}}
		if diff := cmp.Diff(want, s.run(t, query, map[string]any{"customerInput": c.in})); diff != "" {
			t.Errorf("%v: %s", c.in, diff)
		}
	}
	body := s.run(t, upsertOvertime, map[string]any{"in": map[string]any{"customerUuid": "u", "minute": 1.5}})
	problems := body["errors"].([]any)[0].(map[string]any)["extensions"].(map[string]any)["problems"].([]any)
	if len(problems) != 2 { // yearMonth is missing, minute is no Int
		t.Errorf("problems %v", problems)
	}
}

func TestUpsertCustomer_remainingFields(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	fields := map[string]any{
		"bio": "b", "bornOn": "1990-02-03", "email": "n@example.jp", "employeeNumber": "N9", "fullname": "佐藤 次郎",
		"fullnameJa": "さとう じろう", "jobTitle": "課長", "joinOn": "2020-04-01", "retireOn": "2027-03-31",
		"workingArrangement": "正社員", "healthInsuranceSymbol": "1", "healthInsuranceNumber": "2",
		"healthcheckUnionName": "健保", "insuranceCardName": "佐藤 二郎", "insuranceCardNameJa": "さとう にろう",
		"gender": "male", "employmentStatus": "expired", "hasStressCheck": "in_active",
	}
	in := map[string]any{
		"branchName": "東京支社", "workplaceName": "新しい事業場", "groupAnalysisName": "新しい単位",
		"departmentName": "新しい部署", "loginId": "n9",
	}
	maps.Copy(in, fields)
	got := s.data(t, upsertCustomer, map[string]any{"in": in}).(map[string]any)
	for k, v := range fields {
		if got[k] != v {
			t.Errorf("%s is %v, want %v", k, got[k], v)
		}
	}
	id := got["uuid"].(string)
	st := s.state()
	if st.LoginIDs[id] != "n9" || st.InvitationMails[id] != 1 || got["employmentStatusText"] != "契約終了" ||
		*st.Workplaces[len(st.Workplaces)-1].Name != "新しい事業場" ||
		*st.GroupAnalysis[len(st.GroupAnalysis)-1].DisplayName != "新しい単位" {
		t.Errorf("state after: %v %v", st.LoginIDs, st.InvitationMails)
	}
	// An empty name takes somebody out and makes nothing; an update invites nobody.
	got = s.data(t, upsertCustomer, map[string]any{"in": map[string]any{
		"uuid": id, "departmentName": "", "jobTitle": "",
	}}).(map[string]any)
	after := s.state()
	if got["department"] != nil || got["jobTitle"] != nil || got["workplace"] == nil ||
		len(after.Departments) != len(st.Departments) || after.InvitationMails[id] != 1 {
		t.Errorf("cleared %v", got)
	}
	// The uuid decides over the name.
	got = s.data(t, upsertCustomer, map[string]any{"in": map[string]any{
		"uuid": id, "workplaceUuid": *st.Workplaces[1].UUID, "workplaceName": *st.Workplaces[0].Name,
	}}).(map[string]any)
	if got["workplace"].(map[string]any)["uuid"] != *st.Workplaces[1].UUID {
		t.Errorf("workplace %v", got["workplace"])
	}
	for number, quiet := range map[string]map[string]any{
		"N10": {"isSendMail": false, "email": "q@example.jp"}, "N11": {},
	} {
		quiet["branchName"], quiet["employeeNumber"], quiet["fullname"], quiet["gender"] = "東京支社", number, "無 口", "male"
		s.data(t, upsertCustomer, map[string]any{"in": quiet})
	}
	if got := s.state().InvitationMails; len(got) != 1 {
		t.Errorf("invitations %v", got)
	}
}
