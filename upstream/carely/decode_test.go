package carely_test

import (
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

func TestCustomers_decode(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"customers":{"pageInfo":{"startCursor":"MQ","endCursor":"MQ","hasNextPage":false,"hasPreviousPage":false},
		"edges":[{"cursor":"MQ","node":{"age":"36","uuid":"u1","employeeNumber":"0101","email":"a@example.com","fullname":"山川 一",
		"fullnameJa":"やまかわ はじめ","gender":"male","bornOn":"1984-01-30","joinOn":null,"retireOn":null,"jobTitle":null,
		"workingArrangement":"正社員","employmentStatus":"normal","hasStressCheck":"in_active","errors":null,
		"branch":{"uuid":"b1","displayName":"東京"},"department":{"uuid":"d1","displayName":"人事部  西課","customersCount":1},
		"workplace":{"uuid":"w1","name":"渋谷"},"groupAnalysis":null}}]}}}`)
	got, err := client(t, v, io.Discard).Customers(t.Context(), carely.CustomersQuery{})
	if err != nil {
		t.Fatal(err)
	}
	want := []carely.Customer{{
		Uuid: "u1", EmployeeNumber: "0101", Email: "a@example.com", Fullname: "山川 一", FullnameJa: "やまかわ はじめ",
		Gender: "male", BornOn: "1984-01-30", WorkingArrangement: "正社員", EmploymentStatus: "normal", HasStressCheck: "in_active",
		Branch:     carely.Branch{Uuid: "b1", DisplayName: "東京"},
		Department: carely.Department{Uuid: "d1", DisplayName: "人事部  西課"},
		Workplace:  carely.Workplace{Uuid: "w1", Name: "渋谷"},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if name := carely.NormalName(got[0].Department.DisplayName); name != "人事部 西課" {
		t.Errorf("normal name %q", name)
	}
}

func TestOvertimes_decode(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"overtimes":{"pageInfo":{"endCursor":"NjY","hasNextPage":false},"edges":[
		{"cursor":"Mg","node":{"customer":{"employeeNumber":"501","uuid":"u1"},"errors":null,"hour":20,"minute":1200,"uuid":"o1","yearMonth":"2019-03-01"}},
		{"cursor":"Mw","node":{"uuid":"o2","yearMonth":"2019-04-01","minute":null,"customer":null}},
		{"cursor":"NA","node":{"uuid":"o3","yearMonth":"2019-05-01","minute":0}}]}}}`)
	got, err := client(t, v, io.Discard).Overtimes(t.Context(), carely.OvertimesQuery{})
	if err != nil || len(got) != 3 {
		t.Fatalf("%d rows, %v", len(got), err)
	}
	if got[0].Minute == nil || *got[0].Minute != 1200 || got[0].Customer.EmployeeNumber != "501" {
		t.Errorf("first row %+v", got[0])
	}
	if got[1].Minute != nil || got[2].Minute == nil || *got[2].Minute != 0 {
		t.Error("no minutes and zero minutes must differ")
	}
}

// TestUpsertOvertime_validation: the errors are JSON in a string.
func TestUpsertOvertime_validation(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		errors     string
		code       fault.Code
		vendorCode string
	}{
		"null":         {`null`, "", ""},
		"empty text":   {`""`, "", ""},
		"empty object": {`"{}"`, "", ""},
		"empty inside": {`"{\"errors\":{},\"full_messages\":[],\"details\":{}}"`, "", ""},
		"wrong": {
			`"{\"errors\":{\"minute\":[\"marker-body-0002\"]},\"full_messages\":[\"marker-body-0002\"],\"details\":{\"year_month\":[{\"error\":\"invalid\"}],\"minute\":[{\"error\":\"blank\"}]}}"`,
			fault.UpstreamRefused, "minute.blank",
		},
		"wrong without details": {`"{\"full_messages\":[\"marker-body-0002\"]}"`, fault.UpstreamRefused, ""},
		"not JSON":              {`"marker-body-0002"`, fault.UpstreamBadResponse, ""},
	}
	for name, tc := range cases {
		v := vendortest.Answer(`{"data":{"upsertOvertime":{"uuid":"o1","minute":90,"yearMonth":"2026-10-01","errors":` + tc.errors + `}}}`)
		got, err := client(t, v, io.Discard).UpsertOvertime(t.Context(), "u1", "2026-10-01", 90)
		if vendortest.CodeOf(err) != tc.code || fault.From(err) != nil && fault.From(err).VendorCode != tc.vendorCode {
			t.Errorf("%s: %v", name, err)
		}
		if tc.code == "" && (got.Minute == nil || *got.Minute != 90) {
			t.Errorf("%s: read back %+v", name, got)
		}
		want := map[string]any{"overtimeInput": map[string]any{"customerUuid": "u1", "yearMonth": "2026-10-01", "minute": 90.0}}
		if d := cmp.Diff(want, variables(t, v, 0)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		mustNotLeak(t, err, nil)
	}
}

func fuzz(f *testing.F, name string) {
	f.Helper()
	f.Add([]byte(`{"errors":[{"message":"401 Unauthorized","extensions":null}]}`))
	for _, m := range methods() {
		if m.name != name {
			continue
		}
		f.Add([]byte(`{"data":` + m.good + `}`))
		f.Fuzz(func(t *testing.T, body []byte) {
			_, err := m.call(t.Context(), client(t, vendortest.Answer(string(body)), io.Discard))
			if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatal(err)
			}
			mustNotLeak(t, err, nil)
		})
		return
	}
	f.Fatal("unknown method")
}

func FuzzCurrentCustomer(f *testing.F) { fuzz(f, "CurrentCustomer") }
func FuzzCustomers(f *testing.F)       { fuzz(f, "Customers") }
func FuzzCustomerDetails(f *testing.F) { fuzz(f, "CustomerDetails") }
func FuzzUpsertCustomer(f *testing.F)  { fuzz(f, "UpsertCustomer") }
func FuzzOvertimes(f *testing.F)       { fuzz(f, "Overtimes") }
func FuzzDepartments(f *testing.F)     { fuzz(f, "Departments") }
func FuzzWorkplaces(f *testing.F)      { fuzz(f, "Workplaces") }
func FuzzGroupAnalysis(f *testing.F)   { fuzz(f, "GroupAnalysis") }
func FuzzUpsertOvertime(f *testing.F)  { fuzz(f, "UpsertOvertime") }
