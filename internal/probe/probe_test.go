package probe_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/probe"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

// token stands for every credential; it must be in no finding.
const token = "a-secret-token"

type tokens struct{}

func (tokens) Token(context.Context) (string, error) { return token, nil }
func (tokens) Invalidate(context.Context, string)    {}
func now() time.Time                                 { return time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC) }

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// run probes a server that the handler plays.
func run(t *testing.T, system config.System, h http.Handler) map[string]probe.Finding {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	client, err := transport.New(transport.Options{
		System: string(system), Link: "default", Base: &http.Transport{DisableKeepAlives: true}, Tokens: tokens{},
		MaxRetries: -1,
	})
	if err != nil {
		t.Fatal(err)
	}
	link := config.NewLink(system, "default")
	link.URL, link.TokenURL, link.Company = server.URL, server.URL+"/oauth/token", "demo"
	link.ClientID, link.ClientSecret = "id", config.NewSecret(token)
	found, err := probe.Run(t.Context(), probe.Target{Link: &link, Client: client, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]probe.Finding{}
	for _, f := range found {
		if f.Fact == "" || f.Reference == "" || f.Evidence == "" || strings.Contains(f.Evidence, "\n") {
			t.Errorf("incomplete: %+v", f)
		}
		if strings.Contains(f.Evidence, token) || strings.Contains(f.Evidence, "山田") {
			t.Errorf("the evidence of %q holds what was answered", f.Fact)
		}
		for _, s := range f.Settings {
			if _, _, ok := link.Setting(s.Key); !ok {
				t.Errorf("%s is no setting of %s", s.Key, system)
			}
		}
		out[f.Fact] = f
	}
	if len(out) != len(found) || len(out) == 0 {
		t.Errorf("%d different facts in %d findings", len(out), len(found))
	}
	return out
}

// TestRun_nothingToLearn shows that a system that says nothing refutes nothing.
func TestRun_nothingToLearn(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]http.HandlerFunc{
		"unauthorized": answer(401, `{"message":"山田"}`),
		"page":         answer(503, "<html>山田</html>"),
		"empty":        answer(200, ""),
		"null":         answer(200, "null"),
		"text":         answer(200, `"山田"`),
		"numbers":      answer(200, `[1, [2], {"response": 3}]`),
		"hang up":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		for _, system := range config.Systems() {
			t.Run(name+" "+string(system), func(t *testing.T) {
				t.Parallel()
				for _, f := range run(t, system, h) {
					if f.Verdict == probe.Confirmed || f.Verdict == probe.Refuted && !strings.Contains(f.Fact, "introspect") {
						t.Errorf("%s: %s, %s", f.Verdict, f.Fact, f.Evidence)
					}
				}
			})
		}
	}
}

