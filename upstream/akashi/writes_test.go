package akashi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// same compares values; times by their instant.
func same() cmp.Option {
	return cmp.Options{cmpopts.EquateApproxTime(0), cmpopts.EquateEmpty()}
}

func indented(t *testing.T, s string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestWrites_requests: method, path and body of every write, with the token in
// the body and nothing in the URL, and the answer as the document has it.
func TestWrites_requests(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, good(w.good))
			value, err := w.call(t.Context(), s.client(t, io.Discard, nil))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(w.want, value, same()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if n := len(s.sent()); n != 1 {
				t.Fatalf("%d requests, want 1", n)
			}
			g := s.sent()[0]
			if g.method != w.method || g.path != "/api/cooperation/com123/"+w.path || g.query != "" ||
				g.contentType != "application/json" {
				t.Errorf("%s %s?%s (%s), want %s %s", g.method, g.path, g.query, g.contentType, w.method, w.path)
			}
			want := `{"token":"` + vendortest.Token + `"`
			if w.body != "" {
				want += "," + w.body
			}
			if d := cmp.Diff(indented(t, want+"}"), indented(t, g.body)); d != "" {
				t.Errorf("body (-want +got):\n%s", d)
			}
		})
	}
}

// states digs the states and errors out of any Result.
func states(result any) (states []akashi.State, errs []akashi.VendorError) {
	rows := reflect.ValueOf(result).FieldByName("Rows")
	for i := range rows.Len() {
		row := rows.Index(i)
		states = append(states, row.FieldByName("State").Interface().(akashi.State))
		errs = append(errs, row.FieldByName("Errors").Interface().([]akashi.VendorError)...)
	}
	return states, errs
}

// TestWrites_failures runs every failure through every write. A refusal is a
// result where the write has rows, and an error with the vendor's words as its
// cause where it has none; neither leaks them.
func TestWrites_failures(t *testing.T) {
	t.Parallel()
	refused := `{"success":false,"errors":[{"code":" ERR300402","message":" ` + vendortest.Body + `"}]}`
	for name, tc := range map[string]struct {
		answer     answer
		code       fault.Code
		vendorCode string
	}{
		"refused in 200, code trimmed (6.3)":  {answer{200, refused}, fault.UpstreamRefused, "ERR300402"},
		"refused in 400":                      {answer{400, refused}, fault.UpstreamRefused, "ERR300402"},
		"refused in 500":                      {answer{500, refused}, fault.UpstreamRefused, "ERR300402"},
		"messages for message (6.1)":          {answer{200, `{"success":false,"errors":[{"code":"E1","messages":"` + vendortest.Body + `"}]}`}, fault.UpstreamRefused, "E1"},
		"code and message at the top (3.1)":   {answer{200, `{"success":false,"code":"E1","message":"` + vendortest.Body + `"}`}, fault.UpstreamRefused, "E1"},
		"one error without its array":         {answer{200, `{"success":false,"errors":{"code":"E1","message":"` + vendortest.Body + `"}}`}, fault.UpstreamRefused, "E1"},
		"success with errors, no response":    {answer{200, `{"success":true,"response":null,"errors":[{"code":"E1","message":"` + vendortest.Body + `"}]}`}, fault.UpstreamRefused, "E1"},
		"token refused in 200 (INFERRED)":     {answer{200, `{"success":false,"errors":[{"code":"E9","message":"アクセストークンが不正です"}]}`}, fault.UpstreamUnauthorized, "E9"},
		"401":                                 {answer{401, ""}, fault.UpstreamUnauthorized, ""},
		"403 without envelope (INFERRED)":     {answer{403, "<html>" + vendortest.Body}, fault.UpstreamUnauthorized, ""},
		"404 page":                            {answer{404, "<html>" + vendortest.Body}, fault.UpstreamRefused, ""},
		"405 in JSON of another":              {answer{405, `{"status":405,"error":"` + vendortest.Body + `"}`}, fault.UpstreamRefused, ""},
		"429":                                 {answer{429, refused}, fault.UpstreamRateLimited, ""},
		"500 page":                            {answer{500, "<html>" + vendortest.Body}, fault.UpstreamUnavailable, ""},
		"page in 200":                         {answer{200, "<!DOCTYPE html>" + vendortest.Body}, fault.UpstreamBadResponse, ""},
		"empty":                               {answer{200, ""}, fault.UpstreamBadResponse, ""},
		"cut":                                 {answer{200, `{"success":true,"response":{"a":"` + vendortest.Body}, fault.UpstreamBadResponse, ""},
		"response null":                       {answer{200, `{"success":true,"response":null}`}, fault.UpstreamBadResponse, ""},
		"response that says nothing":          {answer{200, `{"success":true,"response":{"x":"` + vendortest.Body + `"}}`}, fault.UpstreamBadResponse, ""},
		"response is text":                    {answer{200, `{"success":true,"response":"` + vendortest.Body + `"}`}, fault.UpstreamBadResponse, ""},
		"response about somebody else (null)": {answer{200, `{"success":true,"response":{"staff_id":null,"project_id":null}}`}, fault.UpstreamBadResponse, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, tc.answer)
			for _, w := range writings() {
				var logs bytes.Buffer
				value, err := w.call(t.Context(), s.client(t, &logs, nil))
				mustNotLeak(t, err, &logs)
				if w.batch && tc.vendorCode != "" && tc.code == fault.UpstreamRefused {
					st, errs := states(value)
					want := []akashi.VendorError{{Code: tc.vendorCode, Message: vendortest.Body}}
					if err != nil || !slices.Equal(st, []akashi.State{akashi.Refused}) || !cmp.Equal(errs, want) {
						t.Errorf("%s: %v, %v, %v; want one refused row", w.name, st, errs, err)
					}
					continue
				}
				if got := vendortest.CodeOf(err); got != tc.code {
					t.Errorf("%s: code %q, want %q", w.name, got, tc.code)
					continue
				}
				if fe := fault.From(err); fe.VendorCode != tc.vendorCode || fe.System != "akashi" || fe.Link != "default" {
					t.Errorf("%s: %+v", w.name, fe)
				}
				r, is := errors.AsType[*akashi.Refusal](err)
				if want := tc.code == fault.UpstreamRefused && tc.vendorCode != ""; is != want {
					t.Errorf("%s: a refusal in the vendor's words: %v, want %v", w.name, is, want)
				} else if is && (r.Status != tc.answer.status || len(r.Errors) != 1 || r.Errors[0].Message != vendortest.Body) {
					t.Errorf("%s: refusal %d %d", w.name, r.Status, len(r.Errors))
				}
			}
		})
	}
}

