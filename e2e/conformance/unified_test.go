package conformance_test

import (
	"context"
	"strconv"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	simakashi "github.com/hitotsu/hitotsu/simulator/akashi"
	simjobcan "github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// The reads in the gateway's own words: what the rest of the house gets of a
// vendor's answer, after client and adapter.

func november(from, to int) hr.Period {
	return hr.Period{From: hr.NewDate(2026, time.November, from), To: hr.NewDate(2026, time.November, to)}
}

func akashiUnified(c *akashi.Client, d simakashi.Dump) []operation {
	item := openItem(d)
	a := sources.NewAkashi(sources.AkashiOptions{
		Link: "default", Client: c, DayChange: hr.DayChange(5 * time.Hour),
		Personal: func(context.Context, string) (*akashi.Client, bool) { return c, true },
	})
	staff, project := strconv.Itoa(item.StaffID), strconv.Itoa(item.ProjectID)
	several := []string{staff, strconv.Itoa(d.Staffs[0].StaffID), strconv.Itoa(d.Staffs[1].StaffID)}
	self := ""
	for _, t := range d.Tokens {
		self = strconv.Itoa(t.StaffID)
	}
	day := hr.NewDate(2026, time.November, 18)
	return []operation{
		read("People", func(ctx context.Context) (any, error) { return some(a.People(ctx)) }),
		read("Units", func(ctx context.Context) (any, error) { return some(a.Units(ctx)) }),
		read("StampsOfDay", func(ctx context.Context) (any, error) { return a.StampsOfDay(ctx, several, day) }),
		read("StampsOfPerson", func(ctx context.Context) (any, error) {
			return some(a.StampsOfPerson(ctx, staff, november(1, 20)))
		}),
		read("WorkingRecords", func(ctx context.Context) (any, error) {
			return a.WorkingRecords(ctx, several, november(1, 20), false)
		}),
		read("WorkingRecords with breaks", func(ctx context.Context) (any, error) {
			return a.WorkingRecords(ctx, several, november(18, 18), true)
		}),
		read("Projects", func(ctx context.Context) (any, error) { return some(a.Projects(ctx)) }),
		read("Tasks", func(ctx context.Context) (any, error) { return some(a.Tasks(ctx, project)) }),
		read("Members", func(ctx context.Context) (any, error) { return a.Members(ctx, project) }),
		read("Participations", func(ctx context.Context) (any, error) {
			return some(a.Participations(ctx, staff, november(1, 20)))
		}),
		read("Manhours of all", func(ctx context.Context) (any, error) { return some(a.Manhours(ctx, "", november(16, 20))) }),
		read("Manhours", func(ctx context.Context) (any, error) { return some(a.Manhours(ctx, staff, november(1, 20))) }),
		read("Alerts", func(ctx context.Context) (any, error) { return a.Alerts(ctx, self) }),
	}
}

func jobcanUnified(c *jobcan.Client, d simjobcan.State) []operation {
	j := sources.NewJobcan("default", c)
	id := strconv.FormatInt(d.DailySummaries[0].EmployeeID, 10)
	day := hr.NewDate(2026, time.November, 18)
	return []operation{
		read("People", func(ctx context.Context) (any, error) { return some(j.People(ctx)) }),
		read("StampsOfDay", func(ctx context.Context) (any, error) { return j.StampsOfDay(ctx, day) }),
		read("StampsOfPerson", func(ctx context.Context) (any, error) { return some(j.StampsOfPerson(ctx, id, day)) }),
		read("WorkingRecordsOfDay", func(ctx context.Context) (any, error) { return j.WorkingRecordsOfDay(ctx, day) }),
		read("WorkingRecordsOfPerson", func(ctx context.Context) (any, error) {
			return some(j.WorkingRecordsOfPerson(ctx, id, november(1, 20).Dates()))
		}),
		read("Leaves", func(ctx context.Context) (any, error) {
			return j.Leaves(ctx, id, hr.Period{From: hr.NewDate(2026, time.August, 1), To: day})
		}),
		read("LeaveNames", func(ctx context.Context) (any, error) { return some(j.LeaveNames(ctx)) }),
		read("Shifts", func(ctx context.Context) (any, error) { return j.Shifts(ctx, id, november(1, 20).Dates()) }),
	}
}

func yesodUnified(c *yesod.Client) []operation {
	y := sources.NewYesod("default", c)
	return []operation{
		read("People", func(ctx context.Context) (any, error) { return some(y.People(ctx)) }),
		read("Units", func(ctx context.Context) (any, error) { return some(y.Units(ctx)) }),
	}
}
