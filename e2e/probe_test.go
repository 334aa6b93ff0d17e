package e2e_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/app"
	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
	"github.com/hitotsu/hitotsu/simulator/run"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// The verdicts as the command prints them.
const (
	confirmed = "CONFIRMED"
	refuted   = "REFUTED"
	unknown   = "UNKNOWN"
)

// quirks is the switches of a simulator.
type quirks = map[string]bool

// verdictOf tells the verdict of a fact under switches.
type verdictOf func(q quirks) string

func always(verdict string) verdictOf { return func(quirks) string { return verdict } }

// unless is refuted where a switch is on, and otherwise confirmed.
func unless(name string) verdictOf {
	return func(q quirks) string {
		if q[name] {
			return refuted
		}
		return confirmed
	}
}

// where is the opposite of unless.
func where(name string) verdictOf {
	return func(q quirks) string {
		if q[name] {
			return confirmed
		}
		return refuted
	}
}

// probed is a system with what is true of it.
type probed struct {
	system config.System
	server func(*run.Simulators) *control.Server
	// environ connects a gateway to it.
	environ func(*run.Simulators) []string
	// facts are all that the command tells.
	facts map[string]verdictOf
	// settings are some that must follow; nil for none.
	settings func(q quirks) []string
	// prepare makes data that a fact needs; nil for nothing.
	prepare func(*testing.T, *control.Server)
	// silent are the switches that no reading shows: they change no verdict.
	silent []string
	// reads are the requests that a probe may make, as a pattern for their routes.
	reads string
}

// TestProbe_everyQuirk runs the command against each simulator as it is, with
// every switch turned alone, and with all of them on or off. It must tell the
// truth, change nothing, name nobody, and the settings it gives must work.
func TestProbe_everyQuirk(t *testing.T) {
	t.Parallel()
	for _, p := range []probed{akashiProbed(), jobcanProbed(), carelyProbed(), yesodProbed()} {
		t.Run(string(p.system), func(t *testing.T) {
			t.Parallel()
			sims, err := run.Start(t.Context(), run.Options{
				Seed: 1, Today: probeNow(), Only: []string{strings.ToLower(string(p.system))},
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := sims.Close(); err != nil {
					t.Error(err)
				}
			})
			first, err := p.server(sims).Quirks()
			if err != nil {
				t.Fatal(err)
			}
			p.know(t, first)
			for name, turned := range profiles(first) {
				t.Run(name, func(t *testing.T) { p.run(t, sims, turned) })
			}
		})
	}
}

func probeNow() time.Time { return time.Date(2026, 11, 20, 20, 0, 0, 0, company.JST) }

// profiles are the ways to turn the switches.
func profiles(first quirks) map[string]quirks {
	out := map[string]quirks{"as it is": first, "all on": {}, "all off": {}}
	for name, on := range first {
		one := maps.Clone(first)
		one[name] = !on
		out[name] = one
		out["all on"][name], out["all off"][name] = true, false
	}
	return out
}

// know fails when a switch of the simulator is neither shown by a fact nor known
// to be silent.
func (p *probed) know(t *testing.T, first quirks) {
	t.Helper()
	for name := range first {
		shown := false
		for _, verdict := range p.facts {
			for _, base := range []quirks{first, {}} {
				on, off := maps.Clone(base), maps.Clone(base)
				on[name], off[name] = true, false
				shown = shown || verdict(on) != verdict(off)
			}
		}
		if shown == slices.Contains(p.silent, name) {
			t.Errorf("%s: shown %v", name, shown)
		}
	}
}

// said is a finding as it is printed, set a setting.
var (
	said = regexp.MustCompile(`(?m)^(CONFIRMED|REFUTED|UNKNOWN) +(.+)\n +(.+)\n +\[.+\]$`)
	set  = regexp.MustCompile(`(?m)^  (HITOTSU_[A-Z_]+=\S+)`)
)

