package e2e_test

import (
	"strings"
	"testing"
)

// jobcanAssumedCoverage is what of Jobcan is known as a scope only. The simulator
// serves it as we think it could be, when it is told to, and the gateway asks for
// it when it is given the path.
func jobcanAssumedCoverage() []coverageRow {
	var out []coverageRow
	for _, r := range []struct{ scope, name, path string }{
		{"groups.read", "groups", "/master/v1/groups"},
		{"managers.read", "managers", "/master/v1/managers"},
		{"workKinds.read", "work kinds", "/master/v1/work-kinds"},
		{"positions.read", "positions", "/master/v1/positions"},
		{"client.read", "client", "/master/v1/client"},
		{"workRegulationSettings.read", "work regulation settings", "/master/v1/work-regulation-settings"},
		{"holidaySettings.read", "holiday settings", "/master/v1/holiday-settings"},
		{"selectionRemarks.read", "lists of remarks", "/master/v1/selection-remarks"},
		{"workExtractSettings.read", "work extract settings", "/master/v1/work-extract-settings"},
		{"shiftPatterns.read", "shift patterns", "/shift/v1/shift-patterns"},
	} {
		key := strings.ToUpper(strings.ReplaceAll(r.path[strings.LastIndex(r.path, "/")+1:], "-", "_"))
		query := `{ jobcan { assumed(resource: ` + key + `) { id json } } }`
		out = append(out, coverageRow{
			system: "Jobcan", section: r.scope, operation: r.name, call: "GET " + r.path, field: "`jobcan.assumed`",
			notes: "off by default, our contract",
			execute: func(t *testing.T, d *demo) {
				t.Helper()
				sim := d.Simulators.Jobcan
				if err := sim.SetQuirks(map[string]bool{"our_contract": true}); err != nil {
					t.Fatal(err)
				}
				g := d.beside(t, "jobcan assumed "+key, d.jobcanEnviron("HITOTSU_JOBCAN_ASSUMED_"+key+"="+r.path)...)
				a := g.ask(t, hrToken, query, nil)
				if len(a.Errors) > 0 || !strings.Contains(a.Body, `"assumed":[`) {
					t.Errorf("answered %.400s", a.Body)
				}
				asked(t, sim, "GET "+r.path, r.path, nil)
				if err := sim.SetQuirks(map[string]bool{"our_contract": false}); err != nil {
					t.Fatal(err)
				}
			},
			refuse: func(t *testing.T, d *demo) {
				t.Helper()
				d.refuses(t, hrToken, query, nil, badInput, "configuration")
				notAsked(t, d.Simulators.Jobcan, "GET "+r.path)
			},
		})
	}
	return out
}
