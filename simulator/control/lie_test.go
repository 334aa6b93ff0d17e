package control_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/simulator/control"
)

// gossip is a shop that tells of people.
type gossip struct{ shop }

func (g *gossip) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			w.WriteHeader(http.StatusBadRequest)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{
			"total": 2, "next": r.URL.Query().Get("page"), "more": false,
			"page": json.RawMessage(`[{"person":7,"day":"2026-11-20"},{"who":{"person":"8"},"ids":[1]}]`),
		})
	})
}

func (*gossip) Words() control.Words {
	return control.Words{
		Person: []string{"person"}, Date: []string{"day"}, Total: []string{"total"}, Cursor: []string{"next"},
		More: []string{"more"},
	}
}

func TestServer_lies(t *testing.T) {
	t.Parallel()
	f := serving(t, &gossip{}, control.Options{})
	const seven, eight = `{"person":7,"day":"2026-11-20"}`, `{"who":{"person":"8"},"ids":[1]}`
	for lie, want := range map[string][2]string{
		control.LieStranger:  {`2`, seven + `,` + eight + `,{"person":8,"day":"2026-11-20"}`},
		control.LieStrangers: {`2`, `{"person":8,"day":"2026-11-20"},{"who":{"person":"9"},"ids":[1]}`},
		control.LieElsewhen:  {`2`, `{"person":7,"day":"2025-11-20"},` + eight},
		control.LieTwice:     {`2`, seven + `,` + eight + `,` + seven + `,` + eight},
		control.LieFewer:     {`1`, seven + `,` + eight},
		control.LieMore:      {`4`, seven + `,` + eight},
		control.LieRepeat:    {`2`, seven + `,` + eight},
		control.LieLoop:      {`2`, seven + `,` + eight},
	} {
		f.want(t, http.StatusNoContent, "POST", f.ControlURL()+"/fault", `{"lie":"`+lie+`"}`)
		for _, page := range []string{"one", "two"} {
			got := f.want(t, http.StatusOK, "GET", f.URL()+"/?page="+page, "")
			next, more := page, "false"
			if lie == control.LieRepeat || lie == control.LieLoop {
				next = "one"
			}
			if lie == control.LieLoop {
				more = "true"
			}
			text := `{"total":` + want[0] + `,"next":"` + next + `","more":` + more + `,"page":[` + want[1] + `]}`
			if diff := cmp.Diff(decoded(t, text), decoded(t, got)); diff != "" {
				t.Errorf("%s, page %s (-want +got):\n%s", lie, page, diff)
			}
			if got := f.want(t, http.StatusBadRequest, "GET", f.URL()+"/refused?page="+page, ""); len(got) < 10 {
				t.Errorf("%s: a refusal became %q", lie, got)
			}
		}
		f.want(t, http.StatusNoContent, "DELETE", f.ControlURL()+"/fault", "")
	}
	f.want(t, http.StatusBadRequest, "POST", f.ControlURL()+"/fault", `{"lie":"white"}`)
	plain := start(t, control.Options{})
	plain.want(t, http.StatusNotImplemented, "POST", plain.ControlURL()+"/fault", `{"lie":"twice"}`)
}

func decoded(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return v
}
