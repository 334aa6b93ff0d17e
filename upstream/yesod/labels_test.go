package yesod_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func masterReads() []method {
	return []method{
		{"GroupTree", func(ctx context.Context, c *yesod.Client) (any, error) {
			return c.GroupTree(ctx, yesod.Organization, "2026-11-01")
		}},
		{"AttributeLabels", func(ctx context.Context, c *yesod.Client) (any, error) { return c.AttributeLabels(ctx) }},
		{"SelectOptions", func(ctx context.Context, c *yesod.Client) (any, error) { return c.SelectOptions(ctx, entity) }},
		{"Histories", func(ctx context.Context, c *yesod.Client) (any, error) { return c.Histories(ctx, entity) }},
		{"AuthorityTasks", func(ctx context.Context, c *yesod.Client) (any, error) {
			return c.AuthorityTasks(ctx, "2026-11-01", 14)
		}},
	}
}

const (
	treeBody = `{"date":"2026-11-01","timestamp":"2026-11-01T00:00:00Z","groups":[{"entityId":"o1","name":"第一部",
		"attributes":[{"attributeId":"x","attributeLabel":"n","values":[{"setId":"AAAAAAAAAAAAAAAAAAAAAA",
		"validStart":"2020-01-01","validEnd":"9999-12-30","value":7}]}]}]}`
	labelsBody = `[{"attributeId":"x","attributeLabel":{"ja_JP":"会社","en_US":"Company"},"referenceType":"company","dataType":"reference"},
		{"attributeId":"y","attributeLabel":"古い","referenceType":null,"dataType":"string"}]`
	optionsBody = `[{"attributeId":"x","attributeLabel":"区分","optionId":"p1","labels":{"ja_JP":"正社員","en_UN":"Regular"},"order":1,"selectable":true},
		{"attributeId":"x","attributeLabel":{"ja_JP":"区分"},"optionId":"p2","labels":{"ja_JP":"契約","en_US":"Contract"},"order":"2","selectable":false}]`
	historiesBody = `{"histories":[{"date":"2026-04-01","changedAttributes":[
		{"previosValue":"a","value":"b","dataType":"string","attributeId":"x","attributeLabel":"名","referenceId":"AAAAAAAAAAAAAAAAAAAAAA",
		"setId":"s","entityId":"e","date":"2026-04-01"},
		{"previousValue":1,"value":[1,2],"referenceId":"r","referenceName":"部","referenceType":"organization"},
		{"previosValue":null,"value":null}]},{"date":"2026-05-01","changedAttributes":[]}]}`
	tasksBody = `{"tasks":[{"task":{"id":"t1","applicationDate":"2026-11-02","status":"todo","taskNumber":12,"changeDate":"2026-11-03"},
		"changeRequest":{"id":"c1","approveAt":"2026-11-01T09:00:00","name":"入社"},
		"member":{"id":"m1","type":"member","name":"山田","email":"a@example.com","date":"2026-11-03","identificationNumber":"7",
			"companies":[{"id":"k1","type":"company","name":"社","depth":1,"employeeNumber":"0001"}],
			"organizations":[{"id":"o2","type":"organization","name":"課","code":"2","depth":2,"parent":{"id":"o1","name":"部","depth":1}}],
			"attributes":[{"entityId":"m1","entityType":"member","dataType":"string","attributeId":"x","attributeLabel":"名","value":true,
				"connectionAttributeKey":"k"},{"attributeExpression":"a+b","value":null}]},
		"connection":{"id":"n1","type":"connection","name":"メール"},
		"staffs":[{"id":"s1","name":"係","email":null,"type":"member"}],
		"action":{"type":"grant","allocation":{"id":"l1","name":"枠","integrationType":"priority"},"roles":[{"code":"r","name":"閲覧"}]},
		"relatedTasks":[{"task":{"id":"t0","taskNumber":"11"},"relation":{"code":"0002","message":"先"}}],
		"job":{"id":"j1","code":"9","message":"済"}},
		{"task":{"id":"t2"},"changeRequest":{"approvedAt":"x"}}]}`
)

func TestMasterReads_requests(t *testing.T) {
	t.Parallel()
	for i, want := range []struct{ uri, body string }{
		{"/api/v20.06/groupTree?date=2026-11-01&groupType=organization", treeBody},
		{"/api/v21.07/attributeLabel", labelsBody},
		{"/api/v25.04/options?attributeId=" + entity, optionsBody},
		{"/api/v22.10/members/" + entity + "/histories", historiesBody},
		{"/api/v22.10/authorityTasks?days=14&from=2026-11-01", tasksBody},
	} {
		v := vendortest.Answer(want.body)
		m := masterReads()[i]
		if _, err := m.call(t.Context(), client(t, v)); err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		if v.Last().Method != http.MethodGet || v.Last().URL.RequestURI() != want.uri || v.Last().Body != "" {
			t.Errorf("%s: %s %s with %q", m.name, v.Last().Method, v.Last().URL.RequestURI(), v.Last().Body)
		}
	}
}

