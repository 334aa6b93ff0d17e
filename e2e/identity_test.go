package e2e_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

type identityEmployee struct {
	ID, Code string
	Links    []struct {
		System, VendorID, MatchedBy string
		Confidence                  float64
	}
}

func (e identityEmployee) systems() []string {
	var out []string
	for _, l := range e.Links {
		out = append(out, l.System)
	}
	return out
}

const identityFields = `id code links { system vendorId matchedBy confidence }`

// TestIdentity_respeltCodes: the demo's company spells nine codes in another way
// in one system; each person is one employee all the same, found by either code.
func TestIdentity_respeltCodes(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	rules := map[string]int{}
	for _, p := range d.Simulators.Company.People {
		for system, r := range p.In {
			if r.Code == p.Code {
				continue
			}
			var got struct{ Employee identityEmployee }
			d.query(t, hrToken, `query($code: String!) { employee(by: {code: $code}) { `+identityFields+` } }`,
				map[string]any{"code": r.Code}, &got)
			if got.Employee.Code != p.Code || len(got.Employee.Links) != len(p.In) {
				t.Errorf("%s finds %+v, want %s in %d systems", r.Code, got.Employee, p.Code, len(p.In))
			}
			for _, l := range got.Employee.Links {
				if strings.EqualFold(l.System, string(system)) {
					rules[l.MatchedBy]++
				}
			}
		}
	}
	if rules["EMPLOYEE_CODE_NORMALIZED"] < 3 || rules["EMAIL"] < 3 {
		t.Errorf("rules %v", rules)
	}
}

// TestIdentity_byHand links and unlinks as HR, takes both back, and looks from a
// second gateway on the same store.
func TestIdentity_byHand(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	redis := storetest.StartRedis(t)
	environ := s.environ(t, "HITOTSU_REDIS_URL="+redis.URL)
	first, second := serve(t, environ), serve(t, environ)
	ask := func(g *gateway, query string, variables map[string]any, v any) {
		t.Helper()
		a := g.ask(t, hrKey, query, variables)
		if len(a.Errors) > 0 {
			t.Fatalf("%s: %+v", query, a.Errors)
		}
		a.decode(t, v)
	}
	var all struct {
		Employees struct{ Nodes []identityEmployee }
	}
	ask(first, `{ employees(first: 300) { nodes { `+identityFields+` } } }`, nil, &all)
	i := slices.IndexFunc(all.Employees.Nodes, func(e identityEmployee) bool { return len(e.Links) == 4 })
	whole := all.Employees.Nodes[i]
	jobcan := slices.IndexFunc(whole.systems(), func(s string) bool { return s == "JOBCAN" })
	record := map[string]any{"system": "JOBCAN", "vendorId": whole.Links[jobcan].VendorID}

	var made struct {
		Decided struct {
			Decision struct {
				Number        int
				Kind, By      string
				Before, After []struct{ EmployeeID string }
			}
			Employees []identityEmployee
		}
	}
	const payload = `{ decision { number kind by before { employeeId } after { employeeId } } employees { ` + identityFields + ` } }`
	ask(first, `mutation($r: RecordRefInput!) { decided: unlinkEmployeeRecord(input: {record: $r}) `+payload+` }`,
		map[string]any{"r": record}, &made)
	if got := made.Decided; len(got.Employees) != 1 || !slices.Equal(got.Employees[0].systems(), []string{"JOBCAN"}) ||
		got.Decision.Kind != "UNLINK" || len(got.Decision.After) != 2 {
		t.Fatalf("unlinked: %+v", got)
	}
	apart := made.Decided.Employees[0]
	second.sees(t, whole.ID, []string{"AKASHI", "YESOD", "CARELY"})

	ask(second, `mutation($r: [RecordRefInput!]!) { decided: linkEmployeeRecords(input: {records: $r}) `+payload+` }`,
		map[string]any{"r": []any{record, map[string]any{"system": "AKASHI", "vendorId": whole.Links[0].VendorID}}}, &made)
	if got := made.Decided.Employees; len(got) != 1 || got[0].ID != whole.ID || got[0].Links[jobcan].MatchedBy != "BY_HAND" {
		t.Fatalf("linked: %+v", got)
	}
	first.sees(t, whole.ID, []string{"AKASHI", "YESOD", "JOBCAN", "CARELY"})
	first.sees(t, apart.ID, []string{"AKASHI", "YESOD", "JOBCAN", "CARELY"}) // the old id still resolves

	for _, number := range []int{2, 1} {
		ask(first, `mutation($n: Int!) { decided: undoIdentityDecision(input: {number: $n}) `+payload+` }`,
			map[string]any{"n": number}, &made)
	}
	if diff := cmp.Diff([]identityEmployee{whole}, made.Decided.Employees); diff != "" {
		t.Errorf("all taken back (-want +got):\n%s", diff)
	}
	var history struct {
		IdentityDecisions struct {
			Nodes []struct {
				Number   int
				UndoneBy string
			}
		}
	}
	ask(second, `{ identityDecisions { nodes { number undoneBy } } }`, nil, &history)
	if got := history.IdentityDecisions.Nodes; len(got) != 2 || got[0].Number != 2 || got[1].UndoneBy == "" {
		t.Errorf("history %+v", got)
	}
}

// sees waits until a gateway shows an employee in these systems.
func (g *gateway) sees(t *testing.T, id string, systems []string) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		var got struct{ Employee identityEmployee }
		g.ask(t, hrKey, `query($id: ID!) { employee(by: {id: $id}) { `+identityFields+` } }`, map[string]any{"id": id}).
			decode(t, &got)
		if slices.Equal(got.Employee.systems(), systems) {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("sees %v, want %v", got.Employee.systems(), systems)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func TestIdentity_onlyHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	for _, token := range []string{managerToken, employeeToken} {
		for _, query := range []string{
			`{ identityConflicts { totalCount } }`, `{ identityDecisions { totalCount } }`,
			`mutation { unlinkEmployeeRecord(input: {record: {system: JOBCAN, vendorId: "1"}}) { decision { number } } }`,
			`mutation { undoIdentityDecision(input: {number: 1}) { decision { number } } }`,
			`mutation { linkEmployeeRecords(input: {records: [{system: JOBCAN, vendorId: "1"}]}) { decision { number } } }`,
		} {
			if a := d.ask(t, token, query, nil); len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
				t.Errorf("%s: %s", query, a.Body)
			}
		}
	}
	for query, code := range map[string]string{
		`mutation { unlinkEmployeeRecord(input: {record: {system: JOBCAN, vendorId: "nobody"}}) { decision { number } } }`: "NOT_FOUND",
		`mutation { undoIdentityDecision(input: {number: 1}) { decision { number } } }`:                                    "NOT_FOUND",
		`mutation { linkEmployeeRecords(input: {records: [{system: JOBCAN, vendorId: "1"}]}) { decision { number } } }`:    "BAD_USER_INPUT",
	} {
		if a := d.ask(t, hrToken, query, nil); len(a.Errors) != 1 || a.Errors[0].code() != code {
			t.Errorf("%s: %s", query, a.Body)
		}
	}
}
