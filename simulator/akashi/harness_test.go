package akashi_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// now is after the last day of the demo company of these tests, a Friday.
var now = time.Date(2026, 11, 20, 21, 0, 0, 0, company.JST)

// demo is the company of these tests; nothing changes it.
var demo = sync.OnceValue(func() *company.Company { return company.New(company.Options{Seed: 1, Today: now}) })

const (
	hrToken       = "0e77ecf9-feab-485a-8ce4-6427f9d3531d"
	managerToken  = "1e77ecf9-feab-485a-8ce4-6427f9d3531d"
	employeeToken = "2e77ecf9-feab-485a-8ce4-6427f9d3531d"
)

// tenant is a simulator behind a real port.
type tenant struct {
	*akashi.Simulator
	company *company.Company
	url     string // with the company id
}

func start(t *testing.T, opts akashi.Options) *tenant {
	t.Helper()
	c := demo()
	opts.Company = "sample001"
	if opts.Now == nil {
		opts.Now = func() time.Time { return now }
	}
	if opts.Tokens == nil {
		opts.Tokens = map[string]int{
			hrToken:       c.Persona(company.PersonaHR).Key,
			managerToken:  c.Persona(company.PersonaManager).Key,
			employeeToken: c.Persona(company.PersonaEmployee).Key,
		}
	}
	sim := akashi.New(c, opts)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	return &tenant{sim, c, server.URL + "/api/cooperation/sample001"}
}

// answer is the envelope of 5.1.1.
type answer struct {
	status   int
	Success  bool
	Response json.RawMessage
	Errors   []struct{ Code, Message string }
}

// newClient keeps no connection: a test's server goes away with the test.
func newClient(t *testing.T) *http.Client {
	t.Helper()
	return &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: time.Minute}
}

func send(t *testing.T, method, url, body string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{status: resp.StatusCode}
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatalf("%s: %v: %s", url, err, text)
	}
	return a
}

// get asks with a token and wants success; path may hold a query.
func get[T any](t *testing.T, tn *tenant, token, path string) T {
	t.Helper()
	a := send(t, http.MethodGet, tn.url+withToken(path, token), "")
	if a.status != http.StatusOK || !a.Success {
		t.Fatalf("GET %s: status %d, errors %v", path, a.status, a.Errors)
	}
	var response T
	if err := json.Unmarshal(a.Response, &response); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return response
}

// refused asks with a token and wants a refusal with HTTP 200.
func refused(t *testing.T, tn *tenant, token, path string) {
	t.Helper()
	a := send(t, http.MethodGet, tn.url+withToken(path, token), "")
	if a.status != http.StatusOK || a.Success || len(a.Errors) == 0 || a.Errors[0].Message == "" {
		t.Errorf("GET %s: status %d, success %v, errors %v; want a refusal", path, a.status, a.Success, a.Errors)
	}
}

func withToken(path, token string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + "token=" + token
}

// dump returns the state that the answers must fit.
func (tn *tenant) dump(t *testing.T) akashi.Dump {
	t.Helper()
	d, ok := tn.Dump().(akashi.Dump)
	if !ok {
		t.Fatal("Dump returns something else than a Dump")
	}
	return d
}

func (tn *tenant) id(persona company.Persona) int {
	return akashi.StaffID(tn.company.Persona(persona).Key)
}

// ids joins staff ids with commas.
func ids(list []int) string {
	text := make([]string, len(list))
	for i, id := range list {
		text[i] = strconv.Itoa(id)
	}
	return strings.Join(text, ",")
}

// someStaffs returns the first n staff ids of the dump.
func someStaffs(d akashi.Dump, n int) []int {
	list := make([]int, 0, n)
	for _, one := range d.Staffs[:n] {
		list = append(list, one.StaffID)
	}
	return list
}

// code is the employee number of a persona.
func (tn *tenant) code(persona company.Persona) string {
	return tn.company.Persona(persona).In[company.Akashi].Code
}

// ask sends a request such as "POST /projects" with a body that holds the token
// and the given members.
func (tn *tenant) ask(t *testing.T, token, operation, members string) answer {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	body := `{"token":"` + token + `"`
	if members != "" {
		body += "," + members
	}
	return send(t, method, tn.url+path, body+"}")
}

// write asks and wants success without errors.
func (tn *tenant) write(t *testing.T, token, operation, members string) answer {
	t.Helper()
	a := tn.ask(t, token, operation, members)
	if a.status != http.StatusOK || !a.Success || len(a.Errors) > 0 {
		t.Fatalf("%s %s: status %d, success %v, errors %v", operation, members, a.status, a.Success, a.Errors)
	}
	return a
}

// unchanged wants the state that was. Of stamps and records, which are many and
// only grow, the numbers must do.
func (tn *tenant) unchanged(t *testing.T, before akashi.Dump) {
	t.Helper()
	after := tn.dump(t)
	if len(before.Stamps) != len(after.Stamps) || len(before.WorkingRecords) != len(after.WorkingRecords) {
		t.Error("refused writes changed the attendance")
	}
	before.Stamps, after.Stamps, before.WorkingRecords, after.WorkingRecords = nil, nil, nil, nil
	if !bytes.Equal(jsonOf(t, before), jsonOf(t, after)) {
		t.Errorf("refused writes changed the state: %s", cmp.Diff(before, after))
	}
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// refusedWrites asks with every one of the members and wants refusals that
// change nothing.
func (tn *tenant) refusedWrites(t *testing.T, token, operation string, members map[string]string) {
	t.Helper()
	before := tn.dump(t)
	for name, one := range members {
		a := tn.ask(t, token, operation, one)
		if a.status != http.StatusOK || a.Success || len(a.Errors) == 0 || a.Errors[0].Message == "" ||
			!strings.HasPrefix(a.Errors[0].Code, " ERR") {
			t.Errorf("%s: status %d, success %v, errors %v; want a refusal", name, a.status, a.Success, a.Errors)
		}
	}
	tn.unchanged(t, before)
}
