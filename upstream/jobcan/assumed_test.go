package jobcan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func assuming(o *jobcan.Options) { o.Assumed = jobcan.AssumedPaths() }

func punch() jobcan.Punch {
	return jobcan.Punch{EmployeeID: 7, GroupID: 3, RecordedAt: vendortest.JST("2026-11-02 09:00:00"), Type: jobcan.WorkStart}
}

// TestAssumed_off: what only a scope is known of is not sent until it is switched
// on by name.
func TestAssumed_off(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{}`)
	c := client(t, v, nil)
	for name := range jobcan.AssumedPaths() {
		if _, err := c.Assumed(t.Context(), name); vendortest.CodeOf(err) != fault.BadUserInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := c.Punch(t.Context(), punch()); vendortest.CodeOf(err) != fault.BadUserInput {
		t.Errorf("punch: %v", err)
	}
	if _, err := client(t, v, assuming).Assumed(t.Context(), jobcan.Stamps); vendortest.CodeOf(err) != fault.BadUserInput {
		t.Errorf("stamps are not read: %v", err)
	}
	if len(v.Sent) != 0 {
		t.Errorf("%d requests were sent", len(v.Sent))
	}
}

func TestAssumed_reads(t *testing.T) {
	t.Parallel()
	paths := jobcan.AssumedPaths()
	for name, path := range paths {
		if name == jobcan.Stamps {
			continue
		}
		key := path[strings.LastIndex(path, "/")+1:]
		v := vendortest.Answer(fmt.Sprintf(`{%q:[{"id":4294967295,"x":1},{"id":"4294967296"}]}`, strings.ReplaceAll(key, "-", "_")))
		got, err := client(t, v, assuming).Assumed(t.Context(), name)
		want := []jobcan.Record{
			{4294967295, json.RawMessage(`{"id":4294967295,"x":1}`)}, {4294967296, json.RawMessage(`{"id":"4294967296"}`)},
		}
		if d := cmp.Diff(want, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
			continue
		}
		query := ""
		if slices.Contains([]jobcan.Assumed{jobcan.Groups, jobcan.Managers, jobcan.WorkKinds, jobcan.Positions}, name) {
			query = "count=100&last_id=0"
		}
		if u := v.Sent[0].URL; u.Path != "/base"+path || u.RawQuery != query {
			t.Errorf("%s: %s", name, u)
		}
	}
	one := vendortest.Answer(`{"client":{"name":"x"},"note":"y"}`)
	if got, err := client(t, one, assuming).Assumed(t.Context(), jobcan.ClientAccount); err != nil || len(got) != 1 {
		t.Errorf("an object for a list: %v, %v", got, err)
	}
	bare := vendortest.Answer(`{"client_id":1,"name":"x"}`)
	got, err := client(t, bare, assuming).Assumed(t.Context(), jobcan.ClientAccount)
	if err != nil || len(got) != 1 || string(got[0].JSON) != `{"client_id":1,"name":"x"}` {
		t.Errorf("the answer itself: %v, %v", got, err)
	}
}

func TestAssumed_failures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		code   fault.Code
	}{
		"404, our path is wrong": {404, vendortest.Body, fault.UpstreamRefused},
		"403":                    {403, vendortest.Body, fault.UpstreamRefused},
		"another key":            {200, `{"rows":[]}`, fault.UpstreamBadResponse},
		"array":                  {200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse},
		"texts":                  {200, `{"groups":["` + vendortest.Body + `"]}`, fault.UpstreamBadResponse},
		"page":                   {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
	} {
		var logs bytes.Buffer
		v := vendortest.Fail(tc.status, tc.body)
		c := client(t, v, func(o *jobcan.Options) {
			assuming(o)
			o.Transport = chain(t, v, vendortest.Tokens(vendortest.Token), &logs)
		})
		_, err := c.Assumed(t.Context(), jobcan.Groups)
		if vendortest.CodeOf(err) != tc.code {
			t.Errorf("%s: %v", name, err)
		}
		mustNotLeak(t, err, &logs)
	}
}

func TestPunch(t *testing.T) {
	t.Parallel()
	for _, body := range []string{``, `{}`, `{"stamp":{"id":1}}`} {
		v := vendortest.Fail(http.StatusCreated, body)
		if err := client(t, v, assuming).Punch(t.Context(), punch()); err != nil {
			t.Errorf("%q: %v", body, err)
		}
		const want = `{"adit_type":"work_start","employee_id":7,"group_id":3,"recorded_at":"2026-11-02T09:00:00+09:00"}`
		if r := v.Sent[0]; r.Method != http.MethodPost || r.URL.Path != "/base/attendance/v1/stamps" || v.Last().Body != want {
			t.Errorf("%s %s with %s", r.Method, r.URL, v.Last().Body)
		}
	}
	v := vendortest.Answer(`{}`)
	for name, change := range map[string]func(*jobcan.Punch){
		"nobody": func(p *jobcan.Punch) { p.EmployeeID = 0 },
		"type":   func(p *jobcan.Punch) { p.Type = "coffee" },
		"time":   func(p *jobcan.Punch) { p.RecordedAt = time.Time{} },
	} {
		in := punch()
		change(&in)
		if err := client(t, v, assuming).Punch(t.Context(), in); vendortest.CodeOf(err) != fault.BadUserInput || len(v.Sent) != 0 {
			t.Errorf("%s: %v after %d requests", name, err, len(v.Sent))
		}
	}
}

// TestPunch_once: a punch whose answer was lost is never made twice, while a
// recalculation may be asked for again.
func TestPunch_once(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := vendortest.Fail(http.StatusBadGateway, "")
		c := client(t, v, func(o *jobcan.Options) {
			assuming(o)
			tr, err := transport.New(transport.Options{System: "jobcan", Link: "default", Base: v, MaxRetries: 2})
			if err != nil {
				t.Fatal(err)
			}
			o.Transport = tr
		})
		if err := c.Punch(t.Context(), punch()); vendortest.CodeOf(err) != fault.UpstreamUnavailable || len(v.Sent) != 1 {
			t.Errorf("%v after %d requests, want one", err, len(v.Sent))
		}
		if _, err := c.Refresh(t.Context(), 7, "2026-11-01", "2026-11-01"); err == nil || len(v.Sent) != 4 {
			t.Errorf("%v after %d requests more, want three", err, len(v.Sent)-1)
		}
	})
}

func TestAssumed_paths(t *testing.T) {
	t.Parallel()
	tr := chain(t, vendortest.Answer(""), nil, io.Discard)
	for name, paths := range map[string]map[jobcan.Assumed]string{
		"unknown":  {"coffee": "/coffee"},
		"no slash": {jobcan.Groups: "groups"},
		"query":    {jobcan.Groups: "/groups?x=1"},
		"place":    {jobcan.Groups: "/groups/{employee_id}"},
		"root":     {jobcan.Groups: "/"},
	} {
		if _, err := jobcan.New(jobcan.Options{BaseURL: "https://jobcan.example", Transport: tr, Assumed: paths}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	// The options are the client's own from then on.
	paths := maps.Clone(jobcan.AssumedPaths())
	v := vendortest.Answer(`{"groups":[]}`)
	c := client(t, v, func(o *jobcan.Options) { o.Assumed = paths })
	clear(paths)
	if _, err := c.Assumed(t.Context(), jobcan.Groups); err != nil {
		t.Error(err)
	}
}

func FuzzAssumed(f *testing.F) {
	f.Add([]byte(`{"groups":[{"id":1}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := client(t, vendortest.Answer(string(body)), assuming).Assumed(t.Context(), jobcan.Groups)
		if code := vendortest.CodeOf(err); code != "" && code != fault.UpstreamBadResponse {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}
