package config

// named is a configurable constant of a vendor.
type named struct{ name, value, help string }

// linkPaths are the paths that the vendor's public documents leave open or that
// differ between its releases. {id} stands for the employee's id.
func linkPaths(system System) []named {
	switch system {
	case Jobcan:
		return jobcanPaths()
	case YESOD:
		return yesodPaths()
	default:
		return nil
	}
}

func jobcanPaths() []named {
	return []named{
		{"employees", "/master/v1/employees", "List of employees."},
		{"adits", "/attendance/v1/adits", "Punches of all employees on one day."},
		{"adits_of", "/attendance/v1/adits/{employee_id}", "Punches of one employee."},
		{"daily_summaries", "/attendance/v1/summaries/daily", "Daily summaries of all employees on one day."},
		{"daily_of", "/attendance/v1/summaries/daily/{employee_id}", "Daily summaries of one employee."},
		{"monthly_of", "/attendance/v1/summaries/monthly/{employee_id}", "Monthly summary of one employee."},
		{"shifts_of", "/shift/v1/shifts/{employee_id}", "Shifts of one employee."},
		{"holiday_types", "/holiday/v1/holiday-types", "Kinds of leave."},
		{"use_days_of", "/holiday/v1/employees/{employee_id}/use-days", "Days of leave of one employee."},
		{"employee_of", "/master/v1/employees/{employee_id}", "One employee."},
		{
			"refresh_of", "/attendance/v1/summaries/daily/{employee_id}/refresh",
			"Recalculation of one employee's daily summaries.",
		},
		{"default_shifts", "/shift/v1/default-shifts", "Weekly default shifts of all employees."},
		{"shift_requests_of", "/shift/v1/requests/{employee_id}", "Shift requests of one employee."},
		{
			"over_work_requests_of", "/apply/v1/employees/{employee_id}/over-work/requests",
			"Overtime requests of one employee.",
		},
		{
			"selection_remarks_of", "/attendance/v1/employees/{employee_id}/summaries/daily/selection-remarks",
			"Daily remarks of one employee.",
		},
		{
			"work_time_results_of", "/attendance/v1/employees/{employee_id}/work-time/results/monthly",
			"Monthly work-time results of one employee.",
		},
	}
}

func yesodPaths() []named {
	return []named{
		{"query", "/api/v24.10/query", "The query endpoint; older tenants have /api/v22.10/query."},
		{"members_import", "/api/v21.07/members/import", "Import of members that waits for approval."},
		{
			"members_import_and_apply", "/api/v21.07/members/importAndApply",
			"Import of members, approved at once.",
		},
		{"groups_import", "/api/v21.07/groups/import", "Import of groups that waits for approval."},
		{
			"groups_import_and_apply", "/api/v21.07/groups/importAndApply",
			"Import of groups, approved at once.",
		},
		{
			"organization_transactions_import", "/api/v21.07/organizationTransactions/import",
			"Import of organization transactions that waits for approval.",
		},
		{
			"organization_transactions_import_and_apply", "/api/v21.07/organizationTransactions/importAndApply",
			"Import of organization transactions, approved at once.",
		},
		{
			"company_transactions_import", "/api/v21.07/companyTransactions/import",
			"Import of company transactions that waits for approval.",
		},
		{
			"company_transactions_import_and_apply", "/api/v21.07/companyTransactions/importAndApply",
			"Import of company transactions, approved at once.",
		},
		{
			"office_transactions_import", "/api/v21.07/officeTransactions/import",
			"Import of office transactions that waits for approval.",
		},
		{
			"office_transactions_import_and_apply", "/api/v21.07/officeTransactions/importAndApply",
			"Import of office transactions, approved at once.",
		},
		{
			"project_transactions_import", "/api/v21.07/projectTransactions/import",
			"Import of project transactions that waits for approval.",
		},
		{
			"project_transactions_import_and_apply", "/api/v21.07/projectTransactions/importAndApply",
			"Import of project transactions, approved at once.",
		},
		{"group_tree", "/api/v20.06/groupTree", "Groups of a kind."},
		{"attribute_labels", "/api/v21.07/attributeLabel", "Attributes and their labels."},
		{"select_options", "/api/v25.04/options", "Values of select attributes."},
		{"member_histories", "/api/v22.10/members/{memberId}/histories", "Changes of one member."},
		{"authority_tasks", "/api/v22.10/authorityTasks", "Tasks about accounts."},
	}
}

