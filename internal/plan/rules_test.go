package plan_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/plan"
)

func TestRule_pages(t *testing.T) {
	t.Parallel()
	rules := plan.Documented()
	for _, tt := range []struct {
		rule    plan.Rule
		n, want int
	}{
		{rules.JobcanSummaries, 0, 1},
		{rules.JobcanSummaries, 99, 1},
		{rules.JobcanSummaries, 100, 2}, // an empty page tells the end
		{rules.JobcanAdits, 24, 1},
		{rules.JobcanAdits, 25, 2}, // a hundred rows of 25 people are no short page
		{rules.JobcanAdits, 275, 4},
		{rules.AkashiStaffs, 0, 1},
		{rules.AkashiStaffs, 40, 2}, // the number of all is on each page
		{rules.AkashiStaffs, 41, 3},
		{rules.CarelyOvertimes, 100, 1},
	} {
		if got := tt.rule.Pages(tt.n); got != tt.want {
			t.Errorf("%s of %d: %d pages, want %d", tt.rule.Endpoint, tt.n, got, tt.want)
		}
	}
}

// TestRule_rows: what an answer can hold bounds what is asked for.
func TestRule_rows(t *testing.T) {
	t.Parallel()
	window := plan.Rule{Subjects: 1, Months: 6, Rows: 40, Each: 4}
	if got, want := window.Last(first), first.AddDays(9); got != want {
		t.Errorf("forty rows, four a day: until %s, want %s", got, want)
	}
	if got := (plan.Rule{Subjects: 50, Days: 1, Rows: 40, Each: 4}).People(); got != 10 {
		t.Errorf("forty rows of a day are asked for %d people", got)
	}
	if got := plan.Documented().AkashiMultipleStamps.People(); got != 50 {
		t.Errorf("a thousand rows of a day are asked for %d people", got)
	}
}
