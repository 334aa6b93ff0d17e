package akashi_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

// TestWrites_surviveNastyValues puts a value of every kind in the place of every
// value of a good request. Whatever the answer is, it must be the envelope.
func TestWrites_surviveNastyValues(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	k := tn.desk(t)
	id, project := k.staff, k.projects[0].ProjectID
	code := tn.code(company.PersonaEmployee)
	good := map[string]string{
		"POST /organizations": `{"organizations":[{"name":"a","name_en":"b","code":"c","parent_organization":""}]}`,
		"PATCH /staffs": fmt.Sprintf(`{"staffs":[{"staff_id":%d,"staff_code":%q,"last_name":"a","first_name":"b",`+
			`"last_name_kana":"ア","organization":"企業","employment_category":"正社員","email":"a@example.com","tel":"1",`+
			`"sex":"男","entry_date":"2026/01/01","use_other_login_method":true}]}`, id, code),
		"POST /stamps": `{"type":11,"stampedAt":"2026/01/01 00:00:00","timezone":"+09:00"}`,
		"PATCH /working_condition_settings": fmt.Sprintf(
			`{"working_condition_settings":[{"staff_code":%q,"effective_date":"2026/01/01","fixed_working_time":"8:00"}]}`, code),
		"POST /importer_factory/organizations": fmt.Sprintf(`{"organizations":[{"staff_code":%q,`+
			`"organization_change_date":"2026/01/01","new_organization_path":"営業本部","sub_organization_code1":"1000",`+
			`"employment_category":"正社員","is_delete_change_history_after_change_date":"Yes"}]}`, code),
		"POST /importer_factory/permissions": fmt.Sprintf(`{"permissions":[{"staff_code":%q,`+
			`"manager_permission_name":"一般管理者","manage_organization_code":"1000","managed_staff_code1":%q}]}`, code, code),
		"POST /importer_factory/permissions_reserve": fmt.Sprintf(
			`{"permissions_reserve":[{"staff_code":%q,%s}]}`, code, reservedUnit),
		"POST /projects": fmt.Sprintf(`{"projects":[{"project_id":%d,"name_ja":"a","project_code":"b",`+
			`"start_date":"20260101","end_date":"20270101"}]}`, project),
		fmt.Sprintf("POST /%d/tasks", project): fmt.Sprintf(`{"tasks":[{"task_id":%d,"name":"a","index":1,`+
			`"estimated_hour":1,"is_finished":true}]}`, k.tasks[project][0]),
		"POST /manhours":                                "{" + hours(id, k.booked.Date, project, k.tasks[project][0], 60) + "}",
		fmt.Sprintf("DELETE /manhours/%d", id):          fmt.Sprintf(`{"date":"20261101","project_id":%d,"task_id":1}`, project),
		fmt.Sprintf("POST /project_staffs/%d", project): fmt.Sprintf(`{"assign":[{"staff_id":%d,"owner":true}],"unassign":[1]}`, id),
		fmt.Sprintf("DELETE /staff/%d", id):             `{"retirement_date":"2027/01/01"}`,
	}
	asked := 0
	for operation, text := range good {
		for _, nasty := range []string{
			"null", "true", "0", "-1", "1e9", "12345678901234567890", `""`, `"x"`, `"\u0000"`, "[]", "[null]", "[[]]", "{}",
		} {
			for i := 0; ; i++ {
				body, ok := replaced(t, text, i, nasty)
				if !ok {
					break
				}
				asked++
				a := tn.ask(t, hrToken, operation, strings.TrimSuffix(strings.TrimPrefix(body, "{"), "}")) // decoding it is the test
				if a.status != 200 || !a.Success && len(a.Errors) == 0 {
					t.Errorf("%s %s: %+v", operation, body, a)
				}
			}
		}
		tn.Reset()
	}
	if asked < 1000 {
		t.Errorf("only %d requests: the test is broken", asked)
	}
}

// replaced puts a value in the place of the n-th value of a JSON object, counted
// from the outside in; false when there are not so many.
func replaced(t *testing.T, text string, n int, value string) (string, bool) {
	t.Helper()
	var tree, with any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	if err := json.Unmarshal([]byte(value), &with); err != nil {
		t.Fatal(err)
	}
	var walk func(node any) any
	walk = func(node any) any {
		n--
		if n == -1 {
			return with
		}
		switch node := node.(type) {
		case map[string]any:
			for _, key := range slices.Sorted(maps.Keys(node)) {
				node[key] = walk(node[key])
			}
		case []any:
			for i := range node {
				node[i] = walk(node[i])
			}
		}
		return node
	}
	n++ // the object itself stays
	tree = walk(tree)
	return string(jsonOf(t, tree)), n < 0
}
