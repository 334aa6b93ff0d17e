package e2e_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// Standard attributes, the same in every tenant.
const (
	familyNameAttribute     = "z6JbmwvYQcO5BKnec_FVAA"
	employeeNumberAttribute = "OXJOttwITGGKf6kj--PgRA"
	enrollmentAttribute     = "YGQOwkVSQC2Hh--lCEPNCw"
)

const importMembers = `mutation($in: YesodImportMembersInput!) { yesod { importMembers(input: $in) {
	outcome code message vendorCode vendorMessage diffIds changing { changeDate entities { entityId count } }
	rows { row outcome code changedHeaders } elsewhere { lineNumber columnNumbers } } } }`

// members is a table of member numbers and family names.
func members(rows ...[2]string) map[string]any {
	csv := "社員番号,姓\r\n"
	for _, r := range rows {
		csv += r[0] + "," + r[1] + "\r\n"
	}
	return map[string]any{
		"csv": csv, "changeDate": today,
		"mapping": []any{
			map[string]any{"attribute": "identificationNumber", "header": "社員番号"},
			map[string]any{"attribute": "familyNameLocalPreferred", "header": "姓"},
		},
	}
}

// plus is m with some more.
func plus(m, more map[string]any) map[string]any {
	out := maps.Clone(m)
	maps.Copy(out, more)
	return out
}

// statement finds a member by number or by having been hired into nothing: all
// kinds of statements in one.
func statement(m *yesod.MemberRow) map[string]any {
	number := map[string]any{
		"attributeId": employeeNumberAttribute, "operator": "EQ", "value": map[string]any{"text": m.EmployeeNumber},
	}
	name := map[string]any{"attributeId": familyNameAttribute, "operator": "ISNOTNULL"}
	changed := map[string]any{"from": number, "to": name, "intervalTarget": "TO", "diffType": "OUT"}
	return map[string]any{"any": []any{
		map[string]any{"all": []any{map[string]any{"where": number}, map[string]any{"where": name}}},
		map[string]any{"all": []any{map[string]any{"changed": changed}, map[string]any{"where": number}}},
	}}
}

func yesodReads(m *yesod.MemberRow) []covered {
	return []covered{
		{
			operation: "query", route: "POST /api/v24.10/query", param: "entityType", value: "member",
			query: `query($c: YesodConditionInput!) { yesod { query(condition: $c, attributes: ["` + familyNameAttribute + `"]) {
				id type email attributes { attributeId values { value } } groups { type name depth parent { name } } } } }`,
			variables: map[string]any{"c": map[string]any{
				"attributeId": employeeNumberAttribute, "operator": "EQ", "value": map[string]any{"text": m.EmployeeNumber},
			}},
			answer: []string{fmt.Sprintf(`"id":%q`, m.ID), fmt.Sprintf(`"value":%q`, m.FamilyName), `"type":"MEMBER"`},
			refused: map[string]any{"c": map[string]any{
				"attributeId": employeeNumberAttribute, "operator": "INCLUDE", "value": map[string]any{"text": "1"},
			}},
		},
		{
			operation: "query by statements", route: "POST /api/v24.10/query", param: "baseDate", value: "maxLeavingDate",
			query: `query($s: YesodStatementInput!, $last: Boolean!) { yesod { search(statement: $s, lastDays: $last,
				from: "2026-11-01", to: "2027-01-01") { entity { id type }
				conditionResults { attributeId values { value } fromValues { value } toValues { value } } } } }`,
			variables: map[string]any{"last": true, "s": statement(m)},
			answer: []string{
				fmt.Sprintf(`"id":%q`, m.ID), `"fromValues":[]`,
				fmt.Sprintf(`"attributeId":%q`, employeeNumberAttribute), fmt.Sprintf(`"value":%q`, m.EmployeeNumber),
			},
			refused: map[string]any{"last": false, "s": statement(m)}, // an interval goes with maxLeavingDate only
		},
		{
			operation: "groupTree", route: "GET /api/v20.06/groupTree", param: "groupType", value: "organization",
			query:  `{ yesod { groupTree(date: "` + today + `") { id name attributes { attributeId } } } }`,
			answer: []string{fmt.Sprintf(`"id":%q`, m.OrganizationIDs[0])},
		},
		{
			operation: "attributeLabel", route: "GET /api/v21.07/attributeLabel",
			query:  `{ yesod { attributes { id label { ja en } referenceType dataType } } }`,
			answer: []string{fmt.Sprintf(`"id":%q`, familyNameAttribute)},
		},
		{
			operation: "options", route: "GET /api/v25.04/options", param: "attributeId", value: enrollmentAttribute,
			query:  `{ yesod { options(attributeId: "` + enrollmentAttribute + `") { id attributeId label { ja } order selectable } } }`,
			answer: []string{`"ja":"在籍"`},
		},
		{
			operation: "histories", route: "GET /api/v22.10/members/{id}/histories", variables: map[string]any{"m": m.ID},
			query:  `query($m: ID!) { yesod { histories(memberId: $m) { date changes { attributeId previousValue value } } } }`,
			answer: []string{`"changes":`},
		},
		{
			operation: "authorityTasks", route: "GET /api/v22.10/authorityTasks", param: "days", value: "30",
			query: `{ yesod { tasks(from: "2026-10-25", days: 30) { id taskNumber status member { name } action { type } } } }`,
		},
	}
}

