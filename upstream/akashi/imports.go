package akashi

import (
	"context"
	"net/http"
)

// Transfer is a row of 6.13. The staff is named by StaffCode or StaffEmail.
type Transfer struct {
	StaffCode  *string `wire:"staff_code"`
	StaffEmail *string `wire:"staff_email"`
	// OrganizationChangeDate is the first day in the new organisation.
	OrganizationChangeDate Date `wire:"organization_change_date"`
	// IsDeleteChangeHistoryAfterChangeDate deletes the transfers after that day;
	// nil keeps them.
	IsDeleteChangeHistoryAfterChangeDate *bool   `wire:"is_delete_change_history_after_change_date,yesno"`
	NewOrganizationPath                  *string `wire:"new_organization_path"`
	NewOrganizationCode                  *string `wire:"new_organization_code"`
	// SubOrganizationPaths and Codes are sent as sub_organization_path,
	// sub_organization_path2 and so on.
	SubOrganizationPaths []string `wire:"sub_organization_path,numbered"`
	SubOrganizationCodes []string `wire:"sub_organization_code,numbered"`
	// EmploymentCategory is needed, also when it stays.
	EmploymentCategory string `wire:"employment_category"`
}

// TransferStaffs moves staffs on a day (6.13). It is sent once: what a repeated
// import does is not documented.
func (c *Client) TransferStaffs(ctx context.Context, rows []Transfer) (Result[StaffRef], error) {
	return c.importRows(ctx, "6.13", "akashi.transferStaffs", "organizations", encode(rows))
}

// Permission is a row of 6.14. The staff is named by StaffCode or StaffEmail, the
// organisation by its path or its code.
type Permission struct {
	StaffCode              *string `wire:"staff_code"`
	StaffEmail             *string `wire:"staff_email"`
	ManagerPermissionName  string  `wire:"manager_permission_name"`
	ManageOrganizationPath *string `wire:"manage_organization_path"`
	ManageOrganizationCode *string `wire:"manage_organization_code"`
	// How the organisations below the one of the path and of the code are managed;
	// nil is SubordinatesNot.
	ManageSubordinateOrganizationsImmedPath *string `wire:"manage_subordinate_organizations_immed_path"`
	ManageSubordinateOrganizationsImmedCode *string `wire:"manage_subordinate_organizations_immed_code"`
	// ManagedStaffCodes are sent as managed_staff_code1, managed_staff_code2 and
	// so on.
	ManagedStaffCodes []string `wire:"managed_staff_code,counted"`
}

// GrantPermissions gives staffs a manager's permission and what they manage
// (6.14). It is sent once: what a repeated import does is not documented.
func (c *Client) GrantPermissions(ctx context.Context, rows []Permission) (Result[StaffRef], error) {
	return c.importRows(ctx, "6.14", "akashi.grantPermissions", "permissions", encode(rows))
}

// PermissionReservation is a row of 6.15. The staff is named by StaffCode or
// StaffEmail. It reserves a permission (the first two of the fields after them,
// together), an organisation to manage (all of the others, of path and code at
// least one), or both.
type PermissionReservation struct {
	StaffCode                        *string `wire:"staff_code"`
	StaffEmail                       *string `wire:"staff_email"`
	ReservationManagerPermissionName *string `wire:"reservation_manager_permission_name"`
	ManagerPermissionReservationDate *Date   `wire:"manager_permission_reservation_date"`

	// RegistrationOrCancel is ReservationRegister or ReservationCancel.
	RegistrationOrCancel              *string `wire:"manage_organization_reservation_registration_or_cancel"`
	ReservationManageOrganizationPath *string `wire:"reservation_manage_organization_path"`
	ReservationManageOrganizationCode *string `wire:"reservation_manage_organization_code"`
	// ManageSubordinateOrganizations is one of the Subordinates values.
	ManageSubordinateOrganizations    *string `wire:"manage_subordinate_organizations"`
	ManageOrganizationReservationDate *Date   `wire:"manage_organization_reservation_date"`
	// AddOrDelete is ManageAdd or ManageDelete.
	AddOrDelete *string `wire:"manage_organization_reservation_add_or_delete"`
}

// ReservePermissions does the same as GrantPermissions on a day to come, or takes
// a reservation back (6.15). It is sent once: what a repeated import does is not
// documented.
func (c *Client) ReservePermissions(ctx context.Context, rows []PermissionReservation) (Result[StaffRef], error) {
	return c.importRows(ctx, "6.15", "akashi.reservePermissions", "permissions_reserve", encode(rows))
}

// importRows sends one of the three imports; name is that of the rows and of the
// path alike.
func (c *Client) importRows(
	ctx context.Context, section, operation, name string, body []map[string]any,
) (Result[StaffRef], error) {
	k := c.checker(section)
	k.rows(body)
	if err := k.fault(c); err != nil {
		return Result[StaffRef]{}, err
	}
	ids := make([]identity, len(body))
	for i, row := range body {
		ids[i] = identity{code: str(row["staff_code"]), email: str(row["staff_email"])}
	}
	return sendBatch(ctx, c, write{
		operation: operation, method: http.MethodPost, path: []string{"importer_factory", name},
		body: map[string]any{name: onWire(body, Slashed)},
	}, staffBatch(ids))
}