// changing is a vault whose token is another one after each refusal.
type changing struct{ n *atomic.Int32 }

func (c changing) Token(context.Context) (string, error) { return "t" + itoa(int(c.n.Load())), nil }
func (c changing) Invalidate(context.Context, string)    { c.n.Add(1) }

// TestWrites_again: only what sets or replaces is sent again after a lost answer,
// and a stamp not even after a refused token.
func TestWrites_again(t *testing.T) {
	t.Parallel()
	lost := roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF })
	count := func(t *testing.T, base http.RoundTripper, w writing) int {
		t.Helper()
		n := 0
		counting := roundTrip(func(r *http.Request) (*http.Response, error) {
			n++
			return base.RoundTrip(r)
		})
		c, err := transport.New(transport.Options{
			System: "akashi", Link: "default", Base: counting, Tokens: changing{new(atomic.Int32)}, MaxRetries: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		client, err := akashi.New(akashi.Options{BaseURL: "https://akashi.example/api", Company: "com123", Transport: c})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.call(t.Context(), client); err == nil {
			t.Fatal("no error")
		}
		return n
	}
	for _, w := range writings() {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				want := 1
				if w.idempotent {
					want = 2
				}
				for name, base := range map[string]http.RoundTripper{
					"lost": lost, "500": vendortest.Fail(500, ""), "429": vendortest.Fail(429, ""), "cut": vendortest.Answer(`{"success"`),
				} {
					if n := count(t, base, w); n != want {
						t.Errorf("%s: sent %d times, want %d", name, n, want)
					}
				}
				want = 2
				if w.once {
					want = 1
				}
				if n := count(t, vendortest.Fail(401, ""), w); n != want {
					t.Errorf("token refused: sent %d times, want %d", n, want)
				}
			})
		})
	}
}

