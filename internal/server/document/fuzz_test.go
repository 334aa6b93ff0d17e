package document_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/server/document"
)

// FuzzPrepare: no text makes the guard, the validator, the cost or the variables
// panic, and what is refused has a reason.
func FuzzPrepare(f *testing.F) {
	for _, c := range bad() {
		if len(c.text) < 4_000 {
			f.Add(c.text)
		}
	}
	for _, text := range []string{
		"{employee{id}}", "query($n:Int=5){employees(first:$n){nodes{...f}}} fragment f on Employee{id ...g} fragment g on Employee{code}",
		`mutation($k:Key={id:"a"}){put(rows:[{employee:$k,month:"m"}],key:{code:"c"})}`,
		"fragment a on Query{...b} fragment b on Query{...a}", "{a:__schema{types{fields{args{type{ofType{name}}}}}}}",
		"{employees(filter:{nested:{nested:{text:\"a\"}}}){totalCount}}", "{...@include(if:true){employee{id}}}",
	} {
		f.Add(text)
	}
	p := newPreparer(f, document.Options{})
	f.Fuzz(func(t *testing.T, text string) {
		d, err := p.Prepare(text)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("refused without a reason")
			}
			return
		}
		for _, op := range d.Query.Operations {
			vars, err := p.Variables(op, map[string]any{"n": nil, "k": map[string]any{"id": "x"}})
			if err != nil {
				continue
			}
			if cost, err := p.Cost(op, vars); err == nil && cost <= 0 {
				t.Fatalf("cost %d", cost)
			}
		}
	})
}
