package sources_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/jobcan"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// These tests let a system lie about its people, as broken systems do. A listing
// ends with everybody, each once, or with UPSTREAM_BAD_RESPONSE; never in a loop.

// liar answers each request with what its function makes of it.
type liar struct {
	answer func(r *http.Request, body string) any
	calls  atomic.Int64
}

func (l *liar) RoundTrip(r *http.Request) (*http.Response, error) {
	if l.calls.Add(1) > 200 {
		return nil, fmt.Errorf("the listing does not end")
	}
	var body string
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		body = string(b)
	}
	text, err := json.Marshal(l.answer(r, body))
	if err != nil {
		return nil, err
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(string(text))),
	}, nil
}

type token string

func (s token) Token(context.Context) (string, error) { return string(s), nil }
func (s token) Invalidate(context.Context, string)    {}

func (l *liar) transport(t *testing.T, system string) *transport.Client {
	t.Helper()
	c, err := transport.New(transport.Options{System: system, Link: "default", Base: l, Tokens: token("t"), MaxRetries: -1})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type object = map[string]any

// outcome is how many people a listing gave, and in how many calls; want -1 is
// UPSTREAM_BAD_RESPONSE.
func checkOutcome(t *testing.T, l *liar, want int, people []sources.Person, err error) {
	t.Helper()
	if n := l.calls.Load(); n > 100 {
		t.Errorf("%d calls", n)
	}
	if want < 0 {
		if err == nil || fault.From(err).Code != fault.UpstreamBadResponse {
			t.Errorf("%d people, error %v; want UPSTREAM_BAD_RESPONSE", len(people), err)
		}
		return
	}
	if err != nil || len(people) != want {
		t.Errorf("%d people, error %v; want %d", len(people), err, want)
	}
	seen := map[string]bool{}
	for i := range people {
		if seen[people[i].Ref.ID] {
			t.Fatalf("%s twice", people[i].Ref)
		}
		seen[people[i].Ref.ID] = true
	}
}

// staffs is a page of AKASHI: ids from first on.
func staffs(total, first, n int) object {
	rows := []object{}
	for i := range n {
		rows = append(rows, object{"staffId": first + i, "staffNum": strconv.Itoa(first + i), "lastName": "x", "firstName": "y"})
	}
	return object{"success": true, "response": object{"TotalCount": total, "Count": n, "staffs": rows}}
}

func TestScan_akashiLies(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(page int) object
		want   int
	}{
		"honest":                            {func(p int) object { return staffs(45, 1+20*p, min(20, 45-20*p)) }, 45},
		"no total":                          {func(p int) object { return staffs(0, 1+20*p, max(0, min(20, 45-20*p))) }, 45},
		"the first page again and again":    {func(int) object { return staffs(100, 1, 20) }, -1},
		"the first page for ever, no total": {func(int) object { return staffs(0, 1, 20) }, -1},
		"a total that is too small":         {func(p int) object { return staffs(5, 1+20*p, max(0, min(20, 45-20*p))) }, 45},
		"a total that is too large":         {func(p int) object { return staffs(90, 1+20*p, max(0, min(20, 45-20*p))) }, -1},
		"a short page amid":                 {func(p int) object { return staffs(60, 1+20*p, 20-p) }, -1},
		"somebody came meanwhile":           {func(p int) object { return staffs(60+min(p, 1), 1+20*p-min(p, 1), min(20, 61-20*p)) }, 60},
		"pages that overlap":                {func(p int) object { return staffs(60, 1+15*p, 20) }, -1},
	} {
		for _, parallel := range []int{1, 4} {
			t.Run(fmt.Sprint(name, parallel), func(t *testing.T) {
				t.Parallel()
				l := &liar{answer: func(r *http.Request, _ string) any {
					page, err := strconv.Atoi(r.URL.Query().Get("page"))
					if err != nil {
						t.Errorf("page: %v", err)
					}
					return c.answer(page)
				}}
				api, err := akashi.New(akashi.Options{
					BaseURL: "https://akashi.example/api/cooperation", Company: "c", Transport: l.transport(t, "AKASHI"),
				})
				if err != nil {
					t.Fatal(err)
				}
				a := sources.NewAkashi(sources.AkashiOptions{Link: "default", Client: api})
				people, err := collect(t.Context(), a, parallel)
				checkOutcome(t, l, c.want, people, err)
			})
		}
	}
}

// collect reads a listing with several calls at a time.
func collect(ctx context.Context, s sources.Scanner, parallel int) ([]sources.Person, error) {
	var people []sources.Person
	err := s.Scan(ctx, sources.Scan{Parallel: parallel}, func(p sources.Page) error {
		for _, row := range p.Rows {
			if !slices.ContainsFunc(people, func(q sources.Person) bool { return q.Ref == row.Ref }) {
				people = append(people, row)
			}
		}
		return nil
	})
	return people, err
}

