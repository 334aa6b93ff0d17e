package native

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

// AkashiOrganizationOutcome is what became of a row of 6.1.
type AkashiOrganizationOutcome struct {
	AkashiVerdict
	Organization *AkashiOrganization
}

// AkashiOrganizationsPayload is what became of the rows of 6.1.
type AkashiOrganizationsPayload struct {
	Rows []*AkashiOrganizationOutcome
	// Errors and Organizations belong to no row.
	Errors        []*AkashiError
	Organizations []*AkashiOrganization
}

// AkashiStaffRef is a staff as a write answers it.
type AkashiStaffRef struct {
	StaffID              *akashi.StaffID
	StaffCode, Email     *string
	OrganizationID       *akashi.OrganizationID
	EmploymentCategoryID *int
}

// AkashiStaffOutcome is what became of a row about a staff.
type AkashiStaffOutcome struct {
	AkashiVerdict
	Staff *AkashiStaffRef
}

// AkashiStaffsPayload is what became of the rows of 6.3 and 6.12 to 6.15.
type AkashiStaffsPayload struct {
	Rows []*AkashiStaffOutcome
	// Errors and Staffs belong to no row.
	Errors []*AkashiError
	Staffs []*AkashiStaffRef
}

// CreateOrganizations makes organisations (6.1).
func (a *Akashi) CreateOrganizations(
	ctx context.Context, rows []AkashiNewOrganization,
) (*AkashiOrganizationsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.CreateOrganizations)
	if err != nil {
		return nil, err
	}
	a.touchPeople(got.changed())
	out := &AkashiOrganizationsPayload{
		Rows: make([]*AkashiOrganizationOutcome, len(rows)), Errors: got.errors,
		Organizations: each(got.left, organizationOf),
	}
	for i, v := range got.verdicts {
		out.Rows[i] = &AkashiOrganizationOutcome{AkashiVerdict: v}
		if o := got.values[i]; o != nil {
			out.Rows[i].Organization = organizationOf(*o)
		}
	}
	return out, nil
}

// PutStaffs makes and changes staffs (6.3).
func (a *Akashi) PutStaffs(ctx context.Context, rows []AkashiStaffInput) (*AkashiStaffsPayload, error) {
	wire := make([]akashi.StaffInput, len(rows))
	for i, r := range rows {
		wire[i] = r.StaffInput
		if r.StaffID == nil {
			continue
		}
		if wire[i].StaffID = *r.StaffID; wire[i].StaffID == 0 {
			wire[i].StaffID = -1 // refused by its rule, and not a new staff
		}
	}
	got, err := sendRows(ctx, wire, a.api.PutStaffs)
	return staffsPayload(a, got, err, func(s akashi.PutStaff) *AkashiStaffRef {
		return &AkashiStaffRef{
			StaffID: some(s.StaffID), StaffCode: text(s.StaffCode), Email: text(s.Email),
			OrganizationID: some(s.OrganizationID), EmploymentCategoryID: s.EmploymentCategoryID,
		}
	})
}

// SetWorkingConditions changes the settings of staffs (6.12).
func (a *Akashi) SetWorkingConditions(
	ctx context.Context, rows []AkashiWorkingCondition,
) (*AkashiStaffsPayload, error) {
	wire := make([]akashi.WorkingCondition, len(rows))
	for i, r := range rows {
		wire[i] = r.WorkingCondition
		if r.StaffCode != nil {
			wire[i].StaffCode = *r.StaffCode
		}
		for _, kv := range r.Extra {
			if wire[i].Extra == nil {
				wire[i].Extra = map[string]string{}
			}
			if _, twice := wire[i].Extra[kv.Key]; twice {
				return nil, fault.New(fault.BadUserInput, "row %d: extra names a key twice", i)
			}
			wire[i].Extra[kv.Key] = kv.Value
		}
	}
	got, err := sendRows(ctx, wire, a.api.SetWorkingConditions)
	return staffsPayload(a, got, err, staffRefOf)
}

