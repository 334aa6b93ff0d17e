package reads

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// Endpoints in cell keys.
const (
	stampCells  = "stamps"
	recordCells = "working_records"
	breakCells  = "working_records+breaks"
	leaveCells  = "leaves"
	// leaveNameCells hold the names of the kinds of leave.
	leaveNameCells = "leave_names"
	alertCells     = "alerts"
)

// Stamps returns for each wish the stamps of each employee.
func (r *Reader) Stamps(
	ctx context.Context, people []*hr.Employee, wishes []Wish,
) ([][]List[*hr.Stamp], error) {
	var readings []reading[*hr.Stamp]
	if wanted(wishes, hr.Akashi) {
		for _, a := range r.akashi {
			readings = append(readings, daily(a, stampCells, "", wishes,
				func(missing []lookup.Need) []lookup.Call[*hr.Stamp] { return akashiStamps(a, missing) }))
		}
	}
	if wanted(wishes, hr.Jobcan) {
		for _, j := range r.jobcan {
			employees, err := r.size(ctx, j)
			if err != nil {
				return nil, err
			}
			readings = append(readings, daily(j, stampCells, "", wishes,
				func(missing []lookup.Need) []lookup.Call[*hr.Stamp] { return jobcanStamps(j, missing, employees) }))
		}
	}
	return readAll(ctx, r, people, holdersOf(wishes, hr.Akashi, hr.Jobcan), readings)
}

// WorkingRecords returns for each wish the results of each labour day of each
// employee.
func (r *Reader) WorkingRecords(
	ctx context.Context, people []*hr.Employee, wishes []Wish,
) ([][]List[*hr.WorkingRecord], error) {
	var readings []reading[*hr.WorkingRecord]
	if wanted(wishes, hr.Akashi) {
		for _, a := range r.akashi {
			readings = append(readings, daily(a, recordCells, breakCells, wishes,
				func(missing []lookup.Need) []lookup.Call[*hr.WorkingRecord] { return akashiRecords(a, missing) }))
		}
	}
	if wanted(wishes, hr.Jobcan) {
		for _, j := range r.jobcan {
			employees, err := r.size(ctx, j)
			if err != nil {
				return nil, err
			}
			readings = append(readings, daily(j, recordCells, "", wishes,
				func(missing []lookup.Need) []lookup.Call[*hr.WorkingRecord] {
					return jobcanRecords(j, missing, employees)
				}))
		}
	}
	return readAll(ctx, r, people, holdersOf(wishes, hr.Akashi, hr.Jobcan), readings)
}

// Leaves returns for each wish the days off of each employee; one call a person.
func (r *Reader) Leaves(ctx context.Context, people []*hr.Employee, wishes []Wish) ([][]List[*hr.Leave], error) {
	var readings []reading[*hr.Leave]
	for _, j := range r.jobcan {
		readings = append(readings, daily(j, leaveCells, "", wishes,
			func(missing []lookup.Need) []lookup.Call[*hr.Leave] { return jobcanLeaves(j, missing) }))
	}
	return readAll(ctx, r, people, holdersOf(wishes, hr.Jobcan), readings)
}

// NameLeaves puts the names of the kinds of leave into lists: one call. Rows, which
// are shared, are replaced by copies.
func (r *Reader) NameLeaves(ctx context.Context, lists []List[*hr.Leave]) error {
	names := map[hr.Link]map[int64]string{}
	for _, j := range r.jobcan {
		rows, fe := one(ctx, r, key(j, lookup.Record{Endpoint: leaveNameCells, Subject: lookup.Everybody}), j.LeaveNames)
		if fe != nil {
			return fe
		}
		names[j.Link()] = map[int64]string{}
		for _, n := range rows {
			names[j.Link()][n.TypeID] = n.Name
		}
	}
	for i := range lists {
		for k, row := range lists[i].Rows {
			if name := names[hr.Link{System: row.System, Name: row.Link}][row.TypeID]; name != "" {
				named := *row
				named.Name = &name
				lists[i].Rows[k] = &named
			}
		}
	}
	return nil
}

// Alerts returns the alerts of each employee, read with the employee's own
// token. Without it the fault is PersonalTokenNeeded.
func (r *Reader) Alerts(ctx context.Context, people []*hr.Employee) ([]List[*hr.Alert], error) {
	var readings []reading[*hr.Alert]
	held := context.WithoutCancel(ctx)
	for _, a := range r.akashi {
		readings = append(readings, reading[*hr.Alert]{
			link: a,
			needs: func(staff string) []lookup.Need {
				// The answer follows this person's own rights.
				return []lookup.Need{lookup.Of(lookup.KeyOf(a.Link(), a.PrincipalOf(staff),
					lookup.Record{Endpoint: alertCells, Subject: staff}))}
			},
			plan: func(missing []lookup.Need) []lookup.Call[*hr.Alert] {
				calls := make([]lookup.Call[*hr.Alert], len(missing))
				for i, n := range missing {
					calls[i] = lookup.Single(n.Key, func(ctx context.Context) ([]*hr.Alert, error) {
						return a.Alerts(ctx, n.Key.Subject())
					})
					calls[i].Free = !a.Holds(held, n.Key.Subject())
				}
				return calls
			},
		})
	}
	return read(ctx, r, people, []hr.System{hr.Akashi}, readings)
}

