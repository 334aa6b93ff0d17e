package carely_test

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
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

const (
	markerToken = "marker-token-0001"
	markerBody  = "marker-body-0002"
)

type staticTokens string

func (s staticTokens) Token(context.Context) (string, error) { return string(s), nil }
func (s staticTokens) Invalidate(context.Context, string)    {}

// sent is a request as the vendor saw it.
type sent struct {
	method, url, authorization, contentType, body string
}

// vendor answers step by step and repeats the last step.
type vendor struct {
	status int
	bodies []string

	mu   sync.Mutex
	sent []sent
}

func answer(bodies ...string) *vendor { return &vendor{status: http.StatusOK, bodies: bodies} }

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	b, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	body := v.bodies[min(len(v.sent), len(v.bodies)-1)]
	v.sent = append(v.sent, sent{
		r.Method, r.URL.String(), r.Header.Get("Authorization"), r.Header.Get("Content-Type"), string(b),
	})
	return &http.Response{StatusCode: v.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// variables returns the variables of the n-th request.
func (v *vendor) variables(t *testing.T, n int) map[string]any {
	t.Helper()
	var q struct {
		Variables map[string]any `json:"variables"`
	}
	if err := json.Unmarshal([]byte(v.sent[n].body), &q); err != nil {
		t.Fatal(err)
	}
	return q.Variables
}

func chain(t testing.TB, v http.RoundTripper, tokens transport.Tokens, logs io.Writer) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Options{
		System: "carely", Link: "default", Base: v, Tokens: tokens, MaxRetries: -1,
		Breaker: transport.BreakerOptions{MinCalls: 1 << 30},
		Logger:  slog.New(slog.NewTextHandler(logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func client(t testing.TB, v http.RoundTripper, logs io.Writer) *carely.Client {
	t.Helper()
	c, err := carely.New(carely.Options{
		URL: "https://carely.example/api/graphql", Transport: chain(t, v, staticTokens(markerToken), logs),
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

func mustNotLeak(t testing.TB, err error, logs *bytes.Buffer) {
	t.Helper()
	var out strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&out, "%v %+v\n", e, e)
	}
	if logs != nil {
		out.WriteString(logs.String())
	}
	for _, marker := range []string{markerToken, markerBody, "carely.example"} {
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
