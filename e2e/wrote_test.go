package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/store/storetest"
	simakashi "github.com/hitotsu/hitotsu/simulator/akashi"
	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	simyesod "github.com/hitotsu/hitotsu/simulator/yesod"
)

// counters are what the systems were asked, without the calls for tokens.
func (s *systems) counters() map[string]int {
	out := map[string]int{}
	for i, name := range []string{"akashi", "jobcan", "carely", "yesod"} {
		for route, n := range s.all()[i].History().Counters {
			route = strings.Replace(route, "/api/cooperation/{company}/", "", 1)
			if !strings.Contains(route, "token") {
				out[name+" "+route] += n
			}
		}
	}
	return out
}

func (s *systems) forget() {
	for _, one := range s.all() {
		one.ClearHistory()
	}
}

// fleetOf is gateways on one Redis in front of a company of 260.
type fleetOf struct {
	*systems

	environ []string
	all     []*gateway
}

func startFleet(t *testing.T, gateways int) *fleetOf {
	t.Helper()
	f := &fleetOf{systems: startSystemsOf(t, 260)}
	f.environ = f.systems.environ(t, "HITOTSU_REDIS_URL="+storetest.StartRedis(t).URL, "HITOTSU_REDIS_BUDGET=2s",
		"HITOTSU_AKASHI_FIRST_REISSUE_DELAY=24h") // a reissue between two calls is another call
	for range gateways {
		f.add(t)
	}
	return f
}

// add starts one more gateway and waits until it knows everybody.
func (f *fleetOf) add(t *testing.T) *gateway {
	t.Helper()
	g := serve(t, f.environ)
	f.all = append(f.all, g)
	eventually(t, "everybody is known", func() bool {
		var got struct{ Employees, Organizations struct{ Sources []sourceRow } }
		a := g.ask(t, hrKey, `{ employees(first: 1) { sources { `+sourceFields+` } }
			organizations(first: 1) { sources { `+sourceFields+` } } }`, nil)
		a.decode(t, &got)
		return !slices.ContainsFunc(slices.Concat(got.Employees.Sources, got.Organizations.Sources),
			func(s sourceRow) bool { return s.Status != "OK" })
	})
	return g
}

// eventually waits for something that is true within a minute.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	late := time.After(time.Minute)
	for !is() {
		select {
		case <-late:
			t.Fatalf("not within a minute: %s", what)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// write sends a mutation to the first gateway, which must apply it.
func (f *fleetOf) write(t *testing.T, mutation string, variables map[string]any) {
	t.Helper()
	a := f.all[0].ask(t, hrKey, mutation, variables)
	if len(a.Errors) > 0 || strings.Count(a.Body, `"outcome":"APPLIED"`) == 0 || strings.Contains(a.Body, `REFUSED`) {
		t.Fatalf("%.200s: %.1000s", mutation, a.Body)
	}
}

// everywhere asks all gateways, and wants the same answer of each.
func (f *fleetOf) everywhere(t *testing.T, query, want string) {
	t.Helper()
	for i, g := range f.all {
		if a := g.ask(t, hrKey, query, nil); !strings.Contains(a.Body, want) {
			t.Errorf("gateway %d has no %s:\n%.6000s", i, want, a.Body)
		}
	}
}

// calls compares what was asked since the last time.
func (f *fleetOf) calls(t *testing.T, what string, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, f.counters()); diff != "" {
		t.Errorf("%s: calls (-want +got):\n%s", what, diff)
	}
	f.forget()
}

const (
	createdStaff = `{ employees(filter: { codes: ["NEW-1"] }) { nodes { code name { family } employmentType
		organization { name } links { system } } } }`
	putStaff = `mutation($rows: [AkashiStaffInput!]!) { akashi { putStaffs(rows: $rows) { rows { outcome
		staff { staffId } } } } }`
)

// TestWrote_akashi makes, changes, moves, retires and deletes a staff through one
// gateway. Each is seen at once there, on another one, and on one that is started
// afterwards, for one call: of 14 that list everybody.
func TestWrote_akashi(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 2)
	units := dump[simakashi.Dump](t, f.akashi).Organizations
	unit := units[len(units)-1]
	f.forget()

	names := obj("lastName", "新入", "firstName", "一郎", "staffCode", "NEW-1", "organization", "企業")
	f.write(t, putStaff, vars("rows", rowsOf(names)))
	f.everywhere(t, createdStaff, `"family":"新入"`)
	f.calls(t, "made", map[string]int{"akashi PATCH staffs/{$}": 1, "akashi GET staffs/{staff_id}": 1})

	all := dump[simakashi.Dump](t, f.akashi).Staffs
	staff := all[slices.IndexFunc(all, func(s simakashi.DumpStaff) bool { return s.Code == "NEW-1" })]
	names = obj("staffId", id(staff.StaffID), "lastName", "改姓", "firstName", "一郎")
	f.write(t, putStaff, vars("rows", rowsOf(names)))
	f.everywhere(t, createdStaff, `"family":"改姓"`)
	f.calls(t, "changed", map[string]int{"akashi PATCH staffs/{$}": 1, "akashi GET staffs/{staff_id}": 1})

	f.write(t, `mutation($rows: [AkashiTransferInput!]!) { akashi { transferStaffs(rows: $rows) { rows { outcome } } } }`,
		vars("rows", rowsOf(obj("staffCode", "NEW-1", "newOrganizationCode", *unit.Code,
			"organizationChangeDate", time.Now().Format(time.DateOnly), "employmentCategory", "従業員"))))
	f.everywhere(t, createdStaff, fmt.Sprintf(`"organization":{"name":%q}`, unit.Name))
	f.calls(t, "moved", map[string]int{"akashi POST importer_factory/organizations": 1, "akashi GET staffs/{staff_id}": 1})

	f.write(t, `mutation($rows: [AkashiPermissionInput!]!) { akashi { grantPermissions(rows: $rows) { rows { outcome } } } }`,
		vars("rows", rowsOf(obj("staffCode", "NEW-1", "manageOrganizationCode", *unit.Code,
			"managerPermissionName", "一般管理者"))))
	f.everywhere(t, fmt.Sprintf(`{ employees(filter: { codes: [%q] }) { nodes { managers { code } } } }`, f.under(t, unit.OrganizationID)),
		`{"code":"NEW-1"}`)
	f.calls(t, "made a manager", map[string]int{
		"akashi POST importer_factory/permissions": 1, "akashi GET staffs/{staff_id}": 1,
	})

	f.write(t, `mutation($id: ID!, $on: Date!) { akashi { retireStaff(id: $id, retirementDate: $on) { outcome } } }`,
		vars("id", id(staff.StaffID), "on", time.Now().Format(time.DateOnly)))
	f.everywhere(t, createdStaff, `"NEW-1"`)
	f.calls(t, "retired", map[string]int{"akashi DELETE staff/{staff_id}": 1, "akashi GET staffs/{staff_id}": 1})
	f.add(t)
	f.everywhere(t, createdStaff, `"family":"改姓"`)
	f.calls(t, "one more gateway", map[string]int{})

	f.write(t, `mutation($id: ID!) { akashi { deleteStaff(id: $id, confirmDeletionOf: "NEW-1") { outcome } } }`,
		vars("id", id(staff.StaffID)))
	f.everywhere(t, createdStaff, `"nodes":[]`)
	// It is read before: to compare what confirms the deletion.
	f.calls(t, "deleted", map[string]int{"akashi DELETE staff/{staff_id}": 1, "akashi GET staffs/{staff_id}": 1})
}

