package reads

import (
	"context"
	"slices"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/plan"
)

// What is by day is kept by month: a cell is a person's month, whose days are known
// each by itself. The arithmetic of calls is by day.

// Wish is one list that is wanted of some people. Several are asked for at once, so
// that each call serves as many as it can. The zero Wish wants nothing.
type Wish struct {
	Period hr.Period
	// Systems are those whose rows are wanted; none for all.
	Systems []hr.System
	// Breaks asks for breaks beside a working record, at the price of the systems
	// that tell them.
	Breaks bool
	// Projects says that the projects of man-hours will be asked for.
	Projects bool
}

// slot is a month of an endpoint, for each subject.
type slot struct {
	endpoint string
	first    hr.Date
}

// slots are the days that are needed of each, and which of them are each wish's.
type slots struct {
	all   []slot
	days  []lookup.Days
	parts [][]lookup.Days // by wish
}

func (s *slots) add(wish int, of slot, days lookup.Days) {
	if days == 0 {
		return
	}
	at := slices.Index(s.all, of)
	if at < 0 {
		at = len(s.all)
		s.all, s.days = append(s.all, of), append(s.days, 0)
	}
	s.days[at] |= days
	for len(s.parts[wish]) <= at {
		s.parts[wish] = append(s.parts[wish], 0)
	}
	s.parts[wish][at] |= days
}

// daily is a reading of what is by day: of each wish the days that its link has a
// part in. With details an endpoint has a second kind of cell, which tells all that
// the first does; a day that is wanted in both ways is read with details only.
func daily[T any](
	l link, endpoint, details string, wishes []Wish, plan func([]lookup.Need) []lookup.Call[T],
) reading[T] {
	rd := reading[T]{link: l, plan: plan, wanted: make([]bool, len(wishes))}
	s := slots{parts: make([][]lookup.Days, len(wishes))}
	detailed := map[hr.Date]lookup.Days{}
	months := make([][]month, len(wishes))
	for i, w := range wishes {
		if rd.wanted[i] = !w.Period.From.IsZero() && wants(w.Systems, l.Link().System); !rd.wanted[i] {
			continue
		}
		months[i] = monthsOf(w.Period.Dates())
		for _, m := range months[i] {
			if w.Breaks && details != "" {
				detailed[m.first] |= m.days
			}
		}
	}
	for i := range wishes {
		for _, m := range months[i] {
			s.add(i, slot{endpoint, m.first}, m.days&^detailed[m.first])
			s.add(i, slot{details, m.first}, m.days&detailed[m.first])
		}
	}
	rd.needs = func(subject string) []lookup.Need {
		needs := make([]lookup.Need, len(s.all))
		for i, of := range s.all {
			needs[i] = lookup.Need{
				Key:  key(l, lookup.Record{Endpoint: of.endpoint, Subject: subject, Date: of.first}),
				Days: s.days[i],
			}
		}
		return needs
	}
	if len(wishes) > 1 {
		rd.parts = s.parts
	}
	if details != "" {
		rd.wider = &lookup.Wider[T]{Key: func(k lookup.Key) (lookup.Key, bool) {
			return key(l, lookup.Record{Endpoint: details, Subject: k.Subject(), Date: k.Date()}), k.Endpoint() == endpoint
		}}
	}
	return rd
}

// month is some days of a month.
type month struct {
	first hr.Date
	days  lookup.Days
}

// monthsOf puts dates, which are ascending, into their months.
func monthsOf(dates []hr.Date) []month {
	var months []month
	var last hr.Date
	for _, d := range dates {
		if len(months) == 0 || last.Before(d) {
			m := d.Month()
			months, last = append(months, month{first: m.First()}), m.Last()
		}
		m := &months[len(months)-1]
		m.days |= 1 << m.first.DaysUntil(d)
	}
	return months
}

func stampDate(s *hr.Stamp) hr.Date          { return s.LaborDate }
func recordDate(w *hr.WorkingRecord) hr.Date { return w.Date }
func leaveDate(l *hr.Leave) hr.Date          { return l.Date }

// question is one call: what lays its rows into cells, and what tells a row's day.
type question[T any] struct {
	ask  func(context.Context) (map[lookup.Key][]T, error)
	date func(T) hr.Date
}

