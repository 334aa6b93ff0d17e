package e2e_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// AKASHI's tokens of the administrator that a test gives to a gateway, and the
// keys that callers hold.
const (
	seedOne = "5eed0001-aaaa-4bbb-8ccc-000000000001"
	seedTwo = "5eed0002-aaaa-4bbb-8ccc-000000000002"
	// seedOwn is the employee's own.
	seedOwn = "5eed0003-aaaa-4bbb-8ccc-000000000003"

	hrKey       = "key-of-hr-2f6c1d0a9b"
	managerKey  = "key-of-a-manager-77aa31"
	employeeKey = "key-of-an-employee-9914"
)

// systems are four simulated systems of a test's own. Every credential that
// passes by is remembered.
type systems struct {
	company                       *company.Company
	akashi, jobcan, carely, yesod *control.Server
	credentials                   *credentials
}

// startSystems runs strict simulators until the test ends.
func startSystems(t *testing.T) *systems {
	t.Helper()
	return startSystemsOf(t, 100)
}

// startSystemsOf is startSystems of a company of another size.
func startSystemsOf(t *testing.T, people int) *systems {
	t.Helper()
	c := company.New(company.Options{Seed: 1, Today: time.Now(), People: people})
	s := &systems{company: c, credentials: &credentials{reissued: make(chan struct{})}}
	hr := c.Persona(company.PersonaHR).Key
	health, err := carely.New(c, carely.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		server **control.Server
		sim    control.Simulator
	}{
		{&s.akashi, akashi.New(c, akashi.Options{Tokens: map[string]int{
			seedOne: hr, seedTwo: hr, seedOwn: c.Persona(company.PersonaEmployee).Key,
		}})},
		{&s.jobcan, jobcan.New(c, jobcan.Options{Seed: 1})},
		{&s.carely, health},
		{&s.yesod, yesod.New(c, yesod.Options{Seed: 1})},
	} {
		*one.server = control.New(&witness{Simulator: one.sim, seen: s.credentials}, control.Options{})
		if err := (*one.server).Start(context.WithoutCancel(t.Context())); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := (*one.server).Close(); err != nil {
				t.Error(err)
			}
		})
	}
	return s
}

func (s *systems) all() []*control.Server {
	return []*control.Server{s.akashi, s.jobcan, s.carely, s.yesod}
}

// environ is the environment of a gateway in front of the systems. more comes
// last and wins.
func (s *systems) environ(t *testing.T, more ...string) []string {
	t.Helper()
	callers := filepath.Join(t.TempDir(), "callers.yaml")
	var b strings.Builder
	for _, c := range []struct {
		key, role string
		persona   company.Persona
	}{
		{hrKey, "hr", company.PersonaHR},
		{managerKey, "manager", company.PersonaManager},
		{employeeKey, "employee", company.PersonaEmployee},
	} {
		fmt.Fprintf(&b, "- name: the %s\n  sha256: %x\n  role: %s\n  employee_code: %q\n",
			c.role, sha256.Sum256([]byte(c.key)), c.role, s.company.Persona(c.persona).Code)
	}
	if err := os.WriteFile(callers, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return append([]string{
		"HITOTSU_LISTEN=127.0.0.1:0",
		"HITOTSU_LOG_LEVEL=debug",
		"HITOTSU_CALLERS_FILE=" + callers,
		"HITOTSU_ENCRYPTION_KEY=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32)),
		"HITOTSU_AKASHI_URL=" + s.akashi.URL() + "/api/cooperation",
		"HITOTSU_AKASHI_COMPANY=demo",
		"HITOTSU_AKASHI_TOKEN=" + seedOne,
		"HITOTSU_AKASHI_FIRST_REISSUE_DELAY=1s",
		"HITOTSU_AKASHI_REQUESTS_PER_SECOND=50",
		"HITOTSU_JOBCAN_URL=" + s.jobcan.URL(),
		"HITOTSU_JOBCAN_TOKEN_URL=" + s.jobcan.URL() + "/oauth/token",
		"HITOTSU_JOBCAN_CLIENT_ID=" + jobcan.DefaultClientID,
		"HITOTSU_JOBCAN_CLIENT_SECRET=" + jobcan.DefaultClientSecret,
		"HITOTSU_JOBCAN_REQUESTS_PER_SECOND=50",
		"HITOTSU_CARELY_URL=" + s.carely.URL() + "/api/graphql",
		"HITOTSU_CARELY_AUTH_URL=" + s.carely.URL(),
		"HITOTSU_CARELY_CLIENT_ID=" + carely.DefaultClientID,
		"HITOTSU_CARELY_CLIENT_SECRET=" + carely.DefaultClientSecret,
		"HITOTSU_CARELY_REDIRECT_URL=" + carely.DefaultRedirectURL,
		"HITOTSU_CARELY_REFRESH_TOKEN=" + carely.DefaultRefreshToken,
		"HITOTSU_YESOD_URL=" + s.yesod.URL(),
		"HITOTSU_YESOD_TOKEN=" + yesod.DefaultToken,
		"HITOTSU_YESOD_REQUESTS_PER_SECOND=50",
	}, more...)
}

// credentials are all that was sent to a system or issued by one.
type credentials struct {
	mu       sync.Mutex
	sent     []string
	issued   []string
	once     sync.Once
	reissued chan struct{} // closed when AKASHI has given a new token
}

// all returns every credential that must stay secret, sent or issued.
func (c *credentials) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := slices.Concat(c.sent, c.issued, []string{
		seedOne, seedTwo, seedOwn, hrKey, managerKey, employeeKey, carely.DefaultClientSecret, carely.DefaultRefreshToken,
		jobcan.DefaultClientSecret, yesod.DefaultToken,
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// given returns those that a system issued.
func (c *credentials) given() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.issued)
}

// used tells whether a credential was sent to a system.
func (c *credentials) used(text string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Contains(c.sent, text)
}

// witness is a simulator that is listened to.
type witness struct {
	control.Simulator
	seen *credentials
}

// issuedPattern finds credentials in a system's answer.
const issuedPattern = `"(?:access_token|refresh_token|token)" *: *"([^"]+)"`

func (w *witness) Handler() http.Handler {
	issued := regexp.MustCompile(issuedPattern)
	next := w.Simulator.Handler()
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the caller left
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.seen.request(r, body)
		if !strings.Contains(r.URL.Path, "token") {
			next.ServeHTTP(rw, r)
			return
		}
		copied := &tee{ResponseWriter: rw}
		next.ServeHTTP(copied, r)
		w.seen.mu.Lock()
		defer w.seen.mu.Unlock()
		for _, m := range issued.FindAllStringSubmatch(copied.b.String(), -1) {
			w.seen.issued = append(w.seen.issued, m[1])
			if strings.Contains(r.URL.Path, "reissue") {
				w.seen.once.Do(func() { close(w.seen.reissued) })
			}
		}
	})
}

