package akashi_test

import (
	"context"
	"time"

	"github.com/hitotsu/hitotsu/upstream/akashi"
	"github.com/hitotsu/hitotsu/upstream/transport/vendortest"
)

// writing is one write in a full form: what must be sent, and an answer.
type writing struct {
	name string
	// idempotent and once are what the write must declare.
	idempotent, once bool
	method, path     string
	// body is what is sent beside the token.
	body string
	call func(context.Context, *akashi.Client) (any, error)
	good string
	want any
	// batch says that a refusal of its one row is a result.
	batch bool
}

func applied[T any](values ...T) akashi.Result[T] {
	var r akashi.Result[T]
	for i := range values {
		r.Rows = append(r.Rows, akashi.Row[T]{State: akashi.Applied, Value: &values[i]})
	}
	return r
}

func writings() []writing {
	return append(append(masterWritings(), importWritings()...), projectWritings()...)
}

func masterWritings() []writing {
	return []writing{
		{
			name: "CreateOrganizations", method: "POST", path: "organizations", batch: true,
			body: `"organizations":[{"code":"0011","name":"営業部","name_en":"Sales","parent_organization":"第一本部"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.CreateOrganizations(ctx, []akashi.NewOrganization{{
					Name: "営業部", NameEn: new("Sales"), Code: new("0011"), ParentOrganization: new("第一本部"),
				}})
			},
			good: `{"count":1,"organizations":[{"organizationId":2,"name":"営業部","code":"0011","label":"","parentId":1,
				"displayPunchTypes":[{"punchType":11,"displayName":"出社"}]}]}`,
			want: applied(akashi.Organization{
				ID: 2, ParentID: 1, Name: "営業部", Code: "0011",
				DisplayPunchTypes: []akashi.DisplayPunchType{{PunchType: 11, DisplayName: "出社"}},
			}),
		},
		{
			name: "PutStaffs", method: "PATCH", path: "staffs/", batch: true, idempotent: true,
			body: `"staffs":[{"email":"a@example.com","employment_category":"正社員","entry_date":"2026/04/01","first_name":"一",
				"first_name_en":"Hajime","first_name_kana":"ハジメ","idm_number":"0123456789abcDEF","last_name":"山川",
				"last_name_en":"Yamakawa","last_name_kana":"ヤマカワ","organization":"企業","paid_holiday_base_date":"2026/10/01",
				"remarks":"備考\n二行","sex":"女","staff_code":"s-001_","staff_id":7,"tag":"a,b","tel":"03-0000-0000",
				"use_other_login_method":false,"use_start_date":"2026/04/02"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutStaffs(ctx, []akashi.StaffInput{fullStaff()})
			},
			good: `{"login_company_code":"com123","staffs":[{"staff_id":7,"staff_code":"s-001_","email":"a@example.com",
				"organization_id":1,"employment_category_id":3}]}`,
			want: applied(akashi.PutStaff{
				StaffID: 7, StaffCode: "s-001_", Email: "a@example.com", OrganizationID: 1, EmploymentCategoryID: new(3),
			}),
		},
		{
			name: "PutStaffs to make one", method: "PATCH", path: "staffs/", batch: true,
			body: `"staffs":[{"first_name":"一","last_name":"山川","organization":"第一部/第二課"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutStaffs(ctx, []akashi.StaffInput{{LastName: "山川", FirstName: "一", Organization: new("第一部/第二課")}})
			},
			good: `{"staffs":[{"staff_id":8,"staff_code":null,"email":null,"organization_id":1,"employment_category_id":null}]}`,
			want: applied(akashi.PutStaff{StaffID: 8, OrganizationID: 1}),
		},
		{
			name: "RetireStaff", method: "DELETE", path: "staff/7", body: `"retirement_date":"2026/03/31"`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) { return c.RetireStaff(ctx, 7, "2026-03-31") },
			good: `{"login_company_code":"com123","staff_id":7,"staff_code":"s1","email":"a@example.com"}`,
			want: akashi.LeftStaff{StaffID: 7, StaffCode: "s1", Email: "a@example.com"},
		},
		{
			name: "DeleteStaff", method: "DELETE", path: "staff/7",
			call: func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteStaff(ctx, 7) },
			good: `{"login_company_code":"com123","staff_id":"7","staff_code":"s1","email":null}`,
			want: akashi.LeftStaff{StaffID: 7, StaffCode: "s1"},
		},
		{
			name: "Stamp", method: "POST", path: "stamps", once: true,
			body: `"stampedAt":"2026/11/02 08:57:23","timezone":"+09:00","type":11`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.Stamp(ctx, akashi.StampRequest{Type: akashi.StampIn, StampedAt: vendortest.JST("2026-11-02 08:57:23")})
			},
			// The seconds become 00, and the time is the server's (3.3).
			good: `{"login_company_code":"com123","staff_id":123,"type":11,"stampedAt":"2026/11/02 08:58:00"}`,
			want: akashi.Stamped{StaffID: 123, Type: akashi.StampIn, StampedAt: vendortest.JST("2026-11-02 08:58:00")},
		},
		{
			name: "Stamp in its shortest form", method: "POST", path: "stamps", once: true,
			call: func(ctx context.Context, c *akashi.Client) (any, error) { return c.Stamp(ctx, akashi.StampRequest{}) },
			good: `{"staff_id":123,"type":"12","stampedAt":"2026/11/02 18:00:00"}`,
			want: akashi.Stamped{StaffID: 123, Type: akashi.StampOut, StampedAt: vendortest.JST("2026-11-02 18:00:00")},
		},
		{
			name: "Stamp from another zone", method: "POST", path: "stamps", once: true,
			body: `"stampedAt":"2026/11/01 23:57:23","timezone":"+00:00"`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.Stamp(ctx, akashi.StampRequest{StampedAt: vendortest.JST("2026-11-02 08:57:23").In(time.UTC)})
			},
			good: `{"staff_id":123,"type":11,"stamped_at":"2026/11/02 08:58:00"}`,
			want: akashi.Stamped{StaffID: 123, Type: akashi.StampIn, StampedAt: vendortest.JST("2026-11-02 08:58:00")},
		},
	}
}

func fullStaff() akashi.StaffInput {
	return akashi.StaffInput{
		StaffID: 7, StaffCode: new("s-001_"), LastName: "山川", FirstName: "一",
		LastNameEn: new("Yamakawa"), FirstNameEn: new("Hajime"), LastNameKana: new("ヤマカワ"), FirstNameKana: new("ハジメ"),
		Organization: new("企業"), EmploymentCategory: new("正社員"), IdmNumber: new("0123456789abcDEF"),
		Email: new("a@example.com"), Tel: new("03-0000-0000"), Sex: new(akashi.SexFemale), Tag: new("a,b"),
		Remarks: new("備考\n二行"), EntryDate: new(akashi.Date("2026-04-01")), UseStartDate: new(akashi.Date("2026-04-02")),
		PaidHolidayBaseDate: new(akashi.Date("2026-10-01")), UseOtherLoginMethod: new(false),
	}
}

const oneStaff = `{"login_company_code":"com123","staffs":[{"staff_id":51,"staff_code":"s001","email":null}]}`

func importWritings() []writing {
	ref := applied(akashi.StaffRef{StaffID: 51, StaffCode: "s001"})
	return []writing{
		{
			name: "SetWorkingConditions", method: "PATCH", path: "working_condition_settings", batch: true, idempotent: true,
			body: `"working_condition_settings":[{"effective_date":"2026/02/02","fixed_working_time":"08:30","new_key":"値",
				"plan_start_and_end_time_sun":"","staff_code":"s001","working_category":"普通労働制"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.SetWorkingConditions(ctx, []akashi.WorkingCondition{{
					StaffCode: "s001", EffectiveDate: new(akashi.Date("2026-02-02")), WorkingCategory: new("普通労働制"),
					FixedWorkingTime: new("08:30"), PlanStartAndEndTimeSun: new(""), Extra: map[string]string{"new_key": "値"},
				}})
			},
			good: oneStaff, want: ref,
		},
		{
			name: "SetWorkingConditions without a day", method: "PATCH", path: "working_condition_settings", batch: true,
			idempotent: true, body: `"working_condition_settings":[{"effective_date":"","staff_code":"s001"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.SetWorkingConditions(ctx, []akashi.WorkingCondition{{
					StaffCode: "s001", EffectiveDate: new(akashi.Date("")),
				}})
			},
			good: oneStaff, want: ref,
		},
		{
			name: "TransferStaffs", method: "POST", path: "importer_factory/organizations", batch: true,
			body: `"organizations":[{"employment_category":"正社員","is_delete_change_history_after_change_date":"Yes",
				"new_organization_code":"o1","new_organization_path":"第一部","organization_change_date":"2026/02/01",
				"staff_code":"s001","staff_email":"a@example.com","sub_organization_code":"o2","sub_organization_path":"第二部",
				"sub_organization_path2":"第三部","sub_organization_path3":"第四部"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.TransferStaffs(ctx, []akashi.Transfer{{
					StaffCode: new("s001"), StaffEmail: new("a@example.com"), OrganizationChangeDate: "2026-02-01",
					IsDeleteChangeHistoryAfterChangeDate: new(true), NewOrganizationPath: new("第一部"), NewOrganizationCode: new("o1"),
					SubOrganizationPaths: []string{"第二部", "第三部", "第四部"}, SubOrganizationCodes: []string{"o2"},
					EmploymentCategory: "正社員",
				}})
			},
			good: oneStaff, want: ref,
		},
		{
			name: "TransferStaffs by address", method: "POST", path: "importer_factory/organizations", batch: true,
			body: `"organizations":[{"employment_category":"正社員","is_delete_change_history_after_change_date":"No",
				"organization_change_date":"2026/02/01","staff_email":"a@example.com"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.TransferStaffs(ctx, []akashi.Transfer{{
					StaffEmail: new("a@example.com"), OrganizationChangeDate: "2026-02-01",
					IsDeleteChangeHistoryAfterChangeDate: new(false), EmploymentCategory: "正社員",
				}})
			},
			good: `{"staffs":[{"staff_id":"51","staff_code":null,"email":"A@example.com"}]}`,
			want: applied(akashi.StaffRef{StaffID: 51, Email: "A@example.com"}),
		},
		{
			name: "GrantPermissions", method: "POST", path: "importer_factory/permissions", batch: true,
			body: `"permissions":[{"manage_organization_code":"o2","manage_organization_path":"第一部",
				"manage_subordinate_organizations_immed_code":"サブ組織所属を除く+直下組織管理者を直接管理する",
				"manage_subordinate_organizations_immed_path":"下位組織を管理対象にしない","managed_staff_code1":"s002",
				"managed_staff_code2":"s003","manager_permission_name":"一般管理者","staff_code":"s001"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.GrantPermissions(ctx, []akashi.Permission{{
					StaffCode: new("s001"), ManagerPermissionName: "一般管理者", ManageOrganizationPath: new("第一部"),
					ManageOrganizationCode: new("o2"), ManagedStaffCodes: []string{"s002", "s003"},
					ManageSubordinateOrganizationsImmedPath: new(akashi.SubordinatesNot),
					ManageSubordinateOrganizationsImmedCode: new(akashi.SubordinatesManagers),
				}})
			},
			good: oneStaff, want: ref,
		},
		{
			name: "ReservePermissions", method: "POST", path: "importer_factory/permissions_reserve", batch: true,
			body: `"permissions_reserve":[{"manage_organization_reservation_add_or_delete":"追加",
				"manage_organization_reservation_date":"2026/02/03","manage_organization_reservation_registration_or_cancel":"登録",
				"manage_subordinate_organizations":"下位組織を直接管理対象とする","manager_permission_reservation_date":"2026/02/03",
				"reservation_manage_organization_path":"第一部","reservation_manager_permission_name":"管理権限-編集","staff_code":"s001"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.ReservePermissions(ctx, []akashi.PermissionReservation{fullReservation()})
			},
			good: oneStaff, want: ref,
		},
	}
}

func fullReservation() akashi.PermissionReservation {
	return akashi.PermissionReservation{
		StaffCode: new("s001"), ReservationManagerPermissionName: new("管理権限-編集"),
		ManagerPermissionReservationDate: new(akashi.Date("2026-02-03")), RegistrationOrCancel: new(akashi.ReservationRegister),
		ReservationManageOrganizationPath: new("第一部"), ManageSubordinateOrganizations: new(akashi.SubordinatesDirectly),
		ManageOrganizationReservationDate: new(akashi.Date("2026-02-03")), AddOrDelete: new(akashi.ManageAdd),
	}
}

func projectWritings() []writing {
	return []writing{
		{
			name: "PutProjects", method: "POST", path: "projects", batch: true, idempotent: true,
			body: `"projects":[{"end_date":"2026/08/31","name_en":"Test","name_ja":"試験","project_code":"p1","project_id":100,
				"remarks":"備考","short_name_en":"T","short_name_ja":"試","start_date":"2026/08/01"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutProjects(ctx, []akashi.ProjectInput{{
					ProjectID: 100, NameJa: "試験", ShortNameJa: new("試"), NameEn: new("Test"), ShortNameEn: new("T"),
					ProjectCode: new("p1"), Remarks: new("備考"), StartDate: new(akashi.Date("2026-08-01")),
					EndDate: new(akashi.Date("2026-08-31")),
				}})
			},
			good: `{"count":1,"projects":[{"project_id":100,"name_ja":"試験","short_name_ja":"試","project_code":"p1",
				"remarks":"備考","start_date":"2026-08-01","end_date":"2026-08-31"}]}`,
			want: applied(akashi.Project{
				ID: 100, Name: "試験", ShortName: "試", Code: "p1", Remarks: "備考", StartDate: "2026-08-01", EndDate: "2026-08-31",
			}),
		},
		{
			name: "PutProjects to make one", method: "POST", path: "projects", batch: true,
			body: `"projects":[{"name_ja":"試験"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutProjects(ctx, []akashi.ProjectInput{{NameJa: "試験"}})
			},
			good: `{"projects":[{"project_id":101,"name":"試験"}]}`,
			want: applied(akashi.Project{ID: 101, Name: "試験"}),
		},
		{
			name: "DeleteProject", method: "DELETE", path: "projects/100",
			call: func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteProject(ctx, 100) },
			good: `{"project_id":100,"name":"試験","short_name":"試","project_code":"p1"}`,
			want: akashi.Project{ID: 100, Name: "試験", ShortName: "試", Code: "p1"},
		},
		{
			name: "PutTasks", method: "POST", path: "100/tasks", batch: true, idempotent: true,
			body: `"tasks":[{"code":"t1","estimated_amount":10000,"estimated_hour":60,"index":1,"is_finished":true,"name":"設計",
				"task_id":150}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutTasks(ctx, 100, []akashi.TaskInput{{
					TaskID: 150, Name: "設計", Code: new("t1"), Index: new(1), EstimatedMinutes: new(60),
					EstimatedAmount: new(10000), IsFinished: new(true),
				}})
			},
			good: `{"count":1,"tasks":[{"task_id":150,"name":"設計","code":"t1","index":"1","estimated_hour":60,
				"estimated_amount":10000,"is_finished":true}]}`,
			want: applied(akashi.Task{
				ID: 150, Name: "設計", Code: "t1", Index: new(1), EstimatedMinutes: new(60), EstimatedAmount: new(10000), IsFinished: true,
			}),
		},
		{
			name: "PutTasks to make one", method: "POST", path: "100/tasks", batch: true, body: `"tasks":[{"name":"設計"}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutTasks(ctx, 100, []akashi.TaskInput{{Name: "設計"}})
			},
			good: `{"tasks":[{"task_id":151,"name":"設計"}]}`,
			want: applied(akashi.Task{ID: 151, Name: "設計"}),
		},
		{
			name: "DeleteTask", method: "DELETE", path: "100/tasks/150",
			call: func(ctx context.Context, c *akashi.Client) (any, error) { return c.DeleteTask(ctx, 100, 150) },
			good: `{"task_id":150,"name":"設計","code":"t1"}`,
			want: akashi.Task{ID: 150, Name: "設計", Code: "t1"},
		},
		{
			name: "PutManhours", method: "POST", path: "manhours", batch: true, idempotent: true,
			body: `"manhours":[{"dates":[{"date":"2026/08/03","projects":[{"daily_hour_items":[{"minute":0,"task_id":150}],
				"project_id":100}]}],"staff_id":200}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.PutManhours(ctx, []akashi.ManhourRow{{StaffID: 200, Date: "2026-08-03", ProjectID: 100, TaskID: 150}})
			},
			good: `{"manhours":[{"staff_id":200,"dates":[{"date":"2026-08-03","projects":[{"project_id":100,
				"daily_hour_items":[{"task_id":"150","minute":"0"}]}]}]}]}`,
			want: applied(akashi.ManhourRow{StaffID: 200, Date: "2026-08-03", ProjectID: 100, TaskID: 150}),
		},
		{
			name: "DeleteManhours", method: "DELETE", path: "manhours/200",
			body: `"date":"2026/08/03","project_id":100,"task_id":150`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.DeleteManhours(ctx, akashi.ManhourDeletion{StaffID: 200, Date: "2026-08-03", ProjectID: 100, TaskID: 150})
			},
			good: `{"staff_id":200,"date":"2026-08-03","project_id":100,"daily_hour_items":[{"task_id":150,"minute":0}]}`,
			want: akashi.DeletedManhours{
				StaffID: 200, Date: "2026-08-03", ProjectID: 100, Items: []akashi.ManhourItem{{TaskID: 150}},
			},
		},
		{
			name: "DeleteManhours of all tasks", method: "DELETE", path: "manhours/200",
			body: `"date":"2026/08/03","project_id":100`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.DeleteManhours(ctx, akashi.ManhourDeletion{
					StaffID: 200, Date: "2026-08-03", ProjectID: 100, AllTasks: true,
				})
			},
			good: `{"staff_id":200,"date":20260803,"project_id":100,"daily_hour_items":[]}`,
			want: akashi.DeletedManhours{StaffID: 200, Date: "2026-08-03", ProjectID: 100},
		},
		{
			name: "AssignProjectStaffs", method: "POST", path: "project_staffs/100",
			body: `"assign":[{"owner":true,"staff_id":200},{"owner":false,"staff_id":201}],"unassign":[202,203]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.AssignProjectStaffs(ctx, 100, []akashi.Assignment{{200, true}, {201, false}}, []akashi.StaffID{202, 203})
			},
			good: `{"staff_ids":[200,201,203],"owner_staff_ids":[200,201]}`,
			want: akashi.Assigned{
				Staffs: akashi.ProjectStaffs{StaffIDs: []akashi.StaffID{200, 201, 203}, OwnerStaffIDs: []akashi.StaffID{200, 201}},
				Assign: []akashi.State{akashi.Applied, akashi.Unknown}, Unassign: []akashi.State{akashi.Applied, akashi.Unknown},
			},
		},
		{
			name: "AssignProjectStaffs, adding only", method: "POST", path: "project_staffs/100", idempotent: true,
			body: `"assign":[{"owner":false,"staff_id":201}]`,
			call: func(ctx context.Context, c *akashi.Client) (any, error) {
				return c.AssignProjectStaffs(ctx, 100, []akashi.Assignment{{201, false}}, nil)
			},
			good: `{"staff_ids":["201"],"owner_staff_ids":[]}`,
			want: akashi.Assigned{
				Staffs: akashi.ProjectStaffs{StaffIDs: []akashi.StaffID{201}, OwnerStaffIDs: []akashi.StaffID{}},
				Assign: []akashi.State{akashi.Applied},
			},
		},
	}
}
