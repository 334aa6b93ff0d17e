package sources

import (
	"context"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Person is one system's record of a person, in unified words. Nil and "" mean
// that the system does not say.
type Person struct {
	Ref                   hr.Ref
	Code                  string
	Family, Given         string
	FamilyKana, GivenKana string
	Email                 string
	// Status is "" where the system holds no such thing.
	Status             hr.EmploymentStatus
	HiredOn, RetiredOn hr.Date
	JobTitle           string
	EmploymentType     string
	// Organization is the main unit; its ID is "" when unknown.
	Organization hr.Ref
	// Manages lists units set as managed, without those below.
	Manages []hr.Ref
}

// Unit is one system's record of an organisation.
type Unit struct {
	Ref  hr.Ref
	Code string
	Name string
	// Parent is the unit above; its ID is "" for a top unit.
	Parent hr.Ref
}

// Roster lists everybody whom a link knows. People makes as many calls as the
// system's pages demand.
type Roster interface {
	Link() hr.Link
	People(ctx context.Context) ([]Person, error)
}

// UnitSource lists the organisations that a link knows.
type UnitSource interface {
	Link() hr.Link
	Units(ctx context.Context) ([]Unit, error)
}
