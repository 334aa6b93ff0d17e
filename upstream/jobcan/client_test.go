package jobcan_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func TestMethods_requests(t *testing.T) {
	t.Parallel()
	for _, m := range methods() {
		v := vendortest.Answer(m.good)
		if _, err := m.call(t.Context(), client(t, v, nil)); err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		r := v.Sent[0]
		got := []string{r.Method, r.URL.Path, r.URL.RawQuery, r.Header.Get("Authorization")}
		want := []string{"GET", "/base" + m.path, m.query, "Bearer " + vendortest.Token}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", m.name, d)
		}
	}
}

func TestMethods_failures(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
		code   fault.Code
	}{
		"400":             {400, vendortest.Body, fault.UpstreamRefused},
		"401":             {401, vendortest.Body, fault.UpstreamUnauthorized},
		"403, no scope":   {403, vendortest.Body, fault.UpstreamRefused},
		"404":             {404, vendortest.Body, fault.UpstreamRefused},
		"415":             {415, vendortest.Body, fault.UpstreamRefused},
		"429":             {429, vendortest.Body, fault.UpstreamRateLimited},
		"500":             {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable},
		"page in 200":     {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
		"empty":           {200, "", fault.UpstreamBadResponse},
		"cut":             {200, `{"employees":[{"id":1,"last_name":"` + vendortest.Body, fault.UpstreamBadResponse},
		"another shape":   {200, `{"x":"` + vendortest.Body + `"}`, fault.UpstreamBadResponse},
		"array":           {200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse},
		"text":            {200, `"` + vendortest.Body + `"`, fault.UpstreamBadResponse},
		"lists are null":  {200, `{"employees":null,"adits":null,"daily_summaries":null,"work":null,"shifts":null,"holiday_types":null,"use_days":null}`, fault.UpstreamBadResponse},
		"lists are texts": {200, `{"employees":"` + vendortest.Body + `","adits":"x","daily_summaries":"x","work":"x","shifts":"x","holiday_types":"x","use_days":"x"}`, fault.UpstreamBadResponse},
	}
	for name, tc := range cases {
		for _, m := range methods() {
			var logs bytes.Buffer
			v := vendortest.Fail(tc.status, tc.body)
			c := client(t, v, func(o *jobcan.Options) {
				o.Transport = chain(t, v, vendortest.Tokens(vendortest.Token), &logs)
			})
			_, err := m.call(t.Context(), c)
			if got := vendortest.CodeOf(err); got != tc.code || fault.From(err).System != "jobcan" {
				t.Errorf("%s, %s: code %q, want %q", m.name, name, got, tc.code)
				continue
			}
			mustNotLeak(t, err, &logs)
		}
	}
	for _, m := range methods() {
		if _, err := m.call(t.Context(), client(t, vendortest.Answer(m.nameless), nil)); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s, a row without its key: %v, want UPSTREAM_BAD_RESPONSE", m.name, err)
		}
	}
}

