package carely_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

const upserted = `{"data":{"upsertCustomer":{"uuid":"u1","fullname":"山田 太郎","age":"20","errors":null}}}`

func newcomer() carely.CustomerInput {
	return carely.CustomerInput{BranchUuid: "b", EmployeeNumber: "0001", Fullname: "山田 太郎", Gender: "male"}
}

// fullInput has every field of the input table but those that exclude another.
func fullInput() (carely.CustomerInput, map[string]any) {
	mail := false
	in := carely.CustomerInput{
		Uuid: "u1", Bio: "a\nb", BornOn: "2000-01-01", BranchUuid: "b", DepartmentName: "d", Email: "e@example.com",
		EmployeeNumber: "n", EmploymentStatus: "limited", Fullname: "f", FullnameJa: "j", Gender: "female",
		GroupAnalysisName: "g", HasStressCheck: "in_active", JobTitle: "t", JoinOn: "20200101", RetireOn: "2026-01-31",
		RemoveProfilePicture: true, WorkingArrangement: "w", WorkplaceName: "p", HealthInsuranceSymbol: "s",
		HealthInsuranceNumber: "m", HealthcheckUnionName: "u", InsuranceCardName: "c", InsuranceCardNameJa: "k",
		IsSendMail: &mail, LoginId: "l",
	}
	return in, map[string]any{
		"uuid": "u1", "bio": "a\nb", "bornOn": "2000-01-01", "branchUuid": "b", "departmentName": "d",
		"email": "e@example.com", "employeeNumber": "n", "employmentStatus": "limited", "fullname": "f",
		"fullnameJa": "j", "gender": "female", "groupAnalysisName": "g", "hasStressCheck": "in_active", "jobTitle": "t",
		"joinOn": "20200101", "retireOn": "2026-01-31", "removeProfilePicture": true, "workingArrangement": "w",
		"workplaceName": "p", "healthInsuranceSymbol": "s", "healthInsuranceNumber": "m", "healthcheckUnionName": "u",
		"insuranceCardName": "c", "insuranceCardNameJa": "k", "isSendMail": false, "loginId": "l",
	}
}

