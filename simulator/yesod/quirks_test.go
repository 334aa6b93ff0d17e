package yesod_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

func quirk(t *testing.T, s *yesod.Server, q yesod.Quirk, on bool) {
	t.Helper()
	if err := s.SetQuirks(map[string]bool{string(q): on}); err != nil {
		t.Fatal(err)
	}
}

func TestQuirks(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	apply(t, s, "members", "番号,姓\ne5,斎藤\n", object{"mapping": byNumber + "familyNameLocalPreferred: 姓"})
	id := state(s).Members[4].ID
	keys := func(path string, at ...any) func() string {
		return func() string {
			_, got := call(t, s, "GET", path, "")
			for _, step := range at {
				switch step := step.(type) {
				case string:
					got = got.(object)[step]
				case int:
					got = got.([]any)[step]
				}
			}
			var out []string
			for _, key := range []string{"approveAt", "approvedAt", "previousValue", "previosValue", "en_US", "en_UN"} {
				if got.(object)[key] != nil {
					out = append(out, key)
				}
			}
			return strings.Join(out, " ")
		}
	}
	for q, c := range map[yesod.Quirk]struct {
		off, on string
		see     func() string
	}{
		yesod.ApproveAt: {"approvedAt", "approveAt", keys(
			"/api/v22.10/authorityTasks?from=2026-09-30", "tasks", 0, "changeRequest")},
		yesod.PreviousValue: {"previosValue", "previousValue", keys(
			"/api/v22.10/members/"+id+"/histories", "histories", 1, "changedAttributes", 0)},
		yesod.RightLabels: {"en_UN", "en_US", keys("/api/v25.04/options", 0, "labels")},
	} {
		off := c.see()
		quirk(t, s, q, true)
		on := c.see()
		quirk(t, s, q, false)
		if off != c.off || on != c.on {
			t.Errorf("%s: off %s, on %s; want %s and %s", q, off, on, c.off, c.on)
		}
	}
	if err := s.SetQuirks(map[string]bool{"approve_at": true, "x": true}); err == nil || s.Quirks()["approve_at"] {
		t.Error("an unknown quirk was taken, or changed another")
	}
}

func TestQuirk_consoleApproves(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	options := object{"mapping": byNumber + "familyNameLocalPreferred: 姓"}
	send(t, s, "members/import", "番号,姓\ne5,一\n", options)
	quirk(t, s, yesod.ConsoleApproves, true)
	if got := value(t, s, "e5", attrFamilyName, "2026-10-16"); got != "一" {
		t.Errorf("what waited: %v", got)
	}
	send(t, s, "members/import", "番号,姓\ne5,二\n", options)
	if got := value(t, s, "e5", attrFamilyName, "2026-10-16"); got != "二" {
		t.Errorf("what came after: %v", got)
	}
}

// TestControl moves the clock, seeds and revokes through the control side.
func TestControl(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	ctl := controltest.Start(t, s, control.Options{})
	raw, err := json.Marshal(object{"csv": "番号,姓\ne5,斎藤\n", "options": object{
		"mapping": byNumber + "familyNameLocalPreferred: 姓", "changeDate": "2026-10-20",
	}})
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), "POST", ctl.URL()+"/api/v21.07/members/importAndApply",
		strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+yesod.DefaultToken)
	req.Header.Set("Content-Type", "application/json")
	resp, err := (&http.Client{}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	journal, err := json.Marshal(ctl.Journal())
	if err != nil {
		t.Fatal(err)
	}
	if text := string(journal); resp.StatusCode != 200 || !strings.Contains(text, `"members applied"`) ||
		strings.Contains(text, "斎藤") {
		t.Errorf("status %d, journal %s", resp.StatusCode, text)
	}
	names := func() string { return state(s).Members[4].FamilyName }
	before := names()
	if err := ctl.Advance(4 * 24 * time.Hour); err != nil {
		t.Fatal(err)
	}
	if after := names(); before != "齋藤" || after != "斎藤" {
		t.Errorf("before the change date %s, on it %s", before, after)
	}
	s.Revoke(req)
	if status, _ := call(t, s, "GET", "/api/v21.07/attributeLabel", ""); status != 401 {
		t.Errorf("disabled: status %d, want 401", status)
	}
	if err := ctl.Reseed(control.Seed{Seed: 3, Today: day.AddDate(0, 0, 7), People: 120}); err != nil {
		t.Fatal(err)
	}
	if n := len(state(s).Members); n < 60 || n > 120 || s.Now().Format(time.DateOnly) != "2026-10-23" {
		t.Errorf("%d members of 120 people at %s", n, s.Now())
	}
	if status, _ := call(t, s, "GET", "/api/v21.07/attributeLabel", ""); status != 200 {
		t.Errorf("enabled again: status %d, want 200", status)
	}
}
