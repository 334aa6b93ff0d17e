package company

import (
	"math/rand/v2"
	"time"
)

// recentDays is how far back the personas have neither leave nor gaps, so that
// the demo's queries about the last days always show something.
const recentDays = 14

// attend makes the attendance of one person from that person's own stream.
func (c *Company) attend(p *Person) ([]Day, []Leave) {
	r := c.personRNG(p.Key, 1)
	days := make([]Day, 0, attendanceDays)
	var leaves []Leave
	for ago := attendanceDays - 1; ago >= 0; ago-- {
		date := c.Today.AddDate(0, 0, -ago)
		day := Day{Date: date, Kind: KindOf(date)}
		gone := p.RetiredOn != nil && date.After(*p.RetiredOn)
		if gone || p.OnLeave || date.Before(p.HiredOn) {
			days = append(days, day)
			continue
		}
		steady := p.Persona != NoPersona && ago < recentDays
		leave := c.dayOff(r, day, steady)
		if leave != nil {
			leaves = append(leaves, *leave)
		}
		if works(r, day.Kind, leave, steady) {
			fill(r, p, &day, leave != nil, steady)
		}
		days = append(days, day)
	}
	return days, leaves
}

// dayOff returns the leave taken on a working day, or nil.
func (c *Company) dayOff(r *rand.Rand, day Day, steady bool) *Leave {
	drawn := r.IntN(1000)
	if day.Kind != Workday || steady {
		return nil
	}
	switch {
	case drawn < 40:
		return &Leave{Date: day.Date, Days: 1, Paid: true}
	case drawn < 58:
		return &Leave{Date: day.Date, Days: 0.5, Paid: true}
	case drawn < 62:
		return &Leave{Date: day.Date, Days: 1}
	default:
		return nil
	}
}

func works(r *rand.Rand, kind DayKind, leave *Leave, steady bool) bool {
	drawn := r.IntN(1000)
	switch {
	case leave != nil:
		return leave.Days < 1
	case kind == LegalHoliday:
		return drawn < 8
	case kind == CompanyHoliday:
		return drawn < 30
	default:
		return steady || drawn >= 4 // four in a thousand forget to come
	}
}

// shift is when a day begins, pauses and ends, in minutes after midnight.
type shift struct{ start, pause, resume, end int }

func shiftOf(r *rand.Rand, p *Person, day *Day, half bool) shift {
	jitter := between(r, -18, 4)
	late := 0
	if p.busyMinutes > 0 {
		late = r.IntN(p.busyMinutes + 1)
	}
	pause := between(r, -3, 10)
	length := between(r, 45, 62)
	switch {
	case p.night:
		return shift{22*60 + min(jitter, 0), 26*60 + pause, 26*60 + pause + length, 31*60 + min(late, 25)}
	case half && r.IntN(2) == 0:
		return shift{9*60 + jitter, 0, 0, 13*60 + min(late, 20)}
	case half:
		return shift{14*60 + min(jitter, 0), 0, 0, 18*60 + late}
	case day.Kind != Workday:
		return shift{10*60 + jitter, 12*60 + pause, 12*60 + pause + length, 16*60 + late}
	case p.EmploymentType == partTimer:
		return shift{10*60 + jitter, 12*60 + pause, 12*60 + pause + length, 16*60 + min(late, 15)}
	default:
		return shift{9*60 + jitter, 12*60 + pause, 12*60 + pause + length, 18*60 + late}
	}
}

// fill writes the punches of a worked day and what follows from them.
func fill(r *rand.Rand, p *Person, day *Day, half, steady bool) {
	s := shiftOf(r, p, day, half)
	at := func(minute int) time.Time {
		return day.Date.Add(time.Duration(minute)*time.Minute + time.Duration(r.IntN(60))*time.Second)
	}
	in, out := ClockIn, ClockOut
	if chance(r, 25) {
		in = GoStraight
	}
	if chance(r, 20) {
		out = BackHome
	}
	forgets := r.IntN(1000)
	if steady {
		forgets = 1000
	}
	if forgets >= 6 {
		day.punch(at(s.start), in)
		start := at(s.start).Truncate(time.Minute)
		day.Start = &start
	}
	if skips := chance(r, 70); s.pause > 0 && (steady || !skips) {
		day.punch(at(s.pause), BreakStart)
		day.punch(at(s.resume), BreakEnd)
		day.Breaks = []Break{{at(s.pause).Truncate(time.Minute), at(s.resume).Truncate(time.Minute)}}
	}
	if forgets < 6 || forgets >= 20 {
		day.punch(at(s.end), out)
		end := at(s.end).Truncate(time.Minute)
		day.End = &end
	}
	if day.Start == nil || day.End == nil {
		return
	}
	worked := day.End.Sub(*day.Start)
	for _, b := range day.Breaks {
		worked -= b.End.Sub(b.Start)
	}
	day.WorkedMinutes = int(worked / time.Minute)
}

func (d *Day) punch(at time.Time, kind PunchKind) {
	d.Punches = append(d.Punches, Punch{At: at, Kind: kind})
}
