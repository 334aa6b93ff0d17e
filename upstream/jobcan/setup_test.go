package jobcan_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

const (
	markerToken = "marker-token-0001"
	markerBody  = "marker-body-0002"
)

type staticTokens string

func (s staticTokens) Token(context.Context) (string, error) { return string(s), nil }
func (s staticTokens) Invalidate(context.Context, string)    {}

// vendor answers step by step and repeats the last step.
type vendor struct {
	status int
	bodies []string

	mu   sync.Mutex
	sent []*http.Request
	form string
}

func answer(bodies ...string) *vendor { return &vendor{status: http.StatusOK, bodies: bodies} }

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	body := v.bodies[min(len(v.sent), len(v.bodies)-1)]
	v.sent = append(v.sent, r)
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		v.form = string(b)
	}
	return &http.Response{StatusCode: v.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func chain(t testing.TB, v http.RoundTripper, tokens transport.Tokens, logs io.Writer) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Options{
		System: "jobcan", Link: "default", Base: v, Tokens: tokens, MaxRetries: -1,
		Breaker: transport.BreakerOptions{MinCalls: 1 << 30},
		Logger:  slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// now is in the middle of 2 November's labour day in Japan.
func now() time.Time { return jst("2026-11-02 12:00:00") }

func client(t testing.TB, v http.RoundTripper, change func(*jobcan.Options)) *jobcan.Client {
	t.Helper()
	opts := jobcan.Options{
		BaseURL: "https://jobcan.example/base", Transport: chain(t, v, staticTokens(markerToken), io.Discard), Now: now,
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

func jst(s string) time.Time {
	t, err := time.ParseInLocation(time.DateTime, s, time.FixedZone("JST", 9*3600))
	if err != nil {
		panic(err)
	}
	return t
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

func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	var out strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&out, "%v %+v\n", e, e)
	}
	if logs != nil {
		out.WriteString(logs.String())
	}
	for _, marker := range []string{markerToken, markerBody, "jobcan.example"} {
		if strings.Contains(out.String(), marker) {
			t.Errorf("%s leaked:\n%s", marker, out.String())
		}
	}
}

func codeOf(err error) fault.Code {
	if _, ok := errors.AsType[*fault.Error](err); err != nil && !ok {
		return "not a *fault.Error"
	}
	return fault.CodeOf(err)
}
