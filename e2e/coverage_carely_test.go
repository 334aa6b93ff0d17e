package e2e_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

// someone is a customer with everything that the rows ask for.
func someone(t *testing.T, st *carely.State) (carely.Customer, carely.OvertimeRow) {
	t.Helper()
	for _, c := range st.Customers {
		for _, o := range st.Overtimes {
			if o.CustomerUUID == *c.UUID && c.EmployeeNumber != nil && c.Email != nil && c.Department != nil &&
				c.Workplace != nil && c.HealthInsuranceNumber != nil {
				return c, o
			}
		}
	}
	t.Fatal("the demo company has nobody with a number, an address, units, an insurance and overtime")
	return carely.Customer{}, carely.OvertimeRow{}
}

func carelyReads(t *testing.T, st *carely.State) []covered {
	t.Helper()
	c, o := someone(t, st)
	const overtimes = `query($f: CarelyOvertimeFilter) { carely { overtimes(filter: $f) { totalCount nodes {
		uuid yearMonth minute customerUuid employeeNumber } } } }`
	overtime := []string{
		fmt.Sprintf(`"uuid":%q`, o.UUID), fmt.Sprintf(`"minute":%d`, o.Minute),
		fmt.Sprintf(`"yearMonth":%q`, strings.TrimSuffix(o.YearMonth, "-01")),
	}
	filter := func(key, value string) map[string]any {
		return map[string]any{"f": map[string]any{key: []string{value}}}
	}
	branch := map[string]any{"b": []string{*c.Branch.DisplayName}}
	ofCustomer := func(rows ...string) []string {
		return append([]string{`"totalCount":` + strconv.Itoa(countOvertimes(st, *c.UUID))}, rows...)
	}
	rows := []covered{
		{
			operation: "currentCustomer", route: "POST /api/graphql currentCustomer",
			query:  `{ carely { currentCustomer { uuid fullname employeeNumber branches { uuid name } } } }`,
			answer: []string{fmt.Sprintf(`"uuid":%q`, st.CurrentCustomer), fmt.Sprintf(`"uuid":%q`, *c.Branch.UUID)},
		},
		{
			operation: "customers", route: "POST /api/graphql customers", variables: filter("employeeNumbers", *c.EmployeeNumber),
			query: `query($f: CarelyCustomerFilter) { carely { customers(filter: $f) { totalCount nodes { uuid employeeNumber
				email fullname gender bornOn joinOn employmentStatus hasStressCheck branch { uuid } department { uuid }
				workplace { uuid } age healthInsuranceNumber } } } }`,
			answer: []string{
				fmt.Sprintf(`"uuid":%q`, *c.UUID), fmt.Sprintf(`"employeeNumber":%q`, *c.EmployeeNumber),
				fmt.Sprintf(`"healthInsuranceNumber":%q`, *c.HealthInsuranceNumber), fmt.Sprintf(`"age":%q`, *c.Age),
				fmt.Sprintf(`"department":{"uuid":%q}`, *c.Department.UUID), `"totalCount":1`,
				fmt.Sprintf(`"gender":%q`, strings.ToUpper(*c.Gender)),
			},
		},
		{
			operation: "overtimes by employee number", query: overtimes, variables: filter("employeeNumbers", *c.EmployeeNumber),
			answer: ofCustomer(overtime...),
		},
		{
			operation: "overtimes by customer UUID", query: overtimes, variables: filter("customerUuids", *c.UUID),
			answer: ofCustomer(overtime...),
		},
		{
			operation: "overtimes by branch name", query: strings.Replace(overtimes, "filter: $f", "filter: $f, first: 300", 1),
			variables: filter("branchNames", "no such branch"), answer: []string{`"totalCount":0`},
		},
		{
			operation: "overtimes by branch UUID", query: overtimes, variables: filter("branchUuids", "no such branch"),
			answer: []string{`"totalCount":0`},
		},
		{
			operation: "departments", route: "POST /api/graphql departments", variables: branch,
			query:  `query($b: [String!]) { carely { departments(branchNames: $b) { uuid name customersCount } } }`,
			answer: []string{fmt.Sprintf(`"uuid":%q`, *c.Department.UUID), `"customersCount":`},
		},
		{
			operation: "workplaces", route: "POST /api/graphql workplaces", variables: branch,
			query:  `query($b: [String!]) { carely { workplaces(branchNames: $b) { uuid name customersCount } } }`,
			answer: []string{fmt.Sprintf(`"uuid":%q`, *c.Workplace.UUID), fmt.Sprintf(`"name":%q`, *c.Workplace.Name)},
		},
		{
			operation: "groupAnalysis", route: "POST /api/graphql groupAnalysis", variables: branch,
			query:  `query($b: [String!]) { carely { groupAnalyses(branchNames: $b) { uuid name } } }`,
			answer: []string{fmt.Sprintf(`"uuid":%q`, *st.GroupAnalysis[0].UUID)},
		},
	}
	for i := range rows {
		if rows[i].route == "" {
			rows[i].route = "POST /api/graphql overtimes"
		}
		// Chapter 2.3 tells what needs which scope; what all may do is refused to a
		// token that was revoked.
		rows[i].refusedBy, rows[i].says = afterRevoking, []string{`"code":"UPSTREAM_UNAUTHORIZED"`}
		if strings.HasPrefix(rows[i].operation, "overtimes") {
			rows[i].refusedBy = withoutOvertime
			rows[i].says = []string{`"code":"UPSTREAM_REFUSED"`, `"vendorCode":"insufficient_scope"`}
		}
	}
	return rows
}

