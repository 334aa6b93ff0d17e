package conformance_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/company"
	simulator "github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

func TestJobcan_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, jobcanWorld)
}

func jobcanWorld(t *testing.T) *world {
	t.Helper()
	return jobcanWorldWith(t, jobcan.Options{Assumed: jobcan.AssumedPaths()})
}

// jobcanWorldWith is a world whose client has some options of its own.
func jobcanWorldWith(t *testing.T, opts jobcan.Options) *world {
	t.Helper()
	sim := simulator.New(people(), simulator.Options{
		Seed: 1, Now: now, Quirks: map[simulator.Quirk]bool{simulator.OurContract: true},
	})
	w := newWorld(t, sim, &tokens{remote: true})
	w.renews = true
	endpoint, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: w.server.URL() + "/oauth/token", ClientID: simulator.DefaultClientID,
		ClientSecret: simulator.DefaultClientSecret, Transport: w.sender(t, "jobcan", nil, nil), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.tokens.fetch = func(ctx context.Context) (string, error) {
		grant, err := endpoint.Fetch(ctx, "")
		return grant.AccessToken, err
	}
	opts.BaseURL, opts.Transport, opts.Now = w.server.URL(), w.sender(t, "jobcan", w.tokens, nil), now
	opts.RefreshPause, opts.RefreshReads = time.Millisecond, 2
	c, err := jobcan.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = slices.Concat(jobcanReads(c, d), jobcanAssumed(c), jobcanWrites(c, d), []operation{fetch(endpoint)})
	w.unified = jobcanUnified(c, d)
	return w
}

func jobcanReads(c *jobcan.Client, d simulator.State) []operation {
	const day, first = "2026-11-18", "2026-11-01"
	id := jobcan.EmployeeID(d.DailySummaries[0].EmployeeID)
	days := []jobcan.Date{"2026-11-17", day}
	return []operation{
		read("Employees", func(ctx context.Context) (any, error) { return c.Employees(ctx) }),
		read("EmployeesAfter", func(ctx context.Context) (any, error) { return some(c.EmployeesAfter(ctx, 0)) }),
		read("FirstEmployees", func(ctx context.Context) (any, error) { return c.FirstEmployees(ctx) }),
		read("Employee", func(ctx context.Context) (any, error) { return c.Employee(ctx, id) }),
		read("AditsOfDay", func(ctx context.Context) (any, error) { return c.AditsOfDay(ctx, day) }),
		read("AditsOf", func(ctx context.Context) (any, error) { return c.AditsOf(ctx, id, day) }),
		read("SummariesOfDay", func(ctx context.Context) (any, error) { return c.SummariesOfDay(ctx, day) }),
		read("SummariesOf", func(ctx context.Context) (any, error) { return c.SummariesOf(ctx, id, days) }),
		read("MonthlySummaryOf", func(ctx context.Context) (any, error) {
			return c.MonthlySummaryOf(ctx, id, first, "2026-11-20")
		}),
		read("ShiftsOf", func(ctx context.Context) (any, error) { return c.ShiftsOf(ctx, id, days) }),
		read("DefaultShifts", func(ctx context.Context) (any, error) { return c.DefaultShifts(ctx, id) }),
		read("ShiftRequestsOf", func(ctx context.Context) (any, error) { return c.ShiftRequestsOf(ctx, id, days) }),
		read("OverWorkRequestsOf", func(ctx context.Context) (any, error) {
			return c.OverWorkRequestsOf(ctx, id, first, day)
		}),
		read("HolidayTypes", func(ctx context.Context) (any, error) { return c.HolidayTypes(ctx) }),
		read("UseDaysOf", func(ctx context.Context) (any, error) {
			return c.UseDaysOf(ctx, id, "2026-08-01", day, "")
		}),
		read("SelectionRemarksOf", func(ctx context.Context) (any, error) { return c.SelectionRemarksOf(ctx, id, days) }),
		read("WorkTimeResultsOf", func(ctx context.Context) (any, error) { return c.WorkTimeResultsOf(ctx, id, 2026, 10) }),
	}
}

// jobcanAssumed are the resources that are read by our contract.
func jobcanAssumed(c *jobcan.Client) []operation {
	var out []operation
	for _, name := range slices.Sorted(maps.Keys(jobcan.AssumedPaths())) {
		if name != jobcan.Stamps { // Punch writes them
			out = append(out, read("Assumed, "+string(name), func(ctx context.Context) (any, error) {
				return c.Assumed(ctx, name)
			}))
		}
	}
	return out
}

func jobcanWrites(c *jobcan.Client, d simulator.State) []operation {
	const from, to = "2026-11-17", "2026-11-18"
	id := jobcan.EmployeeID(d.DailySummaries[0].EmployeeID)
	refresh := []operation{
		repeatable("Refresh", func(ctx context.Context) (any, error) { return c.Refresh(ctx, id, from, to) }),
		repeatable("RefreshedSummaries", func(ctx context.Context) (any, error) {
			return c.RefreshedSummaries(ctx, id, from, to)
		}),
	}
	for i := range refresh {
		refresh[i].unseen = true // sums that are right already stay as they are
	}
	return append(refresh, single("Punch", func(ctx context.Context) (any, error) {
		return nil, c.Punch(ctx, jobcan.Punch{
			EmployeeID: id, GroupID: int64(d.Groups[0].ID), Type: jobcan.RestStart,
			RecordedAt: time.Date(2026, 11, 20, 15, 0, 0, 0, company.JST),
		})
	}))
}

// fetch leaves the token out of its answer, which is never the same again.
func fetch(e *jobcan.TokenEndpoint) operation {
	op := read("Fetch", func(ctx context.Context) (any, error) {
		grant, err := e.Fetch(ctx, "")
		if err == nil && grant.AccessToken == "" {
			return nil, errors.New("there is no token")
		}
		grant.AccessToken = ""
		return grant, err
	})
	op.own = true
	return op
}
