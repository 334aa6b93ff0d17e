package yesod

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"
)

// plan is what an import leads to: a state of its own, and what differs. It
// shares with the state before whatever it does not touch.
type plan struct {
	d    *data
	job  *importJob
	m    mapping
	rows [][]string

	own     map[string]bool                       // members that are copies
	counts  map[string]map[string]map[string]bool // date, entity, attribute and set
	order   []string                              // entities by first touch
	touched map[string]bool
	columns map[int]map[int]bool // by line
	made    int                  // new entities so far
	removed map[string]bool      // members
}

func newPlan(d *data, job *importJob, m mapping, rows [][]string) *plan {
	return &plan{
		d: d.fork(), job: job, m: m, rows: rows,
		own: map[string]bool{}, counts: map[string]map[string]map[string]bool{}, columns: map[int]map[int]bool{},
		removed: map[string]bool{}, touched: map[string]bool{},
	}
}

// fork copies the lists and the groups, which point to each other; members are
// copied when they are touched.
func (d *data) fork() *data {
	out := *d
	out.members, out.byID, out.groups = slices.Clone(d.members), map[string]*group{}, map[string][]*group{}
	for kind, list := range d.groups {
		for _, g := range list {
			c := *g
			c.attrs = g.attrs.clone()
			out.byID[g.id] = &c
			out.groups[kind] = append(out.groups[kind], &c)
		}
	}
	for _, g := range out.byID {
		if g.parent != nil {
			g.parent = out.byID[g.parent.id]
		}
	}
	return &out
}

func (v values) clone() values {
	out := make(values, len(v))
	for id, list := range v {
		out[id] = slices.Clone(list)
	}
	return out
}

// edit returns the plan's own copy of a member.
func (p *plan) edit(i int) *member {
	m := p.d.members[i]
	if !p.own[m.id] {
		c := *m
		c.attrs = m.attrs.clone()
		m, p.d.members[i] = &c, &c
		p.own[m.id] = true
	}
	return m
}

// source is where in the CSV a value stands; line -1 is nowhere.
type source struct {
	line    int
	columns []int
}

func nowhere() source { return source{line: -1} }

// note counts a difference of an entity on a day.
func (p *plan) note(day, entity, attribute string, from source) {
	if p.counts[day] == nil {
		p.counts[day] = map[string]map[string]bool{}
	}
	if p.counts[day][entity] == nil {
		p.counts[day][entity] = map[string]bool{}
	}
	p.counts[day][entity][attribute] = true
	if !p.touched[entity] {
		p.touched[entity] = true
		p.order = append(p.order, entity)
	}
	if from.line < 0 {
		return
	}
	if p.columns[from.line] == nil {
		p.columns[from.line] = map[int]bool{}
	}
	for _, c := range from.columns {
		p.columns[from.line][c] = true
	}
}

type changingEntity struct {
	EntityID string `json:"entityId"`
	Count    int    `json:"count"`
}

type changing struct {
	// ChangeDate is 00:00 UTC of the date in milliseconds, not midnight in Japan
	// (facts 1.3.4).
	ChangeDate int64            `json:"changeDate"`
	Entities   []changingEntity `json:"changingEntities"`
}

type csvPosition struct {
	LineNumber    int   `json:"lineNumber"`
	ColumnNumbers []int `json:"columnNumbers"`
}

type importReply struct {
	DiffIDs   []string      `json:"diffIds"`
	Changing  []changing    `json:"changing"`
	Positions []csvPosition `json:"changingCSVPositions"`
}

// reply is the answer of every import (facts 1.3.4); one change a date is ours.
func (p *plan) reply() importReply {
	out := importReply{DiffIDs: []string{}, Changing: []changing{}, Positions: []csvPosition{}}
	for _, day := range slices.Sorted(maps.Keys(p.counts)) {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			continue // every day was parsed before
		}
		c := changing{ChangeDate: t.UnixMilli()}
		for _, id := range p.order {
			if n := len(p.counts[day][id]); n > 0 {
				c.Entities = append(c.Entities, changingEntity{id, n})
			}
		}
		out.Changing = append(out.Changing, c)
		out.DiffIDs = append(out.DiffIDs, newID(p.d.seed, "diff", strconv.Itoa(p.job.serial)+" "+day))
	}
	for _, line := range slices.Sorted(maps.Keys(p.columns)) {
		out.Positions = append(out.Positions, csvPosition{line, slices.Sorted(maps.Keys(p.columns[line]))})
	}
	return out
}