func TestScan_jobcanLies(t *testing.T) {
	t.Parallel()
	page := func(ids ...int) object {
		rows := []object{}
		for _, id := range ids {
			rows = append(rows, object{"id": id, "code": strconv.Itoa(id), "last_name": "x", "first_name": "y"})
		}
		return object{"employees": rows}
	}
	from := func(first, n int) []int {
		ids := make([]int, n)
		for i := range ids {
			ids[i] = first + i
		}
		return ids
	}
	for name, c := range map[string]struct {
		answer func(last int) object
		want   int
	}{
		"honest":                         {func(last int) object { return page(from(last+1, min(100, 250-last))...) }, 250},
		"the first page again and again": {func(int) object { return page(from(1, 100)...) }, -1},
		"an id from before": {func(last int) object {
			return page(append(from(last+1, min(100, 250-last)), max(1, last))...)
		}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &liar{answer: func(r *http.Request, _ string) any {
				last, err := strconv.Atoi(r.URL.Query().Get("last_id"))
				if err != nil {
					t.Errorf("last_id: %v", err)
				}
				return c.answer(last)
			}}
			api, err := jobcan.New(jobcan.Options{
				BaseURL: "https://jobcan.example", Transport: l.transport(t, "JOBCAN"), StaffCodeFields: []string{"code"},
			})
			if err != nil {
				t.Fatal(err)
			}
			people, err := sources.NewJobcan("default", api).People(t.Context())
			checkOutcome(t, l, c.want, people, err)
		})
	}
}

func TestScan_carelyLies(t *testing.T) {
	t.Parallel()
	page := func(first, n int, end string, more bool) object {
		edges := []object{}
		for i := range n {
			edges = append(edges, object{"cursor": strconv.Itoa(first + i), "node": object{
				"uuid": fmt.Sprintf("u%d", first+i), "employeeNumber": strconv.Itoa(first + i), "fullname": "x y",
			}})
		}
		return object{"data": object{"customers": object{
			"edges": edges, "pageInfo": object{"hasNextPage": more, "endCursor": end},
		}}}
	}
	for name, c := range map[string]struct {
		answer func(after int) object
		want   int
	}{
		"honest":                            {func(a int) object { n := min(100, 250-a); return page(a+1, n, strconv.Itoa(a+n), a+n < 250) }, 250},
		"a cursor that stays":               {func(a int) object { return page(a+1, 100, "100", true) }, -1},
		"a cursor that loops":               {func(a int) object { return page(a+1, 100, strconv.Itoa((a+100)%300), true) }, -1},
		"the same people under new cursors": {func(a int) object { return page(1, 100, strconv.Itoa(a+100), true) }, -1},
		"empty pages that go on":            {func(a int) object { return page(a+1, 0, strconv.Itoa(a+100), true) }, -1},
		"pages that overlap":                {func(a int) object { return page(a/2+1, 100, strconv.Itoa(a+100), a < 300) }, 250},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &liar{answer: func(_ *http.Request, body string) any {
				var q struct{ Variables struct{ After string } }
				if err := json.Unmarshal([]byte(body), &q); err != nil {
					t.Errorf("body: %v", err)
				}
				after, _ := strconv.Atoi(q.Variables.After) // "" is 0
				return c.answer(after)
			}}
			api, err := carely.New(carely.Options{URL: "https://carely.example/api/graphql", Transport: l.transport(t, "CARELY")})
			if err != nil {
				t.Fatal(err)
			}
			people, err := sources.NewCarely("default", api).People(t.Context())
			checkOutcome(t, l, c.want, people, err)
		})
	}
}

func TestScan_yesodLies(t *testing.T) {
	t.Parallel()
	row := func(n int, kind string) object {
		return object{"id": fmt.Sprintf("%022d", n), "type": kind, "attributes": []object{}, "groups": []object{}}
	}
	for name, c := range map[string]struct {
		answer any
		want   int
	}{
		"honest":               {object{"queryResult": []object{row(1, "member"), row(2, "member")}}, 2},
		"one object":           {object{"queryResult": row(1, "member")}, 1},
		"somebody twice":       {object{"queryResult": []object{row(1, "member"), row(2, "member"), row(1, "member")}}, 2},
		"something else":       {object{"queryResult": []object{row(1, "member"), row(2, "office")}}, -1},
		"a row without an id":  {object{"queryResult": []object{{"type": "member"}}}, -1},
		"no result":            {object{"date": "2026-11-20"}, -1},
		"a text for a result":  {object{"queryResult": "all of them"}, -1},
		"a result that is nil": {object{"queryResult": nil}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := &liar{answer: func(*http.Request, string) any { return c.answer }}
			api, err := yesod.New(yesod.Options{
				BaseURL: "https://yesod.example", Transport: l.transport(t, "YESOD"), QueryPath: "/api/v24.10/query",
			})
			if err != nil {
				t.Fatal(err)
			}
			people, err := sources.NewYesod("default", api).People(t.Context())
			checkOutcome(t, l, c.want, people, err)
		})
	}
}
