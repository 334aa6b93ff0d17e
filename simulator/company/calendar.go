package company

import (
	"math"
	"time"
)

// KindOf returns a day's place in the company's calendar: Sundays are legal
// holidays; Saturdays, Japan's public holidays and 29 December to 3 January are
// company holidays.
func KindOf(day time.Time) DayKind {
	day = day.In(JST)
	switch {
	case day.Weekday() == time.Sunday:
		return LegalHoliday
	case day.Weekday() == time.Saturday, publicHoliday(day), yearEnd(day):
		return CompanyHoliday
	default:
		return Workday
	}
}

// publicHoliday knows the Act on National Holidays as it stands since 2022:
// the named days, the day off in place of one that fell on a Sunday, and the
// day between two named days.
func publicHoliday(day time.Time) bool {
	if namedHoliday(day) {
		return true
	}
	for before := day.AddDate(0, 0, -1); namedHoliday(before); before = before.AddDate(0, 0, -1) {
		if before.Weekday() == time.Sunday {
			return true
		}
	}
	return namedHoliday(day.AddDate(0, 0, -1)) && namedHoliday(day.AddDate(0, 0, 1))
}

func namedHoliday(day time.Time) bool {
	year, month, date := day.Date()
	monday := 0 // which Monday of the month this is
	if day.Weekday() == time.Monday {
		monday = (date-1)/7 + 1
	}
	switch month {
	case time.January:
		return date == 1 || monday == 2
	case time.February:
		return date == 11 || date == 23
	case time.March:
		return date == equinox(year, 20.8431)
	case time.April:
		return date == 29
	case time.May:
		return date >= 3 && date <= 5
	case time.July:
		return monday == 3
	case time.August:
		return date == 11
	case time.September:
		return monday == 3 || date == equinox(year, 23.2488)
	case time.October:
		return monday == 2
	case time.November:
		return date == 3 || date == 23
	default:
		return false
	}
}

// equinox is the usual approximation of the day of the month, good from 1980 to
// 2099.
func equinox(year int, base float64) int {
	since := float64(year - 1980)
	return int(math.Floor(base+0.242194*since)) - (year-1980)/4
}

func yearEnd(day time.Time) bool {
	_, month, date := day.Date()
	return month == time.December && date >= 29 || month == time.January && date <= 3
}
