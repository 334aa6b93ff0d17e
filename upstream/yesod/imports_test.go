package yesod_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

const (
	entity   = "4J9wMPgDQJmki9ycfx-Z7g"
	imported = `{"diffIds":["d1"],"changing":[],"changingCSVPositions":[]}`
)

func members() yesod.MemberImport {
	return yesod.MemberImport{Import: yesod.Import{
		CSV:     "社員番号,名前\n0001,山田\n0002,\"鈴\n木\"\n",
		Mapping: yesod.Mapping{{Attribute: "employeeNumber", Header: "社員番号"}, {Attribute: "familyNameLocalPreferred", Header: "名前"}},
	}}
}

func groups() yesod.GroupImport {
	return yesod.GroupImport{Import: yesod.Import{
		CSV:     "組織,コード\n本社/営業,1\n本社/人事,2\n",
		Mapping: yesod.Mapping{{Attribute: "organization", Header: "組織"}, {Attribute: "organizationCode", Header: "コード"}},
	}}
}

func transactions(kind yesod.EntityType) yesod.TransactionImport {
	return yesod.TransactionImport{Type: kind, Import: yesod.Import{
		CSV:     "操作,名\naddEntity,a\nretireEntity,b\n",
		Mapping: yesod.Mapping{{Attribute: "transactionType", Header: "操作"}, {Attribute: string(kind), Header: "名"}},
	}}
}

type imports = func(context.Context, *yesod.Client, yesod.Approval) (*yesod.Imported, error)

func allImports() map[string]imports {
	out := map[string]imports{
		"/api/v21.07/members": func(ctx context.Context, c *yesod.Client, a yesod.Approval) (*yesod.Imported, error) {
			return c.ImportMembers(ctx, members(), a)
		},
		"/api/v21.07/groups": func(ctx context.Context, c *yesod.Client, a yesod.Approval) (*yesod.Imported, error) {
			return c.ImportGroups(ctx, groups(), a)
		},
	}
	for _, kind := range []yesod.EntityType{yesod.Organization, yesod.Company, yesod.Office, yesod.Project} {
		path := "/api/v21.07/" + string(kind) + "Transactions"
		out[path] = func(ctx context.Context, c *yesod.Client, a yesod.Approval) (*yesod.Imported, error) {
			return c.ImportTransactions(ctx, transactions(kind), a)
		}
	}
	return out
}

func TestImports_endpoints(t *testing.T) {
	t.Parallel()
	for path, call := range allImports() {
		for approval, end := range map[yesod.Approval]string{
			yesod.Waiting: "/import", yesod.Applied: "/importAndApply", 7: "/import",
		} {
			v := vendortest.Answer(imported)
			got, err := call(t.Context(), client(t, v), approval)
			if err != nil || len(got.DiffIDs) != 1 {
				t.Errorf("%s: %+v, %v", path, got, err)
				continue
			}
			u := v.Last().URL
			if v.Last().Method != http.MethodPost || u.Path != path+end || u.RawQuery != "" ||
				v.Last().Header.Get("Content-Type") != "application/json" ||
				v.Last().Header.Get("Authorization") != "Bearer "+vendortest.Token {
				t.Errorf("%s: %s %s", path, v.Last().Method, u)
			}
		}
	}
}

// sentOptions returns the csv and the options as they went over the wire.
func sentOptions(t *testing.T, v *vendortest.Vendor) (csv string, options map[string]any) {
	t.Helper()
	var w struct {
		CSV     string
		Options map[string]any
	}
	if err := json.Unmarshal([]byte(v.Last().Body), &w); err != nil {
		t.Fatal(err)
	}
	return w.CSV, w.Options
}

