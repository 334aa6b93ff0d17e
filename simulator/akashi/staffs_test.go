package akashi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

func decode(t *testing.T, a answer, into any) {
	t.Helper()
	if err := json.Unmarshal(a.Response, into); err != nil {
		t.Fatal(err)
	}
}

type unit struct {
	OrganizationID int
	Name           string
}

type staffPage struct {
	LoginCompanyCode  json.Number `json:"login_company_code"`
	Count, TotalCount int
	Staffs            []struct {
		StaffID              int
		StaffNum, LastName   string
		Email                string
		Organization         unit
		PermissionGroup      struct{ PermissionType int }
		ManagedOrganizations []unit
	}
}

func TestStaffs_pagesOfTwenty(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	d := tn.dump(t)
	var got []int
	for page := 0; ; page++ {
		p := get[staffPage](t, tn, hrToken, fmt.Sprintf("/staffs?page=%d", page))
		if p.TotalCount != len(d.Staffs) || p.Count != len(p.Staffs) || len(p.Staffs) > 20 {
			t.Fatalf("page %d: Count %d, TotalCount %d, %d rows", page, p.Count, p.TotalCount, len(p.Staffs))
		}
		for _, row := range p.Staffs {
			got = append(got, row.StaffID)
		}
		if len(p.Staffs) < 20 {
			break
		}
	}
	if diff := cmp.Diff(someStaffs(d, len(d.Staffs)), got); diff != "" {
		t.Error(diff)
	}
	first := get[staffPage](t, tn, hrToken, "/staffs/")
	if first.Count != 20 || first.LoginCompanyCode != "1" {
		t.Errorf("without page: Count %d, login_company_code %s", first.Count, first.LoginCompanyCode)
	}
	if beyond := get[staffPage](t, tn, hrToken, "/staffs?page=1000"); beyond.Count != 0 {
		t.Errorf("page 1000 has %d rows", beyond.Count)
	}
	for _, page := range []string{"-1", "x", "1.5"} {
		refused(t, tn, hrToken, "/staffs?page="+page)
	}
}

func TestStaffs_oneByIDAndByToken(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	manager := tn.company.Persona(company.PersonaManager)
	byID := get[staffPage](t, tn, hrToken, fmt.Sprintf("/staffs/%d", tn.id(company.PersonaManager)))
	byToken := get[staffPage](t, tn, hrToken, "/staffs?target="+managerToken)
	if diff := cmp.Diff(byID, byToken); diff != "" {
		t.Error(diff)
	}
	one := byID.Staffs[0]
	record := manager.In[company.Akashi]
	if byID.TotalCount != 1 || one.StaffNum != record.Code || one.LastName != record.Family ||
		one.Email != record.Email || one.PermissionGroup.PermissionType != 2 ||
		one.Organization.OrganizationID != akashi.OrganizationID(manager.Organization) {
		t.Errorf("got %+v", byID)
	}
	want := []unit{{akashi.OrganizationID(manager.Manages[0]), tn.company.Organizations[manager.Manages[0]].Name}}
	if diff := cmp.Diff(want, one.ManagedOrganizations); diff != "" {
		t.Error(diff)
	}
	refused(t, tn, hrToken, "/staffs?target=nobody")
	refused(t, tn, employeeToken, "/staffs?target="+hrToken)
	refused(t, tn, hrToken, "/staffs/abc")
}

func TestStaffs_whoSeesWhom(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Limits: akashi.Limits{StaffPage: 1000}})
	manager := tn.company.Persona(company.PersonaManager)
	managed := tn.company.Subtree(manager.Manages[0])
	want := 0
	for _, p := range tn.company.People {
		if _, known := p.In[company.Akashi]; known && slices.Contains(managed, p.Organization) {
			want++
		}
	}
	if got := get[staffPage](t, tn, managerToken, "/staffs").TotalCount; got != want {
		t.Errorf("the manager sees %d people, want %d", got, want)
	}
	if got := get[staffPage](t, tn, employeeToken, "/staffs"); got.TotalCount != 1 ||
		got.Staffs[0].StaffID != tn.id(company.PersonaEmployee) {
		t.Errorf("the employee sees %+v", got)
	}
}

func TestStaffs_onlyPeopleOfAKASHI(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	known := map[int]string{}
	for _, row := range tn.dump(t).Staffs {
		known[row.PersonKey] = row.Code
	}
	for _, p := range tn.company.People {
		record, in := p.In[company.Akashi]
		if code, listed := known[p.Key]; listed != in || code != record.Code {
			t.Errorf("person %d: listed %v as %q", p.Key, listed, code)
		}
	}
}

type organizations struct {
	Count         int
	Organizations []struct {
		OrganizationID int
		Name           string
		Code           *string
		ParentID       *int
	}
}

func (o organizations) ids() []int {
	list := []int{}
	for _, row := range o.Organizations {
		list = append(list, row.OrganizationID)
	}
	return list
}

func TestOrganizations(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	all := get[organizations](t, tn, hrToken, "/organizations?includesParents=1")
	if all.Count != 25 || all.Organizations[0].OrganizationID != 1 || all.Organizations[0].ParentID != nil ||
		all.Organizations[0].Code != nil {
		t.Errorf("count %d, first %+v; want 24 units below the company", all.Count, all.Organizations[0])
	}
	manager := tn.company.Persona(company.PersonaManager)
	var below []int
	for _, key := range tn.company.Subtree(manager.Manages[0]) {
		below = append(below, akashi.OrganizationID(key))
	}
	got := get[organizations](t, tn, managerToken, "/organizations?includesParents=0").ids()
	if diff := cmp.Diff(below, got); diff != "" {
		t.Error(diff)
	}
	top := akashi.OrganizationID(tn.company.Organizations[manager.Manages[0]].Parent)
	got = get[organizations](t, tn, managerToken, "/organizations?includesParents=1").ids()
	if diff := cmp.Diff(append([]int{1, top}, below...), got); diff != "" {
		t.Error(diff)
	}
	one := get[organizations](t, tn, hrToken, fmt.Sprintf("/organizations?includesParents=1&orgId=%d", top))
	if diff := cmp.Diff([]int{top}, one.ids()); diff != "" {
		t.Error(diff)
	}
	refused(t, tn, hrToken, "/organizations")
	refused(t, tn, hrToken, "/organizations?includesParents=2")
	refused(t, tn, hrToken, "/organizations?includesParents=1&orgId=99999")
	refused(t, tn, managerToken, fmt.Sprintf("/organizations?includesParents=1&orgId=%d", top))
}
