package e2e_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

type explained struct {
	Explain struct {
		Calls int
		Steps []struct {
			System, Endpoint string
			Calls            int
			IsEstimate       bool
		}
		Systems []struct {
			System      string
			Calls, Hits int
		}
		Problems []string
	}
}

// bySystem adds the price up.
func (e *explained) bySystem() map[string]int {
	out := map[string]int{}
	for _, s := range e.Explain.Systems {
		if s.Calls > 0 {
			out[s.System] += s.Calls
		}
	}
	return out
}

// asked adds the calls that were made up, tokens left out.
func (d *demo) asked() map[string]int {
	names := []string{"AKASHI", "JOBCAN", "CARELY", "YESOD"}
	out := map[string]int{}
	for i, s := range d.Simulators.All() {
		for route, n := range s.History().Counters {
			if route != "POST /oauth/token" && route != "POST /corporate_manager/oauth/token" {
				out[names[i]] += n
			}
		}
	}
	maps.DeleteFunc(out, func(_ string, n int) bool { return n == 0 })
	return out
}

// priced are queries whose price must be told to the call.
func priced() map[string]string {
	const scalars = `id code name { family given } email status jobTitle employmentType hiredOn`
	page := func(n, more string) string {
		return `{ employees(first: ` + n + `) { nodes { ` + scalars + ` ` + more + ` } } }`
	}
	const october = `from: "2026-10-01", to: "2026-10-31"`
	return map[string]string{
		"one employee":  `{ employee(by: {code: "E00010"}) { ` + scalars + ` } }`,
		"a page of 20":  page("20", ""),
		"a page of 100": page("100", ""),
		"a page of 300": page("300", ""),
		"stamps":        page("100", `stamps(from: "2026-11-19", to: "2026-11-19") { nodes { kind } }`),
		"records":       page("100", `workingRecords(`+october+`, systems: [AKASHI]) { nodes { date } }`),
		"breaks":        page("100", `workingRecords(`+october+`, systems: [AKASHI]) { nodes { breaks { startAt } } }`),
		"overtimes":     page("100", `overtimes(from: "2025-11", to: "2026-10") { nodes { minutes } }`),
		"man-hours":     page("50", `manhours(`+october+`, first: 300) { nodes { minutes project { code } } }`),
		"tree":          `{ organizations(first: 300) { nodes { path employees(first: 300) { nodes { code } } } } }`,
		"project": `{ projects(first: 1) { nodes { code members(first: 300) { nodes { isOwner } }
			manhours(` + october + `, first: 300) { nodes { minutes employee { code } } } } } }`,
		"readme": `{ employees(first: 1, filter: { codes: ["E00003"] }) { nodes { organization { path }
			stamps(from: "2026-11-19", to: "2026-11-19", first: 4) { nodes { kind } }
			overtimes(from: "2026-10", to: "2026-10") { nodes { minutes } } } } }`,
		// And one of lists in two places.
		"places": `{ one: employee(by: { code: "E00003" }) { stamps(from: "2026-11-19", to: "2026-11-19") { nodes { kind } } }
			many: employees(first: 60) { nodes { stamps(from: "2026-11-18", to: "2026-11-19") { nodes { kind } } } } }`,
	}
}

// TestExplain_tellsThePrice prices each query on a gateway that has the index and
// nothing else, then asks it and counts, then prices it again.
func TestExplain_tellsThePrice(t *testing.T) {
	t.Parallel()
	const explain = `query($d: String!) { explain(document: $d) {
		calls steps { system endpoint calls isEstimate } systems { system calls hits } problems } }`
	queries := priced()
	for _, name := range slices.Sorted(maps.Keys(queries)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := start(t)
			d.ready(t)
			d.forget()
			price := func() explained {
				var got explained
				d.query(t, hrToken, explain, map[string]any{"d": queries[name]}, &got)
				if len(got.Explain.Problems) > 0 {
					t.Fatalf("problems: %v", got.Explain.Problems)
				}
				return got
			}
			before := price()
			if made := d.asked(); len(made) > 0 {
				t.Fatalf("explaining asked: %v", made)
			}
			if a := d.ask(t, hrToken, queries[name], nil); len(a.Errors) > 0 {
				t.Fatalf("errors: %+v", a.Errors)
			}
			// Nobody can know how many months Carely keeps of people who were never
			// read; every other price is exact.
			if made := d.asked(); name == "overtimes" {
				if step := before.Explain.Steps[0]; !step.IsEstimate || step.Calls < 12 || made["CARELY"] < step.Calls {
					t.Errorf("explained %+v, made %v", step, made)
				}
			} else if !maps.Equal(made, before.bySystem()) {
				t.Errorf("explained %v, made %v: %+v", before.bySystem(), made, before.Explain.Steps)
			}
			if warm := price(); warm.Explain.Calls != 0 {
				t.Errorf("WARM: explained %+v", warm.Explain.Steps)
			}
		})
	}
}

