package yesod_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// send posts an import and returns status and answer.
func send(t *testing.T, s *yesod.Server, path, csv string, options object) (int, object) {
	t.Helper()
	raw, err := json.Marshal(object{"csv": csv, "options": options})
	if err != nil {
		t.Fatal(err)
	}
	status, got := call(t, s, "POST", "/api/v21.07/"+path, string(raw))
	return status, got.(object)
}

// apply posts an import that must work.
func apply(t *testing.T, s *yesod.Server, path, csv string, options object) object {
	t.Helper()
	status, got := send(t, s, path+"/importAndApply", csv, options)
	if status != 200 {
		t.Fatalf("%s: status %d: %v", path, status, got)
	}
	return got
}

const byNumber = "identificationNumber: 番号\n"

// units are the names of a member's organisations on a day, each with its path.
func units(t *testing.T, s *yesod.Server, number, on string) string {
	t.Helper()
	rows := ask(t, s, "?baseDate="+on, object{"query": attributeQuery(attrNumber, "EQ", number)})
	if len(rows) != 1 {
		return "nobody"
	}
	var out []string
	for _, g := range rows[0]["groups"].([]any) {
		if g.(object)["groupType"] != "organization" {
			continue
		}
		path := ""
		for at, ok := g.(object), true; ok; at, ok = at["parent"].(object) {
			path = "/" + at["name"].(string) + path
		}
		out = append(out, path)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// value is the first value of an attribute of a member on a day.
func value(t *testing.T, s *yesod.Server, number, attribute, on string) any {
	t.Helper()
	rows := ask(t, s, "?baseDate="+on, object{
		"query": attributeQuery(attrNumber, "EQ", number), "attributeSelector": []string{attribute},
	})
	if len(rows) != 1 {
		return "nobody"
	}
	return first(rows[0], attribute)["value"]
}

func TestImport_answerAndReadBack(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	me := state(s).Members[0].ID
	csv := "番号,姓,メール\nE1,斎藤,E1@example.jp\nE2,齋藤,new@example.jp\ne5,齋藤,e5@example.jp\n"
	got := apply(t, s, "members", csv, object{
		"mapping": byNumber + "familyNameLocalPreferred: 姓\nTYJ5hHDZSnugN4Lv6e45kw: メール", "changeDate": "2024-12-10",
	})
	if ids := got["diffIds"].([]any); len(ids) != 1 || len(ids[0].(string)) != 22 {
		t.Errorf("diffIds %v", ids)
	}
	delete(got, "diffIds")
	want := object{
		"changing": []any{object{"changeDate": 1733788800000.0, "changingEntities": []any{
			object{"entityId": me, "count": 1.0}, object{"entityId": state(s).Members[1].ID, "count": 1.0},
		}}},
		"changingCSVPositions": []any{
			object{"lineNumber": 0.0, "columnNumbers": []any{1.0}}, object{"lineNumber": 1.0, "columnNumbers": []any{2.0}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for on, name := range map[string]string{"2024-12-09": "齋藤", "2024-12-10": "斎藤", "2026-10-16": "斎藤"} {
		if got := value(t, s, "E1", attrFamilyName, on); got != name {
			t.Errorf("family name on %s is %v, want %s", on, got, name)
		}
	}
	if rows := ask(t, s, "", object{"query": attributeQuery(attrNumber, "EQ", "E2")}); rows[0]["email"] != "new@example.jp" {
		t.Errorf("mail address %v", rows[0]["email"])
	}
	// The same again differs in nothing.
	again := apply(t, s, "members", csv, object{"mapping": byNumber + "familyNameLocalPreferred: 姓\nemail: メール"})
	if diff := cmp.Diff(object{"diffIds": []any{}, "changing": []any{}, "changingCSVPositions": []any{}}, again); diff != "" {
		t.Error(diff)
	}
	s.Reset()
	if got := value(t, s, "E1", attrFamilyName, "2026-10-16"); got != "齋藤" {
		t.Errorf("family name after Reset %v", got)
	}
}

func TestImport_waitsForApproval(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	csv := "番号,名\nE1,太郎\nN1,次郎\n"
	options := object{"mapping": byNumber + "givenNameLocalPreferred: 名", "applicationName": "十月の変更"}
	_, got := send(t, s, "members/import", csv, options)
	const givenName = "SLjXIv1nQsi_LQ66l6ffog"
	if got := value(t, s, "E1", givenName, "2026-10-16"); got != "健" {
		t.Errorf("visible before approval: %v", got)
	}
	id := got["diffIds"].([]any)[0].(string)
	want := []yesod.ChangeRow{{DiffIDs: []string{id}, Name: "十月の変更", Target: "members", Status: "waiting"}}
	if diff := cmp.Diff(want, state(s).Changes); diff != "" {
		t.Error(diff)
	}
	if err := s.Approve("x"); err == nil {
		t.Error("a change that does not exist was approved")
	}
	if err := s.Approve(id); err != nil {
		t.Fatal(err)
	}
	if got := value(t, s, "E1", givenName, "2026-10-16"); got != "太郎" {
		t.Errorf("after approval: %v", got)
	}
	// The id that was promised for the new member is the one.
	entities := got["changing"].([]any)[0].(object)["changingEntities"].([]any)
	rows := ask(t, s, "", object{"query": attributeQuery(attrNumber, "EQ", "N1")})
	if len(rows) != 1 || rows[0]["id"] != entities[1].(object)["entityId"] {
		t.Errorf("new member %v, promised %v", rows, entities)
	}
	_, got = send(t, s, "members/import", "番号,名\nE1,三郎\n", options)
	if err := s.Reject(got["diffIds"].([]any)[0].(string)); err != nil {
		t.Fatal(err)
	}
	if got := state(s).Changes; len(got) != 2 || got[0].Status != "applied" || got[1].Status != "rejected" {
		t.Errorf("changes %+v", got)
	}
}

// TestImport_layouts has every layout of memberships (facts 1.3.3).
func TestImport_layouts(t *testing.T) {
	t.Parallel()
	const both = "/営業本部 /管理本部/人事部/採用"
	for name, c := range map[string]struct {
		csv, mapping string
		options      object
		want         string
	}{
		"one cell": {
			"番号,組織\ne5,営業本部 管理本部/人事部/採用\n", "organization: 組織",
			object{"tierSeparator": "/", "referenceSeparator": " "},
			both,
		},
		"a column each": {
			"番号,組織1,組織2\ne5,営業本部,管理本部/人事部/採用\n", "organization: 組織 {ref}",
			object{"tierSeparator": "/"},
			both,
		},
		"a column each, printed with a space": {
			"番号,組織 1,組織 2\ne5,営業本部,管理本部/人事部/採用\n", "organization: 組織 {ref}",
			object{"tierSeparator": "/"},
			both,
		},
		"a row each": {
			"番号,組織\ne5,営業本部\ne5,管理本部/人事部/採用\n", "organization: 組織", object{"tierSeparator": "/"}, both,
		},
		"a column a level": {
			"番号,組織1,組織2,組織3\ne5,管理本部,人事部,採用\n", "organization: 組織 {tier}", object{}, "/管理本部/人事部/採用",
		},
		"a column a level and membership": {
			"番号,組織1-1,組織1-2,組織2-1,組織2-2\ne5,営業本部,,管理本部,人事部\n", "organization: 組織 {ref}{tier}",
			object{},
			"/営業本部 /管理本部/人事部",
		},
		"the lowest level": {"番号,組織\ne5,営業本部\n", "organization: 組織", object{}, "/営業本部"},
		"by code":          {"番号,コード\ne5,S\n", "organizationCode: コード", object{}, "/営業本部"},
		"an empty cell says nothing": {
			"番号,組織\ne5,\n", "organization: 組織", object{}, "/管理本部/人事部",
		},
		"attribute by UUID": {
			"番号,組織\ne5,営業本部\n", "0634e96c-a202-4bd9-923f-80bafd70a982: 組織", object{}, "/営業本部",
		},
	} {
		s := start(yesod.Options{})
		c.options["mapping"] = byNumber + c.mapping
		status, got := send(t, s, "members/importAndApply", c.csv, c.options)
		if on := units(t, s, "e5", "2026-10-16"); on != c.want {
			t.Errorf("%s: %q, want %q; %d %v", name, on, c.want, status, got)
		}
		if on := units(t, s, "e5", "2026-10-15"); on != "/管理本部/人事部" {
			t.Errorf("%s: the day before %q", name, on)
		}
	}
}

func TestImport_whatBelongsToAMembership(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	apply(t, s, "members", "番号,組織1,組織2,役1,役2,率1,率2\ne5,営業本部,人事部,長,員,60,40\n", object{
		"mapping": byNumber + "organization: 組織 {ref}\nrole: 役 {ref}\nchargeRate: 率 {ref}",
		// A select's values are turned into the vendor's (facts 1.3.2).
		"optionMapping": "長: 所属長\n員: メンバー",
	})
	now := state(s).Members[4].Attributes
	got := map[string]any{}
	for _, o := range now[attrOrganization] {
		for _, a := range []string{attrRole, attrChargeRate} {
			for _, v := range now[a] {
				if v.SetID == o.SetID && v.ValidEnd == "9999-12-30" && o.ValidEnd == "9999-12-30" {
					got[o.Value.(string)+a] = v.Value
				}
			}
		}
	}
	want := map[string]any{
		"営業本部" + attrRole: "所属長", "人事部" + attrRole: "メンバー",
		"営業本部" + attrChargeRate: 60.0, "人事部" + attrChargeRate: 40.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestImport_matchesInOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		row  string
		want string // whose family name became 新
	}{
		"number first":         {"E1,E2,e5@example.jp", "E1"},
		"then employee number": {"X,E2,e5@example.jp", "E2"},
		"then mail":            {"X,Y,e5@example.jp", "e5"},
		"exactly":              {"X,e1,E1@EXAMPLE.JP", "new"},
	} {
		s := start(yesod.Options{})
		before := state(s).Members
		// Without the keys in the mapping's effect: only the name is to change.
		apply(t, s, "members", "番号,社員番号,メール,姓\n"+c.row+",新\n", object{
			"mapping": byNumber + "employeeNumber: 社員番号\nemail: メール\nfamilyNameLocalPreferred: 姓",
		})
		after := state(s).Members
		got := "none"
		for i, m := range after {
			if i >= len(before) {
				got = "new"
			} else if m.FamilyName == "新" {
				got = before[i].IdentificationNumber
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestImport_joinAndLeave(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	whole := state(s).Members[0].CompanyID
	mapping := byNumber + "employeeNumber: 社員番号\nenterDate: 入社日\nretireDate: 退社日\nchangeDate: 変更日"
	got := apply(t, s, "members",
		"番号,社員番号,入社日,退社日,変更日\nN1,N1,,,2026-11-01\nN2,N2,2026/10/20,,\nE1,,,2026-12-31,\ne5,,,2020-04-01,\n",
		object{"mapping": mapping, "companyEntityId": whole})
	if len(got["diffIds"].([]any)) != 4 || len(got["changing"].([]any)) != 4 {
		t.Errorf("one change a date: %v", got)
	}
	for on, want := range map[string]string{
		"2026-10-16": "E1 E2", "2026-10-20": "E1 E2 E4 N2", "2026-11-01": "E1 E2 E4 N1 N2",
		"2026-12-31": "E1 E2 E4 N1 N2", "2027-01-01": "E2 E4 N1 N2",
	} {
		if got := codes(t, s, "?baseDate="+on, inCompany()); got != want {
			t.Errorf("in a company on %s: %q, want %q", on, got, want)
		}
	}
	// Leaving on the day of joining removes the person (facts 1.3.5).
	if got := codes(t, s, "", attributeQuery(attrNumber, "EQ", "e5")); got != "" {
		t.Errorf("e5 is still there")
	}
	// Who has left belongs to nothing, but comes back with a company.
	alone := apply(t, s, "members", "番号,組織\nE3,営業本部\n", object{"mapping": byNumber + "organization: 組織"})
	if n := len(alone["changing"].([]any)); n != 0 {
		t.Errorf("a unit without a company changed E3: %v", alone)
	}
	apply(t, s, "members", "番号,会社\nE3,C001\n", object{"mapping": byNumber + "companyCode: 会社"})
	if got := value(t, s, "E3", attrEnrollment, "2026-10-16"); got != "在籍" {
		t.Errorf("enrolment of E3 is %v", got)
	}
	if m := state(s).Members[2]; m.RetireDate != nil || m.CompanyID != whole {
		t.Errorf("E3 is %+v", m)
	}
}

func TestImport_retireUnlisted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		options object
		want    string // in a company the day after
	}{
		"off":           {object{}, "E1 E2 E4 e5"},
		"on":            {object{"retireUnlisted": true}, "E1 E4"},
		"text":          {object{"retireUnlisted": true, "avoidUnlistedEmails": "E2@example.jp,\nx@example.jp"}, "E1 E2 E4"},
		"array":         {object{"retireUnlisted": true, "avoidUnlistedEmails": []string{"e5@example.jp"}}, "E1 E4 e5"},
		"null":          {object{"retireUnlisted": true, "avoidUnlistedEmails": nil}, "E1 E4"},
		"within a unit": {object{"retireUnlisted": true, "rootOrganizationEntityId": 0}, "E1 E2 E4 e5"},
	} {
		s := start(yesod.Options{})
		if _, ok := c.options["rootOrganizationEntityId"]; ok {
			c.options["rootOrganizationEntityId"] = state(s).Organizations[0].ID // 営業本部: E1 only
		}
		c.options["mapping"] = byNumber
		c.options["changeDate"] = "2026/10/16"
		apply(t, s, "members", "番号\nE1\n", c.options)
		if got := codes(t, s, "?baseDate=2026-10-17", inCompany()); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestImport_refuses(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	before := state(s)
	const csv = "番号,組織,率\nE1,人事部,1\n"
	mapping := func(lines string) object { return object{"mapping": byNumber + lines} }
	for name, c := range map[string]struct {
		path, csv string
		options   object
	}{
		"no mapping":             {"members", csv, object{}},
		"no such attribute":      {"members", csv, mapping("nickname: 組織")},
		"no such column":         {"members", csv, mapping("organization: 部署")},
		"no numbered column":     {"members", csv, mapping("organization: 組織 {ref}")},
		"no colon":               {"members", csv, object{"mapping": "identificationNumber 番号"}},
		"twice":                  {"members", csv, mapping("identificationNumber: 番号")},
		"no header":              {"members", "", mapping("")},
		"unknown option":         {"members", csv, object{"mapping": byNumber, "dryRun": true}},
		"boolean as text":        {"members", csv, object{"mapping": byNumber, "retireUnlisted": "true"}},
		"bad date":               {"members", csv, object{"mapping": byNumber, "changeDate": "20261016"}},
		"bad date in a row":      {"members", csv, mapping("retireDate: 組織")},
		"no such root":           {"members", csv, object{"mapping": byNumber, "rootOfficeEntityId": "x"}},
		"unknown lowest level":   {"members", "番号,組織\nE1,開発部\n", mapping("organization: 組織")},
		"unknown code":           {"members", "番号,組織\nE1,Z9\n", mapping("organizationCode: 組織")},
		"no such option":         {"members", csv, mapping("enrollment: 組織")},
		"no number":              {"members", csv, mapping("organization: 組織\nchargeRate: 番号")},
		"different shapes":       {"members", "番号,組織1,率\nE1,人事部,1\n", mapping("organization: 組織 {ref}\nchargeRate: 率")},
		"parts of another count": {"members", "番号,組織,率\nE1,人事部 営業本部,1\n", object{"mapping": byNumber + "organization: 組織\nchargeRate: 率", "referenceSeparator": " "}},
		"left before joining":    {"members", "番号,退社\nE1,2019-01-01\n", mapping("retireDate: 退社")},
		"two kinds":              {"groups", "組織,会社\nA,B\n", object{"mapping": "organization: 組織\ncompany: 会社"}},
		"no kind":                {"groups", csv, object{"mapping": byNumber}},
		"same path twice":        {"groups", "組織,番号\nA,1\nA,2\n", object{"mapping": "organization: 組織", "identifiedBy": "fullPath"}},
		"no code":                {"groups", "組織,コード\nA,\n", object{"mapping": "organization: 組織\norganizationCode: コード", "identifiedBy": "groupCode"}},
		"unknown identification": {"groups", "組織\nA\n", object{"mapping": "organization: 組織", "identifiedBy": "name"}},
		"no transaction type":    {"organizationTransactions", "組織\nA\n", object{"mapping": "organization: 組織"}},
		"unknown transaction":    {"organizationTransactions", "組織,種別\nA,add\n", object{"mapping": "organization: 組織\ntransactionType: 種別"}},
		"retiring nothing":       {"organizationTransactions", "組織,種別\nA,retireEntity\n", object{"mapping": "organization: 組織\ntransactionType: 種別"}},
	} {
		status, body := send(t, s, c.path+"/importAndApply", c.csv, c.options)
		if status != 400 || body["message"] == nil {
			t.Errorf("%s: status %d: %v", name, status, body)
		}
	}
	for _, body := range []string{`{"csv":"a"}`, `{"options":{"mapping":"a: b"}}`, `[`} {
		if status, _ := call(t, s, "POST", "/api/v21.07/members/import", body); status != 400 {
			t.Errorf("%s: status %d, want 400", body, status)
		}
	}
	if status, _ := send(t, s, "members/import", strings.Repeat("x", 8<<20), object{"mapping": "email: a"}); status != 400 {
		t.Errorf("more than 8 MB: status %d, want 400", status)
	}
	// What is not public is not there.
	if status, _ := send(t, s, "transactions/import", csv, object{"mapping": byNumber}); status != 404 {
		t.Errorf("transactions on members: status %d, want 404", status)
	}
	if diff := cmp.Diff(before, state(s)); diff != "" {
		t.Errorf("a refused import left something behind\n%s", diff)
	}
}

func TestImport_lock(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	release := s.HoldLock()
	if status, _ := send(t, s, "members/import", "番号\nE1\n", object{"mapping": byNumber}); status != 409 {
		t.Errorf("while locked: status %d, want 409", status)
	}
	done := make(chan int)
	go func() {
		status, _ := send(t, s, "members/import", "番号\nE1\n", object{"mapping": byNumber, "waitForLock": true})
		done <- status
	}()
	release()
	if status := <-done; status != 200 {
		t.Errorf("waiting: status %d, want 200", status)
	}
}
