package akashi

import (
	"regexp"
	"slices"
	"strconv"

	"github.com/hitotsu/hitotsu/simulator/company"
)

// The character classes of 6.3.2 (1).
func staffCode() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9_-]+$`) }
func idmForm() *regexp.Regexp   { return regexp.MustCompile(`^[0-9a-fA-F]{16}$`) }
func telForm() *regexp.Regexp   { return regexp.MustCompile(`^[0-9-]+$`) }

// kanaForm is 全角カタカナ with digits and marks, both widths of which the
// document's text may mean.
func kanaForm() *regexp.Regexp {
	return regexp.MustCompile(`^[ァ-ヶ0-9\x{FF10}-\x{FF19}()\x{FF08}\x{FF09} \x{3000}。「」、・゛゜ー\]]+$`)
}

type wireStaffRow struct {
	StaffID              int     `json:"staff_id"`
	StaffCode            *string `json:"staff_code"`
	Email                *string `json:"email"`
	OrganizationID       int     `json:"organization_id"`
	EmploymentCategoryID *int    `json:"employment_category_id"`
}

// patchStaffs is 6.3: it creates and updates employees, row by row; a row with
// an error changes nothing, and success is true even when all rows have one.
func patchStaffs(c *call) (any, *refusal) {
	if refused := c.mayUseStaffs(); refused != nil {
		return nil, refused
	}
	rows, refused := c.bodyRows("staffs", "従業員")
	if refused != nil {
		return nil, refused
	}
	done, problems := []wireStaffRow{}, []problem{}
	for _, row := range rows {
		f := c.fields(row)
		one, about := c.patchStaff(f)
		if len(f.wrong) > 0 {
			problems = append(problems, f.problems(codeNoSuchRow, about)...)
			continue
		}
		done = append(done, wireStaffRow{
			one.id, textOrNull(one.code), textOrNull(one.email), one.organization, employmentID(one.employment),
		})
	}
	key := "staffs"
	if c.quirks[StaffsKeyWithBlank] {
		key += " "
	}
	return partly{map[string]any{"login_company_code": c.opts.Company, key: done}, problems}, nil
}

// mayUseStaffs refuses plain employees.
func (c *call) mayUseStaffs() *refusal {
	if c.caller.permission == company.PlainEmployee {
		return forbidden()
	}
	return nil
}

// patchStaff creates or updates one employee; about is what errors say of them.
func (c *call) patchStaff(f *fields) (one *staff, about map[string]any) {
	given := f.object
	lastName, _ := given["last_name"].(string)
	firstName, _ := given["first_name"].(string)
	about = map[string]any{"staff_id": "", "name": lastName + firstName}
	draft := staff{subgroups: []int{}, managed: []int{}, employment: plainEmployment}
	id := f.integer("staff_id", "従業員id")
	old := (*staff)(nil)
	switch {
	case len(f.wrong) > 0:
		return nil, about
	case id != nil:
		about["staff_id"] = strconv.Itoa(*id) // a string in errors (6.3.2 (3))
		if old = c.st.staffByID[*id]; old == nil || !c.sees(old) {
			f.fail("従業員が存在しません。")
			return nil, about
		}
		draft = *old
	case c.caller.permission != company.CompanyAdministrator:
		f.fail("従業員を登録する権限がありません。")
		return nil, about
	default:
		draft.permission, draft.permissionName = company.PlainEmployee, permissionName(company.PlainEmployee)
	}
	c.fill(f, &draft)
	c.demandUnique(f, &draft)
	if len(f.wrong) > 0 {
		return nil, about
	}
	c.changed = true
	if old != nil {
		*old = draft
		return old, about
	}
	draft.id = c.st.newID()
	c.st.addStaff(&draft)
	return &draft, about
}

// fill writes what a row gives into an employee; what it does not name stays.
func (c *call) fill(f *fields, one *staff) {
	set := func(into, text *string) {
		if text != nil {
			*into = *text
		}
	}
	one.lastName = f.mandatory("last_name", "姓", atMost(30))
	one.firstName = f.mandatory("first_name", "名", atMost(30))
	set(&one.code, f.text("staff_code", "従業員番号", atMost(20), format(staffCode())))
	set(&one.lastEN, f.text("last_name_en", "姓・英語", atMost(30)))
	set(&one.firstEN, f.text("first_name_en", "名・英語", atMost(30)))
	set(&one.lastKana, f.text("last_name_kana", "姓(カナ)", atMost(30), format(kanaForm())))
	set(&one.firstKana, f.text("first_name_kana", "名(カナ)", atMost(30), format(kanaForm())))
	set(&one.idm, f.text("idm_number", "IDm番号", format(idmForm())))
	set(&one.email, f.text("email", "メールアドレス", validMail))
	set(&one.tel, f.text("tel", "電話番号", atMost(13), format(telForm())))
	set(&one.sex, f.text("sex", "性別", oneOf("男", "女")))
	set(&one.tag, f.text("tag", "タグ", atMost(255)))
	set(&one.remarks, f.text("remarks", "備考", atMost(5000)))
	if path := f.plain("organization", "組織"); path != "" {
		if o := c.st.organizationAt(path); o != nil {
			one.organization = o.id
		} else {
			f.fail("組織が存在しません。")
		}
	} else if one.organization == 0 {
		f.fail("組織は必ず入力してください。")
	}
	if category := f.plain("employment_category", "雇用区分"); category != "" {
		if !knownEmployment(category) {
			f.fail("雇用区分が存在しません。")
		}
		one.employment = category
	}
	if day := f.day("entry_date", "入社日", layoutDay); day != nil {
		one.entry = day
	}
	if day := f.day("use_start_date", "利用開始日", layoutDay); day != nil {
		one.useStart = day
	}
	if day := f.day("paid_holiday_base_date", "年休基準日", layoutDay); day != nil {
		one.paidBase = day
	}
	// What is no Boolean counts as true (6.3.2 (1)).
	if value, given := f.object["use_other_login_method"]; given {
		on, isBool := value.(bool)
		one.otherLogin = on || !isBool
	}
}

// demandUnique refuses a number, address or card that somebody else has.
func (c *call) demandUnique(f *fields, one *staff) {
	for _, other := range c.st.staffs {
		if other.id == one.id {
			continue
		}
		for _, value := range []struct{ own, others, label string }{
			{one.code, other.code, "従業員番号"},
			{one.email, other.email, "メールアドレス"},
			{one.idm, other.idm, "IDm番号"},
		} {
			if value.own != "" && value.own == value.others {
				f.fail("%sが既に登録されています。", value.label)
			}
		}
	}
}

// deleteStaff is 6.5: with retirement_date the employee retires, without it they
// are gone, with everything that is theirs.
func deleteStaff(c *call) (any, *refusal) {
	if refused := c.mayAdminister(); refused != nil {
		return nil, refused
	}
	one, refused := c.visibleInPath()
	if refused != nil {
		return nil, refused
	}
	f := c.fields(c.body)
	day := f.day("retirement_date", "退職日", layoutDay)
	if len(f.wrong) > 0 {
		return nil, refuse(f.problems(codeBadParameter, nil)...)
	}
	if day != nil {
		one.retired = day
	} else {
		c.st.remove(one)
	}
	c.changed = true
	return struct {
		LoginCompanyCode string  `json:"login_company_code"`
		StaffID          int     `json:"staff_id"`
		StaffCode        *string `json:"staff_code"`
		Email            *string `json:"email"`
	}{c.opts.Company, one.id, textOrNull(one.code), textOrNull(one.email)}, nil
}

func (st *state) remove(one *staff) {
	is := func(id int) bool { return id == one.id }
	delete(st.staffByID, one.id)
	delete(st.manhours, one.id)
	delete(st.stamps, one.id)
	st.staffs = slices.DeleteFunc(st.staffs, func(s *staff) bool { return is(s.id) })
	st.pending = slices.DeleteFunc(st.pending, func(p pending) bool { return is(p.staff) })
	for _, p := range st.projects {
		p.members, p.owner = slices.DeleteFunc(p.members, is), slices.DeleteFunc(p.owner, is)
	}
	for _, other := range st.staffs {
		other.managedStaff = slices.DeleteFunc(other.managedStaff, is)
	}
	for text, t := range st.tokens {
		if is(t.staff) {
			delete(st.tokens, text)
		}
	}
}
