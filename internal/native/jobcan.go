package native

import (
	"context"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// Jobcan is one link to Jobcan in Jobcan's own words. It keeps nothing.
type Jobcan struct {
	link   hr.Link
	client *jobcan.Client
	reads  *reads.Reader
}

// Jobcan returns Jobcan's own side of a link, or the fault NOT_CONNECTED.
func (n *Native) Jobcan(link string) (*Jobcan, error) {
	client, ok := n.opts.Jobcan[link]
	if !ok {
		return nil, notConnected(hr.Jobcan, link)
	}
	return &Jobcan{link: hr.Link{System: hr.Jobcan, Name: link}, client: client, reads: n.opts.Reads}, nil
}

type (
	// JobcanEmployee is an employee of the master API.
	JobcanEmployee struct {
		ID                                    string
		StaffCode, LastName, FirstName, Email *string
		MainGroup, WorkKind                   *int
		SubGroups                             []int
		EnteredDay, RetiredDay                *hr.Date
	}
	// JobcanAdit is a punch.
	JobcanAdit struct {
		EmployeeID string
		Date       *hr.Date
		RecordedAt time.Time
		AditType   *string
		Derived    bool
		GroupID    *int
	}
	// JobcanDailySummary is the totals of a day.
	JobcanDailySummary struct {
		EmployeeID                                string
		Date                                      *hr.Date
		WorkMinutes, RestMinutes, OverWorkMinutes *int
		NightWorkMinutes, ShiftMinutes            *int
		ShiftOverMinutes                          *int
	}
	// JobcanDailySummaries are the summaries of an answer.
	JobcanDailySummaries struct {
		Rows    []*JobcanDailySummary
		Pending bool
	}
	// JobcanMonthlySummary is the totals of a period.
	JobcanMonthlySummary struct{ WorkMinutes, ShiftOverMinutes *int }
	// JobcanDefaultShift is the usual week of an employee.
	JobcanDefaultShift struct {
		EmployeeID string
		Days       []*JobcanDefaultDay
	}
	// JobcanDefaultDay is a day of the usual week.
	JobcanDefaultDay struct {
		WeekID      int
		HolidayType *int
	}
	// JobcanRequest is a row whose fields are not public.
	JobcanRequest struct {
		Date *hr.Date
		JSON string
	}
	// JobcanHolidayType is a kind of leave.
	JobcanHolidayType struct {
		ID                                            string
		GroupID, WorkKindID                           *int
		Name, VacationType, AmountUse, StartAt, EndAt *string
	}
	// JobcanUseDay is leave that was taken.
	JobcanUseDay struct {
		UseDate       *hr.Date
		HolidayTypeID *string
		Days          *float64
		DetailType    *string
	}
	// JobcanRemarkDay is what was chosen from the lists of remarks on a day.
	JobcanRemarkDay struct {
		Date    *hr.Date
		Remarks []*JobcanRemark
	}
	// JobcanRemark is a list of remarks with what was chosen from it.
	JobcanRemark struct {
		ID, Code   *string
		Selections []*JobcanSelection
	}
	// JobcanSelection is a remark that was chosen.
	JobcanSelection struct{ Name, Code *string }
	// JobcanWorkTimeResult is the totals of a month for the alerts of work rules.
	JobcanWorkTimeResult struct {
		AlertID                                       *string
		Year, Month                                   int
		From, To                                      *hr.Date
		WorkMinutes, ShiftMinutes, HolidayWorkMinutes *int
		WithinSettingWorkOverMinutes                  *int
		SettingWorkOverMinutes, NightWorkMinutes      *int
		HolidayCount                                  *int
	}
)

// idOf returns Jobcan's id of an employee, 0 for nobody.
func (j *Jobcan) idOf(e *hr.Employee) (jobcan.EmployeeID, error) {
	if e == nil {
		return 0, nil
	}
	for _, l := range e.Links {
		if l.System != hr.Jobcan || l.Link != j.link.Name {
			continue
		}
		id, err := strconv.ParseInt(l.VendorID, 10, 64)
		if err == nil {
			return jobcan.EmployeeID(id), nil
		}
	}
	return 0, fault.New(fault.NotFound, "Jobcan has no record of this employee")
}

// of asks about one employee.
func of[T any](j *Jobcan, e *hr.Employee, ask func(jobcan.EmployeeID) (T, error)) (T, error) {
	id, err := j.idOf(e)
	if err != nil {
		var none T
		return none, err
	}
	got, err := ask(id)
	return got, spoken(err)
}

// Employees lists everybody: ceil(N/100) calls, and one more where the last page
// is full.
func (j *Jobcan) Employees(ctx context.Context) ([]*JobcanEmployee, error) {
	rows, err := j.client.Employees(ctx)
	return mapped(rows, err, jobcanEmployee)
}

// Employee reads one: one call.
func (j *Jobcan) Employee(ctx context.Context, e *hr.Employee) (*JobcanEmployee, error) {
	return of(j, e, func(id jobcan.EmployeeID) (*JobcanEmployee, error) {
		row, err := j.client.Employee(ctx, id)
		if err != nil {
			return nil, err
		}
		return jobcanEmployee(&row), nil
	})
}

func jobcanEmployee(r *jobcan.Employee) *JobcanEmployee {
	return &JobcanEmployee{
		ID: jobcanID(r.ID), StaffCode: text(r.StaffCode), LastName: text(r.LastName), FirstName: text(r.FirstName),
		Email: text(r.Email), MainGroup: r.MainGroup, SubGroups: append([]int{}, r.SubGroups...), WorkKind: r.WorkKind,
		EnteredDay: dateOrNil(string(r.EnteredDay)), RetiredDay: dateOrNil(string(r.RetiredDay)),
	}
}

// Adits reads the punches of a day, of one employee (one call) or, for nil, of
// all (a page of 100 a call).
func (j *Jobcan) Adits(ctx context.Context, e *hr.Employee, date hr.Date) ([]*JobcanAdit, error) {
	return of(j, e, func(id jobcan.EmployeeID) ([]*JobcanAdit, error) {
		read := func() ([]jobcan.Adit, error) { return j.client.AditsOfDay(ctx, jobcanDate(date)) }
		if id != 0 {
			read = func() ([]jobcan.Adit, error) { return j.client.AditsOf(ctx, id, jobcanDate(date)) }
		}
		rows, err := read()
		return mapped(rows, err, func(a *jobcan.Adit) *JobcanAdit {
			return &JobcanAdit{
				EmployeeID: jobcanID(a.EmployeeID), Date: dateOrNil(string(a.Date)), RecordedAt: a.RecordedAt,
				AditType: text(string(a.Type)), Derived: a.Derived, GroupID: a.GroupID,
			}
		})
	})
}

// DailySummaries reads the summaries of one employee on at most 31 days (one
// call) or, for nil, of all on one day (a page of 100 a call).
func (j *Jobcan) DailySummaries(ctx context.Context, e *hr.Employee, dates []hr.Date) (*JobcanDailySummaries, error) {
	if e == nil && len(dates) != 1 {
		return nil, fault.New(fault.BadUserInput, "without an employee one date is read")
	}
	return of(j, e, func(id jobcan.EmployeeID) (*JobcanDailySummaries, error) {
		if id == 0 {
			return jobcanSummaries(j.client.SummariesOfDay(ctx, jobcanDate(dates[0])))
		}
		return jobcanSummaries(j.client.SummariesOf(ctx, id, jobcanDates(dates)))
	})
}

func jobcanSummaries(got jobcan.DailySummaries, err error) (*JobcanDailySummaries, error) {
	rows, err := mapped(got.Rows, err, func(s *jobcan.DailySummary) *JobcanDailySummary {
		return &JobcanDailySummary{
			EmployeeID: jobcanID(s.EmployeeID), Date: dateOrNil(string(s.Date)), WorkMinutes: s.WorkMinutes,
			RestMinutes: s.RestMinutes, OverWorkMinutes: s.OverWorkMinutes, NightWorkMinutes: s.NightWorkMinutes,
			ShiftMinutes: s.ShiftMinutes, ShiftOverMinutes: s.ShiftOverMinutes,
		}
	})
	if err != nil {
		return nil, err
	}
	return &JobcanDailySummaries{Rows: rows, Pending: got.Pending}, nil
}

// MonthlySummary reads the totals of one employee: one call.
func (j *Jobcan) MonthlySummary(ctx context.Context, e *hr.Employee, from, to hr.Date) (*JobcanMonthlySummary, error) {
	return of(j, e, func(id jobcan.EmployeeID) (*JobcanMonthlySummary, error) {
		got, err := j.client.MonthlySummaryOf(ctx, id, jobcanDate(from), jobcanDate(to))
		if err != nil {
			return nil, err
		}
		return &JobcanMonthlySummary{WorkMinutes: got.WorkMinutes, ShiftOverMinutes: got.ShiftOverMinutes}, nil
	})
}

func jobcanID(id jobcan.EmployeeID) string { return strconv.FormatInt(int64(id), 10) }

func jobcanDate(d hr.Date) jobcan.Date { return jobcan.Date(d.String()) }

func jobcanDates(dates []hr.Date) []jobcan.Date {
	out := make([]jobcan.Date, len(dates))
	for i, d := range dates {
		out[i] = jobcanDate(d)
	}
	return out
}

// numberText is nil for an id that is absent.
func numberText(n int64) *string {
	if n == 0 {
		return nil
	}
	return text(strconv.FormatInt(n, 10))
}
