package reads_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// TestDocumented_clientsAgree: a client refuses what is beyond its vendor's limits,
// so plans must know the same ones.
func TestDocumented_clientsAgree(t *testing.T) {
	t.Parallel()
	rules := plan.Documented()
	for name, pair := range map[string][2]int{
		"staffs on a page":     {rules.AkashiStaffs.Page, akashi.StaffsPerPage},
		"staffs of stamps":     {rules.AkashiMultipleStamps.Subjects, akashi.MaxStampStaffs},
		"stamps of a day":      {rules.AkashiMultipleStamps.Rows, akashi.MaxStamps},
		"stamps of a staff":    {rules.AkashiStamps.Rows, akashi.MaxStamps},
		"staffs of records":    {rules.AkashiWorkingRecords.Subjects, akashi.MaxRecordStaffs},
		"days of records":      {rules.AkashiWorkingRecords.Days, akashi.MaxRecordDays},
		"days with breaks":     {rules.AkashiBreaks.Days, akashi.MaxRecordDaysWithBreaks},
		"staffs with breaks":   {rules.AkashiBreaks.Subjects, akashi.MaxRecordStaffs},
		"projects on a page":   {rules.AkashiProjects.Page, akashi.ProjectsPerPage},
		"employees on a page":  {rules.JobcanEmployees.Page, jobcan.PageSize},
		"adits on a page":      {rules.JobcanAdits.Page, jobcan.PageSize},
		"summaries on a page":  {rules.JobcanSummaries.Page, jobcan.PageSize},
		"customers on a page":  {rules.CarelyCustomers.Page, carely.MaxPageSize},
		"overtimes on a page":  {rules.CarelyOvertimes.Page, carely.MaxPageSize},
		"dates of shifts":      {rules.JobcanShiftsOf.Days, jobcan.MaxDates},
		"dates of the summary": {rules.JobcanSummariesOf.Days, jobcan.MaxDates},
		"months of stamps":     {rules.AkashiStamps.Months, akashi.MaxStampMonths},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s: plans take %d for granted, the client %d", name, pair[0], pair[1])
		}
	}
}
