package reads

import (
	"time"

	"github.com/hitotsu/hitotsu/internal/lookup"
)

// Rules says how long what each endpoint gives is kept; docs/operations.md has
// the same table for people.
//
// No age reaches store.TopicsMemory: a value is gone before its writes are forgotten.
//
// What people press today and look at a moment later is asked for again after a
// minute. What a person or an office changes now and then may be older behind an
// answer, never without asking. Maximum ages are half a day for health data and
// contacts, a day otherwise: long enough for a system's night out, too short to be a
// copy of it.
func Rules() map[string]lookup.Rule {
	const day = 24 * time.Hour
	attendance := lookup.Rule{
		Class: lookup.Attendance, Whose: lookup.Own,
		Fresh: time.Minute, Behind: 3 * time.Minute, Max: day, Negative: 30 * time.Second,
	}
	work := lookup.Rule{
		Class: lookup.Work, Whose: lookup.Nobodys,
		Fresh: time.Minute, Behind: 10 * time.Minute, Max: day, Negative: 30 * time.Second,
	}
	rules := map[string]lookup.Rule{
		stampCells: attendance, recordCells: attendance, breakCells: attendance, alertCells: attendance,
		projectCells: work, taskCells: work,
		memberCells:        whose(work, lookup.Many),
		manhourCells:       whose(work, lookup.Many), // of one person and of everybody
		participationCells: whose(work, lookup.Own),
		// Plans: made for weeks.
		leaveCells: planned(attendance), shiftCells: planned(attendance),
		leaveNameCells: {
			Class: lookup.Structure, Whose: lookup.Nobodys, Fresh: 10 * time.Minute, Behind: 6 * time.Hour, Max: day,
		},
		// Entered once a month; read for the occupational physician.
		overtimeCells: {
			Class: lookup.Health, Whose: lookup.Own,
			Fresh: time.Minute, Behind: 10 * time.Minute, Max: 12 * time.Hour, Negative: 30 * time.Second,
		},
		customerCells: {
			Class: lookup.Contact, Whose: lookup.Many, Fresh: 10 * time.Minute, Behind: time.Hour, Max: 12 * time.Hour,
		},
	}
	for _, kind := range []CarelyKind{CarelyDepartments, CarelyWorkplaces, CarelyGroupAnalyses} {
		rules[string(kind)] = lookup.Rule{
			Class: lookup.Structure, Whose: lookup.Nobodys, Fresh: time.Minute, Behind: time.Hour, Max: day,
		}
	}
	return rules
}

func whose(r lookup.Rule, w lookup.Whose) lookup.Rule {
	r.Whose = w
	return r
}

func planned(r lookup.Rule) lookup.Rule {
	r.Behind = 30 * time.Minute
	return r
}
