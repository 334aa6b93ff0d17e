package conformance_test

import (
	"context"
	"errors"
	"slices"
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

// withoutBulk leaves out of a dump what no write changes, and the tokens, of which
// the faults take some away.
func withoutBulk(dump any) any {
	if d, ok := dump.(simulator.Dump); ok {
		d.WorkingRecords, d.Tokens = nil, nil
		return d
	}
	return dump
}

func akashiWorld(t *testing.T) *world {
	t.Helper()
	return akashiWorldWith(t, akashi.Options{})
}

// akashiWorldWith is a world whose client has some options of its own.
func akashiWorldWith(t *testing.T, opts akashi.Options) *world {
	t.Helper()
	const token = "5eed0001-aaaa-4bbb-8ccc-000000000001"
	hr := people().Persona(company.PersonaHR).Key
	sim := simulator.New(people(), simulator.Options{Tokens: map[string]int{token: hr}, Now: now})
	w := newWorld(t, sim, fixed(token))
	opts.BaseURL, opts.Company = w.server.URL()+"/api/cooperation", "demo"
	opts.Transport = w.sender(t, "akashi", w.tokens, nil)
	c, err := akashi.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	opts.Transport = w.sender(t, "akashi", nil, nil)
	reissuer, err := akashi.NewReissuer(opts)
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.Dump)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = slices.Concat(akashiReads(c, token, d), akashiWrites(c, d), akashiStaffWrites(c, d),
		[]operation{reissue(reissuer, token)})
	w.unified = akashiUnified(c, d)
	return w
}

// reissue leaves the token out of its answer, which is never the same again.
func reissue(r *akashi.Reissuer, token string) operation {
	op := single("ReissueToken", func(ctx context.Context) (any, error) {
		grant, err := r.ReissueToken(ctx, token)
		if err == nil && (grant.Token == "" || grant.Token == token) {
			return nil, errors.New("the token is not a new one")
		}
		grant.Token = ""
		return grant, err
	})
	op.own, op.unseen = true, true
	return op
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
		read("AllStaffs", func(ctx context.Context) (any, error) { return c.AllStaffs(ctx) }),
		read("AllProjects", func(ctx context.Context) (any, error) {
			return c.AllProjects(ctx, akashi.ProjectsQuery{})
		}),
		read("AllTasks", func(ctx context.Context) (any, error) { return c.AllTasks(ctx, project) }),
		read("Staff", func(ctx context.Context) (any, error) { return c.Staff(ctx, staff) }),
		read("Self", func(ctx context.Context) (any, error) { return c.Self(ctx, token) }),
		read("Stamps", func(ctx context.Context) (any, error) { return c.Stamps(ctx, staff, from, to) }),
		read("MultipleStamps", func(ctx context.Context) (any, error) { return c.MultipleStamps(ctx, some, from, to) }),
		read("Alerts", func(ctx context.Context) (any, error) { return c.Alerts(ctx) }),
		read("WorkingRecords", func(ctx context.Context) (any, error) {
			return c.WorkingRecords(ctx, akashi.WorkingRecordsQuery{StaffIDs: some, From: "2026-11-01", To: "2026-11-20"})
		}),
		read("WorkingRecords, with breaks", func(ctx context.Context) (any, error) {
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
