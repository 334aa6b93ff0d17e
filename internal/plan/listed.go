package plan

// Listed covers cells by two endpoints whose calls cover any period: one that gives
// everybody's, and one that gives one person's (AKASHI's man-hours). One call for
// everybody takes all; for one person it would bring more than is needed.
func Listed(cells []Cell, everybody, one Rule) []Call {
	g := newGrid(cells)
	switch len(g.subjects) {
	case 0:
		return nil
	case 1:
		return []Call{{Rule: one, Subjects: g.subjects, Dates: g.dates}}
	default:
		return []Call{{Rule: everybody, Dates: g.dates}}
	}
}
