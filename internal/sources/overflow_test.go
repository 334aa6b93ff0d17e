package sources_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// TestStamps_overflow: an answer with as many stamps as fit into one may have been
// cut (6.7, 6.10). The people are then asked for in halves, and nobody's stamps
// are lost or there twice.
func TestStamps_overflow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ people, each, calls int }{
		{50, 19, 1}, // 950 fit
		{50, 20, 3}, // 1,000 may have been cut
		{50, 39, 3},
		{50, 70, 7},
	} {
		t.Run(fmt.Sprintf("%d people with %d stamps", c.people, c.each), func(t *testing.T) {
			t.Parallel()
			l := &liar{answer: func(r *http.Request, _ string) any {
				var rows []any
				total := 0
				for id := range strings.SplitSeq(r.URL.Query().Get("staff_ids"), ",") {
					n := min(c.each, akashi.MaxStamps-total)
					total += n
					stamps := []any{}
					for i := range n {
						at := fmt.Sprintf("2026/11/19 %02d:%02d:00", 9+i/60%12, i%60)
						stamps = append(stamps, map[string]any{"stamped_at": at, "type": akashi.StampIn})
					}
					staff, err := strconv.Atoi(id)
					if err != nil {
						t.Errorf("staff_ids: %v", err)
					}
					rows = append(rows, map[string]any{"staff_id": staff, "stamps": stamps})
				}
				return map[string]any{"success": true, "response": map[string]any{"multiple_stamps": rows}}
			}}
			client, err := akashi.New(akashi.Options{
				BaseURL: "https://akashi.example/api/cooperation", Company: "c", Transport: l.transport(t, "AKASHI"),
			})
			if err != nil {
				t.Fatal(err)
			}
			a := sources.NewAkashi(sources.AkashiOptions{Client: client, Link: "default", DayChange: hr.DefaultDayChange})
			ids := make([]string, c.people)
			for i := range ids {
				ids[i] = strconv.Itoa(i + 1)
			}
			got, err := a.StampsOfDay(t.Context(), ids, hr.NewDate(2026, 11, 19))
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range ids {
				if n := len(got[id]); n != c.each {
					t.Errorf("staff %s has %d stamps, want %d", id, n, c.each)
				}
			}
			if calls := int(l.calls.Load()); calls != c.calls {
				t.Errorf("%d calls, want %d", calls, c.calls)
			}
			t.Logf("%d people with %d stamps on a day: %d calls", c.people, c.each, l.calls.Load())
		})
	}
}
