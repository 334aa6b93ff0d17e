package plan

import "github.com/hitotsu/hitotsu/internal/hr"

// Rule is what one endpoint gives for one call.
type Rule struct {
	// Endpoint is the vendor's name for it.
	Endpoint string
	// Section is where the vendor's document states the limits, in the words of
	// docs/coverage.md.
	Section string
	// Subjects is how many people one call may name; 0 for everybody at once.
	Subjects int
	// Days is how many days one call may cover; 0 when Months says it, or when
	// there is no limit.
	Days int
	// Months is how many calendar months one call may cover; 0 when Days says it,
	// or when there is no limit.
	Months int
	// Rows is how many rows an answer holds at most; 0 for no limit.
	Rows int
	// Page is how many rows or people a page holds; 0 when the answer is one page.
	Page int
	// Told says that a page tells whether it is the last one. Without it the end is
	// known by a page of fewer rows than were asked for.
	Told bool
	// Each is about how many rows a person has on a day, where rows are limited or
	// a page counts people; 0 means one.
	Each int
}

// Rules are the endpoints that plans choose from.
type Rules struct {
	// AkashiStaffs lists everybody, AkashiStaff reads one.
	AkashiStaffs, AkashiStaff Rule
	// AkashiMultipleStamps takes many people and one labour day, AkashiStamps one
	// person and six months.
	AkashiMultipleStamps, AkashiStamps Rule
	// AkashiWorkingRecords takes a period; AkashiBreaks is the same with breaks,
	// which forbid an end date in the document's strict reading.
	AkashiWorkingRecords, AkashiBreaks Rule
	// AkashiManhours takes a period of everybody, AkashiManhoursOf one of one
	// person. The document limits neither.
	AkashiManhours, AkashiManhoursOf Rule
	// AkashiProjects lists all projects.
	AkashiProjects Rule
	// JobcanEmployees lists everybody.
	JobcanEmployees Rule
	// JobcanAdits and JobcanSummaries are a day of everybody, JobcanAditsOf and
	// JobcanSummariesOf days of one person.
	JobcanAdits, JobcanAditsOf, JobcanSummaries, JobcanSummariesOf Rule
	// JobcanShiftsOf is the planned shifts of one person.
	JobcanShiftsOf Rule
	// JobcanUseDays is the leave of one person. Its facts name no limit.
	JobcanUseDays Rule
	// CarelyCustomers lists everybody, or the people of some employee numbers.
	CarelyCustomers Rule
	// CarelyOvertimes takes many people and has no filter by month. The document
	// sets no limit to the people of one request; a hundred keeps the chain of
	// pages, which can only be read one after another, short, and costs at most
	// one page for each hundred.
	CarelyOvertimes Rule
}

// Documented returns the rules as the vendors' documents state them. Jobcan's
// reference is not public: its sections are the scopes.
func Documented() Rules {
	return Rules{
		AkashiStaffs: Rule{Endpoint: "staffs", Section: "AKASHI 6.4", Page: 20, Told: true},
		AkashiStaff:  Rule{Endpoint: "staffs/{id}", Section: "AKASHI 6.4", Subjects: 1},
		AkashiMultipleStamps: Rule{
			Endpoint: "multiple_stamps", Section: "AKASHI 6.10", Subjects: 50, Days: 1, Rows: 1000, Each: 4,
		},
		AkashiStamps: Rule{
			Endpoint: "stamps/{id}", Section: "AKASHI 6.7", Subjects: 1, Months: 6, Rows: 1000, Each: 4,
		},
		AkashiWorkingRecords: Rule{Endpoint: "working_records", Section: "AKASHI 6.11", Subjects: 50, Days: 31},
		AkashiBreaks:         Rule{Endpoint: "working_records", Section: "AKASHI 6.11", Subjects: 50, Days: 1},
		AkashiManhours:       Rule{Endpoint: "manhours", Section: "AKASHI 6.24"},
		AkashiManhoursOf:     Rule{Endpoint: "manhours/{id}", Section: "AKASHI 6.25", Subjects: 1},
		AkashiProjects:       Rule{Endpoint: "projects", Section: "AKASHI 6.16", Page: 50},
		JobcanEmployees:      Rule{Endpoint: "employees", Section: "Jobcan employees.read", Page: 100},
		JobcanAdits:          Rule{Endpoint: "adits", Section: "Jobcan adits.read", Days: 1, Page: 100, Each: 4},
		JobcanAditsOf:        Rule{Endpoint: "adits/{id}", Section: "Jobcan adits.read", Subjects: 1, Days: 1},
		JobcanSummaries:      Rule{Endpoint: "summaries/daily", Section: "Jobcan summaries.read", Days: 1, Page: 100},
		JobcanSummariesOf: Rule{
			Endpoint: "summaries/daily/{id}", Section: "Jobcan summaries.read", Subjects: 1, Days: 31,
		},
		JobcanShiftsOf:  Rule{Endpoint: "shifts/{id}", Section: "Jobcan shifts.read", Subjects: 1, Days: 31},
		JobcanUseDays:   Rule{Endpoint: "holidays/use-days", Section: "Jobcan holidayUseDays.read", Subjects: 1},
		CarelyCustomers: Rule{Endpoint: "customers", Section: "Carely Query", Page: 100, Told: true},
		CarelyOvertimes: Rule{Endpoint: "overtimes", Section: "Carely Query", Subjects: 100, Page: 100, Told: true},
	}
}

// Last returns the last day that a call beginning on a day may cover. Months end
// on the day before the same day of a later month, or on that month's last day
// where it is shorter. Where rows are limited it is no later than they last for one
// person.
func (r Rule) Last(from hr.Date) hr.Date {
	last := r.limit(from)
	if r.Rows > 0 {
		if full := from.AddDays(max(1, r.Rows/max(1, r.Each)) - 1); full.Before(last) {
			return full
		}
	}
	return last
}

// unlimited is so many days that no need has more: a century.
const unlimited = 36_525

func (r Rule) limit(from hr.Date) hr.Date {
	switch {
	case r.Months > 0:
		month := from.Month()
		day := month.First().DaysUntil(from)
		ahead := month.Add(r.Months)
		until := ahead.First().AddDays(day)
		if last := ahead.Last(); last.Before(until) {
			until = last
		}
		return until.AddDays(-1)
	case r.Days > 0:
		return from.AddDays(r.Days - 1)
	default:
		return from.AddDays(unlimited)
	}
}

// People is how many people one call may name, no more than the rows of an answer
// that covers a day last for.
func (r Rule) People() int {
	if r.Rows > 0 {
		return min(r.Subjects, max(1, r.Rows/max(1, r.Each)))
	}
	return r.Subjects
}

// Calls is how many calls name n people.
func (r Rule) Calls(n int) int { return ceil(n, r.People()) }

// Pages is how many calls a list of n takes. Where a page counts people and each
// has several rows, a page that tells the end by being short is short only when
// very few are left for it.
func (r Rule) Pages(n int) int {
	if r.Told {
		return max(1, ceil(n, r.Page))
	}
	pages := n/r.Page + 1
	if n%r.Page*max(1, r.Each) >= r.Page {
		pages++
	}
	return pages
}
