package yesod

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/hitotsu/hitotsu/upstream/internal/flex"
)

// AuthorityTask is a task to give or take rights in a connected system, for a
// change of a member. Texts and ids are empty when absent.
type AuthorityTask struct {
	ID          ID
	TaskNumber  string
	Status      string
	Application Date
	ChangeDate  Date
	// Change is the request behind it. ApprovedAt is as the vendor wrote it.
	Change struct {
		ID         ID
		Name       string
		ApprovedAt string
	}
	Member     TaskMember
	Connection Named
	// Staffs are who may do the task.
	Staffs []TaskStaff
	Action TaskAction
	// Related are tasks that come before this one, or cancel it.
	Related []RelatedTask
	Job     struct {
		ID            ID
		Code, Message string
	}
}

// Named is an entity that was named; Type, Code and Depth are there for some.
type Named struct {
	ID   ID
	Type string
	Name string
	Code string
	// Depth counts from 1 at the top, 0 when absent.
	Depth int
	// EmployeeNumber is of a member in a company.
	EmployeeNumber string
	Attributes     []TaskAttribute
	// Parent is what is above a group, nil for none.
	Parent *Named
}

// TaskMember is the member of a task.
type TaskMember struct {
	Named
	Date                                        Date
	Email                                       string
	IdentificationNumber                        string
	Companies, Organizations, Offices, Projects []Named
}

// TaskAttribute is a value that the connected system needs.
type TaskAttribute struct {
	EntityID             ID
	EntityType, DataType string
	AttributeID          ID
	AttributeLabel       Label
	// Expression stands in for id and label where it is set.
	Expression    string
	ConnectionKey string
	Value         string
}

// TaskStaff is who may do a task.
type TaskStaff struct {
	ID                ID
	Name, Email, Type string
}

// TaskAction is what is to be done.
type TaskAction struct {
	// Type is create, delete, grant, revoke or modify.
	Type string
	// Allocation is what is given; Integration is availability, priority or
	// multiple.
	Allocation struct {
		ID                ID
		Name, Integration string
	}
	Roles []Role
}

// Role is a role in a connected system.
type Role struct{ Code, Name string }

// RelatedTask is another task. Code 0001 is a predecessor to cancel, 0002 one to
// do first.
type RelatedTask struct {
	ID                        ID
	TaskNumber, Code, Message string
}

type wireNamed struct {
	ID             flex.Text                    `json:"id"`
	Type           flex.Text                    `json:"type"`
	Name           flex.Text                    `json:"name"`
	Code           flex.Text                    `json:"code"`
	Depth          flex.Num                     `json:"depth"`
	EmployeeNumber flex.Text                    `json:"employeeNumber"`
	Attributes     flex.List[wireTaskAttribute] `json:"attributes"`
	Parent         *wireNamed                   `json:"parent"`
}

type wireTaskAttribute struct {
	EntityID      flex.Text `json:"entityId"`
	EntityType    flex.Text `json:"entityType"`
	DataType      flex.Text `json:"dataType"`
	AttributeID   flex.Text `json:"attributeId"`
	Label         wireLabel `json:"attributeLabel"`
	Expression    wireValue `json:"attributeExpression"`
	ConnectionKey flex.Text `json:"connectionAttributeKey"`
	Value         wireValue `json:"value"`
}

type wireTask struct {
	Task struct {
		ID          flex.Text `json:"id"`
		Application flex.Text `json:"applicationDate"`
		Status      flex.Text `json:"status"`
		Number      flex.Text `json:"taskNumber"`
		ChangeDate  flex.Text `json:"changeDate"`
	} `json:"task"`
	Change struct {
		ID         flex.Text `json:"id"`
		ApprovedAt flex.Text `json:"approvedAt"`
		ApproveAt  flex.Text `json:"approveAt"`
		Name       flex.Text `json:"name"`
	} `json:"changeRequest"`
	Member struct {
		wireNamed
		Date                 flex.Text            `json:"date"`
		Email                flex.Text            `json:"email"`
		IdentificationNumber flex.Text            `json:"identificationNumber"`
		Companies            flex.List[wireNamed] `json:"companies"`
		Organizations        flex.List[wireNamed] `json:"organizations"`
		Offices              flex.List[wireNamed] `json:"offices"`
		Projects             flex.List[wireNamed] `json:"projects"`
	} `json:"member"`
	Connection wireNamed `json:"connection"`
	Staffs     flex.List[struct {
		ID    flex.Text `json:"id"`
		Name  flex.Text `json:"name"`
		Email flex.Text `json:"email"`
		Type  flex.Text `json:"type"`
	}] `json:"staffs"`
	Action struct {
		Type       flex.Text `json:"type"`
		Allocation struct {
			ID          flex.Text `json:"id"`
			Name        flex.Text `json:"name"`
			Integration flex.Text `json:"integrationType"`
		} `json:"allocation"`
		Roles flex.List[struct {
			Code flex.Text `json:"code"`
			Name flex.Text `json:"name"`
		}] `json:"roles"`
	} `json:"action"`
	Related flex.List[struct {
		Task struct {
			ID     flex.Text `json:"id"`
			Number flex.Text `json:"taskNumber"`
		} `json:"task"`
		Relation struct {
			Code    flex.Text `json:"code"`
			Message flex.Text `json:"message"`
		} `json:"relation"`
	}] `json:"relatedTasks"`
	Job struct {
		ID      flex.Text `json:"id"`
		Code    flex.Text `json:"code"`
		Message flex.Text `json:"message"`
	} `json:"job"`
}

