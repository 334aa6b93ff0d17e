package akashi

import "slices"

// Class is the set of characters that a text may be made of.
type Class string

// The classes of the document.
const (
	// AnyText: the document states none; only valid UTF-8 is asked for.
	AnyText Class = ""
	// NoMachineDependent1 and NoMachineDependent2 exclude the two sets of section
	// 4, which the document shows as pictures. Control characters are refused, and
	// what Options.MachineDependent1 and 2 name.
	NoMachineDependent1 Class = "no machine dependent characters (1)"
	NoMachineDependent2 Class = "no machine dependent characters (2)"
	// OrganizationCode is a-z A-Z 0-9 - (6.1).
	OrganizationCode Class = "a-z A-Z 0-9 -"
	// StaffCode is a-z A-Z 0-9 - _ (6.3).
	StaffCode Class = "a-z A-Z 0-9 - _"
	// Hex is 0-9 a-f A-F (6.3, idm_number).
	Hex Class = "0-9 a-f A-F"
	// Tel is 0-9 - (6.3).
	Tel Class = "0-9 -"
	// Kana is full-width katakana and the signs that 6.3 lists, the half-width
	// digits, parentheses and space among them.
	Kana Class = "full-width katakana and 0123456789() 。「」、・゛゜ー]"
	// Email is a valid address (6.3).
	Email Class = "an e-mail address"
)

// Limit is what the document states about one field of one row of a write. The
// fields that a table shows without any statement are not listed.
type Limit struct {
	// Section is where the document says it.
	Section string
	// Field is the name on the wire. A field that may be repeated with a number at
	// its end (6.13, 6.14) is listed once, without the number.
	Field string
	// Needed says that a row without it is refused.
	Needed bool
	// MaxChars and Chars are the most and the exact number of characters; 0 for
	// none.
	MaxChars, Chars int
	Class           Class
	// Without holds characters that are forbidden beside the class.
	Without string
	// Lines says that line breaks and tabs are no control characters here.
	Lines bool
	// Values is the closed list of what may be written, nil for no list.
	Values []string
	// Date says that the value is a day, sent as yyyy/mm/dd.
	Date bool
	// Unique says that no two rows may have the same (重複不可). Only the rows of
	// one request are compared here.
	Unique bool
}

// ConditionKind is a kind of rule about several fields.
type ConditionKind string

// The kinds of conditions.
const (
	// AtLeastOne of the fields is needed.
	AtLeastOne ConditionKind = "at least one"
	// AllOrNone: whoever writes one of the fields writes them all.
	AllOrNone ConditionKind = "all or none"
)

// Condition is a rule about several fields of one row. A field written "a|b" is
// there when a or b is.
type Condition struct {
	Section string
	Kind    ConditionKind
	Fields  []string
}

// The values of closed lists.
const (
	SexMale   = "男"
	SexFemale = "女"

	// How the organisations below a managed one are managed (6.14, 6.15). The
	// first holds where none is given (6.14).
	SubordinatesNot      = "下位組織を管理対象にしない"
	SubordinatesDirectly = "下位組織を直接管理対象とする"
	SubordinatesManagers = "サブ組織所属を除く+直下組織管理者を直接管理する"

	// ReservationRegister and ReservationCancel add and take back a reservation
	// (6.15).
	ReservationRegister = "登録"
	ReservationCancel   = "取消"

	// ManageAdd and ManageDelete say what a reservation does on its day (6.15).
	ManageAdd    = "追加"
	ManageDelete = "削除"

	// RootOrganization is the company itself: alone it is a path (6.3), and before
	// other names it is left out (6.1, 6.3).
	RootOrganization = "企業"
)

// Limits returns what is checked before a write is sent, in the document's
// order. Beside these, a batch must not be empty and ids must be positive. The
// document states no size of a batch.
func Limits() []Limit {
	return slices.Concat(
		organizationLimits(), staffLimits(), conditionLimits(), transferLimits(), permissionLimits(),
		reservationLimits(), projectLimits(), taskLimits(), manhourLimits(),
	)
}

// Conditions returns the rules about several fields that are checked before a
// write is sent, in the document's order.
func Conditions() []Condition {
	const staff = "staff_code|staff_email"
	return []Condition{
		// A row without an id makes a staff, who needs an organisation.
		{"6.3", AtLeastOne, []string{"organization", "staff_id"}},
		{"6.13", AtLeastOne, []string{staff}},
		{"6.14", AtLeastOne, []string{staff}},
		{"6.14", AtLeastOne, []string{"manage_organization_path|manage_organization_code"}},
		{"6.15", AtLeastOne, []string{staff}},
		{"6.15", AtLeastOne, []string{
			"reservation_manager_permission_name", "manage_organization_reservation_registration_or_cancel",
		}},
		{"6.15", AllOrNone, []string{"reservation_manager_permission_name", "manager_permission_reservation_date"}},
		{"6.15", AllOrNone, []string{
			"manage_organization_reservation_registration_or_cancel",
			"reservation_manage_organization_path|reservation_manage_organization_code",
			"manage_subordinate_organizations", "manage_organization_reservation_date",
			"manage_organization_reservation_add_or_delete",
		}},
	}
}

