package e2e_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/jobcan"
)

// worker is an employee of Jobcan with stamps and work yesterday.
func worker(t *testing.T, d *demo) (e jobcan.Employee, code string) {
	t.Helper()
	w := d.truth(t)
	for _, p := range w.people {
		id := p.vendorIDs()["JOBCAN"]
		for _, e := range w.jobcan.Employees {
			if strconv.FormatInt(e.ID, 10) != id || p.code == "" {
				continue
			}
			for _, s := range w.jobcan.DailySummaries {
				if s.EmployeeID == e.ID && s.Date == yesterday && s.Work > 0 {
					return e, p.code
				}
			}
		}
	}
	t.Fatal("nobody of Jobcan worked yesterday")
	return jobcan.Employee{}, ""
}

// lastEmployee is whom a smaller company would not have: the highest id but for
// the one that tests the width of ids.
func lastEmployee(t *testing.T, d *demo) (code string) {
	t.Helper()
	var last int64
	for _, p := range d.truth(t).people {
		if p.jobcan != nil && p.code != "" && p.jobcan.ID > last && p.jobcan.ID < math.MaxUint32 {
			last, code = p.jobcan.ID, p.code
		}
	}
	return code
}

func jobcanRows(e jobcan.Employee, code string) []covered {
	id := strconv.FormatInt(e.ID, 10)
	who := map[string]any{"e": code}
	rows := []covered{
		{
			operation: "employee", route: "GET /master/v1/employees/{id}", variables: who,
			query:  `query($e: String!) { jobcan { employee(employee: $e) { id staffCode lastName mainGroup } } }`,
			answer: []string{fmt.Sprintf(`"id":%q`, id), fmt.Sprintf(`"lastName":%q`, e.LastName)},
		},
		{
			operation: "adits of one", route: "GET /attendance/v1/adits/{id}", variables: who, param: "date", value: yesterday,
			query: `query($e: String!) { jobcan { adits(employee: $e, date: "` + yesterday + `") {
				employeeId date recordedAt aditType derived groupId } } }`,
			answer: []string{fmt.Sprintf(`"employeeId":%q`, id), `"aditType":"work_start"`},
		},
		{
			operation: "daily summaries of one", route: "GET /attendance/v1/summaries/daily/{id}", variables: who,
			param: "date", value: yesterday,
			query: `query($e: String!) { jobcan { dailySummaries(employee: $e, dates: ["` + yesterday + `", "2026-11-18"]) {
				pending rows { employeeId date workMinutes } } } }`,
			answer: []string{fmt.Sprintf(`"employeeId":%q`, id), `"date":"` + yesterday + `"`, `"pending":false`},
		},
		{
			operation: "refresh", route: "POST /attendance/v1/summaries/daily/{id}/refresh", variables: who, more: 1,
			query: `mutation($e: String!) { jobcan { refreshDailySummaries(employee: $e, from: "2026-11-18", to: "` + yesterday + `") {
				outcome code vendorCode vendorMessage summaries { date workMinutes } } } }`,
			answer: []string{`"outcome":"APPLIED"`, `"date":"` + yesterday + `"`},
		},
		{
			operation: "monthly summary", route: "GET /attendance/v1/summaries/monthly/{id}", variables: who,
			param: "start_date", value: "2026-11-01",
			query: `query($e: String!) { jobcan { monthlySummary(employee: $e, from: "2026-11-01", to: "` + yesterday + `") {
				workMinutes shiftOverMinutes } } }`,
			answer: []string{`"workMinutes":`},
		},
		{
			operation: "shifts", route: "GET /shift/v1/shifts/{id}", variables: who, param: "date", value: yesterday, everybody: true,
			query: `query($e: String!) { jobcan { shifts(employee: $e, dates: ["` + yesterday + `"]) { date start end } } }`,
		},
		{
			operation: "default shifts", route: "GET /shift/v1/default-shifts", variables: who, param: "employee_id", value: id,
			query:  `query($e: String!) { jobcan { defaultShifts(employee: $e) { employeeId days { weekId holidayType } } } }`,
			answer: []string{fmt.Sprintf(`"employeeId":%q`, id), `"weekId":7`},
		},
		{
			operation: "shift requests", route: "GET /shift/v1/requests/{id}", variables: who, param: "date", value: yesterday,
			query: `query($e: String!) { jobcan { shiftRequests(employee: $e, dates: ["` + yesterday + `"]) { date json } } }`,
		},
		{
			operation: "holiday types", route: "GET /holiday/v1/holiday-types",
			query:  `{ jobcan { holidayTypes { id name vacationType amountUse startAt endAt } } }`,
			answer: []string{`"vacationType":"paid"`},
		},
		{
			operation: "use days", route: "GET /holiday/v1/employees/{id}/use-days", variables: who,
			param: "vacation_type", value: "paid",
			query: `query($e: String!) { jobcan { useDays(employee: $e, from: "2026-11-01", to: "` + yesterday + `") {
				useDate holidayTypeId days detailType } } }`,
		},
		{
			operation: "selection remarks", route: "GET /attendance/v1/employees/{id}/summaries/daily/selection-remarks",
			variables: who, param: "date", value: yesterday,
			query: `query($e: String!) { jobcan { selectionRemarks(employee: $e, dates: ["` + yesterday + `"]) {
				date remarks { id code selections { name code } } } } }`,
		},
		{
			operation: "work-time results", route: "GET /attendance/v1/employees/{id}/work-time/results/monthly",
			variables: who, param: "year", value: "2026",
			query: `query($e: String!) { jobcan { workTimeResults(employee: $e, month: "2026-10") {
				year month from to workMinutes settingWorkOverMinutes } } }`,
		},
		{
			operation: "over-work requests", route: "GET /apply/v1/employees/{id}/over-work/requests", variables: who,
			param: "from_over_work_date", value: "2026-11-01",
			query: `query($e: String!) { jobcan { overWorkRequests(employee: $e, from: "2026-11-01", to: "` + yesterday + `") {
				date json } } }`,
			answer: []string{`"overWorkRequests":[]`},
		},
		{
			operation: "employees", route: "GET /master/v1/employees", param: "count", value: "100", pages: true,
			query:  `{ jobcan { employees { id staffCode } } }`,
			answer: []string{fmt.Sprintf(`"id":%q`, id)},
		},
		{
			operation: "adits", route: "GET /attendance/v1/adits", param: "date", value: yesterday, pages: true,
			query:  `{ jobcan { adits(date: "` + yesterday + `") { employeeId recordedAt } } }`,
			answer: []string{fmt.Sprintf(`"employeeId":%q`, id)},
		},
		{
			operation: "daily summaries", route: "GET /attendance/v1/summaries/daily", param: "date", value: yesterday, pages: true,
			query:  `{ jobcan { dailySummaries(dates: ["` + yesterday + `"]) { rows { employeeId } } } }`,
			answer: []string{fmt.Sprintf(`"employeeId":%q`, id)},
		},
	}
	for i := range rows {
		// The scopes are documented, and so is that a missing one is answered 403.
		scopes := "employees.read"
		if rows[i].operation == "employees" {
			scopes = "adits.read"
		}
		rows[i].refusedBy, rows[i].says = withScopes(scopes), []string{
			`"code":"UPSTREAM_REFUSED"`, `"vendorCode":"forbidden"`, `"vendorMessage":"the access token lacks `,
		}
		if rows[i].everybody { // the words are for HR's fields only
			rows[i].says = rows[i].says[:2]
		}
		if rows[i].operation == "employee" { // 404
			rows[i].refusedBy, rows[i].says = afterLeaving, []string{`"vendorMessage":"no such employee"`}
		}
	}
	return rows
}

