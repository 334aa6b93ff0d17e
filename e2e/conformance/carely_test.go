package conformance_test

import (
	"context"
	"testing"

	simulator "github.com/hitotsu/hitotsu/simulator/carely"
	"github.com/hitotsu/hitotsu/upstream/carely"
	"github.com/hitotsu/hitotsu/upstream/transport"
)

func TestCarely_faults(t *testing.T) {
	t.Parallel()
	underFaults(t, carelyWorld)
}

func TestCarely_quirks(t *testing.T) {
	t.Parallel()
	underQuirks(t, carelyWorld, map[string][]string{
		// The field errors is handed on as it came.
		"empty_errors": {"UpsertOvertime", "UpsertCustomer, a known one", "UpsertCustomer, a new one"},
	})
}

// pacer keeps Carely's documented limit.
func pacer(t *testing.T) transport.Quota {
	t.Helper()
	p, err := transport.NewPacer(transport.PacerOptions{Requests: simulator.RequestsPerSecond})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func carelyWorld(t *testing.T) *world {
	t.Helper()
	sim, err := simulator.New(people(), simulator.Options{Seed: 1, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{sim: sim, server: serve(t, sim)}
	quota := pacer(t)
	oauth, err := carely.NewOAuth(carely.OAuthOptions{
		SiteURL: w.server.URL(), ClientID: simulator.DefaultClientID, ClientSecret: simulator.DefaultClientSecret,
		RedirectURL: simulator.DefaultRedirectURL, Transport: sender(t, "carely", nil, quota), Now: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	// A world begins again with the first refresh token, which is still unspent then.
	w.tokens = &tokens{fetch: func(ctx context.Context) (string, error) {
		grant, err := oauth.Refresh(ctx, simulator.DefaultRefreshToken)
		return grant.AccessToken, err
	}}
	c, err := carely.New(carely.Options{
		URL: w.server.URL() + "/api/graphql", Transport: sender(t, "carely", w.tokens, quota),
	})
	if err != nil {
		t.Fatal(err)
	}
	d, ok := sim.Dump().(simulator.State)
	if !ok {
		t.Fatal("no dump")
	}
	w.operations = carelyOperations(c, d)
	return w
}

func carelyOperations(c *carely.Client, d simulator.State) []operation {
	o := d.Overtimes[0]
	numbers := []string{o.EmployeeNumber, d.Overtimes[len(d.Overtimes)-1].EmployeeNumber}
	return []operation{
		read("CurrentCustomer", func(ctx context.Context) (any, error) { return c.CurrentCustomer(ctx) }),
		read("Customers", func(ctx context.Context) (any, error) {
			return c.Customers(ctx, carely.CustomersQuery{EmployeeNumbers: numbers})
		}),
		read("CustomerDetails", func(ctx context.Context) (any, error) {
			return c.CustomerDetails(ctx, carely.CustomersQuery{EmployeeNumbers: numbers})
		}),
		read("Overtimes", func(ctx context.Context) (any, error) {
			return c.Overtimes(ctx, carely.OvertimesQuery{EmployeeNumbers: numbers})
		}),
		read("Departments", func(ctx context.Context) (any, error) { return c.Departments(ctx, nil) }),
		read("Workplaces", func(ctx context.Context) (any, error) { return c.Workplaces(ctx, nil) }),
		read("GroupAnalysis", func(ctx context.Context) (any, error) { return c.GroupAnalysis(ctx, nil) }),
		repeatable("UpsertOvertime", func(ctx context.Context) (any, error) {
			return c.UpsertOvertime(ctx, o.CustomerUUID, o.YearMonth, int(o.Minute)+5)
		}),
		repeatable("UpsertCustomer, a known one", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, carely.CustomerInput{Uuid: o.CustomerUUID, JobTitle: "主任"}, nil)
		}),
		single("UpsertCustomer, a new one", func(ctx context.Context) (any, error) {
			return c.UpsertCustomer(ctx, carely.CustomerInput{
				Fullname: "新人 一", EmployeeNumber: "N0001", Gender: "female", BranchUuid: *d.Branches[0].UUID, IsSendMail: new(false),
			}, nil)
		}),
	}
}
