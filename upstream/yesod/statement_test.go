package yesod_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func equal(value any) yesod.Condition {
	return yesod.Condition{AttributeID: "a", Operator: "EQ", Value: value}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	const isOne = `{"attributeId":"a","comparisonOperator":"EQ","comparisonValue":1,"referenceIds":null}`
	const isSet = `{"attributeId":"b","comparisonOperator":"ISNOTNULL","referenceIds":null}`
	const where = `{"type":"AttributeQuery","condition":` + isOne + `,"onlyLatestData":false}`
	const changed = `{"type":"DiffQuery","fromCondition":` + isOne + `,"toCondition":` + isSet +
		`,"intervalTarget":"TO","diffType":"IN"}`
	const odd = `{"fromvalues":[],"tovalues":[1]}`
	const result = `{"attributeId":"b","fromvalues":[{"value":1,"validStart":"2026-10-01","validEnd":"9999-12-30"}],` +
		`"tovalues":{"value":"x"}}`
	one, set := yesod.Where(equal(1)), yesod.NotNull("b")
	diff := yesod.Changed(equal(1), set, yesod.TargetTo, yesod.DiffIn)
	for want, s := range map[string]yesod.Statement{
		where:   one,
		changed: diff,
		`{"type":"Logical","op":"AND","conditions":[` + where + `,` + changed + `]}`:                             yesod.All(one, diff),
		`{"type":"Logical","op":"OR","conditions":[{"type":"Logical","op":"AND","conditions":[` + where + `]}]}`: yesod.Any(yesod.All(one)),
	} {
		v := vendortest.Answer(`{"queryResult":[{"id":"m1","conditionResults":[` + odd + `,` + result + `]}]}`)
		got, err := client(t, v).Query(t.Context(), yesod.Query{
			EntityType: yesod.Member, Statement: &s, BaseDate: yesod.MaxLeavingDate, From: "2026-10-01", To: "2026-10-31",
		})
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		entities := []yesod.Entity{{ID: "m1", ConditionResults: []yesod.ConditionResult{
			{JSON: json.RawMessage(odd)},
			{
				Attribute: "b", From: []yesod.Value{{Value: "1", ValidStart: "2026-10-01"}}, To: []yesod.Value{{Value: "x"}},
				JSON: json.RawMessage(result),
			},
		}}}
		if d := cmp.Diff(entities, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if q := v.Last().URL.RawQuery; q != "baseDate=maxLeavingDate&entityType=member&from=2026-10-01&to=2026-10-31" {
			t.Errorf("query %s", q)
		}
		var body struct{ Query any }
		var expected any
		if err := json.Unmarshal([]byte(v.Last().Body), &body); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &expected); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(expected, body.Query); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

func TestStatements_rules(t *testing.T) {
	t.Parallel()
	deep := yesod.Where(equal(1))
	for range 200 {
		deep = yesod.All(deep)
	}
	is := func(operator string, value any) yesod.Query {
		return yesod.Query{Condition: yesod.Condition{AttributeID: "a", Operator: operator, Value: value}}
	}
	of := func(s yesod.Statement) yesod.Query { return yesod.Query{Statement: &s} }
	over := func(base, from, to yesod.Date) yesod.Query {
		return yesod.Query{Condition: yesod.NotNull("a"), BaseDate: base, From: from, To: to}
	}
	for rule, q := range map[string]yesod.Query{
		"operator of a condition": is("PARTIAL", "x"),
		"ISNULL takes no":         is("ISNULL", 1),
		"INCLUDE takes a list":    is("INCLUDE", "x"),
		"EQ takes a text":         is("EQ", []string{"x"}),
		"GT takes a text":         is("GT", map[string]int{}),
		"cannot be written":       is("EQ", func() {}),
		"too deep":                of(deep),
		"statement is empty":      of(yesod.Any(yesod.Statement{})),
		"FROM or TO":              of(yesod.Changed(equal(1), equal(2), "BOTH", yesod.DiffIn)),
		"IN or OUT":               of(yesod.Changed(equal(1), equal(2), yesod.TargetFrom, "")),
		"nothing is joined":       of(yesod.All()),
		"base date is not":        over("2026-13-01", "", ""),
		"interval belongs":        over("2026-11-01", "2026-11-01", ""),
		"interval's ends":         over(yesod.MaxLeavingDate, "x", ""),
		"interval ends before":    over(yesod.MaxLeavingDate, "2026-11-02", "2026-11-01"),
	} {
		v := vendortest.Answer(`{"queryResult":[]}`)
		_, err := client(t, v).Query(t.Context(), q)
		if vendortest.CodeOf(err) != fault.BadUserInput || len(v.Sent) != 0 || !strings.Contains(err.Error(), rule) {
			t.Errorf("%s: %v after %d requests", rule, err, len(v.Sent))
		}
	}
	for operator, value := range map[string]any{
		"EQ": "x", "NE": 1, "GE": true, "PATIAL": "x", "INCLUDE": []string{"x"}, "NOTINCLUDE": []int{1}, "ISNULL": nil,
		"DESCENDANT_OF_OR_EQ": nil,
	} {
		if _, err := client(t, vendortest.Answer(`{"queryResult":[]}`)).Query(t.Context(), is(operator, value)); err != nil {
			t.Errorf("%s: %v", operator, err)
		}
	}
}
