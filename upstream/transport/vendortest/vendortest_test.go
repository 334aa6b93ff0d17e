package vendortest_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// counter is a test that goes on when it has failed.
type counter struct {
	testing.TB

	errors int
}

func (*counter) Helper()                 {}
func (c *counter) Errorf(string, ...any) { c.errors++ }

func TestMustNotLeak(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		err  error
		logs *bytes.Buffer
		want int
	}{
		"nothing":    {errors.New("refused"), bytes.NewBufferString("operation=x"), 0},
		"no error":   {nil, nil, 0},
		"the error":  {errors.New("Bearer " + vendortest.Token), nil, 1},
		"its cause":  {fault.New(fault.Internal, "x").Because(errors.New(vendortest.Body)), nil, 1},
		"a wrapping": {fmt.Errorf("at https://vendor.example/x: %w", errors.New(vendortest.Body)), nil, 2},
		"the logs":   {nil, bytes.NewBufferString("url=https://vendor.example/"), 1},
	} {
		c := &counter{TB: t}
		vendortest.MustNotLeak(c, tc.err, tc.logs, "vendor.example")
		if c.errors != tc.want {
			t.Errorf("%s: %d leaks found, want %d", name, c.errors, tc.want)
		}
	}
}

func TestVendor(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer("first", "last")
	for i, want := range []string{"first", "last", "last"} {
		sent := strings.Repeat("x", i)
		r, err := http.NewRequest(http.MethodPost, "https://vendor.example/a", strings.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := v.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(resp.Body)
		if err != nil || string(got) != want || resp.StatusCode != 200 {
			t.Errorf("answer %d: %d %q, %v", i, resp.StatusCode, got, err)
		}
		if v.Last().Body != sent || v.Last().URL.Path != "/a" || len(v.Sent) != i+1 {
			t.Errorf("request %d: %q", i, v.Last().Body)
		}
	}
}

func TestCodeOf(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want fault.Code
	}{{nil, ""}, {fault.New(fault.UpstreamRefused, "x"), fault.UpstreamRefused}, {errors.New("x"), "not a *fault.Error"}} {
		if got := vendortest.CodeOf(tc.err); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.err, got, tc.want)
		}
	}
}
