package yesod

import (
	"errors"
	"slices"
	"strings"
)

// groupRowIn is a row of an import of groups.
type groupRowIn struct {
	path []string
	code string
	at   source
}

// groupKindOf is the kind that the mapping is about (facts 1.3.5); one kind an
// import is ours.
func (p *plan) groupKindOf() (string, error) {
	kind := ""
	for _, k := range groupKinds() {
		if p.names(k) {
			if kind != "" {
				return "", errors.New("mapping: one kind of group an import")
			}
			kind = k
		}
	}
	if kind == "" {
		return "", errors.New("mapping: no kind of group is named")
	}
	return kind, nil
}

func (p *plan) groupRows(kind string) ([]groupRowIn, error) {
	name, code := p.m[namesOf(kind).name], p.m[codeOf(kind)]
	if name == nil {
		return nil, errors.New("mapping: the name of the " + kind + " is missing")
	}
	opts := p.job.opts
	opts.ReferenceSeparator = ""
	var out []groupRowIn
	for line, row := range p.rows {
		in := groupRowIn{at: source{line: line}}
		entries, _ := name.read(row, opts)
		in.path, in.at.columns = entries[1].levels, slices.Clone(entries[1].columns)
		if len(in.path) == 0 {
			return nil, rowError(line, "the name is missing")
		}
		if code != nil {
			entries, _ = code.read(row, opts)
			in.code = entries[1].value()
			in.at.columns = append(in.at.columns, entries[1].columns...)
		}
		out = append(out, in)
	}
	return out, nil
}

// importGroups is groups/import: it makes, renames and moves the groups of one
// kind (facts 1.3.2, identifiedBy).
func (p *plan) importGroups() error {
	kind, err := p.groupKindOf()
	if err != nil {
		return err
	}
	rows, err := p.groupRows(kind)
	if err != nil {
		return err
	}
	by, seen := p.job.opts.IdentifiedBy, map[string]bool{}
	for _, in := range rows {
		full := strings.Join(in.path, "\x00")
		if by == byFullPath && seen[full] {
			return rowError(in.at.line, "the full path is there twice")
		}
		if by == byCode && in.code == "" {
			return rowError(in.at.line, "the group code is missing")
		}
		seen[full] = true
	}
	listed := map[string]bool{}
	for _, in := range rows {
		day, err := p.dayOf(in.at.line)
		if err != nil {
			return err
		}
		for g := p.putGroup(kind, in, day); g != nil; g = g.parent {
			listed[g.id] = true
		}
	}
	if p.job.opts.RetireUnlisted {
		for _, g := range p.d.alive(kind, p.job.day) {
			if !listed[g.id] && p.mayChange(g) {
				p.removeGroup(g, p.job.day, nowhere())
			}
		}
	}
	return nil
}

// putGroup brings one group to what its row says; nil is outside of the
// subtree that may be changed.
func (p *plan) putGroup(kind string, in groupRowIn, day string) *group {
	var g *group
	if p.job.opts.IdentifiedBy != byFullPath {
		g = p.d.byCode(kind, in.code, day)
	}
	if g == nil && p.job.opts.IdentifiedBy != byCode {
		g = p.d.byPath(kind, in.path, day)
	}
	if g == nil {
		parent := p.ensure(kind, in.path[:len(in.path)-1], "", day, in.at)
		root := p.job.opts.root(kind)
		if root != "" && (parent == nil || !p.mayChange(parent)) {
			return nil
		}
		g = p.d.addGroup(kind, p.newKey(), in.code, in.path[len(in.path)-1], parent, day)
		p.note(day, g.id, "name", in.at)
		if in.code != "" {
			p.note(day, g.id, "code", in.at)
		}
		return g
	}
	if !p.mayChange(g) {
		return nil
	}
	p.rename(g, in, day)
	return g
}

