package main

import (
	"slices"

	"github.com/hitotsu/hitotsu/internal/plan"
)

// A query is one of the twelve.
type query struct {
	name string
	// text is the GraphQL document; it has no variables, so that both sides parse
	// the same thing each time.
	text string
	// rows names the paths of lists whose lengths must be equal on both sides.
	rows []string
	// hand makes the same calls and the same answer by hand.
	hand func(*handler) handFunc
	// indexed is the fewest calls by system when only the index is there, from the
	// vendors' limits.
	indexed map[string]int
	// units says that the organisations belong to what must be read when EMPTY.
	units bool
	// indexOnly says that the index answers alone, so that the handler must read
	// everybody to answer at all.
	indexOnly bool
	// aimed says that the issue promises what it takes.
	aimed bool
}

const (
	scalars   = `id code name { family given } email status jobTitle employmentType hiredOn`
	inOctober = `from: "2026-10-01", to: "2026-10-31"`
)

// pages is how many pages of a size hold n rows when the end is known by a page
// that is not full.
func pages(n, size int) int { return n/size + 1 }

func ceil(n, size int) int { return (n + size - 1) / size }

func queries(s size) []query { return slices.Concat(plainLists(), attendance(s), joins(s)) }

// plainLists are people alone.
func plainLists() []query {
	return []query{
		{
			name: "one employee", text: `{ employee(by: {code: "E00010"}) { ` + scalars + ` } }`,
			hand: func(h *handler) handFunc { return h.one("E00010") }, indexOnly: true,
		},
		{
			name: "a page of 20", text: page(20, ""), rows: []string{"employees.nodes"},
			hand: func(h *handler) handFunc { return h.page(20) }, indexOnly: true,
		},
		{
			name: "a page of 100", text: page(100, ""), rows: []string{"employees.nodes"},
			hand: func(h *handler) handFunc { return h.page(100) }, indexOnly: true, aimed: true,
		},
		{
			name: "a page of 300", text: page(300, ""), rows: []string{"employees.nodes"},
			hand: func(h *handler) handFunc { return h.page(300) }, indexOnly: true,
		},
	}
}

// attendance are the queries about stamps, working records and overtimes.
func attendance(s size) []query {
	rules := plan.Documented()
	batch, records := rules.AkashiMultipleStamps.Subjects, rules.AkashiWorkingRecords
	// Jobcan counts people on a page of stamps, so a page of a hundred people is
	// never shorter than a hundred rows, and only a page below that many rows is
	// known to be the last.
	adits := pages(s.punchers, 100)
	if s.punchers%100 > 0 && s.punches*(s.punchers%100)/s.punchers >= 100 {
		adits++
	}
	return []query{
		{
			name: "100 with a day's stamps",
			text: page(100, `stamps(from: "`+day+`", to: "`+day+`") { nodes { occurredAt kind system } }`),
			rows: []string{"employees.nodes", "employees.nodes.stamps.nodes"},
			hand: func(h *handler) handFunc { return h.stamps },
			indexed: map[string]int{
				"akashi": ceil(100, batch), "jobcan": adits,
			},
			aimed: true,
		},
		{
			name: "100 with a month's working records",
			text: page(100, `workingRecords(`+inOctober+`, systems: [AKASHI]) { nodes { date startAt endAt workedMinutes } }`),
			rows: []string{"employees.nodes", "employees.nodes.workingRecords.nodes"},
			hand: func(h *handler) handFunc { return h.records(false) },
			indexed: map[string]int{
				"akashi": ceil(100, records.Subjects) * ceil(31, records.Days),
			},
		},
		{
			name: "the same with breaks",
			text: page(100, `workingRecords(`+inOctober+`, systems: [AKASHI]) {
				nodes { date startAt endAt workedMinutes breaks { startAt endAt } } }`),
			rows:    []string{"employees.nodes", "employees.nodes.workingRecords.nodes"},
			hand:    func(h *handler) handFunc { return h.records(true) },
			indexed: map[string]int{"akashi": ceil(100, rules.AkashiBreaks.Subjects) * ceil(31, rules.AkashiBreaks.Days)},
		},
		{
			name:    "100 with a year of overtimes",
			text:    page(100, `overtimes(from: "2025-11", to: "2026-10") { nodes { month minutes } }`),
			rows:    []string{"employees.nodes", "employees.nodes.overtimes.nodes"},
			hand:    func(h *handler) handFunc { return h.overtimes },
			indexed: map[string]int{"carely": ceil(s.overtimes, rules.CarelyOvertimes.Page)},
		},
	}
}

// joins are the queries in which several lists meet.
func joins(s size) []query {
	return []query{
		{
			name: "50 with a month of man-hours and their projects",
			text: page(50, `manhours(`+inOctober+`, first: 300) { nodes { date minutes project { code name } } }`),
			rows: []string{"employees.nodes", "employees.nodes.manhours.nodes"},
			hand: func(h *handler) handFunc { return h.manhours },
			indexed: map[string]int{
				"akashi": 1 + pages(s.projects, 50),
			},
		},
		{
			name: "the organisation tree with people",
			text: `{ organizations(first: 300) { nodes { name path
				employees(first: 300) { nodes { code name { family } } } } } }`,
			rows: []string{"organizations.nodes"},
			hand: func(h *handler) handFunc { return h.tree }, units: true, indexOnly: true,
		},
		{
			name: "a project with members and man-hours",
			text: `{ projects(first: 1) { nodes { code name
				members(first: 300) { nodes { isOwner employee { code name { family } } } }
				manhours(` + inOctober + `, first: 300) { nodes { date minutes employee { code } } } } } }`,
			rows: []string{"projects.nodes", "projects.nodes.members.nodes", "projects.nodes.manhours.nodes"},
			hand: func(h *handler) handFunc { return h.project },
			indexed: map[string]int{
				"akashi": pages(s.projects, 50) + 1 + 1,
			},
		},
		{
			name: "the README's query",
			text: `{ employees(first: 1, filter: { codes: ["E00003"] }) { nodes { code name { display }
				organization { path }
				stamps(from: "` + day + `", to: "` + day + `", first: 4) { nodes { occurredAt kind system }
					sources { system status } }
				overtimes(from: "2026-10", to: "2026-10") { nodes { month minutes system } } } } }`,
			rows:    []string{"employees.nodes", "employees.nodes.overtimes.nodes"},
			hand:    func(h *handler) handFunc { return h.readme },
			indexed: map[string]int{"akashi": 1, "jobcan": 1, "carely": 1},
			units:   true,
		},
	}
}

// page is a page of people with the eight plain fields and more.
func page(n int, more string) string {
	return `{ employees(first: ` + itoa(n) + `) { nodes { ` + scalars + ` ` + more + ` } } }`
}

// empty is the fewest calls when nothing is known: everybody's records, and the
// organisations where the query needs them.
func (q query) empty(s size) map[string]int {
	out := map[string]int{
		"akashi": ceil(s.staffs, 20), "jobcan": pages(s.employees, 100), "carely": ceil(s.customers, 100), "yesod": 1,
	}
	if q.units {
		out["akashi"]++   // organisations
		out["yesod"] += 2 // organisations, and the members' groups, which tell what lies above what
	}
	for system, n := range q.indexed {
		out[system] += n
	}
	return out
}
