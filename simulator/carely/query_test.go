package carely_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

const customerFields = `age bio bornOn branch { displayName uuid } department { customersCount displayName uuid }
	email employeeNumber employmentStatus employmentStatusText errors fullname fullnameJa gender genderText
	groupAnalysis { displayName uuid } hasStressCheck hasStressCheckText healthcheckUnionName healthInsuranceNumber
	healthInsuranceSymbol insuranceCardName insuranceCardNameJa jobTitle joinOn profilePicturePath retireOn uuid
	workingArrangement workplace { customersCount name uuid }`

// plain is a value as JSON sees it.
func plain(t *testing.T, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

type connection struct {
	Cursors []string
	Nodes   []any
	Info    map[string]any
}

func readConnection(v any) connection {
	var c connection
	c.Info = v.(map[string]any)["pageInfo"].(map[string]any)
	for _, e := range v.(map[string]any)["edges"].([]any) {
		c.Cursors = append(c.Cursors, e.(map[string]any)["cursor"].(string))
		c.Nodes = append(c.Nodes, e.(map[string]any)["node"])
	}
	return c
}

const pageInfo = "pageInfo { startCursor endCursor hasNextPage hasPreviousPage }"

func TestCustomers_equalTheDump(t *testing.T) {
	t.Parallel()
	s := start(t, 6, carely.Options{})
	got := readConnection(s.data(t, "{ customers { "+pageInfo+" edges { cursor node { "+customerFields+" } } } }", nil))
	if diff := cmp.Diff(plain(t, s.state().Customers), any(got.Nodes)); diff != "" {
		t.Error(diff)
	}
	want := map[string]any{
		"age": "39", "bio": nil, "bornOn": "1986-10-17", "email": "E00001@example.jp", "employeeNumber": "E00001",
		"employmentStatus": "normal", "employmentStatusText": "通常勤務", "errors": nil, "fullname": "髙橋 花子",
		"fullnameJa": "たかはし はなこ", "gender": "female", "genderText": "女", "hasStressCheck": "active",
		"hasStressCheckText": "有効", "jobTitle": nil, "joinOn": "2020-04-01", "retireOn": nil,
		"workingArrangement": "正社員",
	}
	first := got.Nodes[0].(map[string]any)
	have := maps.Clone(first)
	maps.DeleteFunc(have, func(k string, _ any) bool { _, ok := want[k]; return !ok })
	if diff := cmp.Diff(want, have); diff != "" {
		t.Error(diff)
	}
	// 人事部 is unknown to Carely, so the unit above it stands in.
	if name := first["department"].(map[string]any)["displayName"]; name != "人事総務部" {
		t.Errorf("department %v", name)
	}
	if name := got.Nodes[1].(map[string]any)["department"].(map[string]any)["displayName"]; name != "営業本部  東日本営業部" {
		t.Errorf("nested department %q", name)
	}
	var states [][]any
	for _, n := range got.Nodes[1:4] {
		row := n.(map[string]any)
		states = append(states, []any{row["employmentStatus"], row["retireOn"], row["email"]})
	}
	wantStates := [][]any{
		{"absent", nil, "E00002@example.jp"},
		{"retire", "2026-10-15", "E00003@example.jp"},
		{"normal", nil, nil},
	}
	if diff := cmp.Diff(wantStates, states); diff != "" {
		t.Error(diff)
	}
}

func TestCustomers_pages(t *testing.T) {
	t.Parallel()
	s := start(t, 230, carely.Options{})
	const query = `query($first: Int, $after: String, $last: Int, $before: String) {
		customers(first: $first, after: $after, last: $last, before: $before) { ` + pageInfo + ` edges { cursor node { uuid } } } }`
	for _, c := range []struct {
		name       string
		vars       map[string]any
		n          int
		start, end any
		next, prev bool
	}{
		{"no first is 100", nil, 100, "MQ", "MTAw", true, false},
		{"101 is cut to 100", map[string]any{"first": 101}, 100, "MQ", "MTAw", true, false},
		{"second page", map[string]any{"after": "MTAw"}, 100, "MTAx", "MjAw", true, true},
		{"last page", map[string]any{"after": "MjAw"}, 30, "MjAx", "MjMw", false, true},
		{"past the end", map[string]any{"after": "OTk5"}, 0, nil, nil, false, true},
		{"first 66", map[string]any{"first": 66}, 66, "MQ", "NjY", true, false},
		{"none", map[string]any{"first": 0}, 0, nil, nil, true, false},
		{"negative", map[string]any{"first": -1}, 0, nil, nil, true, false},
		{"last two", map[string]any{"last": 2}, 2, "MjI5", "MjMw", false, true},
		{"two before the third", map[string]any{"last": 2, "before": "Mw"}, 2, "MQ", "Mg", true, false},
	} {
		got := readConnection(s.data(t, query, c.vars))
		want := map[string]any{
			"startCursor": c.start, "endCursor": c.end, "hasNextPage": c.next, "hasPreviousPage": c.prev,
		}
		if diff := cmp.Diff(want, got.Info); diff != "" || len(got.Nodes) != c.n {
			t.Errorf("%s: %d nodes, want %d\n%s", c.name, len(got.Nodes), c.n, diff)
		}
		if c.n > 0 && (got.Cursors[0] != c.start || got.Cursors[c.n-1] != c.end) {
			t.Errorf("%s: cursors %v", c.name, got.Cursors)
		}
	}
	for _, bad := range []string{"!", "MQ==", "eA"} {
		if body := s.run(t, query, map[string]any{"after": bad}); body["errors"] == nil {
			t.Errorf("cursor %q was accepted", bad)
		}
	}
}

func TestCustomers_filters(t *testing.T) {
	t.Parallel()
	s := start(t, 6, carely.Options{})
	for _, c := range []struct {
		args string
		want []string
	}{
		{`employeeNumbers: ["E00004", "E00002"]`, []string{"E00002", "E00004"}},
		{`employeeNumbers: ["e00002"]`, nil},
		{`emails: ["E00003@example.jp", "x"]`, []string{"E00003"}},
		{`branchNames: ["大阪支社"]`, []string{"E00001"}},
		{`branchNames: ["大阪支社"], employeeNumbers: ["E00002"]`, nil},
		{`names: ["髙橋 花子"], employeeNumbers: ["E00005"]`, []string{"E00005"}},
		{`names: ["高橋 花子"]`, nil},
		{`names: null, emails: [], employeeNumbers: ["E00006"]`, []string{"E00006"}},
	} {
		query := "{ customers(" + c.args + ") { " + pageInfo + " edges { cursor node { employeeNumber } } } }"
		got := readConnection(s.data(t, query, nil))
		var codes []string
		for _, n := range got.Nodes {
			codes = append(codes, n.(map[string]any)["employeeNumber"].(string))
		}
		if diff := cmp.Diff(c.want, codes); diff != "" {
			t.Errorf("%s: %s", c.args, diff)
		}
		// Positions count in the filtered list.
		if len(codes) > 0 && got.Cursors[0] != "MQ" {
			t.Errorf("%s: first cursor %s", c.args, got.Cursors[0])
		}
	}
}

func TestOvertimes(t *testing.T) {
	t.Parallel()
	s := start(t, 60, carely.Options{})
	const query = `query($u: [String!], $n: [String!], $b: [String!], $bu: [String!], $after: String) {
		overtimes(customerUuids: $u, employeeNumbers: $n, branchNames: $b, branchUuids: $bu, after: $after) { ` +
		pageInfo + ` edges { cursor node { uuid yearMonth hour minute errors customer { uuid employeeNumber age } } } } }`
	var got []any
	var after any
	for {
		page := readConnection(s.data(t, query, map[string]any{"after": after}))
		got = append(got, page.Nodes...)
		if after = page.Info["endCursor"]; page.Info["hasNextPage"] == false {
			break
		}
	}
	var want []any
	for _, o := range s.state().Overtimes {
		want = append(want, map[string]any{
			"uuid": o.UUID, "yearMonth": o.YearMonth, "hour": float64(o.Hour), "minute": float64(o.Minute), "errors": nil,
			"customer": map[string]any{"uuid": o.CustomerUUID, "employeeNumber": o.EmployeeNumber, "age": "39"},
		})
	}
	if diff := cmp.Diff(want, got); diff != "" || len(got) != 120 {
		t.Errorf("%d rows\n%s", len(got), diff)
	}
	first := s.state().Overtimes[0]
	if first.YearMonth != "2026-08-01" || first.Hour != 30 || first.Minute != 1800 {
		t.Errorf("first row %+v", first)
	}
	branch := s.state().Branches[1]
	for name, vars := range map[string]map[string]any{
		"customer uuid":   {"u": []string{first.CustomerUUID}},
		"employee number": {"n": []string{first.EmployeeNumber}},
		"branch name":     {"b": []string{*branch.DisplayName}},
		"branch uuid":     {"bu": []string{*branch.UUID}},
	} {
		page := readConnection(s.data(t, query, vars))
		months := []string{}
		for _, n := range page.Nodes {
			months = append(months, n.(map[string]any)["yearMonth"].(string))
		}
		if !slices.Equal(months, []string{"2026-08-01", "2026-09-01"}) {
			t.Errorf("%s: months %v", name, months)
		}
	}
}

func TestPlainLists(t *testing.T) {
	t.Parallel()
	s := start(t, 6, carely.Options{})
	departments := s.data(t, `{ departments { customersCount displayName } }`, nil)
	row := func(name string, n float64) any { return map[string]any{"displayName": name, "customersCount": n} }
	want := []any{row("営業本部", 0), row("営業本部  東日本営業部", 5), row("人事総務部", 1)}
	if diff := cmp.Diff(want, departments.([]any)); diff != "" {
		t.Error(diff)
	}
	osaka := s.data(t, `{ departments(branchNames: ["大阪支社"]) { customersCount displayName } }`, nil)
	if diff := cmp.Diff([]any{row("人事総務部", 1)}, osaka.([]any)); diff != "" {
		t.Error(diff)
	}
	if got := s.data(t, `{ workplaces { name uuid } }`, nil); len(got.([]any)) != 5 {
		t.Errorf("workplaces %v", got)
	}
	groups := s.data(t, `{ groupAnalysis(branchNames: ["大阪支社"]) { displayName } }`, nil)
	if diff := cmp.Diff([]any{map[string]any{"displayName": "集団分析3"}}, groups.([]any)); diff != "" {
		t.Error(diff)
	}
	admin := s.data(t, `{ currentCustomer { branches { uuid } customer { uuid } } }`, nil).(map[string]any)
	if admin["customer"].(map[string]any)["uuid"] != s.state().CurrentCustomer || len(admin["branches"].([]any)) != 2 {
		t.Errorf("current customer %v", admin)
	}
}

func TestIntrospection(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	got := s.data(t, `{ __type(name: "GenderField") { enumValues { name } } }`, nil)
	want := map[string]any{"enumValues": []any{map[string]any{"name": "male"}, map[string]any{"name": "female"}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
