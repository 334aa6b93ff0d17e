package e2e_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// TestRights_hiddenIsUnknown asks for somebody hidden and for somebody who does
// not exist: byte for byte the same answer.
func TestRights_hiddenIsUnknown(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCensus(t, d)
	hidden := c.somebodyHidden(t, d)
	id, code := employeeID(c.staff[hidden]), hidden
	noID, noCode := employeeID(987654), "E98765"
	d.warm(t)
	for _, test := range []struct{ name, query string }{
		{"node", `query($id: ID!) { node(id: $id) { id } }`},
		{"nodes", `query($id: ID!) { nodes(ids: [$id, $id]) { id } }`},
		{"employee by id", `query($id: ID!) { employee(by: { id: $id }) { id } }`},
		{"employee by code", `query($code: String!) { employee(by: { code: $code }) { id } }`},
		{"employees by code", `query($code: String!) { employees(filter: { codes: [$code] }) { totalCount nodes { id } } }`},
		{"employees by text", `query($code: String!) { employees(filter: { text: $code }) { totalCount
			pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { id } } }`},
		{"shifts by id", `query($id: String!) { jobcan { shifts(employee: $id, dates: ["2026-11-19"]) { start } } }`},
		{"shifts by code", `query($code: String!) { jobcan { shifts(employee: $code, dates: ["2026-11-19"]) { start } } }`},
	} {
		for _, token := range []string{managerToken, employeeToken} {
			for _, s := range d.Simulators.All() {
				s.ClearHistory()
			}
			there := d.ask(t, token, test.query, map[string]any{"id": id, "code": code})
			asked := upstreamCalls(d)
			none := d.ask(t, token, test.query, map[string]any{"id": noID, "code": noCode})
			if diff := cmp.Diff(there.Body, none.Body); diff != "" {
				t.Errorf("%s as %s: hidden and unknown differ:\n%s", test.name, token, diff)
			}
			if asked > 0 {
				t.Errorf("%s as %s: %d upstream calls for somebody hidden", test.name, token, asked)
			}
			for _, e := range there.Errors {
				if e.code() != "NOT_FOUND" {
					t.Errorf("%s as %s: %+v", test.name, token, e)
				}
			}
			if found := d.ask(t, hrToken, test.query, map[string]any{"id": id, "code": code}); found.Body == there.Body {
				t.Errorf("%s: HR gets the same answer, so it proves nothing: %s", test.name, found.Body)
			}
		}
	}
}

// warm waits until people and organisations are known, so that whatever is asked
// of a system afterwards is asked for the query's own sake.
func (d *demo) warm(t testing.TB) {
	t.Helper()
	d.indexed(t)
	var got struct{ Organizations struct{ TotalCount int } }
	d.query(t, hrToken, `{ organizations(first: 1) { totalCount } }`, nil, &got)
	if got.Organizations.TotalCount == 0 {
		t.Fatal("no organisations")
	}
}

// upstreamCalls is how many requests the four systems got.
func upstreamCalls(d *demo) int {
	n := 0
	for _, s := range d.Simulators.All() {
		n += s.History().Total
	}
	return n
}

// TestRights_counts compares every count with the dumps.
func TestRights_counts(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCensus(t, d)
	managed := c.managed()[0]
	hidden := c.somebodyHidden(t, d)
	for _, token := range []string{hrToken, managerToken, employeeToken} {
		visible := c.visible(token)
		count := func(units map[int]bool) int {
			n := 0
			for _, code := range visible {
				if units[c.unit[code]] {
					n++
				}
			}
			return n
		}
		type total struct{ TotalCount int }
		var got struct {
			Viewer struct {
				Rights struct{ VisibleEmployees int }
			}
			All    total
			Search total
			Mail   total
			Codes  total
			Unit   struct{ One, Tree total }
			Top    struct{ Tree total }
			ByUnit total
			Alone  total
			Other  total
		}
		d.query(t, token, `query($unit: ID!, $top: ID!, $other: ID!, $code: String!) {
			viewer { rights { visibleEmployees } }
			all: employees(first: 1) { totalCount }
			search: employees(first: 1, filter: { text: "demo example" }) { totalCount }
			mail: employees(first: 1, filter: { email: "nobody@example.com" }) { totalCount }
			codes: employees(first: 1, filter: { codes: [$code] }) { totalCount }
			unit: organization(id: $unit) {
				one: employees(first: 1) { totalCount } tree: employees(first: 1, includeDescendants: true) { totalCount } }
			top: organization(id: $top) { tree: employees(first: 1, includeDescendants: true) { totalCount } }
			byUnit: employees(first: 1, filter: { organization: $unit }) { totalCount }
			alone: employees(first: 1, filter: { organization: $unit, includeDescendants: false }) { totalCount }
			other: employees(first: 1, filter: { organization: $other }) { totalCount }
		}`, map[string]any{
			"unit": unitID(managed), "top": unitID(c.top(managed)), "other": unitID(c.unit[hidden]), "code": hidden,
		}, &got)
		want := got
		want.Viewer.Rights.VisibleEmployees = len(visible)
		want.All.TotalCount, want.Search.TotalCount, want.Mail.TotalCount = len(visible), len(visible), 0
		want.Codes.TotalCount = 0
		if token == hrToken {
			want.Codes.TotalCount = 1
		}
		want.Unit.One.TotalCount = count(map[int]bool{managed: true})
		want.Alone = want.Unit.One
		want.Unit.Tree.TotalCount = count(c.below(managed))
		want.ByUnit = want.Unit.Tree
		want.Top.Tree.TotalCount = count(c.below(c.top(managed)))
		want.Other.TotalCount = count(c.below(c.unit[hidden]))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("counts as %s (-want +got):\n%s", token, diff)
		}
		if got := codesOf(d.everybody(t, token, 7)); !slices.Equal(got, visible) {
			t.Errorf("pages of 7 as %s differ:\n%s", token, cmp.Diff(visible, got))
		}
	}
}

