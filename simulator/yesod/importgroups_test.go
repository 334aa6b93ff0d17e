package yesod_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// tree is the organisations as "name(code)<parent", in order.
func tree(s *yesod.Server) string {
	names := map[string]string{}
	var out []string
	for _, g := range state(s).Organizations {
		names[g.ID] = g.Name
		row := g.Name + "(" + g.Code + ")"
		if g.ParentID != "" {
			row += "<" + names[g.ParentID]
		}
		out = append(out, row)
	}
	return strings.Join(out, " ")
}

const seeded = "営業本部(S) 管理本部(A) 人事部(A1)<管理本部"

func TestImportGroups(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		csv     string
		options object
		want    string
	}{
		"new below": {"組織,コード\n営業本部/営業一課,S1\n", object{}, seeded + " 営業一課(S1)<営業本部"},
		"same":      {"組織,コード\n管理本部/人事部,A1\n", object{}, seeded},
		"renamed by code": {
			"組織,コード\n管理本部/人事総務部,A1\n", object{}, strings.Replace(seeded, "人事部", "人事総務部", 1),
		},
		"moved by code": {
			"組織,コード\n営業本部/人事部,A1\n", object{"identifiedBy": "groupCode"}, "営業本部(S) 管理本部(A) 人事部(A1)<営業本部",
		},
		"a path is a path": {
			"組織,コード\n営業本部/人事部,A1\n", object{"identifiedBy": "fullPath"}, seeded + " 人事部(A1)<営業本部",
		},
		"code changed by path": {
			"組織,コード\n管理本部/人事部,B1\n", object{"identifiedBy": "fullPath"}, "営業本部(S) 管理本部(A) 人事部(B1)<管理本部",
		},
		"unlisted goes":        {"組織,コード\n管理本部/人事部,A1\n", object{"retireUnlisted": true}, "管理本部(A) 人事部(A1)<管理本部"},
		"a cell more than due": {"組織,コード\n営業本部,S,余分\n", object{}, seeded},
		"future":               {"組織,コード\n新部,N\n", object{"changeDate": "2026-12-01"}, seeded},
	} {
		s := start(yesod.Options{})
		c.options["mapping"] = "organization: 組織\norganizationCode: コード"
		c.options["tierSeparator"] = "/"
		apply(t, s, "groups", c.csv, c.options)
		if got := tree(s); got != c.want {
			t.Errorf("%s: %s\nwant %s", name, got, c.want)
		}
	}
}

