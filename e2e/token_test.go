package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

// TestToken_demo is what the README shows: every link of the demo with its end.
func TestToken_demo(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	r := d.token(t, "", "list", "--json")
	r.succeeds(t)
	var got struct {
		Credentials []struct {
			System, Kind, State string
			ExpiresAt           time.Time `json:"expires_at"`
		}
	}
	if err := json.Unmarshal([]byte(r.out), &got); err != nil {
		t.Fatal(err)
	}
	ends := map[string]bool{}
	for _, c := range got.Credentials {
		ends[c.System+" "+c.Kind+" "+c.State] = !c.ExpiresAt.IsZero()
	}
	for kind, known := range map[string]bool{
		"AKASHI company OK": true, "AKASHI employee OK": true, "CARELY company OK": true,
		"JOBCAN company ON_DEMAND": true, "YESOD company STATIC": false,
	} {
		if end, listed := ends[kind]; !listed || end != known {
			t.Errorf("%s: listed %v, with an end %v", kind, listed, end)
		}
	}
	d.token(t, "", "list").succeeds(t, "SYSTEM", " h)", " days)", " min)", "never")
	d.token(t, "", "test").succeeds(t, "yes")
	d.token(t, "", "add", "jobcan").refuses(t, "configuration")
	d.token(t, "\n", "add", "akashi").refuses(t, "standard input")
	d.token(t, "", "remove", "yesod", "--link", "none").refuses(t, "NOT_CONNECTED")
	d.token(t, "", "remove", "akashi", "--revoke").refuses(t, "no call that ends a token")
}

// TestToken_relink: while one link is lost the others go on, and what is put in
// its place is used without a restart.
func TestToken_relink(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	// A refresh token that somebody else has spent.
	environ := s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir(), "HITOTSU_CARELY_REFRESH_TOKEN=spent-refresh-token")
	g := serve(t, environ)
	mustHold(t, g.ask(t, hrKey, health, nil), `"RELINK_NEEDED"`, `"departments":null`)
	mustHold(t, g.ask(t, hrKey, health, nil), `"RELINK"`, "hitotsu token add carely")
	// The others go on.
	a := g.everySystem(t, "2026-11-11")
	mustHold(t, a, `"system":"AKASHI","status":"OK"`, `"system":"JOBCAN","status":"OK"`, `"code":"RELINK_NEEDED"`)
	runs(t, environ, "", "token", "list").succeeds(t, "RELINK_NEEDED", "hitotsu token add carely")
	runs(t, environ, "", "token", "test").refuses(t, "NO", "yes")

	recovered := func(how string) {
		t.Helper()
		g.works(t, how)
		if a := g.ask(t, hrKey, health, nil); len(a.Errors) > 0 || strings.Contains(a.Body, `"RELINK"`) {
			t.Errorf("%s: %s", how, a.Body)
		}
	}
	runs(t, environ, carely.DefaultRefreshToken+"\n", "token", "add", "carely", "--refresh-token").
		succeeds(t, "tested, stored")
	recovered("after a new refresh token was added")
	runs(t, environ, "", "token", "remove", "carely", "--revoke").succeeds(t, "revoked")
	linkCarely(t, environ, nil, whole).succeeds(t, "stored and in use")
	recovered("after it was linked anew")

	// The same for AKASHI, whose tokens a person makes.
	runs(t, environ, seedTwo+"\n", "token", "add", "akashi").succeeds(t, "tested, stored")
	if a := g.ask(t, hrKey, `{ akashi { organizations { id } } }`, nil); len(a.Errors) > 0 {
		t.Errorf("with the other token: %s", a.Body)
	}
	if !s.credentials.used(seedTwo) {
		t.Error("the new token was not used")
	}
	if err := g.stop(); err != nil {
		t.Error(err)
	}
	newConfidential(s).check(t, "the log", g.log.String())
}

// TestToken_store works on the store itself when no gateway runs, and carries a
// backup to another disk.
func TestToken_store(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	dir := t.TempDir()
	// A directory whose path is too long for a socket's.
	deep := filepath.Join(t.TempDir(), strings.Repeat("d", 60), strings.Repeat("e", 60))
	if err := os.MkdirAll(deep, 0o700); err != nil {
		t.Fatal(err)
	}
	environ, other := s.environ(t, "HITOTSU_DATA_DIR="+dir), s.environ(t, "HITOTSU_DATA_DIR="+deep)
	runs(t, environ, "", "token", "test").succeeds(t, "CARELY", "yes") // which spends the seed
	backup := filepath.Join(dir, "backup")
	runs(t, environ, "short\n", "token", "export", backup).refuses(t, "12 bytes")
	runs(t, environ, "a passphrase of some length\n", "token", "export", backup).succeeds(t, "encrypted")
	runs(t, environ, "a passphrase of some length\n", "token", "export", backup).refuses(t, "exist")
	content, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	newConfidential(s).check(t, "the backup", string(content))

	// Through a gateway that runs, in a new place with the spent seed.
	g := serve(t, other)
	runs(t, other, "another passphrase\n", "token", "import", backup).refuses(t, "nothing was changed")
	runs(t, other, "a passphrase of some length\n", "token", "import", "--overwrite", backup).succeeds(t, "restored")
	if a := g.ask(t, hrKey, health, nil); len(a.Errors) > 0 || strings.Contains(a.Body, "RELINK") {
		t.Errorf("with the restored credentials: %s", a.Body)
	}
	runs(t, nil, "", "token", "--at", deep, "list").succeeds(t, "CARELY")
	if err := g.stop(); err != nil {
		t.Error(err)
	}
	runs(t, nil, "", "token", "--at", deep, "list").refuses(t, "no gateway runs")
	if left, err := filepath.Glob(filepath.Join(deep, "*.sock")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	r := runs(t, other, "", "token", "list")
	r.succeeds(t, "CARELY")
	newConfidential(s).check(t, "the list", r.out+r.errs)
}

// TestToken_secondLink: two links of one vendor are two credentials.
func TestToken_secondLink(t *testing.T) {
	t.Parallel()
	s := startSystems(t)
	environ := s.environ(t, "HITOTSU_DATA_DIR="+t.TempDir(),
		"HITOTSU_LINK_CARELY_GROUP_URL="+s.carely.URL()+"/api/graphql",
		"HITOTSU_LINK_CARELY_GROUP_AUTH_URL="+s.carely.URL(),
		"HITOTSU_LINK_CARELY_GROUP_CLIENT_ID="+carely.DefaultClientID,
		"HITOTSU_LINK_CARELY_GROUP_CLIENT_SECRET="+carely.DefaultClientSecret,
		"HITOTSU_LINK_CARELY_GROUP_REDIRECT_URL="+carely.DefaultRedirectURL)
	g := serve(t, environ)
	const group = `{ carely(link: "group") { departments { name } } }`
	mustHold(t, g.ask(t, hrKey, group, nil), `"RELINK_NEEDED"`, "--link group")
	linkCarely(t, environ, []string{"--link", "group"}, whole).succeeds(t, "CARELY/group")
	if a := g.ask(t, hrKey, group, nil); len(a.Errors) > 0 {
		t.Errorf("the second link: %s", a.Body)
	}
	runs(t, environ, "", "token", "remove", "carely", "--link", "group").succeeds(t, "removed")
	runs(t, environ, "", "token", "test", "carely").succeeds(t, "yes")
	mustHold(t, g.ask(t, hrKey, strings.Replace(group, "departments", "workplaces", 1), nil), `"RELINK_NEEDED"`)
}