func yesodWrites(m *yesod.MemberRow) []covered {
	in := func(v map[string]any) map[string]any { return map[string]any{"in": v} }
	one := members([2]string{m.IdentificationNumber, "山本"})
	atOnce := map[string]any{"approval": "AT_ONCE"}
	group := map[string]any{
		"csv": "組織\r\n試験部\r\n", "changeDate": today,
		"mapping": []any{map[string]any{"attribute": "organization", "header": "組織"}},
	}
	const groups = `mutation($in: YesodImportGroupsInput!) { yesod { importGroups(input: $in) {
		outcome code message diffIds rows { row outcome } } } }`
	const transactions = `mutation($in: YesodImportTransactionsInput!) { yesod { importTransactions(input: $in) {
		outcome code message vendorMessage diffIds rows { row outcome } } } }`
	// A table is mandatory, the full path must be unique where groups are told by
	// it, and transactions know two operations.
	empty, twice := in(plus(one, map[string]any{"csv": ""})), in(plus(group, map[string]any{
		"csv": "組織\r\n試験部" + "\r\n試験部\r\n", "identifiedBy": "FULL_PATH",
	}))
	rows := []covered{
		{
			operation: "members/import", route: "POST /api/v21.07/members/import", query: importMembers, variables: in(one),
			refused: empty,
			answer:  []string{`"outcome":"PENDING"`, `"changedHeaders":["姓"]`, `"row":0`, `"changeDate":"` + today + `"`},
		},
		{
			operation: "members/importAndApply", route: "POST /api/v21.07/members/importAndApply", query: importMembers,
			refused:   empty,
			variables: in(plus(one, atOnce)), answer: []string{`"outcome":"APPLIED"`, fmt.Sprintf(`"entityId":%q`, m.ID)},
		},
		{
			operation: "groups/import", route: "POST /api/v21.07/groups/import", query: groups, variables: in(group),
			refused: twice, says: []string{"row 1"},
			answer: []string{`"outcome":"PENDING"`},
		},
		{
			operation: "groups/importAndApply", route: "POST /api/v21.07/groups/importAndApply", query: groups,
			refused: twice, says: []string{"row 1"},
			variables: in(plus(group, atOnce)), answer: []string{`"outcome":"APPLIED"`},
		},
	}
	for _, kind := range []string{"organization", "company", "office", "project"} {
		table := map[string]any{
			"groupType": strings.ToUpper(kind), "csv": "操作,名前\r\naddEntity,試験" + kind + "\r\n", "changeDate": today,
			"mapping": []any{
				map[string]any{"attribute": "transactionType", "header": "操作"},
				map[string]any{"attribute": kind, "header": "名前"},
			},
		}
		unknown := in(plus(table, map[string]any{"csv": "操作,名前\r\nmoveEntity,試験" + kind + "\r\n"}))
		path := "POST /api/v21.07/" + kind + "Transactions/import"
		rows = append(rows,
			covered{
				refused: unknown, says: []string{"row 0"},
				operation: kind + "Transactions/import", route: path, query: transactions, variables: in(table),
				answer: []string{`"outcome":"PENDING"`},
			},
			covered{
				refused: unknown, says: []string{"row 0"},
				operation: kind + "Transactions/importAndApply", route: path + "AndApply", query: transactions,
				variables: in(plus(table, atOnce)), answer: []string{`"outcome":"APPLIED"`},
			})
	}
	return rows
}

