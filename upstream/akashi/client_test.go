package akashi_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// TestMethods_requests: method, path and query of every read, with the token in
// the query as section 1 has it.
func TestMethods_requests(t *testing.T) {
	t.Parallel()
	for _, m := range methods() {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			v := ok(m.good)
			if _, err := m.call(t.Context(), client(t, v)); err != nil {
				t.Fatal(err)
			}
			if v.Last().Method != http.MethodGet || v.Last().Body != "" {
				t.Errorf("%s with body %q, want GET without", v.Last().Method, v.Last().Body)
			}
			if want := "/api/cooperation/com123/" + m.path; v.Last().URL.Path != want {
				t.Errorf("path %s, want %s", v.Last().URL.Path, want)
			}
			q := v.Last().URL.Query()
			if q.Get("token") != vendortest.Token {
				t.Errorf("token %q", q.Get("token"))
			}
			q.Del("token")
			if got := q.Encode(); got != m.query {
				t.Errorf("query %s, want %s", got, m.query)
			}
		})
	}
}

// TestMethods_failures runs every failure through every method, and looks for
// secrets in what comes out.
func TestMethods_failures(t *testing.T) {
	t.Parallel()
	refused := `{"success":false,"errors":[{"code":" ERR300402","message":"` + vendortest.Body + `"}]}`
	cases := map[string]struct {
		status     int
		body       string
		code       fault.Code
		vendorCode string
	}{
		"refused in 200, code trimmed (6.3)": {200, refused, fault.UpstreamRefused, "ERR300402"},
		"refused in 400":                     {400, refused, fault.UpstreamRefused, "ERR300402"},
		"refused in 500":                     {500, refused, fault.UpstreamRefused, "ERR300402"},
		"refused in 403: no rights":          {403, refused, fault.UpstreamRefused, "ERR300402"},
		"failure in a string":                {200, `{"success":"false","errors":[]}`, fault.UpstreamRefused, ""},
		"code at the top level":              {200, `{"success":false,"code":"E1","message":"x"}`, fault.UpstreamRefused, "E1"},
		"errors without response":            {200, `{"success":true,"errors":[{"code":"E1"}]}`, fault.UpstreamRefused, "E1"},
		"an error that is an object":         {200, `{"success":false,"errors":{"code":"E1"}}`, fault.UpstreamRefused, "E1"},
		"a code that is not a code":          {200, `{"success":false,"errors":[{"code":"` + vendortest.Body + ` "x"}]}`, fault.UpstreamBadResponse, ""},
		"a code that is a sentence":          {200, `{"success":false,"errors":[{"code":"` + vendortest.Body + ` x"}]}`, fault.UpstreamRefused, ""},
		"token refused in 200 (INFERRED)":    {200, `{"success":false,"errors":[{"code":"E9","message":"アクセストークンが不正です。"}]}`, fault.UpstreamUnauthorized, "E9"},
		"messages for message (6.1)":         {200, `{"success":false,"errors":[{"code":"E9","messages":"invalid Token"}]}`, fault.UpstreamUnauthorized, "E9"},
		"401":                                {401, "", fault.UpstreamUnauthorized, ""},
		"401 with envelope":                  {401, refused, fault.UpstreamUnauthorized, "ERR300402"},
		"403 without envelope (INFERRED)":    {403, "<html>" + vendortest.Body, fault.UpstreamUnauthorized, ""},
		"404":                                {404, "<html>" + vendortest.Body, fault.UpstreamRefused, ""},
		"429":                                {429, refused, fault.UpstreamRateLimited, ""},
		"500":                                {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable, ""},
		"503 with an empty envelope":         {503, `{"success":false,"errors":[]}`, fault.UpstreamUnavailable, ""},
		"page in 200":                        {200, "<!DOCTYPE html>" + vendortest.Body, fault.UpstreamBadResponse, ""},
		"empty":                              {200, "", fault.UpstreamBadResponse, ""},
		"blank":                              {200, " \r\n", fault.UpstreamBadResponse, ""},
		"cut":                                {200, `{"success":true,"response":{"a":"` + vendortest.Body, fault.UpstreamBadResponse, ""},
		"not an envelope":                    {200, `{"message":""}`, fault.UpstreamBadResponse, ""},
		"bare array":                         {200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse, ""},
		"bare text":                          {200, `"` + vendortest.Body + `"`, fault.UpstreamBadResponse, ""},
		"response missing":                   {200, `{"success":true}`, fault.UpstreamBadResponse, ""},
		"response null":                      {200, `{"success":true,"response":null}`, fault.UpstreamBadResponse, ""},
		"response without its list":          {200, `{"success":true,"response":{"x":"` + vendortest.Body + `"}}`, fault.UpstreamBadResponse, ""},
		"response is text":                   {200, `{"success":true,"response":"` + vendortest.Body + `"}`, fault.UpstreamBadResponse, ""},
		"success is rubbish":                 {200, `{"success":"` + vendortest.Body + `","response":{}}`, fault.UpstreamBadResponse, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range methods() {
				var logs bytes.Buffer
				v := vendortest.Fail(tc.status, tc.body)
				c, err := akashi.New(options(t, v, vendortest.Tokens(vendortest.Token), &logs))
				if err != nil {
					t.Fatal(err)
				}
				_, err = m.call(t.Context(), c)
				if got := vendortest.CodeOf(err); got != tc.code {
					t.Errorf("%s: code %q, want %q", m.name, got, tc.code)
					continue
				}
				fe := fault.From(err)
				if fe.VendorCode != tc.vendorCode {
					t.Errorf("%s: vendor code %q, want %q", m.name, fe.VendorCode, tc.vendorCode)
				}
				if fe.System != "akashi" || fe.Link != "default" {
					t.Errorf("%s: the error is about %q/%q", m.name, fe.System, fe.Link)
				}
				mustNotLeak(t, err, &logs)
			}
		})
	}
}

