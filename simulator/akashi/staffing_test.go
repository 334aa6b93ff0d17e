package akashi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/control"
	"github.com/hitotsu/hitotsu/simulator/control/controltest"
)

const newStaff = `"last_name":"佐藤","first_name":"花子","organization":"営業本部"`

type patched struct {
	Staffs []struct {
		StaffID        int     `json:"staff_id"`
		StaffCode      *string `json:"staff_code"`
		OrganizationID int     `json:"organization_id"`
		Employment     *int    `json:"employment_category_id"`
	} `json:"staffs "` // with the blank of the sample
}

func rowOf(t *testing.T, d akashi.Dump, id int) akashi.DumpStaff {
	t.Helper()
	for _, one := range d.Staffs {
		if one.StaffID == id {
			return one
		}
	}
	t.Fatalf("nobody has the id %d", id)
	return akashi.DumpStaff{}
}

func TestPatchStaffs_createsAndUpdates(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	a := tn.write(t, hrToken, "PATCH /staffs/", `"staffs":[{`+newStaff+`,"staff_code":"new-1","email":"h@example.com",
		"last_name_en":"Sato","first_name_en":"Hanako","last_name_kana":"サトウ","first_name_kana":"ハナコ",
		"employment_category":"契約社員","idm_number":"0123456789abcDEF","tel":"03-1234-5678","sex":"女","tag":"a,b",
		"remarks":"一行目\n二行目","entry_date":"2026/04/01","use_start_date":"2026/04/02",
		"paid_holiday_base_date":"2026/10/01","use_other_login_method":"no"}]`)
	var made patched
	decode(t, a, &made)
	id := made.Staffs[0].StaffID
	day := func(text string) *string { return &text }
	want := akashi.DumpStaff{
		StaffID: id, PersonKey: -1, Code: "new-1", LastName: "佐藤", FirstName: "花子", LastNameKana: "サトウ",
		FirstNameKana: "ハナコ", Email: "h@example.com", OrganizationID: akashi.OrganizationID(0),
		EmploymentCategory: "契約社員", PermissionType: 3, PermissionName: "従業員", LastNameEN: "Sato",
		FirstNameEN: "Hanako", IDmNumber: "0123456789abcDEF", Tel: "03-1234-5678", Sex: "女", Tag: "a,b",
		Remarks: "一行目\n二行目", EntryDate: day("2026/04/01"), UseStartDate: day("2026/04/02"),
		PaidHolidayBaseDate: day("2026/10/01"), UseOtherLoginMethod: true,
		SubgroupIDs: []int{}, ManagedOrganizationIDs: []int{}, ManagedStaffIDs: []int{},
	}
	if diff := cmp.Diff(want, rowOf(t, tn.dump(t), id)); diff != "" {
		t.Error(diff)
	}
	tn.write(t, hrToken, "POST /staffs", fmt.Sprintf(
		`"staffs":[{"staff_id":%d,"last_name":"鈴木","first_name":"花子","tel":"","organization":"企業"}]`, id))
	want.LastName, want.Tel, want.OrganizationID = "鈴木", "", 1
	if diff := cmp.Diff(want, rowOf(t, tn.dump(t), id)); diff != "" {
		t.Error(diff)
	}
	read := get[struct {
		Staffs []struct {
			LastName string `json:"lastName"`
		}
	}](t, tn, hrToken, fmt.Sprintf("/staffs/%d", id))
	if len(read.Staffs) != 1 || read.Staffs[0].LastName != "鈴木" {
		t.Errorf("read back %+v", read)
	}
	get[any](t, tn, hrToken, fmt.Sprintf("/stamps/%d?start_date=20261101000000&end_date=20261120000000", id))
}

