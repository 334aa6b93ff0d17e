package akashi_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
)

type reissued struct {
	LoginCompanyCode string `json:"login_company_code"`
	StaffID          int    `json:"staff_id"`
	Token            string `json:"token"`
	ExpiredAt        string `json:"expired_at"`
}

func (tn *tenant) reissueURL() string {
	return strings.Replace(tn.url, "/sample001", "/token/reissue/sample001", 1)
}

func (tn *tenant) reissue(t *testing.T, token string) (answer, reissued) {
	t.Helper()
	a := send(t, http.MethodPost, tn.reissueURL(), `{"token":"`+token+`"}`)
	var r reissued
	if a.Success {
		decode(t, a, &r)
	}
	return a, r
}

func TestToken_badOnes(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	for name, url := range map[string]string{
		"absent":          tn.url + "/staffs",
		"unknown":         tn.url + "/staffs?token=nonsense",
		"foreign company": strings.Replace(tn.url, "sample001", "other", 1) + "/staffs?token=" + hrToken,
	} {
		if a := send(t, http.MethodGet, url, ""); a.status != 401 || a.Success || len(a.Errors) != 1 {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestToken_statusesAreSwitches(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{UnauthorizedStatus: 200, RefusalStatus: 400})
	if a := send(t, http.MethodGet, tn.url+"/staffs?token=x", ""); a.status != 200 || a.Success {
		t.Errorf("bad token: %+v", a)
	}
	if a := send(t, http.MethodGet, tn.url+"/staffs/1?token="+hrToken, ""); a.status != 400 || a.Success {
		t.Errorf("refusal: %+v", a)
	}
}

func TestToken_expires(t *testing.T) {
	t.Parallel()
	var later atomic.Int64 // days
	clock := func() time.Time { return now.AddDate(0, 0, int(later.Load())) }
	tn := start(t, akashi.Options{Now: clock})
	later.Store(30)
	get[any](t, tn, hrToken, "/staffs")
	later.Store(31) // 21 December, 00:00, is over
	if a := send(t, http.MethodGet, tn.url+"/staffs?token="+hrToken, ""); a.status != 401 {
		t.Errorf("after a month and a day: %+v", a)
	}
	if a, _ := tn.reissue(t, hrToken); a.status != 401 {
		t.Errorf("an expired token was reissued: %+v", a)
	}
}

func TestReissue_killsTheOldToken(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	a, r := tn.reissue(t, managerToken)
	if !a.Success || r.StaffID != tn.id(company.PersonaManager) || r.LoginCompanyCode != "sample001" ||
		r.ExpiredAt != "2026/12/21 00:00:00" {
		t.Fatalf("got %+v %+v", a, r)
	}
	if !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(r.Token) {
		t.Errorf("token has another shape than a UUID")
	}
	get[any](t, tn, r.Token, "/staffs")
	if a := send(t, http.MethodGet, tn.url+"/staffs?token="+managerToken, ""); a.status != 401 {
		t.Errorf("the old token lives: %+v", a)
	}
	if got := tn.Token(tn.company.Persona(company.PersonaManager).Key); got != r.Token {
		t.Error("Token does not return the new one")
	}
	tn.Reset()
	get[any](t, tn, managerToken, "/staffs")
}

func TestReissue_mayKeepTheOldToken(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.KeepOldToken: true}})
	_, r := tn.reissue(t, hrToken)
	get[any](t, tn, hrToken, "/staffs")
	get[any](t, tn, r.Token, "/staffs")
	for i := 2; i < akashi.DocumentedLimits().Tokens; i++ {
		if a, _ := tn.reissue(t, hrToken); !a.Success {
			t.Fatalf("token %d was refused", i+1)
		}
	}
	if a, _ := tn.reissue(t, hrToken); a.Success || a.status != 200 {
		t.Errorf("token 51 was issued: %+v", a)
	}
	if a, _ := tn.reissue(t, managerToken); !a.Success {
		t.Error("the limit of one employee met another")
	}
}

func TestReissue_takesFormsAndQueries(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Quirks: map[akashi.Quirk]bool{akashi.KeepOldToken: true}})
	if a := send(t, http.MethodPost, tn.reissueURL()+"?token="+hrToken, ""); a.Success {
		t.Error("an empty body is no JSON") // clients that send the token by query send {} or a form
	}
	if a := send(t, http.MethodPost, tn.reissueURL()+"?token="+hrToken, "{}"); !a.Success {
		t.Errorf("token in the query: %+v", a)
	}
	resp, err := newClient(t).Post(tn.reissueURL(), "application/x-www-form-urlencoded", strings.NewReader("token="+hrToken))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 {
		t.Errorf("form: status %d", resp.StatusCode)
	}
}

func TestToken_isSeeded(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{Tokens: map[string]int{}, PersonalTokens: []int{50, 51}})
	hr := tn.company.Persona(company.PersonaHR).Key
	for _, key := range []int{hr, 50, 51} {
		if tn.Token(key) == "" {
			t.Errorf("person %d has no token", key)
		}
	}
	if tn.Token(60) != "" {
		t.Error("person 60 has a token")
	}
	for _, row := range tn.dump(t).Tokens {
		if !strings.HasPrefix(row.Token, "********") {
			t.Error("a token is not masked")
		}
	}
}

func TestUnauthorized_isTheVendorsAnswer(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	w := httptest.NewRecorder()
	tn.Unauthorized(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != 401 || !strings.Contains(w.Body.String(), `"success":false`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// TestToken_rightsOfTheOwner asks for an employee outside the managed units with
// the three kinds of token.
func TestToken_rightsOfTheOwner(t *testing.T) {
	t.Parallel()
	tn := start(t, akashi.Options{})
	hr, employee := tn.id(company.PersonaHR), tn.id(company.PersonaEmployee)
	span := "start_date=20261119000000&end_date=20261119235959"
	paths := func(id int) []string {
		return []string{
			fmt.Sprintf("/staffs/%d", id),
			fmt.Sprintf("/stamps/%d?%s", id, span),
			fmt.Sprintf("/multiple_stamps?%s&staff_ids=%d", span, id),
			fmt.Sprintf("/working_records?start_date=20261119&staff_ids=%d", id),
			fmt.Sprintf("/manhours/%d", id),
			fmt.Sprintf("/staff_projects/%d", id),
		}
	}
	for i := range paths(0) {
		get[any](t, tn, hrToken, paths(hr)[i])
		get[any](t, tn, hrToken, paths(employee)[i])
		get[any](t, tn, managerToken, paths(employee)[i])
		refused(t, tn, managerToken, paths(hr)[i])
		get[any](t, tn, employeeToken, paths(employee)[i])
		refused(t, tn, employeeToken, paths(tn.id(company.PersonaManager))[i])
		refused(t, tn, hrToken, paths(999)[i]) // nobody
	}
}
