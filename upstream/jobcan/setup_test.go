package jobcan_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func chain(t testing.TB, v http.RoundTripper, tokens transport.Tokens, logs io.Writer) *transport.Client {
	t.Helper()
	return vendortest.Chain(t, "jobcan", v, tokens, logs)
}

// now is in the middle of 2 November's labour day in Japan.
func now() time.Time { return vendortest.JST("2026-11-02 12:00:00") }

func client(t testing.TB, v http.RoundTripper, change func(*jobcan.Options)) *jobcan.Client {
	t.Helper()
	opts := jobcan.Options{
		BaseURL: "https://jobcan.example/base", Transport: chain(t, v, vendortest.Tokens(vendortest.Token), io.Discard), Now: now,
	}
	if change != nil {
		change(&opts)
	}
	c, err := jobcan.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// method is one operation in its simplest form.
type method struct {
	name, path, query string
	call              func(context.Context, *jobcan.Client) (any, error)
	good, nameless    string
}

func methods() []method {
	const first = "count=100&last_id=0"
	return []method{
		{
			"Employees", "/master/v1/employees", first,
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.Employees(ctx) },
			`{"employees":[{"id":1,"code":"0016"}]}`, `{"employees":[{"code":"0016"}]}`,
		},
		{
			"AditsOfDay", "/attendance/v1/adits", "count=100&date=2026-11-01&last_id=0",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.AditsOfDay(ctx, "2026-11-01") },
			`{"adits":[]}`, `{"adits":[{"recorded_at":"2026-11-01T09:00:00+09:00"}]}`,
		},
		{
			"AditsOf", "/attendance/v1/adits/4294967295", "date=2026-11-01",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.AditsOf(ctx, 4294967295, "2026-11-01")
			},
			`{"adits":[]}`, `{"adits":[{"employee_id":8,"recorded_at":"2026-11-01T09:00:00+09:00"}]}`,
		},
		{
			"SummariesOfDay", "/attendance/v1/summaries/daily", "count=100&date=2026-11-01&last_id=0",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.SummariesOfDay(ctx, "2026-11-01") },
			`{"daily_summaries":[]}`, `{"daily_summaries":[{"date":"2026-11-01"}]}`,
		},
		{
			"SummariesOf", "/attendance/v1/summaries/daily/7", "date=2026-11-01&date=2026-11-02",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.SummariesOf(ctx, 7, []jobcan.Date{"2026-11-01", "2026-11-02"})
			},
			`{"daily_summaries":[]}`, `{"daily_summaries":[{"work":1}]}`,
		},
		{
			"MonthlySummaryOf", "/attendance/v1/summaries/monthly/7", "end_date=2026-11-30&start_date=2026-11-01",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.MonthlySummaryOf(ctx, 7, "2026-11-01", "2026-11-30")
			},
			`{"work":{"all":1}}`, `{"shift_over":{"all":1}}`,
		},
		{
			"ShiftsOf", "/shift/v1/shifts/7", "date=2026-11-01",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.ShiftsOf(ctx, 7, []jobcan.Date{"2026-11-01"})
			},
			`{"shifts":[]}`, `{"shifts":[{"shifts":[]}]}`,
		},
		{
			"HolidayTypes", "/holiday/v1/holiday-types", "",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.HolidayTypes(ctx) },
			`[]`, `[{"name":"x"}]`,
		},
		{
			"UseDaysOf", "/holiday/v1/employees/7/use-days", "from=2026-11-01&to=2026-11-30&vacation_type=paid",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.UseDaysOf(ctx, 7, "2026-11-01", "2026-11-30", jobcan.VacationPaid)
			},
			`{"use_days":[]}`, `{"use_days":[{"use_logs":[{"use_id":1}]}]}`,
		},
		{
			"Employee", "/master/v1/employees/7", "",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.Employee(ctx, 7) },
			`{"id":7}`, `{"last_name":"x"}`,
		},
		{
			"DefaultShifts", "/shift/v1/default-shifts", "employee_id=7",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.DefaultShifts(ctx, 7) },
			`{"default_shift":[]}`, `{"default_shift":[{"week_default_shifts":[]}]}`,
		},
		{
			"ShiftRequestsOf", "/shift/v1/requests/7", "date=2026-11-01",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.ShiftRequestsOf(ctx, 7, []jobcan.Date{"2026-11-01"})
			},
			`{"requests":[]}`, `{"requests":null}`,
		},
		{
			"OverWorkRequestsOf", "/apply/v1/employees/7/over-work/requests",
			"from_over_work_date=2026-11-01&mode=select&to_over_work_date=2026-11-30",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.OverWorkRequestsOf(ctx, 7, "2026-11-01", "2026-11-30")
			},
			`{"requests":[]}`, `{"over_work_requests":null}`,
		},
		{
			"SelectionRemarksOf", "/attendance/v1/employees/7/summaries/daily/selection-remarks", "date=2026-11-01",
			func(ctx context.Context, c *jobcan.Client) (any, error) {
				return c.SelectionRemarksOf(ctx, 7, []jobcan.Date{"2026-11-01"})
			},
			`{"daily_selection_remarks":[]}`, `{"daily_selection_remarks":[{"summaries":[{"selection_remarks":[]}]}]}`,
		},
		{
			"WorkTimeResultsOf", "/attendance/v1/employees/7/work-time/results/monthly", "month=11&year=2026",
			func(ctx context.Context, c *jobcan.Client) (any, error) { return c.WorkTimeResultsOf(ctx, 7, 2026, 11) },
			`{"monthly_work_time_results":[]}`, `{"monthly_work_time_results":[{"year":2026}]}`,
		},
	}
}

// mustNotLeak looks for the markers and the host.
func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	vendortest.MustNotLeak(t, err, logs, "jobcan.example")
}
