package hr

import "strings"

// EmploymentStatus is whether somebody works for the company today.
type EmploymentStatus string

// The employment states.
const (
	StatusActive  EmploymentStatus = "ACTIVE"
	StatusOnLeave EmploymentStatus = "ON_LEAVE"
	StatusRetired EmploymentStatus = "RETIRED"
)

// MatchRule tells by what a vendor's record was joined to an employee.
type MatchRule string

// The rules, the surest first.
const (
	// MatchAnchor: the record the employee's id was made of.
	MatchAnchor MatchRule = "ANCHOR"
	// MatchCode: the employee codes are equal, character by character.
	MatchCode MatchRule = "EMPLOYEE_CODE"
	// MatchHand: somebody of HR linked the record.
	MatchHand MatchRule = "BY_HAND"
	// MatchPlainCode: the codes are equal but for width, case, spaces, hyphens and
	// leading zeros, and unique so.
	MatchPlainCode MatchRule = "EMPLOYEE_CODE_NORMALIZED"
	// MatchEmail: the e-mail addresses are equal and unique, and the codes do not
	// contradict.
	MatchEmail MatchRule = "EMAIL"
)

// PersonName is how a person is written and read.
type PersonName struct {
	// Family and Given are as the chosen system writes them, usually kanji.
	Family, Given string
	// FamilyKana and GivenKana are the reading in kana, nil when no system
	// knows it.
	FamilyKana, GivenKana *string
}

// Display is family and given name with one space.
func (n PersonName) Display() string { return strings.TrimSpace(n.Family + " " + n.Given) }

// EmployeeLink is one vendor's record of an employee.
type EmployeeLink struct {
	System   System
	Link     string
	VendorID string
	// MatchedBy is the rule that joined the record.
	MatchedBy MatchRule
	// Confidence is between 0 and 1; 1 for exact rules.
	Confidence float64
}

// Ref is the record as a Ref.
func (l EmployeeLink) Ref() Ref {
	return Ref{Link: Link{System: l.System, Name: l.Link}, ID: l.VendorID}
}

// ProvenanceValue is what one system says of a field.
type ProvenanceValue struct {
	System System
	Link   string
	// Value is the text of the value, nil when the system has none.
	Value *string
}

// Provenance tells where a field of an employee is from and what the other
// systems say.
type Provenance struct {
	// Field is the GraphQL field's name, such as "email" or "name.family".
	Field  string
	Values []ProvenanceValue
	// Chosen is the system whose value the field shows, nil when none has one.
	Chosen *System
}

// Employee is one person, joined out of all systems.
type Employee struct {
	ID EmployeeID
	// Code is the employee code exactly as written, nil when no system has one.
	Code           *string
	Name           PersonName
	Email          *string
	Status         EmploymentStatus
	HiredOn        *Date
	RetiredOn      *Date
	JobTitle       *string
	EmploymentType *string
	Links          []EmployeeLink

	// OrganizationID is the main organisation, "" when unknown.
	OrganizationID OrganizationID
	// Manages lists the organisations set as managed, without those below.
	Manages []OrganizationID
}

// LinkTo returns the employee's record in a system, the first when the system
// has several links.
func (e *Employee) LinkTo(system System) (EmployeeLink, bool) {
	for _, l := range e.Links {
		if l.System == system {
			return l, true
		}
	}
	return EmployeeLink{}, false
}

// SortKey orders employees: by code, those without one last, then by id.
func (e *Employee) SortKey() string {
	if e.Code == nil {
		return "\xff\x1f" + string(e.ID)
	}
	return *e.Code + "\x1f" + string(e.ID)
}

// OrganizationLink is one vendor's record of an organisation.
type OrganizationLink struct {
	System   System
	Link     string
	VendorID string
}

// Organization is a unit of the company.
type Organization struct {
	ID   OrganizationID
	Code *string
	Name string
	// Path is the names from the top down to this one, joined by "/".
	Path string
	// Unmatched is true for a unit that only another system than the one that
	// owns the tree knows.
	Unmatched bool
	Links     []OrganizationLink

	// ParentID is "" for a top unit.
	ParentID OrganizationID
}

// SortKey orders organisations by path, so that a unit comes before those below.
func (o *Organization) SortKey() string { return o.Path + "\x1f" + string(o.ID) }
