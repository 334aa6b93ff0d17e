package e2e_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// TestRead asks one demo for everything that is not about attendance.
func TestRead(t *testing.T) {
	t.Parallel()
	d := start(t)
	w := d.truth(t)
	d.ready(t)
	for name, check := range map[string]func(*testing.T, *demo, *truth){
		"everybody": readEverybody, "organizations": readOrganizations, "projects": readProjects, "search": readSearch,
		"nodes": readNodes, "alerts": readAlerts, "vendors": readVendors, "documents": readDocuments,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			check(t, d, w)
		})
	}
}

// readEverybody pages through all employees: the union of all systems, joined by
// code, each with all records.
func readEverybody(t *testing.T, d *demo, w *truth) {
	t.Helper()
	want, got := map[string]map[string]string{}, map[string]map[string]string{}
	for _, p := range w.people {
		want[p.code] = p.vendorIDs()
	}
	var order []string
	var after *string
	for pages := 0; ; pages++ {
		var page struct {
			Employees struct {
				TotalCount int
				Nodes      []struct {
					Code  string
					Links []linkRow
				}
				PageInfo struct {
					HasNextPage bool
					EndCursor   *string
				}
			}
		}
		d.query(t, hrToken, `query($after: String) { employees(first: 37, after: $after) { totalCount
			nodes { code links { system vendorId } } pageInfo { hasNextPage endCursor } } }`,
			map[string]any{"after": after}, &page)
		if page.Employees.TotalCount != len(w.people) {
			t.Fatalf("totalCount is %d, the dumps know %d", page.Employees.TotalCount, len(w.people))
		}
		for _, e := range page.Employees.Nodes {
			order = append(order, e.Code)
			got[e.Code] = idsOf(e.Links)
		}
		if after = page.Employees.PageInfo.EndCursor; !page.Employees.PageInfo.HasNextPage {
			break
		}
		if pages > len(w.people) {
			t.Fatal("the pages do not end")
		}
	}
	if diff := cmp.Diff(want, got); diff != "" || !slices.Equal(order, codes(w.people)) {
		t.Errorf("everybody (-want +got), %d rows:\n%s", len(order), diff)
	}
}

type unitRow struct {
	Name      string
	Code      string
	Path      string
	Unmatched bool
	Parent    *struct{ Path string }
	Ancestors []struct{ Path string }
	Children  []struct{ Path string }
	Links     []linkRow
	Employees struct{ TotalCount int }
	All       struct{ TotalCount int }
}

// readOrganizations compares AKASHI's tree with its dump, and asks for the units
// that only YESOD knows.
func readOrganizations(t *testing.T, d *demo, w *truth) {
	t.Helper()
	var got struct{ Organizations struct{ Nodes []unitRow } }
	d.query(t, hrToken, `{ organizations(first: 300) { nodes { name code path unmatched parent { path } ancestors { path }
		children { path } links { system vendorId } employees { totalCount }
		all: employees(includeDescendants: true) { totalCount } } } }`, nil, &got)
	byID := map[string]unitRow{}
	yesodOnly := map[string]bool{}
	for _, o := range got.Organizations.Nodes {
		ids := idsOf(o.Links)
		if id, ok := ids[akashiSystem]; ok {
			byID[id] = o
		}
		if o.Unmatched {
			yesodOnly[ids[yesodSystem]] = true
		}
		if o.Parent == nil != (len(o.Ancestors) == 0) || o.Parent != nil && o.Ancestors[len(o.Ancestors)-1].Path != o.Parent.Path ||
			o.Parent != nil && o.Path != o.Parent.Path+"/"+o.Name {
			t.Errorf("%s: parent %v, ancestors %v", o.Path, o.Parent, o.Ancestors)
		}
		for _, c := range o.Children {
			if !strings.HasPrefix(c.Path, o.Path+"/") {
				t.Errorf("%s has the child %s", o.Path, c.Path)
			}
		}
	}
	known := map[string]bool{}
	for _, o := range w.akashi.Organizations {
		if o.Code != nil {
			known[*o.Code] = true
		}
		if o.Name == "企業" && o.ParentID == nil {
			continue
		}
		got, ok := byID[strconv.Itoa(o.OrganizationID)]
		if !ok || got.Name != o.Name || got.Code != str(o.Code) || got.Unmatched {
			t.Errorf("%s %s: got %+v", str(o.Code), o.Name, got)
		}
		here, below := 0, w.below(o.OrganizationID)
		all := 0
		for _, s := range w.akashi.Staffs {
			if s.OrganizationID == o.OrganizationID {
				here++
			}
			if below[s.OrganizationID] {
				all++
			}
		}
		// People whom AKASHI does not know may belong here by YESOD's word.
		if got.Employees.TotalCount < here || got.All.TotalCount < all || got.All.TotalCount > all+40 {
			t.Errorf("%s: %d and %d people, AKASHI knows %d and %d", got.Path, got.Employees.TotalCount, got.All.TotalCount,
				here, all)
		}
	}
	want := map[string]bool{}
	for _, o := range w.yesod.Organizations {
		if !known[o.Code] {
			want[o.ID] = true
		}
	}
	if diff := cmp.Diff(want, yesodOnly); diff != "" {
		t.Errorf("units that only YESOD knows (-want +got):\n%s", diff)
	}
}

