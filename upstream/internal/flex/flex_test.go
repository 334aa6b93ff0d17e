package flex_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

type all struct {
	Num   flex.Num
	Float flex.Float
	Text  flex.Text
	Flag  flex.Flag
	List  flex.List[flex.Num]
}

func TestTypes(t *testing.T) {
	t.Parallel()
	n := func(v int64) flex.Num { return flex.Num{N: v, Set: true} }
	f := func(v float64) flex.Float { return flex.Float{P: &v} }
	on, off := flex.Flag{On: true, Set: true}, flex.Flag{Set: true}
	for body, want := range map[string]all{
		`{}`: {},
		`{"Num":null,"Float":null,"Text":null,"Flag":null,"List":null}`: {List: flex.List[flex.Num]{}},
		`{"Num":"","Float":" ","Text":"","Flag":"","List":""}`:          {List: flex.List[flex.Num]{}},
		`{"Num":4294967295,"Float":1.5,"Text":"a","Flag":true,"List":[1]}`: {
			n(4294967295), f(1.5), "a", on, flex.List[flex.Num]{n(1)},
		},
		`{"Num":" 12 ","Float":"1.5","Text":12,"Flag":"false","List":["1",null]}`: {
			n(12), f(1.5), "12", off, flex.List[flex.Num]{n(1), {}},
		},
		`{"Num":12.0,"Float":2,"Text":true,"Flag":1}`: {Num: n(12), Float: f(2), Text: "true", Flag: on},
		`{"Num":-1,"Text":"\u5c71\n\"","Flag":"0"}`:   {Num: n(-1), Text: "山\n\"", Flag: off},
		"{\"Text\":\"\xff\"}":                         {Text: "\ufffd"},
	} {
		var got all
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", body, d)
		}
		var once all
		if err := flex.Decode([]byte(body), &once); err != nil || !cmp.Equal(want, once) {
			t.Errorf("%s in one pass: %+v, %v", body, once, err)
		}
	}
	for _, body := range []string{
		`{"Num":"x"}`, `{"Num":1.5}`, `{"Num":[1]}`, `{"Num":1e300}`, `{"Num":true}`, `{"Float":"x"}`, `{"Float":"NaN"}`,
		`{"Text":{}}`, `{"Text":[]}`, `{"Flag":"yes"}`, `{"Flag":2}`, `{"List":"x"}`, `{"List":1}`,
	} {
		if err := json.Unmarshal([]byte(body), &all{}); err == nil {
			t.Errorf("%s was read", body)
		}
		if err := flex.Decode([]byte(body), &all{}); err == nil {
			t.Errorf("%s was read in one pass", body)
		}
	}
}

func TestList_object(t *testing.T) {
	t.Parallel()
	var got flex.List[struct{ A flex.Num }]
	if err := json.Unmarshal([]byte(`{"A":1}`), &got); err != nil || len(got) != 1 || got[0].A.N != 1 {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTrimKeys(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`{"a":1}`:                    `{"a":1}`,
		`{"a ":1," b" : {"  c ":2}}`: `{"a":1,"b" : {"c":2}}`,
		`{"a":" x ","b":[" y "]}`:    `{"a":" x ","b":[" y "]}`,
		`{"a":" \" :","b ":" :"}`:    `{"a":" \" :","b":" :"}`,
		`{"a ":"cut`:                 `{"a":"cut`,
		`{"a \`:                      `{"a \`,
		``:                           ``,
	} {
		if got := string(flex.TrimKeys([]byte(in))); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// FuzzTrimKeys: what was JSON stays JSON of the same values.
func FuzzTrimKeys(f *testing.F) {
	f.Add([]byte(`{"a ":" \" :","b":[{"c":"d "}]}`))
	f.Fuzz(func(t *testing.T, in []byte) {
		out := flex.TrimKeys(in)
		if json.Valid(in) != json.Valid(out) {
			t.Fatalf("%q became %q", in, out)
		}
		if string(flex.TrimKeys(out)) != string(out) {
			t.Fatalf("%q is not stable", out)
		}
	})
}

// TestObject: each member is met once, in order, and a value that is no object or
// is cut off is refused.
func TestObject(t *testing.T) {
	t.Parallel()
	read := func(body string) (names []string, err error) {
		d := flex.NewDecoder(strings.NewReader(body))
		err = flex.Object(d, func(name string) error {
			names = append(names, name)
			return d.SkipValue()
		})
		return names, err
	}
	for body, want := range map[string][]string{
		`{}`: nil, `{"a":{"b":1},"A":[{}],"a":null}`: {"a", "A", "a"}, " { \"\\u5c71\" : 1 } ": {"山"},
	} {
		if got, err := read(body); err != nil || !cmp.Equal(got, want) {
			t.Errorf("%s: %q, %v", body, got, err)
		}
	}
	for _, body := range []string{``, `null`, `[]`, `1`, `"x"`, `{`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,}`, `{1:2}`} {
		if got, err := read(body); err == nil {
			t.Errorf("%s: %q", body, got)
		}
	}
}

// FuzzDecode: Decode reads what encoding/json reads, and reads the same.
func FuzzDecode(f *testing.F) {
	type nested struct {
		All   flex.List[all]
		Plain struct {
			Text  string
			N     *int
			Lists map[string][]string
		}
		Raw json.RawMessage
	}
	f.Add([]byte(`{"all":{"num":"1","List":["2",null,3]},"plain":{"text":"\ud800","N":1,"lists":{"a":["b"]}},"raw":[ 1 ]}`))
	f.Add([]byte(`{"ALL":[{"Flag":"0","FLOAT":"1.5"},null,{}],"all":"","plain":null,"Raw":null}`))
	f.Add([]byte(`{"plain":{"text":1},"all":{"num":{}}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var old, once nested
		err1, err2 := json.Unmarshal(body, &old), flex.Decode(body, &once)
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("%q: %v, in one pass %v", body, err1, err2)
		}
		if err1 == nil && !cmp.Equal(old, once) {
			t.Fatalf("%q (-encoding/json +in one pass):\n%s", body, cmp.Diff(old, once))
		}
	})
}