// TestImportGroups_ofMembers checks that a member's units follow their groups.
func TestImportGroups_ofMembers(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	options := object{
		"mapping": "organization: 組織\norganizationCode: コード", "tierSeparator": "/", "changeDate": "2026-10-10",
	}
	apply(t, s, "groups", "組織,コード\n管理本部/人事総務部,A1\n", options)
	if a, b := units(t, s, "e5", "2026-10-09"), units(t, s, "e5", "2026-10-10"); a != "/管理本部/人事部" ||
		b != "/管理本部/人事総務部" {
		t.Errorf("the day before %s, the day %s", a, b)
	}
	if got := value(t, s, "e5", attrOrganization, "2026-10-16"); got != "人事総務部" {
		t.Errorf("value %v", got)
	}
	apply(t, s, "organizationTransactions", "組織,種別\n管理本部/人事総務部,retireEntity\n", object{
		"mapping": "organization: 組織\ntransactionType: 種別", "tierSeparator": "/", "changeDate": "2026-10-15",
	})
	if a, b := units(t, s, "e5", "2026-10-14"), units(t, s, "e5", "2026-10-15"); a == "" || b != "" {
		t.Errorf("before the end %q, after it %q", a, b)
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	options := object{
		"mapping":       "organization: 組織\norganizationCode: コード\ntransactionType: 種別",
		"tierSeparator": "/", "valueForDelete": "-",
	}
	got := apply(t, s, "organizationTransactions",
		"種別,組織,コード\naddEntity,営業本部/営業一課,S1\nretireEntity,管理本部/人事部,\naddEntity,営業本部,-\n", options)
	if want := "営業本部() 管理本部(A) 営業一課(S1)<営業本部"; tree(s) != want {
		t.Errorf("%s\nwant %s", tree(s), want)
	}
	if n := len(got["changingCSVPositions"].([]any)); n != 3 {
		t.Errorf("%d rows changed something, want 3", n)
	}
	for _, kind := range []string{"company", "office", "project"} {
		apply(t, s, kind+"Transactions", "種別,名\naddEntity,新\n", object{
			"mapping": kind + ": 名\ntransactionType: 種別",
		})
	}
	st := state(s)
	last := func(rows []yesod.GroupRow) string { return rows[len(rows)-1].Name }
	if diff := cmp.Diff([]string{"新", "新", "新"}, []string{
		last(st.Companies), last(st.Offices), last(st.Projects),
	}); diff != "" {
		t.Error(diff)
	}
}

func TestHistories(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	apply(t, s, "members", "番号,姓,組織\ne5,斎藤,営業本部\n", object{
		"mapping": byNumber + "familyNameLocalPreferred: 姓\norganization: 組織", "changeDate": "2026-10-10",
	})
	m := state(s).Members[4]
	status, got := call(t, s, "GET", "/api/v22.10/members/"+m.ID+"/histories", "")
	days := got.(object)["histories"].([]any)
	last := days[len(days)-1].(object)
	if status != 200 || len(days) != 2 || last["date"] != "2026-10-10" {
		t.Fatalf("status %d: %v", status, got)
	}
	rows := last["changedAttributes"].([]any)
	name := object{
		"previosValue": "齋藤", "value": "斎藤", "dataType": "STRING", "attributeId": attrFamilyName, "attributeLabel": "姓",
		"referenceId": "AAAAAAAAAAAAAAAAAAAAAA", "referenceName": nil, "referenceType": nil,
		"setId": "AAAAAAAAAAAAAAAAAAAAAA", "entityId": m.ID, "date": "2026-10-10",
	}
	if diff := cmp.Diff(any(name), rows[0]); diff != "" {
		t.Error(diff)
	}
	joined, left := false, false
	for _, r := range rows {
		row := r.(object)
		joined = joined || row["referenceName"] == "営業本部" && row["previosValue"] == nil && row["value"] == "営業本部"
		left = left || row["referenceName"] == "人事部" && row["previosValue"] == "人事部" && row["value"] == nil
	}
	if !joined || !left {
		t.Errorf("joined %v, left %v: %v", joined, left, rows)
	}
	if status, _ := call(t, s, "GET", "/api/v22.10/members/x/histories", ""); status != 404 {
		t.Errorf("unknown member: status %d, want 404", status)
	}
}

func TestAuthorityTasks(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	const path = "/api/v22.10/authorityTasks"
	tasks := func(query string) []any {
		status, got := call(t, s, "GET", path+query, "")
		if status != 200 {
			t.Fatalf("%s: status %d", query, status)
		}
		return got.(object)["tasks"].([]any)
	}
	rows := tasks("?from=2026-09-30&days=1")
	if len(rows) != 1 {
		t.Fatalf("tasks %v", rows)
	}
	row := rows[0].(object)
	if row["member"].(object)["identificationNumber"] != "E3" || row["action"].(object)["type"] != "delete" ||
		row["changeRequest"].(object)["approvedAt"] != "2026-09-30T00:00:00+09:00" {
		t.Errorf("task %v", row)
	}
	if n := len(tasks("?from=2026-10-10")); n != 0 { // seven days, the last of them excluded
		t.Errorf("%d tasks until the day before E4 joins", n)
	}
	if n := len(tasks("?from=2026-10-11")); n != 1 {
		t.Errorf("%d tasks until E4 joins, want 1", n)
	}
	id := row["task"].(object)["id"].(string)
	for body, want := range map[string]int{`{"status":"done"}`: 200, `{"status":"DONE"}`: 400, `{`: 400} {
		if status, _ := call(t, s, "PATCH", path+"/"+id, body); status != want {
			t.Errorf("%s: status %d, want %d", body, status, want)
		}
	}
	if got := tasks("?from=2026-09-30&days=1")[0].(object)["task"].(object)["status"]; got != "done" {
		t.Errorf("status %v", got)
	}
	if status, _ := call(t, s, "PATCH", path+"/1", `{"status":"skipped"}`); status != 200 || len(state(s).Tasks) != 2 {
		t.Errorf("by number: status %d, %v", status, state(s).Tasks)
	}
	if status, _ := call(t, s, "PATCH", path+"/nobody", `{"status":"done"}`); status != 404 {
		t.Errorf("unknown task: status %d, want 404", status)
	}
	for _, query := range []string{"", "?from=2026/10/01", "?from=2026-10-01&days=0", "?from=2026-10-01&days=x"} {
		if status, _ := call(t, s, "GET", path+query, ""); status != 400 {
			t.Errorf("%q: status %d, want 400", query, status)
		}
	}
}

func TestDiffQuery(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	diff := func(from, to, target, kind string) object {
		return object{
			"type": "DiffQuery", "intervalTarget": target, "diffType": kind,
			// The document's sample has no referenceIds (facts 1.4.1).
			"fromCondition": object{"attributeId": attrCompany, "comparisonOperator": from},
			"toCondition":   object{"attributeId": attrCompany, "comparisonOperator": to},
		}
	}
	joined, left := diff("ISNULL", "ISNOTNULL", "TO", "IN"), diff("ISNOTNULL", "ISNULL", "TO", "OUT")
	lastDay := diff("ISNOTNULL", "ISNULL", "FROM", "OUT")
	for _, c := range []struct {
		params string
		query  object
		want   string
	}{
		{"?baseDate=2026-10-17", joined, "E4"},
		{"?baseDate=2026-10-16", joined, ""},
		{"?baseDate=2020-04-01", joined, "E1 E2 E3 e5"},
		{"?baseDate=2026-10-01", left, "E3"},
		{"?baseDate=2026-09-30", left, ""},
		{"?baseDate=2026-09-30", lastDay, "E3"},
		{"?baseDate=maxLeavingDate&from=2026-09-01&to=2026-10-02", left, "E3"},
		{"?baseDate=2020-04-01", logical("AND", joined, attributeQuery(attrNumber, "EQ", "e5")), "e5"},
	} {
		if got := codes(t, s, c.params, c.query); got != c.want {
			t.Errorf("%s: %q, want %q", c.params, got, c.want)
		}
	}
	row := ask(t, s, "?baseDate=2026-10-17", object{"query": joined})[0]["conditionResults"].([]any)[0].(object)
	if len(row["fromvalues"].([]any)) != 0 || row["tovalues"].([]any)[0].(object)["value"] != "株式会社ひとつ" {
		t.Errorf("condition results %v", row)
	}
	for _, q := range []object{
		diff("ISNULL", "ISNOTNULL", "to", "IN"), diff("ISNULL", "ISNOTNULL", "TO", "BOTH"), diff("IS", "ISNULL", "TO", "IN"),
	} {
		if status, _ := post(t, s, "", object{"query": q}); status != 400 {
			t.Errorf("%v: status %d, want 400", q, status)
		}
	}
}
