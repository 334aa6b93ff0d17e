package carely_test

import (
	"encoding/json"
	"io"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// arguments returns the arguments of the field that the n-th request asks for,
// with their variables resolved. The request is validated against a schema, whose
// uuid is the type of the two arguments that the document does not show.
func arguments(t *testing.T, v *vendortest.Vendor, n int, uuid string) map[string]any {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: `
		type Query {
			customers(first: Int, after: String, employeeNumbers: [String!], branchNames: [String!], emails: [String!],
				names: [String!]): Customers
			overtimes(first: Int, after: String, employeeNumbers: [String!], customerUuids: [` + uuid + `!],
				branchNames: [String!], branchUuids: [` + uuid + `!]): Overtimes
		}
		type Customers { pageInfo: PageInfo edges: [Edge] }
		type Overtimes { pageInfo: PageInfo edges: [OvertimeEdge] }
		type PageInfo { endCursor: String hasNextPage: Boolean }
		type Edge { cursor: String node: Customer }
		type OvertimeEdge { cursor: String node: Overtime }
		type Overtime { uuid: String yearMonth: String minute: Int customer: Customer errors: String }
		type Group { uuid: String displayName: String name: String }
		type Customer { uuid: String employeeNumber: String email: String fullname: String fullnameJa: String
			gender: String bornOn: String joinOn: String retireOn: String jobTitle: String workingArrangement: String
			employmentStatus: String hasStressCheck: String branch: Branch department: Department
			workplace: Workplace groupAnalysis: GroupAnalysis }
		type Branch { uuid: String displayName: String }
		type Department { uuid: String displayName: String }
		type Workplace { uuid: String name: String }
		type GroupAnalysis { uuid: String displayName: String }`})
	if err != nil {
		t.Fatal(err)
	}
	var q struct{ Query string }
	if err := json.Unmarshal([]byte(v.Sent[n].Body), &q); err != nil {
		t.Fatal(err)
	}
	doc, errs := gqlparser.LoadQueryWithRules(schema, q.Query, rules.NewDefaultRules())
	if errs != nil {
		t.Fatalf("%v in\n%s", errs, q.Query)
	}
	field, ok := doc.Operations[0].SelectionSet[0].(*ast.Field)
	if !ok {
		t.Fatal("no field")
	}
	variables := variables(t, v, n)
	out := map[string]any{}
	for _, a := range field.Arguments {
		value, err := a.Value.Value(variables)
		if err != nil {
			t.Fatal(err)
		}
		if value != nil {
			out[a.Name] = value
		}
	}
	return out
}

func TestSearches(t *testing.T) {
	t.Parallel()
	const nasty = "a\"]){}\\\n\u2028山"
	many := []string{"a", nasty}
	list := []any{"a", nasty}
	for name, tc := range map[string]struct {
		query carely.OvertimesQuery
		want  map[string]any
	}{
		"all":              {carely.OvertimesQuery{}, nil},
		"employee numbers": {carely.OvertimesQuery{EmployeeNumbers: many}, map[string]any{"employeeNumbers": list}},
		"customer uuids":   {carely.OvertimesQuery{CustomerUUIDs: many}, map[string]any{"customerUuids": list}},
		"branch names":     {carely.OvertimesQuery{BranchNames: many}, map[string]any{"branchNames": list}},
		"branch uuids":     {carely.OvertimesQuery{BranchUUIDs: many}, map[string]any{"branchUuids": list}},
		"two": {
			carely.OvertimesQuery{BranchUUIDs: many, EmployeeNumbers: []string{"1"}},
			map[string]any{"branchUuids": list, "employeeNumbers": []any{"1"}},
		},
	} {
		v := vendortest.Answer(`{"data":{"overtimes":{"pageInfo":{"hasNextPage":true,"endCursor":"MQ"},"edges":[]}}}`,
			`{"data":{"overtimes":{"pageInfo":{"hasNextPage":false},"edges":[]}}}`)
		if _, err := client(t, v, io.Discard).Overtimes(t.Context(), tc.query); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := map[string]any{"first": 100.0}
		maps.Copy(want, tc.want)
		// Whether a uuid is a String or an ID, both pages must be valid.
		for _, uuid := range []string{"String", "ID"} {
			if d := cmp.Diff(want, arguments(t, v, 0, uuid)); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
			if got := arguments(t, v, 1, uuid); got["after"] != "MQ" {
				t.Errorf("%s: the second page asks for %v", name, got)
			}
		}
	}
}

