package yesod

import (
	"maps"
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

// membership is a group that the rows want for a member, and what belongs to
// it.
type membership struct {
	group  *group
	values map[string]any // by attribute
	at     map[string]source
}

// setMemberships brings a kind of membership to what the rows say.
func (p *plan) setMemberships(m *member, kind, day string, lines []int) error {
	names := namesOf(kind)
	wanted, err := p.wanted(m, kind, day, lines)
	if err != nil {
		return err
	}
	now := p.d.on(m.attrs, day)
	for _, ms := range wanted {
		set := newID(p.d.seed, "set", m.id+ms.group.id)
		if !slices.Contains(now.references(names.name), ms.group.id) {
			if !p.mayChange(ms.group) {
				continue
			}
			p.attach(m, ms, set, day)
		}
		for _, a := range slices.Sorted(maps.Keys(ms.values)) {
			v := Value{SetID: set, ValidStart: day, ValidEnd: m.until(), Value: ms.values[a]}
			if m.attrs.set(a, v) {
				p.note(day, m.id, a+set, ms.at[a])
			}
		}
	}
	if !p.names(kind) || len(wanted) == 0 {
		return nil
	}
	for _, v := range now[names.name] {
		g := p.d.byID[v.ReferenceID]
		gone := !slices.ContainsFunc(wanted, func(ms *membership) bool { return ms.group.id == v.ReferenceID })
		if gone && p.mayChange(g) {
			for _, a := range m.attrs.end(v.SetID, dayAfter(day, -1)) {
				p.note(day, m.id, a+v.SetID, wanted[0].at[""])
			}
		}
	}
	return nil
}

// attach adds a membership; a company takes somebody back who had left.
func (p *plan) attach(m *member, ms *membership, set, day string) {
	names := namesOf(ms.group.kind)
	if ms.group.kind == kindCompany && m.left != "" && m.left < day {
		m.left = ""
		if m.attrs.set(enrollment, Value{SetID: nilID, ValidStart: day, ValidEnd: forever, Value: enrolled}) {
			p.note(day, m.id, enrollment, ms.at[""])
		}
	}
	m.attrs.refer(names.name, ms.group, set, day, m.until())
	p.note(day, m.id, names.name+set, ms.at[""])
	if names.code != "" && ms.group.code != "" {
		m.attrs.add(names.code, ms.group.code, set, day, m.until())
		p.note(day, m.id, names.code+set, ms.at[""])
	}
}

// names reports whether the mapping says which groups of a kind somebody is in.
func (p *plan) names(kind string) bool {
	return p.m[namesOf(kind).name] != nil || p.m[codeOf(kind)] != nil
}

// wanted reads the memberships of a kind out of the rows. Without any groups in
// the mapping, what belongs to one belongs to the first that there is.
func (p *plan) wanted(m *member, kind, day string, lines []int) ([]*membership, error) {
	names := namesOf(kind)
	if !p.names(kind) {
		var g *group
		if kind == kindCompany && p.job.opts.CompanyEntityID != "" {
			g = p.d.byID[p.job.opts.CompanyEntityID]
		} else if refs := p.d.on(m.attrs, day).references(names.name); len(refs) > 0 {
			g = p.d.byID[refs[0]]
		}
		if g == nil || g.kind != kind {
			return nil, nil
		}
		ms := &membership{group: g, values: map[string]any{}, at: map[string]source{"": nowhere()}}
		for _, line := range lines {
			if err := p.fill(ms, 1, line); err != nil {
				return nil, err
			}
		}
		return []*membership{ms}, nil
	}
	var out []*membership
	for _, line := range lines {
		found, err := p.wantedIn(kind, day, line)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (p *plan) wantedIn(kind, day string, line int) ([]*membership, error) {
	names := namesOf(kind)
	paths, codes := map[int]entry{}, map[int]entry{}
	parts := 0
	for keyword, to := range map[string]*map[int]entry{names.name: &paths, codeOf(kind): &codes} {
		if p.m[keyword] != nil {
			var n int
			*to, n = p.m[keyword].read(p.rows[line], p.job.opts)
			parts = max(parts, n)
		}
	}
	numbers := slices.Sorted(maps.Keys(paths))
	for n := range codes {
		if !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	if err := p.checkParts(kind, numbers, parts, line); err != nil {
		return nil, err
	}
	var out []*membership
	for _, n := range numbers {
		at := source{line, append(slices.Clone(paths[n].columns), codes[n].columns...)}
		g, err := p.groupFor(kind, paths[n].levels, codes[n].value(), day, at)
		if err != nil {
			return nil, err
		}
		ms := &membership{group: g, values: map[string]any{}, at: map[string]source{"": at}}
		if err := p.fill(ms, n, line); err != nil {
			return nil, err
		}
		out = append(out, ms)
	}
	return out, nil
}

// checkParts refuses values that belong to no membership, and cells that are
// split into fewer or more parts than the memberships are (facts 1.3.3).
func (p *plan) checkParts(kind string, numbers []int, parts, line int) error {
	for _, keyword := range namesOf(kind).belonging {
		if p.m[keyword] == nil {
			continue
		}
		entries, n := p.m[keyword].read(p.rows[line], p.job.opts)
		for i := range entries {
			if !slices.Contains(numbers, i) {
				return rowError(line, "a value belongs to no "+kind)
			}
		}
		if p.job.opts.ReferenceSeparator != "" && len(entries) > 0 && n != parts {
			return rowError(line, "as many parts are needed as there are for the "+kind)
		}
	}
	return nil
}

// fill reads what belongs to the membership of a number.
func (p *plan) fill(ms *membership, number, line int) error {
	for _, keyword := range namesOf(ms.group.kind).belonging {
		if p.m[keyword] == nil {
			continue
		}
		entries, _ := p.m[keyword].read(p.rows[line], p.job.opts)
		if e, ok := entries[number]; ok {
			value, err := p.convert(p.d.attributes[keyword], e.value(), line)
			if err != nil {
				return err
			}
			ms.values[keyword], ms.at[keyword] = value, source{line, e.columns}
		}
	}
	return nil
}

// groupFor finds the group of a membership: by its code, by its full path,
// which is made when it is new, or by the lowest name alone, which must be
// there already and only once (facts 1.3.3).
func (p *plan) groupFor(kind string, path []string, code, day string, at source) (*group, error) {
	if g := p.d.byCode(kind, code, day); g != nil {
		return g, nil
	}
	name := p.m[namesOf(kind).name]
	switch {
	case len(path) == 0:
		return nil, rowError(at.line, "no "+kind+" has this code")
	case p.job.opts.TierSeparator != "" || name.tier:
		return p.ensure(kind, path, code, day, at), nil
	}
	var found []*group
	for _, g := range p.d.alive(kind, day) {
		if g.nameOn(day) == path[len(path)-1] {
			found = append(found, g)
		}
	}
	if len(found) != 1 {
		return nil, rowError(at.line, "not exactly one "+kind+" has this name")
	}
	return found[0], nil
}
