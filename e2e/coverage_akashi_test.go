package e2e_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/akashi"
)

const akashiRoute = "/api/cooperation/{company}/"

// akashiCase is a row of AKASHI that asks the gateway.
type akashiCase struct {
	token     string // HR's when empty
	operation string
	variables map[string]any
	// route is the method and the path below the company that must be asked,
	// path what its path ends with, query what its query holds, and body what the
	// journal must have of a write.
	route, path string
	query       map[string]string
	body        []string
	// bad is the refused operation with its variables; told is what its answer
	// holds. Unless sent, nothing of the route may arrive.
	badToken, bad string
	badVariables  map[string]any
	told          []string
	sent          bool
}

// execute also demands that a write was applied.
func (c akashiCase) execute(t *testing.T, d *demo, section string) {
	t.Helper()
	a := d.covers(t, cmp.Or(c.token, hrToken), c.operation, c.variables)
	asked(t, d.Simulators.Akashi, c.routeKey(), c.path, c.query)
	if strings.HasPrefix(c.route, "GET ") {
		return
	}
	wrote(t, d.Simulators.Akashi, section, c.body...)
	if !strings.Contains(a.Body, appliedRow) {
		t.Errorf("nothing was applied:\n%s", a.Body)
	}
}

func (c akashiCase) refuse(t *testing.T, d *demo) {
	t.Helper()
	d.refuses(t, cmp.Or(c.badToken, hrToken), c.bad, c.badVariables, c.told...)
	if !c.sent {
		notAsked(t, d.Simulators.Akashi, c.routeKey())
	}
}

// routeKey is the route as the simulator's history counts it.
func (c akashiCase) routeKey() string { return strings.Replace(c.route, " ", " "+akashiRoute, 1) }

// akashiWorld is what the rows name of the demo company, before anything is
// written. No two writing rows touch the same object.
type akashiWorld struct {
	// staff reads and is changed; retired and doomed leave.
	staff, other, retired, doomed akashi.DumpStaff
	project, doomedProject        akashi.DumpProject
	task, doomedTask              akashi.DumpTask
	// booked is an item of an open day, of clerk.
	booked akashi.DumpManhour
	clerk  akashi.DumpStaff
}

func akashiWorldOf(t *testing.T, d *demo) *akashiWorld {
	t.Helper()
	state := d.truth(t).akashi
	w := &akashiWorld{}
	for _, m := range slices.Backward(state.Manhours) {
		if !m.IsClosed {
			w.booked = m
			break
		}
	}
	for _, s := range slices.Backward(state.Staffs) {
		if s.StaffID == w.booked.StaffID {
			w.clerk = s
			continue
		}
		if s.PermissionType != 3 || s.RetirementDate != nil {
			continue
		}
		switch {
		case w.staff.Code == "":
			w.staff = s
		case w.other.Code == "":
			w.other = s
		case w.retired.Code == "":
			w.retired = s
		case w.doomed.Code == "":
			w.doomed = s
		}
	}
	for _, p := range state.Projects {
		if p.ProjectID == w.booked.ProjectID {
			w.project = p
		} else {
			w.doomedProject = p
		}
	}
	for _, task := range state.Tasks {
		switch {
		case task.TaskID == w.booked.TaskID:
			w.task = task
		case task.ProjectID == w.booked.ProjectID:
			w.doomedTask = task
		}
	}
	return w
}

// nobody is an id that AKASHI never gave.
const nobody = 999_999_999

const (
	akashiRefused = `"code":"UPSTREAM_REFUSED"`
	noSuchRow     = `"vendorCode":"ERR300402"`
	badInput      = `"code":"BAD_USER_INPUT"`
	refusedRow    = `"outcome":"REFUSED"`
	appliedRow    = `"outcome":"APPLIED"`
)

// told is what a mutation of the namespace is asked to answer of a row.
const toldOfRow = `row outcome code message vendorCode vendorMessage errors { code message }`

func akashiCoverage() []coverageRow {
	row := func(section, operation, call, field, notes string, build func(w *akashiWorld) akashiCase) coverageRow {
		return coverageRow{
			system: "AKASHI", section: section, operation: operation, call: call, field: field, notes: notes,
			execute: func(t *testing.T, d *demo) {
				t.Helper()
				build(akashiWorldOf(t, d)).execute(t, d, section)
			},
			refuse: func(t *testing.T, d *demo) {
				t.Helper()
				build(akashiWorldOf(t, d)).refuse(t, d)
			},
		}
	}
	rows := []coverageRow{
		row("6.1", "組織作成", "POST /{company}/organizations", "`mutation akashi.createOrganizations`", "rows",
			akashiCreateOrganizations),
		row("6.2", "組織取得", "GET /{company}/organizations", "`organizations`, `akashi.organizations`, `akashi.organization`",
			"", akashiOrganizations),
		row("6.3", "従業員新規登録・更新", "PATCH /{company}/staffs/", "`mutation akashi.putStaffs`", "rows", akashiPutStaffs),
		row("6.4", "従業員取得", "GET /{company}/staffs/{staff}", "`employees`, `akashi.staff`", "", akashiStaff),
		row("6.5", "従業員退職", "DELETE /{company}/staff/{staff}", "`mutation akashi.retireStaff`", "", akashiRetire),
		row("6.5", "従業員削除", "DELETE /{company}/staff/{staff}", "`mutation akashi.deleteStaff`",
			"demands `confirmDeletionOf`", akashiDelete),
	}
	return rows
}