func TestPatchStaffs_rowErrorsBesideSuccess(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	taken := tn.code(company.PersonaManager)
	id := tn.id(company.PersonaEmployee)
	body := fmt.Sprintf(`{"token":%q,"staffs":[{`+newStaff+`},
		{"staff_id":%d,"last_name":"山田","first_name":"太郎","organization":"ない","staff_code":%q},
		{"first_name":"太郎","organization":"営業本部"}]}`, hrToken, id, taken)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, tn.url+"/staffs/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := newClient(t).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var got struct {
		Success  bool
		Response patched
		Errors   []map[string]any
	}
	if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := []map[string]any{
		{"code": " ERR300402", "staff_id": strconv.Itoa(id), "name": "山田太郎", "message": "組織が存在しません。"},
		{"code": " ERR300402", "staff_id": strconv.Itoa(id), "name": "山田太郎", "message": "従業員番号が既に登録されています。"},
		{"code": " ERR300402", "staff_id": "", "name": "太郎", "message": "姓は必ず入力してください。"},
	}
	if diff := cmp.Diff(want, got.Errors); diff != "" {
		t.Error(diff)
	}
	if !got.Success || len(got.Response.Staffs) != 1 || got.Response.Staffs[0].Employment != nil {
		t.Errorf("got %+v", got)
	}
}

// TestPatchStaffs_limits breaks each rule of 6.3.2 (1).
func TestPatchStaffs_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	before := tn.dump(t)
	long := func(n int) string { return strings.Repeat("あ", n) }
	for name, row := range map[string]string{
		"no last name":        `"first_name":"a","organization":"営業本部"`,
		"no first name":       `"last_name":"a","organization":"営業本部"`,
		"last name of 31":     `"last_name":"` + long(31) + `","first_name":"a","organization":"営業本部"`,
		"first name of 31":    `"first_name":"` + long(31) + `","last_name":"a","organization":"営業本部"`,
		"control character":   `"first_name":"a\u0001","last_name":"a","organization":"営業本部"`,
		"no organization":     `"last_name":"a","first_name":"a"`,
		"企業 before the path":  newStaff + `,"organization":"企業/営業本部"`,
		"unknown unit":        newStaff + `,"organization":"営業本部/ない"`,
		"code of 21":          newStaff + `,"staff_code":"` + strings.Repeat("a", 21) + `"`,
		"code with a dot":     newStaff + `,"staff_code":"a.b"`,
		"code taken":          newStaff + `,"staff_code":"` + tn.code(company.PersonaHR) + `"`,
		"code as a number":    newStaff + `,"staff_code":12`,
		"English of 31":       newStaff + `,"last_name_en":"` + strings.Repeat("a", 31) + `"`,
		"hiragana":            newStaff + `,"last_name_kana":"さとう"`,
		"half-width kana":     newStaff + `,"first_name_kana":"\uff8a\uff85\uff7a"`,
		"kana of 31":          newStaff + `,"first_name_kana":"` + strings.Repeat("ア", 31) + `"`,
		"unknown category":    newStaff + `,"employment_category":"社長"`,
		"IDm of 15":           newStaff + `,"idm_number":"0123456789abcde"`,
		"IDm not hexadecimal": newStaff + `,"idm_number":"0123456789abcdeg"`,
		"e-mail":              newStaff + `,"email":"hanako"`,
		"e-mail with a name":  newStaff + `,"email":"Hanako <h@example.com>"`,
		"e-mail taken": newStaff + `,"email":"` +
			tn.company.Persona(company.PersonaHR).In[company.Akashi].Email + `"`,
		"telephone of 14":      newStaff + `,"tel":"03-1234-567890"`,
		"telephone with +":     newStaff + `,"tel":"+81312345678"`,
		"sex":                  newStaff + `,"sex":"F"`,
		"tag of 256":           newStaff + `,"tag":"` + long(256) + `"`,
		"remarks of 5,001":     newStaff + `,"remarks":"` + long(5001) + `"`,
		"entry day":            newStaff + `,"entry_date":"2026-04-01"`,
		"start day":            newStaff + `,"use_start_date":"20260401"`,
		"no day":               newStaff + `,"paid_holiday_base_date":"2026/02/30"`,
		"unknown id":           `"staff_id":5,` + newStaff,
		"id is no number":      `"staff_id":"x",` + newStaff,
		"update without names": fmt.Sprintf(`"staff_id":%d,"first_name":"a","tel":"1"`, tn.id(company.PersonaEmployee)),
	} {
		a := tn.ask(t, hrToken, "PATCH /staffs", `"staffs":[{`+row+`}]`)
		if !a.Success || len(a.Errors) != 1 || a.Errors[0].Code != " ERR300402" {
			t.Errorf("%s: success %v, errors %v", name, a.Success, a.Errors)
		}
	}
	tn.unchanged(t, before)
	tn.refusedWrites(t, hrToken, "PATCH /staffs", map[string]string{"no rows": `"staffs":[]`, "absent": ""})
	tn.write(t, hrToken, "PATCH /staffs", `"staffs":[{"last_name":"`+long(30)+`","first_name":"`+long(30)+
		`","organization":"企業","staff_code":"`+strings.Repeat("a", 20)+`","tag":"`+long(255)+`","remarks":"`+long(5000)+
		`","tel":"0120-000-0000"}]`)
}