func countOvertimes(st *carely.State, uuid string) int {
	n := 0
	for _, o := range st.Overtimes {
		if o.CustomerUUID == uuid {
			n++
		}
	}
	return n
}

func carelyWrites(t *testing.T, st *carely.State) []covered {
	t.Helper()
	c, _ := someone(t, st)
	rows := func(row map[string]any) map[string]any { return map[string]any{"rows": []any{row}} }
	return []covered{
		{
			operation: "upsertOvertime", route: "POST /api/graphql upsertOvertime", more: 1, query: putOvertimes,
			variables: rows(monthOf(*c.EmployeeNumber, "2027-03", 321)),
			answer:    []string{`"outcome":"APPLIED"`, `"minutes":321`, `"month":"2027-03"`},
			refused:   rows(monthOf(*c.EmployeeNumber, "2027-03", -1)), unsent: true,
			says: []string{`"outcome":"REFUSED"`, `"code":"BAD_USER_INPUT"`},
		},
		{
			operation: "upsertCustomer", route: "POST /api/graphql upsertCustomer",
			query:     upsertCustomers,
			variables: rows(map[string]any{"uuid": *c.UUID, "jobTitle": "主任", "bornOn": "1990-04-01"}),
			answer: []string{
				`"outcome":"APPLIED"`, fmt.Sprintf(`"uuid":%q`, *c.UUID), `"jobTitle":"主任"`, `"bornOn":"1990-04-01"`,
			},
			refused: rows(map[string]any{"uuid": *c.UUID, "departmentUuid": "no-such-department"}),
			says: []string{
				`"outcome":"REFUSED"`, `"code":"UPSTREAM_REFUSED"`, `"vendorCode":"department.invalid"`,
				`"field":"department"`, `"codes":["invalid"]`, `"vendorMessage":"部署は不正な値です"`,
			},
		},
	}
}

const upsertCustomers = `mutation($rows: [CarelyCustomerInput!]!) { carely { upsertCustomers(input: { rows: $rows }) { rows {
	row outcome code message vendorCode vendorMessage errors { field codes messages }
	customer { uuid employeeNumber jobTitle bornOn branch { uuid } department { uuid } workplace { uuid } } } } } }`

// carelyState is what Carely holds.
func carelyState(t *testing.T, d *demo) *carely.State {
	t.Helper()
	st := dump[carely.State](t, d.Simulators.Carely)
	return &st
}

