package yesod_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// The attribute ids that the tests use (facts 1.2).
const (
	attrFamilyName   = "z6JbmwvYQcO5BKnec_FVAA"
	attrEmail        = "TYJ5hHDZSnugN4Lv6e45kw"
	attrNumber       = "B5RlWXoJQyOAVcmj9TUIDg"
	attrCompany      = "4J9wMPgDQJmki9ycfx-Z7g"
	attrEnrollment   = "YGQOwkVSQC2Hh--lCEPNCw"
	attrEmployee     = "OXJOttwITGGKf6kj--PgRA"
	attrOrganization = "BjTpbKICS9mSP4C6_XCpgg"
	attrOrgCode      = "tcEh9H5iRyaAFlTZ0XMnpA"
	attrRole         = "tW5eXDQYQ5-veshwnZyjyQ"
	attrChargeRate   = "LP0pOOTaSjShoklV1JzcIA"
)

func start(opts yesod.Options) *yesod.Server {
	opts.Now = clock
	return yesod.New(testCompany(), opts)
}

func state(s *yesod.Server) yesod.State { return s.Dump().(yesod.State) }

// call sends a request with the API token and decodes the answer.
func call(t *testing.T, s *yesod.Server, method, target, body string) (int, any) {
	t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+yesod.DefaultToken)
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	s.Handler().ServeHTTP(rec, req)
	var out any
	if err := json.NewDecoder(rec.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return rec.Code, out
}

func TestUnauthorized(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	for _, header := range []string{"", "Bearer x", yesod.DefaultToken} {
		req := httptest.NewRequest("GET", "/api/v21.07/attributeLabel", nil)
		req.Header.Set("Authorization", header)
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, req)
		if rec.Code != 401 {
			t.Errorf("Authorization %q: status %d, want 401", header, rec.Code)
		}
	}
}

func TestErrorShapes(t *testing.T) {
	t.Parallel()
	for shape, want := range map[yesod.ErrorShape]any{
		"":                 map[string]any{"message": "no such endpoint"},
		yesod.ErrorMessage: map[string]any{"message": "no such endpoint"},
		yesod.ErrorText:    map[string]any{"error": "no such endpoint"},
		yesod.ErrorList:    map[string]any{"errors": []any{map[string]any{"message": "no such endpoint"}}},
	} {
		status, got := call(t, start(yesod.Options{ErrorShape: shape}), "GET", "/api/v24.10/query", "")
		if diff := cmp.Diff(want, got); diff != "" || status != 404 {
			t.Errorf("%q: status %d\n%s", shape, status, diff)
		}
	}
}

func TestIDs_areVersion4(t *testing.T) {
	t.Parallel()
	st := state(start(yesod.Options{Seed: 9}))
	var ids []string
	for _, m := range st.Members {
		ids = append(ids, m.ID, m.CompanyID, m.OfficeID)
	}
	for _, g := range st.Organizations {
		ids = append(ids, g.ID)
	}
	for _, id := range ids {
		raw, err := base64.RawURLEncoding.DecodeString(id)
		if err != nil || len(id) != 22 || len(raw) != 16 || raw[6]>>4 != 4 || raw[8]>>6 != 2 {
			t.Errorf("%q is no version 4 UUID: %v", id, err)
		}
	}
	if st.Members[0].ID == state(start(yesod.Options{Seed: 8})).Members[0].ID {
		t.Error("another seed gave the same id")
	}
	if diff := cmp.Diff(st, state(start(yesod.Options{Seed: 9}))); diff != "" {
		t.Error(diff)
	}
}

func TestGroupTree_isFlat(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	status, got := call(t, s, "GET", "/api/v20.06/groupTree?groupType=organization&date=2026-10-01", "")
	attr := func(id, label, value string) any {
		return map[string]any{"attributeId": id, "attributeLabel": label, "values": []any{map[string]any{
			"setId": "AAAAAAAAAAAAAAAAAAAAAA", "validStart": "2000-04-01", "validEnd": "9999-12-30", "value": value,
		}}}
	}
	var rows []any
	for _, g := range state(s).Organizations {
		rows = append(rows, map[string]any{"entityId": g.ID, "name": g.Name, "attributes": []any{
			attr(attrOrganization, "組織", g.Name), attr(attrOrgCode, "組織コード", g.Code),
		}})
	}
	want := map[string]any{"date": "2026-10-01", "groups": rows, "timestamp": "2026-10-16T03:00:00.000Z"}
	if diff := cmp.Diff(any(want), got); diff != "" || status != 200 || len(rows) != 3 {
		t.Errorf("status %d\n%s", status, diff)
	}
	for query, want := range map[string]int{
		"": 200, "?groupType=office": 200, "?groupType=team": 400, "?groupType=company&date=2026/10/01": 400,
	} {
		if status, _ := call(t, s, "GET", "/api/v20.06/groupTree"+query, ""); status != want {
			t.Errorf("%q: status %d, want %d", query, status, want)
		}
	}
}

func TestAttributeLabels(t *testing.T) {
	t.Parallel()
	_, got := call(t, start(yesod.Options{}), "GET", "/api/v21.07/attributeLabel", "")
	rows := map[any]any{}
	for _, r := range got.([]any) {
		rows[r.(map[string]any)["attributeId"]] = r
	}
	want := map[string]any{
		"attributeId": attrOrganization, "attributeLabel": map[string]any{"ja_JP": "組織", "en_US": "Organization"},
		"referenceType": "organization", "dataType": "REFERENCE",
	}
	if diff := cmp.Diff(any(want), rows[attrOrganization]); diff != "" {
		t.Error(diff)
	}
	if len(rows) != 22 || rows[attrEmail].(map[string]any)["referenceType"] != nil {
		t.Errorf("%d attributes; email %v", len(rows), rows[attrEmail])
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	_, got := call(t, s, "GET", "/api/v25.04/options?attributeId="+attrEnrollment, "")
	var values [][]any
	for _, r := range got.([]any) {
		row := r.(map[string]any)
		labels := row["labels"].(map[string]any)
		values = append(values, []any{labels["ja_JP"], labels["en_UN"], row["order"], row["selectable"]})
	}
	want := [][]any{{"在籍", "Enrolled", 0.0, true}, {"休職", "On leave", 1.0, true}, {"退職", "Retired", 2.0, true}}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
	if _, all := call(t, s, "GET", "/api/v25.04/options", ""); len(all.([]any)) != len(state(s).Options) {
		t.Errorf("%d options", len(all.([]any)))
	}
	if status, _ := call(t, s, "GET", "/api/v25.04/options?attributeId=x", ""); status != 400 {
		t.Errorf("unknown attribute: status %d, want 400", status)
	}
}
