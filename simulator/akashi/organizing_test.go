package akashi_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/akashi"
)

func TestPostOrganizations_canBeReadBack(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	a := tn.write(t, hrToken, "POST /organizations", `"organizations":[
		{"name":"新規事業本部","name_en":"New Business","code":"N-1","parent_organization":""},
		{"name":"企画課","parent_organization":"新規事業本部"}]`)
	var made struct {
		Count         int
		Organizations []struct {
			OrganizationID int `json:"organizationId"`
			ParentID       int `json:"parentId"`
			Name           string
		}
	}
	if err := json.Unmarshal(a.Response, &made); err != nil {
		t.Fatal(err)
	}
	if made.Count != 2 || made.Organizations[0].ParentID != 1 ||
		made.Organizations[1].ParentID != made.Organizations[0].OrganizationID {
		t.Errorf("got %+v", made)
	}
	one := get[organizations](t, tn, hrToken,
		fmt.Sprintf("/organizations?includesParents=1&orgId=%d", made.Organizations[1].OrganizationID))
	if len(one.Organizations) != 1 || one.Organizations[0].Name != "企画課" {
		t.Errorf("read back %+v", one)
	}
	tn.Reset()
	refused(t, tn, hrToken,
		fmt.Sprintf("/organizations?includesParents=1&orgId=%d", made.Organizations[1].OrganizationID))
}

func TestPostOrganizations_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	row := func(members string) string { return `"organizations":[{"name":"好い組織"},{` + members + `}]` }
	tn.refusedWrites(t, hrToken, "POST /organizations", map[string]string{
		"no rows":             `"organizations":[]`,
		"absent":              "",
		"no array":            `"organizations":{"name":"a"}`,
		"no name":             row(`"code":"1"`),
		"blank name":          row(`"name":" "`),
		"33 characters":       row(`"name":"` + strings.Repeat("部", 33) + `"`),
		"slash":               row(`"name":"営業/一課"`),
		"control character":   row(`"name":"営業\u0007"`),
		"English of 65":       row(`"name":"a","name_en":"` + strings.Repeat("a", 65) + `"`),
		"English with slash":  row(`"name":"a","name_en":"a/b"`),
		"code of 33":          row(`"name":"a","code":"` + strings.Repeat("1", 33) + `"`),
		"code with underline": row(`"name":"a","code":"a_1"`),
		"unknown parent":      row(`"name":"a","parent_organization":"どこか"`),
		"child before parent": `"organizations":[{"name":"b","parent_organization":"親"},{"name":"親"}]`,
		"same name twice":     `"organizations":[{"name":"b"},{"name":"b"}]`,
		"number as a name":    row(`"name":5`),
	})
	tn.refusedWrites(t, managerToken, "POST /organizations", map[string]string{"manager": `"organizations":[{"name":"b"}]`})
	tn.refusedWrites(t, employeeToken, "POST /organizations", map[string]string{"employee": `"organizations":[{"name":"b"}]`})
	tn.write(t, hrToken, "POST /organizations", `"organizations":[{"name":"`+strings.Repeat("部", 32)+`","code":"`+
		strings.Repeat("a", 32)+`","name_en":"`+strings.Repeat("a", 64)+`"}]`)
}
