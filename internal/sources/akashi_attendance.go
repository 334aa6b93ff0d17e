package sources

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// StampsOfDay returns the stamps of up to 50 staffs on one labour day: one call,
// more only when the answer is so full that it may have been cut (6.10).
func (a *Akashi) StampsOfDay(ctx context.Context, staff []string, d hr.Date) (map[string][]*hr.Stamp, error) {
	ids, err := a.staffIDs(staff)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]*hr.Stamp, len(ids))
	return out, a.stampsOfDay(ctx, ids, d, out)
}

func (a *Akashi) stampsOfDay(
	ctx context.Context, ids []akashi.StaffID, d hr.Date, out map[string][]*hr.Stamp,
) error {
	from, until := a.day.Window(d)
	rows, err := a.client.MultipleStamps(ctx, ids, from, until.Add(-time.Second))
	if err != nil {
		return err
	}
	if len(ids) > 1 && slices.ContainsFunc(rows, func(r akashi.StaffStamps) bool { return r.Full }) {
		half := len(ids) / 2
		if err := a.stampsOfDay(ctx, ids[:half], d, out); err != nil {
			return err
		}
		return a.stampsOfDay(ctx, ids[half:], d, out)
	}
	for _, r := range rows {
		id := a.ref(int64(r.StaffID)).ID
		if !slices.Contains(ids, r.StaffID) {
			return a.stranger()
		}
		if _, twice := out[id]; twice {
			return a.twice()
		}
		if out[id], err = a.stamps(r.Stamps, from, until); err != nil {
			return err
		}
	}
	return nil
}

// StampsOfPerson returns the stamps of one staff over at most six months: one
// call, more only when the answer may have been cut (6.7).
func (a *Akashi) StampsOfPerson(ctx context.Context, staff string, p hr.Period) ([]*hr.Stamp, error) {
	id, err := a.number(staff)
	if err != nil {
		return nil, err
	}
	from, _ := a.day.Window(p.From)
	_, until := a.day.Window(p.To)
	got, err := a.client.Stamps(ctx, akashi.StaffID(id), from, until.Add(-time.Second))
	if err != nil {
		return nil, err
	}
	if got.StaffID != akashi.StaffID(id) {
		return nil, a.stranger()
	}
	if !got.Full || p.Days() == 1 {
		return a.stamps(got.Stamps, from, until)
	}
	middle := p.From.AddDays(p.Days()/2 - 1)
	first, err := a.StampsOfPerson(ctx, staff, hr.Period{From: p.From, To: middle})
	if err != nil {
		return nil, err
	}
	second, err := a.StampsOfPerson(ctx, staff, hr.Period{From: middle.AddDays(1), To: p.To})
	return append(first, second...), err
}

// stamps translates stamps that were asked for from one moment until another.
func (a *Akashi) stamps(rows []akashi.Stamp, from, until time.Time) ([]*hr.Stamp, error) {
	out := make([]*hr.Stamp, len(rows))
	for i, s := range rows {
		if s.StampedAt.Before(from) || !s.StampedAt.Before(until) {
			return nil, a.elsewhen()
		}
		out[i] = &hr.Stamp{
			OccurredAt: s.StampedAt.In(hr.JST), LaborDate: a.day.LaborDate(s.StampedAt),
			Kind: stampKind(s.Type), Method: s.Method, System: hr.Akashi, Link: a.name.Name,
		}
	}
	slices.SortStableFunc(out, func(x, y *hr.Stamp) int { return x.OccurredAt.Compare(y.OccurredAt) })
	return out, nil
}

func stampKind(n int) hr.StampKind {
	switch n {
	case akashi.StampIn:
		return hr.StampClockIn
	case akashi.StampOut:
		return hr.StampClockOut
	case akashi.StampStraightTo:
		return hr.StampStraightTo
	case akashi.StampStraightHome:
		return hr.StampStraightHm
	case akashi.StampBreakStart:
		return hr.StampBreakStart
	case akashi.StampBreakEnd:
		return hr.StampBreakEnd
	default:
		return hr.StampUnknown
	}
}

