package e2e_test

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
)

// participant is an employee with the projects and tasks that the gateway tells.
type participant struct {
	Code     string
	Links    []struct{ System, VendorID string }
	Projects struct{ Nodes []struct{ Code string } }
	Tasks    struct {
		Nodes []struct {
			Code    string
			Project struct{ Code string }
		}
	}
}

// takesPart tells whether the dump has the person in a project that runs on the
// day, written as AKASHI does.
func (e participant) takesPart(p akashi.DumpProject, day string) bool {
	runs := (p.StartDate == nil || *p.StartDate <= day) && (p.EndDate == nil || day <= *p.EndDate)
	return runs && slices.ContainsFunc(e.Links, func(l struct{ System, VendorID string }) bool {
		id, err := strconv.Atoi(l.VendorID)
		return l.System == "AKASHI" && err == nil && slices.Contains(p.StaffIDs, id)
	})
}

// The projects and tasks of an employee are those that AKASHI assigns them to.
func TestRead_projectsAndTasksOfEmployees(t *testing.T) {
	t.Parallel()
	d := start(t)
	state := dump[akashi.Dump](t, d.Simulators.Akashi)
	const period = `from: "` + yesterday + `", to: "` + yesterday + `"`
	var got struct{ Employees struct{ Nodes []participant } }
	d.query(t, hrToken, `{ employees(first: 5, filter: { codes: ["E00001", "E00002", "E00003", "E00007", "E00010"] }) {
		nodes { code links { system vendorId }
			projects(`+period+`) { nodes { code } }
			tasks(`+period+`, first: 300) { nodes { code project { code } } } } } }`, nil, &got)
	if len(got.Employees.Nodes) == 0 {
		t.Fatal("nobody answered")
	}
	some := false
	for _, e := range got.Employees.Nodes {
		var want, have, owners []string
		for _, p := range state.Projects {
			if e.takesPart(p, slashed(yesterday)) {
				want = append(want, p.Code)
			}
		}
		for _, p := range e.Projects.Nodes {
			have = append(have, p.Code)
		}
		for _, task := range e.Tasks.Nodes {
			if !slices.Contains(owners, task.Project.Code) {
				owners = append(owners, task.Project.Code)
			}
		}
		slices.Sort(want)
		slices.Sort(have)
		slices.Sort(owners)
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s: projects (-want +got):\n%s", e.Code, diff)
		}
		if diff := cmp.Diff(want, owners); diff != "" {
			t.Errorf("%s: projects of the tasks (-want +got):\n%s", e.Code, diff)
		}
		some = some || len(want) > 0
	}
	if !some {
		t.Error("nobody takes part in anything")
	}
}
