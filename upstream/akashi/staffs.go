package akashi

import (
	"context"
	"net/url"
)

// StaffsPerPage is the page of 6.4.
const StaffsPerPage = 20

// maxPages ends a listing whose pages never end.
const maxPages = 5000

// StaffID is AKASHI's id of a staff, not the staff number; 0 is none.
type StaffID int64

// The permission types of 6.4.
const (
	PermissionCompanyAdmin = 1
	PermissionManager      = 2
	PermissionEmployee     = 3
)

// Staff is an employee of 6.4.
type Staff struct {
	ID StaffID
	// StaffNum is the staff number, which other endpoints call staff_code. It is
	// text: leading zeros count.
	StaffNum                    string
	Email                       string
	LastName, FirstName         string
	LastNameKana, FirstNameKana string
	Organization                OrganizationRef
	Subgroups                   []OrganizationRef
	// EmploymentCategoryID is nil for the built-in category 従業員.
	EmploymentCategoryID   *int
	EmploymentCategoryName string
	Tag, IdmNum, Remarks   string
	CardTypeID             *int
	PermissionGroup        PermissionGroup
	// ManagedOrganizations holds the named ones only, not those below them.
	ManagedOrganizations []OrganizationRef
}

// OrganizationRef names an organisation.
type OrganizationRef struct {
	ID   OrganizationID
	Name string
}

// PermissionGroup is what a staff may do; Type is 0 when it was not told.
type PermissionGroup struct {
	ID   int64
	Type int
	Name string
}

// StaffPage is a page of 6.4.
type StaffPage struct {
	Staffs []Staff
	// TotalCount is 0 when the answer has none.
	TotalCount int
	// Last says that no page follows: the page is short, or the total reached.
	Last bool
}

type wireRef struct {
	ID   num  `json:"organizationId"`
	Name text `json:"name"`
}

type wireStaff struct {
	ID                 num           `json:"staffId"`
	StaffID            num           `json:"staff_id"`
	Email              text          `json:"email"`
	LastName           text          `json:"lastName"`
	FirstName          text          `json:"firstName"`
	LastNameKana       text          `json:"lastNameKana"`
	FirstNameKana      text          `json:"firstNameKana"`
	Organization       wireRef       `json:"organization"`
	Subgroups          list[wireRef] `json:"subgroups"`
	EmploymentCategory struct {
		ID   num  `json:"employmentCategoryId"`
		Name text `json:"name"`
	} `json:"employmentCategory"`
	Tag             text `json:"tag"`
	StaffNum        text `json:"staffNum"`
	StaffCode       text `json:"staff_code"`
	IdmNum          text `json:"idmNum"`
	CardTypeID      num  `json:"cardTypeId"`
	Remarks         text `json:"remarks"`
	PermissionGroup struct {
		ID   num  `json:"permissionGroupId"`
		Type num  `json:"permissionType"`
		Name text `json:"name"`
	} `json:"permissionGroup"`
	ManagedOrganizations list[wireRef] `json:"managedOrganizations"`
}

// wireStaffs is 6.4's response. encoding/json folds case, so that Count, count,
// TotalCount and totalCount are all read.
type wireStaffs struct {
	Count      num             `json:"count"`
	TotalCount num             `json:"totalCount"`
	Staffs     list[wireStaff] `json:"staffs"`
}

// Staffs reads one page, from 0, of the staffs the token's owner manages (6.4).
func (c *Client) Staffs(ctx context.Context, page int) (StaffPage, error) {
	w, err := get[wireStaffs](ctx, c, "akashi.listStaffs", url.Values{"page": {itoa(page)}}, "staffs")
	if err != nil {
		return StaffPage{}, err
	}
	if w.Staffs == nil {
		return StaffPage{}, c.bad("the answer has no staffs")
	}
	p := StaffPage{TotalCount: w.TotalCount.Int(), Staffs: make([]Staff, 0, len(w.Staffs))}
	for i := range w.Staffs {
		s, err := c.staff(&w.Staffs[i])
		if err != nil {
			return StaffPage{}, err
		}
		p.Staffs = append(p.Staffs, s)
	}
	p.Last = len(p.Staffs) < StaffsPerPage || p.TotalCount > 0 && (page+1)*StaffsPerPage >= p.TotalCount
	return p, nil
}

