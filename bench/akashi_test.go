package bench_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// The plain structs are what encoding/json does at best with the same answers.
type (
	plainRef struct {
		OrganizationID int
		Name           string
	}
	plainStaff struct {
		StaffID                                       int
		Email, LastName, FirstName, LastNameKana      string
		FirstNameKana, Tag, StaffNum, IdmNum, Remarks string
		Organization                                  plainRef
		Subgroups, ManagedOrganizations               []plainRef
		EmploymentCategory                            struct {
			EmploymentCategoryID *int
			Name                 string
		}
		CardTypeID      *int
		PermissionGroup struct {
			PermissionGroupID, PermissionType int
			Name                              string
		}
	}
	plainRecord struct {
		Date             string `json:"date"`
		Category         int    `json:"working_day_category"`
		StartTime        string `json:"start_time"`
		EndTime          string `json:"end_time"`
		RoundedStartTime string `json:"rounded_start_time"`
		RoundedEndTime   string `json:"rounded_end_time"`
		AttendancePunch  string `json:"attendance_punch_time"`
		LeavingPunch     string `json:"leaving_punch_time"`
	}
)

func staffsBody(n int) string {
	row := `{"staffId":%d,"email":"a@example.com","lastName":"山川","firstName":"一","lastNameKana":"ヤマカワ",
		"firstNameKana":"ハジメ","organization":{"organizationId":1,"name":"第一部"},"subgroups":[{"organizationId":2,"name":"第二部"}],
		"employmentCategory":{"employmentCategoryId":1,"name":"正社員"},"tag":null,"staffNum":"0016","idmNum":null,"cardTypeId":null,
		"remarks":"備考","permissionGroup":{"permissionGroupId":456,"permissionType":2,"name":"一般管理者"},
		"managedOrganizations":[{"organizationId":9,"name":"総務部"}]}`
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf(row, i+1)
	}
	return `{"success":true,"response":{"Count":20,"TotalCount":20,"staffs":[` + strings.Join(out, ",") + `]}}`
}

func recordsBody(staffs, days int) string {
	out := make([]string, staffs)
	for i := range out {
		recs := make([]string, days)
		for d := range recs {
			day := fmt.Sprintf("2026/10/%02d", d+1)
			recs[d] = fmt.Sprintf(`{"date":%q,"working_day_category":0,"start_time":"%[2]s 09:00:00","end_time":"%[2]s 18:00:00",
				"rounded_start_time":"%[2]s 09:00:00","rounded_end_time":"%[2]s 18:00:00","attendance_punch_time":"%[2]s 08:58:10",
				"leaving_punch_time":"%[2]s 18:02:30"}`, day, day)
		}
		out[i] = fmt.Sprintf(`{"staff_id":%d,"working_records":[%s]}`, i+1, strings.Join(recs, ","))
	}
	return `{"success":true,"response":[` + strings.Join(out, ",") + `]}`
}

// akashiClient is a client before an AKASHI that answers body.
func akashiClient(b *testing.B, body string) *akashi.Client {
	b.Helper()
	c, err := akashi.New(akashi.Options{
		BaseURL: "https://akashi.example/api/cooperation", Company: "c", Transport: sender(b, body),
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

func BenchmarkStaffs(b *testing.B) {
	body := staffsBody(20)
	b.Run("client", func(b *testing.B) {
		c := akashiClient(b, body)
		b.ReportAllocs()
		for b.Loop() {
			if p, err := c.Staffs(b.Context(), 0); err != nil || len(p.Staffs) != 20 {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v struct{ Response struct{ Staffs []plainStaff } }
			if err := json.Unmarshal([]byte(body), &v); err != nil || len(v.Response.Staffs) != 20 {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkWorkingRecords(b *testing.B) {
	body := recordsBody(50, 31)
	ids := make([]akashi.StaffID, 50)
	b.Run("client", func(b *testing.B) {
		c := akashiClient(b, body)
		b.ReportAllocs()
		for b.Loop() {
			r, err := c.WorkingRecords(b.Context(), akashi.WorkingRecordsQuery{StaffIDs: ids, From: "2026-10-01", To: "2026-10-31"})
			if err != nil || len(r) != 50 {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var v struct {
				Response []struct {
					WorkingRecords []plainRecord `json:"working_records"`
				}
			}
			if err := json.Unmarshal([]byte(body), &v); err != nil || len(v.Response[49].WorkingRecords) != 31 {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPutStaffs: 100 staffs answered, found again among 100 rows.
func BenchmarkPutStaffs(b *testing.B) {
	rows, out := make([]akashi.StaffInput, 100), make([]string, 100)
	for i := range rows {
		rows[i] = akashi.StaffInput{StaffID: akashi.StaffID(i + 1), LastName: "山川", FirstName: "一"}
		out[i] = fmt.Sprintf(`{"staff_id":%d,"staff_code":"%04d","email":"a%[1]d@example.com","organization_id":1,
			"employment_category_id":1}`, i+1, i)
	}
	body := `{"success":true,"response":{"login_company_code":"c","staffs":[` + strings.Join(out, ",") + `]}}`
	b.Run("client", func(b *testing.B) {
		c := akashiClient(b, body)
		b.ReportAllocs()
		for b.Loop() {
			if r, err := c.PutStaffs(b.Context(), rows); err != nil || r.Rows[99].State != akashi.Applied {
				b.Fatal(err)
			}
		}
	})
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			sent, err := json.Marshal(rows)
			var v struct {
				Response struct {
					Staffs []struct {
						StaffID              int    `json:"staff_id"`
						StaffCode            string `json:"staff_code"`
						Email                string
						OrganizationID       int `json:"organization_id"`
						EmploymentCategoryID int `json:"employment_category_id"`
					}
				}
			}
			if err2 := json.Unmarshal([]byte(body), &v); err != nil || err2 != nil || len(sent) == 0 || len(v.Response.Staffs) != 100 {
				b.Fatal(err, err2)
			}
		}
	})
}
