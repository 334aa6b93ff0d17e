package akashi_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// ofEmployee begins a row about the persona employee.
func (tn *tenant) ofEmployee(list, members string) string {
	return `"` + list + `":[{"staff_code":"` + tn.code(company.PersonaEmployee) + `",` + members + `}]`
}

func TestSettings_canBeSet(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	tn.write(t, hrToken, "PATCH /working_condition_settings", tn.ofEmployee("working_condition_settings",
		`"effective_date":"2023/02/02","recount_method":"実績基準","fixed_working_time":"08:30","use_fixed_overtime":"OFF"`))
	mail := tn.company.Persona(company.PersonaEmployee).In[company.Akashi].Email
	tn.write(t, managerToken, "POST /working_condition_settings",
		`"working_condition_settings":[{"email":"`+mail+`","fixed_working_time":"8:00","reference_start_time":""}]`)
	want := map[string]string{
		"effective_date": "2023/02/02", "recount_method": "実績基準", "fixed_working_time": "8:00",
		"use_fixed_overtime": "OFF", "reference_start_time": "",
	}
	if diff := cmp.Diff(want, rowOf(t, tn.dump(t), tn.id(company.PersonaEmployee)).Settings); diff != "" {
		t.Error(diff)
	}
}

func TestSettings_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	members := map[string]string{
		"no rows":        `"working_condition_settings":[]`,
		"nobody":         `"working_condition_settings":[{"recount_method":"実績基準"}]`,
		"unknown person": `"working_condition_settings":[{"staff_code":"ない"}]`,
	}
	for name, row := range map[string]string{
		"unknown template": `"working_condition_template_name":"ない"`,
		"day":              `"effective_date":"2023-02-02"`,
		"hours":            `"fixed_working_time":"830"`,
		"span":             `"plan_start_and_end_time_mon":"09:00"`,
		"break":            `"plan_break_start_and_end_time_hol":"12:00~13:00"`,
		"switch":           `"use_fixed_overtime":"on"`,
		"number":           `"max_continuous_working_days_per_month":6`,
		"eleven months":    `"monthly_scheduled_holidays":"4/4/4/4/4/4/4/4/4/4/4"`,
		"hours of a year":  `"max_working_minutes_per_month":"176:00"`,
	} {
		members[name] = tn.ofEmployee("working_condition_settings", row)
	}
	tn.refusedWrites(t, hrToken, "PATCH /working_condition_settings", members)
	a := tn.ask(t, hrToken, "PATCH /working_condition_settings", members["unknown template"])
	if a.Errors[0].Code != " ERR302205" {
		t.Errorf("unknown template: %v", a.Errors)
	}
	self := map[string]string{"self": members["hours"]}
	tn.refusedWrites(t, employeeToken, "PATCH /working_condition_settings", self)
}

func TestTransfers_takeEffectOnTheirDay(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	before := rowOf(t, tn.dump(t), id).OrganizationID
	a := tn.ask(t, hrToken, "POST /importer_factory/organizations", `"organizations":[
		{"staff_code":"`+tn.code(company.PersonaEmployee)+`","organization_change_date":"2026/11/22",
		 "new_organization_code":"1000","sub_organization_path":"開発本部","sub_organization_code2":"3000",
		 "employment_category":"契約社員"},
		{"staff_email":"nobody@example.com","organization_change_date":"2026/11/22","employment_category":"正社員"}]`)
	message := "指定された従業員が見つかりません。(従業員番号: (空白), メールアドレス: nobody@example.com)"
	if !a.Success || len(a.Errors) != 1 || a.Errors[0].Message != message || a.Errors[0].Code != " ERR302102" {
		t.Errorf("got %+v", a)
	}
	tn.Advance(24 * time.Hour)
	if d := tn.dump(t); rowOf(t, d, id).OrganizationID != before || len(d.Pending) != 1 {
		t.Errorf("the transfer came early")
	}
	tn.Advance(24 * time.Hour)
	get[any](t, tn, hrToken, "/staffs")
	row := rowOf(t, tn.dump(t), id)
	if row.OrganizationID != akashi.OrganizationID(0) || row.EmploymentCategory != "契約社員" ||
		len(row.SubgroupIDs) != 2 || len(tn.dump(t).Pending) != 0 {
		t.Errorf("after the transfer: %+v", row)
	}
	refused(t, tn, managerToken, fmt.Sprintf("/staffs/%d", id)) // no longer below them
}

