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

// Stamps returns the stamps of each employee in the period, from the given
// systems or from all that hold stamps.
func (r *Reader) Stamps(
	ctx context.Context, people []*hr.Employee, period hr.Period, systems []hr.System,
) ([]List[*hr.Stamp], error) {
	var readings []reading[*hr.Stamp]
	if wants(systems, hr.Akashi) {
		for _, a := range r.akashi {
			readings = append(readings, daily(a, stampCells, period, func(missing []lookup.Key) []lookup.Call[*hr.Stamp] {
				return akashiStamps(a, missing)
			}))
		}
	}
	if wants(systems, hr.Jobcan) {
		for _, j := range r.jobcan {
			employees, err := r.size(ctx, j)
			if err != nil {
				return nil, err
			}
			readings = append(readings, daily(j, stampCells, period, func(missing []lookup.Key) []lookup.Call[*hr.Stamp] {
				return jobcanStamps(j, missing, employees)
			}))
		}
	}
	return read(ctx, r, people, holders(systems, hr.Akashi, hr.Jobcan), readings)
}

// WorkingRecords returns the results of each labour day of each employee. With
// breaks, systems that tell them are asked for them, at their price.
func (r *Reader) WorkingRecords(
	ctx context.Context, people []*hr.Employee, period hr.Period, systems []hr.System, breaks bool,
) ([]List[*hr.WorkingRecord], error) {
	var readings []reading[*hr.WorkingRecord]
	if wants(systems, hr.Akashi) {
		endpoint := recordCells
		if breaks {
			endpoint = breakCells
		}
		for _, a := range r.akashi {
			readings = append(readings, daily(a, endpoint, period, func(missing []lookup.Key) []lookup.Call[*hr.WorkingRecord] {
				return akashiRecords(a, missing, breaks)
			}))
		}
	}
	if wants(systems, hr.Jobcan) {
		for _, j := range r.jobcan {
			employees, err := r.size(ctx, j)
			if err != nil {
				return nil, err
			}
			readings = append(readings, daily(j, recordCells, period,
				func(missing []lookup.Key) []lookup.Call[*hr.WorkingRecord] {
					return jobcanRecords(j, missing, employees)
				}))
		}
	}
	return read(ctx, r, people, holders(systems, hr.Akashi, hr.Jobcan), readings)
}

// Leaves returns the days off of each employee; one call a person, and one for
// the names when they are asked for.
func (r *Reader) Leaves(
	ctx context.Context, people []*hr.Employee, period hr.Period, names bool,
) ([]List[*hr.Leave], error) {
	var readings []reading[*hr.Leave]
	for _, j := range r.jobcan {
		readings = append(readings, daily(j, leaveCells, period, func(missing []lookup.Key) []lookup.Call[*hr.Leave] {
			return jobcanLeaves(j, missing)
		}))
	}
	lists, err := read(ctx, r, people, []hr.System{hr.Jobcan}, readings)
	if err != nil || !names {
		return lists, err
	}
	return lists, r.nameLeaves(ctx, lists)
}

