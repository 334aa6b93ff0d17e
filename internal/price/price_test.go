package price_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/price"
)

func line(endpoint string, calls int) price.Line {
	return price.Line{Item: price.Item{System: "AKASHI", Link: "default", Endpoint: endpoint}, Calls: calls}
}

func TestBill_refusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	b := price.New(10)
	if !b.Charge([]price.Line{line("stamps", 6), line("staffs", 2)}) {
		t.Fatal("8 of 10 were refused")
	}
	if b.Charge([]price.Line{line("stamps", 3)}) {
		t.Error("11 of 10 were allowed")
	}
	if left, ok := b.Left(); !ok || left != 2 {
		t.Errorf("%d are left, %t", left, ok)
	}
	if !b.Charge([]price.Line{line("stamps", 2)}) {
		t.Error("the last two were refused")
	}
	if diff := cmp.Diff([]price.Line{line("staffs", 2), line("stamps", 8)}, b.Lines()); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}

func TestBill_neverExceedsItsLimit(t *testing.T) {
	t.Parallel()
	b := price.New(100)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() { b.Charge([]price.Line{line("stamps", 3)}) })
	}
	wg.Wait()
	if b.Total() != 99 {
		t.Errorf("%d calls were allowed, want 33 times 3", b.Total())
	}
}

func TestFrom_withoutABill(t *testing.T) {
	t.Parallel()
	b := price.From(t.Context())
	if b.Rehearsing() || !b.Charge([]price.Line{line("stamps", 1)}) {
		t.Error("no bill must rehearse and refuse nothing")
	}
	if _, limited := b.Left(); limited {
		t.Error("no bill has a limit")
	}
	b.Hit("AKASHI", "default", 1)
	if kept := price.From(price.With(t.Context(), price.Rehearse())); !kept.Rehearsing() {
		t.Error("the context lost its bill")
	}
}

func TestBill_knowsWhatNoCacheKeeps(t *testing.T) {
	t.Parallel()
	b := price.New(5)
	own := line("organizations", 2)
	own.Unkept = true
	b.Charge([]price.Line{line("stamps", 3), own})
	b.Charge([]price.Line{own}) // refused
	if b.Unkept() != 2 || b.Total() != 5 {
		t.Errorf("%d of %d calls are made again, want 2 of 5", b.Unkept(), b.Total())
	}
}
