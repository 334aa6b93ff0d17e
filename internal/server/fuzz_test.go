package server_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzPost sends any body and headers through the whole edge: it may not panic,
// and has to answer JSON with a status of the protocol.
func FuzzPost(f *testing.F) {
	for _, body := range []string{
		``, `{}`, `[]`, `{"query":"{__typename}"}`, `{"query":"{__typename}","variables":{"a":[1,{"b":null}]}}`,
		`{"query":"query($k:Key){employee(key:$k){id}}","variables":{"k":{"id":1e999}}}`,
		`{"query":"{employees(first:-1){id}}","operationName":"","extensions":null}`,
		`{"query":"{...a} fragment a on Query{...a}"}`, "{\"query\":\"\\ud800\"}", `{"query":"\"\"\"`,
	} {
		f.Add(body, jsonType, gqlType)
		f.Add(body, "application/json; charset=x", "*/*;q=NaN, a/b")
	}
	e := setup(f, nil)
	f.Fuzz(func(t *testing.T, body, contentType, accept string) {
		w := e.do(post(body, "Content-Type", contentType, "Accept", accept))
		check(t, w)
	})
}

// FuzzGet does the same with query strings.
func FuzzGet(f *testing.F) {
	for _, q := range []string{"", "query={__typename}", "query=%7B&variables={}&operationName=a", "query=a;b", "%zz"} {
		f.Add(q)
	}
	e := setup(f, nil)
	f.Fuzz(func(t *testing.T, q string) {
		r := httptest.NewRequest(http.MethodGet, "/graphql", nil)
		r.URL.RawQuery = q
		check(t, e.do(r))
	})
}

func check(t *testing.T, w *httptest.ResponseRecorder) {
	t.Helper()
	switch w.Code {
	case 200, 400, 405, 406, 413, 415:
	default:
		t.Fatalf("status %d: %s", w.Code, w.Body)
	}
	if !json.Valid(w.Body.Bytes()) {
		t.Fatalf("not JSON: %q", w.Body)
	}
	if w.Code != 200 && !strings.Contains(w.Body.String(), `"code":`) {
		t.Fatalf("no code: %s", w.Body)
	}
}
