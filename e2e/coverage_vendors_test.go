package e2e_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// vendorRow is a row of docs/coverage.md whose executions are described by a
// covered of the same operation.
type vendorRow struct{ section, operation, call, field, notes string }

// executed joins rows of the page with what executes them. describe is asked when
// the demo runs, because it needs its data.
func executed(
	system string, server func(*demo) *control.Server, rows []vendorRow, describe func(*testing.T, *demo) []covered,
) []coverageRow {
	out := make([]coverageRow, len(rows))
	for i, r := range rows {
		find := func(t *testing.T, d *demo) covered {
			t.Helper()
			for _, c := range describe(t, d) {
				if c.operation == r.operation {
					return c
				}
			}
			t.Fatalf("nothing executes %s", r.operation)
			return covered{}
		}
		out[i] = coverageRow{
			system: system, section: r.section, operation: r.operation, call: r.call, field: r.field, notes: r.notes,
			execute: func(t *testing.T, d *demo) {
				t.Helper()
				c := find(t, d)
				c.run(t, d, server(d))
			},
			// What the vendor refuses is asked for in execute, before anything is
			// cached; here it is the gateway that refuses.
			refuse: func(t *testing.T, d *demo) {
				t.Helper()
				c := find(t, d)
				if c.everybody {
					return
				}
				d.refuses(t, employeeToken, c.query, c.variables, `"code":"FORBIDDEN"`)
				notAsked(t, server(d), c.route)
			},
		}
	}
	return out
}

func carelyCoverage() []coverageRow {
	const call = "POST /api/graphql"
	rows := executed("Carely", func(d *demo) *control.Server { return d.Simulators.Carely }, []vendorRow{
		{"Query", "currentCustomer", call, "`carely.currentCustomer`", ""},
		{"Query", "customers", call, "`employees`, `carely.customers`", "pages of 100; health data in `carely` only"},
		{"Query", "overtimes by employee number", call, "`Employee.overtimes`, `carely.overtimes`", "pages of 100"},
		{"Query", "overtimes by customer UUID", call, "`Employee.overtimes`, `carely.overtimes`", "pages of 100"},
		{"Query", "overtimes by branch name", call, "`carely.overtimes`", "pages of 100"},
		{"Query", "overtimes by branch UUID", call, "`carely.overtimes`", "pages of 100"},
		{"Query", "departments", call, "`carely.departments`", ""},
		{"Query", "workplaces", call, "`carely.workplaces`", ""},
		{"Query", "groupAnalysis", call, "`carely.groupAnalyses`", ""},
		{
			"Mutation", "upsertCustomer", call, "`mutation carely.upsertCustomers`",
			"rows; a picture of up to 2 MiB as base64, sent on as a multipart request; a change of the branch demands the " +
				"other units or `clearGroups`",
		},
		{"Mutation", "upsertOvertime", call, "`mutation upsertOvertimes`", "rows"},
	}, func(t *testing.T, d *demo) []covered {
		t.Helper()
		st := carelyState(t, d)
		return append(carelyReads(t, st), carelyWrites(t, st)...)
	})
	return append(rows, carelyOAuthCoverage()...)
}

