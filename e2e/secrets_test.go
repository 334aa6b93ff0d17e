package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
)

// marker is a text that only a system's answer holds; nothing of such an answer
// may be repeated.
const marker = "upstream-body-4f1e77"

// confidential finds what must be in no error and in no log.
type confidential struct {
	texts []string
	url   *regexp.Regexp
}

func newConfidential(s *systems) *confidential {
	c := &confidential{
		texts: append(s.credentials.all(), marker), url: regexp.MustCompile(`https?://[^\s"\\]*\?[^\s"\\]`),
	}
	for i := range s.company.People {
		c.texts = append(c.texts, personal(&s.company.People[i])...)
	}
	return c
}

func personal(p *company.Person) []string {
	var texts []string
	for _, record := range p.In {
		texts = append(texts, record.Email, record.Family+record.Given, record.Family+" "+record.Given, record.Family)
	}
	texts = append(texts, p.FamilyKana, p.FamilyKana+" "+p.GivenKana)
	long := texts[:0]
	for _, text := range texts {
		if utf8.RuneCountInString(text) > 1 {
			long = append(long, text)
		}
	}
	return long
}

// check fails the test when text holds something confidential; it says what kind
// of thing, and where.
func (c *confidential) check(t *testing.T, where, text string) {
	t.Helper()
	for _, secret := range c.texts {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s holds %q:\n…%s…", where, secret, text[max(0, at-200):min(len(text), at+200)])
			return
		}
	}
	if found := c.url.FindString(text); found != "" {
		t.Errorf("%s holds a URL with a query: %s", where, found)
	}
}

// errorsOf is the errors of an answer as they were sent.
func errorsOf(t *testing.T, a answer) string {
	t.Helper()
	var envelope struct {
		Errors json.RawMessage `json:"errors"`
	}
	if err := json.Unmarshal([]byte(a.Body), &envelope); err != nil {
		t.Fatal(err)
	}
	return string(envelope.Errors)
}

// faults are ways in which a system can fail, all of them talkative.
func faults() map[string]control.Fault {
	body := `{"success":false,"response":null,"errors":[{"code":"ERR400019","message":"` + marker + `"}],` +
		`"error":"` + marker + ` of somebody","error_description":"` + marker + `","code":"` + marker + ` 1","message":"` + marker + `"}`
	talk := map[string]string{
		"Content-Type": "application/json", "X-Debug": marker, "Www-Authenticate": `Bearer realm="` + marker + `"`,
		"Retry-After": marker, "Location": "http://127.0.0.1:1/?token=" + marker,
	}
	return map[string]control.Fault{
		"unauthorized": {Unauthorized: true},
		"401":          {Status: 401, Body: body, Header: talk},
		"403":          {Status: 403, Body: body, Header: talk},
		"400":          {Status: 400, Body: body, Header: talk},
		"200":          {Status: 200, Body: body, Header: talk},
		"200 GraphQL": {Status: 200, Header: talk, Body: `{"data":null,"errors":[{"message":"` + marker +
			`","path":["` + marker + `"],"extensions":{"code":"` + marker + ` of somebody"}}]}`},
		"200 code":  {Status: 200, Header: talk, Body: `{"success":false,"errors":[{"code":"` + marker + ` of somebody"}]}`},
		"302":       {Status: 302, Body: body, Header: talk},
		"404":       {Status: 404, Body: "<html>" + marker, Header: map[string]string{"Content-Type": "text/html"}},
		"500":       {Status: 500, Body: body, Header: talk},
		"garbage":   {Garbage: true},
		"marked":    {Status: 200, Body: `{"success": ` + marker, Header: talk},
		"truncated": {Truncate: true},
	}
}

