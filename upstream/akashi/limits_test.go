package akashi_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hitotsu/hitotsu/internal/fault"
	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

type limitCase struct {
	name  string
	call  func(context.Context, *akashi.Client) (any, error)
	row   int
	field string
	rule  string
}

// secret stands in values that break a rule; no error may quote it.
const secret = "山川" + vendortest.Body

func organization(change func(*akashi.NewOrganization)) func(context.Context, *akashi.Client) (any, error) {
	o := akashi.NewOrganization{Name: "営業部"}
	change(&o)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.CreateOrganizations(ctx, []akashi.NewOrganization{{Name: "総務部"}, o})
	}
}

func staff(change func(*akashi.StaffInput)) func(context.Context, *akashi.Client) (any, error) {
	s := fullStaff()
	change(&s)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.PutStaffs(ctx, []akashi.StaffInput{{StaffID: 1, LastName: "川", FirstName: "二"}, s})
	}
}

func transfer(change func(*akashi.Transfer)) func(context.Context, *akashi.Client) (any, error) {
	tr := akashi.Transfer{StaffCode: new("s1"), OrganizationChangeDate: "2026-02-01", EmploymentCategory: "正社員"}
	change(&tr)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.TransferStaffs(ctx, []akashi.Transfer{{
			StaffCode: new("s0"), OrganizationChangeDate: "2026-02-01", EmploymentCategory: "正社員",
		}, tr})
	}
}

func permission(change func(*akashi.Permission)) func(context.Context, *akashi.Client) (any, error) {
	p := akashi.Permission{StaffEmail: new("a@example.com"), ManagerPermissionName: "p", ManageOrganizationCode: new("o")}
	change(&p)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.GrantPermissions(ctx, []akashi.Permission{p})
	}
}

func reservation(change func(*akashi.PermissionReservation)) func(context.Context, *akashi.Client) (any, error) {
	r := fullReservation()
	change(&r)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.ReservePermissions(ctx, []akashi.PermissionReservation{r})
	}
}

func project(change func(*akashi.ProjectInput)) func(context.Context, *akashi.Client) (any, error) {
	p := akashi.ProjectInput{NameJa: "乙"}
	change(&p)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.PutProjects(ctx, []akashi.ProjectInput{{NameJa: "甲", NameEn: new("a"), ProjectCode: new("p1")}, p})
	}
}

func manhour(change func(*akashi.ManhourRow)) func(context.Context, *akashi.Client) (any, error) {
	m := akashi.ManhourRow{StaffID: 1, Date: "2026-08-03", ProjectID: 2, TaskID: 3, Minutes: 60}
	change(&m)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.PutManhours(ctx, []akashi.ManhourRow{{StaffID: 1, Date: "2026-08-03", ProjectID: 2, TaskID: 4, Minutes: 60}, m})
	}
}

func deletion(change func(*akashi.ManhourDeletion)) func(context.Context, *akashi.Client) (any, error) {
	d := akashi.ManhourDeletion{StaffID: 1, Date: "2026-08-03", ProjectID: 2, TaskID: 3}
	change(&d)
	return func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteManhours(ctx, d) }
}

func condition(change func(*akashi.WorkingCondition)) func(context.Context, *akashi.Client) (any, error) {
	w := akashi.WorkingCondition{StaffCode: "s1"}
	change(&w)
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.SetWorkingConditions(ctx, []akashi.WorkingCondition{w})
	}
}

func assign(project akashi.ProjectID, a []akashi.Assignment, u []akashi.StaffID) func(context.Context, *akashi.Client) (any, error) {
	return func(ctx context.Context, c *akashi.Client) (any, error) {
		return c.AssignProjectStaffs(ctx, project, a, u)
	}
}

