package app

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/internal/vault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
)

func (c *connector) jobcan(ctx context.Context, l *config.Link) error {
	bare, err := c.bare(l, nil)
	if err != nil {
		return err
	}
	endpoint, err := jobcan.NewTokenEndpoint(jobcan.TokenOptions{
		URL: l.TokenURL, ClientID: l.ClientID, ClientSecret: l.ClientSecret.Reveal(), Transport: bare, Now: c.parts.Now,
	})
	if err != nil {
		return err
	}
	source, err := c.vault.Source(ctx, vault.Spec{
		ID: id(l, kindCompany, ""),
		// A token can be had at any time for the client's id and secret, so it is
		// not worth storing.
		Policy: vault.Policy{AheadFraction: 0.1, MemoryOnly: true},
		Remedy: "check the id, the secret and the scopes of the API client in Jobcan",
		Exchange: func(ctx context.Context, _ vault.Credential) (vault.Credential, error) {
			grant, err := endpoint.Fetch(ctx, strings.Join(l.Scopes, " "))
			if err != nil {
				return vault.Credential{}, err
			}
			return vault.Credential{Access: config.NewSecret(grant.AccessToken), ExpiresAt: grant.ExpiresAt}, nil
		},
	})
	if err != nil {
		return err
	}
	q, err := c.budget(ctx, l)
	if err != nil {
		return err
	}
	client, err := c.client(l, source, q)
	if err != nil {
		return err
	}
	api, err := jobcan.New(jobcan.Options{
		BaseURL: l.URL, Transport: client, Paths: jobcanPaths(l.Paths), Now: c.parts.Now,
		BareToken: l.BareToken, StaffCodeFields: l.StaffCodeFields, AditTypeFields: l.AditTypeFields,
		RecordedAtFields: l.RecordedAtFields, Assumed: jobcanAssumed(l.Assumed), MonthParameter: l.MonthParameter,
		RefreshPause: l.RefreshPause, RefreshReads: l.RefreshReads,
		DayChange: time.Duration(c.parts.Config.DayChangeMinutes) * time.Minute,
	})
	if err != nil {
		return err
	}
	c.keeper().test = func(ctx context.Context) (string, error) {
		rows, err := api.FirstEmployees(ctx)
		return fmt.Sprintf("reads employees, %d on the first page", rows), err
	}
	c.links.jobcanClients[l.Name] = api
	c.links.jobcan = append(c.links.jobcan, sources.NewJobcan(l.Name, api))
	return nil
}

func jobcanPaths(paths map[string]string) jobcan.Paths {
	return jobcan.Paths{
		Employees: paths["employees"], Adits: paths["adits"], AditsOf: paths["adits_of"],
		DailySummaries: paths["daily_summaries"], DailyOf: paths["daily_of"], MonthlyOf: paths["monthly_of"],
		ShiftsOf: paths["shifts_of"], HolidayTypes: paths["holiday_types"], UseDaysOf: paths["use_days_of"],
		EmployeeOf:         paths["employee_of"],
		RefreshOf:          paths["refresh_of"],
		DefaultShifts:      paths["default_shifts"],
		ShiftRequestsOf:    paths["shift_requests_of"],
		OverWorkRequestsOf: paths["over_work_requests_of"],
		SelectionRemarksOf: paths["selection_remarks_of"],
		WorkTimeResultsOf:  paths["work_time_results_of"],
	}
}

// jobcanAssumed are the resources that are on: those with a path.
func jobcanAssumed(paths map[string]string) map[jobcan.Assumed]string {
	out := map[jobcan.Assumed]string{}
	for name, path := range paths {
		if path != "" {
			out[jobcan.Assumed(name)] = path
		}
	}
	return out
}
