package native_test

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func openYesod(t *testing.T, v *vendor) *native.Yesod {
	t.Helper()
	c := vendortest.Chain(t, "YESOD", v, vendortest.Tokens("token-of-a-test"), io.Discard)
	api, err := yesod.New(yesod.Options{BaseURL: "https://yesod.example", Transport: c})
	if err != nil {
		t.Fatal(err)
	}
	n := native.New(native.Options{
		Directory: directory.New(directory.Options{
			Identities: directory.NewIdentities(nil, slog.New(slog.DiscardHandler)), Now: time.Now,
		}),
		Yesod: map[string]*yesod.Client{"default": api},
	})
	y, err := n.Yesod("default")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Yesod("other"); fault.CodeOf(err) != fault.NotConnected {
		t.Errorf("a link that is not there: %v", err)
	}
	return y
}

// table is three rows of members.
func table(approval native.YesodApproval) native.YesodMembersInput {
	return native.YesodMembersInput{YesodTable: native.YesodTable{
		CSV: "番号,姓\na,甲\nb,乙\nc,丙\n", Approval: approval,
		Mapping: []native.YesodMapping{
			{Attribute: "identificationNumber", Header: "番号"}, {Attribute: "familyNameLocalPreferred", Header: "姓"},
		},
	}}
}

// line is the whole verdict of an import, and that of each row.
func line(in *native.YesodImport) string {
	out := []string{told(in.Verdict)}
	for _, r := range in.Rows {
		out = append(out, fmt.Sprintf("%s %v", told(r.Verdict), r.ChangedHeaders))
	}
	return strings.Join(out, "\n")
}