func TestMethods_limits(t *testing.T) {
	t.Parallel()
	many := make([]jobcan.Date, 32)
	for i := range many {
		many[i] = "2026-11-01"
	}
	for name, call := range map[string]func(context.Context, *jobcan.Client) error{
		"32 dates": func(ctx context.Context, c *jobcan.Client) error { _, err := c.SummariesOf(ctx, 1, many); return err },
		"no dates": func(ctx context.Context, c *jobcan.Client) error { _, err := c.ShiftsOf(ctx, 1, nil); return err },
		"not a date": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.AditsOfDay(ctx, "2026-02-30")
			return err
		},
		"not a date, one": func(ctx context.Context, c *jobcan.Client) error { _, err := c.AditsOf(ctx, 1, "x"); return err },
		"summaries":       func(ctx context.Context, c *jobcan.Client) error { _, err := c.SummariesOfDay(ctx, ""); return err },
		"reversed": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.MonthlySummaryOf(ctx, 1, "2026-11-02", "2026-11-01")
			return err
		},
		"refresh, 32 days": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.Refresh(ctx, 1, "2026-10-01", "2026-11-01")
			return err
		},
		"refresh, reversed": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.RefreshedSummaries(ctx, 1, "2026-11-02", "2026-11-01")
			return err
		},
		"refresh, nobody": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.Refresh(ctx, 0, "2026-11-01", "2026-11-01")
			return err
		},
		"employee, no id": func(ctx context.Context, c *jobcan.Client) error { _, err := c.Employee(ctx, 0); return err },
		"employee, too large": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.Employee(ctx, 4294967296)
			return err
		},
		"default shifts": func(ctx context.Context, c *jobcan.Client) error { _, err := c.DefaultShifts(ctx, -1); return err },
		"shift requests": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.ShiftRequestsOf(ctx, 1, many)
			return err
		},
		"shift requests, nobody": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.ShiftRequestsOf(ctx, 0, many[:1])
			return err
		},
		"over-work, reversed": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.OverWorkRequestsOf(ctx, 1, "2026-11-02", "2026-11-01")
			return err
		},
		"over-work, nobody": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.OverWorkRequestsOf(ctx, 0, "2026-11-01", "2026-11-01")
			return err
		},
		"remarks": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.SelectionRemarksOf(ctx, 1, many)
			return err
		},
		"remarks, nobody": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.SelectionRemarksOf(ctx, 0, many[:1])
			return err
		},
		"results, month 13": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.WorkTimeResultsOf(ctx, 1, 2026, 13)
			return err
		},
		"results, year": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.WorkTimeResultsOf(ctx, 1, 26, 1)
			return err
		},
		"results, nobody": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.WorkTimeResultsOf(ctx, 0, 2026, 1)
			return err
		},
		"leave": func(ctx context.Context, c *jobcan.Client) error {
			_, err := c.UseDaysOf(ctx, 1, "", "", "paid")
			return err
		},
	} {
		v := vendortest.Answer("{}")
		if got := vendortest.CodeOf(call(t.Context(), client(t, v, nil))); got != fault.BadUserInput || len(v.Sent) != 0 {
			t.Errorf("%s: %q after %d requests, want BAD_USER_INPUT unsent", name, got, len(v.Sent))
		}
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		token string
		bare  bool
		want  string
	}{
		{"t", false, "Bearer t"},
		{"Bearer t", false, "Bearer t"},
		{"bearer t", false, "bearer t"},
		{"t", true, "t"},
	} {
		v := vendortest.Answer("[]")
		c := client(t, v, func(o *jobcan.Options) {
			o.BareToken = tc.bare
			o.Transport = chain(t, v, vendortest.Tokens(tc.token), io.Discard)
		})
		if _, err := c.HolidayTypes(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := v.Sent[0].Header.Get("Authorization"); got != tc.want {
			t.Errorf("%q, bare %v: %q, want %q", tc.token, tc.bare, got, tc.want)
		}
	}
}

