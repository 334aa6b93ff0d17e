package main_test

import (
	"os/exec"
	"strings"
	"testing"
)

// TestShort runs the measurement so that it does not rot: every query in every
// state on every side, with equal answers and the fewest calls. Its figures say
// nothing.
func TestShort(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "run", ".", "-short").Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if want := "| the fewest calls in all three states | 12 of 12 (queries at each latency) | yes |"; !strings.Contains(string(out), want) {
		t.Errorf("no row %q in\n%s", want, out)
	}
}