// linkAttributes are YESOD's attribute ids; the defaults are the standard
// attributes, which are the same in every tenant seen.
func linkAttributes(system System) []named {
	if system != YESOD {
		return nil
	}
	return []named{
		{"family_name", "z6JbmwvYQcO5BKnec_FVAA", "Attribute id of the family name."},
		{"given_name", "SLjXIv1nQsi_LQ66l6ffog", "Attribute id of the given name."},
		{"family_name_kana", "sxWVQVnJTXeZJ_CKhOrzkA", "Attribute id of the family name in kana."},
		{"given_name_kana", "FGsjIKCMRb2Ow7cV6dO3Og", "Attribute id of the given name in kana."},
		{"family_name_roman", "kNlAxfTYSOG4wYWt_zQXGQ", "Attribute id of the family name in roman letters."},
		{"given_name_roman", "casO712nQWmDWPD1bxTynA", "Attribute id of the given name in roman letters."},
		{"email", "TYJ5hHDZSnugN4Lv6e45kw", "Attribute id of the e-mail address."},
		{"identification_number", "B5RlWXoJQyOAVcmj9TUIDg", "Attribute id of the member number, unique across companies."},
		{"employee_number", "OXJOttwITGGKf6kj--PgRA", "Attribute id of the employee number within a company."},
		{"enrollment", "YGQOwkVSQC2Hh--lCEPNCw", "Attribute id of the enrolment status."},
		{"employment_type", "H2jJmfZRR7Ct8k74XqDTjg", "Attribute id of the employment type."},
		{"job_title", "xvuf-80iRZa3GAjS41ifpw", "Attribute id of the title."},
		{"company", "4J9wMPgDQJmki9ycfx-Z7g", "Attribute id of the company."},
		{"company_code", "LGJ7oWZlSHuZkcevm7A9gQ", "Attribute id of the company's code."},
		{"organization", "BjTpbKICS9mSP4C6_XCpgg", "Attribute id of the organisation."},
		{"organization_code", "tcEh9H5iRyaAFlTZ0XMnpA", "Attribute id of the organisation's code."},
		{"role", "tW5eXDQYQ5-veshwnZyjyQ", "Attribute id of the position in the organisation."},
	}
}

// linkAssumed are the resources of Jobcan of which only the scope is public; none
// has a path at first, and without one it is never asked for.
func linkAssumed(system System) []named {
	if system != Jobcan {
		return nil
	}
	help := func(what, path string) string {
		return "Path of " + what + ", of which only the scope is public; off while empty. " + path +
			" would fit the known ones."
	}
	return []named{
		{"groups", "", help("groups", "/master/v1/groups")},
		{"managers", "", help("managers", "/master/v1/managers")},
		{"work_kinds", "", help("kinds of staff", "/master/v1/work-kinds")},
		{"positions", "", help("positions", "/master/v1/positions")},
		{"client", "", help("the client's own account", "/master/v1/client")},
		{"work_regulation_settings", "", help("work regulations", "/master/v1/work-regulation-settings")},
		{"holiday_settings", "", help("holiday settings", "/master/v1/holiday-settings")},
		{"selection_remarks", "", help("the lists of remarks", "/master/v1/selection-remarks")},
		{"work_extract_settings", "", help("extraction settings", "/master/v1/work-extract-settings")},
		{"shift_patterns", "", help("shift patterns", "/shift/v1/shift-patterns")},
	}
}

// linkOvertimeArguments are the names of the arguments by which Carely searches
// overtimes: its document tells the searches and not their names.
func linkOvertimeArguments(system System) []named {
	if system != Carely {
		return nil
	}
	return []named{
		{"branch_names", "branchNames", "Argument that searches overtimes by names of branches."},
		{"branch_uuids", "branchUuids", "Argument that searches overtimes by UUIDs of branches."},
		{"customer_uuids", "customerUuids", "Argument that searches overtimes by UUIDs of customers."},
		{"employee_numbers", "employeeNumbers", "Argument that searches overtimes by employee numbers."},
	}
}

func defaults(rows []named) map[string]string {
	if len(rows) == 0 {
		return nil
	}
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.name] = r.value
	}
	return out
}