func TestMasterReads_decode(t *testing.T) {
	t.Parallel()
	one, two := 1, 2
	task := yesod.AuthorityTask{
		ID: "t1", TaskNumber: "12", Status: "todo", Application: "2026-11-02", ChangeDate: "2026-11-03",
		Member: yesod.TaskMember{
			Named: yesod.Named{ID: "m1", Type: "member", Name: "山田", Attributes: []yesod.TaskAttribute{
				{
					EntityID: "m1", EntityType: "member", DataType: "string", AttributeID: "x",
					AttributeLabel: yesod.Label{Japanese: "名"}, Value: "true", ConnectionKey: "k",
				},
				{Expression: "a+b"},
			}},
			Date: "2026-11-03", Email: "a@example.com", IdentificationNumber: "7",
			Companies: []yesod.Named{{ID: "k1", Type: "company", Name: "社", Depth: 1, EmployeeNumber: "0001"}},
			Organizations: []yesod.Named{{
				ID: "o2", Type: "organization", Name: "課", Code: "2", Depth: 2,
				Parent: &yesod.Named{ID: "o1", Name: "部", Depth: 1},
			}},
		},
		Connection: yesod.Named{ID: "n1", Type: "connection", Name: "メール"},
		Staffs:     []yesod.TaskStaff{{ID: "s1", Name: "係", Type: "member"}},
		Action:     yesod.TaskAction{Type: "grant", Roles: []yesod.Role{{"r", "閲覧"}}},
		Related:    []yesod.RelatedTask{{"t0", "11", "0002", "先"}},
	}
	task.Change.ID, task.Change.Name, task.Change.ApprovedAt = "c1", "入社", "2026-11-01T09:00:00"
	task.Action.Allocation.ID, task.Action.Allocation.Name = "l1", "枠"
	task.Action.Allocation.Integration = "priority"
	task.Job.ID, task.Job.Code, task.Job.Message = "j1", "9", "済"
	least := yesod.AuthorityTask{ID: "t2"}
	least.Change.ApprovedAt = "x"
	for i, tc := range []struct {
		body string
		want any
	}{
		{treeBody, []yesod.TreeGroup{{ID: "o1", Name: "第一部", Attributes: []yesod.Attribute{
			{ID: "x", Values: []yesod.Value{{Value: "7", ValidStart: "2020-01-01"}}},
		}}}},
		{labelsBody, []yesod.AttributeLabel{
			{"x", yesod.Label{"会社", "Company"}, "company", "reference"},
			{"y", yesod.Label{Japanese: "古い"}, "", "string"},
		}},
		{optionsBody, []yesod.SelectOption{
			{
				ID: "p1", AttributeID: "x", AttributeLabel: yesod.Label{Japanese: "区分"},
				Label: yesod.Label{"正社員", "Regular"}, Order: &one, Selectable: true,
			},
			{
				ID: "p2", AttributeID: "x", AttributeLabel: yesod.Label{Japanese: "区分"},
				Label: yesod.Label{"契約", "Contract"}, Order: &two,
			},
		}},
		{historiesBody, []yesod.History{
			{Date: "2026-04-01", Changes: []yesod.AttributeChange{
				{
					Date: "2026-04-01", AttributeID: "x", AttributeLabel: yesod.Label{Japanese: "名"}, DataType: "string",
					PreviousValue: "a", Value: "b", SetID: "s", EntityID: "e",
				},
				{PreviousValue: "1", Value: "[1,2]", ReferenceID: "r", ReferenceName: "部", ReferenceType: yesod.Organization},
				{},
			}},
			{Date: "2026-05-01"},
		}},
		{tasksBody, []yesod.AuthorityTask{task, least}},
	} {
		m := masterReads()[i]
		got, err := m.call(t.Context(), client(t, vendortest.Answer(tc.body)))
		if err != nil {
			t.Errorf("%s: %v", m.name, err)
			continue
		}
		if d := cmp.Diff(tc.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", m.name, d)
		}
	}
}

