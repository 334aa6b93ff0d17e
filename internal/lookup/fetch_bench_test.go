package lookup_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
)

// BenchmarkFetch reads a month of a hundred people that two calls bring: what a
// cell costs beside its row.
func BenchmarkFetch(b *testing.B) {
	c, err := lookup.New(lookup.Options{Default: lookup.Rule{Max: time.Nanosecond}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	var needs []lookup.Need
	for s := range 100 {
		k := lookup.KeyOf(hr.Link{System: hr.Akashi, Name: "default"}, lookup.Principal{Owner: "company"},
			lookup.Record{Endpoint: "records", Subject: strconv.Itoa(s), Date: hr.NewDate(2026, 10, 1)})
		needs = append(needs, lookup.Need{Key: k, Days: 1<<31 - 1})
	}
	month := make([]int, 31)
	for i := range month {
		month[i] = i
	}
	plan := func(missing []lookup.Need) []lookup.Call[int] {
		var calls []lookup.Call[int]
		for len(missing) > 0 {
			part := missing[:min(50, len(missing))]
			missing = missing[len(part):]
			calls = append(calls, lookup.Call[int]{
				Cells: part, Day: func(_ lookup.Key, row int) int { return row },
				Run: func(context.Context) (map[lookup.Key][]int, error) {
					out := make(map[lookup.Key][]int, len(part))
					for _, n := range part {
						out[n.Key] = month
					}
					return out, nil
				},
			})
		}
		return calls
	}
	b.ReportAllocs()
	for b.Loop() {
		lookup.Fetch(b.Context(), c, needs, plan)
	}
}