// TestJobcanNamespace_isForHR shows that others read nothing there but shifts of
// people whom they may see, and that what is refused costs no call.
func TestJobcanNamespace_isForHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	e, code := worker(t, d)
	before := d.Simulators.Jobcan.History().Total
	for _, row := range jobcanRows(e, code) {
		if row.everybody {
			continue
		}
		for _, token := range []string{managerToken, employeeToken} {
			a := d.ask(t, token, row.query, row.variables)
			if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
				t.Errorf("%s %s: %+v", token, row.operation, a.Errors)
			}
		}
	}
	if n := d.Simulators.Jobcan.History().Total - before; n != 0 {
		t.Errorf("%d calls", n)
	}
}

// TestJobcan_rules asks for what the limits forbid: nothing is sent.
func TestJobcan_rules(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	_, code := worker(t, d)
	many, err := json.Marshal(dates(32))
	if err != nil {
		t.Fatal(err)
	}
	before := d.Simulators.Jobcan.History().Total
	for query, says := range map[string]string{
		`{ jobcan { dailySummaries(employee: "C", dates: ` + string(many) + `) { pending } } }`:                          "31",
		`{ jobcan { dailySummaries(dates: ["2026-11-18", "2026-11-19"]) { pending } } }`:                                 "one date",
		`{ jobcan { shiftRequests(employee: "C", dates: []) { json } } }`:                                                "31",
		`{ jobcan { selectionRemarks(employee: "C", dates: ` + string(many) + `) { date } } }`:                           "31",
		`{ jobcan { monthlySummary(employee: "C", from: "2026-11-02", to: "2026-11-01") { workMinutes } } }`:             "period",
		`{ jobcan { useDays(employee: "C", from: "2026-11-02", to: "2026-11-01") { useDate } } }`:                        "period",
		`mutation { jobcan { refreshDailySummaries(employee: "C", from: "2026-10-01", to: "2026-11-01") { message } } }`: "31",
	} {
		a := d.ask(t, hrToken, strings.ReplaceAll(query, `"C"`, strconv.Quote(code)), nil)
		if !strings.Contains(a.Body, says) {
			t.Errorf("%s: no %q in %s", query, says, a.Body)
		}
	}
	if n := d.Simulators.Jobcan.History().Total - before; n != 0 {
		t.Errorf("%d calls", n)
	}
}
