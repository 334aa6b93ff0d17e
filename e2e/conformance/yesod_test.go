package conformance_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	simulator "github.com/hitotsu/hitotsu/simulator/yesod"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func TestYesod_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, yesodWorld)
}

func yesodWorld(t *testing.T) *world {
	t.Helper()
	sim := simulator.New(people(), simulator.Options{Seed: 1, Now: now})
	w := newWorld(t, sim, fixed(simulator.DefaultToken))
	c, err := yesod.New(yesod.Options{BaseURL: w.server.URL(), Transport: w.sender(t, "yesod", w.tokens, nil)})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = append(yesodReads(c, d), yesodImports(c, d)...)
	w.unified = yesodUnified(c)
	return w
}

func yesodReads(c *yesod.Client, d simulator.State) []operation {
	a, member := yesod.StandardAttributes(), d.Members[0]
	number := yesod.Condition{AttributeID: a.EmployeeNumber, Operator: "EQ", Value: member.EmployeeNumber}
	absent := yesod.Condition{AttributeID: a.Company, Operator: "ISNULL"}
	query := func(name string, q yesod.Query) operation {
		q.EntityType, q.Attributes = yesod.Member, []yesod.ID{a.EmployeeNumber, a.Company, a.Enrollment}
		return read("Query, "+name, func(ctx context.Context) (any, error) { return some(c.Query(ctx, q)) })
	}
	all := yesod.All(yesod.Where(number), yesod.Any(yesod.Where(yesod.NotNull(a.Company)), yesod.Where(absent)))
	entered := yesod.Changed(absent, yesod.NotNull(a.Company), yesod.TargetTo, yesod.DiffIn)
	return []operation{
		read("Members", func(ctx context.Context) (any, error) { return some(c.Members(ctx, "2026-11-20")) }),
		read("Roster", func(ctx context.Context) (any, error) {
			var people []yesod.Person
			err := c.Roster(ctx, "2026-11-20", func() { people = nil }, func(p *yesod.Person) { people = append(people, *p) })
			return some(people, err)
		}),
		read("Moves", func(ctx context.Context) (any, error) { return some(c.Moves(ctx, "2000-01-01", "2026-11-20")) }),
		read("Groupings", func(ctx context.Context) (any, error) { return some(c.Groupings(ctx, "2026-11-20")) }),
		read("Organizations", func(ctx context.Context) (any, error) { return some(c.Organizations(ctx, "2026-11-20")) }),
		query("a condition", yesod.Query{Condition: number, BaseDate: "2026-11-20"}),
		query("statements", yesod.Query{Statement: &all, BaseDate: "2026-11-20"}),
		query("a change", yesod.Query{
			Statement: &entered, BaseDate: yesod.MaxLeavingDate, From: "2000-01-01", To: "2026-11-20",
		}),
		read("GroupTree", func(ctx context.Context) (any, error) {
			return some(c.GroupTree(ctx, yesod.Organization, "2026-11-20"))
		}),
		read("AttributeLabels", func(ctx context.Context) (any, error) { return some(c.AttributeLabels(ctx)) }),
		read("SelectOptions", func(ctx context.Context) (any, error) {
			return some(c.SelectOptions(ctx, yesod.StandardAttributes().EmploymentType))
		}),
		read("Histories", func(ctx context.Context) (any, error) { return some(c.Histories(ctx, yesod.ID(member.ID))) }),
		read("AuthorityTasks", func(ctx context.Context) (any, error) { return c.AuthorityTasks(ctx, "2026-11-01", 30) }),
	}
}

func yesodImports(c *yesod.Client, d simulator.State) []operation {
	title := yesod.MemberImport{Import: yesod.Import{
		CSV: "番号,役職\n" + d.Members[0].EmployeeNumber + ",主任\n",
		Mapping: yesod.Mapping{
			{Attribute: "employeeNumber", Header: "番号"}, {Attribute: "jobTitle", Header: "役職"},
		},
	}}
	units := yesod.GroupImport{Import: yesod.Import{
		CSV: "組織,コード\n新設部,N-1\n",
		Mapping: yesod.Mapping{
			{Attribute: "organization", Header: "組織"}, {Attribute: "organizationCode", Header: "コード"},
		},
		TierSeparator: "/",
	}}
	rows := yesod.TransactionImport{Type: yesod.Organization, Import: yesod.Import{
		CSV:     "操作,組織\naddEntity,新設部\n",
		Mapping: yesod.Mapping{{Attribute: "transactionType", Header: "操作"}, {Attribute: "organization", Header: "組織"}},
	}}
	both := map[string]yesod.Approval{"applied": yesod.Applied, "waiting": yesod.Waiting}
	var out []operation
	for _, how := range slices.Sorted(maps.Keys(both)) {
		out = append(out,
			single("ImportMembers, "+how, func(ctx context.Context) (any, error) {
				return c.ImportMembers(ctx, title, both[how])
			}),
			single("ImportGroups, "+how, func(ctx context.Context) (any, error) {
				return c.ImportGroups(ctx, units, both[how])
			}),
			single("ImportTransactions, "+how, func(ctx context.Context) (any, error) {
				return c.ImportTransactions(ctx, rows, both[how])
			}),
		)
	}
	return out
}
