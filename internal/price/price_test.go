package price_test

import (
	"errors"
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

// The whole operation is judged once, when it gets dear, and what was judged holds
// for all that comes after.
func TestBill_judgesTheWhole(t *testing.T) {
	t.Parallel()
	no := errors.New("too dear")
	for name, dear := range map[string]func(b *price.Bill) error{
		"calls":       func(b *price.Bill) error { return b.Agree(11) },
		"days":        func(b *price.Bill) error { return b.Want(1001) },
		"single call": func(b *price.Bill) error { _, err := b.Single(price.Item{}); return err },
	} {
		b, asked := price.New(100), 0
		b.Judge(func() error { asked++; return no })
		if name == "single call" {
			b.Charge([]price.Line{line("staffs", 10)})
		} else if b.Agree(10) != nil || b.Want(1000) != nil || asked != 0 || b.Judged() {
			t.Errorf("%s: what is cheap was judged %d times", name, asked)
		}
		if err := dear(b); !errors.Is(err, no) || !b.Judged() {
			t.Errorf("%s: what is dear is answered with %v", name, err)
		}
		if err := b.Agree(1); !errors.Is(err, no) || asked != 1 {
			t.Errorf("%s: %v after %d judgements", name, err, asked)
		}
	}
}

// Days are bounded also where calls are not.
func TestBill_boundsDays(t *testing.T) {
	t.Parallel()
	b, asked := price.New(0), 0
	b.Judge(func() error { asked++; return nil })
	if b.Want(price.MaxDays); asked != 0 {
		t.Error("as many days as one may want were judged")
	}
	if b.Want(1); asked != 1 {
		t.Error("more were not")
	}
	r := price.Rehearse()
	if r.Plan(price.MaxDays) != price.MaxDays || r.Ended() {
		t.Error("as many days as one may want were not planned")
	}
	if may := r.Plan(200_000); may == 0 || may > 20_000 || !r.Ended() {
		t.Errorf("%d of 200,000 more were planned", may)
	}
	r.Charge([]price.Line{line("stamps", 30)})
	r.Extrapolate(400)
	if r.Wanted() != price.MaxDays+200_000 || r.About() != 430 || r.Total() != 30 {
		t.Errorf("about %d calls for %d days", r.About(), r.Wanted())
	}
	r = price.RehearseWithin(price.Bounds{Calls: 5})
	if r.Plan(price.MaxDays+1) != 0 || !r.Ended() {
		t.Error("what does not fit was gone into")
	}
	r = price.RehearseWithin(price.Bounds{Calls: 5})
	if r.Charge([]price.Line{line("staffs", 5)}); r.Ended() {
		t.Error("a rehearsal ended at its bound")
	}
	if r.Charge([]price.Line{line("staffs", 1)}); !r.Ended() {
		t.Error("a rehearsal goes beyond its bound")
	}
}

// A write is not left half way.
func TestBill_writesAreCounted(t *testing.T) {
	t.Parallel()
	b := price.New(1)
	b.Write()
	for range 3 {
		if ok, err := b.Single(price.Item{System: "AKASHI"}); !ok || err != nil {
			t.Error("a call of a write was refused")
		}
	}
	if b.Total() != 3 || b.Charge([]price.Line{line("stamps", 1)}) {
		t.Error("a list of an operation that writes has no limit")
	}
}
