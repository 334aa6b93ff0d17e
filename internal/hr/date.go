package hr

import (
	"fmt"
	"time"
)

// JST is Japanese civil time. Japan has no daylight saving, so a fixed offset
// is exact and needs no time-zone database.
var JST = time.FixedZone("Asia/Tokyo", 9*60*60)

// Date is a labour date: a day of Japanese civil time without an hour. The zero
// value is no date; see IsZero.
type Date struct {
	// days since 1970-01-01, plus one, so that the zero value stands apart.
	n int32
}

const dateLayout = "2006-01-02"

// NewDate returns the date of a year, month and day, normalised as time.Date
// does.
func NewDate(year int, month time.Month, day int) Date {
	return Date{n: int32(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()/86400) + 1}
}

// DateOf returns the calendar date of t in Japanese time.
func DateOf(t time.Time) Date {
	y, m, d := t.In(JST).Date()
	return NewDate(y, m, d)
}

// ParseDate reads "2026-11-02". Days that do not exist and years outside 1900
// to 2999 are errors.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateLayout, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return Date{}, fmt.Errorf("a date is written like 2026-11-02 and must exist between 1900 and 2999")
	}
	return NewDate(t.Date()), nil
}

// IsZero tells whether d is no date at all.
func (d Date) IsZero() bool { return d.n == 0 }

// Start is 00:00 Japanese time of the date.
func (d Date) Start() time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, JST)
}

func (d Date) utc() time.Time { return time.Unix(int64(d.n-1)*86400, 0).UTC() }

// AddDays returns the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return Date{n: d.n + int32(n)} }

// DaysUntil returns how many days later e is than d.
func (d Date) DaysUntil(e Date) int { return int(e.n - d.n) }

// Before tells whether d is earlier than e.
func (d Date) Before(e Date) bool { return d.n < e.n }

// Month returns the calendar month of the date.
func (d Date) Month() Month {
	y, m, _ := d.utc().Date()
	return NewMonth(y, m)
}

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Compact returns "20261102", the form AKASHI takes in queries.
func (d Date) Compact() string { return d.utc().Format("20060102") }

// String returns "2026-11-02", "" for no date.
func (d Date) String() string {
	var buffer [len(dateLayout)]byte
	return string(d.append(buffer[:0]))
}

// append adds the text of String. Lists hold thousands of dates, and
// time.Time.Format takes five times as long.
func (d Date) append(b []byte) []byte {
	if d.IsZero() {
		return b
	}
	y, m, day := d.utc().Date()
	if y < 0 || y > 9999 {
		return d.utc().AppendFormat(b, dateLayout)
	}
	digits := func(n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }
	b = digits(y / 100)
	b = digits(y)
	b = append(b, '-')
	b = digits(int(m))
	b = append(b, '-')
	return digits(day)
}

// MarshalText writes the date as String does.
func (d Date) MarshalText() ([]byte, error) { return d.append(nil), nil }

// AppendText adds the text of MarshalText.
func (d Date) AppendText(b []byte) ([]byte, error) { return d.append(b), nil }

// UnmarshalText reads the date as ParseDate does.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// Month is a calendar month; a month's figures belong to the closing period of
// that name.
type Month struct {
	n int32 // months since year 0, plus one
}

// NewMonth returns the month of a year.
func NewMonth(year int, month time.Month) Month {
	return Month{n: int32(year)*12 + int32(month)}
}

// ParseMonth reads "2026-10".
func ParseMonth(s string) (Month, error) {
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		return Month{}, fmt.Errorf("a month is written like 2026-10 and lies between 1900 and 2999")
	}
	return NewMonth(t.Year(), t.Month()), nil
}

// IsZero tells whether m is no month at all.
func (m Month) IsZero() bool { return m.n == 0 }

// First is the first day of the month.
func (m Month) First() Date {
	return NewDate(int(m.n-1)/12, time.Month((m.n-1)%12+1), 1)
}

// Last is the last day of the month.
func (m Month) Last() Date { return m.Add(1).First().AddDays(-1) }

// Add returns the month n months later.
func (m Month) Add(n int) Month { return Month{n: m.n + int32(n)} }

// Before tells whether m is earlier than o.
func (m Month) Before(o Month) bool { return m.n < o.n }

// String returns "2026-10", "" for no month.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", (m.n-1)/12, (m.n-1)%12+1)
}

// MarshalText writes the month as String does.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads the month as ParseMonth does.
func (m *Month) UnmarshalText(text []byte) error {
	parsed, err := ParseMonth(string(text))
	if err == nil {
		*m = parsed
	}
	return err
}

// Period is a span of labour dates, both ends included.
type Period struct{ From, To Date }

// Days is how many dates the period holds.
func (p Period) Days() int { return p.From.DaysUntil(p.To) + 1 }

// Contains tells whether d lies in the period.
func (p Period) Contains(d Date) bool { return !d.Before(p.From) && !p.To.Before(d) }

// Dates lists every date of the period in order.
func (p Period) Dates() []Date {
	dates := make([]Date, 0, p.Days())
	for d := p.From; !p.To.Before(d); d = d.AddDays(1) {
		dates = append(dates, d)
	}
	return dates
}

// DayChange is the time of day at which one labour day ends and the next
// begins: a duration after midnight, 5 hours by default.
type DayChange time.Duration

// DefaultDayChange is 05:00.
const DefaultDayChange = DayChange(5 * time.Hour)

// LaborDate is the labour date that the instant t belongs to.
func (c DayChange) LaborDate(t time.Time) Date { return DateOf(t.Add(-time.Duration(c))) }

// Window is the 24 hours of the labour date d: from is included, until is not.
func (c DayChange) Window(d Date) (from, until time.Time) {
	from = d.Start().Add(time.Duration(c))
	return from, from.AddDate(0, 0, 1)
}
