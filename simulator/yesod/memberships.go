package yesod

import (
	"maps"
	"slices"
)

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
	if kind != kindCompany && m.left != "" && m.left < day {
		return nil // who has left belongs to nothing; only a company takes them back
	}
	joins := kind == kindCompany && p.job.opts.CompanyEntityID != ""
	if !joins && !p.names(kind) && !slices.ContainsFunc(names.belonging, func(a string) bool { return p.m[a] != nil }) {
		return nil // the import does not speak of it
	}
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
