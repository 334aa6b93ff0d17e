package hr

// CarelyGroup is one of Carely's units: a branch (登録グループ), a department, a
// workplace or a unit for group analysis. They share a shape, not a meaning.
type CarelyGroup struct {
	UUID, Name string
	// CustomersCount is nil where Carely does not tell.
	CustomersCount *int
}

// CarelyCustomer is the administrator behind Carely's token.
type CarelyCustomer struct {
	UUID, Fullname, EmployeeNumber *string
	Branches                       []*CarelyGroup
}