func limitCases() []limitCase {
	long := func(n int) string { return strings.Repeat("山", n) }
	bad := func(s string) *akashi.Date { return new(akashi.Date(s)) }
	const none = akashi.WholeBatch
	return []limitCase{
		{"6.1 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.CreateOrganizations(ctx, nil) }, none, "", "at least one row"},
		{"6.1 no name", organization(func(o *akashi.NewOrganization) { o.Name = "" }), 1, "name", "needed"},
		{"6.1 long name", organization(func(o *akashi.NewOrganization) { o.Name = long(33) }), 1, "name", "at most 32"},
		{"6.1 slash", organization(func(o *akashi.NewOrganization) { o.Name = "a/" + secret }), 1, "name", "without /"},
		{"6.1 control", organization(func(o *akashi.NewOrganization) { o.Name = "a\n" }), 1, "name", "machine dependent characters (1)"},
		{"6.1 UTF-8", organization(func(o *akashi.NewOrganization) { o.Name = "a\xff" }), 1, "name", "UTF-8"},
		{"6.1 name_en", organization(func(o *akashi.NewOrganization) { o.NameEn = new(long(65)) }), 1, "name_en", "at most 64"},
		{"6.1 name_en slash", organization(func(o *akashi.NewOrganization) { o.NameEn = new("/") }), 1, "name_en", "without /"},
		{"6.1 code", organization(func(o *akashi.NewOrganization) { o.Code = new("a_b") }), 1, "code", "a-z A-Z 0-9 -"},
		{"6.1 long code", organization(func(o *akashi.NewOrganization) { o.Code = new(strings.Repeat("a", 33)) }), 1, "code", "at most 32"},
		{"6.1 parent", organization(func(o *akashi.NewOrganization) { o.ParentOrganization = new("企業/営業部") }), 1, "parent_organization", "without 企業"},
		{"6.1 parent 企業", organization(func(o *akashi.NewOrganization) { o.ParentOrganization = new("企業") }), 1, "parent_organization", "without 企業"},
		{"6.3 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.PutStaffs(ctx, nil) }, none, "", "at least one row"},
		{"6.3 id", staff(func(s *akashi.StaffInput) { s.StaffID = -1 }), 1, "staff_id", "positive"},
		{"6.3 no family name", staff(func(s *akashi.StaffInput) { s.LastName = "" }), 1, "last_name", "needed"},
		{"6.3 no given name", staff(func(s *akashi.StaffInput) { s.FirstName = "" }), 1, "first_name", "needed"},
		{"6.3 family name", staff(func(s *akashi.StaffInput) { s.LastName = long(31) }), 1, "last_name", "at most 30"},
		{"6.3 control", staff(func(s *akashi.StaffInput) { s.FirstName = secret + "\x00" }), 1, "first_name", "machine dependent characters (2)"},
		{"6.3 name_en", staff(func(s *akashi.StaffInput) { s.FirstNameEn = new(strings.Repeat("a", 31)) }), 1, "first_name_en", "at most 30"},
		{"6.3 kana", staff(func(s *akashi.StaffInput) { s.LastNameKana = new("やまかわ") }), 1, "last_name_kana", "katakana"},
		{"6.3 half-width kana", staff(func(s *akashi.StaffInput) { s.FirstNameKana = new("ﾊｼﾞﾒ") }), 1, "first_name_kana", "katakana"},
		{"6.3 long kana", staff(func(s *akashi.StaffInput) { s.FirstNameKana = new(strings.Repeat("ア", 31)) }), 1, "first_name_kana", "at most 30"},
		{"6.3 code class", staff(func(s *akashi.StaffInput) { s.StaffCode = new("a.b") }), 1, "staff_code", "a-z A-Z 0-9 - _"},
		{"6.3 code length", staff(func(s *akashi.StaffInput) { s.StaffCode = new(strings.Repeat("1", 21)) }), 1, "staff_code", "at most 20"},
		{"6.3 no organisation", staff(func(s *akashi.StaffInput) { s.StaffID, s.Organization = 0, nil }), 1, "", "organization"},
		{"6.3 企業 before a path", staff(func(s *akashi.StaffInput) { s.Organization = new("企業/" + secret) }), 1, "organization", "without 企業"},
		{"6.3 idm short", staff(func(s *akashi.StaffInput) { s.IdmNumber = new("0123456789abcde") }), 1, "idm_number", "exactly 16"},
		{"6.3 idm class", staff(func(s *akashi.StaffInput) { s.IdmNumber = new("0123456789abcdeg") }), 1, "idm_number", "0-9 a-f A-F"},
		{"6.3 email", staff(func(s *akashi.StaffInput) { s.Email = new(secret) }), 1, "email", "e-mail"},
		{"6.3 email with name", staff(func(s *akashi.StaffInput) { s.Email = new("A <a@example.com>") }), 1, "email", "e-mail"},
		{"6.3 tel class", staff(func(s *akashi.StaffInput) { s.Tel = new("+81-3") }), 1, "tel", "0-9 -"},
		{"6.3 tel length", staff(func(s *akashi.StaffInput) { s.Tel = new("03-0000-000000") }), 1, "tel", "at most 13"},
		{"6.3 sex", staff(func(s *akashi.StaffInput) { s.Sex = new("M") }), 1, "sex", "one of 男, 女"},
		{"6.3 tag", staff(func(s *akashi.StaffInput) { s.Tag = new(long(256)) }), 1, "tag", "at most 255"},
		{"6.3 remarks", staff(func(s *akashi.StaffInput) { s.Remarks = new(long(5001)) }), 1, "remarks", "at most 5000"},
		{"6.3 remarks control", staff(func(s *akashi.StaffInput) { s.Remarks = new("\x1b") }), 1, "remarks", "machine dependent characters (1)"},
		{"6.3 entry_date", staff(func(s *akashi.StaffInput) { s.EntryDate = bad("2026-02-30") }), 1, "entry_date", "a day that exists"},
		{"6.3 use_start_date", staff(func(s *akashi.StaffInput) { s.UseStartDate = bad("2026/02/03") }), 1, "use_start_date", "a day that exists"},
		{"6.3 paid_holiday_base_date", staff(func(s *akashi.StaffInput) { s.PaidHolidayBaseDate = bad("x") }), 1, "paid_holiday_base_date", "a day that exists"},
		{"6.3 one code twice", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.PutStaffs(ctx, []akashi.StaffInput{fullStaff(), {StaffID: 8, LastName: "a", FirstName: "b", StaffCode: new("s-001_")}})
		}, 1, "staff_code", "no two rows"},
		{"6.5 nobody", func(ctx context.Context, c *akashi.Client) (any, error) { return c.RetireStaff(ctx, 0, "2026-03-31") }, none, "staff_id", "positive"},
		{"6.5 no day", func(ctx context.Context, c *akashi.Client) (any, error) { return c.RetireStaff(ctx, 7, "") }, none, "retirement_date", "a day that exists"},
		{"6.5 no such day", func(ctx context.Context, c *akashi.Client) (any, error) { return c.RetireStaff(ctx, 7, "2026-02-30") }, none, "retirement_date", "a day that exists"},
		{"6.5 deleting nobody", func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteStaff(ctx, 0) }, none, "staff_id", "positive"},
		{"6.6 type", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.Stamp(ctx, akashi.StampRequest{Type: 13})
		}, none, "type", "one of 11"},
		{"6.12 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.SetWorkingConditions(ctx, nil) }, none, "", "at least one row"},
		{"6.12 nobody", condition(func(w *akashi.WorkingCondition) { w.StaffCode = "" }), 0, "staff_code", "needed"},
		{"6.12 day", condition(func(w *akashi.WorkingCondition) { w.EffectiveDate = bad("2026-13-01") }), 0, "effective_date", "a day that exists"},
		{"6.12 extra token", condition(func(w *akashi.WorkingCondition) { w.Extra = map[string]string{"token": "x"} }), 0, "", "name of its own"},
		{"6.12 extra known", condition(func(w *akashi.WorkingCondition) { w.Extra = map[string]string{"rest_period": "x"} }), 0, "", "name of its own"},
		{"6.13 nobody", transfer(func(t *akashi.Transfer) { t.StaffCode = new("") }), 1, "", "staff_code, staff_email"},
		{"6.13 day", transfer(func(t *akashi.Transfer) { t.OrganizationChangeDate = "" }), 1, "organization_change_date", "needed"},
		{"6.13 no such day", transfer(func(t *akashi.Transfer) { t.OrganizationChangeDate = "2026-2-1" }), 1, "organization_change_date", "a day that exists"},
		{"6.13 category", transfer(func(t *akashi.Transfer) { t.EmploymentCategory = "" }), 1, "employment_category", "needed"},
		{"6.13 UTF-8", transfer(func(t *akashi.Transfer) { t.SubOrganizationPaths = []string{"a", "\xff"} }), 1, "sub_organization_path2", "UTF-8"},
		{"6.14 nobody", permission(func(p *akashi.Permission) { p.StaffEmail = nil }), 0, "", "staff_code, staff_email"},
		{"6.14 name", permission(func(p *akashi.Permission) { p.ManagerPermissionName = "" }), 0, "manager_permission_name", "needed"},
		{"6.14 no organisation", permission(func(p *akashi.Permission) { p.ManageOrganizationCode = nil }), 0, "", "manage_organization_path, manage_organization_code"},
		{"6.14 below path", permission(func(p *akashi.Permission) { p.ManageSubordinateOrganizationsImmedPath = new("x") }), 0, "manage_subordinate_organizations_immed_path", "one of 下位"},
		{"6.14 below code", permission(func(p *akashi.Permission) { p.ManageSubordinateOrganizationsImmedCode = new("x") }), 0, "manage_subordinate_organizations_immed_code", "one of 下位"},
		{"6.15 nothing", reservation(func(r *akashi.PermissionReservation) {
			*r = akashi.PermissionReservation{StaffCode: new("s1")}
		}), 0, "", "reservation_manager_permission_name"},
		{"6.15 nobody", reservation(func(r *akashi.PermissionReservation) { r.StaffCode = nil }), 0, "", "staff_code, staff_email"},
		{"6.15 a permission without its day", reservation(func(r *akashi.PermissionReservation) { r.ManagerPermissionReservationDate = nil }), 0, "", "go together"},
		{"6.15 a day without its permission", reservation(func(r *akashi.PermissionReservation) { r.ReservationManagerPermissionName = nil }), 0, "", "go together"},
		{"6.15 no path and no code", reservation(func(r *akashi.PermissionReservation) { r.ReservationManageOrganizationPath = nil }), 0, "", "go together"},
		{"6.15 no below", reservation(func(r *akashi.PermissionReservation) { r.ManageSubordinateOrganizations = nil }), 0, "", "go together"},
		{"6.15 no day", reservation(func(r *akashi.PermissionReservation) { r.ManageOrganizationReservationDate = nil }), 0, "", "go together"},
		{"6.15 no add or delete", reservation(func(r *akashi.PermissionReservation) { r.AddOrDelete = nil }), 0, "", "go together"},
		{"6.15 register", reservation(func(r *akashi.PermissionReservation) { r.RegistrationOrCancel = new("x") }), 0, "manage_organization_reservation_registration_or_cancel", "one of 登録, 取消"},
		{"6.15 add", reservation(func(r *akashi.PermissionReservation) { r.AddOrDelete = new("x") }), 0, "manage_organization_reservation_add_or_delete", "one of 追加, 削除"},
		{"6.15 below", reservation(func(r *akashi.PermissionReservation) { r.ManageSubordinateOrganizations = new("x") }), 0, "manage_subordinate_organizations", "one of 下位"},
		{"6.15 such day", reservation(func(r *akashi.PermissionReservation) { r.ManagerPermissionReservationDate = bad("2026-02-30") }), 0, "manager_permission_reservation_date", "a day that exists"},
		{"6.18 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.PutProjects(ctx, nil) }, none, "", "at least one row"},
		{"6.18 id", project(func(p *akashi.ProjectInput) { p.ProjectID = -1 }), 1, "project_id", "positive"},
		{"6.18 no name", project(func(p *akashi.ProjectInput) { p.NameJa = "" }), 1, "name_ja", "needed"},
		{"6.18 name twice", project(func(p *akashi.ProjectInput) { p.NameJa = "甲" }), 1, "name_ja", "no two rows"},
		{"6.18 name_en twice", project(func(p *akashi.ProjectInput) { p.NameEn = new("a") }), 1, "name_en", "no two rows"},
		{"6.18 code twice", project(func(p *akashi.ProjectInput) { p.ProjectCode = new("p1") }), 1, "project_code", "no two rows"},
		{"6.18 start", project(func(p *akashi.ProjectInput) { p.StartDate = bad("20260801") }), 1, "start_date", "a day that exists"},
		{"6.18 end", project(func(p *akashi.ProjectInput) { p.EndDate = bad("2026-08-32") }), 1, "end_date", "a day that exists"},
		{"6.19 id", func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteProject(ctx, 0) }, none, "project_id", "positive"},
		{"6.22 project", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.PutTasks(ctx, 0, []akashi.TaskInput{{Name: "a"}})
		}, none, "project_id", "positive"},
		{"6.22 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.PutTasks(ctx, 1, nil) }, none, "", "at least one row"},
		{"6.22 no name", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.PutTasks(ctx, 1, []akashi.TaskInput{{Code: new("a")}})
		}, 0, "name", "needed"},
		{"6.22 name twice", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.PutTasks(ctx, 1, []akashi.TaskInput{{Name: "a"}, {Name: "a"}})
		}, 1, "name", "no two rows"},
		{"6.22 code twice", func(ctx context.Context, c *akashi.Client) (any, error) {
			return c.PutTasks(ctx, 1, []akashi.TaskInput{{Name: "a", Code: new("c")}, {Name: "b", Code: new("c")}})
		}, 1, "code", "no two rows"},
		{"6.23 project", func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteTask(ctx, 0, 1) }, none, "project_id", "positive"},
		{"6.23 task", func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteTask(ctx, 1, -1) }, none, "task_id", "positive"},
		{"6.26 empty", func(ctx context.Context, c *akashi.Client) (any, error) { return c.PutManhours(ctx, nil) }, none, "", "at least one row"},
		{"6.26 staff", manhour(func(m *akashi.ManhourRow) { m.StaffID = 0 }), 1, "staff_id", "needed"},
		{"6.26 date", manhour(func(m *akashi.ManhourRow) { m.Date = "" }), 1, "date", "needed"},
		{"6.26 such date", manhour(func(m *akashi.ManhourRow) { m.Date = "2026-02-29" }), 1, "date", "a day that exists"},
		{"6.26 project", manhour(func(m *akashi.ManhourRow) { m.ProjectID = 0 }), 1, "project_id", "needed"},
		{"6.26 task", manhour(func(m *akashi.ManhourRow) { m.TaskID = -3 }), 1, "task_id", "positive"},
		{"6.26 twice", manhour(func(m *akashi.ManhourRow) { m.TaskID = 4 }), 1, "", "no two rows"},
		{"6.27 staff", deletion(func(d *akashi.ManhourDeletion) { d.StaffID = 0 }), none, "staff_id", "positive"},
		{"6.27 date", deletion(func(d *akashi.ManhourDeletion) { d.Date = "" }), none, "date", "a day that exists"},
		{"6.27 project", deletion(func(d *akashi.ManhourDeletion) { d.ProjectID = 0 }), none, "project_id", "positive"},
		{"6.27 a forgotten task", deletion(func(d *akashi.ManhourDeletion) { d.TaskID = 0 }), none, "task_id", "positive"},
		{"6.27 a task and all", deletion(func(d *akashi.ManhourDeletion) { d.AllTasks = true }), none, "task_id", "one task or all"},
		{"6.30 project", assign(0, []akashi.Assignment{{StaffID: 1}}, nil), none, "project_id", "positive"},
		{"6.30 nothing", assign(1, nil, nil), none, "", "assign, unassign"},
		{"6.30 staff", assign(1, []akashi.Assignment{{StaffID: 1}, {StaffID: 0}}, nil), 1, "assign.staff_id", "positive"},
		{"6.30 unassign", assign(1, nil, []akashi.StaffID{1, -1}), 1, "unassign", "positive"},
		{"6.30 both", assign(1, []akashi.Assignment{{StaffID: 1}}, []akashi.StaffID{1}), 0, "unassign", "twice"},
	}
}

