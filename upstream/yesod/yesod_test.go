package yesod_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

const (
	markerToken = "marker-token-0001"
	markerBody  = "marker-body-0002"
)

type staticTokens string

func (s staticTokens) Token(context.Context) (string, error) { return string(s), nil }
func (s staticTokens) Invalidate(context.Context, string)    {}

type vendor struct {
	status int
	body   string
	last   *http.Request
	sent   string
	n      int
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	v.last, v.sent, v.n = r, string(b), v.n+1
	status := v.status
	if status == 0 {
		status = http.StatusOK
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(v.body))}, nil
}

func options(t testing.TB, v http.RoundTripper, logs io.Writer) yesod.Options {
	t.Helper()
	c, err := transport.New(transport.Options{
		System: "yesod", Link: "default", Base: v, Tokens: staticTokens(markerToken), MaxRetries: -1,
		Breaker: transport.BreakerOptions{MinCalls: 1 << 30},
		Logger:  slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return yesod.Options{BaseURL: "https://tenant.yesod.example", Transport: c}
}

func client(t testing.TB, v http.RoundTripper) *yesod.Client {
	t.Helper()
	c, err := yesod.New(options(t, v, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type method struct {
	name string
	call func(context.Context, *yesod.Client) (any, error)
}

func methods() []method {
	return []method{
		{"Members", func(ctx context.Context, c *yesod.Client) (any, error) { return c.Members(ctx, "") }},
		{"Organizations", func(ctx context.Context, c *yesod.Client) (any, error) { return c.Organizations(ctx, "") }},
		{"Query", func(ctx context.Context, c *yesod.Client) (any, error) {
			return c.Query(ctx, yesod.Query{EntityType: yesod.Company, Condition: yesod.NotNull("x")})
		}},
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
	for _, marker := range []string{markerToken, markerBody, "yesod.example"} {
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

// TestQuery_request: the query for everyone in a company.
func TestQuery_request(t *testing.T) {
	t.Parallel()
	v := &vendor{body: `{"queryResult":[]}`}
	_, err := client(t, v).Query(t.Context(), yesod.Query{
		EntityType: yesod.Member, Condition: yesod.NotNull("4J9wMPgDQJmki9ycfx-Z7g"), BaseDate: yesod.MaxLeavingDate,
		Attributes: []yesod.ID{"TYJ5hHDZSnugN4Lv6e45kw"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{v.last.Method, v.last.URL.String(), v.last.Header.Get("Authorization"), v.last.Header.Get("Content-Type")}
	want := []string{
		"POST", "https://tenant.yesod.example/api/v24.10/query?baseDate=maxLeavingDate&entityType=member",
		"Bearer " + markerToken, "application/json",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var body any
	if err := json.Unmarshal([]byte(v.sent), &body); err != nil {
		t.Fatal(err)
	}
	wantBody := map[string]any{
		"query": map[string]any{
			"type": "AttributeQuery", "onlyLatestData": false,
			"condition": map[string]any{
				"attributeId": "4J9wMPgDQJmki9ycfx-Z7g", "comparisonOperator": "ISNOTNULL", "referenceIds": nil,
			},
		},
		"attributeSelector": []any{"TYJ5hHDZSnugN4Lv6e45kw"}, "groupAttributeSelector": []any{},
	}
	if d := cmp.Diff(wantBody, body); d != "" {
		t.Errorf("body (-want +got):\n%s", d)
	}
}

func TestOptions_pathAndAttributes(t *testing.T) {
	t.Parallel()
	v := &vendor{body: `{"queryResult":[{"id":"m1","attributes":[{"attributeId":"BBBBBBBBBBBBBBBBBBBBBB","values":[{"value":"0016"}]}]}]}`}
	opts := options(t, v, io.Discard)
	opts.QueryPath, opts.Attributes.EmployeeNumber = "/api/v22.10/query", "BBBBBBBBBBBBBBBBBBBBBB"
	c, err := yesod.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Members(t.Context(), "2026-11-01")
	if err != nil || got[0].EmployeeNumber != "0016" || v.last.URL.Path != "/api/v22.10/query" ||
		v.last.URL.Query().Get("baseDate") != "2026-11-01" || !strings.Contains(v.sent, "BBBBBBBBBBBBBBBBBBBBBB") {
		t.Errorf("%+v, %v at %s", got, err, v.last.URL)
	}
}

const memberRow = `{"id":"m1","type":"member","email":"a@example.com","attributes":[
	{"attributeId":"z6JbmwvYQcO5BKnec_FVAA","attributeLabel":{"ja_JP":"姓"},"values":[{"setId":"AAAAAAAAAAAAAAAAAAAAAA","validStart":"2020-04-01","validEnd":"9999-12-30","value":"髙橋"}]},
	{"attributeId":"SLjXIv1nQsi_LQ66l6ffog","attributeLabel":"名","values":[{"value":null},{"value":"一"}]},
	{"attributeId":"OXJOttwITGGKf6kj--PgRA","values":[{"setId":"s1","value":16}]},
	{"attributeId":"4J9wMPgDQJmki9ycfx-Z7g","values":[
		{"reference":"x","referenceId":"c1","referenceType":"company","setId":"s1","validStart":"2022-04-01","validEnd":"2024-03-31","value":"甲社"},
		{"referenceId":"c2","setId":"s2","validStart":"2020-04-01","validEnd":"9999-12-30","value":"乙社"}]}],
	"groups":[{"groupId":"o2","groupType":"organization","groupCode":"A-1","name":"一課","depth":2,"attributes":[],
		"parent":{"groupId":"o1","groupType":"organization","groupCode":"","name":"第一部","depth":"1","attributes":null,"parent":null}},
		{"groupId":"c2","groupType":"company","groupCode":"C","name":"乙社","depth":1,"parent":null}],
	"conditionResults":[]}`

func member() yesod.Person {
	top := yesod.Group{ID: "o1", Type: yesod.Organization, Name: "第一部", Depth: 1}
	return yesod.Person{
		ID: "m1", Email: "a@example.com", FamilyName: "髙橋", GivenName: "一", EmployeeNumber: "16", EnteredOn: "2020-04-01",
		Groups: []yesod.Group{
			{ID: "o2", Type: yesod.Organization, Code: "A-1", Name: "一課", Depth: 2, Parent: &top},
			{ID: "c2", Type: yesod.Company, Code: "C", Name: "乙社", Depth: 1},
		},
	}
}

func TestMembers_decode(t *testing.T) {
	t.Parallel()
	mail := yesod.Person{ID: "m1", Email: "b@example.com", EnteredOn: "2020-04-01", LeftOn: "2026-03-31"}
	for name, tc := range map[string]struct {
		body string
		want []yesod.Person
	}{
		"the sample's form: an array": {`{"date":"2026-11-01","queryResult":[` + memberRow + `],"timestamp":"x"}`, []yesod.Person{member()}},
		"the table's form: an object": {`{"queryResult":` + memberRow + `}`, []yesod.Person{member()}},
		"nobody":                      {`{"queryResult":[]}`, []yesod.Person{}},
		"mail as attribute, left": {
			`{"queryResult":[{"id":"m1","attributes":[{"attributeId":"TYJ5hHDZSnugN4Lv6e45kw","values":[{"value":"b@example.com"}]},
			{"attributeId":"4J9wMPgDQJmki9ycfx-Z7g","values":[{"validStart":"2020-04-01","validEnd":"2026-03-31","value":"甲社"}]}]}]}`,
			[]yesod.Person{mail},
		},
	} {
		got, err := client(t, &vendor{body: tc.body}).Members(t.Context(), "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestQuery_values(t *testing.T) {
	t.Parallel()
	rows, err := client(t, &vendor{body: `{"queryResult":[` + memberRow + `]}`}).Query(t.Context(), yesod.Query{
		EntityType: yesod.Member, Condition: yesod.NotNull("x"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []yesod.Value{
		{Value: "甲社", ReferenceID: "c1", SetID: "s1", ValidStart: "2022-04-01", ValidEnd: "2024-03-31"},
		{Value: "乙社", ReferenceID: "c2", SetID: "s2", ValidStart: "2020-04-01"},
	}
	if d := cmp.Diff(want, rows[0].Values(yesod.StandardAttributes().Company)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if family := rows[0].Values(yesod.StandardAttributes().FamilyName); family[0].SetID != "" {
		t.Errorf("the nil id is no set: %+v", family)
	}
}

func TestOrganizations_decode(t *testing.T) {
	t.Parallel()
	attrs := `"attributes":[{"attributeId":"BjTpbKICS9mSP4C6_XCpgg","values":[{"value":"一課"}]},
		{"attributeId":"tcEh9H5iRyaAFlTZ0XMnpA","values":[{"value":"A-1"}]}]`
	for name, tc := range map[string]struct {
		row  string
		want yesod.OrganizationUnit
	}{
		"attributes only":  {`{"id":"o2","type":"organization",` + attrs + `}`, yesod.OrganizationUnit{ID: "o2", Name: "一課", Code: "A-1"}},
		"a parent is told": {`{"id":"o2",` + attrs + `,"parent":{"groupId":"o1"}}`, yesod.OrganizationUnit{ID: "o2", Name: "一課", Code: "A-1", ParentID: "o1"}},
		"name and code beside the attributes": {
			`{"id":"o2","name":"一課","groupCode":"A-1","depth":2,"parent":null}`, yesod.OrganizationUnit{ID: "o2", Name: "一課", Code: "A-1"},
		},
	} {
		v := &vendor{body: `{"queryResult":[` + tc.row + `]}`}
		got, err := client(t, v).Organizations(t.Context(), "")
		if d := cmp.Diff([]yesod.OrganizationUnit{tc.want}, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
		if got := v.last.URL.Query().Get("entityType"); got != "organization" {
			t.Errorf("%s: entityType %q", name, got)
		}
	}
	want := []yesod.OrganizationUnit{{ID: "o2", Name: "一課", Code: "A-1", ParentID: "o1"}, {ID: "o1", Name: "第一部"}}
	if d := cmp.Diff(want, yesod.OrganizationsOf([]yesod.Person{member(), member()})); d != "" {
		t.Errorf("from members (-want +got):\n%s", d)
	}
}

func TestMethods_failures(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat(`{"groupId":"g","parent":`, 200) + "null" + strings.Repeat("}", 200)
	for name, tc := range map[string]struct {
		status int
		body   string
		code   fault.Code
	}{
		"400":           {400, `{"message":"` + markerBody + `"}`, fault.UpstreamRefused},
		"401":           {401, markerBody, fault.UpstreamUnauthorized},
		"403":           {403, markerBody, fault.UpstreamRefused},
		"429":           {429, markerBody, fault.UpstreamRateLimited},
		"500":           {500, "<html>" + markerBody, fault.UpstreamUnavailable},
		"page":          {200, "<html>" + markerBody, fault.UpstreamBadResponse},
		"empty":         {200, "", fault.UpstreamBadResponse},
		"cut":           {200, `{"queryResult":[{"id":"` + markerBody, fault.UpstreamBadResponse},
		"no result":     {200, `{"date":"2026-11-01"}`, fault.UpstreamBadResponse},
		"array":         {200, `["` + markerBody + `"]`, fault.UpstreamBadResponse},
		"no id":         {200, `{"queryResult":[{"email":"` + markerBody + `"}]}`, fault.UpstreamBadResponse},
		"nil id":        {200, `{"queryResult":[{"id":"AAAAAAAAAAAAAAAAAAAAAA"}]}`, fault.UpstreamBadResponse},
		"group no id":   {200, `{"queryResult":[{"id":"m1","groups":[{"name":"` + markerBody + `"}]}]}`, fault.UpstreamBadResponse},
		"parent no id":  {200, `{"queryResult":[{"id":"m1","parent":{"name":"` + markerBody + `"}}]}`, fault.UpstreamBadResponse},
		"endless chain": {200, `{"queryResult":[{"id":"m1","groups":[` + deep + `]}]}`, fault.UpstreamBadResponse},
	} {
		for _, m := range methods() {
			var logs bytes.Buffer
			c, err := yesod.New(options(t, &vendor{status: tc.status, body: tc.body}, &logs))
			if err != nil {
				t.Fatal(err)
			}
			_, err = m.call(t.Context(), c)
			if codeOf(err) != tc.code || fault.From(err).System != "yesod" {
				t.Errorf("%s, %s: %v, want %s", m.name, name, err, tc.code)
				continue
			}
			mustNotLeak(t, err, &logs)
		}
	}
	other := &vendor{body: `{"queryResult":[{"id":"x","type":"project"}]}`}
	for _, m := range methods()[:2] {
		if _, err := m.call(t.Context(), client(t, other)); codeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s took a project: %v", m.name, err)
		}
	}
	unsent := &vendor{}
	if _, err := client(t, unsent).Members(t.Context(), "2026-02-30"); codeOf(err) != fault.BadUserInput || unsent.n != 0 {
		t.Errorf("an impossible date: %v after %d requests", err, unsent.n)
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*yesod.Options){
		"url":       func(o *yesod.Options) { o.BaseURL = "tenant" },
		"transport": func(o *yesod.Options) { o.Transport = nil },
		"path":      func(o *yesod.Options) { o.QueryPath = "query" },
		"query":     func(o *yesod.Options) { o.QueryPath = "/query?x=1" },
		"attribute": func(o *yesod.Options) { o.Attributes.Email = "email" },
	} {
		o := options(t, &vendor{}, io.Discard)
		spoil(&o)
		if _, err := yesod.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzQuery(f *testing.F) {
	f.Add([]byte(`{"queryResult":[` + memberRow + `]}`))
	f.Add([]byte(`{"queryResult":{"id":"o2","name":"x","parent":{"groupId":"o1"}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range methods() {
			_, err := m.call(t.Context(), client(t, &vendor{body: string(body)}))
			if code := codeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", m.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}
