package conformance_test

import (
	"slices"
	"testing"
)

// underQuirks runs every operation with every switch turned over, one at a time:
// the outcome is that of the first setting. differ names, for a quirk that
// changes more than the spelling, the operations whose outcome may be another,
// or a typed error.
func underQuirks(t *testing.T, build func(t *testing.T) *world, differ map[string][]string) {
	t.Helper()
	w := build(t)
	first, err := w.server.Quirks()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, op := range w.operations {
		w.fresh(t)
		got, err := op.call(t.Context())
		if err != nil {
			t.Errorf("%s: %v", op.name, err)
		}
		want[op.name] = asText(t, got)
	}
	for quirk, on := range first {
		for _, op := range w.operations {
			w.fresh(t) // resets the quirks too
			if err := w.server.SetQuirks(map[string]bool{quirk: !on}); err != nil {
				t.Fatal(err)
			}
			got, err := op.call(t.Context())
			switch {
			case slices.Contains(differ[quirk], op.name):
				typed(t, quirk+": "+op.name, err)
			case err != nil:
				t.Errorf("%s %t: %s: %v", quirk, !on, op.name, err)
			case asText(t, got) != want[op.name]:
				t.Errorf("%s %t: %s: another answer\n got %.300s\nwant %.300s", quirk, !on, op.name, asText(t, got), want[op.name])
			}
			if op.write && len(w.server.Journal()) > 1 {
				t.Errorf("%s %t: %s: %d writes", quirk, !on, op.name, len(w.server.Journal()))
			}
		}
	}
}
