package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/fault"
)

func TestTransport_answers(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	w := e.do(query(t, "query Q($k: Key) { employee(key: $k) { id } }", map[string]any{"k": map[string]any{"id": 7}}))
	if w.Code != http.StatusOK || w.Body.String() != `{"data":{"__typename":"Query"}}` {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	want := map[string]string{
		"Content-Type":           "application/json; charset=utf-8",
		"Content-Length":         strconv.Itoa(w.Body.Len()),
		"Cache-Control":          "no-store",
		"X-Content-Type-Options": "nosniff",
	}
	for name, v := range want {
		if got := w.Header().Get(name); got != v {
			t.Errorf("%s: %q, want %q", name, got, v)
		}
	}
	if vary := strings.Join(w.Header().Values("Vary"), ","); !strings.Contains(vary+",", "Accept,") {
		t.Errorf("Vary: %q", vary)
	}
	req := e.engine.last.Load()
	if diff := cmp.Diff(map[string]any{"k": map[string]any{"id": "7"}}, req.Variables); diff != "" {
		t.Error(diff)
	}
	if req.Operation.Name != "Q" {
		t.Errorf("operation %q", req.Operation.Name)
	}
}

func TestTransport_accept(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	for want, accepts := range map[string][]string{
		jsonType: {
			"",
			"*/*",
			"application/*",
			jsonType,
			jsonType + ", " + gqlType,
			gqlType + ";q=0.5, " + jsonType,
			"*/*, " + gqlType + ";q=0.9",
			gqlType + "; charset=Shift_JIS, */*",
			"text/html, " + jsonType + ";q=0.1",
			"multipart/mixed;deferSpec=20220824, */*",
		},
		gqlType: {
			gqlType,
			gqlType + ", " + jsonType,
			gqlType + ", " + jsonType + ";q=0.9",
			gqlType + ", */*",
			gqlType + ", */*;q=0.1",
			jsonType + ";q=0, */*",
			gqlType + "; charset=utf-8",
		},
		"": {
			strings.Repeat("a/b,", 100) + gqlType,
			"text/html",
			jsonType + ";q=0",
			jsonType + ";q=2",
			"nonsense",
		},
	} {
		for _, accept := range accepts {
			r := query(t, "{__typename}", nil)
			if accept != "" {
				r.Header.Set("Accept", accept)
			}
			w := e.do(r)
			got, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
			if want == "" {
				if w.Code != http.StatusNotAcceptable || code(t, w) != "NOT_ACCEPTABLE" {
					t.Errorf("%q: %d %s", accept, w.Code, got)
				}
			} else if w.Code != http.StatusOK || got != want {
				t.Errorf("%q: %d %s, want %s", accept, w.Code, got, want)
			}
		}
	}
}

// TestTransport_malformed: what is not GraphQL over HTTP is 4xx in both media
// types, has a code, and never reaches the engine.
func TestTransport_malformed(t *testing.T) {
	t.Parallel()
	get := func(query string) *http.Request { return httptest.NewRequest(http.MethodGet, "/graphql?"+query, nil) }
	for name, c := range map[string]struct {
		r      func() *http.Request
		status int
		code   fault.Code
	}{
		"put":              {func() *http.Request { return httptest.NewRequest(http.MethodPut, "/graphql", nil) }, 405, fault.MethodNotAllowed},
		"head":             {func() *http.Request { return httptest.NewRequest(http.MethodHead, "/graphql", nil) }, 405, fault.MethodNotAllowed},
		"mutation by GET":  {func() *http.Request { return get("query=mutation{put}") }, 405, fault.MethodNotAllowed},
		"no body":          {func() *http.Request { return post("") }, 400, fault.BadRequest},
		"spaces":           {func() *http.Request { return post(" \n") }, 400, fault.BadRequest},
		"not JSON":         {func() *http.Request { return post(`{"query": secret`) }, 400, fault.BadRequest},
		"trailing":         {func() *http.Request { return post(`{"query":"{__typename}"} secret`) }, 400, fault.BadRequest},
		"not UTF-8":        {func() *http.Request { return post("{\"query\":\"\xff\"}") }, 400, fault.BadRequest},
		"batch":            {func() *http.Request { return post(`[{"query":"{__typename}"}]`) }, 400, fault.BadRequest},
		"string":           {func() *http.Request { return post(`"secret"`) }, 400, fault.BadRequest},
		"no query":         {func() *http.Request { return post(`{"qeury":"secret"}`) }, 400, fault.BadRequest},
		"other case":       {func() *http.Request { return post(`{"Query":"{__typename}"}`) }, 400, fault.BadRequest},
		"null query":       {func() *http.Request { return post(`{"query":null}`) }, 400, fault.BadRequest},
		"number query":     {func() *http.Request { return post(`{"query":1}`) }, 400, fault.BadRequest},
		"operationName":    {func() *http.Request { return post(`{"query":"{__typename}","operationName":1}`) }, 400, fault.BadRequest},
		"variables string": {func() *http.Request { return post(`{"query":"{__typename}","variables":"secret"}`) }, 400, fault.BadRequest},
		"variables list":   {func() *http.Request { return post(`{"query":"{__typename}","variables":[1]}`) }, 400, fault.BadRequest},
		"extensions":       {func() *http.Request { return post(`{"query":"{__typename}","extensions":true}`) }, 400, fault.BadRequest},
		"subscription":     {func() *http.Request { return post(`{"query":"subscription{watch}"}`) }, 400, fault.BadRequest},
		"nested JSON":      {func() *http.Request { return post(`{"query":"{a}","variables":` + strings.Repeat("{\"a\":", 20_000)) }, 400, fault.BadRequest},
		"many values": {func() *http.Request {
			return post(`{"query":"{a}","variables":{"a":[` + strings.Repeat("0,", 100_000) + `0]}}`)
		}, 413, fault.PayloadTooLarge},
		"huge body":          {func() *http.Request { return post(`{"query":"` + strings.Repeat(" ", 2<<20) + `"}`) }, 413, fault.PayloadTooLarge},
		"huge chunked body":  {chunked, 413, fault.PayloadTooLarge},
		"no content type":    {func() *http.Request { return post("{}", "Content-Type", "") }, 415, fault.UnsupportedMediaType},
		"form":               {func() *http.Request { return post("query={a}", "Content-Type", "application/x-www-form-urlencoded") }, 415, fault.UnsupportedMediaType},
		"multipart":          {func() *http.Request { return post("", "Content-Type", "multipart/form-data; boundary=x") }, 415, fault.UnsupportedMediaType},
		"text":               {func() *http.Request { return post("{}", "Content-Type", "text/plain") }, 415, fault.UnsupportedMediaType},
		"graphql":            {func() *http.Request { return post("{}", "Content-Type", "application/graphql") }, 415, fault.UnsupportedMediaType},
		"Shift_JIS":          {func() *http.Request { return post("{}", "Content-Type", "application/json; charset=Shift_JIS") }, 415, fault.UnsupportedMediaType},
		"gzip":               {func() *http.Request { return post("{}", "Content-Encoding", "gzip") }, 415, fault.UnsupportedMediaType},
		"GET without query":  {func() *http.Request { return get("") }, 400, fault.BadRequest},
		"GET variables":      {func() *http.Request { return get("query={__typename}&variables=secret") }, 400, fault.BadRequest},
		"GET variables list": {func() *http.Request { return get("query={__typename}&variables=[]") }, 400, fault.BadRequest},
		"GET twice":          {func() *http.Request { return get("query={__typename}&query={__typename}") }, 400, fault.BadRequest},
		"GET broken escape":  {func() *http.Request { return get("query=%zz") }, 400, fault.BadRequest},
		"GET not UTF-8":      {func() *http.Request { return get("query=%ff") }, 400, fault.BadRequest},
		"GET huge":           {func() *http.Request { return get("query=" + strings.Repeat("a", 1<<20)) }, 413, fault.PayloadTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := setup(t, nil)
			for _, accept := range []string{jsonType, gqlType} {
				r := c.r()
				r.Header.Set("Accept", accept)
				w := e.do(r)
				if w.Code != c.status {
					t.Errorf("%s: status %d, want %d: %s", accept, w.Code, c.status, w.Body)
				}
				if got := w.Header().Get("Content-Type"); got != accept+"; charset=utf-8" {
					t.Errorf("Content-Type %q", got)
				}
				if (c.status == 405) != (w.Header().Get("Allow") != "") {
					t.Errorf("Allow %q", w.Header().Get("Allow"))
				}
				if r.Method == http.MethodHead {
					continue
				}
				if got := code(t, w); got != string(c.code) {
					t.Errorf("%s: code %s, want %s", accept, got, c.code)
				}
				if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), `"data"`) {
					t.Errorf("the body is echoed, or there is data: %s", w.Body)
				}
			}
			if n := e.engine.runs.Load(); n != 0 {
				t.Errorf("%d executions", n)
			}
		})
	}
}

