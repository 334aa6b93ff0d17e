package yesod_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// TestImports_rules: what is known to be wrong costs no request.
func TestImports_rules(t *testing.T) {
	t.Parallel()
	with := func(change func(*yesod.MemberImport)) yesod.MemberImport {
		in := members()
		change(&in)
		return in
	}
	mapped := func(csv string, m ...yesod.Entry) yesod.MemberImport {
		in := members()
		in.CSV = "n," + csv
		in.Mapping = append(yesod.Mapping{{Attribute: "employeeNumber", Header: "n"}}, m...)
		return in
	}
	const ref, tier = yesod.ByMembership, yesod.ByLevel
	for rule, in := range map[string]yesod.MemberImport{
		"not text in UTF-8":       with(func(in *yesod.MemberImport) { in.CSV = "社員番号\n\xff" }),
		"quotes":                  with(func(in *yesod.MemberImport) { in.CSV = "社員番号\n\"a" }),
		"CSV is empty":            with(func(in *yesod.MemberImport) { in.CSV = "" }),
		"row 1 has not":           with(func(in *yesod.MemberImport) { in.CSV = "社員番号,名前\na,b\na,b,c" }),
		"mapping is empty":        with(func(in *yesod.MemberImport) { in.Mapping = nil }),
		"neither a known":         mapped("x", yesod.Entry{Attribute: "email address", Header: "x"}),
		"employeeNumber twice":    mapped("x", yesod.Entry{Attribute: "39724eb6-dc08-4c61-8a7f-a923fbe3e044", Header: "x"}),
		"no column for email":     mapped("x", yesod.Entry{Attribute: "email", Header: "y"}),
		"several columns for":     mapped("x,x", yesod.Entry{Attribute: "email", Header: "x"}),
		"spread of email":         mapped("x", yesod.Entry{Attribute: "email", Header: "x", Spread: 9}),
		"header of email is":      mapped("x", yesod.Entry{Attribute: "email", Header: "x\ny"}),
		"holds {ref}":             mapped("x", yesod.Entry{Attribute: "email", Header: "x {ref}"}),
		"email has one value":     mapped("x1", yesod.Entry{Attribute: "email", Header: "x", Spread: ref}),
		"role has no levels":      mapped("x1", yesod.Entry{Attribute: "role", Header: "x", Spread: tier}),
		"no column for role":      mapped("xa", yesod.Entry{Attribute: "role", Header: "x", Spread: ref}),
		"exactly as organization": mapped("o1,r", yesod.Entry{"organization", "o", ref}, yesod.Entry{"role", "r", yesod.OneColumn}),
		"exactly as company":      mapped("o,r1", yesod.Entry{"company", "o", yesod.OneColumn}, yesod.Entry{"companyCode", "r", ref}),
		"role has not as many": with(func(in *yesod.MemberImport) {
			*in = mapped("o,r\n1,a b,x y\n1,a b,x", yesod.Entry{"organization", "o", yesod.OneColumn}, yesod.Entry{"role", "r", yesod.OneColumn})
			in.ReferenceSeparator = " "
		}),
		"option's text": with(func(in *yesod.MemberImport) { in.Options = []yesod.OptionText{{"a:b", "c"}} }),
		"change date":   with(func(in *yesod.MemberImport) { in.ChangeDate = "2026/12/01" }),
		"different sep": with(func(in *yesod.MemberImport) { in.TierSeparator, in.ReferenceSeparator = "/", "/" }),
		"matched by id": with(func(in *yesod.MemberImport) { in.Mapping = in.Mapping[1:] }),
		"belongs into":  mapped("x", yesod.Entry{Attribute: "transactionType", Header: "x"}),
		"entity id":     with(func(in *yesod.MemberImport) { in.RootOfficeEntityID = "AAAAAAAAAAAAAAAAAAAAAA" }),
		"ordered by":    with(func(in *yesod.MemberImport) { in.Unlisted = &yesod.RetireUnlisted{} }),
		"without rows": with(func(in *yesod.MemberImport) {
			in.CSV, in.Unlisted = "社員番号,名前\n", yesod.RetireEveryoneUnlisted()
		}),
		"excepted is": with(func(in *yesod.MemberImport) { in.Unlisted = yesod.RetireEveryoneUnlisted("a@b,c@d") }),
	} {
		v := vendortest.Answer(imported)
		_, err := client(t, v).ImportMembers(t.Context(), in, yesod.Applied)
		if vendortest.CodeOf(err) != fault.BadUserInput || len(v.Sent) != 0 || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v after %d requests", rule, err, len(v.Sent))
		}
	}
}

