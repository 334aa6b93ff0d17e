package native

import (
	"context"
	"strconv"

	"github.com/hitotsu/hitotsu/internal/directory"
	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/internal/hr"
	"github.com/hitotsu/hitotsu/internal/sources"
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
	if got.changed() {
		a.dir.TouchUnits(ctx, a.link)
	}
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
	ids := make([]akashi.StaffID, len(wire))
	for i := range wire {
		ids[i] = wire[i].StaffID
	}
	return staffsPayload(ctx, a, got, err, ids, func(s akashi.PutStaff) *AkashiStaffRef {
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
	return payloadOf(got, err, staffRefOf) // no list of people tells of them
}

// TransferStaffs moves staffs on a day (6.13).
func (a *Akashi) TransferStaffs(ctx context.Context, rows []AkashiTransfer) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.TransferStaffs)
	return staffsPayload(ctx, a, got, err, nil, staffRefOf)
}

// GrantPermissions gives staffs a permission and what they manage (6.14).
func (a *Akashi) GrantPermissions(ctx context.Context, rows []AkashiPermission) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.GrantPermissions)
	return staffsPayload(ctx, a, got, err, nil, staffRefOf)
}

// ReservePermissions reserves the same for a day to come (6.15).
func (a *Akashi) ReservePermissions(
	ctx context.Context, rows []AkashiPermissionReservation,
) (*AkashiStaffsPayload, error) {
	got, err := sendRows(ctx, rows, a.api.ReservePermissions)
	return staffsPayload(ctx, a, got, err, nil, staffRefOf)
}

func staffRefOf(s akashi.StaffRef) *AkashiStaffRef {
	return &AkashiStaffRef{StaffID: some(s.StaffID), StaffCode: text(s.StaffCode), Email: text(s.Email)}
}

// staffsPayload makes the payload and makes those who changed be read anew. ids are
// those that the rows named, nil where rows name nobody by id.
func staffsPayload[T any](
	ctx context.Context, a *Akashi, got akashiRows[T], err error, ids []akashi.StaffID, ref func(T) *AkashiStaffRef,
) (*AkashiStaffsPayload, error) {
	out, err := payloadOf(got, err, ref)
	if err == nil {
		a.wroteStaffs(ctx, out, ids)
	}
	return out, err
}

func payloadOf[T any](
	got akashiRows[T], err error, ref func(T) *AkashiStaffRef,
) (*AkashiStaffsPayload, error) {
	if err != nil {
		return nil, err
	}
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

// wroteStaffs makes those who changed be read anew.
func (a *Akashi) wroteStaffs(ctx context.Context, p *AkashiStaffsPayload, ids []akashi.StaffID) {
	var changed []directory.Written
	for i, row := range p.Rows {
		if !row.changed() {
			continue
		}
		var id akashi.StaffID
		if row.Staff != nil && row.Staff.StaffID != nil {
			id = *row.Staff.StaffID
		} else if ids != nil {
			id = ids[i]
		}
		changed = append(changed, writtenStaff(id))
	}
	if len(changed) > 0 {
		a.dir.Wrote(ctx, a.link, changed...)
	}
}

// writtenStaff names a staff, nobody in particular when the id is not known.
func writtenStaff(id akashi.StaffID) directory.Written {
	if id <= 0 {
		return directory.Written{}
	}
	return directory.Written{Known: sources.Known{ID: strconv.FormatInt(int64(id), 10)}}
}

// RetireStaff retires a staff on a day (6.5).
func (a *Akashi) RetireStaff(ctx context.Context, id string, on hr.Date) (*AkashiStaffOutcome, error) {
	n, err := number[akashi.StaffID]("id", id)
	if err != nil {
		return nil, err
	}
	left, err := a.api.RetireStaff(ctx, n, wireDate(&on))
	return a.left(ctx, n, left, err, false), nil
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
	return a.left(ctx, n, left, err, true), nil
}

// left is the outcome of 6.5 for a staff, who is gone when it deletes.
func (a *Akashi) left(
	ctx context.Context, id akashi.StaffID, s akashi.LeftStaff, err error, deletes bool,
) *AkashiStaffOutcome {
	out := &AkashiStaffOutcome{AkashiVerdict: one(err)}
	if out.changed() {
		w := writtenStaff(id)
		w.Gone = deletes && err == nil
		a.dir.Wrote(ctx, a.link, w)
	}
	if err == nil {
		out.Staff = &AkashiStaffRef{StaffID: some(s.StaffID), StaffCode: text(s.StaffCode), Email: text(s.Email)}
	}
	return out
}
