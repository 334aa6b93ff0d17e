package e2e_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/resolvers"
)

// A placesCase wants one kind of list in several places.
type placesCase struct {
	// parts are the places, each an operation of its own by itself.
	parts []string
	// fragment is one that the parts use.
	fragment string
	want     map[string]int
}

func placesCases() map[string]placesCase {
	const (
		stamps  = `stamps(from: "2026-09-03", to: "2026-09-03", systems: [AKASHI]) { nodes { occurredAt } }`
		records = `workingRecords(from: "2026-09-01", to: "2026-09-30", systems: [AKASHI]) { nodes { date workedMinutes } }`
		months  = `overtimes(from: "2025-10", to: "2026-10") { nodes { month minutes } }`
		booked  = `manhours(from: "2026-09-01", to: "2026-09-30") { nodes { date minutes project { code } } }`
		three   = `(by: { code: "E00003" })`
		seven   = `(by: { code: "E00007" })`
	)
	return map[string]placesCase{
		"a person and the managers": {
			parts: []string{`me: employee` + three + ` { managers { code ` + stamps + ` } ` + stamps + ` }`},
			want:  map[string]int{"akashi GET multiple_stamps": 1},
		},
		"two people by name": {
			parts: []string{`a: employee` + three + ` { ` + stamps + ` }`, `b: employee` + seven + ` { ` + stamps + ` }`},
			want:  map[string]int{"akashi GET multiple_stamps": 1},
		},
		"one fragment in two places": {
			parts: []string{
				`a: employees(filter: { codes: ["E00003"] }) { ...T }`, `b: employees(filter: { codes: ["E00007"] }) { ...T }`,
			},
			fragment: `fragment T on EmployeeConnection { nodes { ` + stamps + ` } }`,
			want:     map[string]int{"akashi GET multiple_stamps": 1},
		},
		"a person and a team": {
			parts: []string{
				`me: employee` + three + ` { ` + records + ` }`,
				`team: employees(filter: { codes: ["E00007", "E00010"] }) { nodes { ` + records + ` } }`,
			},
			want: map[string]int{"akashi GET working_records": 1},
		},
		"overtimes of two": {
			parts: []string{`a: employee` + three + ` { ` + months + ` }`, `b: employee` + seven + ` { ` + months + ` }`},
			want:  map[string]int{"carely POST overtimes": 1},
		},
		"man-hours of two": {
			parts: []string{`a: employee` + three + ` { ` + booked + ` }`, `b: employee` + seven + ` { ` + booked + ` }`},
			want:  map[string]int{"akashi GET manhours": 1, "akashi GET projects": 1},
		},
		"one is refused": {
			parts: []string{
				`a: employee` + three + ` { ` + stamps + ` }`,
				`b: employee` + seven + ` { stamps(from: "2026-09-03", to: "2026-09-01") { nodes { occurredAt } } }`,
			},
			want: map[string]int{"akashi GET multiple_stamps": 1},
		},
	}
}

// TestCalls_places: what is wanted of one kind in several places of an operation is
// asked for as one, told so before, and each place gives what it gives alone,
// whether or not anything is kept.
func TestCalls_places(t *testing.T) {
	t.Parallel()
	for name, c := range placesCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, kept := range []string{"true", "false"} {
				d := start(t, "HITOTSU_LOOKUP_CACHE="+kept)
				d.ready(t)
				all := `{`
				for _, part := range c.parts {
					all += " " + part
				}
				all += ` } ` + c.fragment
				var told explained
				d.query(t, hrToken, explainPrice, map[string]any{"d": all}, &told)
				d.forget()
				together := d.ask(t, hrToken, all, nil)
				d.wantCalls(t, name+", kept: "+kept, c.want)
				if made := d.asked(); !maps.Equal(made, told.bySystem()) {
					t.Errorf("kept: %s: explained %v, made %v", kept, told.bySystem(), made)
				}
				got := map[string]any{}
				together.decode(t, &got)
				want, errs := map[string]any{}, 0
				for _, part := range c.parts {
					alone := d.ask(t, hrToken, `{ `+part+` } `+c.fragment, nil)
					one := map[string]any{}
					alone.decode(t, &one)
					maps.Copy(want, one)
					errs += len(alone.Errors)
				}
				if diff := cmp.Diff(want, got); diff != "" || len(together.Errors) != errs {
					t.Errorf("kept: %s: errors %+v; alone and together (-alone +together):\n%s", kept, together.Errors, diff)
				}
			}
		})
	}
}

