package conformance_test

import (
	"context"
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

func TestJobcan_quirks(t *testing.T) {
	t.Parallel()
	underQuirks(t, jobcanWorld, map[string][]string{
		// These change what there is to read, not how it is written.
		"hide_retired":       {"Employees"},
		"show_adit_type":     {"AditsOf", "AditsOfDay"}, // told and not derived
		"exclusive_end_date": {"MonthlySummaryOf"},
		"refresh_hangs":      {"Refresh"},
		"our_contract":       {"Punch", "Groups"},
	})
}

func jobcanWorld(t *testing.T) *world {
	t.Helper()
	sim := simulator.New(people(), simulator.Options{
		Seed: 1, Now: now, Quirks: map[simulator.Quirk]bool{simulator.OurContract: true},
	})
	w := &world{sim: sim, renews: true, server: serve(t, sim)}
	endpoint, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: w.server.URL() + "/oauth/token", ClientID: simulator.DefaultClientID,
		ClientSecret: simulator.DefaultClientSecret, Transport: sender(t, "jobcan", nil, nil), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	w.tokens = &tokens{fetch: func(ctx context.Context) (string, error) {
		grant, err := endpoint.Fetch(ctx, "")
		return grant.AccessToken, err
	}}
	c, err := jobcan.New(jobcan.Options{
		BaseURL: w.server.URL(), Transport: sender(t, "jobcan", w.tokens, nil), Now: now, Assumed: jobcan.AssumedPaths(),
	})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = jobcanOperations(c, d)
	return w
}

func jobcanOperations(c *jobcan.Client, d simulator.State) []operation {
	const day, first = "2026-11-18", "2026-11-01"
	id := jobcan.EmployeeID(d.DailySummaries[0].EmployeeID)
	days := []jobcan.Date{"2026-11-17", day}
	return []operation{
		read("Employees", func(ctx context.Context) (any, error) { return c.Employees(ctx) }),
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
		read("Groups", func(ctx context.Context) (any, error) { return c.Assumed(ctx, jobcan.Groups) }),
		repeatable("Refresh", func(ctx context.Context) (any, error) { return c.Refresh(ctx, id, "2026-11-17", day) }),
		single("Punch", func(ctx context.Context) (any, error) {
			return nil, c.Punch(ctx, jobcan.Punch{
				EmployeeID: id, GroupID: int64(d.Groups[0].ID), Type: jobcan.RestStart,
				RecordedAt: time.Date(2026, 11, 20, 15, 0, 0, 0, company.JST),
			})
		}),
	}
}
