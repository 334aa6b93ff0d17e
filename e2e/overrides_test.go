package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/config"
	simcarely "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/control"
	simyesod "github.com/hitotsu/hitotsu/simulator/yesod"
	"github.com/hitotsu/hitotsu/upstream/carely"
)

// elsewhere moves every path of a system but some, by its configuration.
func elsewhere(system config.System, stay ...string) []string {
	link := config.NewLink(system, config.DefaultLink)
	for _, name := range stay {
		delete(link.Paths, name)
	}
	var out []string
	for name, path := range link.Paths {
		out = append(out, fmt.Sprintf("HITOTSU_%s_PATHS_%s=/elsewhere%s", system, strings.ToUpper(name), path))
	}
	return out
}

// moved checks that all of the requests but some went elsewhere.
func moved(t *testing.T, what string, s *control.Server, but ...string) {
	t.Helper()
	n := 0
	for _, r := range s.History().Requests {
		switch {
		case strings.HasPrefix(r.Path, "/elsewhere/"):
			n++
		case len(but) == 0 || !strings.HasPrefix(r.Path, but[0]):
			t.Errorf("%s: %s %s is where it always is", what, r.Method, r.Path)
		}
	}
	if n == 0 {
		t.Errorf("%s: nothing was asked elsewhere", what)
	}
}

// TestOverrides_paths moves every path that the configuration knows.
func TestOverrides_paths(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	e, code := worker(t, d)
	j := d.Simulators.Jobcan
	// The index needs the list of employees; one gateway moves everything but it.
	most := d.beside(t, "jobcan most", d.jobcanEnviron(elsewhere(config.Jobcan, "employees")...)...)
	most.ask(t, hrToken, `{ employees(first: 1) { totalCount } }`, nil)
	for _, row := range jobcanRows(e, code) {
		g := most
		if row.operation == "employees" {
			g = d.beside(t, "jobcan all", d.jobcanEnviron(elsewhere(config.Jobcan)...)...)
		}
		j.ClearHistory()
		g.ask(t, hrToken, row.query, row.variables)
		moved(t, row.operation, j, "/oauth/token")
	}
	y := d.Simulators.Yesod
	g := d.beside(t, "yesod", append(elsewhere(config.YESOD),
		"HITOTSU_YESOD_URL="+y.URL(), "HITOTSU_YESOD_TOKEN="+simyesod.DefaultToken)...)
	for _, row := range yesodCases(anyMember(t, d)) {
		y.ClearHistory()
		g.ask(t, hrToken, row.query, row.variables)
		moved(t, row.operation, y)
	}
}

// TestOverrides_jobcan names a parameter anew and shortens the wait for a
// recalculation.
func TestOverrides_jobcan(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	e, code := worker(t, d)
	j := d.Simulators.Jobcan
	g := d.beside(t, "jobcan", d.jobcanEnviron("HITOTSU_JOBCAN_MONTH_PARAMETER=month_no",
		"HITOTSU_JOBCAN_REFRESH_PAUSE=1ms", "HITOTSU_JOBCAN_REFRESH_READS=3")...)
	who := map[string]any{"e": code}
	g.ask(t, hrToken, `query($e: String!) { jobcan { workTimeResults(employee: $e, month: "2026-10") { year } } }`, who)
	asked(t, j, "GET /attendance/v1/employees/{id}/work-time/results/monthly", "", map[string]string{"month_no": "10"})

	if err := j.SetQuirks(map[string]bool{"refresh_hangs": true}); err != nil {
		t.Fatal(err)
	}
	j.ClearHistory()
	a := g.ask(t, hrToken, `mutation($e: String!) { jobcan { refreshDailySummaries(employee: $e, from: "2026-11-19",
		to: "2026-11-19") { outcome } } }`, who)
	if n := j.History().Counters["GET /attendance/v1/summaries/daily/{id}"]; n != 3 ||
		!strings.Contains(a.Body, `"PENDING"`) {
		t.Errorf("summaries of %d were read %d times: %s", e.ID, n, a.Body)
	}
}

// TestOverrides_yesod gives an attribute a name of the tenant's own, and counts an
// answer's lines from the header.
func TestOverrides_yesod(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	y := d.Simulators.Yesod
	g := d.beside(t, "yesod", "HITOTSU_YESOD_URL="+y.URL(), "HITOTSU_YESOD_TOKEN="+simyesod.DefaultToken,
		"HITOTSU_YESOD_ALIASES=hobby,pet", "HITOTSU_YESOD_HEADER_COUNTED=true")
	m := anyMember(t, d)
	named := members([2]string{m.IdentificationNumber, "山本"})
	named["mapping"] = []any{
		map[string]any{"attribute": "identificationNumber", "header": "社員番号"},
		map[string]any{"attribute": "pet", "header": "姓"},
	}
	const route = "POST /api/v21.07/members/import"
	d.forgetWrites()
	d.refuses(t, hrToken, importMembers, map[string]any{"in": named}, badInput, "alias")
	notAsked(t, y, route)
	g.ask(t, hrToken, importMembers, map[string]any{"in": named})
	asked(t, y, route, "", nil)

	// The simulator counts from the first row of data: its row 0 is the header of
	// a tenant that counts from there.
	in := map[string]any{"in": members([2]string{m.IdentificationNumber, "山本"})}
	if a := g.ask(t, hrToken, importMembers, in); !strings.Contains(a.Body, `"elsewhere":[{"lineNumber":0`) {
		t.Errorf("answered %.600s", a.Body)
	}
	d.refuses(t, hrToken, importMembers, in, `"elsewhere":[]`, `"changedHeaders":["姓"]`)
}

// TestOverrides_carely names the searches of overtimes anew: the server, which
// knows the usual names, refuses the others by name.
func TestOverrides_carely(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	var environ []string
	searches := map[string]string{
		"employeeNumbers": "staffNumbers", "customerUuids": "customerIds", "branchNames": "officeNames", "branchUuids": "officeIds",
	}
	for key, name := range map[string]string{
		"EMPLOYEE_NUMBERS": "staffNumbers", "CUSTOMER_UUIDS": "customerIds", "BRANCH_NAMES": "officeNames",
		"BRANCH_UUIDS": "officeIds",
	} {
		environ = append(environ, "HITOTSU_CARELY_OVERTIME_ARGUMENTS_"+key+"="+name)
	}
	scopes := []string{carely.ScopeCustomerRead, carely.ScopeOvertimeRead}
	g := d.beside(t, "carely", append(d.carelyEnviron(t, scopes...), environ...)...)
	for key, name := range searches {
		a := g.ask(t, hrToken, `query($f: CarelyOvertimeFilter) { carely { overtimes(filter: $f) { totalCount } } }`,
			map[string]any{"f": map[string]any{key: []string{"x"}}})
		if !strings.Contains(a.Body, name) || strings.Contains(a.Body, simcarely.DefaultClientSecret) {
			t.Errorf("%s is not asked for as %s: %.400s", key, name, a.Body)
		}
	}
}
