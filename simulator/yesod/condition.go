package yesod

import (
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
)

// maxDepth bounds nested queries; ours.
const maxDepth = 16

// node is a query as it is sent (facts 1.4.1).
type node struct {
	Type           string     `json:"type"`
	Condition      *condition `json:"condition"`
	OnlyLatestData bool       `json:"onlyLatestData"`
	Op             string     `json:"op"`
	Conditions     []node     `json:"conditions"`

	// Of a DiffQuery.
	FromCondition  *condition `json:"fromCondition"`
	ToCondition    *condition `json:"toCondition"`
	IntervalTarget string     `json:"intervalTarget"`
	DiffType       string     `json:"diffType"`
}

type condition struct {
	AttributeID string          `json:"attributeId"`
	Operator    string          `json:"comparisonOperator"`
	Value       json.RawMessage `json:"comparisonValue"`
	// ReferenceIDs is mandatory, an array or null.
	ReferenceIDs json.RawMessage `json:"referenceIds"`
}

// subject is an entity that a query looks at: its values of the day, all there
// ever were, and the interval of the query.
type subject struct {
	d        *data
	now, all values
	over     interval
}

// test is a query that was understood. attributes are those it looks at, diffs
// the changes it looks for.
type test struct {
	match      func(subject) bool
	attributes []string
	diffs      []diffTest
}

var (
	errQuery     = errors.New("query is missing or of an unknown type")
	errAttribute = errors.New("attributeId is unknown")
	errOperator  = errors.New("comparisonOperator is unknown or does not fit comparisonValue")
	errReference = errors.New("referenceIds must be an array of ids or null")
)

// compile checks a query and makes a test of it.
func (d *data) compile(n *node, depth int) (test, error) {
	switch {
	case n == nil || depth > maxDepth:
		return test{}, errQuery
	case n.Type == "AttributeQuery" && n.Condition != nil:
		return d.compileCondition(*n.Condition)
	case n.Type == "DiffQuery":
		return d.compileDiff(n)
	case n.Type == "Logical" && len(n.Conditions) > 0 && (n.Op == "AND" || n.Op == "OR"):
	default:
		return test{}, errQuery
	}
	var all test
	var parts []test
	for i := range n.Conditions {
		part, err := d.compile(&n.Conditions[i], depth+1)
		if err != nil {
			return test{}, err
		}
		parts = append(parts, part)
		all.attributes = append(all.attributes, part.attributes...)
		all.diffs = append(all.diffs, part.diffs...)
	}
	and := n.Op == "AND"
	all.match = func(e subject) bool {
		for _, part := range parts {
			if part.match(e) != and {
				return !and
			}
		}
		return and
	}
	return all, nil
}

func (d *data) compileCondition(c condition) (test, error) {
	match, err := d.matcher(c)
	if err != nil {
		return test{}, err
	}
	return test{
		match:      func(e subject) bool { return match(e.now) },
		attributes: []string{c.AttributeID},
	}, nil
}

// matcher makes the test of a condition on the values of one day.
func (d *data) matcher(c condition) (func(values) bool, error) {
	if _, ok := d.attributes[c.AttributeID]; !ok {
		return nil, errAttribute
	}
	// An absent key is no JSON, so it is refused here as well.
	var refs []string
	if json.Unmarshal(c.ReferenceIDs, &refs) != nil {
		return nil, errReference
	}
	match, err := d.operator(c, refs)
	if err != nil {
		return nil, err
	}
	return func(v values) bool { return match(v[c.AttributeID]) }, nil
}

// operator makes the test of one attribute's values. Where an attribute has
// several values, one that fits is enough; a negation wants none that fits.
func (d *data) operator(c condition, refs []string) (func([]Value) bool, error) {
	absent := len(c.Value) == 0 || string(c.Value) == "null"
	switch c.Operator {
	case "ISNULL", "ISNOTNULL":
		if !absent {
			return nil, errOperator
		}
		return func(v []Value) bool { return (len(v) == 0) == (c.Operator == "ISNULL") }, nil
	case "DESCENDANT_OF_OR_EQ":
		if len(refs) == 0 {
			return nil, errReference
		}
		return some(func(v Value) bool { return d.below(v.ReferenceID, refs) }), nil
	}
	fits, err := comparison(c, absent, refs)
	if err != nil {
		return nil, err
	}
	if c.Operator == "NE" || c.Operator == "NOTINCLUDE" {
		return func(v []Value) bool { return !slices.ContainsFunc(v, fits) }, nil
	}
	return some(fits), nil
}

func some(fits func(Value) bool) func([]Value) bool {
	return func(v []Value) bool { return slices.ContainsFunc(v, fits) }
}

// comparison makes the test of one value, without the negation.
func comparison(c condition, absent bool, refs []string) (func(Value) bool, error) {
	equality := c.Operator == "EQ" || c.Operator == "NE" || c.Operator == "INCLUDE" || c.Operator == "NOTINCLUDE"
	if absent {
		// Without a value, equality is with the group that a value points to.
		if !equality || len(refs) == 0 {
			return nil, errOperator
		}
		return func(v Value) bool { return slices.Contains(refs, v.ReferenceID) }, nil
	}
	var list []any
	if strings.HasSuffix(c.Operator, "INCLUDE") {
		if json.Unmarshal(c.Value, &list) != nil {
			return nil, errOperator
		}
	} else {
		var one any
		if json.Unmarshal(c.Value, &one) != nil {
			return nil, errOperator
		}
		list = []any{one}
	}
	var wanted []string
	for _, v := range list {
		switch v.(type) {
		case string, bool, float64:
			wanted = append(wanted, asText(v))
		default:
			return nil, errOperator
		}
	}
	if equality {
		return func(v Value) bool { return slices.Contains(wanted, asText(v.Value)) }, nil
	}
	return ordering(c.Operator, wanted[0])
}

func ordering(operator, wanted string) (func(Value) bool, error) {
	on := func(fits func(have string) bool) func(Value) bool {
		return func(v Value) bool { return fits(asText(v.Value)) }
	}
	switch operator {
	case "FORWARD":
		return on(func(have string) bool { return strings.HasPrefix(have, wanted) }), nil
	case "BACKWARD":
		return on(func(have string) bool { return strings.HasSuffix(have, wanted) }), nil
	case "PATIAL": // spelt so (facts 1.4.1)
		return on(func(have string) bool { return strings.Contains(have, wanted) }), nil
	case "GE":
		return on(func(have string) bool { return compare(have, wanted) >= 0 }), nil
	case "GT":
		return on(func(have string) bool { return compare(have, wanted) > 0 }), nil
	case "LE":
		return on(func(have string) bool { return compare(have, wanted) <= 0 }), nil
	case "LT":
		return on(func(have string) bool { return compare(have, wanted) < 0 }), nil
	}
	return nil, errOperator
}

func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// compare orders two numbers as numbers and everything else as text.
func compare(a, b string) int {
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	switch {
	case errX != nil || errY != nil:
		return strings.Compare(a, b)
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// below reports whether the group is one of those or lies below one.
func (d *data) below(id string, roots []string) bool {
	for g := d.byID[id]; g != nil; g = g.parent {
		if slices.Contains(roots, g.id) {
			return true
		}
	}
	return false
}
