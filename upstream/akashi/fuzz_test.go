package akashi_test

import (
	"testing"
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
				f.Add([]byte(ok(m.good).body))
			}
		}
	}
	if len(chosen) != len(names) {
		f.Fatal("unknown method")
	}
	f.Add([]byte(`{"success":false,"errors":[{"code":" E1","message":"` + markerBody + `"}]}`))
	f.Add([]byte(`{"success ":true,"response ":[{"staff_id":"1","working_records":{"date":"2026/1/2"}}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range chosen {
			_, err := m.call(t.Context(), client(t, &vendor{body: string(body)}))
			if code := codeOf(err); code == "INTERNAL" || code == "not a *fault.Error" {
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
