package yesod

import (
	"encoding/json"
	"slices"
	"time"
)

// diffTest is a DiffQuery that was understood. What it means is ours, as only
// its form is documented (facts 1.4.1): it finds a change on a day D on which
// fromCondition held the day before and toCondition holds, and that begins
// toCondition (diffType IN) or ends fromCondition (OUT). intervalTarget says
// which of the two days must lie in the interval, whose end is excluded.
type diffTest struct {
	fromAttribute, toAttribute string
	from, to                   func(values) bool
	target, kind               string
}

// diffReply is a row of conditionResults; its two lists are all lower case
// (facts 1.4.2).
type diffReply struct {
	AttributeID    string  `json:"attributeId"`
	AttributeLabel string  `json:"attributeLabel"`
	FromValues     []Value `json:"fromvalues"`
	ToValues       []Value `json:"tovalues"`
}

func (d *data) compileDiff(n *node) (test, error) {
	if n.FromCondition == nil || n.ToCondition == nil ||
		!slices.Contains([]string{"FROM", "TO"}, n.IntervalTarget) || !slices.Contains([]string{"IN", "OUT"}, n.DiffType) {
		return test{}, errQuery
	}
	dt := diffTest{
		fromAttribute: n.FromCondition.AttributeID, toAttribute: n.ToCondition.AttributeID,
		target: n.IntervalTarget, kind: n.DiffType,
	}
	for _, side := range []struct {
		c  condition
		to *func(values) bool
	}{{*n.FromCondition, &dt.from}, {*n.ToCondition, &dt.to}} {
		if side.c.ReferenceIDs == nil {
			// The document's own sample leaves it out here (facts 1.4.1).
			side.c.ReferenceIDs = json.RawMessage("null")
		}
		match, err := d.matcher(side.c)
		if err != nil {
			return test{}, err
		}
		*side.to = match
	}
	return test{
		match: func(e subject) bool { _, found := dt.find(e); return found },
		diffs: []diffTest{dt},
	}, nil
}

// find returns the day of the first change that fits.
func (dt diffTest) find(e subject) (string, bool) {
	for _, day := range e.all.days() {
		before := dayAfter(day, -1)
		target := day
		if dt.target == "FROM" {
			target = before
		}
		if target < e.over.From || target >= e.over.To {
			continue
		}
		old, now := e.d.on(e.all, before), e.d.on(e.all, day)
		if !dt.from(old) || !dt.to(now) {
			continue
		}
		if dt.kind == "IN" && !dt.to(old) || dt.kind == "OUT" && !dt.from(now) {
			return day, true
		}
	}
	return "", false
}

// days are those on which a value begins or has just ended, in order.
func (v values) days() []string {
	var out []string
	for _, list := range v {
		for _, one := range list {
			out = append(out, one.ValidStart)
			if one.ValidEnd != forever {
				out = append(out, dayAfter(one.ValidEnd, 1))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// dayAfter is n days after a date.
func dayAfter(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// conditionResults are the values that the query looked at.
func (d *data) conditionResults(t test, e subject) []any {
	out := []any{}
	for _, a := range d.selectAttributes(e.now, t.attributes) {
		out = append(out, a)
	}
	for _, dt := range t.diffs {
		day, found := dt.find(e)
		if !found {
			continue
		}
		old, now := d.on(e.all, dayAfter(day, -1)), d.on(e.all, day)
		row := diffReply{AttributeID: dt.toAttribute, AttributeLabel: d.attributes[dt.toAttribute].ja}
		row.FromValues = append([]Value{}, old[dt.fromAttribute]...)
		row.ToValues = append([]Value{}, now[dt.toAttribute]...)
		out = append(out, row)
	}
	return out
}