func akashiCreateOrganizations(*akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiNewOrganizationInput!]!) { akashi { createOrganizations(rows: $rows) {
		rows { ` + toldOfRow + ` organization { id name code parentId } } errors { code message } organizations { id } } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(obj("name", "新設準備室", "code", "NEW-1"))),
		route: "POST organizations", body: []string{`"name":"新設準備室"`, `"code":"NEW-1"`},
		bad: operation, badVariables: vars("rows", rowsOf(obj("name", "営業/一課"))), told: []string{badInput, refusedRow, "6.1"},
	}
}

func akashiOrganizations(*akashiWorld) akashiCase {
	return akashiCase{
		operation: `{ akashi { organizations(includesParents: true) { id parentId name code label
			displayPunchTypes { punchType displayName } } } }`,
		route: "GET organizations", query: map[string]string{"includesParents": "1"},
		bad: fmt.Sprintf(`{ akashi { organization(id: "%d") { name } } }`, nobody), sent: true,
		told: []string{akashiRefused, noSuchRow},
	}
}

func akashiPutStaffs(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiStaffInput!]!) { akashi { putStaffs(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId staffCode organizationId } } errors { code } staffs { staffId } } } }`
	names := obj("staffId", id(w.staff.StaffID), "lastName", w.staff.LastName, "firstName", w.staff.FirstName)
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(names, "remarks", "時短勤務"))),
		route: "PATCH staffs/{$}", body: []string{`"staff_id":` + id(w.staff.StaffID), `"remarks":"時短勤務"`},
		bad: operation, badVariables: vars("rows", rowsOf(with(names, "organization", "無い部"))), sent: true,
		told: []string{refusedRow, akashiRefused, noSuchRow},
	}
}

func akashiStaff(w *akashiWorld) akashiCase {
	const operation = `query($id: ID!) { akashi { staff(id: $id) { id staffNum email lastName firstName
		lastNameKana firstNameKana organization { id name } subgroups { id } employmentCategory { id name } tag idmNum
		cardTypeId remarks permissionGroup { id type name } managedOrganizations { id name } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.staff.StaffID)),
		route: "GET staffs/{staff_id}", path: "/staffs/" + id(w.staff.StaffID),
		bad: operation, badVariables: vars("id", id(nobody)), told: []string{akashiRefused, noSuchRow}, sent: true,
	}
}

func akashiRetire(w *akashiWorld) akashiCase {
	const operation = `mutation($id: ID!, $on: Date!) { akashi { retireStaff(id: $id, retirementDate: $on) {
		` + toldOfRow + ` staff { staffId staffCode } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.retired.StaffID), "on", "2026-12-31"),
		route: "DELETE staff/{staff_id}", path: "/staff/" + id(w.retired.StaffID),
		body: []string{`"retirement_date":"2026/12/31"`},
		bad:  operation, badVariables: vars("id", "E00001", "on", "2026-12-31"), told: []string{badInput},
	}
}

func akashiDelete(w *akashiWorld) akashiCase {
	const operation = `mutation($id: ID!, $code: String!) { akashi { deleteStaff(id: $id, confirmDeletionOf: $code) {
		` + toldOfRow + ` staff { staffId staffCode } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.doomed.StaffID), "code", w.doomed.Code),
		route: "DELETE staff/{staff_id}", path: "/staff/" + id(w.doomed.StaffID),
		bad: operation, badVariables: vars("id", id(w.other.StaffID), "code", w.staff.Code),
		told: []string{badInput, refusedRow},
	}
}

func id(n int) string { return strconv.Itoa(n) }

// vars and obj make variables from names and values.
func vars(pairs ...any) map[string]any { return obj(pairs...) }

func obj(pairs ...any) map[string]any { return with(nil, pairs...) }

// with returns a copy of base with more fields.
func with(base map[string]any, pairs ...any) map[string]any {
	out := maps.Clone(base)
	if out == nil {
		out = map[string]any{}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	return out
}

func rowsOf(rows ...map[string]any) []map[string]any { return rows }