func TestTransfers_mayForgetLaterOnes(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	for _, row := range []string{
		`"organization_change_date":"2027/2/1","employment_category":"契約社員"`,
		`"organization_change_date":"2027/3/1","employment_category":"従業員"`,
		`"organization_change_date":"2027/1/15","employment_category":"正社員",
		 "is_delete_change_history_after_change_date":"YES"`,
	} {
		tn.write(t, hrToken, "POST /importer_factory/organizations", tn.ofEmployee("organizations", row))
	}
	pending := tn.dump(t).Pending
	if len(pending) != 1 || pending[0].Date != "2027/01/15" {
		t.Errorf("pending %+v", pending)
	}
}

func TestTransfers_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	members := map[string]string{"no rows": `"organizations":[]`, "nobody": `"organizations":[{"employment_category":"正社員"}]`}
	day := `"organization_change_date":"2026/11/01","employment_category":"正社員"`
	for name, row := range map[string]string{
		"no day":           `"employment_category":"正社員"`,
		"day":              `"organization_change_date":"20261101","employment_category":"正社員"`,
		"no category":      `"organization_change_date":"2026/11/01"`,
		"unknown category": `"organization_change_date":"2026/11/01","employment_category":"社長"`,
		"unknown path":     day + `,"new_organization_path":"ない"`,
		"unknown code":     day + `,"new_organization_code":"ない"`,
		"path or code":     day + `,"new_organization_path":"営業本部","new_organization_code":"2000"`,
		"sub-unit":         day + `,"sub_organization_path2":"ない"`,
		"sub-unit's code":  day + `,"sub_organization_code":"ない"`,
		"neither Yes nor":  day + `,"is_delete_change_history_after_change_date":"true"`,
	} {
		members[name] = tn.ofEmployee("organizations", row)
	}
	tn.refusedWrites(t, hrToken, "POST /importer_factory/organizations", members)
	tn.refusedWrites(t, managerToken, "POST /importer_factory/organizations",
		map[string]string{"manager": tn.ofEmployee("organizations", day)})
	for _, row := range []string{members["unknown category"]} {
		a := tn.ask(t, hrToken, "POST /importer_factory/organizations", row)
		if a.Errors[0].Code != " ERR302102" {
			t.Errorf("got %+v", a.Errors)
		}
	}
}

func TestPermissions_takeEffectAtOnce(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	hr := tn.id(company.PersonaHR)
	refused(t, tn, employeeToken, fmt.Sprintf("/staffs/%d", hr))
	tn.write(t, hrToken, "POST /importer_factory/permissions", tn.ofEmployee("permissions",
		`"manager_permission_name":"一般管理者","manage_organization_path":"管理本部","manage_organization_code":"1000",
		 "manage_subordinate_organizations_immed_code":"下位組織を直接管理対象とする",
		 "managed_staff_code1":"`+tn.code(company.PersonaManager)+`"`))
	row := rowOf(t, tn.dump(t), tn.id(company.PersonaEmployee))
	if row.PermissionType != 2 || len(row.ManagedOrganizationIDs) != 2 || len(row.ManagedStaffIDs) != 1 {
		t.Errorf("got %+v", row)
	}
	// 管理本部 itself only, so not 人事部 below it; 営業本部 with all below it.
	refused(t, tn, employeeToken, fmt.Sprintf("/staffs/%d", hr))
	get[any](t, tn, employeeToken, fmt.Sprintf("/staffs/%d", tn.id(company.PersonaManager)))
	below := 0
	for _, one := range tn.dump(t).Staffs {
		if one.OrganizationID == akashi.OrganizationID(12) { // 東京営業課, two levels down
			get[any](t, tn, employeeToken, fmt.Sprintf("/staffs/%d", one.StaffID))
			below++
		}
	}
	if below == 0 {
		t.Error("nobody works there")
	}
}

