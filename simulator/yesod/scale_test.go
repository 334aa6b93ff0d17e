package yesod_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/simulator/yesod"
)

// TestImport_besideReaders imports from all sides while others read: whoever
// waits for the lock gets a turn, and every reader sees a whole state.
func TestImport_besideReaders(t *testing.T) {
	t.Parallel()
	s := start(yesod.Options{})
	send := func(path string, body any) (int, string) {
		raw, err := json.Marshal(body)
		if err != nil {
			return 0, err.Error()
		}
		req := httptest.NewRequest("POST", path, strings.NewReader(string(raw)))
		req.Header.Set("Authorization", "Bearer "+yesod.DefaultToken)
		req.Header.Set("Content-Type", "application/json")
		rec := httptest.NewRecorder()
		s.Handler().ServeHTTP(rec, req)
		return rec.Code, rec.Body.String()
	}
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for n := range 5 {
				name := fmt.Sprint("名", i, n)
				// Two members change together.
				status, body := send("/api/v21.07/members/importAndApply", object{
					"csv": "番号,姓\nE1," + name + "\ne5," + name + "\n",
					"options": object{
						"mapping": byNumber + "familyNameLocalPreferred: 姓", "waitForLock": true,
					},
				})
				if status != http.StatusOK {
					t.Errorf("import: status %d: %s", status, body)
				}
				_, body = send("/api/v24.10/query", object{
					"query":             attributeQuery(attrNumber, "INCLUDE", []string{"E1", "e5"}),
					"attributeSelector": []string{attrFamilyName},
				})
				var got struct {
					QueryResult []struct {
						Attributes []struct{ Values []yesod.Value }
					}
				}
				if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.QueryResult) != 2 ||
					got.QueryResult[0].Attributes[0].Values[0].Value != got.QueryResult[1].Attributes[0].Values[0].Value {
					t.Errorf("half an import was seen: %v %s", err, body)
				}
			}
		})
	}
	all.Wait()
	if n := len(state(s).Changes); n != 40 {
		t.Errorf("%d changes, want 40", n)
	}
}

// TestImport_everybody imports a large company at once, twice: the second time
// nothing differs.
func TestImport_everybody(t *testing.T) {
	t.Parallel()
	people := 5_000
	if testing.Short() {
		people = 500
	}
	s := yesod.New(company.New(company.Options{Seed: 1, Today: day, People: people}), yesod.Options{Now: clock})
	var csv strings.Builder
	csv.WriteString("番号,姓,組織\n")
	members := state(s).Members
	for _, m := range members {
		fmt.Fprintf(&csv, "%s,新%s,全員\n", m.IdentificationNumber, m.FamilyName)
	}
	options := object{
		"mapping": byNumber + "familyNameLocalPreferred: 姓\norganization: 組織", "tierSeparator": "/",
	}
	got := apply(t, s, "members", csv.String(), options)
	entities := got["changing"].([]any)[0].(object)["changingEntities"].([]any)
	if len(entities) < len(members) || len(got["changing"].([]any)) > 30 {
		t.Errorf("%d of %d changed, on %d days", len(entities), len(members), len(got["changing"].([]any)))
	}
	again := apply(t, s, "members", csv.String(), options)
	if n := len(again["diffIds"].([]any)); n != 0 {
		t.Errorf("%d changes the second time: %.2000s", n, fmt.Sprint(again))
	}
}

// FuzzImport sends anything as CSV and options: the answer is 200 or 400, and
// what was refused leaves nothing behind.
func FuzzImport(f *testing.F) {
	f.Add("members", "番号,組織1,組織2\ne5,営業本部,管理本部/人事部\n", byNumber+"organization: 組織 {ref}", "/", "")
	f.Add("members", "番号,組織1-1,組織1-2\ne5,管理本部,人事部\n", byNumber+"organization: 組織 {ref}{tier}", "", " ")
	f.Add("members", "番号,退社\nE1,2020-04-01\nE1,2027-01-01\n", byNumber+"retireDate: 退社", "", "")
	f.Add("groups", "組織,コード\n人事部/人事部,A1\n営業本部/人事部/営業本部,S\n", "organization: 組織\norganizationCode: コード", "/", "")
	f.Add("organizationTransactions", "a,b\nretireEntity,管理本部\naddEntity,管理本部\n", "transactionType: a\norganization: b", "/", "")
	f.Fuzz(func(t *testing.T, target, csv, mapping, tier, ref string) {
		if target != "members" && target != "groups" && target != "organizationTransactions" {
			return
		}
		s := start(yesod.Options{})
		before, err := json.Marshal(s.Dump())
		if err != nil {
			t.Fatal(err)
		}
		options := object{"mapping": mapping, "tierSeparator": tier, "referenceSeparator": ref, "retireUnlisted": true}
		status, got := send(t, s, target+"/importAndApply", csv, options)
		after, err := json.Marshal(s.Dump())
		if err != nil {
			t.Fatal(err)
		}
		if status != 200 && (status != 400 || string(before) != string(after)) {
			t.Errorf("status %d: %v", status, got)
		}
		// Whatever is there now can be read.
		ask(t, s, "", object{"query": attributeQuery(attrNumber, "ISNOTNULL", nil)})
	})
}