// TestRights_projects compares a project's members and man-hours with the dump.
func TestRights_projects(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCensus(t, d)
	mixed := c.mixedProjects(t)
	code := map[int]string{}
	for person, staff := range c.staff {
		code[staff] = person
	}
	for _, token := range []string{hrToken, managerToken, employeeToken} {
		visible := c.visible(token)
		type booking struct {
			Date     string
			Minutes  int
			Employee struct{ Code string }
		}
		var got struct {
			Nodes []struct {
				ID      string
				Members struct {
					TotalCount int
					Nodes      []struct{ Employee struct{ Code string } }
				}
				Manhours struct {
					TotalCount int
					Nodes      []booking
				}
			}
		}
		d.query(t, token, `query($ids: [ID!]!) { nodes(ids: $ids) { ... on Project { id
			members(first: 300) { totalCount nodes { employee { code } } }
			manhours(first: 300, from: "2026-11-18", to: "2026-11-20") { totalCount
				nodes { date minutes employee { code } } } } } }`, map[string]any{"ids": mixed}, &got)
		for i, p := range got.Nodes {
			at := slices.IndexFunc(c.akashi.Projects, func(p akashi.DumpProject) bool {
				return projectID(p.ProjectID) == mixed[i]
			})
			project := c.akashi.Projects[at]
			var members, gotMembers []string
			for _, staff := range project.StaffIDs {
				if slices.Contains(visible, code[staff]) {
					members = append(members, code[staff])
				}
			}
			for _, m := range p.Members.Nodes {
				gotMembers = append(gotMembers, m.Employee.Code)
			}
			slices.Sort(members)
			slices.Sort(gotMembers)
			if !slices.Equal(members, gotMembers) || p.Members.TotalCount != len(members) {
				t.Errorf("members as %s: %d %v, want %v", token, p.Members.TotalCount, gotMembers, members)
			}
			minutes, gotMinutes, rows := map[string]int{}, map[string]int{}, 0
			for _, m := range c.akashi.Manhours {
				if m.ProjectID == project.ProjectID && m.Date >= "2026/11/18" && m.Date <= "2026/11/20" &&
					slices.Contains(visible, code[m.StaffID]) {
					minutes[code[m.StaffID]] += m.Minutes
					rows++
				}
			}
			for _, m := range p.Manhours.Nodes {
				gotMinutes[m.Employee.Code] += m.Minutes
			}
			if diff := cmp.Diff(minutes, gotMinutes); diff != "" || p.Manhours.TotalCount != rows {
				t.Errorf("man-hours as %s: %d rows, want %d (-want +got):\n%s", token, p.Manhours.TotalCount, rows, diff)
			}
		}
	}
}

// TestRights_alerts shows that AKASHI's alerts come only to those whose own
// token is known, and that a manager reads those of the managed.
func TestRights_alerts(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCensus(t, d)
	for _, test := range []struct {
		token, query, code string
	}{
		{employeeToken, `{ akashi { alerts { date kind } } viewer { employee { alerts { date kind } } } }`, ""},
		{managerToken, `{ akashi { alerts { date kind } } }`, ""},
		{managerToken, `query($employee: String!) { employee(by: { code: $employee }) { alerts { date } } }`, ""},
		{employeeToken, `query($manager: String!) { employee(by: { code: $manager }) { alerts { date } } }`, "NOT_FOUND"},
		{hrToken, `query($hidden: String!) { employee(by: { code: $hidden }) { alerts { date } } }`, "PERSONAL_TOKEN_NEEDED"},
	} {
		a := d.ask(t, test.token, test.query, map[string]any{
			"employee": c.employee, "manager": c.manager, "hidden": c.somebodyHidden(t, d),
		})
		var got string
		if len(a.Errors) > 0 {
			got = a.Errors[0].code()
		}
		if got != test.code || len(a.Errors) > 1 {
			t.Errorf("%s as %s: errors %+v, want code %q", test.query, test.token, a.Errors, test.code)
		}
		if test.code == "" && strings.Contains(a.Body, `"alerts":null`) {
			t.Errorf("%s as %s: %s", test.query, test.token, a.Body)
		}
	}
}