// TestWrites_limits: what the document knowably forbids is refused unsent, with
// row, field and rule, and without the value.
func TestWrites_limits(t *testing.T) {
	t.Parallel()
	s := serve(t, good("{}"))
	c := s.client(t, io.Discard, nil)
	for _, tc := range limitCases() {
		_, err := tc.call(t.Context(), c)
		if vendortest.CodeOf(err) != fault.BadUserInput {
			t.Errorf("%s: %v, want BAD_USER_INPUT", tc.name, err)
			continue
		}
		all, isAll := errors.AsType[akashi.RowErrors](err)
		first, isOne := errors.AsType[*akashi.RowError](err)
		if !isAll || !isOne || len(all) != 1 || all[0] != first {
			t.Errorf("%s: %v, want exactly one row error", tc.name, err)
			continue
		}
		section, _, _ := strings.Cut(tc.name, " ")
		if first.Section != section || first.Row != tc.row || first.Field != tc.field || !strings.Contains(first.Rule, tc.rule) {
			t.Errorf("%s: %+v, want row %d, field %q, rule with %q", tc.name, *first, tc.row, tc.field, tc.rule)
		}
		mustNotLeak(t, err, nil)
		if strings.Contains(err.Error(), "山川") {
			t.Errorf("%s: the value is quoted: %v", tc.name, err)
		}
	}
	if n := len(s.sent()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// TestWrites_atTheLimit: what the document just allows is sent.
func TestWrites_atTheLimit(t *testing.T) {
	t.Parallel()
	wide := func(n int) string { return strings.Repeat("髙", n) }
	for name, call := range map[string]func(context.Context, *akashi.Client) (any, error){
		"6.1": organization(func(o *akashi.NewOrganization) {
			*o = akashi.NewOrganization{
				Name: wide(32), NameEn: new(wide(64)), Code: new(strings.Repeat("-", 32)), ParentOrganization: new(""),
			}
		}),
		"6.3": staff(func(s *akashi.StaffInput) {
			s.LastName, s.FirstName, s.LastNameEn = wide(30), wide(30), new(wide(30))
			s.StaffCode, s.IdmNumber, s.Tel = new(strings.Repeat("_", 20)), new(strings.Repeat("F", 16)), new(strings.Repeat("0", 13))
			s.LastNameKana, s.FirstNameKana = new("ァヴヶ0189() 。「」、・゛゜ー]"), new("")
			s.Sex, s.Tag, s.Remarks = new("男"), new(wide(255)), new(strings.Repeat("\n", 5000))
			s.EntryDate = new(akashi.Date("2024-02-29"))
		}),
		"6.13 both names": transfer(func(t *akashi.Transfer) { t.StaffEmail = new("a@example.com") }),
		"6.15 a permission only": reservation(func(r *akashi.PermissionReservation) {
			*r = akashi.PermissionReservation{
				StaffEmail: new("a"), ReservationManagerPermissionName: r.ReservationManagerPermissionName,
				ManagerPermissionReservationDate: r.ManagerPermissionReservationDate,
			}
		}),
		"6.15 an organisation only": reservation(func(r *akashi.PermissionReservation) {
			r.ReservationManagerPermissionName, r.ManagerPermissionReservationDate = nil, nil
			r.ReservationManageOrganizationPath, r.ReservationManageOrganizationCode = nil, new("o")
		}),
		"6.12 by extra key": condition(func(w *akashi.WorkingCondition) {
			w.StaffCode, w.Extra = "", map[string]string{"staff_email": "a@example.com"}
		}),
	} {
		s := serve(t, good("{}"))
		// The answer does not fit; only that it was sent matters here.
		_, err := call(t.Context(), s.client(t, io.Discard, nil))
		if n := len(s.sent()); n != 1 || vendortest.CodeOf(err) != fault.UpstreamBadResponse {
			t.Errorf("%s: %d requests, %v", name, n, err)
		}
	}
}

// TestMachineDependent: the sets that the document shows as pictures come from
// the configuration.
func TestMachineDependent(t *testing.T) {
	t.Parallel()
	s := serve(t, good("{}"))
	c := s.client(t, io.Discard, func(o *akashi.Options) { o.MachineDependent1, o.MachineDependent2 = "①", "㈱" })
	for field, call := range map[string]func(context.Context, *akashi.Client) (any, error){
		"name":      organization(func(o *akashi.NewOrganization) { o.Name = "第①部" }),
		"last_name": staff(func(s *akashi.StaffInput) { s.LastName = "㈱" }),
		"remarks":   staff(func(s *akashi.StaffInput) { s.Remarks = new("①") }),
	} {
		_, err := call(t.Context(), c)
		if re, ok := errors.AsType[*akashi.RowError](err); !ok || re.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, _ = staff(func(s *akashi.StaffInput) { s.LastName, s.Remarks = "①", new("㈱") })(t.Context(), c)
	if n := len(s.sent()); n != 1 {
		t.Errorf("each set is for its own fields: %d requests, want 1", n)
	}
}

// TestRowErrors_all: every broken rule of every row is told, by row.
func TestRowErrors_all(t *testing.T) {
	t.Parallel()
	_, err := client(t, ok("{}")).PutStaffs(t.Context(), []akashi.StaffInput{
		{LastName: "山川", FirstName: "一", Organization: new("第一部"), Tel: new("x"), Sex: new("x")},
		{StaffID: 1, LastName: "a", FirstName: "b"},
		{},
	})
	all, ok := errors.AsType[akashi.RowErrors](err)
	if !ok {
		t.Fatal(err)
	}
	var got []string
	for _, e := range all {
		got = append(got, itoa(e.Row)+" "+e.Field)
	}
	want := "0 sex,0 tel,2 ,2 first_name,2 last_name"
	if strings.Join(got, ",") != want {
		t.Errorf("%v, want %s", got, want)
	}
	if !strings.HasSuffix(err.Error(), "(6.3), and 4 more") {
		t.Errorf("%v", err)
	}
}

// TestLimits_listed: the exported tables name sections and fields, and every rule
// that a test breaks by a field is in them or about ids, batches and paths.
func TestLimits_listed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, l := range akashi.Limits() {
		if listed[l.Section+" "+l.Field] || l.Section == "" || l.Field == "" {
			t.Errorf("%+v is empty or listed twice", l)
		}
		listed[l.Section+" "+l.Field] = true
	}
	broken := map[string]bool{}
	for _, tc := range limitCases() {
		section, _, _ := strings.Cut(tc.name, " ")
		broken[section+" "+tc.field] = true
	}
	untested := map[string]bool{
		// The same rules as their siblings'.
		"6.1 parent_organization": true, "6.3 last_name_en": true, "6.15 manage_organization_reservation_date": true,
		// A flag cannot be written wrongly.
		"6.13 is_delete_change_history_after_change_date": true,
	}
	for l := range listed {
		if !broken[l] && !untested[l] {
			t.Errorf("%s is listed, and no test breaks it", l)
		}
	}
	for _, c := range akashi.Conditions() {
		if !broken[c.Section+" "] {
			t.Errorf("%s %v is listed, and no test breaks it", c.Section, c.Fields)
		}
	}
}
