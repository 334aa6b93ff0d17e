package exec_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/graph/exec"
)

// TestTogether: fields of one name in one selection are answered by one call, which
// sees all of them, as they are included and merged, with their arguments; one that
// fails by itself does not take the others along.
func TestTogether(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		query, want string
		calls       int64
	}{
		"alone": {
			`{people{beside(by:7){own all}}}`,
			`{"people":[{"beside":{"own":7,"all":"7*"}},{"beside":{"own":7,"all":"7*"}},{"beside":{"own":7,"all":"7*"}}]}`, 1,
		},
		"by several names, in fragments, included or not": {
			`query($n:Int=3,$no:Boolean=false){person(id:1){a:beside(by:$n){own all}...F ...on Named{...G}
				d:beside(by:8) @include(if:$no){all} age}}
				fragment F on Person{b:beside(of:RED){own} a:beside(by:$n){own}} fragment G on Person{c:beside(by:5){all}}`,
			`{"person":{"a":{"own":3,"all":"3*1RED5*"},"b":{"own":1},"c":{"all":"3*1RED5*"},"age":40}}`, 1,
		},
		"one is refused": {
			`{person(id:1){a:beside(by:2){own} b:beside(by:4){all}} bad:person(id:2){id c:beside(by:6){own} beside(by:9){own}}}`,
			`{"person":{"a":{"own":2},"b":{"all":"24*"}},"bad":{"id":"2","c":{"own":6},"beside":{"own":9}}}`, 2,
		},
		"selections apart": {
			`{person(id:1){beside{own} boss{beside(by:2){own}}} people{beside(by:3){own}}}`,
			`{"person":{"beside":{"own":1},"boss":null},"people":[{"beside":{"own":3}},{"beside":{"own":3}},{"beside":{"own":3}}]}`, 2,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			e := newEngine(t, w, exec.Options{})
			resp := e.Execute(t.Context(), prepare(t, e, tt.query, ""))
			if string(resp.Data) != tt.want || len(resp.Errors) > 0 {
				t.Errorf("got %s, want %s; errors %s", resp.Data, tt.want, lines(resp.Errors))
			}
			if got := w.called("beside"); got != tt.calls {
				t.Errorf("asked %d times, want %d", got, tt.calls)
			}
		})
	}
}

// TestTogether_oneFails: a field that is refused by its own arguments is null, and
// its siblings are answered.
func TestTogether_oneFails(t *testing.T) {
	t.Parallel()
	w := newWorld()
	e := newEngine(t, w, exec.Options{})
	resp := e.Execute(t.Context(), prepare(t, e, `{person(id:1){a:beside(by:0){own} b:beside(by:4){all}}}`, ""))
	if string(resp.Data) != `{"person":{"a":null,"b":{"all":"04*"}}}` || len(resp.Errors) != 1 {
		t.Errorf("got %s; errors %s", resp.Data, lines(resp.Errors))
	}
}