// rename changes name, code and place to those of the row.
func (p *plan) rename(g *group, in groupRowIn, day string) {
	names, name := namesOf(g.kind), in.path[len(in.path)-1]
	if g.attrs.set(names.name, Value{SetID: nilID, ValidStart: day, ValidEnd: forever, Value: name}) {
		g.name = name
		p.note(day, g.id, "name", in.at)
	}
	if p.m[codeOf(g.kind)] != nil && in.code != "" && in.code != g.code {
		p.setCode(g, in.code, day, in.at)
	}
	parent := p.ensure(g.kind, in.path[:len(in.path)-1], "", day, in.at)
	// A group never goes below itself: then only its name is taken.
	if parent != g.parent && (parent == nil || !p.d.below(parent.id, []string{g.id})) {
		g.parent = parent
		p.note(day, g.id, "parent", in.at)
		p.d.measure(g.kind)
	}
}

func (p *plan) setCode(g *group, code, day string, at source) {
	g.code = code
	p.note(day, g.id, "code", at)
	attribute := namesOf(g.kind).code
	if attribute == "" {
		return
	}
	if code == "" {
		for i := range g.attrs[attribute] {
			if g.attrs[attribute][i].holds(day) {
				g.attrs[attribute][i].ValidEnd = dayAfter(day, -1)
			}
		}
		return
	}
	g.attrs.set(attribute, Value{SetID: nilID, ValidStart: day, ValidEnd: forever, Value: code})
}

// measure brings the depths up to date after a move.
func (d *data) measure(kind string) {
	for _, g := range d.groups[kind] {
		g.depth = 1
		for at := g.parent; at != nil; at = at.parent {
			g.depth++
		}
	}
}

// removeGroup ends a group, what lies below and the memberships in them: the
// day before is the last one.
func (p *plan) removeGroup(g *group, day string, at source) {
	last := dayAfter(day, -1)
	for _, one := range p.d.alive(g.kind, day) {
		if !p.d.below(one.id, []string{g.id}) {
			continue
		}
		for _, attribute := range one.attrs.end(nilID, last) {
			p.note(day, one.id, attribute, at)
		}
		for i, m := range p.d.members {
			for _, v := range m.attrs[namesOf(one.kind).name] {
				if v.ReferenceID != one.id || v.ValidEnd < day {
					continue
				}
				for _, attribute := range p.edit(i).attrs.end(v.SetID, last) {
					p.note(day, m.id, attribute+v.SetID, at)
				}
			}
		}
	}
}

// The operations of a transaction on groups (facts 1.3.5).
const (
	addEntity    = "addEntity"
	retireEntity = "retireEntity"
)

// transact is {kind}Transactions/import: it adds and deletes row by row. Groups
// are found by their full path from the top only (facts 1.3.5).
func (p *plan) transact(kind string) error {
	if p.m[transactionType] == nil {
		return errors.New("mapping: transactionType is required")
	}
	rows, err := p.groupRows(kind)
	if err != nil {
		return err
	}
	for _, in := range rows {
		day, err := p.dayOf(in.at.line)
		if err != nil {
			return err
		}
		what, column := p.m.one(transactionType, p.rows[in.at.line], p.job.opts)
		in.at.columns = append(in.at.columns, column)
		g := p.d.byPath(kind, in.path, day)
		clearing := p.job.opts.ValueForDelete != "" && in.code == p.job.opts.ValueForDelete
		switch {
		case what == retireEntity && g == nil:
			return rowError(in.at.line, "no group has this path")
		case what == retireEntity:
			p.removeGroup(g, day, in.at)
		case what != addEntity:
			return rowError(in.at.line, "transactionType must be addEntity or retireEntity")
		case g == nil && clearing:
			p.ensure(kind, in.path, "", day, in.at)
		case g == nil:
			p.ensure(kind, in.path, in.code, day, in.at)
		case clearing && g.code != "":
			p.setCode(g, "", day, in.at)
		case !clearing && in.code != "" && in.code != g.code:
			p.setCode(g, in.code, day, in.at)
		}
	}
	return nil
}