func TestMasterReads_failures(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		code   fault.Code
	}{
		"400":     {400, `{"message":"` + vendortest.Body + `"}`, fault.UpstreamRefused},
		"401":     {401, vendortest.Body, fault.UpstreamUnauthorized},
		"404":     {404, vendortest.Body, fault.UpstreamRefused},
		"500":     {500, "<html>" + vendortest.Body, fault.UpstreamUnavailable},
		"page":    {200, "<html>" + vendortest.Body, fault.UpstreamBadResponse},
		"empty":   {200, "", fault.UpstreamBadResponse},
		"null":    {200, "null", fault.UpstreamBadResponse},
		"text":    {200, `"` + vendortest.Body + `"`, fault.UpstreamBadResponse},
		"object":  {200, `{}`, fault.UpstreamBadResponse},
		"no id":   {200, `{"groups":[{"name":"` + vendortest.Body + `"}],"histories":[{"date":"x"}],"tasks":[{"task":{}}]}`, fault.UpstreamBadResponse},
		"no ids":  {200, `[{"attributeLabel":"` + vendortest.Body + `"}]`, fault.UpstreamBadResponse},
		"cut":     {200, `[{"attributeId":"` + vendortest.Body, fault.UpstreamBadResponse},
		"nil ids": {200, `[{"attributeId":"AAAAAAAAAAAAAAAAAAAAAA","optionId":"o"}]`, fault.UpstreamBadResponse},
	} {
		for _, m := range masterReads() {
			var logs bytes.Buffer
			c, err := yesod.New(options(t, vendortest.Fail(tc.status, tc.body), &logs))
			if err != nil {
				t.Fatal(err)
			}
			_, err = m.call(t.Context(), c)
			if vendortest.CodeOf(err) != tc.code {
				t.Errorf("%s, %s: %v, want %s", m.name, name, err, tc.code)
			}
			mustNotLeak(t, err, &logs)
		}
	}
}

func TestMasterReads_rules(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(`{}`)
	c := client(t, v)
	for name, call := range map[string]func() error{
		"tree of members": func() error { _, err := c.GroupTree(t.Context(), yesod.Member, ""); return err },
		"tree, no day":    func() error { _, err := c.GroupTree(t.Context(), yesod.Office, "2026-13-01"); return err },
		"tree, last day":  func() error { _, err := c.GroupTree(t.Context(), yesod.Office, yesod.MaxLeavingDate); return err },
		"options":         func() error { _, err := c.SelectOptions(t.Context(), "x"); return err },
		"histories":       func() error { _, err := c.Histories(t.Context(), "../../x"); return err },
		"histories, nil":  func() error { _, err := c.Histories(t.Context(), yesod.NilID); return err },
		"tasks":           func() error { _, err := c.AuthorityTasks(t.Context(), "", 1); return err },
		"tasks, days":     func() error { _, err := c.AuthorityTasks(t.Context(), "2026-11-01", -1); return err },
	} {
		if err := call(); vendortest.CodeOf(err) != fault.BadUserInput {
			t.Errorf("%s: %v", name, err)
		}
	}
	if len(v.Sent) != 0 {
		t.Errorf("%d requests were sent", len(v.Sent))
	}
}

func TestPaths(t *testing.T) {
	t.Parallel()
	v := vendortest.Answer(historiesBody)
	o := options(t, v, io.Discard)
	o.BaseURL += "/proxy"
	o.Paths.MemberHistories = "/v1/{memberId}/h"
	c, err := yesod.New(o)
	if err != nil {
		t.Fatal(err)
	}
	// The two forms of an id are one id.
	if _, err := c.Histories(t.Context(), "e09f7030-f803-4099-a48b-dc9c7f1f99ee"); err != nil ||
		v.Last().URL.Path != "/proxy/v1/4J9wMPgDQJmki9ycfx-Z7g/h" {
		t.Errorf("%v, %s", err, v.Last().URL)
	}
	for name, p := range map[string]yesod.Paths{
		"no slash":   {GroupTree: "tree"},
		"query":      {AuthorityTasks: "/t?x=1"},
		"no place":   {MemberHistories: "/histories"},
		"odd place":  {MembersImport: "/{memberId}/import"},
		"a fragment": {ProjectTransactionsImportAndApply: "/a#b"},
	} {
		o := options(t, v, io.Discard)
		o.Paths = p
		if _, err := yesod.New(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzMasterReads(f *testing.F) {
	for _, body := range []string{treeBody, labelsBody, optionsBody, historiesBody, tasksBody} {
		f.Add([]byte(body))
	}
	f.Add([]byte(`{"tasks":[{"task":{"id":"t"},"connection":` + strings.Repeat(`{"parent":`, 200) + "null" + strings.Repeat("}", 200) + `}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, m := range masterReads() {
			_, err := m.call(t.Context(), client(t, vendortest.Answer(string(body))))
			if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
				t.Fatalf("%s: %v", m.name, err)
			}
			mustNotLeak(t, err, nil)
		}
	})
}