// chunked is a body without Content-Length.
func chunked() *http.Request {
	r := post(strings.Repeat("[", 2<<20))
	r.ContentLength = -1
	return r
}

// TestTransport_requestErrors: what is well formed and wrong is 400 in the new
// media type, 200 in the old one, without data, and never executed.
func TestTransport_requestErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body string
		code fault.Code
	}{
		"parse":       {`{"query":"{"}`, fault.ParseFailed},
		"empty":       {`{"query":""}`, fault.ParseFailed},
		"validation":  {`{"query":"{nothing}"}`, fault.ValidationFailed},
		"defer":       {`{"query":"{employee{...@defer{id}}}"}`, fault.ValidationFailed},
		"operation":   {`{"query":"query a{__typename}","operationName":"b"}`, fault.OperationResolutionFailed},
		"which":       {`{"query":"query a{__typename} query b{__typename}"}`, fault.OperationResolutionFailed},
		"variable":    {`{"query":"query($i:ID!){__typename}","variables":{"i":null}}`, fault.ValidationFailed},
		"oneOf":       {`{"query":"query($k:Key){employee(key:$k){id}}","variables":{"k":{"id":"1","code":"2"}}}`, fault.ValidationFailed},
		"tokens":      {`{"query":"{` + strings.Repeat("employee{id}", 2_000) + `}"}`, fault.QueryTooComplex},
		"duplicates":  {`{"query":"{employee{` + strings.Repeat("id ", 3_000) + `}}"}`, fault.QueryTooComplex},
		"deep":        {`{"query":"{employee` + strings.Repeat("{boss", 100) + "{id}" + strings.Repeat("}", 100) + `}"}`, fault.QueryTooComplex},
		"cost":        {`{"query":"{employees(first:300){managers(first:300){managers(first:300){id}}}}"}`, fault.QueryTooComplex},
		"cost by var": {`{"query":"query($n:Int){employees(first:$n){managers(first:$n){managers(first:$n){id}}}}","variables":{"n":300}}`, fault.QueryTooComplex},
		"aliases":     {`{"query":"{` + strings.Repeat("employee{boss{a:id b:id c:id}} ", 67) + `}"}`, fault.QueryTooComplex},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := setup(t, nil)
			for accept, status := range map[string]int{jsonType: 200, gqlType: 400} {
				w := e.do(post(c.body, "Accept", accept))
				if w.Code != status {
					t.Errorf("%s: status %d: %s", accept, w.Code, w.Body)
				}
				if got := code(t, w); got != string(c.code) {
					t.Errorf("code %s, want %s: %s", got, c.code, w.Body)
				}
				if strings.Contains(w.Body.String(), `"data"`) {
					t.Errorf("there is data: %s", w.Body)
				}
			}
			if n := e.engine.runs.Load(); n != 0 {
				t.Errorf("%d executions", n)
			}
		})
	}
}

