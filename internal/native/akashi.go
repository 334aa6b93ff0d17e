package native

import (
	"context"
	"errors"
	"strconv"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/reads"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// Akashi is AKASHI's own side of one link. Every call is one request with the
// company's token, and nothing is kept.
type Akashi struct {
	link  hr.Link
	api   *akashi.Client
	dir   *directory.Directory
	reads *reads.Reader
}

// number reads an id of AKASHI, a positive number.
func number[N ~int64](argument, id string) (N, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0, fault.New(fault.BadUserInput,
			"%s must be AKASHI's own id, a positive number; an employee's links have it as vendorId", argument)
	}
	return N(n), nil
}

// Organizations lists the organisations, with their ancestors if asked (6.2).
func (a *Akashi) Organizations(ctx context.Context, includesParents bool) ([]*AkashiOrganization, error) {
	rows, err := a.api.Organizations(ctx, includesParents)
	if err != nil {
		return nil, refusal(err)
	}
	return each(rows, organizationOf), nil
}

// Organization reads one organisation (6.2 with orgId).
func (a *Akashi) Organization(ctx context.Context, id string) (*AkashiOrganization, error) {
	n, err := number[akashi.OrganizationID]("id", id)
	if err != nil {
		return nil, err
	}
	o, err := a.api.Organization(ctx, n)
	if err != nil {
		return nil, refusal(err)
	}
	return organizationOf(o), nil
}

// Staff reads one staff (6.4).
func (a *Akashi) Staff(ctx context.Context, id string) (*AkashiStaff, error) {
	n, err := number[akashi.StaffID]("id", id)
	if err != nil {
		return nil, err
	}
	s, err := a.api.Staff(ctx, n)
	if err != nil {
		return nil, refusal(err)
	}
	return staffOf(s), nil
}

// Project reads one project (6.17).
func (a *Akashi) Project(ctx context.Context, id string) (*AkashiProject, error) {
	n, err := number[akashi.ProjectID]("id", id)
	if err != nil {
		return nil, err
	}
	p, err := a.api.Project(ctx, n)
	if err != nil {
		return nil, refusal(err)
	}
	return projectOf(p), nil
}

// taskNumbers reads the two ids that name a task.
func taskNumbers(project, id string) (akashi.ProjectID, akashi.TaskID, error) {
	p, err := number[akashi.ProjectID]("project", project)
	if err != nil {
		return 0, 0, err
	}
	n, err := number[akashi.TaskID]("id", id)
	return p, n, err
}

// Task reads one task of a project (6.21).
func (a *Akashi) Task(ctx context.Context, project, id string) (*AkashiTask, error) {
	p, n, err := taskNumbers(project, id)
	if err != nil {
		return nil, err
	}
	t, err := a.api.Task(ctx, p, n)
	if err != nil {
		return nil, refusal(err)
	}
	return taskOf(t), nil
}

// StaffProjects lists the projects of a staff in a period (6.28). Dates that are
// nil are not sent: AKASHI takes the current month.
func (a *Akashi) StaffProjects(ctx context.Context, staff string, from, to *hr.Date) ([]*AkashiStaffProject, error) {
	n, err := number[akashi.StaffID]("staff", staff)
	if err != nil {
		return nil, err
	}
	if from != nil && to != nil && to.Before(*from) {
		return nil, fault.New(fault.BadUserInput, "from must not be after to")
	}
	rows, err := a.api.StaffProjects(ctx, n, wireDate(from), wireDate(to))
	if err != nil {
		return nil, refusal(err)
	}
	return each(rows, func(p akashi.StaffProject) *AkashiStaffProject {
		return &AkashiStaffProject{
			ProjectID: p.ProjectID, StartDate: dateOf(p.StartDate), EndDate: dateOf(p.EndDate), TaskIDs: p.Tasks,
		}
	}), nil
}

// ProjectStaffs lists the members of a project (6.29).
func (a *Akashi) ProjectStaffs(ctx context.Context, project string) (*AkashiProjectStaffs, error) {
	n, err := number[akashi.ProjectID]("project", project)
	if err != nil {
		return nil, err
	}
	members, err := a.api.ProjectStaffs(ctx, n)
	if err != nil {
		return nil, refusal(err)
	}
	return &members, nil
}

// refusal adds what AKASHI said to the error of a read.
func refusal(err error) error {
	r, ok := errors.AsType[*akashi.Refusal](err)
	if !ok || len(r.Errors) == 0 {
		return err
	}
	return saying(err, r.Errors[0].Message)
}

func wireDate(d *hr.Date) akashi.Date {
	if d == nil {
		return ""
	}
	return akashi.Date(d.String())
}

// each translates rows; none become an empty list, which is not null.
func each[T, U any](rows []T, translate func(T) *U) []*U {
	out := make([]*U, len(rows))
	for i := range rows {
		out[i] = translate(rows[i])
	}
	return out
}
