package yesod

import (
	"encoding/json"
	"slices"
)

// Statement is what a query looks for: values of attributes, changes of them, or
// several statements joined. Where, Changed, All and Any make one.
type Statement struct {
	kind       string
	conditions []Condition
	target     IntervalTarget
	diff       DiffType
	parts      []Statement
}

// IntervalTarget and DiffType say which change is meant.
type (
	IntervalTarget string
	DiffType       string
)

// The targets and types of changes.
const (
	TargetFrom IntervalTarget = "FROM"
	TargetTo   IntervalTarget = "TO"
	DiffIn     DiffType       = "IN"
	DiffOut    DiffType       = "OUT"
)

// The kinds of statements, as they are on the wire; joined ones are written as
// Logical with the kind as operator.
const (
	kindAttribute = "AttributeQuery"
	kindDiff      = "DiffQuery"
	kindAll       = "AND"
	kindAny       = "OR"
)

// Where looks for entities with a value.
func Where(c Condition) Statement { return Statement{kind: kindAttribute, conditions: []Condition{c}} }

// Changed looks for entities that went from one condition to another within the
// query's interval.
func Changed(from, to Condition, target IntervalTarget, diff DiffType) Statement {
	return Statement{kind: kindDiff, conditions: []Condition{from, to}, target: target, diff: diff}
}

// All looks for what all statements find.
func All(of ...Statement) Statement { return Statement{kind: kindAll, parts: of} }

// Any looks for what any statement finds.
func Any(of ...Statement) Statement { return Statement{kind: kindAny, parts: of} }

// wire is the statement as it is sent.
func (s Statement) wire() map[string]any {
	switch s.kind {
	case kindAttribute:
		return map[string]any{"type": kindAttribute, "condition": s.conditions[0], "onlyLatestData": false}
	case kindDiff:
		return map[string]any{
			"type": kindDiff, "fromCondition": s.conditions[0], "toCondition": s.conditions[1],
			"intervalTarget": s.target, "diffType": s.diff,
		}
	default:
		parts := make([]map[string]any, len(s.parts))
		for i, p := range s.parts {
			parts[i] = p.wire()
		}
		return map[string]any{"type": "Logical", "op": s.kind, "conditions": parts}
	}
}

// rule returns what is known to be wrong with the statement, "" for nothing.
func (s Statement) rule(depth int) string {
	switch {
	case depth > maxDepth:
		return "the statement is too deep"
	case s.kind == "":
		return "a statement is empty; Where, Changed, All and Any make one"
	case s.kind == kindDiff && s.target != TargetFrom && s.target != TargetTo:
		return "the interval's target is FROM or TO"
	case s.kind == kindDiff && s.diff != DiffIn && s.diff != DiffOut:
		return "the type of a change is IN or OUT"
	case (s.kind == kindAll || s.kind == kindAny) && len(s.parts) == 0:
		return "nothing is joined"
	}
	for _, c := range s.conditions {
		if rule := c.rule(); rule != "" {
			return rule
		}
	}
	for _, p := range s.parts {
		if rule := p.rule(depth + 1); rule != "" {
			return rule
		}
	}
	return ""
}

// rule returns what is known to be wrong with the condition, "" for nothing.
func (c Condition) rule() string {
	// PATIAL is spelt so.
	if !slices.Contains([]string{
		"EQ", "NE", "GE", "GT", "LE", "LT", "FORWARD", "BACKWARD", "PATIAL", "ISNULL", "ISNOTNULL", "INCLUDE", "NOTINCLUDE",
		"DESCENDANT_OF_OR_EQ",
	}, c.Operator) {
		return "the operator of a condition is unknown"
	}
	value, err := json.Marshal(c.Value)
	if err != nil {
		return "the value of a condition cannot be written"
	}
	list := value[0] == '['
	switch c.Operator {
	case "ISNULL", "ISNOTNULL":
		if c.Value != nil {
			return c.Operator + " takes no value"
		}
	case "INCLUDE", "NOTINCLUDE":
		if !list {
			return c.Operator + " takes a list"
		}
	default:
		if list || value[0] == '{' {
			return c.Operator + " takes a text, a number or a boolean"
		}
	}
	return ""
}
