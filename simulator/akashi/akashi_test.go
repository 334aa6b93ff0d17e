package akashi_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

// TestDump_shape fixes the names that other tests and people rely on.
func TestDump_shape(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	tn.write(t, hrToken, "POST /importer_factory/organizations", `"organizations":[{"staff_code":"`+
		tn.code(company.PersonaEmployee)+`","organization_change_date":"2027/01/01","employment_category":"正社員"}]`)
	text, err := json.Marshal(tn.Dump())
	if err != nil {
		t.Fatal(err)
	}
	var lists map[string]any
	if err := json.Unmarshal(text, &lists); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for name, value := range lists {
		rows, ok := value.([]any)
		if !ok {
			got[name] = nil
			continue
		}
		row, ok := rows[0].(map[string]any)
		if !ok {
			t.Fatalf("%s holds %T", name, rows[0])
		}
		got[name] = slices.Sorted(maps.Keys(row))
	}
	want := map[string][]string{
		"company": nil, "today": nil,
		"organizations": {"code", "name", "organization_id", "parent_id"},
		"staffs": {
			"code", "email", "employment_category", "first_name", "first_name_kana", "last_name",
			"last_name_kana", "managed_organization_ids", "organization_id", "permission_type",
			"person_key", "staff_id", "subgroup_ids",
			"entry_date", "first_name_en", "idm_number", "last_name_en", "managed_staff_ids",
			"paid_holiday_base_date", "permission_name", "remarks", "retirement_date", "sex", "tag", "tel",
			"use_other_login_method", "use_start_date", "working_condition_settings",
		},
		"stamps": {"method", "org_id", "staff_id", "stamped_at", "type"},
		"working_records": {
			"breaks", "date", "end_punch_time", "end_time", "staff_id", "start_punch_time", "start_time",
			"worked_minutes", "working_day_category",
		},
		"projects": {
			"all_staffs_target", "code", "end_date", "name", "name_en", "owner_staff_ids", "project_id", "remarks",
			"short_name", "short_name_en", "staff_ids", "start_date",
		},
		"tasks": {
			"code", "estimated_minutes", "estimated_yen", "index", "is_finished", "name", "project_id", "task_id",
		},
		"manhours": {"comment", "date", "is_closed", "minutes", "project_id", "staff_id", "task_id"},
		"tokens":   {"expired_at", "staff_id", "token"},
		"pending": {
			"date", "employment_category", "kind", "organization_id", "permission_name", "remove", "staff_id",
		},
	}
	for _, names := range want {
		slices.Sort(names)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRoutes_areCounted shows the names that a history has.
func TestRoutes_areCounted(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: now})
	sim := akashi.New(c, akashi.Options{})
	server := controltest.Start(t, sim, control.Options{})
	token := sim.Token(c.Persona(company.PersonaHR).Key)
	for _, path := range []string{
		"staffs", "staffs/1000", "5000/tasks", "5000/tasks/20000", "multiple_stamps", "5000/tasks/x/y",
	} {
		resp, err := newClient(t).Get(server.URL() + "/api/cooperation/demo/" + path + "?token=" + token)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	want := map[string]int{
		"GET /api/cooperation/{company}/staffs":                       1,
		"GET /api/cooperation/{company}/staffs/{staff_id}":            1,
		"GET /api/cooperation/{company}/{project_id}/tasks":           1,
		"GET /api/cooperation/{company}/{project_id}/tasks/{task_id}": 1,
		"GET /api/cooperation/{company}/multiple_stamps":              1,
		"GET unmatched": 1,
	}
	if diff := cmp.Diff(want, server.History().Counters); diff != "" {
		t.Error(diff)
	}
	if err := server.AddFault(control.Fault{Unauthorized: true}); err != nil {
		t.Fatal(err)
	}
	a := send(t, http.MethodGet, server.URL()+"/api/cooperation/demo/5000/tasks?token="+token, "")
	if a.status != 401 || a.Success || len(a.Errors) != 1 {
		t.Errorf("fault: %+v", a)
	}
}

func TestSimulator_serves20000People(t *testing.T) {
	t.Parallel()
	c := company.New(company.Options{Seed: 1, Today: now, People: 20_000})
	sim := akashi.New(c, akashi.Options{})
	d, ok := sim.Dump().(akashi.Dump)
	if !ok || len(d.Staffs) < 18_000 || d.Stamps != nil || d.WorkingRecords != nil {
		t.Errorf("%d staffs, %d stamps, %d records", len(d.Staffs), len(d.Stamps), len(d.WorkingRecords))
	}
}

// TestSimulator_isSafeForConcurrentUse is for the race detector.
func TestSimulator_isSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.KeepOldToken: true}})
	paths := []string{
		"/staffs", "/projects", "/manhours", "/organizations?includesParents=1",
		fmt.Sprintf("/working_records?start_date=20261119&staff_ids=%d", tn.id(company.PersonaEmployee)),
	}
	client := newClient(t)
	var work sync.WaitGroup
	for i := range 12 {
		work.Go(func() {
			url := tn.url + withToken(paths[i%len(paths)], hrToken)
			if resp, err := client.Get(url); err == nil {
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
			if i%4 == 0 {
				tn.Reset()
			}
			tn.Dump()
		})
	}
	work.Wait()
}
