package e2e_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// yearOf is a year's stamps of everybody on a page.
const yearOf = `{ employees(first: 300) { nodes { stamps(from: "2025-11-20", to: %q) { totalCount } } } }`

// patient gives a busy machine the time to refuse: what is asserted is how.
const patient = "HITOTSU_OPERATION_BUDGET=30s"

// refusals returns the messages of an answer, each once; every error has to refuse
// the operation for its price.
func refusals(t *testing.T, a answer) []string {
	t.Helper()
	if len(a.Errors) == 0 {
		t.Fatalf("it was not refused: %.300s", a.Body)
	}
	seen := map[string]bool{}
	var out []string
	for _, e := range a.Errors {
		if e.code() != "TOO_MANY_CALLS" {
			t.Fatalf("%s: %s", e.code(), e.Message)
		}
		if !seen[e.Message] {
			seen[e.Message] = true
			out = append(out, e.Message)
		}
	}
	return out
}

// TestCalls_theWholeIsRefused: the budget is the operation's, not a list's. Nothing
// is asked, the message is always the same, and what it says is accepted.
func TestCalls_theWholeIsRefused(t *testing.T) {
	t.Parallel()
	d := start(t, patient, "HITOTSU_LIMITS_CALLS=200")
	d.ready(t)
	d.forget()
	year := fmt.Sprintf(yearOf, "2026-11-19")
	var price struct{ Explain struct{ Calls int } }
	d.query(t, hrToken, `query($d: String!) { explain(document: $d) { calls } }`, map[string]any{"d": year}, &price)
	first := refusals(t, d.ask(t, hrToken, year, nil))
	if len(first) != 1 {
		t.Fatalf("one operation is refused in %d ways: %v", len(first), first)
	}
	if want := fmt.Sprintf("needs %d calls; one may make 200; ", price.Explain.Calls); !strings.Contains(first[0], want) {
		t.Errorf("the message does not say %q: %s", want, first[0])
	}
	for range 3 {
		if again := refusals(t, d.ask(t, hrToken, year, nil)); len(again) != 1 || again[0] != first[0] {
			t.Errorf("refused in another way:\n%v\n%v", again, first)
		}
	}
	if made := d.asked(); len(made) > 0 {
		t.Errorf("asked all the same: %v", made)
	}
	advice := regexp.MustCompile(`stamps\(from: "2025-11-20", to: "([0-9-]+)"\)`).FindStringSubmatch(first[0])
	if advice == nil {
		t.Fatalf("the message names nothing that would be accepted: %s", first[0])
	}
	a := d.ask(t, hrToken, fmt.Sprintf(yearOf, advice[1]), nil)
	for _, e := range a.Errors {
		if e.code() == "TOO_MANY_CALLS" {
			t.Fatalf("what the message names is refused: %s", e.Message)
		}
	}
}

// TestCalls_tenYearsAreRefusedAtOnce: what is refused is not built first.
func TestCalls_tenYearsAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	d := start(t, patient)
	d.ready(t)
	d.forget()
	var query strings.Builder
	query.WriteString(`{ employees(first: 300) { nodes {`)
	for year := 2016; year < 2026; year++ {
		fmt.Fprintf(&query, ` y%d: stamps(from: "%d-01-02", to: "%d-01-01") { totalCount }`, year, year, year+1)
	}
	query.WriteString(` } } }`)
	began := time.Now()
	said := refusals(t, d.ask(t, hrToken, query.String(), nil))
	took := time.Since(began)
	t.Logf("%v: %v", took, said)
	if len(said) != 1 || !strings.Contains(said[0], "one may make 1000") || !strings.Contains(said[0], "days would be within them") {
		t.Errorf("refused with %v", said)
	}
	if made := d.asked(); len(made) > 0 {
		t.Errorf("asked all the same: %v", made)
	}
}

// TestCalls_nativeFieldsAreOnTheBill: what no plan foresees is limited too.
func TestCalls_nativeFieldsAreOnTheBill(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_LIMITS_CALLS=5")
	d.ready(t)
	staffs := func(n int) string {
		var query strings.Builder
		query.WriteString(`{ akashi {`)
		for i := range n {
			fmt.Fprintf(&query, ` s%d: staff(id: %d) { lastName }`, i, 1000+i)
		}
		query.WriteString(` } }`)
		return query.String()
	}
	d.forget()
	said := refusals(t, d.ask(t, hrToken, staffs(15), nil))
	if len(said) != 1 || said[0] != "this operation needs 15 calls; one may make 5; ask for it in 3 operations or more" {
		t.Errorf("refused with %v", said)
	}
	if made := d.asked(); len(made) > 0 {
		t.Errorf("asked all the same: %v", made)
	}
	for _, e := range d.ask(t, hrToken, staffs(5), nil).Errors {
		if e.code() == "TOO_MANY_CALLS" {
			t.Errorf("five calls of five are refused: %s", e.Message)
		}
	}
	if made := d.asked()["AKASHI"]; made != 5 {
		t.Errorf("%d calls were made", made)
	}
}

