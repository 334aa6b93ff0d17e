package answer_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/bench/answer"
)

func TestSame(t *testing.T) {
	t.Parallel()
	const one = `{"data":{"a":[{"b":1,"c":null},{"b":2,"c":"x"}]}}`
	if err := answer.Same([]byte(one), []byte(`{"data": {"a": [{"c": null, "b": 1}, {"c": "x", "b": 2}]}, "extensions": {}}`)); err != nil {
		t.Error(err)
	}
	for name, other := range map[string]string{
		"another value": `{"data":{"a":[{"b":1,"c":null},{"b":3,"c":"x"}]}}`,
		"another order": `{"data":{"a":[{"b":2,"c":"x"},{"b":1,"c":null}]}}`,
		"a row less":    `{"data":{"a":[{"b":1,"c":null}]}}`,
		"a field less":  `{"data":{"a":[{"b":1},{"b":2,"c":"x"}]}}`,
		"a field more":  `{"data":{"a":[{"b":1,"c":null,"d":0},{"b":2,"c":"x"}]}}`,
		"another kind":  `{"data":{"a":{"b":1}}}`,
		"no data":       `{"data":null}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if answer.Same([]byte(one), []byte(other)) == nil {
				t.Error("no difference was found")
			}
		})
	}
	if n, err := answer.Leaves([]byte(one)); n != 4 || err != nil {
		t.Errorf("%d leaves, %v", n, err)
	}
}