// TestMethods_limits: what the document knowably forbids is refused unsent.
func TestMethods_limits(t *testing.T) {
	t.Parallel()
	from := vendortest.JST("2026-11-01 05:00:00")
	many := make([]akashi.StaffID, 51)
	cases := map[string]func(context.Context, *akashi.Client) error{
		"6.7 period": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.Stamps(ctx, 1, from, from.AddDate(0, 6, 0).Add(time.Second))
			return err
		},
		"6.7 reversed": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.Stamps(ctx, 1, from, from.Add(-time.Second))
			return err
		},
		"6.10 staffs": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.MultipleStamps(ctx, many, from, from)
			return err
		},
		"6.10 nobody": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.MultipleStamps(ctx, nil, from, from)
			return err
		},
		"6.10 period": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.MultipleStamps(ctx, many[:1], from, from.Add(24*time.Hour+time.Second))
			return err
		},
		"6.11 staffs": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{StaffIDs: many, From: "2026-11-01", To: "2026-11-01"})
			return err
		},
		"6.11 period": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
				StaffIDs: many[:1], From: "2026-11-01", To: "2026-12-02",
			})
			return err
		},
		"6.11 breaks": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
				StaffIDs: many[:1], From: "2026-11-01", To: "2026-11-02", Breaks: true,
			})
			return err
		},
		"6.11 no date": func(ctx context.Context, c *akashi.Client) error {
			_, err := c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{StaffIDs: many[:1], From: "2026-02-30", To: "2026-03-01"})
			return err
		},
	}
	for name, call := range cases {
		v := ok("{}")
		if got := vendortest.CodeOf(call(t.Context(), client(t, v))); got != fault.BadUserInput {
			t.Errorf("%s: code %q, want BAD_USER_INPUT", name, got)
		}
		if len(v.Sent) != 0 {
			t.Errorf("%s: was sent", name)
		}
	}
}

func TestOptions_switches(t *testing.T) {
	t.Parallel()
	v := ok("[]")
	opts := options(t, v, vendortest.Tokens(vendortest.Token), &bytes.Buffer{})
	opts.LenientBreaks, opts.ProjectDates, opts.ManhourDates = true, akashi.Slashed, akashi.Compact
	c, err := akashi.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	query := func() url.Values { q := v.Last().URL.Query(); q.Del("token"); return q }
	if _, err := c.WorkingRecords(t.Context(), akashi.WorkingRecordsQuery{
		StaffIDs: []akashi.StaffID{1}, From: "2026-11-01", To: "2026-11-30", Breaks: true,
	}); err != nil {
		t.Fatal(err)
	}
	if got := query().Get("end_date"); got != "20261130" {
		t.Errorf("6.11 lenient: end_date %q", got)
	}
	// The bodies do not fit; only the requests matter here.
	_, _ = c.Projects(t.Context(), akashi.ProjectsQuery{StartDate: "2026-11-01"}, 0)
	if got := query().Get("start_date"); got != "2026/11/01" {
		t.Errorf("6.16 slashed: start_date %q", got)
	}
	_, _ = c.Manhours(t.Context(), "2026-11-01", "")
	if got := query().Get("start_date"); got != "20261101" {
		t.Errorf("6.24 compact: start_date %q", got)
	}
}