// AllStaffs reads all pages. Staffs that a change between two pages shows twice
// are returned once.
func (c *Client) AllStaffs(ctx context.Context) ([]Staff, error) {
	return all(c, func(page int) ([]Staff, bool, error) {
		p, err := c.Staffs(ctx, page)
		return p.Staffs, p.Last, err
	}, func(s Staff) StaffID { return s.ID })
}

// Staff reads one staff by id (6.4).
func (c *Client) Staff(ctx context.Context, id StaffID) (Staff, error) {
	w, err := get[wireStaffs](ctx, c, "akashi.getStaff", nil, "staffs", itoa(id))
	if err != nil {
		return Staff{}, err
	}
	for i := range w.Staffs {
		s, err := c.staff(&w.Staffs[i])
		if err != nil {
			return Staff{}, err
		}
		if s.ID == id {
			return s, nil
		}
	}
	return Staff{}, c.bad("the answer does not hold the staff that was asked for")
}

// Self reads the staff that a token belongs to: 6.4 with the token as target.
// The token is the target's, sent beside the client's own.
func (c *Client) Self(ctx context.Context, token string) (Staff, error) {
	w, err := get[wireStaffs](ctx, c, "akashi.getStaffOfToken", url.Values{"target": {token}}, "staffs")
	if err != nil {
		return Staff{}, err
	}
	if len(w.Staffs) != 1 {
		return Staff{}, c.bad("the answer does not hold exactly the token's owner")
	}
	return c.staff(&w.Staffs[0])
}

func (c *Client) staff(w *wireStaff) (Staff, error) {
	if !w.ID.Set {
		w.ID = w.StaffID
	}
	if !w.ID.Set || w.ID.N <= 0 {
		return Staff{}, c.bad("a staff has no staffId")
	}
	if w.StaffNum == "" {
		w.StaffNum = w.StaffCode
	}
	return Staff{
		ID: StaffID(w.ID.N), StaffNum: string(w.StaffNum), Email: string(w.Email),
		LastName: string(w.LastName), FirstName: string(w.FirstName),
		LastNameKana: string(w.LastNameKana), FirstNameKana: string(w.FirstNameKana),
		Organization: w.Organization.ref(), Subgroups: refs(w.Subgroups),
		EmploymentCategoryID: w.EmploymentCategory.ID.Ptr(), EmploymentCategoryName: string(w.EmploymentCategory.Name),
		Tag: string(w.Tag), IdmNum: string(w.IdmNum), Remarks: string(w.Remarks), CardTypeID: w.CardTypeID.Ptr(),
		PermissionGroup: PermissionGroup{
			ID: w.PermissionGroup.ID.N, Type: w.PermissionGroup.Type.Int(), Name: string(w.PermissionGroup.Name),
		},
		ManagedOrganizations: refs(w.ManagedOrganizations),
	}, nil
}

func (w wireRef) ref() OrganizationRef {
	return OrganizationRef{OrganizationID(w.ID.N), string(w.Name)}
}

func refs(ws []wireRef) []OrganizationRef {
	if len(ws) == 0 {
		return nil
	}
	out := make([]OrganizationRef, len(ws))
	for i, w := range ws {
		out[i] = w.ref()
	}
	return out
}

// all reads pages until the last, keeps the first of each id, and refuses a
// listing that brings nothing new or never ends.
func all[T any, K comparable](c *Client, read func(page int) ([]T, bool, error), key func(T) K) ([]T, error) {
	seen := map[K]bool{}
	var out []T
	for page := range maxPages {
		rows, last, err := read(page)
		if err != nil {
			return nil, err
		}
		before := len(out)
		for _, row := range rows {
			if k := key(row); !seen[k] {
				seen[k] = true
				out = append(out, row)
			}
		}
		if last {
			return out, nil
		}
		if len(out) == before {
			return nil, c.bad("a page repeats what earlier pages held")
		}
	}
	return nil, c.bad("the pages do not end")
}
