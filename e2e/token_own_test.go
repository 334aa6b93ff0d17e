package e2e_test

import (
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/store/storetest"
	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

const (
	linkOwn = `mutation($token: String!) { linkMyAkashiToken(input: { token: $token }) { link expiresAt } }`
	unlink  = `mutation($who: EmployeeRef) { unlinkAkashiToken(input: { employee: $who }) { link removed } }`
	stamp   = `mutation { stamp(input: { kind: CLOCK_IN }) { outcome code } }`
	alerts  = `{ akashi { alerts { date } } }`
)

// mustHold checks an answer for pieces of text.
func mustHold(t *testing.T, a answer, pieces ...string) {
	t.Helper()
	for _, piece := range pieces {
		if !strings.Contains(a.Body, piece) {
			t.Errorf("no %s in %s", piece, a.Body)
		}
	}
}

func ownToken(token string) map[string]any { return map[string]any{"token": token} }

// TestOwnToken is an employee who links the own AKASHI token, and those who try
// with another's.
func TestOwnToken(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	own, managers := d.Simulators.AkashiToken(company.PersonaEmployee), d.Simulators.AkashiToken(company.PersonaManager)
	hrs := d.Simulators.AkashiToken(company.PersonaHR)
	who := map[string]any{"who": map[string]any{"code": d.Simulators.Company.Persona(company.PersonaEmployee).Code}}

	mustHold(t, d.ask(t, employeeToken, unlink, nil), `"removed":true`)
	mustHold(t, d.ask(t, employeeToken, unlink, nil), `"removed":false`)
	needed := func(when string) {
		t.Helper()
		t.Log(when)
		mustHold(t, d.ask(t, employeeToken, stamp, nil), `"REFUSED"`, `"PERSONAL_TOKEN_NEEDED"`)
		mustHold(t, d.ask(t, employeeToken, alerts, nil), `"PERSONAL_TOKEN_NEEDED"`)
	}
	needed("after the configured one was removed")
	for name, c := range map[string]struct{ token, code string }{
		"the manager's":       {managers, `"FORBIDDEN"`},
		"the administrator's": {hrs, `"FORBIDDEN"`},
		"an unknown one":      {"11111111-2222-4333-8444-555555555555", `"BAD_USER_INPUT"`},
		"nothing":             {"  ", `"BAD_USER_INPUT"`},
		"two":                 {own + " " + own, `"BAD_USER_INPUT"`},
		"too long":            {strings.Repeat("x", 300), `"BAD_USER_INPUT"`},
	} {
		t.Log(name)
		mustHold(t, d.ask(t, employeeToken, linkOwn, ownToken(c.token)), c.code)
	}
	needed("after what was refused")

	mustHold(t, d.ask(t, employeeToken, linkOwn, ownToken("  "+own+"\n")), `"link":"default"`)
	d.forgetWrites()
	before := stampsOf(t, d)
	mustHold(t, d.ask(t, employeeToken, stamp, nil), `"APPLIED"`)
	wrote(t, d.Simulators.Akashi, "6.6")
	if stampsOf(t, d) != before+1 {
		t.Error("somebody else was stamped")
	}
	if a := d.ask(t, employeeToken, alerts, nil); len(a.Errors) > 0 {
		t.Errorf("alerts: %s", a.Body)
	}

	// Who may remove it.
	mustHold(t, d.ask(t, managerToken, unlink, who), `"code":"`)
	mustHold(t, d.ask(t, hrToken, unlink, who), `"removed":true`)
	needed("after HR removed it")

	for _, token := range []string{own, managers, hrs} {
		if strings.Contains(d.log.String(), token) {
			t.Error("the log holds a token")
		}
	}
}

// stampsOf counts the employee's stamps in AKASHI.
func stampsOf(t *testing.T, d *demo) int {
	t.Helper()
	me, n := akashi.StaffID(d.Simulators.Company.Persona(company.PersonaEmployee).Key), 0
	for _, s := range dump[akashi.Dump](t, d.Simulators.Akashi).Stamps {
		if s.StaffID == me {
			n++
		}
	}
	return n
}

// TestOwnToken_wrongPlaces sends a token where it does not belong: it is not
// repeated.
func TestOwnToken_wrongPlaces(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	own := d.Simulators.AkashiToken(company.PersonaEmployee)
	for _, query := range []string{
		`mutation { linkMyAkashiToken(input: { token: ` + own + ` }) { link } }`,
		`mutation { linkMyAkashiToken(input: { token: "` + own + `", link: "` + own + `" }) { link } }`,
		`mutation { linkMyAkashiToken(input: { link: "` + own + `" }) { link } }`,
		`mutation { linkMyAkashiToken(input: "` + own + `") { link } }`,
		`mutation { unlinkAkashiToken(input: { employee: { code: "` + own + `" } }) { link } }`,
	} {
		a := d.ask(t, employeeToken, query, nil)
		if len(a.Errors) == 0 || strings.Contains(a.Body, own) {
			t.Errorf("%s: %s", strings.ReplaceAll(query, own, "TOKEN"), strings.ReplaceAll(a.Body, own, "TOKEN"))
		}
	}
	for _, variables := range []map[string]any{{"token": []string{own}}, {"token": map[string]any{own: own}}, {own: own}} {
		a := d.ask(t, employeeToken, linkOwn, variables)
		if len(a.Errors) == 0 || strings.Contains(a.Body, own) {
			t.Errorf("%v: %s", len(variables), strings.ReplaceAll(a.Body, own, "TOKEN"))
		}
	}
	// A key that names nobody has nothing of its own.
	if strings.Contains(d.log.String(), own) {
		t.Error("the log holds a token")
	}
}

// TestOwnToken_replicas: what one gateway was given, the other uses.
func TestOwnToken_replicas(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	redis := storetest.StartRedis(t)
	environ := s.environ(t, "HITOTSU_REDIS_URL="+redis.URL)
	one, other := serve(t, environ), serve(t, environ)
	mustHold(t, other.ask(t, employeeKey, alerts, nil), `"PERSONAL_TOKEN_NEEDED"`)
	mustHold(t, one.ask(t, employeeKey, linkOwn, ownToken(seedOwn)), `"link":"default"`)
	for _, g := range []*gateway{one, other} {
		if a := g.ask(t, employeeKey, alerts, nil); len(a.Errors) > 0 {
			t.Errorf("alerts: %s", a.Body)
		}
	}
	mustHold(t, other.ask(t, employeeKey, stamp, nil), `"APPLIED"`)

	// The operator sees it, and the stored form shows no token.
	r := runs(t, environ, "", "token", "list")
	r.succeeds(t, "employee", s.company.Persona(company.PersonaEmployee).In[company.Akashi].Code)
	newConfidential(s).check(t, "the list", r.out+r.errs)
	if strings.Contains(string(everything(t, redis)), seedOwn) {
		t.Error("Redis holds the token in clear")
	}
	for _, g := range []*gateway{one, other} {
		if err := g.stop(); err != nil {
			t.Error(err)
		}
		newConfidential(s).check(t, "the log", g.log.String())
	}
}
