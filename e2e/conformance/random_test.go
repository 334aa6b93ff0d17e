package conformance_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// pairs is how many random requests are asked of each of three systems in go
// test, and longPairs with HITOTSU_TEST_LONG set.
const (
	pairs     = 1_000
	longPairs = 10_000
)

// oddities are the liberties that a vendor's answers are known to take, drawn
// anew for each answer.
type oddities struct {
	numbersAsStrings, strangers, blanks, punchNames, recordsInObject bool

	dates, zone string
}

func draw(r *rand.Rand, system string) oddities {
	coin := func() bool { return r.IntN(2) == 0 }
	o := oddities{strangers: coin()}
	if system != "yesod" {
		o.numbersAsStrings = coin()
	}
	if system == "akashi" {
		o.blanks, o.punchNames, o.recordsInObject = coin(), coin(), coin()
		o.dates = []string{"", "2006/01/02", "2006-01-02", "20060102", "2006/1/2"}[r.IntN(5)]
		o.zone = []string{"", "+9.0", "+9.00", "+09:00"}[r.IntN(4)]
	}
	return o
}

// rewrite gives an answer the oddities; what is no JSON passes as it is.
func (o oddities) rewrite(body []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return body
	}
	if m, ok := v.(map[string]any); ok && o.recordsInObject {
		if rows, ok := m["response"].([]any); ok {
			m["response"] = map[string]any{"login_company_code": "demo", "response": rows}
		}
	}
	out, err := json.Marshal(o.value(v))
	if err != nil {
		return body
	}
	return out
}

var date = regexp.MustCompile(`^\d{4}[/-]\d\d[/-]\d\d$`)

func (o oddities) value(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return o.object(v)
	case []any:
		for i := range v {
			v[i] = o.value(v[i])
		}
		return v
	case json.Number:
		if o.numbersAsStrings && !strings.ContainsAny(v.String(), ".eE") {
			return v.String()
		}
		return v
	case string:
		if o.dates != "" && date.MatchString(v) {
			if day, err := time.Parse(time.DateOnly, strings.ReplaceAll(v, "/", "-")); err == nil {
				return day.Format(o.dates)
			}
		}
		return v
	}
	return v
}

func (o oddities) object(m map[string]any) map[string]any {
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		v := o.value(m[key])
		if key == "timezone" && o.zone != "" && v != nil {
			v = o.zone
		}
		if o.punchNames {
			switch key {
			case "start_punch_time":
				key = "attendance_punch_time"
			case "end_punch_time":
				key = "leaving_punch_time"
			}
		}
		if o.blanks {
			key += " "
		}
		out[key] = v
	}
	if o.strangers {
		out["x_unknown"] = map[string]any{"a": []any{1, nil, "b"}}
	}
	return out
}

// TestRandomQuirks: random reads decode to the same values with random oddities
// in the answers as without.
func TestRandomQuirks(t *testing.T) {
	t.Parallel()
	n, seed := pairs, uint64(3)
	if os.Getenv("HITOTSU_TEST_LONG") != "" {
		n, seed = longPairs, uint64(time.Now().UnixNano())
	}
	for system, build := range map[string]func(*testing.T) *world{
		"akashi": akashiWorld, "jobcan": jobcanWorld, "yesod": yesodWorld,
	} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			w := build(t)
			w.fresh(t)
			reads := slices.DeleteFunc(slices.Clone(w.operations), func(op operation) bool {
				return op.write || op.name == "Groups" // handed on as it came
			})
			plain := make([]string, len(reads))
			for i, op := range reads {
				got, err := op.call(t.Context())
				if err != nil {
					t.Fatalf("%s: %v", op.name, err)
				}
				plain[i] = asText(t, got)
			}
			r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable, nothing secret
			for range n {
				i, odd := r.IntN(len(reads)), draw(r, system)
				w.tokens.answers = odd.rewrite
				got, err := reads[i].call(t.Context())
				if err != nil || asText(t, got) != plain[i] {
					t.Fatalf("seed %d: %s with %+v: %v\n got %.400s\nwant %.400s",
						seed, reads[i].name, odd, err, asText(t, got), plain[i])
				}
			}
		})
	}
}
