package akashi

import (
	"fmt"
	"slices"
	"strings"
)

// The answers to batches give what was written and what was refused in two lists
// of any length, without saying which row of the request each entry belongs to.
// Rows are found again by what the document puts into the entries: an id, a staff
// number, an address, a name. Positions are not trusted: where rows cannot be told
// apart, an answer is kept beside them and given to none.

// identity is what a row, an answered row or an error is about. Empty fields are
// not known.
type identity struct {
	// key is a whole identity of its own, for man-hours.
	key               string
	id                int64
	code, email, name string
	// target is an id, a code or an address (6.13 to 6.15).
	target string
}

// rank says how well b tells that it is about a; 0 when it does not. The first
// thing that both know decides.
func (a identity) rank(b identity) int {
	same := func(is bool, rank int) int {
		if is {
			return rank
		}
		return 0
	}
	switch {
	case b.target != "":
		target := strings.TrimSpace(b.target)
		return same(target == a.code || target == itoa(a.id) || a.email != "" && strings.EqualFold(target, a.email), 4)
	case a.key != "" && b.key != "":
		return same(a.key == b.key, 5)
	case a.id != 0 && b.id != 0:
		return same(a.id == b.id, 4)
	case a.code != "" && b.code != "":
		return same(a.code == b.code, 3)
	case a.email != "" && b.email != "":
		return same(strings.EqualFold(a.email, b.email), 2)
	case a.name != "" && b.name != "":
		return same(a.name == b.name, 1)
	}
	return 0
}

// comparable says that both know something of the same kind.
func (a identity) comparable(b identity) bool {
	return a.key != "" && b.key != "" || a.id != 0 && b.id != 0 || a.code != "" && b.code != "" ||
		a.email != "" && b.email != "" || a.name != "" && b.name != ""
}

// identity is who the error is about. An error of 6.3 with an id is about an
// update, whoever else has the name.
func (e VendorError) identity() identity {
	id := identity{id: int64(e.StaffID), code: e.StaffCode, email: e.Email, target: e.Target}
	if id.id == 0 {
		id.name = e.Name
	}
	return id
}

// candidates returns the rows that b tells best it is about.
func candidates(rows []identity, b identity) []int {
	var out []int
	best := 1
	for i, a := range rows {
		switch r := a.rank(b); {
		case r > best:
			best, out = r, []int{i}
		case r == best:
			out = append(out, i)
		}
	}
	return out
}

// matching is the work of match.
type matching[T any] struct {
	rows []Row[T]
	// doubtful rows have an error or a value that may be another row's.
	doubtful []bool
	// left are answers that no row was found for, and spare those that one of
	// several rows has.
	left, spare []T
	// strangers are errors that no row was found for.
	strangers []VendorError
}

func match[W, T any](b batch[W, T], values []T, errs []VendorError, success bool) Result[T] {
	m := matching[T]{rows: make([]Row[T], len(b.rows)), doubtful: make([]bool, len(b.rows))}
	blamed := make([]bool, len(b.rows))
	for _, e := range errs {
		for _, i := range candidates(b.rows, e.identity()) {
			blamed[i] = true
		}
	}
	groups, order := map[string][]T{}, [][]int{}
	for _, v := range values {
		at := candidates(b.rows, b.value(v))
		if at == nil {
			m.left = append(m.left, v)
			continue
		}
		key := fmt.Sprint(at)
		if groups[key] == nil {
			order = append(order, at)
		}
		groups[key] = append(groups[key], v)
	}
	for _, at := range order {
		m.place(at, groups[fmt.Sprint(at)], b.shared, blamed)
	}
	for _, e := range errs {
		m.blame(b.rows, e)
	}
	m.rest(b.rows, b.value, success)
	for i := range m.rows {
		row := &m.rows[i]
		switch {
		case m.doubtful[i], row.Value != nil && len(row.Errors) > 0:
			row.State = Unknown
		case row.Value != nil:
			row.State = Applied
		case len(row.Errors) > 0:
			row.State = Refused
		case row.State == "":
			row.State = Unknown
		}
	}
	return Result[T]{Rows: m.rows, Errors: m.strangers, Values: append(m.left, m.spare...)}
}

// done says that the row was answered.
func (m *matching[T]) done(i int) bool { return m.rows[i].Value != nil || m.rows[i].State == Applied }

// place gives the rows at their values, which are about any of them.
func (m *matching[T]) place(at []int, values []T, shared bool, blamed []bool) {
	free := slices.DeleteFunc(slices.Clone(at), m.done)
	anyBlamed := slices.ContainsFunc(free, func(i int) bool { return blamed[i] })
	switch {
	case len(free) == 0:
		m.spare = append(m.spare, values...)
	case len(free) == 1:
		m.rows[free[0]].Value = &values[0]
		m.spare = append(m.spare, values[1:]...)
	case len(values) >= len(free) && !anyBlamed && !shared:
		for _, i := range free {
			m.rows[i].State = Applied
		}
		m.spare = append(m.spare, values...)
	case shared && !anyBlamed:
		for j, i := range free {
			m.rows[i].Value = &values[min(j, len(values)-1)]
		}
		m.spare = append(m.spare, values[min(len(free), len(values)):]...)
	default:
		for _, i := range free {
			m.doubtful[i] = true
		}
		m.spare = append(m.spare, values...)
	}
}

// blame gives the error to its row, or to the rows it may be about. Among rows
// that it fits alike, those that were not answered come first. An error that
// names nobody is about the one row that has nothing else.
func (m *matching[T]) blame(rows []identity, e VendorError) {
	at := candidates(rows, e.identity())
	open := slices.DeleteFunc(slices.Clone(at), m.done)
	if len(open) > 0 {
		at = open
	}
	if e.anonymous() {
		for i := range m.rows {
			if !m.done(i) {
				at = append(at, i)
			}
		}
		if len(at) != 1 {
			at = nil
		}
	}
	if at == nil {
		m.strangers = append(m.strangers, e)
		return
	}
	for _, i := range at {
		m.rows[i].Errors = append(m.rows[i].Errors, e)
		m.doubtful[i] = m.doubtful[i] || len(at) > 1
	}
}

// rest settles rows that cannot be recognised in an answer, new staffs without a
// number and an address: when as many answers are left as rows, all of them were
// written. Which is which is only certain for one.
func (m *matching[T]) rest(rows []identity, value func(T) identity, success bool) {
	var free []int
	for i := range m.rows {
		if !m.done(i) && len(m.rows[i].Errors) == 0 && !m.doubtful[i] {
			free = append(free, i)
		}
	}
	if !success || len(free) == 0 || len(free) != len(m.left) || len(m.strangers) > 0 {
		return
	}
	for _, i := range free {
		for _, v := range m.left {
			if rows[i].comparable(value(v)) {
				return
			}
		}
	}
	for _, i := range free {
		m.rows[i].State = Applied
	}
	if len(free) == 1 {
		m.rows[free[0]].Value, m.left = &m.left[0], nil
	}
}
