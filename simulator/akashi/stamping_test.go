package akashi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

type stamped struct {
	LoginCompanyCode string `json:"login_company_code"`
	StaffID          int    `json:"staff_id"`
	Type             int
	StampedAt        string `json:"stampedAt"`
}

func TestPostStamp_isTheServersTimeAndTheOwners(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	tn.Advance(11 * time.Hour) // Saturday, 08:00
	id := tn.id(company.PersonaEmployee)
	a := tn.write(t, employeeToken, "POST /stamps", fmt.Sprintf(
		`"type":11,"stampedAt":"2026/01/01 09:00:00","timezone":"+08:00","staff_id":%d`, tn.id(company.PersonaHR)))
	var got stamped
	decode(t, a, &got)
	if diff := cmp.Diff(stamped{"sample001", id, 11, "2026/11/21 08:00:00"}, got); diff != "" {
		t.Error(diff)
	}
	read := get[struct {
		Stamps []struct {
			StampedAt string `json:"stamped_at"`
			LocalTime string `json:"local_time"`
			Timezone  string
		}
	}](t, tn, hrToken, fmt.Sprintf("/stamps/%d?start_date=20261121000000&end_date=20261122000000", id))
	if len(read.Stamps) != 1 || read.Stamps[0].StampedAt != "2026/11/21 08:00:00" ||
		read.Stamps[0].LocalTime != "2026/01/01 09:00:00" || read.Stamps[0].Timezone != "+8.0" {
		t.Errorf("read back %+v", read)
	}
}

func TestPostStamp_choosesInOrOut(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	tn.Advance(11 * time.Hour)
	id := tn.id(company.PersonaEmployee)
	for _, step := range []struct {
		members string
		want    int
		after   time.Duration
	}{
		{"", 11, 0},
		{`"type":31`, 31, 4 * time.Hour},
		{`"type":"32"`, 32, time.Hour},
		{"", 12, 4 * time.Hour},
		{"", 11, time.Hour},
		{`"type":null`, 12, 0},
		{`"type":21`, 21, 0},
		{"", 12, 0},
		{`"type":22`, 22, 0},
		{"", 11, 24 * time.Hour},
	} {
		tn.Advance(step.after)
		var got stamped
		decode(t, tn.write(t, employeeToken, "POST /stamps", step.members), &got)
		if got.Type != step.want {
			t.Errorf("after %s with %s: type %d, want %d", step.after, step.members, got.Type, step.want)
		}
	}
	row := get[records](t, tn, hrToken, fmt.Sprintf("/working_records?start_date=20261121&staff_ids=%d"+
		"&include_break_results=1&include_actual_working_hours_no_rounding=1", id))[0].WorkingRecords[0]
	if text(row.StartTime) != "2026/11/21 08:00:00" || text(row.EndTime) != "2026/11/21 18:00:00" ||
		row.Minutes == nil || *row.Minutes != 9*60 || len(row.Breaks) != 1 || row.Category != 1 {
		t.Errorf("the day's record: %+v", row)
	}
}

func TestPostStamp_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	tn.refusedWrites(t, employeeToken, "POST /stamps", map[string]string{
		"unknown type":   `"type":13`,
		"type as a word": `"type":"in"`,
		"time":           `"stampedAt":"2026-11-20 09:00:00"`,
		"14 digits":      `"stampedAt":"20261120090000"`,
		"zone":           `"timezone":"+9"`,
		"zone by name":   `"timezone":"JST"`,
	})
}

func TestPostStamp_takesAForm(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	resp, err := newClient(t).Post(tn.url+"/stamps", "application/x-www-form-urlencoded",
		strings.NewReader("type=12&token="+employeeToken))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	stamps := within(tn.dump(t), tn.id(company.PersonaEmployee), "2026/11/20 21", "2027")
	if resp.StatusCode != http.StatusOK || len(stamps) != 1 || stamps[0].Type != 12 {
		t.Errorf("status %d, stamps %v", resp.StatusCode, stamps)
	}
}
