package transport_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// TestDo_redaction runs every failure with secrets at each place they can come
// from, and looks for them in errors, causes, events and logs.
func TestDo_redaction(t *testing.T) {
	t.Parallel()
	const token, body, header = "marker-token", "marker-body", "marker-header"
	leaky := func(cause error) error {
		return fmt.Errorf("Get %q: %w: answer %q", "http://vendor.example/?token="+token, cause, body)
	}
	withToken := func(ctx context.Context, _ string) (*http.Request, error) {
		r, err := get(ctx, token)
		if err == nil {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return r, err
	}
	cases := map[string]struct {
		step  answer
		build func(context.Context, string) (*http.Request, error)
		check func(*transport.Response) error
	}{
		"builder": {build: func(ctx context.Context, _ string) (*http.Request, error) {
			return http.NewRequestWithContext(ctx, http.MethodGet, "http://[::1/?token="+token, http.NoBody)
		}},
		"400":        {step: answer{status: 400, body: body}},
		"401":        {step: answer{status: 401, body: body}},
		"404":        {step: answer{status: 404, body: body}},
		"429":        {step: answer{status: 429, body: body, header: http.Header{"Retry-After": {header}}}},
		"500":        {step: answer{status: 500, body: body}},
		"302":        {step: answer{status: 302, header: http.Header{"Location": {header}}}},
		"too large":  {step: answer{status: 200, body: body + strings.Repeat("x", 100)}},
		"connection": {step: answer{err: leaky(io.EOF)}},
		"malformed":  {step: answer{err: leaky(errors.New("malformed HTTP response " + body))}},
		"hang":       {step: answer{hang: true}},
		"check":      {step: answer{status: 200, body: body}, check: func(*transport.Response) error { return fault.New(fault.UpstreamBadResponse, "odd") }},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				c := newClient(t, transport.Options{
					Base: &script{steps: []answer{tc.step}}, MaxBody: 64, Tokens: &tokens{},
					Logger:  slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})),
					Observe: func(e transport.Event) { fmt.Fprintf(&out, "%+v\n", e) },
				})
				build := tc.build
				if build == nil {
					build = withToken
				}
				_, err := c.Do(t.Context(), transport.Call{
					Operation: "akashi.test", Idempotent: true, Build: build, Check: tc.check,
				})
				if err == nil {
					t.Fatal("no error")
				}
				for e := err; e != nil; e = errors.Unwrap(e) {
					fmt.Fprintf(&out, "%v %+v\n", e, e)
				}
				if !strings.Contains(out.String(), "upstream call") {
					t.Error("the call was not logged")
				}
				for _, secret := range []string{token, body, header, "vendor.example", "Bearer"} {
					if strings.Contains(out.String(), secret) {
						t.Errorf("%s leaked:\n%s", secret, out.String())
					}
				}
			})
		})
	}
}
