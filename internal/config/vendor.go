package config

import "slices"

// named is a configurable constant of a vendor.
type named struct{ name, value, help string }

// linkPaths are the paths that the vendor's public documents leave open or that
// differ between its releases. {id} stands for the employee's id.
func linkPaths(system System) []named {
	switch system {
	case Jobcan:
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
		}
	case YESOD:
		return []named{
			{"query", "/api/v24.10/query", "The query endpoint; older tenants have /api/v22.10/query."},
		}
	default:
		return nil
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

// LinkPaths returns the names in Link.Paths of a system.
func LinkPaths(system System) []string { return names(linkPaths(system)) }

// LinkAttributes returns the names in Link.Attributes of a system.
func LinkAttributes(system System) []string { return names(linkAttributes(system)) }

func names(rows []named) []string {
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.name)
	}
	slices.Sort(out)
	return out
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
