package carely_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func TestMethods_requests(t *testing.T) {
	t.Parallel()
	for _, m := range methods() {
		v := vendortest.Answer(`{"data":` + m.good + `}`)
		if _, err := m.call(t.Context(), client(t, v, io.Discard)); err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		want := sent{
			http.MethodPost, "https://carely.example/api/graphql", "Bearer " + vendortest.Token, "application/json", v.Sent[0].Body,
		}
		if d := cmp.Diff(want, seen(v.Sent[0]), cmp.AllowUnexported(sent{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", m.name, d)
		}
		if !strings.Contains(v.Sent[0].Body, `"operationName":"`+m.operation+`"`) {
			t.Errorf("%s: the operation is not named", m.name)
		}
	}
}

// TestMethods_variables: what is not given must not travel as null, which the
// server may take for a value.
func TestMethods_variables(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"overtimes":{"pageInfo":{"hasNextPage":false},"edges":[]}}}`)
	c := client(t, v, io.Discard)
	for n, tc := range []struct {
		query     carely.OvertimesQuery
		variables map[string]any
	}{
		{carely.OvertimesQuery{}, map[string]any{"first": 100.0}},
		{
			carely.OvertimesQuery{EmployeeNumbers: []string{"0016"}},
			map[string]any{"first": 100.0, "employeeNumbers": []any{"0016"}},
		},
		{
			carely.OvertimesQuery{BranchNames: []string{"b"}, EmployeeNumbers: []string{"1"}},
			map[string]any{"first": 100.0, "employeeNumbers": []any{"1"}, "branchNames": []any{"b"}},
		},
	} {
		if _, err := c.Overtimes(t.Context(), tc.query); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(tc.variables, variables(t, v, n)); d != "" {
			t.Errorf("request %d (-want +got):\n%s", n, d)
		}
	}
	if _, err := c.Overtimes(t.Context(), carely.OvertimesQuery{EmployeeNumbers: []string{}}); err != nil || len(v.Sent) != 3 {
		t.Errorf("nobody was asked for: %d requests, %v; want none more", len(v.Sent), err)
	}
}

func TestMethods_failures(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status     int
		body       string
		code       fault.Code
		vendorCode string
	}{
		"401, any body":              {401, vendortest.Body, fault.UpstreamUnauthorized, ""},
		"401 inside 200":             {200, `{"errors":[{"message":"401 Unauthorized"}]}`, fault.UpstreamUnauthorized, ""},
		"429":                        {429, vendortest.Body, fault.UpstreamRateLimited, ""},
		"429 inside 200":             {200, `{"errors":[{"message":"429 Too Many Requests"}]}`, fault.UpstreamRateLimited, ""},
		"500":                        {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable, ""},
		"403":                        {403, vendortest.Body, fault.UpstreamRefused, ""},
		"errors":                     {200, `{"errors":[{"message":"` + vendortest.Body + `","extensions":{"value":{"x":"` + vendortest.Body + `"}}}]}`, fault.UpstreamRefused, ""},
		"errors with a code":         {200, `{"errors":[{"message":"` + vendortest.Body + `","extensions":{"code":"undefinedField"}}]}`, fault.UpstreamRefused, "undefinedField"},
		"errors in 400":              {400, `{"errors":[{"message":"` + vendortest.Body + `","extensions":{"code":"x y"}}]}`, fault.UpstreamRefused, ""},
		"400 with a page":            {400, "<html>" + vendortest.Body, fault.UpstreamRefused, ""},
		"errors beside partial data": {200, `{"data":{"customers":null},"errors":[{"message":"` + vendortest.Body + `"}]}`, fault.UpstreamRefused, ""},
		"page in 200":                {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse, ""},
		"empty":                      {200, "", fault.UpstreamBadResponse, ""},
		"cut":                        {200, `{"data":{"customers":{"edges":[{"node":{"fullname":"` + vendortest.Body, fault.UpstreamBadResponse, ""},
		"neither data nor errors":    {200, `{}`, fault.UpstreamBadResponse, ""},
		"data null":                  {200, `{"data":null}`, fault.UpstreamBadResponse, ""},
		"data without the field":     {200, `{"data":{}}`, fault.UpstreamBadResponse, ""},
		"data of another shape":      {200, `{"data":["` + vendortest.Body + `"]}`, fault.UpstreamBadResponse, ""},
		"fields null":                {200, `{"data":{"currentCustomer":null,"customers":null,"overtimes":null,"departments":null,"workplaces":null,"groupAnalysis":null,"upsertCustomer":null,"upsertOvertime":null}}`, fault.UpstreamBadResponse, ""},
		"connections without edges":  {200, `{"data":{"customers":{"pageInfo":{}},"overtimes":{"pageInfo":{}}}}`, fault.UpstreamBadResponse, ""},
		"records without uuid":       {200, `{"data":{"currentCustomer":{"customer":{"email":"x"}},"customers":{"edges":[{"node":{"email":"x"}}]},"overtimes":{"edges":[{"node":{"minute":1}}]},"upsertCustomer":{"email":"x"},"upsertOvertime":{"minute":1}}}`, fault.UpstreamBadResponse, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, m := range methods() {
				var logs bytes.Buffer
				v := vendortest.Fail(tc.status, tc.body)
				_, err := m.call(t.Context(), client(t, v, &logs))
				if got := vendortest.CodeOf(err); got != tc.code {
					t.Errorf("%s: code %q, want %q", m.name, got, tc.code)
					continue
				}
				fe := fault.From(err)
				if fe.VendorCode != tc.vendorCode || fe.System != "carely" || fe.Link != "default" {
					t.Errorf("%s: vendor code %q of %s/%s, want %q", m.name, fe.VendorCode, fe.System, fe.Link, tc.vendorCode)
				}
				mustNotLeak(t, err, &logs)
			}
		})
	}
}

// rotating gives another token after each refusal.
type rotating struct {
	mu sync.Mutex
	n  int
}

func (r *rotating) Token(context.Context) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Repeat("x", r.n+1), nil
}

func (r *rotating) Invalidate(context.Context, string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
}

func TestMethods_refusedTokenIsReplacedOnce(t *testing.T) {
	t.Parallel()
	for _, m := range methods() {
		v := vendortest.Answer(`{"errors":[{"message":"401 Unauthorized"}]}`, `{"data":`+m.good+`}`)
		c, err := carely.New(carely.Options{URL: "https://carely.example/g", Transport: chain(t, v, &rotating{}, io.Discard)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.call(t.Context(), c); err != nil || len(v.Sent) != 2 || v.Sent[1].Header.Get("Authorization") != "Bearer xx" {
			t.Errorf("%s: %d requests, %v; want a second with the next token", m.name, len(v.Sent), err)
		}
	}
}

func customersPage(more bool, end string, uuids ...string) string {
	edges := make([]string, len(uuids))
	for i, u := range uuids {
		edges[i] = `{"cursor":"c-` + u + `","node":{"uuid":"` + u + `"}}`
	}
	next := "false"
	if more {
		next = "true"
	}
	return `{"data":{"customers":{"pageInfo":{"endCursor":` + end + `,"hasNextPage":` + next + `},"edges":[` +
		strings.Join(edges, ",") + `]}}}`
}

func TestCustomers_paging(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		pages []string
		want  []string
		after []any
		code  fault.Code
	}{
		"one page": {[]string{customersPage(false, `"MQ"`, "a")}, []string{"a"}, []any{nil}, ""},
		"two pages": {
			[]string{customersPage(true, `"MQ"`, "a"), customersPage(false, `"Mg"`, "b")},
			[]string{"a", "b"},
			[]any{nil, "MQ"},
			"",
		},
		"rows shift between pages": {
			[]string{customersPage(true, `"MQ"`, "a", "b"), customersPage(false, `"Mg"`, "b", "c")},
			[]string{"a", "b", "c"},
			[]any{nil, "MQ"},
			"",
		},
		"the last edge's cursor stands in for endCursor": {
			[]string{customersPage(true, `null`, "a"), customersPage(false, `null`, "b")},
			[]string{"a", "b"},
			[]any{nil, "c-a"},
			"",
		},
		"nobody":              {[]string{customersPage(false, `null`)}, nil, []any{nil}, ""},
		"a cursor that stays": {[]string{customersPage(true, `"MQ"`, "a")}, nil, []any{nil, "MQ"}, fault.UpstreamBadResponse},
		"more without cursor": {[]string{customersPage(true, `null`)}, nil, []any{nil}, fault.UpstreamBadResponse},
		"a null edge and node": {
			[]string{`{"data":{"customers":{"pageInfo":{"hasNextPage":false},"edges":[null,{"cursor":"x","node":null},{"node":{"uuid":"a"}}]}}}`},
			[]string{"a"},
			[]any{nil},
			"",
		},
		"a second page that fails": {
			[]string{customersPage(true, `"MQ"`, "a"), `{"errors":[{"message":"no"}]}`},
			nil,
			[]any{nil, "MQ"},
			fault.UpstreamRefused,
		},
	}
	for name, tc := range cases {
		v := vendortest.Answer(tc.pages...)
		got, err := client(t, v, io.Discard).Customers(t.Context(), carely.CustomersQuery{})
		if vendortest.CodeOf(err) != tc.code {
			t.Errorf("%s: %v, want %q", name, err, tc.code)
		}
		var uuids []string
		for _, c := range got {
			uuids = append(uuids, c.Uuid)
		}
		if d := cmp.Diff(tc.want, uuids); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		var after []any
		for n := range v.Sent {
			after = append(after, variables(t, v, n)["after"])
		}
		if d := cmp.Diff(tc.after, after); d != "" {
			t.Errorf("%s: cursors (-want +got):\n%s", name, d)
		}
	}
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	tr := chain(t, vendortest.Answer(""), nil, io.Discard)
	for name, o := range map[string]carely.Options{
		"url":       {URL: "carely", Transport: tr},
		"transport": {URL: "https://carely.example"},
		"page":      {URL: "https://carely.example", Transport: tr, PageSize: 101},
		"argument":  {URL: "https://carely.example", Transport: tr, OvertimeArguments: carely.OvertimeArguments{BranchUUIDs: "a b"}},
	} {
		if _, err := carely.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
