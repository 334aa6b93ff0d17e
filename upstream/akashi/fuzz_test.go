package akashi_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// The fuzz targets feed any answer to one decoder each: it may be refused, and
// must neither panic nor quote what it got.

func fuzz(f *testing.F, names ...string) {
	f.Helper()
	var chosen []method
	for _, m := range methods() {
		for _, n := range names {
			if m.name == n {
				chosen = append(chosen, m)
				f.Add([]byte(ok(m.good).Bodies[0]))
			}
		}
	}
	if len(chosen) != len(names) {
		f.Fatal("unknown method")
	}
	f.Add([]byte(`{"success":false,"errors":[{"code":" E1","message":"` + vendortest.Body + `"}]}`))
	f.Add([]byte(`{"success ":true,"response ":[{"staff_id":"1","working_records":{"date":"2026/1/2"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range chosen {
			_, err := m.call(t.Context(), client(t, vendortest.Answer(string(body))))
			if code := vendortest.CodeOf(err); code == "INTERNAL" || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", m.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}

func FuzzOrganizations(f *testing.F)  { fuzz(f, "Organizations") }
func FuzzStaffs(f *testing.F)         { fuzz(f, "Staffs", "Staff") }
func FuzzStamps(f *testing.F)         { fuzz(f, "Stamps", "MultipleStamps") }
func FuzzWorkingRecords(f *testing.F) { fuzz(f, "WorkingRecords") }
func FuzzProjects(f *testing.F)       { fuzz(f, "Projects", "Project", "StaffProjects", "ProjectStaffs") }
func FuzzTasks(f *testing.F)          { fuzz(f, "Tasks", "Task") }
func FuzzManhours(f *testing.F)       { fuzz(f, "Manhours", "ManhoursOf") }
func FuzzAlerts(f *testing.F)         { fuzz(f, "Alerts") }

// fuzzWrites does the same with the answers to writes.
func fuzzWrites(f *testing.F, prefix string) {
	f.Helper()
	var chosen []writing
	for _, w := range writings() {
		if strings.HasPrefix(w.name, prefix) {
			chosen = append(chosen, w)
			f.Add([]byte(ok(w.good).Bodies[0]))
		}
	}
	if chosen == nil {
		f.Fatal("unknown write")
	}
	f.Add([]byte(`{"success":false,"errors":[{"code":" E1","staff_id":"7","target":"s001","message":"` + vendortest.Body + `"}]}`))
	f.Add([]byte(`{"success":true,"response":{"staffs ":[{"staff_id":"7"}]},"errors":{"code":"E1","staff_code":"s001"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, w := range chosen {
			_, err := w.call(t.Context(), client(t, vendortest.Answer(string(body))))
			if code := vendortest.CodeOf(err); code == "INTERNAL" || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", w.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}

func FuzzCreateOrganizations(f *testing.F)  { fuzzWrites(f, "CreateOrganizations") }
func FuzzPutStaffs(f *testing.F)            { fuzzWrites(f, "PutStaffs") }
func FuzzLeaving(f *testing.F)              { fuzzWrites(f, "RetireStaff") }
func FuzzStamp(f *testing.F)                { fuzzWrites(f, "Stamp") }
func FuzzSetWorkingConditions(f *testing.F) { fuzzWrites(f, "SetWorkingConditions") }
func FuzzTransferStaffs(f *testing.F)       { fuzzWrites(f, "TransferStaffs") }
func FuzzGrantPermissions(f *testing.F)     { fuzzWrites(f, "GrantPermissions") }
func FuzzReservePermissions(f *testing.F)   { fuzzWrites(f, "ReservePermissions") }
func FuzzDeleteStaff(f *testing.F)          { fuzzWrites(f, "DeleteStaff") }
func FuzzDeleteProject(f *testing.F)        { fuzzWrites(f, "DeleteProject") }
func FuzzDeleteTask(f *testing.F)           { fuzzWrites(f, "DeleteTask") }
func FuzzPutProjects(f *testing.F)          { fuzzWrites(f, "PutProjects") }
func FuzzPutTasks(f *testing.F)             { fuzzWrites(f, "PutTasks") }
func FuzzPutManhours(f *testing.F)          { fuzzWrites(f, "PutManhours") }
func FuzzDeleteManhours(f *testing.F)       { fuzzWrites(f, "DeleteManhours") }
func FuzzAssignProjectStaffs(f *testing.F)  { fuzzWrites(f, "AssignProjectStaffs") }

func FuzzReissueToken(f *testing.F) {
	f.Add([]byte(`{"success":true,"response":{"login_company_code":1,"staff_id":"7","agency_manager_id":45,
		"token":"` + vendortest.Token + `","expired_at":"2026/12/20 20:00:00"}}`))
	f.Add([]byte(`{"success":true,"response":{"staff_id":null,"token":7,"expired_at":"20261220200000"}}`))
	f.Add([]byte(`{"success":false,"errors":[{"code":" E1","message":"` + vendortest.Body + `"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := akashi.NewReissuer(options(t, vendortest.Answer(string(body)), nil, new(bytes.Buffer)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = r.ReissueToken(t.Context(), vendortest.Token)
		if code := vendortest.CodeOf(err); code == "INTERNAL" || code == "not a *fault.Error" {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}