// TestUpsertCustomer_variables: an absent field must not travel at all.
func TestUpsertCustomer_variables(t *testing.T) {
	t.Parallel()
	full, fullWant := fullInput()
	for name, tc := range map[string]struct {
		in   carely.CustomerInput
		want map[string]any
	}{
		"change": {
			carely.CustomerInput{Uuid: "u1", DepartmentName: "人事  西"},
			map[string]any{"uuid": "u1", "departmentName": "人事  西"},
		},
		"new": {newcomer(), map[string]any{
			"branchUuid": "b", "employeeNumber": "0001", "fullname": "山田 太郎", "gender": "male",
		}},
		"other halves of the pairs": {
			carely.CustomerInput{Uuid: "u1", BranchName: "b", DepartmentUuid: "d", GroupAnalysisUuid: "g", WorkplaceUuid: "w"},
			map[string]any{"uuid": "u1", "branchName": "b", "departmentUuid": "d", "groupAnalysisUuid": "g", "workplaceUuid": "w"},
		},
		"all": {full, fullWant},
	} {
		v := vendortest.Answer(upserted)
		got, err := client(t, v, io.Discard).UpsertCustomer(t.Context(), tc.in, nil)
		if err != nil || got.Uuid != "u1" || got.Age != "20" {
			t.Errorf("%s: %+v, %v", name, got, err)
			continue
		}
		if d := cmp.Diff(map[string]any{"customerInput": tc.want}, variables(t, v, 0)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestUpsertCustomer_rules: what the input table forbids costs no request.
func TestUpsertCustomer_rules(t *testing.T) {
	t.Parallel()
	picture := mustPicture(t, "\x89PNG\r\n\x1a\n")
	changed := func(change func(*carely.CustomerInput)) carely.CustomerInput {
		in := carely.CustomerInput{Uuid: "u1"}
		change(&in)
		return in
	}
	without := func(change func(*carely.CustomerInput)) carely.CustomerInput {
		in := newcomer()
		change(&in)
		return in
	}
	for rule, in := range map[string]carely.CustomerInput{
		"branchUuid or branchName": without(func(in *carely.CustomerInput) { in.BranchUuid = " " }),
		"needs employeeNumber":     without(func(in *carely.CustomerInput) { in.EmployeeNumber = "" }),
		"needs fullname":           without(func(in *carely.CustomerInput) { in.Fullname = "　" }),
		"needs gender":             without(func(in *carely.CustomerInput) { in.Gender = "" }),
		"uuid is blank":            changed(func(in *carely.CustomerInput) { in.Uuid = " " }),
		"branchUuid and branchName": changed(func(in *carely.CustomerInput) {
			in.BranchUuid, in.BranchName = "a", "b"
		}),
		"departmentUuid and departmentName": changed(func(in *carely.CustomerInput) {
			in.DepartmentUuid, in.DepartmentName = "a", "b"
		}),
		"groupAnalysisUuid and groupAnalysisName": changed(func(in *carely.CustomerInput) {
			in.GroupAnalysisUuid, in.GroupAnalysisName = "a", "b"
		}),
		"workplaceUuid and workplaceName": changed(func(in *carely.CustomerInput) {
			in.WorkplaceUuid, in.WorkplaceName = "a", "b"
		}),
		"bornOn is not a day":     changed(func(in *carely.CustomerInput) { in.BornOn = "2026-02-30" }),
		"joinOn is not a day":     changed(func(in *carely.CustomerInput) { in.JoinOn = "2026/02/03" }),
		"retireOn is not a day":   changed(func(in *carely.CustomerInput) { in.RetireOn = "20261301" }),
		"gender is":               changed(func(in *carely.CustomerInput) { in.Gender = "other" }),
		"employmentStatus is":     changed(func(in *carely.CustomerInput) { in.EmploymentStatus = "fired" }),
		"hasStressCheck is":       changed(func(in *carely.CustomerInput) { in.HasStressCheck = "inactive" }),
		"jobTitle holds":          changed(func(in *carely.CustomerInput) { in.JobTitle = "a\x00" }),
		"healthInsuranceSymbol h": changed(func(in *carely.CustomerInput) { in.HealthInsuranceSymbol = "a\nb" }),
		"bio holds":               changed(func(in *carely.CustomerInput) { in.Bio = "a\x1b[0m" }),
		"set and removed":         changed(func(in *carely.CustomerInput) { in.RemoveProfilePicture = true }),
	} {
		v := vendortest.Answer(upserted)
		_, err := client(t, v, io.Discard).UpsertCustomer(t.Context(), in, picture)
		if vendortest.CodeOf(err) != fault.BadUserInput || len(v.Sent) != 0 || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v after %d requests, want none", rule, err, len(v.Sent))
		}
	}
}

func TestUpsertOvertime_rules(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{"data":{"upsertOvertime":{"uuid":"o1","minute":60}}}`)
	c := client(t, v, io.Discard)
	for name, tc := range map[string]struct {
		uuid, month string
		minutes     int
	}{
		"no customer":    {"", "2026-10-01", 1},
		"control":        {"u\x001", "2026-10-01", 1},
		"second day":     {"u1", "2026-10-02", 1},
		"month only":     {"u1", "2026-10", 1},
		"no such month":  {"u1", "20261301", 1},
		"beyond 32 bits": {"u1", "2026-10-01", 1 << 31},
	} {
		if _, err := c.UpsertOvertime(t.Context(), tc.uuid, tc.month, tc.minutes); vendortest.CodeOf(err) != fault.BadUserInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(v.Sent) != 0 {
		t.Errorf("%d requests were sent", len(v.Sent))
	}
	if _, err := c.UpsertOvertime(t.Context(), "u1", "20261001", 0); err != nil || len(v.Sent) != 1 {
		t.Errorf("the form without dashes: %v", err)
	}
}

// TestUpsertCustomer_anotherCustomer: a uuid that is unknown may be taken for a
// new customer.
func TestUpsertCustomer_anotherCustomer(t *testing.T) {
	t.Parallel()
	_, err := client(t, vendortest.Answer(upserted), io.Discard).UpsertCustomer(t.Context(), carely.CustomerInput{Uuid: "u2"}, nil)
	if vendortest.CodeOf(err) != fault.UpstreamBadResponse {
		t.Errorf("%v", err)
	}
}

// busy answers every request as a server under repair.
type busy struct{ requests int }

func (b *busy) RoundTrip(*http.Request) (*http.Response, error) {
	b.requests++
	return &http.Response{StatusCode: 503, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// TestWrites_retries: only what does no more when done twice is sent again.
func TestWrites_retries(t *testing.T) {
	t.Parallel()
	picture := mustPicture(t, "x")
	for name, tc := range map[string]struct {
		call func(context.Context, *carely.Client) error
		want int
	}{
		"upsertOvertime": {func(ctx context.Context, c *carely.Client) error {
			_, err := c.UpsertOvertime(ctx, "u1", "2026-10-01", 1)
			return err
		}, 3},
		"change": {func(ctx context.Context, c *carely.Client) error {
			_, err := c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: "u1"}, nil)
			return err
		}, 3},
		"change of the picture": {func(ctx context.Context, c *carely.Client) error {
			_, err := c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: "u1"}, picture)
			return err
		}, 3},
		"new": {func(ctx context.Context, c *carely.Client) error {
			_, err := c.UpsertCustomer(ctx, newcomer(), nil)
			return err
		}, 1},
		"new with a picture": {func(ctx context.Context, c *carely.Client) error {
			_, err := c.UpsertCustomer(ctx, newcomer(), picture)
			return err
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &busy{}
				tr, err := transport.New(transport.Options{
					System: "carely", Link: "default", Base: b, MaxRetries: 2, Logger: slog.New(slog.DiscardHandler),
				})
				if err != nil {
					t.Fatal(err)
				}
				c, err := carely.New(carely.Options{URL: "https://carely.example", Transport: tr})
				if err != nil {
					t.Fatal(err)
				}
				if err := tc.call(t.Context(), c); vendortest.CodeOf(err) != fault.UpstreamUnavailable || b.requests != tc.want {
					t.Errorf("%v after %d requests, want %d", err, b.requests, tc.want)
				}
			})
		})
	}
}

func mustPicture(t testing.TB, data string) *carely.Picture {
	t.Helper()
	p, err := carely.DecodePicture(base64.StdEncoding.EncodeToString([]byte(data)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestUpsertCustomer_picture: the multipart request in the order its format
// demands.
func TestUpsertCustomer_picture(t *testing.T) {
	t.Parallel()
	for data, want := range map[string]struct{ name, kind string }{
		"\x89PNG\r\n\x1a\n":   {"picture.png", "image/png"},
		"\xff\xd8\xff\xe0abc": {"picture.jpeg", "image/jpeg"},
		"<html><script>":      {"picture", "application/octet-stream"},
	} {
		v := vendortest.Answer(upserted)
		if _, err := client(t, v, io.Discard).UpsertCustomer(t.Context(), newcomer(), mustPicture(t, data)); err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(v.Sent[0].Header.Get("Content-Type"))
		if err != nil || kind != "multipart/form-data" {
			t.Fatalf("%q, %v", v.Sent[0].Header.Get("Content-Type"), err)
		}
		r := multipart.NewReader(strings.NewReader(v.Sent[0].Body), params["boundary"])
		var names, bodies []string
		for {
			p, err := r.NextPart()
			if err != nil {
				break
			}
			b, err := io.ReadAll(p)
			if err != nil {
				t.Fatal(err)
			}
			names, bodies = append(names, p.FormName()), append(bodies, string(b))
			if p.FormName() == "0" && (p.FileName() != want.name || p.Header.Get("Content-Type") != want.kind) {
				t.Errorf("file %q of %q, want %+v", p.FileName(), p.Header.Get("Content-Type"), want)
			}
		}
		if d := cmp.Diff([]string{"operations", "map", "0"}, names); d != "" {
			t.Fatalf("parts (-want +got):\n%s", d)
		}
		var op struct {
			OperationName, Query string
			Variables            map[string]map[string]any
		}
		if err := json.Unmarshal([]byte(bodies[0]), &op); err != nil {
			t.Fatal(err)
		}
		picture, there := op.Variables["customerInput"]["profilePicture"]
		if op.OperationName != "UpsertCustomer" || picture != nil || !there || len(op.Variables["customerInput"]) != 5 {
			t.Errorf("operations %s", bodies[0])
		}
		if bodies[1] != `{"0":["variables.customerInput.profilePicture"]}` || bodies[2] != data {
			t.Errorf("map %s, file %q", bodies[1], bodies[2])
		}
	}
}

func TestDecodePicture(t *testing.T) {
	t.Parallel()
	largest := base64.StdEncoding.EncodeToString(make([]byte, carely.MaxPictureBytes))
	for name, tc := range map[string]struct {
		text string
		ok   bool
	}{
		"padded":       {"YQ==", true},
		"not padded":   {"YQ", true},
		"line breaks":  {"YW\r\nJj\n", true},
		"largest":      {largest, true},
		"a byte more":  {base64.StdEncoding.EncodeToString(make([]byte, carely.MaxPictureBytes+1)), false},
		"far too long": {strings.Repeat("A", 1<<23), false},
		"empty":        {" ", false},
		"not base64":   {vendortest.Body + "!", false},
		"a data URL":   {"data:image/png;base64,YQ==", false},
	} {
		_, err := carely.DecodePicture(tc.text)
		if tc.ok != (err == nil) || !tc.ok && vendortest.CodeOf(err) != fault.BadUserInput {
			t.Errorf("%s: %v", name, err)
		}
		mustNotLeak(t, err, nil)
	}
}

func FuzzDecodePicture(f *testing.F) {
	f.Add("YQ==")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := carely.DecodePicture(text)
		if (p == nil) == (err == nil) || err != nil && vendortest.CodeOf(err) != fault.BadUserInput {
			t.Fatal(p, err)
		}
	})
}
