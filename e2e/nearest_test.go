package e2e_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// A dear is a list that nobody can afford with a limit of dearLimit calls.
type dear struct {
	name, system string
	people, days int
	// rows is what is asked of each, with $from and $to.
	rows string
	// from is set by the test: nobody else asked for the days from there on.
	from hr.Date
}

const dearLimit = 12

func dearLists() []dear {
	const (
		stamps  = `stamps(from: $from, to: $to, first: 1, systems: [%s]) { nodes { kind } }`
		records = `workingRecords(from: $from, to: $to, first: 1, systems: [%s]) { nodes { %s } }`
	)
	return []dear{
		{name: "stamps", system: akashiSystem, people: 60, days: 40, rows: fmt.Sprintf(stamps, akashiSystem)},
		{name: "a year of stamps", system: akashiSystem, people: 20, days: 360, rows: fmt.Sprintf(stamps, akashiSystem)},
		{name: "stamps of everybody", system: akashiSystem, people: 250, days: 4, rows: fmt.Sprintf(stamps, akashiSystem)},
		{name: "adits", system: jobcanSystem, people: 60, days: 40, rows: fmt.Sprintf(stamps, jobcanSystem)},
		{name: "records", system: akashiSystem, people: 120, days: 360, rows: fmt.Sprintf(records, akashiSystem, "date")},
		{name: "records with breaks", system: akashiSystem, people: 60, days: 40, rows: fmt.Sprintf(records, akashiSystem, "breaks { startAt }")},
		{name: "summaries", system: jobcanSystem, people: 60, days: 40, rows: fmt.Sprintf(records, jobcanSystem, "date")},
		{name: "overtimes", system: carelySystem, people: 250, days: 1, rows: `overtimes(from: "2025-10", to: "2026-11", first: 1) { nodes { minutes } }`},
		{name: "leaves", system: jobcanSystem, people: 60, days: 200, rows: `leaves(from: $from, to: $to, first: 1) { nodes { days } }`},
		{name: "projects", system: akashiSystem, people: 60, days: 200, rows: `projects(from: $from, to: $to, first: 1) { nodes { code } }`},
	}
}

// The words of the refusals.
var (
	affordableDays   = regexp.MustCompile(`the first (\d+) of its (\d+) days would be within`)
	affordablePeople = regexp.MustCompile(`; (\d+) of the (\d+) would be within`)
	affordableDay    = regexp.MustCompile(`; one day of (\d+) of the (\d+) people would be within`)
)

// TestNearest: what is refused as too dear names the largest part that is not, and
// that part is answered, while one day or person more is refused again.
//
//nolint:tparallel // a system's calls are shared
func TestNearest(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_LIMITS_CALLS="+strconv.Itoa(dearLimit))
	w := d.truth(t)
	d.ready(t)
	// Whoever takes part in projects asks for the list of them, too.
	d.query(t, hrToken, `{ projects(first: 1) { nodes { code } } }`, nil, &struct{}{})
	last, err := hr.ParseDate(today)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range dearLists() { //nolint:paralleltest // a system's calls are shared
		t.Run(c.name, func(t *testing.T) {
			c.from = last.AddDays(-400 * (i + 1))
			var people []*person
			for _, p := range w.people {
				if _, in := p.vendorIDs()[c.system]; in && len(people) < c.people {
					people = append(people, p)
				}
			}
			if len(people) < c.people {
				t.Fatalf("%s knows %d people only", c.system, len(people))
			}
			n, days := len(people), c.days
			more, moreDays := 0, 0
			switch refusal := c.ask(t, d, people, days); {
			case affordableDays.MatchString(refusal):
				days, moreDays = named(t, affordableDays, refusal), 1
			case affordableDay.MatchString(refusal):
				n, days, more = named(t, affordableDay, refusal), 1, 1
			case affordablePeople.MatchString(refusal):
				n, more = named(t, affordablePeople, refusal), 1
			default:
				t.Fatalf("nothing affordable is named: %q", refusal)
			}
			t.Logf("%d people and %d days are affordable of %d and %d", n, days, len(people), c.days)
			if got := c.ask(t, d, people[:n+more], days+moreDays); got == "" {
				t.Errorf("%d people and %d days are answered, too", n+more, days+moreDays)
			}
			if got := c.ask(t, d, people[:n], days); got != "" {
				t.Errorf("%d people and %d days, as was said: %s", n, days, got)
			}
		})
	}
	// Everybody's man-hours are one call, however long the period.
	hours := dear{from: last.AddDays(-360), rows: `manhours(from: $from, to: $to, first: 1) { nodes { minutes } }`}
	if got := hours.ask(t, d, w.people[:250], 360); got != "" {
		t.Errorf("a year of man-hours: %s", got)
	}
}

// named is the number that a refusal names.
func named(t *testing.T, where *regexp.Regexp, refusal string) int {
	t.Helper()
	n, err := strconv.Atoi(where.FindStringSubmatch(refusal)[1])
	if err != nil || n < 1 {
		t.Fatalf("%q: %v", refusal, err)
	}
	return n
}

// ask returns the refusal, "" when it was answered.
func (c *dear) ask(t *testing.T, d *demo, people []*person, days int) string {
	t.Helper()
	rows := strings.NewReplacer("$from", strconv.Quote(c.from.String()), "$to",
		strconv.Quote(c.from.AddDays(days-1).String())).Replace(c.rows)
	a := d.ask(t, hrToken, `query($codes: [String!]!) { employees(filter: {codes: $codes}, first: 300) {
		nodes { code rows: `+rows+` } } }`, map[string]any{"codes": codes(people)})
	switch {
	case len(a.Errors) == 0:
		return ""
	case len(a.Errors) > 1 || a.Errors[0].code() != "TOO_MANY_CALLS":
		t.Fatalf("other errors: %+v", a.Errors)
	}
	return a.Errors[0].Message
}
