package lookup_test

import (
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/internal/lookup"
)

//nolint:paralleltest // it counts what the process allocates
func TestPeek_allocatesNothing(t *testing.T) {
	c := newCells(t, lookup.Rule{Fresh: time.Minute, Max: time.Hour})
	defer c.Close()
	(&upstream{}).operation(t.Context(), c, "x")
	k := lookup.Of(cellOf("x"))
	if n := testing.AllocsPerRun(1000, func() {
		if !c.Peek(k) {
			t.Error("the cell is not in memory")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkPeek(b *testing.B) {
	c, err := lookup.New(lookup.Options{Default: lookup.Rule{Fresh: time.Hour, Max: time.Hour}, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	(&upstream{}).operation(b.Context(), c, "x")
	k := lookup.Of(cellOf("x"))
	b.ReportAllocs()
	for b.Loop() {
		if !c.Peek(k) {
			b.Fatal("the cell is not in memory")
		}
	}
}
