package akashi

import (
	"context"
	"net/http"
	"strings"

	"github.com/hitotsu/hitotsu/upstream/transport"
)

// StaffInput is a row of 6.3. What is nil is not sent; what is empty is sent
// empty. The limits are those of Limits, section 6.3.
type StaffInput struct {
	// StaffID names the staff to change; 0 makes a new one.
	StaffID   StaffID `wire:"staff_id"`
	StaffCode *string `wire:"staff_code"`
	// LastName and FirstName are needed for a change too.
	LastName      string  `wire:"last_name"`
	FirstName     string  `wire:"first_name"`
	LastNameEn    *string `wire:"last_name_en"`
	FirstNameEn   *string `wire:"first_name_en"`
	LastNameKana  *string `wire:"last_name_kana"`
	FirstNameKana *string `wire:"first_name_kana"`
	// Organization is the path of an existing organisation, names joined by /,
	// without 企業 unless that is all. A new staff needs it.
	Organization *string `wire:"organization"`
	// EmploymentCategory is the name of an existing category.
	EmploymentCategory *string `wire:"employment_category"`
	IdmNumber          *string `wire:"idm_number"`
	Email              *string `wire:"email"`
	Tel                *string `wire:"tel"`
	// Sex is SexMale or SexFemale.
	Sex *string `wire:"sex"`
	// Tag holds several separated by commas.
	Tag                 *string `wire:"tag"`
	Remarks             *string `wire:"remarks"`
	EntryDate           *Date   `wire:"entry_date"`
	UseStartDate        *Date   `wire:"use_start_date"`
	PaidHolidayBaseDate *Date   `wire:"paid_holiday_base_date"`
	// UseOtherLoginMethod is 認証連携以外でログインしない.
	UseOtherLoginMethod *bool `wire:"use_other_login_method"`
}

// PutStaff is a staff as 6.3 answers it; what the answer lacks is 0 or empty.
type PutStaff struct {
	StaffID              StaffID
	StaffCode, Email     string
	OrganizationID       OrganizationID
	EmploymentCategoryID *int
}

type wirePutStaff struct {
	StaffID              num  `json:"staff_id"`
	StaffCode            text `json:"staff_code"`
	Email                text `json:"email"`
	OrganizationID       num  `json:"organization_id"`
	EmploymentCategoryID num  `json:"employment_category_id"`
}

type wirePutStaffs struct {
	Staffs list[wirePutStaff] `json:"staffs"`
}

// PutStaffs makes and changes staffs (6.3). It is sent again after a lost answer
// only when every row has an id: a creation that is repeated makes another.
func (c *Client) PutStaffs(ctx context.Context, rows []StaffInput) (Result[PutStaff], error) {
	k := c.checker("6.3")
	body := encode(rows)
	k.rows(body)
	ids := make([]identity, len(rows))
	updates := true
	for i, row := range body {
		if strings.HasPrefix(str(row["organization"]), RootOrganization+"/") {
			k.add(i, "organization", "without %s before other names", RootOrganization)
		}
		ids[i] = identity{
			id: int64(rows[i].StaffID), code: str(row["staff_code"]), email: str(row["email"]),
			name: rows[i].LastName + rows[i].FirstName,
		}
		updates = updates && rows[i].StaffID != 0
	}
	if err := k.fault(c); err != nil {
		return Result[PutStaff]{}, err
	}
	method := http.MethodPatch
	if c.opts.PostStaffs {
		method = http.MethodPost
	}
	return sendBatch(ctx, c, write{
		operation: "akashi.putStaffs", method: method, path: []string{"staffs", ""},
		body: map[string]any{"staffs": onWire(body, Slashed)}, idempotent: updates,
	}, batch[wirePutStaffs, PutStaff]{rows: ids, list: putStaffs, value: PutStaff.identity})
}

func putStaffs(w *wirePutStaffs) ([]PutStaff, bool) {
	out := make([]PutStaff, len(w.Staffs))
	for i, s := range w.Staffs {
		out[i] = PutStaff{
			StaffID: StaffID(s.StaffID.N), StaffCode: string(s.StaffCode), Email: string(s.Email),
			OrganizationID: OrganizationID(s.OrganizationID.N), EmploymentCategoryID: s.EmploymentCategoryID.Ptr(),
		}
	}
	return out, w.Staffs != nil
}

func (s PutStaff) identity() identity {
	return identity{id: int64(s.StaffID), code: s.StaffCode, email: s.Email}
}

// LeftStaff is a staff who was retired or deleted (6.5).
type LeftStaff struct {
	StaffID          StaffID
	StaffCode, Email string
}

// RetireStaff retires a staff on a day (6.5). Without a day that exists nothing
// is sent, since 6.5 without a day deletes. It is sent once.
func (c *Client) RetireStaff(ctx context.Context, id StaffID, on Date) (LeftStaff, error) {
	k := c.checker("6.5")
	k.positive("staff_id", int64(id))
	if _, ok := on.midnight(); !ok {
		k.add(WholeBatch, "retirement_date", "a day that exists, as yyyy/mm/dd")
	}
	if err := k.fault(c); err != nil {
		return LeftStaff{}, err
	}
	return c.leave(ctx, "akashi.retireStaff", id, map[string]any{"retirement_date": Slashed.start(on)})
}

// DeleteStaff deletes a staff and what belongs to them (6.5 without a day). It
// cannot be undone; RetireStaff is what is wanted when a person leaves. It is
// sent once.
func (c *Client) DeleteStaff(ctx context.Context, id StaffID) (LeftStaff, error) {
	k := c.checker("6.5")
	k.positive("staff_id", int64(id))
	if err := k.fault(c); err != nil {
		return LeftStaff{}, err
	}
	return c.leave(ctx, "akashi.deleteStaff", id, nil)
}

// leave sends 6.5 to the path that the options choose.
func (c *Client) leave(ctx context.Context, operation string, id StaffID, body map[string]any) (LeftStaff, error) {
	w := write{
		operation: operation, method: http.MethodDelete, path: []string{"staff", itoa(id)}, body: body,
	}
	if c.opts.StaffPath == StaffsOnly {
		w.path[0] = "staffs"
	}
	ans, err := send[wirePutStaff](ctx, c, w)
	if err != nil && c.opts.StaffPath == StaffThenStaffs && transport.StatusOf(err) == http.StatusNotFound {
		w.path[0] = "staffs"
		ans, err = send[wirePutStaff](ctx, c, w)
	}
	if err != nil {
		return LeftStaff{}, err
	}
	s := ans.response
	if s.StaffID.N != int64(id) {
		return LeftStaff{}, c.bad("the answer is not about the staff who was to leave")
	}
	return LeftStaff{StaffID: id, StaffCode: string(s.StaffCode), Email: string(s.Email)}, nil
}
