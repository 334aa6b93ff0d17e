// Package relay is cursor pagination after the Relay Cursor Connections
// specification: one generic connection that stands for every page type of the
// schema.
//
// A list is ordered by a key that is unique within it; a cursor is the key of
// its row. So a cursor stays good when rows come and go, and tells nothing that
// the row itself does not.
//
// relay imports internal/hr, internal/native and internal/fault. Who may see a row
// was decided before the list came here.
package relay

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strings"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
)

// MaxFirst is the most rows a page may hold, DefaultFirst what it holds unless
// asked.
const (
	MaxFirst     = 300
	DefaultFirst = 50
)

// PageInfo tells where a page lies in its list.
type PageInfo struct {
	HasNextPage, HasPreviousPage bool
	StartCursor, EndCursor       *string
}

// Edge is a row at a place in a list.
type Edge[T any] struct {
	Cursor string
	Node   T
}

// Row is what a list holds: something with a key that orders it.
type Row interface{ SortKey() string }

// Connection is a page of a list.
type Connection[T Row] struct {
	Nodes      []T
	PageInfo   PageInfo
	TotalCount int
	// Sources is left empty by lists that one system answers.
	Sources []hr.Source
}

// Edges pairs each row with its cursor.
func (c *Connection[T]) Edges() []Edge[T] {
	edges := make([]Edge[T], len(c.Nodes))
	for i, n := range c.Nodes {
		edges[i] = Edge[T]{Cursor: cursor(n), Node: n}
	}
	return edges
}

// The pages of the schema.
type (
	EmployeeConnection      = Connection[*hr.Employee]
	OrganizationConnection  = Connection[*hr.Organization]
	StampConnection         = Connection[*hr.Stamp]
	WorkingRecordConnection = Connection[*hr.WorkingRecord]
	LeaveConnection         = Connection[*hr.Leave]
	OvertimeConnection      = Connection[*hr.Overtime]
	ProjectConnection       = Connection[*hr.Project]
	TaskConnection          = Connection[*hr.Task]
	ProjectMemberConnection = Connection[*hr.ProjectMember]
	ManhourConnection       = Connection[*hr.Manhour]

	EmployeeEdge      = Edge[*hr.Employee]
	OrganizationEdge  = Edge[*hr.Organization]
	StampEdge         = Edge[*hr.Stamp]
	WorkingRecordEdge = Edge[*hr.WorkingRecord]
	LeaveEdge         = Edge[*hr.Leave]
	OvertimeEdge      = Edge[*hr.Overtime]
	ProjectEdge       = Edge[*hr.Project]
	TaskEdge          = Edge[*hr.Task]
	ProjectMemberEdge = Edge[*hr.ProjectMember]
	ManhourEdge       = Edge[*hr.Manhour]

	IdentityConflictConnection = Connection[*hr.IdentityConflict]
	IdentityConflictEdge       = Edge[*hr.IdentityConflict]
	IdentityDecisionConnection = Connection[*hr.IdentityDecision]
	IdentityDecisionEdge       = Edge[*hr.IdentityDecision]

	CarelyCustomerConnection = Connection[*native.CarelyCustomer]
	CarelyOvertimeConnection = Connection[*native.CarelyOvertime]
	CarelyCustomerEdge       = Edge[*native.CarelyCustomer]
	CarelyOvertimeEdge       = Edge[*native.CarelyOvertime]
)

// Window is which rows of a list of T a page holds.
type Window[T Row] struct {
	first int
	after string
	set   bool
}

// NewWindow checks the arguments of a connection. A missing first is
// DefaultFirst. It returns BadUserInput for a first outside 1 to MaxFirst and
// for an after that no connection of the same rows made: keys of others would be
// places in this list, too, and silently wrong ones.
func NewWindow[T Row](first *int, after *string) (Window[T], error) {
	w := Window[T]{first: DefaultFirst}
	if first != nil {
		w.first = *first
	}
	if w.first < 1 || w.first > MaxFirst {
		return Window[T]{}, fault.New(fault.BadUserInput, "first must be between 1 and %d", MaxFirst)
	}
	if after == nil {
		return w, nil
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(*after)
	key, ours := strings.CutPrefix(string(raw), cursorOf[T]())
	if err != nil || !ours {
		return Window[T]{}, fault.New(fault.BadUserInput,
			"after must be a cursor from endCursor or from an edge of this list")
	}
	w.after, w.set = key, true
	return w, nil
}

// cursorVersion lets a later format be told from this one.
const cursorVersion = "2\x1f"

// cursorOf is what the cursors of a list begin with.
func cursorOf[T Row]() string {
	kind := reflect.TypeFor[T]()
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	return cursorVersion + kind.Name() + "\x1f"
}

func cursor[T Row](row T) string {
	return base64.RawURLEncoding.EncodeToString([]byte(cursorOf[T]() + row.SortKey()))
}

// Page cuts the window out of rows, which must be ordered by SortKey.
func Page[T Row](rows []T, w Window[T]) *Connection[T] {
	start := 0
	if w.set {
		at, found := slices.BinarySearchFunc(rows, w.after, func(r T, key string) int {
			return strings.Compare(r.SortKey(), key)
		})
		start = at
		if found {
			start++
		}
	}
	end := min(start+w.first, len(rows))
	c := &Connection[T]{Nodes: rows[start:end:end], TotalCount: len(rows)}
	c.PageInfo = PageInfo{HasNextPage: end < len(rows), HasPreviousPage: start > 0}
	if len(c.Nodes) > 0 {
		startCursor, endCursor := cursor(c.Nodes[0]), cursor(c.Nodes[len(c.Nodes)-1])
		c.PageInfo.StartCursor, c.PageInfo.EndCursor = &startCursor, &endCursor
	}
	return c
}

// Sort orders rows by SortKey. The keys are made once, and rows that are in order
// already, as the systems usually give them, stay where they are.
func Sort[T Row](rows []T) {
	type keyed struct {
		key string
		row T
	}
	list := make([]keyed, len(rows))
	ordered := true
	for i, r := range rows {
		list[i] = keyed{key: r.SortKey(), row: r}
		ordered = ordered && (i == 0 || list[i-1].key <= list[i].key)
	}
	if ordered {
		return
	}
	slices.SortStableFunc(list, func(a, b keyed) int { return strings.Compare(a.key, b.key) })
	for i := range list {
		rows[i] = list[i].row
	}
}
