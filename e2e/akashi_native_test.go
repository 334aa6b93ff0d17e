package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// TestAkashiNamespace_isForHR asks for every field as somebody else.
func TestAkashiNamespace_isForHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	d.forget()
	for _, field := range []string{
		`{ akashi { organizations { id } } }`, `{ akashi { organization(id: "1") { id } } }`,
		`{ akashi { staff(id: "1") { id } } }`, `{ akashi { project(id: "1") { id } } }`,
		`{ akashi { task(project: "1", id: "1") { id } } }`, `{ akashi { staffProjects(staff: "1") { projectId } } }`,
		`{ akashi { projectStaffs(project: "1") { staffIds } } }`,
		`mutation { akashi { deleteProject(id: "1") { outcome } } }`,
		`mutation { akashi { deleteStaff(id: "1", confirmDeletionOf: "1") { outcome } } }`,
		`mutation { akashi { putStaffs(rows: [{ lastName: "a", firstName: "b" }]) { rows { outcome } } } }`,
	} {
		for _, token := range []string{managerToken, employeeToken} {
			a := d.ask(t, token, field, nil)
			if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
				t.Errorf("%s %s: %+v", token, field, a.Errors)
			}
		}
	}
	if calls := d.counters(); len(calls) > 0 {
		t.Errorf("something was asked: %v", calls)
	}
}

const putStaffs = `mutation($rows: [AkashiStaffInput!]!) { akashi { putStaffs(rows: $rows) {
	rows { ` + toldOfRow + ` staff { staffId staffCode } } errors { code message } staffs { staffId } } } }`

type putStaffsAnswer struct {
	Akashi struct {
		PutStaffs struct {
			Rows []struct {
				Row              int
				Outcome          string
				Code, VendorCode *string
				VendorMessage    *string
				Staff            *struct{ StaffID, StaffCode string }
			}
			Errors, Staffs []struct{}
		}
	}
}