// below is a unit and all units below it.
func (w *truth) below(root int) map[int]bool {
	in := map[int]bool{root: true}
	for range w.akashi.Organizations {
		for _, o := range w.akashi.Organizations {
			if o.ParentID != nil && in[*o.ParentID] {
				in[o.OrganizationID] = true
			}
		}
	}
	return in
}

// readSearch: width, kana, kanji variants, code, e-mail, status and system find
// the same people as the dumps tell.
func readSearch(t *testing.T, d *demo, w *truth) {
	t.Helper()
	search := func(filter map[string]any) []string {
		var got struct {
			Employees struct{ Nodes []struct{ Code string } }
		}
		d.query(t, hrToken, `query($f: EmployeeFilter) { employees(filter: $f, first: 300) { nodes { code } } }`,
			map[string]any{"f": filter}, &got)
		out := []string{}
		for _, e := range got.Employees.Nodes {
			out = append(out, e.Code)
		}
		return out
	}
	named := func(names ...string) []string {
		return codes(w.those(func(p *person) bool {
			all := ""
			if p.akashi != nil {
				all += p.akashi.LastName + " "
			}
			if p.jobcan != nil {
				all += p.jobcan.LastName + " "
			}
			if p.carely != nil {
				all += str(p.carely.Fullname) + " "
			}
			if p.yesod != nil {
				all += p.yesod.FamilyName
			}
			return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(all, n) })
		}))
	}
	takahashi := named("高橋", "髙橋")
	if len(takahashi) < 2 || len(named("髙橋")) == 0 {
		t.Fatalf("the company lacks Takahashis: %v", takahashi)
	}
	one := w.find(t, "E00001")
	for name, c := range map[string]struct {
		filter map[string]any
		want   []string
	}{
		"the common form":  {map[string]any{"text": "高橋"}, takahashi},
		"the variant":      {map[string]any{"text": "髙橋"}, takahashi},
		"full-width code":  {map[string]any{"text": "ｅ０００４２"}, []string{"E00042"}},
		"code and reading": {map[string]any{"text": one.akashi.LastNameKana + " e00001"}, []string{"E00001"}},
		"hiragana": {map[string]any{"text": strings.Map(func(r rune) rune {
			if r >= 'ァ' && r <= 'ヶ' {
				return r - ('ァ' - 'ぁ')
			}
			return r
		}, one.akashi.LastNameKana) + "　E00001"}, []string{"E00001"}},
		"e-mail":        {map[string]any{"email": strings.ToUpper(one.akashi.Email)}, []string{"E00001"}},
		"exact codes":   {map[string]any{"codes": []string{"E00001", "e00002"}}, []string{"E00001"}},
		"nothing":       {map[string]any{"text": "山高橋谷"}, []string{}},
		"all of YESOD":  {map[string]any{"systems": []string{"YESOD"}}, codes(w.those(func(p *person) bool { return p.yesod != nil }))},
		"away for long": {map[string]any{"status": []string{"ON_LEAVE"}, "systems": []string{"YESOD"}}, codes(w.those(func(p *person) bool { return p.yesod != nil && p.yesod.Enrollment == "休職" }))},
		"gone":          {map[string]any{"status": []string{"RETIRED"}, "systems": []string{"YESOD"}}, codes(w.those(func(p *person) bool { return p.yesod != nil && p.yesod.Enrollment == "退職" }))},
	} {
		want := c.want
		if len(want) > 300 {
			t.Fatal("too many for a page")
		}
		if diff := cmp.Diff(want, search(c.filter)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// readNodes: an id from anywhere leads back to its object.
func readNodes(t *testing.T, d *demo, _ *truth) {
	t.Helper()
	var some struct {
		Employees, Organizations struct{ Nodes []struct{ ID string } }
		Projects                 struct {
			Nodes []struct {
				ID    string
				Tasks struct{ Nodes []struct{ ID string } }
			}
		}
	}
	d.query(t, hrToken, `{ employees(first: 3) { nodes { id } } organizations(first: 3) { nodes { id } }
		projects(first: 3) { nodes { id tasks(first: 2) { nodes { id } } } } }`, nil, &some)
	want := map[string]string{}
	for _, e := range some.Employees.Nodes {
		want[e.ID] = "Employee"
	}
	for _, o := range some.Organizations.Nodes {
		want[o.ID] = "Organization"
	}
	for _, p := range some.Projects.Nodes {
		want[p.ID] = "Project"
		for _, x := range p.Tasks.Nodes {
			want[x.ID] = "Task"
		}
	}
	if len(want) < 12 {
		t.Fatalf("only %d ids", len(want))
	}
	ids := slices.Sorted(maps.Keys(want))
	type node struct {
		Type string `json:"__typename"`
		ID   string
	}
	var all struct{ Nodes []node }
	d.query(t, hrToken, `query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }`, map[string]any{"ids": ids}, &all)
	for i, id := range ids {
		var single struct{ Node node }
		d.query(t, hrToken, `query($id: ID!) { node(id: $id) { __typename id } }`, map[string]any{"id": id}, &single)
		if n := (node{want[id], id}); all.Nodes[i] != n || single.Node != n {
			t.Errorf("%s: nodes gives %+v, node gives %+v", n, all.Nodes[i], single.Node)
		}
	}
}

// readAlerts: AKASHI gives alerts only to the person's own token.
func readAlerts(t *testing.T, d *demo, _ *truth) {
	t.Helper()
	var own struct {
		Viewer struct{ Employee struct{ Code string } }
		Akashi struct{ Alerts *[]struct{ Kind string } }
	}
	d.query(t, employeeToken, `{ viewer { employee { code } } akashi { alerts { date kind } } }`, nil, &own)
	if own.Akashi.Alerts == nil || own.Viewer.Employee.Code != d.Simulators.Company.Persona(company.PersonaEmployee).Code {
		t.Errorf("own alerts: %+v", own)
	}
	a := d.ask(t, hrToken, `query($codes: [String!]) { employees(filter: {codes: $codes}) { nodes { code alerts { kind } } } }`,
		map[string]any{"codes": []string{own.Viewer.Employee.Code, "E00042", "E00043"}})
	var got struct {
		Employees struct {
			Nodes []struct {
				Code   string
				Alerts *[]struct{ Kind string }
			}
		}
	}
	a.decode(t, &got)
	for _, e := range got.Employees.Nodes {
		if (e.Alerts != nil) != (e.Code == own.Viewer.Employee.Code) {
			t.Errorf("%s: alerts %v", e.Code, e.Alerts)
		}
	}
	if len(a.Errors) != 1 || a.Errors[0].code() != "PERSONAL_TOKEN_NEEDED" {
		t.Errorf("errors %+v", a.Errors)
	}
}

// readDocuments runs the operations that the product was made for.
func readDocuments(t *testing.T, d *demo, _ *truth) {
	t.Helper()
	var some struct {
		Employees, Projects, Organizations struct{ Nodes []struct{ ID string } }
	}
	d.query(t, hrToken, `{ employees(first: 20) { nodes { id } } projects(first: 1) { nodes { id } }
		organizations(first: 1) { nodes { id } } }`, nil, &some)
	ids := []string{}
	for _, e := range some.Employees.Nodes {
		ids = append(ids, e.ID)
	}
	project, unit := some.Projects.Nodes[0].ID, some.Organizations.Nodes[0].ID
	variables := map[string]map[string]any{
		"team_day":      {"organization": unit, "day": yesterday},
		"person":        {"text": "高橋"},
		"overtimes":     {"ids": ids, "from": "2025-10", "to": "2026-11"},
		"project_month": {"id": project, "from": "2026-10-01", "to": "2026-10-31"},
		"health":        {},
		"native":        {"employee": "E00001", "dates": []string{yesterday}},
		"alerts":        {},
	}
	files, err := filepath.Glob("testdata/queries/*.graphql")
	if err != nil || len(files) != len(variables) {
		t.Fatalf("%d documents, %d sets of variables, %v", len(files), len(variables), err)
	}
	for _, file := range files {
		document, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".graphql")
		token := hrToken
		if name == "alerts" {
			token = managerToken // who has a token of their own at AKASHI
		}
		if a := d.ask(t, token, string(document), variables[name]); len(a.Errors) > 0 || len(a.Data) < 30 {
			t.Errorf("%s: %s errors %+v", name, a.Data, a.Errors)
		}
	}
}

// TestRead_noSystemIsNone: an empty list of systems is not a missing one.
func TestRead_noSystemIsNone(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	d.forget()
	var got struct {
		Employees struct {
			Nodes []struct {
				Stamps struct {
					TotalCount int
					Sources    []struct{ System string }
				}
			}
		}
	}
	d.query(t, hrToken, `{ employees(first: 20) { nodes { stamps(from: "2026-11-19", to: "2026-11-19", systems: []) {
		totalCount sources { system } } } } }`, nil, &got)
	for _, n := range got.Employees.Nodes {
		if n.Stamps.TotalCount != 0 || len(n.Stamps.Sources) != 0 {
			t.Fatalf("stamps of no system: %+v", n.Stamps)
		}
	}
	if made := d.asked(); len(made) > 0 {
		t.Errorf("asked: %v", made)
	}
}