// size is how many employees a bulk call of Jobcan pages through.
func (r *Reader) size(ctx context.Context, j *sources.Jobcan) (int, error) {
	index, err := r.dir.Index(ctx)
	if err != nil {
		return 0, err
	}
	return index.Size(j.Link()), nil
}

// akashiStamps mixes days of many people with six months of one.
func akashiStamps(a *sources.Akashi, missing []lookup.Need) []lookup.Call[*hr.Stamp] {
	rules := plan.Documented()
	planned := plan.Mixed(planCells(missing), rules.AkashiMultipleStamps, rules.AkashiStamps)
	return calls(missing, planned, 1, func(c plan.Call) question[*hr.Stamp] {
		if c.Rule == rules.AkashiStamps {
			return ofPerson(a, stampCells, c, a.StampsOfPerson, stampDate)
		}
		return ofDay(a, stampCells, c, func(ctx context.Context, d hr.Date) (map[string][]*hr.Stamp, error) {
			return a.StampsOfDay(ctx, c.Subjects, d)
		})
	})
}

// akashiRecords plans days with breaks and days without apart.
func akashiRecords(a *sources.Akashi, missing []lookup.Need) []lookup.Call[*hr.WorkingRecord] {
	var with, without []lookup.Need
	for _, n := range missing {
		if n.Key.Endpoint() == breakCells {
			with = append(with, n)
		} else {
			without = append(without, n)
		}
	}
	rules := plan.Documented()
	planned := akashiRecordsBy(a, without, rules.AkashiWorkingRecords, recordCells, false)
	if a.LenientBreaks() {
		return append(planned, akashiRecordsBy(a, with, rules.AkashiWorkingRecords, breakCells, true)...)
	}
	return append(planned, akashiRecordsBy(a, with, rules.AkashiBreaks, breakCells, true)...)
}

func akashiRecordsBy(
	a *sources.Akashi, missing []lookup.Need, rule plan.Rule, endpoint string, breaks bool,
) []lookup.Call[*hr.WorkingRecord] {
	return calls(missing, plan.Batches(planCells(missing), rule), 1, func(c plan.Call) question[*hr.WorkingRecord] {
		return byDate(a, endpoint, recordDate, func(ctx context.Context) (map[string][]*hr.WorkingRecord, error) {
			return a.WorkingRecords(ctx, c.Subjects, c.Period(), breaks)
		})
	})
}

func jobcanStamps(j *sources.Jobcan, missing []lookup.Need, employees int) []lookup.Call[*hr.Stamp] {
	rules := plan.Documented()
	pages := rules.JobcanAdits.Pages(employees)
	planned := plan.Bulk(planCells(missing), rules.JobcanAdits, rules.JobcanAditsOf, pages)
	return calls(missing, planned, pages, func(c plan.Call) question[*hr.Stamp] {
		if c.Rule == rules.JobcanAditsOf {
			return ofPerson(j, stampCells, c, func(ctx context.Context, id string, p hr.Period) ([]*hr.Stamp, error) {
				return j.StampsOfPerson(ctx, id, p.From)
			}, stampDate)
		}
		return ofDay(j, stampCells, c, j.StampsOfDay)
	})
}

func jobcanRecords(j *sources.Jobcan, missing []lookup.Need, employees int) []lookup.Call[*hr.WorkingRecord] {
	rules := plan.Documented()
	pages := rules.JobcanSummaries.Pages(employees)
	planned := plan.Bulk(planCells(missing), rules.JobcanSummaries, rules.JobcanSummariesOf, pages)
	return calls(missing, planned, pages, func(c plan.Call) question[*hr.WorkingRecord] {
		if c.Rule == rules.JobcanSummariesOf {
			return ofPerson(j, recordCells, c, func(ctx context.Context, id string, _ hr.Period) ([]*hr.WorkingRecord, error) {
				return j.WorkingRecordsOfPerson(ctx, id, c.Dates)
			}, recordDate)
		}
		return ofDay(j, recordCells, c, j.WorkingRecordsOfDay)
	})
}

func jobcanLeaves(j *sources.Jobcan, missing []lookup.Need) []lookup.Call[*hr.Leave] {
	planned := plan.Batches(planCells(missing), plan.Documented().JobcanUseDays)
	return calls(missing, planned, 1, func(c plan.Call) question[*hr.Leave] {
		return ofPerson(j, leaveCells, c, j.Leaves, leaveDate)
	})
}
