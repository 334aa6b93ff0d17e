// Package company makes the company that the simulators hold: people,
// organisations, attendance, projects and overtime, the same for the same seed
// and the same day.
//
// It is the one truth from which each simulator takes its own, untidy copy:
// somebody is missing in one system, a code lost its leading zeros in another,
// a name is written with another variant of the same character. What a system
// holds is decided here (Person.In), so that two simulators never disagree by
// accident.
//
// The package belongs to the simulators. Nothing of the gateway may import it,
// and it imports nothing of the gateway.
package company

import "time"

// System names one of the four simulated systems.
type System string

// The four systems.
const (
	Akashi System = "akashi"
	Jobcan System = "jobcan"
	Carely System = "carely"
	Yesod  System = "yesod"
)

// Options decide everything that New makes.
type Options struct {
	// Seed of the generator; the same seed gives the same company.
	Seed uint64
	// Today is the last day with attendance, any time of that day in JST.
	Today time.Time
	// People is how many there are; 0 means 300, 100 is the least and 20,000 the
	// most (other numbers are moved into that range).
	People int
}

// Company is everything there is to know; simulators copy from it.
type Company struct {
	// Today is 00:00 JST of the last day with attendance.
	Today time.Time
	// Organizations holds parents before children; 24 in three levels.
	Organizations []Organization
	// People is ordered by Key.
	People []Person
	// Projects is ordered by Key; 40 of them.
	Projects []Project
	// Manhours is ordered by person, date, project, task.
	Manhours []Manhour

	seed uint64
}

// Organization is one unit of the company.
type Organization struct {
	// Key is its index in Company.Organizations.
	Key int
	// Parent is the Key of the unit above, -1 for a top unit.
	Parent int
	// Level is 1 for a top unit, 3 at most.
	Level int
	Name, NameEN,
	// Code is unique; some systems know the unit without it.
	Code string
	// In tells in which systems the unit exists.
	In map[System]bool
}

// Persona marks the people whose bearer tokens the demo prints.
type Persona string

// The personas.
const (
	NoPersona       Persona = ""
	PersonaHR       Persona = "hr"
	PersonaManager  Persona = "manager"
	PersonaEmployee Persona = "employee"
)

// Permission is a person's right in the attendance system.
type Permission int

// The rights, in AKASHI's numbers (6.4: permissionType).
const (
	CompanyAdministrator Permission = 1
	Manager              Permission = 2
	PlainEmployee        Permission = 3
)

// Person is one human being, once.
type Person struct {
	// Key is the index in Company.People; it is no vendor's id.
	Key     int
	Persona Persona
	// Code is the employee code as the HR master means it, such as "E00042".
	Code                   string
	Family, Given          string
	FamilyKana, GivenKana  string // full-width katakana
	FamilyRoman, GivenName string // Latin letters
	Email                  string
	Female                 bool
	BornOn, HiredOn        time.Time
	// RetiredOn is the last day of employment, nil while employed.
	RetiredOn *time.Time
	// OnLeave is a long absence (parental, sick), not a day off.
	OnLeave        bool
	EmploymentType string // 正社員, 契約社員, パートタイマー
	JobTitle       string
	Organization   int   // Key of the main unit
	SubUnits       []int // Keys of further units
	Permission     Permission
	Manages        []int // Keys of the managed units; units below are included
	// In holds what each system knows of the person; a system without an entry
	// does not know them.
	In map[System]Record
	// Days is the attendance of the last 120 days, oldest first. It is nil in a
	// company of more than 2,000 people; Company.Attendance works for any size.
	Days []Day
	// Overtimes is the overtime of the last 14 months, oldest first.
	Overtimes []Overtime
	// Leaves is the days off taken within Days, oldest first; nil when Days is.
	Leaves []Leave
	// night marks the team that works from 22:00 to 07:00.
	night bool
	// busyMinutes is the most overtime of an ordinary day.
	busyMinutes int
}

// Record is how one system writes a person down.
type Record struct {
	Code, Family, Given, Email string
}

// DayKind is a day's place in the calendar, in AKASHI's numbers (6.11:
// working_day_category).
type DayKind int

// The kinds of day.
const (
	Workday        DayKind = 0
	CompanyHoliday DayKind = 1
	LegalHoliday   DayKind = 2
)

// Day is one working day of one person. A night shift belongs as a whole to the
// day it begins on, though its last punch falls at 07:00 of the next day, which
// is after the change of the labour day at 05:00.
type Day struct {
	// Date is 00:00 JST of the labour day.
	Date    time.Time
	Kind    DayKind
	Punches []Punch
	// Start and End are the day's results; nil when a punch is missing or
	// nobody worked.
	Start, End *time.Time
	Breaks     []Break
	// WorkedMinutes is End - Start - Breaks; 0 when one of them is unknown.
	WorkedMinutes int
}

// PunchKind is what a punch means, in AKASHI's numbers (6.6: type).
type PunchKind int

// The kinds of punch.
const (
	ClockIn    PunchKind = 11
	ClockOut   PunchKind = 12
	GoStraight PunchKind = 21
	BackHome   PunchKind = 22
	BreakStart PunchKind = 31
	BreakEnd   PunchKind = 32
)

// Punch is one press of a time clock.
type Punch struct {
	At   time.Time // JST, to the second
	Kind PunchKind
}

// Break is one pause within a day.
type Break struct{ Start, End time.Time }

// Overtime is a month's overtime as the health system records it.
type Overtime struct {
	Month   time.Time // the first of the month, 00:00 JST
	Minutes int
}

// Leave is one day off.
type Leave struct {
	Date time.Time
	// Days is 1 for a whole day, 0.5 for a half.
	Days float64
	Paid bool
}

// Project is something man-hours are booked on.
type Project struct {
	Key              int
	Code, Name       string
	ShortName        string
	Remarks          string
	StartsOn, EndsOn *time.Time
	// Open is true when everybody may book on it.
	Open    bool
	Tasks   []Task
	Members []int // person Keys
	Owners  []int // person Keys, all of them members
}

// Task is a part of a project.
type Task struct {
	// Key is unique in the whole company.
	Key              int
	Code, Name       string
	Index            int
	EstimatedMinutes int
	EstimatedYen     int
	Finished         bool
}

// Manhour is time booked by one person on one task on one day.
type Manhour struct {
	Person, Project, Task int // Keys
	Date                  time.Time
	Minutes               int
	Comment               string
	// Closed is true when the day's books are closed.
	Closed bool
}

// JST is Japanese time; it has no daylight saving.
var JST = time.FixedZone("JST", 9*60*60)
