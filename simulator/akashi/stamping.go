package akashi

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// stamp is a punch made by 6.6.
type stamp struct {
	company.Punch
	local  time.Time // the client's clock
	offset float64   // the client's time zone, hours east
	method int
}

// dayChange is how long after midnight the labour day changes.
const dayChange = 5 * time.Hour

func labourDay(at time.Time) time.Time { return dayOf(at.In(company.JST).Add(-dayChange)) }

// postStamp is 6.6: the token's owner stamps, now. stampedAt is what the client
// believes the time to be and changes nothing but local_time.
func postStamp(c *call) (any, *refusal) {
	f := c.fields(c.body)
	now := c.opts.Now().In(company.JST).Truncate(time.Second)
	made := stamp{Punch: company.Punch{At: now}, local: now, offset: 9, method: methodAPI}
	if kind := f.integer("type", "打刻種別"); kind != nil {
		made.Kind = company.PunchKind(*kind)
		if !slices.Contains(punchKinds(), made.Kind) {
			f.fail("打刻種別が正しくありません。")
		}
	} else {
		made.Kind = c.st.nextKind(c.caller, now)
	}
	if text := f.plain("stampedAt", "打刻日時"); text != "" {
		local, err := time.ParseInLocation(layoutInstant, text, company.JST)
		if err != nil {
			f.fail("打刻日時の形式が正しくありません。")
		}
		made.local = local
	}
	if text := f.plain("timezone", "タイムゾーン", format(offsetForm())); text != "" && len(f.wrong) == 0 {
		made.offset = hoursOf(text)
	}
	if len(f.wrong) > 0 {
		return nil, refuse(f.problems(codeBadParameter, nil)...)
	}
	c.st.stamps[c.caller.id] = append(c.st.stamps[c.caller.id], made)
	c.changed = true
	return struct {
		LoginCompanyCode string `json:"login_company_code"`
		StaffID          int    `json:"staff_id"`
		Type             int    `json:"type"`
		StampedAt        string `json:"stampedAt"`
	}{c.opts.Company, c.caller.id, int(made.Kind), instant(now)}, nil
}

func punchKinds() []company.PunchKind {
	return []company.PunchKind{
		company.ClockIn, company.ClockOut, company.GoStraight, company.BackHome, company.BreakStart, company.BreakEnd,
	}
}

// offsetForm is +09:00 (6.6.2 (1)).
func offsetForm() *regexp.Regexp { return regexp.MustCompile(`^[+-](0\d|1[0-4]):[0-5]\d$`) }

func hoursOf(offset string) float64 {
	hours, _ := strconv.Atoi(offset[1:3]) // offsetForm allows digits only
	minutes, _ := strconv.Atoi(offset[4:])
	east := float64(hours) + float64(minutes)/60
	if offset[0] == '-' {
		return -east
	}
	return east
}

// nextKind chooses between in and out from the history of the labour day.
func (st *state) nextKind(one *staff, now time.Time) company.PunchKind {
	kind := company.ClockIn
	for _, day := range st.days(one) {
		if !day.Date.Equal(labourDay(now)) {
			continue
		}
		for _, punch := range day.Punches {
			switch punch.Kind {
			case company.ClockIn, company.GoStraight:
				kind = company.ClockOut
			case company.ClockOut, company.BackHome:
				kind = company.ClockIn
			case company.BreakStart, company.BreakEnd:
			}
		}
	}
	return kind
}

// days returns the attendance of an employee, the oldest first: what the company
// knows, with the stamps of 6.6.
func (st *state) days(one *staff) []company.Day {
	var days []company.Day
	if one.person != nil {
		days, _ = st.company.Attendance(one.person.Key)
	}
	if len(st.stamps[one.id]) == 0 {
		return days
	}
	days = slices.Clone(days) // the company's are not to be changed
	for _, made := range st.stamps[one.id] {
		date := labourDay(made.At)
		i, found := slices.BinarySearchFunc(days, date, func(d company.Day, date time.Time) int {
			return d.Date.Compare(date)
		})
		if !found {
			days = slices.Insert(days, i, company.Day{Date: date, Kind: company.KindOf(date)})
		}
		days[i] = punched(days[i], made.Punch)
	}
	return days
}

// punched returns a day with one more punch, and what follows from it.
func punched(day company.Day, punch company.Punch) company.Day {
	day.Punches = append(slices.Clone(day.Punches), punch)
	minute := punch.At.Truncate(time.Minute)
	switch punch.Kind {
	case company.ClockIn, company.GoStraight:
		if day.Start == nil {
			day.Start = &minute
		}
	case company.ClockOut, company.BackHome:
		day.End = &minute
	case company.BreakEnd:
		if begin := openBreak(day.Punches); begin != nil {
			day.Breaks = append(slices.Clone(day.Breaks), company.Break{Start: begin.Truncate(time.Minute), End: minute})
		}
	case company.BreakStart:
	}
	day.WorkedMinutes = 0
	if day.Start != nil && day.End != nil {
		worked := day.End.Sub(*day.Start)
		for _, b := range day.Breaks {
			worked -= b.End.Sub(b.Start)
		}
		day.WorkedMinutes = max(0, int(worked/time.Minute))
	}
	return day
}

// openBreak returns when the break began that the last punch ends, or nil.
func openBreak(punches []company.Punch) *time.Time {
	for _, punch := range slices.Backward(punches[:len(punches)-1]) {
		switch punch.Kind {
		case company.BreakStart:
			return &punch.At
		case company.BreakEnd:
			return nil
		default:
		}
	}
	return nil
}

// timezoneText spells a time zone as the sample of an endpoint does, or as 6.6.
func (c *call) timezoneText(offset float64, sample string) string {
	if c.quirks[ColonTimezone] {
		minutes := int(offset * 60)
		sign := '+'
		if minutes < 0 {
			sign, minutes = '-', -minutes
		}
		return fmt.Sprintf("%c%02d:%02d", sign, minutes/60, minutes%60)
	}
	return fmt.Sprintf(sample, offset)
}