func TestImports_groupRules(t *testing.T) {
	t.Parallel()
	group := func(change func(*yesod.GroupImport)) imports {
		return func(ctx context.Context, c *yesod.Client, a yesod.Approval) (*yesod.Imported, error) {
			in := groups()
			change(&in)
			return c.ImportGroups(ctx, in, a)
		}
	}
	transaction := func(change func(*yesod.TransactionImport)) imports {
		return func(ctx context.Context, c *yesod.Client, a yesod.Approval) (*yesod.Imported, error) {
			in := transactions(yesod.Office)
			change(&in)
			return c.ImportTransactions(ctx, in, a)
		}
	}
	for rule, call := range map[string]imports{
		"names no organization": group(func(in *yesod.GroupImport) { in.Mapping = in.Mapping[1:] }),
		"needs organizationCode": group(func(in *yesod.GroupImport) {
			in.Mapping, in.IdentifiedBy = in.Mapping[:1], yesod.ByGroupCode
		}),
		"row 1: it has no group code": group(func(in *yesod.GroupImport) {
			in.CSV, in.IdentifiedBy = "組織,コード\na,1\nb, \n", yesod.ByGroupCode
		}),
		"row 2: its full path": group(func(in *yesod.GroupImport) {
			in.CSV, in.IdentifiedBy = "組織,コード\na,1\nb,2\na,3\n", yesod.ByFullPath
		}),
		"groups are identified": group(func(in *yesod.GroupImport) { in.IdentifiedBy = "code" }),
		"from an import of members": group(func(in *yesod.GroupImport) {
			in.Unlisted = yesod.RetireEveryoneUnlisted("a@example.com")
		}),
		"has no office":          transaction(func(in *yesod.TransactionImport) { in.Mapping[1].Attribute = "project" }),
		"has no transactionType": transaction(func(in *yesod.TransactionImport) { in.Mapping = in.Mapping[1:] }),
		"row 0: transactionType": transaction(func(in *yesod.TransactionImport) { in.CSV = "操作,名\ndelete,a\n" }),
		"transactions are of":    transaction(func(in *yesod.TransactionImport) { in.Type = yesod.Member }),
	} {
		v := vendortest.Answer(imported)
		_, err := call(t.Context(), client(t, v), yesod.Waiting)
		if vendortest.CodeOf(err) != fault.BadUserInput || len(v.Sent) != 0 || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v after %d requests", rule, err, len(v.Sent))
		}
	}
}

// TestMapping_more: an alias that is not known can be made known, and an id
// stands for its alias in every rule.
func TestMapping_more(t *testing.T) {
	t.Parallel()
	in := members()
	in.CSV = "a,b1,b2,c\n1,2,3,4\n"
	in.Mapping = yesod.Mapping{
		{"email", "a", yesod.OneColumn},
		{"BjTpbKICS9mSP4C6_XCpgg", "b", yesod.ByMembershipAndLevel},
		{"favourite", "c", yesod.OneColumn},
	}
	o := options(t, vendortest.Answer(imported), io.Discard)
	o.Aliases = []string{"favourite"}
	c, err := yesod.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ImportMembers(t.Context(), in, yesod.Waiting); err != nil {
		t.Error(err)
	}
	in.Mapping[2].Attribute = "role"
	if _, err := c.ImportMembers(t.Context(), in, yesod.Waiting); vendortest.CodeOf(err) != fault.BadUserInput {
		t.Errorf("role of an organization by id: %v", err)
	}
}

// FuzzImport: no table and no header can break the rules' arithmetic.
func FuzzImport(f *testing.F) {
	f.Add("a,b1\n1,2\n", "a", "b", 1, " ")
	f.Add("\"a\nb\",b2 3\n1,2\n", "a\nb", "b", 3, "/")
	f.Fuzz(func(t *testing.T, csv, first, second string, spread int, separator string) {
		in := members()
		in.CSV, in.ReferenceSeparator = csv, separator
		in.Mapping = yesod.Mapping{
			{"email", first, yesod.OneColumn},
			{"organization", second, yesod.Spread(spread)},
			{"role", second, yesod.Spread(spread)},
		}
		_, err := client(t, vendortest.Answer(imported)).ImportMembers(t.Context(), in, yesod.Waiting)
		if err != nil && vendortest.CodeOf(err) != fault.BadUserInput {
			t.Fatal(err)
		}
	})
}
