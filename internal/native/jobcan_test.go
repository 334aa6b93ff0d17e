package native_test

import (
	"io"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func openJobcan(t *testing.T, v *vendor) *native.Jobcan {
	t.Helper()
	c := vendortest.Chain(t, "JOBCAN", v, vendortest.Tokens("token-of-a-test"), io.Discard)
	api, err := jobcan.New(jobcan.Options{
		BaseURL: "https://jobcan.example", Transport: c, RefreshPause: time.Nanosecond, RefreshReads: 2,
	})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := lookup.New(lookup.Options{Rules: reads.Rules(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	n := native.New(native.Options{
		Reads: reads.New(reads.Options{Cells: cells}), Jobcan: map[string]*jobcan.Client{"default": api},
	})
	j, err := n.Jobcan("default")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Jobcan("other"); fault.CodeOf(err) != fault.NotConnected {
		t.Errorf("a link that is not there: %v", err)
	}
	return j
}

// known is an employee whom Jobcan has, and stranger one whom another link has.
func known() *hr.Employee    { return linked("default") }
func stranger() *hr.Employee { return linked("other") }

func linked(link string) *hr.Employee {
	return &hr.Employee{Links: []hr.EmployeeLink{{System: hr.Jobcan, Link: link, VendorID: "7"}}}
}

func TestJobcan_refreshVerdicts(t *testing.T) {
	t.Parallel()
	const row = `"daily_summaries":[{"employee_id":7,"date":"2026-11-19","work":480}]`
	done, going := answer{200, `{"refresh":{"status":"finished"}}`}, answer{200, `{"refresh":{"status":"pending"}}`}
	for name, test := range map[string]struct {
		answers []answer
		who     *hr.Employee
		want    string
		rows    int
	}{
		"done":          {[]answer{done, {200, `{` + row + `}`}}, known(), "0 APPLIED", 1},
		"done later":    {[]answer{going, {200, `{"refresh":{"status":"pending"},` + row + `}`}, {200, `{` + row + `}`}}, known(), "0 APPLIED", 1},
		"still going":   {[]answer{going, {200, `{"refresh":{"status":"pending"},` + row + `}`}, {200, `{"refresh":{"status":"pending"},` + row + `}`}}, known(), "0 PENDING", 1},
		"nobody there":  {nil, stranger(), "0 REFUSED NOT_FOUND", 0},
		"refused":       {[]answer{{400, `{"errors":[{"code":"bad_request","message":"だめ"}]}`}}, known(), "0 REFUSED UPSTREAM_REFUSED bad_request だめ", 0},
		"no scope":      {[]answer{{403, `{"code":"forbidden","message":"no scope"}`}}, known(), "0 REFUSED UPSTREAM_REFUSED forbidden no scope", 0},
		"says nothing":  {[]answer{{404, `<html>`}}, known(), "0 REFUSED UPSTREAM_REFUSED", 0},
		"too many":      {[]answer{{429, `{}`}}, known(), "0 FAILED UPSTREAM_RATE_LIMITED", 0},
		"lost":          {nil, known(), "0 UNKNOWN UPSTREAM_UNAVAILABLE", 0},
		"then no rows":  {[]answer{done, {500, ``}}, known(), "0 UNKNOWN UPSTREAM_UNAVAILABLE", 0},
		"not a summary": {[]answer{done, {200, `{}`}}, known(), "0 UNKNOWN UPSTREAM_BAD_RESPONSE", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			day := hr.NewDate(2026, time.November, 19)
			got := openJobcan(t, &vendor{answers: test.answers}).RefreshDailySummaries(t.Context(), test.who, day, day)
			if verdict := told(got.Verdict); verdict != test.want || len(got.Summaries) != test.rows {
				t.Errorf("%s with %d rows, want %s with %d", verdict, len(got.Summaries), test.want, test.rows)
			}
		})
	}
}

// TestJobcan_assumed: without a path nothing is asked.
func TestJobcan_assumed(t *testing.T) {
	t.Parallel()
	v := &vendor{}
	_, err := openJobcan(t, v).Assumed(t.Context(), "GROUPS")
	if fault.CodeOf(err) != fault.BadUserInput || len(v.sent) != 0 {
		t.Errorf("error %v, sent %v", err, v.sent)
	}
}

// TestJobcan_refusedReads: a read says what Jobcan said, once.
func TestJobcan_refusedReads(t *testing.T) {
	t.Parallel()
	v := &vendor{answers: []answer{{403, `{"errors":[{"code":"forbidden","message":"a"},{"message":"b"}]}`}}}
	_, err := openJobcan(t, v).UseDays(t.Context(), known(), hr.NewDate(2026, 11, 1), hr.NewDate(2026, 11, 2), "paid")
	f := fault.From(err)
	if f.Code != fault.UpstreamRefused || f.VendorCode != "forbidden" || f.VendorMessage != "a / b" {
		t.Errorf("error %v with %q and %q", f, f.VendorCode, f.VendorMessage)
	}
}
