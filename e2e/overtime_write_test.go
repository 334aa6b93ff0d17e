package e2e_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/carely"
)

const putOvertimes = `mutation Put($rows: [OvertimeInput!]!) {
	upsertOvertimes(input: { rows: $rows }) {
		rows { row outcome code vendorCode overtime { employee { code } month minutes } }
	}
}`

// monthOf is a row of the mutation's input.
func monthOf(code, month string, minutes int) map[string]any {
	return map[string]any{"employee": map[string]any{"code": code}, "month": month, "minutes": minutes}
}

// outcomes puts rows as a persona and tells what became of each.
func (d *demo) outcomes(t *testing.T, rows ...map[string]any) []string {
	t.Helper()
	var got struct {
		UpsertOvertimes struct {
			Rows []struct {
				Row      int
				Outcome  string
				Code     *string
				Overtime *struct {
					Employee *struct{ Code string }
					Month    string
					Minutes  int
				}
			}
		}
	}
	d.query(t, hrToken, putOvertimes, map[string]any{"rows": rows}, &got)
	var out []string
	for i, r := range got.UpsertOvertimes.Rows {
		if r.Row != i {
			t.Errorf("row %d is told as row %d", i, r.Row)
		}
		line := r.Outcome
		if r.Code != nil {
			line += " " + *r.Code
		}
		if r.Overtime != nil {
			line += fmt.Sprintf(" %s %s %d", r.Overtime.Employee.Code, r.Overtime.Month, r.Overtime.Minutes)
		}
		out = append(out, line)
	}
	return out
}

// recorded is what Carely holds for a code and month, -1 for nothing.
func (d *demo) recorded(t *testing.T, code, month string) int32 {
	t.Helper()
	for _, o := range dump[carely.State](t, d.Simulators.Carely).Overtimes {
		if o.EmployeeNumber == code && o.YearMonth == month+"-01" {
			return o.Minute
		}
	}
	return -1
}

func (d *demo) upserts() int {
	return d.Simulators.Carely.History().Counters["POST /api/graphql upsertOvertime"]
}

func TestUpsertOvertimes(t *testing.T) {
	t.Parallel()
	d := start(t)
	before := d.recorded(t, "E00003", "2026-10")
	if before < 0 || d.recorded(t, "E00003", "2027-01") >= 0 {
		t.Fatal("the demo company is not as this test needs it")
	}

	// A cached read must not hide the write that follows.
	read := `{ employee(by: {code: "E00003"}) { overtimes(from: "2026-10", to: "2027-01") { nodes { month minutes } } } }`
	d.ask(t, hrToken, read, nil)

	got := d.outcomes(t,
		monthOf("E00003", "2026-10", int(before)),
		monthOf("E00003", "2026-11", 1234),
		monthOf("nobody", "2026-11", 1),
		monthOf("E00003", "2027-01", 90),
		monthOf("E00003", "2027-01", 91),
		monthOf("E00003", "2027-02", -1))
	want := []string{
		fmt.Sprintf("SKIPPED_SAME E00003 2026-10 %d", before),
		"APPLIED E00003 2026-11 1234",
		"REFUSED NOT_FOUND",
		"APPLIED E00003 2027-01 90",
		"CONFLICT BAD_USER_INPUT",
		"REFUSED BAD_USER_INPUT",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
	if n := d.upserts(); n != 2 {
		t.Errorf("%d writes were sent, want 2", n)
	}
	if now := d.recorded(t, "E00003", "2026-11"); now != 1234 {
		t.Errorf("Carely holds %d minutes", now)
	}
	var after struct {
		Employee struct {
			Overtimes struct {
				Nodes []struct {
					Month   string
					Minutes int
				}
			}
		}
	}
	d.query(t, hrToken, read, nil, &after)
	seen := map[string]int{}
	for _, n := range after.Employee.Overtimes.Nodes {
		seen[n.Month] = n.Minutes
	}
	if diff := cmp.Diff(map[string]int{"2026-10": int(before), "2026-11": 1234, "2027-01": 90}, seen); diff != "" {
		t.Errorf("read after the write (-want +got):\n%s", diff)
	}
	// The same rows again are harmless.
	again := d.outcomes(t, monthOf("E00003", "2026-11", 1234))
	if diff := cmp.Diff([]string{"SKIPPED_SAME E00003 2026-11 1234"}, again); diff != "" || d.upserts() != 2 {
		t.Errorf("a second try sent something (-want +got):\n%s", diff)
	}
}

func TestUpsertOvertimes_isForHR(t *testing.T) {
	t.Parallel()
	d := start(t)
	d.indexed(t)
	for _, token := range []string{managerToken, employeeToken} {
		a := d.ask(t, token, putOvertimes, map[string]any{"rows": []any{monthOf("E00003", "2026-11", 1)}})
		if len(a.Errors) != 1 || a.Errors[0].code() != "FORBIDDEN" {
			t.Errorf("%s: %+v", token, a.Errors)
		}
	}
	if d.upserts() != 0 {
		t.Error("something was written")
	}
}
