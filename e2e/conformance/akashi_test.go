package conformance_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	simulator "github.com/hitotsu/hitotsu/simulator/akashi"
	"github.com/hitotsu/hitotsu/simulator/company"
	"github.com/hitotsu/hitotsu/upstream/akashi"
)

func TestAkashi_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, akashiWorld)
}

func TestAkashi_quirks(t *testing.T) {
	t.Parallel()
	underQuirks(t, akashiWorld, map[string][]string{
		// One method or one spelling is left: the client's options have to say which.
		"post_only":         {"PutStaffs, a new one", "PutStaffs, a known one"},
		"only_slashed_days": {"Projects", "StaffProjects"},
	})
}

// withoutBulk leaves out of a dump what no write changes.
func withoutBulk(dump any) any {
	if d, ok := dump.(simulator.Dump); ok {
		d.WorkingRecords, d.Tokens = nil, nil
		return d
	}
	return dump
}

func akashiWorld(t *testing.T) *world {
	t.Helper()
	const token = "5eed0001-aaaa-4bbb-8ccc-000000000001"
	hr := people().Persona(company.PersonaHR).Key
	sim := simulator.New(people(), simulator.Options{Tokens: map[string]int{token: hr}, Now: now})
	w := &world{sim: sim, server: serve(t, sim), tokens: fixed(token)}
	c, err := akashi.New(akashi.Options{
		BaseURL: w.server.URL() + "/api/cooperation", Company: "demo",
		Transport: sender(t, "akashi", w.tokens, nil),
	})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.Dump)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = append(akashiReads(c, token, d), akashiWrites(c, d)...)
	return w
}

// read makes an operation of a method that changes nothing.
func read[T any](name string, call func(context.Context) (T, error)) operation {
	return operation{name: name, call: func(ctx context.Context) (any, error) { return call(ctx) }}
}

// repeatable makes one of a write that may be sent again, single of one that may not.
func repeatable[T any](name string, call func(context.Context) (T, error)) operation {
	op := read(name, call)
	op.write = true
	return op
}

func single[T any](name string, call func(context.Context) (T, error)) operation {
	op := repeatable(name, call)
	op.once = true
	return op
}

func akashiReads(c *akashi.Client, token string, d simulator.Dump) []operation {
	item := openItem(d)
	staff, project, task := akashi.StaffID(item.StaffID), akashi.ProjectID(item.ProjectID), akashi.TaskID(item.TaskID)
	some := []akashi.StaffID{staff, akashi.StaffID(d.Staffs[0].StaffID), akashi.StaffID(d.Staffs[1].StaffID)}
	from := time.Date(2026, 11, 18, 5, 0, 0, 0, company.JST)
	to := from.Add(24*time.Hour - time.Second)
	return []operation{
		read("Organizations", func(ctx context.Context) (any, error) { return c.Organizations(ctx, true) }),
		read("Organization", func(ctx context.Context) (any, error) {
			return c.Organization(ctx, akashi.OrganizationID(d.Organizations[1].OrganizationID))
		}),
		read("Staffs", func(ctx context.Context) (any, error) { return c.Staffs(ctx, 1) }),
		read("Staff", func(ctx context.Context) (any, error) { return c.Staff(ctx, staff) }),
		read("Self", func(ctx context.Context) (any, error) { return c.Self(ctx, token) }),
		read("Stamps", func(ctx context.Context) (any, error) { return c.Stamps(ctx, staff, from, to) }),
		read("MultipleStamps", func(ctx context.Context) (any, error) { return c.MultipleStamps(ctx, some, from, to) }),
		read("Alerts", func(ctx context.Context) (any, error) { return c.Alerts(ctx) }),
		read("WorkingRecords", func(ctx context.Context) (any, error) {
			return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{StaffIDs: some, From: "2026-11-01", To: "2026-11-20"})
		}),
		read("WorkingRecords with breaks", func(ctx context.Context) (any, error) {
			return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{
				StaffIDs: some, From: "2026-11-18", To: "2026-11-18", Breaks: true, NoRounding: true,
			})
		}),
		read("Projects", func(ctx context.Context) (any, error) {
			return c.Projects(ctx, akashi.ProjectsQuery{StartDate: "2026-11-01", EndDate: "2026-11-30"}, 0)
		}),
		read("Project", func(ctx context.Context) (any, error) { return c.Project(ctx, project) }),
		read("Tasks", func(ctx context.Context) (any, error) { return c.Tasks(ctx, project, 0) }),
		read("Task", func(ctx context.Context) (any, error) { return c.Task(ctx, project, task) }),
		read("Manhours", func(ctx context.Context) (any, error) { return c.Manhours(ctx, "2026-11-16", "2026-11-20") }),
		read("ManhoursOf", func(ctx context.Context) (any, error) {
			return c.ManhoursOf(ctx, staff, "2026-11-01", "2026-11-20")
		}),
		read("StaffProjects", func(ctx context.Context) (any, error) {
			return c.StaffProjects(ctx, staff, "2026-11-01", "2026-11-20")
		}),
		read("ProjectStaffs", func(ctx context.Context) (any, error) { return c.ProjectStaffs(ctx, project) }),
	}
}

// openItem is time booked on an open day that holds nothing of another project.
func openItem(d simulator.Dump) simulator.DumpManhour {
	for _, item := range slices.Backward(d.Manhours) {
		if !item.IsClosed && !slices.ContainsFunc(d.Manhours, func(o simulator.DumpManhour) bool {
			return o.StaffID == item.StaffID && o.Date == item.Date && o.ProjectID != item.ProjectID
		}) {
			return item
		}
	}
	panic("the company has no such day")
}

func akashiWrites(c *akashi.Client, d simulator.Dump) []operation {
	item, staff := openItem(d), d.Staffs[2]
	id, project, task := akashi.StaffID(item.StaffID), akashi.ProjectID(item.ProjectID), akashi.TaskID(item.TaskID)
	day := akashi.Date(strings.ReplaceAll(item.Date, "/", "-"))
	row := akashi.ManhourRow{StaffID: id, Date: day, ProjectID: project, TaskID: task, Minutes: item.Minutes + 7}
	known := akashi.StaffInput{StaffID: akashi.StaffID(staff.StaffID), LastName: "山川", FirstName: "一"}
	transfer := akashi.Transfer{
		StaffCode: new(staff.Code), OrganizationChangeDate: "2026-12-01", NewOrganizationCode: new("1000"),
		EmploymentCategory: "正社員",
	}
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
		single("PutStaffs, a new one", func(ctx context.Context) (any, error) {
			return c.PutStaffs(ctx, []akashi.StaffInput{{
				StaffCode: new("N0001"), LastName: "新人", FirstName: "一", Organization: new("企業"),
				Email: new("n1@example.com"),
			}})
		}),
		repeatable("PutStaffs, a known one", func(ctx context.Context) (any, error) {
			return c.PutStaffs(ctx, []akashi.StaffInput{known})
		}),
		single("RetireStaff", func(ctx context.Context) (any, error) {
			return c.RetireStaff(ctx, akashi.StaffID(staff.StaffID), "2026-12-31")
		}),
		single("TransferStaffs", func(ctx context.Context) (any, error) {
			return c.TransferStaffs(ctx, []akashi.Transfer{transfer})
		}),
		repeatable("AssignProjectStaffs", func(ctx context.Context) (any, error) {
			return c.AssignProjectStaffs(ctx, project, []akashi.Assignment{{StaffID: id, Owner: true}}, nil)
		}),
	}
}
