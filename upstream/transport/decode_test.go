package transport_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestDecode(t *testing.T) {
	t.Parallel()
	c := newClient(t, transport.Options{Base: &script{}})
	cases := map[string]struct {
		body string
		ok   bool
	}{
		"object":     {`{"n":1}`, true},
		"byte order": {"\xef\xbb\xbf" + `{"n":1}`, true},
		"empty":      {" \n", false},
		"page":       {"<html>marker-body</html>", false},
		"cut":        {`{"n":"marker-body`, false},
		"shape":      {`{"n":"marker-body"}`, false},
	}
	for name, tc := range cases {
		var v struct{ N int }
		err := c.Decode(&transport.Response{Status: 200, Body: []byte(tc.body)}, &v)
		if tc.ok {
			if err != nil || v.N != 1 {
				t.Errorf("%s: %v, n = %d", name, err, v.N)
			}
			continue
		}
		wantFault(t, err, fault.UpstreamBadResponse)
		for e := err; e != nil; e = errors.Unwrap(e) {
			if strings.Contains(e.Error(), "marker") {
				t.Errorf("%s: the answer is quoted: %v", name, e)
			}
		}
	}
}

func TestParseBase(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{
		"https://a.example/api/":          "https://a.example/api",
		" http://127.0.0.1:8081 ":         "http://127.0.0.1:8081",
		"ftp://a.example":                 "",
		"a.example/api":                   "",
		"https://":                        "",
		"https://user:pw@a.example":       "",
		"https://a.example/?token=marker": "",
		"https://a.example/#x":            "",
		"http://[::1":                     "",
		"https://a.example:99999999/%zz":  "",
	} {
		u, err := transport.ParseBase(raw)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was accepted", raw)
		case want == "" && strings.Contains(err.Error(), "marker"):
			t.Errorf("%q is quoted in %v", raw, err)
		case want != "" && (err != nil || u.String() != want):
			t.Errorf("%q: %v, %v; want %s", raw, u, err, want)
		}
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	base, err := transport.ParseBase("https://a.example/api/v1")
	if err != nil {
		t.Fatal(err)
	}
	for want, segments := range map[string][]string{
		"https://a.example/api/v1/c/staffs":      {"c", "staffs"},
		"https://a.example/api/v1/a%2Fb/%3Fx":    {"a/b", "?x"},
		"https://a.example/api/v1/%2E%2E/staffs": {"..", "staffs"},
		"https://a.example/api/v1/c/staffs/":     {"c", "staffs", ""},
	} {
		if got := transport.Join(base, segments...).String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
