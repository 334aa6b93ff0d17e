package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/graph-gophers/graphql-go"

	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// The resolvers, a method a field.

// nodeList is a connection.
type nodeList[T any] struct{ Nodes []T }

// text is a Date or a Month.
type text string

// ImplementsGraphQLType implements the executor's interface of scalars.
func (*text) ImplementsGraphQLType(name string) bool { return name == "Date" || name == "Month" }

// UnmarshalGraphQL implements the executor's interface of scalars.
func (t *text) UnmarshalGraphQL(input any) error {
	s, ok := input.(string)
	if !ok {
		return fmt.Errorf("%T is no text", input)
	}
	*t = text(s)
	return nil
}

// moment is a DateTime.
type moment struct{ time.Time }

// ImplementsGraphQLType implements the executor's interface of scalars.
func (*moment) ImplementsGraphQLType(name string) bool { return name == "DateTime" }

// UnmarshalGraphQL implements the executor's interface of scalars.
func (m *moment) UnmarshalGraphQL(any) error { return fmt.Errorf("no argument has this type") }

func momentOrNull(t *time.Time) *moment {
	if t == nil {
		return nil
	}
	return &moment{*t}
}

// The arguments of lists.
type (
	days struct {
		From, To text
		First    int32
	}
	months = days
	some   struct{ First int32 }
)

type employeeNode struct{ p *person }

// ID and the other short ones are the fields of the schema.
func (e *employeeNode) ID() graphql.ID          { return graphql.ID(e.p.ID) }
func (e *employeeNode) Code() *string           { return &e.p.Code }
func (e *employeeNode) Name() *nameNode         { return &nameNode{&e.p.Name} }
func (e *employeeNode) Email() *string          { return e.p.Email }
func (e *employeeNode) Status() string          { return e.p.Status }
func (e *employeeNode) HiredOn() *text          { return (*text)(e.p.HiredOn) }
func (e *employeeNode) JobTitle() *string       { return e.p.JobTitle }
func (e *employeeNode) EmploymentType() *string { return e.p.EmploymentType }

func (e *employeeNode) Organization(ctx context.Context) *organizationNode {
	units := requestOf(ctx).index.units
	at := slices.IndexFunc(units, func(u unit) bool { return u.id == e.p.unit })
	if at < 0 {
		return nil
	}
	return &organizationNode{&units[at]}
}

func (e *employeeNode) Stamps(ctx context.Context, args days) (*stampList, error) {
	rows, err := requestOf(ctx).stamps.load(ctx, e.p)
	return &stampList{rows[:min(len(rows), int(args.First))]}, err
}

func (e *employeeNode) WorkingRecords(ctx context.Context, args struct {
	From, To text
	Systems  *[]string
	First    int32
},
) (*nodeList[*workedNode], error) {
	r := requestOf(ctx)
	from := r.records
	if graphql.HasSelectedField(ctx, "nodes.breaks") {
		from = r.breaks
	}
	rows, err := from.load(ctx, e.p)
	out := make([]*workedNode, min(len(rows), int(args.First)))
	for i := range out {
		out[i] = &workedNode{&rows[i]}
	}
	return &nodeList[*workedNode]{out}, err
}

func (e *employeeNode) Overtimes(ctx context.Context, args months) (*nodeList[*overtimeNode], error) {
	rows, err := requestOf(ctx).overtimes.load(ctx, e.p)
	out := []*overtimeNode{}
	for i := range rows {
		if m := rows[i].Month; m >= string(args.From) && m <= string(args.To) && len(out) < int(args.First) {
			out = append(out, &overtimeNode{&rows[i]})
		}
	}
	return &nodeList[*overtimeNode]{out}, err
}

func (e *employeeNode) Manhours(ctx context.Context, args days) (*nodeList[*manhourNode], error) {
	hours, err := requestOf(ctx).hours.load(ctx, october)
	if err != nil {
		return nil, err
	}
	return manhourList(hours, args.First, func(s akashi.StaffID, _ akashi.ProjectID) bool {
		return s == e.p.akashi
	}), nil
}

