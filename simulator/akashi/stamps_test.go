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

type stamps struct {
	StaffID int `json:"staff_id"`
	Count   int
	Stamps  []struct {
		StampedAt  string `json:"stamped_at"`
		Type       int
		Timezone   string
		Attributes struct {
			Method int
			OrgID  int `json:"org_id"`
		}
	}
}

func (s stamps) rows() []akashi.DumpStamp {
	var rows []akashi.DumpStamp
	for _, r := range s.Stamps {
		rows = append(rows, akashi.DumpStamp{
			StaffID: s.StaffID, StampedAt: r.StampedAt, Type: r.Type,
			Method: r.Attributes.Method, OrgID: r.Attributes.OrgID,
		})
	}
	return rows
}

// within selects stamps of the dump; instants compare as text.
func within(d akashi.Dump, staff int, from, to string) []akashi.DumpStamp {
	var rows []akashi.DumpStamp
	for _, r := range d.Stamps {
		if r.StaffID == staff && r.StampedAt >= from && r.StampedAt <= to {
			rows = append(rows, r)
		}
	}
	return rows
}

func TestStamps_ofOneAreTheDumps(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	d := tn.dump(t)
	id := tn.id(company.PersonaEmployee)
	span := "start_date=20260601000000&end_date=20261201000000"
	got := get[stamps](t, tn, hrToken, fmt.Sprintf("/stamps/%d?%s", id, span))
	if diff := cmp.Diff(within(d, id, "2026/06", "2027"), got.rows()); diff != "" {
		t.Error(diff)
	}
	if got.Count != len(got.Stamps) || got.Count < 200 || got.Stamps[0].Timezone != "+9.0" {
		t.Errorf("count %d of %d, timezone %q", got.Count, len(got.Stamps), got.Stamps[0].Timezone)
	}
	if diff := cmp.Diff(got, get[stamps](t, tn, employeeToken, "/stamps?"+span)); diff != "" {
		t.Errorf("own stamps differ: %s", diff)
	}
}

func TestStamps_periodLimits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	one := fmt.Sprintf("/stamps/%d?", tn.id(company.PersonaHR))
	get[any](t, tn, hrToken, one+"start_date=20260520000000&end_date=20261120000000")
	for _, query := range []string{
		"start_date=20260520000000&end_date=20261120000001", // over six months
		"start_date=20261120000001&end_date=20261120000000", // reversed
		"start_date=20261120000000",
		"end_date=20261120000000",
		"start_date=20261119&end_date=20261120", // 8 digits
		"start_date=2026/11/19 00:00:00&end_date=20261120000000",
		"start_date=20261332000000&end_date=20261332000000",
	} {
		refused(t, tn, hrToken, one+strings.ReplaceAll(query, " ", "%20"))
	}
}

func TestStamps_rowLimit(t *testing.T) {
	t.Parallel()
	if limit := akashi.DocumentedLimits().StampRows; limit != 1000 {
		t.Errorf("the limit is %d, want 1,000", limit)
	}
	tn := start(t, akashi.Options{Limits: akashi.Limits{StampRows: 10}})
	d := tn.dump(t)
	id := tn.id(company.PersonaEmployee)
	got := get[stamps](t, tn, hrToken,
		fmt.Sprintf("/stamps/%d?start_date=20260901000000&end_date=20261120000000", id))
	if diff := cmp.Diff(within(d, id, "2026/09", "2027")[:10], got.rows()); diff != "" {
		t.Error(diff)
	}
	many := get[multiple](t, tn, hrToken, "/multiple_stamps?start_date=20261119000000&end_date=20261119235959"+
		"&staff_ids="+ids(someStaffs(d, 20)))
	total := 0
	for _, row := range many.MultipleStamps {
		total += row.Count
	}
	if total != 10 || len(many.MultipleStamps) != 20 {
		t.Errorf("%d stamps of %d people, want 10 of 20", total, len(many.MultipleStamps))
	}
}

type multiple struct {
	LoginCompanyCode string   `json:"login_company_code"`
	MultipleStamps   []stamps `json:"multiple_stamps"`
}

func TestMultipleStamps_areTheDumps(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	d := tn.dump(t)
	list := someStaffs(d, 50)
	got := get[multiple](t, tn, hrToken,
		"/multiple_stamps?start_date=20261118050000&end_date=20261119050000&staff_ids="+ids(list))
	if len(got.MultipleStamps) != 50 {
		t.Fatalf("%d people, want 50", len(got.MultipleStamps))
	}
	for i, row := range got.MultipleStamps {
		want := within(d, list[i], "2026/11/18 05:00:00", "2026/11/19 05:00:00")
		if row.StaffID != list[i] || row.Count != len(row.Stamps) {
			t.Errorf("row %d: staff %d, count %d", i, row.StaffID, row.Count)
		}
		if diff := cmp.Diff(want, row.rows()); diff != "" {
			t.Error(diff)
		}
		for _, stamp := range row.Stamps {
			if stamp.Timezone != "+9.00" {
				t.Fatalf("timezone %q", stamp.Timezone)
			}
		}
	}
}

func TestMultipleStamps_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	list := someStaffs(tn.dump(t), 51)
	day := "/multiple_stamps?start_date=20261118050000&end_date=20261119050000"
	get[any](t, tn, hrToken, day+"&staff_ids="+ids(list[:50]))
	refused(t, tn, hrToken, day+"&staff_ids="+ids(list))                                               // 51
	refused(t, tn, hrToken, day)                                                                       // none
	refused(t, tn, hrToken, day+"&staff_ids=1007,x")                                                   // no number
	refused(t, tn, hrToken, day+"&staff_ids="+ids(list[:2])+",1")                                      // nobody
	refused(t, tn, hrToken, strings.Replace(day, "9050000", "9050001", 1)+"&staff_ids="+ids(list[:1])) // over a day
	refused(t, tn, hrToken, "/multiple_stamps?start_date=20261118&end_date=20261118&staff_ids="+ids(list[:1]))
}

func TestStamps_nightShiftEndsTheNextDay(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	for _, r := range tn.dump(t).WorkingRecords {
		if r.StartTime == nil || r.EndTime == nil || (*r.StartTime)[:10] == (*r.EndTime)[:10] ||
			r.Date > "2026/11/18" {
			continue
		}
		next, err := time.Parse("2006/01/02", r.Date)
		if err != nil {
			t.Fatal(err)
		}
		next = next.AddDate(0, 0, 1)
		if (*r.EndTime)[:10] != next.Format("2006/01/02") {
			t.Fatalf("the shift of %s ends at %s", r.Date, *r.EndTime)
		}
		got := get[stamps](t, tn, hrToken, fmt.Sprintf("/stamps/%d?start_date=%s000000&end_date=%s120000",
			r.StaffID, next.Format("20060102"), next.Format("20060102")))
		for _, row := range got.rows() {
			if row.StampedAt == *r.EndPunchTime {
				return
			}
		}
		t.Fatalf("the out-punch of %s is not among the stamps of the next day", r.Date)
	}
	t.Fatal("nobody works at night")
}