func TestPatchStaffs_rights(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	name := func(id int) string {
		return fmt.Sprintf(`"staffs":[{"staff_id":%d,"last_name":"a","first_name":"b"}]`, id)
	}
	tn.refusedWrites(t, employeeToken, "PATCH /staffs", map[string]string{"self": name(tn.id(company.PersonaEmployee))})
	tn.write(t, managerToken, "PATCH /staffs", name(tn.id(company.PersonaEmployee)))
	for _, members := range []string{name(tn.id(company.PersonaHR)), `"staffs":[{` + newStaff + `}]`} {
		if a := tn.ask(t, managerToken, "PATCH /staffs", members); len(a.Errors) != 1 {
			t.Errorf("a manager may %s", members)
		}
	}
}

func TestDeleteStaff_withoutDateDeletes(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	tn.write(t, hrToken, fmt.Sprintf("DELETE /staff/%d/", id), "")
	refused(t, tn, hrToken, fmt.Sprintf("/staffs/%d", id))
	if a := tn.ask(t, employeeToken, "POST /stamps", ""); a.status != 401 {
		t.Errorf("the token of somebody deleted: %+v", a)
	}
	d := tn.dump(t)
	for _, p := range d.Projects {
		for _, member := range p.StaffIDs {
			if member == id {
				t.Errorf("project %d keeps the deleted member", p.ProjectID)
			}
		}
	}
	tn.Reset()
	get[any](t, tn, hrToken, fmt.Sprintf("/staffs/%d", id))
}

func TestDeleteStaff_withDateRetires(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	id := tn.id(company.PersonaEmployee)
	one := fmt.Sprintf("DELETE /staff/%d", id)
	tn.refusedWrites(t, hrToken, one, map[string]string{
		"day": `"retirement_date":"20261130"`, "no day": `"retirement_date":"2026/11/31"`,
		"a bool": `"retirement_date":true`,
	})
	tn.refusedWrites(t, managerToken, one, map[string]string{"manager": ""})
	tn.refusedWrites(t, hrToken, "DELETE /staff/5", map[string]string{"unknown": ""})
	tn.write(t, hrToken, one, `"retirement_date":"2026/11/21"`)
	if got := rowOf(t, tn.dump(t), id).RetirementDate; got == nil || *got != "2026/11/21" {
		t.Errorf("retires on %v", got)
	}
	get[any](t, tn, employeeToken, "/staffs")
	tn.Advance(48 * time.Hour)
	if a := send(t, http.MethodGet, tn.url+"/staffs?token="+employeeToken, ""); a.status != 401 {
		t.Errorf("after retirement: %+v", a)
	}
}

func TestDeleteStaff_pathIsASwitch(t *testing.T) {
	t.Parallel()
	for below, path := range map[bool]string{false: "/staffs/", true: "/staff/"} {
		c := company.New(company.Options{Seed: 1, Today: now})
		sim := akashi.New(c, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.DeleteBelowStaffs: below}})
		server := controltest.Start(t, sim, control.Options{})
		url := fmt.Sprintf("%s/api/cooperation/demo%s%d", server.URL(), path, akashi.StaffID(2))
		req, err := http.NewRequestWithContext(t.Context(), http.MethodDelete, url,
			strings.NewReader(`{"token":"`+sim.Token(0)+`"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := newClient(t).Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("DELETE %s: status %d, want 404", path, resp.StatusCode)
		}
	}
}
