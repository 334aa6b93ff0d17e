package transport_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("長", 1000)
	for name, tc := range map[string]struct {
		status   int
		code     string
		messages []string
		want     []string
		wantCode string
	}{
		"what it says":    {400, " code_not_found", []string{" no such code ", "", "  ", "second"}, []string{"no such code", "second"}, "code_not_found"},
		"nothing":         {500, "", nil, nil, ""},
		"no code":         {404, "marker: a sentence", []string{"x"}, []string{"x"}, ""},
		"a long one":      {400, "", []string{long}, []string{long[:1998]}, ""},
		"a hundred, more": {400, "", slices.Repeat([]string{"x"}, 300), slices.Repeat([]string{"x"}, 100), ""},
	} {
		c := newClient(t, transport.Options{Base: &script{steps: []answer{{status: tc.status}}}, MaxRetries: -1})
		_, plain := c.Do(t.Context(), readCall())
		err := transport.Refused(plain, tc.code, tc.messages)
		r := transport.RefusalOf(err)
		if r == nil || r.Status != tc.status || transport.StatusOf(err) != tc.status {
			t.Errorf("%s: the status is lost: %+v", name, r)
			continue
		}
		if d := cmp.Diff(tc.want, r.Messages); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if fe := wantFault(t, err, fault.From(plain).Code); fe.VendorCode != tc.wantCode {
			t.Errorf("%s: code %q, want %q", name, fe.VendorCode, tc.wantCode)
		}
		for _, m := range tc.messages {
			if m = strings.TrimSpace(m); len(m) > 1 && strings.Contains(fmt.Sprintf("%v %+v", r, err), m) {
				t.Errorf("%s: the error quotes the system: %v", name, err)
			}
		}
	}
}

func TestRefused_notAnswered(t *testing.T) {
	t.Parallel()
	lost := newClient(t, transport.Options{Base: &script{steps: []answer{{err: errors.New("lost")}}}, MaxRetries: -1})
	_, unanswered := lost.Do(t.Context(), readCall())
	for _, err := range []error{unanswered, errors.New("x"), nil} {
		got := transport.Refused(err, "code", []string{"message"})
		if !errors.Is(got, err) || transport.RefusalOf(got) != nil {
			t.Errorf("%v became %v", err, got)
		}
	}
}