// TestExplain_sharedCellsCostOnce: two names for one list are one list, as when it
// is asked for.
func TestExplain_sharedCellsCostOnce(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	const stamps = `stamps(from: "2026-11-19", to: "2026-11-19") { totalCount }`
	for name, query := range map[string]string{
		"side by side": `{ employees(first: 100) { nodes { a: ` + stamps + ` b: ` + stamps + ` } } }`,
		"apart": `{ a: employees(first: 100) { nodes { ` + stamps + ` } } b: employees(first: 60) { nodes { ` + stamps + ` } }
			c: employees(first: 100) { nodes { ` + stamps + ` } } }`,
	} {
		var once, twice explained
		const explain = `query($d: String!) { explain(document: $d) { calls steps { system endpoint calls isEstimate } systems { system calls } } }`
		d.query(t, hrToken, explain, map[string]any{"d": `{ employees(first: 100) { nodes { ` + stamps + ` } } }`}, &once)
		d.query(t, hrToken, explain, map[string]any{"d": query}, &twice)
		if name == "side by side" && twice.Explain.Calls != once.Explain.Calls {
			t.Errorf("%s: explained %d calls, %d for one of them", name, twice.Explain.Calls, once.Explain.Calls)
		}
		// Which of two that overlap comes first is chance, but nothing is paid for twice.
		if most := once.Explain.Calls + 2; twice.Explain.Calls > most {
			t.Errorf("%s: explained %d calls, %d for one of them", name, twice.Explain.Calls, once.Explain.Calls)
		}
	}
}

// TestExplain_keepsToItsTime: a price that takes longer than the operation may is
// none, and is refused as any answer is that comes too late.
func TestExplain_keepsToItsTime(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_OPERATION_BUDGET=150ms")
	d.ready(t)
	var query strings.Builder
	query.WriteString(`{ employees(first: 300) { nodes {`)
	for i := range 9 {
		fmt.Fprintf(&query, ` s%d: stamps(from: "%d-01-02", to: "%d-12-31") { totalCount }`, i, 2000+i, 2000+i)
	}
	query.WriteString(` } } }`)
	a := d.ask(t, hrToken, `query($d: String!) { a: explain(document: $d) { calls } b: explain(document: $d) { calls } }`,
		map[string]any{"d": query.String()})
	if len(a.Errors) == 0 {
		t.Fatalf("priced in no time: %.300s", a.Body)
	}
	for _, e := range a.Errors {
		if e.code() != "DEADLINE_EXCEEDED" {
			t.Errorf("%s: %s", e.code(), e.Message)
		}
	}
}

// TestExplain_isExactWhereItSaysSo: what is told without a doubt is what is made.
func TestExplain_isExactWhereItSaysSo(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	adits := func(day string) string {
		return fmt.Sprintf(`{ employees(first: 200) { nodes { stamps(from: %q, to: %q, systems: [JOBCAN]) { totalCount } } } }`, day, day)
	}
	const explain = `query($d: String!) { explain(document: $d) { calls steps { system endpoint calls isEstimate } systems { system calls } } }`
	// A Sunday has fewer pages than a Monday, and whose tokens are there is known.
	for _, query := range []string{adits("2026-11-15"), adits("2026-11-16"), `{ employees(first: 20) { nodes { alerts { kind } } } }`} {
		var got explained
		d.query(t, hrToken, explain, map[string]any{"d": query}, &got)
		d.forget()
		d.ask(t, hrToken, query, nil)
		made := 0
		for _, n := range d.asked() {
			made += n
		}
		exact := true
		for _, s := range got.Explain.Steps {
			exact = exact && !s.IsEstimate
		}
		t.Logf("%d calls, exact %t; made %d", got.Explain.Calls, exact, made)
		if exact && got.Explain.Calls != made {
			t.Errorf("%s: explained %+v, made %d", query, got.Explain.Steps, made)
		}
		if !exact && strings.Contains(query, "alerts") {
			t.Errorf("alerts: %+v", got.Explain.Steps)
		}
	}
}

// TestExplain_tellsWhatIsLeft: how much of the quota there is, and a time by how long
// the systems took.
func TestExplain_tellsWhatIsLeft(t *testing.T) {
	t.Parallel()
	d := start(t, "HITOTSU_AKASHI_REQUESTS_PER_SECOND=5")
	d.ready(t)
	var got struct {
		Explain struct {
			Systems []struct {
				System                            string
				CallsLeftNow, CallsLeftNextMinute *int
				EstimatedMilliseconds             int
			}
		}
	}
	d.query(t, hrToken, `{ explain(document: "{ employees(first: 20) { nodes { stamps(from: \"2026-11-19\", to: \"2026-11-19\") { totalCount } } } }") {
		systems { system callsLeftNow callsLeftNextMinute estimatedMilliseconds } } }`, nil, &got)
	for _, s := range got.Explain.Systems {
		if s.System != "AKASHI" {
			continue
		}
		if s.CallsLeftNow == nil || *s.CallsLeftNow < 0 || *s.CallsLeftNow > 5 {
			t.Errorf("left now: %+v", s)
		}
		if s.CallsLeftNextMinute == nil || *s.CallsLeftNextMinute < 250 || *s.CallsLeftNextMinute > 300 {
			t.Errorf("left in a minute of five a second: %+v", s)
		}
		if s.EstimatedMilliseconds <= 0 {
			t.Errorf("no time: %+v", s)
		}
		return
	}
	t.Error("AKASHI is not in the price")
}