// customerOutcomes writes rows and tells what became of each.
func (d *demo) customerOutcomes(t *testing.T, rows ...map[string]any) []string {
	t.Helper()
	var got struct {
		Carely struct {
			UpsertCustomers struct {
				Rows []struct {
					Row      int
					Outcome  string
					Code     *string
					Message  *string
					Customer *struct{ UUID string }
				}
			}
		}
	}
	d.query(t, hrToken, upsertCustomers, map[string]any{"rows": rows}, &got)
	var out []string
	for i, r := range got.Carely.UpsertCustomers.Rows {
		if r.Row != i || (r.Outcome == "APPLIED") != (r.Customer != nil) {
			t.Errorf("row %d is told as %+v", i, r)
		}
		line := r.Outcome
		if r.Code != nil {
			line += " " + *r.Code
		}
		if r.Message != nil {
			line += ": " + *r.Message
		}
		out = append(out, line)
	}
	return out
}

// TestCarelyCustomers_rules sends what the document knowably forbids: each row
// is refused before anything is sent, and names its rule.
func TestCarelyCustomers_rules(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	st := dump[carely.State](t, d.Simulators.Carely)
	c, _ := someone(t, &st)
	newOne := func(change func(map[string]any)) map[string]any {
		row := map[string]any{
			"branchName": *c.Branch.DisplayName, "employeeNumber": "N-1", "fullname": "試験 太郎", "gender": "MALE",
		}
		change(row)
		return row
	}
	without := func(key string) map[string]any { return newOne(func(m map[string]any) { delete(m, key) }) }
	with := func(pairs ...any) map[string]any {
		return newOne(func(m map[string]any) {
			for i := 0; i < len(pairs); i += 2 {
				m[pairs[i].(string)] = pairs[i+1]
			}
		})
	}
	tests := []struct {
		row  map[string]any
		says string
	}{
		{without("branchName"), "branch"},
		{without("employeeNumber"), "employeeNumber"},
		{without("fullname"), "fullname"},
		{without("gender"), "gender"},
		{with("uuid", ""), "uuid"},
		{with("email", ""), "email"},
		{with("branchUuid", *c.Branch.UUID), "branchUuid"},
		{with("fullname", "a\u0000b"), "fullname"},
		{with("departmentUuid", "x", "departmentName", "y"), "departmentUuid"},
		{with("workplaceUuid", "x", "workplaceName", "y"), "workplaceUuid"},
		{with("groupAnalysisUuid", "x", "groupAnalysisName", "y"), "groupAnalysisUuid"},
		{with("profilePicture", "AAAA", "removeProfilePicture", true), "picture"},
		{map[string]any{"uuid": *c.UUID, "bio": "a\u0007b"}, "bio"},
		{with("profilePicture", "no base64!"), "base64"},
		{with("profilePicture", base64.StdEncoding.EncodeToString(make([]byte, 2<<20+1))), "2097152"},
		{with("clearGroups", true), "clearGroups"},
		{map[string]any{"uuid": *c.UUID, "branchUuid": *c.Branch.UUID}, "clearGroups"},
		{map[string]any{"uuid": *c.UUID, "branchName": "x", "departmentName": "y", "workplaceName": "z"}, "clearGroups"},
	}
	before := d.Simulators.Carely.History().Total
	for _, test := range tests {
		got := d.customerOutcomes(t, test.row)
		if len(got) != 1 || !strings.HasPrefix(got[0], "REFUSED BAD_USER_INPUT") || !strings.Contains(got[0], test.says) {
			t.Errorf("%v: %q, want a refusal that tells %s", test.says, got, test.says)
		}
	}
	if n := d.Simulators.Carely.History().Total - before; n != 0 {
		t.Errorf("%d calls for rows that are refused", n)
	}
}

