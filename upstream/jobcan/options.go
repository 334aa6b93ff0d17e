package jobcan

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/upstream/transport"
)

// DefaultBaseURL and DefaultTokenURL are the production hosts.
const (
	DefaultBaseURL  = "https://api-kintai.jobcan.jp"
	DefaultTokenURL = "https://api-auth-kintai.jobcan.jp/oauth/token"
)

// Limits, for whoever plans calls.
const (
	// PageSize is the largest page, in employees.
	PageSize = 100
	// MaxDates is the most dates of one request.
	MaxDates = 31
)

// maxPages ends a listing whose pages never end.
const maxPages = 5000

// Options configure a Client.
type Options struct {
	// BaseURL is the resource host; needed.
	BaseURL string
	// Transport sends the requests; needed.
	Transport *transport.Client
	// BareToken sends the Authorization header without "Bearer ". Public clients
	// differ. A token that brings the word along never gets it twice.
	BareToken bool
	// Paths replace the defaults, each where it is not empty.
	Paths Paths
	// Assumed switches resources on of which only a scope is public, by their
	// paths; AssumedPaths has some to begin with. None is on by default.
	Assumed map[Assumed]string
	// StaffCodeFields are the names an employee's staff code may have; the first
	// that is there and not empty wins. Default code, staff_code, employee_code.
	StaffCodeFields []string
	// AditTypeFields are the names of a punch's type; default adit_type, type,
	// kind. Where all are absent the type is derived, see Adit.
	AditTypeFields []string
	// RecordedAtFields are the names of a punch's time; default recorded_at.
	RecordedAtFields []string
	// MonthParameter is the name of the month's parameter of work-time results;
	// default month. A public client tried month_no too.
	MonthParameter string
	// RefreshPause is the time between two reads while summaries are recalculated,
	// default 2 s; RefreshReads is the most reads, default 5.
	RefreshPause time.Duration
	RefreshReads int
	// DayChange is the time of day at which a labour day ends, as a duration
	// after midnight; default 5 h. It is used to derive types only.
	DayChange time.Duration
	// Now is the clock, for the derivation of types; default time.Now.
	Now func() time.Time
}

// Paths are the paths of the API, below the base URL. {employee_id} stands for
// the internal id, never the staff code.
type Paths struct {
	Employees      string
	Adits          string
	AditsOf        string
	DailySummaries string
	DailyOf        string
	MonthlyOf      string
	ShiftsOf       string
	HolidayTypes   string
	UseDaysOf      string
	EmployeeOf     string
	// RefreshOf recalculates daily summaries.
	RefreshOf string
	// DefaultShifts, ShiftRequestsOf and OverWorkRequestsOf were seen in one
	// client each.
	DefaultShifts      string
	ShiftRequestsOf    string
	OverWorkRequestsOf string
	SelectionRemarksOf string
	WorkTimeResultsOf  string
}

// DefaultPaths are the paths that public clients use.
func DefaultPaths() Paths {
	return Paths{
		Employees:      "/master/v1/employees",
		Adits:          "/attendance/v1/adits",
		AditsOf:        "/attendance/v1/adits/{employee_id}",
		DailySummaries: "/attendance/v1/summaries/daily",
		DailyOf:        "/attendance/v1/summaries/daily/{employee_id}",
		MonthlyOf:      "/attendance/v1/summaries/monthly/{employee_id}",
		ShiftsOf:       "/shift/v1/shifts/{employee_id}",
		HolidayTypes:   "/holiday/v1/holiday-types",
		UseDaysOf:      "/holiday/v1/employees/{employee_id}/use-days",

		EmployeeOf:         "/master/v1/employees/{employee_id}",
		RefreshOf:          "/attendance/v1/summaries/daily/{employee_id}/refresh",
		DefaultShifts:      "/shift/v1/default-shifts",
		ShiftRequestsOf:    "/shift/v1/requests/{employee_id}",
		OverWorkRequestsOf: "/apply/v1/employees/{employee_id}/over-work/requests",
		SelectionRemarksOf: "/attendance/v1/employees/{employee_id}/summaries/daily/selection-remarks",
		WorkTimeResultsOf:  "/attendance/v1/employees/{employee_id}/work-time/results/monthly",
	}
}

