package akashi

import "strconv"

type wireImported struct {
	StaffID   int     `json:"staff_id"`
	StaffCode *string `json:"staff_code"`
	Email     *string `json:"email"`
}

// importRows runs a row-by-row import of 6.12 to 6.15. Rows with an error change
// nothing; success is false only when no row is without one.
func (c *call) importRows(name, label, mailKey string, about func(row object) map[string]any,
	do func(f *fields, one *staff) (code string),
) (any, *refusal) {
	rows, refused := c.bodyRows(name, label)
	if refused != nil {
		return nil, refused
	}
	done, problems := []wireImported{}, []problem{}
	for _, row := range rows {
		f := c.fields(row)
		code := codeImport
		one := c.named(f, mailKey)
		if len(f.wrong) == 0 {
			code = do(f, one)
		}
		if len(f.wrong) > 0 {
			problems = append(problems, f.problems(code, about(row))...)
			continue
		}
		c.changed = true
		done = append(done, wireImported{one.id, textOrNull(one.code), textOrNull(one.email)})
	}
	if len(done) == 0 {
		return nil, refuse(problems...)
	}
	return partly{struct {
		LoginCompanyCode string         `json:"login_company_code"`
		Staffs           []wireImported `json:"staffs"`
	}{c.opts.Company, done}, problems}, nil
}

// named finds the employee of a row by number or address, one of which it must
// have.
func (c *call) named(f *fields, mailKey string) *staff {
	code, address := f.plain("staff_code", "従業員番号"), f.plain(mailKey, "メールアドレス")
	if len(f.wrong) > 0 {
		return nil
	}
	if code == "" && address == "" {
		f.fail("従業員番号かメールアドレスのいずれかを入力してください。")
		return nil
	}
	one := c.st.staffWhere(func(s *staff) bool {
		return (code == "" || s.code == code) && (address == "" || s.email == address)
	})
	if one == nil || !c.sees(one) {
		blank := func(text string) string {
			if text == "" {
				return "(空白)"
			}
			return text
		}
		f.fail("指定された従業員が見つかりません。(従業員番号: %s, メールアドレス: %s)", blank(code), blank(address))
		return nil
	}
	return one
}

// target is how 6.13 to 6.15 say whose row is wrong.
func target(row object) map[string]any {
	for _, key := range []string{"staff_code", "staff_email"} {
		if text, ok := row[key].(string); ok && text != "" {
			return map[string]any{"target": text}
		}
	}
	return map[string]any{"target": ""}
}

// numbered returns the values of name, name1, name2 and so on, in that order.
func (f *fields) numbered(name, label string) []string {
	var values []string
	if text := f.plain(name, label); text != "" {
		values = append(values, text)
	}
	for i := 1; ; i++ {
		key := name + strconv.Itoa(i)
		if _, given := f.object[key]; !given && i > 1 {
			return values
		}
		if text := f.plain(key, label); text != "" {
			values = append(values, text)
		}
	}
}

// postTransfers is 6.13.
func postTransfers(c *call) (any, *refusal) {
	if refused := c.mayAdminister(); refused != nil {
		return nil, refused
	}
	return c.importRows("organizations", "異動", "staff_email", target, c.transfer)
}

// transfer notes one change of unit and category for its day. The table writes
// days yyyy/mm/dd and Yes, the sample 2023/2/1 and YES.
func (c *call) transfer(f *fields, one *staff) string {
	move := pending{staff: one.id, kind: pendingTransfer}
	if day := f.day("organization_change_date", "異動日", layoutDay, layoutLoose); day != nil {
		move.on = *day
	} else if len(f.wrong) == 0 {
		f.fail("異動日は必ず入力してください。")
	}
	forget := f.plain("is_delete_change_history_after_change_date", "異動日以降の異動を削除する",
		oneOf("Yes", "No", "YES", "NO", "yes", "no"))
	move.organization = f.unit(c.st, "new_organization_path", "new_organization_code", "異動先所属組織")
	for _, path := range f.numbered("sub_organization_path", "サブ組織") {
		if o := c.st.organizationAt(path); o != nil {
			move.subgroups = append(move.subgroups, o.id)
		} else {
			f.fail("サブ組織「%s」が存在しません。", path)
		}
	}
	for _, code := range f.numbered("sub_organization_code", "サブ組織コード") {
		if o := c.st.organizationCoded(code); o != nil {
			move.subgroups = append(move.subgroups, o.id)
		} else {
			f.fail("サブ組織コード「%s」が存在しません。", code)
		}
	}
	move.employment = f.mandatory("employment_category", "雇用区分")
	if move.employment != "" && !knownEmployment(move.employment) {
		f.fail("雇用区分「%s」は登録されていません。", move.employment)
	}
	if len(f.wrong) == 0 {
		if forget == "Yes" || forget == "YES" || forget == "yes" {
			c.st.forgetTransfers(one, move.on)
		}
		c.st.schedule(move, c.opts.Now())
	}
	return codeImport
}

// The permissions that the tenant has registered, beside 従業員 and in the
// spelling of the samples.
const customPermission = "管理権限-編集"

func registeredPermissions() []string {
	return []string{"企業管理者", "一般管理者", customPermission}
}

func (f *fields) permission(name string) {
	if message := oneOf(registeredPermissions()...)(name); name != "" && message != "" {
		f.fail("管理権限「%s」は登録されていません。", name)
	}
}