// TestTransport_commasInText: what counts as values is JSON's commas, not those
// of a text.
func TestTransport_commasInText(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	text := `\"` + strings.Repeat(",[{", 30_000) + `\\`
	w := e.do(post(`{"query":"{__typename}","variables":{"a":"` + text + `","b":"` + text + `"}}`))
	if w.Code != http.StatusOK || e.engine.runs.Load() != 1 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestTransport_get(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	v := url.Values{
		"query":         {"query a{__typename} query b($k:Key){employee(key:$k){id}}"},
		"operationName": {"b"}, "variables": {` {"k":{"id":"x"}}`}, "extensions": {"{}"},
	}
	w := e.do(httptest.NewRequest(http.MethodGet, "/graphql?"+v.Encode(), nil))
	if w.Code != http.StatusOK {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if req := e.engine.last.Load(); req.Operation.Name != "b" || len(req.Variables) != 1 {
		t.Errorf("%q %v", req.Operation.Name, req.Variables)
	}
}

func TestTransport_options(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	w := httptest.NewRecorder()
	e.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodOptions, "/graphql", nil))
	if w.Code != http.StatusNoContent || w.Header().Get("Allow") != "GET, POST, OPTIONS" {
		t.Errorf("%d %q", w.Code, w.Header().Get("Allow"))
	}
}

func TestTransport_dataIsNotTouched(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	const data = `{"a": "<髙橋>", "n":1e2 }`
	e.engine.do = respond(&exec.Response{Data: json.RawMessage(data)})
	w := e.do(query(t, "{__typename}", nil))
	if got := w.Body.String(); got != `{"data":`+data+`}` {
		t.Error(got)
	}
}
