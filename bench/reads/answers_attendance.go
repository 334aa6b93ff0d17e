package main

import (
	"cmp"
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

// The answers by hand about stamps, working records and overtimes.

type stamp struct {
	OccurredAt time.Time `json:"occurredAt"`
	Kind       string    `json:"kind"`
	System     string    `json:"system"`
}

func (h *handler) stamps(ctx context.Context, ix *index) (any, error) {
	people := ix.people[:100]
	byStaff, byEmployee, err := h.stampsOf(ctx, people)
	if err != nil {
		return nil, err
	}
	type row struct {
		*person

		Stamps nodes[stamp] `json:"stamps"`
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = row{person: p, Stamps: rowsOf(first(append(byStaff[p.akashi], byEmployee[p.jobcan]...), 50))}
	}
	return employees(rows), nil
}

// first is a page of rows by time.
func first(rows []stamp, n int) []stamp {
	slices.SortStableFunc(rows, func(a, b stamp) int { return a.OccurredAt.Compare(b.OccurredAt) })
	return rows[:min(n, len(rows))]
}

// stampsOf reads the day's stamps: batches of 50 from AKASHI, and from Jobcan a
// day of everybody or one person.
func (h *handler) stampsOf(
	ctx context.Context, people []*person,
) (map[akashi.StaffID][]stamp, map[jobcan.EmployeeID][]stamp, error) {
	from, err := time.Parse(time.RFC3339, day+"T05:00:00+09:00")
	if err != nil {
		return nil, nil, err
	}
	to := from.Add(24*time.Hour - time.Second)
	var ids []akashi.StaffID
	var punchers []jobcan.EmployeeID
	for _, p := range people {
		if p.akashi != 0 {
			ids = append(ids, p.akashi)
		}
		if p.jobcan != 0 {
			punchers = append(punchers, p.jobcan)
		}
	}
	batches := slices.Collect(slices.Chunk(ids, akashi.MaxStampStaffs))
	answers := make([][]akashi.StaffStamps, len(batches))
	var adits []jobcan.Adit
	g, ctx := errgroup.WithContext(ctx)
	for i, batch := range batches {
		g.Go(func() (err error) {
			answers[i], err = h.clients.akashi.MultipleStamps(ctx, batch, from, to)
			return err
		})
	}
	g.Go(func() (err error) {
		switch len(punchers) {
		case 0:
		case 1:
			adits, err = h.clients.jobcan.AditsOf(ctx, punchers[0], day)
		default:
			adits, err = h.clients.jobcan.AditsOfDay(ctx, day)
		}
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	byStaff, byEmployee := map[akashi.StaffID][]stamp{}, map[jobcan.EmployeeID][]stamp{}
	for _, answer := range answers {
		for _, s := range answer {
			for _, one := range s.Stamps {
				byStaff[s.StaffID] = append(byStaff[s.StaffID], stamp{one.StampedAt, stampKind(one.Type), "AKASHI"})
			}
		}
	}
	for _, a := range adits {
		byEmployee[a.EmployeeID] = append(byEmployee[a.EmployeeID], stamp{a.RecordedAt, aditKind(a.Type), "JOBCAN"})
	}
	return byStaff, byEmployee, nil
}

func stampKind(n int) string {
	switch n {
	case akashi.StampIn:
		return "CLOCK_IN"
	case akashi.StampOut:
		return "CLOCK_OUT"
	case akashi.StampStraightTo:
		return "STRAIGHT_TO_SITE"
	case akashi.StampStraightHome:
		return "STRAIGHT_HOME"
	case akashi.StampBreakStart:
		return "BREAK_START"
	case akashi.StampBreakEnd:
		return "BREAK_END"
	default:
		return "UNKNOWN"
	}
}

func aditKind(t jobcan.AditType) string {
	switch t {
	case jobcan.WorkStart:
		return "CLOCK_IN"
	case jobcan.WorkEnd:
		return "CLOCK_OUT"
	case jobcan.RestStart:
		return "BREAK_START"
	case jobcan.RestEnd:
		return "BREAK_END"
	default:
		return "UNKNOWN"
	}
}

type worked struct {
	Date          string      `json:"date"`
	StartAt       *time.Time  `json:"startAt"`
	EndAt         *time.Time  `json:"endAt"`
	WorkedMinutes *int        `json:"workedMinutes"`
	Breaks        *[]interval `json:"breaks,omitempty"` // nil when they were not asked for
}

type interval struct {
	StartAt time.Time `json:"startAt"`
	EndAt   time.Time `json:"endAt"`
}

// recordsOf reads October: a call for 50 people, or with breaks for 50 people and
// a day.
func (h *handler) recordsOf(ctx context.Context, people []*person, breaks bool) (map[akashi.StaffID][]worked, error) {
	var ids []akashi.StaffID
	for _, p := range people {
		if p.akashi != 0 {
			ids = append(ids, p.akashi)
		}
	}
	var queries []akashi.WorkingRecordsQuery
	for batch := range slices.Chunk(ids, akashi.MaxRecordStaffs) {
		q := akashi.WorkingRecordsQuery{
			StaffIDs: batch, From: "2026-10-01", To: "2026-10-31", Breaks: breaks, NoRounding: true,
		}
		if !breaks {
			queries = append(queries, q)
			continue
		}
		for d := hr.NewDate(2026, 10, 1); d.Before(hr.NewDate(2026, 11, 1)); d = d.AddDays(1) {
			q.From, q.To = akashi.Date(d.String()), akashi.Date(d.String())
			queries = append(queries, q)
		}
	}
	answers := make([][]akashi.StaffWorkingRecords, len(queries))
	g, ctx := errgroup.WithContext(ctx)
	for i, q := range queries {
		g.Go(func() (err error) { answers[i], err = h.clients.akashi.WorkingRecords(ctx, q); return err })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	byStaff := make(map[akashi.StaffID][]worked, len(ids))
	for _, answer := range answers {
		for _, s := range answer {
			for _, w := range s.Records {
				byStaff[s.StaffID] = append(byStaff[s.StaffID], workedOn(w, breaks))
			}
		}
	}
	return byStaff, nil
}

// records answers people with their October.
func (h *handler) records(breaks bool) handFunc {
	return func(ctx context.Context, ix *index) (any, error) {
		people := ix.people[:100]
		byStaff, err := h.recordsOf(ctx, people, breaks)
		if err != nil {
			return nil, err
		}
		type row struct {
			*person

			WorkingRecords nodes[worked] `json:"workingRecords"`
		}
		rows := make([]row, len(people))
		for i, p := range people {
			rows[i] = row{person: p, WorkingRecords: rowsOf(byStaff[p.akashi])}
		}
		return employees(rows), nil
	}
}

func workedOn(w akashi.WorkingRecord, breaks bool) worked {
	r := worked{Date: string(w.Date), StartAt: timeOrNull(w.StartTime), EndAt: timeOrNull(w.EndTime)}
	if w.StartTime.IsZero() == w.EndTime.IsZero() {
		r.WorkedMinutes = w.ActualWorkingMinutesNoRounding
	}
	if breaks {
		list := make([]interval, len(w.Breaks))
		for i, b := range w.Breaks {
			list[i] = interval{b.StartTime, b.EndTime}
		}
		r.Breaks = &list
	}
	return r
}

func timeOrNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

type overtime struct {
	Month   string `json:"month"`
	Minutes int    `json:"minutes"`
	System  string `json:"system,omitempty"`
}

// overtimesOf reads the history of people, and keeps some months.
func (h *handler) overtimesOf(ctx context.Context, people []*person, from, to string) (map[string][]overtime, error) {
	var q carely.OvertimesQuery
	for _, p := range people {
		if p.carely != "" {
			q.EmployeeNumbers = append(q.EmployeeNumbers, p.number)
		}
	}
	answer, err := h.clients.carely.Overtimes(ctx, q)
	if err != nil {
		return nil, err
	}
	out := map[string][]overtime{}
	for _, o := range answer {
		month := o.YearMonth[:len("2026-10")]
		if o.Minute != nil && month >= from && month <= to {
			out[o.Customer.Uuid] = append(out[o.Customer.Uuid], overtime{Month: month, Minutes: *o.Minute})
		}
	}
	for _, rows := range out {
		slices.SortFunc(rows, func(a, b overtime) int { return cmp.Compare(a.Month, b.Month) })
	}
	return out, nil
}

func (h *handler) overtimes(ctx context.Context, ix *index) (any, error) {
	people := ix.people[:100]
	byUUID, err := h.overtimesOf(ctx, people, "2025-11", "2026-10")
	if err != nil {
		return nil, err
	}
	type row struct {
		*person

		Overtimes nodes[overtime] `json:"overtimes"`
	}
	rows := make([]row, len(people))
	for i, p := range people {
		rows[i] = row{person: p, Overtimes: rowsOf(byUUID[p.carely])}
	}
	return employees(rows), nil
}
