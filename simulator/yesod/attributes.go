package yesod

// The standard attributes, the same in every tenant (facts 1.2).
const (
	familyName           = "z6JbmwvYQcO5BKnec_FVAA"
	givenName            = "SLjXIv1nQsi_LQ66l6ffog"
	familyNamePhonetic   = "sxWVQVnJTXeZJ_CKhOrzkA"
	givenNamePhonetic    = "FGsjIKCMRb2Ow7cV6dO3Og"
	familyNameRoman      = "kNlAxfTYSOG4wYWt_zQXGQ"
	givenNameRoman       = "casO712nQWmDWPD1bxTynA"
	email                = "TYJ5hHDZSnugN4Lv6e45kw"
	identificationNumber = "B5RlWXoJQyOAVcmj9TUIDg"
	companyName          = "4J9wMPgDQJmki9ycfx-Z7g"
	companyCode          = "LGJ7oWZlSHuZkcevm7A9gQ"
	enrollment           = "YGQOwkVSQC2Hh--lCEPNCw"
	employmentType       = "H2jJmfZRR7Ct8k74XqDTjg"
	employeeNumber       = "OXJOttwITGGKf6kj--PgRA"
	jobTitle             = "xvuf-80iRZa3GAjS41ifpw"
	organization         = "BjTpbKICS9mSP4C6_XCpgg"
	organizationCode     = "tcEh9H5iRyaAFlTZ0XMnpA"
	role                 = "tW5eXDQYQ5-veshwnZyjyQ"
	chargeRate           = "LP0pOOTaSjShoklV1JzcIA"
	office               = "2vnEtwhiRcGv5IxcP-QuYA"
	officeCode           = "VfqqpdxHRYuCmPy8U5Z-5A"
	project              = "EUOkNiK3SOungmVS0VW5vg"
	projectRole          = "jWb5WPwQQYKsUcN5O8-e-A"
)

// The kinds of entity (facts 1.4).
const (
	kindMember       = "member"
	kindCompany      = "company"
	kindOrganization = "organization"
	kindOffice       = "office"
	kindProject      = "project"
)

// The data types; their names are ours.
const (
	typeText      = "STRING"
	typeNumber    = "NUMBER"
	typeSelect    = "SELECT"
	typeReference = "REFERENCE"
)

// groupNames are the attributes of a kind of group: its name, its code and what
// belongs to a membership in it.
type groupNames struct {
	name, code string
	belonging  []string
}

func namesOf(kind string) groupNames {
	switch kind {
	case kindCompany:
		return groupNames{companyName, companyCode, []string{employmentType, employeeNumber, jobTitle}}
	case kindOrganization:
		return groupNames{organization, organizationCode, []string{role, chargeRate}}
	case kindOffice:
		return groupNames{office, officeCode, nil}
	case kindProject:
		// The id of the project code's attribute was never seen (facts 1.2).
		return groupNames{project, "", []string{projectRole}}
	}
	return groupNames{}
}

// groupKinds lists the kinds of group in the order of an answer.
func groupKinds() []string { return []string{kindCompany, kindOrganization, kindOffice, kindProject} }

// attribute is a row of the catalogue.
type attribute struct {
	id, ja, en, dataType string
	// reference is the kind of group a value points to, or "".
	reference string
	// options of a select, in order.
	options []option
}

type option struct{ ja, en string }

// The enrolments.
const (
	enrolled = "在籍"
	onLeave  = "休職"
	retired  = "退職"
)

// The roles.
const (
	roleHead   = "所属長"
	roleMember = "メンバー"
)

func catalogue() []attribute {
	roles := []option{{roleHead, "Head"}, {roleMember, "Member"}}
	return []attribute{
		{id: familyName, ja: "姓", en: "Family name", dataType: typeText},
		{id: givenName, ja: "名", en: "Given name", dataType: typeText},
		{id: familyNamePhonetic, ja: "姓(カナ)", en: "Family name (kana)", dataType: typeText},
		{id: givenNamePhonetic, ja: "名(カナ)", en: "Given name (kana)", dataType: typeText},
		{id: familyNameRoman, ja: "姓(英字)", en: "Family name (roman)", dataType: typeText},
		{id: givenNameRoman, ja: "名(英字)", en: "Given name (roman)", dataType: typeText},
		{id: email, ja: "メールアドレス", en: "Email", dataType: typeText},
		{id: identificationNumber, ja: "メンバー番号", en: "Identification number", dataType: typeText},
		{id: companyName, ja: "会社", en: "Company", dataType: typeReference, reference: kindCompany},
		{id: companyCode, ja: "会社コード", en: "Company code", dataType: typeText},
		{
			id: enrollment, ja: "在籍状況", en: "Enrollment", dataType: typeSelect,
			options: []option{{enrolled, "Enrolled"}, {onLeave, "On leave"}, {retired, "Retired"}},
		},
		{
			id: employmentType, ja: "雇用形態", en: "Employment type", dataType: typeSelect,
			options: []option{{"正社員", "Regular"}, {"契約社員", "Contract"}, {"パートタイマー", "Part-time"}},
		},
		{id: employeeNumber, ja: "社員番号", en: "Employee number", dataType: typeText},
		{id: jobTitle, ja: "役職", en: "Job title", dataType: typeText},
		{id: organization, ja: "組織", en: "Organization", dataType: typeReference, reference: kindOrganization},
		{id: organizationCode, ja: "組織コード", en: "Organization code", dataType: typeText},
		{id: role, ja: "役割", en: "Role", dataType: typeSelect, options: roles},
		{id: chargeRate, ja: "従事率", en: "Charge rate", dataType: typeNumber},
		{id: office, ja: "事業所", en: "Office", dataType: typeReference, reference: kindOffice},
		{id: officeCode, ja: "事業所コード", en: "Office code", dataType: typeText},
		{id: project, ja: "プロジェクト", en: "Project", dataType: typeReference, reference: kindProject},
		{id: projectRole, ja: "プロジェクト役割", en: "Project role", dataType: typeSelect, options: roles},
	}
}
