package yesod_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/yesod"
)

type object = map[string]any

func attributeQuery(attribute, operator string, value any, refs ...string) object {
	c := object{"attributeId": attribute, "comparisonOperator": operator, "referenceIds": append([]string{}, refs...)}
	if value != nil {
		c["comparisonValue"] = value
	}
	return object{"type": "AttributeQuery", "condition": c, "onlyLatestData": false}
}

func logical(op string, parts ...object) object {
	return object{"type": "Logical", "op": op, "conditions": parts}
}

// ask runs a query that must work and returns its rows.
func ask(t *testing.T, s *yesod.Server, params string, body object) []object {
	t.Helper()
	status, got := post(t, s, params, body)
	if status != 200 {
		t.Fatalf("%s: status %d: %v", params, status, got)
	}
	rows := []object{}
	for _, r := range got["queryResult"].([]any) {
		rows = append(rows, r.(object))
	}
	return rows
}

func post(t *testing.T, s *yesod.Server, params string, body object) (int, object) {
	t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	status, got := call(t, s, "POST", "/api/v24.10/query"+params, string(raw))
	return status, got.(object)
}

// codes is which members a query finds, by member number.
func codes(t *testing.T, s *yesod.Server, params string, query object) string {
	t.Helper()
	var out []string
	for _, row := range ask(t, s, params, object{"query": query, "attributeSelector": []string{attrNumber}}) {
		out = append(out, first(row, attrNumber)["value"].(string))
	}
	return strings.Join(out, " ")
}

// first is the first value of an attribute of a row.
func first(row object, attribute string) object {
	for _, a := range row["attributes"].([]any) {
		if a.(object)["attributeId"] == attribute {
			return a.(object)["values"].([]any)[0].(object)
		}
	}
	return nil
}

func inCompany() object { return attributeQuery(attrCompany, "ISNOTNULL", nil) }