// TestImports_options: what is not given must not travel, retireUnlisted above
// all.
func TestImports_options(t *testing.T) {
	t.Parallel()
	full := members()
	full.CSV = "\ufeff番号,所属1,所属2,役職1,役職2,課1,課2\n1,a/b,c,x,y,p,q\n"
	full.Mapping = yesod.Mapping{
		{Attribute: "OXJOttwITGGKf6kj--PgRA", Header: "番号"},
		{Attribute: "organization", Header: "所属", Spread: yesod.ByMembership},
		{Attribute: "role", Header: "役職", Spread: yesod.ByMembership},
		{Attribute: "office", Header: "課", Spread: yesod.ByLevel},
	}
	full.Options = []yesod.OptionText{{"正", "正社員"}, {"契", "契約: 社員"}}
	full.ApplicationName, full.ChangeDate, full.WaitForLock = "月次", "2026-12-01", true
	full.TierSeparator, full.ReferenceSeparator = "/", " "
	full.CompanyEntityID, full.RootCompanyEntityID, full.RootOrganizationEntityID = entity, entity, entity
	full.RootOfficeEntityID, full.RootProjectEntityID = entity, entity
	full.Unlisted = yesod.RetireEveryoneUnlisted("a@example.com", "b@example.com")
	byCode := groups()
	byCode.IdentifiedBy, byCode.Unlisted = yesod.ByGroupCode, yesod.RetireEveryoneUnlisted()
	transaction := transactions(yesod.Project)
	transaction.ValueForDelete = "-"
	for name, tc := range map[string]struct {
		call func(context.Context, *yesod.Client) (*yesod.Imported, error)
		want map[string]any
	}{
		"least": {
			func(ctx context.Context, c *yesod.Client) (*yesod.Imported, error) {
				return c.ImportMembers(ctx, members(), yesod.Waiting)
			},
			map[string]any{"mapping": "employeeNumber: 社員番号\nfamilyNameLocalPreferred: 名前"},
		},
		"members": {
			func(ctx context.Context, c *yesod.Client) (*yesod.Imported, error) {
				return c.ImportMembers(ctx, full, yesod.Waiting)
			},
			map[string]any{
				"mapping":         "OXJOttwITGGKf6kj--PgRA: 番号\norganization: 所属 {ref}\nrole: 役職 {ref}\noffice: 課 {tier}",
				"optionMapping":   "正: 正社員\n契: 契約: 社員",
				"applicationName": "月次", "changeDate": "2026-12-01", "waitForLock": true, "tierSeparator": "/",
				"referenceSeparator": " ", "companyEntityId": entity, "rootCompanyEntityId": entity,
				"rootOrganizationEntityId": entity, "rootOfficeEntityId": entity, "rootProjectEntityId": entity,
				"retireUnlisted": true, "avoidUnlistedEmails": "a@example.com,b@example.com",
			},
		},
		"groups": {
			func(ctx context.Context, c *yesod.Client) (*yesod.Imported, error) {
				return c.ImportGroups(ctx, byCode, yesod.Applied)
			},
			map[string]any{
				"mapping": "organization: 組織\norganizationCode: コード", "identifiedBy": "groupCode", "retireUnlisted": true,
			},
		},
		"transactions": {
			func(ctx context.Context, c *yesod.Client) (*yesod.Imported, error) {
				return c.ImportTransactions(ctx, transaction, yesod.Applied)
			},
			map[string]any{"mapping": "transactionType: 操作\nproject: 名", "valueForDelete": "-"},
		},
	} {
		v := vendortest.Answer(imported)
		if _, err := tc.call(t.Context(), client(t, v)); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		csv, options := sentOptions(t, v)
		if d := cmp.Diff(tc.want, options); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
		if strings.HasPrefix(csv, "\ufeff") || !strings.Contains(csv, "\n") {
			t.Errorf("%s: csv %q", name, csv)
		}
	}
}

