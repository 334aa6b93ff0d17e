package conformance_test

import (
	"context"
	"strings"

	simulator "github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

func akashiWrites(c *akashi.Client, d simulator.Dump) []operation {
	item := openItem(d)
	id, project, task := akashi.StaffID(item.StaffID), akashi.ProjectID(item.ProjectID), akashi.TaskID(item.TaskID)
	day := akashi.Date(strings.ReplaceAll(item.Date, "/", "-"))
	row := akashi.ManhourRow{StaffID: id, Date: day, ProjectID: project, TaskID: task, Minutes: item.Minutes + 7}
	return []operation{
		single("Stamp", func(ctx context.Context) (any, error) {
			return c.Stamp(ctx, akashi.StampRequest{Type: akashi.StampOut})
		}),
		repeatable("PutManhours", func(ctx context.Context) (any, error) {
			return c.PutManhours(ctx, []akashi.ManhourRow{row})
		}),
		single("DeleteManhours", func(ctx context.Context) (any, error) {
			return c.DeleteManhours(ctx, akashi.ManhourDeletion{StaffID: id, Date: day, ProjectID: project, TaskID: task})
		}),
		single("PutProjects, a new one", func(ctx context.Context) (any, error) {
			return c.PutProjects(ctx, []akashi.ProjectInput{{NameJa: "新規"}})
		}),
		repeatable("PutProjects, a known one", func(ctx context.Context) (any, error) {
			return c.PutProjects(ctx, []akashi.ProjectInput{{ProjectID: project, NameJa: "改名"}})
		}),
		single("PutTasks, a new one", func(ctx context.Context) (any, error) {
			return c.PutTasks(ctx, project, []akashi.TaskInput{{Name: "新規"}})
		}),
		single("CreateOrganizations", func(ctx context.Context) (any, error) {
			return c.CreateOrganizations(ctx, []akashi.NewOrganization{{Name: "新設部", Code: new("N-1")}})
		}),
		repeatable("PutTasks, a known one", func(ctx context.Context) (any, error) {
			return c.PutTasks(ctx, project, []akashi.TaskInput{{TaskID: task, Name: "改名", EstimatedMinutes: new(90)}})
		}),
		single("DeleteProject", func(ctx context.Context) (any, error) { return c.DeleteProject(ctx, project) }),
		single("DeleteTask", func(ctx context.Context) (any, error) { return c.DeleteTask(ctx, project, task) }),
		repeatable("AssignProjectStaffs", func(ctx context.Context) (any, error) {
			return c.AssignProjectStaffs(ctx, project, []akashi.Assignment{{StaffID: id, Owner: true}}, nil)
		}),

		single("AssignProjectStaffs, and remove", func(ctx context.Context) (any, error) {
			return c.AssignProjectStaffs(ctx, project, nil, []akashi.StaffID{id})
		}),
	}
}

// akashiStaffWrites are 6.3, 6.5 and 6.12 to 6.15.
func akashiStaffWrites(c *akashi.Client, d simulator.Dump) []operation {
	staff, id, code := d.Staffs[2], akashi.StaffID(d.Staffs[2].StaffID), new(d.Staffs[2].Code)
	return []operation{
		single("PutStaffs, a new one", func(ctx context.Context) (any, error) {
			return c.PutStaffs(ctx, []akashi.StaffInput{{
				StaffCode: new("N0001"), LastName: "新人", FirstName: "一", Organization: new("企業"),
				Email: new("n1@example.com"),
			}})
		}),
		repeatable("PutStaffs, a known one", func(ctx context.Context) (any, error) {
			return c.PutStaffs(ctx, []akashi.StaffInput{{StaffID: id, LastName: "山川", FirstName: "一"}})
		}),
		single("RetireStaff", func(ctx context.Context) (any, error) { return c.RetireStaff(ctx, id, "2026-12-31") }),
		single("DeleteStaff", func(ctx context.Context) (any, error) { return c.DeleteStaff(ctx, id) }),
		repeatable("SetWorkingConditions", func(ctx context.Context) (any, error) {
			return c.SetWorkingConditions(ctx, []akashi.WorkingCondition{{
				StaffCode: staff.Code, EffectiveDate: new(akashi.Date("2026-12-01")), FixedWorkingTime: new("7:30"),
			}})
		}),
		single("TransferStaffs", func(ctx context.Context) (any, error) {
			return c.TransferStaffs(ctx, []akashi.Transfer{{
				StaffCode: code, OrganizationChangeDate: "2026-12-01", NewOrganizationCode: new("1000"),
				EmploymentCategory: "正社員",
			}})
		}),
		single("GrantPermissions", func(ctx context.Context) (any, error) {
			return c.GrantPermissions(ctx, []akashi.Permission{{
				StaffCode: code, ManagerPermissionName: "一般管理者", ManageOrganizationCode: new("1000"),
				ManageSubordinateOrganizationsImmedCode: new(akashi.SubordinatesDirectly),
			}})
		}),
		single("ReservePermissions", func(ctx context.Context) (any, error) {
			return c.ReservePermissions(ctx, []akashi.PermissionReservation{{
				StaffCode: code, ReservationManagerPermissionName: new("一般管理者"),
				ManagerPermissionReservationDate: new(akashi.Date("2026-12-01")),
			}})
		}),
	}
}
