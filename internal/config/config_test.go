package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/config"
	"github.com/hitotsu/hitotsu/internal/fault"
)

const (
	key    = "HITOTSU_ENCRYPTION_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
	canary = "c4n4ry-S3cr3t"
)

// load reads a configuration from files given as name -> content.
func load(files map[string]string, environ ...string) (*config.Config, error) {
	return config.Load(config.Options{
		Environ: environ,
		ReadFile: func(name string) ([]byte, error) {
			content, ok := files[name]
			if !ok {
				return nil, fs.ErrNotExist
			}
			return []byte(content), nil
		},
		WithoutCallers: true,
	})
}

// faults returns where each fault of err is.
func faults(t *testing.T, err error) []string {
	t.Helper()
	if fault.CodeOf(err) != fault.Misconfigured {
		t.Fatalf("code of %v = %s, want MISCONFIGURED", err, fault.CodeOf(err))
	}
	all, ok := errors.AsType[config.Faults](err)
	if !ok {
		t.Fatalf("%v wraps no Faults", err)
	}
	var where []string
	for _, f := range all {
		where = append(where, f.Where)
	}
	return where
}

func akashi(more ...string) []string {
	return append([]string{
		key, "HITOTSU_DATA_DIR=/data", "HITOTSU_AKASHI_URL=https://atnd.ak4.jp/api/cooperation/",
		"HITOTSU_AKASHI_COMPANY=0123", "HITOTSU_AKASHI_TOKEN=" + canary,
	}, more...)
}