func TestPermissions_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	members := map[string]string{"nobody": `"permissions":[{"manager_permission_name":"一般管理者"}]`}
	named := `"manager_permission_name":"一般管理者","manage_organization_path":"営業本部"`
	for name, row := range map[string]string{
		"no permission":      `"manage_organization_path":"営業本部"`,
		"unknown permission": `"manager_permission_name":"ああああ","manage_organization_path":"営業本部"`,
		"no unit":            `"manager_permission_name":"一般管理者"`,
		"unknown unit":       `"manager_permission_name":"一般管理者","manage_organization_path":"ない"`,
		"unknown code":       `"manager_permission_name":"一般管理者","manage_organization_code":"ない"`,
		"way":                named + `,"manage_subordinate_organizations_immed_path":"はい"`,
		"unknown person":     named + `,"managed_staff_code1":"ない"`,
	} {
		members[name] = tn.ofEmployee("permissions", row)
	}
	tn.refusedWrites(t, hrToken, "POST /importer_factory/permissions", members)
	tn.refusedWrites(t, managerToken, "POST /importer_factory/permissions",
		map[string]string{"manager": tn.ofEmployee("permissions", named)})
	a := tn.ask(t, hrToken, "POST /importer_factory/permissions", members["unknown permission"])
	if a.Errors[0].Message != "管理権限「ああああ」は登録されていません。" {
		t.Errorf("got %v", a.Errors)
	}
}

const reservedUnit = `"manage_organization_reservation_registration_or_cancel":"登録",
	"reservation_manage_organization_path":"営業本部","manage_subordinate_organizations":"下位組織を直接管理対象とする",
	"manage_organization_reservation_date":"2026/12/1","manage_organization_reservation_add_or_delete":"追加"`

func TestReservations_takeEffectOrAreCancelled(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	tn.write(t, hrToken, "POST /importer_factory/permissions_reserve", tn.ofEmployee("permissions_reserve",
		reservedUnit+`,"reservation_manager_permission_name":"管理権限-編集",
		"manager_permission_reservation_date":"2026/11/22"`))
	if n := len(tn.dump(t).Pending); n != 2 {
		t.Fatalf("%d pending", n)
	}
	tn.Advance(48 * time.Hour)
	get[any](t, tn, hrToken, "/staffs")
	row := rowOf(t, tn.dump(t), id)
	if row.PermissionType != 2 || row.PermissionName != "管理権限-編集" || len(row.ManagedOrganizationIDs) != 0 {
		t.Errorf("got %+v", row)
	}
	cancel := strings.Replace(reservedUnit, "登録", "取消", 1)
	tn.write(t, hrToken, "POST /importer_factory/permissions_reserve", tn.ofEmployee("permissions_reserve", cancel))
	if n := len(tn.dump(t).Pending); n != 0 {
		t.Errorf("%d pending after the cancellation", n)
	}
	tn.refusedWrites(t, hrToken, "POST /importer_factory/permissions_reserve",
		map[string]string{"cancelled twice": tn.ofEmployee("permissions_reserve", cancel)})
}

func TestReservations_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	members := map[string]string{"nobody": `"permissions_reserve":[{` + reservedUnit + `}]`}
	rows := map[string]string{
		"nothing":             `"manage_subordinate_organizations":""`,
		"permission only":     `"reservation_manager_permission_name":"一般管理者"`,
		"day only":            `"manager_permission_reservation_date":"2026/12/01"`,
		"unknown permission":  `"reservation_manager_permission_name":"ない","manager_permission_reservation_date":"2026/12/01"`,
		"neither nor":         strings.Replace(reservedUnit, "登録", "変更", 1),
		"neither add nor del": strings.Replace(reservedUnit, "追加", "変更", 1),
		"day":                 strings.Replace(reservedUnit, "2026/12/1", "20261201", 1),
		"unknown unit":        strings.Replace(reservedUnit, "営業本部", "ない", 1),
		"way":                 strings.Replace(reservedUnit, "下位組織を直接管理対象とする", "する", 1),
	}
	for _, key := range []string{
		"manage_organization_reservation_registration_or_cancel", "reservation_manage_organization_path",
		"manage_subordinate_organizations", "manage_organization_reservation_date",
		"manage_organization_reservation_add_or_delete",
	} {
		rows["without "+key] = strings.Replace(reservedUnit, key, "x", 1)
	}
	for name, row := range rows {
		members[name] = tn.ofEmployee("permissions_reserve", row)
	}
	tn.refusedWrites(t, hrToken, "POST /importer_factory/permissions_reserve", members)
}