// TransferStaffs moves staffs on a day (6.13).
func (a *Akashi) TransferStaffs(ctx context.Context, rows []AkashiTransfer) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.TransferStaffs)
	return staffsPayload(a, got, err, staffRefOf)
}

// GrantPermissions gives staffs a permission and what they manage (6.14).
func (a *Akashi) GrantPermissions(ctx context.Context, rows []AkashiPermission) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.GrantPermissions)
	return staffsPayload(a, got, err, staffRefOf)
}

// ReservePermissions reserves the same for a day to come (6.15).
func (a *Akashi) ReservePermissions(
	ctx context.Context, rows []AkashiPermissionReservation,
) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.ReservePermissions)
	return staffsPayload(a, got, err, staffRefOf)
}

func staffRefOf(s akashi.StaffRef) *AkashiStaffRef {
	return &AkashiStaffRef{StaffID: some(s.StaffID), StaffCode: text(s.StaffCode), Email: text(s.Email)}
}

func staffsPayload[T any](
	a *Akashi, got akashiRows[T], err error, ref func(T) *AkashiStaffRef,
) (*AkashiStaffsPayload, error) {
	if err != nil {
		return nil, err
	}
	a.touchPeople(got.changed())
	out := &AkashiStaffsPayload{
		Rows: make([]*AkashiStaffOutcome, len(got.verdicts)), Errors: got.errors, Staffs: each(got.left, ref),
	}
	for i, v := range got.verdicts {
		out.Rows[i] = &AkashiStaffOutcome{AkashiVerdict: v}
		if s := got.values[i]; s != nil {
			out.Rows[i].Staff = ref(*s)
		}
	}
	return out, nil
}

// RetireStaff retires a staff on a day (6.5).
func (a *Akashi) RetireStaff(ctx context.Context, id string, on hr.Date) (*AkashiStaffOutcome, error) {
	n, err := number[akashi.StaffID]("id", id)
	if err != nil {
		return nil, err
	}
	left, err := a.api.RetireStaff(ctx, n, wireDate(&on))
	return a.left(left, err), nil
}

// DeleteStaff deletes a staff for good (6.5 without a day). confirm must be the
// staff's number as AKASHI has it now, or the id of a staff without a number:
// the staff is read first, and nothing is deleted when they differ.
func (a *Akashi) DeleteStaff(ctx context.Context, id, confirm string) (*AkashiStaffOutcome, error) {
	n, err := number[akashi.StaffID]("id", id)
	if err != nil {
		return nil, err
	}
	staff, err := a.api.Staff(ctx, n)
	if err != nil {
		v := one(err)
		if v.Outcome == hr.WriteUnknown { // only a read was sent
			v.Outcome = hr.WriteFailed
		}
		return &AkashiStaffOutcome{AkashiVerdict: v}, nil
	}
	want := staff.StaffNum
	if want == "" {
		want = id
	}
	if confirm != want {
		return &AkashiStaffOutcome{AkashiVerdict: one(fault.New(fault.BadUserInput,
			"confirmDeletionOf is not the staff number of this staff; nobody was deleted"))}, nil
	}
	left, err := a.api.DeleteStaff(ctx, n)
	return a.left(left, err), nil
}

// left is the outcome of 6.5.
func (a *Akashi) left(s akashi.LeftStaff, err error) *AkashiStaffOutcome {
	out := &AkashiStaffOutcome{AkashiVerdict: one(err)}
	a.touchPeople(out.changed())
	if err == nil {
		out.Staff = &AkashiStaffRef{StaffID: some(s.StaffID), StaffCode: text(s.StaffCode), Email: text(s.Email)}
	}
	return out
}

// touchPeople makes people and organisations be read anew when they changed.
func (a *Akashi) touchPeople(changed bool) {
	if changed {
		a.dir.Touch(a.link)
	}
}
