package akashi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

// body returns the text of an answer to a GET.
func body(t *testing.T, tn *tenant, path string) (int, string) {
	t.Helper()
	resp, err := newClient(t).Get(tn.url + withToken(path, hrToken))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// TestQuirks_changeTheAnswer shows each quirk of answers off and on.
func TestQuirks_changeTheAnswer(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	record := fmt.Sprintf("/working_records?start_date=20261119&staff_ids=%d", id)
	for quirk, c := range map[akashi.Quirk]struct{ path, off, on string }{
		akashi.CodesWithBlank:     {"/staffs/1", `"code":"ERR`, `"code":" ERR`},
		akashi.NumericCompanyCode: {"/staffs", `"login_company_code":"sample001"`, `"login_company_code":1`},
		akashi.NumbersAsStrings: {
			fmt.Sprintf("/staffs/%d", id), fmt.Sprintf(`"staffId":%d`, id), fmt.Sprintf(`"staffId":"%d"`, id),
		},
		akashi.LowerTotalCount: {"/staffs", `"TotalCount":`, `"totalCount":`},
		akashi.ColonTimezone: {
			fmt.Sprintf("/stamps/%d?start_date=20261119000000&end_date=20261120000000", id), `"timezone":"+9.0"`,
			`"timezone":"+09:00"`,
		},
		akashi.TablePunchNames: {record, `"start_punch_time":"`, `"attendance_punch_time":"`},
		akashi.RecordsInObject: {record, `"response":[{"staff_id"`, `"response":{"login_company_code":"sample001","response":[`},
		akashi.SlashedDays:     {"/projects", `"start_date":"2025-`, `"start_date":"2025/`},
		akashi.MessagesKey:     {"/staffs/1", `"message":`, `"messages":`},
	} {
		for on, want := range map[bool]string{false: c.off, true: c.on} {
			if err := tn.SetQuirks(map[string]bool{string(quirk): on}); err != nil {
				t.Fatal(err)
			}
			if _, got := body(t, tn, c.path); !strings.Contains(got, want) {
				t.Errorf("%s %t: no %s in %.300s", quirk, on, want, got)
			}
		}
		tn.Reset()
	}
}

func TestQuirks_changeTheStatus(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.RefusedAs400: true, akashi.UnauthorizedAs200: true}})
	if status, _ := body(t, tn, "/staffs/1"); status != http.StatusBadRequest {
		t.Errorf("refusal: %d", status)
	}
	if a := send(t, http.MethodGet, tn.url+"/staffs?token=x", ""); a.status != http.StatusOK || a.Success {
		t.Errorf("bad token: %+v", a)
	}
}

func TestQuirks_changeWhatIsTaken(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	of := fmt.Sprintf("/manhours/%d?start_date=20261101&end_date=20261130", tn.id(company.PersonaEmployee))
	refused(t, tn, hrToken, of)
	staff := `"staffs":[{` + newStaff + `}]`
	set := func(quirk akashi.Quirk) {
		tn.Reset()
		if err := tn.SetQuirks(map[string]bool{string(quirk): true}); err != nil {
			t.Fatal(err)
		}
	}
	set(akashi.ShortManhourDays)
	get[any](t, tn, hrToken, of)
	set(akashi.OnlySlashedDays)
	refused(t, tn, hrToken, "/projects?start_date=20261101")
	get[any](t, tn, hrToken, "/projects?start_date=2026/11/01")
	tn.refusedWrites(t, hrToken, "POST /projects", map[string]string{
		"8 digits": `"projects":[{"name_ja":"a","start_date":"20261101"}]`,
	})
	tn.refusedWrites(t, hrToken, "POST /importer_factory/organizations", map[string]string{
		"unpadded": tn.ofEmployee("organizations", `"organization_change_date":"2026/1/1","employment_category":"正社員"`),
	})
	set(akashi.MachineCharacters)
	tn.refusedWrites(t, hrToken, "POST /organizations", map[string]string{"circled": `"organizations":[{"name":"①課"}]`})
	set(akashi.PatchOnly)
	tn.write(t, hrToken, "PATCH /staffs/", staff)
	wantGone(t, tn, "POST /staffs")
	set(akashi.PostOnly)
	tn.write(t, hrToken, "POST /staffs/", staff)
	wantGone(t, tn, "PATCH /working_condition_settings")
	set(akashi.StaffsKeyWithBlank)
	if a := tn.write(t, hrToken, "POST /staffs", staff); !strings.Contains(string(a.Response), `"staffs ":`) {
		t.Errorf("got %s", a.Response)
	}
}

func wantGone(t *testing.T, tn *tenant, operation string) {
	t.Helper()
	method, path, _ := strings.Cut(operation, " ")
	req, err := http.NewRequestWithContext(t.Context(), method, tn.url+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("%s: status %d, want 404", operation, resp.StatusCode)
	}
}

func TestQuirks_unknownOnesAreRefused(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	if err := tn.SetQuirks(map[string]bool{"numbers_as_strings": true, "colour": true}); err == nil {
		t.Error("an unknown quirk was set")
	}
	if tn.Quirks()["numbers_as_strings"] || len(tn.Quirks()) != len(akashi.DefaultQuirks()) {
		t.Errorf("quirks %v", tn.Quirks())
	}
}

// TestControl_drivesTheTenant uses the switches as a frontend team would.
func TestControl_drivesTheTenant(t *testing.T) {
	t.Parallel()
	sim := akashi.New(demo(), akashi.Options{})
	server := controltest.Start(t, sim, control.Options{})
	base, token := server.URL()+"/api/cooperation/demo", sim.Token(0)
	post := func(path, text string) {
		t.Helper()
		resp, err := newClient(t).Post(server.ControlURL()+path, "application/json", strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNoContent {
			t.Fatalf("POST %s: status %d", path, resp.StatusCode)
		}
	}
	post("/seed", `{"seed":7,"today":"2026-03-31","people":150}`)
	d, _ := sim.Dump().(akashi.Dump)
	if d.Today != "2026/03/31" || len(d.Staffs) > 150 || len(d.Staffs) < 120 {
		t.Fatalf("today %s, %d staffs", d.Today, len(d.Staffs))
	}
	if token == "" || sim.Token(0) != token {
		t.Error("the administrator's token changed with the seed")
	}
	send(t, http.MethodPost, base+"/stamps", `{"token":"`+token+`","type":12}`)
	send(t, http.MethodPost, base+"/stamps", `{"token":"`+token+`","type":99}`)
	send(t, http.MethodGet, base+"/staffs?token="+token, "")
	journal := server.Journal()
	if len(journal) != 1 || journal[0].Operation != "6.6" {
		t.Fatalf("journal %+v", journal)
	}
	change, err := json.Marshal(journal[0].Change)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"type":12}`, string(change)); diff != "" {
		t.Error(diff) // and no token
	}
	post("/fault", `{"revoke":true,"times":1}`)
	for range 2 {
		if a := send(t, http.MethodGet, base+"/staffs?token="+token, ""); a.status != http.StatusUnauthorized {
			t.Errorf("a revoked token: %+v", a)
		}
	}
	post("/reset", "")
	if a := send(t, http.MethodGet, base+"/staffs?token="+token, ""); !a.Success {
		t.Errorf("after a reset: %+v", a)
	}
	post("/clock", `{"advance":"800h"}`)
	if a := send(t, http.MethodGet, base+"/staffs?token="+token, ""); a.status != http.StatusUnauthorized {
		t.Errorf("after 33 days: %+v", a)
	}
}