// LenientBreaks tells whether a call with breaks may ask for a period, although the
// document forbids it an end (6.11).
func (a *Akashi) LenientBreaks() bool { return a.lenient }

// WorkingRecords returns the results of up to 50 staffs over at most 31 days, with
// breaks of one day unless LenientBreaks: one call (6.11).
func (a *Akashi) WorkingRecords(
	ctx context.Context, staff []string, p hr.Period, breaks bool,
) (map[string][]*hr.WorkingRecord, error) {
	ids, err := a.staffIDs(staff)
	if err != nil {
		return nil, err
	}
	rows, err := a.client.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
		StaffIDs: ids, From: akashi.Date(p.From.String()), To: akashi.Date(p.To.String()),
		Breaks: breaks, NoRounding: true,
	})
	if err != nil {
		return nil, err
	}
	out := make(map[string][]*hr.WorkingRecord, len(rows))
	for _, r := range rows {
		id := strconv.FormatInt(int64(r.StaffID), 10)
		if !slices.Contains(ids, r.StaffID) {
			return nil, a.stranger()
		}
		if _, twice := out[id]; twice {
			return nil, a.twice()
		}
		list := make([]*hr.WorkingRecord, len(r.Records))
		for i := range r.Records {
			if list[i] = a.record(&r.Records[i], breaks); !p.Contains(list[i].Date) {
				return nil, a.elsewhen()
			}
		}
		slices.SortFunc(list, func(x, y *hr.WorkingRecord) int { return cmp.Compare(x.SortKey(), y.SortKey()) })
		if again(list) {
			return nil, a.twice()
		}
		out[id] = list
	}
	return out, nil
}

func (a *Akashi) record(r *akashi.WorkingRecord, breaks bool) *hr.WorkingRecord {
	// A page of a hundred people has three thousand rows of up to eight optional
	// values: they lie with their row.
	row := &struct {
		hr.WorkingRecord

		start, end, roundedStart, roundedEnd, in, out time.Time
		kind                                          hr.DayKind
	}{start: r.StartTime, end: r.EndTime, roundedStart: r.RoundedStartTime, roundedEnd: r.RoundedEndTime}
	row.in, row.out = r.AttendancePunch, r.LeavingPunch
	w := &row.WorkingRecord
	w.Date, w.System, w.Link = parseDate(string(r.Date)), hr.Akashi, a.name.Name
	w.StartAt, w.EndAt = inJapan(&row.start), inJapan(&row.end)
	w.RoundedStartAt, w.RoundedEndAt = inJapan(&row.roundedStart), inJapan(&row.roundedEnd)
	w.ClockedInAt, w.ClockedOutAt = inJapan(&row.in), inJapan(&row.out)
	w.IsComplete = r.StartTime.IsZero() == r.EndTime.IsZero()
	if w.IsComplete {
		w.WorkedMinutes = r.ActualWorkingMinutesNoRounding
	}
	if r.WorkingDayCategory != nil {
		if row.kind = dayKind(*r.WorkingDayCategory); row.kind != "" {
			w.DayKind = &row.kind
		}
	}
	if breaks {
		w.Breaks = make([]hr.Break, len(r.Breaks))
		for i, b := range r.Breaks {
			times := [2]time.Time{b.StartTime, b.EndTime}
			w.Breaks[i] = hr.Break{StartAt: inJapan(&times[0]), EndAt: inJapan(&times[1])}
		}
	}
	return w
}

// dayKind is "" for a category that the document does not list.
func dayKind(n int) hr.DayKind {
	switch n {
	case akashi.Workday:
		return hr.DayWorkday
	case akashi.CompanyHoliday:
		return hr.DayCompanyHoliday
	case akashi.LegalHoliday:
		return hr.DayLegalHoliday
	default:
		return ""
	}
}

// inJapan returns t in Japanese time, nil for no time.
func inJapan(t *time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	*t = t.In(hr.JST)
	return t
}
