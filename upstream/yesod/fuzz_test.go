package yesod_test

import (
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// FuzzConditionResults: the rows of an answer to statements, whose form only a
// sample shows.
func FuzzConditionResults(f *testing.F) {
	f.Add([]byte(`{"queryResult":[{"id":"m1","conditionResults":[{"attributeId":"x","attributeLabel":"n",
		"fromvalues":[{"value":"a","validStart":"2026-01-01","validEnd":"9999-12-30"}],"tovalues":[]}]}]}`))
	f.Add([]byte(`{"queryResult":{"id":"m1","conditionResults":{"attributeId":7,"values":{"value":true}}}}`))
	f.Add([]byte(`{"queryResult":[{"id":"m1","conditionResults":[1,null,"x",[]]}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		both := yesod.Changed(yesod.NotNull("x"), yesod.NotNull("x"), yesod.TargetTo, yesod.DiffIn)
		_, err := client(t, vendortest.Answer(string(body))).Query(t.Context(), yesod.Query{
			EntityType: yesod.Member, Statement: &both, BaseDate: yesod.MaxLeavingDate,
		})
		if code := vendortest.CodeOf(err); code == fault.Internal || code == "not a *fault.Error" {
			t.Fatal(err)
		}
		mustNotLeak(t, err, nil)
	})
}