// TestSecrets_failingSystems makes all four systems fail in every way, before the
// gateway knows anybody and afterwards, and reads what it says and logs.
func TestSecrets_failingSystems(t *testing.T) {
	t.Parallel()
	for name, fault := range faults() {
		for _, when := range []string{"at start", "later"} {
			t.Run(name+" "+when, func(t *testing.T) {
				t.Parallel()
				s := startSystems(t)
				fail := func() {
					for _, one := range s.all() {
						if err := one.AddFault(fault); err != nil {
							t.Fatal(err)
						}
					}
				}
				if when == "at start" {
					fail()
				}
				g := serve(t, s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir()))
				a := g.ask(t, hrKey, `{ employees(first: 300) { totalCount nodes { name { display } email } } }`, nil)
				if when == "later" {
					if len(a.Errors) > 0 {
						t.Fatalf("errors before anything failed: %+v", a.Errors)
					}
					fail()
				}
				c := newConfidential(s)
				failed := len(a.Errors)
				c.check(t, "an error", errorsOf(t, a))
				for key, query := range everyOperation(s) {
					a := g.ask(t, key.token, query, nil)
					failed += len(a.Errors)
					c.check(t, "an error of "+key.name, errorsOf(t, a))
				}
				if failed == 0 {
					t.Error("nothing failed, so it proves nothing")
				}
				if err := g.stop(); err != nil {
					t.Error(err)
				}
				c = newConfidential(s) // with the credentials of meanwhile
				c.check(t, "the log", g.log.String())
				c.check(t, "the output", g.out.String())
				if !strings.Contains(g.log.String(), `"level":"DEBUG"`) {
					t.Error("nothing was logged at debug level")
				}
			})
		}
	}
}

type asker struct{ name, token string }

// everyOperation reads everything there is.
func everyOperation(s *systems) map[asker]string {
	manager := s.company.Persona(company.PersonaManager)
	return map[asker]string{
		{"stamps", hrKey}: `{ employees(first: 20) { nodes { email stamps(from: "2026-11-02", to: "2026-11-05") {
			totalCount sources { system status code } } workingRecords(from: "2026-11-02", to: "2026-11-05") { totalCount } } } }`,
		{"leaves", hrKey}: `{ employees(first: 3) { nodes { leaves(from: "2026-09-01", to: "2026-11-05") { totalCount }
			overtimes(from: "2026-01", to: "2026-11") { totalCount } alerts { date } } } }`,
		{"projects", hrKey}: `{ projects(first: 3) { nodes { members { totalCount } tasks { totalCount }
			manhours(from: "2026-11-02", to: "2026-11-05") { totalCount } } } }`,
		{"people's projects", managerKey}: `{ viewer { name employee { projects(from: "2026-11-02", to: "2026-11-05") {
			totalCount } tasks(from: "2026-11-02", to: "2026-11-05") { totalCount }
			manhours(from: "2026-11-02", to: "2026-11-05") { totalCount } alerts { date } } } }`,
		{"organizations", hrKey}: `{ organizations { nodes { name employees { nodes { managers { email } } } } } }`,
		{"vendors", hrKey}: `{ akashi { alerts { date } } carely { currentCustomer { uuid } departments { name }
			workplaces { name } groupAnalyses { name } } jobcan { shifts(employee: "` + manager.Code + `", dates: ["2026-11-05"]) { start } } }`,
		{"vendors as somebody else", employeeKey}: `{ akashi { alerts { date } } carely { departments { name } } }`,
		{"systems", hrKey}:                        `{ systems { system healthy needs advice lastError { code } tokenExpiresAt } viewer { name } }`,
	}
}

// TestSecrets_whatCallersSend sends personal values and keys in all the wrong
// places: they are not repeated either.
func TestSecrets_whatCallersSend(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	g := serve(t, s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir()))
	c := newConfidential(s)
	p := s.company.Persona(company.PersonaManager)
	for _, secret := range []string{p.Email, p.Family + p.Given, hrKey} {
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		v := string(quoted)
		for _, query := range []string{
			`{ employee(by: { id: ` + v + ` }) { id } }`,
			`{ employee(by: { code: ` + v + ` }) { id } }`,
			`{ node(id: ` + v + `) { id } }`,
			`{ nodes(ids: [` + v + `]) { id } }`,
			`{ employees(after: ` + v + `) { totalCount } }`,
			`{ employees(first: ` + v + `) { totalCount } }`,
			`{ employees(filter: { status: [` + v + `] }) { totalCount } }`,
			`{ employees(filter: { organization: ` + v + ` }) { totalCount } }`,
			`{ employees(filter: { text: ` + strings.Replace(v, `"`, `"`+strings.Repeat("x", 100), 1) + ` }) { totalCount } }`,
			`{ employees(filter: { includeDescendants: ` + v + ` }) { totalCount } }`,
			`{ employees(filter: ` + v + `) { totalCount } }`,
			`{ viewer { employee { stamps(from: ` + v + `, to: "2026-11-05") { totalCount } } } }`,
			`{ viewer { employee { overtimes(from: ` + v + `, to: "2026-11") { totalCount } } } }`,
			`{ jobcan(link: ` + v + `) { link } akashi(link: ` + v + `) { link } }`,
			`{ employees(filter: { email: ` + strings.TrimSuffix(v, `"`),
			`{ employees(filter: { email: ` + v + ` ) }`,
			`{ viewer } ` + v,
			v,
		} {
			a := g.ask(t, hrKey, query, nil)
			if len(a.Errors) == 0 && !strings.Contains(query, "jobcan") {
				t.Errorf("no error for %s", query)
			}
			c.check(t, "an error of "+query, errorsOf(t, a))
		}
		for _, query := range []string{
			`query($v: Int) { employees(first: $v) { totalCount } }`,
			`query($v: Date!) { viewer { employee { stamps(from: $v, to: "2026-11-05") { totalCount } } } }`,
			`query($v: [EmploymentStatus!]) { employees(filter: { status: $v }) { totalCount } }`,
			`query($v: EmployeeRef!) { employee(by: $v) { id } }`,
			`query($v: EmployeeFilter) { employees(filter: $v) { totalCount } }`,
		} {
			a := g.ask(t, hrKey, query, map[string]any{"v": secret})
			if len(a.Errors) == 0 {
				t.Errorf("no error for %s", query)
			}
			c.check(t, "an error of "+query, errorsOf(t, a))
		}
		for _, body := range []string{secret, `{"query": ` + secret, `{"query":"{viewer{name}}","variables":` + v + `}`} {
			a := post(t, g.url, hrKey, "application/json", body)
			c.check(t, "an error of a body", errorsOf(t, a))
		}
	}
	if err := g.stop(); err != nil {
		t.Error(err)
	}
	newConfidential(s).check(t, "the log", g.log.String())
}

