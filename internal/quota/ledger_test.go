package quota_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hitotsu/hitotsu/internal/quota"
	"github.com/hitotsu/hitotsu/internal/store/storetest"
)

// TestLedger_restart: a process alone waits for what the one before it may have
// sent: not at all at first or after a rest, a window after a kill.
func TestLedger_restart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		docs := &storetest.Memory{}
		begin := func() (*quota.Ledger, time.Duration) {
			t.Helper()
			l, err := quota.Open(t.Context(), quota.LedgerOptions{Documents: docs})
			if err != nil {
				t.Fatal(err)
			}
			b, err := l.Budget(t.Context(), "vendor.example", wide(20))
			if err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			if err := send(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			return l, time.Since(start)
		}
		check := func(name string, got, want time.Duration) {
			t.Helper()
			if got != want {
				t.Errorf("%s it waits %v, want %v", name, got, want)
			}
		}
		l, took := begin()
		check("at first", took, 0)
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		l, took = begin()
		check("right after an end", took, 1050*time.Millisecond)
		if err := l.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second) // the fake clock's.
		_, took = begin()
		check("after a rest", took, 0)
		time.Sleep(2 * time.Second) // the fake clock's.
		_, took = begin()
		check("after a kill", took, 1050*time.Millisecond)
	})
}

// TestLedger_sharesByHost: who names one host shares its budget.
func TestLedger_sharesByHost(t *testing.T) {
	t.Parallel()
	l, err := quota.Open(t.Context(), quota.LedgerOptions{Egress: "nat1"})
	if err != nil {
		t.Fatal(err)
	}
	budgets := map[*quota.Budget]bool{}
	for _, host := range []string{"a.example", "b.example", "a.example"} {
		b, err := l.Budget(t.Context(), host, wide(20))
		if err != nil {
			t.Fatal(err)
		}
		budgets[b] = true
	}
	if s := l.State(); len(budgets) != 2 || s["nat1/a.example"].Left != 20 || s["nat1/b.example"].PerSecond != 20 {
		t.Errorf("%d budgets in the state %+v, want 2", len(budgets), s)
	}
	if _, err := l.Budget(t.Context(), "c.example", quota.Options{}); err == nil {
		t.Error("a budget without requests was accepted")
	}
}
