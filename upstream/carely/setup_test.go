package carely_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// sent is a request as the vendor saw it.
type sent struct {
	method, url, authorization, contentType, body string
}

func seen(r vendortest.Sent) sent {
	return sent{r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), r.Body}
}

// variables returns the variables of the n-th request.
func variables(t *testing.T, v *vendortest.Vendor, n int) map[string]any {
	t.Helper()
	var q struct {
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal([]byte(v.Sent[n].Body), &q); err != nil {
		t.Fatal(err)
	}
	return q.Variables
}

func chain(t testing.TB, v http.RoundTripper, tokens transport.Tokens, logs io.Writer) *transport.Client {
	t.Helper()
	return vendortest.Chain(t, "carely", v, tokens, logs)
}

func client(t testing.TB, v http.RoundTripper, logs io.Writer) *carely.Client {
	t.Helper()
	c, err := carely.New(carely.Options{
		URL: "https://carely.example/api/graphql", Transport: chain(t, v, vendortest.Tokens(vendortest.Token), logs),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// method is one operation in its simplest form.
type method struct {
	name, operation string
	call            func(context.Context, *carely.Client) (any, error)
	good            string
}

func methods() []method {
	const conn = `{"pageInfo":{"endCursor":"MQ","hasNextPage":false},"edges":[{"cursor":"MQ","node":{"uuid":"u1"}}]}`
	return []method{
		{
			"CurrentCustomer", "CurrentCustomer",
			func(ctx context.Context, c *carely.Client) (any, error) { return c.CurrentCustomer(ctx) },
			`{"currentCustomer":{"branches":[],"customer":{"uuid":"u1"}}}`,
		},
		{
			"Customers", "Customers",
			func(ctx context.Context, c *carely.Client) (any, error) {
				return c.Customers(ctx, carely.CustomersQuery{})
			},
			`{"customers":` + conn + `}`,
		},
		{
			"CustomerDetails", "CustomerDetails",
			func(ctx context.Context, c *carely.Client) (any, error) {
				return c.CustomerDetails(ctx, carely.CustomersQuery{})
			},
			`{"customers":` + conn + `}`,
		},
		{
			"UpsertCustomer", "UpsertCustomer",
			func(ctx context.Context, c *carely.Client) (any, error) {
				return c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: "u1", JobTitle: "x"}, nil)
			},
			`{"upsertCustomer":{"uuid":"u1","errors":null}}`,
		},
		{
			"Overtimes", "Overtimes",
			func(ctx context.Context, c *carely.Client) (any, error) {
				return c.Overtimes(ctx, carely.OvertimesQuery{})
			},
			`{"overtimes":` + conn + `}`,
		},
		{
			"Departments", "Departments",
			func(ctx context.Context, c *carely.Client) (any, error) { return c.Departments(ctx, nil) },
			`{"departments":[]}`,
		},
		{
			"Workplaces", "Workplaces",
			func(ctx context.Context, c *carely.Client) (any, error) { return c.Workplaces(ctx, nil) },
			`{"workplaces":[]}`,
		},
		{
			"GroupAnalysis", "GroupAnalyses",
			func(ctx context.Context, c *carely.Client) (any, error) { return c.GroupAnalysis(ctx, nil) },
			`{"groupAnalysis":[]}`,
		},
		{
			"UpsertOvertime", "UpsertOvertime",
			func(ctx context.Context, c *carely.Client) (any, error) {
				return c.UpsertOvertime(ctx, "u1", "2026-10-01", 90)
			},
			`{"upsertOvertime":{"uuid":"o1","errors":null}}`,
		},
	}
}

// mustNotLeak looks for the markers and the host.
func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	vendortest.MustNotLeak(t, err, logs, "carely.example")
}
