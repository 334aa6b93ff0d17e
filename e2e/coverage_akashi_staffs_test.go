package e2e_test

import "fmt"

func akashiCreateOrganizations(*akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiNewOrganizationInput!]!) { akashi { createOrganizations(rows: $rows) {
		rows { ` + toldOfRow + ` organization { id name code parentId } } errors { code message } organizations { id } } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(obj("name", "新設準備室", "code", "NEW-1"))),
		route: "POST organizations", body: []string{`"name":"新設準備室"`, `"code":"NEW-1"`},
		bad: operation, badVariables: vars("rows", rowsOf(obj("name", "営業/一課"))), told: []string{badInput, refusedRow, "6.1"},
	}
}

func akashiOrganizations(*akashiWorld) akashiCase {
	return akashiCase{
		operation: `{ akashi { organizations(includesParents: true) { id parentId name code label
			displayPunchTypes { punchType displayName } } } }`,
		route: "GET organizations", query: map[string]string{"includesParents": "1"},
		bad: fmt.Sprintf(`{ akashi { organization(id: "%d") { name } } }`, nobody), sent: true,
		told: []string{akashiRefused, noSuchRow},
	}
}

func akashiPutStaffs(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiStaffInput!]!) { akashi { putStaffs(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId staffCode organizationId } } errors { code } staffs { staffId } } } }`
	names := obj("staffId", id(w.staff.StaffID), "lastName", w.staff.LastName, "firstName", w.staff.FirstName)
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(names, "remarks", "時短勤務"))),
		route: "PATCH staffs/{$}", body: []string{`"staff_id":` + id(w.staff.StaffID), `"remarks":"時短勤務"`},
		bad: operation, badVariables: vars("rows", rowsOf(with(names, "organization", "無い部"))), sent: true,
		told: []string{refusedRow, akashiRefused, noSuchRow},
	}
}

func akashiStaff(w *akashiWorld) akashiCase {
	const operation = `query($id: ID!) { akashi { staff(id: $id) { id staffNum email lastName firstName
		lastNameKana firstNameKana organization { id name } subgroups { id } employmentCategory { id name } tag idmNum
		cardTypeId remarks permissionGroup { id type name } managedOrganizations { id name } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.staff.StaffID)),
		route: "GET staffs/{staff_id}", path: "/staffs/" + id(w.staff.StaffID),
		bad: operation, badVariables: vars("id", id(nobody)), sent: true,
		told: []string{akashiRefused, noSuchRow, `"vendorMessage":"`},
	}
}

func akashiRetire(w *akashiWorld) akashiCase {
	const operation = `mutation($id: ID!, $on: Date!) { akashi { retireStaff(id: $id, retirementDate: $on) {
		` + toldOfRow + ` staff { staffId staffCode } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.retired.StaffID), "on", "2026-12-31"),
		route: "DELETE staff/{staff_id}", path: "/staff/" + id(w.retired.StaffID),
		body: []string{`"retirement_date":"2026/12/31"`},
		bad:  operation, badVariables: vars("id", "E00001", "on", "2026-12-31"), told: []string{badInput},
	}
}

func akashiDelete(w *akashiWorld) akashiCase {
	const operation = `mutation($id: ID!, $code: String!) { akashi { deleteStaff(id: $id, confirmDeletionOf: $code) {
		` + toldOfRow + ` staff { staffId staffCode } } } }`
	return akashiCase{
		operation: operation, variables: vars("id", id(w.doomed.StaffID), "code", w.doomed.Code),
		route: "DELETE staff/{staff_id}", path: "/staff/" + id(w.doomed.StaffID),
		bad: operation, badVariables: vars("id", id(w.other.StaffID), "code", w.staff.Code),
		told: []string{badInput, refusedRow},
	}
}

func akashiWorkingConditions(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiWorkingConditionInput!]!) { akashi { setWorkingConditions(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId staffCode } } errors { code staffCode message } } } }`
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(obj(
			"staffCode", w.staff.Code, "recountMethod", "実績基準", "fixedWorkingTime", "08:30", "effectiveDate", "2026-12-01",
			"extra", rowsOf(obj("key", "a_key_of_tomorrow", "value", "ON"))))),
		route: "PATCH working_condition_settings",
		body: []string{
			`"recount_method":"実績基準"`, `"fixed_working_time":"08:30"`, `"effective_date":"2026/12/01"`,
			`"a_key_of_tomorrow":"ON"`,
		},
		bad: operation, sent: true, badVariables: vars("rows", rowsOf(obj("staffCode", "nobody", "recountMethod", "実績基準"))),
		told: []string{refusedRow, akashiRefused, `"vendorCode":"ERR`, `"vendorMessage":"`},
	}
}

func akashiTransfers(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiTransferInput!]!) { akashi { transferStaffs(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId } } errors { code target message } staffs { staffId } } } }`
	row := obj("organizationChangeDate", "2026-12-01", "newOrganizationCode", w.organization,
		"employmentCategory", w.other.EmploymentCategory)
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(row, "staffCode", w.other.Code))),
		route: "POST importer_factory/organizations",
		body:  []string{`"organization_change_date":"2026/12/01"`, `"staff_code":"` + w.other.Code + `"`},
		bad:   operation, badVariables: vars("rows", rowsOf(row)), told: []string{refusedRow, badInput, "6.13"},
	}
}

func akashiPermissions(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiPermissionInput!]!) { akashi { grantPermissions(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId } } errors { code target message } } } }`
	row := obj("staffCode", w.other.Code, "manageOrganizationCode", w.organization)
	return akashiCase{
		operation: operation, variables: vars("rows", rowsOf(with(row, "managerPermissionName", "一般管理者",
			"managedStaffCodes", []string{w.staff.Code}))),
		route: "POST importer_factory/permissions",
		body:  []string{`"manager_permission_name":"一般管理者"`, `"managed_staff_code1":"` + w.staff.Code + `"`},
		bad:   operation, badVariables: vars("rows", rowsOf(with(row, "managerPermissionName", "無い権限"))), sent: true,
		told: []string{refusedRow, akashiRefused, `"vendorCode":"ERR302102"`, `"vendorMessage":"`},
	}
}

func akashiReservations(w *akashiWorld) akashiCase {
	const operation = `mutation($rows: [AkashiPermissionReservationInput!]!) { akashi { reservePermissions(rows: $rows) {
		rows { ` + toldOfRow + ` staff { staffId } } errors { code target message } } } }`
	row := obj("staffCode", w.other.Code, "reservationManagerPermissionName", "一般管理者")
	return akashiCase{
		operation: operation,
		variables: vars("rows", rowsOf(with(row, "managerPermissionReservationDate", "2026-12-01"))),
		route:     "POST importer_factory/permissions_reserve",
		body:      []string{`"reservation_manager_permission_name":"一般管理者"`, `"manager_permission_reservation_date":"2026/12/01"`},
		bad:       operation, badVariables: vars("rows", rowsOf(row)), told: []string{refusedRow, badInput, "6.15"},
	}
}
