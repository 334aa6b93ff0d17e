package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
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

func never(facts map[string]verdictOf, names ...string) map[string]verdictOf {
	for _, name := range names {
		facts[name] = always(unknown)
	}
	return facts
}

func akashiProbed() probed {
	return probed{
		system: config.AKASHI,
		server: func(s *run.Simulators) *control.Server { return s.Akashi },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_AKASHI_URL=" + s.Akashi.URL() + "/api/cooperation", "HITOTSU_AKASHI_COMPANY=" + run.AkashiCompany,
				"HITOTSU_AKASHI_TOKEN=" + s.AkashiToken(company.PersonaHR),
			}
		},
		reads: "GET .+",
		settings: func(q quirks) []string {
			lines := []string{fmt.Sprintf("HITOTSU_AKASHI_LENIENT_BREAKS=%t", q["lenient_breaks"])}
			if q["only_slashed_days"] {
				lines = append(lines, "HITOTSU_AKASHI_PROJECT_DATES=yyyy/mm/dd\n")
			}
			return lines
		},
		silent: []string{
			"staffs_key_with_blank", "manhours_need_deletion", "keep_old_token", "delete_below_staffs", "patch_only",
			"post_only", "machine_characters",
		},
		facts: never(map[string]verdictOf{
			"the totals of staff are spelt Count and TotalCount": unless("lower_total_count"),
			"staff are also found with a slash behind the path":  always(confirmed),
			"a refused call is answered with HTTP 200":           unless("refused_as_400"),
			"a refused token is answered with HTTP 401":          unless("unauthorized_as_200"),
			"error codes come without a blank":                   unless("codes_with_blank"),
			"the text of an error is named message":              unless("messages_key"),
			"login_company_code is written as text": func(q quirks) string {
				if q["numbers_as_strings"] {
					return confirmed
				}
				return unless("numeric_company_code")(q)
			},
			"integers are written as numbers":                           unless("numbers_as_strings"),
			"the time zone of a stamp is written in hours, as +9.0":     unless("colon_timezone"),
			"working records come as an array":                          unless("records_in_object"),
			"punch times are named start_punch_time and end_punch_time": unless("table_punch_names"),
			"breaks can be asked for over a period":                     where("lenient_breaks"),
			"projects are asked for with days as yyyymmdd":              unless("only_slashed_days"),
			"days of projects are answered as yyyy-mm-dd":               unless("slashed_days"),
			"man-hours are asked for with days as yyyymmddHHMMSS":       always(confirmed),
			"man-hours of one person are refused with days as yyyymmdd": unless("short_manhour_days"),
		},
			"staff are changed by PATCH", "working conditions are changed by PATCH", "staff are retired and deleted below /staff",
			"days in changes are written yyyy/mm/dd", "changed staff are answered under staffs",
			"man-hours of other projects must be deleted before new ones take", "the old token dies when it is exchanged",
			"machine dependent characters are refused"),
	}
}

func jobcanProbed() probed {
	facts := never(map[string]verdictOf{
		"the answer to a token request tells expires_in":       unless("bare_token_reply"),
		"access_token comes without Bearer before it":          unless("prefixed_token"),
		"the token is sent behind Bearer":                      always(confirmed),
		"an employee has a staff code under a configured name": always(confirmed),
		"a punch has a type under a configured name":           where("show_adit_type"),
		"a punch has its time under a configured name":         always(confirmed),
		"a punch's time has an offset":                         unless("naive_times"),
		"the count of a page of punches counts employees":      always(confirmed),
		"a daily summary has employee_id, date and work":       always(confirmed),
		"kinds of leave come under holiday_types": func(q quirks) string {
			return unless("other")(quirks{"other": q["bare_holiday_types"] || q["holiday_items"]})
		},
		"a day that does not exist is answered with HTTP 400 and JSON": always(confirmed),
		"those who have left are still listed": func(q quirks) string {
			if q["hide_retired"] {
				return unknown // or nobody has left
			}
			return confirmed
		},
		"end_date of a monthly summary is included": unless("exclusive_end_date"),
	}, "a recalculation ends as finished, and says pending before", "HTTP 429 tells when to come again",
		"a stamp is written to /attendance/v1/stamps")
	for _, name := range []string{
		"groups", "managers", "work-kinds", "positions", "client", "work-regulation-settings", "holiday-settings",
		"selection-remarks", "work-extract-settings",
	} {
		facts[strings.ReplaceAll(name, "-", " ")+" can be read at /master/v1/"+name] = where("our_contract")
	}
	facts["shift patterns can be read at /shift/v1/shift-patterns"] = where("our_contract")
	return probed{
		system: config.Jobcan,
		server: func(s *run.Simulators) *control.Server { return s.Jobcan },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_JOBCAN_URL=" + s.Jobcan.URL(), "HITOTSU_JOBCAN_TOKEN_URL=" + s.Jobcan.URL() + "/oauth/token",
				"HITOTSU_JOBCAN_CLIENT_ID=" + jobcan.DefaultClientID, "HITOTSU_JOBCAN_CLIENT_SECRET=" + jobcan.DefaultClientSecret,
			}
		},
		reads:  `GET .+|POST /oauth/token`,
		silent: []string{"staff_code_field", "refresh_hangs"}, // a setting shows the first
		settings: func(q quirks) []string {
			lines := []string{"HITOTSU_JOBCAN_STAFF_CODE_FIELDS=code\n"}
			if q["staff_code_field"] {
				lines[0] = "HITOTSU_JOBCAN_STAFF_CODE_FIELDS=staff_code\n"
			}
			if q["our_contract"] {
				lines = append(lines, "HITOTSU_JOBCAN_ASSUMED_WORK_KINDS=/master/v1/work-kinds\n")
			}
			return lines
		},
		facts: facts,
	}
}

