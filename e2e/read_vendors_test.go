package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// readVendors compares what only one vendor has.
func readVendors(t *testing.T, d *demo, w *truth) {
	t.Helper()
	var got struct {
		Carely struct {
			CurrentCustomer                        struct{ UUID string }
			Departments, Workplaces, GroupAnalyses []struct{ UUID, Name string }
		}
		Jobcan struct {
			Shifts []struct{ Date, Start, End string }
		}
	}
	d.query(t, hrToken, `{ carely { currentCustomer { uuid } departments { uuid name } workplaces { uuid name }
		groupAnalyses { uuid name } } jobcan { shifts(employee: "E00001", dates: ["2026-11-18", "2026-11-19"]) { date start end } } }`,
		nil, &got)
	want := map[string]string{}
	for _, x := range w.carely.Departments {
		want[str(x.UUID)] = strings.Join(strings.Fields(str(x.DisplayName)), " ")
	}
	for _, x := range w.carely.Workplaces {
		want[str(x.UUID)] = str(x.Name)
	}
	for _, x := range w.carely.GroupAnalysis {
		want[str(x.UUID)] = str(x.DisplayName)
	}
	units := map[string]string{}
	for _, x := range slices.Concat(got.Carely.Departments, got.Carely.Workplaces, got.Carely.GroupAnalyses) {
		units[x.UUID] = x.Name
	}
	if diff := cmp.Diff(want, units); diff != "" || got.Carely.CurrentCustomer.UUID != w.carely.CurrentCustomer {
		t.Errorf("Carely's units (-want +got), customer %s:\n%s", got.Carely.CurrentCustomer.UUID, diff)
	}
	var plan, shown []string
	for _, day := range w.jobcan.Shifts {
		if day.EmployeeID == w.find(t, "E00001").jobcan.ID && (day.Date == "2026-11-18" || day.Date == yesterday) {
			for _, s := range day.Shifts {
				plan = append(plan, line(day.Date, s.Start, s.End))
			}
		}
	}
	for _, s := range got.Jobcan.Shifts {
		shown = append(shown, line(s.Date, s.Start, s.End))
	}
	if diff := cmp.Diff(plan, shown); diff != "" || len(plan) == 0 {
		t.Errorf("shifts (-want +got):\n%s", diff)
	}
}
