package reads_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
)

// through writes rows as the shared store holds them and reads them again.
func through[T any](t *testing.T, rows ...T) {
	t.Helper()
	text, err := json.Marshal(rows)
	if err != nil {
		t.Errorf("%T: %v", rows, err)
		return
	}
	var got []T
	if err := json.Unmarshal(text, &got); err != nil {
		t.Errorf("%T: %v", rows, err)
		return
	}
	same := []cmp.Option{
		cmp.Comparer(func(a, b hr.Date) bool { return a == b }),
		cmp.Comparer(func(a, b hr.Month) bool { return a == b }),
		cmp.Comparer(time.Time.Equal),
	}
	if diff := cmp.Diff(rows, got, same...); diff != "" {
		t.Errorf("%T (-kept +read):\n%s", rows, diff)
	}
}

// TestRows_throughTheStore: what comes out of the store is what went in, nil and
// empty told apart.
func TestRows_throughTheStore(t *testing.T) {
	t.Parallel()
	day, text, number := hr.NewDate(2026, 11, 20), "東京 \u2028", 7
	at := time.Date(2026, 11, 20, 9, 30, 0, 0, hr.JST)
	kind := hr.DayWorkday
	ref := hr.Ref{Link: hr.Link{System: hr.Akashi, Name: "default"}, ID: "42"}
	through(t, &hr.Stamp{OccurredAt: at, LaborDate: day, Kind: hr.StampClockIn, Method: &number, System: hr.Akashi, Link: "x"})
	through(t,
		&hr.WorkingRecord{Date: day, DayKind: &kind, StartAt: &at, Breaks: []hr.Break{{StartAt: &at}}, WorkedMinutes: &number},
		&hr.WorkingRecord{Date: day, Breaks: []hr.Break{}}, &hr.WorkingRecord{Date: day})
	through(t, &hr.Leave{Date: day, Days: 0.5, Kind: hr.LeavePaid, TypeID: 1 << 60, Name: &text})
	through(t, sources.LeaveName{TypeID: 3, Name: text})
	through(t, &hr.Alert{Month: day.Month(), Date: day, Kind: hr.AlertLate})
	through(t, &hr.Overtime{Customer: ref, Month: day.Month(), Minutes: 60, System: hr.Carely, Link: "x"})
	through(t, &hr.Shift{Date: day, Start: "09:00", End: "25:00"})
	through(t, &hr.Project{ID: "p", Ref: ref, Code: &text, Name: text, StartsOn: &day, IsOpenToAll: true})
	through(t, &hr.Task{ID: "t", Ref: ref, ProjectID: "p", Position: &number, EstimatedMinutes: &number})
	through(t, sources.Member{Staff: ref, IsOwner: true})
	through(t, sources.Participation{Project: "p", Tasks: []hr.TaskID{"t"}}, sources.Participation{Project: "q"})
	through(t, &hr.Manhour{Date: day, Minutes: 30, Comment: &text, IsClosed: true, Staff: ref, ProjectID: "p", TaskID: "t"})
	through(t, &hr.CarelyGroup{UUID: "u", Name: text, CustomersCount: &number})
	through(t, &hr.CarelyCustomer{UUID: &text, Branches: []*hr.CarelyGroup{{UUID: "u"}}})
	through[*hr.Stamp](t)
}