// yesodCases are all rows of YESOD. Where the documents forbid something, it is
// refused before it is sent; the answers to other errors are not public, but that
// a token can be disabled is.
func yesodCases(m *yesod.MemberRow) []covered {
	rows := append(yesodReads(m), yesodWrites(m)...)
	for i := range rows {
		if rows[i].refused == nil {
			rows[i].refusedBy, rows[i].says = withDisabledToken, []string{`"code":"RELINK_NEEDED"`}
			rows[i].unsent = true // as seen in the history, which is begun anew
			continue
		}
		rows[i].unsent = true
		rows[i].says = append(rows[i].says, `BAD_USER_INPUT`)
	}
	return rows
}

func anyMember(t *testing.T, d *demo) *yesod.MemberRow {
	t.Helper()
	for _, m := range dump[yesod.State](t, d.Simulators.Yesod).Members {
		if m.RetireDate == nil && m.EmployeeNumber != "" && m.IdentificationNumber != "" && len(m.OrganizationIDs) > 0 {
			return &m
		}
	}
	t.Fatal("the demo company has no member with numbers and an organisation")
	return nil
}

// TestYesodImport_rows imports several members: each row of the table has its
// outcome, in order.
func TestYesodImport_rows(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	m := anyMember(t, d)
	var got struct {
		Yesod struct {
			ImportMembers struct {
				Outcome string
				Rows    []struct {
					Row            int
					Outcome        string
					ChangedHeaders []string
				}
			}
		}
	}
	in := plus(members([2]string{m.IdentificationNumber, m.FamilyName}, [2]string{m.IdentificationNumber, "変更"}),
		map[string]any{"approval": "AT_ONCE"})
	in["csv"] = "社員番号,姓\r\n" + m.IdentificationNumber + "," + m.FamilyName + "\r\n" + "NEW-1,新人\r\n"
	d.query(t, hrToken, importMembers, map[string]any{"in": in}, &got)
	rows := got.Yesod.ImportMembers.Rows
	if got.Yesod.ImportMembers.Outcome != "APPLIED" || len(rows) != 2 || rows[0].Outcome != "SKIPPED_SAME" ||
		rows[1].Outcome != "APPLIED" || rows[1].Row != 1 || len(rows[1].ChangedHeaders) == 0 {
		t.Fatalf("told as %+v", got)
	}
	found := false
	for _, now := range dump[yesod.State](t, d.Simulators.Yesod).Members {
		found = found || now.IdentificationNumber == "NEW-1" && now.FamilyName == "新人"
	}
	if !found {
		t.Error("YESOD does not hold the new member")
	}
}

// TestYesodImport_rules sends what is known to be wrong, and what would destroy
// without being confirmed: nothing is sent.
func TestYesodImport_rules(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	m := anyMember(t, d)
	one := members([2]string{m.IdentificationNumber, "山本"})
	mapping := func(entries ...[2]string) map[string]any {
		var list []any
		for _, e := range entries {
			list = append(list, map[string]any{"attribute": e[0], "header": e[1]})
		}
		return map[string]any{"mapping": list}
	}
	before := d.Simulators.Yesod.History().Total
	for _, test := range []struct {
		input map[string]any
		says  string
	}{
		{plus(one, map[string]any{"csv": ""}), "empty"},
		{plus(one, map[string]any{"csv": "社員番号,姓\r\n1\r\n"}), "row 0"},
		{plus(one, mapping()), "mapping"},
		{plus(one, mapping([2]string{"familyNameLocalPreferred", "姓"})), "matched"},
		{plus(one, mapping([2]string{"identificationNumber", "社員番号"}, [2]string{"nonsense", "姓"})), "alias"},
		{plus(one, mapping([2]string{"identificationNumber", "番号"})), "column"},
		{plus(one, map[string]any{"tierSeparator": "/", "referenceSeparator": "/"}), "separators"},
		{plus(one, map[string]any{"companyEntityId": "x"}), "entity id"},
		{plus(one, map[string]any{"retireUnlisted": true}), "GRAPHQL_VALIDATION_FAILED"},
		{plus(one, map[string]any{"retireUnlisted": map[string]any{}}), "GRAPHQL_VALIDATION_FAILED"},
		{plus(one, map[string]any{"retireUnlisted": map[string]any{"confirm": "YES"}}), "GRAPHQL_VALIDATION_FAILED"},
		{plus(members(), map[string]any{"retireUnlisted": map[string]any{"confirm": "RETIRE_EVERYBODY_NOT_LISTED"}}), "everyone"},
		{plus(one, map[string]any{"retireUnlisted": map[string]any{
			"confirm": "RETIRE_EVERYBODY_NOT_LISTED", "exceptEmails": []string{"nobody"},
		}}), "e-mail"},
	} {
		a := d.ask(t, hrToken, importMembers, map[string]any{"in": test.input})
		if !strings.Contains(a.Body, test.says) || strings.Contains(a.Body, `"outcome":"APPLIED"`) {
			t.Errorf("%s: %.600s", test.says, a.Body)
		}
	}
	if n := d.Simulators.Yesod.History().Total - before; n != 0 {
		t.Errorf("%d calls for imports that are refused", n)
	}
}