// TestCarelyCustomers_rows writes several rows at once: each has its outcome, in
// order, and one that is refused leaves the others alone.
func TestCarelyCustomers_rows(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	st := dump[carely.State](t, d.Simulators.Carely)
	c, _ := someone(t, &st)
	newOne := map[string]any{
		"branchUuid": *c.Branch.UUID, "employeeNumber": "N-77", "fullname": "試験 花子", "gender": "FEMALE",
		"departmentName": "新設部",
	}
	got := d.customerOutcomes(t,
		newOne,
		map[string]any{"uuid": *c.UUID, "workplaceUuid": "no-such-place"},
		map[string]any{"uuid": *c.UUID, "jobTitle": "x"},
		newOne,
		map[string]any{"uuid": "no-such-customer", "jobTitle": "x"})
	for i, want := range []string{
		"APPLIED", "REFUSED UPSTREAM_REFUSED", "CONFLICT BAD_USER_INPUT", "CONFLICT BAD_USER_INPUT", "REFUSED UPSTREAM_REFUSED",
	} {
		if i >= len(got) || !strings.HasPrefix(got[i], want) {
			t.Fatalf("outcomes %q, want row %d %s", got, i, want)
		}
	}
	after := dump[carely.State](t, d.Simulators.Carely)
	if len(after.Customers) != len(st.Customers)+1 {
		t.Fatalf("%d customers, want one more than %d", len(after.Customers), len(st.Customers))
	}
	made := after.Customers[len(after.Customers)-1]
	if *made.EmployeeNumber != "N-77" || *made.Gender != "female" || *made.EmploymentStatus != "normal" ||
		*made.Department.DisplayName != "新設部" {
		t.Errorf("Carely has %+v", made)
	}
}

// TestCarelyCustomers_picture sends the largest picture there may be.
func TestCarelyCustomers_picture(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	st := dump[carely.State](t, d.Simulators.Carely)
	c, _ := someone(t, &st)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 2<<20-8)...)
	row := map[string]any{"uuid": *c.UUID, "profilePicture": base64.StdEncoding.EncodeToString(picture)}
	got := d.customerOutcomes(t, row)
	if len(got) != 1 || got[0] != "APPLIED" {
		t.Fatalf("outcomes %q", got)
	}
	if n := dump[carely.State](t, d.Simulators.Carely).Pictures[*c.UUID]; n != len(picture) {
		t.Errorf("Carely has a picture of %d bytes, want %d", n, len(picture))
	}
	got = d.customerOutcomes(t, map[string]any{"uuid": *c.UUID, "removeProfilePicture": true})
	if len(got) != 1 || got[0] != "APPLIED" {
		t.Fatalf("outcomes %q", got)
	}
	if n, there := dump[carely.State](t, d.Simulators.Carely).Pictures[*c.UUID]; there {
		t.Errorf("Carely still has a picture of %d bytes", n)
	}
	// Nobody else has a use for so large a request, and there is an end for HR too.
	for token, row := range map[string]map[string]any{
		managerToken: row, employeeToken: row,
		hrToken: {"uuid": *c.UUID, "profilePicture": strings.Repeat("A", 3<<20)},
	} {
		a := d.ask(t, token, upsertCustomers, map[string]any{"rows": []any{row}})
		if a.Status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: status %d", token, a.Status)
		}
	}
}

// TestCarelyNamespace_isForHR shows that nobody else reads or writes there, and
// that what is refused costs no call.
func TestCarelyNamespace_isForHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.ready(t)
	before := d.Simulators.Carely.History().Total
	for _, token := range []string{managerToken, employeeToken} {
		for query, variables := range map[string]map[string]any{
			`{ carely { customers { totalCount } } }`: nil,
			`{ carely { overtimes { totalCount } } }`: nil,
			upsertCustomers: {"rows": []any{map[string]any{"uuid": "x", "jobTitle": "y"}}},
		} {
			a := d.ask(t, token, query, variables)
			if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
				t.Errorf("%s: %+v", token, a.Errors)
			}
		}
	}
	if n := d.Simulators.Carely.History().Total - before; n != 0 {
		t.Errorf("%d calls", n)
	}
}
