package reads

import (
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// The arithmetic of calls. Each function is pure: needs in, calls out. The
// limits are the vendors', with the section of their document.

const (
	// akashiBatch is how many staff ids one call takes (6.10, 6.11).
	akashiBatch = 50
	// akashiRecordDays is the longest period of working records (6.11).
	akashiRecordDays = 31
	// akashiStampDays is a safe length for the six months of one person's
	// stamps (6.7): the shortest six months of a year have 181 days.
	akashiStampDays = 181
	// jobcanDates is how many dates one call for one person's summaries takes.
	jobcanDates = 31
	// jobcanPage is how many employees a page of a day holds.
	jobcanPage = 100
	// carelyNumbers is how many people are asked for in one request. The
	// document sets no limit; a hundred people's history fills whole pages of
	// 100 rows, so that splitting costs at most one page.
	carelyNumbers = 100
)

// span is one call: these subjects over this period.
type span struct {
	subjects []string
	period   hr.Period
}

// need is the missing cells of subjects that miss the same dates.
type need struct {
	subjects []string
	dates    []hr.Date // ascending
}

// gather groups missing cells into needs: subjects that miss exactly the same
// dates can share calls.
func gather(missing []cellKey) []need {
	dates := map[string][]hr.Date{}
	var subjects []string
	for _, k := range missing {
		if _, ok := dates[k.subject]; !ok {
			subjects = append(subjects, k.subject)
		}
		dates[k.subject] = append(dates[k.subject], k.date)
	}
	var needs []need
	at := map[string]int{}
	for _, s := range subjects {
		var signature strings.Builder
		for _, d := range dates[s] {
			signature.WriteString(d.Compact())
		}
		i, ok := at[signature.String()]
		if !ok {
			i = len(needs)
			at[signature.String()] = i
			needs = append(needs, need{dates: dates[s]})
		}
		needs[i].subjects = append(needs[i].subjects, s)
	}
	return needs
}

// windows cuts ascending dates into as few periods as possible, none longer
// than days. A gap inside a period is asked for along with it.
func windows(dates []hr.Date, days int) []hr.Period {
	var out []hr.Period
	for _, d := range dates {
		if n := len(out); n > 0 && out[n-1].From.DaysUntil(d) < days {
			out[n-1].To = d
			continue
		}
		out = append(out, hr.Period{From: d, To: d})
	}
	return out
}

// planStamps chooses between multiple_stamps (50 people, 1 day) and stamps (1
// person, six months) for AKASHI. Each batch of up to 50 people may cover a
// first part of the dates person by person and the rest day by day: w windows
// cost w calls a person and save every day they hold.
func planStamps(n need) (byDay, byPerson []span) {
	for people := range slices.Chunk(n.subjects, akashiBatch) {
		covered := bestWindows(len(people), n.dates)
		for _, w := range covered {
			for _, p := range people {
				byPerson = append(byPerson, span{subjects: []string{p}, period: w})
			}
		}
		for _, d := range n.dates {
			if !slices.ContainsFunc(covered, func(w hr.Period) bool { return w.Contains(d) }) {
				byDay = append(byDay, span{subjects: people, period: hr.Period{From: d, To: d}})
			}
		}
	}
	return byDay, byPerson
}

// bestWindows returns the windows that are cheaper for `people` persons than
// asking day by day: a window pays when it holds more days than there are
// people. Windows are laid so that full ones come first.
func bestWindows(people int, dates []hr.Date) []hr.Period {
	var paying []hr.Period
	for _, w := range windows(dates, akashiStampDays) {
		held := 0
		for _, d := range dates {
			if w.Contains(d) {
				held++
			}
		}
		if held > people {
			paying = append(paying, w)
		}
	}
	return paying
}

// planRecords batches working records: 50 people by 31 days, or by days when
// the details forbid a longer period (breaks in strict mode).
func planRecords(n need, days int) []span {
	var out []span
	for people := range slices.Chunk(n.subjects, akashiBatch) {
		for _, w := range windows(n.dates, days) {
			out = append(out, span{subjects: people, period: w})
		}
	}
	return out
}

// bulkPages is what a Jobcan day of everybody costs: pages of 100 and the empty
// page that ends them.
func bulkPages(employees int) int { return (employees+jobcanPage-1)/jobcanPage + 1 }
