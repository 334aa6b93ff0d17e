package hr

import (
	"fmt"
	"strings"
	"time"
)

// ConflictReason is why records that look like one person were not joined, or
// were joined with doubt.
type ConflictReason string

// The reasons.
const (
	// ConflictAmbiguous: the code or address fits in several ways.
	ConflictAmbiguous ConflictReason = "SEVERAL_CANDIDATES"
	// ConflictName: only the names contradict.
	ConflictName ConflictReason = "NAME_DIFFERS"
	// ConflictEmail: only the e-mail addresses contradict.
	ConflictEmail ConflictReason = "EMAIL_DIFFERS"
	// ConflictNameAndEmail: names and addresses contradict equal codes.
	ConflictNameAndEmail ConflictReason = "NAME_AND_EMAIL_DIFFER"
	// ConflictCode: the codes contradict equal addresses.
	ConflictCode ConflictReason = "CODE_DIFFERS"
)

// IdentityRecord is one system's record of a person, as far as it tells who they
// are.
type IdentityRecord struct {
	System   System
	Link     string
	VendorID string
	Code     *string
	// Name is family and given name as the system writes them.
	Name  string
	Email *string
	// EmployeeID is whom the record belongs to now.
	EmployeeID EmployeeID
}

// Ref is the record as a Ref.
func (r IdentityRecord) Ref() Ref {
	return Ref{Link: Link{System: r.System, Name: r.Link}, ID: r.VendorID}
}

// IdentityConflict is records of which it is not certain that they are one
// person, or several.
type IdentityConflict struct {
	Reason ConflictReason
	// Joined tells whether the records are one employee in spite of the reason.
	Joined  bool
	Records []IdentityRecord
}

// SortKey orders conflicts by their records.
func (c *IdentityConflict) SortKey() string {
	var b strings.Builder
	b.WriteString(string(c.Reason))
	for _, r := range c.Records {
		b.WriteByte('\x1f')
		b.WriteString(r.Ref().String())
	}
	return b.String()
}

// DecisionKind is what somebody decided about records.
type DecisionKind string

// The kinds of decisions.
const (
	// DecisionLink: the records are one person.
	DecisionLink DecisionKind = "LINK"
	// DecisionUnlink: the record is nobody that rules would make of it.
	DecisionUnlink DecisionKind = "UNLINK"
)

// IdentityDecision is what somebody decided by hand about who is who.
type IdentityDecision struct {
	// Number counts decisions from 1.
	Number int
	Kind   DecisionKind
	At     time.Time
	// By is the name of the caller's key.
	By string
	// Note is what the caller wrote down with it.
	Note *string
	// Records are those decided about.
	Records []RecordRef
	// Before and After are the employees that the records belonged to and how
	// their records were grouped, before the decision and after it.
	Before, After []RecordGroup
	// UndoneAt is when the decision was taken back, nil while it holds.
	UndoneAt *time.Time
	UndoneBy *string
}

// SortKey orders decisions, the latest first.
func (d *IdentityDecision) SortKey() string { return fmt.Sprintf("%010d", 9_999_999_999-d.Number) }

// RecordRef names a record.
type RecordRef struct {
	System   System
	Link     string
	VendorID string
}

// RefOf is the RecordRef of a Ref.
func RefOf(r Ref) RecordRef { return RecordRef{System: r.System, Link: r.Name, VendorID: r.ID} }

// Ref is the record as a Ref.
func (r RecordRef) Ref() Ref { return Ref{Link: Link{System: r.System, Name: r.Link}, ID: r.VendorID} }

// RecordGroup is the records of one employee.
type RecordGroup struct {
	EmployeeID EmployeeID
	Records    []RecordRef
}