// TestImported: the answer's places become rows of the CSV.
func TestImported(t *testing.T) {
	t.Parallel()
	const full = `{"diffIds":["d1","d2"],
		"changing":[{"changeDate":1733788800000,"changingEntities":[{"entityId":"e1","count":2},{"entityId":"e2","count":"1"}]}],
		"changingCSVPositions":[{"lineNumber":0,"columnNumbers":[0,1]},{"lineNumber":"1","columnNumbers":[1]},
			{"lineNumber":2,"columnNumbers":[0]},{"lineNumber":0,"columnNumbers":[2]},{"columnNumbers":[0]}]}`
	changes := []yesod.DayChanges{{Date: "2024-12-10", Entities: []yesod.EntityChange{{"e1", 2}, {"e2", 1}}}}
	for name, tc := range map[string]struct {
		body    string
		counted bool
		want    yesod.Imported
	}{
		"rows from 0": {full, false, yesod.Imported{
			DiffIDs: []yesod.ID{"d1", "d2"}, Changes: changes,
			Rows: []yesod.ChangedRow{
				{0, []int{0, 1}, []string{"社員番号", "名前"}},
				{1, []int{1}, []string{"名前"}},
			},
			Elsewhere: []yesod.Place{{2, []int{0}}, {0, []int{2}}, {0, []int{0}}},
		}},
		"the header is line 0": {full, true, yesod.Imported{
			DiffIDs: []yesod.ID{"d1", "d2"}, Changes: changes,
			Rows:      []yesod.ChangedRow{{0, []int{1}, []string{"名前"}}, {1, []int{0}, []string{"社員番号"}}},
			Elsewhere: []yesod.Place{{0, []int{0, 1}}, {0, []int{2}}, {0, []int{0}}},
		}},
		"nothing changed": {`{"diffIds":[],"changing":[],"changingCSVPositions":[]}`, false, yesod.Imported{}},
		"no positions": {
			`{"diffIds":["d1"],"changing":null}`, false,
			yesod.Imported{DiffIDs: []yesod.ID{"d1"}},
		},
	} {
		o := options(t, vendortest.Answer(tc.body), io.Discard)
		o.HeaderCounted = tc.counted
		c, err := yesod.New(o)
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.ImportMembers(t.Context(), members(), yesod.Applied)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(&tc.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestImports_failures: the shape of errors is not public, so the status decides
// and the usual places of a message are tried. Nothing is sent twice.
func TestImports_failures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		code   fault.Code
		want   []string
	}{
		"message":       {400, `{"message":"` + vendortest.Body + `","error":"x"}`, fault.UpstreamRefused, []string{vendortest.Body}},
		"error":         {409, `{"error":"` + vendortest.Body + `"}`, fault.UpstreamRefused, []string{vendortest.Body}},
		"error object":  {422, `{"message":null,"error":{"code":1,"message":"m"}}`, fault.UpstreamRefused, []string{"m"}},
		"errors":        {400, `{"errors":[{"message":"` + vendortest.Body + `"},{"x":1},"b"]}`, fault.UpstreamRefused, []string{vendortest.Body, "b"}},
		"other JSON":    {400, `["` + vendortest.Body + `"]`, fault.UpstreamRefused, nil},
		"no JSON":       {403, vendortest.Body, fault.UpstreamRefused, nil},
		"500":           {500, `{"message":"` + vendortest.Body + `"}`, fault.UpstreamUnavailable, []string{vendortest.Body}},
		"429":           {429, ``, fault.UpstreamRateLimited, nil},
		"401":           {401, `{"message":"` + vendortest.Body + `"}`, fault.UpstreamUnauthorized, []string{vendortest.Body}},
		"page":          {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse, nil},
		"empty":         {200, "", fault.UpstreamBadResponse, nil},
		"another shape": {200, `{"message":"` + vendortest.Body + `"}`, fault.UpstreamBadResponse, nil},
		"no date":       {200, `{"diffIds":[],"changing":[{"changingEntities":[]}]}`, fault.UpstreamBadResponse, nil},
	} {
		for path, call := range allImports() {
			var logs bytes.Buffer
			v := vendortest.Fail(tc.status, tc.body)
			c, err := yesod.New(options(t, v, &logs))
			if err != nil {
				t.Fatal(err)
			}
			_, err = call(t.Context(), c, yesod.Applied)
			if vendortest.CodeOf(err) != tc.code || len(v.Sent) != 1 {
				t.Errorf("%s, %s: %v after %d requests, want %s", path, name, err, len(v.Sent), tc.code)
				continue
			}
			mustNotLeak(t, err, &logs)
			r := transport.RefusalOf(err)
			if tc.status == http.StatusOK {
				if r != nil {
					t.Errorf("%s: %+v", name, r)
				}
				continue
			}
			if r == nil || r.Status != tc.status || transport.StatusOf(err) != tc.status {
				t.Fatalf("%s: the status is lost", name)
			}
			if d := cmp.Diff(tc.want, r.Messages); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
	}
	if transport.RefusalOf(errors.New("x")) != nil {
		t.Error("a refusal out of nothing")
	}
}

func FuzzImported(f *testing.F) {
	f.Add([]byte(imported), 200)
	f.Add([]byte(`{"diffIds":["d"],"changing":[{"changeDate":1,"changingEntities":{}}],"changingCSVPositions":[{"lineNumber":9}]}`), 200)
	f.Add([]byte(`{"errors":[{"message":"x"}]}`), 400)
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		if status < 200 || status > 599 {
			status = 200
		}
		c := client(t, vendortest.Fail(status, string(body)))
		_, err := c.ImportMembers(t.Context(), members(), yesod.Waiting)
		if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}