// TestFree: the fields that are said to cost no call are there, and cost none.
func TestFree(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	var schema struct {
		Schema struct {
			Types []struct {
				Name   string
				Fields []struct{ Name string }
			}
		} `json:"__schema"`
	}
	d.query(t, hrToken, `{ __schema { types { name fields { name } } } }`, nil, &schema)
	var free, lists []string
	for _, typ := range schema.Schema.Types {
		for _, f := range typ.Fields {
			if resolvers.Free(typ.Name, f.Name) {
				free = append(free, typ.Name+"."+f.Name)
			}
			if resolvers.Lists(typ.Name, f.Name) {
				lists = append(lists, f.Name)
			}
		}
	}
	slices.Sort(free)
	want := []string{
		"Employee.managers", "Employee.organization", "EmployeeConnection.edges", "EmployeeConnection.nodes",
		"EmployeeEdge.node", "Organization.ancestors", "Organization.children", "Organization.employees",
		"Organization.parent", "OrganizationConnection.edges", "OrganizationConnection.nodes", "OrganizationEdge.node",
		"Query.employee", "Query.employees", "Query.organization", "Query.organizations",
	}
	if diff := cmp.Diff(want, free); diff != "" {
		t.Errorf("free (-want +got):\n%s", diff)
	}
	if len(lists) != 4 {
		t.Errorf("lists %q", lists)
	}
	d.forget()
	var got struct {
		Organizations struct{ Nodes []struct{ ID string } }
	}
	d.query(t, hrToken, `{ organizations { nodes { id } edges { node { id } } } }`, nil, &got)
	d.query(t, hrToken, `query($id: ID!) { employee(by: { code: "E00003" }) { managers { id } organization { id } }
		employees { nodes { id } edges { node { id } } }
		organization(id: $id) { parent { id } ancestors { id } children { id } employees { nodes { id } } } }`,
		map[string]any{"id": got.Organizations.Nodes[1].ID}, &struct{}{})
	d.wantCalls(t, "free fields", map[string]int{})
}

// TestCalls_placesAndRights: nobody is asked for ahead whom the caller may not see.
func TestCalls_placesAndRights(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	var everybody struct{ Employees struct{ TotalCount int } }
	d.query(t, hrToken, `{ employees { totalCount } }`, nil, &everybody)
	for token, day := range map[string]string{managerToken: "2026-09-03", employeeToken: "2026-09-04"} {
		stamps := `stamps(from: "` + day + `", to: "` + day + `", systems: [AKASHI]) { totalCount }`
		d.forget()
		var got struct {
			All struct {
				Nodes []struct{ Links []struct{ System string } }
			}
			Other *struct{ Code string }
		}
		a := d.ask(t, token, `{ all: employees(first: 300) { nodes { links { system } managers { `+stamps+` } `+stamps+` } }
			other: employee(by: { code: "E00300" }) { code `+stamps+` } }`, nil)
		a.decode(t, &got)
		if n := len(got.All.Nodes); n == 0 || n >= everybody.Employees.TotalCount {
			t.Fatalf("%s sees %d of %d people: nothing is shown", token, n, everybody.Employees.TotalCount)
		}
		known := 0
		for _, e := range got.All.Nodes {
			for _, l := range e.Links {
				if l.System == akashiSystem {
					known++
				}
			}
		}
		asked := map[string]bool{}
		for _, r := range d.Simulators.Akashi.History().Requests {
			for id := range strings.SplitSeq(r.Query.Get("staff_ids"), ",") {
				asked[id] = true
			}
		}
		if got.Other != nil || len(asked) != known {
			t.Errorf("%s: AKASHI was asked for %d people, of %d that are seen; another is %v", token, len(asked), known, got.Other)
		}
	}
}
