package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// TestNativeWrites_lostAnswers cuts the connection after the system did what was
// asked. What may be sent twice is; of the rest it is said that nobody knows.
func TestNativeWrites_lostAnswers(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	st := carelyState(t, d)
	c, _ := someone(t, st)
	cut := func(s *control.Server) {
		t.Helper()
		if err := s.AddFault(control.Fault{Cut: "after", Method: http.MethodPost, Times: 1}); err != nil {
			t.Fatal(err)
		}
	}
	cut(d.Simulators.Carely)
	got := d.customerOutcomes(t, map[string]any{"uuid": *c.UUID, "jobTitle": "係長"})
	if len(got) != 1 || got[0] != "APPLIED" {
		t.Errorf("a change is told as %q", got)
	}
	d.ready(t) // a write makes the next operation read people again
	cut(d.Simulators.Carely)
	got = d.customerOutcomes(t, map[string]any{
		"branchUuid": *c.Branch.UUID, "employeeNumber": "N-9", "fullname": "試験 次郎", "gender": "MALE",
	})
	if len(got) != 1 || !strings.HasPrefix(got[0], "UNKNOWN ") {
		t.Errorf("a new customer is told as %q", got)
	}
	if n := len(carelyState(t, d).Customers); n != len(st.Customers)+1 {
		t.Errorf("%d customers were made, want one", n-len(st.Customers))
	}

	m := anyMember(t, d)
	d.ready(t)
	cut(d.Simulators.Yesod)
	d.refuses(t, hrToken, importMembers, map[string]any{
		"in": plus(members([2]string{m.IdentificationNumber, "山本"}), map[string]any{"approval": "AT_ONCE"}),
	}, `"importMembers":{"outcome":"UNKNOWN"`, `"rows":[{"row":0,"outcome":"UNKNOWN"`)
	imports := d.Simulators.Yesod.History().Counters["POST /api/v21.07/members/importAndApply"]
	if imports != 1 {
		t.Errorf("the import was sent %d times", imports)
	}
}

// TestNativeWrites_tellNoLog sends values that must stay between the caller and
// the system, accepted and refused, and looks for them in the log and in errors.
func TestNativeWrites_tellNoLog(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	c, _ := someone(t, carelyState(t, d))
	m := anyMember(t, d)
	const canary = "canary-8471"
	d.customerOutcomes(t,
		map[string]any{"uuid": *c.UUID, "healthInsuranceNumber": canary, "bio": canary, "email": canary + "@example.com"},
		map[string]any{"uuid": canary, "healthInsuranceSymbol": canary},
		map[string]any{"fullname": canary})
	d.ask(t, hrToken, importMembers, map[string]any{"in": members([2]string{m.IdentificationNumber, canary})})
	bad := members([2]string{m.IdentificationNumber, canary})
	bad["retireUnlisted"] = map[string]any{"confirm": "RETIRE_EVERYBODY_NOT_LISTED", "exceptEmails": []string{canary}}
	refused := d.ask(t, hrToken, importMembers, map[string]any{"in": bad})
	if strings.Contains(refused.Body, canary) {
		t.Errorf("a refusal repeats a value: %.400s", refused.Body)
	}
	read := d.ask(t, hrToken, `{ carely { customers(filter: { emails: ["`+canary+`@example.com"] }) { nodes {
		bio healthInsuranceNumber } } } jobcan { employee(employee: "`+canary+`") { id } } yesod { histories(memberId: "`+
		canary+`") { date } } }`, nil)
	if !strings.Contains(string(read.Data), canary) {
		t.Errorf("HR cannot read what was written: %.400s", read.Body)
	}
	for _, e := range read.Errors {
		if strings.Contains(e.Message, canary) {
			t.Errorf("an error repeats a value: %s", e.Message)
		}
	}
	if log := d.log.String(); strings.Contains(log, canary) || !strings.Contains(log, "carely.UpsertCustomer") {
		at := max(0, strings.Index(log, canary))
		t.Errorf("the log holds a value, or nothing of the write: %.300s", log[max(0, at-200):])
	}
}