// manhourList is the rows of some people and projects by day and person.
func manhourList(
	hours []akashi.StaffManhours, n int32, fits func(akashi.StaffID, akashi.ProjectID) bool,
) *nodeList[*manhourNode] {
	out := []*manhourNode{}
	for _, s := range hours {
		for _, d := range s.Dates {
			for _, p := range d.Projects {
				if !fits(s.StaffID, p.ProjectID) {
					continue
				}
				for i := range p.Items {
					out = append(out, &manhourNode{d.Date, s.StaffID, p.ProjectID, p.Items[i].Minutes})
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *manhourNode) int {
		if a.staff == b.staff || a.date != b.date {
			return cmp.Compare(a.date, b.date)
		}
		return cmp.Compare(strconv.FormatInt(int64(a.staff), 10), strconv.FormatInt(int64(b.staff), 10))
	})
	return &nodeList[*manhourNode]{out[:min(len(out), int(n))]}
}

type nameNode struct{ n *name }

// Family and the others are the fields of the schema.
func (n *nameNode) Family() string  { return n.n.Family }
func (n *nameNode) Given() string   { return n.n.Given }
func (n *nameNode) Display() string { return n.n.Family + " " + n.n.Given }

type organizationNode struct{ u *unit }

// ID and the others are the fields of the schema.
func (o *organizationNode) ID() graphql.ID { return graphql.ID(strconv.FormatInt(int64(o.u.id), 10)) }
func (o *organizationNode) Name() string   { return o.u.name }
func (o *organizationNode) Path() string   { return o.u.path }

func (o *organizationNode) Employees(ctx context.Context, args some) *nodeList[*employeeNode] {
	out := []*employeeNode{}
	for _, p := range requestOf(ctx).index.people {
		if p.unit == o.u.id && len(out) < int(args.First) {
			out = append(out, &employeeNode{p})
		}
	}
	return &nodeList[*employeeNode]{out}
}

type stampList struct{ rows []stamp }

// Nodes is a field of the schema.
func (l *stampList) Nodes() []*stampNode {
	out := make([]*stampNode, len(l.rows))
	for i := range l.rows {
		out[i] = &stampNode{&l.rows[i]}
	}
	return out
}

// Sources is a field of the schema.
func (*stampList) Sources() []*sourceNode {
	return []*sourceNode{{System: "AKASHI", Status: "OK"}, {System: "JOBCAN", Status: "OK"}}
}

type sourceNode struct{ System, Status string }

type stampNode struct{ s *stamp }

// OccurredAt and the others are the fields of the schema.
func (s *stampNode) OccurredAt() moment { return moment{s.s.OccurredAt} }
func (s *stampNode) Kind() string       { return s.s.Kind }
func (s *stampNode) System() string     { return s.s.System }

type workedNode struct{ w *worked }

// Date and the others are the fields of the schema.
func (w *workedNode) Date() text       { return text(w.w.Date) }
func (w *workedNode) StartAt() *moment { return momentOrNull(w.w.StartAt) }
func (w *workedNode) EndAt() *moment   { return momentOrNull(w.w.EndAt) }

func (w *workedNode) WorkedMinutes() *int32 {
	if w.w.WorkedMinutes == nil {
		return nil
	}
	n := int32(*w.w.WorkedMinutes)
	return &n
}

func (w *workedNode) Breaks() *[]*breakNode {
	if w.w.Breaks == nil {
		return nil
	}
	out := make([]*breakNode, len(*w.w.Breaks))
	for i, b := range *w.w.Breaks {
		out[i] = &breakNode{StartAt: &moment{b.StartAt}, EndAt: &moment{b.EndAt}}
	}
	return &out
}

type breakNode struct{ StartAt, EndAt *moment }

type overtimeNode struct{ o *overtime }

// Month and the others are the fields of the schema.
func (o *overtimeNode) Month() text    { return text(o.o.Month) }
func (o *overtimeNode) Minutes() int32 { return int32(o.o.Minutes) }
func (*overtimeNode) System() string   { return "CARELY" }

type manhourNode struct {
	date    akashi.Date
	staff   akashi.StaffID
	project akashi.ProjectID
	minutes int
}

// Date and the others are the fields of the schema.
func (m *manhourNode) Date() text     { return text(m.date) }
func (m *manhourNode) Minutes() int32 { return int32(m.minutes) }

func (m *manhourNode) Employee(ctx context.Context) *employeeNode {
	if p := requestOf(ctx).index.staff[m.staff]; p != nil {
		return &employeeNode{p}
	}
	return nil
}

func (m *manhourNode) Project(ctx context.Context) (*projectNode, error) {
	p, err := requestOf(ctx).projects.load(ctx, m.project)
	if p == nil || err != nil {
		return nil, err
	}
	return &projectNode{p}, nil
}

type projectNode struct{ p *akashi.Project }

// ID and the other short ones are the fields of the schema.
func (p *projectNode) ID() graphql.ID { return graphql.ID(strconv.FormatInt(int64(p.p.ID), 10)) }
func (p *projectNode) Code() *string  { return &p.p.Code }
func (p *projectNode) Name() string   { return p.p.Name }

func (p *projectNode) Members(ctx context.Context, args some) (*nodeList[*memberNode], error) {
	r := requestOf(ctx)
	staffs, err := r.members.load(ctx, p.p.ID)
	if err != nil {
		return nil, err
	}
	out := []*memberNode{}
	for _, id := range staffs.StaffIDs {
		if who := r.index.staff[id]; who != nil {
			out = append(out, &memberNode{slices.Contains(staffs.OwnerStaffIDs, id), &employeeNode{who}})
		}
	}
	slices.SortFunc(out, func(a, b *memberNode) int { return cmp.Compare(a.Employee.p.Code, b.Employee.p.Code) })
	return &nodeList[*memberNode]{out[:min(len(out), int(args.First))]}, nil
}

func (p *projectNode) Manhours(ctx context.Context, args days) (*nodeList[*manhourNode], error) {
	r := requestOf(ctx)
	hours, err := r.hours.load(ctx, october)
	if err != nil {
		return nil, err
	}
	return manhourList(hours, args.First, func(s akashi.StaffID, of akashi.ProjectID) bool {
		return of == p.p.ID && r.index.staff[s] != nil
	}), nil
}

type memberNode struct {
	IsOwner  bool
	Employee *employeeNode
}