func TestQuery_member(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	st := state(s)
	_, got := post(t, s, "", object{
		"query":             attributeQuery(attrNumber, "EQ", "E1"),
		"attributeSelector": []string{attrFamilyName, attrRole, attrChargeRate}, "groupAttributeSelector": []string{attrOrgCode},
	})
	me := st.Members[0]
	set := func(attribute string, i int) string { return me.Attributes[attribute][i].SetID }
	value := func(setID string, v any) object {
		return object{"setId": setID, "validStart": "2020-04-01", "validEnd": "9999-12-30", "value": v}
	}
	const none = "AAAAAAAAAAAAAAAAAAAAAA"
	attr := func(id, label string, vs ...any) object {
		return object{"attributeId": id, "attributeLabel": label, "values": vs}
	}
	orgCode := func(code string) []any {
		return []any{attr(attrOrgCode, "組織コード", object{
			"setId": none, "validStart": "2000-04-01", "validEnd": "9999-12-30", "value": code,
		})}
	}
	group := func(id, kind, code, name string, depth float64, attrs []any, parent any) object {
		return object{
			"groupId": id, "groupType": kind, "groupCode": code, "name": name, "depth": depth,
			"attributes": attrs, "parent": parent,
		}
	}
	units := st.Organizations
	want := object{
		"date": "2026-10-16", "queryInterval": object{"from": "2026-10-16", "to": "2026-10-17"},
		"timestamp": "2026-10-16T03:00:00.000Z",
		"queryResult": []any{object{
			"id": me.ID, "type": "member", "email": "E1@example.jp",
			"attributes": []any{
				attr(attrFamilyName, "姓", value(none, "齋藤")),
				attr(attrRole, "役割", value(set(attrRole, 0), "所属長"), value(set(attrRole, 1), "メンバー")),
				attr(attrChargeRate, "従事率", value(set(attrChargeRate, 0), 80.0), value(set(attrChargeRate, 1), 20.0)),
			},
			"groups": []any{
				group(me.CompanyID, "company", "C001", "株式会社ひとつ", 1, []any{}, nil),
				group(units[2].ID, "organization", "A1", "人事部", 2, orgCode("A1"),
					group(units[1].ID, "organization", "A", "管理本部", 1, orgCode("A"), nil)),
				group(units[0].ID, "organization", "S", "営業本部", 1, orgCode("S"), nil),
				group(me.OfficeID, "office", "T01", "東京本社", 1, []any{}, nil),
				group(me.ProjectIDs[0], "project", "P1", "移行", 1, []any{}, nil),
			},
			"conditionResults": []any{attr(attrNumber, "メンバー番号", value(none, "E1"))},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// One membership has one set id, over all its attributes.
	if set(attrRole, 0) != set(attrOrganization, 0) || set(attrRole, 0) == set(attrRole, 1) {
		t.Error("the set ids do not tie a membership together")
	}
}

func TestQuery_bothVersions(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(object{"query": inCompany()})
	if err != nil {
		t.Fatal(err)
	}
	s := start(yesod.Options{})
	_, a := call(t, s, "POST", "/api/v22.10/query", string(raw))
	_, b := call(t, s, "POST", "/api/v24.10/query", string(raw))
	if diff := cmp.Diff(a, b); diff != "" {
		t.Error(diff)
	}
	// Selectors default to nothing.
	for _, r := range a.(object)["queryResult"].([]any) {
		if attrs := r.(object)["attributes"].([]any); len(attrs) != 0 {
			t.Errorf("attributes nobody asked for: %v", attrs)
		}
	}
}

func TestQuery_whoIsThere(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	everybody := attributeQuery(attrNumber, "ISNOTNULL", nil)
	for _, c := range []struct {
		name, params string
		query        object
		want         string
	}{
		{"in a company today", "", inCompany(), "E1 E2 e5"},
		{"known today", "", everybody, "E1 E2 E3 e5"},
		{"the day after the last", "?baseDate=2026-10-01", inCompany(), "E1 E2 e5"},
		{"the last day", "?baseDate=2026-09-30", inCompany(), "E1 E2 E3 e5"},
		{"tomorrow", "?baseDate=2026-10-17", inCompany(), "E1 E2 E4 e5"},
		{"before everybody", "?baseDate=2020-03-31", everybody, ""},
		{"not in a company, before everybody", "?baseDate=2020-03-31", attributeQuery(attrCompany, "ISNULL", nil), ""},
		{"on their own last day", "?baseDate=maxLeavingDate", inCompany(), "E1 E2 E3 e5"},
		{"who left in September", "?baseDate=maxLeavingDate&from=2026-09-01&to=2026-10-01", inCompany(), "E3"},
		{"to is excluded", "?baseDate=maxLeavingDate&from=2026-09-01&to=2026-09-30", inCompany(), ""},
		{"retired", "", attributeQuery(attrEnrollment, "EQ", "退職"), "E3"},
		{"on leave", "", attributeQuery(attrEnrollment, "EQ", "休職"), "E2"},
		{"members are the default", "?entityType=member", inCompany(), "E1 E2 e5"},
	} {
		if got := codes(t, s, c.params, c.query); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// On the last day the number within the company is still there, and the
	// enrolment tells that it is the last.
	rows := ask(t, s, "?baseDate=maxLeavingDate", object{
		"query":             attributeQuery(attrNumber, "EQ", "E3"),
		"attributeSelector": []string{attrEmployee, attrEnrollment},
	})
	if first(rows[0], attrEnrollment)["value"] != "退職" || first(rows[0], attrEmployee)["validEnd"] != "2026-09-30" {
		t.Errorf("retired member %v", rows[0])
	}
}

func TestQuery_operators(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	units := state(s).Organizations
	for _, c := range []struct {
		query object
		want  string
	}{
		{attributeQuery(attrNumber, "EQ", "E5"), ""}, // codes compare exactly
		{attributeQuery(attrNumber, "NE", "E1"), "E2 E3 e5"},
		{attributeQuery(attrNumber, "GE", "E2"), "E2 E3 e5"},
		{attributeQuery(attrNumber, "GT", "E2"), "E3 e5"},
		{attributeQuery(attrNumber, "LE", "E2"), "E1 E2"},
		{attributeQuery(attrNumber, "LT", "E2"), "E1"},
		{attributeQuery(attrChargeRate, "LT", 100), "E1"}, // 80 and 20, as numbers
		{attributeQuery(attrEmail, "FORWARD", "E"), "E1 E2 E3"},
		{attributeQuery(attrEmail, "BACKWARD", "2@example.jp"), "E2"},
		{attributeQuery(attrEmail, "PATIAL", "5@"), "e5"},
		{attributeQuery(attrNumber, "INCLUDE", []string{"E3", "e5"}), "E3 e5"},
		{attributeQuery(attrNumber, "NOTINCLUDE", []string{"E3", "e5"}), "E1 E2"},
		{attributeQuery(attrCompany, "ISNULL", nil), "E3"},
		{attributeQuery(attrOrganization, "EQ", nil, units[0].ID), "E1"},
		{attributeQuery(attrOrganization, "EQ", "営業本部"), "E1"},
		{attributeQuery(attrOrganization, "DESCENDANT_OF_OR_EQ", nil, units[1].ID), "E1 E2 e5"},
		{attributeQuery(attrOrganization, "DESCENDANT_OF_OR_EQ", nil, units[0].ID), "E1"},
		{logical("AND", inCompany(), attributeQuery(attrNumber, "GT", "E1")), "E2 e5"},
		{logical("OR", attributeQuery(attrNumber, "EQ", "E1"), attributeQuery(attrNumber, "EQ", "E3")), "E1 E3"},
	} {
		if got := codes(t, s, "", c.query); got != c.want {
			t.Errorf("%v: %q, want %q", c.query, got, c.want)
		}
	}
}

func TestQuery_groups(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	st := state(s)
	rows := ask(t, s, "?entityType=organization", object{
		"query": attributeQuery(attrOrganization, "ISNOTNULL", nil), "attributeSelector": []string{attrOrgCode},
	})
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprint(r["id"], r["type"], first(r, attrOrgCode)["value"], r["email"], r["groups"]))
	}
	var want []string
	for _, g := range st.Organizations {
		want = append(want, fmt.Sprint(g.ID, "organization", g.Code, nil, nil))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if rows = ask(t, s, "?entityType=company", object{"query": inCompany()}); len(rows) != 1 {
		t.Errorf("companies %v", rows)
	}
}

func TestQuery_refuses(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	deep := inCompany()
	for range 16 {
		deep = logical("AND", deep)
	}
	noRefs := inCompany()
	delete(noRefs["condition"].(object), "referenceIds")
	for name, c := range map[string]struct {
		params string
		body   object
	}{
		"no query":              {"", object{}},
		"unknown type":          {"", object{"query": object{"type": "Query"}}},
		"diff query":            {"", object{"query": object{"type": "DiffQuery"}}},
		"too deep":              {"", object{"query": deep}},
		"no part":               {"", object{"query": logical("AND")}},
		"unknown logic":         {"", object{"query": logical("XOR", inCompany())}},
		"unknown attribute":     {"", object{"query": attributeQuery("x", "ISNOTNULL", nil)}},
		"unknown operator":      {"", object{"query": attributeQuery(attrNumber, "PARTIAL", "1")}},
		"value of a null test":  {"", object{"query": attributeQuery(attrNumber, "ISNULL", "1")}},
		"EQ without a value":    {"", object{"query": attributeQuery(attrNumber, "EQ", nil)}},
		"EQ with an array":      {"", object{"query": attributeQuery(attrNumber, "EQ", []string{"1"})}},
		"INCLUDE with a text":   {"", object{"query": attributeQuery(attrNumber, "INCLUDE", "1")}},
		"descendants of nobody": {"", object{"query": attributeQuery(attrOrganization, "DESCENDANT_OF_OR_EQ", nil)}},
		"no referenceIds":       {"", object{"query": noRefs}},
		"unknown selector":      {"", object{"query": inCompany(), "attributeSelector": []string{"x"}}},
		"unknown entity":        {"?entityType=team", object{"query": inCompany()}},
		"bad date":              {"?baseDate=20261016", object{"query": inCompany()}},
		"from without leaving":  {"?from=2026-10-01", object{"query": inCompany()}},
		"bad from":              {"?baseDate=maxLeavingDate&from=x", object{"query": inCompany()}},
	} {
		status, body := post(t, s, c.params, c.body)
		if status != 400 || body["message"] == nil {
			t.Errorf("%s: status %d: %v", name, status, body)
		}
	}
	if status, _ := call(t, s, "POST", "/api/v24.10/query", "{"); status != 400 {
		t.Errorf("half a body: status %d, want 400", status)
	}
	req := httptest.NewRequest("POST", "/api/v24.10/query", strings.NewReader("{}"))
	req.Header.Set("Authorization", "Bearer "+yesod.DefaultToken)
	rec := httptest.NewRecorder()
	if s.Handler().ServeHTTP(rec, req); rec.Code != 415 {
		t.Errorf("without a content type: status %d, want 415", rec.Code)
	}
}

func TestDump(t *testing.T) {
	t.Parallel()
	st := state(start(yesod.Options{}))
	var got []string
	for _, m := range st.Members {
		left := "-"
		if m.RetireDate != nil {
			left = *m.RetireDate
		}
		got = append(got, fmt.Sprintf("%s/%s %s %s %s %d",
			m.EmployeeNumber, m.IdentificationNumber, m.Enrollment, m.EnterDate, left, len(m.OrganizationIDs)))
	}
	want := []string{
		"E1/E1 在籍 2020-04-01 - 2", "E2/E2 休職 2020-04-01 - 1", "E3/E3 退職 2020-04-01 2026-09-30 1",
		"E4/E4 在籍 2026-10-17 - 1", "e5/e5 在籍 2020-04-01 - 1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// 採用課 is unknown to YESOD, so its people are in the unit above.
	if st.Members[1].OrganizationIDs[0] != st.Organizations[2].ID {
		t.Errorf("organisation of E2 %v", st.Members[1].OrganizationIDs)
	}
	if st.Organizations[2].ParentID != st.Organizations[1].ID || st.Organizations[2].Depth != 2 {
		t.Errorf("organisations %+v", st.Organizations)
	}
}