func TestYesod_importVerdicts(t *testing.T) {
	t.Parallel()
	const changing = `"changing":[{"changeDate":0,"changingEntities":[]}]`
	all := func(verdict string) string { // the whole is told as row 0
		return fmt.Sprintf("0 %[1]s\n0 %[1]s []\n1 %[1]s []\n2 %[1]s []", verdict)
	}
	for name, test := range map[string]struct {
		answer   answer
		approval native.YesodApproval
		want     string
	}{
		"waits": {
			answer{200, `{"diffIds":["d"],` + changing + `,"changingCSVPositions":[{"lineNumber":1,"columnNumbers":[1]}]}`},
			"WAITING", "0 PENDING\n0 SKIPPED_SAME []\n1 PENDING [姓]\n2 SKIPPED_SAME []",
		},
		"holds": {
			answer{200, `{"diffIds":["d"],` + changing + `,"changingCSVPositions":[{"lineNumber":2,"columnNumbers":[]}]}`},
			"AT_ONCE", "0 APPLIED\n0 SKIPPED_SAME []\n1 SKIPPED_SAME []\n2 APPLIED []",
		},
		"without positions": {answer{200, `{"diffIds":["d"],` + changing + `}`}, "AT_ONCE", all("APPLIED")},
		"positions beyond": {
			answer{200, `{"diffIds":["d"],` + changing + `,"changingCSVPositions":[{"lineNumber":7,"columnNumbers":[0]}]}`},
			"AT_ONCE", all("APPLIED"),
		},
		"nothing changed": {answer{200, `{"diffIds":[],"changing":[]}`}, "AT_ONCE", all("SKIPPED_SAME")},
		"refused":         {answer{400, `{"message":"だめ"}`}, "WAITING", all("REFUSED UPSTREAM_REFUSED だめ")},
		"no permission":   {answer{403, `{}`}, "WAITING", all("REFUSED UPSTREAM_REFUSED")},
		"token refused":   {answer{401, `{}`}, "WAITING", all("FAILED UPSTREAM_UNAUTHORIZED")},
		"too many":        {answer{429, `{}`}, "WAITING", all("FAILED UPSTREAM_RATE_LIMITED")},
		"broken":          {answer{500, `<html>`}, "WAITING", all("UNKNOWN UPSTREAM_UNAVAILABLE")},
		"lost":            {answer{}, "WAITING", all("UNKNOWN UPSTREAM_UNAVAILABLE")},
		"no JSON":         {answer{200, `<html>`}, "WAITING", all("UNKNOWN UPSTREAM_BAD_RESPONSE")},
		"another shape":   {answer{200, `{}`}, "WAITING", all("UNKNOWN UPSTREAM_BAD_RESPONSE")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &vendor{answers: []answer{test.answer}}
			got := openYesod(t, v).ImportMembers(t.Context(), table(test.approval))
			if diff := cmp.Diff(test.want, line(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if len(v.sent) != 1 {
				t.Errorf("sent %d times", len(v.sent))
			}
		})
	}
}

// TestYesod_unlisted: what retires or deletes is sent only with its own word.
func TestYesod_unlisted(t *testing.T) {
	t.Parallel()
	for confirm, sent := range map[native.YesodConfirmation]int{
		"": 0, "YES": 0, "DELETE_EVERY_GROUP_NOT_LISTED": 0, "RETIRE_EVERYBODY_NOT_LISTED": 1,
	} {
		v := &vendor{answers: []answer{{200, `{"diffIds":[],"changing":[]}`}}}
		in := table("WAITING")
		in.RetireUnlisted = &native.YesodRetireUnlisted{Confirm: confirm}
		got := openYesod(t, v).ImportMembers(t.Context(), in)
		if len(v.sent) != sent || (got.Outcome == "REFUSED") != (sent == 0) {
			t.Errorf("%q: sent %d times, %s", confirm, len(v.sent), line(got))
		}
	}
}

func TestYesod_statements(t *testing.T) {
	t.Parallel()
	const id = "OXJOttwITGGKf6kj--PgRA"
	where := native.YesodStatement{Where: &native.YesodCondition{AttributeID: id, Operator: "ISNOTNULL"}}
	deep := where
	for range 17 {
		deep = native.YesodStatement{All: []native.YesodStatement{deep}}
	}
	below := &native.YesodCondition{AttributeID: id, Operator: "DESCENDANT_OF_OR_EQ", ReferenceIDs: []string{id}}
	for name, test := range map[string]struct {
		statement native.YesodStatement
		code      fault.Code
		sent      string
	}{
		"where":   {where, "", `"type":"AttributeQuery"`},
		"partial": {native.YesodStatement{Where: &native.YesodCondition{AttributeID: id, Operator: "PARTIAL", Value: &native.YesodComparison{Text: new("x")}}}, "", `"PATIAL"`},
		"below":   {native.YesodStatement{Where: below}, "", `"referenceIds":["` + id + `"]`},
		"any":     {native.YesodStatement{Any: []native.YesodStatement{where, where}}, "", `"op":"OR"`},
		"changed": {native.YesodStatement{Changed: &native.YesodChanged{From: *where.Where, To: *below, IntervalTarget: "TO", DiffType: "IN"}}, "", `"type":"DiffQuery"`},
		"deep":    {deep, fault.BadUserInput, ""},
		"empty":   {native.YesodStatement{}, fault.BadUserInput, ""},
		"no id":   {native.YesodStatement{Where: &native.YesodCondition{AttributeID: "x", Operator: "ISNULL"}}, fault.BadUserInput, ""},
		"no value": {native.YesodStatement{Changed: &native.YesodChanged{
			From: *where.Where, To: native.YesodCondition{AttributeID: id, Operator: "EQ"}, IntervalTarget: "TO", DiffType: "IN",
		}}, fault.BadUserInput, ""},
	} {
		v := &vendor{answers: []answer{{200, `{"queryResult":[]}`}}}
		_, err := openYesod(t, v).Search(t.Context(), native.YesodSearch{
			YesodQuery: native.YesodQuery{EntityType: "MEMBER"}, Statement: test.statement,
		})
		if test.code != "" && (fault.CodeOf(err) != test.code || len(v.sent) != 0) {
			t.Errorf("%s: %v, sent %d times", name, err, len(v.sent))
		}
		if test.code == "" && (err != nil || len(v.sent) != 1 || !strings.Contains(v.sent[0], test.sent)) {
			t.Errorf("%s: %v, sent %v", name, err, v.sent)
		}
	}
}
