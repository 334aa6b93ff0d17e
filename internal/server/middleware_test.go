package server_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/graph/exec"
	"github.com/hitotsu/hitotsu/internal/auth"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/server"
)

func TestBearer_needed(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	for name, value := range map[string][]string{
		"none": nil, "unknown": {"Bearer nobody-knows"}, "basic": {"Basic " + token},
		"bare": {token}, "empty": {"Bearer "}, "twice": {"Bearer " + token, "Bearer " + token},
	} {
		for _, r := range []*http.Request{
			query(t, "{__schema{types{name}}}", nil),
			post("not json"),
			httptest.NewRequest(http.MethodGet, "/graphql?query={__typename}", nil),
		} {
			r.Header["Authorization"] = value
			w := httptest.NewRecorder()
			e.Handler().ServeHTTP(w, r)
			if w.Code != http.StatusUnauthorized || code(t, w) != "UNAUTHENTICATED" {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
			if got := w.Header().Get("WWW-Authenticate"); !strings.HasPrefix(got, "Bearer") {
				t.Errorf("WWW-Authenticate %q", got)
			}
			if strings.Contains(w.Body.String(), "nobody-knows") {
				t.Error("the token is echoed")
			}
		}
	}
	if e.engine.runs.Load() != 0 {
		t.Error("executed")
	}
	if strings.Contains(e.log.String(), "nobody-knows") {
		t.Error("a token is in the log")
	}
}

func TestBearer_callerIsInTheContext(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	var caller auth.Caller
	e.engine.do = func(ctx context.Context, _ exec.Request) *exec.Response {
		caller, _ = auth.From(ctx)
		return &exec.Response{Data: json.RawMessage(`{}`)}
	}
	e.do(query(t, "{__typename}", nil, "Authorization", "bearer  "+token))
	if caller.Name != "tester" {
		t.Errorf("%+v", caller)
	}
}

func TestLog_oneEvent(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	e.engine.do = respond(&exec.Response{
		Data:   json.RawMessage(`{}`),
		Errors: []*exec.Error{{Err: fault.New(fault.NotFound, "no"), Count: 1}},
	})
	e.do(query(t, `query Find($k: Key) { employee(key: $k) { secretAlias: id } }`, map[string]any{"k": map[string]any{"code": "secret-value"}}))
	events := e.log.events(t, "request")
	if len(events) != 1 {
		t.Fatal(e.log)
	}
	ev := events[0]
	for name, want := range map[string]any{
		"method": "POST", "route": "/graphql", "status": 200.0, "caller": "tester",
		"operation_name": "Find", "operation_type": "query", "cost": 2.0,
	} {
		if ev[name] != want {
			t.Errorf("%s: %v, want %v", name, ev[name], want)
		}
	}
	if _, ok := ev["duration_ms"].(float64); !ok {
		t.Error("no duration")
	}
	if codes, _ := ev["error_codes"].([]any); len(codes) != 1 || codes[0] != "NOT_FOUND" {
		t.Errorf("codes %v", ev["error_codes"])
	}
	for _, word := range []string{"secret", "employee(", token} {
		if strings.Contains(e.log.String(), word) {
			t.Errorf("%q is in the log: %s", word, e.log)
		}
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	e := setup(t, func(o *server.Options) {
		o.Page = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/panic" {
				panic("page")
			}
			_, _ = io.WriteString(w, "page")
		})
	})
	for path, want := range map[string]int{"/": 200, "/assets/a.js": 200, "/panic": 500} {
		w := httptest.NewRecorder()
		e.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != want || w.Header().Get("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %d", path, w.Code)
		}
		if want == 200 && w.Header().Get("Content-Security-Policy") != "" {
			t.Error("the page's policy is its owner's")
		}
	}
	none := setup(t, nil)
	w := httptest.NewRecorder()
	none.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusNotFound {
		t.Errorf("without a page: %d", w.Code)
	}
}

