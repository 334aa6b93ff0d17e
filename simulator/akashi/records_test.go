package akashi_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

type records []struct {
	StaffID        int `json:"staff_id"`
	WorkingRecords []struct {
		Date           string
		Category       int     `json:"working_day_category"`
		StartTime      *string `json:"start_time"`
		EndTime        *string `json:"end_time"`
		StartPunchTime *string `json:"start_punch_time"`
		EndPunchTime   *string `json:"end_punch_time"`
		Minutes        *int    `json:"actual_working_hours_no_rounding"`
		Breaks         []struct {
			Start string `json:"result_break_time_start_time"`
			End   string `json:"result_break_time_end_time"`
		} `json:"break_time_results"`
	} `json:"working_records"`
}

func (r records) rows() []akashi.DumpRecord {
	rows := []akashi.DumpRecord{}
	for _, one := range r {
		for _, w := range one.WorkingRecords {
			row := akashi.DumpRecord{
				StaffID: one.StaffID, Date: w.Date, WorkingDayCategory: w.Category,
				StartTime: w.StartTime, EndTime: w.EndTime, StartPunchTime: w.StartPunchTime,
				EndPunchTime: w.EndPunchTime, WorkedMinutes: w.Minutes, Breaks: []akashi.DumpBreak{},
			}
			for _, b := range w.Breaks {
				row.Breaks = append(row.Breaks, akashi.DumpBreak{StartTime: b.Start, EndTime: b.End})
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func recordsOf(d akashi.Dump, list []int, from, to string) []akashi.DumpRecord {
	rows := []akashi.DumpRecord{}
	for _, id := range list {
		for _, r := range d.WorkingRecords {
			if r.StaffID == id && r.Date >= from && r.Date <= to {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

func TestWorkingRecords_areTheDumps(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.LenientBreaks: true}})
	d := tn.dump(t)
	list := someStaffs(d, 50)
	got := get[records](t, tn, hrToken, "/working_records?start_date=20261001&end_date=20261031"+
		"&include_break_results=1&include_actual_working_hours_no_rounding=1&staff_ids="+ids(list))
	want := recordsOf(d, list, "2026/10/01", "2026/10/31")
	if len(want) != 50*31 {
		t.Fatalf("%d records, want one for each day", len(want))
	}
	if diff := cmp.Diff(want, got.rows()); diff != "" {
		t.Error(diff)
	}
}

func TestWorkingRecords_onlyWhatIsAskedFor(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	got := get[[]map[string]any](t, tn, hrToken,
		fmt.Sprintf("/working_records?start_date=20261119&staff_ids=%d", tn.id(company.PersonaEmployee)))
	list := got[0]["working_records"].([]any)
	if len(list) != 1 {
		t.Fatalf("%d records without end_date, want 1", len(list))
	}
	row := list[0].(map[string]any)
	for _, key := range []string{"break_time_results", "actual_working_hours_no_rounding"} {
		if _, there := row[key]; there {
			t.Errorf("%s was not asked for", key)
		}
	}
	if row["date"] != "2026/11/19" || row["start_time"] == nil || row["rounded_start_time"] == nil {
		t.Errorf("got %v", row)
	}
	sunday := get[records](t, tn, hrToken, fmt.Sprintf("/working_records?start_date=20261115&staff_ids=%d"+
		"&include_actual_working_hours_no_rounding=1", tn.id(company.PersonaEmployee)))
	if w := sunday[0].WorkingRecords[0]; w.StartTime != nil || w.Category != 2 || w.Minutes == nil || *w.Minutes != 0 {
		t.Errorf("a Sunday: %+v", w)
	}
}

func TestWorkingRecords_limits(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	list := someStaffs(tn.dump(t), 51)
	one := "&staff_ids=" + ids(list[:1])
	get[any](t, tn, hrToken, "/working_records?start_date=20261001&end_date=20261031&staff_ids="+ids(list[:50]))
	get[any](t, tn, hrToken, "/working_records?start_date=20261001&include_break_results=1"+one)
	for _, query := range []string{
		"start_date=20261001&staff_ids=" + ids(list),                              // 51 people
		"start_date=20261001&end_date=20261101" + one,                             // 32 days
		"start_date=20261001&end_date=20261001&include_break_results=1" + one,     // both
		"start_date=20261001&end_date=20260930" + one,                             // reversed
		"start_date=20261001000000" + one,                                         // 14 digits
		"end_date=20261001" + one,                                                 // no start
		"start_date=20261001",                                                     // nobody
		"start_date=20261001&include_break_results=2" + one,                       // no flag
		"start_date=20261001&include_actual_working_hours_no_rounding=true" + one, // no flag
	} {
		refused(t, tn, hrToken, "/working_records?"+query)
	}
}

func TestAlerts_areTheTokensOwn(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{PersonalTokens: keys(300)})
	kinds := map[int]bool{}
	for key := range tn.company.People {
		token := tn.Token(key)
		if token == "" {
			continue
		}
		got := get[struct {
			StaffID int `json:"staff_id"`
			Count   int
			Alerts  []struct {
				Month, Date string
				Type        int `json:"alert_type"`
			}
		}](t, tn, token, "/alerts")
		if got.StaffID != akashi.StaffID(key) || got.Count != len(got.Alerts) {
			t.Fatalf("person %d got the alerts of %d", key, got.StaffID)
		}
		for _, a := range got.Alerts {
			if a.Month != a.Date[:8]+"01" {
				t.Errorf("month %q of %q", a.Month, a.Date)
			}
			kinds[a.Type] = true
		}
	}
	for _, kind := range []int{1, 2, 3, 6} {
		if !kinds[kind] {
			t.Errorf("no alert of type %d", kind)
		}
	}
}

func keys(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i
	}
	return list
}