// AuthorityTasks reads the tasks of some days from a day on; days 0 are the
// vendor's 7.
func (c *Client) AuthorityTasks(ctx context.Context, from Date, days int) ([]AuthorityTask, error) {
	if from == "" || from == MaxLeavingDate || !from.valid() || days < 0 {
		return nil, c.forbidden("tasks are asked for from a day of the calendar, for no less than one day")
	}
	query := url.Values{"from": {string(from)}}
	if days > 0 {
		query.Set("days", strconv.Itoa(days))
	}
	w, err := call[struct {
		Tasks flex.List[wireTask] `json:"tasks"`
	}](ctx, c, "yesod.authorityTasks", true, http.MethodGet, c.at(c.opts.Paths.AuthorityTasks, query), nil)
	if err != nil {
		return nil, err
	}
	if w.Tasks == nil {
		return nil, c.bad("the answer has no tasks")
	}
	out := make([]AuthorityTask, 0, len(w.Tasks))
	for i := range w.Tasks {
		t := &w.Tasks[i]
		if ID(t.Task.ID).None() {
			return nil, c.bad("a task has no id")
		}
		out = append(out, t.task())
	}
	return out, nil
}

func (w *wireTask) task() AuthorityTask {
	t := AuthorityTask{
		ID: ID(w.Task.ID), TaskNumber: string(w.Task.Number), Status: string(w.Task.Status),
		Application: day(w.Task.Application), ChangeDate: day(w.Task.ChangeDate),
		Connection: *w.Connection.named(0), Action: TaskAction{Type: string(w.Action.Type)},
	}
	t.Change.ID, t.Change.Name = ID(w.Change.ID), string(w.Change.Name)
	// The two editions of the document differ in the key.
	if t.Change.ApprovedAt = string(w.Change.ApprovedAt); t.Change.ApprovedAt == "" {
		t.Change.ApprovedAt = string(w.Change.ApproveAt)
	}
	m := &w.Member
	t.Member = TaskMember{
		Named: *m.named(0), Date: day(m.Date), Email: string(m.Email), IdentificationNumber: string(m.IdentificationNumber),
		Companies: nameds(m.Companies), Organizations: nameds(m.Organizations), Offices: nameds(m.Offices),
		Projects: nameds(m.Projects),
	}
	for _, s := range w.Staffs {
		t.Staffs = append(t.Staffs, TaskStaff{ID(s.ID), string(s.Name), string(s.Email), string(s.Type)})
	}
	a := &w.Action.Allocation
	t.Action.Allocation.ID, t.Action.Allocation.Name = ID(a.ID), string(a.Name)
	t.Action.Allocation.Integration = string(a.Integration)
	for _, r := range w.Action.Roles {
		t.Action.Roles = append(t.Action.Roles, Role{string(r.Code), string(r.Name)})
	}
	for _, r := range w.Related {
		t.Related = append(t.Related, RelatedTask{
			ID(r.Task.ID), string(r.Task.Number), string(r.Relation.Code), string(r.Relation.Message),
		})
	}
	t.Job.ID, t.Job.Code, t.Job.Message = ID(w.Job.ID), string(w.Job.Code), string(w.Job.Message)
	return t
}

// named translates an entity and those above it, as far as they are no endless
// chain.
func (w *wireNamed) named(depth int) *Named {
	if w == nil || depth > maxDepth {
		return nil
	}
	n := &Named{
		ID: ID(w.ID), Type: string(w.Type), Name: string(w.Name), Code: string(w.Code), Depth: w.Depth.Int(),
		EmployeeNumber: string(w.EmployeeNumber), Parent: w.Parent.named(depth + 1),
	}
	for i := range w.Attributes {
		a := &w.Attributes[i]
		n.Attributes = append(n.Attributes, TaskAttribute{
			EntityID: ID(a.EntityID), EntityType: string(a.EntityType), DataType: string(a.DataType),
			AttributeID: ID(a.AttributeID), AttributeLabel: Label(a.Label), Expression: string(a.Expression),
			ConnectionKey: string(a.ConnectionKey), Value: string(a.Value),
		})
	}
	return n
}

func nameds(ws []wireNamed) []Named {
	var out []Named
	for i := range ws {
		out = append(out, *ws[i].named(0))
	}
	return out
}
