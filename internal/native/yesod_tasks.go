package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

// maxTaskDays bounds a request for tasks: the vendor names no limit.
const maxTaskDays = 366

type (
	// YesodTask is a task to give or take rights in a connected system.
	YesodTask struct {
		ID                                           string
		TaskNumber, Status                           *string
		ApplicationDate, ChangeDate                  *hr.Date
		ChangeID, ChangeName, ApprovedAt             *string
		Member                                       YesodTaskMember
		ConnectionID, ConnectionCode, ConnectionName *string
		Staffs                                       []*YesodTaskStaff
		Action                                       YesodTaskAction
		RelatedTasks                                 []*YesodRelatedTask
		JobID, JobCode, JobMessage                   *string
	}
	// YesodTaskMember is the member of a task.
	YesodTaskMember struct {
		ID, Name, Email, IdentificationNumber       *string
		Date                                        *hr.Date
		Companies, Organizations, Offices, Projects []*YesodNamed
		Attributes                                  []*YesodTaskAttribute
	}
	// YesodNamed is a group of a task's member, with those above it.
	YesodNamed struct {
		ID, Type, Name, Code, EmployeeNumber *string
		Depth                                *int
		Attributes                           []*YesodTaskAttribute
		Parent                               *YesodNamed
	}
	// YesodTaskAttribute is a value that the connected system needs.
	YesodTaskAttribute struct {
		AttributeID            *string
		AttributeLabel         YesodLabel
		EntityID, EntityType   *string
		DataType, Value        *string
		AttributeExpression    *string
		ConnectionAttributeKey *string
	}
	// YesodTaskStaff is who may do a task.
	YesodTaskStaff struct{ ID, Name, Email, Type *string }
	// YesodTaskAction is what is to be done.
	YesodTaskAction struct {
		Type                                          *string
		AllocationID, AllocationName, IntegrationType *string
		Roles                                         []*YesodRole
	}
	// YesodRole is a role in a connected system.
	YesodRole struct{ Code, Name *string }
	// YesodRelatedTask is another task.
	YesodRelatedTask struct{ ID, TaskNumber, Code, Message *string }
)

// Tasks reads the tasks of some days, 7 without: one call.
func (y *Yesod) Tasks(ctx context.Context, from hr.Date, days *int) ([]*YesodTask, error) {
	n := 0
	if days != nil {
		if n = *days; n < 1 || n > maxTaskDays {
			return nil, fault.New(fault.BadUserInput, "days must be between 1 and %d", maxTaskDays)
		}
	}
	rows, err := y.client.AuthorityTasks(ctx, yesod.Date(from.String()), n)
	return mapped(rows, err, yesodTask)
}

func yesodTask(t *yesod.AuthorityTask) *YesodTask {
	out := &YesodTask{
		ID: string(t.ID), TaskNumber: text(t.TaskNumber), Status: text(t.Status),
		ApplicationDate: dateOrNil(string(t.Application)), ChangeDate: dateOrNil(string(t.ChangeDate)),
		ChangeID: text(string(t.Change.ID)), ChangeName: text(t.Change.Name), ApprovedAt: text(t.Change.ApprovedAt),
		Member:       yesodTaskMember(&t.Member),
		ConnectionID: text(string(t.Connection.ID)), ConnectionCode: text(t.Connection.Code),
		ConnectionName: text(t.Connection.Name),
		Action: YesodTaskAction{
			Type: text(t.Action.Type), AllocationID: text(string(t.Action.Allocation.ID)),
			AllocationName: text(t.Action.Allocation.Name), IntegrationType: text(t.Action.Allocation.Integration),
			Roles: []*YesodRole{},
		},
		Staffs: []*YesodTaskStaff{}, RelatedTasks: []*YesodRelatedTask{},
		JobID: text(string(t.Job.ID)), JobCode: text(t.Job.Code), JobMessage: text(t.Job.Message),
	}
	for _, s := range t.Staffs {
		out.Staffs = append(out.Staffs, &YesodTaskStaff{
			ID: text(string(s.ID)), Name: text(s.Name), Email: text(s.Email), Type: text(s.Type),
		})
	}
	for _, r := range t.Action.Roles {
		out.Action.Roles = append(out.Action.Roles, &YesodRole{Code: text(r.Code), Name: text(r.Name)})
	}
	for _, r := range t.Related {
		out.RelatedTasks = append(out.RelatedTasks, &YesodRelatedTask{
			ID: text(string(r.ID)), TaskNumber: text(r.TaskNumber), Code: text(r.Code), Message: text(r.Message),
		})
	}
	return out
}

func yesodTaskMember(m *yesod.TaskMember) YesodTaskMember {
	return YesodTaskMember{
		ID: text(string(m.ID)), Name: text(m.Name), Email: text(m.Email), Date: dateOrNil(string(m.Date)),
		IdentificationNumber: text(m.IdentificationNumber), Companies: yesodNameds(m.Companies),
		Organizations: yesodNameds(m.Organizations), Offices: yesodNameds(m.Offices), Projects: yesodNameds(m.Projects),
		Attributes: yesodTaskAttributes(m.Attributes),
	}
}

func yesodNameds(list []yesod.Named) []*YesodNamed {
	out := []*YesodNamed{}
	for i := range list {
		out = append(out, yesodNamed(&list[i]))
	}
	return out
}

func yesodNamed(n *yesod.Named) *YesodNamed {
	if n == nil {
		return nil
	}
	return &YesodNamed{
		ID: text(string(n.ID)), Type: text(n.Type), Name: text(n.Name), Code: text(n.Code), Depth: numberOrNil(n.Depth),
		EmployeeNumber: text(n.EmployeeNumber), Attributes: yesodTaskAttributes(n.Attributes), Parent: yesodNamed(n.Parent),
	}
}

func yesodTaskAttributes(list []yesod.TaskAttribute) []*YesodTaskAttribute {
	out := []*YesodTaskAttribute{}
	for _, a := range list {
		out = append(out, &YesodTaskAttribute{
			AttributeID: text(string(a.AttributeID)), AttributeLabel: yesodLabel(a.AttributeLabel),
			EntityID: text(string(a.EntityID)), EntityType: text(a.EntityType), DataType: text(a.DataType),
			Value: text(a.Value), AttributeExpression: text(a.Expression), ConnectionAttributeKey: text(a.ConnectionKey),
		})
	}
	return out
}
