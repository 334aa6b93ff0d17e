package carely_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

const (
	upsertOvertime = `mutation($in: ApiOvertimeInput!) {
		upsertOvertime(overtimeInput: $in) { uuid yearMonth hour minute errors customer { uuid } } }`
	upsertCustomer = `mutation($in: CustomerInput!) { upsertCustomer(customerInput: $in) { ` + customerFields + ` } }`
)

// details is the part of the error document that names fields and kinds.
func details(t *testing.T, errs any) map[string]string {
	t.Helper()
	var doc struct {
		Errors       map[string][]string
		FullMessages []string `json:"full_messages"`
		Details      map[string][]struct{ Error string }
	}
	if err := json.Unmarshal([]byte(errs.(string)), &doc); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for field, list := range doc.Details {
		out[field] = list[0].Error
		if len(doc.Errors[field]) == 0 || len(doc.FullMessages) == 0 {
			t.Errorf("%s has no message in %v", field, errs)
		}
	}
	return out
}

func TestUpsertOvertime(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	before := s.state().Overtimes
	owner := before[0].CustomerUUID
	in := func(month string, minute int) map[string]any {
		return map[string]any{"in": map[string]any{"customerUuid": owner, "yearMonth": month, "minute": minute}}
	}
	update := s.data(t, upsertOvertime, in("2026-08-01", 60)).(map[string]any)
	want := map[string]any{
		"uuid": before[0].UUID, "yearMonth": "2026-08-01", "hour": 1.0, "minute": 60.0, "errors": "{}",
		"customer": map[string]any{"uuid": owner},
	}
	if diff := cmp.Diff(want, update); diff != "" {
		t.Error(diff)
	}
	added := s.data(t, upsertOvertime, in("20261001", 119)).(map[string]any)
	if added["yearMonth"] != "2026-10-01" || added["hour"] != 1.0 || added["uuid"] == before[0].UUID {
		t.Errorf("added %v", added)
	}
	after := s.state().Overtimes
	if len(after) != len(before)+1 || after[0].Minute != 60 || after[len(before)].Minute != 119 {
		t.Errorf("%d rows before, %d after", len(before), len(after))
	}
}

func TestUpsertOvertime_refuses(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	before := s.state().Overtimes
	owner := before[0].CustomerUUID
	for _, c := range []struct {
		owner, month string
		minute       int
		want         map[string]string
	}{
		{"nobody", "2026-08-01", 1, map[string]string{"customer": "blank"}},
		{owner, "2026-08-02", 1, map[string]string{"year_month": "invalid"}},
		{owner, "2026/08/01", 1, map[string]string{"year_month": "invalid"}},
		{owner, "2026-08-01", -1, map[string]string{"minute": "greater_than_or_equal_to"}},
	} {
		got := s.data(t, upsertOvertime, map[string]any{
			"in": map[string]any{"customerUuid": c.owner, "yearMonth": c.month, "minute": c.minute},
		}).(map[string]any)
		if diff := cmp.Diff(c.want, details(t, got["errors"])); diff != "" || got["uuid"] != nil {
			t.Errorf("%+v: %v %s", c, got, diff)
		}
	}
	if diff := cmp.Diff(before, s.state().Overtimes); diff != "" {
		t.Error(diff)
	}
}

func TestUpsertCustomer_create(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	got := s.data(t, upsertCustomer, map[string]any{"in": map[string]any{
		"branchName": "大阪支社", "employeeNumber": "N1", "fullname": "山田 太郎", "gender": "male",
		"bornOn": "20000101", "departmentName": "新規部署",
	}}).(map[string]any)
	if got["errors"] != "{}" || got["employmentStatus"] != "normal" || got["hasStressCheck"] != "active" ||
		got["bornOn"] != "2000-01-01" || got["age"] != "26" || got["genderText"] != "男" {
		t.Errorf("created %v", got)
	}
	dep := got["department"].(map[string]any)
	if dep["displayName"] != "新規部署" || dep["customersCount"] != 1.0 {
		t.Errorf("department %v", dep)
	}
	rows := s.state().Customers
	if len(rows) != 6 || *rows[5].UUID != got["uuid"] {
		t.Errorf("%d customers", len(rows))
	}
}

func TestUpsertCustomer_changeOfBranchClears(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	st := s.state()
	who := *st.Customers[1].UUID
	got := s.data(t, upsertCustomer, map[string]any{"in": map[string]any{
		"uuid": who, "branchUuid": *st.Branches[1].UUID, "departmentName": "人事総務部",
	}}).(map[string]any)
	if got["groupAnalysis"] != nil || got["workplace"] != nil || got["fullname"] != "髙橋 花子" {
		t.Errorf("moved %v", got)
	}
	if dep := got["department"].(map[string]any); dep["customersCount"] != 2.0 {
		t.Errorf("department %v", dep)
	}
}

func TestUpsertCustomer_refuses(t *testing.T) {
	t.Parallel()
	s := start(t, 5, carely.Options{})
	st := s.state()
	who := *st.Customers[1].UUID
	for _, c := range []struct {
		in   map[string]any
		want map[string]string
	}{
		{map[string]any{}, map[string]string{
			"branch": "blank", "employee_number": "blank", "fullname": "blank", "gender": "blank",
		}},
		{map[string]any{"uuid": "x"}, map[string]string{"uuid": "invalid"}},
		{map[string]any{"uuid": who, "joinOn": "1.4.2020"}, map[string]string{"join_on": "invalid"}},
		// A department of the other branch does not exist for this customer.
		{map[string]any{"uuid": who, "departmentUuid": *st.Departments[2].UUID}, map[string]string{"department": "invalid"}},
		{map[string]any{"uuid": who, "workplaceUuid": "x", "groupAnalysisUuid": "x"}, map[string]string{
			"workplace": "invalid", "group_analysis": "invalid",
		}},
		{map[string]any{"uuid": who, "branchName": "名古屋支社"}, map[string]string{"branch": "invalid"}},
	} {
		got := s.data(t, upsertCustomer, map[string]any{"in": c.in}).(map[string]any)
		if diff := cmp.Diff(c.want, details(t, got["errors"])); diff != "" || got["uuid"] != nil {
			t.Errorf("%v: %s", c.in, diff)
		}
	}
	// An enum takes its two values only; the answer has no data then.
	body := s.run(t, upsertCustomer, map[string]any{"in": map[string]any{"uuid": who, "gender": ""}})
	if body["errors"] == nil || body["data"] != nil {
		t.Errorf("empty gender: %v", body)
	}
	if diff := cmp.Diff(plain(t, st), plain(t, s.state())); diff != "" {
		t.Error(diff)
	}
}
