package document

import (
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/hitotsu/hitotsu/internal/fault"
)

// Fields of one selection set that share a response name are one field of the
// answer: their sub-selections merge, and the validator compares them in pairs,
// fragment by fragment. Ten thousand times `id` is 30 KB and takes it seconds.
// What has to be bounded is therefore the size of the merged sets, not of those
// written in the document, and the number of equal names in each.

// mergeBudget bounds the fields read while merging. A document within the other
// limits stays far below it, unless equally named fields and fragments are
// nested in each other on purpose.
const mergeBudget = 50_000

// merger walks the merged selection sets of one document.
type merger struct {
	*guard
	// seen holds sets that were walked alone, by their first element.
	seen map[*ast.Selection]bool
	read int
	bad  Problems
}

// merged is the fields of one merged selection set under collection.
type merged struct {
	fields int
	// subs and times are by response name; order keeps the walk deterministic.
	subs  map[string][]ast.SelectionSet
	times map[string]int
	order []string
	// spread marks the fragments already written out here.
	spread map[int]bool
}

func (g *guard) checkMerged(doc *ast.QueryDocument) Problems {
	m := &merger{guard: g, seen: map[*ast.Selection]bool{}}
	for _, op := range doc.Operations {
		if len(op.SelectionSet) > 0 {
			m.walk([]ast.SelectionSet{op.SelectionSet})
		}
	}
	for _, f := range doc.Fragments {
		if len(f.SelectionSet) > 0 {
			m.walk([]ast.SelectionSet{f.SelectionSet})
		}
	}
	return m.bad
}

// walk merges the sets, checks the result, and walks what is below. The guard
// has refused cycles and bounded the depth, so the recursion ends.
func (m *merger) walk(sets []ast.SelectionSet) {
	if m.bad != nil {
		return
	}
	if len(sets) == 1 {
		first := &sets[0][0]
		if m.seen[first] {
			return
		}
		m.seen[first] = true
	}
	c := &merged{subs: map[string][]ast.SelectionSet{}, times: map[string]int{}, spread: map[int]bool{}}
	for _, s := range sets {
		m.collect(c, s)
	}
	if m.bad == nil {
		m.bad = m.judge(c, sets[0][0].GetPosition())
	}
	for _, name := range c.order {
		if below := c.subs[name]; len(below) > 0 {
			m.walk(below)
		}
	}
}

func (m *merger) collect(c *merged, set ast.SelectionSet) {
	for _, child := range set {
		if m.bad != nil {
			return
		}
		switch child := child.(type) {
		case *ast.Field:
			m.field(c, child)
		case *ast.InlineFragment:
			m.collect(c, child.SelectionSet)
		case *ast.FragmentSpread:
			i, ok := m.index[child.Name]
			if !ok || c.spread[i] {
				continue
			}
			c.spread[i] = true
			m.collect(c, m.frags[i].SelectionSet)
		}
	}
}

func (m *merger) field(c *merged, f *ast.Field) {
	m.read++
	if m.read > mergeBudget {
		m.bad = refuse(fault.QueryTooComplex, f.Position, "fields to merge, because equally named fields "+
			"and fragments are nested in each other: more than %d; the limit is %d", mergeBudget, mergeBudget)
	}
	c.fields++
	c.times[f.Alias]++
	if c.times[f.Alias] == 1 {
		c.order = append(c.order, f.Alias)
	}
	if len(f.SelectionSet) > 0 {
		c.subs[f.Alias] = append(c.subs[f.Alias], f.SelectionSet)
	}
}

// judge checks a collected set; pos is a place in it.
func (m *merger) judge(c *merged, pos *ast.Position) Problems {
	if c.fields > m.limits.Fields {
		return tooMuch(pos, "fields in one selection set, fragments written out", c.fields, m.limits.Fields)
	}
	for _, name := range c.order {
		if n := c.times[name]; n > m.limits.Repeats {
			return tooMuch(pos, fmt.Sprintf("repetitions of %q in one selection set", cut(name)), n, m.limits.Repeats)
		}
	}
	return nil
}

// checkWork adds up what validation reads: it enters every operation and every
// fragment by itself, and from there each fragment reached, once.
func (g *guard) checkWork(doc *ast.QueryDocument, ops []shape) Problems {
	r := &reacher{guard: g, memo: make([][]bool, len(g.frags))}
	work := 0
	count := func(own int, set ast.SelectionSet) {
		reach := make([]bool, len(g.frags))
		r.into(reach, set)
		work = add(work, own)
		for i, ok := range reach {
			if ok {
				work = add(work, g.shapes[i].direct)
			}
		}
	}
	for i, op := range doc.Operations {
		count(ops[i].direct, op.SelectionSet)
	}
	for i, f := range doc.Fragments {
		count(g.shapes[i].direct, f.SelectionSet)
	}
	if work > g.limits.Work {
		return tooMuch(nil, "fields to validate, with the fragments each fragment reaches", work, g.limits.Work)
	}
	return nil
}

// reacher finds the fragments that a selection set reaches.
type reacher struct {
	*guard
	memo [][]bool
}

func (r *reacher) into(reach []bool, set ast.SelectionSet) {
	for _, child := range set {
		switch child := child.(type) {
		case *ast.Field:
			r.into(reach, child.SelectionSet)
		case *ast.InlineFragment:
			r.into(reach, child.SelectionSet)
		case *ast.FragmentSpread:
			i, ok := r.index[child.Name]
			if !ok || reach[i] {
				continue
			}
			for j, ok := range r.from(i) {
				reach[j] = reach[j] || ok
			}
		}
	}
}

// from returns fragment i and all it reaches.
func (r *reacher) from(i int) []bool {
	if r.memo[i] == nil {
		reach := make([]bool, len(r.frags))
		r.into(reach, r.frags[i].SelectionSet)
		reach[i] = true
		r.memo[i] = reach
	}
	return r.memo[i]
}
