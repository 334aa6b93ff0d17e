package exec_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// TestWalk calls the resolvers of the fields that Only names, and none beside or below
// another one, however the fields are written.
func TestWalk(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{})
	req := prepare(t, e, `{ ...Q x: person(id: 1) { home { street } } }
		fragment Q on Query { people { __typename ... on Named { ...P } id } }
		fragment P on Person { boss { beside(by: 2) { own } reports { id } } home { street } }`, "")
	req.Only = func(parent, field string) bool {
		switch parent + "." + field {
		case "Query.people", "Person.boss", "Person.beside":
			return true
		}
		return false
	}
	e.Walk(t.Context(), req)
	for field, want := range map[string]int64{"boss": 1, "beside": 1, "person": 0, "reports": 0} {
		if got := w.called(field); got != want {
			t.Errorf("%s was asked %d times, want %d", field, got, want)
		}
	}
	req.Only = nil
	e.Walk(t.Context(), req)
	if w.called("person") != 1 || w.called("reports") != 1 {
		t.Errorf("without Only, person was asked %d times and reports %d, want once", w.called("person"), w.called("reports"))
	}
}