// TestWrites_switches: where table and sample differ, an option chooses.
func TestWrites_switches(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		write      string
		change     func(*akashi.Options)
		method     string
		path, body string
	}{
		"6.3 by POST":           {"PutStaffs", func(o *akashi.Options) { o.PostStaffs = true }, "POST", "staffs/", "2026/04/01"},
		"6.12 by POST":          {"SetWorkingConditions", func(o *akashi.Options) { o.PostWorkingConditions = true }, "POST", "working_condition_settings", ""},
		"6.5 at staffs":         {"RetireStaff", func(o *akashi.Options) { o.StaffPath = akashi.StaffsOnly }, "DELETE", "staffs/7", "2026/03/31"},
		"6.5 at staff":          {"DeleteStaff", func(o *akashi.Options) { o.StaffPath = akashi.StaffOnly }, "DELETE", "staff/7", ""},
		"6.18 compact":          {"PutProjects", func(o *akashi.Options) { o.WriteDates = akashi.Compact }, "POST", "projects", `"20260801"`},
		"6.26 compact":          {"PutManhours", func(o *akashi.Options) { o.WriteDates = akashi.Compact }, "POST", "manhours", `"20260803"`},
		"6.27 compact":          {"DeleteManhours", func(o *akashi.Options) { o.WriteDates = akashi.Compact }, "DELETE", "manhours/200", `"20260803"`},
		"6.3 is always slashed": {"PutStaffs", func(o *akashi.Options) { o.WriteDates = akashi.Compact }, "PATCH", "staffs/", "2026/04/01"},
	} {
		for _, w := range writings() {
			if w.name != tc.write {
				continue
			}
			s := serve(t, good(w.good))
			if _, err := w.call(t.Context(), s.client(t, io.Discard, tc.change)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			g := s.sent()[0]
			if g.method != tc.method || g.path != "/api/cooperation/com123/"+tc.path || !strings.Contains(g.body, tc.body) {
				t.Errorf("%s: %s %s %s", name, g.method, g.path, g.body)
			}
		}
	}
	bad := options(t, ok("{}"), nil, io.Discard)
	for name, spoil := range map[string]func(*akashi.Options){
		"dates": func(o *akashi.Options) { o.WriteDates = akashi.CompactTime },
		"path":  func(o *akashi.Options) { o.StaffPath = "people" },
	} {
		o := bad
		spoil(&o)
		if _, err := akashi.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

// TestLeaving_fallback: 6.5 says staff where all others say staffs; the other
// path is asked only when the first one does not exist.
func TestLeaving_fallback(t *testing.T) {
	t.Parallel()
	done := good(`{"staff_id":7}`)
	for name, tc := range map[string]struct {
		first  answer
		option akashi.StaffPath
		paths  []string
		code   fault.Code
	}{
		"a page that says 404":      {answer{404, "<html>"}, "", []string{"staff/7", "staffs/7"}, ""},
		"404 in JSON of another":    {answer{404, `{"status":404,"error":"Not Found"}`}, "", []string{"staff/7", "staffs/7"}, ""},
		"404 in AKASHI's envelope":  {answer{404, `{"success":false,"errors":[{"code":"E1"}]}`}, "", []string{"staff/7"}, fault.UpstreamRefused},
		"405":                       {answer{405, ""}, "", []string{"staff/7"}, fault.UpstreamRefused},
		"500":                       {answer{500, ""}, "", []string{"staff/7"}, fault.UpstreamUnavailable},
		"the fallback switched off": {answer{404, ""}, akashi.StaffOnly, []string{"staff/7"}, fault.UpstreamRefused},
		"the other path only":       {answer{404, ""}, akashi.StaffsOnly, []string{"staffs/7"}, fault.UpstreamRefused},
	} {
		for _, del := range []bool{true, false} {
			s := serve(t, tc.first, done)
			c := s.client(t, io.Discard, func(o *akashi.Options) { o.StaffPath = tc.option })
			var err error
			if del {
				_, err = c.DeleteStaff(t.Context(), 7)
			} else {
				_, err = c.RetireStaff(t.Context(), 7, "2026-03-31")
			}
			var paths []string
			for _, g := range s.sent() {
				paths = append(paths, strings.TrimPrefix(g.path, "/api/cooperation/com123/"))
				if strings.Contains(g.body, "retirement_date") == del {
					t.Errorf("%s: %s", name, g.body)
				}
			}
			if vendortest.CodeOf(err) != tc.code || !slices.Equal(paths, tc.paths) {
				t.Errorf("%s: %v, asked %v, want %q, %v", name, err, paths, tc.code, tc.paths)
			}
		}
	}
}

// TestAnswers_aboutAnother: an answer about somebody or something else is not
// taken for the one that was asked for.
func TestAnswers_aboutAnother(t *testing.T) {
	t.Parallel()
	for _, w := range writings() {
		if w.batch || w.once || strings.HasPrefix(w.name, "Assign") {
			continue
		}
		s := serve(t, good(`{"staff_id":9,"project_id":9,"task_id":9,"date":"2026-01-01"}`))
		if _, err := w.call(t.Context(), s.client(t, io.Discard, nil)); vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %v", w.name, err)
		}
	}
}

// TestDoc_operations: the list in the package's comment has the 30 operations,
// and a method for each.
func TestDoc_operations(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^//\t6\.(\d+) +(GET|POST|PATCH|DELETE) +(.+?)  +(.+)$`).FindAllStringSubmatch(string(doc), -1)
	if len(rows) != 30 {
		t.Fatalf("%d operations, want 30", len(rows))
	}
	sent := map[string]bool{}
	for _, w := range writings() {
		sent[strings.Fields(w.name)[0]+" "+w.method] = true
	}
	for i, row := range rows {
		if row[1] != itoa(i+1) {
			t.Errorf("row %d is about 6.%s", i, row[1])
		}
		names := regexp.MustCompile(`\b[A-Z][A-Za-z]+\b`).FindAllString(strings.Split(row[4], " (")[0], -1)
		for _, name := range names {
			owner := reflect.TypeFor[*akashi.Client]()
			if name == "Reissuer" {
				continue
			}
			if name == "ReissueToken" {
				owner = reflect.TypeFor[*akashi.Reissuer]()
			}
			if _, ok := owner.MethodByName(name); !ok {
				t.Errorf("6.%s: no method %s", row[1], name)
			}
			if row[2] != "GET" && name != "ReissueToken" && !sent[name+" "+row[2]] {
				t.Errorf("6.%s: no test sends %s by %s", row[1], name, row[2])
			}
		}
	}
}