func TestWithTokens(t *testing.T) {
	t.Parallel()
	v := ok(`{"staff_id":5,"alerts":[]}`)
	if _, err := client(t, v).WithTokens(vendortest.Tokens("personal")).Alerts(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := v.Last().URL.Query().Get("token"); got != "personal" {
		t.Errorf("token %q, want the personal one", got)
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	good := options(t, ok("{}"), nil, &bytes.Buffer{})
	for name, spoil := range map[string]func(*akashi.Options){
		"url":       func(o *akashi.Options) { o.BaseURL = "akashi" },
		"company":   func(o *akashi.Options) { o.Company = "" },
		"segment":   func(o *akashi.Options) { o.Company = "a/b" },
		"transport": func(o *akashi.Options) { o.Transport = nil },
		"dates":     func(o *akashi.Options) { o.ManhourDates = "dd.mm." },
	} {
		o := good
		spoil(&o)
		if _, err := akashi.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if _, err := akashi.NewReissuer(o); err == nil {
			t.Errorf("%s: accepted by NewReissuer", name)
		}
	}
}

func TestReissueToken(t *testing.T) {
	t.Parallel()
	reissuer := func(t *testing.T, v *vendortest.Vendor, logs *bytes.Buffer) *akashi.Reissuer {
		t.Helper()
		r, err := akashi.NewReissuer(options(t, v, nil, logs))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for name, tc := range map[string]struct {
		response string
		want     akashi.Grant
	}{
		"the sample's shape": {
			`{"login_company_code":"com123","staff_id":123,"agency_manager_id":45,"token":"next","expired_at":"2026/12/23 00:00:00"}`,
			akashi.Grant{Token: "next", StaffID: 123, ExpiresAt: vendortest.JST("2026-12-23 00:00:00")},
		},
		"agency_manager_id absent": {
			`{"staff_id":"123","token":"next","expired_at":"2026-12-23 00:00:00"}`,
			akashi.Grant{Token: "next", StaffID: 123, ExpiresAt: vendortest.JST("2026-12-23 00:00:00")},
		},
		"an expiry nobody can read does not lose the token": {
			`{"staff_id":123,"token":"next","expired_at":"soon"}`,
			akashi.Grant{Token: "next", StaffID: 123},
		},
	} {
		v := ok(tc.response)
		got, err := reissuer(t, v, &bytes.Buffer{}).ReissueToken(t.Context(), vendortest.Token)
		if err != nil || got.Token != tc.want.Token || got.StaffID != tc.want.StaffID ||
			!got.ExpiresAt.Equal(tc.want.ExpiresAt) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
		// The segments are in the other order here (6.9), and the token in the body.
		if v.Last().Method != http.MethodPost || v.Last().URL.Path != "/api/cooperation/token/reissue/com123" ||
			v.Last().URL.RawQuery != "" || v.Last().Body != `{"token":"`+vendortest.Token+`"}` {
			t.Errorf("%s: %s %s %s", name, v.Last().Method, v.Last().URL.Path, v.Last().Body)
		}
	}
	for name, tc := range map[string]struct {
		v    *vendortest.Vendor
		code fault.Code
	}{
		"no token":  {vendortest.Answer(`{"success":true,"response":{"staff_id":1}}`), fault.UpstreamBadResponse},
		"expired":   {vendortest.Answer(`{"success":false,"errors":[{"code":"E","message":"トークン"}]}`), fault.UpstreamUnauthorized},
		"lost once": {vendortest.Fail(502, vendortest.Body), fault.UpstreamUnavailable},
		"limited":   {vendortest.Fail(429, ""), fault.UpstreamRateLimited},
	} {
		var logs bytes.Buffer
		_, err := reissuer(t, tc.v, &logs).ReissueToken(t.Context(), vendortest.Token)
		if got := vendortest.CodeOf(err); got != tc.code {
			t.Errorf("%s: code %q, want %q", name, got, tc.code)
		}
		if len(tc.v.Sent) != 1 {
			t.Errorf("%s: sent %d times, want once", name, len(tc.v.Sent))
		}
		mustNotLeak(t, err, &logs)
	}
}

func TestAllStaffs_paging(t *testing.T) {
	t.Parallel()
	page := func(from, n, total int) string {
		var b strings.Builder
		b.WriteString(`{"success":true,"response":{"TotalCount":` + itoa(total) + `,"staffs":[`)
		for i := range n {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`{"staffId":` + itoa(from+i) + `}`)
		}
		return b.String() + "]}}"
	}
	for name, tc := range map[string]struct {
		pages []string
		want  int
		sent  int
		code  fault.Code
	}{
		"the total is reached":         {[]string{page(1, 20, 40), page(21, 20, 40)}, 40, 2, ""},
		"a short page without a total": {[]string{page(1, 20, 0), page(21, 20, 0), page(41, 0, 0)}, 40, 3, ""},
		"a short page beats the total": {[]string{page(1, 20, 99), page(21, 5, 99)}, 25, 2, ""},
		"rows shift between pages":     {[]string{page(1, 20, 30), page(20, 11, 30)}, 30, 2, ""},
		"a page that repeats for ever": {[]string{page(1, 20, 99), page(1, 20, 99)}, 0, 2, fault.UpstreamBadResponse},
		"a page that fails":            {[]string{page(1, 20, 99), "<html>"}, 0, 2, fault.UpstreamBadResponse},
	} {
		sent := 0
		base := roundTrip(func(r *http.Request) (*http.Response, error) {
			if got := r.URL.Query().Get("page"); got != itoa(sent) {
				return nil, errors.New("page out of order")
			}
			sent++
			return vendortest.Answer(tc.pages[sent-1]).RoundTrip(r)
		})
		got, err := client(t, base).AllStaffs(t.Context())
		if vendortest.CodeOf(err) != tc.code || len(got) != tc.want || sent != tc.sent {
			t.Errorf("%s: %d staffs in %d pages, %v; want %d in %d, %q", name, len(got), sent, err, tc.want, tc.sent, tc.code)
		}
	}
}