// Unauthorized hands on: embedding an interface hides what else it can.
func (w *witness) Unauthorized(rw http.ResponseWriter, r *http.Request) {
	if u, ok := w.Simulator.(control.Unauthorizer); ok {
		u.Unauthorized(rw, r)
		return
	}
	http.Error(rw, "unauthorized", http.StatusUnauthorized)
}

func (c *credentials) request(r *http.Request, body []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	form, _ := url.ParseQuery(string(body)) // a body that is no form holds none
	for _, v := range []url.Values{r.URL.Query(), form} {
		for _, name := range []string{"token", "refresh_token", "client_secret", "access_token"} {
			c.sent = append(c.sent, v[name]...)
		}
	}
	if scheme, text, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && scheme != "Basic" {
		c.sent = append(c.sent, text)
	}
	var sent struct {
		Token string `json:"token"`
	}
	if json.Unmarshal(body, &sent) == nil && sent.Token != "" {
		c.sent = append(c.sent, sent.Token)
	}
}

// tee copies what is written.
type tee struct {
	http.ResponseWriter
	b bytes.Buffer
}

func (t *tee) Write(p []byte) (int, error) {
	t.b.Write(p)
	return t.ResponseWriter.Write(p)
}

// gateway is a running serve.
type gateway struct {
	url  string
	out  *buffer
	log  *buffer
	stop func() error
}

// serve runs a gateway until stop, at the latest until the test ends.
func serve(t *testing.T, environ []string) *gateway {
	t.Helper()
	g := &gateway{out: &buffer{}, log: &buffer{}}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	said, ended := make(chan string, 1), make(chan error, 1)
	go func() {
		ended <- app.Serve(ctx, app.ServeOptions{
			Environ: environ, Now: time.Now, Out: &announcement{to: g.out, said: said},
			NewLog: func(_, _ string) *slog.Logger {
				return slog.New(slog.NewJSONHandler(g.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
			},
		})
	}()
	g.stop = sync.OnceValue(func() error { cancel(); return <-ended })
	t.Cleanup(func() {
		if err := g.stop(); err != nil {
			t.Errorf("serve ended with %v", err)
		}
	})
	select {
	case g.url = <-said:
	case err := <-ended:
		ended <- nil // it was told here
		t.Fatalf("serve: %v", err)
	}
	return g
}

// announcement waits for the address in what a gateway prints.
type announcement struct {
	to   io.Writer
	said chan<- string
}

func (a *announcement) Write(p []byte) (int, error) {
	if _, rest, ok := strings.Cut(string(p), "listens on "); ok {
		a.said <- strings.TrimSpace(rest)
	}
	return a.to.Write(p)
}

func (g *gateway) ask(t *testing.T, key, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		t.Fatal(err)
	}
	return post(t, g.url, key, "application/json", string(body))
}