func organizationLimits() []Limit {
	const s = "6.1"
	return []Limit{
		{Section: s, Field: "name", Needed: true, MaxChars: 32, Class: NoMachineDependent1, Without: "/"},
		{Section: s, Field: "name_en", MaxChars: 64, Class: NoMachineDependent1, Without: "/"},
		{Section: s, Field: "code", MaxChars: 32, Class: OrganizationCode},
		{Section: s, Field: "parent_organization", Class: NoMachineDependent1},
	}
}

func staffLimits() []Limit {
	const s = "6.3"
	name := func(field string) Limit {
		return Limit{Section: s, Field: field, MaxChars: 30, Class: NoMachineDependent2}
	}
	last, first := name("last_name"), name("first_name")
	last.Needed, first.Needed = true, true
	return []Limit{
		{Section: s, Field: "staff_code", MaxChars: 20, Class: StaffCode, Unique: true},
		last, first,
		name("last_name_en"), name("first_name_en"),
		{Section: s, Field: "last_name_kana", MaxChars: 30, Class: Kana},
		{Section: s, Field: "first_name_kana", MaxChars: 30, Class: Kana},
		{Section: s, Field: "idm_number", Chars: 16, Class: Hex, Unique: true},
		{Section: s, Field: "email", Class: Email, Unique: true},
		{Section: s, Field: "tel", MaxChars: 13, Class: Tel},
		{Section: s, Field: "sex", Values: []string{SexMale, SexFemale}},
		{Section: s, Field: "tag", MaxChars: 255, Class: NoMachineDependent1},
		{Section: s, Field: "remarks", MaxChars: 5000, Class: NoMachineDependent1, Lines: true},
		{Section: s, Field: "entry_date", Date: true},
		{Section: s, Field: "use_start_date", Date: true},
		{Section: s, Field: "paid_holiday_base_date", Date: true},
		{Section: "6.5", Field: "retirement_date", Needed: true, Date: true},
	}
}

// conditionLimits: the parameter table of 6.12 is empty, and the two samples
// show values but no rules, so nothing is refused for its form but the day.
func conditionLimits() []Limit {
	return []Limit{{Section: "6.12", Field: "effective_date", Date: true}}
}

func transferLimits() []Limit {
	const s = "6.13"
	return []Limit{
		{Section: s, Field: "organization_change_date", Needed: true, Date: true},
		{Section: s, Field: "is_delete_change_history_after_change_date", Values: []string{"Yes", "No"}},
		{Section: s, Field: "employment_category", Needed: true},
	}
}

func subordinates() []string {
	return []string{SubordinatesNot, SubordinatesDirectly, SubordinatesManagers}
}

func permissionLimits() []Limit {
	const s = "6.14"
	return []Limit{
		{Section: s, Field: "manager_permission_name", Needed: true},
		{Section: s, Field: "manage_subordinate_organizations_immed_path", Values: subordinates()},
		{Section: s, Field: "manage_subordinate_organizations_immed_code", Values: subordinates()},
	}
}

func reservationLimits() []Limit {
	const s = "6.15"
	return []Limit{
		{Section: s, Field: "manager_permission_reservation_date", Date: true},
		{
			Section: s, Field: "manage_organization_reservation_registration_or_cancel",
			Values: []string{ReservationRegister, ReservationCancel},
		},
		{Section: s, Field: "manage_subordinate_organizations", Values: subordinates()},
		{Section: s, Field: "manage_organization_reservation_date", Date: true},
		{
			Section: s, Field: "manage_organization_reservation_add_or_delete",
			Values: []string{ManageAdd, ManageDelete},
		},
	}
}

func projectLimits() []Limit {
	const s = "6.18"
	return []Limit{
		{Section: s, Field: "name_ja", Needed: true, Unique: true},
		{Section: s, Field: "name_en", Unique: true},
		{Section: s, Field: "project_code", Unique: true},
		{Section: s, Field: "start_date", Date: true},
		{Section: s, Field: "end_date", Date: true},
	}
}

func taskLimits() []Limit {
	const s = "6.22"
	return []Limit{
		{Section: s, Field: "name", Needed: true, Unique: true},
		{Section: s, Field: "code", Unique: true},
	}
}

func manhourLimits() []Limit {
	return []Limit{
		{Section: "6.26", Field: "staff_id", Needed: true},
		{Section: "6.26", Field: "date", Needed: true, Date: true},
		{Section: "6.26", Field: "project_id", Needed: true},
		{Section: "6.26", Field: "task_id", Needed: true},
		{Section: "6.27", Field: "date", Needed: true, Date: true},
		{Section: "6.27", Field: "project_id", Needed: true},
	}
}