// TestSecrets_noToken shows that the graph is closed without a token, and the page
// is open.
func TestSecrets_noToken(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	g := serve(t, s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir()))
	g.works(t, "at first")
	calls := func() int {
		n := 0
		for _, one := range s.all() {
			n += one.History().Total
		}
		return n
	}
	before := calls()
	for _, key := range []string{"", "wrong", "demo-hr", hrKey + "x", hrKey[1:], "Bearer " + hrKey, strings.Repeat("x", 8000)} {
		for _, query := range []string{
			`{ employees { totalCount } }`, `{ __schema { types { name } } }`, `{ __typename }`, `{ broken`, ``,
		} {
			resp, body := fetch(t, http.MethodPost, g.url+"graphql", key, `{"query":"`+query+`"}`)
			if resp.StatusCode != http.StatusUnauthorized || !strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "Bearer") ||
				!strings.Contains(body, `"code":"UNAUTHENTICATED"`) || strings.Contains(body, `"data"`) {
				t.Errorf("key %.20q, query %q: %d %v %s", key, query, resp.StatusCode, resp.Header, body)
			}
		}
	}
	if resp, _ := fetch(t, http.MethodGet, g.url+"graphql?query={__typename}", "", ""); resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("GET: %d", resp.StatusCode)
	}
	if n := calls() - before; n != 0 {
		t.Errorf("%d upstream calls for callers without a token", n)
	}
	resp, body := fetch(t, http.MethodGet, g.url, "", "")
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
		t.Errorf("the page: %d %v", resp.StatusCode, resp.Header)
	}
	newConfidential(s).check(t, "the page", body)
	if resp, body := fetch(t, http.MethodGet, g.url+"config.json", "", ""); strings.Contains(body, "token\":\"") {
		t.Errorf("the page of serve gives tokens away: %d %s", resp.StatusCode, body)
	}
	newConfidential(s).check(t, "the log", g.log.String())
}

// fetch sends a request with a key, unless it is empty.
func fetch(t *testing.T, method, address, key, body string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if key != "" {
		req.Header.Set("Authorization", "Bearer "+key)
	}
	client := &http.Client{Timeout: 10 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var b strings.Builder
	if _, err := io.Copy(&b, resp.Body); err != nil {
		t.Fatal(err)
	}
	return resp, b.String()
}

// TestSecrets_demo shows that the demo keeps the rules although its tokens are
// public: what people see there they expect of serve.
func TestSecrets_demo(t *testing.T) {
	t.Parallel()
	d := start(t)
	for _, token := range []string{hrToken, managerToken, employeeToken} {
		a := d.ask(t, token, `{ viewer { name } employees(first: 0) { totalCount } }`, nil)
		if len(a.Errors) == 0 || strings.Contains(a.Body, token) {
			t.Errorf("the answer repeats the token: %s", a.Body)
		}
		if strings.Contains(d.log.String(), token) {
			t.Errorf("the log holds the token %s", token)
		}
	}
}
