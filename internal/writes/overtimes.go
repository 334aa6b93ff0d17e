package writes

import (
	"context"
	"sync"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// maxMonthMinutes is a month of 31 days; no overtime is longer.
const maxMonthMinutes = 31 * 24 * 60

// OvertimeRow is one month's overtime of one employee. Employee is nil when the
// caller named nobody whom they may see.
type OvertimeRow struct {
	Employee *hr.Employee
	Month    hr.Month
	Minutes  int
}

// overtimeJob is a row that may be sent.
type overtimeJob struct {
	row    int
	carely *sources.Carely
	person sources.CarelyPerson
	want   OvertimeRow
}

// UpsertOvertimes records months in Carely. What Carely holds is read first, all
// people in one request; each row that differs costs one write, whose answer is
// what was stored.
func (w *Writer) UpsertOvertimes(ctx context.Context, rows []OvertimeRow) []Result[*hr.Overtime] {
	results := make([]Result[*hr.Overtime], len(rows))
	jobs := w.overtimeJobs(ctx, rows, results)
	held := map[*sources.Carely]map[string][]*hr.Overtime{}
	for _, c := range w.carely {
		var people []sources.CarelyPerson
		for _, j := range jobs {
			if j.carely == c {
				people = append(people, j.person)
			}
		}
		if len(people) == 0 {
			continue
		}
		got, err := c.Overtimes(ctx, people)
		if err != nil {
			// Without knowing what is there, nothing is sent.
			for _, j := range jobs {
				if j.carely == c {
					results[j.row] = Result[*hr.Overtime]{Outcome: hr.WriteFailed, Fault: fault.From(err)}
				}
			}
			continue
		}
		held[c] = got
	}
	var running sync.WaitGroup
	places := make(chan struct{}, writesAtOnce)
	for _, j := range jobs {
		known, ok := held[j.carely]
		if !ok {
			continue
		}
		running.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			results[j.row] = w.putOvertime(ctx, j, find(known[j.person.UUID], j.want.Month))
		})
	}
	running.Wait()
	return results
}

// writesAtOnce bounds the rows in the air; the link's quota paces them.
const writesAtOnce = 8

// overtimeJobs checks rows; what cannot be sent gets its result here.
func (w *Writer) overtimeJobs(ctx context.Context, rows []OvertimeRow, results []Result[*hr.Overtime]) []overtimeJob {
	type place struct {
		id    hr.EmployeeID
		month hr.Month
	}
	first := map[place]int{}
	var jobs []overtimeJob
	for i, row := range rows {
		switch {
		case row.Employee == nil:
			results[i] = refused[*hr.Overtime](fault.NotFound, "no employee whom you may see is named so")
			continue
		case row.Minutes < 0 || row.Minutes > maxMonthMinutes:
			results[i] = refused[*hr.Overtime](fault.BadUserInput, "minutes must be between 0 and %d", maxMonthMinutes)
			continue
		}
		at := place{row.Employee.ID, row.Month}
		if earlier, ok := first[at]; ok {
			results[i] = refused[*hr.Overtime](fault.BadUserInput, "row %d has the same employee and month", earlier)
			results[i].Outcome = hr.WriteConflict
			continue
		}
		first[at] = i
		c, person, err := w.carelyOf(ctx, row.Employee)
		if err != nil {
			results[i] = Result[*hr.Overtime]{Outcome: hr.WriteRefused, Fault: err}
			continue
		}
		jobs = append(jobs, overtimeJob{row: i, carely: c, person: person, want: row})
	}
	return jobs
}

// carelyOf finds the link that knows an employee.
func (w *Writer) carelyOf(ctx context.Context, e *hr.Employee) (*sources.Carely, sources.CarelyPerson, *fault.Error) {
	if len(w.carely) == 0 {
		return nil, sources.CarelyPerson{}, notConnected(hr.Carely)
	}
	for _, c := range w.carely {
		for _, l := range e.Links {
			if l.System == hr.Carely && l.Link == c.Link().Name {
				return c, sources.CarelyPerson{UUID: l.VendorID, Number: w.codeIn(ctx, l.Ref())}, nil
			}
		}
	}
	return nil, sources.CarelyPerson{}, fault.New(fault.NotFound, "Carely has no record of this employee")
}

func find(held []*hr.Overtime, m hr.Month) *hr.Overtime {
	for _, o := range held {
		if o.Month == m {
			return o
		}
	}
	return nil
}

// putOvertime sends one row and tells what became of it.
func (w *Writer) putOvertime(ctx context.Context, j overtimeJob, before *hr.Overtime) Result[*hr.Overtime] {
	if before != nil && before.Minutes == j.want.Minutes {
		return Result[*hr.Overtime]{Outcome: hr.WriteSkippedSame, Value: before}
	}
	after, err := j.carely.PutOvertime(ctx, j.person.UUID, j.want.Month, j.want.Minutes)
	w.reads.ForgetOvertimes(ctx, hr.Ref{Link: j.carely.Link(), ID: j.person.UUID})
	if err == nil && after.Minutes == j.want.Minutes {
		return Result[*hr.Overtime]{Outcome: hr.WriteApplied, Value: after}
	}
	result := lost[*hr.Overtime](err)
	if err != nil && result.Outcome != hr.WriteUnknown {
		return result
	}
	return w.lookAgain(ctx, j, before, result)
}

// lookAgain reads back a row whose write did not tell how it went.
func (w *Writer) lookAgain(
	ctx context.Context, j overtimeJob, before *hr.Overtime, unknown Result[*hr.Overtime],
) Result[*hr.Overtime] {
	held, err := j.carely.Overtimes(ctx, []sources.CarelyPerson{j.person})
	if err != nil {
		unknown.Outcome = hr.WriteUnknown
		return unknown
	}
	now := find(held[j.person.UUID], j.want.Month)
	switch {
	case now != nil && now.Minutes == j.want.Minutes:
		return Result[*hr.Overtime]{Outcome: hr.WriteApplied, Value: now}
	case same(now, before):
		unknown.Outcome, unknown.Value = hr.WriteFailed, now
	default:
		unknown.Outcome, unknown.Value = hr.WriteUnknown, now
	}
	if unknown.Fault == nil {
		unknown.Fault = fault.Upstream(fault.UpstreamBadResponse, string(hr.Carely), j.carely.Link().Name,
			"the system stored another value than the one sent")
	}
	return unknown
}

func same(a, b *hr.Overtime) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Minutes == b.Minutes
}