// nameLeaves replaces rows, which are shared, by copies with their names.
func (r *Reader) nameLeaves(ctx context.Context, lists []List[*hr.Leave]) error {
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
	for _, a := range r.akashi {
		readings = append(readings, reading[*hr.Alert]{
			link: a,
			keys: func(staff string) []lookup.Key {
				// The answer follows this person's own rights.
				return []lookup.Key{lookup.KeyOf(a.Link(), a.PrincipalOf(staff),
					lookup.Record{Endpoint: alertCells, Subject: staff})}
			},
			plan: func(missing []lookup.Key) []lookup.Call[*hr.Alert] {
				calls := make([]lookup.Call[*hr.Alert], len(missing))
				for i, k := range missing {
					calls[i] = lookup.Single(k, func(ctx context.Context) ([]*hr.Alert, error) { return a.Alerts(ctx, k.Subject()) })
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

// daily is a reading of cells by day.
func daily[T any](l link, endpoint string, period hr.Period, plan func([]lookup.Key) []lookup.Call[T]) reading[T] {
	dates := period.Dates()
	return reading[T]{
		link: l,
		keys: func(subject string) []lookup.Key {
			keys := make([]lookup.Key, len(dates))
			for i, d := range dates {
				keys[i] = key(l, lookup.Record{Endpoint: endpoint, Subject: subject, Date: d})
			}
			return keys
		},
		plan: plan,
	}
}

// akashiStamps mixes days of many people with six months of one.
func akashiStamps(a *sources.Akashi, missing []lookup.Key) []lookup.Call[*hr.Stamp] {
	rules := plan.Documented()
	planned := plan.Mixed(planCells(missing), rules.AkashiMultipleStamps, rules.AkashiStamps)
	return calls(missing, planned, 1, func(c plan.Call) fetchRows[*hr.Stamp] {
		if c.Rule == rules.AkashiStamps {
			return ofPerson(a, stampCells, c, a.StampsOfPerson, stampDate)
		}
		return func(ctx context.Context) (map[lookup.Key][]*hr.Stamp, error) {
			rows, err := a.StampsOfDay(ctx, c.Subjects, c.Dates[0])
			return spread(a, stampCells, rows, func(*hr.Stamp) hr.Date { return c.Dates[0] }), err
		}
	})
}

func akashiRecords(a *sources.Akashi, missing []lookup.Key, breaks bool) []lookup.Call[*hr.WorkingRecord] {
	rule, endpoint := plan.Documented().AkashiWorkingRecords, recordCells
	if breaks {
		endpoint = breakCells
		rule.Days = a.BreakDays()
	}
	return calls(missing, plan.Batches(planCells(missing), rule), 1, func(c plan.Call) fetchRows[*hr.WorkingRecord] {
		return func(ctx context.Context) (map[lookup.Key][]*hr.WorkingRecord, error) {
			rows, err := a.WorkingRecords(ctx, c.Subjects, c.Period(), breaks)
			return spread(a, endpoint, rows, recordDate), err
		}
	})
}

func jobcanStamps(j *sources.Jobcan, missing []lookup.Key, employees int) []lookup.Call[*hr.Stamp] {
	rules := plan.Documented()
	pages := rules.JobcanAdits.Pages(employees)
	planned := plan.Bulk(planCells(missing), rules.JobcanAdits, rules.JobcanAditsOf, pages)
	return calls(missing, planned, pages, func(c plan.Call) fetchRows[*hr.Stamp] {
		if c.Rule == rules.JobcanAditsOf {
			return ofPerson(j, stampCells, c, func(ctx context.Context, id string, p hr.Period) ([]*hr.Stamp, error) {
				return j.StampsOfPerson(ctx, id, p.From)
			}, stampDate)
		}
		return ofDay(j, stampCells, c, j.StampsOfDay)
	})
}

func jobcanRecords(j *sources.Jobcan, missing []lookup.Key, employees int) []lookup.Call[*hr.WorkingRecord] {
	rules := plan.Documented()
	pages := rules.JobcanSummaries.Pages(employees)
	planned := plan.Bulk(planCells(missing), rules.JobcanSummaries, rules.JobcanSummariesOf, pages)
	return calls(missing, planned, pages, func(c plan.Call) fetchRows[*hr.WorkingRecord] {
		if c.Rule == rules.JobcanSummariesOf {
			return func(ctx context.Context) (map[lookup.Key][]*hr.WorkingRecord, error) {
				rows, err := j.WorkingRecordsOfPerson(ctx, c.Subjects[0], c.Dates)
				return spread(j, recordCells, map[string][]*hr.WorkingRecord{c.Subjects[0]: rows}, recordDate), err
			}
		}
		return ofDay(j, recordCells, c, j.WorkingRecordsOfDay)
	})
}

func jobcanLeaves(j *sources.Jobcan, missing []lookup.Key) []lookup.Call[*hr.Leave] {
	planned := plan.Batches(planCells(missing), plan.Documented().JobcanUseDays)
	return calls(missing, planned, 1, func(c plan.Call) fetchRows[*hr.Leave] {
		return ofPerson(j, leaveCells, c, j.Leaves, func(l *hr.Leave) hr.Date { return l.Date })
	})
}

func stampDate(s *hr.Stamp) hr.Date          { return s.LaborDate }
func recordDate(w *hr.WorkingRecord) hr.Date { return w.Date }

// fetchRows makes one call and lays its rows into cells.
type fetchRows[T any] = func(context.Context) (map[lookup.Key][]T, error)

// planCells are the cells as the arithmetic knows them.
func planCells(missing []lookup.Key) []plan.Cell {
	out := make([]plan.Cell, len(missing))
	for i, k := range missing {
		out[i] = plan.Cell{Subject: k.Subject(), Date: k.Date()}
	}
	return out
}

// calls makes planned calls runnable: each is answerable for those of the
// missing cells that it covers.
//
// pages is how many pages a call takes whose rule has any.
func calls[T any](
	missing []lookup.Key, planned []plan.Call, pages int, run func(plan.Call) fetchRows[T],
) []lookup.Call[T] {
	keys := make(map[plan.Cell]lookup.Key, len(missing))
	byDate := map[hr.Date][]lookup.Key{}
	for _, k := range missing {
		keys[plan.Cell{Subject: k.Subject(), Date: k.Date()}] = k
		byDate[k.Date()] = append(byDate[k.Date()], k)
	}
	out := make([]lookup.Call[T], len(planned))
	for i, c := range planned {
		out[i].Run, out[i].Name = run(c), c.Rule.Endpoint
		out[i].Requests, out[i].Guess = pages, c.Rule.Page > 0
		if c.Rule.Page == 0 {
			out[i].Requests = 1
		}
		for _, d := range c.Dates {
			if c.Subjects == nil {
				out[i].Cells = append(out[i].Cells, byDate[d]...)
			}
			for _, s := range c.Subjects {
				if k, ok := keys[plan.Cell{Subject: s, Date: d}]; ok {
					out[i].Cells = append(out[i].Cells, k)
				}
			}
		}
	}
	return out
}

// ofPerson asks for the period of a call about one person.
func ofPerson[T any](
	l link, endpoint string, c plan.Call,
	ask func(context.Context, string, hr.Period) ([]T, error), date func(T) hr.Date,
) fetchRows[T] {
	return func(ctx context.Context) (map[lookup.Key][]T, error) {
		rows, err := ask(ctx, c.Subjects[0], c.Period())
		return spread(l, endpoint, map[string][]T{c.Subjects[0]: rows}, date), err
	}
}

// ofDay asks for a day of everybody.
func ofDay[T any](
	l link, endpoint string, c plan.Call, ask func(context.Context, hr.Date) (map[string][]T, error),
) fetchRows[T] {
	return func(ctx context.Context) (map[lookup.Key][]T, error) {
		rows, err := ask(ctx, c.Dates[0])
		return spread(l, endpoint, rows, func(T) hr.Date { return c.Dates[0] }), err
	}
}

// spread puts the rows of an answer into their cells.
func spread[T any](l link, endpoint string, rows map[string][]T, date func(T) hr.Date) map[lookup.Key][]T {
	out := make(map[lookup.Key][]T, len(rows))
	for subject, list := range rows {
		for _, row := range list {
			k := key(l, lookup.Record{Endpoint: endpoint, Subject: subject, Date: date(row)})
			out[k] = append(out[k], row)
		}
	}
	return out
}