func TestLoad_emptyIsDefault(t *testing.T) {
	t.Parallel()
	got, err := load(nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(config.Default().Summary(), got.Summary()); diff != "" {
		t.Errorf("summary (-want +got):\n%s", diff)
	}
	if len(got.Links) != 0 || got.Listen != "127.0.0.1:8080" || got.DayChangeMinutes != 300 {
		t.Errorf("got %+v", got)
	}
}

func TestLoad_order(t *testing.T) {
	t.Parallel()
	files := map[string]string{"c.yaml": `
listen: 127.0.0.1:1
day_change: "04:30"
server:
  cors_origins: [https://a.example, https://b.example]
  introspection: false
links:
  - system: AKASHI
    url: https://file.example/api
    company: 0042
    timeout: 3s
  - system: AKASHI
    name: osaka
    url: https://osaka.example/api
    company: osaka
  - {system: YESOD, url: "https://t.yesod.io", paths: {query: /api/v22.10/query}}
`, "/run/token": canary + "\r\n", "tokens.yaml": "E001: aaa\n\"0002\": bbb\n"}
	got, err := load(files, key, "HITOTSU_CONFIG=c.yaml", "HITOTSU_LISTEN=127.0.0.1:2", "HITOTSU_REDIS_URL=redis://:pw@r",
		"HITOTSU_AKASHI_URL=https://env.example/api", "HITOTSU_AKASHI_TOKEN_FILE=/run/token",
		"HITOTSU_LINK_AKASHI_OSAKA_TOKEN=osaka-token", "HITOTSU_LINK_AKASHI_OSAKA_MAX_CONCURRENT=2",
		"HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE=tokens.yaml",
		"HITOTSU_YESOD_TOKEN=y", "HITOTSU_YESOD_ATTRIBUTES_EMAIL=own-id",
		"HITOTSU_CARELY_URL=", "HITOTSU_SERVICE_HOST=10.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	if got.Listen != "127.0.0.1:2" || got.DayChangeMinutes != 270 || got.Server.Introspection ||
		len(got.Server.CORSOrigins) != 2 || got.RedisURL.Reveal() != "redis://:pw@r" || len(got.Key()) != 32 {
		t.Errorf("got %+v", got)
	}
	if len(got.Links) != 3 || len(got.Warnings) != 1 {
		t.Fatalf("links %v, warnings %v", got.Links, got.Warnings)
	}
	def, osaka, yesod := got.Links[0], got.Links[1], got.Links[2]
	if def.ID() != "AKASHI/default" || def.URL != "https://env.example/api" || def.Company != "0042" ||
		def.Token.Reveal() != canary || def.Timeout != 3*time.Second ||
		def.EmployeeTokens["E001"].Reveal() != "aaa" || def.EmployeeTokens["0002"].Reveal() != "bbb" {
		t.Errorf("default link %+v", def)
	}
	if osaka.ID() != "AKASHI/osaka" || osaka.Token.Reveal() != "osaka-token" || osaka.MaxConcurrent != 2 {
		t.Errorf("osaka link %+v", osaka)
	}
	if yesod.Paths["query"] != "/api/v22.10/query" || yesod.Attributes["email"] != "own-id" ||
		yesod.Attributes["family_name"] == "" {
		t.Errorf("yesod link %+v", yesod)
	}
}

func TestLoad_akashiSwitches(t *testing.T) {
	t.Parallel()
	plain, err := load(nil, akashi()...)
	if err != nil {
		t.Fatal(err)
	}
	if l := plain.Links[0]; l.ProjectDates != "yyyymmdd" || l.ManhourDates != "yyyymmddHHMMSS" ||
		l.WriteDates != "yyyy/mm/dd" || l.StaffPath != "staff-then-staffs" || l.LenientBreaks || l.PostStaffs {
		t.Errorf("defaults %+v", l)
	}
	set, err := load(nil, akashi(
		"HITOTSU_AKASHI_LENIENT_BREAKS=true", "HITOTSU_AKASHI_POST_STAFFS=true",
		"HITOTSU_AKASHI_POST_WORKING_CONDITIONS=true", "HITOTSU_AKASHI_PROJECT_DATES=yyyy/mm/dd",
		"HITOTSU_AKASHI_MANHOUR_DATES=yyyymmdd", "HITOTSU_AKASHI_WRITE_DATES=yyyymmdd",
		"HITOTSU_AKASHI_STAFF_PATH=staffs", "HITOTSU_AKASHI_MACHINE_DEPENDENT_1=①", "HITOTSU_AKASHI_MACHINE_DEPENDENT_2=Ⅳ",
	)...)
	if err != nil {
		t.Fatal(err)
	}
	if l := set.Links[0]; l.ProjectDates != "yyyy/mm/dd" || l.ManhourDates != "yyyymmdd" || l.WriteDates != "yyyymmdd" ||
		l.StaffPath != "staffs" || !l.LenientBreaks || !l.PostStaffs || !l.PostWorkingConditions ||
		l.MachineDependent1 != "①" || l.MachineDependent2 != "Ⅳ" {
		t.Errorf("set %+v", l)
	}
	// A body has no time of day.
	if _, err := load(nil, akashi("HITOTSU_AKASHI_WRITE_DATES=yyyymmddHHMMSS")...); err == nil {
		t.Error("days with hours are written")
	}
}

func TestLoad_linkFromVariablesAlone(t *testing.T) {
	t.Parallel()
	got, err := load(nil, "HITOTSU_LINK_JOBCAN_KYOTO_URL=https://j.example", "HITOTSU_LINK_JOBCAN_KYOTO_TOKEN_URL=https://j.example/t",
		"HITOTSU_LINK_JOBCAN_KYOTO_CLIENT_ID=id", "HITOTSU_LINK_JOBCAN_KYOTO_CLIENT_SECRET=s",
		"HITOTSU_LINK_JOBCAN_KYOTO_PATHS_EMPLOYEES=/x")
	if err != nil {
		t.Fatal(err)
	}
	if l := got.LinksOf(config.Jobcan); len(l) != 1 || l[0].Name != "kyoto" || l[0].Paths["employees"] != "/x" {
		t.Errorf("links = %+v", got.Links)
	}
}

func TestLoad_faults(t *testing.T) {
	t.Parallel()
	in := func(yaml string) map[string]string { return map[string]string{"c.yaml": yaml} }
	file := "HITOTSU_CONFIG=c.yaml"
	cases := map[string]struct {
		files   map[string]string
		environ []string
		want    []string
	}{
		"file missing":        {nil, []string{file}, []string{"HITOTSU_CONFIG"}},
		"not yaml":            {in("a: [" + canary), []string{file}, []string{"c.yaml:1"}},
		"open quote":          {in("listen: ok:1\nredis_url: \"" + canary), []string{file}, []string{"c.yaml:2"}},
		"not a mapping":       {in("- a"), []string{file}, []string{"c.yaml:1"}},
		"second document":     {in("listen: :1\n---\nlisten: :2"), []string{file}, []string{"c.yaml:3"}},
		"key twice":           {in("listen: :1\nlisten: :2"), []string{file}, []string{"c.yaml:2"}},
		"all at once":         {in("lisen: x\nday_change: 25:00\nlimits: {depth: -1, body: 2}\nserver: 3"), []string{file, "HITOTSU_LOG_LEVEL=" + canary}, []string{"c.yaml:1", "c.yaml:2", "c.yaml:3", "c.yaml:3", "c.yaml:4", "HITOTSU_LOG_LEVEL"}},
		"secret in file":      {in("links:\n  - system: YESOD\n    url: https://y.example\n    token: " + canary), []string{file}, []string{"c.yaml:4"}},
		"key in file":         {in("encryption_key: " + canary), []string{file}, []string{"c.yaml:1"}},
		"password in file":    {in("redis_url: redis://:" + canary + "@h"), []string{file, key}, []string{"c.yaml:1"}},
		"anchor":              {in("listen: &a :1\nserver: *a"), []string{file}, []string{"c.yaml:1", "c.yaml:2"}},
		"merge":               {in("<<: {listen: :1}"), []string{file}, []string{"c.yaml:1"}},
		"links not a list":    {in("links: {}"), []string{file}, []string{"c.yaml:1"}},
		"unknown system":      {in("links:\n- system: SAP"), []string{file}, []string{"c.yaml:2"}},
		"bad link name":       {in("links:\n- system: YESOD\n  name: a-b"), []string{file}, []string{"c.yaml:2"}},
		"link twice":          {in("links:\n- system: YESOD\n  url: https://y\n- system: YESOD\n  url: https://y"), []string{file, "HITOTSU_YESOD_TOKEN=t"}, []string{"c.yaml:4"}},
		"another system's":    {in("links:\n- system: YESOD\n  url: https://y\n  company: x"), []string{file, "HITOTSU_YESOD_TOKEN=t"}, []string{"c.yaml:4"}},
		"half in file":        {in("links:\n- system: YESOD\n  url: https://y"), []string{file}, []string{"c.yaml:2"}},
		"half in environment": {nil, []string{"HITOTSU_YESOD_URL=https://y"}, []string{"HITOTSU_YESOD_TOKEN"}},
		"http":                {nil, []string{"HITOTSU_YESOD_URL=http://y.example", "HITOTSU_YESOD_TOKEN=t"}, []string{"HITOTSU_YESOD_URL"}},
		"url with user":       {nil, []string{"HITOTSU_YESOD_URL=https://u:" + canary + "@y", "HITOTSU_YESOD_TOKEN=t"}, []string{"HITOTSU_YESOD_URL"}},
		"secret with newline": {nil, []string{"HITOTSU_YESOD_URL=https://y", "HITOTSU_YESOD_TOKEN=" + canary + "\nx"}, []string{"HITOTSU_YESOD_TOKEN"}},
		"secret twice":        {map[string]string{"f": "x"}, []string{"HITOTSU_YESOD_URL=https://y", "HITOTSU_YESOD_TOKEN=" + canary, "HITOTSU_YESOD_TOKEN_FILE=f"}, []string{"HITOTSU_YESOD_TOKEN_FILE"}},
		"secret file missing": {nil, []string{"HITOTSU_YESOD_URL=https://y", "HITOTSU_YESOD_TOKEN_FILE=" + canary}, []string{"HITOTSU_YESOD_TOKEN_FILE"}},
		"secret file empty":   {map[string]string{"f": "\n"}, []string{"HITOTSU_YESOD_URL=https://y", "HITOTSU_YESOD_TOKEN_FILE=f"}, []string{"HITOTSU_YESOD_TOKEN_FILE"}},
		"typo in link":        {nil, []string{"HITOTSU_AKASHI_TOKN=" + canary}, []string{"HITOTSU_AKASHI_TOKN"}},
		"long form default":   {nil, []string{"HITOTSU_LINK_AKASHI_DEFAULT_URL=https://a"}, []string{"HITOTSU_LINK_AKASHI_DEFAULT_URL"}},
		"link of no system":   {nil, []string{"HITOTSU_LINK_SAP_X_URL=https://a"}, []string{"HITOTSU_LINK_SAP_X_URL"}},
		"nowhere to keep":     {nil, akashi("HITOTSU_DATA_DIR=")[1:], []string{"HITOTSU_DATA_DIR"}},
		"no key":              {nil, akashi()[1:], []string{"HITOTSU_ENCRYPTION_KEY"}},
		"bad old key": {
			nil, append(akashi(), "HITOTSU_ENCRYPTION_KEYS_OLD="+strings.Repeat("0f", 32)+","+canary),
			[]string{"HITOTSU_ENCRYPTION_KEYS_OLD"},
		},
		"bad key":             {nil, append(akashi()[1:], "HITOTSU_ENCRYPTION_KEY="+canary), []string{"HITOTSU_ENCRYPTION_KEY"}},
		"bad employee tokens": {map[string]string{"t": "E1: ok\nE2: [" + canary + "]\nE3: 日本"}, akashi("HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE=t"), []string{"t:2", "t:3"}},
		"path of nobody": {nil, []string{
			"HITOTSU_LINK_JOBCAN_X_URL=https://j", "HITOTSU_LINK_JOBCAN_X_TOKEN_URL=https://j",
			"HITOTSU_LINK_JOBCAN_X_CLIENT_ID=c", "HITOTSU_LINK_JOBCAN_X_CLIENT_SECRET=s",
			"HITOTSU_LINK_JOBCAN_X_PATHS_ADITS_OF=/adits", "HITOTSU_LINK_JOBCAN_X_PATHS_EMPLOYEES=/{employee_id}",
		}, []string{"HITOTSU_LINK_JOBCAN_X_PATHS_ADITS_OF", "HITOTSU_LINK_JOBCAN_X_PATHS_EMPLOYEES"}},
		"assumed and named": {nil, []string{
			"HITOTSU_LINK_JOBCAN_X_URL=https://j", "HITOTSU_LINK_JOBCAN_X_TOKEN_URL=https://j",
			"HITOTSU_LINK_JOBCAN_X_CLIENT_ID=c", "HITOTSU_LINK_JOBCAN_X_CLIENT_SECRET=s",
			"HITOTSU_LINK_JOBCAN_X_ASSUMED_GROUPS=/", "HITOTSU_LINK_JOBCAN_X_ASSUMED_MANAGERS=/m/{employee_id}",
			"HITOTSU_LINK_JOBCAN_X_MONTH_PARAMETER=month no", "HITOTSU_LINK_JOBCAN_X_REFRESH_READS=0",
		}, []string{
			"HITOTSU_LINK_JOBCAN_X_ASSUMED_GROUPS", "HITOTSU_LINK_JOBCAN_X_ASSUMED_MANAGERS",
			"HITOTSU_LINK_JOBCAN_X_MONTH_PARAMETER", "HITOTSU_LINK_JOBCAN_X_REFRESH_READS",
		}},
		"histories of nobody": {nil, []string{
			"HITOTSU_LINK_YESOD_X_URL=https://y", "HITOTSU_LINK_YESOD_X_TOKEN=t",
			"HITOTSU_LINK_YESOD_X_PATHS_MEMBER_HISTORIES=/histories", "HITOTSU_LINK_YESOD_X_HEADER_COUNTED=maybe",
		}, []string{"HITOTSU_LINK_YESOD_X_HEADER_COUNTED", "HITOTSU_LINK_YESOD_X_PATHS_MEMBER_HISTORIES"}},
		"write timeout": {in("server: {write_timeout: 5s}"), []string{file}, []string{"c.yaml:1"}},
		"not a number":  {nil, []string{"HITOTSU_YESOD_URL=https://y", "HITOTSU_YESOD_TOKEN=t", "HITOTSU_YESOD_REQUESTS_PER_SECOND=NaN"}, []string{"HITOTSU_YESOD_REQUESTS_PER_SECOND"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// The last of two equal variables counts, as it does for the system.
			_, err := load(c.files, c.environ...)
			if err == nil {
				t.Fatal("no fault")
			}
			if diff := cmp.Diff(c.want, faults(t, err)); diff != "" {
				t.Errorf("places (-want +got):\n%s\n%v", diff, err)
			}
			if strings.Contains(err.Error(), canary) {
				t.Errorf("a value is in %v", err)
			}
		})
	}
}

func TestLoad_needsCallers(t *testing.T) {
	t.Parallel()
	_, err := config.Load(config.Options{})
	if diff := cmp.Diff([]string{"HITOTSU_CALLERS_FILE"}, faults(t, err)); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_acceptsLoopbackAndTestUpstreams(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"http://127.0.0.1:8084", "http://localhost:1", "http://[::1]:1"} {
		if _, err := load(nil, "HITOTSU_YESOD_URL="+url, "HITOTSU_YESOD_TOKEN=t"); err != nil {
			t.Error(err)
		}
	}
	if _, err := load(nil, "HITOTSU_YESOD_URL=http://sim:8084", "HITOTSU_YESOD_TOKEN=t",
		"HITOTSU_ALLOW_INSECURE_UPSTREAMS=true"); err != nil {
		t.Error(err)
	}
}

func TestFormerKeys(t *testing.T) {
	t.Parallel()
	c, err := load(nil, key, "HITOTSU_ENCRYPTION_KEYS_OLD="+strings.Repeat("0f", 32)+",AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
	if err != nil || len(c.FormerKeys()) != 2 || c.FormerKeys()[0][0] != 0x0f {
		t.Fatal(c, err)
	}
	if c, err = load(nil, key); err != nil || len(c.FormerKeys()) != 0 {
		t.Fatal(c, err)
	}
}

func TestKey_forms(t *testing.T) {
	t.Parallel()
	for _, k := range []string{
		strings.Repeat("0f", 32), "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA",
	} {
		c, err := load(nil, "HITOTSU_ENCRYPTION_KEY="+k)
		if err != nil || len(c.Key()) != 32 {
			t.Errorf("key of %d characters: %v", len(k), err)
		}
	}
}

func TestSummary_showsOriginAndNoSecret(t *testing.T) {
	t.Parallel()
	files := map[string]string{"c.yaml": "log:\n  level: debug\n", "t": "E1: " + canary + "-own"}
	c, err := load(files, akashi("HITOTSU_CONFIG=c.yaml", "HITOTSU_REDIS_URL=redis://:"+canary+"@h",
		"HITOTSU_AKASHI_EMPLOYEE_TOKENS_FILE=t")...)
	if err != nil {
		t.Fatal(err)
	}
	want := config.Line{Key: "log.level", Value: "debug", Origin: "c.yaml:2"}
	found := false
	for _, l := range c.Summary() {
		found = found || l == want
	}
	if !found {
		t.Errorf("no %v in\n%s", want, c)
	}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "config", c, "link", c.Links[0], "token", c.Links[0].Token)
	inJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	wrapped := struct{ hidden config.Secret }{c.Links[0].Token}
	for name, shown := range map[string]string{
		"String": c.String(), "log": log.String(), "json": string(inJSON),
		"%v": fmt.Sprintf("%v", *c), "%+v": fmt.Sprintf("%+v", c), "%#v": fmt.Sprintf("%#v", c.Links),
		"%x": fmt.Sprintf("%x", c.Links[0].Token), "hidden": fmt.Sprintf("%v %+v", wrapped, wrapped),
	} {
		if strings.Contains(shown, canary) || strings.Contains(shown, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows a secret: %s", name, shown)
		}
	}
}

// TestReference_everyVariableWorks sets each variable of the reference to a
// value it must refuse or take: a row whose variable nobody reads would do
// neither.
func TestReference_everyVariableWorks(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range config.Reference() {
		if seen[e.Variable] {
			t.Errorf("%s is there twice", e.Variable)
		}
		seen[e.Variable] = true
		if e.Description == "" || !strings.HasPrefix(e.Variable, "HITOTSU_") {
			t.Errorf("%+v is not described", e)
		}
		if e.Variable == config.FileVariable {
			continue
		}
		for _, variable := range []string{e.Variable, strings.Replace(e.LinkVariable, "<NAME>", "TOKYO", 1)} {
			if variable == "" {
				continue
			}
			_, err := load(nil, variable+"=\x01")
			if err == nil {
				t.Errorf("%s takes a control character", variable)
			} else if where := faults(t, err); !strings.Contains(strings.Join(where, " "), variable) ||
				strings.Contains(err.Error(), variable+": is not a setting") {
				t.Errorf("%s is not read: %v", variable, err)
			}
		}
	}
	for _, name := range []string{
		"LISTEN", "REDIS_URL", "REDIS_PREFIX", "REDIS_CA_FILE", "REDIS_WAIT_REPLICAS", "REDIS_BUDGET",
		"DATA_DIR", "ENCRYPTION_KEY", "CALLERS_FILE", "AKASHI_URL", "AKASHI_COMPANY", "AKASHI_TOKEN",
		"JOBCAN_URL", "JOBCAN_TOKEN_URL", "JOBCAN_CLIENT_ID", "JOBCAN_CLIENT_SECRET", "CARELY_URL", "CARELY_AUTH_URL",
		"CARELY_CLIENT_ID", "CARELY_CLIENT_SECRET", "CARELY_REDIRECT_URL", "CARELY_REFRESH_TOKEN", "YESOD_URL", "YESOD_TOKEN",
		"AKASHI_EMPLOYEE_TOKENS_FILE",
	} {
		if !seen["HITOTSU_"+name] {
			t.Errorf("HITOTSU_%s is not a setting", name)
		}
	}
}