// withDefaults fills empty paths and checks all.
func (p Paths) withDefaults() (Paths, error) {
	d := DefaultPaths()
	for _, f := range []struct {
		name        string
		path        *string
		byDefault   string
		ofOnePerson bool
	}{
		{"employees", &p.Employees, d.Employees, false},
		{"adits", &p.Adits, d.Adits, false},
		{"adits_of", &p.AditsOf, d.AditsOf, true},
		{"daily_summaries", &p.DailySummaries, d.DailySummaries, false},
		{"daily_of", &p.DailyOf, d.DailyOf, true},
		{"monthly_of", &p.MonthlyOf, d.MonthlyOf, true},
		{"shifts_of", &p.ShiftsOf, d.ShiftsOf, true},
		{"holiday_types", &p.HolidayTypes, d.HolidayTypes, false},
		{"use_days_of", &p.UseDaysOf, d.UseDaysOf, true},
		{"employee_of", &p.EmployeeOf, d.EmployeeOf, true},
		{"refresh_of", &p.RefreshOf, d.RefreshOf, true},
		{"default_shifts", &p.DefaultShifts, d.DefaultShifts, false},
		{"shift_requests_of", &p.ShiftRequestsOf, d.ShiftRequestsOf, true},
		{"over_work_requests_of", &p.OverWorkRequestsOf, d.OverWorkRequestsOf, true},
		{"selection_remarks_of", &p.SelectionRemarksOf, d.SelectionRemarksOf, true},
		{"work_time_results_of", &p.WorkTimeResultsOf, d.WorkTimeResultsOf, true},
	} {
		if *f.path == "" {
			*f.path = f.byDefault
		}
		if !strings.HasPrefix(*f.path, "/") || strings.ContainsAny(*f.path, "?#") {
			return p, fmt.Errorf("jobcan: path %s must begin with / and have no query", f.name)
		}
		if f.ofOnePerson != strings.Contains(*f.path, "{employee_id}") {
			return p, fmt.Errorf("jobcan: path %s: {employee_id} belongs into the paths of one employee only", f.name)
		}
	}
	return p, nil
}

// Client reads one client account of Jobcan. It is safe for concurrent use; all
// its errors are *fault.Error.
type Client struct {
	opts Options
	base *url.URL
	t    *transport.Client
}

// New returns a Client, or an error that says which option cannot work.
func New(opts Options) (*Client, error) {
	base, err := transport.ParseBase(opts.BaseURL)
	if err != nil {
		return nil, fmt.Errorf("jobcan: %w", err)
	}
	if opts.Transport == nil {
		return nil, errors.New("jobcan: a transport is needed")
	}
	if opts.Paths, err = opts.Paths.withDefaults(); err != nil {
		return nil, err
	}
	if err := checkAssumed(opts.Assumed); err != nil {
		return nil, err
	}
	opts.Assumed = maps.Clone(opts.Assumed)
	if len(opts.StaffCodeFields) == 0 {
		opts.StaffCodeFields = []string{"code", "staff_code", "employee_code"}
	}
	if len(opts.AditTypeFields) == 0 {
		opts.AditTypeFields = []string{"adit_type", "type", "kind"}
	}
	if len(opts.RecordedAtFields) == 0 {
		opts.RecordedAtFields = []string{"recorded_at"}
	}
	if opts.MonthParameter == "" {
		opts.MonthParameter = "month"
	}
	if opts.RefreshPause < 0 || opts.RefreshReads < 0 {
		return nil, errors.New("jobcan: the pause and the reads of a refresh are not negative")
	}
	if opts.RefreshPause == 0 {
		opts.RefreshPause = 2 * time.Second
	}
	if opts.RefreshReads == 0 {
		opts.RefreshReads = 5
	}
	if opts.DayChange == 0 {
		opts.DayChange = 5 * time.Hour
	}
	if opts.DayChange < 0 || opts.DayChange >= 24*time.Hour {
		return nil, errors.New("jobcan: the day changes between 0:00 and 24:00")
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	return &Client{opts: opts, base: base, t: opts.Transport}, nil
}
