package jobcan_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
	"github.com/hitotsu/hitotsu/simulator/jobcan"
)

func (s *site) set(t *testing.T, q jobcan.Quirk, on bool) {
	t.Helper()
	if err := s.sim.SetQuirks(map[string]bool{string(q): on}); err != nil {
		t.Fatal(err)
	}
}

func TestQuirks(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	id := s.state().Employees[2].ID
	tokenKeys := func() any {
		_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
		return len(body)
	}
	adit := func() any {
		return s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-16", id), "adits")[0]["recorded_at"]
	}
	holidays := func() string {
		req := request(t, "GET", s.URL+"/holiday/v1/holiday-types", "")
		req.Header.Set("Authorization", "Bearer "+s.token)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var body any
		if err := json.NewDecoder(resp.Body).Decode(&body); err != nil {
			t.Fatal(err)
		}
		if _, bare := body.([]any); bare {
			return "bare"
		}
		for key := range body.(map[string]any) {
			return key
		}
		return ""
	}
	for q, c := range map[jobcan.Quirk]struct {
		off, on any
		see     func() any
	}{
		jobcan.BareTokenReply: {5, 2, tokenKeys}, // with retry-after, which do adds
		jobcan.PrefixedToken: {false, true, func() any {
			_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
			return strings.HasPrefix(body["access_token"].(string), "Bearer ")
		}},
		jobcan.NaiveTimes:       {"2026-10-16T09:00:00+09:00", "2026-10-16T09:00:00", adit},
		jobcan.BareHolidayTypes: {"holiday_types", "bare", func() any { return holidays() }},
		jobcan.HolidayItems:     {"holiday_types", "items", func() any { return holidays() }},
		jobcan.StaffCodeField: {"0018 <nil>", "<nil> 0018", func() any {
			_, one := s.get(t, fmt.Sprintf("/master/v1/employees/%d", id))
			row := s.rows(t, "/master/v1/employees", "employees")[2]
			if row["code"] != one["code"] || row["staff_code"] != one["staff_code"] {
				t.Errorf("list %v, one %v", row, one)
			}
			return fmt.Sprint(row["code"], " ", row["staff_code"])
		}},
		jobcan.HideRetired: {3, 2, func() any { return len(s.rows(t, "/master/v1/employees", "employees")) }},
		jobcan.ExclusiveEndDate: {570.0, 0.0, func() any {
			_, body := s.get(t, fmt.Sprintf(
				"/attendance/v1/summaries/monthly/%d?start_date=2026-10-01&end_date=2026-10-16", id))
			return body["work"].(map[string]any)["all"]
		}},
		jobcan.RefreshHangs: {"finished", "pending", func() any {
			_, body := s.postRefresh(t, id, "application/json", "2026-10-16", "2026-10-17")
			return body["refresh"].(map[string]any)["status"]
		}},
	} {
		off := c.see()
		s.set(t, q, true)
		on := c.see()
		s.set(t, q, false)
		if off != c.off || on != c.on {
			t.Errorf("%s: off %v, on %v; want %v and %v", q, off, on, c.off, c.on)
		}
	}
	if err := s.sim.SetQuirks(map[string]bool{"naive_times": true, "x": true}); err == nil || s.sim.Quirks()["naive_times"] {
		t.Error("an unknown quirk was taken, or changed another")
	}
	s.set(t, jobcan.NaiveTimes, true)
	s.sim.Reset()
	if s.sim.Quirks()["naive_times"] {
		t.Error("Reset keeps quirks")
	}
}

func TestOverWorkRequests(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	path := fmt.Sprintf("/apply/v1/employees/%d/over-work/requests?", s.state().Employees[0].ID)
	const dates = "from_over_work_date=2026-10-01&to_over_work_date=2026-10-31"
	if rows := s.rows(t, path+"mode=select&"+dates, "requests"); len(rows) != 0 {
		t.Errorf("requests %v", rows)
	}
	status, body := s.get(t, path+"mode=all&"+dates)
	if status != 400 || !strings.Contains(fmt.Sprint(body), "select") { // the refusal names what is allowed (section 3)
		t.Errorf("another mode: %d %v", status, body)
	}
	if status, _ := s.get(t, path+"mode=select&from_over_work_date=2026-10-01"); status != 400 {
		t.Errorf("half a period: status %d, want 400", status)
	}
}

