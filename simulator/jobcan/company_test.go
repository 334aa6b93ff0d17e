package jobcan_test

import (
	"fmt"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// day is the last day of the company in these tests, a Friday.
var day = time.Date(2026, 10, 16, 0, 0, 0, 0, company.JST)

// clock is noon of the day after, so that day's business day is over.
func clock() time.Time { return day.Add(36 * time.Hour) }

func at(date time.Time, hhmm string) time.Time {
	t, err := time.Parse("15:04:05", hhmm)
	if err != nil {
		panic(err)
	}
	return date.Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute +
		time.Duration(t.Second())*time.Second)
}

// fullDay is 09:00 to 19:30 with an hour's break: 570 minutes of work.
func fullDay(date time.Time) company.Day {
	start, end := at(date, "09:00:00"), at(date, "19:30:00")
	rest := company.Break{Start: at(date, "12:00:00"), End: at(date, "13:00:00")}
	return company.Day{
		Date: date, Kind: company.Workday, Start: &start, End: &end,
		Breaks: []company.Break{rest}, WorkedMinutes: 570,
		Punches: []company.Punch{
			{At: start.Add(12 * time.Second), Kind: company.ClockIn},
			{At: rest.Start, Kind: company.BreakStart},
			{At: rest.End, Kind: company.BreakEnd},
			{At: end.Add(59 * time.Second), Kind: company.ClockOut},
		},
	}
}

// testCompany has people who all work like fullDay on day, except the first:
// a night worker whose first day ends at 04:30 and whose last day misses its
// closing punch. One person is unknown to Jobcan.
func testCompany(people int) *company.Company {
	c := &company.Company{
		Today: day,
		Organizations: []company.Organization{
			{Key: 0, Parent: -1, Level: 1, Name: "営業本部", Code: "S", In: in(company.Jobcan)},
			{Key: 1, Parent: 0, Level: 2, Name: "営業部", Code: "S1", In: in(company.Akashi)},
		},
	}
	for i := range people {
		code := fmt.Sprintf("%04d", i+16)
		c.People = append(c.People, company.Person{
			Key: i, Code: code, HiredOn: day.AddDate(-3, 0, 0), EmploymentType: "正社員", Organization: 1,
			In: map[company.System]company.Record{
				company.Jobcan: {Code: code, Family: "高橋", Given: "花子", Email: code + "@example.jp"},
			},
			Days: []company.Day{fullDay(day)},
		})
	}
	night := &c.People[0]
	before := day.AddDate(0, 0, -1)
	start, end := at(before, "20:00:00"), at(day, "04:30:00")
	night.Days = []company.Day{
		{
			Date: before, Kind: company.LegalHoliday, Start: &start, End: &end, WorkedMinutes: 510,
			Punches: []company.Punch{{At: start, Kind: company.GoStraight}, {At: end, Kind: company.BackHome}},
		},
		{
			Date: day, Kind: company.Workday,
			Punches: []company.Punch{{At: at(day, "20:01:02"), Kind: company.ClockIn}},
		},
	}
	night.OnLeave = true
	night.Leaves = []company.Leave{{Date: day, Days: 0.5, Paid: true}, {Date: before, Days: 1}}
	retired := day.AddDate(0, 0, -3)
	c.People[1].RetiredOn = &retired
	c.People = append(c.People, company.Person{Key: people, Code: "9999", In: map[company.System]company.Record{}})
	return c
}

func in(systems ...company.System) map[company.System]bool {
	out := map[company.System]bool{}
	for _, s := range systems {
		out[s] = true
	}
	return out
}
