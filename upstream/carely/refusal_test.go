package carely_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// TestRefusals: both shapes of the document's "Error" section, typed, in order
// and with nothing dropped. Neither the error nor the log tells any of it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	record := func(errors string) string {
		b, err := json.Marshal(errors)
		if err != nil {
			t.Fatal(err)
		}
		return `{"data":{"upsertCustomer":{"uuid":null,"errors":` + string(b) + `}}}`
	}
	for name, tc := range map[string]struct {
		body, vendorCode string
		want             *carely.Refusal
	}{
		"the document's record": {
			record(`{"errors":{"email":["を入力 marker-body-0002"]},"full_messages":["メールアドレスを入力"],"details":{"email":[{"error":"blank"}]}}`),
			"email.blank",
			&carely.Refusal{
				Fields:   []carely.FieldError{{Field: "email", Codes: []string{"blank"}, Messages: []string{"を入力 marker-body-0002"}}},
				Messages: []string{"メールアドレスを入力"},
			},
		},
		"several fields": {
			record(`{"errors":{"b":["1","2"],"a":"3"},"details":{"b":[{"error":"too_long","count":10},{"error":"taken"}],"c":{"error":"x"}}}`),
			"b.too_long",
			&carely.Refusal{Fields: []carely.FieldError{
				{Field: "a", Messages: []string{"3"}},
				{Field: "b", Codes: []string{"too_long", "taken"}, Messages: []string{"1", "2"}},
				{Field: "c", Codes: []string{"x"}},
			}},
		},
		"details of another shape": {
			record(`{"errors":{"a":[1]},"details":["x"]}`),
			"",
			&carely.Refusal{Fields: []carely.FieldError{{Field: "a", Messages: []string{"1"}}}},
		},
		"the document's top level": {
			`{"errors":[{"message":"Variable marker-body-0002","locations":[{"line":1,"column":25}],"extensions":{
				"value":{"gender":"marker-body-0002"},"problems":[{"path":["gender"],"explanation":"Expected one of: male"}]}}]}`,
			"",
			&carely.Refusal{
				Messages: []string{"Variable marker-body-0002"},
				Problems: []carely.Problem{{Path: []string{"gender"}, Explanation: "Expected one of: male"}},
			},
		},
		"several at the top": {
			`{"errors":[{"message":"a","extensions":{"code":"c1","problems":[{"path":["x",0],"explanation":"e"},{"path":null}]}},
				{"message":{"b":1},"extensions":[]},{"message":"c"}]}`,
			"c1",
			&carely.Refusal{
				Messages: []string{"a", "c"},
				Problems: []carely.Problem{{Path: []string{"x", "0"}, Explanation: "e"}, {}},
			},
		},
		"an object and not an array": {`{"errors":{"message":"a"}}`, "", &carely.Refusal{Messages: []string{"a"}}},
	} {
		var logs bytes.Buffer
		_, err := client(t, vendortest.Answer(tc.body), &logs).UpsertCustomer(t.Context(), carely.CustomerInput{Uuid: "u1"}, nil)
		if vendortest.CodeOf(err) != fault.UpstreamRefused || fault.From(err).VendorCode != tc.vendorCode {
			t.Errorf("%s: %v, %q", name, err, fault.From(err).VendorCode)
		}
		if d := cmp.Diff(tc.want, carely.RefusalOf(err)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		mustNotLeak(t, err, &logs)
	}
	if r := carely.RefusalOf(fault.New(fault.Internal, "x")); r != nil {
		t.Errorf("%+v", r)
	}
}

func TestRefusals_none(t *testing.T) {
	t.Parallel()
	for _, errors := range []string{
		`null`, `""`, `" "`, `"null"`, `"{}"`, `"[]"`, `"{\"errors\":{},\"full_messages\":[],\"details\":{}}"`,
		`"{\"errors\":null,\"full_messages\":null,\"details\":null}"`,
	} {
		v := vendortest.Answer(`{"data":{"upsertCustomer":{"uuid":"u1","errors":` + errors + `}},"errors":[]}`)
		if _, err := client(t, v, io.Discard).UpsertCustomer(t.Context(), carely.CustomerInput{Uuid: "u1"}, nil); err != nil {
			t.Errorf("%s: %v", errors, err)
		}
	}
}

// FuzzRefusal: any text in a record's errors is none, a refusal or unreadable.
func FuzzRefusal(f *testing.F) {
	f.Add(`{"errors":{"email":["x"]},"full_messages":["y"],"details":{"email":[{"error":"blank"}]}}`)
	f.Add(`{"errors":{"a":{}},"details":[[]]}`)
	f.Fuzz(func(t *testing.T, errors string) {
		b, err := json.Marshal(errors)
		if err != nil {
			t.Fatal(err)
		}
		v := vendortest.Answer(`{"data":{"upsertCustomer":{"uuid":"u1","errors":` + string(b) + `}}}`)
		_, err = client(t, v, io.Discard).UpsertCustomer(t.Context(), carely.CustomerInput{Uuid: "u1"}, nil)
		switch vendortest.CodeOf(err) {
		case "", fault.UpstreamBadResponse:
		case fault.UpstreamRefused:
			if carely.RefusalOf(err) == nil {
				t.Fatal("a refusal without what was said")
			}
		default:
			t.Fatal(err)
		}
	})
}
