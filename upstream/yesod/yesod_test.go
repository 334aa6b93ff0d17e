package yesod_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func options(t testing.TB, v http.RoundTripper, logs io.Writer) yesod.Options {
	t.Helper()
	c := vendortest.Chain(t, "yesod", v, vendortest.Tokens(vendortest.Token), logs)
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

// mustNotLeak looks for the markers and the host.
func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	vendortest.MustNotLeak(t, err, logs, "yesod.example")
}

// TestQuery_request: the query for everyone in a company.
func TestQuery_request(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"queryResult":[]}`)
	_, err := client(t, v).Query(t.Context(), yesod.Query{
		EntityType: yesod.Member, Condition: yesod.NotNull("4J9wMPgDQJmki9ycfx-Z7g"), BaseDate: yesod.MaxLeavingDate,
		Attributes: []yesod.ID{"TYJ5hHDZSnugN4Lv6e45kw"},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := []string{v.Last().Method, v.Last().URL.String(), v.Last().Header.Get("Authorization"), v.Last().Header.Get("Content-Type")}
	want := []string{
		"POST", "https://tenant.yesod.example/api/v24.10/query?baseDate=maxLeavingDate&entityType=member",
		"Bearer " + vendortest.Token, "application/json",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var body any
	if err := json.Unmarshal([]byte(v.Last().Body), &body); err != nil {
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
	v := vendortest.Answer(`{"queryResult":[{"id":"m1","attributes":[{"attributeId":"BBBBBBBBBBBBBBBBBBBBBB","values":[{"value":"0016"}]}]}]}`)
	opts := options(t, v, io.Discard)
	opts.QueryPath, opts.Attributes.EmployeeNumber = "/api/v22.10/query", "BBBBBBBBBBBBBBBBBBBBBB"
	c, err := yesod.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Members(t.Context(), "2026-11-01")
	if err != nil || got[0].EmployeeNumber != "0016" || v.Last().URL.Path != "/api/v22.10/query" ||
		v.Last().URL.Query().Get("baseDate") != "2026-11-01" || !strings.Contains(v.Last().Body, "BBBBBBBBBBBBBBBBBBBBBB") {
		t.Errorf("%+v, %v at %s", got, err, v.Last().URL)
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
		got, err := client(t, vendortest.Answer(tc.body)).Members(t.Context(), "")
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
	rows, err := client(t, vendortest.Answer(`{"queryResult":[`+memberRow+`]}`)).Query(t.Context(), yesod.Query{
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
		v := vendortest.Answer(`{"queryResult":[` + tc.row + `]}`)
		got, err := client(t, v).Organizations(t.Context(), "")
		if d := cmp.Diff([]yesod.OrganizationUnit{tc.want}, got); err != nil || d != "" {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, d)
		}
		if got := v.Last().URL.Query().Get("entityType"); got != "organization" {
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
		"400":           {400, `{"message":"` + vendortest.Body + `"}`, fault.UpstreamRefused},
		"401":           {401, vendortest.Body, fault.UpstreamUnauthorized},
		"403":           {403, vendortest.Body, fault.UpstreamRefused},
		"429":           {429, vendortest.Body, fault.UpstreamRateLimited},
		"500":           {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable},
		"page":          {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
		"empty":         {200, "", fault.UpstreamBadResponse},
		"cut":           {200, `{"queryResult":[{"id":"` + vendortest.Body, fault.UpstreamBadResponse},
		"no result":     {200, `{"date":"2026-11-01"}`, fault.UpstreamBadResponse},
		"array":         {200, `["` + vendortest.Body + `"]`, fault.UpstreamBadResponse},
		"no id":         {200, `{"queryResult":[{"email":"` + vendortest.Body + `"}]}`, fault.UpstreamBadResponse},
		"nil id":        {200, `{"queryResult":[{"id":"AAAAAAAAAAAAAAAAAAAAAA"}]}`, fault.UpstreamBadResponse},
		"group no id":   {200, `{"queryResult":[{"id":"m1","groups":[{"name":"` + vendortest.Body + `"}]}]}`, fault.UpstreamBadResponse},
		"parent no id":  {200, `{"queryResult":[{"id":"m1","parent":{"name":"` + vendortest.Body + `"}}]}`, fault.UpstreamBadResponse},
		"endless chain": {200, `{"queryResult":[{"id":"m1","groups":[` + deep + `]}]}`, fault.UpstreamBadResponse},
	} {
		for _, m := range methods() {
			var logs bytes.Buffer
			c, err := yesod.New(options(t, vendortest.Fail(tc.status, tc.body), &logs))
			if err != nil {
				t.Fatal(err)
			}
			_, err = m.call(t.Context(), c)
			if vendortest.CodeOf(err) != tc.code || fault.From(err).System != "yesod" {
				t.Errorf("%s, %s: %v, want %s", m.name, name, err, tc.code)
				continue
			}
			mustNotLeak(t, err, &logs)
		}
	}
	other := vendortest.Answer(`{"queryResult":[{"id":"x","type":"project"}]}`)
	for _, m := range methods()[:2] {
		if _, err := m.call(t.Context(), client(t, other)); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s took a project: %v", m.name, err)
		}
	}
	unsent := vendortest.Answer()
	if _, err := client(t, unsent).Members(t.Context(), "2026-02-30"); vendortest.CodeOf(err) != fault.BadUserInput || len(unsent.Sent) != 0 {
		t.Errorf("an impossible date: %v after %d requests", err, len(unsent.Sent))
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
		o := options(t, vendortest.Answer(), io.Discard)
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
			_, err := m.call(t.Context(), client(t, vendortest.Answer(string(body))))
			if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", m.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}
