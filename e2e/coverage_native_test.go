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
	// more is how many calls follow the one on route; pages says that route is
	// called once for each page.
	more  int
	pages bool
	// everybody says that others than HR may ask too.
	everybody bool
	// answer is what the data must contain, as text of JSON without spaces.
	answer []string
	// refused are variables that the vendor refuses by itself; where there are
	// none, refusedBy asks in a way that it refuses and returns the answer. says is
	// what that must contain.
	refused   map[string]any
	refusedBy func(t *testing.T, d *demo, c *covered) string
	says      []string
	// unsent says that the gateway itself refuses it, before anything is sent to
	// this system.
	unsent bool
}

// run executes a row: the refusal first, so that nothing is cached.
func (c *covered) run(t *testing.T, d *demo, s *control.Server) {
	t.Helper()
	no := c.refusedBy
	if no == nil {
		no = func(t *testing.T, d *demo, c *covered) string {
			t.Helper()
			return d.ask(t, hrToken, c.query, c.refused).Body
		}
	}
	before := s.History().Total
	wantTexts(t, "refused", no(t, d, c), c.says)
	if !c.unsent && s.History().Total == before {
		t.Error("nothing was sent that the vendor could refuse")
	}

	earlier := s.History()
	yes := d.ask(t, hrToken, c.query, c.variables)
	if yes.Status != http.StatusOK || len(yes.Errors) > 0 {
		t.Fatalf("status %d, errors %+v", yes.Status, yes.Errors)
	}
	wantTexts(t, "answered", string(compact(t, yes.Data)), c.answer)
	after := s.History()
	calls, total := after.Counters[c.route]-earlier.Counters[c.route], after.Total-earlier.Total
	// A write makes the gateway list people anew, behind the answer; a listing under
	// way has no operation's name yet.
	behind := 0
	for _, asked := range after.Requests[len(earlier.Requests):] {
		if asked.Route == "POST /api/graphql" || asked.Route != c.route && strings.HasSuffix(asked.Route, " customers") {
			behind++
		}
	}
	if calls < 1 || calls > 1 && !c.pages || total != calls+c.more && total-behind != calls+c.more {
		t.Errorf("%s was asked %d times, of %d calls: %v", c.route, calls, total, after.Counters)
	}
	method, _, _ := strings.Cut(c.route, " ")
	for _, asked := range after.Requests[len(earlier.Requests):] {
		if asked.Route != c.route {
			continue
		}
		if asked.Method != method {
			t.Errorf("the method is %s, want %s", asked.Method, method)
		}
		if c.param != "" && !slices.Contains(asked.Query[c.param], c.value) {
			t.Errorf("the parameter %s is %q, want %q", c.param, asked.Query[c.param], c.value)
		}
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