// TestRun_carelySchema is a server whose schema differs from the client's.
func TestRun_carelySchema(t *testing.T) {
	t.Parallel()
	named := func(kind, name string) map[string]any { return map[string]any{"kind": kind, "name": name} }
	of := func(kind string, inner any) map[string]any { return map[string]any{"kind": kind, "ofType": inner} }
	ids := of("LIST", of("NON_NULL", named("SCALAR", "ID")))
	texts := of("LIST", of("NON_NULL", named("SCALAR", "String")))
	arg := func(name string, typ any) map[string]any { return map[string]any{"name": name, "type": typ} }
	field := func(name string, typ any, args ...any) map[string]any {
		return map[string]any{"name": name, "type": typ, "args": args}
	}
	text := named("SCALAR", "String")
	schema, err := json.Marshal(map[string]any{"data": map[string]any{"__schema": map[string]any{"types": []any{
		map[string]any{"name": "Query", "fields": []any{
			field("customers", named("OBJECT", "CustomerConnection"), arg("first", named("SCALAR", "Int"))),
			field("overtimes", named("OBJECT", "OvertimeConnection"), arg("branchNames", texts), arg("branchUuids", ids),
				arg("customerUuids", ids), arg("employeeNumbers", texts)),
		}},
		map[string]any{"name": "Overtime", "fields": []any{field("hour", of("NON_NULL", named("SCALAR", "Float")))}},
		map[string]any{"name": "Customer", "fields": []any{field("uuid", text), field("fullname", text)}},
	}}}})
	if err != nil {
		t.Fatal(err)
	}
	found := run(t, config.Carely, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get("Authorization") != "Bearer "+token || strings.Contains(string(body), "mutation") {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if strings.Contains(string(body), "__schema") {
			_, _ = w.Write(schema)
			return
		}
		_, _ = io.WriteString(w, `{"data":{"customers":{"edges":[{"cursor":"山田"}],"pageInfo":{"hasNextPage":false}}}}`)
	}))
	for fact, want := range map[string]struct {
		verdict  probe.Verdict
		evidence string
	}{
		"a token holder may introspect the schema":                                              {probe.Confirmed, "3 types"},
		"overtimes are searched by branchNames, branchUuids, customerUuids and employeeNumbers": {probe.Confirmed, "0 of 4"},
		"the ids in overtimes' searches are [String!]":                                          {probe.Refuted, "customerUuids: [ID!]"},
		"customers can be paged backwards, by last and before":                                  {probe.Refuted, "are first"},
		"arguments have the types that the gateway declares":                                    {probe.Refuted, "overtimes(branchUuids: [ID!])"},
		"every field that the gateway reads exists":                                             {probe.Refuted, "Customer.email"},
		"every field that the gateway writes exists":                                            {probe.Refuted, "ApiOvertimeInput."},
		"the hour of an overtime is an Int":                                                     {probe.Refuted, "Float!"},
		"a page has 100 rows at most, whatever was asked":                                       {probe.Unknown, "too few"},
		"cursors are positions in base64url":                                                    {probe.Refuted, "0 of the first 1"},
	} {
		if f := found[fact]; f.Verdict != want.verdict || !strings.Contains(f.Evidence, want.evidence) {
			t.Errorf("%s: %s, %s; want %s, %s", fact, f.Verdict, f.Evidence, want.verdict, want.evidence)
		}
	}
}

// TestRun_jobcanBareToken is a server that wants the token alone.
func TestRun_jobcanBareToken(t *testing.T) {
	t.Parallel()
	found := run(t, config.Jobcan, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/oauth/token":
			_, _ = io.WriteString(w, `{"access_token":"t1","expires_in":3600}`)
		case r.Header.Get("Authorization") != "t1":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			_, _ = io.WriteString(w, `{"employees":[{"id":1,"syain_no":"山田","山田":1}]}`)
		}
	}))
	f := found["the token is sent behind Bearer"]
	if f.Verdict != probe.Refuted || len(f.Settings) != 1 || f.Settings[0].Value != "true" {
		t.Errorf("bare token: %+v", f)
	}
	f = found["an employee has a staff code under a configured name"]
	if f.Verdict != probe.Refuted || !strings.HasSuffix(f.Evidence, "the fields are id, syain_no") || len(f.Settings) != 0 {
		t.Errorf("staff code: %+v", f)
	}
}

// TestRun_yesodResale is a tenant of the resale, with its path of queries only and
// parents in the rows of organisations.
func TestRun_yesodResale(t *testing.T) {
	t.Parallel()
	found := run(t, config.YESOD, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path != "/api/v22.10/query":
			w.WriteHeader(http.StatusNotFound)
		case r.URL.Query().Get("entityType") == "organization":
			_, _ = io.WriteString(w, `{"queryResult":[{"id":"x","groups":[{"name":"山田","parent":null}]}]}`)
		default:
			_, _ = io.WriteString(w, `{"queryResult":[]}`)
		}
	}))
	f := found["the query endpoint is /api/v24.10/query"]
	if f.Verdict != probe.Refuted || len(f.Settings) != 1 || f.Settings[0].Value != "/api/v22.10/query" {
		t.Errorf("path: %+v", f)
	}
	if f := found["an organisation's row tells its parent"]; f.Verdict != probe.Confirmed {
		t.Errorf("parent: %+v", f)
	}
}

// TestRun_ends shows that a probe ends with its context.
func TestRun_ends(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client, err := transport.New(transport.Options{
		System: "YESOD", Link: "default", Base: &http.Transport{}, Tokens: tokens{},
	})
	if err != nil {
		t.Fatal(err)
	}
	link := config.NewLink(config.YESOD, "default")
	link.URL = "http://127.0.0.1:1"
	if _, err := probe.Run(ctx, probe.Target{Link: &link, Client: client, Now: now}); err == nil {
		t.Error("a probe that was called off has findings")
	}
}
