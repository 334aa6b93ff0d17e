package sources

import (
	"context"
	"errors"

	"github.com/hitotsu/hitotsu/internal/hr"
)

// Person is one system's record of a person, in unified words. Nil and "" mean
// that the system does not say. It can be written as JSON and read back.
type Person struct {
	Ref                   hr.Ref
	Code                  string
	Family, Given         string
	FamilyKana, GivenKana string
	Email                 string
	// Status is "" where the system holds no such thing.
	Status             hr.EmploymentStatus
	HiredOn, RetiredOn hr.Date `json:",omitzero"`
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

// Page is a part of a listing.
type Page struct {
	Rows []Person
	// Next goes on after this page, "" after the last. It holds nothing personal.
	Next string
	// Done and Total count pages; Total is 0 while it is unknown.
	Done, Total int
}

// Scan says how a listing is read.
type Scan struct {
	// From is Page.Next of the last page that was taken, "" to begin.
	From string
	// Parallel is how many pages may be asked for at a time, where the system
	// allows more than one.
	Parallel int
	// Before is called before each call; its error ends the listing.
	Before func(ctx context.Context) error
}

// Scanner is a Roster that can be read page by page and go on where it stopped.
type Scanner interface {
	Roster
	// Scan hands over each page in order. Somebody whom a change between two pages
	// shows twice may be in both. It ends with take's error, with ErrMoved, or with
	// UpstreamBadResponse when the pages repeat, do not end or do not add up.
	Scan(ctx context.Context, s Scan, take func(Page) error) error
}

// Known is what is known of a person's record without the system's list.
type Known struct {
	ID string
	// Number is the employee number, "" when it is not known.
	Number string
}

// Picker is a Roster that can read a few people by themselves.
type Picker interface {
	Roster
	// Pick reads these people. Those who are not found are left out; ErrMoved says
	// that only the list can tell.
	Pick(ctx context.Context, who []Known) ([]Person, error)
	// PickCalls is how many calls Pick makes for a number of people.
	PickCalls(n int) int
}

// Mover is a Roster that can tell who came and who left, without telling of
// corrections and removals: less than the list does, and sooner.
type Mover interface {
	Roster
	// Moves are people as the list has them who came or left between two days, and
	// maybe others.
	Moves(ctx context.Context, since, until hr.Date) ([]Person, error)
}

// ErrMoved says that the list has changed so much that a scan cannot go on where
// it stopped; begin anew.
var ErrMoved = errors.New("sources: the list has moved on")

// UnitSource lists the organisations that a link knows.
type UnitSource interface {
	Link() hr.Link
	Units(ctx context.Context) ([]Unit, error)
}