// TestYesodImport_retiresWhoIsMissing gives the confirmation: who is in the table
// or excepted stays, everybody else is retired.
func TestYesodImport_retiresWhoIsMissing(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	m := anyMember(t, d)
	employed := func() (n int, mine bool) {
		for _, now := range dump[yesod.State](t, d.Simulators.Yesod).Members {
			if now.RetireDate == nil {
				n++
				mine = mine || now.ID == m.ID
			}
		}
		return n, mine
	}
	before, _ := employed()
	a := d.ask(t, hrToken, importMembers, map[string]any{"in": plus(members([2]string{m.IdentificationNumber, "山本"}),
		map[string]any{
			"approval": "AT_ONCE", "retireUnlisted": map[string]any{"confirm": "RETIRE_EVERYBODY_NOT_LISTED"},
		})})
	if len(a.Errors) > 0 || !strings.Contains(a.Body, `"outcome":"APPLIED"`) {
		t.Fatalf("answered %.600s", a.Body)
	}
	if after, mine := employed(); after >= before || !mine {
		t.Errorf("%d members before and %d after, with the listed one: %v", before, after, mine)
	}
}

// TestYesodReads_rules asks for what the documents forbid: nothing is sent.
func TestYesodReads_rules(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	const number = `attributeId: "` + employeeNumberAttribute + `"`
	before := d.Simulators.Yesod.History().Total
	for query, says := range map[string]string{
		`query(condition: { attributeId: "number", operator: ISNULL }) { id }`:                                     "attributeId",
		`query(condition: { ` + number + `, operator: EQ }) { id }`:                                                "a value",
		`query(condition: { ` + number + `, operator: ISNULL, value: { flag: true } }) { id }`:                     "no value",
		`query(condition: { ` + number + `, operator: EQ, value: { texts: ["1"] } }) { id }`:                       "a list",
		`query(condition: { ` + number + `, operator: EQ, value: { number: 1 }, referenceIds: ["x"] }) { id }`:     "referenceIds",
		`query(condition: { ` + number + `, operator: ISNULL }, attributes: ["x"]) { id }`:                         "attributes",
		`query(condition: { ` + number + `, operator: ISNULL }, groupAttributes: ["x"]) { id }`:                    "groupAttributes",
		`query(condition: { ` + number + `, operator: ISNULL }, baseDate: "2026-11-01", lastDays: true) { id }`:    "exclude each other",
		`search(statement: { all: [] }) { entity { id } }`:                                                         "joined",
		`search(statement: { where: { ` + number + `, operator: ISNULL } }, from: "2026-11-01") { entity { id } }`: "lastDays",
		`search(statement: { where: { ` + number + `, operator: ISNULL }, any: [] }) { entity { id } }`:            "GRAPHQL_VALIDATION",
		`groupTree(groupType: MEMBER) { id }`:                                                                      "groups are",
		`options(attributeId: "x") { id }`:                                                                         "UUID",
		`histories(memberId: "x") { date }`:                                                                        "UUID",
		`tasks(from: "2026-11-01", days: 0) { id }`:                                                                "days",
		`search(lastDays: true, from: "2026-11-02", to: "2026-11-01", statement: { where: { ` + number +
			`, operator: ISNULL } }) { entity { id } }`: "interval",
	} {
		d.refuses(t, hrToken, "{ yesod { "+query+" } }", nil, says)
	}
	if n := d.Simulators.Yesod.History().Total - before; n != 0 {
		t.Errorf("%d calls", n)
	}
	// An id in its usual form is the same id.
	d.covers(t, hrToken, `{ yesod { query(condition: { attributeId: "39724eb6-dc08-4c61-8a7f-a923fbe3e044", operator: ISNULL }) {
		id } } }`, nil)
}

func TestYesodNamespace_isForHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	m := anyMember(t, d)
	before := d.Simulators.Yesod.History().Total
	for _, row := range yesodCases(m) {
		for _, token := range []string{managerToken, employeeToken} {
			a := d.ask(t, token, row.query, row.variables)
			if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
				t.Errorf("%s %s: %+v", token, row.operation, a.Errors)
			}
		}
	}
	if n := d.Simulators.Yesod.History().Total - before; n != 0 {
		t.Errorf("%d calls", n)
	}
}
