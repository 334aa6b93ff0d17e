package conformance_test

import (
	"context"
	"testing"

	simulator "github.com/hitotsu/hitotsu/simulator/yesod"
	"github.com/hitotsu/hitotsu/upstream/yesod"
)

func TestYesod_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, yesodWorld)
}

func TestYesod_quirks(t *testing.T) {
	t.Parallel()
	underQuirks(t, yesodWorld, map[string][]string{
		// The change takes effect, which is in the simulator's state only.
		"console_approves": {"ImportMembers, waiting"},
	})
}

func yesodWorld(t *testing.T) *world {
	t.Helper()
	sim := simulator.New(people(), simulator.Options{Seed: 1, Now: now})
	w := &world{sim: sim, server: serve(t, sim), tokens: fixed(simulator.DefaultToken)}
	c, err := yesod.New(yesod.Options{BaseURL: w.server.URL(), Transport: sender(t, "yesod", w.tokens, nil)})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = yesodOperations(c, d)
	return w
}

func yesodOperations(c *yesod.Client, d simulator.State) []operation {
	member := d.Members[0]
	title := yesod.MemberImport{Import: yesod.Import{
		CSV: "番号,役職\n" + member.EmployeeNumber + ",主任\n",
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
	return []operation{
		read("Members", func(ctx context.Context) (any, error) { return c.Members(ctx, "2026-11-20") }),
		read("Organizations", func(ctx context.Context) (any, error) { return c.Organizations(ctx, "2026-11-20") }),
		read("GroupTree", func(ctx context.Context) (any, error) {
			return c.GroupTree(ctx, yesod.Organization, "2026-11-20")
		}),
		read("AttributeLabels", func(ctx context.Context) (any, error) { return c.AttributeLabels(ctx) }),
		read("SelectOptions", func(ctx context.Context) (any, error) {
			return c.SelectOptions(ctx, yesod.StandardAttributes().EmploymentType)
		}),
		read("Histories", func(ctx context.Context) (any, error) { return c.Histories(ctx, yesod.ID(member.ID)) }),
		read("AuthorityTasks", func(ctx context.Context) (any, error) { return c.AuthorityTasks(ctx, "2026-11-01", 30) }),
		single("ImportMembers, applied", func(ctx context.Context) (any, error) {
			return c.ImportMembers(ctx, title, yesod.Applied)
		}),
		single("ImportMembers, waiting", func(ctx context.Context) (any, error) {
			return c.ImportMembers(ctx, title, yesod.Waiting)
		}),
		single("ImportGroups, applied", func(ctx context.Context) (any, error) {
			return c.ImportGroups(ctx, units, yesod.Applied)
		}),
	}
}
