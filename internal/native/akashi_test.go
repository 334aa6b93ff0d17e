package native_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/lookup"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// vendor gives its answers one after the other and keeps what it was sent.
type vendor struct {
	answers []answer

	mu   sync.Mutex
	sent []string
}

// answer is a status and a body; status 0 loses the connection.
type answer struct {
	status int
	body   string
}

func (v *vendor) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.sent = append(v.sent, r.Method+" "+r.URL.Path+" "+string(body))
	if len(v.sent) > len(v.answers) || v.answers[len(v.sent)-1].status == 0 {
		return nil, errors.New("the connection is lost")
	}
	a := v.answers[len(v.sent)-1]
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(a.body)),
	}, nil
}

func open(t *testing.T, v *vendor) *native.Akashi {
	t.Helper()
	c := vendortest.Chain(t, "AKASHI", v, vendortest.Tokens("token-of-a-test"), io.Discard)
	api, err := akashi.New(akashi.Options{BaseURL: "https://akashi.example/api/cooperation", Company: "com", Transport: c})
	if err != nil {
		t.Fatal(err)
	}
	// Nobody is looked up.
	dir := directory.New(directory.Options{
		Identities: directory.NewIdentities(nil, slog.New(slog.DiscardHandler)), Now: time.Now,
	})
	cells, err := lookup.New(lookup.Options{Rules: reads.Rules(), Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	n := native.New(native.Options{
		Directory: dir, Reads: reads.New(reads.Options{Directory: dir, Cells: cells}),
		Akashi: map[string]*akashi.Client{"default": api},
	})
	a, err := n.Akashi("default")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Akashi("other"); fault.CodeOf(err) != fault.NotConnected {
		t.Errorf("a link that is not there: %v", err)
	}
	return a
}

// told is a verdict in one line: the row, its outcome, its code and AKASHI's.
func told(v native.Verdict) string {
	line := fmt.Sprintf("%d %s", v.Row, v.Outcome)
	for _, s := range []*string{v.Code, v.VendorCode, v.VendorMessage} {
		if s != nil {
			line += " " + *s
		}
	}
	return line
}

func organization(name string) native.AkashiNewOrganization {
	return native.AkashiNewOrganization{Name: name}
}

func TestAkashi_outcomesByRow(t *testing.T) {
	t.Parallel()
	made := func(names ...string) string {
		var rows []string
		for i, n := range names {
			rows = append(rows, fmt.Sprintf(`{"organizationId":%d,"name":%q}`, i+1, n))
		}
		return `{"success":true,"response":{"organizations":[` + strings.Join(rows, ",") + `]}`
	}
	const refusal = `"errors":[{"code":"ERR300402","messages":"親組織が存在しません。"}]}`
	tests := map[string]struct {
		rows   []native.AkashiNewOrganization
		answer answer
		want   []string
		// errors and left are how many belong to no row.
		errors, left, calls int
	}{
		"all of them": {
			[]native.AkashiNewOrganization{organization("甲"), organization("乙")},
			answer{200, made("甲", "乙") + "}"},
			[]string{"0 APPLIED", "1 APPLIED"},
			0, 0, 1,
		},
		"a row that breaks a rule leaves the others alone": {
			[]native.AkashiNewOrganization{organization("甲/乙"), organization("丙"), organization("")},
			answer{200, made("丙") + "}"},
			[]string{"0 REFUSED BAD_USER_INPUT", "1 APPLIED", "2 REFUSED BAD_USER_INPUT"},
			0, 0, 1,
		},
		"nothing is sent when every row breaks a rule": {
			[]native.AkashiNewOrganization{organization("甲/乙")}, answer{}, []string{"0 REFUSED BAD_USER_INPUT"}, 0, 0, 0,
		},
		"an error that names nobody is about the one row that is left": {
			[]native.AkashiNewOrganization{organization("甲"), organization("乙")},
			answer{200, made("甲") + "," + refusal},
			[]string{"0 APPLIED", "1 REFUSED UPSTREAM_REFUSED ERR300402 親組織が存在しません。"},
			0, 0, 1,
		},
		"an error that may be about either": {
			[]native.AkashiNewOrganization{organization("甲"), organization("乙")},
			answer{200, `{"success":false,` + refusal},
			[]string{
				"0 UNKNOWN UPSTREAM_REFUSED ERR300402 親組織が存在しません。",
				"1 UNKNOWN UPSTREAM_REFUSED ERR300402 親組織が存在しません。",
			},
			1, 0, 1,
		},
		"the request as such is refused": {
			[]native.AkashiNewOrganization{organization("甲"), organization("乙")},
			answer{400, `{"success":false,` + refusal},
			[]string{
				"0 REFUSED UPSTREAM_REFUSED ERR300402 親組織が存在しません。",
				"1 REFUSED UPSTREAM_REFUSED ERR300402 親組織が存在しません。",
			},
			1, 0, 1,
		},
		"an answer about something else": {
			[]native.AkashiNewOrganization{organization("甲")},
			answer{200, made("甲", "丁") + "}"},
			[]string{"0 APPLIED"},
			0, 1, 1,
		},
		"a lost connection": {
			[]native.AkashiNewOrganization{organization("甲")},
			answer{},
			[]string{"0 UNKNOWN UPSTREAM_UNAVAILABLE"},
			0, 0, 1,
		},
		"the quota is used up": {
			[]native.AkashiNewOrganization{organization("甲")},
			answer{429, ""},
			[]string{"0 FAILED UPSTREAM_RATE_LIMITED"},
			0, 0, 1,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &vendor{answers: []answer{tt.answer}}
			got, err := open(t, v).CreateOrganizations(t.Context(), tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			var lines []string
			for _, r := range got.Rows {
				lines = append(lines, told(r.Verdict))
				if (r.Outcome == hr.WriteApplied) != (r.Organization != nil) {
					t.Errorf("row %d is %s with organisation %v", r.Row, r.Outcome, r.Organization)
				}
			}
			if diff := cmp.Diff(tt.want, lines); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			counts := []int{len(got.Errors), len(got.Organizations), len(v.sent)}
			if diff := cmp.Diff([]int{tt.errors, tt.left, tt.calls}, counts); diff != "" {
				t.Errorf("errors of no row, values of no row, calls (-want +got):\n%s", diff)
			}
		})
	}
}

const staff = `{"success":true,"response":{"staffs":[{"staffId":7,"staffNum":"S-007","lastName":"佐藤","firstName":"花"}]}}`

func TestAkashi_deletingDemandsTheStaffNumber(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		confirm string
		answers []answer
		want    string
		calls   int
	}{
		"the number":        {"S-007", []answer{{200, staff}, {200, `{"success":true,"response":{"staff_id":7}}`}}, "0 APPLIED", 2},
		"another number":    {"S-008", []answer{{200, staff}}, "0 REFUSED BAD_USER_INPUT", 1},
		"the id":            {"7", []answer{{200, staff}}, "0 REFUSED BAD_USER_INPUT", 1},
		"nothing":           {"", []answer{{200, staff}}, "0 REFUSED BAD_USER_INPUT", 1},
		"nobody can say":    {"S-007", []answer{{0, ""}}, "0 FAILED UPSTREAM_UNAVAILABLE", 1},
		"the id, no number": {"7", []answer{{200, strings.Replace(staff, "S-007", "", 1)}, {0, ""}}, "0 UNKNOWN UPSTREAM_UNAVAILABLE", 2},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &vendor{answers: tt.answers}
			got, err := open(t, v).DeleteStaff(t.Context(), "7", tt.confirm)
			if err != nil {
				t.Fatal(err)
			}
			if line := told(got.Verdict); line != tt.want {
				t.Errorf("told %q, want %q", line, tt.want)
			}
			if len(v.sent) != tt.calls {
				t.Errorf("sent %d calls, want %d", len(v.sent), tt.calls)
			}
		})
	}
}

