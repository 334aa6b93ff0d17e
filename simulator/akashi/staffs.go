package akashi

import (
	"slices"

	"github.com/hitotsu/hitotsu/simulator/company"
)

type wireUnit struct {
	OrganizationID int    `json:"organizationId"`
	Name           string `json:"name"`
}

type wireEmployment struct {
	EmploymentCategoryID *int   `json:"employmentCategoryId"`
	Name                 string `json:"name"`
}

type wirePermission struct {
	PermissionGroupID int    `json:"permissionGroupId"`
	PermissionType    int    `json:"permissionType"`
	Name              string `json:"name"`
}

type wireStaff struct {
	StaffID              int            `json:"staffId"`
	Email                *string        `json:"email"`
	LastName             string         `json:"lastName"`
	FirstName            string         `json:"firstName"`
	LastNameKana         string         `json:"lastNameKana"`
	FirstNameKana        string         `json:"firstNameKana"`
	Organization         wireUnit       `json:"organization"`
	Subgroups            []wireUnit     `json:"subgroups"`
	EmploymentCategory   wireEmployment `json:"employmentCategory"`
	Tag                  *string        `json:"tag"`
	StaffNum             *string        `json:"staffNum"`
	IDmNum               *string        `json:"idmNum"`
	CardTypeID           *int           `json:"cardTypeId"`
	Remarks              *string        `json:"remarks"`
	PermissionGroup      wirePermission `json:"permissionGroup"`
	ManagedOrganizations []wireUnit     `json:"managedOrganizations"`
}

// getStaffs is 6.4 without an id: everybody the caller may see, 20 a page from
// page 0, or the one employee whose token is in target.
func getStaffs(c *call) (any, *refusal) {
	if target := c.query.Get("target"); target != "" {
		one := c.st.owner(target, c.opts.Now())
		if one == nil {
			return nil, notFound("従業員")
		}
		if !c.sees(one) {
			return nil, forbidden()
		}
		return c.staffAnswer([]*staff{one}, 1), nil
	}
	page, refused := c.page()
	if refused != nil {
		return nil, refused
	}
	var seen []*staff
	for _, one := range c.st.staffs {
		if c.sees(one) {
			seen = append(seen, one)
		}
	}
	return c.staffAnswer(pageOf(seen, page, c.opts.Limits.StaffPage), len(seen)), nil
}

// getStaff is 6.4 with an id.
func getStaff(c *call) (any, *refusal) {
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	return c.staffAnswer([]*staff{one}, 1), nil
}

func (c *call) staffAnswer(staffs []*staff, total int) any {
	rows := make([]wireStaff, len(staffs))
	for i, one := range staffs {
		rows[i] = c.st.wireStaff(one)
	}
	answer := map[string]any{
		"login_company_code": c.opts.Company, "Count": len(rows), "staffs": rows,
	}
	if c.quirks[NumericCompanyCode] {
		answer["login_company_code"] = 1
	}
	if c.quirks[LowerTotalCount] {
		answer["totalCount"] = total
	} else {
		answer["TotalCount"] = total
	}
	return answer
}

func (st *state) wireStaff(one *staff) wireStaff {
	return wireStaff{
		StaffID: one.id, LastName: one.lastName, FirstName: one.firstName,
		LastNameKana: one.lastKana, FirstNameKana: one.firstKana, StaffNum: textOrNull(one.code),
		Organization:         st.wireUnits([]int{one.organization})[0],
		Subgroups:            st.wireUnits(one.subgroups),
		ManagedOrganizations: st.wireUnits(one.managed),
		EmploymentCategory:   wireEmployment{employmentID(one.employment), one.employment},
		PermissionGroup: wirePermission{
			PermissionGroupID: int(one.permission), PermissionType: int(one.permission),
			Name: one.permissionName,
		},
		Email: textOrNull(one.email), Tag: textOrNull(one.tag), Remarks: textOrNull(one.remarks),
		IDmNum: textOrNull(one.idm),
	}
}

func (st *state) wireUnits(ids []int) []wireUnit {
	units := make([]wireUnit, len(ids))
	for i, id := range ids {
		units[i] = wireUnit{OrganizationID: id}
		if o := st.organization(id); o != nil {
			units[i].Name = o.name
		}
	}
	return units
}

// plainEmployment is the built-in category, which has no id (6.4.3 (3)).
const plainEmployment = "従業員"

// employments are the registered categories; their ids are 1, 2 and 3.
func employments() []string { return []string{"正社員", "契約社員", "パートタイマー"} }

// employmentID is null for the built-in category.
func employmentID(name string) *int {
	if i := slices.Index(employments(), name); i >= 0 {
		id := i + 1
		return &id
	}
	return nil
}

func knownEmployment(name string) bool { return name == plainEmployment || employmentID(name) != nil }

// permissionName names the three kinds of 6.4.3 (3).
func permissionName(p company.Permission) string {
	switch p {
	case company.CompanyAdministrator:
		return "企業管理者"
	case company.Manager:
		return "一般管理者"
	default:
		return "従業員"
	}
}
