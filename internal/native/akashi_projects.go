package native

import (
	"context"
	"strconv"

	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// AkashiProjectOutcome is what became of a project.
type AkashiProjectOutcome struct {
	AkashiVerdict
	Project *AkashiProject
}

// AkashiTaskOutcome is what became of a task.
type AkashiTaskOutcome struct {
	AkashiVerdict
	Task *AkashiTask
}

// AkashiMemberOutcome is what became of a row of 6.30.
type AkashiMemberOutcome struct {
	Verdict
	StaffID akashi.StaffID
}

// AkashiProjectStaffsPayload is what became of the rows of 6.30.
type AkashiProjectStaffsPayload struct {
	Assign, Unassign []*AkashiMemberOutcome
	// Errors are AKASHI's, which name no row.
	Errors []*AkashiError
	// ProjectStaffs are the members after the call, nil when not known.
	ProjectStaffs *AkashiProjectStaffs
}

// DeleteProject deletes a project (6.19).
func (a *Akashi) DeleteProject(ctx context.Context, id string) (*AkashiProjectOutcome, error) {
	n, err := number[akashi.ProjectID]("id", id)
	if err != nil {
		return nil, err
	}
	p, err := a.api.DeleteProject(ctx, n)
	out := &AkashiProjectOutcome{AkashiVerdict: one(err)}
	a.touchProjects(ctx, out.changed())
	if err == nil {
		out.Project = deletedProjectOf(p)
	}
	return out, nil
}

// DeleteTask deletes a task of a project (6.23).
func (a *Akashi) DeleteTask(ctx context.Context, project, id string) (*AkashiTaskOutcome, error) {
	p, n, err := taskNumbers(project, id)
	if err != nil {
		return nil, err
	}
	t, err := a.api.DeleteTask(ctx, p, n)
	out := &AkashiTaskOutcome{AkashiVerdict: one(err)}
	a.touchProjects(ctx, out.changed())
	if err == nil {
		out.Task = deletedTaskOf(t)
	}
	return out, nil
}

// AssignProjectStaffs adds members to a project, changes whether they own it, and
// removes members (6.30). Rows that break a rule refuse the whole request, since
// it says what the members of one project shall be.
func (a *Akashi) AssignProjectStaffs(
	ctx context.Context, project string, assign []AkashiAssignment, unassign []string,
) (*AkashiProjectStaffsPayload, error) {
	p, err := number[akashi.ProjectID]("project", project)
	if err != nil {
		return nil, err
	}
	removed := make([]akashi.StaffID, len(unassign))
	for i, id := range unassign {
		if removed[i], err = number[akashi.StaffID]("unassign["+strconv.Itoa(i)+"]", id); err != nil {
			return nil, err
		}
	}
	got, err := a.api.AssignProjectStaffs(ctx, p, assign, removed)
	all := one(err)
	a.touchProjects(ctx, all.changed())
	out := &AkashiProjectStaffsPayload{Errors: all.Errors}
	if err == nil {
		out.ProjectStaffs = &got.Staffs
	}
	add := func(states []akashi.State, i int, id akashi.StaffID) *AkashiMemberOutcome {
		v := all.Verdict
		if err == nil {
			v = rowVerdict(states[i], nil)
		}
		v.Row = i
		return &AkashiMemberOutcome{Verdict: v, StaffID: id}
	}
	for i, r := range assign {
		out.Assign = append(out.Assign, add(got.Assign, i, r.StaffID))
	}
	for i, id := range removed {
		out.Unassign = append(out.Unassign, add(got.Unassign, i, id))
	}
	return out, nil
}

// touchProjects makes projects, tasks, members and man-hours be read anew when
// they changed.
func (a *Akashi) touchProjects(ctx context.Context, changed bool) {
	if !changed {
		return
	}
	a.reads.ForgetProjects(ctx, a.link)
	a.reads.ForgetManhours(ctx, a.link)
}
