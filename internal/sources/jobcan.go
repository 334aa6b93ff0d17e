package sources

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// Jobcan translates one link to Jobcan: employee, adit to stamp, daily summary
// to working record, use day to leave, shift.
type Jobcan struct {
	reader

	name   hr.Link
	client *jobcan.Client
}

// NewJobcan returns the adapter of one link.
func NewJobcan(link string, client *jobcan.Client) *Jobcan {
	return &Jobcan{name: hr.Link{System: hr.Jobcan, Name: link}, client: client}
}

// Link names the link.
func (j *Jobcan) Link() hr.Link { return j.name }

func (j *Jobcan) text(id jobcan.EmployeeID) string { return strconv.FormatInt(int64(id), 10) }

func (j *Jobcan) number(id string) (jobcan.EmployeeID, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.New(fault.NotFound, "Jobcan has no record of this id")
	}
	return jobcan.EmployeeID(n), nil
}

// People lists all employees: ceil(N/100) calls, and one more when the last page
// is full.
func (j *Jobcan) People(ctx context.Context) ([]Person, error) { return all(ctx, j) }

// StampsOfDay returns everybody's stamps of a labour day: ceil(N/100) calls and
// the empty page that ends them.
func (j *Jobcan) StampsOfDay(ctx context.Context, d hr.Date) (map[string][]*hr.Stamp, error) {
	rows, err := j.client.AditsOfDay(ctx, jobcan.Date(d.String()))
	if err != nil {
		return nil, err
	}
	out := map[string][]*hr.Stamp{}
	for i := range rows {
		id := j.text(rows[i].EmployeeID)
		out[id] = append(out[id], j.stamp(&rows[i], d))
	}
	return out, nil
}

// StampsOfPerson returns one person's stamps of a labour day: one call.
func (j *Jobcan) StampsOfPerson(ctx context.Context, id string, d hr.Date) ([]*hr.Stamp, error) {
	n, err := j.number(id)
	if err != nil {
		return nil, err
	}
	rows, err := j.client.AditsOf(ctx, n, jobcan.Date(d.String()))
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Stamp, len(rows))
	for i := range rows {
		out[i] = j.stamp(&rows[i], d)
	}
	return out, nil
}

func (j *Jobcan) stamp(a *jobcan.Adit, d hr.Date) *hr.Stamp {
	return &hr.Stamp{
		OccurredAt: a.RecordedAt.In(hr.JST), LaborDate: d, Kind: aditKind(a.Type), KindDerived: a.Derived,
		System: hr.Jobcan, Link: j.name.Name,
	}
}

func aditKind(t jobcan.AditType) hr.StampKind {
	switch t {
	case jobcan.WorkStart:
		return hr.StampClockIn
	case jobcan.WorkEnd:
		return hr.StampClockOut
	case jobcan.RestStart:
		return hr.StampBreakStart
	case jobcan.RestEnd:
		return hr.StampBreakEnd
	default:
		return hr.StampUnknown
	}
}

// WorkingRecordsOfDay returns everybody's summary of a day: ceil(N/100) calls,
// and one more when the last page is full.
func (j *Jobcan) WorkingRecordsOfDay(ctx context.Context, d hr.Date) (map[string][]*hr.WorkingRecord, error) {
	got, err := j.client.SummariesOfDay(ctx, jobcan.Date(d.String()))
	if err != nil {
		return nil, err
	}
	out := map[string][]*hr.WorkingRecord{}
	for i := range got.Rows {
		out[j.text(got.Rows[i].EmployeeID)] = []*hr.WorkingRecord{j.record(&got.Rows[i])}
	}
	return out, nil
}

// WorkingRecordsOfPerson returns one person's summaries of at most 31 dates: one
// call. Days that the vendor leaves out have no row.
func (j *Jobcan) WorkingRecordsOfPerson(
	ctx context.Context, id string, dates []hr.Date,
) ([]*hr.WorkingRecord, error) {
	n, err := j.number(id)
	if err != nil {
		return nil, err
	}
	got, err := j.client.SummariesOf(ctx, n, jobcanDates(dates))
	if err != nil {
		return nil, err
	}
	out := make([]*hr.WorkingRecord, 0, len(got.Rows))
	for i := range got.Rows {
		out = append(out, j.record(&got.Rows[i]))
	}
	slices.SortFunc(out, func(x, y *hr.WorkingRecord) int { return cmp.Compare(x.SortKey(), y.SortKey()) })
	return out, nil
}

func jobcanDates(dates []hr.Date) []jobcan.Date {
	out := make([]jobcan.Date, len(dates))
	for i, d := range dates {
		out[i] = jobcan.Date(d.String())
	}
	return out
}

// record translates a daily summary. Jobcan tells how long, not from when to
// when, so start and end are unknown; a summary without minutes is incomplete.
func (j *Jobcan) record(r *jobcan.DailySummary) *hr.WorkingRecord {
	return &hr.WorkingRecord{
		Date: parseDate(string(r.Date)), WorkedMinutes: r.WorkMinutes, IsComplete: r.WorkMinutes != nil,
		System: hr.Jobcan, Link: j.name.Name,
	}
}

// Leaves returns the paid leave that one person took in a period: one call. Only
// paid leave is known to be listed.
func (j *Jobcan) Leaves(ctx context.Context, id string, p hr.Period) ([]*hr.Leave, error) {
	n, err := j.number(id)
	if err != nil {
		return nil, err
	}
	rows, err := j.client.UseDaysOf(ctx, n, jobcan.Date(p.From.String()), jobcan.Date(p.To.String()), jobcan.VacationPaid)
	if err != nil {
		return nil, err
	}
	out := make([]*hr.Leave, 0, len(rows))
	for _, r := range rows {
		date := parseDate(string(r.UseDate))
		if r.Days == nil {
			continue
		}
		kind := hr.LeaveOther
		if r.DetailType == jobcan.VacationPaid {
			kind = hr.LeavePaid
		}
		out = append(out, &hr.Leave{
			Date: date, Days: *r.Days, Kind: kind, TypeID: r.HolidayTypeID, System: hr.Jobcan, Link: j.name.Name,
		})
	}
	return out, nil
}

// LeaveName is the company's name of a kind of leave.
type LeaveName struct {
	TypeID int64
	Name   string
}

// LeaveNames returns the names of the kinds of leave: one call.
func (j *Jobcan) LeaveNames(ctx context.Context) ([]LeaveName, error) {
	rows, err := j.client.HolidayTypes(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]LeaveName, len(rows))
	for i, r := range rows {
		out[i] = LeaveName{TypeID: r.ID, Name: r.Name}
	}
	return out, nil
}

// Shifts returns one person's planned shifts on at most 31 dates: one call.
func (j *Jobcan) Shifts(ctx context.Context, id string, dates []hr.Date) ([]*hr.Shift, error) {
	n, err := j.number(id)
	if err != nil {
		return nil, err
	}
	rows, err := j.client.ShiftsOf(ctx, n, jobcanDates(dates))
	if err != nil {
		return nil, err
	}
	var out []*hr.Shift
	for _, day := range rows {
		date := parseDate(string(day.Date))
		for _, s := range day.Shifts {
			out = append(out, &hr.Shift{Date: date, Start: s.Start, End: s.End})
		}
	}
	return out, nil
}
