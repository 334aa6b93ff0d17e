package document

import (
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/hitotsu/hitotsu/internal/fault"
)

const (
	// maxProblems is how many validation errors are reported.
	maxProblems = 20
	// A suggestion costs the product of two names' lengths for every name of
	// the schema that could be meant, so it is looked for only when few names
	// are wrong and none is longer than a name is.
	maxSuggested      = 10
	maxSuggestedBytes = 100
)

// validate applies the specified rules. The document is validated without
// suggestions first, which is cheap whatever is wrong with it.
func (p *Preparer) validate(doc *ast.QueryDocument, longest int) Problems {
	errs := validator.ValidateWithRules(p.schema, doc, quietRules())
	if len(errs) > 0 && len(errs) <= maxSuggested && longest <= maxSuggestedBytes && !p.opts.NoSuggestions {
		errs = validator.ValidateWithRules(p.schema, doc, suggestingRules())
	}
	if len(errs) == 0 {
		return nil
	}
	if n := len(errs); n > maxProblems {
		more := refuse(fault.ValidationFailed, nil, "the document has %d errors; these are the first %d", n, maxProblems)
		return append(fromParser(fault.ValidationFailed, errs[:maxProblems]...), more...)
	}
	return fromParser(fault.ValidationFailed, slices.Clip(errs)...)
}

// suggestingRules is the specification's rules and ours.
func suggestingRules() *rules.Rules {
	r := rules.NewDefaultRules()
	r.AddRule("IntRange", intRange)
	return r
}

// quietRules is the same with the rules that suggest names replaced by their
// twins that do not; no option of gqlparser reaches all of them.
func quietRules() *rules.Rules {
	r := suggestingRules()
	for _, pair := range [][2]core.Rule{
		{rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions},
		{rules.KnownArgumentNamesRule, rules.KnownArgumentNamesRuleWithoutSuggestions},
		{rules.KnownTypeNamesRule, rules.KnownTypeNamesRuleWithoutSuggestions},
		{rules.ScalarLeafsRule, rules.ScalarLeafsRuleWithoutSuggestions},
		{rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions},
	} {
		r.ReplaceRule(pair[0].Name, pair[1].RuleFunc)
	}
	return r
}

// intRange refuses Int literals beyond 32 bits, which gqlparser lets pass up to
// 64.
func intRange(observers *core.Events, addError core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Kind != ast.IntValue || v.Definition == nil || v.Definition.Name != "Int" {
			return
		}
		if _, err := strconv.ParseInt(v.Raw, 10, 32); err != nil {
			addError(core.Message("Int cannot represent a number beyond 32 bits: %s", v.Raw), core.At(v.Position))
		}
	})
}
