package reads

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
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
			readings = append(readings, daily(a, stampCells, period, func(missing []cellKey) []call[*hr.Stamp] {
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
			readings = append(readings, daily(j, stampCells, period, func(missing []cellKey) []call[*hr.Stamp] {
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
			readings = append(readings, daily(a, endpoint, period, func(missing []cellKey) []call[*hr.WorkingRecord] {
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
			readings = append(readings, daily(j, recordCells, period, func(missing []cellKey) []call[*hr.WorkingRecord] {
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
		readings = append(readings, daily(j, leaveCells, period, func(missing []cellKey) []call[*hr.Leave] {
			return perPerson(j, missing, leaveDays, func(ctx context.Context, id string, p hr.Period) ([]*hr.Leave, error) {
				return j.Leaves(ctx, id, p)
			}, func(l *hr.Leave) hr.Date { return l.Date })
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
		rows, fe := one(ctx, r, key(j, leaveNameCells, everybody, hr.Date{}), j.LeaveNames)
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

// leaveDays is the longest period of one call for days off; the facts about the
// endpoint name no limit.
const leaveDays = 366

// Alerts returns the alerts of each employee, read with the employee's own
// token. Without it the fault is PersonalTokenNeeded.
func (r *Reader) Alerts(ctx context.Context, people []*hr.Employee) ([]List[*hr.Alert], error) {
	var readings []reading[*hr.Alert]
	for _, a := range r.akashi {
		readings = append(readings, reading[*hr.Alert]{
			link: a,
			keys: func(staff string) []cellKey {
				k := key(a, alertCells, staff, hr.Date{})
				k.principal = "staff " + staff // the answer follows this person's own rights
				return []cellKey{k}
			},
			plan: func(missing []cellKey) []call[*hr.Alert] {
				calls := make([]call[*hr.Alert], len(missing))
				for i, k := range missing {
					calls[i] = single(k, func(ctx context.Context) ([]*hr.Alert, error) { return a.Alerts(ctx, k.subject) })
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
func daily[T any](l link, endpoint string, period hr.Period, plan func([]cellKey) []call[T]) reading[T] {
	dates := period.Dates()
	return reading[T]{
		link: l,
		keys: func(subject string) []cellKey {
			keys := make([]cellKey, len(dates))
			for i, d := range dates {
				keys[i] = key(l, endpoint, subject, d)
			}
			return keys
		},
		plan: plan,
	}
}

func akashiStamps(a *sources.Akashi, missing []cellKey) []call[*hr.Stamp] {
	var calls []call[*hr.Stamp]
	for _, n := range gather(missing) {
		byDay, byPerson := planStamps(n)
		for _, s := range byDay {
			calls = append(calls, call[*hr.Stamp]{
				cells: cellsIn(s, missing),
				run: func(ctx context.Context) (map[cellKey][]*hr.Stamp, error) {
					rows, err := a.StampsOfDay(ctx, s.subjects, s.period.From)
					return spread(a, stampCells, rows, func(*hr.Stamp) hr.Date { return s.period.From }), err
				},
			})
		}
		for _, s := range byPerson {
			calls = append(calls, call[*hr.Stamp]{
				cells: cellsIn(s, missing),
				run: func(ctx context.Context) (map[cellKey][]*hr.Stamp, error) {
					rows, err := a.StampsOfPerson(ctx, s.subjects[0], s.period)
					return spread(a, stampCells, map[string][]*hr.Stamp{s.subjects[0]: rows}, stampDate), err
				},
			})
		}
	}
	return calls
}

func akashiRecords(a *sources.Akashi, missing []cellKey, breaks bool) []call[*hr.WorkingRecord] {
	days := akashiRecordDays
	if breaks {
		days = a.BreakDays()
	}
	var calls []call[*hr.WorkingRecord]
	for _, n := range gather(missing) {
		for _, s := range planRecords(n, days) {
			calls = append(calls, call[*hr.WorkingRecord]{
				cells: cellsIn(s, missing),
				run: func(ctx context.Context) (map[cellKey][]*hr.WorkingRecord, error) {
					rows, err := a.WorkingRecords(ctx, s.subjects, s.period, breaks)
					return spread(a, missing[0].endpoint, rows, recordDate), err
				},
			})
		}
	}
	return calls
}

func jobcanStamps(j *sources.Jobcan, missing []cellKey, employees int) []call[*hr.Stamp] {
	return bulkOrSingle(j, stampCells, missing, employees, 1, j.StampsOfDay,
		func(ctx context.Context, id string, p hr.Period) ([]*hr.Stamp, error) {
			return j.StampsOfPerson(ctx, id, p.From)
		}, stampDate)
}

func jobcanRecords(j *sources.Jobcan, missing []cellKey, employees int) []call[*hr.WorkingRecord] {
	return bulkOrSingle(j, recordCells, missing, employees, jobcanDates,
		j.WorkingRecordsOfDay, j.WorkingRecordsOfPerson, recordDate)
}

func stampDate(s *hr.Stamp) hr.Date          { return s.LaborDate }
func recordDate(w *hr.WorkingRecord) hr.Date { return w.Date }

// bulkOrSingle chooses between a day of everybody and windows of one person,
// whichever is cheaper for the whole need.
func bulkOrSingle[T any](
	l link, endpoint string, missing []cellKey, employees, days int,
	bulk func(context.Context, hr.Date) (map[string][]T, error),
	single func(context.Context, string, hr.Period) ([]T, error),
	date func(T) hr.Date,
) []call[T] {
	byDate := map[hr.Date][]cellKey{}
	singles := 0
	for _, n := range gather(missing) {
		singles += len(n.subjects) * len(windows(n.dates, days))
	}
	for _, k := range missing {
		byDate[k.date] = append(byDate[k.date], k)
	}
	if singles <= len(byDate)*bulkPages(employees) {
		return perPerson(l, missing, days, single, date)
	}
	var calls []call[T]
	for d, keys := range byDate {
		calls = append(calls, call[T]{cells: keys, run: func(ctx context.Context) (map[cellKey][]T, error) {
			rows, err := bulk(ctx, d)
			return spread(l, endpoint, rows, func(T) hr.Date { return d }), err
		}})
	}
	return calls
}

// perPerson asks for each person's windows.
func perPerson[T any](
	l link, missing []cellKey, days int,
	single func(context.Context, string, hr.Period) ([]T, error), date func(T) hr.Date,
) []call[T] {
	var calls []call[T]
	for _, n := range gather(missing) {
		for _, id := range n.subjects {
			for _, w := range windows(n.dates, days) {
				s := span{subjects: []string{id}, period: w}
				calls = append(calls, call[T]{
					cells: cellsIn(s, missing),
					run: func(ctx context.Context) (map[cellKey][]T, error) {
						rows, err := single(ctx, id, w)
						return spread(l, missing[0].endpoint, map[string][]T{id: rows}, date), err
					},
				})
			}
		}
	}
	return calls
}

// cellsIn returns those of the missing cells that a call covers.
func cellsIn(s span, missing []cellKey) []cellKey {
	asked := make(map[string]bool, len(s.subjects))
	for _, id := range s.subjects {
		asked[id] = true
	}
	var in []cellKey
	for _, k := range missing {
		if asked[k.subject] && s.period.Contains(k.date) {
			in = append(in, k)
		}
	}
	return in
}

// spread puts the rows of an answer into their cells.
func spread[T any](l link, endpoint string, rows map[string][]T, date func(T) hr.Date) map[cellKey][]T {
	out := make(map[cellKey][]T, len(rows))
	for subject, list := range rows {
		for _, row := range list {
			k := key(l, endpoint, subject, date(row))
			out[k] = append(out[k], row)
		}
	}
	return out
}
