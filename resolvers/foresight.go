package resolvers

import "slices"

// Free tells which fields are answered from the index of people and organisations,
// so that no call has to be waited for to know what lies below them.
func Free(parent, field string) bool {
	return slices.Contains(map[string][]string{
		"Query":                  {"employee", "employees", "organization", "organizations"},
		"Employee":               {"organization", "managers"},
		"EmployeeConnection":     {"nodes", "edges"},
		"EmployeeEdge":           {"node"},
		"Organization":           {"parent", "ancestors", "children", "employees"},
		"OrganizationConnection": {"nodes", "edges"},
		"OrganizationEdge":       {"node"},
	}[parent], field)
}

// Lists tells which lists of people's rows can be asked for together, wherever they
// are selected.
func Lists(parent, field string) bool {
	return parent == "Employee" &&
		slices.Contains([]string{"stamps", "workingRecords", "overtimes", "manhours"}, field)
}
