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
}

type condition struct {
	AttributeID string          `json:"attributeId"`
	Operator    string          `json:"comparisonOperator"`
	Value       json.RawMessage `json:"comparisonValue"`
	// ReferenceIDs is mandatory, an array or null.
	ReferenceIDs json.RawMessage `json:"referenceIds"`
}

// test is a query that was understood; it is asked about an entity's values of
// one day. attributes are those it looks at.
type test struct {
	match      func(values) bool
	attributes []string
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
	}
	and := n.Op == "AND"
	all.match = func(v values) bool {
		for _, part := range parts {
			if part.match(v) != and {
				return !and
			}
		}
		return and
	}
	return all, nil
}

func (d *data) compileCondition(c condition) (test, error) {
	if _, ok := d.attributes[c.AttributeID]; !ok {
		return test{}, errAttribute
	}
	// An absent key is no JSON, so it is refused here as well.
	var refs []string
	if json.Unmarshal(c.ReferenceIDs, &refs) != nil {
		return test{}, errReference
	}
	match, err := d.operator(c, refs)
	if err != nil {
		return test{}, err
	}
	return test{
		match:      func(v values) bool { return match(v[c.AttributeID]) },
		attributes: []string{c.AttributeID},
	}, nil
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
