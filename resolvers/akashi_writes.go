package resolvers

import (
	"context"

	"github.com/hitotsu/hitotsu/graph/model"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/native"
	"github.com/hitotsu/hitotsu/internal/writes"
)

// Whether the caller may write was asked where the namespace was opened.

// writeAkashi sends n rows to the link of each namespace; there is one a field.
func writeAkashi[T any](
	r akashiWritesResolver, objs []*model.AkashiWrites, n int, send func(*native.Akashi) (T, error),
) ([]T, error) {
	if err := checkRows(n); err != nil {
		return nil, err
	}
	out, errs := make([]T, len(objs)), make([]error, len(objs))
	for i, o := range objs {
		out[i], errs[i] = askAkashi(r.Root, o.Link, send)
	}
	return out, orNil(errs)
}

func (r akashiWritesResolver) CreateOrganizations(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiNewOrganization,
) ([]*native.AkashiOrganizationsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiOrganizationsPayload, error) {
		return a.CreateOrganizations(ctx, rows)
	})
}

func (r akashiWritesResolver) PutStaffs(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiStaffInput,
) ([]*native.AkashiStaffsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiStaffsPayload, error) {
		return a.PutStaffs(ctx, rows)
	})
}

func (r akashiWritesResolver) RetireStaff(
	ctx context.Context, objs []*model.AkashiWrites, id string, retirementDate hr.Date,
) ([]*native.AkashiStaffOutcome, error) {
	return writeAkashi(r, objs, 1, func(a *native.Akashi) (*native.AkashiStaffOutcome, error) {
		return a.RetireStaff(ctx, id, retirementDate)
	})
}

func (r akashiWritesResolver) DeleteStaff(
	ctx context.Context, objs []*model.AkashiWrites, id, confirmDeletionOf string,
) ([]*native.AkashiStaffOutcome, error) {
	return writeAkashi(r, objs, 1, func(a *native.Akashi) (*native.AkashiStaffOutcome, error) {
		return a.DeleteStaff(ctx, id, confirmDeletionOf)
	})
}

func (r akashiWritesResolver) SetWorkingConditions(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiWorkingCondition,
) ([]*native.AkashiStaffsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiStaffsPayload, error) {
		return a.SetWorkingConditions(ctx, rows)
	})
}

func (r akashiWritesResolver) TransferStaffs(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiTransfer,
) ([]*native.AkashiStaffsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiStaffsPayload, error) {
		return a.TransferStaffs(ctx, rows)
	})
}

func (r akashiWritesResolver) GrantPermissions(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiPermission,
) ([]*native.AkashiStaffsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiStaffsPayload, error) {
		return a.GrantPermissions(ctx, rows)
	})
}

func (r akashiWritesResolver) ReservePermissions(
	ctx context.Context, objs []*model.AkashiWrites, rows []native.AkashiPermissionReservation,
) ([]*native.AkashiStaffsPayload, error) {
	return writeAkashi(r, objs, len(rows), func(a *native.Akashi) (*native.AkashiStaffsPayload, error) {
		return a.ReservePermissions(ctx, rows)
	})
}

func (r akashiWritesResolver) DeleteProject(
	ctx context.Context, objs []*model.AkashiWrites, id string,
) ([]*native.AkashiProjectOutcome, error) {
	return writeAkashi(r, objs, 1, func(a *native.Akashi) (*native.AkashiProjectOutcome, error) {
		return a.DeleteProject(ctx, id)
	})
}

func (r akashiWritesResolver) DeleteTask(
	ctx context.Context, objs []*model.AkashiWrites, project, id string,
) ([]*native.AkashiTaskOutcome, error) {
	return writeAkashi(r, objs, 1, func(a *native.Akashi) (*native.AkashiTaskOutcome, error) {
		return a.DeleteTask(ctx, project, id)
	})
}

func (r akashiWritesResolver) AssignProjectStaffs(
	ctx context.Context, objs []*model.AkashiWrites, project string, assign []native.AkashiAssignment, unassign []string,
) ([]*native.AkashiProjectStaffsPayload, error) {
	if len(unassign) > writes.MaxRows {
		return nil, fault.New(fault.BadUserInput, "at most %d staffs can be unassigned at once", writes.MaxRows)
	}
	return writeAkashi(r, objs, max(1, len(assign)), func(a *native.Akashi) (*native.AkashiProjectStaffsPayload, error) {
		return a.AssignProjectStaffs(ctx, project, assign, unassign)
	})
}