// under is the code of somebody in a unit.
func (f *fleetOf) under(t *testing.T, unit int) string {
	t.Helper()
	for _, s := range dump[simakashi.Dump](t, f.akashi).Staffs {
		if s.OrganizationID == unit && s.Code != "NEW-1" && s.Code != "" {
			return s.Code
		}
	}
	t.Fatal("nobody is in the unit")
	return ""
}

// TestWrote_others: a customer of Carely is found by the number, for one call of
// the three that list everybody; YESOD lists everybody in one. An organisation is
// no person.
func TestWrote_others(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 2)
	customers := dump[simcarely.State](t, f.carely).Customers
	c := customers[slices.IndexFunc(customers, func(c simcarely.Customer) bool { return c.EmployeeNumber != nil })]
	f.forget()
	f.write(t, upsertCustomers, map[string]any{"rows": []any{map[string]any{"uuid": *c.UUID, "jobTitle": "改題"}}})
	f.everywhere(t, fmt.Sprintf(`{ employees(filter: { codes: [%q] }) { nodes { provenance { field values { system value } } } } }`,
		*c.EmployeeNumber), `{"system":"CARELY","value":"改題"}`)
	f.calls(t, "Carely", map[string]int{"carely POST /api/graphql upsertCustomer": 1, "carely POST /api/graphql customers": 1})

	f.write(t, `mutation { akashi { createOrganizations(rows: [{ name: "新設室", code: "NEW-U" }]) { rows { outcome } } } }`, nil)
	f.everywhere(t, `{ organizations(first: 300) { nodes { name } } }`, `"新設室"`)
	f.calls(t, "an organisation", map[string]int{"akashi POST organizations": 1, "akashi GET organizations": 1})

	members := dump[simyesod.State](t, f.yesod).Members
	in := plus(yesodMembers([2]string{members[3].IdentificationNumber, "改姓"}), map[string]any{"approval": "AT_ONCE"})
	f.forget()
	f.write(t, importMembers, map[string]any{"in": in})
	f.everywhere(t, fmt.Sprintf(`{ employees(filter: { codes: [%q] }) { nodes { name { family } } } }`,
		members[3].EmployeeNumber), `"family":"改姓"`)
	got := f.counters()
	if n := got["yesod POST /api/v24.10/query"]; n < 1 || n > 3 || len(got) != 2 {
		t.Errorf("YESOD: calls %v", got) // one of people; two of organisations
	}
}

func yesodMembers(rows ...[2]string) map[string]any {
	in := maps.Clone(members(rows...))
	in["changeDate"] = time.Now().Format(time.DateOnly)
	return in
}

// TestWrote_unknown: when the answer of a write is lost, who was written is read.
func TestWrote_unknown(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 2)
	staff := dump[simakashi.Dump](t, f.akashi).Staffs[5]
	command(t, f.akashi, http.MethodPost, "/fault", `{"method":"PATCH","cut":"after"}`)
	f.forget()
	a := f.all[0].ask(t, hrKey, putStaff, vars("rows", rowsOf(
		obj("staffId", id(staff.StaffID), "lastName", "改姓", "firstName", staff.FirstName))))
	if !strings.Contains(a.Body, `"outcome":"UNKNOWN"`) {
		t.Fatalf("told as %.500s", a.Body)
	}
	f.everywhere(t, fmt.Sprintf(`{ employees(filter: { codes: [%q] }) { nodes { provenance { field values { system value } } } } }`,
		staff.Code), `{"system":"AKASHI","value":"改姓"}`)
	got := f.counters()
	delete(got, "akashi PATCH staffs/{$}")
	if diff := cmp.Diff(map[string]int{"akashi GET staffs/{staff_id}": 1}, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
