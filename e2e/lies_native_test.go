package e2e_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// A liedField is a field of a vendor's namespace about what $x names. another is
// something else of the kind, which is asked for first, so that its answer can
// come again.
type liedField struct {
	name, system, prefix string
	field                string
	x, another           string
	lies                 []string
}

// liedFields are the reads of the namespaces whose answers tell what they are about.
// The others can only be believed: staffProjects and projectStaffs of AKASHI
// (6.28, 6.29), and Jobcan's monthly summary, shifts, requests, leave and remarks; and
// that a customer has the address searched for, as how Carely matches is not
// documented.
func liedFields(w *akashi.Dump, addresses [2]string) []liedField {
	const (
		prefix = "/api/cooperation/demo/"
		other  = control.LieStrangers
		joined = control.LieStranger
		year   = control.LieElsewhen
		twice  = control.LieTwice
		again  = control.LieRepeat
		loop   = control.LieLoop
	)
	return []liedField{
		{
			"staff", akashiSystem, prefix, `staff(id: "$x") { id staffNum lastName }`,
			strconv.Itoa(w.Staffs[2].StaffID), strconv.Itoa(w.Staffs[6].StaffID),
			[]string{joined, other, again},
		},
		{
			"organization", akashiSystem, prefix, `organization(id: "$x") { id name }`,
			strconv.Itoa(w.Organizations[1].OrganizationID), strconv.Itoa(w.Organizations[2].OrganizationID),
			[]string{again},
		},
		{
			"project", akashiSystem, prefix, `project(id: "$x") { id name code }`,
			strconv.Itoa(w.Projects[0].ProjectID), strconv.Itoa(w.Projects[1].ProjectID),
			[]string{again},
		},
		{
			"task", akashiSystem, prefix, `task(project: "` + strconv.Itoa(w.Tasks[0].ProjectID) + `", id: "$x") { id name code }`,
			strconv.Itoa(w.Tasks[0].TaskID), strconv.Itoa(w.Tasks[1].TaskID),
			[]string{again},
		},
		{
			"employee", jobcanSystem, "/", `employee(employee: "$x") { id staffCode lastName }`, "E00003", "E00007",
			[]string{other, again},
		},
		{
			"adits", jobcanSystem, "/", `adits(employee: "$x", date: "` + yesterday + `") { employeeId date recordedAt aditType }`,
			"E00003", "E00006",
			[]string{joined, other, year, again},
		},
		{
			"summaries", jobcanSystem, "/",
			`dailySummaries(employee: "$x", dates: ["` + yesterday + `", "2026-11-18"]) { rows { employeeId date workMinutes } }`,
			"E00003", "E00007",
			[]string{joined, other, year, twice, again},
		},
		{
			"adits of a day", jobcanSystem, "/", `adits(date: "$x") { employeeId date recordedAt aditType }`,
			yesterday, "2026-11-18",
			[]string{year, again},
		},
		{
			"summaries of a day", jobcanSystem, "/", `dailySummaries(dates: ["$x"]) { rows { employeeId date workMinutes } }`,
			yesterday, "2026-11-18",
			[]string{year, twice, again},
		},
		{
			"work time results", jobcanSystem, "/",
			`workTimeResults(employee: "$x", month: "2026-10") { alertId year month workMinutes }`,
			"E00003", "E00007",
			[]string{joined, other, again},
		},
		{
			"customers", carelySystem, "/", `customers(filter: { employeeNumbers: ["$x"] }) { nodes { uuid employeeNumber fullname } }`,
			"E00003", "E00007",
			[]string{joined, other, twice, again, loop},
		},
		{
			"customers by address", carelySystem, "/", `customers(filter: { emails: ["$x"] }) { nodes { uuid email fullname } }`,
			addresses[0], addresses[1],
			[]string{twice, loop},
		},
		{
			"overtimes", carelySystem, "/",
			`overtimes(filter: { employeeNumbers: ["$x"] }) { nodes { uuid customerUuid employeeNumber yearMonth minute } }`,
			"E00003", "E00007",
			[]string{joined, other, twice, again, loop},
		},
	}
}

// TestLies_namespaces is TestLies for what is asked in a vendor's own words.
//
//nolint:tparallel // a system tells one lie at a time
func TestLies_namespaces(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	w := dump[akashi.Dump](t, d.Simulators.Akashi)
	var got struct {
		Carely struct {
			Customers struct{ Nodes []struct{ Email string } }
		}
	}
	d.query(t, hrToken, `{ carely { customers(filter: { employeeNumbers: ["E00003", "E00007"] }) { nodes { email } } } }`, nil, &got)
	customers := got.Carely.Customers.Nodes
	for _, c := range liedFields(&w, [2]string{customers[0].Email, customers[1].Email}) { //nolint:paralleltest // one lie at a time
		for _, lie := range c.lies {
			t.Run(c.name+"/"+lie, func(t *testing.T) { c.check(t, d, lie) })
		}
	}
}

func (c *liedField) ask(t *testing.T, d *demo, x string) answer {
	t.Helper()
	return d.ask(t, hrToken, fmt.Sprintf(`{ %s { %s } }`, strings.ToLower(c.system), strings.ReplaceAll(c.field, "$x", x)), nil)
}

func (c *liedField) check(t *testing.T, d *demo, lie string) {
	t.Helper()
	want := c.ask(t, d, c.x)
	if len(want.Errors) > 0 || strings.Contains(string(want.Data), "[]") {
		t.Fatalf("honest: %s", want.Body)
	}
	s, _ := simulator(d.Demo, c.system)
	command(t, s, http.MethodPost, "/fault", fmt.Sprintf(`{"lie":%q,"path_prefix":%q}`, lie, c.prefix))
	defer command(t, s, http.MethodDelete, "/fault", "")
	if lie == control.LieRepeat {
		c.ask(t, d, c.another) // its first page is true
	}
	before := s.History().Total
	got := c.ask(t, d, c.x)
	if calls := s.History().Total - before; calls == 0 || calls > 20 {
		t.Errorf("%d calls", calls)
	}
	if len(got.Errors) == 0 {
		if diff := cmp.Diff(string(want.Data), string(got.Data)); diff != "" {
			t.Errorf("no error, and not the truth (-want +got):\n%s", diff)
		}
	}
	for _, e := range got.Errors {
		if system, _ := e.Extensions["system"].(string); e.code() != "UPSTREAM_BAD_RESPONSE" || system != c.system {
			t.Errorf("an error of %q: %+v", system, e)
		}
	}
	if strings.Contains(d.log.String(), "panic") {
		t.Error("something panicked")
	}
}