// TestCalls_tooManyAreRefused asks for more than an operation may: nothing is
// asked of the system, and the part that the message names is allowed.
func TestCalls_tooManyAreRefused(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_LIMITS_CALLS=10")
	d.ready(t)
	d.forget()
	records := func(to string) answer {
		return d.ask(t, hrToken, `query($to: Date!) { employees(first: 100) { nodes {
			workingRecords(from: "2026-10-01", to: $to, systems: [AKASHI]) { nodes { breaks { startAt } } } } } }`,
			map[string]any{"to": to})
	}
	a := records("2026-10-31")
	if len(a.Errors) != 1 || a.Errors[0].code() != "TOO_MANY_CALLS" {
		t.Fatalf("errors: %+v", a.Errors)
	}
	for _, part := range []string{"needs 62 calls", "one may make 10;", "the first 5 of its 31 days"} {
		if !strings.Contains(a.Errors[0].Message, part) {
			t.Errorf("the message does not say %q: %s", part, a.Errors[0].Message)
		}
	}
	if made := d.asked(); len(made) > 0 {
		t.Errorf("asked all the same: %v", made)
	}
	if a := records("2026-10-05"); len(a.Errors) > 0 {
		t.Errorf("what the message names is refused: %+v", a.Errors)
	}
}

// TestExplain_keepsToTheDocument refuses what cannot be priced.
func TestExplain_keepsToTheDocument(t *testing.T) {
	t.Parallel()
	d := start(t)
	for name, document := range map[string]string{
		"a write":   `mutation { stamp(input: { kind: CLOCK_IN }) { outcome } }`,
		"nonsense":  `{ employees { nope } }`,
		"no syntax": `{`,
		"too large": `{ employees(first: 300) { nodes { organization { employees(first: 300) { nodes {
			stamps(from: "2026-11-01", to: "2026-11-19", first: 300) { nodes { kind } } } } } } } }`,
	} {
		a := d.ask(t, hrToken, `query($d: String!) { explain(document: $d) { calls } }`, map[string]any{"d": document})
		if len(a.Errors) != 1 || a.Errors[0].code() != "BAD_USER_INPUT" {
			t.Errorf("%s: %+v", name, a.Errors)
		}
	}
	a := d.ask(t, hrToken, `{ explain(document: "{ systems { name } }", variables: "{} {}") { calls } }`, nil)
	if len(a.Errors) != 1 || a.Errors[0].code() != "BAD_USER_INPUT" {
		t.Errorf("two objects as variables: %+v", a.Errors)
	}
	// An employee's price is that of what an employee sees.
	var got explained
	d.query(t, employeeToken, `query($d: String!) { explain(document: $d) { calls steps { endpoint calls } problems } }`,
		map[string]any{"d": `{ employees(first: 100) { nodes { overtimes(from: "2026-10", to: "2026-10") { nodes { minutes } } } } }`},
		&got)
	if got.Explain.Calls > 2 {
		t.Errorf("one person's overtime is priced at %d calls", got.Explain.Calls)
	}
}

// TestExplain_notWithoutEnd: each priced document costs the time of running it.
func TestExplain_notWithoutEnd(t *testing.T) {
	t.Parallel()
	d := start(t)
	var query strings.Builder
	query.WriteString("{")
	for i := range 12 {
		fmt.Fprintf(&query, ` e%d: explain(document: "{ systems { name } }") { calls }`, i)
	}
	query.WriteString("}")
	a := d.ask(t, hrToken, query.String(), nil)
	if len(a.Errors) != 2 || a.Errors[0].code() != "BAD_USER_INPUT" {
		t.Errorf("pricing 12 documents, of which 10 are allowed: %+v", a.Errors)
	}
}