func TestOptions_pathsAndFields(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"employees":[{"id":1,"bangou":16,"code":"x"}]}`, `{"adits":[{"at":"2026-11-01 09:00","what":"in"}]}`)
	c := client(t, v, func(o *jobcan.Options) {
		o.Paths = jobcan.Paths{Employees: "/v2/people", AditsOf: "/v2/people/{employee_id}/adits"}
		o.StaffCodeFields = []string{"bangou"}
		o.AditTypeFields, o.RecordedAtFields = []string{"what"}, []string{"at"}
	})
	people, err := c.Employees(t.Context())
	if err != nil || people[0].StaffCode != "16" || v.Sent[0].URL.Path != "/base/v2/people" {
		t.Errorf("%+v, %v at %s", people, err, v.Sent[0].URL.Path)
	}
	adits, err := c.AditsOf(t.Context(), 1, "2026-11-01")
	if err != nil || v.Sent[1].URL.Path != "/base/v2/people/1/adits" {
		t.Fatal(err, v.Sent[1].URL.Path)
	}
	want := []jobcan.Adit{{EmployeeID: 1, RecordedAt: vendortest.JST("2026-11-01 09:00:00"), Type: "in", Date: "2026-11-01"}}
	if d := cmp.Diff(want, adits); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	tr := chain(t, vendortest.Answer(""), nil, io.Discard)
	good := jobcan.Options{BaseURL: "https://jobcan.example", Transport: tr}
	for name, spoil := range map[string]func(*jobcan.Options){
		"url":         func(o *jobcan.Options) { o.BaseURL = "" },
		"transport":   func(o *jobcan.Options) { o.Transport = nil },
		"path":        func(o *jobcan.Options) { o.Paths.Adits = "adits" },
		"path query":  func(o *jobcan.Options) { o.Paths.Adits = "/adits?x=1" },
		"path no id":  func(o *jobcan.Options) { o.Paths.AditsOf = "/adits" },
		"path and id": func(o *jobcan.Options) { o.Paths.Adits = "/adits/{employee_id}" },
		"day change":  func(o *jobcan.Options) { o.DayChange = 24 * time.Hour },
		"pause":       func(o *jobcan.Options) { o.RefreshPause = -1 },
		"reads":       func(o *jobcan.Options) { o.RefreshReads = -1 },
		"refresh":     func(o *jobcan.Options) { o.Paths.RefreshOf = "/refresh" },
	} {
		o := good
		spoil(&o)
		if _, err := jobcan.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// rows writes n rows of ids from a number on.
func rows(format string, from, n int) string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(format, from+i)
	}
	return strings.Join(out, ",")
}

func TestEmployees_paging(t *testing.T) {
	t.Parallel()
	page := func(from, n int) string { return `{"employees":[` + rows(`{"id":%d,"code":"c"}`, from, n) + `]}` }
	for name, tc := range map[string]struct {
		pages   []string
		want    int
		cursors []string
		code    fault.Code
	}{
		"short page":              {[]string{page(1, 100), page(101, 50)}, 150, []string{"0", "100"}, ""},
		"exactly full, then none": {[]string{page(1, 100), page(101, 0)}, 100, []string{"0", "100"}, ""},
		"nobody":                  {[]string{page(1, 0)}, 0, []string{"0"}, ""},
		"a cursor that is ignored": {
			[]string{page(1, 100)},
			0,
			[]string{"0", "100"},
			fault.UpstreamBadResponse,
		},
		"ids above int32": {[]string{page(4294967290, 6)}, 6, []string{"0"}, ""},
	} {
		v := vendortest.Answer(tc.pages...)
		got, err := client(t, v, nil).Employees(t.Context())
		if vendortest.CodeOf(err) != tc.code || len(got) != tc.want {
			t.Errorf("%s: %d employees, %v", name, len(got), err)
		}
		var cursors []string
		for _, r := range v.Sent {
			cursors = append(cursors, r.URL.Query().Get("last_id"))
		}
		if d := cmp.Diff(tc.cursors, cursors); d != "" {
			t.Errorf("%s: cursors (-want +got):\n%s", name, d)
		}
	}
}

// TestAditsOfDay_paging: a vendor that counts rows may cut an employee in two.
func TestAditsOfDay_paging(t *testing.T) {
	t.Parallel()
	row := func(employee, n int) string {
		return fmt.Sprintf(`{"employee_id":%d,"recorded_at":"2026-11-01T%02d:%02d:00+09:00"}`, employee, 9+n/60, n%60)
	}
	var firstPage, secondPage []string
	for e := 1; e <= 24; e++ {
		for n := range 4 {
			firstPage = append(firstPage, row(e, n))
		}
	}
	firstPage = append(firstPage, row(25, 0), row(25, 1), row(26, 0), row(26, 1))
	for n := range 4 {
		secondPage = append(secondPage, row(26, n))
	}
	body := func(rows []string) string { return `{"adits":[` + strings.Join(rows, ",") + `]}` }
	v := vendortest.Answer(body(firstPage), body(secondPage))
	got, err := client(t, v, nil).AditsOfDay(t.Context(), "2026-11-01")
	if err != nil {
		t.Fatal(err)
	}
	if cursor := v.Sent[1].URL.Query().Get("last_id"); cursor != "25" {
		t.Errorf("second page after %s, want 25: employee 26 may go on", cursor)
	}
	of26 := 0
	for _, a := range got {
		if a.EmployeeID == 26 {
			of26++
		}
	}
	if len(got) != 24*4+2+4 || of26 != 4 {
		t.Errorf("%d punches, %d of employee 26; want 102 and 4", len(got), of26)
	}
}
