package e2e_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// covered is a row of docs/coverage.md that a GraphQL operation executes.
type covered struct {
	// operation is the row's first cell.
	operation string
	query     string
	variables map[string]any
	// route is the simulator's counter that the operation must raise, and no
	// other.
	route string
	// param and value are a parameter of the request; "" where its body carries
	// them, and answer shows what they did.
	param, value string
	// answer is what the data must contain, as text of JSON without spaces.
	answer []string
	// refusal is a refusal that the vendor documents, and says what the answer to
	// it must contain. Without refusal, refused is asked instead, which the vendor
	// refuses by itself.
	refusal control.Fault
	refused map[string]any
	says    []string
}

// run executes a row: the refusal first, so that nothing is cached.
func (c *covered) run(t *testing.T, d *demo, s *control.Server) {
	t.Helper()
	variables := c.refused
	if variables == nil {
		variables = c.variables
		if err := s.AddFault(c.refusal); err != nil {
			t.Fatal(err)
		}
	}
	no := d.ask(t, hrToken, c.query, variables)
	s.ClearFaults()
	wantTexts(t, "refused", no.Body, c.says)

	before := s.History()
	yes := d.ask(t, hrToken, c.query, c.variables)
	if yes.Status != http.StatusOK || len(yes.Errors) > 0 {
		t.Fatalf("status %d, errors %+v", yes.Status, yes.Errors)
	}
	wantTexts(t, "answered", string(compact(t, yes.Data)), c.answer)
	after := s.History()
	if after.Counters[c.route] != before.Counters[c.route]+1 || after.Total != before.Total+1 {
		t.Errorf("%s was asked %d times of %d calls", c.route, after.Counters[c.route]-before.Counters[c.route],
			after.Total-before.Total)
	}
	last := after.Requests[len(after.Requests)-1]
	if method, _, _ := strings.Cut(c.route, " "); last.Method != method {
		t.Errorf("the method is %s, want %s", last.Method, method)
	}
	if c.param != "" && !slices.Contains(last.Query[c.param], c.value) {
		t.Errorf("the parameter %s is %q, want %q", c.param, last.Query[c.param], c.value)
	}
}

func wantTexts(t *testing.T, what, got string, want []string) {
	t.Helper()
	for _, text := range want {
		if !strings.Contains(got, text) {
			t.Errorf("%s: no %s in %.1500s", what, text, got)
		}
	}
}

func compact(t *testing.T, raw json.RawMessage) json.RawMessage {
	t.Helper()
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