// TestRights_withoutOrganizations starts while nobody tells the organisations: a
// manager's people are not known, and the answer says so.
func TestRights_withoutOrganizations(t *testing.T) {
	t.Parallel()
	d := startAfter(t, func(d *app.Demo) {
		if err := d.Simulators.Akashi.AddFault(control.Fault{
			Status: http.StatusServiceUnavailable, PathPrefix: "/api/cooperation/demo/organizations",
		}); err != nil {
			t.Fatal(err)
		}
		if err := d.Simulators.Yesod.Stop(); err != nil {
			t.Fatal(err)
		}
	})
	manager := d.Simulators.Company.Persona(company.PersonaManager).Code
	for _, query := range []string{
		`{ employees(first: 300) { totalCount nodes { __typename code } } }`,
		`{ viewer { employee { __typename code } rights { visibleEmployees } } employees { totalCount nodes { code } } }`,
	} {
		seen, said := d.seen(t, managerToken, query)
		if !slices.Equal(seen, []string{manager}) {
			t.Errorf("the manager sees %v", seen)
		}
		if !said[" UPSTREAM_UNAVAILABLE"] || !said["YESOD UPSTREAM_UNAVAILABLE"] {
			t.Errorf("the errors do not say that people are missing: %v", said)
		}
	}
	if seen, _ := d.seen(t, hrToken, `{ employees(first: 300) { nodes { code } } }`); len(seen) < 200 {
		t.Errorf("HR sees %d people", len(seen))
	}
	for token, code := range map[string]string{
		managerToken: manager, employeeToken: d.Simulators.Company.Persona(company.PersonaEmployee).Code,
	} {
		if seen, _ := d.seen(t, token, `{ employees(first: 300) { nodes { code } } }`); !slices.Equal(seen, []string{code}) {
			t.Errorf("%s sees %v after HR asked", token, seen)
		}
	}
}

// TestRights_withoutTheFirstSystem starts while AKASHI, whose codes count for
// more than the others', is down and was never read. Another system may give a
// caller's code to somebody else, so nobody is taken for the caller.
func TestRights_withoutTheFirstSystem(t *testing.T) {
	t.Parallel()
	d := startAfter(t, func(d *app.Demo) {
		if err := d.Simulators.Akashi.Stop(); err != nil {
			t.Fatal(err)
		}
	})
	for _, token := range []string{managerToken, employeeToken} {
		for _, query := range []string{
			`{ employees(first: 300) { totalCount nodes { code } } }`,
			`{ viewer { employee { code } rights { visibleEmployees } } employees { nodes { code } } }`,
			`{ employee(by: { code: "` + d.Simulators.Company.Persona(company.PersonaEmployee).Code + `" }) { code } }`,
		} {
			seen, said := d.seen(t, token, query)
			if len(seen) > 0 || !said["AKASHI UPSTREAM_UNAVAILABLE"] {
				t.Errorf("%s: %s: sees %v, is told %v", token, query, seen, said)
			}
		}
	}
	if seen, _ := d.seen(t, hrToken, `{ employees(first: 300) { nodes { code } } }`); len(seen) < 200 {
		t.Errorf("HR sees %d people out of the other systems", len(seen))
	}
}

// seen returns the codes of the employees in an answer, and for each error its
// system and code.
func (d *demo) seen(t *testing.T, token, query string) (codes []string, said map[string]bool) {
	t.Helper()
	a := d.ask(t, token, query, nil)
	var got struct {
		Employees struct{ Nodes []face }
		Employee  *face
		Viewer    struct{ Employee *face }
	}
	a.decode(t, &got)
	codes, said = codesOf(got.Employees.Nodes), map[string]bool{}
	for _, one := range []*face{got.Employee, got.Viewer.Employee} {
		if one != nil && !slices.Contains(codes, one.Code) {
			codes = append(codes, one.Code)
		}
	}
	for _, e := range a.Errors {
		system, _ := e.Extensions["system"].(string)
		said[system+" "+e.code()] = true
	}
	return codes, said
}