func TestProbes(t *testing.T) {
	t.Parallel()
	var state error
	e := setup(t, func(o *server.Options) { o.Ready = func(context.Context) error { return state } })
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		e.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	if w := get("/healthz"); w.Code != 200 || w.Body.String() != `{"status":"alive"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get("/readyz"); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	state = fault.New(fault.UpstreamUnavailable, "the index is being built")
	if w := get("/readyz"); w.Code != 503 || !strings.Contains(w.Body.String(), "the index is being built") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	const friend, stranger = "https://portal.example.jp", "https://evil.example"
	e := setup(t, func(o *server.Options) { o.Origins = []string{friend} })
	closed := setup(t, nil)
	send := func(e *edge, origin string) *httptest.ResponseRecorder {
		return e.do(query(t, "{__typename}", nil, "Origin", origin, "Sec-Fetch-Site", "cross-site"))
	}
	if w := send(e, friend); w.Code != 200 || w.Header().Get("Access-Control-Allow-Origin") != friend {
		t.Errorf("friend: %d %v", w.Code, w.Header())
	}
	for _, w := range []*httptest.ResponseRecorder{send(e, stranger), send(closed, friend)} {
		if w.Code != 403 || code(t, w) != "FORBIDDEN" || w.Header().Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	preflight := httptest.NewRequest(http.MethodOptions, "/graphql", nil)
	preflight.Header.Set("Origin", friend)
	preflight.Header.Set("Access-Control-Request-Method", "POST")
	preflight.Header.Set("Access-Control-Request-Headers", "authorization,content-type")
	for _, c := range []struct {
		e    *edge
		want string
	}{{e, friend}, {closed, ""}} {
		w := httptest.NewRecorder()
		c.e.Handler().ServeHTTP(w, preflight)
		if got := w.Header().Get("Access-Control-Allow-Origin"); got != c.want || w.Code != 204 {
			t.Errorf("preflight: %d %q, want %q", w.Code, got, c.want)
		}
	}
	if closed.engine.runs.Load() != 0 {
		t.Error("executed")
	}
}

func TestGzip(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	data := `{"a":"` + strings.Repeat("x", 10_000) + `"}`
	e.engine.do = respond(&exec.Response{Data: json.RawMessage(data)})
	for _, accept := range []string{jsonType, gqlType} {
		w := e.do(query(t, "{__typename}", nil, "Accept-Encoding", "gzip", "Accept", accept))
		if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > 1_000 {
			t.Fatalf("%s: %d bytes, %v", accept, w.Body.Len(), w.Header())
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil || string(got) != `{"data":`+data+`}` {
			t.Errorf("%v %d bytes", err, len(got))
		}
	}
}

func TestNew_reportsAllFaults(t *testing.T) {
	t.Parallel()
	_, err := server.New(server.Options{Origins: []string{"*", "portal.example.jp"}})
	if err == nil || strings.Count(err.Error(), "\n") != 4 {
		t.Errorf("%v", err)
	}
}

func TestServe_finishesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	started, release := make(chan struct{}), make(chan struct{})
	e.engine.do = func(ctx context.Context, _ exec.Request) *exec.Response {
		close(started)
		<-release
		if ctx.Err() != nil {
			return nil
		}
		return &exec.Response{Data: json.RawMessage(`{}`)}
	}
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- e.Serve(ctx, l) }()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	answered := make(chan int, 1)
	go func() {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+l.Addr().String()+"/graphql",
			strings.NewReader(`{"query":"{__typename}"}`))
		r.Header.Set("Content-Type", jsonType)
		r.Header.Set("Authorization", "Bearer "+token)
		resp, err := client.Do(r)
		if err != nil {
			answered <- 0
			return
		}
		defer resp.Body.Close()
		answered <- resp.StatusCode
	}()
	<-started
	stop()
	select {
	case err := <-served:
		t.Fatalf("ended before the operation: %v", err)
	default:
	}
	close(release)
	if got := <-answered; got != http.StatusOK {
		t.Errorf("status %d", got)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}

func TestServe_listenerFails(t *testing.T) {
	t.Parallel()
	e := setup(t, nil)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := e.Serve(t.Context(), l); err == nil {
		t.Error("no error")
	}
}