func TestSearches_customers(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"customers":{"pageInfo":{"hasNextPage":false},"edges":[]}}}`)
	c := client(t, v, io.Discard)
	_, err := c.Customers(t.Context(), carely.CustomersQuery{
		EmployeeNumbers: []string{"1"}, BranchNames: []string{"b"}, Emails: []string{"e"}, Names: []string{"n"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"first": 100.0, "employeeNumbers": []any{"1"}, "branchNames": []any{"b"}, "emails": []any{"e"}, "names": []any{"n"},
	}
	if d := cmp.Diff(want, arguments(t, v, 0, "ID")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	none := []string{}
	for _, q := range []carely.CustomersQuery{{EmployeeNumbers: none}, {BranchNames: none}, {Emails: none}, {Names: none}} {
		_, first := c.Customers(t.Context(), q)
		_, second := c.CustomerDetails(t.Context(), q)
		if first != nil || second != nil || len(v.Sent) != 1 {
			t.Errorf("%+v: %v, %v after %d requests, want none more", q, first, second, len(v.Sent))
		}
	}
}

func TestSearches_otherNames(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"overtimes":{"pageInfo":{"hasNextPage":false},"edges":[]}}}`)
	c, err := carely.New(carely.Options{
		URL: "https://carely.example", Transport: chain(t, v, nil, io.Discard),
		OvertimeArguments: carely.OvertimeArguments{EmployeeNumbers: "branchNames"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Overtimes(t.Context(), carely.OvertimesQuery{EmployeeNumbers: []string{"7"}}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]any{"first": 100.0, "branchNames": []any{"7"}}, arguments(t, v, 0, "ID")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestGroups_counts(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"departments":[{"customersCount":5,"displayName":"a  b","uuid":"d1"},{"uuid":"d2"},
		{"customersCount":0,"uuid":"d3"}],"workplaces":[{"customersCount":20,"name":"w","uuid":"w1"},{"uuid":"w2"}]}}`)
	c := client(t, v, io.Discard)
	departments, err := c.Departments(t.Context(), []string{"大阪"})
	if err != nil {
		t.Fatal(err)
	}
	workplaces, err := c.Workplaces(t.Context(), []string{"大阪"})
	if err != nil {
		t.Fatal(err)
	}
	five, zero, twenty := 5, 0, 20
	wantDepartments := []carely.CountedDepartment{
		{Department: carely.Department{Uuid: "d1", DisplayName: "a  b"}, CustomersCount: &five},
		{Department: carely.Department{Uuid: "d2"}},
		{Department: carely.Department{Uuid: "d3"}, CustomersCount: &zero},
	}
	wantWorkplaces := []carely.CountedWorkplace{
		{Workplace: carely.Workplace{Uuid: "w1", Name: "w"}, CustomersCount: &twenty},
		{Workplace: carely.Workplace{Uuid: "w2"}},
	}
	if d := cmp.Diff(wantDepartments, departments) + cmp.Diff(wantWorkplaces, workplaces); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for n := range 2 {
		if d := cmp.Diff(map[string]any{"branchNames": []any{"大阪"}}, variables(t, v, n)); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func TestCustomerDetails_decode(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"customers":{"pageInfo":{"hasNextPage":false},"edges":[{"cursor":"MQ","node":{"uuid":"u1","age":"36",
		"bio":"b","employmentStatusText":"通常勤務","genderText":"男","hasStressCheckText":"有効","healthInsuranceNumber":"12",
		"healthInsuranceSymbol":"34","healthcheckUnionName":"k","insuranceCardName":"n","insuranceCardNameJa":"j",
		"profilePicturePath":"/p","errors":null,"branch":{"uuid":"b1"}}}]}}}`)
	got, err := client(t, v, io.Discard).CustomerDetails(t.Context(), carely.CustomersQuery{})
	if err != nil {
		t.Fatal(err)
	}
	want := []carely.CustomerDetail{{
		Customer: carely.Customer{Uuid: "u1", Branch: carely.Branch{Uuid: "b1"}}, Age: "36", Bio: "b",
		EmploymentStatusText: "通常勤務", GenderText: "男", HasStressCheckText: "有効", HealthInsuranceNumber: "12",
		HealthInsuranceSymbol: "34", HealthcheckUnionName: "k", InsuranceCardName: "n", InsuranceCardNameJa: "j",
		ProfilePicturePath: "/p",
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