// subordinates are the ways to manage what is below a unit (6.14.2 (1)).
func subordinates() []string {
	return []string{withoutBelow, "下位組織を直接管理対象とする", "サブ組織所属を除く+直下組織管理者を直接管理する"}
}

const withoutBelow = "下位組織を管理対象にしない"

// postPermissions is 6.14: it takes effect at once. The named units come to
// those that somebody manages already.
func postPermissions(c *call) (any, *refusal) {
	if refused := c.mayAdminister(); refused != nil {
		return nil, refused
	}
	return c.importRows("permissions", "権限", "staff_email", target, c.permit)
}

func (c *call) permit(f *fields, one *staff) string {
	name := f.mandatory("manager_permission_name", "管理権限名称")
	f.permission(name)
	var changes []pending
	// Path and code are two units here, each with its own way (sample of 6.14).
	for _, by := range []string{"path", "code"} {
		keys := [2]string{"manage_organization_path", ""}
		if by == "code" {
			keys = [2]string{"", "manage_organization_code"}
		}
		unit := f.unit(c.st, keys[0], keys[1], "管理先組織")
		way := f.plain("manage_subordinate_organizations_immed_"+by, "下位組織の管理", oneOf(subordinates()...))
		if unit != 0 {
			changes = append(changes, pending{
				staff: one.id, kind: pendingManage, organization: unit, shallow: way == "" || way == withoutBelow,
			})
		}
	}
	if len(changes) == 0 && len(f.wrong) == 0 {
		f.fail("管理先組織か管理先組織コードのいずれかを入力してください。")
	}
	var people []int
	for _, code := range f.numbered("managed_staff_code", "管理対象従業員番号") {
		managed := c.st.staffWhere(func(s *staff) bool { return s.code == code })
		if managed == nil {
			f.fail("管理対象従業員番号「%s」が存在しません。", code)
			continue
		}
		people = append(people, managed.id)
	}
	if len(f.wrong) == 0 {
		changes = append(changes, pending{staff: one.id, kind: pendingPermission, permission: name})
		for _, change := range changes {
			c.st.apply(change)
		}
		one.managedStaff = people
	}
	return codeImport
}

// postReservations is 6.15.
func postReservations(c *call) (any, *refusal) {
	if refused := c.mayAdminister(); refused != nil {
		return nil, refused
	}
	return c.importRows("permissions_reserve", "権限予約", "staff_email", target, c.reserve)
}

// reserve notes a permission, a managed unit or both for their days.
func (c *call) reserve(f *fields, one *staff) string {
	var wanted []pending
	name := f.plain("reservation_manager_permission_name", "予約付与権限")
	f.permission(name)
	day := f.day("manager_permission_reservation_date", "付与権限予約日", layoutDay, layoutLoose)
	switch {
	case name != "" && day != nil:
		wanted = append(wanted, pending{on: *day, staff: one.id, kind: pendingPermission, permission: name})
	case name != "" && len(f.wrong) == 0:
		f.fail("付与権限予約日は必ず入力してください。")
	case day != nil:
		f.fail("予約付与権限は必ず入力してください。")
	}
	manage, cancel := c.reserveUnit(f, one)
	if manage != nil && cancel && len(f.wrong) == 0 {
		if !c.st.cancel(*manage) {
			f.fail("取消対象の管理先予約が存在しません。")
		}
	} else if manage != nil {
		wanted = append(wanted, *manage)
	}
	if name == "" && day == nil && manage == nil && len(f.wrong) == 0 {
		f.fail("予約付与権限か管理先予約のいずれかを入力してください。")
	}
	if len(f.wrong) == 0 {
		for _, change := range wanted {
			c.st.schedule(change, c.opts.Now())
		}
	}
	return codeImport
}

// reserveUnit reads the part of 6.15 about a managed unit; nil when the row has
// none. All of its fields are mandatory as soon as there is one.
func (c *call) reserveUnit(f *fields, one *staff) (change *pending, cancel bool) {
	const prefix = "manage_organization_reservation_"
	given := false
	for _, key := range []string{
		prefix + "registration_or_cancel", prefix + "date", prefix + "add_or_delete",
		"reservation_manage_organization_path", "reservation_manage_organization_code",
		"manage_subordinate_organizations",
	} {
		given = given || f.object[key] != nil && f.object[key] != ""
	}
	if !given {
		return nil, false
	}
	action := f.mandatory(prefix+"registration_or_cancel", "登録/取消", oneOf("登録", "取消"))
	way := f.mandatory("manage_subordinate_organizations", "下位組織の管理", oneOf(subordinates()...))
	what := f.mandatory(prefix+"add_or_delete", "追加/削除", oneOf("追加", "削除"))
	change = &pending{staff: one.id, kind: pendingManage, shallow: way == withoutBelow, remove: what == "削除"}
	if day := f.day(prefix+"date", "管理先予約日", layoutDay, layoutLoose); day != nil {
		change.on = *day
	} else if len(f.wrong) == 0 {
		f.fail("管理先予約日は必ず入力してください。")
	}
	change.organization = f.unit(c.st, "reservation_manage_organization_path", "reservation_manage_organization_code",
		"予約管理先組織")
	if change.organization == 0 && len(f.wrong) == 0 {
		f.fail("予約管理先組織か予約管理先組織コードのいずれかを入力してください。")
	}
	return change, action == "取消"
}
