package plan

import "github.com/hitotsu/hitotsu/internal/hr"

// Rule is what one endpoint gives for one call.
type Rule struct {
	// Endpoint is the vendor's name for it.
	Endpoint string
	// Section is where the vendor's document states the limits.
	Section string
	// Subjects is how many people one call may name; 0 for everybody at once.
	Subjects int
	// Days is how many days one call may cover; 0 when Months says it.
	Days int
	// Months is how many calendar months one call may cover; 0 when Days says it.
	Months int
	// Rows is how many rows an answer holds at most; 0 for no limit.
	Rows int
	// Page is how many rows or people a page holds; 0 when the answer is one page.
	Page int
	// Each is about how many rows a person has, where a page counts people; 0
	// means one.
	Each int
}

// Rules are the endpoints that plans choose from.
type Rules struct {
	// AkashiStaffs lists everybody.
	AkashiStaffs Rule
	// AkashiMultipleStamps takes many people and one labour day, AkashiStamps one
	// person and six months.
	AkashiMultipleStamps, AkashiStamps Rule
	// AkashiWorkingRecords takes a period; AkashiBreaks is the same with breaks,
	// which forbid an end date in the document's strict reading.
	AkashiWorkingRecords, AkashiBreaks Rule
	// JobcanAdits and JobcanSummaries are a day of everybody, JobcanAditsOf and
	// JobcanSummariesOf days of one person.
	JobcanAdits, JobcanAditsOf, JobcanSummaries, JobcanSummariesOf Rule
	// JobcanShiftsOf is the planned shifts of one person.
	JobcanShiftsOf Rule
	// JobcanUseDays is the leave of one person. Its facts name no limit.
	JobcanUseDays Rule
	// CarelyOvertimes takes many people and has no filter by month. The document
	// sets no limit to the people of one request; a hundred keeps the chain of
	// pages, which can only be read one after another, short, and costs at most
	// one page for each hundred.
	CarelyOvertimes Rule
}

// Documented returns the rules as the vendors' documents state them.
func Documented() Rules {
	return Rules{
		AkashiStaffs: Rule{Endpoint: "staffs", Section: "AKASHI 6.16", Page: 20},
		AkashiMultipleStamps: Rule{
			Endpoint: "multiple_stamps", Section: "AKASHI 6.10", Subjects: 50, Days: 1, Rows: 1000,
		},
		AkashiStamps:         Rule{Endpoint: "stamps/{id}", Section: "AKASHI 6.7", Subjects: 1, Months: 6, Rows: 1000},
		AkashiWorkingRecords: Rule{Endpoint: "working_records", Section: "AKASHI 6.11", Subjects: 50, Days: 31},
		AkashiBreaks: Rule{
			Endpoint: "working_records with breaks", Section: "AKASHI 6.11", Subjects: 50, Days: 1,
		},
		JobcanAdits:       Rule{Endpoint: "adits", Section: "Jobcan adits", Days: 1, Page: 100, Each: 4},
		JobcanAditsOf:     Rule{Endpoint: "adits/{id}", Section: "Jobcan adits", Subjects: 1, Days: 1},
		JobcanSummaries:   Rule{Endpoint: "summaries/daily", Section: "Jobcan summaries", Days: 1, Page: 100},
		JobcanSummariesOf: Rule{Endpoint: "summaries/daily/{id}", Section: "Jobcan summaries", Subjects: 1, Days: 31},
		JobcanShiftsOf:    Rule{Endpoint: "shifts/{id}", Section: "Jobcan shifts", Subjects: 1, Days: 31},
		JobcanUseDays:     Rule{Endpoint: "holidays/use-days", Section: "Jobcan holidays", Subjects: 1, Days: 366},
		CarelyOvertimes:   Rule{Endpoint: "overtimes", Section: "Carely overtimes", Subjects: 100, Page: 100},
	}
}

// Last returns the last day that a call beginning on a day may cover. Months end
// on the day before the same day of a later month, or on that month's last day
// where it is shorter.
func (r Rule) Last(from hr.Date) hr.Date {
	if r.Months == 0 {
		return from.AddDays(r.Days - 1)
	}
	month := from.Month()
	day := month.First().DaysUntil(from)
	ahead := month.Add(r.Months)
	until := ahead.First().AddDays(day)
	if last := ahead.Last(); last.Before(until) {
		until = last
	}
	return until.AddDays(-1)
}

// Pages is how many calls a list of n takes whose end is known by a page of fewer
// rows than were asked for. Where a page counts people and each has several rows,
// the last page is short only when very few are left for it.
func (r Rule) Pages(n int) int {
	pages := n/r.Page + 1
	if n%r.Page*max(1, r.Each) >= r.Page {
		pages++
	}
	return pages
}