func carelyProbed() probed {
	facts := never(map[string]verdictOf{
		"data is null, and not absent, beside errors": where("null_data"),
		"a refused token is answered with HTTP 401":   unless("unauthorized_as_200"),
	}, "errors of a write that went well are null", "token_type is answered as Bearer",
		"the old tokens end as soon as new ones are given")
	for _, fact := range []string{
		"a token holder may introspect the schema",
		"overtimes are searched by branchNames, branchUuids, customerUuids and employeeNumbers",
		"the ids in overtimes' searches are [String!]", "customers can be paged backwards, by last and before",
		"arguments have the types that the gateway declares", "every field that the gateway reads exists",
		"every field that the gateway writes exists", "the hour of an overtime is an Int",
		"a page has 100 rows at most, whatever was asked", "cursors are positions in base64url",
	} {
		facts[fact] = always(confirmed)
	}
	return probed{
		system: config.Carely,
		server: func(s *run.Simulators) *control.Server { return s.Carely },
		environ: func(s *run.Simulators) []string {
			return []string{
				"HITOTSU_CARELY_URL=" + s.Carely.URL() + "/api/graphql", "HITOTSU_CARELY_AUTH_URL=" + s.Carely.URL(),
				"HITOTSU_CARELY_CLIENT_ID=" + carely.DefaultClientID, "HITOTSU_CARELY_CLIENT_SECRET=" + carely.DefaultClientSecret,
				"HITOTSU_CARELY_REDIRECT_URL=" + carely.DefaultRedirectURL,
				"HITOTSU_CARELY_REFRESH_TOKEN=" + carely.DefaultRefreshToken,
			}
		},
		reads:  `POST /api/graphql( customers| __schema)?|POST /corporate_manager/oauth/token`,
		silent: []string{"empty_errors", "lower_token_type", "mild_rotation"},
		facts:  facts,
	}
}

func yesodProbed() probed {
	return probed{
		system: config.YESOD,
		server: func(s *run.Simulators) *control.Server { return s.Yesod },
		environ: func(s *run.Simulators) []string {
			return []string{"HITOTSU_YESOD_URL=" + s.Yesod.URL(), "HITOTSU_YESOD_TOKEN=" + yesod.DefaultToken}
		},
		prepare: renameSomebody,
		reads:   `GET .+|POST /api/v2[24]\.10/query`,
		silent:  []string{"console_approves"},
		facts: never(map[string]verdictOf{
			"the query endpoint is /api/v24.10/query":                always(confirmed),
			"the tenant has the attributes under their standard ids": always(confirmed),
			"an organisation's row tells its parent":                 always(refuted),
			"the answer of a query is a list":                        always(confirmed),
			"English labels of options are under en_UN":              unless("right_labels"),
			"the value before a change is spelt previosValue":        unless("previous_value"),
			"the time of a task's approval is spelt approvedAt":      unless("approve_at"),
		},
			"an import waits until somebody approves it in the console",
			"the line numbers of an import's answer leave the header out"),
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
