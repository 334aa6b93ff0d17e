package carely

import (
	"strings"
	"time"
	"unicode"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/carely/generated"
)

// forbidden says that the vendor's document forbids what was asked, before it is
// sent.
func (c *Client) forbidden(rule string) error { return c.t.Fault(fault.BadUserInput, rule) }

// customerRule returns the rule of the input table that is broken, "" for none.
func customerRule(in *CustomerInput, picture *Picture) string {
	for _, rule := range []string{
		newCustomerRule(in), pairRule(in), dateRule(in), enumRule(in), characterRule(in),
	} {
		if rule != "" {
			return rule
		}
	}
	if picture != nil && in.RemoveProfilePicture {
		return "a profile picture cannot be set and removed at once"
	}
	return ""
}

// newCustomerRule: an email is no longer needed since 2024-05-30.
func newCustomerRule(in *CustomerInput) string {
	if in.Uuid != "" {
		// A blank uuid would be taken for none and make a new customer.
		if blank(in.Uuid) {
			return "uuid is blank; leave it out for a new customer"
		}
		return ""
	}
	switch {
	case blank(in.BranchUuid) && blank(in.BranchName):
		return "a new customer needs branchUuid or branchName"
	case blank(in.EmployeeNumber):
		return "a new customer needs employeeNumber"
	case blank(in.Fullname):
		return "a new customer needs fullname"
	case in.Gender == "":
		return "a new customer needs gender"
	}
	return ""
}

func pairRule(in *CustomerInput) string {
	for _, p := range []struct{ uuid, name, rule string }{
		{in.BranchUuid, in.BranchName, "branchUuid and branchName exclude each other"},
		{in.DepartmentUuid, in.DepartmentName, "departmentUuid and departmentName exclude each other"},
		{in.GroupAnalysisUuid, in.GroupAnalysisName, "groupAnalysisUuid and groupAnalysisName exclude each other"},
		{in.WorkplaceUuid, in.WorkplaceName, "workplaceUuid and workplaceName exclude each other"},
	} {
		if p.uuid != "" && p.name != "" {
			return p.rule
		}
	}
	return ""
}

func dateRule(in *CustomerInput) string {
	for field, date := range map[string]string{"bornOn": in.BornOn, "joinOn": in.JoinOn, "retireOn": in.RetireOn} {
		if _, ok := day(date); date != "" && !ok {
			return field + " is not a day of the calendar, yyyy-mm-dd or yyyymmdd"
		}
	}
	return ""
}

func enumRule(in *CustomerInput) string {
	switch in.Gender {
	case "", generated.GenderFieldMale, generated.GenderFieldFemale:
	default:
		return "gender is male or female"
	}
	switch in.EmploymentStatus {
	case "", generated.EmploymentStatusFieldNormal, generated.EmploymentStatusFieldLimited,
		generated.EmploymentStatusFieldAbsent, generated.EmploymentStatusFieldRetire,
		generated.EmploymentStatusFieldExpired:
	default:
		return "employmentStatus is normal, limited, absent, retire or expired"
	}
	switch in.HasStressCheck {
	case "", generated.StressCheckFieldActive, generated.StressCheckFieldInActive:
	default:
		return "hasStressCheck is active or in_active"
	}
	return ""
}

// characterRule: the character sets are not public, so only control characters
// are refused; the free text may have lines.
func characterRule(in *CustomerInput) string {
	for field, value := range map[string]string{
		"uuid": in.Uuid, "branchUuid": in.BranchUuid, "branchName": in.BranchName,
		"departmentUuid": in.DepartmentUuid, "departmentName": in.DepartmentName, "email": in.Email,
		"employeeNumber": in.EmployeeNumber, "fullname": in.Fullname, "fullnameJa": in.FullnameJa,
		"groupAnalysisUuid": in.GroupAnalysisUuid, "groupAnalysisName": in.GroupAnalysisName,
		"jobTitle": in.JobTitle, "workingArrangement": in.WorkingArrangement,
		"workplaceUuid": in.WorkplaceUuid, "workplaceName": in.WorkplaceName,
		"healthInsuranceSymbol": in.HealthInsuranceSymbol, "healthInsuranceNumber": in.HealthInsuranceNumber,
		"healthcheckUnionName": in.HealthcheckUnionName, "insuranceCardName": in.InsuranceCardName,
		"insuranceCardNameJa": in.InsuranceCardNameJa, "loginId": in.LoginId,
	} {
		if control(value, "") {
			return field + " holds a control character"
		}
	}
	if control(in.Bio, "\n\r\t") {
		return "bio holds a control character"
	}
	return ""
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// control says whether s holds a control character that is not allowed.
func control(s, allowed string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && !strings.ContainsRune(allowed, r) })
}

// day reads a date in one of the two forms that are documented.
func day(s string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, "20060102"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func firstOfMonth(s string) bool {
	t, ok := day(s)
	return ok && t.Day() == 1
}