// TestAkashiNamespace_rowsAreIndependent sends rows of every fate in one request
// and reads right afterwards what became of them.
func TestAkashiNamespace_rowsAreIndependent(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	someone := d.truth(t).people[40].akashi
	unknown := obj("lastName", "新井", "firstName", "直子", "staffCode", "N-0002", "organization", "無い部")
	fresh := obj("lastName", "新井", "firstName", "渚", "staffCode", "N-0001", "organization", "企業", "lastNameKana", "アライ")
	var got putStaffsAnswer
	d.query(t, hrToken, putStaffs, vars("rows", rowsOf(
		with(fresh, "staffCode", "番号"), unknown, fresh, with(fresh, "firstName", "巳"),
		obj("staffId", id(someone.StaffID), "lastName", "改名", "firstName", someone.FirstName))), &got)
	var lines []string
	for i, r := range got.Akashi.PutStaffs.Rows {
		line := fmt.Sprintf("%d %s", r.Row, r.Outcome)
		for _, s := range []*string{r.Code, r.VendorCode} {
			if s != nil {
				line += " " + *s
			}
		}
		if r.Row != i || (r.Staff == nil) != (r.Outcome != "APPLIED") {
			t.Errorf("row %d: %+v", i, r)
		}
		lines = append(lines, line)
	}
	want := []string{
		"0 REFUSED BAD_USER_INPUT", "1 REFUSED UPSTREAM_REFUSED ERR300402", "2 APPLIED", "3 REFUSED BAD_USER_INPUT", "4 APPLIED",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if n := len(got.Akashi.PutStaffs.Errors) + len(got.Akashi.PutStaffs.Staffs); n != 0 {
		t.Errorf("%d errors and staffs belong to no row", n)
	}
	var after struct {
		Fresh, Changed *struct {
			Name struct{ Family, Given string }
		}
	}
	d.query(t, hrToken, `query($code: String!) { fresh: employee(by: { code: "N-0001" }) { name { family given } }
		changed: employee(by: { code: $code }) { name { family given } } }`, vars("code", someone.Code), &after)
	if after.Fresh == nil || after.Fresh.Name.Given != "渚" {
		t.Errorf("the new staff is read as %+v", after.Fresh)
	}
	if after.Changed == nil {
		t.Error("the changed staff is not there")
	}
	names := map[string]string{}
	for _, s := range dump[akashi.Dump](t, d.Simulators.Akashi).Staffs {
		names[s.Code] = s.LastName + s.FirstName
	}
	if names["N-0001"] != "新井渚" || names["N-0002"] != "" || names[someone.Code] != "改名"+someone.FirstName {
		t.Errorf("AKASHI holds %q, %q, %q", names["N-0001"], names["N-0002"], names[someone.Code])
	}
}

// TestAkashiNamespace_writesInOrder delays the first of three writes.
func TestAkashiNamespace_writesInOrder(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	d.forgetWrites()
	if err := d.Simulators.Akashi.AddFault(control.Fault{
		LatencyMS: 300, Method: "POST", PathPrefix: "/api/cooperation/demo/organizations", Times: 1,
	}); err != nil {
		t.Fatal(err)
	}
	const make3 = `mutation { akashi {
		top: createOrganizations(rows: [{ name: "第四事業部", code: "D4" }]) { rows { outcome } }
		below: createOrganizations(rows: [{ name: "企画課", code: "D4-1", parentOrganization: "第四事業部" }]) { rows { outcome } }
		person: putStaffs(rows: [{ lastName: "北", firstName: "光", staffCode: "N-0003", organization: "第四事業部/企画課" }]) {
			rows { outcome } } } }`
	a := d.covers(t, hrToken, make3, nil)
	if n := strings.Count(a.Body, appliedRow); n != 3 {
		t.Errorf("%d writes were applied, want 3:\n%s", n, a.Body)
	}
	var order []string
	for _, w := range d.Simulators.Akashi.Journal() {
		order = append(order, w.Operation)
	}
	if diff := cmp.Diff([]string{"6.1", "6.1", "6.3"}, order); diff != "" {
		t.Errorf("order (-want +got):\n%s", diff)
	}
	var got struct {
		Employee struct {
			Organization struct {
				Name   string
				Parent *struct{ Name string }
			}
		}
	}
	d.query(t, hrToken, `{ employee(by: { code: "N-0003" }) { organization { name parent { name } } } }`, nil, &got)
	if o := got.Employee.Organization; o.Name != "企画課" || o.Parent == nil || o.Parent.Name != "第四事業部" {
		t.Errorf("the new person's organisation is read as %+v", o)
	}
}

// TestAkashiNamespace_deleting reads the staff first and compares.
func TestAkashiNamespace_deleting(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	someone := d.truth(t).people[50].akashi
	const operation = `mutation($id: ID!, $code: String!) { akashi { deleteStaff(id: $id, confirmDeletionOf: $code) {
		outcome code message } } }`
	there := func() bool {
		for _, s := range dump[akashi.Dump](t, d.Simulators.Akashi).Staffs {
			if s.StaffID == someone.StaffID {
				return true
			}
		}
		return false
	}
	for _, code := range []string{"", "yes", id(someone.StaffID), strings.ToLower(someone.Code)} {
		a := d.covers(t, hrToken, operation, vars("id", id(someone.StaffID), "code", code))
		if !strings.Contains(a.Body, refusedRow) || strings.Contains(a.Body, someone.Code) || !there() {
			t.Errorf("confirmed by %q: %s", code, a.Body)
		}
	}
	a := d.covers(t, hrToken, operation, vars("id", id(someone.StaffID), "code", someone.Code))
	if !strings.Contains(a.Body, appliedRow) || there() {
		t.Errorf("not deleted: %s", a.Body)
	}
	var got struct {
		Employee *struct{ Links []struct{ System string } }
	}
	d.ask(t, hrToken, `query($code: String!) { employee(by: { code: $code }) { links { system } } }`,
		vars("code", someone.Code)).decode(t, &got)
	if got.Employee != nil {
		for _, l := range got.Employee.Links {
			if l.System == akashiSystem {
				t.Error("the employee is still linked to AKASHI")
			}
		}
	}
}

// TestAkashiNamespace_everyWorkingCondition sends all keys that the schema names
// and looks for each in what AKASHI was asked.
func TestAkashiNamespace_everyWorkingCondition(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	someone := d.truth(t).people[60].akashi
	var schema struct {
		Type struct {
			InputFields []struct{ Name string }
		} `json:"__type"`
	}
	d.query(t, hrToken, `{ __type(name: "AkashiWorkingConditionInput") { inputFields { name } } }`, nil, &schema)
	row := obj("staffCode", someone.Code, "effectiveDate", "2026-12-01")
	var keys []string
	for _, f := range schema.Type.InputFields {
		if f.Name == "extra" {
			continue
		}
		keys = append(keys, onTheWire(f.Name))
		if _, ok := row[f.Name]; !ok {
			row[f.Name] = ""
		}
	}
	if len(keys) != 67 {
		t.Fatalf("the schema names %d keys, AKASHI's document 67", len(keys))
	}
	d.forgetWrites()
	a := d.ask(t, hrToken, `mutation($rows: [AkashiWorkingConditionInput!]!) { akashi { setWorkingConditions(rows: $rows) {
		rows { `+toldOfRow+` } } } }`, vars("rows", rowsOf(row)))
	if !strings.Contains(a.Body, appliedRow) {
		t.Errorf("not applied: %s", a.Body)
	}
	pieces := []string{`"staff_code":"` + someone.Code + `"`}
	for _, key := range keys {
		pieces = append(pieces, `"`+key+`":`)
	}
	wrote(t, d.Simulators.Akashi, "6.12", pieces...)
}

// onTheWire turns "recountMethod" into AKASHI's "recount_method".
func onTheWire(name string) string {
	var b strings.Builder
	for i, r := range name {
		digit := r >= '0' && r <= '9'
		if r >= 'A' && r <= 'Z' || digit && i > 0 && (name[i-1] < '0' || name[i-1] > '9') {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// TestAkashiNamespace_readsAfterWrites: a write that changed something makes
// people and projects be read again; one that was refused costs no reading.
func TestAkashiNamespace_readsAfterWrites(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	state := d.truth(t).akashi
	const projects = `{ projects(first: 1) { totalCount } employees(first: 1) { totalCount } }`
	var before, after struct {
		Projects struct{ TotalCount int }
	}
	d.query(t, hrToken, projects, nil, &before)
	d.forget()
	refused := d.covers(t, hrToken, putStaffs, vars("rows", rowsOf(obj("lastName", "", "firstName", ""))))
	if !strings.Contains(refused.Body, refusedRow) {
		t.Errorf("not refused: %s", refused.Body)
	}
	d.query(t, hrToken, projects, nil, &after)
	d.wantCalls(t, "after a refusal", map[string]int{})

	doomed := state.Projects[len(state.Projects)-1]
	a := d.covers(t, hrToken, `mutation($id: ID!) { akashi { deleteProject(id: $id) { outcome project { code } } } }`,
		vars("id", id(doomed.ProjectID)))
	if !strings.Contains(a.Body, appliedRow) || !strings.Contains(a.Body, doomed.Code) {
		t.Errorf("not deleted: %s", a.Body)
	}
	d.query(t, hrToken, projects, nil, &after)
	if after.Projects.TotalCount != before.Projects.TotalCount-1 {
		t.Errorf("%d projects, %d before the deletion", after.Projects.TotalCount, before.Projects.TotalCount)
	}
}
