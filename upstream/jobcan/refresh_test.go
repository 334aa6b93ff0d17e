package jobcan_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// TestRefresh: the range is half open on the wire, and anything but "finished"
// goes on.
func TestRefresh(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"refresh":{"status":"finished"}}`: true,
		`{"refresh":{"status":"pending"}}`:  false,
		`{"refresh":{"status":"failed"}}`:   false,
		`{}`:                                false,
		``:                                  false,
	} {
		v := vendortest.Answer(body)
		done, err := client(t, v, nil).Refresh(t.Context(), 4294967295, "2026-02-01", "2026-02-28")
		if err != nil || done != want {
			t.Errorf("%q: %v, %v", body, done, err)
		}
		r := v.Sent[0]
		if r.Method != http.MethodPost || r.URL.Path != "/base/attendance/v1/summaries/daily/4294967295/refresh" ||
			r.URL.RawQuery != "" || r.Header.Get("Content-Type") != "application/json" ||
			v.Last().Body != `{"conditions":{"range":{"from":"2026-02-01","to":"2026-03-01"}}}` {
			t.Errorf("%s %s with %s", r.Method, r.URL, v.Last().Body)
		}
	}
}

func TestRefresh_failures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		code   fault.Code
	}{
		"400":   {400, vendortest.Body, fault.UpstreamRefused},
		"401":   {401, vendortest.Body, fault.UpstreamUnauthorized},
		"403":   {403, vendortest.Body, fault.UpstreamRefused},
		"404":   {404, vendortest.Body, fault.UpstreamRefused},
		"415":   {415, vendortest.Body, fault.UpstreamRefused},
		"429":   {429, vendortest.Body, fault.UpstreamRateLimited},
		"500":   {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable},
		"page":  {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
		"array": {200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse},
	} {
		var logs bytes.Buffer
		v := vendortest.Fail(tc.status, tc.body)
		c := client(t, v, func(o *jobcan.Options) { o.Transport = chain(t, v, vendortest.Tokens(vendortest.Token), &logs) })
		_, err := c.RefreshedSummaries(t.Context(), 7, "2026-11-01", "2026-11-01")
		if vendortest.CodeOf(err) != tc.code || len(v.Sent) != 1 {
			t.Errorf("%s: %v after %d requests, want %s", name, err, len(v.Sent), tc.code)
		}
		mustNotLeak(t, err, &logs)
	}
}

const (
	refreshDone    = `{"refresh":{"status":"finished"}}`
	refreshPending = `{"refresh":{"status":"pending"}}`
	oldRows        = `{"daily_summaries":[{"date":"2026-11-01","work":1}],"refresh":{"status":"pending"}}`
	newRows        = `{"daily_summaries":[{"date":"2026-11-01","work":2}]}`
)

// TestRefreshedSummaries: the reads, the pauses between them and what is told at
// the end.
func TestRefreshedSummaries(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		answers []string
		timeout time.Duration
		reads   int
		took    time.Duration
		minutes int
		pending bool
	}{
		"finished at once":              {[]string{refreshDone, newRows}, time.Hour, 1, 0, 2, false},
		"finished, yet a read says not": {[]string{refreshDone, oldRows, newRows}, time.Hour, 2, 2 * time.Second, 2, false},
		"finished after a pause":        {[]string{refreshPending, newRows}, time.Hour, 1, 2 * time.Second, 2, false},
		"at the third read":             {[]string{refreshPending, oldRows, oldRows, newRows}, time.Hour, 3, 6 * time.Second, 2, false},
		"longer than our patience":      {[]string{refreshPending, oldRows}, time.Hour, 5, 10 * time.Second, 1, true},
		"longer than the caller's":      {[]string{refreshPending, oldRows}, 6 * time.Second, 3, 4 * time.Second, 1, true},
		"no time to wait":               {[]string{refreshPending, oldRows}, time.Second, 1, 0, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := vendortest.Answer(tc.answers...)
				ctx, cancel := context.WithTimeout(t.Context(), tc.timeout)
				defer cancel()
				start := time.Now()
				got, err := client(t, v, nil).RefreshedSummaries(ctx, 7, "2026-11-01", "2026-11-02")
				if err != nil {
					t.Fatal(err)
				}
				want := jobcan.DailySummaries{
					Rows:    []jobcan.DailySummary{{EmployeeID: 7, Date: "2026-11-01", WorkMinutes: &tc.minutes}},
					Pending: tc.pending,
				}
				if d := cmp.Diff(want, got); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
				if reads := len(v.Sent) - 1; reads != tc.reads || time.Since(start) != tc.took {
					t.Errorf("%d reads in %s, want %d in %s", reads, time.Since(start), tc.reads, tc.took)
				}
				if q := v.Sent[1].URL.RawQuery; q != "date=2026-11-01&date=2026-11-02" {
					t.Errorf("query %s", q)
				}
			})
		})
	}
}

func TestRefreshedSummaries_cancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		_, err := client(t, vendortest.Answer(refreshPending), nil).RefreshedSummaries(ctx, 7, "2026-11-01", "2026-11-01")
		if vendortest.CodeOf(err) != fault.Cancelled {
			t.Errorf("%v", err)
		}
		synctest.Wait()
	})
}

func FuzzRefresh(f *testing.F) {
	f.Add([]byte(refreshDone))
	f.Fuzz(func(t *testing.T, body []byte) {
		c := client(t, vendortest.Answer(string(body)), func(o *jobcan.Options) {
			o.Transport = chain(t, vendortest.Answer(string(body)), nil, io.Discard)
		})
		_, err := c.Refresh(t.Context(), 1, "2026-11-01", "2026-11-01")
		if code := vendortest.CodeOf(err); code != "" && code != fault.UpstreamBadResponse {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}