// set makes a value hold from its start, in place of what holds then within the
// same set, and reports whether that differs. What begins later stays.
func (v values) set(attribute string, next Value) bool {
	list := v[attribute]
	for i, have := range list {
		if have.SetID != next.SetID || !have.holds(next.ValidStart) {
			continue
		}
		if asText(have.Value) == asText(next.Value) && have.ReferenceID == next.ReferenceID {
			return false
		}
		next.ValidEnd = have.ValidEnd
		if have.ValidStart == next.ValidStart {
			list[i] = next
			return true
		}
		list[i].ValidEnd = dayAfter(next.ValidStart, -1)
		v[attribute] = slices.Insert(list, i+1, next)
		return true
	}
	for _, have := range list {
		if have.SetID == next.SetID && have.ValidStart > next.ValidStart {
			next.ValidEnd = min(next.ValidEnd, dayAfter(have.ValidStart, -1))
		}
	}
	v[attribute] = append(list, next)
	return true
}

// end cuts the values of a set off after a day and returns the attributes that
// had any left; "" is every set, but not what outlasts employment.
func (v values) end(setID, last string) []string {
	var out []string
	for _, attribute := range slices.Sorted(maps.Keys(v)) {
		var kept []Value
		touched := false
		for _, one := range v[attribute] {
			mine := one.SetID == setID || setID == "" && one.SetID != nilID
			if !mine || one.ValidEnd <= last {
				kept = append(kept, one)
				continue
			}
			touched = true
			if one.ValidStart <= last {
				one.ValidEnd = last
				kept = append(kept, one)
			}
		}
		if touched {
			v[attribute] = kept
			out = append(out, attribute)
		}
	}
	return out
}

// alive is the groups of a kind that are there on a day, in order.
func (d *data) alive(kind, day string) []*group {
	var out []*group
	for _, g := range d.groups[kind] {
		if g.attrs.exist(day) {
			out = append(out, g)
		}
	}
	return out
}

// exist reports whether anything holds on a day.
func (v values) exist(day string) bool {
	for _, list := range v {
		for _, one := range list {
			if one.holds(day) {
				return true
			}
		}
	}
	return false
}

// child finds a group by name below another; nil is the top.
func (d *data) child(kind string, parent *group, name, day string) *group {
	for _, g := range d.alive(kind, day) {
		if g.parent == parent && g.nameOn(day) == name {
			return g
		}
	}
	return nil
}

// byPath finds a group by its names from the top.
func (d *data) byPath(kind string, path []string, day string) *group {
	var at *group
	for _, name := range path {
		if at = d.child(kind, at, name, day); at == nil {
			return nil
		}
	}
	return at
}

func (d *data) byCode(kind, code, day string) *group {
	for _, g := range d.alive(kind, day) {
		if code != "" && g.code == code {
			return g
		}
	}
	return nil
}

// ensure finds a group by its path and makes what is missing; the code is that
// of the last one.
func (p *plan) ensure(kind string, path []string, code, day string, from source) *group {
	var at *group
	for i, name := range path {
		next := p.d.child(kind, at, name, day)
		if next == nil {
			own := ""
			if i == len(path)-1 {
				own = code
			}
			next = p.d.addGroup(kind, p.newKey(), own, name, at, day)
			p.note(day, next.id, "name", from)
			if own != "" {
				p.note(day, next.id, "code", from)
			}
		}
		at = next
	}
	return at
}

// newKey makes the id of a new entity, the same again when the import is worked
// out again.
func (p *plan) newKey() string {
	p.made++
	return "import " + strconv.Itoa(p.job.serial) + " " + strconv.Itoa(p.made)
}

// mayChange reports whether a group lies in the subtree that an import is
// limited to.
func (p *plan) mayChange(g *group) bool {
	root := p.job.opts.root(g.kind)
	return root == "" || p.d.below(g.id, []string{root})
}

// dayOf is the day a row's changes hold from.
func (p *plan) dayOf(line int) (string, error) {
	text, _ := p.m.one(changeDate, p.rows[line], p.job.opts)
	day, ok := parseDay(cmp.Or(text, p.job.day))
	if !ok {
		return "", rowError(line, "the change date must be YYYY-MM-DD")
	}
	return day, nil
}
