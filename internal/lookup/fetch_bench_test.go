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
	var keys []lookup.Key
	for s := range 100 {
		for d := range 31 {
			keys = append(keys, lookup.KeyOf(hr.Link{System: hr.Akashi, Name: "default"}, lookup.Principal{Owner: "company"},
				lookup.Record{Endpoint: "records", Subject: strconv.Itoa(s), Date: hr.NewDate(2026, 10, 1).AddDays(d)}))
		}
	}
	row := []int{1}
	plan := func(missing []lookup.Key) []lookup.Call[int] {
		var calls []lookup.Call[int]
		for len(missing) > 0 {
			part := missing[:min(1550, len(missing))]
			missing = missing[len(part):]
			calls = append(calls, lookup.Call[int]{Cells: part, Run: func(context.Context) (map[lookup.Key][]int, error) {
				out := make(map[lookup.Key][]int, len(part))
				for _, k := range part {
					out[k] = row
				}
				return out, nil
			}})
		}
		return calls
	}
	b.ReportAllocs()
	for b.Loop() {
		lookup.Fetch(b.Context(), c, keys, plan)
	}
}