func (p *probed) run(t *testing.T, sims *run.Simulators, turned quirks) {
	t.Helper()
	server := p.server(sims)
	server.Reset()
	if err := server.SetQuirks(turned); err != nil {
		t.Fatal(err)
	}
	if p.prepare != nil {
		p.prepare(t, server)
		server.ClearHistory()
		server.ClearJournal()
	}
	callers := filepath.Join(t.TempDir(), "callers.yaml")
	line := "- name: payroll\n  sha256: " + strings.Repeat("9f", 32) + "\n  role: hr\n"
	if err := os.WriteFile(callers, []byte(line), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := slices.Concat(p.environ(sims), []string{
		"HITOTSU_CALLERS_FILE=" + callers,
		"HITOTSU_DATA_DIR=" + t.TempDir(), "HITOTSU_ENCRYPTION_KEY=" + strings.Repeat("6b", 32),
		"HITOTSU_" + string(p.system) + "_REQUESTS_PER_SECOND=1000",
	})
	if p.system == config.Carely { // which counts
		environ[len(environ)-1] = "HITOTSU_CARELY_REQUESTS_PER_SECOND=19"
	}
	var out, log bytes.Buffer
	opts := app.ServeOptions{
		Environ: environ, Now: probeNow, Out: &out,
		NewLog: func(string, string) *slog.Logger { return slog.New(slog.NewTextHandler(&log, nil)) },
	}
	if err := app.Probe(t.Context(), opts, p.system); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, m := range said.FindAllStringSubmatch(out.String(), -1) {
		got[m[2]] = m[1]
		if p.facts[m[2]] == nil {
			t.Errorf("nobody knows whether %q is true", m[2])
		} else if verdict := p.facts[m[2]](turned); verdict != m[1] {
			t.Errorf("%s is told to be %s (%s), want %s", m[2], m[1], m[3], verdict)
		}
	}
	for fact := range p.facts {
		if got[fact] == "" {
			t.Errorf("nothing is said of %q", fact)
		}
	}
	if p.settings != nil {
		for _, line := range p.settings(turned) {
			if !strings.Contains(out.String(), "  "+line) {
				t.Errorf("%s does not follow", line)
			}
		}
	}
	p.harmless(t, server)
	namesNobody(t, sims, out.String()+log.String())

	for _, m := range set.FindAllStringSubmatch(out.String(), -1) {
		opts.Environ = append(opts.Environ, m[1])
	}
	out.Reset()
	if err := app.Check(t.Context(), opts); err != nil {
		t.Errorf("with the settings that follow, check fails: %v\n%s", err, out.String())
	}
}

// harmless fails when anything was written or could have been.
func (p *probed) harmless(t *testing.T, server *control.Server) {
	t.Helper()
	reads := regexp.MustCompile("^(" + p.reads + ")$")
	for _, r := range server.History().Requests {
		if !reads.MatchString(r.Route) && (r.Method != http.MethodGet || r.Status != http.StatusNotFound) {
			t.Errorf("asked %s", r.Route)
		}
	}
	if n := len(server.Journal()); n != 0 {
		t.Errorf("%d writes", n)
	}
}

// namesNobody looks for what the systems hold of people, and for credentials.
func namesNobody(t *testing.T, sims *run.Simulators, text string) {
	t.Helper()
	secrets := []string{
		jobcan.DefaultClientSecret, carely.DefaultClientSecret, carely.DefaultRefreshToken, yesod.DefaultToken,
		sims.AkashiToken(company.PersonaHR),
	}
	for i := range sims.Company.People {
		p := &sims.Company.People[i]
		secrets = append(secrets, p.Code, p.Family, p.Given, p.FamilyKana, p.GivenKana, p.Email, p.JobTitle)
		for _, record := range p.In {
			secrets = append(secrets, record.Code, record.Family, record.Email)
		}
	}
	for i, s := range secrets {
		// A short word could stand in the text by chance.
		if len(s) > 4 && strings.Contains(text, s) {
			t.Errorf("the output holds what it must not, number %d of the list", i)
		}
	}
}

// renameSomebody makes a change with an old value, as the console would.
func renameSomebody(t *testing.T, server *control.Server) {
	t.Helper()
	m := dump[yesod.State](t, server).Members[0]
	body, err := json.Marshal(map[string]any{
		"csv": "番号,姓\n" + m.IdentificationNumber + ",改姓\n",
		"options": map[string]any{
			"mapping": "identificationNumber: 番号\nfamilyNameLocalPreferred: 姓", "changeDate": today,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost,
		server.URL()+"/api/v21.07/members/importAndApply", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+yesod.DefaultToken)
	resp, err := http.DefaultClient.Do(req) //nolint:forbidigo // a test talks to its own loopback server
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("the import is answered %d", resp.StatusCode)
	}
}
