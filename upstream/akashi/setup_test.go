package akashi_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func ok(response string) *vendortest.Vendor {
	return vendortest.Answer(`{"success":true,"response":` + response + `}`)
}

func options(t testing.TB, base http.RoundTripper, tokens transport.Tokens, logs io.Writer) akashi.Options {
	t.Helper()
	c := vendortest.Chain(t, "akashi", base, tokens, logs)
	return akashi.Options{BaseURL: "https://akashi.example/api/cooperation", Company: "com123", Transport: c}
}

func client(t testing.TB, base http.RoundTripper) *akashi.Client {
	t.Helper()
	c, err := akashi.New(options(t, base, vendortest.Tokens(vendortest.Token), io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// method is one operation in its simplest form, with the path it must ask for.
type method struct {
	name, path, query string
	call              func(context.Context, *akashi.Client) (any, error)
	good              string
}

func methods() []method {
	from, to := vendortest.JST("2026-11-01 05:00:00"), vendortest.JST("2026-11-02 05:00:00")
	return []method{
		{
			"Organizations", "organizations", "includesParents=1",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Organizations(ctx, true) },
			`{"organizations":[{"organizationId":1}]}`,
		},
		{
			"Organization", "organizations", "includesParents=0&orgId=4",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Organization(ctx, 4) },
			`{"organizations":[{"organizationId":4}]}`,
		},
		{
			"Staffs", "staffs", "page=2",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Staffs(ctx, 2) },
			`{"staffs":[{"staffId":1}]}`,
		},
		{
			"AllStaffs", "staffs", "page=0",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.AllStaffs(ctx) },
			`{"staffs":[{"staffId":1}]}`,
		},
		{
			"Staff", "staffs/7", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Staff(ctx, 7) },
			`{"staffs":[{"staffId":7}]}`,
		},
		{
			"Self", "staffs", "target=other",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Self(ctx, "other") },
			`{"staffs":[{"staffId":7}]}`,
		},
		{
			"Stamps", "stamps/7", "end_date=20261102050000&start_date=20261101050000",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Stamps(ctx, 7, from, to) },
			`{"staff_id":7,"stamps":[]}`,
		},
		{
			"Stamps of oneself", "stamps", "end_date=20261102050000&start_date=20261101050000",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Stamps(ctx, 0, from, to) },
			`{"staff_id":7,"stamps":[]}`,
		},
		{
			"MultipleStamps", "multiple_stamps", "end_date=20261102050000&staff_ids=1%2C2&start_date=20261101050000",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.MultipleStamps(ctx, []akashi.StaffID{1, 2}, from, to)
			},
			`{"multiple_stamps":[]}`,
		},
		{
			"WorkingRecords", "working_records", "end_date=20261130&staff_ids=1%2C2&start_date=20261101",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
					StaffIDs: []akashi.StaffID{1, 2}, From: "2026-11-01", To: "2026-11-30",
				})
			},
			`[]`,
		},
		{
			"WorkingRecords with breaks", "working_records",
			"include_actual_working_hours_no_rounding=1&include_break_results=1&staff_ids=1&start_date=20261101",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
					StaffIDs: []akashi.StaffID{1}, From: "2026-11-01", To: "2026-11-01", Breaks: true, NoRounding: true,
				})
			},
			`[]`,
		},
		{
			"Projects", "projects", "end_date=20261130&page=1&start_date=20261101",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.Projects(ctx, akashi.ProjectsQuery{StartDate: "2026-11-01", EndDate: "2026-11-30"}, 1)
			},
			`{"projects":[]}`,
		},
		{
			"AllProjects", "projects", "page=0",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.AllProjects(ctx, akashi.ProjectsQuery{})
			},
			`{"projects":[]}`,
		},
		{
			"Project", "projects/100", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Project(ctx, 100) },
			`{"project_id":100}`,
		},
		{
			"Tasks", "100/tasks", "page=0",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Tasks(ctx, 100, 0) },
			`{"tasks":[]}`,
		},
		{
			"AllTasks", "100/tasks", "page=0",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.AllTasks(ctx, 100) },
			`{"tasks":[]}`,
		},
		{
			"Task", "100/tasks/150", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Task(ctx, 100, 150) },
			`{"task_id":150}`,
		},
		{
			"Manhours", "manhours", "end_date=20261130235959&start_date=20261101000000",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.Manhours(ctx, "2026-11-01", "2026-11-30")
			},
			`{"manhours":[]}`,
		},
		{
			"ManhoursOf", "manhours/200", "end_date=20261130235959&start_date=20261101000000",
			func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.ManhoursOf(ctx, 200, "2026-11-01", "2026-11-30")
			},
			`{"manhours":[]}`,
		},
		{
			"StaffProjects", "staff_projects/200", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.StaffProjects(ctx, 200, "", "") },
			`{"projects":[]}`,
		},
		{
			"ProjectStaffs", "project_staffs/100", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.ProjectStaffs(ctx, 100) },
			`{"staff_ids":[],"owner_staff_ids":[]}`,
		},
		{
			"Alerts", "alerts", "",
			func(ctx context.Context, c *akashi.Client) (any, error) { return c.Alerts(ctx) },
			`{"staff_id":1,"alerts":[]}`,
		},
	}
}

// mustNotLeak looks for the markers and the host.
func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	vendortest.MustNotLeak(t, err, logs, "akashi.example")
}
