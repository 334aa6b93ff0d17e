package conformance_test

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"
	"time"
)

// vendors are the systems whose answers take liberties, and how many requests are
// asked of each in go test, and with HITOTSU_TEST_LONG set: 30,000 in all, fewer
// of YESOD, which tells of everybody in one answer.
func vendors() map[string]vendor {
	return map[string]vendor{
		"akashi": {akashiWorld, drawAkashi, 300, 13_000},
		"jobcan": {jobcanWorld, drawJobcan, 200, 13_000},
		"yesod":  {yesodWorld, drawYesod, 40, 4_000},
	}
}

type vendor struct {
	build func(*testing.T) *world
	draw  func(*rand.Rand) oddities
	pairs int
	long  int
}

// TestRandomQuirks: random reads come to the same unified values with random
// oddities in the answers as without.
func TestRandomQuirks(t *testing.T) {
	t.Parallel()
	for system, tc := range vendors() {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			n, seed := tc.pairs, uint64(3)
			if os.Getenv("HITOTSU_TEST_LONG") != "" {
				n, seed = tc.long, uint64(time.Now().UnixNano())
			}
			w := tc.build(t)
			w.fresh(t, operation{})
			plain := make([]string, len(w.unified))
			for i, op := range w.unified {
				got, err := op.call(t.Context())
				if err != nil {
					t.Fatalf("%s: %v", op.name, err)
				}
				plain[i] = asText(t, got)
			}
			r := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable, nothing secret
			changed := 0
			for range n {
				i, odd := r.IntN(len(w.unified)), tc.draw(r)
				w.tokens.answers = func(body []byte) []byte {
					out := odd.rewrite(body)
					if !bytes.Equal(out, body) {
						changed++
					}
					return out
				}
				got, err := w.unified[i].call(t.Context())
				if err != nil || asText(t, got) != plain[i] {
					t.Fatalf("seed %d: %s with %+v: %v\n got %.400s\nwant %.400s",
						seed, w.unified[i].name, odd, err, asText(t, got), plain[i])
				}
			}
			t.Logf("%d pairs, %d answers rewritten", n, changed)
		})
	}
}

// TestRandomQuirks_oddities: each oddity changes some answer of its system, so
// that none is switched on in vain.
func TestRandomQuirks_oddities(t *testing.T) {
	t.Parallel()
	for system, tc := range vendors() {
		w := tc.build(t)
		w.fresh(t, operation{})
		var answers [][]byte
		w.tokens.answers = func(body []byte) []byte {
			answers = append(answers, bytes.Clone(body))
			return body
		}
		for _, op := range w.unified {
			if _, err := op.call(t.Context()); err != nil {
				t.Errorf("%s: %s: %v", system, op.name, err)
			}
		}
		seen := map[string]bool{}
		r := rand.New(rand.NewPCG(1, 1)) //nolint:gosec // repeatable, nothing secret
		for range 200 {
			for name := range tc.draw(r) {
				seen[name] = true
			}
		}
		for name := range seen {
			if !changesSome(t, tc.draw, name, answers) {
				t.Errorf("%s: %s changes no answer", system, name)
			}
		}
	}
}

// changesSome draws until the oddity is drawn, in each of its forms, and says
// whether it alone changed an answer.
func changesSome(t *testing.T, draw func(*rand.Rand) oddities, name string, answers [][]byte) bool {
	t.Helper()
	r := rand.New(rand.NewPCG(2, 2)) //nolint:gosec // repeatable, nothing secret
	for range 100 {
		form, ok := draw(r)[name]
		if !ok {
			continue
		}
		for _, body := range answers {
			var v any
			if json.Unmarshal(body, &v) == nil && string(oddities{name: form}.rewrite(body)) != string(oddities{}.rewrite(body)) {
				return true
			}
		}
	}
	return false
}
