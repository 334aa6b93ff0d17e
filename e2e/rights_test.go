package e2e_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// face is what an answer shows of somebody.
type face struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Email string `json:"email"`
	Name  struct {
		Display string `json:"display"`
	} `json:"name"`
}

// withFragments adds those of the fragments that a query uses.
func withFragments(query string) string {
	for _, f := range []struct{ name, text string }{
		{"line", `on Employee { ...person managers { ...person managers { ...person } } }`},
		{"people", `on EmployeeConnection { totalCount edges { cursor node { ...person } } nodes { ...person } }`},
		{"person", `on Employee { __typename id code email name { display } }`},
	} {
		if strings.Contains(query, "..."+f.name) {
			query += "\nfragment " + f.name + " " + f.text
		}
	}
	return query
}

// everybody reads all pages of employees.
func (d *demo) everybody(t *testing.T, token string, first int) []face {
	t.Helper()
	var all []face
	var after *string
	for {
		var got struct {
			Employees struct {
				TotalCount int
				Nodes      []face
				PageInfo   struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		d.query(t, token, `query($first: Int, $after: String) { employees(first: $first, after: $after) {
			totalCount nodes { ...person } pageInfo { hasNextPage endCursor } } }
			fragment person on Employee { id code email name { display } }`,
			map[string]any{"first": first, "after": after}, &got)
		all = append(all, got.Employees.Nodes...)
		if !got.Employees.PageInfo.HasNextPage {
			if got.Employees.TotalCount != len(all) {
				t.Errorf("totalCount is %d, but the pages hold %d", got.Employees.TotalCount, len(all))
			}
			return all
		}
		after = got.Employees.PageInfo.EndCursor
	}
}

func codesOf(faces []face) []string {
	codes := make([]string, len(faces))
	for i, f := range faces {
		codes[i] = f.Code
	}
	slices.Sort(codes)
	return codes
}

// secretsOf returns every text that tells of somebody hidden, and whose it is.
// What is also somebody visible's, such as a common name, tells nothing.
func secretsOf(all []face, visible []string) map[string]string {
	hidden, open := map[string]string{}, map[string]bool{}
	for _, f := range all {
		for _, text := range []string{f.ID, f.Code, f.Email, f.Name.Display} {
			if slices.Contains(visible, f.Code) {
				open[text] = true
			} else {
				hidden[text] = f.Code
			}
		}
	}
	maps.DeleteFunc(hidden, func(text, _ string) bool { return text == "" || open[text] })
	return hidden
}

// walk calls text for every text in decoded JSON, and employee with the code of
// every employee in it.
func walk(v any, text func(string), employee func(code string)) {
	switch v := v.(type) {
	case string:
		text(v)
	case []any:
		for _, one := range v {
			walk(one, text, employee)
		}
	case map[string]any:
		if code, ok := v["code"].(string); ok && v["__typename"] == "Employee" {
			employee(code)
		}
		for _, one := range v {
			walk(one, text, employee)
		}
	}
}

// A path is a way on which people can be reached.
type path struct {
	name, query string
	// whole: everybody visible is on it.
	whole bool
	// codes are the errors that the path may have for those who are not HR.
	codes []string
}

func paths() []path {
	return []path{
		{name: "employees", whole: true, query: `{ employees(first: 300) { ...people } }`},
		{name: "employees of no status", whole: true, query: `{ employees(first: 300, filter: {
			status: [ACTIVE, ON_LEAVE, RETIRED], systems: [AKASHI, JOBCAN, CARELY, YESOD] }) { ...people } }`},
		{name: "search", query: `{ a: employees(first: 300, filter: { text: "demo" }) { ...people }
			b: employees(first: 300, filter: { text: "田" }) { ...people }
			c: employees(first: 300, filter: { text: "e0" }) { ...people } }`},
		{name: "codes", query: `query($codes: [String!]) { employees(first: 300, filter: { codes: $codes }) { ...people } }`},
		{name: "email", query: `query($email: String) { employees(filter: { email: $email }) { ...people } }`},
		{name: "organisation filter", query: `query($top: ID, $outside: ID) {
			a: employees(first: 300, filter: { organization: $top }) { ...people }
			b: employees(first: 300, filter: { organization: $outside }) { ...people }
			c: employees(first: 300, filter: { organization: $outside, includeDescendants: false }) { ...people } }`},
		{name: "cursors", query: `query($cursor: String) { employees(first: 300, after: $cursor) { ...people } }`},
		{name: "node", query: `query($id: ID!) { node(id: $id) { ...person } }`, codes: []string{"NOT_FOUND"}},
		{name: "nodes", query: `query($ids: [ID!]!) { nodes(ids: $ids) { ...person } }`, codes: []string{"NOT_FOUND"}},
		{
			name: "employee by id", query: `query($id: ID!) { employee(by: { id: $id }) { ...person } }`,
			codes: []string{"NOT_FOUND"},
		},
		{
			name: "employee by code", query: `query($code: String!) { employee(by: { code: $code }) { ...person } }`,
			codes: []string{"NOT_FOUND"},
		},
		{name: "organization", query: `query($top: ID!, $outside: ID!) {
			a: organization(id: $top) { employees(first: 300, includeDescendants: true) { ...people }
				children { employees(first: 100) { ...people }
					children { parent { employees(first: 20) { ...people } }
						ancestors { employees(first: 20) { ...people } } } } }
			b: organization(id: $outside) { employees(first: 300, includeDescendants: true) { ...people } } }`},
		{name: "organizations", query: `{ organizations(first: 300) { nodes {
			employees(first: 100, status: [ACTIVE, ON_LEAVE, RETIRED]) { ...people } } } }`},
		{name: "node of an organisation", query: `query($top: ID!) { node(id: $top) { ... on Organization {
			employees(first: 300, includeDescendants: true) { ...people } } } }`},
		{name: "managers", whole: true, query: `{ employees(first: 300) { nodes { ...line } } }`},
		{name: "project members", query: `query($projects: [ID!]!) { nodes(ids: $projects) { ... on Project {
			members(first: 300) { totalCount edges { cursor node { isOwner employee { ...person } } }
				nodes { isOwner employee { ...line } } } } } }`},
		{name: "projects", query: `{ projects(first: 5) { nodes { members(first: 300) { nodes { employee { ...person } } }
			tasks(first: 1) { nodes { project { members(first: 300) { nodes { employee { ...person } } } } } } } } }`},
		{name: "man-hours", query: `query($projects: [ID!]!, $from: Date!, $day: Date!) { nodes(ids: $projects) {
			... on Project { manhours(first: 300, from: $from, to: $day) { totalCount
				edges { node { comment employee { ...person } } } nodes { employee { ...person } project {
				members(first: 20) { nodes { employee { ...person } } } } } } } } }`},
		{name: "man-hours of people", query: `query($from: Date!, $day: Date!) { employees(first: 10) { nodes { ...person
			manhours(from: $from, to: $day, first: 2) { nodes { employee { ...person } } }
			projects(from: $from, to: $day, first: 2) { nodes { members(first: 50) { nodes { employee { ...line } } } } }
			tasks(from: $from, to: $day, first: 2) { nodes { project { members(first: 9) { nodes { employee { ...person } } } } } }
			} } }`},
		{name: "overtimes", whole: true, query: `{ employees(first: 100) { nodes { ...person
			overtimes(from: "2025-10", to: "2026-11", first: 14) { nodes { employee { ...person } } } } } }`},
		{name: "stamps", whole: true, query: `query($day: Date!) { employees(first: 300) { nodes { ...person
			stamps(from: $day, to: $day) { nodes { occurredAt } } } } }`},
		{name: "viewer", query: `{ viewer { employee { ...line organization { ancestors {
			employees(first: 300, includeDescendants: true) { ...people } } } }
			rights { managedOrganizations { employees(first: 300, includeDescendants: true) { ...people } } } } }`},
		{
			name: "shifts", query: `query($code: String!, $day: Date!) { jobcan { shifts(employee: $code, dates: [$day]) { start } } }`,
			codes: []string{"NOT_FOUND"},
		},
		{
			name: "Carely", query: `{ carely { currentCustomer { fullname employeeNumber } departments { name } } }`,
			codes: []string{"FORBIDDEN"},
		},
	}
}

// TestRights_everyPath asks every path as HR first, so that what the others are
// shown comes out of caches that HR has filled, and looks for anybody hidden in
// whatever comes back.
//
//nolint:tparallel // HR has to be first
func TestRights_everyPath(t *testing.T) {
	t.Parallel()
	d := start(t)
	c := newCensus(t, d)
	all := d.everybody(t, hrToken, 300)
	if diff := cmp.Diff(c.visible(hrToken), codesOf(all)); diff != "" {
		t.Fatalf("HR sees others than the systems hold (-want +got):\n%s", diff)
	}
	variables := pathVariables(t, d, c, all)
	for _, token := range []string{hrToken, managerToken, employeeToken} { //nolint:paralleltest // HR warms the caches
		visible := c.visible(token)
		secrets := secretsOf(all, visible)
		if token != hrToken && len(secrets) < 3*(len(all)-len(visible)) {
			t.Fatalf("only %d texts tell of those whom %s must not see", len(secrets), token)
		}
		for _, p := range paths() {
			t.Run(token+"/"+p.name, func(t *testing.T) {
				a := d.ask(t, token, withFragments(p.query), variables)
				for _, e := range a.Errors {
					if token == hrToken || !slices.Contains(p.codes, e.code()) {
						t.Errorf("error %+v", e)
					}
				}
				var data any
				if err := json.Unmarshal([]byte(a.Body), &data); err != nil {
					t.Fatal(err)
				}
				seen := map[string]bool{}
				walk(data, func(text string) {
					if code, secret := secrets[text]; secret {
						t.Errorf("the answer tells of %s, whom the caller must not see", code)
					}
				}, func(code string) { seen[code] = true })
				if got := slices.Sorted(maps.Keys(seen)); p.whole && token != hrToken && !slices.Equal(got, visible) {
					t.Errorf("the caller sees %d people, want %d:\n%s", len(got), len(visible), cmp.Diff(visible, got))
				}
				if token == hrToken && len(seen) == 0 && p.codes == nil {
					t.Error("the path shows nobody even to HR, so it proves nothing")
				}
				if token != hrToken && p.codes != nil && len(a.Errors) == 0 {
					t.Errorf("no error, want %v", p.codes)
				}
			})
		}
	}
}

// pathVariables are the variables of all paths: whoever is named in them is
// hidden from the manager and the employee, or there are both sorts.
func pathVariables(t *testing.T, d *demo, c *census, all []face) map[string]any {
	t.Helper()
	hidden := c.somebodyHidden(t, d)
	who := all[slices.IndexFunc(all, func(f face) bool { return f.Code == hidden })]
	var got struct {
		Employees struct{ Edges []struct{ Cursor string } }
	}
	d.query(t, hrToken, `{ employees(first: 1) { edges { cursor } } }`, nil, &got)
	ids := make([]string, 0, len(all))
	for _, f := range all {
		ids = append(ids, f.ID)
	}
	return map[string]any{
		"id": who.ID, "code": who.Code, "email": who.Email, "ids": ids[:min(300, len(ids))],
		"codes": codesOf(all)[:min(300, len(all))], "cursor": got.Employees.Edges[0].Cursor,
		"top": unitID(c.top(c.managed()[0])), "outside": unitID(c.unit[hidden]),
		"projects": c.mixedProjects(t), "from": "2026-11-01", "day": yesterday,
	}
}