func jobcanCoverage() []coverageRow {
	rows := executed("Jobcan", func(d *demo) *control.Server { return d.Simulators.Jobcan }, []vendorRow{
		{"employees.read", "employees", "GET /master/v1/employees", "`employees`, `jobcan.employees`", "pages of 100"},
		{"employees.read", "employee", "GET /master/v1/employees/{employee_id}", "`jobcan.employee`", ""},
		{"adits.read", "adits", "GET /attendance/v1/adits", "`Employee.stamps`, `jobcan.adits`", "one day; pages of 100"},
		{"adits.read", "adits of one", "GET /attendance/v1/adits/{employee_id}", "`Employee.stamps`, `jobcan.adits`", "one day"},
		{
			"summaries.read", "daily summaries", "GET /attendance/v1/summaries/daily",
			"`Employee.workingRecords`, `jobcan.dailySummaries`", "one day; pages of 100",
		},
		{
			"summaries.read", "daily summaries of one", "GET /attendance/v1/summaries/daily/{employee_id}",
			"`Employee.workingRecords`, `jobcan.dailySummaries`", "31 days",
		},
		{
			"summaries.read", "monthly summary", "GET /attendance/v1/summaries/monthly/{employee_id}",
			"`jobcan.monthlySummary`", "",
		},
		{
			"summaries.create", "refresh", "POST /attendance/v1/summaries/daily/{employee_id}/refresh",
			"`mutation jobcan.refreshDailySummaries`", "31 days; waits and reads again",
		},
		{"shifts.read", "shifts", "GET /shift/v1/shifts/{employee_id}", "`jobcan.shifts`", "likely; 31 days"},
		{"defaultShifts.read", "default shifts", "GET /shift/v1/default-shifts", "`jobcan.defaultShifts`", ""},
		{"shiftRequests.read", "shift requests", "GET /shift/v1/requests/{employee_id}", "`jobcan.shiftRequests`", "likely; 31 days"},
		{"holidayTypes.read", "holiday types", "GET /holiday/v1/holiday-types", "`Employee.leaves`, `jobcan.holidayTypes`", ""},
		{
			"holidayUseDays.read", "use days", "GET /holiday/v1/employees/{employee_id}/use-days",
			"`Employee.leaves`, `jobcan.useDays`", "",
		},
		{
			"dailySelectionRemarks.read", "selection remarks",
			"GET /attendance/v1/employees/{employee_id}/summaries/daily/selection-remarks", "`jobcan.selectionRemarks`", "31 days",
		},
		{
			"overWorkRequests.read", "over-work requests", "GET /apply/v1/employees/{employee_id}/over-work/requests",
			"`jobcan.overWorkRequests`", "likely; the scope is a guess, the answer not public",
		},
		{
			"monthlyWorkTimeResults.read", "work-time results",
			"GET /attendance/v1/employees/{employee_id}/work-time/results/monthly", "`jobcan.workTimeResults`",
			"the names of the parameters are likely",
		},
	}, func(t *testing.T, d *demo) []covered {
		t.Helper()
		e, code := worker(t, d)
		return jobcanRows(e, code)
	})
	return append(append(rows, jobcanAssumedCoverage()...), jobcanTokenCoverage())
}

func yesodCoverage() []coverageRow {
	const disabled = "no refusal is documented but that of a disabled token"
	rows := []vendorRow{
		{"24.10", "query", "POST /api/v24.10/query", "`yesod.query`", "attribute queries; the whole answer, no pages"},
		{
			"24.10", "query by statements", "POST /api/v24.10/query", "`yesod.search`",
			"changes (DiffQuery) and joined statements (Logical)",
		},
		{"20.06", "groupTree", "GET /api/v20.06/groupTree", "`yesod.groupTree`", disabled},
		{"21.07", "attributeLabel", "GET /api/v21.07/attributeLabel", "`yesod.attributes`", disabled},
		{"25.04", "options", "GET /api/v25.04/options", "`yesod.options`", disabled},
		{"22.10", "histories", "GET /api/v22.10/members/{memberId}/histories", "`yesod.histories`", disabled},
		{"22.10", "authorityTasks", "GET /api/v22.10/authorityTasks", "`yesod.tasks`", disabled},
	}
	for _, kind := range []struct{ path, field, notes string }{
		{"members", "importMembers", "rows; `retireUnlisted` demands its confirmation"},
		{"groups", "importGroups", "rows; `deleteUnlisted` demands its confirmation"},
		{"organizationTransactions", "importTransactions", "rows"},
		{"companyTransactions", "importTransactions", "rows"},
		{"officeTransactions", "importTransactions", "rows"},
		{"projectTransactions", "importTransactions", "rows"},
	} {
		field := "`mutation yesod." + kind.field + "`"
		rows = append(rows,
			vendorRow{"21.07", kind.path + "/import", "POST /api/v21.07/" + kind.path + "/import", field, kind.notes},
			vendorRow{
				"21.07", kind.path + "/importAndApply", "POST /api/v21.07/" + kind.path + "/importAndApply", field,
				kind.notes + "; `approval: AT_ONCE`",
			})
	}
	return executed("YESOD", func(d *demo) *control.Server { return d.Simulators.Yesod }, rows,
		func(t *testing.T, d *demo) []covered {
			t.Helper()
			return yesodCases(anyMember(t, d))
		})
}
