package yesod

import (
	"slices"
	"strconv"
	"strings"
)

// rowOf is a person in an import: the member, or -1 for somebody new, and the
// lines that speak of them; one row a membership is a layout (facts 1.3.3).
type rowOf struct {
	member int
	lines  []int
}

// importMembers is members/import (facts 1.3.5).
func (p *plan) importMembers() error {
	people := p.match()
	listed := map[string]bool{}
	for _, one := range people {
		m, err := p.person(one)
		if err != nil {
			return err
		}
		listed[m] = true
	}
	if p.job.opts.RetireUnlisted {
		p.retireOthers(listed)
	}
	p.d.members = slices.DeleteFunc(p.d.members, func(m *member) bool { return p.removed[m.id] })
	return nil
}

// match finds the members by number, employee number and mail address, the
// first hit wins; who is not found is new (facts 1.3.5). Keys compare exactly.
func (p *plan) match() []*rowOf {
	keys := []string{identificationNumber, employeeNumber, email}
	known := map[string]map[string]int{}
	for _, key := range keys {
		known[key] = map[string]int{}
		for i, m := range p.d.members {
			for _, v := range m.attrs[key] {
				known[key][asText(v.Value)] = i
			}
		}
	}
	var out []*rowOf
	seen := map[string]*rowOf{}
	for line, row := range p.rows {
		id := "row " + strconv.Itoa(line)
		found := -1
		for _, key := range slices.Backward(keys) {
			text, _ := p.m.one(key, row, p.job.opts)
			if text == "" {
				continue
			}
			if i, ok := known[key][text]; ok {
				found = i
			} else if found < 0 {
				id = key + " " + text
			}
		}
		if found >= 0 {
			id = "member " + strconv.Itoa(found)
		}
		if seen[id] == nil {
			seen[id] = &rowOf{member: found}
			out = append(out, seen[id])
		}
		seen[id].lines = append(seen[id].lines, line)
	}
	return out
}

// person works out the rows of one member and returns the id.
func (p *plan) person(one *rowOf) (string, error) {
	first := one.lines[0]
	day, err := p.dayOf(first)
	if err != nil {
		return "", err
	}
	enter, enterColumn, err := p.dateCell(enterDate, first)
	if err != nil {
		return "", err
	}
	index := one.member
	if index < 0 {
		if enter != "" {
			day = enter
		}
		index = p.join(day)
	}
	m := p.edit(index)
	if enter != "" && enter != m.entered {
		p.moveEntry(m, enter)
		p.note(enter, m.id, enterDate, source{first, []int{enterColumn}})
	}
	// Changes for somebody still to come hold from the first day.
	day = max(day, m.entered)
	if err := p.setPlain(m, day, one.lines); err != nil {
		return "", err
	}
	for _, kind := range groupKinds() {
		if err := p.setMemberships(m, kind, day, one.lines); err != nil {
			return "", err
		}
	}
	leave, column, err := p.dateCell(retireDate, first)
	switch {
	case err != nil:
		return "", err
	case leave == "" || leave == m.left:
	case leave < m.entered:
		return "", rowError(first, "the leave date is before the join date")
	default:
		p.retire(m, leave, source{first, []int{column}})
	}
	return m.id, nil
}

func (p *plan) dateCell(keyword string, line int) (day string, column int, err error) {
	text, column := p.m.one(keyword, p.rows[line], p.job.opts)
	if text == "" {
		return "", column, nil
	}
	day, ok := parseDay(text)
	if !ok {
		err = rowError(line, keyword+" must be YYYY-MM-DD")
	}
	return day, column, err
}

// join adds somebody new; the change date is the join date (facts 1.3.5).
func (p *plan) join(day string) int {
	m := &member{id: newID(p.d.seed, kindMember, p.newKey()), attrs: values{}, entered: day}
	m.attrs.add(enrollment, enrolled, nilID, day, forever)
	p.own[m.id] = true
	p.d.members = append(p.d.members, m)
	p.note(day, m.id, enrollment, nowhere())
	return len(p.d.members) - 1
}

// moveEntry corrects the join date.
func (p *plan) moveEntry(m *member, day string) {
	for _, list := range m.attrs {
		for i := range list {
			if list[i].ValidStart == m.entered {
				list[i].ValidStart = day
			}
		}
	}
	m.entered = day
}

// setPlain sets what belongs to no membership. An empty cell says nothing.
func (p *plan) setPlain(m *member, day string, lines []int) error {
	for _, a := range p.d.catalogue {
		if p.m[a.id] == nil || belongs(a.id) {
			continue
		}
		for _, line := range lines {
			text, column := p.m.one(a.id, p.rows[line], p.job.opts)
			if text == "" {
				continue
			}
			value, err := p.convert(a, text, line)
			if err != nil {
				return err
			}
			if m.attrs.set(a.id, Value{SetID: nilID, ValidStart: day, ValidEnd: forever, Value: value}) {
				p.note(day, m.id, a.id, source{line, []int{column}})
			}
		}
	}
	return nil
}

// convert makes a value of a cell: optionMapping first, then one of the options
// of a select, or a number. What a select does not know is refused; ours.
func (p *plan) convert(a attribute, text string, line int) (any, error) {
	switch a.dataType {
	case typeSelect:
		for pair := range strings.SplitSeq(p.job.opts.OptionMapping, "\n") {
			from, to, ok := strings.Cut(pair, ":")
			if ok && strings.TrimSpace(from) == text {
				text = strings.TrimSpace(to)
				break
			}
		}
		for _, o := range a.options {
			if text == o.ja || text == o.en || text == newID(p.d.seed, "option", a.id+o.ja) {
				return o.ja, nil
			}
		}
		return nil, rowError(line, "no such option of "+a.id)
	case typeNumber:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, rowError(line, "a number is needed for "+a.id)
		}
		return n, nil
	}
	return text, nil
}

// retire ends what belongs to the employment after the last day. Retiring on
// the day of joining removes the person (facts 1.3.5).
func (p *plan) retire(m *member, last string, from source) {
	if last == m.entered {
		p.removed[m.id] = true
		p.note(last, m.id, retireDate, from)
		return
	}
	for _, attribute := range m.attrs.end("", last) {
		p.note(last, m.id, attribute, from)
	}
	if m.attrs.set(enrollment, Value{SetID: nilID, ValidStart: last, ValidEnd: forever, Value: retired}) {
		p.note(last, m.id, enrollment, from)
	}
	m.left = last
}

// retireOthers retires on the change date who is employed then and not listed,
// but for those who are exempt or outside of the subtrees.
func (p *plan) retireOthers(listed map[string]bool) {
	day := p.job.day
	for i, m := range p.d.members {
		now := p.d.on(m.attrs, day)
		switch {
		case listed[m.id], m.left != "" && m.left <= day, len(now[companyName]) == 0:
			continue
		case slices.Contains(p.job.opts.AvoidUnlistedEmails, now.text(email)):
			continue
		}
		inside := true
		for _, kind := range groupKinds() {
			root := p.job.opts.root(kind)
			if root != "" && !slices.ContainsFunc(now.references(namesOf(kind).name), func(id string) bool {
				return p.d.below(id, []string{root})
			}) {
				inside = false
			}
		}
		if inside {
			p.retire(p.edit(i), day, nowhere())
		}
	}
}