// byDate asks for rows by subject, each of the date that it says itself.
func byDate[T any](
	l link, endpoint string, date func(T) hr.Date, ask func(context.Context) (map[string][]T, error),
) question[T] {
	return question[T]{date: date, ask: func(ctx context.Context) (map[lookup.Key][]T, error) {
		rows, err := ask(ctx)
		return spread(l, endpoint, rows, date), err
	}}
}

// ofPerson asks for the period of a call about one person.
func ofPerson[T any](
	l link, endpoint string, c plan.Call,
	ask func(context.Context, string, hr.Period) ([]T, error), date func(T) hr.Date,
) question[T] {
	return byDate(l, endpoint, date, func(ctx context.Context) (map[string][]T, error) {
		rows, err := ask(ctx, c.Subjects[0], c.Period())
		return map[string][]T{c.Subjects[0]: rows}, err
	})
}

// ofDay asks for a day. What the vendor counts to it is of that day.
func ofDay[T any](
	l link, endpoint string, c plan.Call, ask func(context.Context, hr.Date) (map[string][]T, error),
) question[T] {
	day := c.Dates[0]
	return byDate(l, endpoint, func(T) hr.Date { return day }, func(ctx context.Context) (map[string][]T, error) {
		return ask(ctx, day)
	})
}

// spread puts the rows of an answer into their cells.
func spread[T any](l link, endpoint string, rows map[string][]T, date func(T) hr.Date) map[lookup.Key][]T {
	out := make(map[lookup.Key][]T, len(rows))
	var m hr.Period // of the last row
	for subject, list := range rows {
		for len(list) > 0 {
			if d := date(list[0]); !m.Contains(d) {
				m = hr.Period{From: d.Month().First(), To: d.Month().Last()}
			}
			n := 1
			for n < len(list) && m.Contains(date(list[n])) {
				n++
			}
			k := key(l, lookup.Record{Endpoint: endpoint, Subject: subject, Date: m.From})
			if before := out[k]; before == nil {
				out[k] = list[:n:n]
			} else {
				out[k] = append(before, list[:n]...)
			}
			list = list[n:]
		}
	}
	return out
}

// planCells are the days of cells as the arithmetic knows them.
func planCells(missing []lookup.Need) []plan.Cell {
	n := 0
	for i := range missing {
		n += missing[i].Days.Count()
	}
	out := make([]plan.Cell, 0, n)
	for i := range missing {
		subject := missing[i].Key.Subject()
		for d := range missing[i].Dates() {
			out = append(out, plan.Cell{Subject: subject, Date: d})
		}
	}
	return out
}

// calls makes planned calls runnable: each is answerable for those of the
// missing days that it covers.
//
// pages is how many pages a call takes whose rule has any.
func calls[T any](
	missing []lookup.Need, planned []plan.Call, pages int, run func(plan.Call) question[T],
) []lookup.Call[T] {
	bySubject := map[string][]lookup.Need{}
	for _, n := range missing {
		bySubject[n.Key.Subject()] = append(bySubject[n.Key.Subject()], n)
	}
	out := make([]lookup.Call[T], len(planned))
	for i, c := range planned {
		q := run(c)
		out[i].Run, out[i].Name = q.ask, c.Rule.Endpoint
		out[i].Day = func(k lookup.Key, row T) int { return k.Date().DaysUntil(q.date(row)) }
		out[i].Requests, out[i].Guess = pages, c.Rule.Page > 0
		if c.Rule.Page == 0 {
			out[i].Requests = 1
		}
		months := monthsOf(c.Dates)
		if c.Subjects == nil {
			out[i].Cells = within(missing, months, nil)
			continue
		}
		for _, s := range c.Subjects {
			out[i].Cells = within(bySubject[s], months, out[i].Cells)
		}
	}
	return out
}

// within appends to out the part of needs that lies in some months.
func within(needs []lookup.Need, months []month, out []lookup.Need) []lookup.Need {
	for _, n := range needs {
		for _, m := range months {
			if n.Key.Date() == m.first && n.Days&m.days != 0 {
				out = append(out, lookup.Need{Key: n.Key, Days: n.Days & m.days})
			}
		}
	}
	return out
}