func TestAkashi_aRefusedReadSaysWhatTheVendorSaid(t *testing.T) {
	t.Parallel()
	v := &vendor{answers: []answer{{200, `{"success":false,"errors":[{"code":"ERR300402","message":"従業員が存在しません。"}]}`}}}
	_, err := open(t, v).Staff(t.Context(), "7")
	f := fault.From(err)
	if f.Code != fault.UpstreamRefused || f.VendorCode != "ERR300402" || f.VendorMessage != "従業員が存在しません。" {
		t.Errorf("%+v", f)
	}
	if strings.Contains(err.Error(), "従業員") {
		t.Error("the error's text, which may be logged, quotes the vendor")
	}
}

func TestAkashi_noID(t *testing.T) {
	t.Parallel()
	v := &vendor{}
	a := open(t, v)
	for _, id := range []string{"", "0", "-7", "S-007", "99999999999999999999"} {
		_, one := a.Staff(t.Context(), id)
		_, two := a.DeleteTask(t.Context(), "1", id)
		_, three := a.AssignProjectStaffs(t.Context(), "1", nil, []string{"5", id})
		for _, err := range []error{one, two, three} {
			if fault.CodeOf(err) != fault.BadUserInput {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
	if len(v.sent) != 0 {
		t.Errorf("sent %q", v.sent)
	}
}

// TestAkashi_rowsOnTheWire sends named keys and further ones, and an id that
// is none never makes a staff.
func TestAkashi_rowsOnTheWire(t *testing.T) {
	t.Parallel()
	v := &vendor{answers: []answer{{200, `{"success":true,"response":{"staffs":[{"staff_id":7,"staff_code":"S-007"}]}}`}}}
	a := open(t, v)
	code, method := "S-007", "実績基準"
	rows := []native.AkashiWorkingCondition{{
		StaffCode: &code, WorkingCondition: akashi.WorkingCondition{RecountMethod: &method},
		Extra: []native.AkashiKeyValue{{Key: "later", Value: "ON"}},
	}}
	got, err := a.SetWorkingConditions(t.Context(), rows)
	if err != nil {
		t.Fatal(err)
	}
	if line := told(got.Rows[0].Verdict); line != "0 APPLIED" || got.Rows[0].Staff == nil {
		t.Errorf("told %q", line)
	}
	for _, piece := range []string{`"staff_code":"S-007"`, `"recount_method":"実績基準"`, `"later":"ON"`} {
		if !strings.Contains(v.sent[0], piece) {
			t.Errorf("no %s in what was sent", piece)
		}
	}
	rows[0].Extra = append(rows[0].Extra, native.AkashiKeyValue{Key: "later", Value: "OFF"})
	if _, err := a.SetWorkingConditions(t.Context(), rows); fault.CodeOf(err) != fault.BadUserInput {
		t.Errorf("a key twice: %v", err)
	}
	var none akashi.StaffID
	made, err := a.PutStaffs(t.Context(), []native.AkashiStaffInput{{
		StaffID: &none, StaffInput: akashi.StaffInput{LastName: "佐藤", FirstName: "花"},
	}})
	if err != nil || made.Rows[0].Outcome != hr.WriteRefused {
		t.Errorf("staff 0: %v, %v", made, err)
	}
	if len(v.sent) != 1 {
		t.Errorf("%d calls, want 1", len(v.sent))
	}
}
