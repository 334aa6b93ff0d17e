package resolvers

// Free tells which fields are answered from the index of people and organisations,
// so that no call has to be waited for to know what lies below them.
func Free(parent, field string) bool {
	switch parent {
	case "Query":
		return field == "employee" || field == "employees" || field == "organization" || field == "organizations"
	case "Employee":
		return field == "organization" || field == "managers"
	case "Organization":
		return field == "parent" || field == "ancestors" || field == "children" || field == "employees"
	case "EmployeeConnection", "OrganizationConnection":
		return field == "nodes" || field == "edges"
	case "EmployeeEdge", "OrganizationEdge":
		return field == "node"
	default:
		return false
	}
}

// Lists tells which lists of people's rows can be asked for together, wherever they
// are selected.
func Lists(parent, field string) bool {
	return parent == "Employee" &&
		(field == "stamps" || field == "workingRecords" || field == "overtimes" || field == "manhours")
}
