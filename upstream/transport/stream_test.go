package transport_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/internal/flex"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// bodies answers with one body after the other, and repeats the last.
func bodies(status int, of ...io.Reader) roundTrip {
	next := 0
	return func(*http.Request) (*http.Response, error) {
		body := of[min(next, len(of)-1)]
		next++
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(body)}, nil
	}
}

func TestDo_stream(t *testing.T) {
	t.Parallel()
	const whole = `{"n":[1,2]}`
	text := func(s string) io.Reader { return strings.NewReader(s) }
	lost := func(s string) io.Reader {
		return io.MultiReader(strings.NewReader(s), iotest.ErrReader(syscall.ECONNRESET))
	}
	for name, tc := range map[string]struct {
		base roundTrip
		// read is what every attempt read.
		read [][]int
		code fault.Code
	}{
		"whole":              {bodies(200, text(whole)), [][]int{{1, 2}}, ""},
		"byte by byte":       {bodies(200, iotest.OneByteReader(text("\xef\xbb\xbf "+whole+" \n"))), [][]int{{1, 2}}, ""},
		"lost on the way":    {bodies(200, lost(whole[:8]), text(whole)), [][]int{{1}, {1, 2}}, ""},
		"cut off":            {bodies(200, text(whole[:9]), text(whole)), [][]int{{1, 2}, {1, 2}}, ""},
		"cut off in a row":   {bodies(200, text(`{"n":[1,"ma`), text(whole)), [][]int{{1}, {1, 2}}, ""},
		"empty":              {bodies(200, text(" "), text(whole)), [][]int{nil, {1, 2}}, ""},
		"more than a value":  {bodies(200, text(whole+"{}"), text(whole)), [][]int{{1, 2}, {1, 2}}, ""},
		"another shape":      {bodies(200, text(`{"n":[1,"marker"]}`)), [][]int{{1}}, fault.UpstreamBadResponse},
		"a page":             {bodies(200, text("<p>marker")), [][]int{nil}, fault.UpstreamBadResponse},
		"refused by read":    {bodies(200, text(`{"n":[1,-1,2]}`)), [][]int{{1}}, fault.UpstreamRefused},
		"too large":          {bodies(200, text(`{"n":[1`+strings.Repeat(" ", 64)+`]}`)), [][]int{{1}}, fault.UpstreamBadResponse},
		"an error's body":    {bodies(400, text(whole)), nil, fault.UpstreamRefused},
		"lost again, always": {bodies(200, lost(whole[:4])), [][]int{nil, nil, nil}, fault.UpstreamUnavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newClient(t, transport.Options{Base: tc.base, MaxBody: 64})
				var read [][]int
				call := readCall()
				call.Read = func(status int, body io.Reader) error {
					read = append(read, nil)
					return c.DecodeStream(status, body, func(d *jsontext.Decoder) error {
						return flex.Object(d, func(string) error {
							return flex.Each(d, func() error {
								var n int
								if err := flex.Next(d, &n); err != nil {
									return err
								}
								if n < 0 {
									return c.Fault(fault.UpstreamRefused, "negative")
								}
								read[len(read)-1] = append(read[len(read)-1], n)
								return nil
							})
						})
					})
				}
				_, err := c.Do(t.Context(), call)
				if tc.code != "" {
					wantFault(t, err, tc.code)
				} else if err != nil {
					t.Fatal(err)
				}
				for e := err; e != nil; e = errors.Unwrap(e) {
					if strings.Contains(e.Error(), "marker") {
						t.Errorf("the answer is quoted: %v", e)
					}
				}
				if d := cmp.Diff(tc.read, read); d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			})
		})
	}
}

// TestDo_streamSlow: an answer that stops on the way is a time-out.
func TestDo_streamSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		base := roundTrip(func(r *http.Request) (*http.Response, error) {
			out, in := io.Pipe()
			go func() {
				_, _ = io.WriteString(in, `{"n":`)
				<-r.Context().Done()
				_ = in.CloseWithError(r.Context().Err())
			}()
			return &http.Response{StatusCode: 200, Header: http.Header{}, Body: out}, nil
		})
		c := newClient(t, transport.Options{Base: base, Timeout: time.Second, MaxRetries: -1})
		call := readCall()
		call.Read = func(status int, body io.Reader) error {
			return c.DecodeStream(status, body, func(d *jsontext.Decoder) error { return d.SkipValue() })
		}
		_, err := c.Do(t.Context(), call)
		wantFault(t, err, fault.UpstreamTimeout)
	})
}