// TestOurContract has the paths of 8.3 that are ours: off at first.
func TestOurContract(t *testing.T) {
	t.Parallel()
	paths := map[string]string{
		"/master/v1/groups": "groups", "/master/v1/managers": "managers", "/master/v1/work-kinds": "work_kinds",
		"/master/v1/positions": "positions", "/shift/v1/shift-patterns": "shift_patterns",
		"/master/v1/work-regulation-settings": "work_regulation_settings",
		"/master/v1/holiday-settings":         "holiday_settings", "/master/v1/selection-remarks": "selection_remarks",
		"/master/v1/work-extract-settings": "work_extract_settings",
	}
	s := start(t, 3, jobcan.Options{})
	for path := range paths {
		if status, _ := s.get(t, path); status != 404 {
			t.Errorf("%s off: status %d, want 404", path, status)
		}
	}
	s.set(t, jobcan.OurContract, true)
	if status, _ := s.get(t, "/master/v1/groups"); status != 403 {
		t.Errorf("a token of before lacks the scope: status %d, want 403", status)
	}
	_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	s.token = body["access_token"].(string)
	for path, key := range paths {
		s.rows(t, path, key)
	}
	if rows := s.rows(t, "/master/v1/work-kinds?last_id=4&count=1", "work_kinds"); len(rows) != 1 || rows[0]["id"] != 5.0 {
		t.Errorf("page %v", rows)
	}
	if status, body := s.get(t, "/master/v1/client"); status != 200 || body["client_id"] != 4294967295.0 {
		t.Errorf("client %v", body)
	}
	who := s.state().Employees[2].ID
	stamp := func(media string, in map[string]any) int {
		raw, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		req := request(t, "POST", s.URL+"/attendance/v1/stamps", string(raw))
		req.Header.Set("Authorization", "Bearer "+s.token)
		req.Header.Set("Content-Type", media)
		status, _ := s.do(t, req)
		return status
	}
	in := func(key string, value any) map[string]any {
		out := map[string]any{
			"employee_id": who, "group_id": 100, "recorded_at": "2026-10-17T09:01:59+09:00", "adit_type": "work_start",
		}
		if key != "" {
			out[key] = value
		}
		return out
	}
	for name, c := range map[string]struct {
		media string
		body  map[string]any
		want  int
	}{
		"right":             {"application/json", in("", nil), 201},
		"no JSON":           {"text/plain", in("", nil), 415},
		"no offset":         {"application/json", in("recorded_at", "2026-10-17T09:01:59"), 400},
		"unknown type":      {"application/json", in("adit_type", "in"), 400},
		"unknown group":     {"application/json", in("group_id", 5), 400},
		"unknown person":    {"application/json", in("employee_id", 5), 404},
		"a text for the id": {"application/json", in("employee_id", "5"), 400},
	} {
		if got := stamp(c.media, c.body); got != c.want {
			t.Errorf("%s: status %d, want %d", name, got, c.want)
		}
	}
	rows := s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-17", who), "adits")
	if len(rows) != 1 || rows[0]["recorded_at"] != "2026-10-17T09:01:00+09:00" {
		t.Errorf("read back %v", rows)
	}
	adits := s.state().Adits
	if last := adits[len(adits)-1]; last.EmployeeID != who || last.Date != "2026-10-17" {
		t.Errorf("dump ends with %+v", last)
	}
	s.sim.Reset()
	if got := s.state().Adits; len(got) != len(adits)-1 {
		t.Errorf("%d adits after Reset, want %d", len(got), len(adits)-1)
	}
}

// TestScenarios has those of 8.6 that no other test shows.
func TestScenarios(t *testing.T) {
	t.Parallel()
	t.Run("codes that look alike", func(t *testing.T) {
		t.Parallel()
		c := testCompany(3)
		for i, code := range []string{"A1", "a1", "0016"} {
			for system, rec := range c.People[i].In {
				rec.Code = code
				c.People[i].In[system] = rec
			}
		}
		st := jobcan.New(c, jobcan.Options{Now: clock}).Dump().(jobcan.State)
		got := []string{st.Employees[0].Code, st.Employees[1].Code, st.Employees[2].Code}
		if diff := cmp.Diff([]string{"A1", "a1", "0016"}, got); diff != "" || st.Employees[2].ID == 16 {
			t.Error(diff)
		}
	})
	t.Run("a page of exactly 100", func(t *testing.T) {
		t.Parallel()
		s := start(t, 100, jobcan.Options{})
		rows := s.rows(t, "/master/v1/employees?count=100", "employees")
		rest := s.rows(t, fmt.Sprintf("/master/v1/employees?count=100&last_id=%.0f", rows[99]["id"]), "employees")
		if len(rows) != 100 || len(rest) != 0 {
			t.Errorf("%d rows, then %d", len(rows), len(rest))
		}
	})
	t.Run("retired, with punches", func(t *testing.T) {
		t.Parallel()
		s := start(t, 3, jobcan.Options{})
		e := s.state().Employees[1]
		rows := s.rows(t, fmt.Sprintf("/attendance/v1/adits/%d?date=2026-10-16", e.ID), "adits")
		if e.RetiredDay == nil || len(rows) != 4 {
			t.Errorf("retired %v, %d punches", e.RetiredDay, len(rows))
		}
	})
}

// TestControl moves the clock, seeds and revokes through the control side.
func TestControl(t *testing.T) {
	t.Parallel()
	s := start(t, 3, jobcan.Options{})
	ctl := controltest.Start(t, s.sim, control.Options{})
	id := s.state().Employees[1].ID
	req := request(t, "POST", fmt.Sprintf("%s/attendance/v1/summaries/daily/%d/refresh", ctl.URL(), id),
		`{"conditions":{"range":{"from":"2026-10-16","to":"2026-10-17"}}}`)
	req.Header.Set("Authorization", s.token)
	req.Header.Set("Content-Type", "application/json")
	if status, body := s.do(t, req); status != http.StatusOK {
		t.Fatalf("status %d: %v", status, body)
	}
	if j := ctl.Journal(); len(j) != 1 || j[0].Operation != "refresh" {
		t.Errorf("journal %v", j)
	}
	s.sim.Revoke(req)
	if status, _ := s.get(t, "/master/v1/employees"); status != 401 {
		t.Errorf("revoked: status %d, want 401", status)
	}
	_, body := s.askToken(t, "grant_type=client_credentials", jobcan.DefaultClientSecret)
	s.token = body["access_token"].(string)
	if err := ctl.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if status, _ := s.get(t, "/master/v1/employees"); status != 401 {
		t.Errorf("an hour later: status %d, want 401", status)
	}
	if err := ctl.Reseed(control.Seed{Seed: 3, Today: day.AddDate(0, 0, 7), People: 120}); err != nil {
		t.Fatal(err)
	}
	st := s.state()
	if n := len(st.Employees); n < 60 || n > 120 || s.sim.Now().Format(time.DateOnly) != "2026-10-23" {
		t.Errorf("%d employees of 120 people at %s", n, s.sim.Now())
	}
}
